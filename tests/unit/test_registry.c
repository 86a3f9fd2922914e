/* test_registry.c - the list of measures: each is found, says what it shows, and can be chosen. */
#include "unit.h"

#include "measure/measure.h"

START_TEST(test_choice)
{
    struct choice c = choice_default();
    struct str unknown;
    for (size_t i = 0; measures[i]; i++)
        ck_assert_int_eq(c.of[i], !measures[i]->on_request);
    ck_assert(choice_add_list(&c, STR("paths, events"), &unknown));
    for (size_t i = 0; measures[i]; i++)
        if (strcmp(measures[i]->name, "events") == 0)
            ck_assert(c.of[i]);
    ck_assert(!choice_add_list(&c, STR("paths,event"), &unknown));
    ck_assert(str_eq(unknown, STR("event")));
    ck_assert(choice_add_list(&c, STR("all"), &unknown));
    for (size_t i = 0; measures[i]; i++)
        ck_assert(c.of[i]);
}
END_TEST

START_TEST(test_registry)
{
    for (size_t i = 0; measures[i]; i++) {
        const struct measure *m = measures[i];
        ck_assert_ptr_eq(measure_find(m->name), m);
        ck_assert(m->question[0] && m->population[0] && m->ncolumns);
        for (size_t c = 0; c < m->ncolumns; c++) {
            ck_assert_msg(m->columns[c].what[0], "%s.%s says nothing", m->name, m->columns[c].name);
            for (size_t d = 0; d < c; d++)
                ck_assert_str_ne(m->columns[c].name, m->columns[d].name);
        }
    }
    ck_assert_ptr_null(measure_find("nothing"));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("registry");
    TCase *c = new_case(s, "registry");
    tcase_add_test(c, test_choice);
    tcase_add_test(c, test_registry);
    return s;
}
