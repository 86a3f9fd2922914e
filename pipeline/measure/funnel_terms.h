/* funnel_terms.h - the words of expressions that are about funnels:
 *
 *     funnel.NAME.entered                 it came to the first step
 *     funnel.NAME.converted               ... and to the last
 *     funnel.NAME.reached(STEP)           it came to STEP or further
 *     funnel.NAME.dropped_at(STEP)        STEP is the deepest, and it will come no further
 *     funnel.NAME.ended, diverged, late, excluded, open
 *                                         how it was lost, or that it may still go on
 *     funnel.NAME.diverged(TOUCHPOINT)    ... and what it did instead
 *     funnel.NAME.value(VALUE)            its value of the breakdown
 *     funnel.NAME.period(DATE)            the first day of the period that it entered in
 *
 * They are about units (measure/funnel.h). A customer's holds for all journeys of theirs or for
 * none; of other units each for the journey that it begins in, or for all when it begins in none.
 * Owns:    what was found for each customer, until funnel_terms_free().
 * Threads: finding is of one thread; once an expression is compiled any number may ask.
 */
#ifndef MEASURE_FUNNEL_TERMS_H
#define MEASURE_FUNNEL_TERMS_H

#include "journey/where.h"

struct funnel_terms; /* of one world, which must not change before it is asked */
/* lenient: a touchpoint that is not in the data is no fault, nobody met it. */
struct funnel_terms *funnel_terms_new(const struct world *w, bool lenient);
void funnel_terms_free(struct funnel_terms *t);
struct where_terms funnel_terms_words(struct funnel_terms *t);

#endif
