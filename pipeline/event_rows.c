/* event_rows.c - a block of events as columns, and back: put_rows(), get_rows() of
 * event_sections.h. This is where the time goes: a column at a time, in loops without calls. */
#include <assert.h>

#include "event_rulebook.h"
#include "event_sections.h"

/* What a time is a multiple of. */
static const uint64_t units[] = { 1, 1000, 1000000 };
enum { UNITS = sizeof units / sizeof *units };

struct base { /* what the first row of a block counts from */
    int64_t time;
    uint32_t unit, who;
};

static uint64_t times_out(const struct event *ev, size_t n, struct base *base)
{
    base->time = ev[0].time;
    for (size_t i = 1; i < n; i++)
        base->time = ev[i].time < base->time ? ev[i].time : base->time;
    base->unit = UNITS - 1;
    for (size_t i = 0; i < n; i++) {
        uint64_t since = (uint64_t)ev[i].time - (uint64_t)base->time;
        if (base->unit == 2 && since % 1000000)
            base->unit = 1;
        if (base->unit == 1 && since % 1000)
            base->unit = 0;
    }
    return units[base->unit];
}

static uint64_t in_units(uint64_t micros, uint64_t unit)
{
    /* A division by a constant is a multiplication. */
    return unit == 1000000 ? micros / 1000000 : unit == 1000 ? micros / 1000 : micros;
}

/* Behind an event of the same who a time counts from that event's, else from the block's least. */
static void put_times(struct packer *p, struct bytes *to, const struct event *ev, size_t n,
                      const struct base *base, uint64_t *v)
{
    uint64_t unit = units[base->unit];
    for (size_t i = 0; i < n; i++) {
        bool same = i && ev[i].who == ev[i - 1].who;
        int64_t from = same ? ev[i - 1].time : base->time;
        v[i] = in_units((uint64_t)ev[i].time - (uint64_t)from, unit);
    }
    put_column(p, to, v, n);
}

/* 0: none. 1: the next one that no row has named yet. Else how far back from that one. */
static void put_attrs(struct packer *p, struct bytes *to, const struct event *ev, size_t n,
                      const uint32_t *number, uint32_t next, uint64_t *v)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t a = ev[i].attrs ? number[ev[i].attrs] : 0;
        assert(a <= next + 1);
        v[i] = a ? (uint64_t)next + 2 - a : 0;
        next += a > next;
    }
    put_column(p, to, v, n);
}

static void put_records(struct packer *p, struct bytes *to, const struct clocks *clocks,
                        const struct event *ev, size_t n, uint64_t *v)
{
    for (size_t i = 0; i < n; i++) {
        uint64_t expected = 0;
        bool known = clock_expects(&clocks->list[event_file(&ev[i])], ev[i].time, &expected);
        assert(known);
        (void)known;
        v[i] = zigzag(event_record(&ev[i]) - expected);
    }
    put_column(p, to, v, n);
}

void put_rows(struct packer *p, struct bytes *to, const struct rows_out *out,
              const struct event *ev, size_t n, uint32_t attrs_next)
{
    uint64_t v[BLOCK_ROWS];
    struct base base = { .who = out->who[ev[0].who] };
    times_out(ev, n, &base);
    put_u64(to, (uint64_t)base.time);
    put_u32(to, base.unit);
    put_u32(to, base.who);
    put_u32(to, attrs_next);
    uint64_t before = base.who;
    for (size_t i = 0; i < n; i++) {
        uint64_t who = out->who[ev[i].who];
        v[i] = zigzag(who - before);
        before = who;
    }
    put_column(p, to, v, n);
    put_times(p, to, ev, n, &base, v);
    for (size_t i = 0; i < n; i++)
        v[i] = ev[i].rule;
    put_column(p, to, v, n);
    for (size_t i = 0; i < n; i++) {
        uint32_t touch = ev[i].touch == TOUCH_NONE ? out->ntouch : out->touch[ev[i].touch];
        v[i] = touch == out->usual[ev[i].rule] ? 0 : (uint64_t)touch + 1;
    }
    put_column(p, to, v, n);
    put_attrs(p, to, ev, n, out->attrs, attrs_next, v);
    for (size_t i = 0; i < n; i++)
        v[i] = ev[i].flags;
    put_column(p, to, v, n);
    for (size_t i = 0; i < n; i++)
        v[i] = event_file(&ev[i]);
    put_column(p, to, v, n);
    put_records(p, to, out->clocks, ev, n, v);
}

/* ---- and back ---- */

