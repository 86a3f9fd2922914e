/* unit.h - what every suite of unit tests shares. A suite is one program: tests/unit/test_NAME.c
 * defines unit_suite(). */
#ifndef UNIT_H
#define UNIT_H

#include <check.h>
#include <stdio.h>

#include "base/str.h"

/* The suite of this program; unit.c's main runs it and ends with the line "N passed, N failed". */
Suite *unit_suite(void);

/* A test case that already stands in its suite: one that is made but never added would never run.
 */
static inline TCase *new_case(Suite *s, const char *name)
{
    TCase *c = tcase_create(name);
    tcase_set_timeout(c, 60);
    suite_add_tcase(s, c);
    return c;
}

/* Compares a slice with a C string. */
#define ck_assert_str_is(slice, text)                                                              \
    do {                                                                                           \
        struct str got_ = (slice);                                                                 \
        const char *want_ = (text);                                                                \
        ck_assert_msg(got_.n == strlen(want_) && memcmp(got_.n ? got_.p : "", want_, got_.n) == 0, \
                      "got '%.*s', expected '%s'", STR_ARG(got_), want_);                          \
    } while (0)

/* The number of rows of a table of cases, for tcase_add_loop_test(). */
#define ROWS(table) (int)(sizeof(table) / sizeof *(table))

#endif
