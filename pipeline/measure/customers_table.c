/* customers_table.c - one row a customer; read from the world, no tally. `touchpath audience` takes
 * its columns from here.
 */
#include <stdlib.h>

#include "journey/engaged.h"
#include "measure/all.h"

static const struct column columns[] = {
    { "customer", UNIT_TEXT, "name of the customer" },
    { "first_time", UNIT_TIME, "start of the first of these journeys" },
    { "last_time", UNIT_TIME, "end of the last of them: the customer's last own event" },
    { "journeys", UNIT_COUNT, "journeys of the customer that are counted" },
    { "value", UNIT_MICROS, "sum of the value of their goals" },
    { "converted", UNIT_COUNT, "of the journeys, those that reached a goal" },
    { "state", UNIT_TEXT, "state of the last journey: converted, lost or open" },
    { "phase", UNIT_TEXT, "phase of the last journey: after: it began after a goal" },
    { "events", UNIT_COUNT, "events in the journeys, those of the company too" },
    { "sessions", UNIT_COUNT, "sessions in the journeys" },
    { "engaged", UNIT_SECONDS, "seconds in which the customer was engaged" },
    { "first_touchpoint", UNIT_TEXT, "touchpoint of the first event" },
    { "last_touchpoint", UNIT_TEXT, "touchpoint of the last event" },
    { "goal_time", UNIT_TIME, "time of the last goal; blank when there is none" },
    { "pain", UNIT_MICROS, "sum of the pain of the events" },
    { "score", UNIT_MICROS, "score of the last event that has one" },
    { "campaign", UNIT_TEXT, "campaign of the last event that has one" },
    { "content", UNIT_TEXT, "content of the last event that has one" },
    { "keyword", UNIT_TEXT, "search words of the last event that has any" },
    { "item", UNIT_TEXT, "thing of the last event that is about one" },
    { "reference", UNIT_TEXT, "order, ticket or message of the last event that has one" },
};

struct customer {
    const struct journey *first, *last; /* of those counted; there is one */
    uint64_t converted, events, sessions;
    struct sum value, pain;
    int64_t engaged, goal_time;
    uint32_t attrs[ATTRS]; /* list of the last event that has the attribute; 0: none has */
};

static void add_journey(struct customer *c, const struct world *w, const struct journey *j)
{
    c->last = j;
    c->converted += j->state == JOURNEY_CONVERTED;
    c->events += j->n;
    c->sessions += j->sessions;
    sum_add(&c->value, j->value);
    int64_t engaged = engaged_time(w, j->first, j->first + j->n);
    c->engaged = c->engaged > INT64_MAX - engaged ? INT64_MAX : c->engaged + engaged;
    if (j->goal_time != TIME_NONE)
        c->goal_time = j->goal_time;
    for (size_t i = j->first; i < j->first + j->n; i++) {
        const struct event *e = &w->events[i];
        sum_add(&c->pain, event_pain(w, e));
        for (enum attr a = ATTR_SCORE; e->attrs && a < ATTRS; a++)
            if (attrs_text(w->set, e->attrs, a).n)
                c->attrs[a] = e->attrs;
    }
}

static void write_attributes(struct row *r, const struct world *w, const struct customer *c)
{
    int64_t score;
    bool scored = attrs_micros(w->set, c->attrs[ATTR_SCORE], ATTR_SCORE, &score);
    row_add(r, scored ? cell_i(score) : cell_blank());
    for (enum attr a = ATTR_CAMPAIGN; a <= ATTR_REFERENCE; a++) {
        struct str text = attrs_text(w->set, c->attrs[a], a);
        row_add(r, text.n ? cell_text(text) : cell_blank());
    }
}

static struct cell touchpoint_of(const struct world *w, size_t event)
{
    return cell_text(w->touchpoints[w->events[event].touch].name);
}

static bool write_customer(const struct world *w, uint32_t number, const struct sink *out)
{
    const struct journey *j = w->journeys + journeys_begin(w, number);
    const struct journey *end = w->journeys + journeys_end(w, number);
    struct customer c = { .first = j, .goal_time = TIME_NONE };
    struct row r = { .n = 0 };
    if (j == end)
        return true;
    for (; j < end; j++)
        add_journey(&c, w, j);
    row_add(&r, cell_text(w->customers->names[number]));
    row_add(&r, cell_i(c.first->start));
    row_add(&r, cell_i(c.last->end));
    row_count(&r, (uint64_t)(end - c.first));
    row_add(&r, sum_cell(&c.value));
    row_count(&r, c.converted);
    row_add(&r, cell_c(journey_state_names[c.last->state]));
    row_add(&r, cell_c(c.last->after ? "after" : "before"));
    row_count(&r, c.events);
    row_count(&r, c.sessions);
    row_add(&r, cell_i(c.engaged));
    row_add(&r, touchpoint_of(w, c.first->first));
    row_add(&r, touchpoint_of(w, c.last->first + c.last->n - 1));
    row_time(&r, c.goal_time);
    row_add(&r, sum_cell(&c.pain));
    write_attributes(&r, w, &c);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    (void)tally;
    for (uint32_t c = w->from; c < w->to; c++)
        if (!write_customer(w, c, out))
            return false;
    return true;
}

const struct measure measure_customers = {
    .name = "customers",
    .question = "who are the customers, when were they here, and what did they bring",
    .population = "all customers that have a journey, one row each, by name; journeys, events and "
                  "value sum to those of journeys.csv",
    COLUMNS(columns),
    .on_request = true,
    .streams = true,
    .table = table,
};
