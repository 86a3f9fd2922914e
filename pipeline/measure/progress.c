/* progress.c - objectives before and now: the tables of a review's two periods, side by side; see
 * objectives.h.
 */
#include <math.h>

#include "measure/objectives.h"
#include "measure/row.h"

static const struct column columns[] = {
    { "objective", UNIT_TEXT, "its name in the project" },
    { "owner", UNIT_TEXT, "who answers for it; blank: nobody is named" },
    { "measure", UNIT_TEXT, "what is measured, as in the project" },
    { "kind", UNIT_TEXT, "rate (0 to 1), count, duration (seconds), or amount: any other number" },
    { "baseline", UNIT_NUMBER, "the figure at the start, as the project says" },
    { "target", UNIT_NUMBER, "the figure to reach" },
    { "due", UNIT_TEXT, "last day on which it can be reached; blank: no such day" },
    { "a", UNIT_NUMBER, "the figure in period a; blank: there is none, or it is hidden" },
    { "b", UNIT_NUMBER, "the figure in period b" },
    { "difference", UNIT_NUMBER, "b less a" },
    { "low", UNIT_NUMBER,
      "lower end of the 95 % interval: of a rate's difference (Newcombe), of the ratio of the "
      "counts per day" },
    { "high", UNIT_NUMBER, "upper end of it" },
    { "test", UNIT_TEXT, "what p is of: two proportions, poisson; blank: not tested" },
    { "p", UNIT_NUMBER, "how likely a difference as large is by chance alone, two-sided" },
    { "n_a", UNIT_COUNT, "of a rate, a median or a mean: over how many, in period a" },
    { "n_b", UNIT_COUNT, "the same in period b" },
    { "share_done_a", UNIT_NUMBER, "how much of the way from baseline to target was done in a" },
    { "share_done_b", UNIT_NUMBER, "the same in period b" },
    { "status_a", UNIT_TEXT, "as in objectives.csv, at the end of period a's logs" },
    { "status_b", UNIT_TEXT, "the same of period b" },
    { "moved", UNIT_TEXT, "better, worse or unchanged, as the objective sees it" },
};

struct side {
    double value;
    int64_t n;
    const struct table *t;
    size_t row;
};

static struct side side_of(const struct period *p, size_t row)
{
    size_t i = 0;
    while (strcmp(measures[i]->name, "objectives") != 0)
        i++;
    struct side s = { .t = &p->tables[i], .row = row };
    const struct cell *value = table_cell(s.t, row, "value"), *n = table_cell(s.t, row, "n");
    s.value = value->blank ? NAN : value->d;
    s.n = n->blank ? -1 : n->i;
    return s;
}

static struct comparison compare(const struct objective *o, const struct period *a,
                                 const struct period *b, const struct side *x, const struct side *y)
{
    if (o->figure->kind == FIGURE_RATE && x->n >= 0 && y->n >= 0)
        return compare_rates((uint64_t)llround(x->value * (double)x->n), (uint64_t)x->n,
                             (uint64_t)llround(y->value * (double)y->n), (uint64_t)y->n);
    if (o->figure->kind == FIGURE_COUNT && !isnan(x->value) && !isnan(y->value)) {
        struct comparison c =
            compare_counts((uint64_t)x->value, period_days(a), (uint64_t)y->value, period_days(b));
        c.difference = y->value - x->value;
        return c;
    }
    return (struct comparison){ y->value - x->value, NAN, NAN, NAN, NAN, NAN, "" };
}

static const char *moved(const struct objective *o, double a, double b)
{
    if (isnan(a) || isnan(b) || isnan(o->target))
        return NULL;
    return a < b   ? (o->lower ? "worse" : "better")
           : a > b ? (o->lower ? "better" : "worse")
                   : "unchanged";
}

static struct cell number(double d)
{
    return isfinite(d) ? cell_d(d) : cell_blank();
}

/* What a status says of a value that is hidden would be too much. */
static struct cell status_of(const struct side *s)
{
    return isnan(s->value) ? cell_c("no figure") : *table_cell(s->t, s->row, "status");
}

static bool write_row(const struct objective *o, const struct period *a, const struct period *b,
                      size_t row, const struct sink *out)
{
    struct side x = side_of(a, row), y = side_of(b, row);
    struct comparison c = compare(o, a, b, &x, &y);
    const char *way = moved(o, x.value, y.value);
    struct row r = { .n = 0 };
    row_add(&r, cell_text(o->name));
    row_add(&r, o->owner.n ? cell_text(o->owner) : cell_blank());
    row_add(&r, cell_text(o->measure));
    row_add(&r, cell_c(figure_kind_names[o->figure->kind]));
    row_add(&r, number(o->baseline));
    row_add(&r, number(o->target));
    row_add(&r, o->due_day.n ? cell_text(o->due_day) : cell_blank());
    row_add(&r, number(x.value));
    row_add(&r, number(y.value));
    row_add(&r, number(c.difference));
    row_add(&r, number(c.low));
    row_add(&r, number(c.high));
    row_add(&r, *c.test ? cell_c(c.test) : cell_blank());
    row_add(&r, number(c.p));
    row_add(&r, x.n < 0 ? cell_blank() : cell_i(x.n));
    row_add(&r, y.n < 0 ? cell_blank() : cell_i(y.n));
    row_add(&r, number(objective_share_done(o, x.value)));
    row_add(&r, number(objective_share_done(o, y.value)));
    row_add(&r, status_of(&x));
    row_add(&r, status_of(&y));
    row_add(&r, way ? cell_c(way) : cell_blank());
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

bool progress_rows(const struct period *a, const struct period *b, const struct plan *plan,
                   const struct sink *out)
{
    bool ok = true;
    for (size_t i = 0; ok && i < plan->nobjectives; i++)
        ok = write_row(&plan->objectives[i], a, b, i, out);
    return ok;
}

const struct review_table progress_table = {
    .name = "progress",
    .question = "are the objectives of the project nearer than before",
    .population = "the objectives of the project; written when it has some",
    COLUMNS(columns),
};
