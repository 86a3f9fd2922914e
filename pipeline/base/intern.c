/* intern.c - see intern.h. Open addressing, linear probing, at most two thirds full. */
#include "base/intern.h"

#include <stdlib.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(struct str s)
{
    return XXH3_64bits(s.n ? s.p : "", s.n);
}

static void rehash(struct intern *in, size_t slots_n)
{
    free(in->slots);
    in->slots = mem_zero(slots_n, sizeof *in->slots);
    in->slots_n = slots_n;
    for (uint32_t i = 0; i < in->n; i++) {
        size_t at = in->hashes[i] & (slots_n - 1);
        while (in->slots[at])
            at = (at + 1) & (slots_n - 1);
        in->slots[at] = i + 1;
    }
}

/* The slot where s stands, or the free one where it would. */
static size_t slot_of(const struct intern *in, struct str s, uint32_t hash)
{
    size_t at = hash & (in->slots_n - 1);
    while (in->slots[at]) {
        uint32_t i = in->slots[at] - 1;
        if (in->hashes[i] == hash && str_eq(in->texts[i], s))
            break;
        at = (at + 1) & (in->slots_n - 1);
    }
    return at;
}

uint32_t intern_add(struct intern *in, struct str s)
{
    if ((size_t)in->n * 3 >= in->slots_n * 2)
        rehash(in, in->slots_n ? in->slots_n * 2 : 64);
    uint32_t hash = (uint32_t)hash_bytes(s);
    size_t at = slot_of(in, s, hash);
    if (in->slots[at])
        return in->slots[at] - 1;
    in->texts = mem_grow(in->texts, &in->texts_room, (size_t)in->n + 1, sizeof *in->texts);
    in->hashes = mem_grow(in->hashes, &in->hashes_room, (size_t)in->n + 1, sizeof *in->hashes);
    in->texts[in->n] = arena_keep(&in->arena, s);
    in->hashes[in->n] = hash;
    in->bytes += s.n;
    in->slots[at] = ++in->n;
    return in->n - 1;
}

uint32_t intern_find(const struct intern *in, struct str s)
{
    if (!in->slots_n)
        return INTERN_NONE;
    size_t at = slot_of(in, s, (uint32_t)hash_bytes(s));
    return in->slots[at] ? in->slots[at] - 1 : INTERN_NONE;
}

void intern_free(struct intern *in)
{
    arena_free(&in->arena);
    free(in->texts);
    free(in->hashes);
    free(in->slots);
    *in = (struct intern){ 0 };
}
