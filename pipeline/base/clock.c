/* clock.c - see clock.h: the calendar, instants as text, durations. */
#include "base/clock.h"

#include <stdio.h>

#include "base/digits.h"
#include "base/time_ops.h"

/* ---- calendar ----
 * Counted in years that begin on 1 March, so that the leap day is the last of its year: the day of
 * such a year is then a formula, (153 * month + 2) / 5 days before a month. 400 years have 146,097
 * days; 1 March of the year 0 is 719,468 days before 1970. */

enum { DAYS_400 = 146097, DAYS_BEFORE_1970 = 719468 };

static int64_t floor_div(int64_t a, int64_t b)
{
    int64_t q = a / b;
    return q - (a % b < 0);
}

int64_t days_from_date(int year, int month, int day)
{
    int64_t y = (int64_t)year - (month <= 2);
    int64_t m = month > 2 ? month - 3 : month + 9;
    int64_t era = (y >= 0 ? y : y - 399) / 400;
    int64_t of_era = y - era * 400;
    int64_t days = of_era * 365 + of_era / 4 - of_era / 100 + (153 * m + 2) / 5 + day - 1;
    return era * DAYS_400 + days - DAYS_BEFORE_1970;
}

/* Multiplications instead of divisions: after Neri and Schneider, Euclidean affine functions and
 * their application to calendar algorithms (2022), section 6. */
void date_from_days(int64_t days, int *year, int *month, int *day)
{
    int64_t era = floor_div(days + DAYS_BEFORE_1970, DAYS_400);
    uint32_t of_era = (uint32_t)(days + DAYS_BEFORE_1970 - era * DAYS_400);
    uint32_t centuries = (4 * of_era + 3) / DAYS_400, of_century = (4 * of_era + 3) % DAYS_400 / 4;
    uint64_t years = UINT64_C(2939745) * (4 * of_century + 3);
    uint32_t of_year = (uint32_t)years / 2939745 / 4, months = 2141 * of_year + 197913;
    bool next = of_year >= 306; /* January and February */
    *year = (int)(era * 400 + 100 * centuries + (int64_t)(years >> 32) + next);
    *month = (int)(months >> 16) - (next ? 12 : 0);
    *day = (int)((months & 0xffff) / 2141 + 1);
}

bool date_exists(int year, int month, int day)
{
    static const unsigned char days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
    if (year < 1 || year > 9999 || month < 1 || month > 12 || day < 1)
        return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    return day <= days[month - 1] + (month == 2 && leap);
}

/* ---- instants ---- */

int64_t time_resolve(const struct time_parts *p, const struct zone *zone, int year)
{
    int64_t local = p->local;
    if (!p->has_year) {
        int given, month, day;
        int64_t days = floor_div(local, DAY);
        date_from_days(days, &given, &month, &day);
        if (!date_exists(year, month, day))
            return TIME_NONE;
        local += (days_from_date(year, month, day) - days) * DAY;
    }
    if (p->has_zone)
        return local - p->offset * SECOND;
    return zone ? zone_to_utc(zone, local) : local;
}

/* Exactly n digits. printf was half of the CPU of events.csv. */
static char *put_digits(char *p, unsigned value, int n)
{
    for (int i = n - 1; i >= 0; i--, value /= 10)
        p[i] = (char)('0' + value % 10);
    return p + n;
}

static char *put_two(char *p, char before, unsigned value)
{
    p[0] = before;
    digits_pair(p + 1, value);
    return p + 3;
}

size_t time_text(int64_t t, char *buf)
{
    int year, month, day;
    int64_t days = floor_div(t, DAY);
    int64_t micros = t % DAY < 0 ? t % DAY + DAY : t % DAY; /* days * DAY may not fit */
    unsigned seconds = (unsigned)(micros / SECOND), fraction = (unsigned)(micros % SECOND);
    date_from_days(days, &year, &month, &day);
    char *p = buf;
    if (year >= 0 && year <= 9999) {
        digits_pair(p, (unsigned)year / 100);
        digits_pair(p + 2, (unsigned)year % 100);
        p += 4;
    } else {
        p += snprintf(p, TIME_TEXT / 2, "%04d", year);
    }
    p = put_two(p, '-', (unsigned)month);
    p = put_two(p, '-', (unsigned)day);
    p = put_two(p, 'T', seconds / 3600);
    p = put_two(p, ':', seconds / 60 % 60);
    p = put_two(p, ':', seconds % 60);
    if (fraction) {
        *p++ = '.';
        p = put_digits(p, fraction, 6);
        while (p[-1] == '0')
            p--;
    }
    *p++ = 'Z';
    *p = '\0';
    return (size_t)(p - buf);
}

bool time_argument(struct str text, const struct zone *z, int64_t *t)
{
    struct time_parts parts;
    if (!time_read_iso8601(text, &parts))
        return false;
    *t = time_resolve(&parts, z, 0);
    return *t != TIME_NONE;
}

/* ---- durations ---- */

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool duration_parse(struct str text, int64_t *micros)
{
    if (str_eq(text, STR("never"))) {
        *micros = INT64_MAX;
        return true;
    }
    if (str_eq(text, STR("0"))) {
        *micros = 0;
        return true;
    }
    static const struct {
        char letter;
        int64_t micros;
    } units[] = { { 's', SECOND }, { 'm', 60 * SECOND }, { 'h', 3600 * SECOND }, { 'd', DAY } };
    int64_t unit = 0, value;
    for (size_t i = 0; text.n && i < sizeof units / sizeof *units; i++)
        if (text.p[text.n - 1] == units[i].letter)
            unit = units[i].micros;
    struct str number = str_head(text, text.n ? text.n - 1 : 0);
    /* str_micros() would take "$1 " too. */
    if (!unit || !number.n || !digit(number.p[0]) || !digit(number.p[number.n - 1]) ||
        !str_micros(number, &value))
        return false;
    /* value is in millionths of the unit; unit / SECOND is exact. */
    if (value > INT64_MAX / (unit / SECOND) - 1)
        return false;
    *micros = value * (unit / SECOND);
    return true;
}

size_t duration_text(int64_t micros, char *buf, size_t size)
{
    static const struct {
        const char *name;
        int64_t micros;
    } units[] = { { "d", DAY },    { "h", 3600 * SECOND }, { "min", 60 * SECOND },
                  { "s", SECOND }, { "ms", 1000 },         { "us", 1 } };
    enum { UNITS = sizeof units / sizeof *units };
    int n;
    if (micros == INT64_MAX) {
        n = snprintf(buf, size, "never");
    } else if (micros == 0) {
        n = snprintf(buf, size, "0 s");
    } else {
        const char *sign = micros < 0 ? "-" : "";
        uint64_t left = micros < 0 ? -(uint64_t)micros : (uint64_t)micros;
        size_t i = 0;
        while (i + 1 < UNITS && left < (uint64_t)units[i].micros)
            i++;
        uint64_t big = left / (uint64_t)units[i].micros;
        left %= (uint64_t)units[i].micros;
        /* Nobody needs the milliseconds of a time that is told in seconds. */
        uint64_t small = i < 3 ? left / (uint64_t)units[i + 1].micros : 0;
        if (small)
            n = snprintf(buf, size, "%s%llu %s %llu %s", sign, (unsigned long long)big,
                         units[i].name, (unsigned long long)small, units[i + 1].name);
        else
            n = snprintf(buf, size, "%s%llu %s", sign, (unsigned long long)big, units[i].name);
    }
    return n < 0 ? 0 : (size_t)n < size ? (size_t)n : size ? size - 1 : 0;
}
