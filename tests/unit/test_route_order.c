/* Suite of measure/route_order.h: the order of paths against that of their texts, which are made
 * here, with names that begin alike, names that hold " > ", and paths of which one is another's
 * beginning. */
#include "measure/route_order.h"

#include <stdlib.h>

#include "unit.h"

enum { NAMES = 12, ROUTES = 300, STEPS = 40, TEXT = 2000 };

/* Of the second set no name holds " > ", of the third one does. The last ones sort around it. */
static const char *const names[][NAMES] = {
    { "ad", "banner", "cart", "mail", "order", "page", "phone", "search", "shop", "ticket", "visit",
      "wish" },
    { "a", "a ", "a !", "a ?", "a =", "ab", "b", "b a", "b b", "c", "d", "" },
    { "a", "a > b", "b", "a >", "a > ", "c", "c > a", "d", "e", "f", "g", "h" },
};

struct made {
    uint64_t journeys;
    struct route route;
    uint32_t path[STEPS];
    char text[TEXT];
};

static unsigned below(uint64_t *seed, unsigned n)
{
    *seed = *seed * UINT64_C(6364136223846793005) + 1442695040888963407u;
    return (unsigned)(*seed >> 33) % n;
}

/* Half of the paths are long and alike at their beginning: their heads say nothing. */
static void make(struct made *m, const char *const *of, uint32_t number, uint64_t *seed)
{
    unsigned alike = below(seed, 2) ? 12 + below(seed, 8) : 0;
    m->journeys = 1 + below(seed, 3);
    m->route = (struct route){ m->journeys, m->path, below(seed, 4) + alike, number };
    for (size_t i = 0; i < m->route.length; i++) {
        m->path[i] = i < alike ? 3 : below(seed, NAMES);
        strcat(m->text, i ? " > " : "");
        strcat(m->text, of[m->path[i]]);
    }
}

START_TEST(test_order)
{
    uint64_t seed = (uint64_t)_i;
    const char *const *of = names[_i % 3];
    struct touchpoint touchpoints[NAMES] = { 0 };
    struct world w = { .touchpoints = touchpoints, .ntouchpoints = NAMES };
    for (size_t i = 0; i < NAMES; i++)
        touchpoints[i].name = str_c(of[i]);
    struct made *made = mem_zero(ROUTES, sizeof *made);
    struct route list[ROUTES];
    for (size_t i = 0; i < ROUTES; i++) {
        make(&made[i], of, (uint32_t)i, &seed);
        list[i] = made[i].route;
    }
    routes_sort(list, ROUTES, &w);
    bool seen[ROUTES] = { false };
    for (size_t i = 0; i < ROUTES; i++) {
        seen[list[i].number] = true;
        if (!i)
            continue;
        const struct made *a = &made[list[i - 1].number], *b = &made[list[i].number];
        ck_assert_uint_ge(a->journeys, b->journeys);
        if (a->journeys == b->journeys)
            ck_assert_int_le(strcmp(a->text, b->text), 0);
    }
    for (size_t i = 0; i < ROUTES; i++)
        ck_assert(seen[i]);
    free(made);
}
END_TEST

/* A project whose sources hold no event of anybody. */
START_TEST(test_nothing)
{
    struct world w = { 0 };
    struct route one = { 0 };
    routes_sort(NULL, 0, &w);
    routes_sort(&one, 1, &w); /* the empty path */
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("route_order");
    tcase_add_loop_test(new_case(s, "against texts"), test_order, 0, 60);
    tcase_add_test(new_case(s, "nothing"), test_nothing);
    return s;
}
