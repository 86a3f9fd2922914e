/* filled.c - see filled.h. */
#include "ingest/filled.h"

#include <stdlib.h>

#include "base/buffer.h"

static enum column_state look(const struct str *cells, size_t n, enum column_state state)
{
    for (size_t i = 0; i < n; i++) {
        if (cells[i].n)
            return COLUMN_FILLED;
        if (cells[i].p)
            state = COLUMN_EMPTY;
    }
    return state;
}

void filled_look(struct input_file *books, const struct source *source, const struct batch *b)
{
    if (!books->columns)
        books->columns = mem_zero(source->ncolumns, sizeof *books->columns);
    for (size_t c = 0; c < source->ncolumns; c++)
        if (books->columns[c] != COLUMN_FILLED)
            books->columns[c] =
                (uint8_t)look(batch_column(b, c), b->n, (enum column_state)books->columns[c]);
}

static bool is_copied(const struct csv_header *h, struct str key)
{
    for (size_t i = 0; i < h->ncolumns; i++)
        if (h->column[i] >= 0 && str_eq(h->keys[i], key))
            return true;
    return false;
}

/* Names that stand in the file; those that only the format has are no news. */
static bool names_columns(const struct csv_rules *rules)
{
    return rules->header || rules->nheader_from;
}

struct str filled_text(const struct source *source, const uint8_t *states,
                       const struct csv_header *header, struct arena *a)
{
    struct buffer text = { 0 };
    for (size_t c = 0; states && c < source->ncolumns; c++)
        if (states[c] != COLUMN_ABSENT)
            column_tell(&text, (enum column_state)states[c], source->columns[c]);
    bool names = names_columns(&source->format->csv);
    for (size_t i = 0; states && names && i < header->ncolumns; i++)
        if (header->column[i] < 0 && str_trim(header->names[i]).n &&
            !is_copied(header, header->keys[i]))
            column_tell(&text, COLUMN_UNUSED, str_trim(header->names[i]));
    struct str kept = arena_keep(a, buffer_str(&text));
    free(text.p);
    return kept;
}
