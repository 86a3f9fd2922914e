/* Expectations: worked out by hand: of the records below, how many fit and have a time. */
#include "unit.h"

#include <stdlib.h>

#include "ingest/recognise.h"

enum { F_TIME, F_MAIL, F_PAGE, FIELDS };

/* Three sources of the same three fields, one of each reader. */
struct sources {
    struct arena a;
    struct layout layouts[2], *tried[2];
    struct time_format times[2];
    struct str columns[FIELDS], paths[FIELDS], signs[2];
    uint32_t column_field[FIELDS];
    int32_t slot[FIELDS];
    struct identify identify;
    struct format lines, csv, json;
    struct source of_lines, of_csv, of_json;
};

static void setup(struct sources *s)
{
    *s = (struct sources){ .column_field = { F_TIME, F_MAIL, F_PAGE }, .slot = { 0, 1, 2 } };
    struct regex_fault fault;
    struct err e = { "" };
    ck_assert(layout_compile(STR("[%{time}] %{mail} %{page} %{}"), &s->a, &s->layouts[0], &fault));
    ck_assert(layout_compile(STR("[%{time}] %{mail}"), &s->a, &s->layouts[1], &fault));
    ck_assert(time_format_compile(STR("iso8601"), &s->a, &s->times[0], &e));
    ck_assert(time_format_compile(STR("%d/%m/%Y"), &s->a, &s->times[1], &e));
    s->tried[0] = &s->layouts[0];
    s->tried[1] = &s->layouts[1];
    struct str columns[] = { STR("time"), STR("mail"), STR("page") };
    struct str paths[] = { STR("time"), STR("user.mail"), STR("page") };
    memcpy(s->columns, columns, sizeof columns);
    memcpy(s->paths, paths, sizeof paths);
    s->identify = (struct identify){ .kind = ID_EMAIL, .fields = { F_MAIL }, .nfields = 1 };
    struct source base = { .columns = s->columns,
                           .column_field = s->column_field,
                           .ncolumns = FIELDS,
                           .nslots = FIELDS,
                           .slot = s->slot,
                           .time_field = F_TIME,
                           .times = s->times,
                           .ntimes = 2,
                           .identify = &s->identify,
                           .nidentify = 1 };
    s->lines = (struct format){
        .reader = READER_LINES, .layouts = s->tried, .nlayouts = 2, .recognise = s->signs
    };
    s->csv = (struct format){
        .reader = READER_CSV, .csv = { .header = true }, .recognise = s->signs, .nrecognise = 1
    };
    s->json =
        (struct format){ .reader = READER_JSON_LINES, .recognise = s->signs, .nrecognise = 1 };
    s->of_lines = s->of_csv = s->of_json = base;
    s->of_lines.format = &s->lines;
    s->of_csv.format = &s->csv;
    s->of_json.format = &s->json;
    s->of_json.columns = s->paths;
}

static void teardown(struct sources *s)
{
    layout_free(&s->layouts[0]);
    layout_free(&s->layouts[1]);
    arena_free(&s->a);
}

struct score {
    const char *head, *sign;
    double score;
    size_t fields;
};

static const struct score of_lines[] = {
    { "[2026-09-01T10:00:00Z] a@example.com\n", "", 1, 2 },
    { "[2026-09-01T10:00:00Z] a@example.com\n[01/09/2026] b@example.com /x y\n", "", 1, 3 },
    { "[2026-09-01T10:00:00Z] a\nnoise\n\n[2026-09-31] a\n[2026-09-01] b\n", "", 0.5, 2 },
    { "[2026-09-01T10:00:00Z] a\n[2026-09-0", "", 1, 2 }, /* the last one is cut */
    { "[2026-09-01T10:00:00Z] a", "", 1, 2 },             /* unless it is all there is */
    { "\xef\xbb\xbf[2026-09-01T10:00:00Z] a\n", "", 1, 2 },
    { "time,mail,page\n", "", 0, 0 },
    { "", "", 0, 0 },
    { "\n\n", "", 0, 0 },
    { "[2026-09-01] a /x y\n[2026-09-01] b\n", "page", 0.5, 3 }, /* the second has no page */
    { "[2026-09-01] a /x y\n[2026-09-01] b\n", "mail", 1, 3 },
    { "[2026-09-01] b\n", "page", 0, 2 },
};

