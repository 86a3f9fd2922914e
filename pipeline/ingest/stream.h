/* stream.h - a path to its texts: plain, compressed, archived, or compressed inside an archive; by
 * content, never by name.
 *
 * gzip is undone by inflate.h, most other compressions by codec.h, the rest by archive.h. Up to two
 * compressions are undone around a file or an archive, one around a member of an archive. What is
 * neither is plain text and is read without a copy; so is a file whose magic bytes are damaged. An
 * empty file is one empty text. docs/reading.md says for each format what damage can be seen.
 *
 * Damage: what was read before it is delivered; then stream_read() or stream_next() says what was
 * wrong and where. If a checksum or the structure was wrong, text that was already given out may be
 * wrong too: stream_suspect_from() and stream_suspect_text() say which must be taken back. A file
 * that was cut leaves none in doubt. Bombs: past limits.h's expansion a stream is damaged.
 *
 * Threads: one stream belongs to one thread at a time; it may move between threads under a lock.
 */
#ifndef INGEST_STREAM_H
#define INGEST_STREAM_H

#include "ingest/flow.h"

struct stream;

#define SUSPECT_NONE UINT64_MAX

/* Opens a file, or standard input for "-". member: glob for the names in an archive, empty for all
 * (fnmatch without FNM_PATHNAME; a leading double star and slash also stands for nothing). NULL
 * with e set when it cannot be opened at all. */
struct stream *stream_open(const char *path, struct str member, struct err *e);

/* The next text of it: the file itself, or the next regular file of the archive that fits. 1: there
 * is one; 0: no more; -1: damaged from here on, e says how. Skips what is left of the one before.
 * After a text that was damaged the next one is tried: where the archive cannot be read on, that is
 * 0. */
int stream_next(struct stream *s, struct err *e);

/* Of the current text: "path" or "path!member" (good until the next stream_next), and its time of
 * last change in seconds since 1970 (the member's, else the file's, else now for standard input).
 * Before the first and after the last text: the path. */
struct str stream_name(const struct stream *s);
int64_t stream_mtime(const struct stream *s);
/* The same of the file itself, also while a member is read. */
int64_t stream_file_mtime(const struct stream *s);

/* Does the current text come out of a compressed file or an archive? */
bool stream_packed(const struct stream *s);
/* The file as it was when it was opened. */
const struct file_state *stream_file(const struct stream *s);
/* Of a text that is not packed: was its file cut down or written anew since it was opened? Its
 * bytes may then be of two files. head: the first of them that were read. */
bool stream_rewritten(const struct stream *s, struct str head);

/* Fills buf with up to n bytes of the current text: how many, 0 at its end, -1 with e set when
 * damaged. */
ptrdiff_t stream_read(struct stream *s, void *buf, size_t n, struct err *e);

/* After damage: from which byte of the current text on what was given out must be taken back. */
uint64_t stream_suspect_from(const struct stream *s);

/* After damage: the texts must be taken back from this one on as a whole, counted from 0 in the
 * order of stream_next(), those given out in full as well: the archive as a whole was compressed,
 * and its checksum was wrong. */
uint64_t stream_suspect_text(const struct stream *s);

/* Where in the current text the part began that has a checksum of its own and is now read: the
 * member of a gzip file, else 0. stream_suspect_from() can only become this or a later one. */
uint64_t stream_unit(const struct stream *s);

/* Bytes of the file itself that were consumed so far; for progress. */
uint64_t stream_bytes_in(const struct stream *s);

void stream_close(struct stream *s);

#endif
