/* tell.c - see tell.h. */
#include "ingest/tell.h"

#include <stdlib.h>

#include "event_columns.h"

bool tell_number(struct str s, bool comma, int64_t *micros)
{
    char plain[64];
    size_t n = 0;
    s = str_trim(s);
    bool share = s.n && s.p[s.n - 1] == '%';
    bool minus = s.n && s.p[0] == '-';
    if (share)
        s = str_trim(str_head(s, s.n - 1));
    if (minus)
        s = str_from(s, 1);
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (c == (comma ? '.' : ',') || c == ' ')
            continue;
        if (n == sizeof plain)
            return false;
        plain[n++] = c == ',' ? '.' : c;
    }
    /* With three decimals "1.234" could be a thousand to str_micros(); a fourth leaves no doubt. */
    const char *point = n ? memchr(plain, '.', n) : NULL;
    bool digit_last = n && plain[n - 1] >= '0' && plain[n - 1] <= '9';
    if (point && digit_last && plain + n - point == 4 && n < sizeof plain)
        plain[n++] = '0';
    if (!str_micros((struct str){ plain, n }, micros))
        return false;
    *micros = (share ? *micros / 100 : *micros) * (minus ? -1 : 1);
    return true;
}

static struct str field(const struct source *s, const struct batch *b, size_t record, uint32_t f)
{
    int32_t slot = s->slot[f];
    return slot < 0 ? (struct str){ NULL, 0 } : batch_column(b, (size_t)slot)[record];
}

/* The dimensions that have a value, as event_metrics.h wants them. */
static void put_dimensions(struct bytes *to, const struct plan *plan, const struct source *s,
                           const struct batch *b, size_t record)
{
    for (size_t i = 0; i < s->metrics->ndimensions; i++) {
        uint32_t f = s->metrics->dimensions[i];
        struct str value = field(s, b, record, f);
        if (!value.n)
            continue;
        put_text(to, plan->fields[f]);
        put_text(to, value);
    }
}

static int32_t day_of(int64_t time, const struct zone *zone)
{
    if (time == TIME_NONE)
        return METRIC_NO_DAY;
    time += zone_offset_at(zone, time) * SECOND;
    return (int32_t)(time / DAY - (time % DAY < 0));
}

bool tell_record(const struct plan *plan, const struct source *s, const struct batch *b,
                 size_t record, uint32_t text, int64_t time, struct event_set *out)
{
    const struct metrics_rules *m = s->metrics;
    struct metric_key key = { text, day_of(time, plan->zone) };
    struct bytes what = { 0 };
    put_dimensions(&what, plan, s, b, record);
    size_t dimensions = what.n;
    bool any = false;
    for (size_t i = 0; i < m->nvalues; i++) {
        int64_t micros;
        if (m->values[i] == FIELD_NONE)
            micros = 1000000;
        else if (!tell_number(field(s, b, record, m->values[i]), m->comma, &micros))
            continue;
        struct metric_sum sum = { micros, 1 };
        what.n = dimensions;
        put_text(&what, m->names[i]);
        metrics_add(&out->metrics, &key, (struct str){ (char *)what.p, what.n }, &sum);
        any = true;
    }
    free(what.p);
    return any;
}
