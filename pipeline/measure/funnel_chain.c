/* funnel_chain.c - chains of marks: how deep any of them comes, and the best one to that depth. See
 * funnel_parts.h.
 *
 * Exact, with every rule of a funnel (A16): forward, each mark and step keep the latest entry from
 * which they can be reached; going back, the earliest time at which the deepest step follows. What
 * may come right before a mark is a span of time (gaps, strictness) and of places (exclusions)
 * whose ends only move on, so the best in it is the front of a sliding window.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/limits.h"
#include "measure/funnel_parts.h"

struct chain_limits chain_limits(const struct funnel *f)
{
    return (struct chain_limits){
        .window = f->window,
        .entry_until = INT64_MAX,
        .only = UINT32_MAX,
        .gaps = true,
        .exclusion = true,
    };
}

static bool within(int64_t from, int64_t to, int64_t limit)
{
    return limit == INT64_MAX || elapsed(from, to) <= (uint64_t)limit;
}

/* ---- nodes ---- */

/* Of two chains going back that are equally early, and of one length: the one whose times, and then
 * steps, and then places, are earlier in order. */
static bool earlier(const struct funnel_reader *r, uint32_t a, uint32_t b)
{
    int how = 0; /* by steps and places, while the times are equal */
    while (a != b && a != NODE_NONE && b != NODE_NONE) {
        const struct node *x = &r->nodes[a], *y = &r->nodes[b];
        const struct mark *p = &r->range.marks[x->mark], *q = &r->range.marks[y->mark];
        if (p->time != q->time)
            return p->time < q->time;
        if (how == 0)
            how = x->step != y->step ? (x->step < y->step ? 1 : -1)
                                     : (p->place < q->place) - (p->place > q->place);
        a = x->next;
        b = y->next;
    }
    return how > 0;
}

bool node_better(const struct funnel_reader *r, uint32_t a, uint32_t b)
{
    const struct node *x = &r->nodes[a], *y = &r->nodes[b];
    if (!r->back)
        return x->start > y->start;
    if (x->start != y->start)
        return x->start < y->start;
    return x->optionals != y->optionals ? x->optionals > y->optionals : earlier(r, a, b);
}

static uint32_t add_node(struct funnel_reader *r, struct node n)
{
    r->nodes = mem_grow(r->nodes, &r->nodes_room, r->nnodes + 1, sizeof *r->nodes);
    r->nodes[r->nnodes] = n;
    return (uint32_t)r->nnodes++;
}

/* May the mark be an entry by this step? */
static bool is_entry(const struct funnel_reader *r, const struct mark *m, uint32_t step)
{
    if (step > 0 && (!r->f->open || r->f->steps[step].optional))
        return false;
    return m->time <= r->limits.entry_until &&
           (r->limits.only == UINT32_MAX || r->limits.only == m->place);
}

/* The node of a slot that needs no other one; NODE_NONE when there is none. */
static uint32_t begin_node(struct funnel_reader *r, const struct slot *s)
{
    const struct mark *m = &r->range.marks[s->mark];
    struct node n = { .mark = s->mark, .step = s->step, .next = NODE_NONE };
    if (!r->back) {
        n.start = m->time;
        return is_entry(r, m, s->step) ? add_node(r, n) : NODE_NONE;
    }
    if (s->step < r->target)
        return NODE_NONE;
    n.start = s->step == r->target ? m->time : 0;
    n.optionals = r->f->steps[s->step].optional;
    return add_node(r, n);
}

uint32_t slot_link(struct funnel_reader *r, const struct slot *s, uint32_t source)
{
    struct node n = r->nodes[source];
    const struct mark *m = &r->range.marks[s->mark];
    n.mark = s->mark;
    n.step = s->step;
    n.next = source;
    if (!r->back)
        return within(n.start, m->time, r->limits.window) ? add_node(r, n) : NODE_NONE;
    n.optionals = (uint16_t)(n.optionals + r->f->steps[s->step].optional);
    if (s->step == r->target)
        n.start = m->time;
    return add_node(r, n);
}

void slot_offer(struct funnel_reader *r, struct slot *s, uint32_t source)
{
    size_t before = r->nnodes;
    uint32_t node = slot_link(r, s, source);
    if (node == NODE_NONE)
        return;
    if (s->node == NODE_NONE || node_better(r, node, s->node))
        s->node = node;
    else
        r->nnodes = before;
}

/* ---- sliding windows ---- */

static void queue_add(struct funnel_reader *r, uint32_t step, uint32_t node)
{
    struct queue *q = &r->queues[step];
    if (q->n == q->room) {
        q->room = q->room ? 2 * q->room : 8;
        q->items = mem_resize(q->items, q->room * sizeof *q->items);
        q->ring = mem_resize(q->ring, q->room * sizeof *q->ring);
    }
    q->items[q->n++] = node;
    r->work++;
}

