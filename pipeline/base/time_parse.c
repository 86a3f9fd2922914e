/* time_parse.c - texts read by compiled time formats: see clock.h. No state but the caller's cache.
 *
 * All readers take from the front of a reading and say whether it fitted.
 */
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

static const struct reading nothing_read = {
    .year = 2000, .month = 1, .day = 1, .epoch = TIME_NONE
};

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

/* One of n English names, three letters or whole, in any case: 1 to n, or 0. */
static int read_name(struct reading *r, const char *const *names, int n)
{
    if (r->end - r->p < 3)
        return 0;
    for (int i = 0; i < n; i++) {
        const char *name = names[i];
        if ((r->p[0] | 0x20) != name[0] || (r->p[1] | 0x20) != name[1] ||
            (r->p[2] | 0x20) != name[2])
            continue;
        size_t left = (size_t)(r->end - r->p), k = 3;
        while (name[k] && k < left && (r->p[k] | 0x20) == name[k])
            k++;
        r->p += name[k] ? 3 : k;
        return i + 1;
    }
    return 0;
}

static bool read_month(struct reading *r)
{
    static const char *const names[] = { "january",   "february", "march",    "april",
                                         "may",       "june",     "july",     "august",
                                         "september", "october",  "november", "december" };
    return (r->month = read_name(r, names, 12)) != 0;
}

static bool read_day_name(struct reading *r)
{
    static const char *const names[] = { "monday", "tuesday",  "wednesday", "thursday",
                                         "friday", "saturday", "sunday" };
    return read_name(r, names, 7) != 0;
}

static bool read_half(struct reading *r)
{
    if (r->end - r->p < 2 || (r->p[1] | 0x20) != 'm')
        return false;
    char c = (char)(r->p[0] | 0x20);
    r->pm = c == 'p';
    r->p += 2;
    return c == 'p' || c == 'a';
}

static bool read_zone_name(struct reading *r)
{
    struct str rest = { r->p, (size_t)(r->end - r->p) };
    static const struct str names[] = {
        { "UTC", 3 }, { "GMT", 3 }, { "UT", 2 }, { "Z", 1 }, { "z", 1 }
    };
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        if (str_starts(rest, names[i])) {
            r->p += names[i].n;
            r->zone = true;
            r->offset = 0;
            return true;
        }
    }
    return false;
}

/* +hh, +hhmm, +hh:mm, Z */
static bool read_zone(struct reading *r)
{
    if (r->p < r->end && (*r->p | 0x20) == 'z')
        return read_zone_name(r);
    if (r->p == r->end || (*r->p != '+' && *r->p != '-'))
        return false;
    int sign = *r->p++ == '-' ? -1 : 1, hours, minutes = 0;
    if (!read_digits(r, 2, &hours))
        return false;
    bool colon = read_byte(r, ':');
    if ((colon || (r->p < r->end && digit(*r->p))) && !read_digits(r, 2, &minutes))
        return false;
    r->zone = true;
    r->offset = sign * (hours * 3600 + minutes * 60);
    return hours < 24 && minutes < 60;
}

/* 1 to 9 digits; what is finer than a microsecond is cut. */
static bool read_fraction(struct reading *r)
{
    int n = 0, value = 0;
    for (; r->p < r->end && digit(*r->p); r->p++, n++)
        if (n < 6)
            value = value * 10 + (*r->p - '0');
    for (int i = n; i < 6; i++)
        value *= 10;
    r->micros = value;
    return n >= 1 && n <= 9;
}

static bool read_epoch(struct reading *r, int64_t last, int64_t *value)
{
    int64_t v = 0;
    const char *from = r->p;
    for (; r->p < r->end && digit(*r->p); r->p++) {
        v = v * 10 + (*r->p - '0');
        if (v > last)
            return false;
    }
    *value = v;
    return r->p > from;
}

static bool read_clock(struct reading *r)
{
    if (!read_digits(r, 2, &r->hour) || !read_byte(r, ':') || !read_digits(r, 2, &r->minute))
        return false;
    return !read_byte(r, ':') || read_digits(r, 2, &r->second);
}

/* ---- what was read, as one number ---- */

/* A second 60 (a leap second) is the last instant of its minute: times keep their order. */
static inline bool in_range(struct reading *r)
{
    if (r->hour > 23 || r->minute > 59 || r->second > 60)
        return false;
    if (r->second == 60) {
        r->second = 59;
        r->micros = 999999;
    }
    return true;
}

