/* sample.h - many values, of which a table shows percentiles, mean, spread and ends.
 *
 * Up to a limit all values are kept, and every figure is exact. Past it they are counted in buckets
 * whose widths are at most 1/128 of the values in them: percentiles are then within 0.4 % of the
 * exact ones; number, sum, mean, spread and ends stay exact. Which of the two holds depends on the
 * number of values alone, and buckets are integers: merging gives the same figures in any order and
 * grouping.
 * Owns:    its arrays; starts as zeros.
 * Threads: one.
 */
#ifndef MEASURE_SAMPLE_H
#define MEASURE_SAMPLE_H

#include "measure/sum.h"

enum {
    SAMPLE_EXACT_MAX =
        100000,            /* values that are kept one by one, unless exact_max says otherwise */
    SAMPLE_BUCKETS = 7424, /* of the values of one sign: 256 of their own, then 128 a power of 2 */
};

__extension__ struct sample_wide { /* an unsigned number */
    unsigned __int128 v;
};

struct sample_buckets {
    uint64_t *count[2]; /* [SAMPLE_BUCKETS] of values below 0, by their size, and of the others;
                           NULL while there are none */
    struct sum sum;
    struct sample_wide squares_low; /* of the squares: 192 bits */
    uint64_t squares_high;
    int64_t min, max;
};

struct sample {
    int64_t *values; /* [n] while exact: buckets is NULL; else [waiting], not yet in buckets */
    size_t n, room;
    size_t exact_max; /* 0: SAMPLE_EXACT_MAX; the same in samples that are merged */
    size_t waiting;   /* 0 once sorted */
    struct sample_buckets *buckets;
};

void sample_add(struct sample *s, int64_t value);
void sample_merge(struct sample *into, const struct sample *from);
/* Before any of the figures below. */
void sample_sort(struct sample *s);
void sample_free(struct sample *s);
/* Forgets the values, keeps the room. */
void sample_clear(struct sample *s);

static inline bool sample_exact(const struct sample *s)
{
    return !s->buckets;
}

/* Of a sorted sample: type 7 (A12), rounded to the nearest integer; blank when empty. p in 0..1. */
struct cell sample_percentile(const struct sample *s, double p);
struct cell sample_mean(const struct sample *s); /* rounded to the nearest integer */
struct cell sample_min(const struct sample *s);
struct cell sample_max(const struct sample *s);
struct cell sample_sum(const struct sample *s);
struct sum sample_total(const struct sample *s); /* the same, however large */
/* With n - 1; 0 for one value (A53, as pm4py). */
struct cell sample_stdev(const struct sample *s);
/* How many values are below 0. */
size_t sample_negatives(const struct sample *s);
/* How many are more than zeta standard deviations from the mean of `of`, which s is, or is a part
 * of; in buckets, a bucket counts by its middle. */
size_t sample_outliers(const struct sample *s, const struct sample *of, double zeta);
/* How many are at most limit; in buckets, a bucket counts by its middle. */
size_t sample_up_to(const struct sample *s, int64_t limit);

/* ---- the buckets, for tests ---- */

/* The bucket of a size, and a size in the middle of a bucket. */
size_t sample_bucket(uint64_t size);
uint64_t sample_bucket_middle(size_t bucket);

#endif
