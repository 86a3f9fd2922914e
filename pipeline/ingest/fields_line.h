/* fields_line.h - lines whose columns are named by lines between them, as IIS and CloudFront write
 * them:
 *
 *     #Fields: date time cs-method cs-uri-stem c-ip
 *     2026-09-01 08:00:01 GET /pricing 192.0.2.10
 *
 * Such a line holds from there to the next one, which may name other columns. Other lines that
 * begin with its first byte say nothing. Values are cells of CSV, but end with their line. Threads:
 * as csv.h.
 */
#ifndef INGEST_FIELDS_LINE_H
#define INGEST_FIELDS_LINE_H

#include "ingest/csv.h"

/* The names behind the last fields line in the text, as written there; p is NULL when there is
 * none. */
struct str fields_line_last(const struct csv_rules *rules, struct str text);

/* What one worker remembers: the columns of the fields line that it met last. Starts as zeros. */
struct fields_reader {
    struct str names; /* as written; in arena */
    struct csv_header header;
    struct err fault; /* the source needs a column that is not there; empty: none */
    struct arena arena;
};
void fields_reader_free(struct fields_reader *r);

/* All lines of text, numbered from `number`; names: those of the fields line before it, p is NULL
 * when there was none. Blank lines and those that begin like a fields line are counted in *blank.
 */
void fields_split(struct fields_reader *r, const struct source *source, struct str names,
                  struct str text, uint64_t number, struct batch *out, uint64_t *blank);

#endif
