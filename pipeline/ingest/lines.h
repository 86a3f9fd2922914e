/* lines.h - lines to a batch, by the layouts of a format. The hot path: no allocation, no regex
 * unless the layout is one.
 */
#ifndef INGEST_LINES_H
#define INGEST_LINES_H

#include "config/plan.h"
#include "ingest/batch.h"

/* Takes one line apart: fields[i] gets what layout.names[i] stands for (absent ones p == NULL; of a
 * delimiter pattern none is absent). False when it does not fit: fields may be half filled then. A
 * regex that meets its limit does not fit. */
bool layout_split(const struct layout *l, struct str line, struct str *fields,
                  struct regex_scratch *scratch);

/* For each layout of a source: where its names go. Made once a worker and source. */
struct line_reader {
    const struct source *source;
    int32_t **column;   /* [layout][name] -> column of the batch, or -1 */
    struct str *fields; /* room for the names of the widest layout */
    struct regex_scratch *scratch;
};
void line_reader_init(struct line_reader *r, const struct source *source,
                      struct regex_scratch *scratch);
void line_reader_free(struct line_reader *r);

/* Layouts are tried in the order of the format, for each line anew: which one fitted the line
 * before must not matter, or the result would depend on where a block begins.
 *
 * All lines of text, numbered from `number`; CR before the LF is not part of a line; blank lines
 * (nothing but blanks and tabs) are bad records of no kind: they are skipped, and counted in
 * *blank. A line that fits no layout is REJECT_LAYOUT. */
void lines_split(struct line_reader *r, struct str text, uint64_t number, struct batch *out,
                 uint64_t *blank);

#endif
