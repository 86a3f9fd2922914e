/* Expectations: worked out by hand from RFC 8259 (its grammar is quoted by each case's shape) and
 * json.h; tests/oracle/csv_json.py compares with Python's json module. */
#include "unit.h"

#include <stdlib.h>

#include "base/limits.h"
#include "ingest/json.h"

/* ---- what is JSON ---- */

#define TEXT(literal) literal, sizeof(literal) - 1

static const struct {
    const char *text;
    size_t n;
    bool good;
    size_t at; /* of the fault */
} grammar[] = {
    { TEXT("{}"), true, 0 },
    { TEXT(" \t\r\n{ } \n"), true, 0 },
    { TEXT("{\"a\":1}"), true, 0 },
    { TEXT("{\"a\" : [ 1 , 2 ] }"), true, 0 },
    { TEXT("{\"\":\"\"}"), true, 0 },
    { TEXT("{\"a\":-0}"), true, 0 },
    { TEXT("{\"a\":0.0e+00}"), true, 0 },
    { TEXT("{\"a\":123456789012345678901234567890}"), true, 0 },
    { TEXT("{\"a\":1E400}"), true, 0 },
    { TEXT("{\"a\":[[],{},[{}]]}"), true, 0 },
    { TEXT("{\"a\":true,\"b\":false,\"c\":null}"), true, 0 },
    { TEXT("{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u12aB\"}"), true, 0 },
    { TEXT("{\"a\":\"\x7f\"}"), true, 0 },
    { TEXT("{\"a\":\"\xff\xc0\x80\"}"), true, 0 }, /* any bytes from 0x80 on */
    { TEXT("{\"a\":\"\\ud800\"}"), true, 0 },
    { TEXT("{\"a\":1,\"a\":2}"), true, 0 },
    { TEXT(""), false, 0 },
    { TEXT("  "), false, 2 },
    { TEXT("[]"), false, 0 },
    { TEXT("1"), false, 0 },
    { TEXT("\"a\""), false, 0 },
    { TEXT("null"), false, 0 },
    { TEXT("\xef\xbb\xbf{}"), false, 0 },
    { TEXT("{"), false, 1 },
    { TEXT("}"), false, 0 },
    { TEXT("{}}"), false, 2 },
    { TEXT("{}{}"), false, 2 },
    { TEXT("{}\0"), false, 2 },
    { TEXT("{}\f"), false, 2 },
    { TEXT("{\f}"), false, 1 },
    { TEXT("{\xc2\xa0}"), false, 1 },
    { TEXT("{,}"), false, 1 },
    { TEXT("{\"a\"}"), false, 4 },
    { TEXT("{\"a\":}"), false, 5 },
    { TEXT("{\"a\":1,}"), false, 7 },
    { TEXT("{\"a\":1 \"b\":2}"), false, 7 },
    { TEXT("{\"a\",1}"), false, 4 },
    { TEXT("{\"a\"::1}"), false, 5 },
    { TEXT("{a:1}"), false, 1 },
    { TEXT("{'a':1}"), false, 1 },
    { TEXT("{1:1}"), false, 1 },
    { TEXT("{\"a\":1/**/}"), false, 6 },
    { TEXT("{\"a\":[1,]}"), false, 8 },
    { TEXT("{\"a\":[,1]}"), false, 6 },
    { TEXT("{\"a\":[1 2]}"), false, 8 },
    { TEXT("{\"a\":[1}"), false, 7 },
    { TEXT("{\"a\":[1"), false, 7 },
    { TEXT("{\"a\":01}"), false, 6 },
    { TEXT("{\"a\":-}"), false, 6 },
    { TEXT("{\"a\":-01}"), false, 7 },
    { TEXT("{\"a\":+1}"), false, 5 },
    { TEXT("{\"a\":.5}"), false, 5 },
    { TEXT("{\"a\":1.}"), false, 7 },
    { TEXT("{\"a\":1.e1}"), false, 7 },
    { TEXT("{\"a\":1e}"), false, 7 },
    { TEXT("{\"a\":1e+}"), false, 8 },
    { TEXT("{\"a\":1.2.3}"), false, 8 },
    { TEXT("{\"a\":0x1}"), false, 6 },
    { TEXT("{\"a\":1_000}"), false, 6 },
    { TEXT("{\"a\":1"), false, 6 },
    { TEXT("{\"a\":NaN}"), false, 5 },
    { TEXT("{\"a\":Infinity}"), false, 5 },
    { TEXT("{\"a\":nul}"), false, 5 },
    { TEXT("{\"a\":True}"), false, 5 },
    { TEXT("{\"a\":truex}"), false, 9 },
    { TEXT("{\"a\":\"\t\"}"), false, 6 },
    { TEXT("{\"a\":\"\n\"}"), false, 6 },
    { TEXT("{\"a\":\"\0\"}"), false, 6 },
    { TEXT("{\"a\":\"\x1f\"}"), false, 6 },
    { TEXT("{\"a\":\"\x1f looked at eight by eight\"}"), false, 6 },
    { TEXT("{\"a\":\"12345\x01 looked at eight by eight\"}"), false, 11 },
    { TEXT("{\"a\":\" \x80\xa2\xdc\x9f not less than a blank\"}"), true, 0 },
    { TEXT("{\"a\":\"\\a\"}"), false, 6 },
    { TEXT("{\"a\":\"\\\0\"}"), false, 6 },
    { TEXT("{\"a\":\"\\x41\"}"), false, 6 },
    { TEXT("{\"a\":\"\\u12g4\"}"), false, 6 },
    { TEXT("{\"a\":\"\\u123\"}"), false, 6 },
    { TEXT("{\"a\":\"\\u"), false, 6 },
    { TEXT("{\"a\":\"\\"), false, 7 },
    { TEXT("{\"a\":\"b"), false, 7 },
    { TEXT("{\"a\":'b'}"), false, 5 },
    { TEXT("{\"a\":b}"), false, 5 },
    { TEXT("{\"a\n\":1}"), false, 3 },
};

