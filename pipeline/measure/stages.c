/* stages.c - how far people come, stage by stage, how long they stay and where they leave.
 *
 * A visit of a stage is a run of a journey's events in that stage; events without a stage do not
 * interrupt it.
 */
#include <stdlib.h>

#include "measure/all.h"

static const struct column columns[] = {
    { "stage", UNIT_TEXT, "stage, in the order of the project; (none): touchpoints without one" },
    { "touchpoints", UNIT_COUNT, "its touchpoints that have an event in a journey" },
    { "events", UNIT_COUNT, "its events that lie in journeys" },
    { "customers", UNIT_COUNT, "customers with at least one of these events" },
    { "reach", UNIT_SHARE, "customers over all customers that have a journey" },
    { "reach_n", UNIT_COUNT, "all customers that have a journey" },
    { "reach_low", UNIT_SHARE, "lower end of the 95 % interval of reach" },
    { "reach_high", UNIT_SHARE, "upper end of the 95 % interval of reach" },
    { "journeys", UNIT_COUNT, "journeys with at least one of its events, in any state" },
    { "entries", UNIT_COUNT,
      "visits: times that a journey enters it from another stage, or as its first stage" },
    { "forward", UNIT_COUNT, "entries after which the journey goes on to a later stage" },
    { "forward_rate", UNIT_SHARE, "forward over entries" },
    { "forward_low", UNIT_SHARE, "lower end of the 95 % interval of forward_rate" },
    { "forward_high", UNIT_SHARE, "upper end of the 95 % interval of forward_rate" },
    { "skip", UNIT_COUNT, "of forward, those that leave out the next stage" },
    { "skip_rate", UNIT_SHARE, "skip over forward" },
    { "skip_low", UNIT_SHARE, "lower end of the 95 % interval of skip_rate" },
    { "skip_high", UNIT_SHARE, "upper end of the 95 % interval of skip_rate" },
    { "back", UNIT_COUNT, "entries after which the journey goes back to an earlier stage" },
    { "back_rate", UNIT_SHARE, "back over entries" },
    { "back_low", UNIT_SHARE, "lower end of the 95 % interval of back_rate" },
    { "back_high", UNIT_SHARE, "upper end of the 95 % interval of back_rate" },
    { "goals", UNIT_COUNT, "entries after which a converted journey has no further stage" },
    { "exits", UNIT_COUNT, "entries after which a lost journey has no further stage: drop-off" },
    { "exit_rate", UNIT_SHARE, "exits over entries" },
    { "exit_low", UNIT_SHARE, "lower end of the 95 % interval of exit_rate" },
    { "exit_high", UNIT_SHARE, "upper end of the 95 % interval of exit_rate" },
    { "open_end", UNIT_COUNT,
      "entries after which an open journey has no further stage yet; forward, back, goals, exits "
      "and open_end add up to entries" },
    { "dwell_median", UNIT_SECONDS,
      "median seconds of a visit: to the first event of the next stage, or to the visit's last "
      "event when there is none" },
    { "dwell_p90", UNIT_SECONDS, "90th percentile of the seconds of a visit" },
    { "conversion", UNIT_SHARE,
      "share that converted of the ended journeys of phase before that reached it" },
    { "conversion_n", UNIT_COUNT, "ended journeys of phase before that reached it" },
    { "conversion_low", UNIT_SHARE, "lower end of the 95 % interval of conversion" },
    { "conversion_high", UNIT_SHARE, "upper end of the 95 % interval of conversion" },
    { "to_next", UNIT_SHARE,
      "share of its journeys, in any state, that entered a later stage after it; blank for the "
      "last stage" },
    { "to_next_low", UNIT_SHARE, "lower end of the 95 % interval of to_next" },
    { "to_next_high", UNIT_SHARE, "upper end of the 95 % interval of to_next" },
    { "value", UNIT_MICROS, "sum of the value of its events" },
    { "pain", UNIT_MICROS, "sum of the pain of its events" },
    { "emotion_mean", UNIT_MICROS,
      "mean over customers of the customer's mean emotion, -2 to 2, so that heavy users do not "
      "dominate" },
    { "emotion_customers", UNIT_COUNT, "customers with an emotion in it" },
    { "emotion_sd", UNIT_MICROS, "standard deviation (n - 1) of the customers' means" },
    { "emotion_negative_share", UNIT_SHARE, "share of emotion_customers whose mean is below 0" },
    COLUMN_TIME_EXACT,
};