static bool local_of(struct reading *r, int64_t *local)
{
    if (!in_range(r))
        return false;
    if (r->epoch != TIME_NONE) {
        *local = r->epoch * SECOND + r->micros;
        r->zone = true;
        r->offset = 0;
        return true;
    }
    if (!date_exists(r->year, r->month, r->day))
        return false;
    int64_t seconds = days_from_date(r->year, r->month, r->day) * 86400 + r->hour * 3600 +
                      r->minute * 60 + r->second;
    *local = seconds * SECOND + r->micros + (r->pm ? 43200 * SECOND : 0);
    return true;
}

/* ---- whole formats ---- */

static bool read_iso_rest(struct reading *r)
{
    if (r->p < r->end && (*r->p == '.' || *r->p == ',')) {
        r->p++;
        if (!read_fraction(r))
            return false;
    }
    if (r->p == r->end)
        return true;
    read_byte(r, ' ');
    return (read_zone(r) || read_zone_name(r)) && r->p == r->end;
}

static bool read_iso(struct str text, struct reading *r, bool *coarse)
{
    *r = nothing_read;
    r->p = text.p;
    r->end = text.p + text.n;
    *coarse = false;
    if (!read_digits(r, 4, &r->year) || !read_byte(r, '-') || !read_digits(r, 2, &r->month) ||
        !read_byte(r, '-') || !read_digits(r, 2, &r->day))
        return false;
    *coarse = r->p == r->end;
    if (*coarse)
        return true;
    if (!read_byte(r, 'T') && !read_byte(r, ' ') && !read_byte(r, 't'))
        return false;
    const char *clock = r->p;
    if (!read_clock(r))
        return false;
    bool seconds = r->p - clock == 8;
    if (!seconds && r->p < r->end && (*r->p == '.' || *r->p == ','))
        return false;
    return read_iso_rest(r);
}

static bool done(struct reading *r, bool coarse, struct time_parts *parts)
{
    parts->has_year = true;
    parts->coarse = coarse;
    bool good = local_of(r, &parts->local);
    parts->has_zone = r->zone;
    parts->offset = r->offset;
    return good;
}

bool time_read_iso8601(struct str text, struct time_parts *parts)
{
    struct reading r;
    bool coarse;
    return read_iso(text, &r, &coarse) && done(&r, coarse, parts);
}

enum { ISO_HEAD = 17 }; /* "2017-01-02T11:41:" */

static bool parse_iso(const struct time_format *f, struct str text, struct time_cache *cache,
                      struct time_parts *parts)
{
    bool coarse;
    struct reading r;
    if (text.n > ISO_HEAD && cache->format == f && memcmp(text.p, cache->head, ISO_HEAD) == 0) {
        r = nothing_read;
        r.p = text.p + ISO_HEAD;
        r.end = text.p + text.n;
        if (!read_digits(&r, 2, &r.second) || !read_iso_rest(&r) || !in_range(&r))
            return false;
        *parts = (struct time_parts){ cache->local + r.second * SECOND + r.micros, true, r.zone,
                                      r.offset, false };
        return true;
    }
    if (!read_iso(text, &r, &coarse) || !done(&r, coarse, parts))
        return false;
    if (text.n > ISO_HEAD && text.p[ISO_HEAD - 1] == ':') {
        cache->format = f;
        memcpy(cache->head, text.p, ISO_HEAD);
        cache->head_n = ISO_HEAD;
        cache->local = parts->local - r.second * SECOND - r.micros;
    }
    return true;
}

/* [Tue,] 31 Aug 2010 20:36[:28] +0000 [(comment)] */
static bool parse_rfc2822(struct str text, struct time_parts *parts)
{
    struct reading r = nothing_read;
    r.p = text.p;
    r.end = text.p + text.n;
    if (r.p < r.end && !digit(*r.p)) {
        if (!read_day_name(&r))
            return false;
        bool comma = read_byte(&r, ',');
        if (!read_blank(&r) && !comma)
            return false;
    }
    if (!read_short(&r, 1, &r.day) || !read_blank(&r) || !read_month(&r) || !read_blank(&r) ||
        !read_digits(&r, 4, &r.year) || !read_blank(&r) || !read_clock(&r) || !read_blank(&r))
        return false;
    if (!read_zone(&r) && !read_zone_name(&r))
        return false;
    if (r.p < r.end) { /* "(UTC)" */
        if (!read_blank(&r) || !read_byte(&r, '(') || r.p == r.end || r.end[-1] != ')')
            return false;
    }
    return done(&r, false, parts);
}

/* A number of units since 1970, with decimals when they mean something. */
static bool parse_epoch(struct str text, int64_t unit, struct time_parts *parts)
{
    struct reading r = { .p = text.p, .end = text.p + text.n };
    int64_t value;
    if (!read_epoch(&r, EPOCH_LAST * (SECOND / unit) + (SECOND / unit - 1), &value))
        return false;
    if (r.p < r.end && unit > 1 && (!read_byte(&r, '.') || !read_fraction(&r)))
        return false;
    /* The fraction was read as millionths of a second; of a millisecond they are thousandths. */
    *parts = (struct time_parts){ value * unit + r.micros / (SECOND / unit), true, true, 0, false };
    return r.p == r.end;
}

