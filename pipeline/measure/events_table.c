/* events_table.c - one row an event; read from the world, no tally. */
#include "journey/arrivals.h"
#include "measure/all.h"

static const struct column columns[] = {
    { "customer", UNIT_TEXT, "name of the customer" },
    { "journey", UNIT_COUNT, "number of the journey that it lies in; blank: in none" },
    { "session", UNIT_COUNT, "number of the customer's session; blank for events of the company" },
    { "time", UNIT_TIME, "when it happened" },
    { "touchpoint", UNIT_TEXT, "what happened" },
    { "stage", UNIT_TEXT, "stage of the touchpoint; blank when it has none" },
    { "channel", UNIT_TEXT, "channel of its source" },
    { "source", UNIT_TEXT, "source of the project that it comes from" },
    { "by", UNIT_TEXT, "who acts: customer or company" },
    { "file", UNIT_TEXT, "file that it was read from" },
    { "record", UNIT_COUNT, "number of the record in the file, from 1" },
    { "rule", UNIT_TEXT, "rule that made it" },
    { "value", UNIT_MICROS, "its value; blank when it has none that is a number" },
    { "score", UNIT_MICROS, "its score; blank when it has none that is a number" },
    { "emotion", UNIT_MICROS, "its emotion, -2 to 2: its own, or else that of its rule" },
    { "campaign", UNIT_TEXT, "its campaign" },
    { "content", UNIT_TEXT, "its content" },
    { "keyword", UNIT_TEXT, "its search words" },
    { "item", UNIT_TEXT, "the thing that it is about" },
    { "reference", UNIT_TEXT, "order, ticket or message that it belongs to" },
    { "coarse", UNIT_FLAG, "only the date of its time is known" },
    { "marketing_channel", UNIT_TEXT,
      "channel by which the customer arrived with it (docs/channels.md)" },
    { "medium", UNIT_TEXT, "medium of the campaign or link that led here" },
    { "referrer", UNIT_TEXT, "site or source that led here" },
    { "device", UNIT_TEXT, "class of device" },
    { "browser", UNIT_TEXT, "family of browser" },
};

static struct cell amount(const struct world *w, const struct event *e, enum attr a)
{
    int64_t micros;
    return attrs_micros(w->set, e->attrs, a, &micros) ? cell_i(micros) : cell_blank();
}

static void write_attributes(struct row *r, const struct world *w, const struct event *e)
{
    int64_t emotion = event_emotion(w, e);
    row_add(r, amount(w, e, ATTR_VALUE));
    row_add(r, amount(w, e, ATTR_SCORE));
    row_add(r, emotion == EMOTION_NONE ? cell_blank() : cell_i(emotion));
    for (enum attr a = ATTR_CAMPAIGN; a <= ATTR_REFERENCE; a++) {
        struct str text = attrs_text(w->set, e->attrs, a);
        row_add(r, text.p ? cell_text(text) : cell_blank());
    }
}

static void write_text(struct row *r, struct str text)
{
    row_add(r, text.n ? cell_text(text) : cell_blank());
}

static void write_arrival(struct row *r, const struct world *w, const struct event *e)
{
    struct str channel = attrs_text(w->set, e->attrs, ATTR_MARKETING_CHANNEL);
    if (w->arrivals) {
        uint32_t own = arrival_of(w, e).own;
        channel = own == ARRIVAL_NONE ? STR("") : intern_text(&w->arrivals->names, own);
    }
    write_text(r, channel);
    for (enum attr a = ATTR_MEDIUM; a <= ATTR_BROWSER; a++)
        write_text(r, attrs_text(w->set, e->attrs, a));
}

/* in: the journey that it lies in, NULL when it is unattached. */
static bool write_event(const struct world *w, size_t i, uint32_t customer,
                        const struct journey *in, const struct sink *out)
{
    const struct event *e = &w->events[i];
    const struct touchpoint *what = &w->touchpoints[e->touch];
    const struct source *source = &w->plan->sources[event_source(w, e)];
    struct row r = { .n = 0 };
    row_add(&r, cell_text(w->customers->names[customer]));
    row_add(&r, in ? cell_i(in->number) : cell_blank());
    row_add(&r, w->session[i] ? cell_i(w->session[i]) : cell_blank());
    row_add(&r, cell_i(e->time));
    row_add(&r, cell_text(what->name));
    row_add(&r, what->stage == STAGE_NONE ? cell_blank() : cell_text(w->plan->stages[what->stage]));
    row_add(&r, cell_text(source->channel));
    row_add(&r, cell_text(source->name));
    row_add(&r, cell_c(what->company ? "company" : "customer"));
    row_add(&r, cell_text(event_set_file(w->set, event_file(e))->name));
    row_count(&r, event_record(e));
    row_add(&r, cell_text(w->plan->rules[e->rule].label));
    write_attributes(&r, w, e);
    row_add(&r, cell_i((e->flags & EVENT_COARSE) != 0));
    write_arrival(&r, w, e);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    (void)tally;
    for (uint32_t c = w->from; c < w->to; c++) {
        const struct journey *j = w->journeys + journeys_begin(w, c);
        const struct journey *end = w->journeys + journeys_end(w, c);
        for (size_t i = events_begin(w, c); i < events_end(w, c); i++) {
            while (j < end && i >= j->first + j->n)
                j++;
            bool inside = j < end && i >= j->first;
            if (!write_event(w, i, c, inside ? j : NULL, out))
                return false;
        }
    }
    return true;
}

const struct measure measure_events = {
    .name = "events",
    .question = "what happened, event by event",
    .population = "all events, one row each, by customer and time, those in no journey too",
    COLUMNS(columns),
    .on_request = true,
    .streams = true,
    .table = table,
};
