/* commit.h - what a commit gathers before it is written; shared by commit.c and commit_write.c.
 */
#ifndef STATE_COMMIT_H
#define STATE_COMMIT_H

#include "config/rulebook.h"
#include "state/ledger.h"

/* A file of tonight's set that is kept. */
struct piece {
    size_t text;    /* in night.texts */
    size_t segment; /* in commit.segments */
    uint64_t events;
    struct input_file books;
};

struct old_segment {
    int64_t id;
    size_t now; /* in commit.segments */
    struct str name;
};

struct commit {
    struct state *s;
    struct night *n;
    struct arena arena;
    int64_t night, next_text;
    struct piece *pieces; /* [npieces] */
    size_t npieces;
    bool some_dropped; /* of the texts that were read: nothing new was in them */
    struct segment *segments; /* written tonight */
    size_t nsegments, segments_room;
    int64_t *gone; /* texts whose pieces leave the ledger */
    size_t ngone, gone_room;
    struct old_segment *old; /* segments that were written anew */
    size_t nold, old_room;
    struct input_file *bare;        /* the books of all of tonight's texts, by read_text.set_file */
    const struct read_text **order; /* by input */
    int64_t now;                    /* nanoseconds since 1970 */
    bool changed;                   /* a report would say something else */
    int64_t first, last, newest;    /* times of tonight's events, and of all; TIME_NONE */
};

/* A part of the transaction: how far a text was read. */
void commit_offset(struct commit *c, const struct piece *p);

/* The transaction. The temporary table `gone` holds c->gone. */
bool commit_write(struct commit *c, struct err *e);

#endif
