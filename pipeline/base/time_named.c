/* time_named.c - time formats that have a name: iso8601, rfc2822, epoch and its kin. See clock.h.
 */
#include "base/time_read.h"

static bool read_clock(struct reading *r)
{
    if (!read_digits(r, 2, &r->hour) || !read_byte(r, ':') || !read_digits(r, 2, &r->minute))
        return false;
    return !read_byte(r, ':') || read_digits(r, 2, &r->second);
}

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
    *r = reading_of(text);
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
    bool good = reading_local(r, &parts->local);
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

bool parse_iso8601(const struct time_format *f, struct str text, struct time_cache *cache,
                   struct time_parts *parts)
{
    bool coarse;
    struct reading r;
    if (text.n > ISO_HEAD && cache->format == f && memcmp(text.p, cache->head, ISO_HEAD) == 0) {
        r = reading_of(str_from(text, ISO_HEAD));
        if (!read_digits(&r, 2, &r.second) || !read_iso_rest(&r) || !reading_in_range(&r))
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
bool parse_rfc2822(struct str text, struct time_parts *parts)
{
    struct reading r = reading_of(text);
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
bool parse_epoch(struct str text, int64_t unit, struct time_parts *parts)
{
    struct reading r = reading_of(text);
    int64_t value;
    if (!read_epoch(&r, EPOCH_LAST * (SECOND / unit) + (SECOND / unit - 1), &value))
        return false;
    if (r.p < r.end && unit > 1 && (!read_byte(&r, '.') || !read_fraction(&r)))
        return false;
    /* The fraction was read as millionths of a second; of a millisecond they are thousandths. */
    *parts = (struct time_parts){ value * unit + r.micros / (SECOND / unit), true, true, 0, false };
    return r.p == r.end;
}
