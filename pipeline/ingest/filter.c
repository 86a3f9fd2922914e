/* filter.c - see filter.h. */
#include "ingest/filter.h"

#include <stdlib.h>

/* A gram that stands for a condition; several conditions may share one. */
struct gram {
    uint32_t bytes; /* folded, as loaded from memory */
    uint32_t cond;
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

/* The rarest gram of a text; *count gets how often it was seen. */
static uint32_t rarest_gram(struct str text, const struct gram_counts *counts, uint64_t *count)
{
    uint32_t best = load(text.p);
    *count = counts->count[hash(best)];
    for (size_t i = 1; i + LITERAL_LEAST <= text.n; i++) {
        uint32_t gram = load(text.p + i);
        if (counts->count[hash(gram)] < *count) {
            best = gram;
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
    f->first = mem_zero(GRAM_COUNTS + 1, sizeof *f->first);
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
            uint64_t count;
            uint32_t gram = rarest_gram(need->texts[i], counts, &count);
            f->grams[f->n++] = (struct gram){ gram, (uint32_t)c };
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

static void look_up(const struct filter *f, uint32_t gram, uint32_t h, uint64_t *bits)
{
    for (uint32_t i = f->first[h]; i < f->first[h + 1]; i++)
        if (f->grams[i].bytes == gram)
            bits[f->grams[i].cond / 64] |= UINT64_C(1) << f->grams[i].cond % 64;
}

void filter_candidates(const struct filter *f, struct str text, uint64_t *bits)
{
    memcpy(bits, f->always, f->words * sizeof *bits);
    for (size_t i = 0; i + LITERAL_LEAST <= text.n; i++) {
        uint32_t gram = load(text.p + i), h = hash(gram);
        if (f->map[h / 64] >> h % 64 & 1)
            look_up(f, gram, h, bits);
    }
}
