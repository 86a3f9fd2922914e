/* funnel_keys.h - which rows of `funnels` a unit belongs to: its value of the breakdown, its
 * period, and the journey that decides about segments.
 *
 * Threads: any; nothing is owned or changed.
 */
#ifndef MEASURE_FUNNEL_KEYS_H
#define MEASURE_FUNNEL_KEYS_H

#include "measure/funnel.h"

/* The attempt's value of f->breakdown, as `value` of the table shows it: (none) when it has none.
 * Of the world or the plan. Not for FUNNEL_BY_NOTHING. */
struct str funnel_breakdown(const struct world *w, const struct funnel *f, const struct attempt *a);

/* The first day, since 1970 in the project's zone, of the period of f->trend that an instant lies
 * in. */
int64_t funnel_period(const struct world *w, const struct funnel *f, int64_t time);

/* The journey that the unit's best attempt begins in; NULL: in none. */
const struct journey *funnel_journey(const struct world *w, const struct funnel_unit *unit);

#endif
