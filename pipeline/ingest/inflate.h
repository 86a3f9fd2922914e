/* inflate.h - gzip to bytes, every member's checksum and length verified.
 *
 * libarchive verifies neither (engines.md 3.2), so gzip is ours. Header and trailer are read here,
 * the data between them by ISA-L, or by zlib where it is missing at build time (deflate.h); both
 * behave alike, but that the end of a cut file may come out one symbol shorter by ISA-L.
 * Concatenated members are one text. Zero padding after a member is nothing.
 *
 * Text is given out before its checksum is seen, which stands at the end of a member. So damage
 * has two kinds. Where the file ends too early, or goes on with something else, the text so far is
 * as good as it ever was. Where the contents or the checksum are wrong, everything from the
 * beginning of the member is in doubt: inflate_doubt().
 *
 * Threads: an inflater belongs to one thread at a time.
 */
#ifndef INGEST_INFLATE_H
#define INGEST_INFLATE_H

#include "base/err.h"

/* Gives up to n compressed bytes to buf: how many, 0 at the end, -1 with *e set on failure. */
typedef ptrdiff_t inflate_source(void *ctx, void *buf, size_t n, struct err *e);

#define NO_DOUBT UINT64_MAX

struct inflate;
struct deflate;
struct inflate *inflate_open(inflate_source *source, void *ctx);
/* The same by a library of the caller's choice, to compare them. */
struct inflate *inflate_open_by(const struct deflate *library, inflate_source *source, void *ctx);

/* Fills buf with up to n bytes of text: how many, 0 at the end, -1 with e set when the rest is
 * damaged or the source failed:
 *     gzip data ends too early at byte N
 *     trailing garbage after the gzip data at byte N
 *     checksum of the gzip data is wrong (member M, which begins at byte N)
 *     gzip data is damaged (member M, which begins at byte N)
 * Bytes of the compressed data count from 0, members from 1. */
ptrdiff_t inflate_read(struct inflate *z, void *buf, size_t n, struct err *e);

/* At which byte of the text the member began that is now read. */
uint64_t inflate_member_start(const struct inflate *z);

/* From which byte on the text given out is not to be trusted; NO_DOUBT while there is no such
 * damage. */
uint64_t inflate_doubt(const struct inflate *z);

void inflate_close(struct inflate *z);

/* Does it begin as gzip does: magic bytes, method, no reserved flag? */
bool inflate_recognise(struct str head);

#endif
