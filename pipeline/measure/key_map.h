/* key_map.h - integers to small numbers: the first distinct key is 0, the next 1, ...
 *
 * What belongs to a key stands in an array of the caller at its number (mem_grow). The numbers
 * depend on the order of adding: tables sort by what the keys mean.
 * Owns:    its arrays.
 * Threads: one.
 */
#ifndef MEASURE_KEY_MAP_H
#define MEASURE_KEY_MAP_H

#include <stddef.h>
#include <stdint.h>

struct key_map {    /* starts as zeros */
    uint64_t *keys; /* by number */
    uint32_t n;
    size_t room;
    uint32_t *slots; /* number + 1, 0 is free; a power of two of them, half full at most */
    size_t nslots;
};

/* The number of key, which is added when it is new (then it is the old n). */
uint32_t key_map_add(struct key_map *m, uint64_t key);

/* The number of a key that is in it. */
uint32_t key_map_find(const struct key_map *m, uint64_t key);

void key_map_free(struct key_map *m);

/* Two numbers as one key. */
static inline uint64_t key_of(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

#endif
