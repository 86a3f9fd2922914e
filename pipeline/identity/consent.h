/* consent.h - people who refused that their records are joined across sources.
 *
 * In:      a sealed event set that still has its events; its customers as they would be if
 *          everybody agreed; the identifiers that are on the list of those who refused.
 * Out:     the set, in which each identifier of such a person is another one in each source: in
 *          the first source that has it, by the order of the project, it keeps its value, in
 *          another one it is "VALUE in SOURCE". All that comes later knows of no difference.
 * Rules (docs/privacy.md tells them to users):
 *   - who has one of the identifiers on the list refused, with all their other ones;
 *   - a device that they share with others (shared, or a visitor that was seen with several) is
 *     parted in the same way, and stands in no record that names anybody: what is done on it
 *     without a name is nobody's but its own;
 *   - a record holds identifiers of people who refused, or of such devices, or of others, never of
 *     two of these: those of its strongest identifier stay. So nothing leads from one source of
 *     theirs to another one. Crowded values and groups, which join nobody, stay.
 * Nothing is kept: without the list the set is as it was read.
 * Owns:    what is said of it.
 * Threads: one.
 */
#ifndef IDENTITY_CONSENT_H
#define IDENTITY_CONSENT_H

#include "config/plan.h"
#include "event.h"

struct customers;

/* The list. */
struct refused_ids {
    struct str *list;             /* [n] as in set.ids: a byte of enum id_kind, then the value */
    size_t n;                     /* 0: nobody refused */
    const struct source *sources; /* of the project: their names are shown */
};

struct parted {
    uint32_t nids; /* [ids.n] of `is`; 0: nobody refused, and `is` is NULL */
    bool *is;      /* an identifier of somebody who refused, or of a device that they share */
    uint32_t persons, of; /* customers who refused, of how many, if all had agreed */
    uint32_t apart;       /* how many customers they are now, with the devices that they share */
};

/* agreed: of this set. Does nothing when none of the identifiers is a customer's. An identifier
 * that was given away again (reused.h) is refused for each who had it. */
void consent_part(struct event_set *set, const struct refused_ids *refused,
                  const struct customers *agreed, struct parted *out);
/* Fills apart, once the parted set was joined. */
void consent_count(const struct customers *c, struct parted *parted);
void parted_free(struct parted *p);

static inline bool is_parted(const struct parted *p, uint32_t id)
{
    return id < p->nids && p->is[id];
}

#endif
