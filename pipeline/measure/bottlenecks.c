/* bottlenecks.c - whose turn it is while nothing happens, and where most of that time goes
 * (definitions.md 2.11, A28).
 *
 * The time between two events is a wait for the company when the second one is the company's and
 * the first one asks for an answer: its rule says `awaits: true`, or, where no rule of the project
 * says so, it is the customer's. It is a wait for the customer when the second one is the
 * customer's. What the company sends on its own is a wait for nobody.
 */
#include <stdlib.h>

#include "measure/all.h"
#include "measure/key_map.h"
#include "measure/nodes.h"

static const struct column columns[] = {
    { "waits_for", UNIT_TEXT, "company, customer, or nobody: a message that nobody waited for" },
    { "rank", UNIT_COUNT, "place among the rows of the same waits_for, by wait_sum" },
    { "from", UNIT_TEXT, "touchpoint that the wait begins with" },
    { "to", UNIT_TEXT, "touchpoint right after it in the journey" },
    { "count", UNIT_COUNT, "how often this happened, in journeys of any state" },
    { "journeys", UNIT_COUNT, "journeys in which it happened" },
    { "customers", UNIT_COUNT, "customers to whom it happened" },
    { "wait_sum", UNIT_SECONDS, "seconds waited, all together: the score" },
    { "share", UNIT_SHARE, "wait_sum over that of all rows of the same waits_for" },
    { "cum_share", UNIT_SHARE, "share of this row and those above it with the same waits_for" },
    { "wait_mean", UNIT_SECONDS, "mean seconds" },
    { "wait_median", UNIT_SECONDS, "median seconds" },
    { "wait_p90", UNIT_SECONDS, "90th percentile of the seconds" },
    { "wait_max", UNIT_SECONDS, "most seconds" },
    { "business_sum", UNIT_SECONDS,
      "of wait_sum, seconds within the hours of the calendar; blank without one" },
    COLUMN_TIME_EXACT,
};

enum side { SIDE_COMPANY, SIDE_CUSTOMER, SIDE_NOBODY, SIDES };
static const char *const side_names[SIDES] = { "company", "customer", "nobody" };

struct edge {
    struct distinct journeys, customers;
    struct sample waits;
    struct sum business;
};

struct tally {
    struct key_map keys; /* (from, to) */
    struct edge *edges;
    size_t room;
};

static void *begin(const struct world *w)
{
    (void)w;
    return mem_zero(1, sizeof(struct tally));
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

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    const struct event *ev = w->events + j->first;
    const struct calendar *calendar = w->plan->flows.calendar;
    for (uint32_t i = 1; i < j->n; i++) {
        struct edge *e = edge_of(t, key_of(ev[i - 1].touch, ev[i].touch));
        distinct_see(&e->journeys, journey_number(w, j));
        distinct_see(&e->customers, j->customer);
        sample_add(&e->waits, ev[i].time - ev[i - 1].time);
        if (calendar)
            sum_add(&e->business, calendar_between(calendar, ev[i - 1].time, ev[i].time));
    }
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (uint32_t i = 0; i < b->keys.n; i++) {
        struct edge *p = edge_of(a, b->keys.keys[i]);
        const struct edge *q = &b->edges[i];
        distinct_merge(&p->journeys, &q->journeys);
        distinct_merge(&p->customers, &q->customers);
        sample_merge(&p->waits, &q->waits);
        sum_merge(&p->business, &q->business);
    }
}

/* ---- the table ---- */

static enum side side_of(const struct world *w, uint64_t key, bool marked)
{
    const struct touchpoint *from = &w->touchpoints[key >> 32];
    const struct touchpoint *to = &w->touchpoints[(uint32_t)key];
    if (!to->company)
        return SIDE_CUSTOMER;
    return (marked ? from->awaits : !from->company) ? SIDE_COMPANY : SIDE_NOBODY;
}

struct line {
    enum side side;
    struct sum sum;
    struct str from, to;
    struct edge *edge;
};

static int by_sum(const void *x, const void *y)
{
    const struct line *a = x, *b = y;
    if (a->side != b->side)
        return (int)a->side - (int)b->side;
    if (a->sum.v != b->sum.v)
        return a->sum.v > b->sum.v ? -1 : 1;
    int c = str_cmp(a->from, b->from);
    return c ? c : str_cmp(a->to, b->to);
}

static struct cell part_of(const struct sum *part, const struct sum *all)
{
    return all->v > 0 ? cell_d((double)part->v / (double)all->v) : cell_blank();
}

static bool write_line(const struct line *l, size_t rank, const struct sum *above,
                       const struct sum *all, bool business, const struct sink *out)
{
    struct row r = { .n = 0 };
    struct edge *e = l->edge;
    row_add(&r, cell_c(side_names[l->side]));
    row_count(&r, rank);
    row_add(&r, cell_text(l->from));
    row_add(&r, cell_text(l->to));
    row_count(&r, e->waits.n);
    row_count(&r, e->journeys.n);
    row_count(&r, e->customers.n);
    row_add(&r, sum_cell(&l->sum));
    row_add(&r, part_of(&l->sum, all));
    row_add(&r, part_of(above, all));
    sample_sort(&e->waits);
    row_add(&r, sample_mean(&e->waits));
    row_add(&r, sample_percentile(&e->waits, 0.5));
    row_add(&r, sample_percentile(&e->waits, 0.9));
    row_add(&r, sample_max(&e->waits));
    row_add(&r, business ? sum_cell(&e->business) : cell_blank());
    row_exact(&r, &e->waits);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    struct line *lines = mem_take(t->keys.n * sizeof *lines + 1);
    struct sum all[SIDES] = { { 0 } }, above = { 0 };
    bool marked = false, ok = true;
    for (size_t i = 0; i < w->plan->nrules; i++)
        marked = marked || w->plan->rules[i].awaits;
    for (uint32_t i = 0; i < t->keys.n; i++) {
        uint64_t key = t->keys.keys[i];
        lines[i] = (struct line){ side_of(w, key, marked), sample_total(&t->edges[i].waits),
                                  w->touchpoints[key >> 32].name,
                                  w->touchpoints[(uint32_t)key].name, &t->edges[i] };
        sum_merge(&all[lines[i].side], &lines[i].sum);
    }
    qsort(lines, t->keys.n, sizeof *lines, by_sum);
    size_t rank = 0;
    for (uint32_t i = 0; ok && i < t->keys.n; i++) {
        if (i == 0 || lines[i].side != lines[i - 1].side) {
            rank = 0;
            above = (struct sum){ 0 };
        }
        sum_merge(&above, &lines[i].sum);
        ok = write_line(&lines[i], ++rank, &above, &all[lines[i].side], w->plan->flows.calendar,
                        out);
    }
    free(lines);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (uint32_t i = 0; i < t->keys.n; i++)
        sample_free(&t->edges[i].waits);
    free(t->edges);
    key_map_free(&t->keys);
    free(t);
}

const struct measure measure_bottlenecks = {
    .name = "bottlenecks",
    .question = "where does the company keep people waiting, and where do people take their time",
    .population = "all pairs of neighbouring events in journeys of any state; the column wait_sum "
                  "sums to the time from the first to the last event of each, the company's too",
    COLUMNS(columns),
    .on_request = true,
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
