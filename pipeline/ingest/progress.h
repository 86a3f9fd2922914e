/* progress.h - how far the reading is, and the line that says so.
 *
 * In:      what each worker has counted of its own (struct counted, in its struct work).
 * Out:     struct progress, handed to ingest_options.progress about five times a second.
 * Threads: a counted is written by its worker and read by worker 0; a meter is worker 0's.
 */
#ifndef INGEST_PROGRESS_H
#define INGEST_PROGRESS_H

#include <stdatomic.h>

#include "ingest/inputs.h"

/* What one worker has read. Nobody else writes it, so nothing is ever waited for. */
struct counted {
    atomic_uint_least64_t bytes, records; /* bytes as they lie in the files, compressed or not */
};
void counted_add(struct counted *c, uint64_t bytes, uint64_t records);

struct progress {
    uint64_t bytes, total; /* total 0: not known, since standard input has no end to be seen */
    uint64_t records;
    int64_t elapsed; /* microseconds */
};
typedef void progress_fn(void *ctx, const struct progress *p);

/* When the next line is due. */
struct meter {
    progress_fn *call; /* NULL: nobody wants to know */
    void *ctx;
    uint64_t total;
    int64_t start, due;
};
void meter_start(struct meter *m, progress_fn *call, void *ctx, const struct inputs *in);
/* Asks the clock, and says whether it is time for meter_show(). */
bool meter_due(const struct meter *m);
void meter_show(struct meter *m, uint64_t bytes, uint64_t records);

/* One line of at most `columns` columns, ASCII and without a newline, into line; its length. */
enum { PROGRESS_LINE = 160 };
size_t progress_line(const struct progress *p, size_t columns, char line[PROGRESS_LINE]);

#endif
