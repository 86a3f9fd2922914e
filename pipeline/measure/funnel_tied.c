/* funnel_tied.c - chains within one instant: its events serve the steps in the most favourable
 * order, each at most once (definitions.md 2.1). See funnel_parts.h.
 *
 * An exclusion of the same instant forbids a link only when its place is between (A19), so a link
 * may go from a slot to all places from its edge on.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "measure/funnel_parts.h"

static int by_step(const void *a, const void *b)
{
    const struct slot *x = a, *y = b;
    return x->step != y->step ? (x->step > y->step) - (x->step < y->step)
                              : (x->place > y->place) - (x->place < y->place);
}

/* Behind the last slot of the step that slot i has. */
static size_t step_end(const struct funnel_reader *r, size_t i)
{
    size_t end = i;
    while (end < r->nslots && r->slots[end].step == r->slots[i].step)
        end++;
    return end;
}

/* The first slot of the step that slot i - 1 has. */
static size_t step_begin(const struct funnel_reader *r, size_t i)
{
    size_t first = i - 1;
    while (first > 0 && r->slots[first - 1].step == r->slots[i - 1].step)
        first--;
    return first;
}

/* ---- no mark fits several steps: a chain cannot use one twice ---- */

/* Links slots [t, tn) with the best of [s, sn) that each may be linked with: from the farthest
 * places on, as the edges of the targets move the same way. */
static void link_steps(struct funnel_reader *r, size_t t, size_t tn, size_t s, size_t sn)
{
    uint32_t best = NODE_NONE;
    size_t taken = 0;
    for (size_t i = 0; i < tn - t; i++) {
        struct slot *to = &r->slots[r->back ? t + i : tn - 1 - i];
        for (; taken < sn - s; taken++) {
            const struct slot *from = &r->slots[r->back ? s + taken : sn - 1 - taken];
            if (r->back ? from->place > to->edge : from->place < to->edge)
                break;
            if (from->node != NODE_NONE && (best == NODE_NONE || node_better(r, from->node, best)))
                best = from->node;
        }
        if (best != NODE_NONE)
            slot_offer(r, to, best);
    }
}

static void link_apart(struct funnel_reader *r)
{
    if (r->back) {
        for (size_t tn = r->nslots, t; tn > 0; tn = t) {
            t = step_begin(r, tn);
            for (size_t s = tn, sn; s < r->nslots; s = sn) {
                sn = step_end(r, s);
                if (step_follows(r, r->slots[t].step, r->slots[s].step) &&
                    r->f->steps[r->slots[s].step].min_gap == 0)
                    link_steps(r, t, tn, s, sn);
            }
        }
        return;
    }
    for (size_t t = 0, tn; t < r->nslots; t = tn) {
        tn = step_end(r, t);
        if (r->f->steps[r->slots[t].step].min_gap > 0)
            continue;
        for (size_t sn = t, s; sn > 0; sn = s) {
            s = step_begin(r, sn);
            if (step_follows(r, r->slots[s].step, r->slots[t].step))
                link_steps(r, t, tn, s, sn);
        }
    }
}

/* ---- some do: every set of marks that a chain can have used is looked at ---- */

static bool linkable(const struct funnel_reader *r, const struct slot *from, const struct slot *to)
{
    const struct slot *a = r->back ? to : from, *b = r->back ? from : to; /* in order of steps */
    if (!step_follows(r, a->step, b->step) || r->f->steps[b->step].min_gap > 0)
        return false;
    return r->back ? from->place <= to->edge : from->place >= to->edge;
}

/* The chain that used the marks of the set and ends in slot i goes on to slot k. */
static void extend_to(struct funnel_reader *r, uint32_t set, uint32_t low, size_t i, size_t k)
{
    const struct slot *to = &r->slots[k];
    uint32_t bit = UINT32_C(1) << (to->mark - low);
    if ((set & bit) || !linkable(r, &r->slots[i], to))
        return;
    size_t before = r->nnodes;
    uint32_t *best = &r->tied[(set | bit) * r->nslots + k];
    uint32_t node = slot_link(r, to, r->tied[set * r->nslots + i]);
    if (node == NODE_NONE)
        return;
    if (*best == NODE_NONE || node_better(r, node, *best))
        *best = node;
    else
        r->nnodes = before;
}

/* All chains that used exactly the marks of the set go on. */
static void extend(struct funnel_reader *r, uint32_t set, uint32_t low)
{
    for (size_t i = 0; i < r->nslots; i++) {
        if (r->tied[set * r->nslots + i] == NODE_NONE)
            continue;
        uint16_t step = r->slots[i].step;
        if (r->back)
            for (size_t k = step_begin(r, i + 1); k > 0; k--) {
                if (!step_follows(r, r->slots[k - 1].step, step))
                    break;
                extend_to(r, set, low, i, k - 1);
            }
        else
            for (size_t k = step_end(r, i); k < r->nslots; k++) {
                if (!step_follows(r, step, r->slots[k].step))
                    break;
                extend_to(r, set, low, i, k);
            }
    }
}

static void link_overlapping(struct funnel_reader *r)
{
    uint32_t low = UINT32_MAX, high = 0;
    for (size_t i = 0; i < r->nslots; i++) {
        low = r->slots[i].mark < low ? r->slots[i].mark : low;
        high = r->slots[i].mark > high ? r->slots[i].mark : high;
    }
    assert(high - low < FUNNEL_TIED_MAX);
    uint32_t sets = UINT32_C(1) << (high - low + 1);
    r->tied = mem_grow(r->tied, &r->tied_room, (size_t)sets * r->nslots, sizeof *r->tied);
    memset(r->tied, 0xff, (size_t)sets * r->nslots * sizeof *r->tied);
    for (size_t i = 0; i < r->nslots; i++)
        r->tied[(UINT32_C(1) << (r->slots[i].mark - low)) * r->nslots + i] = r->slots[i].node;
    for (uint32_t set = 1; set < sets; set++)
        extend(r, set, low);
    for (uint32_t set = 1; set < sets; set++)
        for (size_t i = 0; i < r->nslots; i++) {
            uint32_t node = r->tied[set * r->nslots + i];
            struct slot *s = &r->slots[i];
            if (node != NODE_NONE && (s->node == NODE_NONE || node_better(r, node, s->node)))
                s->node = node;
        }
}

void tied_link(struct funnel_reader *r, bool overlap)
{
    if (r->nslots < 2)
        return;
    qsort(r->slots, r->nslots, sizeof *r->slots, by_step);
    if (overlap)
        link_overlapping(r);
    else
        link_apart(r);
}
