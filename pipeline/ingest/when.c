/* when.c - see when.h, which states the rules by the numbers that stand here. */
#include "ingest/when.h"

#include <stdlib.h>

#define HALF_YEAR (183 * DAY)
#define LATE (335 * DAY)

enum { LEAP_GAP_MAX = 8 /* years from one 29 February to the next, at most */ };

void year_guess_init(struct year_guess *g, const struct source *source, int64_t mtime_seconds)
{
    /* A time outside the years 1 to 9999 is damage, not evidence. */
    bool known = mtime_seconds > days_from_date(1, 1, 1) * 86400 &&
                 mtime_seconds < days_from_date(9999, 12, 30) * 86400;
    *g = (struct year_guess){
        .year = source->year, .last = TIME_NONE, .near = TIME_NONE, .fixed = source->year != 0
    };
    g->latest = known && !g->fixed ? mtime_seconds * SECOND + DAY : INT64_MAX;
}

void when_init(struct when *w, const struct source *source)
{
    *w = (struct when){ .source = source };
}

static bool parse(struct when *w, struct str text, struct time_parts *parts)
{
    enum { CACHES = sizeof w->caches / sizeof *w->caches };
    const struct source *s = w->source;
    for (size_t k = 0; text.n && k < s->ntimes; k++)
        if (time_parse(&s->times[k], text, &w->caches[k % CACHES], parts))
            return true;
    return false;
}

static int year_of(int64_t t, const struct zone *zone)
{
    int year, month, day;
    t += zone ? zone_offset_at(zone, t) * SECOND : 0;
    date_from_days(t / DAY - (t % DAY < 0), &year, &month, &day);
    return year;
}

/* The instant of p in a year; that of 1 March for a 29 February that does not exist, so that years
 * can be compared. */
static int64_t instant(const struct time_parts *p, const struct zone *zone, int year)
{
    int64_t t = time_resolve(p, zone, year);
    if (t == TIME_NONE) {
        struct time_parts next = *p;
        next.local += DAY;
        t = time_resolve(&next, zone, year);
    }
    return t;
}

/* Rule 1b: the year that brings p nearest to `to`. */
static int nearest_year(const struct time_parts *p, const struct zone *zone, int64_t to)
{
    int middle = year_of(to, zone), best = middle;
    for (int year = middle - 1; year <= middle + 1; year++) {
        int64_t t = time_resolve(p, zone, year), now = time_resolve(p, zone, best);
        if (t != TIME_NONE && (now == TIME_NONE || llabs(t - to) < llabs(now - to)))
            best = year;
    }
    return best;
}

/* Rule 1c. Without any evidence, the year of the format's own: 2000. */
static int latest_year(const struct time_parts *p, const struct zone *zone, int64_t latest)
{
    if (latest == INT64_MAX)
        return 2000;
    int year = year_of(latest, zone) + 1;
    for (int tries = 0; tries < LEAP_GAP_MAX + 2; tries++, year--) {
        int64_t t = time_resolve(p, zone, year);
        if (t != TIME_NONE && t <= latest)
            break;
    }
    return year;
}

/* Rules 2 and 3. */
static int next_year(const struct year_guess *g, const struct time_parts *p,
                     const struct zone *zone)
{
    int year = g->year;
    int64_t step = instant(p, zone, year) - g->last;
    if (step < -HALF_YEAR)
        year++;
    else if (step > LATE)
        year--;
    while (year > 1 && instant(p, zone, year) > g->latest)
        year--;
    return year;
}

static const struct str *time_column(const struct when *w, const struct batch *b)
{
    uint32_t field = w->source->time_field;
    int32_t slot = field == FIELD_NONE ? -1 : w->source->slot[field];
    return slot >= 0 ? batch_column(b, (size_t)slot) : NULL;
}

void year_guess_look(struct year_guess *g, struct when *w, const struct batch *head)
{
    const struct str *column = time_column(w, head);
    for (size_t i = 0; column && i < head->n && head->number[i] <= YEAR_RECORDS; i++) {
        struct time_parts p;
        if (!parse(w, column[i], &p) || !p.has_year)
            continue;
        g->near = time_resolve(&p, w->source->zone, 0);
        return;
    }
}

static int64_t resolve(const struct time_parts *p, const struct zone *zone, struct year_guess *g)
{
    if (p->has_year) {
        int64_t t = time_resolve(p, zone, 0);
        int year = g ? year_of(t, zone) : 0; /* 0 or 10000 is possible: the zones differ */
        if (g && year >= 1 && year <= 9999) {
            g->last = t;
            g->year = year;
            if (t > g->latest)
                g->latest = INT64_MAX;
        }
        return t;
    }
    if (!g)
        return TIME_NONE;
    int year = g->year;
    if (g->last != TIME_NONE) {
        year = next_year(g, p, zone);
    } else if (!g->fixed) {
        year =
            g->near == TIME_NONE ? latest_year(p, zone, g->latest) : nearest_year(p, zone, g->near);
    }
    int64_t t = time_resolve(p, zone, year);
    if (t != TIME_NONE) {
        g->last = t;
        g->year = year;
    }
    return t;
}

void when_read(struct when *w, const struct batch *b, struct year_guess *guess, int64_t *times,
               bool *coarse)
{
    const struct str *column = time_column(w, b);
    for (size_t i = 0; i < b->n; i++) {
        struct time_parts p;
        times[i] = TIME_NONE;
        coarse[i] = false;
        if (!column || !parse(w, column[i], &p))
            continue;
        times[i] = resolve(&p, w->source->zone, guess);
        coarse[i] = p.coarse;
    }
}
