/* calendar.c - see calendar.h.
 *
 * For every day: the instant at which it begins, and the open time before it. The open time up to
 * an instant is then one search and the hours of one day; that of a span is a difference.
 */
#include "base/calendar.h"

#include <stdlib.h>

#include "base/arena.h"

enum { FIRST_YEAR = 1970, LAST_YEAR = 2100, WEEKDAYS = 7 };
#define MINUTE (60 * SECOND)

struct stretch { /* of open time */
    int64_t from, to;
};

struct calendar {
    size_t n;        /* days */
    int64_t *begins; /* [n + 1] the instant at which each begins */
    int64_t *before; /* [n + 1] microseconds of open time before it */
    size_t *first;   /* [n + 1] into stretches */
    struct stretch *stretches;
};

/* 1970-01-01 was a Thursday. */
static int weekday_of(int64_t day)
{
    return (int)(((day + 3) % WEEKDAYS + WEEKDAYS) % WEEKDAYS);
}

static int by_day(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

static int by_from(const void *x, const void *y)
{
    const struct hours *a = x, *b = y;
    if (a->weekday != b->weekday)
        return a->weekday < b->weekday ? -1 : 1;
    return (a->from > b->from) - (a->from < b->from);
}

struct calendar *calendar_new(const struct zone *zone, const struct hours *hours, size_t nhours,
                              const int64_t *holidays, size_t nholidays)
{
    struct hours *list = mem_take(nhours * sizeof *list + 1);
    int64_t *closed = mem_take(nholidays * sizeof *closed + 1);
    for (size_t i = 0; i < nhours; i++)
        list[i] = hours[i];
    for (size_t i = 0; i < nholidays; i++)
        closed[i] = holidays[i];
    qsort(list, nhours, sizeof *list, by_from);
    qsort(closed, nholidays, sizeof *closed, by_day);

    struct calendar *c = mem_zero(1, sizeof *c);
    int64_t start = days_from_date(FIRST_YEAR, 1, 1), end = days_from_date(LAST_YEAR + 1, 1, 1);
    c->n = (size_t)(end - start);
    c->begins = mem_take((c->n + 1) * sizeof *c->begins);
    c->before = mem_take((c->n + 1) * sizeof *c->before);
    c->first = mem_take((c->n + 1) * sizeof *c->first);
    size_t n = 0, room = 0;
    int64_t open = 0;
    for (size_t i = 0; i <= c->n; i++) {
        int64_t day = start + (int64_t)i, midnight = day * DAY;
        c->begins[i] = zone_to_utc(zone, midnight);
        c->before[i] = open;
        c->first[i] = n;
        if (i == c->n || (nholidays && bsearch(&day, closed, nholidays, sizeof day, by_day)))
            continue;
        for (size_t h = 0; h < nhours; h++) {
            if (list[h].weekday != weekday_of(day))
                continue;
            struct stretch s = { zone_to_utc(zone, midnight + list[h].from * MINUTE),
                                 zone_to_utc(zone, midnight + list[h].to * MINUTE) };
            c->stretches = mem_grow(c->stretches, &room, n + 1, sizeof *c->stretches);
            c->stretches[n++] = s;
            open += s.to - s.from;
        }
    }
    free(list);
    free(closed);
    return c;
}

void calendar_free(struct calendar *c)
{
    if (!c)
        return;
    free(c->begins);
    free(c->before);
    free(c->first);
    free(c->stretches);
    free(c);
}

/* Microseconds of open time from the first day to t. */
static int64_t open_until(const struct calendar *c, int64_t t)
{
    size_t low = 0, high = c->n; /* the day of t is in [low, high) */
    if (t <= c->begins[0])
        return 0;
    if (t >= c->begins[c->n])
        return c->before[c->n];
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (c->begins[middle] <= t)
            low = middle;
        else
            high = middle;
    }
    int64_t open = c->before[low];
    for (size_t i = c->first[low]; i < c->first[low + 1] && c->stretches[i].from < t; i++)
        open += (t < c->stretches[i].to ? t : c->stretches[i].to) - c->stretches[i].from;
    return open;
}

int64_t calendar_between(const struct calendar *c, int64_t a, int64_t b)
{
    return open_until(c, b) - open_until(c, a);
}

/* ---- texts ---- */

static int weekday_named(struct str s)
{
    static const char *const names[WEEKDAYS] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };
    for (int i = 0; i < WEEKDAYS; i++)
        if (str_eq(s, str_c(names[i])))
            return i;
    return -1;
}

bool weekdays_parse(struct str text, unsigned *days)
{
    *days = 0;
    do {
        struct str range = str_trim(str_cut(&text, ','));
        bool open_end = range.n && range.p[range.n - 1] == '-';
        struct str from = str_trim(str_cut(&range, '-')), to = str_trim(range);
        int first = weekday_named(from), last = to.n ? weekday_named(to) : first;
        if (first < 0 || last < 0 || open_end)
            return false;
        for (int d = first;; d = (d + 1) % WEEKDAYS) {
            *days |= 1u << d;
            if (d == last)
                break;
        }
    } while (text.n);
    return true;
}

/* "9:00" or "09:00" to minutes, -1 when it is neither. */
static int minutes_of(struct str s)
{
    struct str hour = str_cut(&s, ':');
    int digits[4] = { 0 };
    if (hour.n < 1 || hour.n > 2 || s.n != 2)
        return -1;
    for (size_t i = 0; i < 4; i++) {
        char c = i < 2 ? (i + hour.n < 2 ? '0' : hour.p[i + hour.n - 2]) : s.p[i - 2];
        if (c < '0' || c > '9')
            return -1;
        digits[i] = c - '0';
    }
    int minutes = (digits[0] * 10 + digits[1]) * 60 + digits[2] * 10 + digits[3];
    return digits[2] > 5 || minutes > 24 * 60 ? -1 : minutes;
}

bool hours_parse(struct str text, int *from, int *to)
{
    *from = minutes_of(str_trim(str_cut(&text, '-')));
    *to = minutes_of(str_trim(text));
    return *from >= 0 && *to > *from;
}

bool hours_overlap(const struct hours *hours, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < i; k++)
            if (hours[i].weekday == hours[k].weekday && hours[i].from < hours[k].to &&
                hours[k].from < hours[i].to)
                return true;
    return false;
}
