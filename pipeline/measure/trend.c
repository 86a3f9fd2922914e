/* trend.c - every figure of one period of many; see review.h.
 *
 * A row for each figure, so that a spreadsheet's pivot or a filter gives the series of any of them.
 */
#include <math.h>

#include "measure/review.h"
#include "measure/row.h"

static const struct column columns[] = {
    { "period", UNIT_TEXT, "the month (2026-03), ISO week (2026-W09) or quarter (2026-Q1)" },
    { "from", UNIT_TIME, "its beginning" },
    { "until", UNIT_TIME, "its end, which is not part of it" },
    { "notes", UNIT_TEXT,
      "what the project's annotations and --notes say of its days, joined by ' | '; blank: "
      "nothing" },
    { "table", UNIT_TEXT,
      "table that the figure is of; sources: what was read; all: all journeys together" },
    { "row", UNIT_TEXT, "its row: the columns that tell rows apart, joined by ' | '" },
    { "column", UNIT_TEXT, "its column" },
    { "kind", UNIT_TEXT, "rate (0 to 1), count, duration (seconds), or amount: any other number" },
    { "value", UNIT_NUMBER, "the figure" },
    { "per_day", UNIT_NUMBER, "of a count: by the days of the period, as months differ" },
    { "n", UNIT_COUNT, "of a rate, or a median of all journeys: over how many" },
    { "low", UNIT_NUMBER, "of a rate: lower end of its 95 % interval (Wilson)" },
    { "high", UNIT_NUMBER, "upper end of it" },
};

struct writing {
    const struct trend_period *of;
    const char *table;
    const struct sink *out;
    bool ok;
};

static void begin(struct row *r, const struct writing *w, struct str row, const char *column,
                  const char *kind)
{
    r->n = 0;
    row_add(r, cell_text(w->of->label));
    row_add(r, cell_i(w->of->period->from));
    row_add(r, cell_i(w->of->period->until));
    row_add(r, w->of->notes.n ? cell_text(w->of->notes) : cell_blank());
    row_add(r, cell_c(w->table));
    row_add(r, cell_text(row));
    row_add(r, cell_c(column));
    row_add(r, cell_c(kind));
}

static void end(struct row *r, struct writing *w)
{
    w->ok = w->ok && row_send(r, w->out, sizeof columns / sizeof *columns);
}

/* n below 0: none. */
static void plain(struct writing *w, struct str row, const char *column, const char *kind,
                  double value, int64_t n)
{
    struct row r;
    if (!isfinite(value))
        return;
    begin(&r, w, row, column, kind);
    row_add(&r, cell_d(value));
    row_blanks(&r, 1);
    row_add(&r, n < 0 ? cell_blank() : cell_i(n));
    row_blanks(&r, 2);
    end(&r, w);
}

static void count(struct writing *w, struct str row, const char *column, uint64_t n)
{
    struct row r;
    begin(&r, w, row, column, "count");
    row_add(&r, cell_d((double)n));
    row_add(&r, cell_d((double)n / period_days(w->of->period)));
    row_blanks(&r, 3);
    end(&r, w);
}

static void rate(struct writing *w, struct str row, const char *column, uint64_t k, uint64_t n)
{
    struct row r;
    if (!n)
        return;
    begin(&r, w, row, column, "rate");
    row_add(&r, cell_d((double)k / (double)n));
    row_blanks(&r, 1);
    row_count(&r, n);
    row_interval(&r, k, n);
    end(&r, w);
}

static void median(struct writing *w, const char *column, const struct sample *s)
{
    struct cell c = sample_percentile(s, 0.5);
    plain(w, STR("journeys"), column, "duration", c.blank ? NAN : (double)c.i / (double)SECOND,
          (int64_t)s->n);
}

static void sources(struct writing *w, const struct plan *plan)
{
    w->table = "sources";
    for (size_t i = 0; i < plan->nsources; i++) {
        const struct source_seen *seen = &w->of->period->sources[i];
        if (!period_shows(w->of->period, SMALL_EVENTS, seen->events))
            continue;
        count(w, plan->sources[i].name, "events", seen->events);
        rate(w, plan->sources[i].name, "days_with_events", seen->days,
             period_calendar_days(w->of->period, plan->zone));
    }
}

static void all(struct writing *w)
{
    const struct all_journeys *a = &w->of->period->all;
    struct str row = STR("journeys");
    w->table = "all";
    if (!period_shows(w->of->period, SMALL_CUSTOMERS, a->customers))
        return;
    bool states = period_shows_states(w->of->period);
    count(w, row, "customers", a->customers);
    count(w, row, "journeys", a->journeys);
    for (int i = 0; i < JOURNEY_STATES && states; i++)
        count(w, row, journey_state_names[i], a->states[i]);
    count(w, row, "events", a->events);
    if (!states)
        return;
    rate(w, row, "conversion", a->outcome.converted, a->outcome.ended);
    median(w, "duration_median", &a->duration);
    median(w, "time_to_goal_median", &a->to_goal);
}

static void cell(struct writing *w, const struct measure *m, const struct cell *row,
                 struct str name, size_t i)
{
    const struct column *c = &m->columns[i];
    int n = c->unit == UNIT_SHARE ? review_size_column(m, c->name) : -1;
    if (row[i].blank)
        return;
    if (n >= 0 && !row[n].blank)
        rate(w, name, c->name, review_part(&row[i], &row[n]), (uint64_t)row[n].i);
    else if (c->unit == UNIT_COUNT && !role_has(m->review.untested, c->name))
        count(w, name, c->name, (uint64_t)row[i].i);
    else
        plain(w, name, c->name, review_kind(c->unit), review_value(c->unit, &row[i]), -1);
}

static void table(struct writing *w, size_t i)
{
    const struct measure *m = measures[i];
    const struct table *t = &w->of->period->tables[i];
    struct row_pairs pairs; /* for their names */
    w->table = m->name;
    row_pairs_make(m, t, t, &pairs);
    for (size_t k = 0; w->ok && k < pairs.n; k++)
        for (size_t c = 0; c < m->ncolumns; c++)
            if (review_is_figure(m, &m->columns[c]))
                cell(w, m, &t->cells[pairs.list[k].b * t->ncolumns], pairs.list[k].name, c);
    row_pairs_free(&pairs);
}

bool trend_rows(const struct trend_period *p, const struct plan *plan, const struct sink *out)
{
    struct writing w = { .of = p, .out = out, .ok = true };
    sources(&w, plan);
    all(&w);
    for (size_t i = 0; measures[i]; i++)
        if (p->period->tables[i].columns && !measures[i]->review.movers_only &&
            !measures[i]->review.elsewhere)
            table(&w, i);
    return w.ok;
}

const struct review_table trend_table = {
    .name = "trend",
    .question = "how does every figure develop over months, weeks or quarters (--by)",
    .population = "as in review.csv, for each whole period; those without an event have rows, too",
    COLUMNS(columns),
};
