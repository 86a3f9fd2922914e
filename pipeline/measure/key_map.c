/* key_map.c - see key_map.h. Open addressing, linear probing. */
#include "measure/key_map.h"

#include <stdlib.h>

#include "base/arena.h"

/* Spreads the key over all bits: neighbouring touchpoints differ in the lowest only. */
static size_t slot_for(const struct key_map *m, uint64_t key)
{
    key ^= key >> 29;
    key *= UINT64_C(0x9e3779b97f4a7c15);
    return (size_t)(key >> 32) & (m->nslots - 1);
}

static void enlarge(struct key_map *m)
{
    free(m->slots);
    m->nslots = m->nslots ? m->nslots * 2 : 64;
    m->slots = mem_wiped(m->nslots, sizeof *m->slots);
    for (uint32_t i = 0; i < m->n; i++) {
        size_t at = slot_for(m, m->keys[i]);
        while (m->slots[at])
            at = (at + 1) & (m->nslots - 1);
        m->slots[at] = i + 1;
    }
}

static uint32_t add(struct key_map *m, uint64_t key)
{
    if ((size_t)m->n * 2 >= m->nslots)
        enlarge(m);
    size_t at = slot_for(m, key);
    while (m->slots[at]) {
        if (m->keys[m->slots[at] - 1] == key)
            return m->slots[at] - 1;
        at = (at + 1) & (m->nslots - 1);
    }
    m->keys = mem_grow(m->keys, &m->room, (size_t)m->n + 1, sizeof *m->keys);
    m->keys[m->n] = key;
    m->slots[at] = ++m->n;
    return m->n - 1;
}

uint32_t key_map_find(const struct key_map *m, uint64_t key)
{
    size_t at = slot_for(m, key);
    while (m->keys[m->slots[at] - 1] != key)
        at = (at + 1) & (m->nslots - 1);
    return m->slots[at] - 1;
}

uint32_t key_map_add_hashed(struct key_map *m, uint64_t key)
{
    enum { SMALL = 16 };
    uint32_t number = add(m, key);
    if (!m->square && m->n > SMALL)
        m->square = mem_wiped((size_t)KEY_SQUARE * KEY_SQUARE, sizeof *m->square);
    uint32_t *place = key_map_place(m, key);
    if (place)
        *place = number + 1;
    return number;
}

void key_map_free(struct key_map *m)
{
    free(m->keys);
    free(m->slots);
    free(m->square);
    *m = (struct key_map){ 0 };
}