/* The event's own numbers are the file's until the last column is read. */
static bool get_whos_and_times(struct packer *p, struct cursor *c, const struct rows_in *in,
                               struct event *ev, size_t n, const struct base *base)
{
    uint64_t v[BLOCK_ROWS], who = base->who, unit = units[base->unit];
    uint64_t most = ((uint64_t)EVENT_TIME_MOST * 2) / unit;
    bool bad = false;
    get_column(p, c, v, n);
    for (size_t i = 0; i < n; i++) {
        who += unzigzag(v[i]);
        bad |= who >= in->nwhos;
        ev[i] = (struct event){ .who = (uint32_t)who };
    }
    get_column(p, c, v, n);
    for (size_t i = 0; i < n && !bad; i++) {
        int64_t from = i && ev[i].who == ev[i - 1].who ? ev[i - 1].time : base->time;
        bad |= v[i] > most;
        ev[i].time = (int64_t)((uint64_t)from + v[i] * unit);
        bad |= ev[i].time > EVENT_TIME_MOST || ev[i].time < -EVENT_TIME_MOST;
    }
    return !bad && !c->bad;
}

static bool get_rules_and_touchpoints(struct packer *p, struct cursor *c, const struct rows_in *in,
                                      struct event *ev, size_t n)
{
    uint64_t v[BLOCK_ROWS];
    bool bad = false;
    get_column(p, c, v, n);
    for (size_t i = 0; i < n; i++) {
        bad |= v[i] >= in->nrules;
        ev[i].rule = (uint16_t)v[i];
    }
    if (bad || c->bad)
        return false;
    get_column(p, c, v, n);
    for (size_t i = 0; i < n; i++) {
        uint64_t touch = v[i] ? v[i] - 1 : in->usual[ev[i].rule];
        if (touch > in->ntouch)
            return false;
        ev[i].touch = touch == in->ntouch ? TOUCH_NONE : in->touch[touch];
        ev[i].rule = in->rule[ev[i].rule];
        if (ev[i].rule == RULE_UNUSED)
            return false;
    }
    return !c->bad;
}

static bool get_attrs_and_flags(struct packer *p, struct cursor *c, const struct rows_in *in,
                                struct event *ev, size_t n, uint32_t next)
{
    uint64_t v[BLOCK_ROWS];
    bool any = get_column(p, c, v, n);
    for (size_t i = 0; i < n && any; i++) {
        if (v[i] > (uint64_t)next + 1)
            return false;
        uint32_t a = v[i] ? (uint32_t)(next + UINT64_C(2) - v[i]) : 0;
        next += a > next;
        if (a > in->nattrs)
            return false;
        ev[i].attrs = a ? in->attrs[a] : 0;
    }
    any = get_column(p, c, v, n);
    for (size_t i = 0; i < n && any; i++) {
        if (v[i] & ~(uint64_t)EVENT_COARSE)
            return false;
        ev[i].flags = (uint8_t)v[i];
    }
    return !c->bad;
}

static bool get_origins(struct packer *p, struct cursor *c, const struct rows_in *in,
                        struct event *ev, size_t n)
{
    uint64_t v[BLOCK_ROWS], file[BLOCK_ROWS];
    get_column(p, c, file, n);
    get_column(p, c, v, n);
    if (c->bad)
        return false;
    for (size_t i = 0; i < n; i++) {
        uint64_t record;
        if (file[i] >= in->clocks->n ||
            !clock_expects(&in->clocks->list[file[i]], ev[i].time, &record))
            return false;
        record += unzigzag(v[i]);
        if (!record || record >> ORIGIN_RECORD_BITS)
            return false;
        ev[i].origin = (in->file + file[i]) << ORIGIN_RECORD_BITS | record;
        ev[i].who = in->who[ev[i].who];
    }
    return true;
}

void get_rows(struct packer *p, struct cursor *c, const struct rows_in *in, struct event *ev,
              size_t n)
{
    struct base base = { .time = (int64_t)get_u64(c) };
    base.unit = get_u32(c);
    base.who = get_u32(c);
    uint32_t attrs_next = get_u32(c);
    if (c->bad || base.unit >= UNITS || base.time > EVENT_TIME_MOST ||
        base.time < -EVENT_TIME_MOST || attrs_next > in->nattrs ||
        !get_whos_and_times(p, c, in, ev, n, &base) ||
        !get_rules_and_touchpoints(p, c, in, ev, n) ||
        !get_attrs_and_flags(p, c, in, ev, n, attrs_next) || !get_origins(p, c, in, ev, n))
        c->bad = true;
}
