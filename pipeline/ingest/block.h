/* block.h - a text cut into blocks that end at record borders.
 *
 * A record ends at a newline; for CSV at a newline outside double quotes. A block is block_bytes or
 * less, more only when one record is longer. A record of more than RECORD_BYTES_MAX bytes is left
 * out: its number, its length and its head are handed over instead. The cutter strips a UTF-8 byte
 * order mark at the start, numbers records, and hashes all bytes. What comes out does not depend on
 * how the stream hands out its bytes; records and their numbers do not depend on block_bytes
 * either.
 *
 * Threads: one cutter belongs to one thread at a time.
 */
#ifndef INGEST_BLOCK_H
#define INGEST_BLOCK_H

#include "base/limits.h"
#include "ingest/intake.h"

enum {
    BLOCK_SLACK = 64,          /* zero bytes that may be read past the end of a block */
    PEEK_BYTES = 64 << 10,     /* that can be looked at before the first block */
    PEEK_WIDE_BYTES = 1 << 20, /* of a text with less than PEEK_LINES lines in these */
    PEEK_LINES = 8,
};

struct block {
    char *bytes; /* owned by the block; n of them, and BLOCK_SLACK zeros after */
    size_t n, room;
    uint64_t first_record; /* number of its first record in the text, from 1 */
    uint64_t records;      /* how many begin in it, blank lines too */
    bool last;             /* no more block after it */
    bool unfinished;       /* its last record has no newline at its end: the text ended there */
    bool damaged; /* the stream was damaged after it: an unfinished last record is cut short */
    /* A record that was too long comes alone, in a block with n == 0 and records == 0. */
    uint64_t long_record; /* its number, 0: none */
    uint64_t long_bytes;  /* its length without the newline */
    struct str long_head; /* its first REJECT_TEXT_BYTES; lives in the block */
};

void block_free(struct block *b);

struct cutter;
/* Cuts the current text of s. quoted: newlines between double quotes end no record (CSV).
 * block_bytes: at least 1; more than RECORD_BYTES_MAX + 1 counts as that. */
struct cutter *cutter_open(struct stream *s, bool quoted, size_t block_bytes);

/* The same, of a text in an encoding (intake.h). */
struct cutter *cutter_open_as(struct stream *s, bool quoted, size_t block_bytes,
                              struct str encoding);

/* All before the first block: */

/* Leaves out the first bytes, at most those that cutter_peek() showed: so many records. */
void cutter_drop(struct cutter *c, size_t bytes, uint64_t records);
/* What follows goes through the shape, which is the cutter's from then on. */
void cutter_shape(struct cutter *c, struct shape *shape);
/* Of CSV: the delimiter, behind which a quote opens a quoted field (csv_borders()); a comma when it
 * is not said; 0: every newline ends a record. */
void cutter_delimiter(struct cutter *c, char delimiter);

/* The next block into *b, whose memory is reused; a block starts as all zeros. True when there is
 * one; false at the end (of an empty text at once). A damaged stream ends: what was wrong is in
 * cutter_damage(). */
bool cutter_next(struct cutter *c, struct block *b);

/* The first HEAD_BYTES of the text (all of a shorter one), with its byte order mark. Before the
 * first block; good as long as the cutter. */
struct str cutter_head(struct cutter *c);

/* Are the records cut from the very bytes of the text? Else they were decoded or shaped, and no
 * place in the text is a place among the records. */
bool cutter_plain(const struct cutter *c);

/* From now on marks, ascending by bytes, are compared as their places pass by. They belong to the
 * caller. Before anything is left out or given out. */
void cutter_watch(struct cutter *c, struct mark *marks, size_t n);

/* Leaves out what stands before a mark: its records are counted and not given out. False when the
 * text ends before it. Before the first block, of a plain text; what cutter_drop() left out must
 * stand before the mark. */
bool cutter_skip(struct cutter *c, const struct mark *to);

/* Has the text no more bytes than were left out or given out? */
bool cutter_ended(struct cutter *c);

/* A last record without a newline is not given out, and counts neither in cutter_bytes() nor in the
 * hashes: it is still being written. Not of a damaged text, one that is not plain, nor of a record
 * that is too long. */
void cutter_hold(struct cutter *c);
uint64_t cutter_held(const struct cutter *c);    /* its bytes, at the end */
uint64_t cutter_records(const struct cutter *c); /* in the text so far, those left out as well */
/* The last record that was given out had no newline at its end. */
bool cutter_loose_end(const struct cutter *c);

/* A look at the first bytes (up to PEEK_BYTES, of few and long lines PEEK_WIDE_BYTES, without the
 * byte order mark) before the first block is taken. Good until the next call. */
struct str cutter_peek(struct cutter *c);

const struct err *cutter_damage(const struct cutter *c); /* NULL: none */

/* After the last block: number of the first record that must be taken back, since a checksum over
 * it was wrong; UINT64_MAX when all that were given out may be kept. Whether other texts of the
 * stream must go too says stream_suspect_text(). */
uint64_t cutter_suspect_record(const struct cutter *c);

/* Bytes of the text read so far, its byte order mark too; and hashes over them: XXH3_64 of the
 * first 4096, XXH3_128 of all (low half first). */
uint64_t cutter_bytes(const struct cutter *c);
uint64_t cutter_head_hash(const struct cutter *c);
void cutter_whole_hash(const struct cutter *c, uint64_t hash[2]);
void cutter_close(struct cutter *c);

#endif
