/* batch.h - the records of a block, taken apart: a table of slices, one column a field.
 *
 * Readers (lines.h, csv.h, json.h) fill it; derive.h adds the columns that are made from others;
 * match.h reads it. Slices point into the block or into the batch's own text; both must outlive
 * their use. An absent field has p == NULL, an empty one n == 0; nothing that matches tells the two
 * apart. Owns: its arrays and its text. Threads: one worker's.
 */
#ifndef INGEST_BATCH_H
#define INGEST_BATCH_H

#include "base/arena.h"
#include "event.h"

struct side_table;
struct value_numbers;

struct bad_record {
    uint64_t record;
    enum reject why;
    struct str text;
    const char *detail; /* constant text or NULL */
};

struct batch {
    size_t n, room;    /* records */
    size_t columns;    /* source.nslots */
    struct str *cells; /* [column * room + record] */
    size_t cells_room; /* columns * room, or more */
    struct str *raw;   /* [record] the whole record as it stands in the text, without its newline */
    struct str *match_text; /* [record] when wants_match_text: the record as `match:` sees it; see
                               batch_match_text() */
    bool wants_match_text;  /* set by the caller (source.needs_raw); batch_reset() keeps it */
    /* set by the caller like wants_match_text: of each lookup of the source; NULL: none */
    const struct side_table *const *tables;
    const struct value_numbers *numbers; /* value_numbers.h; set by the caller once it is filled */
    uint64_t *number;                    /* [record] its number in the text */
    struct bad_record *bad;
    size_t nbad, bad_room;
    struct arena text; /* what had to be unescaped */
};

/* Starts as all zeros. Empties it and gives it `columns` columns; memory is kept, the text is not.
 */
void batch_reset(struct batch *b, size_t columns);

/* Makes room for one more record and returns its index (== n before the call); all its cells are
 * absent. n has grown by one. */
size_t batch_add(struct batch *b, struct str raw, uint64_t number);
void batch_drop_last(struct batch *b); /* the record added last turned out to be bad */
void batch_bad(struct batch *b, uint64_t record, enum reject why, struct str text,
               const char *detail);
void batch_free(struct batch *b);

static inline struct str *batch_column(const struct batch *b, size_t column)
{
    return b->cells + column * b->room;
}

/* What a regex over the whole record (FIELD_RAW) sees. Of lines: the line. Of CSV and JSON: the
 * canonical text, "key=value<TAB>key=value" (match_text.h), which the readers make only when
 * wants_match_text is set; without it, the record as it stands. */
static inline struct str batch_match_text(const struct batch *b, size_t record)
{
    return b->wants_match_text ? b->match_text[record] : b->raw[record];
}

#endif
