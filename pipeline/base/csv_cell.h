/* csv_cell.h - a quoted cell of the small CSV files that are not records: annotations, tables of
 * our own that are read again. Records have a reader of their own, which copies nothing
 * (ingest/csv.h).
 */
#ifndef BASE_CSV_CELL_H
#define BASE_CSV_CELL_H

#include "base/arena.h"
#include "base/str.h"

/* What stands between the quotes with which *rest begins, "" as "; of a quote that is never closed,
 * all. *rest is behind it then. The text belongs to the arena. */
struct str csv_take_quoted(struct str *rest, struct arena *a);

#endif
