/* find_customer.h - the customer that somebody names on the command line; for `customer` and
 * `forget`.
 *
 * Threads: one.
 */
#ifndef CMD_FIND_CUSTOMER_H
#define CMD_FIND_CUSTOMER_H

#include "identity/identity.h"

struct finding {
    const struct plan *plan;
    const struct event_set *events;
    const struct customers *customers;
    const struct name_key *key; /* that the project names with; raw: there is none */
};

/* `wanted` is a name as reports have it; or "kind:value", the value written in any way that the
 * sources may write it, or the keyed hash that identity.csv shows. CUSTOMER_NONE when it is nobody,
 * and why was said on stderr; but not when the identifier was seen and is of no customer: then *id
 * is its number, otherwise INTERN_NONE. */
uint32_t find_customer(const struct finding *s, const char *wanted, uint32_t *id);

#endif
