/* event_metrics.c - see event_metrics.h. */
#include "event_metrics.h"

#include <stdlib.h>

void metrics_add(struct metrics *m, const struct metric_key *key, struct str what,
                 const struct metric_sum *sum)
{
    char few[512], *coded = few;
    size_t n = sizeof *key + what.n;
    if (n > sizeof few)
        coded = mem_take(n);
    memcpy(coded, key, sizeof *key);
    if (what.n)
        memcpy(coded + sizeof *key, what.p, what.n);
    uint32_t before = m->keys.n, at = intern_add(&m->keys, (struct str){ coded, n });
    if (coded != few)
        free(coded);
    m->sums = mem_grow(m->sums, &m->room, m->keys.n, sizeof *m->sums);
    if (at == before)
        m->sums[at] = (struct metric_sum){ 0 };
    m->sums[at].micros += sum->micros;
    m->sums[at].rows += sum->rows;
}

void metrics_key(const struct metrics *m, uint32_t i, struct metric_key *key, struct str *what)
{
    struct str coded = intern_text(&m->keys, i);
    memcpy(key, coded.p, sizeof *key);
    *what = str_from(coded, sizeof *key);
}

static void add_all(struct metrics *m, const struct metrics *from, const uint32_t *files)
{
    for (uint32_t i = 0; i < from->keys.n; i++) {
        struct metric_key key;
        struct str what;
        metrics_key(from, i, &key, &what);
        if (files)
            key.file = files[key.file];
        if (key.file != INTERN_NONE)
            metrics_add(m, &key, what, &from->sums[i]);
    }
}

void metrics_merge(struct metrics *m, struct metrics *part)
{
    add_all(m, part, NULL);
    metrics_free(part);
}

void metrics_renumber(struct metrics *m, const uint32_t *files)
{
    if (!m->keys.n)
        return;
    struct metrics new = { .sums = NULL };
    add_all(&new, m, files);
    metrics_free(m);
    *m = new;
}

void metrics_free(struct metrics *m)
{
    intern_free(&m->keys);
    free(m->sums);
    *m = (struct metrics){ .sums = NULL };
}
