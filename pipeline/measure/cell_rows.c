/* cell_rows.c - see cell_rows.h. */
#include "measure/cell_rows.h"

#include <inttypes.h>
#include <stdlib.h>

#include "config/keys.h"

static const struct str other = { "(other)", 7 };

/* ---- the arguments ---- */

static bool unknown(struct text_fault *fault, size_t arg, const char *what, struct str name,
                    const struct str *names, size_t n)
{
    struct arena scratch = { 0 };
    text_fault_set(fault, arg, "there is no %s '%.*s'%.*s", what, STR_ARG(str_head(name, 80)),
                   STR_ARG(did_you_mean(name, names, n, &scratch)));
    arena_free(&scratch);
    return false;
}

static bool find_measure(struct cell_rows *c, struct str name, struct text_fault *fault)
{
    struct str names[MEASURES_MAX];
    size_t n = 0;
    for (; measures[n]; n++) {
        names[n] = str_c(measures[n]->name);
        if (str_eq(name, names[n]))
            c->of = measures[n];
    }
    if (!c->of)
        return unknown(fault, 0, "table", name, names, n);
    return (c->of->begin && !c->of->of_the_run) ||
           text_fault_set(fault, 0,
                          "the table '%s' does not count people: it lists them, or says what was "
                          "read; ask for what its row says",
                          c->of->name);
}

static bool find_column(const struct measure *m, struct str name, size_t arg, size_t *column,
                        struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct str *names = arena_take(&scratch, m->ncolumns * sizeof *names + 1);
    for (*column = 0; *column < m->ncolumns; ++*column) {
        names[*column] = str_c(m->columns[*column].name);
        if (str_eq(name, names[*column]))
            break;
    }
    bool found = *column < m->ncolumns;
    if (!found)
        unknown(fault, arg, "column", name, names, m->ncolumns);
    arena_free(&scratch);
    return found;
}

static bool find_figure(const struct measure *m, struct str name, size_t *column,
                        struct text_fault *fault)
{
    if (!find_column(m, name, 1, column, fault))
        return false;
    enum unit unit = m->columns[*column].unit;
    return unit == UNIT_COUNT || unit == UNIT_MICROS ||
           text_fault_set(fault, 1,
                          "'%.*s' is no number of something: ask for a column that counts, such "
                          "as '%s'",
                          STR_ARG(name), str_eq(name, STR("n")) ? "count" : "n");
}

/* "of-n": names of columns have no such sign. */
static bool find_figures(struct cell_rows *c, struct str name, struct text_fault *fault)
{
    size_t dash = str_find(name, STR("-"));
    c->less = c->of->ncolumns;
    if (!find_figure(c->of, str_head(name, dash), &c->column, fault) ||
        (dash < name.n && !find_figure(c->of, str_from(name, dash + 1), &c->less, fault)))
        return false;
    c->counts = c->less == c->of->ncolumns && c->of->columns[c->column].unit == UNIT_COUNT;
    return c->less == c->of->ncolumns ||
           c->of->columns[c->column].unit == c->of->columns[c->less].unit ||
           text_fault_set(fault, 1, "'%.*s' takes one thing from another", STR_ARG(name));
}

static bool read_condition(struct cell_rows *c, const struct str *args, size_t arg,
                           struct text_fault *fault)
{
    if (c->nconditions == CELL_CONDITIONS_MAX)
        return text_fault_set(fault, arg, "a cell cannot have more than %d conditions",
                              CELL_CONDITIONS_MAX);
    struct cell_condition *k = &c->conditions[c->nconditions++];
    *k = (struct cell_condition){ .arg = arg + 1 };
    if (!find_column(c->of, args[arg], arg, &k->column, fault))
        return false;
    struct str text = args[arg + 1];
    enum unit unit = c->of->columns[k->column].unit;
    k->text = arena_keep(&c->arena, text);
    k->blank = text.n == 0;
    if (unit != UNIT_TEXT && unit != UNIT_COUNT && unit != UNIT_SECONDS)
        return text_fault_set(fault, arg,
                              "'%.*s' does not tell rows apart: name texts, counts and seconds",
                              STR_ARG(args[arg]));
    if (unit == UNIT_TEXT || k->blank)
        return true;
    int64_t micros;
    if (unit == UNIT_SECONDS && str_micros(text, &k->count))
        return true;
    if (!str_micros(text, &micros) || micros % 1000000 || unit == UNIT_SECONDS)
        return text_fault_set(fault, arg + 1, "'%.*s' is no whole number, as '%.*s' has",
                              STR_ARG(str_head(text, 80)), STR_ARG(args[arg]));
    k->count = micros / 1000000;
    return true;
}

