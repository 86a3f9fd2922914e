/* reused.h - identifiers that are given away again: after a long silence they are somebody else's.
 *
 * In:      a sealed event set that still has its events; for each kind how long the silence must
 * be. Out:     the set, in which each identifier that was silent for longer is several: the first
 * keeps its value, a later one is "VALUE since 2026-09-01", the day (UTC) when it came back. All
 *          that comes later knows of no difference: they are joined, or not, as any two are.
 *          Records without a time were always so: they hold the first.
 * Owns:    what is said of it, for `touchpath forget`, which must not take one for the other.
 * Threads: one.
 */
#ifndef IDENTITY_REUSED_H
#define IDENTITY_REUSED_H

#include "config/plan.h"
#include "event.h"

struct reused {
    uint32_t nids;      /* [ids.n] of `is`; 0: nothing was parted, and the others are NULL */
    bool *is;           /* an identifier that is one of several */
    uint32_t first_who; /* whos from here on were made, [whos.n - first_who] */
    uint32_t *raw_whos; /* the who as it was read, which is in the set as well */
    size_t raw_whos_room;
};

/* Does nothing when the rules ask for none of it. */
void reused_part(struct event_set *set, const struct identity_rules *rules, struct reused *out);
void reused_free(struct reused *r);

static inline bool is_reused(const struct reused *r, uint32_t id)
{
    return id < r->nids && r->is[id];
}

/* The identifiers of a record as they were read. */
static inline uint32_t who_as_read(const struct reused *r, uint32_t who)
{
    return r->nids && who >= r->first_who ? r->raw_whos[who - r->first_who] : who;
}

#endif
