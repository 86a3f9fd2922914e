/* test_csv_out.c - exact bytes of the CSV writer. Expectations worked out by hand from RFC 4180 and
 * report.h. */
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "report/report.h"
#include "unit.h"

/* Rows through the writer to memory; the caller frees. */
static struct str written(const struct column *columns, size_t ncolumns, const struct cell *cells,
                          size_t nrows, enum csv_profile profile)
{
    char *text = NULL;
    size_t size = 0;
    FILE *f = open_memstream(&text, &size);
    struct csv_out *c = csv_out_new(f, columns, ncolumns, profile);
    struct sink sink = csv_out_sink(c);
    for (size_t i = 0; i < nrows; i++)
        ck_assert(sink.row(sink.ctx, cells + i * ncolumns));
    ck_assert(csv_out_free(c));
    fclose(f);
    return (struct str){ text, size };
}

static void check_cell(enum unit unit, struct cell cell, const char *plain, const char *excel)
{
    struct column column = { "x", unit, "" };
    char want[600];
    struct str got = written(&column, 1, &cell, 1, CSV_PLAIN);
    snprintf(want, sizeof want, "x\n%s\n", plain);
    ck_assert_str_is(got, want);
    free((char *)got.p);
    got = written(&column, 1, &cell, 1, CSV_EXCEL);
    snprintf(want, sizeof want, "\xef\xbb\xbf\"x\"\r\n%s\r\n", excel);
    ck_assert_str_is(got, want);
    free((char *)got.p);
}

static const struct {
    enum unit unit;
    int64_t i;
    const char *want;
} integers[] = {
    { UNIT_COUNT, 0, "0" },
    { UNIT_COUNT, 1234567, "1234567" },
    { UNIT_COUNT, INT64_MAX, "9223372036854775807" },
    { UNIT_COUNT, INT64_MIN, "-9223372036854775808" },
    { UNIT_MICROS, 12500000, "12.5" },
    { UNIT_MICROS, -500000, "-0.5" },
    { UNIT_MICROS, 1, "0.000001" },
    { UNIT_MICROS, 100000000, "100" },
    { UNIT_MICROS, INT64_MIN, "-9223372036854.775808" },
    { UNIT_SECONDS, 61500000, "61.5" },
    { UNIT_SECONDS, 0, "0" },
    { UNIT_FLAG, 0, "no" },
    { UNIT_FLAG, 1, "yes" },
};

START_TEST(test_integers)
{
    check_cell(integers[_i].unit, cell_i(integers[_i].i), integers[_i].want, integers[_i].want);
}
END_TEST

START_TEST(test_times)
{
    const int64_t second = INT64_C(1788220801) * SECOND;
    check_cell(UNIT_TIME, cell_i(second), "2026-09-01T00:00:01Z", "2026-09-01 00:00:01");
    check_cell(UNIT_TIME, cell_i(second + 500000), "2026-09-01T00:00:01.5Z",
               "2026-09-01 00:00:01.5");
}
END_TEST

static const struct {
    enum unit unit;
    double d;
    const char *want;
} doubles[] = {
    { UNIT_SHARE, 1.0 / 3, "0.333333" },
    { UNIT_SHARE, 2.0 / 3, "0.666667" },
    { UNIT_SHARE, 0, "0" },
    { UNIT_SHARE, 1, "1" },
    { UNIT_SHARE, 0.5, "0.5" },
    { UNIT_SHARE, 1e-9, "0" },
    { UNIT_SHARE, 0.9999999, "1" },
    { UNIT_NUMBER, 0, "0" },
    { UNIT_NUMBER, -0.0, "0" },
    { UNIT_NUMBER, 2.5, "2.5" },
    { UNIT_NUMBER, -2.5, "-2.5" },
    { UNIT_NUMBER, 1.0 / 3, "0.333333" },
    { UNIT_NUMBER, 10.0 / 3, "3.33333" },
    { UNIT_NUMBER, 1.0 / 3000, "0.000333333" },
    { UNIT_NUMBER, 1e-9, "0.000000001" },
    { UNIT_NUMBER, 1e-30, "0" },
    { UNIT_NUMBER, 999999.96, "1000000" },
    { UNIT_NUMBER, 1234567.8, "1234568" },
    { UNIT_NUMBER, 1e20, "100000000000000000000" },
    { UNIT_NUMBER, INFINITY, "" },
    { UNIT_NUMBER, NAN, "" },
    { UNIT_SHARE, NAN, "" },
};

