/* intern.c - see intern.h. Open addressing, linear probing, at most two thirds full. */
#include "base/intern.h"

#include <assert.h>
#include <stdlib.h>

#include "base/spill.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

uint64_t hash_bytes(struct str s)
{
    return XXH3_64bits(s.n ? s.p : "", s.n);
}

void hash_bytes_128(struct str s, uint64_t hash[2])
{
    XXH128_hash_t h = XXH3_128bits(s.n ? s.p : "", s.n);
    hash[0] = h.high64;
    hash[1] = h.low64;
}

static void rehash(struct intern *in, size_t slots_n)
{
    /* Written at once: looked at first, a page would be fetched twice. */
    struct intern_slot *slots = spill_take(in->spill, slots_n * sizeof *slots);
    memset(slots, 0, slots_n * sizeof *slots);
    for (size_t i = 0; i < in->slots_n; i++) {
        struct intern_slot slot = in->slots[i];
        size_t at = slot.hash & (slots_n - 1);
        while (slot.number && slots[at].number)
            at = (at + 1) & (slots_n - 1);
        if (slot.number)
            slots[at] = slot;
    }
    spill_give(in->spill, in->slots);
    in->slots = slots;
    in->slots_n = slots_n;
}

void intern_expect(struct intern *in, size_t n)
{
    size_t slots_n = in->slots_n ? in->slots_n : 64;
    while (n * 3 >= slots_n * 2)
        slots_n *= 2;
    if (slots_n > in->slots_n)
        rehash(in, slots_n);
    in->texts = spill_grow(in->spill, in->texts, &in->room, n, sizeof *in->texts);
}

/* A copy of s with its head before it. */
static const char *keep(struct arena *a, struct str s)
{
    struct intern_head *head = arena_take(a, sizeof *head + s.n + 1);
    char *p = (char *)(head + 1);
    assert(s.n < UINT32_MAX);
    *head = (struct intern_head){ (uint32_t)s.n, INTERN_NONE };
    if (s.n)
        memcpy(p, s.p, s.n);
    return p;
}

/* The slot where s stands, or the free one where it would. */
static struct intern_slot *slot_of(const struct intern *in, struct str s, uint32_t hash)
{
    size_t at = hash & (in->slots_n - 1);
    while (in->slots[at].number) {
        const struct intern_slot *slot = &in->slots[at];
        if (slot->hash == hash && str_eq(intern_text_at(slot->text), s))
            break;
        at = (at + 1) & (in->slots_n - 1);
    }
    return &in->slots[at];
}

static const struct intern_slot *add(struct intern *in, struct str s, uint32_t hash)
{
    if ((size_t)in->n * 3 >= in->slots_n * 2)
        rehash(in, in->slots_n ? in->slots_n * 2 : 64);
    struct intern_slot *slot = slot_of(in, s, hash);
    if (slot->number)
        return slot;
    const char *text = keep(&in->arena, s);
    in->texts =
        spill_grow(in->spill, in->texts, &in->room, (size_t)in->n + 1, sizeof *in->texts);
    in->texts[in->n] = text;
    in->bytes += s.n;
    *slot = (struct intern_slot){ hash, ++in->n, text };
    return slot;
}

uint32_t intern_add_hashed(struct intern *in, struct str s, uint32_t hash)
{
    return add(in, s, hash)->number - 1;
}

uint32_t *intern_add_noted(struct intern *in, struct str s, uint32_t hash)
{
    return &intern_head_of(add(in, s, hash)->text)->note;
}

uint32_t *intern_find_noted(const struct intern *in, struct str s, uint32_t hash)
{
    if (!in->slots_n)
        return NULL;
    const struct intern_slot *slot = slot_of(in, s, hash);
    return slot->number ? &intern_head_of(slot->text)->note : NULL;
}

uint32_t intern_add(struct intern *in, struct str s)
{
    return intern_add_hashed(in, s, intern_hash(s));
}

uint32_t intern_find_hashed(const struct intern *in, struct str s, uint32_t hash)
{
    if (!in->slots_n)
        return INTERN_NONE;
    uint32_t number = slot_of(in, s, hash)->number;
    return number ? number - 1 : INTERN_NONE;
}

uint32_t intern_find(const struct intern *in, struct str s)
{
    return intern_find_hashed(in, s, intern_hash(s));
}

void intern_free(struct intern *in)
{
    arena_free(&in->arena);
    spill_give(in->spill, in->texts);
    spill_give(in->spill, in->slots);
    *in = intern_in(in->spill);
}
