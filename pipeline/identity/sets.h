/* sets.h - sets of identifiers that can be joined but not parted, with limits on their size.
 *
 * Joining freely and counting afterwards is enough for nearly all sets: where no limit is broken
 * at the end, none was on the way. Only sets that broke one are taken apart again
 * (sets_take_apart) and joined once more, link by link (merge.h).
 * Owns:    its arrays, one number or less an identifier each.
 * Threads: one.
 */
#ifndef IDENTITY_SETS_H
#define IDENTITY_SETS_H

#include "config/plan.h"
#include "event.h"

struct sets {
    const struct event_set *set;
    const struct identity_rules *rules;
    uint8_t *kind;             /* [ids.n] enum id_kind */
    uint32_t *parent;          /* [ids.n] */
    uint32_t visitors;         /* how many identifiers are of that kind */
    uint16_t *count[ID_KINDS]; /* [ids.n] of a root: identifiers of the kind in its set, no
                                  more than UINT16_MAX; NULL: not counted */
    const int64_t *first;      /* [ids.n] time when first seen; from sets_watch() on */
    uint32_t *next;            /* [ids.n] ring of the identifiers of one windowed kind in a set */
    uint32_t *any[ID_KINDS];   /* [ids.n] of a root: one of that ring, INTERN_NONE when empty */
};

void sets_init(struct sets *s, const struct event_set *set, const struct identity_rules *rules);
void sets_free(struct sets *s);

static inline uint32_t sets_root(const struct sets *s, uint32_t id)
{
    uint32_t *parent = s->parent;
    while (parent[id] != id) {
        parent[id] = parent[parent[id]];
        id = parent[id];
    }
    return id;
}

/* Joins two sets without a look at limits, before anything is counted. */
void sets_join_freely(struct sets *s, uint32_t a, uint32_t b);

/* Makes each parent a root, while sets were only joined by sets_join_freely(). */
void sets_flatten(struct sets *s);

/* Counts all sets, which are flat. over[root] is set for each that breaks a limit, or might without
 * its window, or has more users than a value may be seen with. False when there is none. */
bool sets_count(struct sets *s, bool *over);

/* Gives back what only limits need. */
void sets_forget_counts(struct sets *s);

/* Makes each identifier of the sets marked in over a set of its own; over[] is then about all
 * identifiers, not only roots. */
void sets_take_apart(struct sets *s, bool *over);

/* From here on, limits within a window can be judged. first must outlive the sets. */
void sets_watch(struct sets *s, const int64_t *first);

/* Which limit would a set break that is made of these n different ones: its kind, ID_KINDS for
 * max_identifiers, or LIMIT_KEPT. Costs no more than the sets' limited identifiers. */
enum { LIMIT_KEPT = -1 };
int sets_limit(const struct sets *s, const uint32_t *roots, size_t n);

/* Joins two sets, and their counts. */
void sets_join(struct sets *s, uint32_t a, uint32_t b);

#endif
