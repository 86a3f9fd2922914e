/* strongest.c - which identifier names a set: the strongest kind's smallest value; see join.h.
 *
 * Identifiers of a set lie anywhere, and so do their texts: reading two texts for each comparison
 * is what takes longest when there are many millions. So each set keeps a number of the best text
 * that was met, its key, and only texts of equal keys are read again. A key is the kind and the 4
 * bytes that follow what texts of the kind begin with, as far as a sample tells ("user-0000...").
 */
#include <string.h>

#include "identity/join.h"

enum {
    AHEAD = 16,
    SAMPLE = 4096, /* so many identifiers at most tell how texts begin */
    BYTE_BITS = 7, /* of a byte in a key */
    KEY_BITS = 28, /* of a key below the kind */
    KEY_LAST = (1 << KEY_BITS) - 1,
};

/* How the texts of each kind begin, with the byte of the kind; empty: no such kind in the sample.
 */
struct beginnings {
    struct str of[ID_KINDS];
};

static void see_text(struct beginnings *b, struct str text)
{
    struct str *begin = &b->of[(unsigned char)text.p[0]];
    size_t n = 0;
    if (!begin->n) {
        *begin = text;
        return;
    }
    while (n < begin->n && n < text.n && begin->p[n] == text.p[n])
        n++;
    begin->n = n;
}

static void find_beginnings(const struct intern *ids, struct beginnings *b)
{
    uint32_t step = ids->n / SAMPLE + 1;
    *b = (struct beginnings){ 0 };
    for (uint32_t id = 0; id < ids->n; id += step)
        see_text(b, intern_text(ids, id));
}

/* The first 4 bytes, in their order. What is no ASCII has no room: from the first such byte on all
 * are the last one. */
static uint32_t key_of_bytes(struct str rest)
{
    const unsigned last = (1 << BYTE_BITS) - 1;
    uint32_t key = 0;
    bool full = false;
    for (size_t i = 0; i < KEY_BITS / BYTE_BITS; i++) {
        unsigned byte = i < rest.n ? (unsigned char)rest.p[i] : 0;
        full |= byte >= last;
        key = key << BYTE_BITS | (full ? last : byte);
    }
    return key;
}

/* Of two texts the smaller one has the smaller key, or both have the same. Never 0. */
static uint32_t key_of(const struct beginnings *b, struct str text)
{
    unsigned kind = (unsigned char)text.p[0];
    struct str begin = b->of[kind];
    uint32_t key = 0;
    int c = begin.n ? memcmp(text.p, begin.p, begin.n < text.n ? begin.n : text.n) : 0;
    if (c > 0)
        key = KEY_LAST;
    else if (c == 0 && text.n >= begin.n)
        key = key_of_bytes(str_from(text, begin.n));
    return (kind + 1) << KEY_BITS | key;
}

/* ---- the sets ---- */

/* A set that an event belongs to is marked at its root. */
static void mark_roots(struct join *j)
{
    uint32_t nids = j->set->ids.n, *parent = j->sets.parent, *best = j->best;
    for (uint32_t id = 0; id < nids; id++) {
        if (id + AHEAD < nids)
            __builtin_prefetch(&best[parent[id + AHEAD]], 1);
        if (j->parted) /* else they are flat still */
            parent[id] = sets_root(&j->sets, id);
        if (best[id] != INTERN_NONE)
            best[parent[id]] = parent[id];
    }
}

uint32_t strongest_find(struct join *j)
{
    const struct intern *ids = &j->set->ids;
    uint32_t *parent = j->sets.parent, *best = j->best, n = 0;
    mark_roots(j);
    uint32_t *keys = spill_zero(j->set->spill, ids->n, sizeof *keys); /* [ids.n] of a root */
    struct beginnings begin;
    find_beginnings(ids, &begin);
    for (uint32_t id = 0; id < ids->n; id++) {
        if (id + AHEAD < ids->n) {
            __builtin_prefetch(&best[parent[id + AHEAD]], 1);
            __builtin_prefetch(&keys[parent[id + AHEAD]], 1);
        }
        uint32_t root = parent[id];
        if (best[root] == INTERN_NONE)
            continue;
        n += root == id;
        if (keys[root] && keys[root] >> KEY_BITS < j->sets.kind[id] + 1u)
            continue; /* of a stronger kind: no text is read */
        uint32_t key = key_of(&begin, intern_text(ids, id));
        if (keys[root] == 0 || key < keys[root] ||
            (key == keys[root] && is_better(j->set, id, best[root]))) {
            keys[root] = key;
            best[root] = id;
        }
    }
    spill_give(j->set->spill, keys);
    return n;
}
