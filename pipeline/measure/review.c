/* review.c - see review.h: every figure of two periods side by side.
 *
 * A column's unit says how it is compared: shares as rates, counts as events that come one by one,
 * all else by its difference.
 */
#include "measure/review.h"

#include <math.h>
#include <stdlib.h>

#include "measure/row.h"

static const struct column columns[] = {
    { "table", UNIT_TEXT,
      "table that the figure is of; sources: what was read; all: all journeys together" },
    { "row", UNIT_TEXT, "its row: the columns that tell rows apart, joined by ' | '" },
    { "column", UNIT_TEXT, "its column" },
    { "kind", UNIT_TEXT, "rate (0 to 1), count, duration (seconds), or amount: any other number" },
    { "a", UNIT_NUMBER, "the figure in period a; of a count that has no row there: 0" },
    { "b", UNIT_NUMBER, "the figure in period b" },
    { "difference", UNIT_NUMBER, "b less a" },
    { "percent", UNIT_NUMBER,
      "by how much b is above a, in percent of a; of counts per day of the periods" },
    { "low", UNIT_NUMBER,
      "lower end of the 95 % interval: of a rate's difference (Newcombe), of the ratio of the "
      "counts per day" },
    { "high", UNIT_NUMBER, "upper end of it" },
    { "effect", UNIT_NUMBER,
      "of rates Cohen's h (0.2 is small, 0.5 medium, 0.8 large); of counts the ratio per day; of "
      "tested durations the probability that one of b is longer than one of a" },
    { "test", UNIT_TEXT,
      "what p is of: two proportions, poisson, mann-whitney; blank: not tested" },
    { "statistic", UNIT_NUMBER, "z of the test" },
    { "p", UNIT_NUMBER, "how likely a difference as large is by chance alone, two-sided" },
    { "p_adjusted", UNIT_NUMBER,
      "p after Benjamini and Hochberg, over all p of the same table; below 0.05: worth a look" },
    { "n_a", UNIT_COUNT, "of a rate, or a tested duration: over how many, in period a" },
    { "n_b", UNIT_COUNT, "the same in period b" },
};

/* A row of review.csv before its p is adjusted. */
struct line {
    struct str row, column;
    const char *kind;
    double a, b, percent; /* NAN: none, as in c */
    struct comparison c;
    int64_t na, nb; /* -1: none */
};

struct lines {
    const struct period *a, *b;
    struct line *list;
    size_t n, room;
};

static double percent(double a, double b)
{
    return a > 0 ? 100 * (b / a - 1) : NAN;
}

static void add(struct lines *l, struct line line)
{
    l->list = mem_grow(l->list, &l->room, l->n + 1, sizeof *l->list);
    l->list[l->n++] = line;
}

static struct comparison untested(double a, double b)
{
    return (struct comparison){ b - a, NAN, NAN, NAN, NAN, NAN, "" };
}

static void add_plain(struct lines *l, struct str row, const char *column, const char *kind,
                      double a, double b)
{
    if (isnan(a) && isnan(b))
        return;
    add(l, (struct line){ row, str_c(column), kind, a, b, percent(a, b), untested(a, b), -1, -1 });
}

static void add_count(struct lines *l, struct str row, const char *column, uint64_t a, uint64_t b)
{
    struct line line = { .row = row, .column = str_c(column), .kind = "count", .na = -1, .nb = -1 };
    line.a = (double)a;
    line.b = (double)b;
    line.c = compare_counts(a, period_days(l->a), b, period_days(l->b));
    line.percent = a ? 100 * (line.c.effect - 1) : NAN;
    add(l, line);
}

static void add_rate(struct lines *l, struct str row, const char *column, uint64_t ka, uint64_t na,
                     uint64_t kb, uint64_t nb)
{
    if (na == 0 && nb == 0)
        return;
    struct line line = { .row = row, .column = str_c(column), .kind = "rate" };
    line.a = na ? (double)ka / (double)na : NAN;
    line.b = nb ? (double)kb / (double)nb : NAN;
    line.percent = percent(line.a, line.b);
    line.c = compare_rates(ka, na, kb, nb);
    line.na = (int64_t)na;
    line.nb = (int64_t)nb;
    add(l, line);
}

static double seconds(int64_t micros)
{
    return (double)micros / (double)SECOND;
}

static double median(const struct sample *s)
{
    struct cell c = sample_percentile(s, 0.5);
    return c.blank ? NAN : seconds(c.i);
}