/* With a path that is there and with none: values nobody asks for are checked as well. The text is
 * a copy of its very size, so that the sanitizers see a look past its end. */
START_TEST(test_grammar)
{
    struct arena a = { 0 };
    struct str path = STR("a"), value;
    for (size_t asked = 0; asked < 2; asked++) {
        struct json_paths *p = json_paths_new(&path, asked);
        char *copy = mem_take(grammar[_i].n);
        memcpy(copy, grammar[_i].text, grammar[_i].n);
        size_t at = 99;
        const char *why = NULL;
        bool good = json_record(p, (struct str){ copy, grammar[_i].n }, &value, &a, &at, &why);
        ck_assert_msg(good == grammar[_i].good, "'%s': %s", grammar[_i].text, why);
        ck_assert_msg(at == grammar[_i].at, "'%s': at %zu: %s", grammar[_i].text, at, why);
        ck_assert_int_eq(why != NULL, !good);
        ck_assert(good || why[0] != '\0');
        free(copy);
        json_paths_free(p);
    }
    arena_free(&a);
}
END_TEST

static const struct {
    int depth; /* of the object and the arrays in it */
    bool good;
} depths[] = {
    { 2, true }, { JSON_DEPTH_MAX, true }, { JSON_DEPTH_MAX + 1, false }, { 100000, false }
};

START_TEST(test_depth)
{
    struct arena a = { 0 };
    struct json_paths *p = json_paths_new(NULL, 0);
    size_t n = (size_t)depths[_i].depth - 1, at;
    const char *why;
    char *text = arena_take(&a, 2 * n + 10);
    memcpy(text, "{\"a\":", 5);
    memset(text + 5, '[', n);
    memset(text + 5 + n, ']', n);
    text[5 + 2 * n] = '}';
    ck_assert_int_eq(json_record(p, str_c(text), NULL, &a, &at, &why), depths[_i].good);
    if (!depths[_i].good)
        ck_assert_str_eq(why, "nested too deeply");
    json_paths_free(p);
    arena_free(&a);
}
END_TEST

/* ---- values ---- */

