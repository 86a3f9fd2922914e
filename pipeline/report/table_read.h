/* table_read.h - CSV text that csv_out.c wrote, as a table again.
 *
 * In:      the text of a file, of either profile; the columns that are wanted.
 * Out:     a table of these columns, whatever others there are and in whatever order.
 * Owns:    nothing.
 * Threads: one.
 */
#ifndef REPORT_TABLE_READ_H
#define REPORT_TABLE_READ_H

#include "base/err.h"
#include "measure/table.h"

/* False with e set, and t good for table_free(), when a column is missing or a cell is no value of
 * its unit. `name` is what messages call the text. Seconds are read as written, to a microsecond.
 */
bool table_read(struct str text, const char *name, const struct column *columns, size_t ncolumns,
                struct table *t, struct err *e);

#endif
