/* gaps.h - days on which a source that always has events had none: a log that was not copied, an
 * export that was not made.
 *
 * In:      the events of customers; the project's zone, as days are local ones.
 * Out:     runs of days, by source, then time.
 *
 * What counts, of the days from a source's first event to its last:
 *   - a day is active when the source has an event on it;
 *   - a weekday is a quiet one when no more than half of its days are active. Of fewer than 3 days
 *     that is not known: then Saturday and Sunday are quiet ones when none of theirs is active;
 *   - the source is steady when more than half of its active days have GAP_EVENTS events or more,
 *     and more than half of the days that are on no quiet weekday are active;
 *   - a gap of a steady source is a run of days that are not active, from the first to the last of
 *     them that is on no quiet weekday.
 * So a shop that is closed on Sundays has no gaps, and a source with an event now and then has none
 * either; nor has one that the project calls `sparse`.
 *
 * Owns:    its counts; how many there are depends on the events, not on how far apart they lie.
 * Threads: one writer each; gaps_merge() makes one of two.
 */
#ifndef MEASURE_GAPS_H
#define MEASURE_GAPS_H

#include "journey/journeys.h"

enum { GAP_EVENTS = 10, GAP_WEEKS = 3 };

struct gap {
    uint32_t source;
    int64_t first, last; /* local days since 1970-01-01, both without events */
    int64_t from, until; /* the same as instants: the beginning of the first day, the end of the
                            last */
};

struct gaps;
struct gaps *gaps_new(const struct world *w);
void gaps_free(struct gaps *g);

/* Counts the events of a customer, those in no journey too. */
void gaps_add(struct gaps *g, const struct world *w, uint32_t customer);
void gaps_merge(struct gaps *into, const struct gaps *from);

/* Calls tell for each gap, in order. */
typedef void gap_told(void *ctx, const struct gap *gap);
void gaps_tell(const struct gaps *g, const struct world *w, gap_told *tell, void *ctx);

#endif
