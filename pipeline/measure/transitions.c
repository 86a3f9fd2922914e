/* transitions.c - which touchpoint comes right after which, and how long that takes. */
#include <stdlib.h>

#include "journey/path.h"
#include "measure/all.h"
#include "measure/key_map.h"
#include "measure/nodes.h"

static const struct column columns[] = {
    { "from", UNIT_TEXT, "touchpoint, or (start) before the first of a journey" },
    { "to", UNIT_TEXT,
      "touchpoint that comes next, or (end) after the last of a converted or lost journey, (open) "
      "after that of an open one" },
    { "count", UNIT_COUNT, "how often this happened, in journeys of any state" },
    { "unique_paths", UNIT_COUNT, "journeys in which it happened" },
    { "customers", UNIT_COUNT, "customers to whom it happened" },
    { "share_of_total", UNIT_SHARE, "count over the sum of count of all rows" },
    { "avg_per_path", UNIT_NUMBER, "count over all journeys" },
    { "proba_out", UNIT_SHARE, "count over all rows with the same from" },
    { "proba_out_n", UNIT_COUNT, "sum of count of all rows with the same from" },
    { "proba_out_low", UNIT_SHARE, "lower end of the 95 % interval of proba_out" },
    { "proba_out_high", UNIT_SHARE, "upper end of the 95 % interval of proba_out" },
    { "proba_in", UNIT_SHARE, "count over all rows with the same to" },
    { "proba_in_n", UNIT_COUNT, "sum of count of all rows with the same to" },
    { "proba_in_low", UNIT_SHARE, "lower end of the 95 % interval of proba_in" },
    { "proba_in_high", UNIT_SHARE, "upper end of the 95 % interval of proba_in" },
    { "time_median", UNIT_SECONDS, "median seconds between the two events" },
    { "time_q95", UNIT_SECONDS, "95th percentile of the seconds between them" },
    { "time_mean", UNIT_SECONDS, "mean seconds between them" },
    { "time_min", UNIT_SECONDS, "fewest seconds between them" },
    { "time_max", UNIT_SECONDS, "most seconds between them" },
    { "time_sum", UNIT_SECONDS, "seconds between them, all together" },
    { "time_stdev", UNIT_SECONDS, "standard deviation of the seconds (n - 1); 0 for one" },
    COLUMN_TIME_EXACT,
};

struct pair {
    uint64_t count;
    struct distinct journeys, customers;
    struct sample times;
};

struct tally {
    uint32_t touchpoints;
    uint64_t count, journeys;
    struct key_map keys; /* (from, to) */
    struct pair *pairs;  /* by number in keys */
    size_t room;
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->touchpoints = (uint32_t)w->ntouchpoints;
    return t;
}

static struct pair *pair_of(struct tally *t, uint64_t key)
{
    uint32_t known = t->keys.n, i = key_map_add(&t->keys, key);
    if (i == known) {
        t->pairs = mem_grow(t->pairs, &t->room, (size_t)i + 1, sizeof *t->pairs);
        t->pairs[i] = (struct pair){ 0 };
    }
    return &t->pairs[i];
}

static struct pair *step(struct tally *t, const struct world *w, const struct journey *j,
                         uint32_t from, uint32_t to)
{
    struct pair *p = pair_of(t, key_of(from, to));
    t->count++;
    p->count++;
    distinct_see(&p->journeys, journey_number(w, j));
    distinct_see(&p->customers, j->customer);
    return p;
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    const struct path path = world_path(w, j);
    uint32_t at = t->touchpoints + NODE_START;
    t->journeys++;
    for (size_t i = 0; i < path.n; i++) {
        struct pair *p = step(t, w, j, at, path.steps[i].touch);
        if (i)
            sample_add(&p->times, path_pause(&path, i));
        at = path.steps[i].touch;
    }
    step(t, w, j, at, node_after(w, j));
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    a->count += b->count;
    a->journeys += b->journeys;
    for (uint32_t i = 0; i < b->keys.n; i++) {
        struct pair *p = pair_of(a, b->keys.keys[i]);
        p->count += b->pairs[i].count;
        distinct_merge(&p->journeys, &b->pairs[i].journeys);
        distinct_merge(&p->customers, &b->pairs[i].customers);
        sample_merge(&p->times, &b->pairs[i].times);
    }
}

/* ---- the table ---- */

static bool write_pair(struct tally *t, const struct ranked *what, uint64_t out_sum,
                       uint64_t in_sum, const struct sink *out)
{
    struct pair *p = &t->pairs[what->i];
    struct row r = { .n = 0 };
    row_add(&r, cell_text(what->a));
    row_add(&r, cell_text(what->b));
    row_count(&r, p->count);
    row_count(&r, p->journeys.n);
    row_count(&r, p->customers.n);
    row_add(&r, share(p->count, t->count));
    row_add(&r, cell_d((double)p->count / (double)t->journeys));
    row_rate(&r, p->count, out_sum);
    row_rate(&r, p->count, in_sum);
    sample_sort(&p->times);
    row_add(&r, sample_percentile(&p->times, 0.5));
    row_add(&r, sample_percentile(&p->times, 0.95));
    row_add(&r, sample_mean(&p->times));
    row_add(&r, sample_min(&p->times));
    row_add(&r, sample_max(&p->times));
    row_add(&r, sample_sum(&p->times));
    row_add(&r, sample_stdev(&p->times));
    row_exact(&r, &p->times);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    size_t nodes = (size_t)t->touchpoints + NODES;
    uint64_t *sums = mem_zero(2 * nodes, sizeof *sums); /* rows, then columns */
    struct ranked *rows = mem_take(t->keys.n * sizeof *rows);
    for (uint32_t i = 0; i < t->keys.n; i++) {
        uint64_t key = t->keys.keys[i], count = t->pairs[i].count;
        uint32_t from = (uint32_t)(key >> 32), to = (uint32_t)key;
        sums[from] += count;
        sums[nodes + to] += count;
        rows[i] = (struct ranked){ count, node_name(w, from), node_name(w, to), key, i };
    }
    qsort(rows, t->keys.n, sizeof *rows, ranked_cmp);
    bool ok = true;
    for (uint32_t i = 0; ok && i < t->keys.n; i++)
        ok = write_pair(t, &rows[i], sums[rows[i].tie >> 32], sums[nodes + (uint32_t)rows[i].tie],
                        out);
    free(rows);
    free(sums);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (uint32_t i = 0; i < t->keys.n; i++)
        sample_free(&t->pairs[i].times);
    free(t->pairs);
    key_map_free(&t->keys);
    free(t);
}

const struct measure measure_transitions = {
    .name = "transitions",
    .question = "what comes right after what, how often, and how long does it take",
    .population =
        "all events of all journeys, or what `paths:` of the project leaves of them; what "
        "flows into a touchpoint, and what flows out of it, are its events; (start) flows "
        "out once a journey, and into (end) and (open) together as often",
    COLUMNS(columns),
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
    .review = { .keys = "from,to", .moves = "count" },
};
