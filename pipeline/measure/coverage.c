/* coverage.c - the books: what became of every record of every file. */
#include <stdio.h>
#include <stdlib.h>

#include "measure/all.h"
#include "measure/empties.h"
#include "measure/gaps.h"
#include "measure/idle.h"

static const struct column columns[] = {
    { "source", UNIT_TEXT, "source of the project; (all): the whole run" },
    { "file", UNIT_TEXT, "file, or archive!member; blank: all files of the source" },
    { "what", UNIT_TEXT,
      "what is counted; of a file: bytes, records, matched, unmatched, rejected, headers (and "
      "empty lines), metrics (of the matched, those that gave metrics), events, "
      "links (of a rule that only says who is who), excluded, labelled (records that a rule with "
      "exclude left out, or only counted), limit (records on which a pattern of the rule "
      "gave up), damage; of a source: dead rule, empty field (that gave no event what it should), "
      "empty column (that the project reads, and no record fills), unused column (that it does not "
      "read; (other): those past the first 50), "
      "gap (days without events of a source that "
      "otherwise has them; docs/reading-the-reports.md); of "
      "all: events, events in journeys, unattached, unidentified (by values that name "
      "nobody; not among events), unattached touchpoint, stage without data (no event lies in it); "
      "events outside the window (that event "
      "files or a state hold; those of logs are rejected records); and, when only some journeys "
      "were asked for (--where), journeys left out, events left out" },
    { "name", UNIT_TEXT,
      "reason, rule, touchpoint, stage, field (and what it should give), the days of a gap in the "
      "project's zone, or what was "
      "damaged" },
    { "count", UNIT_COUNT,
      "how many; for each file records = matched + unmatched + rejected; of a "
      "gap: days; of an unused column: files that have it, of (other): columns" },
    { "first", UNIT_TIME, "earliest time of these; of a gap: its beginning" },
    { "last", UNIT_TIME, "latest time of these; of a gap: its end" },
};

struct tally {
    size_t n;
    uint64_t *events; /* in journeys, by touchpoint */
    uint64_t *all;    /* the same of all events */
    struct span span; /* of all events */
    struct gaps *gaps;
    struct empties *empties;
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_take(sizeof *t);
    t->n = w->ntouchpoints;
    t->events = mem_zero(t->n, sizeof *t->events);
    t->all = mem_zero(t->n, sizeof *t->all);
    t->span = span_none();
    t->gaps = gaps_new(w);
    t->empties = empties_new(w);
    return t;
}

static void customer(void *tally, const struct world *w, uint32_t customer)
{
    struct tally *t = tally;
    size_t first = events_begin(w, customer), end = events_end(w, customer);
    for (size_t i = first; i < end; i++)
        t->all[w->events[i].touch]++;
    if (first < end)
        span_add(&t->span, w->events[first].time, w->events[end - 1].time);
    gaps_add(t->gaps, w, customer);
    empties_add(t->empties, w, customer);
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    for (size_t i = j->first; i < j->first + j->n; i++)
        t->events[w->events[i].touch]++;
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->n; i++) {
        a->events[i] += b->events[i];
        a->all[i] += b->all[i];
    }
    span_add(&a->span, b->span.first, b->span.last);
    gaps_merge(a->gaps, b->gaps);
    empties_merge(a->empties, b->empties);
}

/* ---- the table ---- */

struct writer {
    const struct sink *out;
    struct str source, file;
    bool ok; /* false once the sink refused */
};

static void line_timed(struct writer *to, const char *what, struct str name, uint64_t count,
                       int64_t first, int64_t last)
{
    if (!to->ok)
        return;
    struct row r = { .n = 0 };
    row_add(&r, cell_text(to->source));
    row_add(&r, to->file.n ? cell_text(to->file) : cell_blank());
    row_add(&r, cell_c(what));
    row_add(&r, name.n ? cell_text(name) : cell_blank());
    row_count(&r, count);
    row_time(&r, first);
    row_time(&r, last);
    to->ok = row_send(&r, to->out, sizeof columns / sizeof *columns);
}

