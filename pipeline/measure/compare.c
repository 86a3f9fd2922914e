/* compare.c - the transitions of two segments beside each other, and how they differ
 * (definitions.md 2.7: group 1 less group 2).
 *
 * A journey that is in both segments counts in both, one that is in neither in none.
 */
#include <math.h>
#include <stdlib.h>

#include "journey/path.h"
#include "journey/where.h"
#include "measure/all.h"
#include "measure/funnel_terms.h"
#include "measure/key_map.h"
#include "measure/nodes.h"

static const struct column columns[] = {
    { "from", UNIT_TEXT, "touchpoint, or (start) before the first of a journey" },
    { "to", UNIT_TEXT, "touchpoint that comes next, or (end), (open) after the last one" },
    { "count_a", UNIT_COUNT, "how often this happened in journeys of segment a" },
    { "count_b", UNIT_COUNT, "the same in segment b" },
    { "paths_a", UNIT_SHARE, "share of the journeys of a in which it happened" },
    { "paths_a_n", UNIT_COUNT, "journeys of a, in any state" },
    { "paths_a_low", UNIT_SHARE, "lower end of the 95 % interval of paths_a" },
    { "paths_a_high", UNIT_SHARE, "upper end of the 95 % interval of paths_a" },
    { "paths_b", UNIT_SHARE, "the same in segment b" },
    { "paths_b_n", UNIT_COUNT, "journeys of b" },
    { "paths_b_low", UNIT_SHARE, "lower end of the 95 % interval of paths_b" },
    { "paths_b_high", UNIT_SHARE, "upper end of the 95 % interval of paths_b" },
    { "paths_diff", UNIT_NUMBER,
      "paths_a less paths_b: rows with the largest, in either direction, first" },
    { "avg_per_path_diff", UNIT_NUMBER, "count over journeys in a, less that in b" },
    { "share_of_total_diff", UNIT_NUMBER, "count over all counts in a, less that in b" },
    { "proba_out_a", UNIT_SHARE, "count over all rows with the same from, in a" },
    { "proba_out_a_n", UNIT_COUNT, "sum of count of all rows with the same from, in a" },
    { "proba_out_a_low", UNIT_SHARE, "lower end of the 95 % interval of proba_out_a" },
    { "proba_out_a_high", UNIT_SHARE, "upper end of the 95 % interval of proba_out_a" },
    { "proba_out_b", UNIT_SHARE, "the same in segment b" },
    { "proba_out_b_n", UNIT_COUNT, "sum of count of all rows with the same from, in b" },
    { "proba_out_b_low", UNIT_SHARE, "lower end of the 95 % interval of proba_out_b" },
    { "proba_out_b_high", UNIT_SHARE, "upper end of the 95 % interval of proba_out_b" },
    { "proba_out_diff", UNIT_NUMBER,
      "proba_out_a less proba_out_b; blank when one has no such from" },
    { "time_median_a", UNIT_SECONDS, "median seconds between the two events, in a" },
    { "time_median_b", UNIT_SECONDS, "the same in segment b" },
    { "time_median_diff", UNIT_SECONDS, "time_median_a less time_median_b" },
    COLUMN_TIME_EXACT,
};

enum { GROUPS = 2 };

struct edge {
    uint64_t count[GROUPS];
    struct distinct journeys[GROUPS];
    struct sample times[GROUPS];
};

struct tally {
    struct where *where[GROUPS]; /* NULL: no comparison is asked for */
    struct funnel_terms *words;  /* that they ask for; NULL when it is as another tally */
    uint64_t journeys[GROUPS], total[GROUPS];
    struct key_map keys; /* (from, to) */
    struct edge *edges;
    size_t room;
};

static bool wanted(const struct plan *plan)
{
    return plan->flows.compare[0].n > 0;
}

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->words = funnel_terms_new(w, true);
    struct where_terms terms = funnel_terms_words(t->words);
    for (int g = 0; wanted(w->plan) && g < GROUPS; g++)
        for (size_t i = 0; i < w->plan->nsegments; i++) {
            const struct saved_segment *s = &w->plan->segments[i];
            if (!str_eq(s->name, w->plan->flows.compare[g]))
                continue;
            t->where[g] = where_of_segment(w, i, &terms);
            assert(t->where[g]); /* the loader checked it */
        }
    return t;
}

static void *begin_as(const struct world *w, const void *whole)
{
    const struct tally *as = whole;
    struct tally *t = mem_zero(1, sizeof *t);
    (void)w;
    for (int g = 0; g < GROUPS; g++)
        t->where[g] = as->where[g];
    return t;
}

static struct edge *edge_of(struct tally *t, uint64_t key)
{
    uint32_t known = t->keys.n, i = key_map_add(&t->keys, key);
    if (i == known) {
        t->edges = mem_grow(t->edges, &t->room, (size_t)i + 1, sizeof *t->edges);
        t->edges[i] = (struct edge){ 0 };
    }
    return &t->edges[i];
}

