/* archive.h - what libarchive does for us: the members of archives, and two old compressions.
 *
 * archive.c is the only file that knows libarchive. It gets one filter or one format at a time, by
 * name, after archive_recognise() has seen its magic bytes: with all of them on, libarchive takes
 * CSV for mtree and yields nothing (engines.md 3.2). docs/reading.md says what each can detect.
 *
 * Owns:    a filter owns the flow below it; members own theirs.
 * Threads: as flow.h.
 */
#ifndef INGEST_ARCHIVE_H
#define INGEST_ARCHIVE_H

#include "ingest/flow.h"

enum packing {
    PACK_NONE,
    PACK_BZIP2,
    PACK_XZ,
    PACK_LZMA,
    PACK_LZ4,
    PACK_ZSTD,
    PACK_OLD_LZ4, /* the format before frames; the kernel's images have it */
    PACK_COMPRESS,
    PACK_TAR,
    PACK_ZIP,
    PACK_7ZIP,
    PACK_CPIO
};

enum { ARCHIVE_HEAD = 512 }; /* bytes that archive_recognise() looks at */

/* What the first bytes of a file say that it is. */
enum packing archive_recognise(struct str head);
bool packing_has_members(enum packing p);

/* Undoes PACK_OLD_LZ4 or PACK_COMPRESS. Never NULL: what is wrong is said by the first read. */
struct flow *archive_filter(struct flow *below, enum packing filter);

struct members;
struct members *members_open(struct flow *below, enum packing format);

/* Goes to the next regular file in the archive: 1: there is one; 0: no more, and all below was read
 * to its end without fault; -1: damaged, e says how (said once; 0 after that). */
int members_next(struct members *m, struct err *e);

struct str members_name(const struct members *m);
bool members_mtime(const struct members *m, int64_t *mtime); /* false: not said */
/* The bytes of the current member, once for each; the caller closes it before members_next(). */
struct flow *members_flow(struct members *m);
/* Where the current member's header stands in the archive. */
uint64_t members_position(const struct members *m);
void members_close(struct members *m);

#endif