static void line(struct writer *to, const char *what, struct str name, uint64_t count)
{
    line_timed(to, what, name, count, TIME_NONE, TIME_NONE);
}

static void line_if(struct writer *to, const char *what, struct str name, uint64_t count)
{
    if (count)
        line(to, what, name, count);
}

/* The events of a rule that the file gave to the run: none when it was read under another name. */
static uint64_t fired(const struct input_file *f, size_t rule)
{
    return f->rule_events && !f->duplicate ? f->rule_events[rule] : 0;
}

static const char *what_it_gives(const struct rule *rule)
{
    if (rule->excludes != EXCLUDED_NOT)
        return rule->labels ? "labelled" : "excluded";
    return rule->link ? "links" : "events";
}

static void write_file(struct writer *to, const struct world *w, const struct input_file *f)
{
    const struct str none = { 0 };
    to->source = w->plan->sources[f->source].name;
    to->file = f->name;
    line(to, "bytes", none, f->bytes);
    line_timed(to, "records", none, f->records, f->first, f->last);
    line(to, "matched", none, f->matched);
    line(to, "unmatched", none, f->unmatched);
    line_if(to, "metrics", none, f->metrics);
    for (size_t i = 0; i < REJECTS; i++)
        line_if(to, "rejected", str_c(reject_names[i]), f->rejected[i]);
    line_if(to, "headers", none, f->headers);
    for (size_t i = 0; i < w->plan->nrules; i++)
        line_if(to, what_it_gives(&w->plan->rules[i]), w->plan->rules[i].label, fired(f, i));
    for (size_t i = 0; f->rule_limits && i < w->plan->nrules; i++)
        line_if(to, "limit", w->plan->rules[i].label, f->rule_limits[i]);
    if (f->damage.n)
        line(to, "damage", f->damage, 1);
}

static void write_dead_rules(struct writer *to, const struct world *w)
{
    size_t nrules = w->plan->nrules;
    bool *alive = mem_zero(w->plan->nsources * nrules, sizeof *alive);
    for (size_t i = 0; i < w->set->nfiles; i++) {
        const struct input_file *f = event_set_file(w->set, (uint32_t)i);
        for (size_t r = 0; r < nrules; r++)
            alive[f->source * nrules + r] |= fired(f, r) > 0;
    }
    to->file = (struct str){ 0 };
    for (size_t s = 0; s < w->plan->nsources; s++) {
        to->source = w->plan->sources[s].name;
        for (size_t r = 0; r < nrules; r++)
            if (w->plan->rules[r].applies[s] && !alive[s * nrules + r] &&
                w->plan->rules[r].excludes ==
                    EXCLUDED_NOT) /* that a crawler did not come is fine */
                line(to, "dead rule", w->plan->rules[r].label, 0);
    }
    free(alive);
}

static size_t write_day(int64_t day, char *to, size_t size)
{
    int year, month, of_month;
    date_from_days(day, &year, &month, &of_month);
    return (size_t)snprintf(to, size, "%04d-%02d-%02d", year, month, of_month);
}

struct missing_writer {
    struct writer *to;
    const struct world *w;
    struct intern told; /* empty fields: number of the source, name */
};

static void write_gap(void *ctx, const struct gap *gap)
{
    const struct missing_writer *g = ctx;
    char days[64];
    size_t n = write_day(gap->first, days, sizeof days);
    if (gap->last != gap->first) {
        n += (size_t)snprintf(days + n, sizeof days - n, " to ");
        n += write_day(gap->last, days + n, sizeof days - n);
    }
    g->to->source = g->w->plan->sources[gap->source].name;
    line_timed(g->to, "gap", (struct str){ days, n }, (uint64_t)(gap->last - gap->first + 1),
               gap->from, gap->until);
}

static void write_empty_field(void *ctx, uint32_t source, struct str field, const char *wanted)
{
    struct missing_writer *m = ctx;
    struct arena a = { 0 };
    m->to->source = m->w->plan->sources[source].name;
    line(m->to, "empty field", arena_printf(&a, "%.*s (%s)", STR_ARG(field), wanted), 0);
    intern_add(&m->told, arena_printf(&a, "%u %.*s", source, STR_ARG(field)));
    arena_free(&a);
}

