/* intake.h - the way of a text from the stream to the cutter: its bytes are hashed and counted as
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

/* As cutter_damage(), cutter_bytes(), cutter_head_hash(), cutter_whole_hash(). */
const struct err *intake_damage(const struct intake *in);
uint64_t intake_bytes(const struct intake *in);
uint64_t intake_head_hash(const struct intake *in);
void intake_whole_hash(const struct intake *in, uint64_t hash[2]);
void intake_close(struct intake *in);

#endif
