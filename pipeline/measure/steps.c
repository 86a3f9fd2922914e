/* steps.c - the step matrix; see steps.h. */
#include "measure/steps.h"

#include "journey/path.h"
#include "journey/pattern.h"
#include "measure/all.h"

static const struct column columns[] = {
    { "step", UNIT_COUNT,
      "place counted from flows.anchor: 1 is the first touchpoint after the start, -1 the last one "
      "before the end, 0 the anchor when it is a touchpoint, or an end of the match of a pattern" },
    { "touchpoint", UNIT_TEXT,
      "touchpoint at that step; (start): not begun yet, (end), (open): over already, (other): the "
      "rest beyond flows.top" },
    { "n", UNIT_COUNT,
      "journeys that are there at that step, or customers as flows.counting says" },
    { "share", UNIT_SHARE, "n over the population: the column sums to 1 at every step" },
    { "population", UNIT_COUNT,
      "all journeys, or those that have the anchor when it is a touchpoint or pattern" },
    { "low", UNIT_SHARE, "lower end of the 95 % interval of share" },
    { "high", UNIT_SHARE, "upper end of the 95 % interval of share" },
};

/* ---- counting ---- */

void *step_tally_begin_as(const struct world *w, const void *whole)
{
    const struct step_tally *as = whole;
    struct step_tally *t = mem_zero(1, sizeof *t);
    t->rules = &w->plan->flows.steps;
    t->nnodes = w->ntouchpoints + NODES;
    bool inside = t->rules->anchor == ANCHOR_TOUCHPOINT || t->rules->anchor == ANCHOR_PATTERN;
    t->anchor = UINT32_MAX;
    t->borrowed = as;
    if (t->rules->anchor == ANCHOR_PATTERN)
        t->pattern = as ? as->pattern : pattern_checked(w, t->rules->pattern);
    for (uint32_t i = 0; t->rules->anchor == ANCHOR_TOUCHPOINT && i < w->ntouchpoints; i++)
        if (str_eq(w->touchpoints[i].name, t->rules->touchpoint))
            t->anchor = i;
    t->first = t->rules->anchor == ANCHOR_START ? 1 : -(int)t->rules->before;
    t->nsteps = t->rules->before + t->rules->after + inside;
    t->nodes = mem_zero(t->nsteps * t->nnodes + 1, sizeof *t->nodes);
    t->links = mem_zero(t->nsteps + 1, sizeof *t->links);
    return t;
}

void *step_tally_begin(const struct world *w)
{
    return step_tally_begin_as(w, NULL);
}

static bool find_match(const struct step_tally *t, const struct world *w, const struct journey *j,
                       int64_t *at)
{
    struct pattern_place place;
    enum occurrence which = t->rules->last ? OCCURRENCE_LAST : OCCURRENCE_FIRST;
    if (!pattern_places(t->pattern, w, j, which, &place))
        return false;
    *at = t->rules->at_end ? place.last : place.first;
    return true;
}

/* Where in the journey step 0 lies: on an event, or just outside. False when it has no anchor. */
static bool find_anchor(const struct step_tally *t, const struct world *w, const struct journey *j,
                        const struct path *path, int64_t *at)
{
    if (t->pattern)
        return find_match(t, w, j, at);
    *at = t->rules->anchor == ANCHOR_START ? -1 : (int64_t)path->n;
    if (t->rules->anchor != ANCHOR_TOUCHPOINT)
        return true;
    for (size_t i = 0; i < path->n; i++) {
        *at = (int64_t)(t->rules->last ? path->n - 1 - i : i);
        if (path->steps[*at].touch == t->anchor)
            return true;
    }
    return false;
}

static void add_link(struct links *l, uint64_t key, uint64_t n)
{
    uint32_t known = l->keys.n, i = key_map_add(&l->keys, key);
    if (i == known) {
        l->counts = mem_grow(l->counts, &l->room, (size_t)i + 1, sizeof *l->counts);
        l->counts[i] = 0;
    }
    l->counts[i] += n;
}

void step_tally_add(void *tally, const struct world *w, const struct journey *j)
{
    struct step_tally *t = tally;
    const struct path path = world_path(w, j);
    int64_t anchor;
    if (!find_anchor(t, w, j, &path, &anchor))
        return;
    if (t->rules->counting == COUNT_CUSTOMERS && t->last == (uint64_t)j->customer + 1)
        return;
    t->last = (uint64_t)j->customer + 1;
    t->population++;
    uint32_t before = 0;
    for (size_t s = 0; s < t->nsteps; s++) {
        int64_t i = anchor + t->first + (int64_t)s;
        uint32_t node = (uint32_t)w->ntouchpoints + NODE_START;
        if (i >= 0)
            node = i < (int64_t)path.n ? path.steps[i].touch : node_after(w, j);
        t->nodes[s * t->nnodes + node]++;
        if (s)
            add_link(&t->links[s - 1], key_of(before, node), 1);
        before = node;
    }
}