/* The time from the earlier to the later of the two marks. */
static uint64_t gap(const struct funnel_reader *r, const struct mark *m, uint32_t node)
{
    const struct mark *other = &r->range.marks[r->nodes[node].mark];
    return r->back ? elapsed(m->time, other->time) : elapsed(other->time, m->time);
}

/* Does nothing stand between the slot's mark and the node's, and is the node near enough? */
static bool in_reach(const struct funnel_reader *r, const struct slot *s, uint32_t step,
                     uint32_t node)
{
    const struct mark *m = &r->range.marks[s->mark];
    const struct mark *other = &r->range.marks[r->nodes[node].mark];
    int64_t max_gap = r->limits.gaps ? r->f->steps[step].max_gap : INT64_MAX;
    if (max_gap != INT64_MAX && gap(r, m, node) > (uint64_t)max_gap)
        return false;
    if (r->f->order == FUNNEL_STRICT &&
        (r->back ? other->time > m->after : other->time < m->before))
        return false;
    return r->back ? other->place <= s->edge : other->place >= s->edge;
}

/* The best node in the window before `step` that the slot can be linked with, or NODE_NONE. */
static uint32_t queue_best(struct funnel_reader *r, uint32_t step, const struct slot *s)
{
    struct queue *q = &r->queues[step];
    const struct mark *m = &r->range.marks[s->mark];
    while (q->fed < q->n && gap(r, m, q->items[q->fed]) >= (uint64_t)r->f->steps[step].min_gap) {
        uint32_t node = q->items[q->fed++];
        while (q->tail > q->head && !node_better(r, q->ring[q->tail - 1], node))
            q->tail--;
        q->ring[q->tail++] = node;
    }
    while (q->head < q->tail && !in_reach(r, s, step, q->ring[q->head]))
        q->head++;
    return q->head < q->tail ? q->ring[q->head] : NODE_NONE;
}

/* ---- one instant ---- */

/* The first (going back: last) place that a mark may be linked with: where the nearest exclusion
 * stands, which may be a step itself. */
static uint32_t edge_of(const struct funnel_reader *r, const struct mark *m, uint32_t step)
{
    uint32_t none = r->back ? UINT32_MAX : 0;
    if (!r->limits.exclusion || (!r->back && step == 0))
        return none;
    const struct places *b = &r->barriers[r->required[r->back ? step : step - 1]];
    size_t low = 0, high = b->n; /* the first barrier behind the mark */
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (b->v[middle] > m->place)
            high = middle;
        else
            low = middle + 1;
    }
    if (r->back)
        return low < b->n ? b->v[low] : none;
    while (low > 0 && b->v[low - 1] >= m->place)
        low--;
    return low > 0 ? b->v[low - 1] : none;
}

static void add_slot(struct funnel_reader *r, uint32_t mark, uint16_t step)
{
    const struct mark *m = &r->range.marks[mark];
    struct slot s = { .mark = mark, .place = m->place, .step = step, .node = NODE_NONE };
    s.edge = edge_of(r, m, step);
    s.node = begin_node(r, &s);
    if (!r->back && step > 0) {
        uint32_t source = queue_best(r, step, &s);
        if (source != NODE_NONE)
            slot_offer(r, &s, source);
    }
    for (uint32_t k = step + 1U; r->back && k <= r->succ_last[step] && k <= r->trailing; k++) {
        uint32_t source = queue_best(r, k, &s);
        if (source != NODE_NONE)
            slot_offer(r, &s, source);
    }
    r->slots = mem_grow(r->slots, &r->slots_room, r->nslots + 1, sizeof *r->slots);
    r->slots[r->nslots++] = s;
}

/* Of two entries at one time. They may be different steps of an open funnel. */
static bool entry_better(const struct funnel_reader *r, uint32_t a, uint32_t b)
{
    const struct node *x = &r->nodes[a], *y = &r->nodes[b];
    uint32_t n = x->optionals + r->rank[r->target] - r->rank[x->step];
    uint32_t other = y->optionals + r->rank[r->target] - r->rank[y->step];
    if (x->start != y->start)
        return x->start < y->start;
    return n != other ? n > other : earlier(r, a, b);
}

static void consider_entry(struct funnel_reader *r, const struct slot *s)
{
    const struct mark *m = &r->range.marks[s->mark];
    if (s->step > r->target || !is_entry(r, m, s->step) ||
        !within(m->time, r->nodes[s->node].start, r->limits.window))
        return;
    if (r->entered == NODE_NONE || r->range.marks[r->nodes[r->entered].mark].time > m->time ||
        entry_better(r, s->node, r->entered))
        r->entered = s->node;
}

/* The slot is final: it counts, and others may follow it. */
static void settle(struct funnel_reader *r, const struct slot *s)
{
    if (s->node == NODE_NONE)
        return;
    if (r->back)
        consider_entry(r, s);
    else if (!r->f->steps[s->step].optional && s->step > r->deepest)
        r->deepest = s->step;
    if (r->range.lone)
        return;
    if (r->back)
        queue_add(r, s->step, s->node);
    else
        for (uint32_t k = s->step + 1U; k <= r->succ_last[s->step]; k++)
            queue_add(r, k, s->node);
}

