/* test_progress.c - the line that says how far the reading is; expected texts worked out by hand.
 */
#include "unit.h"

#include "base/clock.h"
#include "ingest/progress.h"

static const struct {
    struct progress p;
    size_t columns;
    const char *line;
} lines[] = {
    /* a quarter of it in 10 s: three times as long is left */
    { { 50000000, 200000000, 20000000, 10 * SECOND },
      160,
      "50.0 of 200.0 MB, 25 %, 2.00 million lines/s, 30 s left" },
    { { 50000000, 200000000, 20000000, 10 * SECOND }, 22, "50.0 of 200.0 MB, 25 %" },
    { { 50000000, 200000000, 20000000, 10 * SECOND }, 0, "" },
    /* the unit is the total's */
    { { 250000, 1000000000, 5000, SECOND / 10 },
      160,
      "0.0 of 1.0 GB, 0 %, 0.05 million lines/s, 6 min 40 s left" },
    { { 1200, 999999, 8, SECOND / 2 },
      160,
      "1.2 of 1000.0 kB, 0 %, 0.00 million lines/s, 6 min 56 s left" },
    { { UINT64_C(1500000000000), UINT64_C(3000000000000), UINT64_C(6000000000), 3661 * SECOND },
      160,
      "1.5 of 3.0 TB, 50 %, 1.64 million lines/s, 1 h 01 min left" },
    /* no total */
    { { 12345678, 0, 3000000, 2 * SECOND }, 160, "12.3 MB, 1.50 million lines/s" },
    { { 0, 0, 0, 2 * SECOND }, 160, "0.0 kB, 0.00 million lines/s" },
    /* nothing read yet: no time can be told */
    { { 0, 2000000, 0, SECOND }, 160, "0.0 of 2.0 MB, 0 %, 0.00 million lines/s" },
    { { 1000000, 2000000, 0, 0 }, 160, "1.0 of 2.0 MB, 50 %, 0 s left" },
    /* a file that grew */
    { { 3000000, 2000000, 4000000, SECOND },
      160,
      "2.0 of 2.0 MB, 100 %, 4.00 million lines/s, 0 s left" },
    { { 1, UINT64_MAX, 1, INT64_MAX },
      160,
      "0.0 of 18446744.1 TB, 0 %, 0.00 million lines/s, 277777 h 46 min left" },
};

START_TEST(says_how_far)
{
    char text[PROGRESS_LINE];
    size_t n = progress_line(&lines[_i].p, lines[_i].columns, text);
    ck_assert_str_is(((struct str){ text, n }), lines[_i].line);
    ck_assert_uint_eq(strlen(text), n);
}
END_TEST

START_TEST(counts_what_it_is_given)
{
    struct counted c = { 0 };
    counted_add(&c, 100, 3);
    counted_add(&c, 0, 0);
    counted_add(&c, 11, 4);
    ck_assert_uint_eq(atomic_load(&c.bytes), 111);
    ck_assert_uint_eq(atomic_load(&c.records), 7);
}
END_TEST

static void note(void *ctx, const struct progress *p)
{
    *(struct progress *)ctx = *p;
}

/* Files of known size, and one that is not there; with a pipe or standard input there is no total.
 */
START_TEST(knows_the_total)
{
    static const struct {
        const char *paths[3];
        uint64_t total;
    } cases[] = {
        { { "/dev/fd/3", "/dev/fd/3", "/nowhere/at-all" }, 2000 },
        { { "/dev/fd/3", "-", NULL }, 0 },
        { { "/dev/fd/3", "/dev/null", NULL }, 0 },
        { { NULL }, 0 },
    };
    FILE *file = tmpfile();
    ck_assert(file);
    for (int i = 0; i < 1000; i++)
        fputc('x', file);
    fflush(file);
    char path[32];
    snprintf(path, sizeof path, "/dev/fd/%d", fileno(file));
    struct input list[3] = { 0 };
    struct inputs in = { .list = list };
    for (; in.n < 3 && cases[_i].paths[in.n]; in.n++) {
        const char *name = cases[_i].paths[in.n];
        list[in.n].path = str_c(strcmp(name, "/dev/fd/3") == 0 ? path : name);
    }
    struct progress said = { 0 };
    struct meter m;
    meter_start(&m, note, &said, &in);
    ck_assert(!meter_due(&m));
    meter_show(&m, 5, 6);
    ck_assert_uint_eq(said.total, cases[_i].total);
    ck_assert_uint_eq(said.bytes, 5);
    ck_assert_uint_eq(said.records, 6);
    ck_assert_int_ge(said.elapsed, 0);
    meter_start(&m, NULL, NULL, &in);
    m.due = INT64_MIN;
    ck_assert(!meter_due(&m));
    fclose(file);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("progress");
    tcase_add_loop_test(new_case(s, "line"), says_how_far, 0, ROWS(lines));
    TCase *meter = new_case(s, "meter");
    tcase_add_test(meter, counts_what_it_is_given);
    tcase_add_loop_test(meter, knows_the_total, 0, 4);
    return s;
}
