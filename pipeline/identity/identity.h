/* identity.h - identifiers to customers.
 *
 * In:      a sealed event set: every `who` is a list of identifiers that were seen in one record;
 *          the project's rules of identity.
 * Out:     customers: whom each event belongs to, and an account of what was joined and what not.
 * Rules (definitions.md 2.21 and A37 to A41, A62 to A65; docs/identity.md tells them to users):
 *   - identifiers of all kinds but visitor that were seen together are one customer (union-find),
 *     as long as no limit is broken. Where one would be, the links of that customer are taken in
 *     the order of (stronger kind, weaker kind, first time seen, values), persons before cookies,
 *     and those that would break it are refused;
 *   - a value directly linked with more than max_persons users, or (but for users) with more than
 *     max_identifiers persons' identifiers and cookies, is crowded: it joins nothing, and records
 *     that hold nothing else are nobody's;
 *   - a group is of many persons: it joins nothing, and names only what has no other identifier;
 *   - a cookie or visitor that would join customers that no customer may be is shared: it joins
 *     nothing, and its anonymous events go by who was signed in around them (split.h);
 *   - a visitor (address and browser) is weaker than all others: it belongs to a customer when it
 *     was seen with exactly one, else it is a customer of its own. It speaks for somebody only
 *     within visitor_window of a record that names them;
 *   - a who belongs to the customer of its strongest identifier (of two of a kind: the smaller by
 *     bytes);
 *   - a customer is named by its strongest kind's smallest value: "kind:value", or its keyed hash.
 * The result depends on the set of links and their times alone, not on their order.
 * Owns:    customers own all that they point to.
 * Threads: const once made.
 */
#ifndef IDENTITY_IDENTITY_H
#define IDENTITY_IDENTITY_H

#include "base/err.h"
#include "config/plan.h"
#include "event_order.h"
#include "identity/accounts.h"
#include "identity/consent.h"
#include "identity/reused.h"
#include "identity/split.h"

/* The key with which identifiers are hashed: HMAC-SHA256 of "kind:value", its first 128 bits in
 * hex. raw: names are "kind:value" instead. */
struct name_key {
    bool raw;
    unsigned char bytes[32];
};

/* ---- what was not joined ---- */

/* A link that would have broken a limit: each pair of identifiers once, by its earliest record. */
struct refusal {
    uint32_t strong, weak; /* numbers in set.ids: the stronger kind first, then the smaller value */
    int64_t time;
    uint64_t origin; /* as in struct event: the record that asked */
    uint8_t broken;  /* the kind whose limit it was; ID_KINDS: max_identifiers */
};

/* An identifier and how many users or others (of a crowded value) or customers (of a shared device)
 * it was seen with. */
struct with_many {
    uint32_t id;
    uint32_t n;
};

struct identity_log {
    struct refusal *refusals; /* in the order in which links are taken */
    size_t nrefusals, refusals_room;
    struct with_many *crowded; /* by kind, then value */
    size_t ncrowded, crowded_room;
    struct with_many *shared; /* by kind, then value */
    size_t nshared, shared_room;
    size_t visitors_apart; /* visitors seen with several customers: neither joined nor shared */
};

/* ---- customers ---- */

#define CUSTOMER_NONE UINT32_MAX
#define CUSTOMER_BY_TIME OWNER_BY_TIME /* and a number in splits */

/* A who without a record (its records were dropped) joins nobody and is nobody's: so this comes
 * before world_make(), which takes the events. Only sets that an event belongs to are customers: a
 * visitor that was seen with two customers and never alone is none. */
struct customers {
    uint32_t n;
    uint32_t *of_who;    /* [set.whos.n] customer; CUSTOMER_NONE of a who that names nobody;
                            CUSTOMER_BY_TIME | number: see customer_of() */
    uint32_t *of_id;     /* [set.ids.n] customer; CUSTOMER_NONE of an identifier that is no one's */
    uint32_t *canonical; /* [n] number in set.ids of the identifier that names the customer */
    struct str *names;   /* [n] for outputs: 32 hex digits, or "kind:value" with raw ids */
    struct splits splits;
    struct accounts accounts; /* accounts_make() makes them */
    struct reused reused;     /* identity_know() makes these */
    struct parted parted;
    struct identity_log log;
    uint64_t links;        /* events of `link:` rules: no touchpoints */
    uint64_t unidentified; /* other events that are nobody's */
    struct name_key key;   /* that they were named with */
    struct spill *spill;   /* the set's: what there is of every identifier is taken from it */
    struct arena arena;
};

/* Customers are numbered in the order of their names. Cannot fail. */
void identity_join(const struct event_set *set, const struct identity_rules *rules,
                   const struct name_key *key, int workers, struct customers *out);
/* The same, once identifiers that were given away again are told apart (reused.h), and those of
 * people who refused to be joined (consent.h; refused may be NULL: who_as_read() wants that). */
void identity_know(struct event_set *set, const struct identity_rules *rules,
                   const struct refused_ids *refused, const struct name_key *key, int workers,
                   struct customers *out);
void customers_free(struct customers *c);

/* Whose the event is: CUSTOMER_NONE, or below c->n. */
static inline uint32_t customer_of(const struct customers *c, const struct event *e)
{
    uint32_t customer = c->of_who[e->who];
    if (customer < CUSTOMER_BY_TIME || customer == CUSTOMER_NONE)
        return customer;
    return split_customer(&c->splits, customer - CUSTOMER_BY_TIME, e->time, e->origin);
}

/* user, email, phone, account: what tells a person (A65). */
static inline bool is_person(enum id_kind kind)
{
    return kind <= ID_ACCOUNT;
}

/* ---- naming (name.c) ---- */

/* Reads the key from a file that holds 64 hex digits; a missing file is made, mode 0600, with
 * random ones: it appears whole, and two runs that make it at the same time get the same one. Not
 * called for raw names: then no file is touched. */
bool name_key_load(const char *path, struct name_key *key, struct err *e);
/* Names one identifier after the other, into a; hashing the key once saves half of the work. Of one
 * thread. */
struct namer;
struct namer *namer_new(const struct name_key *key);
struct str namer_name(struct namer *namer, enum id_kind kind, struct str value, struct arena *a);
/* The same for what is of no kind: "prefix:value". */
struct str namer_name_as(struct namer *namer, struct str prefix, struct str value, struct arena *a);
void namer_free(struct namer *namer);

#endif
