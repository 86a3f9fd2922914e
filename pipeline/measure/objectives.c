/* objectives.c - the figures that a project wants to reach; see objectives.h.
 *
 * The figures are those of other tables: this measure holds a tally of each table that is asked for
 * and reads its rows, as everything that is shared with people shows them. So they cannot differ.
 */
#include "measure/objectives.h"

#include <math.h>
#include <stdlib.h>

#include "measure/all.h"
#include "measure/row.h"

static const struct column columns[] = {
    { "objective", UNIT_TEXT, "its name in the project" },
    { "owner", UNIT_TEXT, "who answers for it; blank: nobody is named" },
    { "measure", UNIT_TEXT, "what is measured, as in the project" },
    { "kind", UNIT_TEXT, "rate (0 to 1), count, duration (seconds), or amount: any other number" },
    { "baseline", UNIT_NUMBER, "the figure at the start, as the project says" },
    { "target", UNIT_NUMBER, "the figure to reach; a change such as +15% is applied to baseline" },
    { "due", UNIT_TEXT, "last day on which it can be reached; blank: no such day" },
    { "value", UNIT_NUMBER, "the figure of this report; blank: there is none, or it is hidden" },
    { "n", UNIT_COUNT, "of a rate, a median or a mean: over how many" },
    { "low", UNIT_NUMBER, "of a rate: lower end of its 95 % interval (Wilson)" },
    { "high", UNIT_NUMBER, "upper end of it" },
    { "share_done", UNIT_NUMBER,
      "value less baseline over target less baseline: 0 at the baseline, 1 at the target, below 0 "
      "when it has become worse" },
    { "time_gone", UNIT_NUMBER,
      "how much of the time from 'since' to 'due' is over at the end of the logs, 0 to 1" },
    { "status", UNIT_TEXT,
      "reached; missed: due is over at the end of the logs; worse than the baseline; unchanged; "
      "behind: a "
      "smaller share is done than time is gone; on the way; not reached: without a baseline; no "
      "target; no figure" },
    { "sure", UNIT_TEXT,
      "yes: the whole interval is on the side of the target on which the value is" },
};

const char *const figure_kind_names[FIGURE_KINDS] = { "rate", "count", "duration", "amount" };

/* ---- how far ---- */

double objective_share_done(const struct objective *o, double value)
{
    return (value - o->baseline) / (o->target - o->baseline);
}

double objective_time_gone(const struct objective *o, int64_t now)
{
    if (o->since == TIME_NONE || o->due == TIME_NONE || now == TIME_NONE)
        return NAN;
    double gone = (double)(now - o->since) / (double)(o->due - o->since);
    return gone < 0 ? 0 : gone > 1 ? 1 : gone;
}

/* 0.12 and 15 % more is not quite 0.138 in binary. */
static bool is_reached(const struct objective *o, double value)
{
    double room = 1e-9 * fabs(o->target);
    return o->lower ? value <= o->target + room : value >= o->target - room;
}

const char *objective_status(const struct objective *o, double value, int64_t now)
{
    if (isnan(value))
        return "no figure";
    if (isnan(o->target))
        return "no target";
    if (is_reached(o, value))
        return "reached";
    if (o->due != TIME_NONE && now != TIME_NONE && now >= o->due)
        return "missed";
    double done = objective_share_done(o, value), gone = objective_time_gone(o, now);
    return isnan(done)                   ? "not reached"
           : done <= 0 && !(done < 0)    ? "unchanged"
           : done < 0                    ? "worse"
           : !isnan(gone) && done < gone ? "behind"
                                         : "on the way";
}

const char *objective_sure(const struct objective *o, const struct standing *s)
{
    if (isnan(s->low) || isnan(o->target))
        return NULL;
    return is_reached(o, s->low) == is_reached(o, s->high) ? "yes" : "no";
}

/* ---- tallies of the tables that figures are taken from ---- */

enum { TABLES = ABOUT_JOURNEYS }; /* those before it have one each */

static const struct measure *const table_of[TABLES] = {
    [ABOUT_FUNNEL] = &measure_funnels,
    [ABOUT_TOUCHPOINT] = &measure_touchpoints,
    [ABOUT_STAGE] = &measure_stages,
};

