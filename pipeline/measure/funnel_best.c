/* funnel_best.c - the best attempt of a unit, the best that has matured, and attempts that do not
 * overlap. See funnel_parts.h.
 */
#include <string.h>

#include "measure/funnel_parts.h"

/* ---- comparing ---- */

static const struct mark *first_mark(const struct funnel_reader *r, const struct chain *c)
{
    for (size_t s = 0; s < r->f->nsteps; s++)
        if (c->marks[s])
            return c->marks[s];
    return NULL;
}

int64_t chain_entry(const struct funnel_reader *r, const struct chain *c)
{
    return first_mark(r, c)->time;
}

static uint32_t matched(const struct funnel_reader *r, const struct chain *c)
{
    uint32_t n = 0;
    for (size_t s = 0; s < r->f->nsteps; s++)
        n += c->marks[s] != NULL;
    return n;
}

/* A17: deepest; earliest entry; earliest time of the deepest step; most steps; earliest times in
 * order; and so that there is always one answer, earlier steps, then earlier places. */
bool chain_better(const struct funnel_reader *r, const struct chain *a, const struct chain *b)
{
    int64_t entry[2] = { chain_entry(r, a), chain_entry(r, b) };
    int64_t reached[2] = { a->marks[a->deepest]->time, b->marks[b->deepest]->time };
    uint32_t n[2] = { matched(r, a), matched(r, b) };
    if (a->deepest != b->deepest)
        return a->deepest > b->deepest;
    if (entry[0] != entry[1])
        return entry[0] < entry[1];
    if (reached[0] != reached[1])
        return reached[0] < reached[1];
    if (n[0] != n[1])
        return n[0] > n[1];
    int how = 0;
    for (size_t i = 0, k = 0; i < r->f->nsteps && k < r->f->nsteps; i++, k++) {
        while (i < r->f->nsteps && !a->marks[i])
            i++;
        while (k < r->f->nsteps && !b->marks[k])
            k++;
        if (i == r->f->nsteps || k == r->f->nsteps)
            break;
        const struct mark *p = a->marks[i], *q = b->marks[k];
        if (p->time != q->time)
            return p->time < q->time;
        if (how == 0)
            how = i != k ? (i < k ? 1 : -1) : (p->place < q->place) - (p->place > q->place);
    }
    return how > 0;
}

/* ---- searching ---- */

int64_t best_depth(struct funnel_reader *r, struct mark_range range,
                   const struct chain_limits *limits)
{
    return r->f->order == FUNNEL_ANY ? any_best(r, range, limits, NULL)
                                     : chain_depth(r, range, limits);
}

/* The best chain of a range, when it is better than *best: then it is in *best. */
static void improve(struct funnel_reader *r, struct mark_range range,
                    const struct chain_limits *limits, struct chain *best)
{
    struct chain *other = &r->other;
    int64_t depth;
    if (r->f->order == FUNNEL_ANY) {
        depth = any_best(r, range, limits, other);
    } else {
        depth = chain_depth(r, range, limits);
        if (depth < 0 || (best->found && depth < (int64_t)best->deepest))
            return;
        chain_best(r, range, limits, (uint32_t)depth, other);
    }
    if (depth < 0 || (best->found && !chain_better(r, other, best)))
        return;
    struct chain swap = *best;
    *best = *other;
    *other = swap;
}

static void find_best(struct funnel_reader *r, const struct chain_limits *limits,
                      struct chain *best)
{
    best->found = false;
    for (size_t i = 0; i < r->nmarks;)
        improve(r, marks_next(r, &i), limits, best);
}

/* ---- telling ---- */

static struct attempt attempt_of(const struct funnel_reader *r, const struct chain *c,
                                 const struct event **events)
{
    struct attempt a = {
        .deepest = c->deepest,
        .converted = c->deepest == r->last,
        .entry = chain_entry(r, c),
        .reached = c->marks[c->deepest]->time,
        .events = events,
    };
    for (uint32_t s = (uint32_t)r->f->nsteps; s-- > 0;) {
        events[s] = c->marks[s] ? c->marks[s]->event : NULL;
        if (c->marks[s])
            a.first = s;
    }
    return a;
}