/* ---- patterns ---- */

static bool run_op(const struct time_op *op, struct reading *r)
{
    switch ((enum time_op_kind)op->kind) {
    case TIME_BYTE:
        return read_byte(r, op->byte);
    case TIME_BLANK:
        return read_blank(r);
    case TIME_YEAR:
        return read_digits(r, 4, &r->year);
    case TIME_YEAR_2:
        if (!read_digits(r, 2, &r->year))
            return false;
        r->year += r->year < 69 ? 2000 : 1900;
        return true;
    case TIME_MONTH:
        return read_short(r, op->min, &r->month);
    case TIME_MONTH_NAME:
        return read_month(r);
    case TIME_DAY_PADDED:
        skip_blanks(r);
        return read_short(r, 1, &r->day);
    case TIME_DAY:
        return read_short(r, op->min, &r->day);
    case TIME_DAY_NAME:
        return read_day_name(r);
    case TIME_HOUR:
        return read_short(r, op->min, &r->hour);
    case TIME_HOUR_12:
        if (!read_short(r, op->min, &r->hour) || r->hour < 1 || r->hour > 12)
            return false;
        r->hour %= 12;
        return true;
    case TIME_MINUTE:
        return read_digits(r, 2, &r->minute);
    case TIME_SECOND:
        return read_digits(r, 2, &r->second);
    case TIME_HALF:
        return read_half(r);
    case TIME_ZONE:
        return read_zone(r);
    case TIME_ZONE_NAME:
        return read_zone_name(r);
    case TIME_FRACTION:
        return read_fraction(r);
    case TIME_EPOCH:
        return read_epoch(r, EPOCH_LAST, &r->epoch);
    case TIME_ISO8601:
    case TIME_RFC2822:
    case TIME_EPOCH_S:
    case TIME_EPOCH_MS:
    case TIME_EPOCH_US:
    case TIME_OPS:
        break;
    }
    return false;
}

/* Runs ops [from, nops). What the head said is kept once the whole has been read. */
static bool parse_full(const struct time_format *f, struct str text, struct time_cache *cache,
                       struct time_parts *parts)
{
    struct reading r = nothing_read, head;
    r.p = text.p;
    r.end = text.p + text.n;
    for (size_t i = 0; i < f->head; i++)
        if (!run_op(&f->ops[i], &r))
            return false;
    head = r;
    for (size_t i = f->head; i < f->nops; i++)
        if (!run_op(&f->ops[i], &r))
            return false;
    if (r.p != r.end || !local_of(&r, &parts->local))
        return false;
    parts->has_zone = r.zone;
    parts->offset = r.offset;
    size_t n = (size_t)(head.p - text.p);
    if (n <= sizeof cache->head && local_of(&head, &cache->local)) {
        cache->format = f;
        memcpy(cache->head, text.p, n);
        cache->head_n = n;
        cache->offset = head.offset;
    }
    return true;
}

bool time_parse(const struct time_format *f, struct str text, struct time_cache *cache,
                struct time_parts *parts)
{
    if (text.n == 0)
        return false;
    switch ((enum time_op_kind)f->ops[0].kind) {
    case TIME_ISO8601:
        return parse_iso(f, text, cache, parts);
    case TIME_RFC2822:
        return parse_rfc2822(text, parts);
    case TIME_EPOCH_S:
        return parse_epoch(text, SECOND, parts);
    case TIME_EPOCH_MS:
        return parse_epoch(text, SECOND / 1000, parts);
    case TIME_EPOCH_US:
        return parse_epoch(text, 1, parts);
    default:
        break;
    }
    parts->has_year = f->has_year;
    parts->coarse = f->coarse;
    bool whole = f->head == f->nops;
    if (cache->format != f || text.n < cache->head_n || (whole && text.n != cache->head_n) ||
        memcmp(text.p, cache->head, cache->head_n) != 0)
        return parse_full(f, text, cache, parts);
    struct reading r = nothing_read;
    r.p = text.p + cache->head_n;
    r.end = text.p + text.n;
    r.offset = cache->offset;
    for (size_t i = f->head; i < f->nops; i++)
        if (!run_op(&f->ops[i], &r))
            return false;
    if (r.p != r.end || !in_range(&r))
        return false;
    parts->local = cache->local + r.second * SECOND + r.micros + (r.pm ? 43200 * SECOND : 0);
    parts->has_zone = f->has_zone;
    parts->offset = r.offset;
    return true;
}
