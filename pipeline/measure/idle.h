/* idle.h - columns that are of no use: those that a project reads and that hold nothing in any
 * record, and those that it does not read.
 *
 * Told of a source over all of its files, by what event_filled.h says of each:
 *   - empty: a column that anything in the project names, that is in some file, and that no record
 *     of any file fills. Not those under `drop:`, nor what is at will (config/plan.h);
 *   - unused: a column of a CSV file with a header that nothing in the project names, and in how
 *     many files of the source it is. The first IDLE_SHOWN of a source are told by name, in the
 *     order in which they were met; then how many more there are.
 *
 * In:      the books of a sealed set.
 * Threads: pure.
 */
#ifndef MEASURE_IDLE_H
#define MEASURE_IDLE_H

#include "journey/journeys.h"

enum { IDLE_SHOWN = 50 };

enum idle_kind {
    IDLE_EMPTY,  /* count is 0 */
    IDLE_UNUSED, /* count: files */
    IDLE_MORE    /* unused columns that are not named; count: columns. No name */
};

typedef void idle_told(void *ctx, uint32_t source, enum idle_kind kind, struct str name,
                       uint64_t count);
void idle_tell(const struct world *w, uint32_t source, idle_told *tell, void *ctx);

#endif
