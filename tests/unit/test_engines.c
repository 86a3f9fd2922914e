/* test_engines.c - `--engine plain` and the fast one give the same verdicts: a million patterns on
 * lines, chosen by numbers that are random but the same every time. The plain engine is PCRE2
 * alone.
 *
 * CHECKS=50000000 build/unit/engines tries as many; SEED=2 others.
 */
#include "unit.h"

#include "engine_pairs.h"

static uint64_t number_of(const char *name, uint64_t usual)
{
    const char *given = getenv(name);
    return given ? strtoull(given, NULL, 10) : usual;
}

START_TEST(test_engines)
{
    uint64_t wanted = number_of("CHECKS", 1000000);
    uint32_t x = (uint32_t)number_of("SEED", 1) * 2654435761u | 1;
    struct pair_counts counts = { 0 };
    for (uint64_t set = 0; counts.checks < wanted; set++) {
        uint8_t bytes[2000];
        struct str line = { 0 };
        for (size_t i = 0; i < sizeof bytes; i++)
            bytes[i] = (uint8_t)(pair_random(&x) >> 11);
        bool same = engines_agree(bytes, sizeof bytes, 600, &counts, &line);
        ck_assert_msg(same, "the engines differ in set %llu on '%.*s'", (unsigned long long)set,
                      STR_ARG(line));
    }
    printf("%llu checks of a pattern on a line, %llu matches; %llu patterns, of which %llu are "
           "filtered\n",
           (unsigned long long)counts.checks, (unsigned long long)counts.matches,
           (unsigned long long)counts.patterns, (unsigned long long)counts.helped);
    fflush(stdout);
    /* The test would say little if nothing ever matched, or no pattern had a literal. */
    ck_assert(counts.matches > wanted / 100);
    ck_assert(counts.helped > counts.patterns / 3);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("engines");
    TCase *c = new_case(s, "same verdicts");
    tcase_set_timeout(c, 36000);
    tcase_add_test(c, test_engines);
    return s;
}