static void add_durations(struct lines *l, const char *column, const struct sample *a,
                          const struct sample *b)
{
    struct line line = { .row = STR("journeys"), .column = str_c(column), .kind = "duration" };
    if (!a->n && !b->n)
        return;
    line.a = median(a);
    line.b = median(b);
    line.percent = percent(line.a, line.b);
    line.c = compare_samples(a, b);
    line.c.difference /= (double)SECOND;
    line.na = (int64_t)a->n;
    line.nb = (int64_t)b->n;
    add(l, line);
}

/* ---- writing: when all lines of a table are there ---- */

static struct cell number(double d)
{
    return isfinite(d) ? cell_d(d) : cell_blank();
}

static struct cell size(int64_t n)
{
    return n < 0 ? cell_blank() : cell_i(n);
}

static bool write_line(const char *table, const struct line *l, double adjusted,
                       const struct sink *out)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_c(table));
    row_add(&r, cell_text(l->row));
    row_add(&r, cell_text(l->column));
    row_add(&r, cell_c(l->kind));
    row_add(&r, number(l->a));
    row_add(&r, number(l->b));
    row_add(&r, number(l->c.difference));
    row_add(&r, number(l->percent));
    row_add(&r, number(l->c.low));
    row_add(&r, number(l->c.high));
    row_add(&r, number(l->c.effect));
    row_add(&r, *l->c.test ? cell_c(l->c.test) : cell_blank());
    row_add(&r, number(l->c.statistic));
    row_add(&r, number(l->c.p));
    row_add(&r, number(adjusted));
    row_add(&r, size(l->na));
    row_add(&r, size(l->nb));
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

/* Empties the list. */
static bool write_lines(const char *table, struct lines *l, const struct sink *out)
{
    double *p = mem_take(l->n * sizeof *p);
    for (size_t i = 0; i < l->n; i++)
        p[i] = l->list[i].c.p;
    adjust_p(p, l->n, p);
    bool ok = true;
    for (size_t i = 0; ok && i < l->n; i++)
        ok = write_line(table, &l->list[i], p[i], out);
    free(p);
    l->n = 0;
    return ok;
}

/* ---- what is no table: sources, and all journeys ---- */

static void lines_of_sources(struct lines *l, const struct plan *plan)
{
    for (size_t i = 0; i < plan->nsources; i++) {
        const struct source_seen *a = &l->a->sources[i], *b = &l->b->sources[i];
        struct str name = plan->sources[i].name;
        if (!period_shows(l->a, SMALL_EVENTS, a->events) ||
            !period_shows(l->b, SMALL_EVENTS, b->events))
            continue;
        add_count(l, name, "events", a->events, b->events);
        add_rate(l, name, "days_with_events", a->days, period_calendar_days(l->a, plan->zone),
                 b->days, period_calendar_days(l->b, plan->zone));
    }
}

static void lines_of_all(struct lines *l)
{
    const struct all_journeys *a = &l->a->all, *b = &l->b->all;
    struct str row = STR("journeys");
    if (!period_shows(l->a, SMALL_CUSTOMERS, a->customers) ||
        !period_shows(l->b, SMALL_CUSTOMERS, b->customers))
        return;
    add_count(l, row, "customers", a->customers, b->customers);
    add_count(l, row, "journeys", a->journeys, b->journeys);
    bool states = period_shows_states(l->a) && period_shows_states(l->b);
    for (int i = 0; i < JOURNEY_STATES && states; i++)
        add_count(l, row, journey_state_names[i], a->states[i], b->states[i]);
    add_count(l, row, "events", a->events, b->events);
    if (!states)
        return;
    add_rate(l, row, "conversion", a->outcome.converted, a->outcome.ended, b->outcome.converted,
             b->outcome.ended);
    add_durations(l, "duration_median", &a->duration, &b->duration);
    add_durations(l, "time_to_goal_median", &a->to_goal, &b->to_goal);
}

/* ---- tables ---- */

/* The cell of a row that need not be there. */
static const struct cell *cell_of(const struct table *t, size_t row, size_t column)
{
    static const struct cell blank = { .blank = true };
    return row == ROW_NONE ? &blank : &t->cells[row * t->ncolumns + column];
}

static int find_column(const struct measure *m, struct str name)
{
    for (size_t i = 0; i < m->ncolumns; i++)
        if (str_eq(name, str_c(m->columns[i].name)))
            return (int)i;
    return -1;
}

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);
    return n > k && strcmp(text + n - k, end) == 0;
}

