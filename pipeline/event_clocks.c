/* event_clocks.c - the clocks of event_sections.h. */
#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "event_sections.h"

enum { EVENTS_A_TICK = 128, SHIFT_MAX = 62, TICKS_MAX = 1 << 28 };

struct span {
    int64_t first, last;
    size_t n;
};

static void clock_begin(struct clock *k, const struct span *s)
{
    if (!s->n)
        return;
    uint64_t length = (uint64_t)s->last - (uint64_t)s->first;
    uint64_t ticks = s->n / EVENTS_A_TICK + 1;
    if (ticks > TICKS_MAX)
        ticks = TICKS_MAX;
    k->begin = s->first;
    while (length >> k->shift >= ticks)
        k->shift++;
    k->ticks = (uint32_t)(length >> k->shift) + 1;
}

static void starts_share(struct clocks *clocks)
{
    size_t n = 0;
    for (size_t i = 0; i < clocks->n; i++)
        n += clocks->list[i].ticks + (size_t)1;
    clocks->starts = mem_take(n * sizeof *clocks->starts);
    memset(clocks->starts, 0xff, n * sizeof *clocks->starts);
    n = 0;
    for (size_t i = 0; i < clocks->n; i++) {
        clocks->list[i].starts = clocks->starts + n;
        n += clocks->list[i].ticks + (size_t)1;
    }
}

/* A tick without records begins where the next one does; none goes back. */
static void starts_fill(struct clock *k, uint64_t last)
{
    k->starts[k->ticks] = last;
    for (size_t i = k->ticks; i-- > 0;)
        if (k->starts[i] > k->starts[i + 1])
            k->starts[i] = k->starts[i + 1];
}

void clocks_make(const struct event_set *set, struct clocks *clocks)
{
    *clocks = (struct clocks){ .list = mem_zero(set->nfiles, sizeof *clocks->list),
                               .n = set->nfiles,
                               .first = TIME_NONE,
                               .last = TIME_NONE };
    struct span *spans = mem_zero(set->nfiles, sizeof *spans);
    uint64_t *last = mem_zero(set->nfiles, sizeof *last);
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        struct span *s = &spans[event_file(e)];
        s->first = !s->n || e->time < s->first ? e->time : s->first;
        s->last = !s->n || e->time > s->last ? e->time : s->last;
        s->n++;
        if (last[event_file(e)] < event_record(e))
            last[event_file(e)] = event_record(e);
    }
    for (size_t i = 0; i < set->nfiles; i++) {
        const struct span *s = &spans[i];
        clock_begin(&clocks->list[i], s);
        if (s->n && (clocks->first == TIME_NONE || s->first < clocks->first))
            clocks->first = s->first;
        if (s->n && (clocks->last == TIME_NONE || s->last > clocks->last))
            clocks->last = s->last;
    }
    starts_share(clocks);
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        const struct clock *k = &clocks->list[event_file(e)];
        uint64_t *start = &k->starts[((uint64_t)e->time - (uint64_t)k->begin) >> k->shift];
        if (event_record(e) < *start)
            *start = event_record(e);
    }
    for (size_t i = 0; i < set->nfiles; i++)
        starts_fill(&clocks->list[i], last[i]);
    free(spans);
    free(last);
}

void clocks_free(struct clocks *clocks)
{
    free(clocks->list);
    free(clocks->starts);
    *clocks = (struct clocks){ 0 };
}

void put_clocks(struct packer *p, struct bytes *to, const struct clocks *clocks)
{
    uint64_t steps[COLUMN_ROWS_MAX];
    for (size_t i = 0; i < clocks->n; i++) {
        const struct clock *k = &clocks->list[i];
        put_u64(to, (uint64_t)k->begin);
        put_u32(to, k->shift);
        put_u32(to, k->ticks);
        uint64_t before = 0;
        for (size_t at = 0; at <= k->ticks;) {
            size_t n = 0;
            for (; n < COLUMN_ROWS_MAX && at <= k->ticks; n++, at++) {
                steps[n] = k->starts[at] - before;
                before = k->starts[at];
            }
            put_column(p, to, steps, n);
        }
    }
}

static void get_starts(struct packer *p, struct cursor *c, struct clock *k)
{
    uint64_t steps[COLUMN_ROWS_MAX], before = 0;
    for (size_t at = 0; at <= k->ticks && !c->bad;) {
        size_t left = k->ticks + (size_t)1 - at,
               n = left < COLUMN_ROWS_MAX ? left : COLUMN_ROWS_MAX;
        get_column(p, c, steps, n);
        for (size_t i = 0; i < n; i++) {
            if (steps[i] >> ORIGIN_RECORD_BITS || (before + steps[i]) >> ORIGIN_RECORD_BITS) {
                c->bad = true;
                return;
            }
            k->starts[at++] = before += steps[i];
        }
    }
}

void get_clocks(struct packer *p, struct cursor *c, struct clocks *clocks, size_t nfiles,
                uint64_t events)
{
    uint64_t most = events / EVENTS_A_TICK + nfiles;
    *clocks = (struct clocks){ .list = mem_zero(nfiles, sizeof *clocks->list), .n = nfiles };
    size_t n = 0, room = 0;
    for (size_t i = 0; i < nfiles && !c->bad; i++) {
        struct clock *k = &clocks->list[i];
        k->begin = (int64_t)get_u64(c);
        k->shift = get_u32(c);
        k->ticks = get_u32(c);
        if (c->bad || k->shift > SHIFT_MAX || k->ticks > TICKS_MAX || n + k->ticks > most + i) {
            c->bad = true;
            return;
        }
        size_t first = n;
        n += k->ticks + (size_t)1;
        clocks->starts = mem_grow(clocks->starts, &room, n, sizeof *clocks->starts);
        k->starts = clocks->starts + first;
        get_starts(p, c, k);
    }
    n = 0;
    for (size_t i = 0; i < nfiles && !c->bad; i++) { /* they may have moved while they grew */
        clocks->list[i].starts = clocks->starts + n;
        n += clocks->list[i].ticks + (size_t)1;
    }
}
