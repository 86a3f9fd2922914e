/* change.h - the same figure of two periods, a and b: how far apart, how sure.
 *
 * In:      counts, rates as k of n, samples.
 * Out:     difference, interval, test. What says nothing is NAN: a test of nothing, a ratio to 0.
 * Threads: pure.
 * Sources: definitions.md 2.20, A35, A57, A61.
 */
#ifndef MEASURE_CHANGE_H
#define MEASURE_CHANGE_H

#include "measure/measure.h"

struct comparison {
    double difference; /* b - a */
    double low, high;  /* 95 % interval: of the difference of rates, of the ratio of counts */
    double effect;     /* see each function */
    double statistic;  /* z */
    double p;          /* two-sided */
    const char *test;  /* what gave p; "" when there is none */
};

/* Rates ka of na and kb of nb, k <= n. Test: two proportions, pooled z, no continuity correction.
 * Interval: Newcombe's hybrid score method (1998, method 10). Effect: Cohen's h,
 * 2 asin(sqrt(pb)) - 2 asin(sqrt(pa)). With an n of 0 all is NAN; where both rates are 0 or both 1
 * there is no p. */
struct comparison compare_rates(uint64_t ka, uint64_t na, uint64_t kb, uint64_t nb);

/* Counts a and b of events that come one by one, seen for lengths of time ta and tb (above 0, any
 * unit). Effect: the ratio of the rates, (b / tb) / (a / ta). Interval: of the ratio, Wald on its
 * logarithm; test: the same, so that p is below 0.05 where the interval does not hold 1. When one
 * count is 0 it has no logarithm: then the test is the exact one (given a + b, b is binomial), the
 * tail doubled, and there is no interval. */
struct comparison compare_counts(uint64_t a, double ta, uint64_t b, double tb);

/* Sorted samples. Test: Mann-Whitney U, normal with the correction for ties, no correction for
 * continuity; no test where one has fewer than 8 values. Difference: of the medians. Effect: the
 * probability that a value of b is above one of a, ties count half. No interval. */
struct comparison compare_samples(const struct sample *a, const struct sample *b);

/* Benjamini and Hochberg (1995): p[n] to adjusted[n], which may be p. NAN are no tests and stay. */
void adjust_p(const double *p, size_t n, double *adjusted);

#endif
