/* test_sample.c - samples past the limit up to which they are exact.
 *
 * The expectation is the exact sample of the same values: percentiles within 0.4 % of it, all else
 * equal; and any cut into parts, merged in any order, must give the very same figures.
 */
#include <math.h>

#include "measure/sample.h"
#include "unit.h"

static uint64_t next(uint64_t *seed)
{
    uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);
    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

/* Values of all magnitudes; of odd kinds, negative ones too. */
static int64_t random_value(uint64_t *seed, int kind)
{
    uint64_t z = next(seed);
    int64_t value = (int64_t)(z >> (kind < 2 ? 8 + next(seed) % 56 : 30));
    return kind % 2 && next(seed) % 3 == 0 ? -value : value;
}

static void same_figures(const struct sample *a, const struct sample *b, const char *what)
{
    static const double ps[] = { 0, 0.001, 0.25, 0.5, 0.75, 0.9, 0.95, 0.999, 1 };
    ck_assert_msg(a->n == b->n && sample_exact(a) == sample_exact(b), "%s: n", what);
    ck_assert_msg(sample_mean(a).i == sample_mean(b).i, "%s: mean", what);
    ck_assert_msg(sample_sum(a).i == sample_sum(b).i, "%s: sum", what);
    ck_assert_msg(sample_stdev(a).i == sample_stdev(b).i, "%s: stdev", what);
    ck_assert_msg(sample_outliers(a, a, 1.5) == sample_outliers(b, b, 1.5), "%s: outliers", what);
    ck_assert_msg(sample_up_to(a, 1000) == sample_up_to(b, 1000), "%s: up to", what);
    for (size_t i = 0; i < sizeof ps / sizeof *ps; i++)
        ck_assert_msg(sample_percentile(a, ps[i]).i == sample_percentile(b, ps[i]).i, "%s: p %f",
                      what, ps[i]);
}

/* One sample and the same values in parts: the loop is over kinds of values. */
START_TEST(test_parts)
{
    enum { PARTS = 5, VALUES = 900 };
    for (size_t limit = 1; limit < 2000; limit = limit * 3 + 7) {
        struct sample whole = { .exact_max = limit }, parts[PARTS];
        uint64_t seed = (uint64_t)_i * 1000 + limit;
        for (int i = 0; i < PARTS; i++)
            parts[i] = (struct sample){ .exact_max = limit };
        for (int i = 0; i < VALUES; i++) {
            int64_t value = random_value(&seed, _i);
            sample_add(&whole, value);
            sample_add(&parts[next(&seed) % PARTS], value);
        }
        for (int left = PARTS; left > 1; left--) {
            int from = (int)(next(&seed) % (unsigned)(left - 1)) + 1;
            sample_merge(&parts[0], &parts[from]);
            sample_free(&parts[from]);
            parts[from] = parts[left - 1];
        }
        ck_assert(sample_exact(&whole) == (VALUES <= limit));
        sample_sort(&whole);
        sample_sort(&parts[0]);
        same_figures(&whole, &parts[0], "parts");
        sample_free(&whole);
        sample_free(&parts[0]);
    }
}
END_TEST

START_TEST(test_error)
{
    struct sample exact = { .exact_max = 1000000 }, rough = { .exact_max = 10 };
    uint64_t seed = (uint64_t)_i;
    for (int i = 0; i < 20000; i++) {
        int64_t value = random_value(&seed, _i);
        sample_add(&exact, value);
        sample_add(&rough, value);
    }
    sample_sort(&exact);
    sample_sort(&rough);
    ck_assert(sample_exact(&exact) && !sample_exact(&rough));
    ck_assert_int_eq(sample_mean(&exact).i, sample_mean(&rough).i);
    ck_assert_int_eq(sample_min(&exact).i, sample_min(&rough).i);
    ck_assert_int_eq(sample_max(&exact).i, sample_max(&rough).i);
    ck_assert_int_eq(sample_sum(&exact).i, sample_sum(&rough).i);
    ck_assert_uint_eq(sample_negatives(&exact), sample_negatives(&rough));
    double sd = (double)sample_stdev(&exact).i;
    ck_assert_double_eq_tol((double)sample_stdev(&rough).i, sd, sd * 1e-9);
    for (int p = 0; p <= 1000; p++) {
        double want = (double)sample_percentile(&exact, p / 1000.0).i;
        double got = (double)sample_percentile(&rough, p / 1000.0).i;
        /* Between a value below 0 and one above, the error is that of the larger one. */
        if (want < -1000 || want > 1000)
            ck_assert_msg(fabs(got - want) <= fabs(want) * 0.004 + 1, "p %d: %f, not %f", p, got,
                          want);
    }
    sample_free(&exact);
    sample_free(&rough);
}
END_TEST