static const struct score of_csv[] = {
    { "time,mail,page\n2026-09-01,a,b\n", "page", 1, 3 },
    { "Time;MAIL\n2026-09-01;a\n01/09/2026;a\n", "mail", 1, 2 },
    { "time,mail\n2026-09-01,a\n2026-09-01\nsoon,a\n2026-09-01,\"a\nb\"\n", "time", 0.5, 2 },
    { "time,mail\n2026-09-01,a\n2026-09-01,\"open\n", "time", 1, 2 },
    { "time,mail\n2026-09-01,a\n2026-0", "time", 1, 2 },
    { "time,mail,page\n", "page", 1, 3 },
    { "time,mail\n2026-09-01,a\n", "page", 0, 0 },
    { "time,page\n2026-09-01,a\n", "time", 0, 0 },
    { "{\"time\":\"2026-09-01\"}\n", "time", 0, 0 },
    { "", "time", 0, 0 },
};

static const struct score of_json[] = {
    { "{\"time\":\"2026-09-01\",\"user\":{\"mail\":\"a\"},\"page\":\"x\"}\n", "user.mail", 1, 3 },
    { "{\"time\":\"2026-09-01\"}\n{\"time\":\"soon\"}\n[]\n{\"time\":\"2026-09-02\",\"page\":1}\n",
      "page", 0.5, 2 },
    { "{\"time\":\"2026-09-01\"}\n{\"ti", "time", 1, 1 },
    { "{\"time\":\"2026-09-01\"}\n", "page", 0, 0 },
    { "{\"page\":\"2026-09-01\"}\n", "page", 0, 1 },
    { "time,mail\n", "time", 0, 0 },
    { "", "time", 0, 0 },
};

static void check_score(const struct score *c, enum reader_kind kind)
{
    struct sources s;
    setup(&s);
    s.signs[0] = str_c(c->sign);
    s.lines.nrecognise = c->sign[0] != '\0';
    const struct source *source = kind == READER_LINES ? &s.of_lines
                                  : kind == READER_CSV ? &s.of_csv
                                                       : &s.of_json;
    size_t fields = 99;
    ck_assert_double_eq_tol(recognise_score(source, str_c(c->head), NULL, &fields), c->score, 1e-9);
    ck_assert_uint_eq(fields, c->fields);
    teardown(&s);
}

START_TEST(test_lines)
{
    check_score(&of_lines[_i], READER_LINES);
}
END_TEST

START_TEST(test_csv)
{
    check_score(&of_csv[_i], READER_CSV);
}
END_TEST

START_TEST(test_json)
{
    check_score(&of_json[_i], READER_JSON_LINES);
}
END_TEST

/* What stands behind the first RECOGNISE_RECORDS records does not count. */
START_TEST(test_head_only)
{
    static const char *const good[] = { "[2026-09-01] a\n", "2026-09-01,a\n",
                                        "{\"time\":\"2026-09-01\"}\n" };
    struct sources s;
    setup(&s);
    s.signs[0] = STR("time");
    const struct source *sources[] = { &s.of_lines, &s.of_csv, &s.of_json };
    for (int k = 0; k < 3; k++) {
        char text[8000] = "";
        char *p = text + (k == 1 ? sprintf(text, "time,mail\n") : 0);
        for (int i = 0; i < RECOGNISE_RECORDS; i++)
            p += sprintf(p, "%s", good[k]);
        size_t n = (size_t)(p - text), fields;
        sprintf(p, "noise\nnoise\n");
        ck_assert_double_eq(recognise_score(sources[k], str_c(text), NULL, &fields), 1);
        memcpy(text + n - strlen(good[k]), "noise,no,noi\n", 13);
        ck_assert_double_lt(recognise_score(sources[k], str_c(text), NULL, &fields), 1);
    }
    teardown(&s);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("recognise");
    tcase_add_loop_test(new_case(s, "lines"), test_lines, 0, ROWS(of_lines));
    tcase_add_loop_test(new_case(s, "csv"), test_csv, 0, ROWS(of_csv));
    tcase_add_loop_test(new_case(s, "json"), test_json, 0, ROWS(of_json));
    tcase_add_test(new_case(s, "head only"), test_head_only);
    return s;
}