struct tally {
    void *of[TABLES]; /* NULL: no objective is about it */
    bool asks_all;
    struct all_journeys all; /* when that is asked */
};

static bool wanted(const struct plan *plan)
{
    return plan->nobjectives > 0;
}

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    for (size_t i = 0; i < w->plan->nobjectives; i++) {
        enum objective_about about = w->plan->objectives[i].figure->about;
        t->asks_all |= about == ABOUT_JOURNEYS;
        if (about != ABOUT_JOURNEYS && !t->of[about])
            t->of[about] = table_of[about]->begin(w);
    }
    return t;
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    for (size_t i = 0; i < TABLES; i++)
        if (t->of[i] && table_of[i]->add)
            table_of[i]->add(t->of[i], w, j);
    if (t->asks_all)
        all_journeys_add(&t->all, j);
}

static void add_customer(void *tally, const struct world *w, uint32_t customer)
{
    struct tally *t = tally;
    for (size_t i = 0; i < TABLES; i++)
        if (t->of[i] && table_of[i]->customer)
            table_of[i]->customer(t->of[i], w, customer);
}

static void add_unit(void *tally, const struct world *w, size_t funnel, struct funnel_reader *r,
                     const struct funnel_unit *unit)
{
    struct tally *t = tally;
    for (size_t i = 0; i < TABLES; i++)
        if (t->of[i] && table_of[i]->unit)
            table_of[i]->unit(t->of[i], w, funnel, r, unit);
}

static void merge(void *into, void *from)
{
    struct tally *a = into, *b = from;
    for (size_t i = 0; i < TABLES; i++)
        if (a->of[i])
            table_of[i]->merge(a->of[i], b->of[i]);
    all_journeys_merge(&a->all, &b->all);
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < TABLES; i++)
        if (t->of[i])
            table_of[i]->free(t->of[i]);
    all_journeys_free(&t->all);
    free(t);
}

/* ---- the figure of today ---- */

static bool is_all(const struct cell *c)
{
    return !c->blank && str_eq(c->text, STR("(all)"));
}

/* Of a funnel: its last required step, all together. */
static size_t find_row(const struct objective *o, const struct table *t)
{
    size_t found = t->nrows;
    for (size_t row = 0; row < t->nrows; row++) {
        const struct cell *name = &t->cells[row * t->ncolumns];
        if (name->blank || !str_eq(name->text, o->of))
            continue;
        if (o->figure->about != ABOUT_FUNNEL ||
            (is_all(table_cell(t, row, "breakdown")) && is_all(table_cell(t, row, "period")) &&
             table_cell(t, row, "optional")->i == 0))
            found = row;
    }
    return found;
}

static void set_interval(struct standing *s, uint64_t k)
{
    struct cell low, high;
    wilson(k, (uint64_t)s->n, &low, &high);
    s->low = low.blank ? NAN : low.d;
    s->high = high.blank ? NAN : high.d;
}

static void read_table(const struct objective *o, const struct table *t, bool hides,
                       struct standing *s)
{
    const struct objective_figure *f = o->figure;
    size_t row = find_row(o, t), column = table_column(t, f->column);
    if (row == t->nrows) { /* a touchpoint without an event; what is hidden has no row either */
        s->value = f->kind == FIGURE_COUNT && !hides ? 0 : NAN;
        return;
    }
    const struct cell *value = &t->cells[row * t->ncolumns + column];
    const struct cell *n = f->n ? table_cell(t, row, f->n) : NULL;
    s->value = review_value(t->columns[column].unit, value);
    if (!n || n->blank || value->blank)
        return;
    s->n = n->i;
    if (f->kind == FIGURE_RATE)
        set_interval(s, review_part(value, n));
}

static double count_of(const struct small_limits *l, enum small_unit unit, uint64_t n)
{
    return is_small(l, unit, (int64_t)n) ? NAN : (double)n;
}

static void read_sample(const struct sample *sample, struct standing *s)
{
    struct cell c = sample_percentile(sample, 0.5);
    s->value = review_value(UNIT_SECONDS, &c);
    s->n = c.blank ? -1 : (int64_t)sample->n;
}

