/* inflate.h - gzip to bytes, every member's checksum and length verified.
 *
 * libarchive verifies neither (engines.md 3.2), so gzip is ours: ISA-L, or zlib where it is missing
 * at build time; both behave alike. Concatenated members are one text. Zero padding after a member
 * is nothing; anything else after it is "trailing garbage". Threads: one inflater belongs to one
 * thread at a time.
 */
#ifndef INGEST_INFLATE_H
#define INGEST_INFLATE_H

#include "base/err.h"

/* Gives up to n compressed bytes to buf: how many, 0 at the end, -1 with *e set on failure. */
typedef ptrdiff_t inflate_source(void *ctx, void *buf, size_t n, struct err *e);

struct inflate;
struct inflate *inflate_open(inflate_source *source, void *ctx);

/* Fills buf with up to n bytes of text: how many, 0 at the end, -1 with e set when the rest is
 * damaged: what came before is good as far as can be known. Of a member with a wrong checksum, what
 * was already given out cannot be taken back: hence the caller asks inflate_verified(). */
ptrdiff_t inflate_read(struct inflate *z, void *buf, size_t n, struct err *e);

uint64_t inflate_bytes_in(const struct inflate *z);
void inflate_close(struct inflate *z);

bool inflate_recognise(struct str head); /* gzip's magic bytes and method */

#endif
