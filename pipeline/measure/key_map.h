/* key_map.h - integers to small numbers: the first distinct key is 0, the next 1, ...
 *
 * What belongs to a key stands in an array of the caller at its number (mem_grow). The numbers
 * depend on the order of adding: tables sort by what the keys mean.
 * Keys of two small numbers, as of pairs of touchpoints, are looked up once an event: those of a
 * map that has many stand in a square, too. Owns:    its arrays. Threads: one.
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
    uint32_t *square; /* [KEY_SQUARE][KEY_SQUARE] number + 1 of the keys that fit, 0: not known yet;
                         NULL: the map is small */
};

enum { KEY_SQUARE = 128 };

/* The number of a key that is in it. */
uint32_t key_map_find(const struct key_map *m, uint64_t key);

/* Two numbers as one key. */
static inline uint64_t key_of(uint32_t high, uint32_t low)
{
    return (uint64_t)high << 32 | low;
}

/* Where a key stands in the square; NULL when it does not. */
static inline uint32_t *key_map_place(const struct key_map *m, uint64_t key)
{
    uint32_t high = (uint32_t)(key >> 32), low = (uint32_t)key;
    return m->square && high < KEY_SQUARE && low < KEY_SQUARE ? &m->square[high * KEY_SQUARE + low]
                                                              : NULL;
}

uint32_t key_map_add_hashed(struct key_map *m, uint64_t key);

/* The number of key, which is added when it is new (then it is the old n). */
static inline uint32_t key_map_add(struct key_map *m, uint64_t key)
{
    const uint32_t *place = key_map_place(m, key);
    return place && *place ? *place - 1 : key_map_add_hashed(m, key);
}

void key_map_free(struct key_map *m);

#endif
