/* follows.c - eventually-follows: which touchpoint comes at some time after which, how far apart,
 * and which times are unlike the others (definitions.md 2.7: temporal profile).
 *
 * Every pair of events i < j of a journey counts (as pm4py's eventually-follows graph and temporal
 * profile), as long as no more than FOLLOWS_MAX events lie between: that bounds the work for
 * journeys of any length.
 */
#include <stdlib.h>

#include "journey/path.h"
#include "measure/all.h"
#include "measure/key_map.h"

enum {
    FOLLOWS_MAX = 249,   /* events between two that are paired */
    FOLLOWS_EXACT = 1000 /* times of a pair that are kept one by one: there are many pairs */
};

static const struct column columns[] = {
    { "from", UNIT_TEXT,
      "touchpoint; (further apart) in the last row: pairs with more than 249 events between" },
    { "to", UNIT_TEXT, "touchpoint that comes later in the same journey, at once or not" },
    { "count", UNIT_COUNT, "pairs of an event of from and a later one of to, in any journey" },
    { "journeys", UNIT_COUNT, "journeys with such a pair" },
    { "customers", UNIT_COUNT, "customers with such a pair" },
    { "share_of_journeys", UNIT_SHARE, "journeys over all journeys" },
    { "share_of_journeys_n", UNIT_COUNT, "all journeys" },
    { "share_of_journeys_low", UNIT_SHARE, "lower end of the 95 % interval of share_of_journeys" },
    { "share_of_journeys_high", UNIT_SHARE, "upper end of the 95 % interval of share_of_journeys" },
    { "distance_min", UNIT_COUNT,
      "fewest events between the two; where from is to: the minimum self-distance" },
    { "time_mean", UNIT_SECONDS, "mean seconds from the one to the other" },
    { "time_stdev", UNIT_SECONDS, "standard deviation of the seconds (n - 1); 0 for one" },
    { "time_median", UNIT_SECONDS, "median seconds" },
    { "time_min", UNIT_SECONDS, "fewest seconds" },
    { "time_max", UNIT_SECONDS, "most seconds" },
    { "deviations", UNIT_COUNT,
      "pairs whose seconds are more than flows.zeta (3) standard deviations from the mean" },
    { "deviation_rate", UNIT_SHARE, "deviations over count" },
    { "deviation_low", UNIT_SHARE, "lower end of the 95 % interval of deviation_rate" },
    { "deviation_high", UNIT_SHARE, "upper end of the 95 % interval of deviation_rate" },
    { "time_exact", UNIT_FLAG,
      "yes: time_median and deviations are exact; no: there are more than 1,000 pairs, seconds are "
      "known within 0.4 %" },
};

struct pair {
    struct distinct journeys, customers;
    uint32_t distance_min;
    struct sample times;
};

struct tally {
    uint64_t journeys, apart; /* apart: pairs with too many events between */
    struct distinct apart_journeys, apart_customers;
    struct key_map keys; /* (from, to) */
    struct pair *pairs;
    size_t room;
    const struct tally *as; /* which times are unusual is as in this one; NULL: its own */
};

static void *begin_as(const struct world *w, const void *whole)
{
    (void)w;
    struct tally *t = mem_zero(1, sizeof *t);
    t->as = whole;
    return t;
}

static void *begin(const struct world *w)
{
    return begin_as(w, NULL);
}

