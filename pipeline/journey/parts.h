/* parts.h - what a world keeps to make its next part; only the files of journey/ need it.
 *
 * Owns:    the events of all parts; those of parts that are done are let go.
 * Threads: one; it has the work done by as many as it was opened with.
 */
#ifndef JOURNEY_PARTS_H
#define JOURNEY_PARTS_H

#include "event_order.h"
#include "journey/journeys.h"

struct world_parts {
    struct event_order order;
    struct event *events; /* of all parts */
    size_t done, end;     /* those of the part are [done, end) */
    size_t least;         /* events of a part */
    size_t session_room, journeys_room;
};

/* Takes the events out of the set. */
void parts_open(struct world *w, struct event_set *set, size_t least, int workers);
void parts_free(struct world_parts *parts, struct world *w);

/* Room for `need` things in an array whose contents are of the part before; p may be NULL. */
void *parts_fit(struct spill *s, void *p, size_t *room, size_t need, size_t size);

#endif
