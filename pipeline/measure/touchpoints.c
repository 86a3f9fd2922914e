/* touchpoints.c - the inventory: how much of everything happens at each touchpoint. */
#include <stdlib.h>

#include "measure/all.h"
#include "measure/channels.h"
#include "measure/key_map.h"
#include "measure/positions.h"

static const struct column columns[] = {
    { "touchpoint", UNIT_TEXT, "name of the touchpoint" },
    { "stage", UNIT_TEXT, "stage that it belongs to; blank when it has none" },
    { "by", UNIT_TEXT, "who acts: customer or company" },
    { "channels", UNIT_TEXT, "channels of its events with their shares, the largest first" },
    { "events", UNIT_COUNT, "its events that lie in journeys" },
    { "share_of_events", UNIT_SHARE, "events over all events in journeys; the column sums to 1" },
    { "customers", UNIT_COUNT, "customers with at least one of these events" },
    { "reach", UNIT_SHARE, "customers over all customers that have a journey" },
    { "reach_n", UNIT_COUNT, "all customers that have a journey" },
    { "reach_low", UNIT_SHARE, "lower end of the 95 % interval of reach" },
    { "reach_high", UNIT_SHARE, "upper end of the 95 % interval of reach" },
    { "journeys", UNIT_COUNT, "journeys that hold it, in any state" },
    { "share_of_journeys", UNIT_SHARE, "journeys over all journeys, in any state" },
    { "first_seen", UNIT_TIME, "time of its earliest event in a journey" },
    { "last_seen", UNIT_TIME, "time of its latest event in a journey" },
    { "position_median", UNIT_MICROS,
      "median place among the events of the journey, the first is 1; over its events" },
    { "starts", UNIT_COUNT, "journeys that begin with it" },
    { "ends", UNIT_COUNT, "converted and lost journeys whose last event it is" },
    { "next", UNIT_COUNT, "its events that another event of the journey follows" },
    { "next_rate", UNIT_SHARE, "next over events" },
    { "next_low", UNIT_SHARE, "lower end of the 95 % interval of next_rate" },
    { "next_high", UNIT_SHARE, "upper end of the 95 % interval of next_rate" },
    { "conversion", UNIT_SHARE,
      "share that converted of the ended journeys of phase before that hold it" },
    { "conversion_n", UNIT_COUNT, "ended journeys of phase before that hold it" },
    { "conversion_low", UNIT_SHARE, "lower end of the 95 % interval of conversion" },
    { "conversion_high", UNIT_SHARE, "upper end of the 95 % interval of conversion" },
    { "emotion_mean", UNIT_MICROS, "mean emotion, -2 to 2, of its events that have one" },
    { "emotion_events", UNIT_COUNT, "its events that have an emotion" },
    { "emotion_negative_share", UNIT_SHARE, "share of emotion_events below 0" },
    { "pain", UNIT_MICROS, "sum of the pain of its events" },
    { "value", UNIT_MICROS, "sum of the value of its events" },
    { "position_exact", UNIT_FLAG,
      "yes: position_median is exact; no: it is within 0.4 %, for more than 100,000 events stand "
      "behind the 256th place" },
};

struct item {
    uint64_t events, starts, ends, next, emotion_events, negative;
    struct distinct customers, journeys;
    struct span seen;
    struct positions positions;
    struct outcome outcome;
    struct sum emotion, pain, value;
};

struct tally {
    size_t n; /* touchpoints */
    struct item *items;
    uint64_t events, journeys;
    struct distinct customers;
    struct channels channels;
    struct key_map by_channel; /* (touchpoint, channel) */
    uint64_t *channel_events;  /* by number in by_channel */
    size_t channel_room;
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->n = w->ntouchpoints;
    t->items = mem_zero(t->n, sizeof *t->items);
    for (size_t i = 0; i < t->n; i++)
        t->items[i].seen = span_none();
    channels_init(&t->channels, w);
    return t;
}

static void add_channel(struct tally *t, uint64_t key, uint64_t events)
{
    uint32_t known = t->by_channel.n, i = key_map_add(&t->by_channel, key);
    if (i == known) {
        t->channel_events =
            mem_grow(t->channel_events, &t->channel_room, (size_t)i + 1, sizeof *t->channel_events);
        t->channel_events[i] = 0;
    }
    t->channel_events[i] += events;
}

static void add_event(struct item *it, const struct world *w, const struct event *e)
{
    it->events++;
    span_add(&it->seen, e->time, e->time);
    int64_t emotion = event_emotion(w, e);
    if (emotion != EMOTION_NONE) {
        it->emotion_events++;
        it->negative += emotion < 0;
        sum_add(&it->emotion, emotion);
    }
    sum_add(&it->pain, event_pain(w, e));
    sum_add(&it->value, event_value(w, e));
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    const struct event *ev = w->events + j->first;
    t->journeys++;
    t->events += j->n;
    distinct_see(&t->customers, j->customer);
    for (uint32_t i = 0; i < j->n; i++) {
        struct item *it = &t->items[ev[i].touch];
        add_event(it, w, &ev[i]);
        add_channel(t, key_of(ev[i].touch, channel_of(&t->channels, &ev[i])), 1);
        positions_add(&it->positions, i + 1);
        distinct_see(&it->customers, j->customer);
        if (distinct_see(&it->journeys, journey_number(w, j)))
            outcome_add(&it->outcome, j);
        it->next += i + 1 < j->n;
    }
    if (j->n) {
        t->items[ev[0].touch].starts++;
        t->items[ev[j->n - 1].touch].ends += j->state != JOURNEY_OPEN;
    }
}

