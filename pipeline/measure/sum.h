/* sum.h - sums of millionths and microseconds that cannot overflow.
 *
 * Amounts come from logs and may be as large as they like; 2^63 of them fit in 128 bits. A sum does
 * not depend on the order of its parts. Cells hold 64 bits: what is larger is shown as the largest.
 */
#ifndef MEASURE_SUM_H
#define MEASURE_SUM_H

#include "measure/table.h"

struct sum { /* starts as zeros */
    __extension__ __int128 v;
};

static inline void sum_add(struct sum *s, int64_t value)
{
    s->v += value;
}

static inline void sum_merge(struct sum *into, const struct sum *from)
{
    into->v += from->v;
}

static inline struct cell sum_cell(const struct sum *s)
{
    return cell_i(s->v > INT64_MAX ? INT64_MAX : s->v < INT64_MIN ? INT64_MIN : (int64_t)s->v);
}

/* s / n to the nearest integer, halves away from zero; n is not 0. */
static inline int64_t sum_over(const struct sum *s, uint64_t n)
{
    struct sum half = { s->v < 0 ? -(int64_t)(n / 2) : (int64_t)(n / 2) };
    half.v = (s->v + half.v) / (int64_t)n;
    return sum_cell(&half).i;
}

/* The mean of n values, blank when there are none. */
static inline struct cell sum_mean(const struct sum *s, uint64_t n)
{
    return n ? cell_i(sum_over(s, n)) : cell_blank();
}

#endif