static const struct {
    const char *text, *path;
    const char *value; /* NULL: absent */
} values[] = {
    { "{\"a\":\"x\"}", "a", "x" },
    { "{\"a\":\"\"}", "a", "" },
    { "{\"a\":12.50e1}", "a", "12.50e1" },
    { "{\"a\":true}", "a", "true" },
    { "{\"a\":false}", "a", "false" },
    { "{\"a\":null}", "a", "" },
    { "{\"a\":1}", "b", NULL },
    { "{\"A\":1}", "a", NULL },
    { "{\"a\":{ \"b\": [1, 2] }}", "a", "{ \"b\": [1, 2] }" },
    { "{\"a\":{ \"b\": [1, 2] }}", "a.b", "[1, 2]" },
    { "{\"a\":{ \"b\": [1, 2] }}", "a.b.1", "2" },
    { "{\"a\":{ \"b\": [1, 2] }}", "a.b.2", NULL },
    { "{\"a\":{ \"b\": [1, 2] }}", "a.b.01", NULL },
    { "{\"mail\":{\"destination\":[\"ann@example.com\"]}}", "mail.destination.0",
      "ann@example.com" },
    { "{\"a\":[[1],[2,{\"b\":3}]]}", "a.1.1.b", "3" },
    { "{\"a\":{\"0\":\"key\"}}", "a.0", "key" },
    { "{\"a\":\"text\"}", "a.b", NULL },
    { "{\"a\":1,\"a\":2}", "a", "2" },
    { "{\"a\":1,\"a\":null}", "a", "" },
    { "{\"a\":{\"b\":1},\"a\":{\"c\":2}}", "a.b", NULL },
    { "{\"a\":{\"b\":1},\"a\":3}", "a.b", NULL },
    { "{\"a.b\":1}", "a.b", "1" },
    { "{\"a.b\":{\"c\":1}}", "a.b.c", "1" },
    { "{\"a\":{\"b.c\":1}}", "a.b.c", "1" },
    { "{\"a.b.c.d\":1}", "a.b.c", NULL },
    { "{\"\":{\"\":1}}", ".", "1" },
    { "{\"\\u0061\":1}", "a", "1" },
    { "{\"a\\n\":1}", "a\n", "1" },
    { "{\"a\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}", "a", "\"\\/\b\f\n\r\t" },
    { "{\"a\":\"\\u00e9\\u20ac\"}", "a", "\xc3\xa9\xe2\x82\xac" },
    { "{\"a\":\"x\\uD83D\\uDE00y\"}", "a", "x\xf0\x9f\x98\x80y" },
    { "{\"a\":\"\\ud83d\"}", "a", "\xef\xbf\xbd" },
    { "{\"a\":\"\\ude00\"}", "a", "\xef\xbf\xbd" },
    { "{\"a\":\"\\ud83d\\u0041\"}", "a",
      "\xef\xbf\xbd"
      "A" },
    { "{\"a\":\"\\ud83d\\ud83d\\ude00\"}", "a", "\xef\xbf\xbd\xf0\x9f\x98\x80" },
    { "{\"a\":\"\\ud83d\\n\"}", "a", "\xef\xbf\xbd\n" },
    { "{\"a\":\"\\udbff\\udfff\"}", "a", "\xf4\x8f\xbf\xbf" },
};

START_TEST(test_value)
{
    struct arena a = { 0 };
    struct str paths[] = { str_c(values[_i].path), STR("other"), str_c(values[_i].path) }, got[3];
    struct json_paths *p = json_paths_new(paths, 3);
    size_t at;
    const char *why = "";
    ck_assert_msg(json_record(p, str_c(values[_i].text), got, &a, &at, &why), "%s", why);
    ck_assert_ptr_null(got[1].p);
    for (size_t i = 0; i < 3; i += 2) {
        ck_assert_int_eq(got[i].p != NULL, values[_i].value != NULL);
        if (values[_i].value)
            ck_assert_str_is(got[i], values[_i].value);
    }
    json_paths_free(p);
    arena_free(&a);
}
END_TEST

START_TEST(test_nul)
{
    struct arena a = { 0 };
    struct str path = STR("a"), value;
    struct json_paths *p = json_paths_new(&path, 1);
    size_t at;
    const char *why;
    ck_assert(json_record(p, STR("{\"a\":\"x\\u0000y\"}"), &value, &a, &at, &why));
    ck_assert_uint_eq(value.n, 3);
    ck_assert_int_eq(memcmp(value.p, "x\0y", 3), 0);
    json_paths_free(p);
    arena_free(&a);
}
END_TEST

/* ---- the text of a whole record ---- */

static const struct {
    const char *text, *canonical;
} texts[] = {
    { "{}", "" },
    { "{\"Created At\":\"x\",\"n\":1.0}", "created_at=x\tn=1.0" },
    { "{\"a\":{\"B c\":{\"d\":true}}}", "a.b_c.d=true" },
    { "{\"a\":\"\",\"b\":null,\"c\":{},\"d\":[],\"e\":[null,\"\"]}", "" },
    { "{\"a\":\"t\\tn\\nr\\rs\\\\\"}", "a=t\\tn\\nr\\rs\\\\" },
    { "{\"tags\":[\"new\",2,null,\"v\\tip\"]}", "tags[]=new|2|v\\tip" },
    { "{\"items\":[{\"sku\":\"A\"},{\"sku\":\"B\"}]}", "items.0.sku=A\titems.1.sku=B" },
    { "{\"m\":[1,[2,3]]}", "m.0=1\tm.1[]=2|3" },
    { "{\"a.b\":1,\"#\":2}", "a_b=1\t#=2" },
    { "{\"a\":[ ] , \"b\" : [ [ ] , 1 ] }", "b.1=1" },
};

START_TEST(test_canonical)
{
    struct arena a = { 0 };
    ck_assert_str_is(json_canonical(str_c(texts[_i].text), &a), texts[_i].canonical);
    arena_free(&a);
}
END_TEST

/* Long keys around many values: each value would repeat the keys. The text stays below its limit,
 * and is cut between the values it has and those it has not. */