bool cell_rows_read(struct cell_rows *c, const struct str *args, size_t nargs,
                    struct text_fault *fault)
{
    *c = (struct cell_rows){ .of = NULL };
    if (!find_measure(c, args[0], fault) || !find_figures(c, args[1], fault))
        return false;
    for (size_t i = 2; i + 1 < nargs; i += 2)
        if (!read_condition(c, args, i, fault))
            return false;
    for (size_t i = 0; i < c->of->ncolumns; i++)
        if (c->of->columns[i].unit == UNIT_TEXT)
            c->nkeys = i + 1;
    table_init(&c->whole, c->of->columns, c->of->ncolumns);
    return true;
}

void cell_rows_free(struct cell_rows *c)
{
    if (c->whole.columns)
        table_free(&c->whole);
    intern_free(&c->keys);
    arena_free(&c->arena);
}

/* ---- rows ---- */

static bool says(const struct cell_rows *c, const struct cell_condition *k, const struct cell *row)
{
    const struct cell *cell = &row[k->column];
    bool text = c->of->columns[k->column].unit == UNIT_TEXT;
    if (cell->blank || k->blank)
        return k->blank && (cell->blank || (text && cell->text.n == 0));
    return text ? str_eq(cell->text, k->text) : cell->i == k->count;
}

static bool fits(const struct cell_rows *c, const struct cell *row)
{
    for (size_t i = 0; i < c->nconditions; i++)
        if (!says(c, &c->conditions[i], row))
            return false;
    return true;
}

/* The columns that tell rows apart, as one text. */
static struct str key_of_row(const struct cell_rows *c, const struct cell *row, struct arena *a)
{
    struct str key = STR("");
    for (size_t i = 0; i < c->nkeys; i++) {
        const struct cell *cell = &row[i];
        enum unit unit = c->of->columns[i].unit;
        struct str text = cell->blank          ? STR("")
                          : unit == UNIT_TEXT  ? cell->text
                          : unit == UNIT_COUNT ? arena_printf(a, "%" PRId64, cell->i)
                                               : STR("");
        key = arena_printf(a, "%.*s%zu:%.*s", STR_ARG(key), text.n, STR_ARG(text));
    }
    return key;
}

/* Puts (other) in some of the columns that tell rows apart: bit i of `in` stands for column i. */
static bool is_shown(const struct cell_rows *c, const struct cell *row, unsigned in,
                     struct cell *changed, struct arena *a)
{
    memcpy(changed, row, c->of->ncolumns * sizeof *changed);
    for (size_t i = 0; i < c->nkeys; i++)
        if (in >> i & 1)
            changed[i] = cell_text(other);
    return intern_find(&c->keys, key_of_row(c, changed, a)) != INTERN_NONE;
}

/* Would the table of all count this row of a part in rows that are meant? In as few (other) as
 * there must be. */
