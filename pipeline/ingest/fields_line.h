/* fields_line.h - lines whose columns are named by lines between them, as IIS and CloudFront write
 * them:
 *
 *     #Date: 2026-09-01 08:00:00
 *     #Fields: time cs-method cs-uri-stem c-ip
 *     08:00:01 GET /pricing 192.0.2.10
 *
 * Such a line holds from there to the next one, which may name other columns. Other lines that
 * begin with its first byte say nothing, but for the one that tells the date (`date_line`): it is
 * the last column, `date`, of rows that have none of that name. Values are cells of CSV, but end
 * with their line. Where the names are set apart by several blanks, so may the cells be. Threads:
 * as csv.h.
 */
#ifndef INGEST_FIELDS_LINE_H
#define INGEST_FIELDS_LINE_H

#include "ingest/csv.h"

/* What lines between the rows have said; p is NULL of what none has. */
struct fields_said {
    struct str names; /* as written behind "#Fields:" */
    struct str date;  /* the first word behind "#Date:" */
};

/* What holds behind a text, when `before` holds before it: slices of the two. */
struct fields_said fields_said_after(const struct csv_rules *rules, struct fields_said before,
                                     struct str text);

/* What one worker remembers: the columns of the fields line that it met last. Starts as zeros. */
struct fields_reader {
    struct str names; /* as written; in arena */
    bool dated;       /* the header has a last column for the date */
    bool loose;       /* any number of blanks stands between cells */
    struct csv_header header;
    struct err fault; /* the source needs a column that is not there; empty: none */
    struct arena arena;
};
void fields_reader_free(struct fields_reader *r);

/* All lines of text, numbered from `number`; said: by lines before it. Blank lines and those that
 * begin like a fields line are counted in *blank. */
void fields_split(struct fields_reader *r, const struct source *source, struct fields_said said,
                  struct str text, uint64_t number, struct batch *out, uint64_t *blank);

#endif
