/* test_change.c - two periods compared, against figures from elsewhere.
 *
 * Newcombe, "Interval estimation for the difference between independent proportions", Statistics in
 * Medicine 17 (1998), table II, method 10: the intervals, to four decimals. Benjamini and Hochberg,
 * J. R. Statist. Soc. B 57 (1995), section 3.2: the fifteen p, of which four stay below 0.05; the
 * adjusted ones worked out by hand, p * 15 / rank and the least of those above. z, p, h, the ratio
 * of counts and Mann-Whitney: worked out a second way in Python (chi-square of the four-fold table,
 * midranks, statistics.NormalDist).
 */
#include <math.h>

#include "measure/change.h"
#include "unit.h"

static const struct {
    uint64_t ka, na, kb, nb;
    double low, high, z, p, h;
} rates[] = {
    { 48, 80, 56, 70, 0.0524, 0.3339, 2.650171951, 0.008045081, 0.442143188 },
    { 3, 10, 9, 10, 0.1705, 0.8090, 2.738612788, 0.006169899, 1.338812064 },
    { 2, 7, 6, 7, 0.0582, 0.8062, 2.160246899, 0.030753561, 1.238513998 },
    { 0, 29, 5, 56, -0.0381, 0.1926, 1.658648869, 0.097186568, 0.606884911 },
    { 0, 10, 10, 10, 0.6075, 1.0000, 4.472135955, 0.000007744, 3.141592654 },
    { 56, 70, 48, 80, -0.3339, -0.0524, -2.650171951, 0.008045081, -0.442143188 },
};

START_TEST(test_rates)
{
    struct comparison c = compare_rates(rates[_i].ka, rates[_i].na, rates[_i].kb, rates[_i].nb);
    ck_assert_double_eq_tol(c.low, rates[_i].low, 5.1e-5);
    ck_assert_double_eq_tol(c.high, rates[_i].high, 5.1e-5);
    ck_assert_double_eq_tol(c.statistic, rates[_i].z, 1e-9);
    ck_assert_double_eq_tol(c.p, rates[_i].p, 1e-9);
    ck_assert_double_eq_tol(c.effect, rates[_i].h, 1e-9);
    ck_assert_str_eq(c.test, "two proportions");
}
END_TEST

START_TEST(test_rates_without_answer)
{
    struct comparison none = compare_rates(0, 0, 3, 5), same = compare_rates(0, 10, 0, 10);
    ck_assert(isnan(none.difference) && isnan(none.low) && isnan(none.p));
    ck_assert_str_eq(none.test, "");
    /* The same table of Newcombe: 0 of 10 and 0 of 10. */
    ck_assert_double_eq_tol(same.low, -0.2775, 5.1e-5);
    ck_assert_double_eq_tol(same.high, 0.2775, 5.1e-5);
    ck_assert(isnan(same.p));
    ck_assert(isnan(compare_rates(5, 5, 7, 7).p));
}
END_TEST

static const struct {
    uint64_t a, b;
    double ta, tb, ratio, low, high, z, p;
} counts[] = {
    { 100, 130, 1, 1, 1.3, 1.001666070, 1.687189025, 1.972479233, 0.048554925 },
    { 41, 15, 28010, 19017, 0.538863174, 0.298279229, 0.973495611, -2.048982693, 0.040463807 },
    { 3, 9, 184, 181, 3.049723757, 0.825643959, 11.264922243, 1.672576523, 0.094410692 },
};

START_TEST(test_counts)
{
    struct comparison c = compare_counts(counts[_i].a, counts[_i].ta, counts[_i].b, counts[_i].tb);
    ck_assert_double_eq_tol(c.effect, counts[_i].ratio, 1e-8);
    ck_assert_double_eq_tol(c.low, counts[_i].low, 1e-8);
    ck_assert_double_eq_tol(c.high, counts[_i].high, 1e-8);
    ck_assert_double_eq_tol(c.statistic, counts[_i].z, 1e-8);
    ck_assert_double_eq_tol(c.p, counts[_i].p, 1e-8);
    ck_assert_str_eq(c.test, "poisson");
}
END_TEST

/* Five coins that fall to the same side: 2 / 2^5; a third of the time: 2 * (1/3)^3. */
START_TEST(test_counts_of_nothing)
{
    struct comparison c = compare_counts(0, 10, 5, 10);
    ck_assert_double_eq_tol(c.p, 0.0625, 1e-12);
    ck_assert(isnan(c.effect) && isnan(c.low) && isnan(c.high));
    c = compare_counts(3, 10, 0, 20);
    ck_assert_double_eq_tol(c.p, 2.0 / 27, 1e-12);
    ck_assert_double_eq(c.effect, 0);
    ck_assert_double_eq(compare_counts(1, 10, 0, 10).p, 1);
    ck_assert(isnan(compare_counts(0, 10, 0, 10).p));
    ck_assert_double_eq(compare_counts(0, 10, 0, 10).difference, 0);
}
END_TEST

