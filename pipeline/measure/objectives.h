/* objectives.h - how far the figures are that a project wants to reach.
 *
 * In:      an objective, and the figure as it is now.
 * Out:     the share of the way, and a word for it.
 * Threads: pure.
 */
#ifndef MEASURE_OBJECTIVES_H
#define MEASURE_OBJECTIVES_H

#include "measure/review.h"

/* A figure as it stands in a table; NAN: there is none. */
struct standing {
    double value;
    int64_t n;        /* of a rate, a median: over how many; -1: none */
    double low, high; /* of a rate, Wilson 95 % */
};

/* (value - baseline) / (target - baseline): 0 at the baseline, 1 at the target, below 0 when it has
 * become worse. NAN without a value, a baseline or a target. */
double objective_share_done(const struct objective *o, double value);

/* How much of the time from `since` to `due` is over at `now`, 0 to 1; NAN without them. */
double objective_time_gone(const struct objective *o, int64_t now);

/* The word for it: "reached", "on the way", ... `now` is the end of what was observed (T_end). */
const char *objective_status(const struct objective *o, double value, int64_t now);

/* Is the interval of a rate wholly on that side of the target on which the value is? NULL: there is
 * no target or no interval; else "yes" or "no". */
const char *objective_sure(const struct objective *o, const struct standing *s);

extern const char *const figure_kind_names[FIGURE_KINDS];

/* The rows of two tables of objectives, of a review's periods, side by side: progress.csv. False
 * when the sink refused. */
bool progress_rows(const struct period *a, const struct period *b, const struct plan *plan,
                   const struct sink *out);
extern const struct review_table progress_table;

#endif
