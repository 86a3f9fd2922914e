/* sample.c - see sample.h. */
#include "measure/sample.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

enum { FINE = 7, OWN = 2 << FINE }; /* bits of a value that a bucket tells; values with their own */

/* Values that wait until they go into buckets together: buckets of many samples fit no cache, and
 * fetching them for each value was a tenth of all tables' time. */
enum { WAITING = 128 };

size_t sample_bucket(uint64_t size)
{
    if (size < OWN)
        return (size_t)size;
    unsigned shift = 63u - (unsigned)__builtin_clzll(size) - FINE;
    return ((size_t)shift << FINE) + (size_t)(size >> shift);
}

uint64_t sample_bucket_middle(size_t bucket)
{
    if (bucket < OWN)
        return bucket;
    size_t shift = (bucket >> FINE) - 1;
    uint64_t low = (uint64_t)(bucket - (shift << FINE)) << shift;
    return low + ((UINT64_C(1) << shift) - 1) / 2;
}

static uint64_t size_of(int64_t value)
{
    return value < 0 ? -(uint64_t)value : (uint64_t)value;
}

/* The value that stands for the bucket, between the ends of the sample. */
static int64_t bucket_value(const struct sample *s, bool positive, size_t bucket)
{
    uint64_t middle = sample_bucket_middle(bucket);
    int64_t value = middle > INT64_MAX ? INT64_MAX : (int64_t)middle;
    value = positive ? value : -value;
    return value < s->buckets->min   ? s->buckets->min
           : value > s->buckets->max ? s->buckets->max
                                     : value;
}

/* ---- adding ---- */

static size_t limit_of(const struct sample *s)
{
    return s->exact_max ? s->exact_max : SAMPLE_EXACT_MAX;
}

static void add_square(struct sample_buckets *b, struct sample_wide square, uint64_t high)
{
    b->squares_low.v += square.v;
    b->squares_high += high + (b->squares_low.v < square.v);
}

static uint64_t *side(struct sample_buckets *b, bool positive)
{
    if (!b->count[positive])
        b->count[positive] = mem_zero(SAMPLE_BUCKETS, sizeof(uint64_t));
    return b->count[positive];
}

static uint64_t count_of(const struct sample *s, bool positive, size_t bucket)
{
    return s->buckets->count[positive] ? s->buckets->count[positive][bucket] : 0;
}

static void count_value(struct sample_buckets *b, int64_t value)
{
    uint64_t size = size_of(value);
    struct sample_wide square = { size };
    square.v *= size;
    side(b, value >= 0)[sample_bucket(size)]++;
    sum_add(&b->sum, value);
    add_square(b, square, 0);
    b->min = value < b->min ? value : b->min;
    b->max = value > b->max ? value : b->max;
}

/* What waits goes into the buckets. */
static void settle(struct sample *s)
{
    for (size_t i = 0; i < s->waiting; i++)
        count_value(s->buckets, s->values[i]);
    s->waiting = 0;
}

/* The values go into buckets. */
static void give_up_exact(struct sample *s)
{
    s->buckets = mem_zero(1, sizeof *s->buckets);
    s->buckets->min = INT64_MAX;
    s->buckets->max = INT64_MIN;
    for (size_t i = 0; i < s->n; i++)
        count_value(s->buckets, s->values[i]);
    free(s->values);
    s->values = mem_take(WAITING * sizeof *s->values);
    s->room = WAITING;
}

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
    if (!s->buckets && s->n < limit_of(s)) {
        sample_room(s, s->n + 1);
        s->values[s->n++] = value;
        return;
    }
    if (!s->buckets)
        give_up_exact(s);
    if (s->waiting == WAITING)
        settle(s);
    s->values[s->waiting++] = value;
    s->n++;
}

static void merge_buckets(struct sample_buckets *into, const struct sample_buckets *from)
{
    for (int positive = 0; positive < 2; positive++)
        for (size_t i = 0; from->count[positive] && i < SAMPLE_BUCKETS; i++)
            side(into, positive)[i] += from->count[positive][i];
    sum_merge(&into->sum, &from->sum);
    add_square(into, from->squares_low, from->squares_high);
    into->min = from->min < into->min ? from->min : into->min;
    into->max = from->max > into->max ? from->max : into->max;
}

void sample_merge(struct sample *into, const struct sample *from)
{
    if (from->n == 0)
        return;
    if (!into->buckets && !from->buckets && into->n + from->n <= limit_of(into)) {
        sample_room(into, into->n + from->n);
        memcpy(into->values + into->n, from->values, from->n * sizeof *from->values);
        into->n += from->n;
        return;
    }
    if (!into->buckets)
        give_up_exact(into);
    if (from->buckets)
        merge_buckets(into->buckets, from->buckets);
    for (size_t i = 0; i < (from->buckets ? from->waiting : from->n); i++)
        count_value(into->buckets, from->values[i]);
    into->n += from->n;
}

void sample_free(struct sample *s)
{
    free(s->values);
    for (int positive = 0; s->buckets && positive < 2; positive++)
        free(s->buckets->count[positive]);
    free(s->buckets);
    *s = (struct sample){ .exact_max = s->exact_max };
}

void sample_clear(struct sample *s)
{
    if (s->buckets)
        sample_free(s);
    s->n = 0;
}

