/* journeys_table.c - one row a journey; read from the world, no tally. */
#include <stdlib.h>

#include "journey/engaged.h"
#include "journey/path.h"
#include "measure/all.h"
#include "measure/channels.h"
#include "measure/path_text.h"

enum { PATH_SHOWN = 100 /* touchpoints of a path that are written out */, AHEAD = 8 };

static const struct column columns[] = {
    { "customer", UNIT_TEXT, "name of the customer" },
    { "journey", UNIT_COUNT, "number of the journey, from 1 for each customer" },
    { "state", UNIT_TEXT, "converted, lost or open" },
    { "phase", UNIT_TEXT, "after: begins after an earlier journey of the customer reached a goal" },
    { "left_truncated", UNIT_FLAG, "its beginning may lie before the data" },
    { "returned", UNIT_FLAG, "lost, but the customer came back in a later journey" },
    { "start", UNIT_TIME, "time of its first event that the customer made" },
    { "end", UNIT_TIME, "time of its last event that the customer made" },
    { "duration", UNIT_SECONDS, "seconds from start to end" },
    { "events", UNIT_COUNT, "its events, those of the company too" },
    { "touchpoints", UNIT_COUNT, "distinct touchpoints of its events" },
    { "sessions", UNIT_COUNT, "sessions in which the customer made an event of it" },
    { "channels", UNIT_TEXT,
      "distinct channels of its events in the order of their first use; with `channels:` those by "
      "which the customer arrived, too" },
    { "first_touchpoint", UNIT_TEXT, "touchpoint of its first event" },
    { "last_touchpoint", UNIT_TEXT, "touchpoint of its last event" },
    { "goal_time", UNIT_TIME, "time of its goal; blank when it reached none" },
    { "time_to_goal", UNIT_SECONDS, "seconds from start to its goal" },
    { "value", UNIT_MICROS, "sum of the value of its goal events" },
    { "emotion_mean", UNIT_MICROS, "mean emotion, -2 to 2, of its events that have one" },
    { "pain", UNIT_MICROS, "sum of the pain of its events" },
    { "path", UNIT_TEXT,
      "touchpoints of its events in order, joined by ' > '; the first 100; with `paths:` in the "
      "project what is left of them" },
    { "engaged", UNIT_SECONDS,
      "seconds in which the customer was engaged: the pauses within sessions, the last event of "
      "each adds nothing; with page pings by Snowplow's formula" },
};

struct scribe { /* what is used again from row to row */
    const struct world *w;
    struct channels channels;
    struct path_names names_of_steps;
    uint64_t *touch_seen, *channel_seen; /* journey + 1 in which it was last seen */
    struct buffer path, names;
};

static void scribe_init(struct scribe *s, const struct world *w)
{
    *s = (struct scribe){ .w = w };
    channels_init(&s->channels, w);
    path_names_init(&s->names_of_steps, w);
    s->touch_seen = mem_zero(w->ntouchpoints, sizeof *s->touch_seen);
    s->channel_seen = mem_zero(s->channels.names.n, sizeof *s->channel_seen);
}

static void scribe_free(struct scribe *s)
{
    channels_free(&s->channels);
    path_names_free(&s->names_of_steps);
    free(s->touch_seen);
    free(s->channel_seen);
    free(s->path.p);
    free(s->names.p);
}

static void append(struct buffer *to, struct str between, struct str s)
{
    if (to->n)
        buffer_add_str(to, between);
    buffer_add_str(to, s);
}

static void write_path(struct scribe *s, const struct journey *j)
{
    const struct path path = world_path(s->w, j);
    s->path.n = 0;
    for (size_t i = 0; i < path.n && i < PATH_SHOWN; i++)
        path_text_add(&s->path, &s->names_of_steps, path.steps[i].touch);
    if (path.n > PATH_SHOWN)
        path_text_cut(&s->path, path.n - PATH_SHOWN);
    else if (path.n)
        path_text_end(&s->path);
}