static struct edge *step(struct tally *t, int group, uint64_t journey, uint32_t from, uint32_t to)
{
    struct edge *e = edge_of(t, key_of(from, to));
    t->total[group]++;
    e->count[group]++;
    distinct_see(&e->journeys[group], journey);
    return e;
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    const struct path path = world_path(w, j);
    uint64_t number = journey_number(w, j);
    for (int g = 0; g < GROUPS; g++) {
        uint32_t at = (uint32_t)w->ntouchpoints + NODE_START;
        if (!t->where[g] || !where_holds(t->where[g], w, j))
            continue;
        t->journeys[g]++;
        for (size_t i = 0; i < path.n; i++) {
            struct edge *e = step(t, g, number, at, path.steps[i].touch);
            if (i)
                sample_add(&e->times[g], path_pause(&path, i));
            at = path.steps[i].touch;
        }
        step(t, g, number, at, node_after(w, j));
    }
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (int g = 0; g < GROUPS; g++) {
        a->journeys[g] += b->journeys[g];
        a->total[g] += b->total[g];
    }
    for (uint32_t i = 0; i < b->keys.n; i++) {
        struct edge *p = edge_of(a, b->keys.keys[i]);
        const struct edge *q = &b->edges[i];
        for (int g = 0; g < GROUPS; g++) {
            p->count[g] += q->count[g];
            distinct_merge(&p->journeys[g], &q->journeys[g]);
            sample_merge(&p->times[g], &q->times[g]);
        }
    }
}

/* ---- the table ---- */

/* a / na - b / nb; blank when one of them is of nothing. */
static struct cell difference(uint64_t a, uint64_t na, uint64_t b, uint64_t nb)
{
    return na && nb ? cell_d((double)a / (double)na - (double)b / (double)nb) : cell_blank();
}

struct line {
    double weight;
    struct str from, to;
    uint64_t key;
    struct edge *edge;
};

static int by_weight(const void *x, const void *y)
{
    const struct line *a = x, *b = y;
    if (a->weight > b->weight || a->weight < b->weight)
        return a->weight > b->weight ? -1 : 1;
    int c = str_cmp(a->from, b->from);
    return c ? c : str_cmp(a->to, b->to);
}

static bool write_line(const struct tally *t, const struct line *l, const uint64_t *out_sum,
                       const struct sink *out)
{
    struct row r = { .n = 0 };
    struct edge *e = l->edge;
    struct cell median[GROUPS];
    row_add(&r, cell_text(l->from));
    row_add(&r, cell_text(l->to));
    for (int g = 0; g < GROUPS; g++)
        row_count(&r, e->count[g]);
    for (int g = 0; g < GROUPS; g++)
        row_rate(&r, e->journeys[g].n, t->journeys[g]);
    row_add(&r, difference(e->journeys[0].n, t->journeys[0], e->journeys[1].n, t->journeys[1]));
    row_add(&r, difference(e->count[0], t->journeys[0], e->count[1], t->journeys[1]));
    row_add(&r, difference(e->count[0], t->total[0], e->count[1], t->total[1]));
    for (int g = 0; g < GROUPS; g++)
        row_rate(&r, e->count[g], out_sum[g]);
    row_add(&r, difference(e->count[0], out_sum[0], e->count[1], out_sum[1]));
    for (int g = 0; g < GROUPS; g++) {
        sample_sort(&e->times[g]);
        median[g] = sample_percentile(&e->times[g], 0.5);
        row_add(&r, median[g]);
    }
    row_add(&r,
            median[0].blank || median[1].blank ? cell_blank() : cell_i(median[0].i - median[1].i));
    row_add(&r, cell_i(sample_exact(&e->times[0]) && sample_exact(&e->times[1])));
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    struct line *lines = mem_take(t->keys.n * sizeof *lines + 1);
    uint64_t *sums = mem_zero((w->ntouchpoints + NODES) * GROUPS, sizeof *sums);
    for (uint32_t i = 0; i < t->keys.n; i++) {
        uint64_t key = t->keys.keys[i];
        struct edge *e = &t->edges[i];
        struct cell diff =
            difference(e->journeys[0].n, t->journeys[0], e->journeys[1].n, t->journeys[1]);
        for (int g = 0; g < GROUPS; g++)
            sums[(key >> 32) * GROUPS + (unsigned)g] += e->count[g];
        lines[i] =
            (struct line){ diff.blank ? 0 : fabs(diff.d), node_name(w, (uint32_t)(key >> 32)),
                           node_name(w, (uint32_t)key), key, e };
    }
    qsort(lines, t->keys.n, sizeof *lines, by_weight);
    bool ok = true;
    for (uint32_t i = 0; ok && i < t->keys.n; i++)
        ok = write_line(t, &lines[i], sums + (lines[i].key >> 32) * GROUPS, out);
    free(lines);
    free(sums);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (uint32_t i = 0; i < t->keys.n; i++)
        for (int g = 0; g < GROUPS; g++)
            sample_free(&t->edges[i].times[g]);
    for (int g = 0; g < GROUPS; g++)
        if (t->where[g] && t->words)
            where_free(t->where[g]);
    free(t->edges);
    key_map_free(&t->keys);
    funnel_terms_free(t->words);
    free(t);
}

const struct measure measure_compare = {
    .name = "compare",
    .question = "how do the ways of two segments differ",
    .population = "journeys of any state in the segments that `compare` of the project names; each "
                  "segment has its own totals",
    COLUMNS(columns),
    .on_request = true,
    .wanted = wanted,
    .begin = begin,
    .begin_as = begin_as,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
