/* small_cells.c - see small_cells.h: which rows are shown. Cells: small_row.c. */
#include "measure/small_cells.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/intern.h"

/* ---- how many are enough ---- */

static int smallest_first(const void *x, const void *y)
{
    const uint64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

/* 1 + the sum of the `most` largest differences of neighbours in first[0 .. n]. */
static int64_t more_than_top(const size_t *first, size_t n, size_t most)
{
    uint64_t *sizes = mem_take((n + 1) * sizeof *sizes), sum = 1;
    for (size_t i = 0; i < n; i++)
        sizes[i] = first[i + 1] - first[i];
    if (most < n)
        qsort(sizes, n, sizeof *sizes, smallest_first);
    for (size_t i = most < n ? n - most : 0; i < n; i++)
        sum += sizes[i];
    free(sizes);
    return (int64_t)sum;
}

struct small_limits small_limits(const struct world *w)
{
    int64_t k = w->plan->privacy.min_cell;
    struct small_limits l = { { 0 } };
    if (k < 2)
        return l;
    l.of[SMALL_CUSTOMERS] = k;
    l.of[SMALL_JOURNEYS] = more_than_top(w->journey_first, w->customers->n, (size_t)k - 1);
    l.of[SMALL_EVENTS] = more_than_top(w->customer_first, w->customers->n, (size_t)k - 1);
    for (int u = SMALL_JOURNEYS; u <= SMALL_EVENTS; u++)
        if (l.of[u] < k)
            l.of[u] = k;
    return l;
}

/* The coarsest of what the funnels of the project count. */
static enum small_unit attempts_of(const struct plan *plan)
{
    enum small_unit unit = SMALL_CUSTOMERS;
    for (size_t i = 0; i < plan->nfunnels; i++) {
        enum funnel_counting c = plan->funnels[i].counting;
        if (c == FUNNEL_JOURNEYS && unit == SMALL_CUSTOMERS)
            unit = SMALL_JOURNEYS;
        else if (c == FUNNEL_SESSIONS || c == FUNNEL_TOTALS)
            unit = SMALL_EVENTS;
    }
    return unit;
}

enum small_unit small_unit_of(const struct small_table *s, const char *column)
{
    const struct small_role *r = s->role;
    return small_has(r->customers, column, ',')  ? SMALL_CUSTOMERS
           : small_has(r->journeys, column, ',') ? SMALL_JOURNEYS
           : small_has(r->attempts, column, ',') ? s->attempts
                                                 : SMALL_EVENTS;
}

int small_column(const struct small_table *s, struct str name)
{
    for (size_t i = 0; i < s->m->ncolumns; i++)
        if (str_eq(str_c(s->m->columns[i].name), name))
            return (int)i;
    return -1;
}

/* ---- rows ---- */

static struct cell *row_at(const struct small_table *s, size_t row)
{
    return s->t.cells + row * s->t.ncolumns;
}

static int64_t people_of(const struct small_table *s, size_t row)
{
    const struct cell *c = &row_at(s, row)[table_column(&s->t, s->role->people)];
    return c->blank ? 0 : c->i;
}

static bool row_is_small(const struct small_table *s, size_t row)
{
    enum small_unit unit = small_unit_of(s, s->role->people);
    return is_small(&s->limits, unit, people_of(s, row)) ||
           small_rest(s, row_at(s, row), true, NULL);
}

/* The values of the listed columns, so that equal texts are equal values. */
static struct str key_of(const struct small_table *s, size_t row, struct str list, struct arena *a)
{
    struct str key = STR("");
    while (list.n && !str_eq(list, STR("(all)"))) {
        int c = small_column(s, str_cut(&list, ','));
        assert(c >= 0);
        const struct cell *cell = &row_at(s, row)[c];
        if (cell->blank)
            key = arena_printf(a, "%.*s-", STR_ARG(key));
        else if (s->m->columns[c].unit == UNIT_TEXT)
            key = arena_printf(a, "%.*s%zu:%.*s", STR_ARG(key), cell->text.n, STR_ARG(cell->text));
        else
            key = arena_printf(a, "%.*s#%" PRId64 ";", STR_ARG(key), cell->i);
    }
    return key;
}

/* A number for each row: rows of one number have equal keys. */
static uint32_t *number_rows(const struct small_table *s, struct str keys, uint32_t *n)
{
    struct intern seen = { 0 };
    struct arena a = { 0 };
    uint32_t *numbers = mem_take((s->t.nrows + 1) * sizeof *numbers);
    for (size_t row = 0; row < s->t.nrows; row++) {
        numbers[row] = intern_add(&seen, key_of(s, row, keys, &a));
        arena_reset(&a);
    }
    *n = seen.n;
    intern_free(&seen);
    arena_free(&a);
    return numbers;
}

struct line {            /* rows that add up to a total that may be known */
    size_t hidden, next; /* next: the shown row with the least people */
    bool enough;         /* one of the hidden rows alone is about K customers */
};

/* Hides one more row in each line whose hidden rows could be had by subtraction, or are about too
 * few together. True when there were any. */
static bool hide_more(struct small_table *s, const bool *small, const uint32_t *line_of, uint32_t n)
{
    struct line *lines = mem_take((n + (size_t)1) * sizeof *lines);
    bool any = false;
    for (uint32_t i = 0; i < n; i++)
        lines[i] = (struct line){ .next = SIZE_MAX };
    for (size_t row = 0; row < s->t.nrows; row++) {
        struct line *l = &lines[line_of[row]];
        if (s->hidden[row]) {
            l->hidden++;
            l->enough |= !small[row];
        } else if (people_of(s, row) > 0 &&
                   (l->next == SIZE_MAX || people_of(s, row) < people_of(s, l->next))) {
            l->next = row;
        }
    }
    for (uint32_t i = 0; i < n; i++)
        if (lines[i].hidden && lines[i].next != SIZE_MAX &&
            (lines[i].hidden == 1 || !lines[i].enough))
            any = s->hidden[lines[i].next] = true;
    free(lines);
    return any;
}

static void hide_rows(struct small_table *s, bool *small)
{
    enum { LINES_MAX = 4 };
    uint32_t *numbers[LINES_MAX], n[LINES_MAX];
    size_t nlines = 0;
    for (size_t row = 0; row < s->t.nrows; row++)
        small[row] = s->hidden[row] = row_is_small(s, row);
    struct str rest = str_c(s->role->lines);
    for (; rest.n; nlines++) {
        assert(nlines < LINES_MAX);
        numbers[nlines] = number_rows(s, str_cut(&rest, ';'), &n[nlines]);
    }
    for (bool more = true; more;) {
        more = false;
        for (size_t i = 0; i < nlines; i++)
            more |= hide_more(s, small, numbers[i], n[i]);
    }
    for (size_t i = 0; i < nlines; i++)
        free(numbers[i]);
}

/* ---- what stands for the hidden rows ---- */

/* The counts that may be added up, over the hidden rows of a fold; blank when they are about too
 * few all the same. */
static struct cell sum_of_fold(const struct small_table *s, const bool *small,
                               const uint32_t *fold_of, uint32_t fold, size_t column)
{
    const char *name = s->m->columns[column].name;
    int64_t sum = 0;
    bool enough = false;
    for (size_t row = 0; row < s->t.nrows; row++) {
        if (!s->hidden[row] || fold_of[row] != fold)
            continue;
        enough |= !small[row];
        sum += row_at(s, row)[column].blank ? 0 : row_at(s, row)[column].i;
    }
    enough |= !is_small(&s->limits, small_unit_of(s, name), sum);
    return enough ? cell_i(sum) : cell_blank();
}

static bool send_fold(const struct small_table *s, const bool *small, const uint32_t *fold_of,
                      size_t first, const struct sink *out)
{
    struct cell cells[ROW_CELLS];
    bool named = false;
    for (size_t c = 0; c < s->m->ncolumns; c++) {
        const char *name = s->m->columns[c].name;
        cells[c] = cell_blank();
        if (small_has(s->role->fold, name, ','))
            cells[c] = row_at(s, first)[c];
        else if (s->m->columns[c].unit == UNIT_TEXT && !named)
            cells[c] = cell_text(SMALL_ROW);
        else if (small_has(s->role->sums, name, ','))
            cells[c] = sum_of_fold(s, small, fold_of, fold_of[first], c);
        named |= s->m->columns[c].unit == UNIT_TEXT && !small_has(s->role->fold, name, ',');
    }
    return out->row(out->ctx, cells);
}

static bool send_folds(const struct small_table *s, const bool *small, const struct sink *out)
{
    uint32_t n;
    uint32_t *fold_of = number_rows(s, str_c(s->role->fold), &n);
    bool *sent = mem_zero(n + (size_t)1, sizeof *sent), ok = true;
    for (size_t row = 0; row < s->t.nrows && ok; row++) {
        if (!s->hidden[row] || sent[fold_of[row]])
            continue;
        sent[fold_of[row]] = true;
        ok = send_fold(s, small, fold_of, row, out);
    }
    free(sent);
    free(fold_of);
    return ok;
}

/* ---- the whole ---- */

/* Of a row that stays for its name. */
static void blank_row(const struct small_table *s, struct cell *row)
{
    for (size_t c = 0; c < s->m->ncolumns; c++) {
        const struct column *column = &s->m->columns[c];
        if (column->unit != UNIT_TEXT && column->unit != UNIT_FLAG &&
            !small_has(s->role->free, column->name, ','))
            row[c] = cell_blank();
    }
}

/* What other rows say of hidden ones: found by its value, which hides too much at worst. */
static size_t blank_others(const struct small_table *s, struct cell *cells)
{
    size_t blanked = 0;
    for (size_t c = 0; s->role->others && c < s->m->ncolumns; c++) {
        if (!small_has(s->role->others, s->m->columns[c].name, ','))
            continue;
        for (size_t row = 0; row < s->t.nrows && !cells[c].blank; row++)
            if (s->hidden[row] && people_of(s, row) == cells[c].i) {
                cells[c] = cell_blank();
                blanked++;
            }
    }
    return blanked;
}

/* Of a column whose sum over all rows is known: what is blank, in hidden rows or in shown ones,
 * must be several cells and about K customers together. Blanks the next larger cell until it is;
 * true when there was one. */
static bool blank_adding(struct small_table *s, const struct cell *was, int column)
{
    enum small_unit unit = small_unit_of(s, s->m->columns[column].name);
    bool any = false;
    for (;;) {
        size_t blank = 0, next = SIZE_MAX;
        int64_t sum = 0;
        for (size_t row = 0; row < s->t.nrows; row++) {
            const struct cell *c = &row_at(s, row)[column];
            const struct cell *before = &was[row * s->t.ncolumns + (size_t)column];
            if (before->blank || before->i == 0)
                continue;
            if (s->hidden[row] || c->blank) {
                blank++;
                sum += before->i;
            } else if (next == SIZE_MAX || c->i < row_at(s, next)[column].i) {
                next = row;
            }
        }
        if (!blank || next == SIZE_MAX || (blank > 1 && !is_small(&s->limits, unit, sum)))
            return any;
        row_at(s, next)[column] = cell_blank();
        any = true;
    }
}

/* Blanks cells of shown rows, each by itself, then what others of their column would tell, until
 * nothing is left that does. */
static void blank_cells(struct small_table *s, const struct cell *was)
{
    for (bool more = true; more;) {
        more = false;
        for (size_t row = 0; row < s->t.nrows; row++)
            if (!s->hidden[row])
                small_blank_cells(s, row_at(s, row), was + row * s->t.ncolumns);
        struct str list = str_c(s->role->adds);
        while (list.n)
            more |= blank_adding(s, was, small_column(s, str_cut(&list, ',')));
    }
}

static bool send_rows(struct small_table *s, const struct sink *out, struct hidden *sums)
{
    bool ok = true;
    for (size_t row = 0; row < s->t.nrows; row++)
        if (!s->hidden[row])
            sums->cells += blank_others(s, row_at(s, row));
    size_t cells = s->t.nrows * s->t.ncolumns;
    struct cell *was = mem_take((cells + 1) * sizeof *was);
    if (cells)
        memcpy(was, s->t.cells, cells * sizeof *was);
    blank_cells(s, was);
    for (size_t i = 0; i < cells; i++)
        sums->cells += !s->hidden[i / s->t.ncolumns] && s->t.cells[i].blank && !was[i].blank;
    for (size_t row = 0; row < s->t.nrows && ok; row++) {
        sums->rows += s->hidden[row];
        if (s->hidden[row] && !s->role->keep_rows)
            continue;
        if (s->hidden[row])
            blank_row(s, row_at(s, row));
        ok = out->row(out->ctx, row_at(s, row));
    }
    free(was);
    return ok;
}

static bool filter(struct small_table *s, void *tally, const struct world *w,
                   const struct sink *out, struct hidden *hidden)
{
    struct hidden none = { 0 }, *sums = hidden ? hidden : &none;
    table_init(&s->t, s->m->columns, s->m->ncolumns);
    struct sink keep = table_sink(&s->t);
    bool ok = s->m->table(tally, w, &keep);
    s->hidden = mem_zero(s->t.nrows + 1, sizeof *s->hidden);
    bool *small = mem_zero(s->t.nrows + 1, sizeof *small);
    hide_rows(s, small);
    uint64_t before = sums->rows;
    ok = ok && send_rows(s, out, sums);
    if (ok && hidden && sums->rows > before && !s->role->keep_rows)
        ok = send_folds(s, small, out);
    free(small);
    free(s->hidden);
    table_free(&s->t);
    return ok;
}

bool measure_table(const struct measure *m, void *tally, const struct world *w,
                   const struct sink *out, struct hidden *hidden)
{
    struct small_table s = { .m = m, .role = small_role_find(m->name) };
    if (w->plan->privacy.min_cell < 2 || (s.role && s.role->nobody))
        return m->table(tally, w, out);
    if (!s.role) {
        if (hidden)
            hidden->withheld = true;
        return true;
    }
    s.limits = small_limits(w);
    s.attempts = attempts_of(w->plan);
    return filter(&s, tally, w, out, hidden);
}
