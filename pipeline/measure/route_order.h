/* route_order.h - paths in the order of a table: most journeys first, then by the bytes of their
 * texts, the names joined by " > ".
 *
 * There is nearly a path a customer, so the texts are not made: each touchpoint's name gets its
 * place in the order of names, and as many places as fit 64 bits decide nearly every comparison
 * without reading the path.
 * Owns:    nothing; the paths are the caller's.
 * Threads: pure.
 */
#ifndef MEASURE_ROUTE_ORDER_H
#define MEASURE_ROUTE_ORDER_H

#include "journey/journeys.h"

struct route {
    const uint32_t *path; /* touchpoint numbers */
    size_t length;
    uint64_t journeys;
    size_t first; /* of whatever the caller keeps for it; means nothing here */
};

/* The n routes in their order, no two of one path: pointers into list, which stays as it is. The
 * caller frees. */
const struct route **routes_sorted(const struct route *list, size_t n, const struct world *w);

#endif