static const struct {
    int64_t a[9], b[9];
    size_t na, nb;
    double z, p, above, difference;
} pairs[] = {
    { { 1, 2, 3, 4, 5, 6, 7, 8 },
      { 5, 6, 7, 8, 9, 10, 11, 12 },
      8,
      8,
      2.527950265,
      0.011473060,
      0.875,
      4 },
    { { 1, 1, 2, 2, 3, 3, 3, 9, 9 },
      { 2, 2, 3, 3, 4, 4, 9, 10 },
      9,
      8,
      1.181046906,
      0.237584090,
      2.0 / 3,
      1 },
    { { 7, 7, 7, 7, 7, 7, 7, 7 }, { 7, 7, 7, 7, 7, 7, 7, 8 }, 8, 8, 1, 0.317310508, 0.5625, 0 },
    { { 5, 5, 5, 5, 5, 5, 5, 5 }, { 5, 5, 5, 5, 5, 5, 5, 5 }, 8, 8, NAN, NAN, 0.5, 0 },
    { { 1, 2, 3, 4, 5, 6, 7 }, { 5, 6, 7, 8, 9, 10, 11, 12 }, 7, 8, NAN, NAN, 51.5 / 56, 5 },
};

START_TEST(test_samples)
{
    struct sample a = { 0 }, b = { 0 };
    for (size_t i = 0; i < pairs[_i].na; i++)
        sample_add(&a, pairs[_i].a[i]);
    for (size_t i = 0; i < pairs[_i].nb; i++)
        sample_add(&b, pairs[_i].b[i]);
    sample_sort(&a);
    sample_sort(&b);
    struct comparison c = compare_samples(&a, &b), back = compare_samples(&b, &a);
    ck_assert_double_eq_tol(c.effect, pairs[_i].above, 1e-9);
    ck_assert_double_eq_tol(c.effect + back.effect, 1, 1e-12);
    ck_assert(isnan(pairs[_i].p) == isnan(c.p));
    if (!isnan(pairs[_i].p)) {
        ck_assert_double_eq_tol(c.statistic, pairs[_i].z, 1e-8);
        ck_assert_double_eq_tol(back.statistic, -pairs[_i].z, 1e-8);
        ck_assert_double_eq_tol(c.p, pairs[_i].p, 1e-8);
    }
    ck_assert_double_eq_tol(c.difference, pairs[_i].difference, 1); /* medians are whole */
    sample_free(&a);
    sample_free(&b);
}
END_TEST

START_TEST(test_adjust)
{
    /* Out of order, and with what is no test, which counts nowhere. */
    double p[] = { 0.0278, 0.0001, 0.0004, NAN,    0.0019, 0.0095, 0.0201, 0.0298,
                   0.0344, 0.0459, 0.3240, 0.4262, 0.5719, 0.6528, 0.7590, 1.000 };
    const double want[] = { 0.063857143, 0.0015,      0.003,       NAN,    0.0095, 0.035625,
                            0.0603,      0.063857143, 0.0645,      0.0765, 0.486,  0.581181818,
                            0.714875,    0.753230769, 0.813214286, 1 };
    adjust_p(p, sizeof p / sizeof *p, p);
    size_t below = 0;
    for (size_t i = 0; i < sizeof p / sizeof *p; i++) {
        ck_assert(isnan(want[i]) == isnan(p[i]));
        if (!isnan(want[i]))
            ck_assert_double_eq_tol(p[i], want[i], 1e-9);
        below += p[i] < 0.05;
    }
    ck_assert_uint_eq(below, 4);
    adjust_p(NULL, 0, NULL);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("change");
    TCase *c = new_case(s, "rates");
    tcase_add_loop_test(c, test_rates, 0, ROWS(rates));
    tcase_add_test(c, test_rates_without_answer);
    c = new_case(s, "counts");
    tcase_add_loop_test(c, test_counts, 0, ROWS(counts));
    tcase_add_test(c, test_counts_of_nothing);
    c = new_case(s, "samples");
    tcase_add_loop_test(c, test_samples, 0, ROWS(pairs));
    c = new_case(s, "adjust");
    tcase_add_test(c, test_adjust);
    return s;
}