enum { COLUMNS_ALL = sizeof columns / sizeof *columns };

struct item {
    uint64_t events, entries, forward, skip, back, goals, exits, open_end, onward;
    struct distinct customers, journeys;
    struct sample dwell;
    struct outcome outcome;
    struct sum value, pain;
    struct sum emotion; /* of the customer that is being counted */
    uint64_t emotion_events;
    struct sample means; /* of the customers before */
};

struct tally {
    size_t nstages;     /* number nstages stands for no stage */
    struct item *items; /* [nstages + 1] */
    size_t ntouchpoints;
    bool *seen; /* [ntouchpoints] */
    struct distinct customers;
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->nstages = w->plan->nstages;
    t->items = mem_zero(t->nstages + 1, sizeof *t->items);
    t->ntouchpoints = w->ntouchpoints;
    t->seen = mem_zero(t->ntouchpoints, sizeof *t->seen);
    return t;
}

/* The customer's journeys are all in: its means can be kept. */
static void end_customer(struct tally *t)
{
    for (size_t i = 0; i <= t->nstages; i++) {
        struct item *it = &t->items[i];
        if (it->emotion_events == 0)
            continue;
        sample_add(&it->means, sum_over(&it->emotion, it->emotion_events));
        it->emotion = (struct sum){ 0 };
        it->emotion_events = 0;
    }
}

static void add_event(struct item *it, const struct world *w, const struct event *e)
{
    it->events++;
    sum_add(&it->value, event_value(w, e));
    sum_add(&it->pain, event_pain(w, e));
    int64_t emotion = event_emotion(w, e);
    if (emotion == EMOTION_NONE)
        return;
    sum_add(&it->emotion, emotion);
    it->emotion_events++;
}

/* A journey on its way through the stages. */
struct walk {
    size_t at; /* stage of the visit, or SIZE_MAX before the first */
    int64_t since, until;
    uint64_t reached, onward; /* bits: stages seen, and those left for a later one */
};

static void enter(struct tally *t, struct walk *k, size_t stage, int64_t time)
{
    if (k->at != SIZE_MAX) {
        struct item *from = &t->items[k->at];
        from->forward += stage > k->at;
        from->skip += stage > k->at + 1;
        from->back += stage < k->at;
        sample_add(&from->dwell, time - k->since);
    }
    t->items[stage].entries++;
    k->at = stage;
    k->since = time;
    k->onward |= k->reached & ((UINT64_C(1) << stage) - 1);
    k->reached |= UINT64_C(1) << stage;
}

static void leave(struct tally *t, const struct walk *k, const struct journey *j)
{
    if (k->at == SIZE_MAX)
        return;
    struct item *last = &t->items[k->at];
    last->goals += j->state == JOURNEY_CONVERTED;
    last->exits += j->state == JOURNEY_LOST;
    last->open_end += j->state == JOURNEY_OPEN;
    sample_add(&last->dwell, k->until - k->since);
    for (size_t s = 0; s < t->nstages; s++)
        t->items[s].onward += k->onward >> s & 1;
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    const struct event *ev = w->events + j->first;
    struct walk k = { .at = SIZE_MAX };
    if (distinct_see(&t->customers, j->customer))
        end_customer(t);
    for (uint32_t i = 0; i < j->n; i++) {
        uint8_t stage = w->touchpoints[ev[i].touch].stage;
        struct item *it = &t->items[stage == STAGE_NONE ? t->nstages : stage];
        t->seen[ev[i].touch] = true;
        add_event(it, w, &ev[i]);
        distinct_see(&it->customers, j->customer);
        if (distinct_see(&it->journeys, journey_number(w, j)))
            outcome_add(&it->outcome, j);
        if (stage == STAGE_NONE)
            continue;
        if (stage != k.at)
            enter(t, &k, stage, ev[i].time);
        k.until = ev[i].time;
    }
    leave(t, &k, j);
}

static void merge_item(struct item *into, const struct item *from)
{
    into->events += from->events;
    into->entries += from->entries;
    into->forward += from->forward;
    into->skip += from->skip;
    into->back += from->back;
    into->goals += from->goals;
    into->exits += from->exits;
    into->open_end += from->open_end;
    into->onward += from->onward;
    distinct_merge(&into->customers, &from->customers);
    distinct_merge(&into->journeys, &from->journeys);
    sample_merge(&into->dwell, &from->dwell);
    outcome_merge(&into->outcome, &from->outcome);
    sum_merge(&into->value, &from->value);
    sum_merge(&into->pain, &from->pain);
    sample_merge(&into->means, &from->means);
}

