/* change.c - see change.h. */
#include "measure/change.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#define Z95 1.959963984540054

enum { SAMPLE_LEAST = 8 };

static struct comparison nothing(void)
{
    return (struct comparison){ NAN, NAN, NAN, NAN, NAN, NAN, "" };
}

static double two_sided(double z)
{
    return erfc(fabs(z) / sqrt(2));
}

static double hypotenuse(double x, double y)
{
    return sqrt(x * x + y * y);
}

struct comparison compare_rates(uint64_t ka, uint64_t na, uint64_t kb, uint64_t nb)
{
    struct comparison c = nothing();
    struct cell la, ua, lb, ub;
    if (na == 0 || nb == 0)
        return c;
    wilson(ka, na, &la, &ua);
    wilson(kb, nb, &lb, &ub);
    double pa = (double)ka / (double)na, pb = (double)kb / (double)nb;
    c.difference = pb - pa;
    c.low = c.difference - hypotenuse(pb - lb.d, ua.d - pa);
    c.high = c.difference + hypotenuse(ub.d - pb, pa - la.d);
    c.effect = 2 * asin(sqrt(pb)) - 2 * asin(sqrt(pa));
    double pooled = ((double)ka + (double)kb) / ((double)na + (double)nb);
    double variance = pooled * (1 - pooled) * (1 / (double)na + 1 / (double)nb);
    if (variance <= 0)
        return c;
    c.statistic = c.difference / sqrt(variance);
    c.p = two_sided(c.statistic);
    c.test = "two proportions";
    return c;
}

struct comparison compare_counts(uint64_t a, double ta, uint64_t b, double tb)
{
    assert(ta > 0 && tb > 0);
    struct comparison c = nothing();
    double x = (double)a, y = (double)b;
    c.difference = y - x;
    if (a == 0 && b == 0)
        return c;
    if (a == 0 || b == 0) {
        double seen = a ? ta : tb; /* all fell there */
        c.p = fmin(1, 2 * pow(seen / (ta + tb), x + y));
        c.effect = a ? 0 : NAN;
        c.test = "poisson, exact";
        return c;
    }
    double log_ratio = log(y / tb) - log(x / ta), error = sqrt(1 / x + 1 / y);
    c.effect = exp(log_ratio);
    c.low = exp(log_ratio - Z95 * error);
    c.high = exp(log_ratio + Z95 * error);
    c.statistic = log_ratio / error;
    c.p = two_sided(c.statistic);
    c.test = "poisson";
    return c;
}

/* Twice the pairs in which b is above a, ties once; and the sum of t^3 - t over groups of ties. */
static void count_pairs(const struct sample *a, const struct sample *b, double *twice, double *ties)
{
    size_t i = 0, k = 0;
    *twice = *ties = 0;
    while (i < a->n || k < b->n) {
        bool from_a = k == b->n || (i < a->n && a->values[i] <= b->values[k]);
        int64_t value = from_a ? a->values[i] : b->values[k];
        size_t below = i, in_a = 0, in_b = 0;
        for (; i < a->n && a->values[i] == value; i++)
            in_a++;
        for (; k < b->n && b->values[k] == value; k++)
            in_b++;
        double t = (double)in_a + (double)in_b;
        *twice += (double)in_b * (2 * (double)below + (double)in_a);
        *ties += t * t * t - t;
    }
}

struct comparison compare_samples(const struct sample *a, const struct sample *b)
{
    struct comparison c = nothing();
    if (a->n == 0 || b->n == 0)
        return c;
    double twice, ties, na = (double)a->n, nb = (double)b->n, n = na + nb;
    count_pairs(a, b, &twice, &ties);
    c.difference = (double)sample_percentile(b, 0.5).i - (double)sample_percentile(a, 0.5).i;
    c.effect = twice / 2 / (na * nb);
    double variance = na * nb / 12 * (n + 1 - ties / (n * (n - 1)));
    if (a->n < SAMPLE_LEAST || b->n < SAMPLE_LEAST || variance <= 0)
        return c;
    c.statistic = (twice / 2 - na * nb / 2) / sqrt(variance);
    c.p = two_sided(c.statistic);
    c.test = "mann-whitney";
    return c;
}

static int by_p(const void *x, const void *y)
{
    double a = **(const double *const *)x, b = **(const double *const *)y;
    return (a > b) - (a < b);
}

void adjust_p(const double *p, size_t n, double *adjusted)
{
    const double **order = mem_take(n * sizeof *order);
    double *made = mem_take(n * sizeof *made);
    size_t m = 0;
    for (size_t i = 0; i < n; i++) {
        made[i] = NAN;
        if (!isnan(p[i]))
            order[m++] = &p[i];
    }
    qsort(order, m, sizeof *order, by_p);
    double least = 1;
    for (size_t i = m; i-- > 0;) {
        double q = *order[i] * (double)m / (double)(i + 1);
        least = q < least ? q : least;
        made[order[i] - p] = least;
    }
    if (n)
        memcpy(adjusted, made, n * sizeof *made);
    free(made);
    free(order);
}
