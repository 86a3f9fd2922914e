/* stats.c - the statistics that all tables share; see measure.h. */
#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "measure/measure.h"
#include "measure/sum.h"

#define Z 1.959963984540054

void wilson(uint64_t k, uint64_t n, struct cell *low, struct cell *high)
{
    assert(k <= n);
    *low = *high = cell_blank();
    if (n == 0)
        return;
    double size = (double)n, p = (double)k / size;
    double middle = p + Z * Z / (2 * size);
    double half = Z * sqrt(p * (1 - p) / size + Z * Z / (4 * size * size));
    double scale = 1 + Z * Z / size;
    /* Exactly 0 and 1 at the ends, where rounding would leave a dust of 1e-17. */
    *low = cell_d(k == 0 ? 0 : (middle - half) / scale);
    *high = cell_d(k == n ? 1 : (middle + half) / scale);
}

struct cell share(uint64_t k, uint64_t n)
{
    return n ? cell_d((double)k / (double)n) : cell_blank();
}

/* ---- samples ---- */

static void sample_room(struct sample *s, size_t need)
{
    if (need <= s->room)
        return;
    /* Begins small: there are as many samples as there are pairs of touchpoints. */
    size_t room = s->room ? s->room * 2 : 4;
    s->room = room < need ? need : room;
    s->values = mem_resize(s->values, s->room * sizeof *s->values);
}

void sample_add(struct sample *s, int64_t value)
{
    sample_room(s, s->n + 1);
    s->values[s->n++] = value;
}

void sample_merge(struct sample *into, const struct sample *from)
{
    if (from->n == 0)
        return;
    sample_room(into, into->n + from->n);
    memcpy(into->values + into->n, from->values, from->n * sizeof *from->values);
    into->n += from->n;
}

static int by_value(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static bool sorted(const struct sample *s)
{
    for (size_t i = 1; i < s->n; i++)
        if (s->values[i - 1] > s->values[i])
            return false;
    return true;
}

/* A byte of a value for sorting by bytes: the sign bit turned, so that negative ones come first. */
static unsigned digit(int64_t value, unsigned byte)
{
    return (unsigned)((((uint64_t)value ^ UINT64_C(1) << 63) >> (8 * byte)) & 255);
}

/* One pass of the sort by bytes. */
static void radix_pass(const int64_t *from, int64_t *to, size_t n, unsigned byte)
{
    size_t start[257] = { 0 };
    for (size_t i = 0; i < n; i++)
        start[digit(from[i], byte) + 1]++;
    for (unsigned d = 0; d < 256; d++)
        start[d + 1] += start[d];
    for (size_t i = 0; i < n; i++)
        to[start[digit(from[i], byte)]++] = from[i];
}

/* The bits in which values differ. */
static uint64_t differing(const struct sample *s)
{
    uint64_t bits = 0;
    for (size_t i = 1; i < s->n; i++)
        bits |= (uint64_t)s->values[i] ^ (uint64_t)s->values[0];
    return bits;
}

void sample_sort(struct sample *s)
{
    enum { SMALL = 512 }; /* below it, qsort is as fast */
    if (sorted(s))
        return;
    if (s->n < SMALL) {
        qsort(s->values, s->n, sizeof *s->values, by_value);
        return;
    }
    int64_t *other = mem_take(s->n * sizeof *other);
    uint64_t bits = differing(s);
    for (unsigned byte = 0; byte < 8; byte++) {
        if (!(bits >> (8 * byte) & 255))
            continue;
        radix_pass(s->values, other, s->n, byte);
        int64_t *swap = s->values;
        s->values = other;
        other = swap;
        s->room = s->n;
    }
    free(other);
}

void sample_free(struct sample *s)
{
    free(s->values);
    *s = (struct sample){ 0 };
}

struct cell sample_percentile(const struct sample *s, double p)
{
    if (s->n == 0)
        return cell_blank();
    double at = p * (double)(s->n - 1);
    size_t below = (size_t)at;
    if (below + 1 >= s->n)
        return cell_i(s->values[s->n - 1]);
    double part = at - (double)below;
    struct sum gap = { s->values[below + 1] };
    gap.v -= s->values[below];
    /* The lower value stays an integer: in a double, large times would lose their last digits. */
    gap.v = s->values[below] + (int64_t)llround((double)gap.v * part);
    return sum_cell(&gap);
}

static struct sum total(const struct sample *s)
{
    struct sum sum = { 0 };
    for (size_t i = 0; i < s->n; i++)
        sum_add(&sum, s->values[i]);
    return sum;
}

struct cell sample_mean(const struct sample *s)
{
    struct sum sum = total(s);
    return sum_mean(&sum, s->n);
}

struct cell sample_min(const struct sample *s)
{
    return s->n ? cell_i(s->values[0]) : cell_blank();
}

struct cell sample_max(const struct sample *s)
{
    return s->n ? cell_i(s->values[s->n - 1]) : cell_blank();
}

struct cell sample_sum(const struct sample *s)
{
    struct sum sum = total(s);
    return s->n ? sum_cell(&sum) : cell_blank();
}

struct cell sample_stdev(const struct sample *s)
{
    if (s->n == 0)
        return cell_blank();
    if (s->n == 1)
        return cell_i(0);
    struct sum sum = total(s);
    double mean = (double)sum.v / (double)s->n, squares = 0;
    for (size_t i = 0; i < s->n; i++) {
        double d = (double)s->values[i] - mean;
        squares += d * d;
    }
    return cell_i(llround(sqrt(squares / (double)(s->n - 1))));
}
