/* intake.h - the way of a text from the stream to the cutter: its bytes are counted and hashed as
 * they lie, then decoded to UTF-8 when they are something else, then shaped (shape.h).
 *
 * A byte order mark says UTF-16 in any case; without one a text is what the format's `encoding`
 * says, else UTF-8. What cannot be decoded becomes U+FFFD. A text that is UTF-8 and needs no shape
 * goes through without a copy.
 *
 * Owns:    its buffers and the shape; not the stream.
 * Threads: as the stream.
 */
#ifndef INGEST_INTAKE_H
#define INGEST_INTAKE_H

#include "ingest/shape.h"
#include "ingest/stream.h"

enum { HEAD_BYTES = 4096 }; /* a text is recognised by */

/* A place in a text where an earlier reading of it ended (known.h). */
struct mark {
    uint64_t bytes, records; /* before it */
    uint64_t hash[2];        /* XXH3_128 of those bytes */
    uint64_t text;           /* a number of the caller */
    bool last;               /* that reading ended here, and none went further */
    bool met;                /* set when these bytes of the text have that hash */
};

struct intake;
/* encoding: as iconv(3) names it; empty: UTF-8. It must live as long. */
struct intake *intake_open(struct stream *s, struct str encoding);

/* Up to n bytes; fewer only at the end, or before damage. */
size_t intake_fill(struct intake *in, char *to, size_t n);
bool intake_ended(const struct intake *in);

/* From here on the text goes through the shape, which is the intake's from then on; before: what
 * was read already and shall go through it, too. */
void intake_shape(struct intake *in, struct shape *shape, struct str before);

/* Do the bytes that come out stand for those that went in, one for one? */
bool intake_plain(const struct intake *in);

/* ---- what a text is known by: hashes over its bytes as they lie ---- */

/* Of a plain text only the bytes that the cutter says it has passed are hashed, in their order, so
 * that a last record which is left for later is not in it; of others all that are read. */
void intake_pass(struct intake *in, const char *bytes, size_t n);
uint64_t intake_passed(const struct intake *in); /* how many */
/* Compares at these places, ascending by bytes; before any byte has passed. They belong to the
 * caller. */
void intake_watch(struct intake *in, struct mark *marks, size_t n);

const struct err *intake_damage(const struct intake *in); /* NULL: none */
uint64_t intake_bytes(const struct intake *in);           /* read so far */
struct str intake_head(struct intake *in);                /* the first HEAD_BYTES of the text */
void intake_whole_hash(const struct intake *in, uint64_t hash[2]);
void intake_close(struct intake *in);

#endif