void step_tally_merge(void *into, void *from)
{
    struct step_tally *a = into;
    const struct step_tally *b = from;
    a->population += b->population;
    for (size_t i = 0; i < a->nsteps * a->nnodes; i++)
        a->nodes[i] += b->nodes[i];
    for (size_t s = 0; s < a->nsteps; s++)
        for (uint32_t i = 0; i < b->links[s].keys.n; i++)
            add_link(&a->links[s], b->links[s].keys.keys[i], b->links[s].counts[i]);
}

void step_tally_free(void *tally)
{
    struct step_tally *t = tally;
    for (size_t s = 0; s < t->nsteps; s++) {
        key_map_free(&t->links[s].keys);
        free(t->links[s].counts);
    }
    pattern_free(t->borrowed ? NULL : t->pattern);
    free(t->links);
    free(t->nodes);
    free(t);
}

/* ---- the table ---- */

/* The touchpoints at a step, largest first; returns how many there are. */
static size_t rank_step(const struct step_tally *t, const struct world *w, size_t step,
                        struct ranked *rows)
{
    size_t n = 0;
    for (uint32_t i = 0; i < w->ntouchpoints; i++)
        if (t->nodes[step * t->nnodes + i])
            rows[n++] = (struct ranked){ t->nodes[step * t->nnodes + i], w->touchpoints[i].name,
                                         STR(""), i, i };
    qsort(rows, n, sizeof *rows, ranked_cmp);
    return n;
}

bool *step_tally_shown(const struct step_tally *t, const struct world *w)
{
    bool *shown = mem_zero(t->nsteps * t->nnodes + 1, sizeof *shown);
    struct ranked *rows = mem_take(w->ntouchpoints * sizeof *rows + 1);
    for (size_t s = 0; s < t->nsteps; s++) {
        size_t n = rank_step(t, w, s, rows);
        for (size_t i = 0; i < n && i < t->rules->top; i++)
            shown[s * t->nnodes + rows[i].i] = true;
        for (size_t i = w->ntouchpoints; i < t->nnodes; i++)
            shown[s * t->nnodes + i] = true;
    }
    free(rows);
    return shown;
}

static bool write_node(const struct step_tally *t, size_t step, struct str name, uint64_t n,
                       const struct sink *out)
{
    struct row r = { .n = 0 };
    if (n == 0)
        return true;
    row_add(&r, cell_i(t->first + (int64_t)step));
    row_add(&r, cell_text(name));
    row_count(&r, n);
    row_rate(&r, n, t->population);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    static const int beside[] = { NODE_START, NODE_END, NODE_OPEN };
    const struct step_tally *t = tally;
    struct ranked *rows = mem_take(w->ntouchpoints * sizeof *rows + 1);
    bool ok = true;
    for (size_t s = 0; ok && s < t->nsteps; s++) {
        size_t n = rank_step(t, w, s, rows);
        uint64_t other = 0;
        for (size_t i = 0; ok && i < n; i++) {
            if (i < t->rules->top)
                ok = write_node(t, s, rows[i].a, rows[i].n, out);
            else
                other += rows[i].n;
        }
        ok = ok && write_node(t, s, STR("(other)"), other, out);
        for (size_t i = 0; ok && i < sizeof beside / sizeof *beside; i++) {
            uint32_t node = (uint32_t)w->ntouchpoints + (uint32_t)beside[i];
            ok = write_node(t, s, node_name(w, node), t->nodes[s * t->nnodes + node], out);
        }
    }
    free(rows);
    return ok;
}

const struct measure measure_steps = {
    .name = "steps",
    .question = "where are people one, two, three steps after the start, or before and after a "
                "touchpoint",
    .population = "journeys of any state that have the anchor, or customers by the first such "
                  "journey; all of them at every step",
    COLUMNS(columns),
    .on_request = true,
    .wanted = steps_wanted,
    .begin = step_tally_begin,
    .begin_as = step_tally_begin_as,
    .add = step_tally_add,
    .merge = step_tally_merge,
    .table = table,
    .free = step_tally_free,
};
