/* why.h - why the identifiers of one customer are one: for each the record that joined it.
 *
 * In:      a sealed event set that still has its events, and its customers.
 * Out:     a tree of links with the customer's own identifier at its root, made of the links that
 *          come first in the order of A37; so it does not depend on the order of files.
 * Owns:    the caller frees the list.
 * Threads: pure.
 */
#ifndef IDENTITY_WHY_H
#define IDENTITY_WHY_H

#include "identity/identity.h"

struct joined {
    uint32_t id;     /* number in set.ids */
    uint32_t with;   /* the identifier that it was seen with; INTERN_NONE: names the customer */
    int64_t time;    /* of the earliest record that holds both */
    uint64_t origin; /* that record, as in struct event */
};

/* All identifiers of a customer: the one that names them, then by kind and value. */
struct joined *customer_why(const struct event_set *set, const struct customers *customers,
                            uint32_t customer, size_t *n);

#endif
