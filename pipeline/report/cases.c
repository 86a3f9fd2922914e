/* cases.c - see cases.h. Rows go to CSV or XES alike; the columns are those of events.csv. */
#include "report/cases.h"

#include "measure/row.h"
#include "report/xes_out.h"

static const struct column columns[] = {
    { "case", UNIT_TEXT, "name of the case" },
    { "activity", UNIT_TEXT, "touchpoint" },
    { "time", UNIT_TIME, "when it happened" },
    { "customer", UNIT_TEXT, "of the case" },
    { "journey", UNIT_COUNT,
      "number of the customer's journey; blank when the customer is the case" },
    { "state", UNIT_TEXT, "of the journey" },
    { "stage", UNIT_TEXT, "of the touchpoint" },
    { "channel", UNIT_TEXT, "channel of its source" },
    { "source", UNIT_TEXT, "source of the project" },
    { "by", UNIT_TEXT, "who acts: customer or company" },
    { "value", UNIT_MICROS, "its value" },
    { "score", UNIT_MICROS, "its score" },
    { "emotion", UNIT_MICROS, "its emotion, -2 to 2" },
    { "campaign", UNIT_TEXT, "its campaign" },
    { "content", UNIT_TEXT, "its content" },
    { "keyword", UNIT_TEXT, "its search words" },
    { "item", UNIT_TEXT, "the thing that it is about" },
    { "reference", UNIT_TEXT, "order, ticket or message that it belongs to" },
};
enum { COLUMNS_N = sizeof columns / sizeof *columns, COLUMNS_OF_CASE = 6 };

struct writer {
    const struct world *w;
    struct sink to;
    struct arena arena; /* the name of the case at hand */
    struct cases_counts *counts;
    bool ok;
};

static struct cell amount(const struct world *w, const struct event *e, enum attr a)
{
    int64_t micros;
    return attrs_micros(w->set, e->attrs, a, &micros) ? cell_i(micros) : cell_blank();
}

static void add_event(struct row *r, const struct world *w, const struct event *e)
{
    const struct touchpoint *what = &w->touchpoints[e->touch];
    const struct source *source = &w->plan->sources[event_source(w, e)];
    int64_t emotion = event_emotion(w, e);
    row_add(r, what->stage == STAGE_NONE ? cell_blank() : cell_text(w->plan->stages[what->stage]));
    row_add(r, cell_text(source->channel));
    row_add(r, cell_text(source->name));
    row_add(r, cell_c(what->company ? "company" : "customer"));
    row_add(r, amount(w, e, ATTR_VALUE));
    row_add(r, amount(w, e, ATTR_SCORE));
    row_add(r, emotion == EMOTION_NONE ? cell_blank() : cell_i(emotion));
    for (enum attr a = ATTR_CAMPAIGN; a <= ATTR_REFERENCE; a++) {
        struct str text = attrs_text(w->set, e->attrs, a);
        row_add(r, text.p ? cell_text(text) : cell_blank());
    }
}

/* Events first to end of a customer; in: the journey that they are, NULL: the customer. */
static void write_case(struct writer *to, uint32_t customer, size_t first, size_t end,
                       const struct journey *in)
{
    const struct world *w = to->w;
    struct str who = w->customers->names[customer], name = who;
    if (in)
        name = arena_printf(&to->arena, "%.*s/%u", STR_ARG(who), (unsigned)in->number);
    to->counts->cases += end > first;
    for (size_t i = first; to->ok && i < end; i++) {
        const struct event *e = &w->events[i];
        struct row r = { .n = 0 };
        row_add(&r, cell_text(name));
        row_add(&r, cell_text(w->touchpoints[e->touch].name));
        row_add(&r, cell_i(e->time));
        row_add(&r, cell_text(who));
        row_add(&r, in ? cell_i(in->number) : cell_blank());
        row_add(&r, in ? cell_c(journey_state_names[in->state]) : cell_blank());
        add_event(&r, w, e);
        to->ok = row_send(&r, &to->to, COLUMNS_N);
        to->counts->events++;
    }
    arena_reset(&to->arena);
}

static bool write_all(const struct world *w, enum case_unit unit, struct sink sink,
                      struct cases_counts *counts)
{
    struct writer to = { .w = w, .to = sink, .counts = counts, .ok = true };
    for (uint32_t c = 0; to.ok && unit == CASES_CUSTOMERS && c < w->customers->n; c++)
        write_case(&to, c, events_begin(w, c), events_end(w, c), NULL);
    for (size_t i = 0; to.ok && unit == CASES_JOURNEYS && i < w->njourneys; i++) {
        const struct journey *j = &w->journeys[i];
        write_case(&to, j->customer, j->first, j->first + j->n, j);
    }
    arena_free(&to.arena);
    counts->outside = w->n - counts->events;
    return to.ok;
}

bool cases_write(const struct world *w, enum case_unit unit, enum cases_kind kind,
                 enum csv_profile csv, FILE *to, struct cases_counts *counts)
{
    *counts = (struct cases_counts){ 0 };
    if (kind == CASES_XES) {
        struct xes_out *x = xes_out_new(to, w->plan->name, columns, COLUMNS_N, COLUMNS_OF_CASE);
        bool ok = write_all(w, unit, xes_out_sink(x), counts);
        return xes_out_free(x) && ok;
    }
    struct csv_out *c = csv_out_new(to, columns, COLUMNS_N, csv);
    bool ok = write_all(w, unit, csv_out_sink(c), counts);
    return csv_out_free(c) && ok && fflush(to) == 0;
}