/* Returns the number of distinct touchpoints; s->names gets the channels. */
static uint64_t write_channels(struct scribe *s, const struct event *ev, uint32_t n, uint64_t mark)
{
    uint64_t touchpoints = 0;
    s->names.n = 0;
    for (uint32_t i = 0; i < n; i++) {
        touchpoints += s->touch_seen[ev[i].touch] != mark;
        s->touch_seen[ev[i].touch] = mark;
        uint32_t channel = channel_of_touch(&s->channels, s->w, &ev[i]);
        if (s->channel_seen[channel] != mark)
            append(&s->names, STR("; "), intern_text(&s->channels.names, channel));
        s->channel_seen[channel] = mark;
    }
    return touchpoints;
}

static void write_feelings(struct row *r, const struct world *w, const struct journey *j)
{
    struct sum emotion = { 0 }, pain = { 0 };
    uint64_t n = 0;
    for (size_t i = j->first; i < j->first + j->n; i++) {
        sum_add(&pain, event_pain(w, &w->events[i]));
        int64_t e = event_emotion(w, &w->events[i]);
        if (e == EMOTION_NONE)
            continue;
        sum_add(&emotion, e);
        n++;
    }
    row_add(r, cell_i(j->value));
    row_add(r, sum_mean(&emotion, n));
    row_add(r, sum_cell(&pain));
}

static struct cell touchpoint_name(const struct world *w, const struct event *ev, uint32_t n,
                                   uint32_t i)
{
    return n ? cell_text(w->touchpoints[ev[i].touch].name) : cell_blank();
}

static bool write_journey(struct scribe *s, const struct journey *j, const struct sink *out)
{
    const struct world *w = s->w;
    const struct event *ev = w->events + j->first;
    bool goal = j->goal_time != TIME_NONE;
    struct row r;
    row_begin(&r);
    row_add(&r, cell_text(w->customers->names[j->customer]));
    row_count(&r, j->number);
    row_add(&r, cell_c(journey_state_names[j->state]));
    row_add(&r, cell_c(j->after ? "after" : "before"));
    row_add(&r, cell_i(j->left_truncated));
    row_add(&r, cell_i(j->returned));
    row_add(&r, cell_i(j->start));
    row_add(&r, cell_i(j->end));
    row_add(&r, cell_i(j->end - j->start));
    row_count(&r, j->n);
    row_count(&r, write_channels(s, ev, j->n, journey_number(w, j) + 1));
    row_count(&r, j->sessions);
    row_add(&r, cell_text(buffer_str(&s->names)));
    row_add(&r, touchpoint_name(w, ev, j->n, 0));
    row_add(&r, touchpoint_name(w, ev, j->n, j->n - 1));
    row_time(&r, j->goal_time);
    row_add(&r, goal ? cell_i(j->goal_time - j->start) : cell_blank());
    write_feelings(&r, w, j);
    write_path(s, j);
    row_add(&r, cell_text(buffer_str(&s->path)));
    row_add(&r, cell_i(engaged_time(w, j->first, j->first + j->n)));
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    (void)tally;
    struct scribe s;
    scribe_init(&s, w);
    bool ok = true;
    for (size_t i = 0; ok && i < w->njourneys; i++) {
        if (i + AHEAD < w->njourneys) /* names lie in the order in which customers were seen */
            __builtin_prefetch(w->customers->names[w->journeys[i + AHEAD].customer].p);
        ok = write_journey(&s, &w->journeys[i], out);
    }
    scribe_free(&s);
    return ok;
}

const struct measure measure_journeys = {
    .name = "journeys",
    .question = "what is each journey, from its first event to its end",
    .population = "all journeys, one row each, by customer and number; the column events sums to "
                  "all events in journeys",
    COLUMNS(columns),
    .streams = true,
    .table = table,
};
