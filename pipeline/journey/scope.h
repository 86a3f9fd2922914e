/* scope.h - a world of fewer journeys: those that an expression means.
 *
 * In:      a world of one part, a compiled expression about its journeys.
 * Out:     the same world without the other journeys and their events, so that everything that is
 *          counted afterwards counts one population. What the company sent a customer outside of
 *          any journey stays, unattached as before, when a journey of the customer does. The period
 * (T_begin, T_end) and the numbers of sessions and journeys stay, too: they were seen.
 * world.left_out says how much is gone.
 */
#ifndef JOURNEY_SCOPE_H
#define JOURNEY_SCOPE_H

#include "journey/where.h"

void world_scope(struct world *w, const struct where *where, int workers);

#endif
