/* stage_delays.c - from one stage to a later one: how long people take to decide, and what they
 * look up in between (consideration to purchase is the decision delay).
 */
#include <stdlib.h>

#include "measure/all.h"

static const struct column columns[] = {
    { "from_stage", UNIT_TEXT, "stage, in the order of the project" },
    { "to_stage", UNIT_TEXT, "a later stage" },
    { "journeys", UNIT_COUNT, "journeys with an event in from_stage, in any state" },
    { "reached", UNIT_COUNT, "of these, those with an event in to_stage after the first of these" },
    { "reached_rate", UNIT_SHARE, "reached over journeys" },
    { "reached_low", UNIT_SHARE, "lower end of the 95 % interval of reached_rate" },
    { "reached_high", UNIT_SHARE, "upper end of the 95 % interval of reached_rate" },
    { "time_mean", UNIT_SECONDS,
      "mean seconds from the first event in from_stage to the first one in to_stage after it" },
    { "time_median", UNIT_SECONDS, "median of these seconds" },
    { "time_p90", UNIT_SECONDS, "90th percentile" },
    { "time_max", UNIT_SECONDS, "most seconds" },
    { "between_mean", UNIT_NUMBER, "mean number of events between the two" },
    { "lookups_mean", UNIT_NUMBER,
      "of those, the mean number in from_stage: what is looked up again" },
    { "source_changes_mean", UNIT_NUMBER,
      "mean number of changes from one source to another on the way" },
    COLUMN_TIME_EXACT,
};

struct item {
    uint64_t between, lookups, changes;
    struct sample times;
};

struct tally {
    size_t n;
    uint64_t *journeys; /* [n] with an event in the stage */
    struct item *items; /* [from * n + to] */
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->n = w->plan->nstages;
    t->journeys = mem_zero(t->n + 1, sizeof *t->journeys);
    t->items = mem_zero(t->n * t->n + 1, sizeof *t->items);
    return t;
}

/* From the first event in `from`, at i. */
static void look(struct tally *t, const struct world *w, const struct event *ev, uint32_t n,
                 uint32_t i, size_t from)
{
    uint64_t met = 0, lookups = 0, changes = 0;
    for (uint32_t k = i + 1; k < n; k++) {
        uint8_t stage = w->touchpoints[ev[k].touch].stage;
        changes += event_source(w, &ev[k]) != event_source(w, &ev[k - 1]);
        if (stage != STAGE_NONE && stage > from && !(met >> stage & 1)) {
            struct item *it = &t->items[from * t->n + stage];
            met |= UINT64_C(1) << stage;
            it->between += k - i - 1;
            it->lookups += lookups;
            it->changes += changes;
            sample_add(&it->times, ev[k].time - ev[i].time);
        }
        lookups += stage == from;
    }
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    const struct event *ev = w->events + j->first;
    uint64_t met = 0;
    for (uint32_t i = 0; i < j->n; i++) {
        uint8_t stage = w->touchpoints[ev[i].touch].stage;
        if (stage == STAGE_NONE || met >> stage & 1)
            continue;
        met |= UINT64_C(1) << stage;
        t->journeys[stage]++;
        look(t, w, ev, j->n, i, stage);
    }
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->n; i++)
        a->journeys[i] += b->journeys[i];
    for (size_t i = 0; i < a->n * a->n; i++) {
        a->items[i].between += b->items[i].between;
        a->items[i].lookups += b->items[i].lookups;
        a->items[i].changes += b->items[i].changes;
        sample_merge(&a->items[i].times, &b->items[i].times);
    }
}

static struct cell mean_of(uint64_t sum, uint64_t n)
{
    return n ? cell_d((double)sum / (double)n) : cell_blank();
}

static bool write_pair(struct tally *t, const struct world *w, size_t from, size_t to,
                       const struct sink *out)
{
    struct row r = { .n = 0 };
    struct item *it = &t->items[from * t->n + to];
    uint64_t n = it->times.n;
    sample_sort(&it->times);
    row_add(&r, cell_text(w->plan->stages[from]));
    row_add(&r, cell_text(w->plan->stages[to]));
    row_count(&r, t->journeys[from]);
    row_count(&r, n);
    row_add(&r, share(n, t->journeys[from]));
    row_interval(&r, n, t->journeys[from]);
    row_add(&r, sample_mean(&it->times));
    row_add(&r, sample_percentile(&it->times, 0.5));
    row_add(&r, sample_percentile(&it->times, 0.9));
    row_add(&r, sample_max(&it->times));
    row_add(&r, mean_of(it->between, n));
    row_add(&r, mean_of(it->lookups, n));
    row_add(&r, mean_of(it->changes, n));
    row_exact(&r, &it->times);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    bool ok = true;
    for (size_t from = 0; ok && from < t->n; from++)
        for (size_t to = from + 1; ok && to < t->n; to++)
            ok = write_pair(t, w, from, to, out);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->n * t->n; i++)
        sample_free(&t->items[i].times);
    free(t->items);
    free(t->journeys);
    free(t);
}

const struct measure measure_stage_delays = {
    .name = "stage_delays",
    .question = "how long do people take from one stage to a later one, and what do they look up "
                "meanwhile",
    .population = "journeys of any state with an event in from_stage",
    COLUMNS(columns),
    .on_request = true,
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