static void merge_item(struct item *into, const struct item *from)
{
    into->events += from->events;
    into->starts += from->starts;
    into->ends += from->ends;
    into->next += from->next;
    into->emotion_events += from->emotion_events;
    into->negative += from->negative;
    distinct_merge(&into->customers, &from->customers);
    distinct_merge(&into->journeys, &from->journeys);
    span_add(&into->seen, from->seen.first, from->seen.last);
    positions_merge(&into->positions, &from->positions);
    outcome_merge(&into->outcome, &from->outcome);
    sum_merge(&into->emotion, &from->emotion);
    sum_merge(&into->pain, &from->pain);
    sum_merge(&into->value, &from->value);
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->n; i++)
        merge_item(&a->items[i], &b->items[i]);
    a->events += b->events;
    a->journeys += b->journeys;
    distinct_merge(&a->customers, &b->customers);
    for (uint32_t i = 0; i < b->by_channel.n; i++)
        add_channel(a, b->by_channel.keys[i], b->channel_events[i]);
}

/* ---- the table ---- */

/* Of all touchpoints: their channels, those of one touchpoint together, the largest first. */
static struct ranked *rank_channels(const struct tally *t)
{
    struct ranked *list = mem_take(t->by_channel.n * sizeof *list);
    for (uint32_t i = 0; i < t->by_channel.n; i++) {
        uint32_t channel = (uint32_t)t->by_channel.keys[i];
        list[i] = (struct ranked){ t->channel_events[i],
                                   intern_text(&t->channels.names, channel),
                                   { 0 },
                                   channel,
                                   (size_t)(t->by_channel.keys[i] >> 32) };
    }
    qsort(list, t->by_channel.n, sizeof *list, ranked_cmp);
    return list;
}

/* "website 80 %; email 20 %" for every touchpoint, into a. */
static struct str *channel_texts(const struct tally *t, struct arena *a)
{
    struct str *texts = arena_take(a, t->n * sizeof *texts);
    struct ranked *list = rank_channels(t);
    for (uint32_t i = 0; i < t->by_channel.n; i++) {
        struct str *text = &texts[list[i].i];
        double percent = 100.0 * (double)list[i].n / (double)t->items[list[i].i].events;
        const char *less = percent < 0.5 ? "<" : "";
        *text = arena_printf(a, "%.*s%s%.*s %s%.0f %%", STR_ARG(*text), text->n ? "; " : "",
                             STR_ARG(list[i].a), less, *less ? 1.0 : percent);
    }
    free(list);
    return texts;
}

static bool write_item(struct tally *t, const struct world *w, size_t i, struct str channels,
                       const struct sink *out)
{
    struct item *it = &t->items[i];
    const struct touchpoint *what = &w->touchpoints[i];
    struct row r = { .n = 0 };
    row_add(&r, cell_text(what->name));
    row_add(&r, what->stage == STAGE_NONE ? cell_blank() : cell_text(w->plan->stages[what->stage]));
    row_add(&r, cell_c(what->company ? "company" : "customer"));
    row_add(&r, cell_text(channels));
    row_count(&r, it->events);
    row_add(&r, share(it->events, t->events));
    row_count(&r, it->customers.n);
    row_rate(&r, it->customers.n, t->customers.n);
    row_count(&r, it->journeys.n);
    row_add(&r, share(it->journeys.n, t->journeys));
    row_span(&r, &it->seen);
    row_add(&r, positions_median(&it->positions));
    row_count(&r, it->starts);
    row_count(&r, it->ends);
    row_count(&r, it->next);
    row_add(&r, share(it->next, it->events));
    row_interval(&r, it->next, it->events);
    row_rate(&r, it->outcome.converted, it->outcome.ended);
    row_add(&r, sum_mean(&it->emotion, it->emotion_events));
    row_count(&r, it->emotion_events);
    row_add(&r, share(it->negative, it->emotion_events));
    row_add(&r, sum_cell(&it->pain));
    row_add(&r, sum_cell(&it->value));
    row_add(&r, cell_i(sample_exact(&it->positions.further)));
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    struct arena a = { 0 };
    struct str *texts = channel_texts(t, &a);
    struct ranked *rows = mem_take(t->n * sizeof *rows);
    size_t n = 0;
    for (size_t i = 0; i < t->n; i++)
        if (t->items[i].events)
            rows[n++] = (struct ranked){ t->items[i].events, w->touchpoints[i].name, { 0 }, i, i };
    qsort(rows, n, sizeof *rows, ranked_cmp);
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = write_item(t, w, rows[i].i, texts[rows[i].i], out);
    free(rows);
    arena_free(&a);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->n; i++)
        positions_free(&t->items[i].positions);
    free(t->items);
    channels_free(&t->channels);
    key_map_free(&t->by_channel);
    free(t->channel_events);
    free(t);
}

const struct measure measure_touchpoints = {
    .name = "touchpoints",
    .question = "which touchpoints are there, how many people meet them, and what follows",
    .population = "all events that lie in journeys of any state; the column events sums to them; "
                  "a touchpoint whose events all lie outside journeys is in coverage.csv",
    COLUMNS(columns),
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
    .review = { .keys = "touchpoint",
                .rates = "next_rate/events,emotion_negative_share/emotion_events",
                .moves = "events" },
};
