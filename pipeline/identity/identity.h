/* identity.h - identifiers to customers.
 *
 * In:      a sealed event set: every `who` is a list of identifiers that were seen in one record.
 * Out:     customers: which customer each `who` belongs to.
 * Rules (definitions.md 2.21 and A38, A62 to A64; limits come with a later issue):
 *   - identifiers of all kinds but visitor that were seen together are one customer (union-find);
 *   - a visitor (address and browser) is weaker than all others: it belongs to a customer when it
 * was seen with exactly one, else it is a customer of its own. It never joins two;
 *   - a who belongs to the customer of its strongest identifier (of two visitors: the smaller by
 *     bytes);
 *   - a customer is named by its strongest kind's smallest value: "kind:value", or its keyed hash.
 * The result depends on the set of links alone, not on their order.
 * Owns:    customers own their texts.
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include "base/err.h"
#include "event.h"

#define CUSTOMER_NONE UINT32_MAX

/* A who without an event (its records were dropped) joins nobody and is nobody's: so this comes
 * before world_make(), which takes the events. Only sets that an event belongs to are customers: a
 * visitor that was seen with two customers and never alone is none. */
struct customers {
    uint32_t n;
    uint32_t *of_who;    /* [set.whos.n] customer; CUSTOMER_NONE of a who without identifiers */
    uint32_t *of_id;     /* [set.ids.n] customer; CUSTOMER_NONE of an identifier that is no one's */
    uint32_t *canonical; /* [n] number in set.ids of the identifier that names the customer */
    struct str *names;   /* [n] for outputs: 32 hex digits, or "kind:value" with raw ids */
    struct arena arena;
    size_t refused; /* visitors that were seen with more than one customer */
};

/* Customers are numbered in the order of their names. Cannot fail as long as no limits are set. */
struct name_key;
void identity_join(const struct event_set *set, const struct name_key *key, int workers,
                   struct customers *out);
void customers_free(struct customers *c);

/* ---- naming (name.c) ---- */

/* The key with which identifiers are hashed: HMAC-SHA256 of "kind:value", its first 128 bits in
 * hex. Read from a file that holds 64 hex digits; a missing file is made, mode 0600, with random
 * ones: it appears whole, and two runs that make it at the same time get the same one. raw: names
 * are "kind:value" instead, and no file is touched: name_key_load() is not called. */
struct name_key {
    bool raw;
    unsigned char bytes[32];
};
bool name_key_load(const char *path, struct name_key *key, struct err *e);
/* Names one identifier after the other, into a; hashing the key once saves half of the work. Of one
 * thread. */
struct namer;
struct namer *namer_new(const struct name_key *key);
struct str namer_name(struct namer *namer, enum id_kind kind, struct str value, struct arena *a);
void namer_free(struct namer *namer);

#endif