/* Each bucket holds its middle, and no value is further from it than 0.4 %. */
START_TEST(test_buckets)
{
    size_t last = 0;
    for (size_t i = 0; i < SAMPLE_BUCKETS; i++)
        ck_assert_uint_eq(sample_bucket(sample_bucket_middle(i)), i);
    for (unsigned bit = 0; bit < 64; bit++)
        for (uint64_t k = 0; k < 600; k++) {
            uint64_t value = (UINT64_C(1) << bit) + k * ((UINT64_C(1) << bit) / 600);
            size_t bucket = sample_bucket(value);
            double middle = (double)sample_bucket_middle(bucket), exact = (double)value;
            ck_assert_uint_lt(bucket, SAMPLE_BUCKETS);
            ck_assert_uint_ge(bucket, last);
            ck_assert_double_le(fabs(middle - exact), exact * 0.004);
            last = bucket;
        }
    ck_assert_uint_eq(sample_bucket(UINT64_MAX), SAMPLE_BUCKETS - 1);
}
END_TEST

/* The ends of the range, past the limit: nothing overflows. */
START_TEST(test_ends)
{
    struct sample s = { .exact_max = 2 };
    for (int i = 0; i < 3; i++) {
        sample_add(&s, INT64_MIN);
        sample_add(&s, INT64_MAX);
    }
    sample_sort(&s);
    ck_assert(!sample_exact(&s));
    ck_assert_int_eq(sample_min(&s).i, INT64_MIN);
    ck_assert_int_eq(sample_max(&s).i, INT64_MAX);
    ck_assert_uint_eq(sample_negatives(&s), 3);
    ck_assert_int_eq(sample_sum(&s).i, -3);
    sample_clear(&s);
    ck_assert(sample_exact(&s) && sample_percentile(&s, 0.5).blank);
    sample_add(&s, 7);
    ck_assert_int_eq(sample_percentile(&s, 0.5).i, 7);
    sample_free(&s);
}
END_TEST

/* Five equal values and one far away: mean 10, deviation 24.49 (by hand); 60 is 2.04 of them off.
 */
START_TEST(test_outliers)
{
    for (size_t limit = 1; limit < 10; limit += 8) {
        struct sample s = { .exact_max = limit };
        for (int i = 0; i < 5; i++)
            sample_add(&s, 0);
        sample_add(&s, 60);
        sample_sort(&s);
        ck_assert_int_eq(sample_mean(&s).i, 10);
        ck_assert_int_eq(sample_stdev(&s).i, 24);
        ck_assert_uint_eq(sample_outliers(&s, &s, 2), 1);
        ck_assert_uint_eq(sample_outliers(&s, &s, 2.1), 0);
        ck_assert_uint_eq(sample_up_to(&s, 59), 5);
        ck_assert_uint_eq(sample_up_to(&s, 60), 6);
        sample_free(&s);
    }
    struct sample equal = { .exact_max = 100 };
    for (int i = 0; i < 50; i++)
        sample_add(&equal, 1000000007);
    ck_assert_uint_eq(sample_outliers(&equal, &equal, 0.5), 0);
    sample_free(&equal);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("sample");
    tcase_add_loop_test(new_case(s, "parts"), test_parts, 0, 4);
    tcase_add_loop_test(new_case(s, "error"), test_error, 0, 4);
    tcase_add_test(new_case(s, "buckets"), test_buckets);
    tcase_add_test(new_case(s, "ends"), test_ends);
    tcase_add_test(new_case(s, "outliers"), test_outliers);
    return s;
}