static int by_place(const void *a, const void *b)
{
    const struct slot *x = a, *y = b;
    return x->place != y->place ? (x->place > y->place) - (x->place < y->place)
                                : (x->step > y->step) - (x->step < y->step);
}

/* The marks [from, to) have one time. */
static void instant(struct funnel_reader *r, size_t from, size_t to, bool overlap)
{
    r->nslots = 0;
    for (size_t i = 0; i < to - from; i++) {
        uint32_t mark = (uint32_t)(r->back ? to - 1 - i : from + i);
        const struct mark *m = &r->range.marks[mark];
        for (uint32_t k = 0; k < m->nsteps; k++)
            if (!r->back || m->steps[k] <= r->target ||
                (m->steps[k] <= r->trailing && m->steps[k] > r->target))
                add_slot(r, mark, m->steps[k]);
    }
    if (r->nslots > 1 && to - from > 1 && !r->range.lone) {
        tied_link(r, overlap);
        qsort(r->slots, r->nslots, sizeof *r->slots, by_place);
        for (size_t i = 0; i < r->nslots; i++)
            settle(r, &r->slots[r->back ? r->nslots - 1 - i : i]);
        return;
    }
    for (size_t i = 0; i < r->nslots; i++)
        settle(r, &r->slots[i]);
}

/* ---- a search ---- */

/* Marks of one instant are looked at together, unless there are too many to try every order: some
 * fit several steps, and each may serve only one. */
static bool together(const struct funnel_reader *r, size_t from, size_t to, bool *overlap)
{
    *overlap = false;
    for (size_t i = from; i < to; i++)
        *overlap |= r->range.marks[i].nsteps > 1;
    return !*overlap || to - from <= FUNNEL_TIED_MAX;
}

static void search(struct funnel_reader *r, struct mark_range range,
                   const struct chain_limits *limits, bool back)
{
    r->range = range;
    r->limits = *limits;
    r->back = back;
    r->nnodes = 0;
    for (size_t s = 0; s < r->f->nsteps; s++)
        r->queues[s].n = r->queues[s].fed = r->queues[s].head = r->queues[s].tail = 0;
    for (size_t done = 0; done < range.n;) {
        size_t from = done, to = done + 1;
        const struct mark *m = back ? &range.marks[range.n - 1 - done] : &range.marks[done];
        while (to < range.n &&
               (back ? m[-(ptrdiff_t)(to - from)].time : m[to - from].time) == m->time)
            to++;
        size_t first = back ? range.n - to : from, end = back ? range.n - from : to;
        bool overlap;
        if (together(r, first, end, &overlap))
            instant(r, first, end, overlap);
        else
            for (size_t i = 0; i < end - first; i++)
                instant(r, back ? end - 1 - i : first + i, back ? end - i : first + i + 1, true);
        done = to;
    }
}

int64_t chain_depth(struct funnel_reader *r, struct mark_range range,
                    const struct chain_limits *limits)
{
    r->deepest = -1;
    search(r, range, limits, false);
    return r->deepest;
}

static void search_back(struct funnel_reader *r, struct mark_range range,
                        const struct chain_limits *limits, uint32_t depth, uint32_t trailing)
{
    r->target = depth;
    r->trailing = trailing;
    r->entered = NODE_NONE;
    search(r, range, limits, true);
    assert(r->entered != NODE_NONE);
}

/* The last optional step that may come right behind the deepest one. */
static uint32_t trailing_of(const struct funnel_reader *r, uint32_t depth)
{
    uint32_t last = r->succ_last[depth];
    return r->f->steps[last].optional ? last : last > depth ? last - 1 : depth;
}

void chain_best(struct funnel_reader *r, struct mark_range range, const struct chain_limits *limits,
                uint32_t depth, struct chain *to)
{
    struct chain_limits these = *limits;
    uint32_t trailing = trailing_of(r, depth);
    if (trailing > depth && limits->window != INT64_MAX) {
        /* Whether a step behind the deepest is in the window is known once the entry is. */
        search_back(r, range, limits, depth, depth);
        int64_t entry = range.marks[r->nodes[r->entered].mark].time;
        while (!within(entry, range.marks[range.n - 1].time, limits->window))
            range.n--;
        these.entry_until = entry;
    }
    search_back(r, range, &these, depth, trailing);
    to->found = true;
    to->deepest = depth;
    memset(to->marks, 0, r->f->nsteps * sizeof *to->marks);
    for (uint32_t i = r->entered; i != NODE_NONE; i = r->nodes[i].next)
        to->marks[r->nodes[i].step] = &range.marks[r->nodes[i].mark];
}
