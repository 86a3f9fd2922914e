/* filter.c - see filter.h. */
#include "ingest/filter.h"

#include <stdlib.h>

/* A gram that stands for a condition; several conditions may share one. Where it is found, the text
 * that it was taken from must stand around it: among thousands of patterns many share their rarest
 * gram, and few their text. */
struct gram {
    uint32_t bytes; /* folded, as loaded from memory */
    uint32_t cond;
    struct str text; /* folded; the needs' */
    size_t at;       /* of the gram in it */
};

struct filter {
    uint64_t *always; /* bits of the conditions without needs */
    size_t words;
    uint64_t map[GRAM_COUNTS / 64]; /* by hash: may there be such a gram? */
    struct gram *grams;             /* by hash, then bytes */
    uint32_t *first;                /* [GRAM_COUNTS + 1] into grams */
    size_t n, room;
};

static uint32_t load(const char *p)
{
    uint32_t gram;
    memcpy(&gram, p, sizeof gram);
    return gram | 0x20202020u;
}

static uint32_t hash(uint32_t gram)
{
    return gram * 0x9e3779b1u >> (32 - GRAM_BITS);
}

void grams_count(struct gram_counts *c, struct str text)
{
    for (size_t i = 0; i + LITERAL_LEAST <= text.n; i++)
        c->count[hash(load(text.p + i))]++;
}

/* ---- making ---- */

/* Where the rarest gram of a text stands; *count gets how often it was seen. */
static size_t rarest_gram(struct str text, const struct gram_counts *counts, uint64_t *count)
{
    size_t best = 0;
    *count = counts->count[hash(load(text.p))];
    for (size_t i = 1; i + LITERAL_LEAST <= text.n; i++) {
        uint32_t gram = load(text.p + i);
        if (counts->count[hash(gram)] < *count) {
            best = i;
            *count = counts->count[hash(gram)];
        }
    }
    return best;
}

static uint64_t need_cost(const struct need *need, const struct gram_counts *counts)
{
    uint64_t all = 0, count;
    for (size_t i = 0; i < need->n; i++) {
        rarest_gram(need->texts[i], counts, &count);
        all += count;
    }
    return all;
}

static const struct need *rarest_need(const struct needs *needs, const struct gram_counts *counts)
{
    const struct need *best = &needs->list[0];
    for (size_t i = 1; i < needs->n; i++)
        if (need_cost(&needs->list[i], counts) < need_cost(best, counts))
            best = &needs->list[i];
    return best;
}

static int by_hash(const void *x, const void *y)
{
    const struct gram *a = x, *b = y;
    if (hash(a->bytes) != hash(b->bytes))
        return hash(a->bytes) < hash(b->bytes) ? -1 : 1;
    if (a->bytes != b->bytes)
        return a->bytes < b->bytes ? -1 : 1;
    return (a->cond > b->cond) - (a->cond < b->cond);
}

static void index_grams(struct filter *f)
{
    if (f->n)
        qsort(f->grams, f->n, sizeof *f->grams, by_hash);
    f->first = mem_wiped(GRAM_COUNTS + 1, sizeof *f->first);
    for (size_t i = 0; i < f->n; i++) {
        uint32_t h = hash(f->grams[i].bytes);
        f->map[h / 64] |= UINT64_C(1) << h % 64;
        f->first[h + 1]++;
    }
    for (size_t h = 0; h < GRAM_COUNTS; h++)
        f->first[h + 1] += f->first[h];
}

struct filter *filter_new(const struct needs *const *needs, size_t n,
                          const struct gram_counts *counts)
{
    struct filter *f = mem_zero(1, sizeof *f);
    f->words = (n + 63) / 64;
    f->always = mem_zero(f->words, sizeof *f->always);
    for (size_t c = 0; c < n; c++) {
        if (!needs[c] || !needs[c]->n) {
            f->always[c / 64] |= UINT64_C(1) << c % 64;
            continue;
        }
        const struct need *need = rarest_need(needs[c], counts);
        f->grams = mem_grow(f->grams, &f->room, f->n + need->n, sizeof *f->grams);
        for (size_t i = 0; i < need->n; i++) {
            struct str text = need->texts[i];
            uint64_t count;
            size_t at = rarest_gram(text, counts, &count);
            f->grams[f->n++] = (struct gram){ load(text.p + at), (uint32_t)c, text, at };
        }
    }
    index_grams(f);
    return f;
}

void filter_free(struct filter *f)
{
    if (!f)
        return;
    free(f->always);
    free(f->grams);
    free(f->first);
    free(f);
}

/* ---- use ---- */

/* Does the gram's text stand around it, when the gram stands at `at`? */
static bool stands_around(const struct gram *g, struct str text, size_t at)
{
    if (at < g->at || text.n - (at - g->at) < g->text.n)
        return false;
    const char *p = text.p + at - g->at;
    size_t i = 0;
    while (i < g->text.n && folded(p[i]) == g->text.p[i])
        i++;
    return i == g->text.n;
}

static void look_up(const struct filter *f, struct str text, size_t at, uint64_t *bits)
{
    uint32_t gram = load(text.p + at), h = hash(gram);
    for (uint32_t i = f->first[h]; i < f->first[h + 1]; i++) {
        const struct gram *g = &f->grams[i];
        if (g->bytes == gram && stands_around(g, text, at))
            bits[g->cond / 64] |= UINT64_C(1) << g->cond % 64;
    }
}

void filter_candidates(const struct filter *f, struct str text, uint64_t *bits)
{
    memcpy(bits, f->always, f->words * sizeof *bits);
    for (size_t i = 0; i + LITERAL_LEAST <= text.n; i++) {
        uint32_t h = hash(load(text.p + i));
        if (f->map[h / 64] >> h % 64 & 1)
            look_up(f, text, i, bits);
    }
}
