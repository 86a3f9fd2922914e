/* table.c - see table.h. */
#include "measure/table.h"

#include <assert.h>
#include <stdlib.h>

#include "base/spill.h"

void table_init(struct table *t, const struct column *columns, size_t ncolumns)
{
    *t = (struct table){ .columns = columns, .ncolumns = ncolumns };
}

void table_spill(struct table *t, struct spill *spill)
{
    t->spill = t->arena.spill = spill;
}

static bool keep_row(void *ctx, const struct cell *cells)
{
    struct table *t = ctx;
    size_t used = t->nrows * t->ncolumns;
    t->cells = spill_grow(t->spill, t->cells, &t->room, used + t->ncolumns, sizeof *t->cells);
    for (size_t i = 0; i < t->ncolumns; i++) {
        struct cell c = cells[i];
        if (!c.blank && t->columns[i].unit == UNIT_TEXT)
            c.text = arena_keep(&t->arena, c.text);
        t->cells[used + i] = c;
    }
    t->nrows++;
    return true;
}

struct sink table_sink(struct table *t)
{
    return (struct sink){ keep_row, t };
}

void table_free(struct table *t)
{
    spill_give(t->spill, t->cells);
    arena_free(&t->arena);
    *t = (struct table){ 0 };
}

size_t table_column(const struct table *t, const char *name)
{
    size_t i = 0;
    while (i < t->ncolumns && strcmp(t->columns[i].name, name) != 0)
        i++;
    assert(i < t->ncolumns);
    return i;
}

const struct cell *table_cell(const struct table *t, size_t row, const char *column)
{
    assert(row < t->nrows);
    return &t->cells[row * t->ncolumns + table_column(t, column)];
}
