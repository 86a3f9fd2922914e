/* arrivals.h - by which channel customers came: of each event, and of its session (definitions.md
 * 2.22, A30; docs/channels.md).
 *
 *   - An event arrives when its record told of a landing (attribute marketing_channel), but not
 * when the landing before it in its session was of the same channel, source and campaign: then it
 *     is the same arrival, reloaded or seen again in the referrer of the next page.
 *   - The first event of a session whose source can tell of landings, but told of none, arrives
 *     by the direct channel.
 *   - The channel of a session is that of its first event: the one that it arrived by, else the
 *     `channel:` of its source (email, support).
 *
 * Owns:    its arrays; texts stay good as long as it.
 * Threads: const once made.
 */
#ifndef JOURNEY_ARRIVALS_H
#define JOURNEY_ARRIVALS_H

#include "journey/journeys.h"

struct landings_told; /* arrivals.c */

#define ARRIVAL_NONE UINT32_MAX

struct arrival {
    uint32_t own;     /* channel by number; ARRIVAL_NONE: it is none */
    uint32_t session; /* of its session; ARRIVAL_NONE: the event is the company's */
    bool begins;      /* it is the first of its session */
};

struct arrivals {
    struct intern names;      /* channels: those of sources first, then the marketing channels */
    uint32_t *of_source;      /* [plan.nsources] */
    struct arrival *of_event; /* [room] as world.events: of the part */
    size_t room;
    struct landings_told *told; /* what lists of attributes say: of arrivals.c */
    struct spill *spill;        /* the world's, which of_event is taken from */
};

/* Makes w->arrivals, without events, when the project has channels. */
void arrivals_open(struct world *w);
/* Fills it for the events of the part; sessions must be cut. */
void arrivals_find(struct world *w);
void arrivals_free(struct arrivals *a);

static inline struct arrival arrival_of(const struct world *w, const struct event *e)
{
    return w->arrivals->of_event[e - w->events];
}

/* The channel that an event arrived by, else that of its source. */
static inline uint32_t touch_channel(const struct world *w, const struct event *e)
{
    uint32_t own = arrival_of(w, e).own;
    return own != ARRIVAL_NONE ? own : w->arrivals->of_source[event_source(w, e)];
}

#endif
