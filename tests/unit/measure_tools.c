/* measure_tools.c - see measure_tools.h. */
#include "measure_tools.h"

#include <stdlib.h>

#include "unit.h"

void table_of(struct table *t, const char *measure, const struct world *w)
{
    const struct measure *m = measure_find(measure);
    ck_assert_ptr_nonnull(m);
    void *tally = m->begin ? m->begin(w) : NULL;
    for (uint32_t c = 0; tally && c < w->customers->n; c++)
        measure_add(m, tally, w, c);
    table_init(t, m->columns, m->ncolumns);
    struct sink sink = table_sink(t);
    ck_assert(m->table(tally, w, &sink));
    if (tally)
        m->free(tally);
}

const char *cell_shown(const struct table *t, size_t row, const char *column)
{
    static _Thread_local char text[4096];
    size_t i = table_column(t, column);
    FILE *f = fmemopen(text, sizeof text, "w");
    struct csv_out *c = csv_out_new(f, &t->columns[i], 1, CSV_PLAIN);
    struct sink sink = csv_out_sink(c);
    sink.row(sink.ctx, &t->cells[row * t->ncolumns + i]);
    ck_assert(csv_out_free(c));
    ck_assert_int_eq(fclose(f), 0);
    char *cell = text + strlen(column) + 1;
    cell[strlen(cell) - 1] = '\0';
    return cell;
}

static bool has_text(const struct cell *c, const char *text)
{
    return !text || (c->blank ? !*text : str_eq(c->text, str_c(text)));
}

size_t row_of(const struct table *t, const char *a, const char *b)
{
    size_t found = 0, row = 0;
    for (size_t i = 0; i < t->nrows; i++) {
        const struct cell *cells = &t->cells[i * t->ncolumns];
        if (has_text(cells, a) && (!b || has_text(cells + 1, b))) {
            found++;
            row = i;
        }
    }
    ck_assert_msg(found == 1, "%zu rows '%s' '%s'", found, a, b ? b : "");
    return row;
}

uint64_t count_in(const struct table *t, size_t row, const char *column)
{
    const struct cell *c = table_cell(t, row, column);
    ck_assert_msg(!c->blank, "%s is blank", column);
    return (uint64_t)c->i;
}

uint64_t column_sum(const struct table *t, const char *column)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < t->nrows; i++)
        sum += table_cell(t, i, column)->blank ? 0 : count_in(t, i, column);
    return sum;
}

struct str csv_of(const struct measure *m, void *tally, const struct world *w)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    struct csv_out *c = csv_out_new(f, m->columns, m->ncolumns, CSV_PLAIN);
    struct sink sink = csv_out_sink(c);
    ck_assert(m->table(tally, w, &sink));
    ck_assert(csv_out_free(c));
    fclose(f);
    return (struct str){ text, size };
}
