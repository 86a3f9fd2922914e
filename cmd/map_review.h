/* map_review.h - `touchpath review --map`: a map that was kept, and what there is now.
 *
 * Threads: the main one.
 */
#ifndef CMD_MAP_REVIEW_H
#define CMD_MAP_REVIEW_H

#include "history.h"
#include "measure/review.h"
#include "report/kept_map.h"

/* What of the events the map of a run is about, in words that are equal for equal wishes; empty:
 * all of them. Lives in a. */
struct str map_scope(const struct run_wishes *w, struct arena *a);

/* Writes map_diff.csv and map_diff.dot. */
enum status map_review(struct run *r, struct run_wishes *w, struct err *e);

/* For `touchpath help reports`. */
extern const struct review_table map_diff_table;

#endif
