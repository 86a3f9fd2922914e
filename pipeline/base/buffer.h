/* buffer.h - a text that grows at its end and is made again and again: rows, keys of look-ups.
 *
 * In a header for the compiler to see through: it is called several times a record.
 * Owns: its memory; the owner frees p. Threads: one.
 */
#ifndef BASE_BUFFER_H
#define BASE_BUFFER_H

#include "base/arena.h"

/* Starts as all zeros; n = 0 empties it and keeps the memory. */
struct buffer {
    char *p;
    size_t n, room;
};

/* Room for n more bytes at the end, which the caller fills. */
static inline char *buffer_room(struct buffer *b, size_t n)
{
    if (b->room - b->n < n)
        b->p = mem_grow(b->p, &b->room, b->n + n, 1);
    b->n += n;
    return b->p + b->n - n;
}

static inline void buffer_add(struct buffer *b, const void *bytes, size_t n)
{
    if (n)
        memcpy(buffer_room(b, n), bytes, n);
}

static inline void buffer_add_str(struct buffer *b, struct str s)
{
    buffer_add(b, s.p, s.n);
}

static inline struct str buffer_str(const struct buffer *b)
{
    return (struct str){ b->p, b->n };
}

#endif
