/* sessions_table.c - one row a session; read from the world, no tally. */
#include <stdlib.h>

#include "journey/engaged.h"
#include "measure/all.h"
#include "measure/channels.h"

static const struct column columns[] = {
    { "customer", UNIT_TEXT, "name of the customer" },
    { "session", UNIT_COUNT, "number of the session, from 1 for each customer" },
    { "journey", UNIT_COUNT, "number of the journey in which it begins" },
    { "start", UNIT_TIME, "time of its first event" },
    { "end", UNIT_TIME, "time of its last event" },
    { "duration", UNIT_SECONDS, "seconds from start to end" },
    { "engaged", UNIT_SECONDS,
      "seconds in which the customer was engaged: the pauses between its events, the last adds "
      "nothing; with page pings by Snowplow's formula" },
    { "events", UNIT_COUNT, "its events, all of them of the customer" },
    { "touchpoints", UNIT_COUNT, "distinct touchpoints of its events" },
    { "first_touchpoint", UNIT_TEXT, "touchpoint of its first event" },
    { "last_touchpoint", UNIT_TEXT, "touchpoint of its last event" },
    { "channel", UNIT_TEXT,
      "channel of its first event; with `channels:` the one by which it came" },
    { "campaign", UNIT_TEXT, "first campaign among its events" },
    { "goals", UNIT_COUNT, "its events that are goals" },
    { "value", UNIT_MICROS, "sum of the value of these" },
};

struct scribe {
    const struct world *w;
    struct channels channels;
    uint64_t *seen; /* by touchpoint: number of the row in which it was last seen */
    uint64_t row;
};

/* Events of one session that lie in journeys: some between them may be the company's. */
struct session {
    uint32_t customer, number, journey;
    size_t first, last; /* events */
};

static struct str campaign_of(const struct world *w, const struct session *s)
{
    for (size_t i = s->first; i <= s->last; i++) {
        struct str campaign = attrs_text(w->set, w->events[i].attrs, ATTR_CAMPAIGN);
        if (w->session[i] == s->number && campaign.n)
            return campaign;
    }
    return STR("");
}

static bool write_session(struct scribe *to, const struct session *s, const struct sink *out)
{
    const struct world *w = to->w;
    const struct event *first = &w->events[s->first], *last = &w->events[s->last];
    uint64_t events = 0, touchpoints = 0, goals = 0;
    struct sum value = { 0 };
    struct row r = { .n = 0 };
    to->row++;
    for (size_t i = s->first; i <= s->last; i++) {
        const struct event *e = &w->events[i];
        if (w->session[i] != s->number)
            continue;
        events++;
        touchpoints += to->seen[e->touch] != to->row;
        to->seen[e->touch] = to->row;
        if (!w->touchpoints[e->touch].goal)
            continue;
        goals++;
        sum_add(&value, event_value(w, e));
    }
    struct str campaign = campaign_of(w, s);
    row_add(&r, cell_text(w->customers->names[s->customer]));
    row_count(&r, s->number);
    row_count(&r, s->journey);
    row_add(&r, cell_i(first->time));
    row_add(&r, cell_i(last->time));
    row_add(&r, cell_i(last->time - first->time));
    row_add(&r, cell_i(engaged_time(w, s->first, s->last + 1)));
    row_count(&r, events);
    row_count(&r, touchpoints);
    row_add(&r, cell_text(w->touchpoints[first->touch].name));
    row_add(&r, cell_text(w->touchpoints[last->touch].name));
    uint32_t channel =
        w->arrivals ? arrival_of(w, first).session : channel_of(&to->channels, first);
    row_add(&r, cell_text(intern_text(&to->channels.names, channel)));
    row_add(&r, campaign.n ? cell_text(campaign) : cell_blank());
    row_count(&r, goals);
    row_add(&r, sum_cell(&value));
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

/* The sessions of one customer, by number: own events with one number stand together. */
static bool write_customer(struct scribe *to, uint32_t customer, const struct sink *out)
{
    const struct world *w = to->w;
    const struct journey *j = w->journeys + journeys_begin(w, customer);
    const struct journey *end = w->journeys + journeys_end(w, customer);
    struct session s = { .customer = customer };
    for (; j < end; j++) {
        for (size_t i = j->first; i < j->first + j->n; i++) {
            if (!w->session[i])
                continue;
            if (w->session[i] != s.number) {
                if (s.number && !write_session(to, &s, out))
                    return false;
                s.number = w->session[i];
                s.journey = j->number;
                s.first = i;
            }
            s.last = i;
        }
    }
    return !s.number || write_session(to, &s, out);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    (void)tally;
    struct scribe to = { .w = w, .seen = mem_zero(w->ntouchpoints, sizeof *to.seen) };
    channels_init(&to.channels, w);
    bool ok = true;
    for (uint32_t c = w->from; ok && c < w->to; c++)
        ok = write_customer(&to, c, out);
    channels_free(&to.channels);
    free(to.seen);
    return ok;
}

const struct measure measure_sessions = {
    .name = "sessions",
    .question = "what is each session, and how long was the customer engaged",
    .population = "all sessions with an event in a journey, one row each, by customer and number; "
                  "what the company sends is in none; the column events sums to the customers' own "
                  "events",
    COLUMNS(columns),
    .on_request = true,
    .streams = true,
    .table = table,
};
