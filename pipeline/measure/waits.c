/* waits.c - the time between the pairs of touchpoints that a project names (definitions.md 2.11,
 * A27), by the clock or in business hours.
 */
#include <stdlib.h>

#include "measure/all.h"
#include "measure/nodes.h"

static const struct column columns[] = {
    { "wait", UNIT_TEXT, "name of the wait" },
    { "rule", UNIT_TEXT,
      "first: the first from to the first to after it; each: every from to the next to before "
      "another from" },
    { "counting", UNIT_TEXT,
      "customers: over all that a customer did; journeys: within a journey" },
    { "hours", UNIT_TEXT, "all: by the clock; business: only hours of the calendar" },
    { "starts", UNIT_COUNT, "times that a wait began" },
    { "n", UNIT_COUNT, "of these, times that it ended: these are timed" },
    { "found_rate", UNIT_SHARE, "n over starts" },
    { "found_low", UNIT_SHARE, "lower end of the 95 % interval of found_rate" },
    { "found_high", UNIT_SHARE, "upper end of the 95 % interval of found_rate" },
    { "time_mean", UNIT_SECONDS, "mean seconds" },
    { "time_stdev", UNIT_SECONDS, "standard deviation of the seconds (n - 1); 0 for one" },
    { "time_median", UNIT_SECONDS, "median seconds" },
    { "time_p75", UNIT_SECONDS, "75th percentile of the seconds" },
    { "time_p90", UNIT_SECONDS, "90th percentile" },
    { "time_p95", UNIT_SECONDS, "95th percentile" },
    { "time_min", UNIT_SECONDS, "fewest seconds" },
    { "time_max", UNIT_SECONDS, "most seconds" },
    { "limit", UNIT_SECONDS, "within: the time that counts as good; blank when none is given" },
    { "within", UNIT_COUNT, "of n, those of at most the limit" },
    { "within_rate", UNIT_SHARE, "within over n" },
    { "within_low", UNIT_SHARE, "lower end of the 95 % interval of within_rate" },
    { "within_high", UNIT_SHARE, "upper end of the 95 % interval of within_rate" },
    { "time_exact", UNIT_FLAG,
      "yes: all seconds are exact; no: there are more than 100,000, percentiles are within 0.4 %" },
};

struct item {
    bool *from, *to; /* by touchpoint */
    uint64_t starts, within;
    struct sample times;
};

struct tally {
    struct item *items; /* as plan.flows.waits */
    size_t n;
    uint64_t customer; /* + 1, whose events were looked at */
};

static bool wanted(const struct plan *plan)
{
    return plan->flows.nwaits > 0;
}

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->n = w->plan->flows.nwaits;
    t->items = mem_zero(t->n + 1, sizeof *t->items);
    for (size_t i = 0; i < t->n; i++) {
        t->items[i].from = touch_marks(w, &w->plan->flows.waits[i].from);
        t->items[i].to = touch_marks(w, &w->plan->flows.waits[i].to);
    }
    return t;
}

static void end_wait(struct item *it, const struct wait *rule, const struct calendar *calendar,
                     int64_t since, int64_t until)
{
    int64_t time = rule->business ? calendar_between(calendar, since, until) : until - since;
    it->within += rule->within && time <= rule->within;
    sample_add(&it->times, time);
}

/* The waits in a run of events. */
static void look(struct item *it, const struct wait *rule, const struct calendar *calendar,
                 const struct event *ev, size_t n)
{
    bool waiting = false;
    int64_t since = 0;
    for (size_t i = 0; i < n; i++) {
        if (waiting && it->to[ev[i].touch]) {
            end_wait(it, rule, calendar, since, ev[i].time);
            waiting = false;
            if (!rule->each)
                return;
        }
        if (!it->from[ev[i].touch] || (waiting && !rule->each))
            continue;
        waiting = true;
        since = ev[i].time;
        it->starts++;
    }
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    size_t first = events_begin(w, j->customer), end = events_end(w, j->customer);
    bool new_customer = t->customer != (uint64_t)j->customer + 1;
    t->customer = (uint64_t)j->customer + 1;
    for (size_t i = 0; i < t->n; i++) {
        const struct wait *rule = &w->plan->flows.waits[i];
        const struct calendar *calendar = w->plan->flows.calendar;
        if (rule->counting == COUNT_JOURNEYS)
            look(&t->items[i], rule, calendar, w->events + j->first, j->n);
        else if (new_customer)
            look(&t->items[i], rule, calendar, w->events + first, end - first);
    }
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->n; i++) {
        a->items[i].starts += b->items[i].starts;
        a->items[i].within += b->items[i].within;
        sample_merge(&a->items[i].times, &b->items[i].times);
    }
}

static bool write_wait(struct item *it, const struct wait *rule, const struct sink *out)
{
    struct row r = { .n = 0 };
    struct sample *s = &it->times;
    sample_sort(s);
    row_add(&r, cell_text(rule->name));
    row_add(&r, cell_c(rule->each ? "each" : "first"));
    row_add(&r, cell_c(rule->counting == COUNT_JOURNEYS ? "journeys" : "customers"));
    row_add(&r, cell_c(rule->business ? "business" : "all"));
    row_count(&r, it->starts);
    row_count(&r, s->n);
    row_add(&r, share(s->n, it->starts));
    row_interval(&r, s->n, it->starts);
    row_add(&r, sample_mean(s));
    row_add(&r, sample_stdev(s));
    row_add(&r, sample_percentile(s, 0.5));
    row_add(&r, sample_percentile(s, 0.75));
    row_add(&r, sample_percentile(s, 0.9));
    row_add(&r, sample_percentile(s, 0.95));
    row_add(&r, sample_min(s));
    row_add(&r, sample_max(s));
    if (rule->within) {
        row_add(&r, cell_i(rule->within));
        row_count(&r, it->within);
        row_add(&r, share(it->within, s->n));
        row_interval(&r, it->within, s->n);
    } else {
        row_blanks(&r, 5);
    }
    row_add(&r, cell_i(sample_exact(s)));
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    bool ok = true;
    for (size_t i = 0; ok && i < t->n; i++)
        ok = write_wait(&t->items[i], &w->plan->flows.waits[i], out);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->n; i++) {
        free(t->items[i].from);
        free(t->items[i].to);
        sample_free(&t->items[i].times);
    }
    free(t->items);
    free(t);
}

const struct measure measure_waits = {
    .name = "waits",
    .question = "how long do people wait between two things, and how many waited no longer than is "
                "good",
    .population = "all events of customers that have a journey, also those outside of journeys, or "
                  "those in journeys, as the column counting says; starts that did not end are in "
                  "no time",
    COLUMNS(columns),
    .on_request = true,
    .wanted = wanted,
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
