/* flow.h - bytes that flow out of a file, through decoders one upon the other, with a look ahead.
 *
 *     file -> gzip -> member of an archive -> gzip -> text
 *
 * Each -> is a flow that reads the one below it. A flow that fails says so once it has given out
 * all that came before, and says from which of its bytes on what it gave out is in doubt.
 *
 * Owns:    a flow owns the one below it, but for members of an archive (archive.h).
 * Threads: one flow, with all below it, belongs to one thread at a time.
 */
#ifndef INGEST_FLOW_H
#define INGEST_FLOW_H

#include <sys/stat.h>

#include "ingest/inflate.h"

struct flow;

/* How a kind of flow does it; state is its own. */
struct flow_kind {
    ptrdiff_t (*read)(void *state, void *buf, size_t n, struct err *e); /* 0 at the end, -1 */
    uint64_t (*doubt)(const void *state); /* after a failure; NO_DOUBT, or a byte of its output */
    uint64_t (*unit)(const void *state);  /* see flow_unit(); NULL: always 0 */
    void (*close)(void *state);
};

/* A file, or standard input for "-"; *mtime gets its time of last change, of a pipe the present.
 * NULL: errno is that of the system. */
struct flow *flow_file(const char *path, int64_t *mtime, struct err *e);
struct flow *flow_gzip(struct flow *below);

/* What stat() says of a file: enough to see that nobody has written to it since. */
struct file_state {
    bool regular;
    uint64_t device, inode, size;
    int64_t changed, moved; /* mtime and ctime, nanoseconds since 1970 */
};
void file_state_of(const struct stat *st, struct file_state *state);

/* Of the file at the bottom: as it was when it was opened. */
const struct file_state *flow_file_state(const struct flow *f);
/* Is the file at the bottom shorter now than what was read of it, or does it no longer begin with
 * head? False of what is no regular file. */
bool flow_file_rewritten(const struct flow *f, struct str head);

/* Any other. root: the file at the bottom, for the limit on expansion; each_counts: several such
 * flows come out of one file, and the limit holds for all of them together. */
struct flow *flow_new(const struct flow_kind *kind, void *state, struct flow *below,
                      struct flow *root, bool each_counts);

/* Up to n bytes: how many, 0 at the end, -1 with e set on damage. */
ptrdiff_t flow_read(struct flow *f, void *buf, size_t n, struct err *e);

/* The next bytes without taking them: n of them, fewer only at the end or before damage. Good until
 * the next call. */
struct str flow_peek(struct flow *f, size_t n);

/* Of a file that can be sought in: goes there as lseek() does and returns the place; else -1. */
int64_t flow_seek(struct flow *f, int64_t offset, int whence);

uint64_t flow_out(const struct flow *f);          /* bytes given out */
struct flow *flow_root(struct flow *f);           /* the file at the bottom */
uint64_t flow_file_bytes(const struct flow *f);   /* bytes of the file that were read */
const struct err *flow_err(const struct flow *f); /* NULL while nothing is wrong */

/* The output from this byte on has not been verified when the flow has ended badly. */
uint64_t flow_doubt(const struct flow *f);
/* Where in the output the unit began that has a checksum of its own and is now read. */
uint64_t flow_unit(const struct flow *f);

void flow_close(struct flow *f);

#endif
