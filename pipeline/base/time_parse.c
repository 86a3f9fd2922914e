/* time_parse.c - texts read by compiled time formats: see clock.h. No state but the caller's cache.
 */
#include "base/time_read.h"

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

/* text, from the second on, with the tail of the text before. */
static bool parse_second(struct str text, const struct time_cache *cache, struct time_parts *parts)
{
    if (text.n != 2u + cache->tail_n || !digit(text.p[0]) || !digit(text.p[1]) ||
        memcmp(text.p + 2, cache->tail, cache->tail_n) != 0)
        return false;
    int second = (text.p[0] - '0') * 10 + (text.p[1] - '0');
    if (second > 59)
        return false;
    parts->local = cache->local + second * SECOND;
    parts->offset = cache->tail_offset;
    return true;
}

/* text, from the second on, was read: what stands behind the second is kept. */
static void keep_tail(struct str text, int32_t offset, struct time_cache *cache)
{
    cache->tail_known = text.n <= 2 + sizeof cache->tail;
    if (!cache->tail_known)
        return;
    cache->tail_n = (uint8_t)(text.n - 2);
    memcpy(cache->tail, text.p + 2, cache->tail_n);
    cache->tail_offset = offset;
}

/* Runs ops [from, nops). What the head said is kept once the whole has been read. */
static bool parse_full(const struct time_format *f, struct str text, struct time_cache *cache,
                       struct time_parts *parts)
{
    struct reading r = reading_of(text), head;
    for (size_t i = 0; i < f->head; i++)
        if (!run_op(&f->ops[i], &r))
            return false;
    head = r;
    for (size_t i = f->head; i < f->nops; i++)
        if (!run_op(&f->ops[i], &r))
            return false;
    if (r.p != r.end || !reading_local(&r, &parts->local))
        return false;
    parts->has_zone = r.zone;
    parts->offset = r.offset;
    size_t n = (size_t)(head.p - text.p);
    if (n <= sizeof cache->head && reading_local(&head, &cache->local)) {
        cache->format = f;
        memcpy(cache->head, text.p, n);
        cache->head_n = n;
        cache->offset = head.offset;
        cache->tail_known = false;
        if (f->short_tail)
            keep_tail(str_from(text, n), r.offset, cache);
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
        return parse_iso8601(f, text, cache, parts);
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
    struct str tail = str_from(text, cache->head_n);
    parts->has_zone = f->has_zone;
    if (cache->tail_known && parse_second(tail, cache, parts))
        return true;
    struct reading r = reading_of(tail);
    r.offset = cache->offset;
    for (size_t i = f->head; i < f->nops; i++)
        if (!run_op(&f->ops[i], &r))
            return false;
    if (r.p != r.end || !reading_in_range(&r))
        return false;
    parts->local = cache->local + r.second * SECOND + r.micros + (r.pm ? 43200 * SECOND : 0);
    parts->offset = r.offset;
    if (f->short_tail)
        keep_tail(tail, r.offset, cache);
    return true;
}
