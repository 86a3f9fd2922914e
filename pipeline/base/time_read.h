/* time_read.h - the pieces of a time, read off the front of a text: between time_parse.c (patterns)
 * and time_named.c (whole formats).
 *
 * All readers take from the front of a reading and say whether it fitted. Threads: pure.
 */
#ifndef BASE_TIME_READ_H
#define BASE_TIME_READ_H

#include "base/time_ops.h"

#define EPOCH_LAST INT64_C(253402300799) /* 9999-12-31T23:59:59Z */

/* What was read so far. */
struct reading {
    const char *p, *end;
    int year, month, day, hour, minute, second;
    int micros;
    int32_t offset;
    bool zone, pm;
    int64_t epoch; /* seconds, or TIME_NONE */
};

/* Of text, with nothing read: midnight of 1 January 2000. */
static inline struct reading reading_of(struct str text)
{
    return (struct reading){
        .p = text.p, .end = text.p + text.n, .year = 2000, .month = 1, .day = 1, .epoch = TIME_NONE
    };
}

static inline bool digit(char c)
{
    return (unsigned char)(c - '0') < 10;
}

/* Exactly n digits. */
static inline bool read_digits(struct reading *r, int n, int *value)
{
    if (r->end - r->p < n)
        return false;
    int v = 0;
    for (int i = 0; i < n; i++) {
        if (!digit(r->p[i]))
            return false;
        v = v * 10 + (r->p[i] - '0');
    }
    r->p += n;
    *value = v;
    return true;
}

/* Two digits, or one when min is 1. */
static inline bool read_short(struct reading *r, int min, int *value)
{
    if (r->p == r->end || !digit(r->p[0]))
        return false;
    int v = *r->p++ - '0';
    if (r->p < r->end && digit(*r->p))
        v = v * 10 + (*r->p++ - '0');
    else if (min == 2)
        return false;
    *value = v;
    return true;
}

static inline bool read_byte(struct reading *r, char c)
{
    if (r->p == r->end || *r->p != c)
        return false;
    r->p++;
    return true;
}

static inline void skip_blanks(struct reading *r)
{
    while (r->p < r->end && (*r->p == ' ' || *r->p == '\t'))
        r->p++;
}

static inline bool read_blank(struct reading *r)
{
    const char *from = r->p;
    skip_blanks(r);
    return r->p > from;
}

/* A second 60 (a leap second) is the last instant of its minute: times keep their order. */
static inline bool reading_in_range(struct reading *r)
{
    if (r->hour > 23 || r->minute > 59 || r->second > 60)
        return false;
    if (r->second == 60) {
        r->second = 59;
        r->micros = 999999;
    }
    return true;
}

/* What was read, as microseconds of its own clock. False when there is no such date or time. */
bool reading_local(struct reading *r, int64_t *local);

/* English names, three letters or whole, in any case. */
bool read_month(struct reading *r);
bool read_day_name(struct reading *r);
bool read_half(struct reading *r);                                /* AM, PM */
bool read_zone_name(struct reading *r);                           /* UTC, UT, GMT, Z */
bool read_zone(struct reading *r);                                /* +hh, +hhmm, +hh:mm, Z */
bool read_fraction(struct reading *r);                            /* 1 to 9 digits */
bool read_epoch(struct reading *r, int64_t last, int64_t *value); /* digits, up to last */

/* The whole of text by formats that have a name. */
bool parse_iso8601(const struct time_format *f, struct str text, struct time_cache *cache,
                   struct time_parts *parts);
bool parse_rfc2822(struct str text, struct time_parts *parts);
/* A number of units (of that many microseconds) since 1970. */
bool parse_epoch(struct str text, int64_t unit, struct time_parts *parts);

#endif
