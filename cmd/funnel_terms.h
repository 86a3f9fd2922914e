/* funnel_terms.h - the words of expressions that are about funnels:
 *
 *     funnel.NAME.entered             it came to the first step
 *     funnel.NAME.converted           ... and to the last
 *     funnel.NAME.dropped_at(STEP)    STEP is the deepest step, and it may come no further (open
 * not) funnel.NAME.reached(STEP)       it came to STEP or further funnel.NAME.ended, diverged,
 * late, excluded, open       how it was lost, or that it may still go on
 *     funnel.NAME.diverged(TOUCHPOINT)                        ... and what it did instead
 *
 * They are about customers, as the funnel's best attempt of each tells (measure/funnel.h), so they
 * hold for all journeys of one or for none.
 * Owns:    what was found for each customer, until funnel_terms_free().
 * Threads: finding is of one thread; once an expression is compiled any number may ask.
 */
#ifndef CMD_FUNNEL_TERMS_H
#define CMD_FUNNEL_TERMS_H

#include "journey/where.h"

struct funnel_terms; /* of one world, which must not change before it is asked */
struct funnel_terms *funnel_terms_new(const struct world *w);
void funnel_terms_free(struct funnel_terms *t);
struct where_terms funnel_terms_words(struct funnel_terms *t);

#endif