START_TEST(test_doubles)
{
    check_cell(doubles[_i].unit, cell_d(doubles[_i].d), doubles[_i].want, doubles[_i].want);
}
END_TEST

static const struct {
    struct str text;
    const char *plain, *excel;
} texts[] = {
    { { "", 0 }, "", "\"\"" },
    { { NULL, 0 }, "", "\"\"" },
    { { "page", 4 }, "page", "\"page\"" },
    { { "a b > c;d", 9 }, "a b > c;d", "\"a b > c;d\"" },
    { { "a,b", 3 }, "\"a,b\"", "\"a,b\"" },
    { { "a\"b", 3 }, "\"a\"\"b\"", "\"a\"\"b\"" },
    { { "\"", 1 }, "\"\"\"\"", "\"\"\"\"" },
    { { "a\nb", 3 }, "\"a\nb\"", "\"a\nb\"" },
    { { "a\rb", 3 }, "\"a\rb\"", "\"a\rb\"" },
    { { "=1+2", 4 }, "'=1+2", "\"'=1+2\"" },
    { { "+49", 3 }, "'+49", "\"'+49\"" },
    { { "-1", 2 }, "'-1", "\"'-1\"" },
    { { "@x", 2 }, "'@x", "\"'@x\"" },
    { { "\tx", 2 }, "'\tx", "\"'\tx\"" },
    { { "\rx", 2 }, "\"'\rx\"", "\"'\rx\"" },
    { { "a=1", 3 }, "a=1", "\"a=1\"" },
    { { "=\",", 3 }, "\"'=\"\",\"", "\"'=\"\",\"" },
    { { "gr\xc3\xbc\xc3\x9f", 6 }, "gr\xc3\xbc\xc3\x9f", "\"gr\xc3\xbc\xc3\x9f\"" },
    { { "\xf0\x9f\x98\x80", 4 }, "\xf0\x9f\x98\x80", "\"\xf0\x9f\x98\x80\"" },
    { { "a\xff\x62", 3 }, "a\xef\xbf\xbd\x62", "\"a\xef\xbf\xbd\x62\"" },
    { { "a\xc3", 2 }, "a\xef\xbf\xbd", "\"a\xef\xbf\xbd\"" },
    { { "\xc0\x80", 2 }, "\xef\xbf\xbd\xef\xbf\xbd", "\"\xef\xbf\xbd\xef\xbf\xbd\"" },
    { { "a\0b", 3 },
      "a\xef\xbf\xbd"
      "b",
      "\"a\xef\xbf\xbd"
      "b\"" },
    { { "\0", 1 }, "\xef\xbf\xbd", "\"\xef\xbf\xbd\"" },
    { { "\xff\"\xff", 3 }, "\"\xef\xbf\xbd\"\"\xef\xbf\xbd\"", "\"\xef\xbf\xbd\"\"\xef\xbf\xbd\"" },
};

START_TEST(test_texts)
{
    check_cell(UNIT_TEXT, cell_text(texts[_i].text), texts[_i].plain, texts[_i].excel);
}
END_TEST

START_TEST(test_rows)
{
    static const struct column columns[] = { { "name", UNIT_TEXT, "" },
                                             { "n", UNIT_COUNT, "" },
                                             { "when", UNIT_TIME, "" } };
    struct cell cells[] = { cell_c("a"),  cell_i(1),    cell_blank(),
                            cell_blank(), cell_blank(), cell_blank() };
    struct str got = written(columns, 3, cells, 2, CSV_PLAIN);
    ck_assert_str_is(got, "name,n,when\na,1,\n,,\n");
    free((char *)got.p);
    got = written(columns, 3, cells, 2, CSV_EXCEL);
    ck_assert_str_is(got, "\xef\xbb\xbf\"name\",\"n\",\"when\"\r\n\"a\",1,\r\n,,\r\n");
    free((char *)got.p);
}
END_TEST

