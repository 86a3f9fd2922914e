/* par.h - threads' one door: the only header behind which there is OpenMP.
 *
 * The rule for whatever runs in here: read anything that nobody writes; write only your own slot or
 * your own worker's things; print nothing. Then the output cannot depend on the number of threads.
 */
#ifndef BASE_PAR_H
#define BASE_PAR_H

#include <stdbool.h>
#include <stddef.h>

enum { WORKERS_MAX = 256 };

/* asked, or the number of processors when asked is 0; 1 to WORKERS_MAX. */
int par_workers(int asked);

typedef void par_fn(void *ctx, size_t i, int worker);

/* Calls fn(ctx, i, worker) once for every i in [0, n), in any order, by `workers` threads at once;
 * worker is in [0, workers). Returns when all are done. */
void par_each(size_t n, int workers, par_fn *fn, void *ctx);

/* Calls fn(ctx, worker, worker) once for every worker, all at the same time where there are cores.
 */
void par_team(int workers, par_fn *fn, void *ctx);

/* A lock, for the few places where workers hand out work. Not recursive. */
struct par_lock;
struct par_lock *par_lock_new(void);
void par_lock_take(struct par_lock *lock);
bool par_lock_try(struct par_lock *lock);
void par_lock_give(struct par_lock *lock);
void par_lock_free(struct par_lock *lock);

/* Sorts n items of `size` bytes with `workers` threads; the same order for any number of them as
 * long as cmp never calls two different items equal. */
void par_sort(void *items, size_t n, size_t size, int (*cmp)(const void *, const void *),
              int workers);

/* The same for an array of a store (spill.h), or with NULL of the heap: sorting it wants as much
 * room again, and takes it from there. */
struct spill;
void par_sort_spilled(struct spill *spill, void *items, size_t n, size_t size,
                      int (*cmp)(const void *, const void *), int workers);

/* The same with a ctx for cmp; fewer than 2^31 items. */
void par_sort_with(struct spill *spill, void *items, size_t n, size_t size,
                   int (*cmp)(const void *, const void *, void *ctx), void *ctx, int workers);

#endif