static struct pair *pair_of(struct tally *t, uint64_t key)
{
    uint32_t known = t->keys.n, i = key_map_add(&t->keys, key);
    if (i == known) {
        t->pairs = mem_grow(t->pairs, &t->room, (size_t)i + 1, sizeof *t->pairs);
        t->pairs[i] =
            (struct pair){ .distance_min = UINT32_MAX, .times = { .exact_max = FOLLOWS_EXACT } };
    }
    return &t->pairs[i];
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    const struct path path = world_path(w, j);
    uint64_t number = journey_number(w, j);
    t->journeys++;
    for (size_t i = 0; i < path.n; i++) {
        size_t end = path.n - i - 1 > FOLLOWS_MAX + 1 ? i + FOLLOWS_MAX + 2 : path.n;
        int64_t since = path.last ? path.last[i] : path.steps[i].time;
        for (size_t k = i + 1; k < end; k++) {
            struct pair *p = pair_of(t, key_of(path.steps[i].touch, path.steps[k].touch));
            distinct_see(&p->journeys, number);
            distinct_see(&p->customers, j->customer);
            if (k - i - 1 < p->distance_min)
                p->distance_min = (uint32_t)(k - i - 1);
            sample_add(&p->times, path.steps[k].time - since);
        }
        t->apart += path.n - end;
    }
    if (path.n > FOLLOWS_MAX + 2) {
        distinct_see(&t->apart_journeys, number);
        distinct_see(&t->apart_customers, j->customer);
    }
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    a->journeys += b->journeys;
    a->apart += b->apart;
    distinct_merge(&a->apart_journeys, &b->apart_journeys);
    distinct_merge(&a->apart_customers, &b->apart_customers);
    for (uint32_t i = 0; i < b->keys.n; i++) {
        struct pair *p = pair_of(a, b->keys.keys[i]);
        const struct pair *q = &b->pairs[i];
        distinct_merge(&p->journeys, &q->journeys);
        distinct_merge(&p->customers, &q->customers);
        if (q->distance_min < p->distance_min)
            p->distance_min = q->distance_min;
        sample_merge(&p->times, &q->times);
    }
}

/* ---- the table ---- */

static bool write_pair(struct pair *p, const struct sample *of, const struct ranked *what,
                       uint64_t journeys, double zeta, const struct sink *out)
{
    struct row r = { .n = 0 };
    uint64_t n = p->times.n, deviations;
    sample_sort(&p->times);
    deviations = sample_outliers(&p->times, of, zeta);
    row_add(&r, cell_text(what->a));
    row_add(&r, cell_text(what->b));
    row_count(&r, n);
    row_count(&r, p->journeys.n);
    row_count(&r, p->customers.n);
    row_rate(&r, p->journeys.n, journeys);
    row_count(&r, p->distance_min);
    row_add(&r, sample_mean(&p->times));
    row_add(&r, sample_stdev(&p->times));
    row_add(&r, sample_percentile(&p->times, 0.5));
    row_add(&r, sample_min(&p->times));
    row_add(&r, sample_max(&p->times));
    row_count(&r, deviations);
    row_add(&r, share(deviations, n));
    row_interval(&r, deviations, n);
    row_add(&r, cell_i(sample_exact(&p->times)));
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool write_apart(const struct tally *t, const struct sink *out)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_c("(further apart)"));
    row_add(&r, cell_blank());
    row_count(&r, t->apart);
    row_count(&r, t->apart_journeys.n);
    row_count(&r, t->apart_customers.n);
    row_rate(&r, t->apart_journeys.n, t->journeys);
    row_blanks(&r, sizeof columns / sizeof *columns - r.n);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    struct ranked *rows = mem_take(t->keys.n * sizeof *rows + 1);
    for (uint32_t i = 0; i < t->keys.n; i++) {
        uint64_t key = t->keys.keys[i];
        rows[i] = (struct ranked){ t->pairs[i].times.n, w->touchpoints[key >> 32].name,
                                   w->touchpoints[(uint32_t)key].name, key, i };
    }
    qsort(rows, t->keys.n, sizeof *rows, ranked_cmp);
    bool ok = true;
    for (uint32_t i = 0; ok && i < t->keys.n; i++) {
        struct pair *p = &t->pairs[rows[i].i];
        const struct sample *of =
            t->as ? &t->as->pairs[key_map_find(&t->as->keys, rows[i].tie)].times : &p->times;
        ok = write_pair(p, of, &rows[i], t->journeys, w->plan->flows.steps.zeta, out);
    }
    if (ok && t->apart)
        ok = write_apart(t, out);
    free(rows);
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

const struct measure measure_follows = {
    .name = "eventually_follows",
    .question = "what comes at some time after what, how long after, and which times are unusual",
    .population = "all pairs of events of a journey, in journeys of any state, or of what `paths:` "
                  "of the project leaves of them; the column count sums to n (n - 1) / 2 over the "
                  "journeys of n events",
    COLUMNS(columns),
    .on_request = true,
    .begin = begin,
    .begin_as = begin_as,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
