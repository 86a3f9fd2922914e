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

struct intern_slot {
    uint32_t hash;
    uint32_t number; /* + 1; 0 is free */
};

/* Starts as all zeros. */
struct intern {
    struct arena arena;
    struct str *texts; /* by number */
    uint32_t n;        /* how many there are */
    size_t room;
    struct intern_slot *slots; /* a power of two of them */
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

/* intern_add() of a text whose intern_hash() is known. For many look-ups at a time, when the table
 * is larger than the caches: hash all texts first, ask with intern_prefetch() for what each will
 * touch, in three steps (0, 1, 2) of which each needs what the one before has fetched, then look
 * them up. */
uint32_t intern_add_hashed(struct intern *in, struct str s, uint32_t hash);

/* A 64-bit hash of bytes (XXH3), the same on every machine. */
uint64_t hash_bytes(struct str s);
void hash_bytes_128(struct str s, uint64_t hash[2]);

static inline uint32_t intern_hash(struct str s)
{
    return (uint32_t)hash_bytes(s);
}

static inline void intern_prefetch(const struct intern *in, uint32_t hash, int step)
{
    if (!in->slots_n)
        return;
    const struct intern_slot *slot = &in->slots[hash & (in->slots_n - 1)];
    if (step == 0)
        __builtin_prefetch(slot);
    else if (slot->number && step == 1)
        __builtin_prefetch(&in->texts[slot->number - 1]);
    else if (slot->number)
        for (size_t at = 0; at < in->texts[slot->number - 1].n; at += 64) /* a cache line */
            __builtin_prefetch(in->texts[slot->number - 1].p + at);
}

#endif
