/* feed_in.h - inside of a struct feed: for feed.c and feed_begin.c only.
 */
#ifndef INGEST_FEED_IN_H
#define INGEST_FEED_IN_H

#include "base/par.h"
#include "ingest/feed.h"

enum state { NOT_DONE, DONE };

/* An input and where its reading stands; all of it is read and written under its lock. */
struct entry {
    const struct input *input;
    size_t index;
    struct par_lock *lock;
    enum state state;
    struct stream *stream;
    struct cutter *cutter;
    struct text *text;
    uint64_t headers;          /* of text, to be counted with its first block */
    struct fields_said fields; /* of text so far */
    uint32_t ordinal;          /* texts opened so far */
    uint64_t counted;          /* of its bytes, by the workers that read them */
    struct text *again; /* of a second reading: the one text that is wanted, up to its damage */
};

/* A side table that was read. */
struct loaded {
    const struct lookup *of;
    struct side_table *table;
};

struct feed {
    const struct plan *plan;
    const struct inputs *inputs;
    size_t block_bytes;
    const struct known_texts *known; /* NULL: nothing is known; find() under the lock */
    struct par_lock *lock;           /* over all that follows */
    struct entry *entries;
    size_t n;
    size_t next;  /* entries from here on were never given out */
    size_t first; /* entries before this one are done */
    struct text **texts;
    size_t ntexts, texts_room;
    struct arena arena;
    struct par_lock *tables_lock; /* over what follows */
    struct loaded *tables;
    size_t ntables, tables_room;
    struct arena tables_arena;
};

/* Prepares what the source's reader needs to know of x->text before its first block: its header,
 * side tables, year. False with e set: it cannot be read. x is locked by the caller. */
bool text_begin(struct feed *f, struct entry *x, struct err *e);

#endif
