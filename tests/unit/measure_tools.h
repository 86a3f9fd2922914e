/* measure_tools.h - running measures in suites: tables, their cells as they stand in the CSV.
 *
 * A suite includes measure_tools.c and world_builder.c.
 */
#ifndef MEASURE_TOOLS_H
#define MEASURE_TOOLS_H

#include "world_builder.h"

#include "report/report.h"

/* The table of one measure over all journeys of w, counted in one tally. */
void table_of(struct table *t, const char *measure, const struct world *w);

/* A cell as it stands in the CSV; good until the next call. */
const char *cell_shown(const struct table *t, size_t row, const char *column);

/* The row whose first column is `a` and whose second is `b` (NULL: any); fails the test when there
 * is not exactly one. */
size_t row_of(const struct table *t, const char *a, const char *b);

/* A count; fails the test when it is blank. */
uint64_t count_in(const struct table *t, size_t row, const char *column);
/* The sum of a column of counts over all rows; blank cells are 0. */
uint64_t column_sum(const struct table *t, const char *column);

/* The table of a tally as CSV text; the caller frees .p. */
struct str csv_of(const struct measure *m, void *tally, const struct world *w);

#endif
