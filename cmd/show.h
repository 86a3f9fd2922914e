/* show.h - the progress of a run on a terminal: one line on stderr, drawn over itself.
 *
 * Threads: one at a time.
 */
#ifndef CMD_SHOW_H
#define CMD_SHOW_H

#include "ingest/progress.h"

struct progress_shown {
    size_t n; /* columns that the line on the terminal has; all zeros at first */
};

/* A progress_fn: ctx is a struct progress_shown. */
void progress_show(void *ctx, const struct progress *p);
/* Leaves the cursor at the start of an empty line. */
void progress_erase(struct progress_shown *shown);

#endif