START_TEST(test_canonical_limit)
{
    enum { KEY = 200000, VALUES = 100 };
    struct arena a = { 0 };
    char *text = arena_take(&a, KEY + VALUES * 10 + 20), *p = text;
    p += sprintf(p, "{\"");
    memset(p, 'k', KEY);
    p += KEY;
    p += sprintf(p, "\":[[]");
    for (int i = 0; i < VALUES; i++)
        p += sprintf(p, ",%d", i);
    sprintf(p, "]}");
    struct str got = json_canonical(str_c(text), &a);
    ck_assert_uint_le(got.n, 4 * RECORD_BYTES_MAX);
    ck_assert_uint_gt(got.n, 3 * RECORD_BYTES_MAX);
    arena_free(&a);
}
END_TEST

/* ---- lines ---- */

START_TEST(test_split)
{
    struct str paths[] = { STR("a"), STR("b.c") };
    struct json_paths *p = json_paths_new(paths, 2);
    struct batch b = { .wants_match_text = true };
    uint64_t blank = 0;
    batch_reset(&b, 3);
    json_split(p,
               STR("{\"a\":1,\"b\":{\"c\":\"x\"}}\n"
                   "\n"
                   " \t\r\n"
                   "{\"a\":2}\r\n"
                   "[1]\n"
                   "{\"a\":3\n"
                   "{\"b\":{\"c\":\"\\n\"}}"),
               100, &b, &blank);
    ck_assert_uint_eq(blank, 2);
    ck_assert_uint_eq(b.n, 3);
    ck_assert_uint_eq(b.number[0], 100);
    ck_assert_uint_eq(b.number[1], 103);
    ck_assert_uint_eq(b.number[2], 106);
    ck_assert_str_is(batch_column(&b, 0)[1], "2");
    ck_assert_ptr_null(batch_column(&b, 1)[1].p);
    ck_assert_ptr_null(batch_column(&b, 2)[1].p);
    ck_assert_str_is(batch_column(&b, 1)[2], "\n");
    ck_assert_str_is(b.raw[1], "{\"a\":2}");
    ck_assert_str_is(batch_match_text(&b, 0), "a=1\tb.c=x");
    ck_assert_str_is(batch_match_text(&b, 2), "b.c=\\n");
    ck_assert_uint_eq(b.nbad, 2);
    ck_assert_uint_eq(b.bad[0].record, 104);
    ck_assert_str_eq(b.bad[0].detail, "no JSON object");
    ck_assert_uint_eq(b.bad[1].record, 105);
    ck_assert_str_eq(b.bad[1].detail, "not JSON: ends too early");
    ck_assert_int_eq(b.bad[1].why, REJECT_LAYOUT);
    batch_free(&b);
    json_paths_free(p);
}
END_TEST

/* Containers and syslog write something before the object; a record that was cut is none. */
START_TEST(test_json_behind_a_prefix)
{
    struct str path = STR("a");
    struct batch b = { 0 };
    struct json_paths *p = json_paths_new(&path, 1);
    uint64_t blank = 0;
    char text[4 * JSON_PREFIX_MAX];
    int n = snprintf(text, sizeof text,
                     "web-1  | {\"a\":1}\n"
                     "<190>Sep  2 08:00:00 web nginx[812]: {\"a\":2}\n"
                     "%*s{\"a\":3}\n"
                     "x {\"a\":4} y\n"
                     "\"b\": {\"a\":5}\n"
                     "x{\"a\":6}\n"
                     "[ {\"a\":7}\n"
                     "%*s{\"a\":8}\n",
                     JSON_PREFIX_MAX, "x ", JSON_PREFIX_MAX + 1, "x ");
    ck_assert_int_lt(n, (int)sizeof text);
    batch_reset(&b, 1);
    json_split(p, (struct str){ text, (size_t)n }, 1, &b, &blank);
    ck_assert_uint_eq(b.n, 3);
    for (size_t i = 0; i < b.n; i++)
        ck_assert_int_eq(batch_column(&b, 0)[i].p[0], "123"[i]);
    ck_assert_str_is(b.raw[0], "{\"a\":1}");
    ck_assert_uint_eq(b.nbad, 5);
    batch_free(&b);
    json_paths_free(p);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("json");
    tcase_add_loop_test(new_case(s, "grammar"), test_grammar, 0, ROWS(grammar));
    tcase_add_loop_test(new_case(s, "depth"), test_depth, 0, ROWS(depths));
    tcase_add_loop_test(new_case(s, "value"), test_value, 0, ROWS(values));
    tcase_add_test(new_case(s, "nul"), test_nul);
    tcase_add_loop_test(new_case(s, "canonical"), test_canonical, 0, ROWS(texts));
    tcase_add_test(new_case(s, "canonical limit"), test_canonical_limit);
    tcase_add_test(new_case(s, "split"), test_split);
    tcase_add_test(new_case(s, "behind a prefix"), test_json_behind_a_prefix);
    return s;
}
