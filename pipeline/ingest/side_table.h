/* side_table.h - a side table made of its text: for aside.c only. */
#ifndef INGEST_SIDE_TABLE_H
#define INGEST_SIDE_TABLE_H

#include "ingest/aside.h"
#include "ingest/intake.h"

/* Of CSV, or of JSON lines when the lookup stands in a document. NULL with e set: a column is not
 * there. Rows that are broken or have no key are left out. */
struct side_table *side_table_new(const struct lookup *l, struct str text, struct err *e);

/* Reads up to `most` bytes of a text into *out, which starts as zeros and is the caller's to free;
 * takes the shape over. */
enum aside aside_read(struct str file, struct str member, uint32_t ordinal, struct shape *shape,
                      size_t most, struct shaped *out, struct err *e);

#endif
