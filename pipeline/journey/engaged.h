/* engaged.h - the time that a customer was engaged (definitions.md 2.2).
 *
 * Plain logs: the sum of the pauses between own events of one session; the last event of a session
 * adds nothing, for what happened after it is not known. Where the project names page pings
 * (`session: pings:`) it is Snowplow's formula for each session: heartbeat x (distinct pings - 1) +
 * min_visit, 0 without a ping; pings within one heartbeat of the clock are one.
 * Threads: pure.
 */
#ifndef JOURNEY_ENGAGED_H
#define JOURNEY_ENGAGED_H

#include "journey/journeys.h"

/* Microseconds, of the events [from, to) of one customer: a journey, or a session. */
int64_t engaged_time(const struct world *w, size_t from, size_t to);

#endif
