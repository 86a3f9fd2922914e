/* arena.h - memory that is given back all at once.
 *
 * One arena per lifetime: the plan, a block, a worker's run. Nobody frees a string.
 * No memory left ends the program with status 1: no caller could do better.
 * Threads: an arena belongs to one thread at a time.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena_chunk;
struct spill;
struct arena {
    struct arena_chunk *chunks; /* newest first */
    char *next, *end;           /* what is left of the newest */
    struct spill *spill;        /* where chunks are taken from (spill.h); NULL: the heap */
    size_t bytes;               /* of all chunks */
};

/* An arena starts as all zeros: struct arena a = { 0 }; */

/* size bytes, zeroed and aligned for anything; never NULL. */
void *arena_take(struct arena *a, size_t size);

/* A copy that lives as long as a; it is followed by a NUL that .n does not count. */
struct str arena_keep(struct arena *a, struct str s);

/* Formatted text that lives as long as a, followed by a NUL. */
struct str arena_printf(struct arena *a, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* dst takes over everything that src holds; pointers into it stay good. src is empty afterwards.
 * Those that spill do so to one store. */
void arena_adopt(struct arena *dst, struct arena *src);

/* Forgets the contents but keeps one chunk for use: for a worker's scratch, block after block. */
void arena_reset(struct arena *a);

/* Gives everything back. a is empty and may be used again. */
void arena_free(struct arena *a);

/* malloc and realloc that cannot fail: no memory left prints a message and ends the program with
 * status 1. The caller frees. mem_grow() makes room for at least `need` items of `size` bytes in
 * *p, doubling; *room is the number of items there is room for. */
void *mem_take(size_t size);
void *mem_zero(size_t n, size_t size);
/* The same, written: for large tables that are looked at here and there before they are filled.
 * Looking at memory that nobody wrote yet makes the kernel show a page of zeros, and writing there
 * later makes it stop all threads to take that page away again. */
void *mem_wiped(size_t n, size_t size);
void *mem_resize(void *p, size_t size);
void *mem_grow(void *p, size_t *room, size_t need, size_t size);

#endif
