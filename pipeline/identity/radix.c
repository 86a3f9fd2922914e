/* radix.c - see radix.h. Items are moved as bytes, since they are of their callers' types. */
#include <string.h>

#include "base/par.h"
#include "identity/radix.h"

enum { BITS = 8, RANGES = 1 << BITS, SHORT_RUN = 24 };

struct item {
    unsigned char bytes[RADIX_ITEM];
};

struct sorting {
    struct item *list;
    uint64_t flip;
    radix_ties *ties;
    void *ctx;
    unsigned shift; /* of the first parting, and where its ranges end */
    size_t ends[RANGES];
};

static uint64_t key_of(const struct item *x, uint64_t flip)
{
    uint64_t key;
    memcpy(&key, x->bytes, sizeof key);
    return key ^ flip;
}

static void sort_short(const struct sorting *s, struct item *list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct item x = list[i];
        uint64_t key = key_of(&x, s->flip);
        size_t at = i;
        for (; at && key_of(&list[at - 1], s->flip) > key; at--)
            list[at] = list[at - 1];
        list[at] = x;
    }
    for (size_t i = 0, end; i < n; i = end) {
        uint64_t key = key_of(&list[i], s->flip);
        for (end = i + 1; end < n && key_of(&list[end], s->flip) == key; end++)
            ;
        if (end - i > 1)
            s->ties(s->ctx, list + i, end - i);
    }
}

/* Parts items whose numbers agree above shift + BITS bits into ranges; ends[] says where each
 * ends. */
static void part(struct item *list, size_t n, uint64_t flip, unsigned shift, size_t *ends)
{
    size_t at[RANGES], sum = 0;
    memset(ends, 0, RANGES * sizeof *ends);
    for (size_t i = 0; i < n; i++)
        ends[key_of(&list[i], flip) >> shift & (RANGES - 1)]++;
    for (size_t r = 0; r < RANGES; r++) {
        at[r] = sum;
        sum += ends[r];
        ends[r] = sum;
    }
    for (size_t r = 0; r < RANGES; r++) {
        while (at[r] < ends[r]) {
            struct item x = list[at[r]];
            for (size_t to; (to = key_of(&x, flip) >> shift & (RANGES - 1)) != r;) {
                struct item other = list[at[to]];
                list[at[to]++] = x;
                x = other;
            }
            list[at[r]++] = x;
        }
    }
}

/* `bits` is how many of the lowest bits of their numbers may differ. */
static void sort(const struct sorting *s, struct item *list, size_t n, unsigned bits)
{
    if (n <= SHORT_RUN) {
        sort_short(s, list, n);
        return;
    }
    if (bits == 0) {
        s->ties(s->ctx, list, n);
        return;
    }
    unsigned shift = bits > BITS ? bits - BITS : 0;
    size_t ends[RANGES];
    part(list, n, s->flip, shift, ends);
    for (size_t r = 0, from = 0; r < RANGES; from = ends[r++])
        if (ends[r] > from)
            sort(s, list + from, ends[r] - from, shift);
}

static void sort_range(void *ctx, size_t r, int worker)
{
    const struct sorting *s = ctx;
    (void)worker;
    size_t from = r ? s->ends[r - 1] : 0;
    sort(s, s->list + from, s->ends[r] - from, s->shift);
}

void radix_sort(void *list, size_t n, uint64_t flip, radix_ties *ties, void *ctx, int workers)
{
    struct sorting s = { .list = list, .flip = flip, .ties = ties, .ctx = ctx };
    if (n < 2)
        return;
    uint64_t differ = 0;
    for (size_t i = 1; i < n; i++)
        differ |= key_of(&s.list[i], 0) ^ key_of(&s.list[0], 0);
    unsigned bits = 0;
    while (bits < 64 && differ >> bits)
        bits++;
    s.shift = bits > BITS ? bits - BITS : 0;
    part(s.list, n, flip, s.shift, s.ends);
    par_each(RANGES, workers, sort_range, &s);
}
