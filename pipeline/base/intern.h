/* intern.h - texts to small numbers: the first distinct text is 0, the next 1, ...
 *
 * A text is any bytes. Each is stored once.
 * Owns:    its copies of the texts.
 * Threads: one writer; once it no longer grows, any number of readers.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include "base/arena.h"

#define INTERN_NONE UINT32_MAX

/* Starts as all zeros. */
struct intern {
    struct arena arena;
    struct str *texts; /* by number */
    uint32_t *hashes;  /* by number: so that growing need not read the texts */
    uint32_t n;        /* how many there are */
    size_t texts_room, hashes_room;
    uint32_t *slots; /* number + 1, 0 is free; a power of two of them */
    size_t slots_n;
    size_t bytes; /* of all texts */
};

/* The number of s, which is added when it is new. */
uint32_t intern_add(struct intern *in, struct str s);

/* The number of s, or INTERN_NONE. */
uint32_t intern_find(const struct intern *in, struct str s);

static inline struct str intern_text(const struct intern *in, uint32_t number)
{
    return in->texts[number];
}

void intern_free(struct intern *in);

/* A 64-bit hash of bytes (XXH3), the same on every machine. */
uint64_t hash_bytes(struct str s);

#endif
