/* funnel_any.c - funnels whose steps may come in any order (A47). See funnel_parts.h.
 *
 * Every mark is an entry. Its attempt holds the marks of its instant and those behind it, up to the
 * end of the window and to the first exclusion. Its depth is the largest number of steps that can
 * each have a mark of its own; the number of steps that have any mark is kept while the attempt
 * slides along and is never less, so most attempts are not looked at closely.
 */
#include <stdlib.h>

#include "measure/funnel_parts.h"

/* Marks [from, to) of a range, and how many of them fit each step. */
struct view {
    struct funnel_reader *r;
    struct mark_range range;
    size_t from, to;
    uint32_t *fit; /* [nsteps] */
    uint32_t steps;
};

static void count(struct view *v, const struct mark *m, bool in)
{
    for (uint32_t k = 0; k < m->nsteps; k++) {
        uint32_t *n = &v->fit[m->steps[k]];
        v->steps += in && *n == 0;
        *n = in ? *n + 1 : *n - 1;
        v->steps -= !in && *n == 0;
    }
}

/* Where the first exclusion behind the mark stands. */
static uint32_t barrier(const struct funnel_reader *r, const struct mark *m)
{
    const struct places *b = &r->barriers[0];
    size_t low = 0, high = b->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->v[middle] > m->place)
            high = middle;
        else
            low = middle + 1;
    }
    return low < b->n ? b->v[low] : UINT32_MAX;
}

static void slide(struct view *v, const struct chain_limits *limits, size_t entry)
{
    const struct mark *marks = v->range.marks, *e = &marks[entry];
    uint32_t end = limits->exclusion ? barrier(v->r, e) : UINT32_MAX;
    while (v->to < v->range.n && marks[v->to].place < end &&
           (limits->window == INT64_MAX ||
            elapsed(e->time, marks[v->to].time) <= (uint64_t)limits->window)) {
        count(v, &marks[v->to++], true);
        v->r->work++;
    }
    while (v->from < v->to && marks[v->from].time < e->time)
        count(v, &marks[v->from++], false);
}

/* ---- one mark for each step ---- */

struct matching {
    const struct view *v;
    size_t *mark; /* [nsteps] + 1; 0: none yet */
    bool *seen;   /* [nsteps] */
};

/* Finds a step for the mark, moving others where that makes room. */
static bool place_mark(struct matching *m, size_t mark)
{
    const struct mark *this = &m->v->range.marks[mark];
    for (uint32_t k = 0; k < this->nsteps; k++) {
        uint16_t s = this->steps[k];
        if (m->seen[s])
            continue;
        m->seen[s] = true;
        if (m->mark[s] == 0 || place_mark(m, m->mark[s] - 1)) {
            m->mark[s] = mark + 1;
            return true;
        }
    }
    return false;
}

/* to->marks[k]: the mark with which the k + 1st step was reached. How many there are. */
static uint32_t match(struct view *v, struct chain *to)
{
    size_t nsteps = v->r->f->nsteps;
    struct matching m = { v, mem_zero(nsteps, sizeof *m.mark), mem_zero(nsteps, sizeof *m.seen) };
    uint32_t n = 0;
    memset(to->marks, 0, nsteps * sizeof *to->marks);
    for (size_t i = v->from; i < v->to && n < nsteps; i++) {
        memset(m.seen, 0, nsteps * sizeof *m.seen);
        if (place_mark(&m, i))
            to->marks[n++] = &v->range.marks[i];
    }
    free(m.mark);
    free(m.seen);
    return n;
}

int64_t any_best(struct funnel_reader *r, struct mark_range range,
                 const struct chain_limits *limits, struct chain *to)
{
    size_t nsteps = r->f->nsteps;
    struct view v = { .r = r, .range = range, .fit = mem_zero(nsteps, sizeof *v.fit) };
    struct chain found = { .marks = mem_zero(nsteps, sizeof *found.marks) };
    struct chain best = { .marks = to ? to->marks : mem_zero(nsteps, sizeof *best.marks) };
    for (size_t i = 0; i < range.n; i++) {
        if (range.marks[i].time > limits->entry_until)
            break;
        if (limits->only != UINT32_MAX && limits->only != range.marks[i].place)
            continue;
        slide(&v, limits, i);
        if (best.found && v.steps <= best.deepest &&
            !(v.steps == best.deepest + 1 && chain_entry(r, &best) == range.marks[i].time))
            continue;
        struct view lone = v;
        lone.from = range.lone ? i : v.from;
        lone.to = range.lone ? i + 1 : v.to;
        found.deepest = match(&lone, &found) - 1;
        if (best.found && !chain_better(r, &found, &best))
            continue;
        best.found = true;
        best.deepest = found.deepest;
        memcpy(best.marks, found.marks, nsteps * sizeof *best.marks);
    }
    free(v.fit);
    free(found.marks);
    if (to) {
        to->found = best.found;
        to->deepest = best.deepest;
    } else {
        free(best.marks);
    }
    return best.found ? (int64_t)best.deepest : -1;
}
