/* filled.h - which columns of a text hold something, while it is read (event_filled.h).
 *
 * A column that has been seen filled costs nothing any more, and one that is empty throughout a
 * comparison a record. Threads: books belong to one worker.
 */
#ifndef INGEST_FILLED_H
#define INGEST_FILLED_H

#include "ingest/csv.h"

/* Looks at the columns that the reader delivered: before anything is made of them, and after values
 * that mean nothing are gone. */
void filled_look(struct input_file *books, const struct source *source, const struct batch *b);

/* What the workers' states[source->ncolumns] say (NULL: there was no record to look at), and which
 * columns of the header nobody asks for; in a. header: of a format without one all zeros. */
struct str filled_text(const struct source *source, const uint8_t *states,
                       const struct csv_header *header, struct arena *a);

#endif
