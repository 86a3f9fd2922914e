/* rewrite.h - records leave segments that are there already: what forgetting a person (forget.c)
 * and dropping what is too old (keep.c) share.
 *
 *     segments without the records, safe on disk -> BEGIN ... COMMIT -> segments_sweep()
 *
 * Owns:    what it wrote, until rewriting_free().
 * Threads: one.
 */
#ifndef STATE_REWRITE_H
#define STATE_REWRITE_H

#include "state/ledger.h"

struct rewritten { /* a segment that held records that go */
    int64_t old;
    struct segment now;
    struct input_file *files; /* its books, [n], in the arena */
    uint64_t *events;         /* of each file */
    size_t n;
};

struct rewriting {
    /* given */
    struct state *s;
    const struct plan *plan;
    int workers;
    const char *which; /* a query for the id and name of segments to look into; NULL: all */
    /* Takes the records out of a set that is not sealed, and puts its books right. Returns how many
     * events went; `touched` is set for each file that is no longer as it was. */
    uint64_t (*take)(void *ctx, struct event_set *set, bool *touched);
    /* Told of each segment that was looked into, as it is afterwards; or NULL. */
    void (*seen)(void *ctx, struct str name, const struct event_set *set);
    void *ctx;
    enum reject why; /* as what the books count the records then */
    int64_t night;   /* the number of this commit */
    /* made */
    struct arena arena;
    struct rewritten *segments;
    size_t nsegments, segments_room;
    uint64_t events, records;
};

/* Writes the segments anew that hold such records. False with e set: nothing has changed. */
bool rewriting_all(struct rewriting *r, struct err *e);
/* Its part of the transaction, between BEGIN and COMMIT: names the new segments, in place of the
 * old ones, and a night in which nothing was read. Of texts that lost records the ledger keeps no
 * bytes. */
void rewriting_commit(struct rewriting *r);
void rewriting_free(struct rewriting *r);

#endif
