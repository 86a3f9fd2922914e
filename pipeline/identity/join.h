/* join.h - what the parts of joining share while customers are made. Only for identity/.
 *
 * The steps, in the order of the data (identity.c says them as a sentence):
 *   identity.c  freely joins all that was seen together, but visitors
 *   merge.c     does so again, link by link, where a limit was broken
 *   visitors.c  gives visitors to those whom they were seen with
 *   sign_ins.c  finds who was signed in when on devices that nobody owns
 *   strongest.c finds the identifier that names each set
 *   number.c    names what came out and numbers it
 */
#ifndef IDENTITY_JOIN_H
#define IDENTITY_JOIN_H

#include "identity/identity.h"
#include "identity/sets.h"

enum id_role {
    ROLE_PLAIN,
    ROLE_CROWDED, /* names nobody */
    ROLE_SHARED,  /* a device of several persons: joins nothing, split by sign-ins */
    ROLE_LENT,    /* a visitor of one customer for a time: split by where it was seen with them */
};

enum who_use {
    WHO_SEEN = 1,  /* a record has it */
    WHO_EVENT = 2, /* a touchpoint has it */
    WHO_TIMED = 4, /* it holds an identifier of which the times of its events are wanted */
};

/* Where a who was first seen. */
struct seen {
    int64_t time;
    uint64_t origin;
};

struct join {
    const struct event_set *set;
    const struct identity_rules *rules;
    struct sets sets;
    uint8_t *use;       /* [whos.n] enum who_use */
    int64_t begin, end; /* time of the earliest and latest event */
    uint8_t *role;      /* [ids.n] enum id_role; NULL: all are plain */
    struct seen *seen;  /* [whos.n]; NULL until join_see() */
    int64_t *first;     /* [ids.n] time when first seen, INT64_MAX: never; NULL until join_see() */
    uint32_t *pick;     /* [whos.n] the identifier that a who belongs to its customer by */
    uint32_t *best;     /* [ids.n] of a root: the identifier that names its set */
    bool parted;        /* identifiers of one who, but visitors, may stand in several sets */
    struct customers *out;
};

/* Of two numbers of identifiers: the stronger kind, then the smaller value. The text of an
 * identifier begins with its kind. */
static inline bool is_better(const struct event_set *set, uint32_t a, uint32_t b)
{
    return str_cmp(intern_text(&set->ids, a), intern_text(&set->ids, b)) < 0;
}

/* The same, reading the values only of two of a kind: they lie far apart in memory. */
static inline bool is_better_here(const struct join *j, uint32_t a, uint32_t b)
{
    if (j->sets.kind[a] != j->sets.kind[b])
        return j->sets.kind[a] < j->sets.kind[b];
    return is_better(j->set, a, b);
}

static inline enum id_role role_of(const struct join *j, uint32_t id)
{
    return j->role ? (enum id_role)j->role[id] : ROLE_PLAIN;
}

void role_set(struct join *j, uint32_t id, enum id_role role);

/* Fills seen and first, once: costs a look at each event, so only where times matter. */
void join_see(struct join *j);

/* ---- links.c ---- */

/* Two identifiers of a who. */
struct link {
    int64_t time;
    uint32_t strong, weak; /* the stronger kind first, then the smaller value */
    uint32_t who;
};

/* Links between identifiers that are no visitors, each as often as there are whos that have it, by
 * their two kinds; within these by time, then strong, then weak value. */
struct links {
    struct link *list;
    size_t first[ID_KINDS * ID_KINDS + 1]; /* of the kinds strong * ID_KINDS + weak */
};

/* Those of whos whose identifiers are marked in `of`. */
void links_gather(struct join *j, const bool *of, int workers, struct links *out);
void links_free(struct links *l);

/* ---- the steps ---- */

/* Joins again what is marked in over[], by identifier. */
void merge_again(struct join *j, const bool *over, int workers);

void visitors_join(struct join *j);

void crowded_add(struct join *j, uint32_t id, uint32_t users);
void shared_add(struct join *j, uint32_t id, uint32_t customers);

/* Notes a link that would break a limit. Pairs may be noted again: identity.c keeps the earliest.
 */
void refuse(struct join *j, const struct link *link, int broken);

/* Gives out->log its order. */
void log_finish(struct join *j);

/* Fills best[root] of the sets in which an identifier is marked there with the one that names the
 * set; of others it stays INTERN_NONE. From here on parent[] is the root. Returns how many there
 * are. */
uint32_t strongest_find(struct join *j);

/* Numbers the sets of which best[root] is set by their names, and fills out with whose identifiers
 * and whos are; takes parent and best. */
void customers_number(struct join *j, int workers);

/* Makes out->splits, of identifiers whose role is shared or lent; customers are numbers of sets
 * still. Marks as best[root] = root which of the devices' own sets an event belongs to, and counts
 * unidentified events. of_who gets the numbers of splits. */
void splits_make(struct join *j);

#endif