/* ---- sorting ---- */

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
    if (s->buckets)
        settle(s);
    if (s->buckets || sorted(s))
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

/* ---- figures ---- */

/* The value of a rank, from 0: of buckets, the middle of the one that holds it. */
static int64_t value_at(const struct sample *s, size_t rank)
{
    if (!s->buckets)
        return s->values[rank];
    assert(!s->waiting);
    if (rank == 0)
        return s->buckets->min;
    if (rank + 1 >= s->n)
        return s->buckets->max;
    size_t below = 0;
    for (size_t i = SAMPLE_BUCKETS; i-- > 0;) {
        below += count_of(s, false, i);
        if (below > rank)
            return bucket_value(s, false, i);
    }
    size_t at = 0;
    while (below + count_of(s, true, at) <= rank)
        below += count_of(s, true, at++);
    return bucket_value(s, true, at);
}

struct cell sample_percentile(const struct sample *s, double p)
{
    if (s->n == 0)
        return cell_blank();
    double at = p * (double)(s->n - 1);
    size_t below = (size_t)at;
    if (below + 1 >= s->n)
        return cell_i(value_at(s, s->n - 1));
    double part = at - (double)below;
    int64_t low = value_at(s, below);
    struct sum gap = { value_at(s, below + 1) };
    gap.v -= low;
    /* The lower value stays an integer: in a double, large times would lose their last digits. */
    gap.v = low + (int64_t)llround((double)gap.v * part);
    return sum_cell(&gap);
}

struct sum sample_total(const struct sample *s)
{
    struct sum sum = s->buckets ? s->buckets->sum : (struct sum){ 0 };
    for (size_t i = 0; i < (s->buckets ? s->waiting : s->n); i++)
        sum_add(&sum, s->values[i]);
    return sum;
}

struct cell sample_mean(const struct sample *s)
{
    struct sum sum = sample_total(s);
    return sum_mean(&sum, s->n);
}

struct cell sample_min(const struct sample *s)
{
    return s->n ? cell_i(value_at(s, 0)) : cell_blank();
}

struct cell sample_max(const struct sample *s)
{
    return s->n ? cell_i(value_at(s, s->n - 1)) : cell_blank();
}

struct cell sample_sum(const struct sample *s)
{
    struct sum sum = sample_total(s);
    return s->n ? sum_cell(&sum) : cell_blank();
}

/* The sum of the squares of the distances from the mean. */
static double distances(const struct sample *s, double mean)
{
    double squares = 0;
    if (s->buckets) {
        assert(!s->waiting);
        /* In long double: the difference of two large numbers. */
        const struct sample_buckets *b = s->buckets;
        long double all = (long double)b->squares_high * 0x1p128L + (long double)b->squares_low.v;
        long double sum = (long double)b->sum.v;
        long double rest = all - sum * sum / (long double)s->n;
        return rest > 0 ? (double)rest : 0;
    }
    for (size_t i = 0; i < s->n; i++) {
        double d = (double)s->values[i] - mean;
        squares += d * d;
    }
    return squares;
}

/* Mean and standard deviation, unrounded. */
static double spread(const struct sample *s, double *mean)
{
    struct sum sum = sample_total(s);
    *mean = (double)sum.v / (double)s->n;
    return s->n < 2 ? 0 : sqrt(distances(s, *mean) / (double)(s->n - 1));
}

struct cell sample_stdev(const struct sample *s)
{
    double mean;
    return s->n ? cell_i(llround(spread(s, &mean))) : cell_blank();
}

/* The value, or, when coarse, the middle of the bucket that it would be in. */
static double seen_as(int64_t value, bool coarse)
{
    bool positive = value >= 0;
    uint64_t size = positive ? (uint64_t)value : -(uint64_t)value;
    if (!coarse)
        return (double)value;
    double middle = (double)sample_bucket_middle(sample_bucket(size));
    return positive ? middle : -middle;
}

/* How many values fit from <= value <= to, by the middles of buckets; when coarse, also while they
 * are kept one by one. */
static size_t between(const struct sample *s, double from, double to, bool coarse)
{
    size_t n = 0;
    assert(!s->waiting);
    for (size_t i = 0; !s->buckets && i < s->n; i++) {
        double value = seen_as(s->values[i], coarse);
        n += value >= from && value <= to;
    }
    for (size_t i = 0; s->buckets && i < 2 * (size_t)SAMPLE_BUCKETS; i++) {
        bool positive = i >= SAMPLE_BUCKETS;
        size_t bucket = positive ? i - SAMPLE_BUCKETS : i;
        uint64_t count = count_of(s, positive, bucket);
        double value = count ? (double)bucket_value(s, positive, bucket) : 0;
        n += count && value >= from && value <= to ? count : 0;
    }
    return n;
}

size_t sample_negatives(const struct sample *s)
{
    return between(s, -INFINITY, -1, false);
}

size_t sample_outliers(const struct sample *s, const struct sample *of, double zeta)
{
    if (of->n < 2)
        return 0;
    double mean, sd = spread(of, &mean);
    if (sd <= 0)
        return 0;
    return s->n - between(s, mean - zeta * sd, mean + zeta * sd, of->buckets != NULL);
}

size_t sample_up_to(const struct sample *s, int64_t limit)
{
    return between(s, -INFINITY, (double)limit, false);
}
