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

/* Of texts that were appended. They are different, so that nothing is compared; slots are fetched
 * from memory some steps before they are needed. */
static void index_texts(struct intern *in)
{
    enum { AT_ONCE = 64 };
    for (uint32_t first = 0; first < in->n; first += AT_ONCE) {
        uint32_t hashes[AT_ONCE], n = in->n - first < AT_ONCE ? in->n - first : AT_ONCE;
        for (uint32_t i = 0; i < n; i++) {
            hashes[i] = intern_hash(intern_text(in, first + i));
            intern_prefetch_slot(in, hashes[i]);
        }
        for (uint32_t i = 0; i < n; i++) {
            size_t at = hashes[i] & (in->slots_n - 1);
            while (in->slots[at].number)
                at = (at + 1) & (in->slots_n - 1);
            in->slots[at] = (struct intern_slot){ hashes[i], first + i + 1, in->texts[first + i] };
        }
    }
}

static void rehash(struct intern *in, size_t slots_n)
{
    /* Written at once: looked at first, a page would be fetched twice. */
    struct intern_slot *slots = spill_take(in->spill, slots_n * sizeof *slots), *before = in->slots;
    size_t before_n = in->slots_n;
    memset(slots, 0, slots_n * sizeof *slots);
    for (size_t i = 0; i < before_n; i++) {
        struct intern_slot slot = before[i];
        size_t at = slot.hash & (slots_n - 1);
        while (slot.number && slots[at].number)
            at = (at + 1) & (slots_n - 1);
        if (slot.number)
            slots[at] = slot;
    }
    spill_give(in->spill, before);
    in->slots = slots;
    in->slots_n = slots_n;
    if (!before_n)
        index_texts(in);
}

/* Slots for n texts, and for all that are there; a third of them free. */
static void make_slots(struct intern *in, size_t n)
{
    n = n > in->n ? n : in->n;
    size_t slots_n = in->slots_n ? in->slots_n : 64;
    while (n * 3 >= slots_n * 2)
        slots_n *= 2;
    if (slots_n > in->slots_n)
        rehash(in, slots_n);
}

void intern_expect(struct intern *in, size_t n)
{
    make_slots(in, n);
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

/* Gives s the next number, with a copy of it. */
static const char *append(struct intern *in, struct str s)
{
    const char *text = keep(&in->arena, s);
    in->texts = spill_grow(in->spill, in->texts, &in->room, (size_t)in->n + 1, sizeof *in->texts);
    in->texts[in->n++] = text;
    in->bytes += s.n;
    return text;
}

bool intern_can_append(const struct intern *in)
{
    return !in->slots_n;
}

void intern_will_append(struct intern *in, size_t n)
{
    in->texts = spill_grow(in->spill, in->texts, &in->room, n, sizeof *in->texts);
}

uint32_t intern_append(struct intern *in, struct str s)
{
    assert(intern_can_append(in));
    append(in, s);
    return in->n - 1;
}

static const struct intern_slot *add(struct intern *in, struct str s, uint32_t hash)
{
    if ((size_t)in->n * 3 >= in->slots_n * 2)
        make_slots(in, in->n);
    struct intern_slot *slot = slot_of(in, s, hash);
    if (slot->number)
        return slot;
    const char *text = append(in, s);
    *slot = (struct intern_slot){ hash, in->n, text };
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

static uint32_t find_without_index(const struct intern *in, struct str s)
{
    for (uint32_t i = 0; i < in->n; i++)
        if (str_eq(intern_text(in, i), s))
            return i;
    return INTERN_NONE;
}

uint32_t *intern_find_noted(const struct intern *in, struct str s, uint32_t hash)
{
    if (!in->slots_n) {
        uint32_t number = find_without_index(in, s);
        return number == INTERN_NONE ? NULL : &intern_head_of(in->texts[number])->note;
    }
    const struct intern_slot *slot = slot_of(in, s, hash);
    return slot->number ? &intern_head_of(slot->text)->note : NULL;
}

uint32_t intern_add(struct intern *in, struct str s)
{
    return intern_add_hashed(in, s, intern_hash(s));
}

void intern_index(struct intern *in)
{
    if (in->n && !in->slots_n)
        make_slots(in, in->n);
}

uint32_t intern_find_hashed(const struct intern *in, struct str s, uint32_t hash)
{
    if (!in->slots_n)
        return find_without_index(in, s);
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
