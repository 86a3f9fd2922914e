/* stream.h - a path to its texts: plain, compressed, archived, or compressed inside an archive; by
 * content, never by name.
 *
 * The only file that knows libarchive. Filters (bzip2, xz, lzma, lz4, zstd, compress) and formats
 * (tar, zip, 7zip, cpio, empty, raw) are enabled by name, never all of them (engines.md 3.3: with
 * all, libarchive takes CSV for mtree and yields nothing). gzip goes through inflate.h first, also
 * for tar.gz and for members that are gzip files. A member that is itself compressed is opened once
 * more (one level).
 *
 * Damage: what was read before it is good and is delivered; then stream_read() says what was wrong
 * and where. Bombs: past limits.h's expansion a stream is damaged. Threads: one stream belongs to
 * one thread at a time; it may move between threads under a lock.
 */
#ifndef INGEST_STREAM_H
#define INGEST_STREAM_H

#include "base/err.h"

struct stream;

/* Opens a file, or standard input for "-". member: glob for the names in an archive, empty for all
 * (fnmatch without FNM_PATHNAME). NULL with e set when it cannot be opened at all. */
struct stream *stream_open(const char *path, struct str member, struct err *e);

/* The next text of it: the file itself, or the next regular member of the archive that fits. 1:
 * there is one; 0: no more; -1: damaged from here on, e says how ("damaged archive: ... at byte
 * N"). Skips what is left of the one before. */
int stream_next(struct stream *s, struct err *e);

/* Of the current text: "path" or "path!member" (good until the next stream_next), and its time of
 * last change in seconds since 1970 (the member's, else the file's, else now for standard input).
 */
struct str stream_name(const struct stream *s);
int64_t stream_mtime(const struct stream *s);

/* Fills buf with up to n bytes of the current text: how many, 0 at its end, -1 with e set when
 * damaged (e.text says what and at which byte of the text). */
ptrdiff_t stream_read(struct stream *s, void *buf, size_t n, struct err *e);

/* Bytes of the file itself that were consumed so far; for progress. */
uint64_t stream_bytes_in(const struct stream *s);

void stream_close(struct stream *s);

#endif