/* The last entry that is a window before T_end; false when none can be, or there is no window. */
static bool matured_until(const struct funnel_reader *r, int64_t *until)
{
    return r->f->window != INT64_MAX && r->w->end != TIME_NONE &&
           !__builtin_sub_overflow(r->w->end, r->f->window, until);
}

static int64_t last_time(const struct funnel_reader *r)
{
    int64_t last = INT64_MIN;
    for (size_t i = 0; i < r->nmarks; i++)
        last = r->marks[i].time > last ? r->marks[i].time : last;
    return last;
}

static void read_unit(struct funnel_reader *r, funnel_unit_fn *fn, void *ctx)
{
    struct chain_limits limits = chain_limits(r->f);
    struct funnel_unit unit = { .customer = r->customer };
    int64_t until;
    find_best(r, &limits, &r->best);
    if (!r->best.found)
        return;
    unit.best = attempt_of(r, &r->best, r->best_events);
    if (matured_until(r, &until)) {
        const struct chain *c = &r->best;
        if (last_time(r) > until) {
            limits.entry_until = until;
            find_best(r, &limits, &r->matured);
            c = &r->matured;
        }
        unit.has_matured = c->found;
        if (c->found)
            unit.matured = attempt_of(r, c, r->matured_events);
    }
    r->had = (struct mark_range){ r->marks, r->nmarks, false };
    r->only = UINT32_MAX;
    fn(ctx, r, &unit);
}

/* ---- attempts that do not overlap (A23) ---- */

static bool begins(const struct funnel_reader *r, const struct mark *m)
{
    if (r->f->order == FUNNEL_ANY || m->steps[0] == 0)
        return true;
    for (uint32_t k = 0; r->f->open && k < m->nsteps; k++)
        if (!r->f->steps[m->steps[k]].optional)
            return true;
    return false;
}

/* Behind the marks that the attempt which begins at i has used up: those of its chain when it was
 * completed, else all in its window. */
static size_t used_up(const struct funnel_reader *r, struct mark_range range, size_t i,
                      const struct chain *c)
{
    size_t end = i;
    if (c->deepest == r->last) {
        uint32_t place = 0;
        for (size_t s = 0; s < r->f->nsteps; s++)
            if (c->marks[s] && c->marks[s]->place > place)
                place = c->marks[s]->place;
        while (end < range.n && range.marks[end].place <= place)
            end++;
        return end;
    }
    while (end < range.n &&
           (r->f->window == INT64_MAX ||
            elapsed(range.marks[i].time, range.marks[end].time) <= (uint64_t)r->f->window))
        end++;
    return end;
}

static size_t next_entry(const struct funnel_reader *r, struct mark_range range, size_t i)
{
    while (i < range.n && !begins(r, &range.marks[i]))
        i++;
    return i;
}

static void read_attempts(struct funnel_reader *r, struct mark_range range, funnel_unit_fn *fn,
                          void *ctx)
{
    struct funnel_unit unit = { .customer = r->customer };
    size_t used = 0;
    int64_t until;
    for (size_t i = next_entry(r, range, 0); i < range.n;) {
        struct chain_limits limits = chain_limits(r->f);
        size_t from = i, to = i;
        while (from > used && range.marks[from - 1].time == range.marks[i].time)
            from--;
        while (to < range.n &&
               (r->f->window == INT64_MAX ||
                elapsed(range.marks[i].time, range.marks[to].time) <= (uint64_t)r->f->window))
            to++;
        limits.only = range.marks[i].place;
        r->had = (struct mark_range){ range.marks + from, to - from, range.lone };
        r->best.found = false;
        improve(r, r->had, &limits, &r->best);
        used = used_up(r, range, i, &r->best);
        size_t next = next_entry(r, range, used);
        unit.best = attempt_of(r, &r->best, r->best_events);
        unit.has_matured = matured_until(r, &until) && unit.best.entry <= until;
        unit.matured = unit.best;
        r->only = limits.only;
        r->had_more = (struct mark_range){ range.marks + from, next - from, range.lone };
        fn(ctx, r, &unit);
        i = next;
    }
}

void best_read(struct funnel_reader *r, funnel_unit_fn *fn, void *ctx)
{
    if (r->f->counting != FUNNEL_TOTALS) {
        read_unit(r, fn, ctx);
        return;
    }
    for (size_t i = 0; i < r->nmarks;)
        read_attempts(r, marks_next(r, &i), fn, ctx);
}
