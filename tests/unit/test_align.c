/* test_align.c - deviations of a path from a model, worked out by hand. A letter is a touchpoint;
 * of the operations: = step, + extra, - skip, x swap.
 */
#include "measure/align.h"
#include "unit.h"

static const struct {
    const char *path, *model;
    bool on_its_way;
    const char *ops;
} cases[] = {
    { "abc", "abc", false, "===" },
    { "", "abc", false, "---" },
    { "abc", "", false, "+++" },
    { "", "", false, "" },
    { "ac", "abc", false, "=-=" },
    { "abxc", "abc", false, "==+=" },
    { "acb", "abc", false, "=x" },
    { "bac", "abc", false, "x=" },
    { "aabc", "abc", false, "+===" },
    { "xyz", "abc", false, "---+++" },
    { "cab", "abc", false, "+==-" },
    { "aa", "aa", false, "==" },
    /* on its way: what comes later is not left out */
    { "a", "abc", true, "=" },
    { "a", "abc", false, "=--" },
    { "ab", "abc", true, "==" },
    { "ac", "abc", true, "=-=" },
    { "ax", "abc", true, "=+" },
    { "", "abc", true, "" },
    { "ba", "abc", true, "x" },
};

START_TEST(test_ops)
{
    static const char signs[] = {
        [ALIGN_STEP] = '=', [ALIGN_EXTRA] = '+', [ALIGN_SKIP] = '-', [ALIGN_SWAP] = 'x'
    };
    uint32_t path[8], model[8];
    struct align_op ops[16];
    struct align_room room = { NULL, 0 };
    char got[17] = "";
    size_t n = strlen(cases[_i].path), m = strlen(cases[_i].model);
    for (size_t i = 0; i < n; i++)
        path[i] = (uint32_t)cases[_i].path[i];
    for (size_t i = 0; i < m; i++)
        model[i] = (uint32_t)cases[_i].model[i];
    size_t count = align(&room, path, n, model, m, cases[_i].on_its_way, ops);
    for (size_t i = 0; i < count; i++)
        got[i] = signs[ops[i].kind];
    ck_assert_msg(strcmp(got, cases[_i].ops) == 0, "%s to %s: %s, expected %s", cases[_i].path,
                  cases[_i].model, got, cases[_i].ops);
    align_free(&room);
}
END_TEST

/* The longest that are allowed. */
START_TEST(test_longest)
{
    static uint32_t path[ALIGN_MAX], model[ALIGN_MAX];
    static struct align_op ops[2 * ALIGN_MAX];
    struct align_room room = { NULL, 0 };
    for (uint32_t i = 0; i < ALIGN_MAX; i++) {
        path[i] = i;
        model[i] = i + ALIGN_MAX;
    }
    ck_assert_uint_eq(align(&room, path, ALIGN_MAX, model, ALIGN_MAX, false, ops), 2 * ALIGN_MAX);
    ck_assert_uint_eq(align(&room, path, ALIGN_MAX, path, ALIGN_MAX, false, ops), ALIGN_MAX);
    align_free(&room);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("align");
    tcase_add_loop_test(new_case(s, "operations"), test_ops, 0, ROWS(cases));
    tcase_add_test(new_case(s, "longest"), test_longest);
    return s;
}
