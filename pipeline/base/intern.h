/* intern.h - texts to small numbers: the first distinct text is 0, the next 1, ...
 *
 * A text is any bytes, fewer than 4 GiB. Each is stored once, and with it a note, a number that
 * means something to who uses the table: it stands beside the text, where a look-up has been
 * anyway. Owns:    its copies of the texts. Threads: one writer; once it no longer grows, any
 * number of readers.
 */
#ifndef BASE_INTERN_H
#define BASE_INTERN_H

#include "base/arena.h"

#define INTERN_NONE UINT32_MAX

/* A look-up touches a slot and the text, nothing else: tables are larger than the caches. */
struct intern_slot {
    uint32_t hash;
    uint32_t number;  /* + 1; 0 is free */
    const char *text; /* struct intern_head stands before it */
};

struct intern_head {
    uint32_t n; /* bytes of the text */
    uint32_t note;
};

/* Starts as all zeros. */
struct intern {
    struct arena arena;
    const char **texts; /* by number; as in a slot */
    uint32_t n;         /* how many there are */
    size_t room;
    struct intern_slot *slots; /* a power of two of them */
    size_t slots_n;
    size_t bytes;        /* of all texts */
    struct spill *spill; /* where all of it is (spill.h); NULL: the heap */
};

/* An empty one that may be larger than memory. spill may be NULL. */
static inline struct intern intern_in(struct spill *spill)
{
    return (struct intern){ .arena = { .spill = spill }, .spill = spill };
}

/* The number of s, which is added when it is new. */
uint32_t intern_add(struct intern *in, struct str s);

/* There will be n texts or more: room for so many is made at once, where the table else would move
 * several times while they come. */
void intern_expect(struct intern *in, size_t n);

/* The number of s, or INTERN_NONE. */
uint32_t intern_find(const struct intern *in, struct str s);

/* Texts that are known to be different need no look-up to be told apart: intern_append() gives s
 * the next number. The table is empty before, or was filled by such calls alone. It has no index
 * until the first intern_add() or intern_index(): a text is found in it by reading all. */
bool intern_can_append(const struct intern *in);
void intern_will_append(struct intern *in, size_t n); /* n of them will come: makes room */
uint32_t intern_append(struct intern *in, struct str s);
void intern_index(struct intern *in); /* before many look-ups; nothing when it is there */

static inline struct intern_head *intern_head_of(const char *text)
{
    return (struct intern_head *)(void *)(text - sizeof(struct intern_head));
}

static inline struct str intern_text_at(const char *text)
{
    return (struct str){ text, intern_head_of(text)->n };
}

/* Aligned for 8 bytes. */
static inline struct str intern_text(const struct intern *in, uint32_t number)
{
    return intern_text_at(in->texts[number]);
}

/* It is empty then, and may be used again. */
void intern_free(struct intern *in);

/* intern_add() of a text whose intern_hash() is known. For many look-ups at a time, when the table
 * is larger than the caches: hash all texts first and ask with intern_prefetch_slot() for what each
 * will touch, then with intern_prefetch_text(), then look them up. */
uint32_t intern_add_hashed(struct intern *in, struct str s, uint32_t hash);
uint32_t intern_find_hashed(const struct intern *in, struct str s, uint32_t hash);

/* The same for the note of s, which stays where it is as long as the table. A new text has the note
 * INTERN_NONE. find: NULL when there is no such text. */
uint32_t *intern_add_noted(struct intern *in, struct str s, uint32_t hash);
uint32_t *intern_find_noted(const struct intern *in, struct str s, uint32_t hash);

/* A 64-bit hash of bytes (XXH3), the same on every machine. */
uint64_t hash_bytes(struct str s);
void hash_bytes_128(struct str s, uint64_t hash[2]);

static inline uint32_t intern_hash(struct str s)
{
    return (uint32_t)hash_bytes(s);
}

static inline void intern_prefetch_slot(const struct intern *in, uint32_t hash)
{
    if (in->slots_n)
        __builtin_prefetch(&in->slots[hash & (in->slots_n - 1)]);
}

/* Of a text of n bytes. False when it is new. */
static inline bool intern_prefetch_text(const struct intern *in, uint32_t hash, size_t n)
{
    enum { CACHE_LINE = 64 };
    if (!in->slots_n)
        return false;
    size_t at = hash & (in->slots_n - 1);
    while (in->slots[at].number && in->slots[at].hash != hash)
        at = (at + 1) & (in->slots_n - 1);
    if (!in->slots[at].number)
        return false;
    size_t head = sizeof(struct intern_head);
    for (size_t byte = 0; byte < head + n; byte += CACHE_LINE)
        __builtin_prefetch(in->slots[at].text - head + byte);
    return true;
}

#endif
