/* rework.c - touchpoints that people come back to: at once, later, or straight back after one other
 * (definitions.md 2.9: pm4py's rework, bupaR's self-loops and repetitions).
 */
#include <stdlib.h>

#include "measure/all.h"
#include "measure/channels.h"
#include "measure/nodes.h"

static const struct column columns[] = {
    { "touchpoint", UNIT_TEXT, "name of the touchpoint" },
    { "events", UNIT_COUNT, "its events in journeys" },
    { "journeys", UNIT_COUNT, "journeys with at least one of them" },
    { "rework", UNIT_COUNT, "journeys with more than one of them" },
    { "rework_rate", UNIT_SHARE, "rework over journeys" },
    { "rework_low", UNIT_SHARE, "lower end of the 95 % interval of rework_rate" },
    { "rework_high", UNIT_SHARE, "upper end of the 95 % interval of rework_rate" },
    { "again", UNIT_COUNT, "events that are not the first of their journey: events less journeys" },
    { "self_loops", UNIT_COUNT, "runs of two or more in a row" },
    { "self_loop_events", UNIT_COUNT,
      "of again, those right after another one: the size of the runs" },
    { "repetitions", UNIT_COUNT, "journeys that come back to it after something else" },
    { "repetition_events", UNIT_COUNT, "of again, those after something else" },
    { "back_tracks", UNIT_COUNT, "of repetition_events, those with just one event between: A B A" },
    { "repeats", UNIT_COUNT, "of again, those in the same channel as the time before" },
    { "redos", UNIT_COUNT, "of again, those in another channel than the time before" },
    { "distance_min", UNIT_COUNT,
      "fewest events between two of them; blank when none comes again" },
    { "return_median", UNIT_SECONDS, "median seconds from the time before to a repetition" },
    { "return_p90", UNIT_SECONDS, "90th percentile of these seconds" },
    { "conversion_once", UNIT_SHARE,
      "conversion of ended journeys of phase before that have it once" },
    { "conversion_once_n", UNIT_COUNT, "these journeys" },
    { "conversion_once_low", UNIT_SHARE, "lower end of the 95 % interval of conversion_once" },
    { "conversion_once_high", UNIT_SHARE, "upper end of the 95 % interval of conversion_once" },
    { "conversion_rework", UNIT_SHARE,
      "conversion of ended journeys of phase before that have it more than once" },
    { "conversion_rework_n", UNIT_COUNT, "these journeys" },
    { "conversion_rework_low", UNIT_SHARE, "lower end of the 95 % interval of conversion_rework" },
    { "conversion_rework_high", UNIT_SHARE, "upper end of the 95 % interval of conversion_rework" },
    COLUMN_TIME_EXACT,
};

struct item {
    uint64_t events, journeys, rework, self_loops, self_loop_events, repetitions, repetition_events,
        back_tracks, repeats, redos;
    uint32_t distance_min;
    struct sample returns;
    struct outcome all, again;
    /* in the journey that is being counted */
    uint64_t journey; /* its number + 1 */
    uint32_t last;    /* where it was met last */
    bool reworked, returned;
};

struct tally {
    size_t n;
    struct item *items; /* by touchpoint */
    struct channels channels;
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->n = w->ntouchpoints;
    t->items = mem_zero(t->n + 1, sizeof *t->items);
    for (size_t i = 0; i < t->n; i++)
        t->items[i].distance_min = UINT32_MAX;
    channels_init(&t->channels, w);
    return t;
}

static void add_again(struct tally *t, struct item *it, const struct journey *j,
                      const struct event *ev, uint32_t i)
{
    uint32_t between = i - it->last - 1;
    if (!it->reworked) {
        it->reworked = true;
        it->rework++;
        outcome_add(&it->again, j);
    }
    if (between < it->distance_min)
        it->distance_min = between;
    if (channel_of(&t->channels, &ev[i]) == channel_of(&t->channels, &ev[it->last]))
        it->repeats++;
    else
        it->redos++;
    if (between == 0) {
        it->self_loop_events++;
        it->self_loops += i < 2 || ev[i - 2].touch != ev[i].touch;
        return;
    }
    it->repetitions += !it->returned;
    it->returned = true;
    it->repetition_events++;
    it->back_tracks += between == 1;
    sample_add(&it->returns, ev[i].time - ev[it->last].time);
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    const struct event *ev = w->events + j->first;
    uint64_t number = journey_number(w, j) + 1;
    for (uint32_t i = 0; i < j->n; i++) {
        struct item *it = &t->items[ev[i].touch];
        it->events++;
        if (it->journey == number) {
            add_again(t, it, j, ev, i);
        } else {
            it->journey = number;
            it->journeys++;
            it->reworked = it->returned = false;
            outcome_add(&it->all, j);
        }
        it->last = i;
    }
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->n; i++) {
        struct item *p = &a->items[i];
        const struct item *q = &b->items[i];
        p->events += q->events;
        p->journeys += q->journeys;
        p->rework += q->rework;
        p->self_loops += q->self_loops;
        p->self_loop_events += q->self_loop_events;
        p->repetitions += q->repetitions;
        p->repetition_events += q->repetition_events;
        p->back_tracks += q->back_tracks;
        p->repeats += q->repeats;
        p->redos += q->redos;
        if (q->distance_min < p->distance_min)
            p->distance_min = q->distance_min;
        sample_merge(&p->returns, &q->returns);
        outcome_merge(&p->all, &q->all);
        outcome_merge(&p->again, &q->again);
    }
}

static bool write_item(struct item *it, struct str name, const struct sink *out)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_text(name));
    row_count(&r, it->events);
    row_count(&r, it->journeys);
    row_count(&r, it->rework);
    row_add(&r, share(it->rework, it->journeys));
    row_interval(&r, it->rework, it->journeys);
    row_count(&r, it->events - it->journeys);
    row_count(&r, it->self_loops);
    row_count(&r, it->self_loop_events);
    row_count(&r, it->repetitions);
    row_count(&r, it->repetition_events);
    row_count(&r, it->back_tracks);
    row_count(&r, it->repeats);
    row_count(&r, it->redos);
    row_add(&r, it->rework ? cell_i(it->distance_min) : cell_blank());
    sample_sort(&it->returns);
    row_add(&r, sample_percentile(&it->returns, 0.5));
    row_add(&r, sample_percentile(&it->returns, 0.9));
    row_rate(&r, it->all.converted - it->again.converted, it->all.ended - it->again.ended);
    row_rate(&r, it->again.converted, it->again.ended);
    row_exact(&r, &it->returns);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    struct ranked *rows = mem_take(t->n * sizeof *rows + 1);
    size_t n = 0;
    bool ok = true;
    for (size_t i = 0; i < t->n; i++)
        if (t->items[i].events)
            rows[n++] =
                (struct ranked){ t->items[i].rework, w->touchpoints[i].name, STR(""), i, i };
    qsort(rows, n, sizeof *rows, ranked_cmp);
    for (size_t i = 0; ok && i < n; i++)
        ok = write_item(&t->items[rows[i].i], rows[i].a, out);
    free(rows);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->n; i++)
        sample_free(&t->items[i].returns);
    channels_free(&t->channels);
    free(t->items);
    free(t);
}

const struct measure measure_rework = {
    .name = "rework",
    .question = "what do people have to do again, at once or later, and do they get there",
    .population = "all events of all journeys; the column events sums to them",
    COLUMNS(columns),
    .on_request = true,
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
