/* par.c - see par.h. The only file that says omp. */
#include "base/par.h"

#include <assert.h>
#include <glib.h>
#include <omp.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/spill.h"

int par_workers(int asked)
{
    int n = asked > 0 ? asked : omp_get_num_procs();
    return n < 1 ? 1 : n > WORKERS_MAX ? WORKERS_MAX : n;
}

void par_each(size_t n, int workers, par_fn *fn, void *ctx)
{
#pragma omp parallel for schedule(dynamic, 1) num_threads(workers)
    for (size_t i = 0; i < n; i++)
        fn(ctx, i, omp_get_thread_num());
}

void par_team(int workers, par_fn *fn, void *ctx)
{
#pragma omp parallel num_threads(workers)
    {
        int worker = omp_get_thread_num();
        fn(ctx, (size_t)worker, worker);
    }
}

/* Not OpenMP's: a thread that waits for another to decompress sleeps, where libgomp's locks spin. */
struct par_lock {
    pthread_mutex_t mutex;
};

struct par_lock *par_lock_new(void)
{
    struct par_lock *lock = mem_take(sizeof *lock);
    int failed = pthread_mutex_init(&lock->mutex, NULL);
    assert(!failed);
    (void)failed;
    return lock;
}

void par_lock_take(struct par_lock *lock)
{
    pthread_mutex_lock(&lock->mutex);
}

bool par_lock_try(struct par_lock *lock)
{
    return pthread_mutex_trylock(&lock->mutex) == 0;
}

void par_lock_give(struct par_lock *lock)
{
    pthread_mutex_unlock(&lock->mutex);
}

void par_lock_free(struct par_lock *lock)
{
    if (!lock)
        return;
    pthread_mutex_destroy(&lock->mutex);
    free(lock);
}

/* ---- sorting: a run for each worker, then pairs of runs merged until one is left ---- */

enum { SORT_LEAST = 10000, RUN_SPILLED = 1 << 16 };

typedef int compare_fn(const void *, const void *);
typedef int compare_with_fn(const void *, const void *, void *);

struct sort {
    char *from, *to;
    size_t n, size, run;   /* items in a run; the last may be shorter */
    compare_fn *cmp;       /* or, when it is NULL: */
    compare_with_fn *with; /* and its ctx */
    void *ctx;
};

static void sort_alone(const struct sort *s, size_t first, size_t n)
{
    char *items = s->from + first * s->size;
    if (s->cmp)
        qsort(items, n, s->size, s->cmp);
    else
        g_qsort_with_data(items, (int)n, s->size, s->with, s->ctx);
}

static void sort_run(void *ctx, size_t i, int worker)
{
    struct sort *s = ctx;
    (void)worker;
    size_t first = i * s->run;
    sort_alone(s, first, s->n - first < s->run ? s->n - first : s->run);
}

static int compare(const struct sort *s, size_t x, size_t y)
{
    const char *a = s->from + x * s->size, *b = s->from + y * s->size;
    return s->cmp ? s->cmp(a, b) : s->with(a, b, s->ctx);
}

static void merge_pair(void *ctx, size_t i, int worker)
{
    struct sort *s = ctx;
    (void)worker;
    size_t a = i * 2 * s->run, b = a + s->run, end = b + s->run;
    if (b > s->n)
        b = s->n;
    if (end > s->n)
        end = s->n;
    size_t x = a, y = b;
    for (size_t o = a; o < end; o++) {
        bool left = x < b && (y >= end || compare(s, x, y) <= 0);
        size_t take = left ? x++ : y++;
        memcpy(s->to + o * s->size, s->from + take * s->size, s->size);
    }
}

static void sort(struct spill *spill, struct sort s, int workers)
{
    if (s.n < 2)
        return;
    if ((workers == 1 && !spill) || s.n < SORT_LEAST) {
        sort_alone(&s, 0, s.n);
        return;
    }
    char *items = s.from, *other = spill_take(spill, s.n * s.size);
    s.to = other;
    s.run = (s.n + (size_t)workers - 1) / (size_t)workers;
    while (spill && s.run > RUN_SPILLED) /* qsort() itself takes memory */
        s.run = (s.run + 1) / 2;
    par_each((s.n + s.run - 1) / s.run, workers, sort_run, &s);
    for (; s.run < s.n; s.run *= 2) {
        par_each((s.n + 2 * s.run - 1) / (2 * s.run), workers, merge_pair, &s);
        char *swap = s.from;
        s.from = s.to;
        s.to = swap;
    }
    if (s.from != items)
        memcpy(items, s.from, s.n * s.size);
    spill_give(spill, other);
}

void par_sort(void *items, size_t n, size_t size, int (*cmp)(const void *, const void *),
              int workers)
{
    sort(NULL, (struct sort){ .from = items, .n = n, .size = size, .cmp = cmp }, workers);
}

void par_sort_spilled(struct spill *spill, void *items, size_t n, size_t size,
                      int (*cmp)(const void *, const void *), int workers)
{
    sort(spill, (struct sort){ .from = items, .n = n, .size = size, .cmp = cmp }, workers);
}

void par_sort_with(struct spill *spill, void *items, size_t n, size_t size,
                   int (*cmp)(const void *, const void *, void *ctx), void *ctx, int workers)
{
    sort(spill, (struct sort){ .from = items, .n = n, .size = size, .with = cmp, .ctx = ctx },
         workers);
}