static void merge(void *into, void *from)
{
    struct tally *a = into, *b = from;
    end_customer(a);
    end_customer(b);
    for (size_t i = 0; i <= a->nstages; i++)
        merge_item(&a->items[i], &b->items[i]);
    for (size_t i = 0; i < a->ntouchpoints; i++)
        a->seen[i] |= b->seen[i];
    distinct_merge(&a->customers, &b->customers);
}

/* ---- the table ---- */

static void row_part(struct row *r, uint64_t k, uint64_t n)
{
    row_count(r, k);
    row_add(r, share(k, n));
    row_interval(r, k, n);
}

static void write_visits(struct row *r, struct item *it)
{
    row_count(r, it->entries);
    row_part(r, it->forward, it->entries);
    row_part(r, it->skip, it->forward);
    row_part(r, it->back, it->entries);
    row_count(r, it->goals);
    row_part(r, it->exits, it->entries);
    row_count(r, it->open_end);
    sample_sort(&it->dwell);
    row_add(r, sample_percentile(&it->dwell, 0.5));
    row_add(r, sample_percentile(&it->dwell, 0.9));
}

enum { VISIT_CELLS = 21 };

static void write_emotion(struct row *r, struct item *it)
{
    sample_sort(&it->means);
    row_add(r, sample_mean(&it->means));
    row_count(r, it->means.n);
    row_add(r, sample_stdev(&it->means));
    row_add(r, share(sample_negatives(&it->means), it->means.n));
}

static bool write_stage(struct tally *t, const struct world *w, size_t stage, uint64_t touchpoints,
                        const struct sink *out)
{
    struct item *it = &t->items[stage];
    struct row r = { .n = 0 };
    row_add(&r, stage == t->nstages ? cell_c("(none)") : cell_text(w->plan->stages[stage]));
    row_count(&r, touchpoints);
    row_count(&r, it->events);
    row_count(&r, it->customers.n);
    row_rate(&r, it->customers.n, t->customers.n);
    row_count(&r, it->journeys.n);
    if (stage == t->nstages)
        row_blanks(&r, VISIT_CELLS);
    else
        write_visits(&r, it);
    row_rate(&r, it->outcome.converted, it->outcome.ended);
    if (stage + 1 >= t->nstages) {
        row_blanks(&r, 3);
    } else {
        row_add(&r, share(it->onward, it->journeys.n));
        row_interval(&r, it->onward, it->journeys.n);
    }
    row_add(&r, sum_cell(&it->value));
    row_add(&r, sum_cell(&it->pain));
    write_emotion(&r, it);
    row_add(&r, stage == t->nstages ? cell_blank() : cell_i(sample_exact(&it->dwell)));
    return row_send(&r, out, COLUMNS_ALL);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    end_customer(t);
    uint64_t *touchpoints = mem_zero(t->nstages + 1, sizeof *touchpoints);
    bool none = false;
    for (size_t i = 0; i < t->ntouchpoints; i++) {
        uint8_t stage = w->touchpoints[i].stage;
        touchpoints[stage == STAGE_NONE ? t->nstages : stage] += t->seen[i];
        none |= stage == STAGE_NONE;
    }
    bool ok = true;
    for (size_t s = 0; ok && s < t->nstages + none; s++)
        ok = write_stage(t, w, s, touchpoints[s], out);
    free(touchpoints);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i <= t->nstages; i++) {
        sample_free(&t->items[i].dwell);
        sample_free(&t->items[i].means);
    }
    free(t->items);
    free(t->seen);
    free(t);
}

const struct measure measure_stages = {
    .name = "stages",
    .question = "how far do people come, how long do they stay, and where do they leave",
    .population = "all events that lie in journeys of any state; the column events sums to them; "
                  "conversion counts ended journeys of phase before only",
    COLUMNS(columns),
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
    .review = { .keys = "stage",
                .rates = "forward_rate/entries,skip_rate/forward,back_rate/entries,exit_rate/"
                         "entries,to_next/journeys,emotion_negative_share/emotion_customers",
                .untested = "touchpoints",
                .moves = "entries" },
};
