/* par.c - see par.h. The only file that says omp. */
#include "base/par.h"

#include <assert.h>
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

struct sort {
    char *from, *to;
    size_t n, size, run; /* items in a run; the last may be shorter */
    compare_fn *cmp;
};

static void sort_run(void *ctx, size_t i, int worker)
{
    struct sort *s = ctx;
    (void)worker;
    size_t first = i * s->run;
    size_t n = s->n - first < s->run ? s->n - first : s->run;
    qsort(s->from + first * s->size, n, s->size, s->cmp);
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
        bool left =
            x < b && (y >= end || s->cmp(s->from + x * s->size, s->from + y * s->size) <= 0);
        size_t take = left ? x++ : y++;
        memcpy(s->to + o * s->size, s->from + take * s->size, s->size);
    }
}

void par_sort(void *items, size_t n, size_t size, int (*cmp)(const void *, const void *),
              int workers)
{
    par_sort_spilled(NULL, items, n, size, cmp, workers);
}

void par_sort_spilled(struct spill *spill, void *items, size_t n, size_t size,
                      int (*cmp)(const void *, const void *), int workers)
{
    if (n < 2)
        return;
    if ((workers == 1 && !spill) || n < SORT_LEAST) {
        qsort(items, n, size, cmp);
        return;
    }
    char *other = spill_take(spill, n * size);
    struct sort s = { items, other, n, size, (n + (size_t)workers - 1) / (size_t)workers, cmp };
    while (spill && s.run > RUN_SPILLED) /* qsort() itself takes memory */
        s.run = (s.run + 1) / 2;
    par_each((n + s.run - 1) / s.run, workers, sort_run, &s);
    for (; s.run < n; s.run *= 2) {
        par_each((n + 2 * s.run - 1) / (2 * s.run), workers, merge_pair, &s);
        char *swap = s.from;
        s.from = s.to;
        s.to = swap;
    }
    if (s.from != items)
        memcpy(items, s.from, n * size);
    spill_give(spill, other);
}