static void read_journeys(const struct objective *o, const struct all_journeys *all,
                          const struct small_limits *l, struct standing *s)
{
    struct str name = str_c(o->figure->name);
    uint64_t k = all->outcome.converted, n = all->outcome.ended;
    if (str_eq(name, STR("journeys"))) {
        s->value = count_of(l, SMALL_JOURNEYS, all->journeys);
    } else if (str_eq(name, STR("customers"))) {
        s->value = count_of(l, SMALL_CUSTOMERS, all->customers);
    } else if (str_eq(name, STR("converted"))) {
        s->value = count_of(l, SMALL_JOURNEYS, all->states[JOURNEY_CONVERTED]);
    } else if (str_eq(name, STR("duration_median"))) {
        if (!is_small(l, SMALL_JOURNEYS, (int64_t)all->duration.n))
            read_sample(&all->duration, s);
    } else if (str_eq(name, STR("time_to_goal_median"))) {
        if (!is_small(l, SMALL_JOURNEYS, (int64_t)all->to_goal.n))
            read_sample(&all->to_goal, s);
    } else if (n && !is_small(l, SMALL_JOURNEYS, (int64_t)k) &&
               !is_small(l, SMALL_JOURNEYS, (int64_t)(n - k))) {
        s->value = (double)k / (double)n;
        s->n = (int64_t)n;
        set_interval(s, k);
    }
}

/* ---- the table ---- */

static struct cell number(double d)
{
    return isfinite(d) ? cell_d(d) : cell_blank();
}

static struct cell text(struct str s)
{
    return s.n ? cell_text(s) : cell_blank();
}

static bool write_row(const struct objective *o, const struct standing *s, int64_t now,
                      const struct sink *out)
{
    struct row r = { .n = 0 };
    const char *sure = objective_sure(o, s);
    row_add(&r, cell_text(o->name));
    row_add(&r, text(o->owner));
    row_add(&r, cell_text(o->measure));
    row_add(&r, cell_c(figure_kind_names[o->figure->kind]));
    row_add(&r, number(o->baseline));
    row_add(&r, number(o->target));
    row_add(&r, text(o->due_day));
    row_add(&r, number(s->value));
    row_add(&r, s->n < 0 ? cell_blank() : cell_i(s->n));
    row_add(&r, number(s->low));
    row_add(&r, number(s->high));
    row_add(&r, number(objective_share_done(o, s->value)));
    row_add(&r, number(objective_time_gone(o, now)));
    row_add(&r, cell_c(objective_status(o, s->value, now)));
    row_add(&r, sure ? cell_c(sure) : cell_blank());
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    struct table tables[TABLES] = { { 0 } };
    struct small_limits limits = small_limits(w);
    bool hides = w->plan->privacy.min_cell > 1;
    for (size_t i = 0; i < TABLES; i++) {
        if (!t->of[i])
            continue;
        table_init(&tables[i], table_of[i]->columns, table_of[i]->ncolumns);
        struct sink keep = table_sink(&tables[i]);
        bool kept = measure_table(table_of[i], t->of[i], w, &keep, NULL);
        assert(kept);
        (void)kept;
    }
    all_journeys_sort(&t->all);
    bool ok = true;
    for (size_t i = 0; ok && i < w->plan->nobjectives; i++) {
        const struct objective *o = &w->plan->objectives[i];
        struct standing s = { NAN, -1, NAN, NAN };
        if (o->figure->about == ABOUT_JOURNEYS)
            read_journeys(o, &t->all, &limits, &s);
        else
            read_table(o, &tables[o->figure->about], hides, &s);
        ok = write_row(o, &s, w->end, out);
    }
    for (size_t i = 0; i < TABLES; i++)
        table_free(&tables[i]);
    return ok;
}

const struct measure measure_objectives = {
    .name = "objectives",
    .question = "what was to be reached, by when, and how far is it",
    .population = "the objectives of the project, each with the figure of the table that it is "
                  "about; written when the project has some",
    COLUMNS(columns),
    .on_request = true,
    .wanted = wanted,
    .begin = begin,
    .add = add,
    .customer = add_customer,
    .unit = add_unit,
    .merge = merge,
    .table = table,
    .free = tally_free,
    .review = { .keys = "objective", .elsewhere = true },
};