int review_size_column(const struct measure *m, const char *rate)
{
    struct str rest = str_c(m->review.rates);
    char name[80];
    while (rest.n) {
        struct str n = str_cut(&rest, ','), which = str_cut(&n, '/');
        if (str_eq(which, str_c(rate)))
            return find_column(m, n);
    }
    snprintf(name, sizeof name, "%s_n", rate);
    return find_column(m, str_c(name));
}

const char *review_kind(enum unit unit)
{
    return unit == UNIT_SHARE     ? "rate"
           : unit == UNIT_COUNT   ? "count"
           : unit == UNIT_SECONDS ? "duration"
                                  : "amount";
}

double review_value(enum unit unit, const struct cell *c)
{
    if (c->blank)
        return NAN;
    return unit == UNIT_SHARE || unit == UNIT_NUMBER ? c->d
           : unit == UNIT_COUNT                      ? (double)c->i
                                                     : seconds(c->i); /* millionths, too */
}

uint64_t review_part(const struct cell *rate, const struct cell *n)
{
    return rate->blank || n->blank ? 0 : (uint64_t)llround(rate->d * (double)n->i);
}

static uint64_t sizes(const struct cell *rate, const struct cell *n)
{
    return rate->blank || n->blank ? 0 : (uint64_t)n->i;
}

/* One column of one row. */
static void add_cells(struct lines *l, const struct measure *m, const struct table *ta,
                      const struct table *tb, const struct row_pair *p, size_t column)
{
    const struct column *c = &m->columns[column];
    const struct cell *a = cell_of(ta, p->a, column), *b = cell_of(tb, p->b, column);
    int n = c->unit == UNIT_SHARE ? review_size_column(m, c->name) : -1;
    double x = review_value(c->unit, a), y = review_value(c->unit, b);
    if (n >= 0) {
        const struct cell *na = cell_of(ta, p->a, (size_t)n), *nb = cell_of(tb, p->b, (size_t)n);
        add_rate(l, p->name, c->name, review_part(a, na), sizes(a, na), review_part(b, nb),
                 sizes(b, nb));
    } else if (c->unit != UNIT_COUNT || role_has(m->review.untested, c->name)) {
        add_plain(l, p->name, c->name, review_kind(c->unit), x, y);
    } else if (!a->blank || !b->blank) {
        add_count(l, p->name, c->name, a->blank ? 0 : (uint64_t)a->i,
                  b->blank ? 0 : (uint64_t)b->i);
    }
}

bool review_is_figure(const struct measure *m, const struct column *c)
{
    return c->unit != UNIT_TEXT && c->unit != UNIT_TIME && c->unit != UNIT_FLAG &&
           !role_has(m->review.keys, c->name) && !ends_with(c->name, "_n") &&
           !ends_with(c->name, "_low") && !ends_with(c->name, "_high");
}

static bool table_rows(struct lines *l, size_t i, const struct sink *out)
{
    const struct measure *m = measures[i];
    const struct table *a = &l->a->tables[i], *b = &l->b->tables[i];
    struct row_pairs pairs;
    row_pairs_make(m, a, b, &pairs);
    for (size_t k = 0; k < pairs.n; k++)
        for (size_t c = 0; c < m->ncolumns; c++)
            if (review_is_figure(m, &m->columns[c]))
                add_cells(l, m, a, b, &pairs.list[k], c);
    bool ok = write_lines(m->name, l, out);
    row_pairs_free(&pairs);
    return ok;
}

bool review_rows(const struct period *a, const struct period *b, const struct plan *plan,
                 const struct sink *out)
{
    struct lines l = { .a = a, .b = b };
    lines_of_sources(&l, plan);
    bool ok = write_lines("sources", &l, out);
    lines_of_all(&l);
    ok = ok && write_lines("all", &l, out);
    for (size_t i = 0; ok && measures[i]; i++)
        if (a->tables[i].columns && b->tables[i].columns &&
            !measures[i]->review.movers_only && !measures[i]->review.elsewhere)
            ok = table_rows(&l, i, out);
    free(l.list);
    return ok;
}

const struct review_table review_table = {
    .name = "review",
    .question = "what is different between two periods, by how much, and how sure is that",
    .population = "every number of the tables that a run writes of counted things, for every row "
                  "that one of the two periods has; lists of people, paths and what was not "
                  "understood are left out",
    COLUMNS(columns),
};