/* A column of which more was said already is not told again. */
static void write_idle(void *ctx, uint32_t source, enum idle_kind kind, struct str name,
                       uint64_t count)
{
    struct missing_writer *m = ctx;
    struct arena a = { 0 };
    m->to->source = m->w->plan->sources[source].name;
    if (kind != IDLE_EMPTY)
        line(m->to, "unused column", kind == IDLE_MORE ? STR("(other)") : name, count);
    else if (intern_find(&m->told, arena_printf(&a, "%u %.*s", source, STR_ARG(name))) ==
             INTERN_NONE)
        line(m->to, "empty column", name, count);
    arena_free(&a);
}

static void write_missing(struct writer *to, const struct tally *t, const struct world *w)
{
    struct missing_writer m = { .to = to, .w = w };
    to->file = (struct str){ 0 };
    empties_tell(t->empties, w, write_empty_field, &m);
    for (uint32_t i = 0; i < w->plan->nsources; i++)
        idle_tell(w, i, write_idle, &m);
    gaps_tell(t->gaps, w, write_gap, &m);
    intern_free(&m.told);
}

/* A project whose rules name no stage at all does without them. */
static bool has_stages(const struct plan *plan)
{
    for (size_t i = 0; i < plan->nrules; i++)
        if (plan->rules[i].stage != STAGE_NONE)
            return true;
    return false;
}

static void write_empty_stages(struct writer *to, const struct world *w, const uint64_t *inside,
                               const uint64_t *outside)
{
    bool filled[STAGE_NONE + 1] = { false };
    for (size_t i = 0; i < w->ntouchpoints; i++)
        filled[w->touchpoints[i].stage] |= inside[i] + outside[i] > 0;
    for (size_t i = 0; i < w->plan->nstages; i++)
        if (!filled[i])
            line(to, "stage without data", w->plan->stages[i], 0);
}

static void write_all(struct writer *to, const struct tally *t, const struct world *w)
{
    uint64_t *outside = mem_take(t->n * sizeof *outside);
    struct span span = t->span;
    if (w->left_out.events)
        span_add(&span, w->left_out.first, w->left_out.last);
    uint64_t inside = 0;
    for (size_t i = 0; i < t->n; i++) {
        inside += t->events[i];
        outside[i] = t->all[i] - t->events[i];
    }
    const struct str none = { 0 };
    to->source = STR("(all)");
    to->file = none;
    bool any = span.first <= span.last;
    line_timed(to, "events", none, w->all_events + w->left_out.events, any ? span.first : TIME_NONE,
               any ? span.last : TIME_NONE);
    line(to, "events in journeys", none, inside);
    line(to, "unattached", none, w->all_events - inside);
    line_if(to, "unidentified", none, w->customers->unidentified);
    line_if(to, "events outside the window", none, w->set->outside);
    if (w->left_out.asked) {
        line(to, "journeys left out", none, w->left_out.journeys);
        line(to, "events left out", none, w->left_out.events);
    }
    for (size_t i = 0; i < t->n; i++)
        line_if(to, "unattached touchpoint", w->touchpoints[i].name, outside[i]);
    if (w->all_events && !w->left_out.asked && has_stages(w->plan))
        write_empty_stages(to, w, t->events, outside);
    free(outside);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct writer to = { .out = out, .ok = true };
    for (size_t i = 0; i < w->set->nfiles; i++)
        write_file(&to, w, event_set_file(w->set, (uint32_t)i));
    write_dead_rules(&to, w);
    if (!w->left_out.asked) /* what is left out is not missing */
        write_missing(&to, tally, w);
    write_all(&to, tally, w);
    return to.ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    free(t->events);
    free(t->all);
    gaps_free(t->gaps);
    empties_free(t->empties);
    free(t);
}

const struct measure measure_coverage = {
    .name = "coverage",
    .question = "was everything read and understood, and what was not",
    .population = "all records of all files, and all events; the rows of a file balance: records = "
                  "matched + unmatched + rejected; events = events in journeys + unattached + "
                  "events left out",
    COLUMNS(columns),
    .begin = begin,
    .add = add,
    .customer = customer,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
