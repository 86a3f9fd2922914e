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
    uint64_t key;         /* how many journeys took it; nothing after the sort */
    const uint32_t *path; /* touchpoint numbers */
    uint32_t length;
    uint32_t number; /* of the caller's; means nothing here */
};

/* Sorts n routes, no two of one path, fewer than 2^31. */
void routes_sort(struct route *list, size_t n, const struct world *w);

#endif
