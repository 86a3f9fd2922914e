/* batch.c - see batch.h. */
#include "ingest/batch.h"

#include <assert.h>
#include <stdlib.h>

#include "ingest/enrich.h"

/* Room is a power of two and four: with a power of two alone, the cells of one record would lie in
 * the same set of the processor's cache, one a column, and push each other out. */
enum { FIRST_ROOM = 1024, ODD_ROOM = 4 };

/* Cells of records that are not there are absent, always: emptied a column at a time, not a record
 * at a time. */
static void empty_cells(struct batch *b, size_t from, size_t n)
{
    for (size_t c = 0; c < b->columns && n; c++)
        memset(batch_column(b, c) + from, 0, n * sizeof *b->cells);
}

void batch_reset(struct batch *b, size_t columns)
{
    empty_cells(b, 0, b->n);
    b->n = 0;
    b->nbad = 0;
    b->numbers = NULL;
    b->columns = columns;
    if (columns * b->room > b->cells_room) {
        b->cells_room = columns * b->room;
        free(b->cells);
        b->cells = mem_wiped(b->cells_room, sizeof *b->cells);
    }
    arena_reset(&b->text);
}

static void grow(struct batch *b)
{
    size_t room = b->room ? 2 * (b->room - ODD_ROOM) + ODD_ROOM : FIRST_ROOM + ODD_ROOM;
    size_t cells_room = room * b->columns;
    struct str *cells = mem_wiped(cells_room, sizeof *cells);
    for (size_t c = 0; c < b->columns && b->n; c++)
        memcpy(cells + c * room, batch_column(b, c), b->n * sizeof *cells);
    free(b->cells);
    b->cells = cells;
    b->cells_room = cells_room;
    b->room = room;
    b->raw = mem_resize(b->raw, room * sizeof *b->raw);
    b->match_text = mem_resize(b->match_text, room * sizeof *b->match_text);
    b->number = mem_resize(b->number, room * sizeof *b->number);
}

size_t batch_add(struct batch *b, struct str raw, uint64_t number)
{
    if (b->n == b->room)
        grow(b);
    size_t i = b->n++;
    b->raw[i] = raw;
    b->match_text[i] = raw;
    b->number[i] = number;
    return i;
}

void batch_drop_last(struct batch *b)
{
    assert(b->n > 0);
    b->n--;
    empty_cells(b, b->n, 1);
}

void batch_bad(struct batch *b, uint64_t record, enum reject why, struct str text,
               const char *detail)
{
    b->bad = mem_grow(b->bad, &b->bad_room, b->nbad + 1, sizeof *b->bad);
    b->bad[b->nbad++] = (struct bad_record){ record, why, text, detail };
}

void batch_free(struct batch *b)
{
    free(b->cells);
    free(b->raw);
    free(b->match_text);
    free(b->number);
    free(b->bad);
    arena_free(&b->text);
    enrich_free(b->enrich);
    *b = (struct batch){ 0 };
}