/* As Excel with German settings reads it: LibreOffice 7.4 with these takes the four for numbers and
 * a time. */
START_TEST(test_semicolon)
{
    static const struct column columns[] = { { "name", UNIT_TEXT, "" },
                                             { "share", UNIT_SHARE, "" },
                                             { "mean", UNIT_NUMBER, "" },
                                             { "took", UNIT_SECONDS, "" },
                                             { "when", UNIT_TIME, "" } };
    struct cell cells[] = { cell_c("a;b 1.5"), cell_d(0.25), cell_d(1234.5), cell_i(1500000),
                            cell_i(INT64_C(1788220801) * SECOND + 500000) };
    struct str got = written(columns, 5, cells, 1, CSV_EXCEL_SEMICOLON);
    ck_assert_str_is(got, "\xef\xbb\xbf\"name\";\"share\";\"mean\";\"took\";\"when\"\r\n"
                          "\"a;b 1.5\";0,25;1234,5;1,5;2026-09-01 00:00:01,5\r\n");
    free((char *)got.p);
}
END_TEST

/* Texts of all lengths around the buffer's end, and one longer than it. */
START_TEST(test_long)
{
    static const struct column columns[] = { { "x", UNIT_TEXT, "" }, { "t", UNIT_TIME, "" } };
    const size_t size = (size_t)(1 << 20) - 8 + 2 * (size_t)_i;
    char *text = malloc(3 * size);
    memset(text, '"', 3 * size);
    struct cell cells[] = { cell_text((struct str){ text, size / 2 }), cell_i(0),
                            cell_text((struct str){ text, 3 * size }), cell_i(0) };
    struct str got = written(columns, 2, cells, 2, CSV_PLAIN);
    const char *time = ",1970-01-01T00:00:00Z\n";
    size_t first = 2 * (size / 2) + 2, second = 6 * size + 2;
    ck_assert_uint_eq(got.n, 4 + first + second + 2 * strlen(time));
    ck_assert(memcmp(got.p + 4 + first, time, strlen(time)) == 0);
    ck_assert(memcmp(got.p + got.n - strlen(time), time, strlen(time)) == 0);
    size_t quotes = 0;
    for (size_t i = 0; i < got.n; i++)
        quotes += got.p[i] == '"';
    ck_assert_uint_eq(quotes, first + second);
    free((char *)got.p);
    free(text);
}
END_TEST

START_TEST(test_full_disk)
{
    FILE *full = fopen("/dev/full", "w");
    ck_assert_ptr_nonnull(full);
    struct column column = { "x", UNIT_TEXT, "" };
    struct csv_out *c = csv_out_new(full, &column, 1, CSV_PLAIN);
    struct sink sink = csv_out_sink(c);
    struct cell cell = cell_c("0123456789");
    bool refused = false; /* at the latest when two buffers are full */
    for (int i = 0; i < 300000 && !refused; i++)
        refused = !sink.row(sink.ctx, &cell);
    ck_assert(refused);
    ck_assert(!csv_out_free(c));
    fclose(full);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("csv_out");
    tcase_add_loop_test(new_case(s, "integers"), test_integers, 0, ROWS(integers));
    tcase_add_test(new_case(s, "times"), test_times);
    tcase_add_loop_test(new_case(s, "doubles"), test_doubles, 0, ROWS(doubles));
    tcase_add_loop_test(new_case(s, "texts"), test_texts, 0, ROWS(texts));
    tcase_add_test(new_case(s, "rows"), test_rows);
    tcase_add_test(new_case(s, "semicolon"), test_semicolon);
    tcase_add_loop_test(new_case(s, "long"), test_long, 0, 6);
    tcase_add_test(new_case(s, "full disk"), test_full_disk);
    return s;
}
