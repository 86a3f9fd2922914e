/* test_radix.c - sorting in place, against qsort(): numbers of all sizes and signs, runs of equal
 * numbers short and long, which go to whoever orders them.
 */
#include <stdlib.h>
#include <string.h>

#include "identity/radix.h"
#include "unit.h"

struct numbered {
    int64_t number;
    uint64_t second;
    uint64_t payload; /* must travel with its item */
};
_Static_assert(sizeof(struct numbered) == RADIX_ITEM, "an item");

static int told; /* what is handed to order_ties */

static int by_number(const void *x, const void *y)
{
    const struct numbered *a = x, *b = y;
    if (a->number != b->number)
        return a->number < b->number ? -1 : 1;
    return a->second < b->second ? -1 : a->second > b->second;
}

static int by_unsigned(const void *x, const void *y)
{
    const struct numbered *a = x, *b = y;
    if (a->number != b->number)
        return (uint64_t)a->number < (uint64_t)b->number ? -1 : 1;
    return by_number(x, y);
}

static void order_ties(void *ctx, void *list, size_t n)
{
    const struct numbered *items = list;
    ck_assert_uint_gt(n, 1);
    ck_assert_int_eq(items[0].number, items[n - 1].number);
    ck_assert_ptr_eq(ctx, &told);
    qsort(list, n, sizeof *items, by_number);
}

static uint64_t next_random(uint64_t *state)
{
    *state = *state * UINT64_C(6364136223846793005) + 1442695040888963407;
    return *state >> 20;
}

/* n items of which the numbers lie within `width` around 0. */
static void try(size_t n, uint64_t width, int workers)
{
    uint64_t seed = n * 31 + width;
    struct numbered *a = malloc((n + 1) * sizeof *a), *b = malloc((n + 1) * sizeof *b);
    for (size_t i = 0; i < n; i++) {
        int64_t number = (int64_t)(width ? next_random(&seed) % width : 0) - (int64_t)(width / 2);
        a[i] = (struct numbered){ number, i ^ (next_random(&seed) & 3) << 40, 0 };
        a[i].payload = (uint64_t)a[i].number * 3 + a[i].second;
    }
    memcpy(b, a, n * sizeof *a);
    qsort(b, n, sizeof *b, by_number);
    radix_sort(a, n, RADIX_SIGNED, order_ties, &told, workers);
    ck_assert(n == 0 || memcmp(a, b, n * sizeof *a) == 0);
    qsort(b, n, sizeof *b, by_unsigned);
    radix_sort(a, n, 0, order_ties, &told, workers);
    ck_assert(n == 0 || memcmp(a, b, n * sizeof *a) == 0);
    free(a);
    free(b);
}

START_TEST(sorts_as_qsort_does)
{
    static const size_t sizes[] = { 0, 1, 2, 23, 24, 25, 300, 70000 };
    static const uint64_t widths[] = { 0, 1, 2, 200, 70000, UINT64_C(1) << 43 };
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (size_t k = 0; k < sizeof widths / sizeof *widths; k++)
            try(sizes[i], widths[k], i % 2 ? 1 : 3);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("radix");
    TCase *t = tcase_create("radix");
    tcase_add_test(t, sorts_as_qsort_does);
    suite_add_tcase(s, t);
    return s;
}
