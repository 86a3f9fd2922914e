/* side_table.c - rows by key; see aside.h and side_table.h. */
#include "ingest/side_table.h"

#include <stdlib.h>

#include "ingest/json.h"

struct side_table {
    struct intern keys;
    size_t ncolumns;
    struct str *cells; /* [row * ncolumns + column] */
    size_t room;
    struct arena arena;
};

static void add_row(struct side_table *t, struct str key, const struct str *cells,
                    const size_t *columns)
{
    key = str_trim(key);
    if (!key.n || intern_find(&t->keys, key) != INTERN_NONE)
        return;
    size_t row = intern_add(&t->keys, key);
    t->cells = mem_grow(t->cells, &t->room, (row + 1) * t->ncolumns, sizeof *t->cells);
    for (size_t i = 0; i < t->ncolumns; i++)
        t->cells[row * t->ncolumns + i] = arena_keep(&t->arena, cells[columns[i]]);
}

/* ---- CSV ---- */

struct header {
    struct str *names;
    size_t n;
};

/* The names of the columns that are there, for a message. */
static const char *tell(const struct header *h, struct arena *a)
{
    struct str all = STR("");
    for (size_t i = 0; i < h->n && all.n < 120; i++)
        all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all), i ? ", " : "",
                           STR_ARG(str_head(h->names[i], 60)));
    return all.n ? all.p : "";
}

static bool find(const struct lookup *l, const struct header *h, struct str name, size_t *column,
                 struct arena *a, struct err *e)
{
    struct str key = csv_name(name, a);
    for (*column = 0; *column < h->n; ++*column)
        if (str_eq(csv_name(h->names[*column], a), key))
            return true;
    return err_set(e, "the side table '%.*s' has no column '%.*s'; there are: %s", STR_ARG(l->file),
                   STR_ARG(name), tell(h, a));
}

static bool read_csv(struct side_table *t, const struct lookup *l, struct str rest, struct err *e)
{
    struct arena a = { 0 };
    struct str *fields = mem_zero(CSV_COLUMNS_MAX, sizeof *fields), raw;
    struct header h = { l->names, l->nnames };
    size_t *columns = arena_take(&a, (l->ncolumns + 1) * sizeof *columns), key = 0, n;
    char delimiter = l->delimiter ? l->delimiter : csv_delimiter(rest);
    bool ok = true;
    if (!h.n && rest.n) {
        csv_record(&rest, delimiter, fields, CSV_COLUMNS_MAX, &h.n, &raw, &a);
        h.n = h.n < CSV_COLUMNS_MAX ? h.n : CSV_COLUMNS_MAX;
        h.names = arena_take(&a, h.n * sizeof *h.names);
        memcpy(h.names, fields, h.n * sizeof *h.names);
    }
    ok = find(l, &h, l->key, &key, &a, e);
    for (size_t i = 0; i < l->ncolumns && ok; i++)
        ok = find(l, &h, l->columns[i], &columns[i], &a, e);
    struct arena row = { 0 };
    while (ok && rest.n) {
        memset(fields, 0, h.n * sizeof *fields);
        if (csv_record(&rest, delimiter, fields, CSV_COLUMNS_MAX, &n, &raw, &row) && raw.n)
            add_row(t, fields[key], fields, columns);
        arena_reset(&row);
    }
    arena_free(&row);
    arena_free(&a);
    free(fields);
    return ok;
}

/* ---- JSON lines ---- */

static void read_json(struct side_table *t, const struct lookup *l, struct str rest)
{
    struct arena a = { 0 }, row = { 0 };
    size_t n = l->ncolumns + 1, at;
    struct str *paths = arena_take(&a, n * sizeof *paths);
    struct str *values = arena_take(&a, n * sizeof *values);
    size_t *columns = arena_take(&a, n * sizeof *columns);
    const char *why;
    for (size_t i = 0; i < l->ncolumns; i++) {
        paths[i] = l->columns[i];
        columns[i] = i;
    }
    paths[n - 1] = l->key;
    struct json_paths *tree = json_paths_new(paths, n);
    while (rest.n) {
        struct str line = str_cut(&rest, '\n');
        if (line.n && json_record(tree, line, values, &row, &at, &why))
            add_row(t, values[n - 1], values, columns);
        arena_reset(&row);
    }
    json_paths_free(tree);
    arena_free(&row);
    arena_free(&a);
}

struct side_table *side_table_new(const struct lookup *l, struct str text, struct err *e)
{
    struct side_table *t = mem_zero(1, sizeof *t);
    t->ncolumns = l->ncolumns;
    if (!l->file.n)
        read_json(t, l, text);
    else if (!read_csv(t, l, text, e)) {
        side_table_free(t);
        return NULL;
    }
    return t;
}

void side_table_free(struct side_table *t)
{
    if (!t)
        return;
    intern_free(&t->keys);
    free(t->cells);
    arena_free(&t->arena);
    free(t);
}

struct str side_table_cell(const struct side_table *t, struct str key, size_t column)
{
    uint32_t row = intern_find(&t->keys, str_trim(key));
    if (row == INTERN_NONE)
        return (struct str){ NULL, 0 };
    return t->cells[row * t->ncolumns + column];
}
