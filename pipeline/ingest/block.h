/* block.h - a text cut into blocks that end at record borders.
 *
 * A record border is a newline; for CSV a newline outside quotes. A block is BLOCK_BYTES or less,
 * more only when one record is longer (up to RECORD_BYTES_MAX). A longer record is left out: it is
 * handed over as its head (REJECT_TEXT_BYTES bytes) in `long_record`, with its number, and its
 * bytes count. The cutter strips a UTF-8 byte order mark at the start, counts records, and hashes
 * all bytes. Threads: one cutter belongs to one thread at a time.
 */
#ifndef INGEST_BLOCK_H
#define INGEST_BLOCK_H

#include "ingest/stream.h"

struct block {
    char *bytes; /* room + a few bytes that may be read past the end; owned by the block */
    size_t n, room;
    uint64_t first_record; /* number of its first record in the text, from 1 */
    uint64_t records;      /* how many begin in it, blank lines too */
    bool last;             /* no more block after it */
    bool unfinished;       /* its last record has no newline at its end: the text ended there */
    bool damaged; /* the stream was damaged after it: an unfinished last record is cut short */
    /* a record that was too long, if the block ended because of it: it follows after the block's
     * records */
    uint64_t long_record; /* its number, 0: none */
    uint64_t long_bytes;
    struct str long_head;
};

void block_free(struct block *b);

struct cutter;
/* quoted: newlines between double quotes end no record (CSV). */
struct cutter *cutter_open(struct stream *s, bool quoted, size_t block_bytes);

/* The next block into *b, whose memory is reused. True when there is one; false at the end. A
 * damaged stream ends: what was wrong is in cutter_damage(). */
bool cutter_next(struct cutter *c, struct block *b);

/* A look at the first bytes (up to 64 KiB) without taking them. */
struct str cutter_peek(struct cutter *c);

const struct err *cutter_damage(const struct cutter *c); /* NULL: none */
uint64_t cutter_bytes(const struct cutter *c);
uint64_t cutter_head_hash(const struct cutter *c);
void cutter_whole_hash(const struct cutter *c, uint64_t hash[2]);
void cutter_close(struct cutter *c);

#endif
