/* spill.h - arrays that may be larger than memory: `--memory`.
 *
 * What grows with the number of events is taken from here. Without a limit that is the heap. With
 * one, a large array is a file of its own that is mapped: code uses it like any other, and what is
 * not in use can leave memory for the disk. The kernel would keep all of it in memory as long as
 * there is room; so that the limit holds where there is more, a thread looks at how much memory the
 * program has, many times a second, and lets go of all mapped pages when it is too much. They stay
 * good, and come back when they are touched.
 *
 * The files have no name from the moment they are made, and nobody but their owner may read them:
 * they may hold identifiers. Nothing is left of them after a kill -9.
 *
 * In:      a limit in bytes, a folder.
 * Owns:    its arrays, until spill_give() or spill_free().
 * Threads: any number of them.
 * Trouble: no room for an array ends the program with status 1 and a message that says what to do,
 *          as no memory does (arena.h): room is reserved when an array is made, so that a full disk
 *          is seen then and never later.
 */
#ifndef BASE_SPILL_H
#define BASE_SPILL_H

#include "base/err.h"

struct spill;

/* limit: bytes that the program shall have in memory. NULL with e set when no file can be made in
 * the folder. */
struct spill *spill_new(const char *folder, size_t limit, struct err *e);
void spill_free(struct spill *s); /* NULL is allowed */

/* As the functions of arena.h whose names begin with mem; s may be NULL: then they are the same. An
 * array is given back to the store that it was taken from, and grown by one thread at a time. */
void *spill_take(struct spill *s, size_t size);
void *spill_zero(struct spill *s, size_t n, size_t size);
void *spill_grow(struct spill *s, void *p, size_t *room, size_t need, size_t size);
void spill_give(struct spill *s, void *p); /* NULL is allowed */

/* The bytes [from, to) of an array will not be read again: their memory, and in a file their room
 * on the disk, can be used for something else. */
void spill_forget(struct spill *s, void *p, size_t from, size_t to);

/* The n bytes at p, of an array of s, are written next, all of them: their pages come in one call
 * instead of a fault each, which costs less. For pieces that the caches hold. Nothing is done where
 * there is a limit, or when the kernel cannot (Linux can since 5.14). */
void spill_soon(const struct spill *s, void *p, size_t n);

/* How many bytes of files there are now, and how often pages were let go: for tests. */
size_t spill_bytes(struct spill *s);
unsigned long spill_sweeps(struct spill *s);

#endif