static bool lies_in(const struct cell_rows *c, const struct cell *row, struct arena *a)
{
    enum { COLUMNS_MOST = 16 };
    struct cell *changed = arena_take(a, c->of->ncolumns * sizeof *changed);
    size_t n = c->nkeys < COLUMNS_MOST ? c->nkeys : COLUMNS_MOST;
    if (is_shown(c, row, 0, changed, a))
        return fits(c, row);
    for (int most = 1; most <= 2; most++)
        for (unsigned in = 1; in < 1u << n; in++) {
            bool texts = __builtin_popcount(in) == most;
            for (size_t i = 0; texts && i < n; i++)
                texts = !(in >> i & 1) || c->of->columns[i].unit == UNIT_TEXT;
            if (texts && is_shown(c, row, in, changed, a))
                return fits(c, changed);
        }
    return false;
}

static int64_t figure(const struct cell_rows *c, const struct cell *row)
{
    int64_t x = row[c->column].blank ? 0 : row[c->column].i;
    if (c->less < c->of->ncolumns && !row[c->less].blank)
        x -= row[c->less].i;
    if (c->of->columns[c->column].unit == UNIT_COUNT && __builtin_mul_overflow(x, 1000000, &x))
        return INT64_MAX;
    return x;
}

static bool take_row(void *ctx, const struct cell *row)
{
    struct cell_sum *s = ctx;
    bool meant = s->of->other ? lies_in(s->of, row, &s->scratch) : fits(s->of, row);
    if (s->of->other)
        arena_reset(&s->scratch);
    if (!meant)
        return true;
    s->any = true;
    if (__builtin_add_overflow(s->sum, figure(s->of, row), &s->sum))
        s->sum = INT64_MAX;
    return true;
}

struct sink cell_sum_sink(struct cell_sum *sum)
{
    return (struct sink){ take_row, sum };
}

/* ---- the table of all ---- */

/* The first condition that no row fits which fits those before it, and what there is instead. */
bool cell_rows_missing(const struct cell_rows *c, struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct intern seen = { 0 };
    size_t k = 0;
    for (bool any = true; any && k < c->nconditions; k += any) {
        any = false;
        intern_free(&seen);
        seen = (struct intern){ 0 };
        for (size_t r = 0; r < c->whole.nrows; r++) {
            const struct cell *row = c->whole.cells + r * c->whole.ncolumns;
            bool before = true;
            for (size_t i = 0; i < k && before; i++)
                before = says(c, &c->conditions[i], row);
            const struct cell *cell = &row[c->conditions[k].column];
            if (before && !cell->blank && c->of->columns[c->conditions[k].column].unit == UNIT_TEXT)
                intern_add(&seen, cell->text);
            any = any || (before && says(c, &c->conditions[k], row));
        }
    }
    if (k == c->nconditions) /* the table is empty */
        return text_fault_set(fault, 0, "the table '%s' has no rows", c->of->name);
    struct str *names = arena_take(&scratch, seen.n * sizeof *names + 1);
    for (uint32_t i = 0; i < seen.n; i++)
        names[i] = intern_text(&seen, i);
    const struct cell_condition *of = &c->conditions[k];
    text_fault_set(fault, of->arg, "no row of '%s' has '%.*s' in '%s'%.*s", c->of->name,
                   STR_ARG(str_head(of->text, 80)), c->of->columns[of->column].name,
                   STR_ARG(did_you_mean(of->text, names, seen.n, &scratch)));
    intern_free(&seen);
    arena_free(&scratch);
    return false;
}

bool cell_rows_know(struct cell_rows *c)
{
    bool any = false, asked = false;
    for (size_t i = 0; i < c->nconditions; i++)
        asked = asked || str_eq(c->conditions[i].text, other);
    for (size_t r = 0; r < c->whole.nrows; r++) {
        const struct cell *row = c->whole.cells + r * c->whole.ncolumns;
        any = any || fits(c, row);
        for (size_t i = 0; i < c->nkeys && !c->folds; i++)
            c->folds =
                c->of->columns[i].unit == UNIT_TEXT && !row[i].blank && str_eq(row[i].text, other);
        if (asked)
            intern_add(&c->keys, key_of_row(c, row, &c->arena));
    }
    c->other = asked;
    return any;
}
