/* feed.h - hands out blocks: the next one of a file that is open, or of the next file.
 *
 * An input is read by one worker at a time, under its own lock; while one decompresses, others map
 * the blocks before. A worker stays with its file as long as nobody else reads it, else it opens
 * the next input, else it helps with one that is open. Blocks of a source whose records need what
 * earlier ones said (source.ordered) are handed out with the lock held until feed_done(). Owns:
 * texts live as long as the feed. Threads: all functions may be called by all workers; feed_new,
 * feed_again and feed_free by one alone.
 */
#ifndef INGEST_FEED_H
#define INGEST_FEED_H

#include "ingest/block.h"
#include "ingest/csv.h"
#include "ingest/derive.h"
#include "ingest/fields_line.h"
#include "ingest/inputs.h"
#include "ingest/progress.h"
#include "ingest/resume.h"
#include "ingest/when.h"

/* One text: a file, or a member of an archive. Const while its blocks are mapped, but for guess and
 * group, which belong to who holds its input. */
struct text {
    struct str name;
    uint32_t number; /* of the texts of this feed, in the order of their opening */
    uint32_t source;
    size_t input;     /* index of its input */
    uint32_t ordinal; /* of the texts of its input, from 1 */
    uint64_t limit;   /* records with this number and above are not taken: they are damaged */
    struct csv_header header;               /* of CSV */
    const struct side_table *const *tables; /* of each lookup of its source; NULL: none */
    int64_t latest; /* no record can be later; INT64_MAX when the file's time says nothing */
    struct year_guess guess; /* of ordered sources */
    struct group *group;     /* of sources that join lines; NULL else */
    uint64_t cut; /* records that the cutter made of it, with headers and blank lines */
    bool missing; /* there was no such file when it was to be opened; damage says so */
    bool dropped; /* read again up to the damage: what this reading gave does not count */
    /* known when it has been read to its end */
    uint64_t bytes, head_hash, whole_hash[2];
    struct str damage;    /* empty: none */
    struct resume resume; /* of a feed that knows texts */
    uint64_t suspect; /* first record that was given out but is not verified; UINT64_MAX: none */
};

/* A block to map, or the end of an ordered text. */
struct work {
    struct text *text;
    struct block block;
    uint64_t headers;   /* of the first block of a text: records before it that are none */
    struct fields_said fields; /* of formats with a fields_line: what holds at its start */
    bool end;           /* no block: the text ended, what was kept for later is due */
    struct entry *held; /* its input, when ordered */
    struct entry *mine; /* the input that this worker read last */
    struct counted counted;
};

struct feed;
/* known: NULL when nothing is. */
struct feed *feed_new(const struct plan *plan, const struct inputs *in, size_t block_bytes,
                      const struct known_texts *known);

/* The next block into *w, which starts as all zeros and is this worker's for the whole run. False
 * when there is no more, or the run was asked to stop. */
bool feed_next(struct feed *f, struct work *w);
/* The worker is done with what feed_next() gave. */
void feed_done(struct work *w);

/* After all workers found the end: the texts with suspect records are marked dropped, and are
 * handed out once more, up to the last verified record. False when there are none. */
bool feed_again(struct feed *f);

size_t feed_texts(const struct feed *f);
struct text *feed_text(const struct feed *f, size_t number);
void feed_free(struct feed *f);

#endif
