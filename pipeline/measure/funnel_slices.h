/* funnel_slices.h - what `funnels` counts of one part of those who enter a funnel: all of them, a
 * value of the breakdown, a segment, or a period.
 *
 * In:      attempts of units (measure/funnel.h), one after the other; slices of other threads.
 * Out:     counts, times and values of each step.
 * Owns:    the steps of a slice; funnel_slice_free frees them.
 * Threads: any; each slice belongs to one.
 */
#ifndef MEASURE_FUNNEL_SLICES_H
#define MEASURE_FUNNEL_SLICES_H

#include "measure/funnel_rows.h"

struct step_tally {
    uint64_t n, entered, continued, matured; /* as the columns of `funnels` */
    struct sample from_entry, from_previous;
    struct sum value_reached, value_lost;
};

struct funnel_slice {
    uint64_t n, matured;      /* units in it; of these, those with a matured attempt */
    struct step_tally *steps; /* [nsteps of the funnel] */
};

struct funnel_slice funnel_slice_new(size_t nsteps);
void funnel_slice_free(struct funnel_slice *p, size_t nsteps);

/* The unit by its best attempt; open: it may still go on, and nothing is lost by it. */
void funnel_slice_add(struct funnel_slice *p, const struct world *w, const struct funnel *f,
                      const struct funnel_unit *unit, bool open);

/* Both are of the same funnel. */
void funnel_slice_merge(struct funnel_slice *into, const struct funnel_slice *from, size_t nsteps);

#endif
