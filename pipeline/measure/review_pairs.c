/* review_pairs.c - see review.h: the rows of two tables that say the same of two periods. */
#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>

#include "measure/review.h"

bool role_has(const char *list, const char *name)
{
    struct str rest = str_c(list);
    while (rest.n)
        if (str_eq(str_cut(&rest, ','), str_c(name)))
            return true;
    return false;
}

/* A key as text; lives in a. */
static struct str key_text(const struct column *column, const struct cell *cell, struct arena *a)
{
    if (cell->blank)
        return STR("");
    assert(column->unit == UNIT_TEXT || column->unit == UNIT_COUNT);
    return column->unit == UNIT_TEXT ? cell->text : arena_printf(a, "%" PRId64, cell->i);
}

/* All keys of a row, each followed by its length, so that no two rows look alike. */
static struct str row_key(const struct measure *m, const struct table *t, size_t row,
                          struct arena *a)
{
    struct str rest = str_c(m->review.keys), key = STR("");
    while (rest.n) {
        struct str name = str_cut(&rest, ',');
        size_t c = table_column(t, arena_keep(a, name).p);
        struct str text = key_text(&t->columns[c], &t->cells[row * t->ncolumns + c], a);
        key = arena_printf(a, "%.*s%zu:%.*s", STR_ARG(key), text.n, STR_ARG(text));
    }
    return key;
}

/* For people: keys that are blank, or say (all), are left out. */
static struct str row_name(const struct measure *m, const struct table *t, size_t row,
                           struct arena *a)
{
    struct str rest = str_c(m->review.keys), name = STR("");
    while (rest.n) {
        struct str column = str_cut(&rest, ',');
        size_t c = table_column(t, arena_keep(a, column).p);
        struct str text = key_text(&t->columns[c], &t->cells[row * t->ncolumns + c], a);
        if (!text.n || str_eq(text, STR("(all)")))
            continue;
        name = arena_printf(a, "%.*s%s%.*s", STR_ARG(name), name.n ? " | " : "", STR_ARG(text));
    }
    return name;
}

static bool is_compared(const struct measure *m, const struct table *t, size_t row)
{
    if (!m->review.whole)
        return true;
    const struct cell *c = table_cell(t, row, m->review.whole);
    return !c->blank && str_eq(c->text, STR("(all)"));
}

void row_pairs_make(const struct measure *m, const struct table *a, const struct table *b,
                    struct row_pairs *out)
{
    struct intern keys = intern_in(b->spill);
    struct arena scratch = { 0 };
    *out = (struct row_pairs){ .arena = { .spill = b->spill } };
    out->list = spill_take(b->spill, (a->nrows + b->nrows) * sizeof *out->list);
    for (size_t i = 0; i < b->nrows; i++) {
        if (!is_compared(m, b, i))
            continue;
        uint32_t number = intern_add(&keys, row_key(m, b, i, &scratch));
        assert(number == out->n);
        (void)number;
        out->list[out->n++] = (struct row_pair){ ROW_NONE, i, row_name(m, b, i, &out->arena) };
        arena_reset(&scratch);
    }
    for (size_t i = 0; i < a->nrows; i++) {
        if (!is_compared(m, a, i))
            continue;
        uint32_t number = intern_add(&keys, row_key(m, a, i, &scratch));
        if (number == out->n)
            out->list[out->n++] = (struct row_pair){ i, ROW_NONE, row_name(m, a, i, &out->arena) };
        else
            out->list[number].a = i;
        arena_reset(&scratch);
    }
    intern_free(&keys);
    arena_free(&scratch);
}

void row_pairs_free(struct row_pairs *p)
{
    spill_give(p->arena.spill, p->list);
    arena_free(&p->arena);
    *p = (struct row_pairs){ 0 };
}
