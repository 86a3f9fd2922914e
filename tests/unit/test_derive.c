/* Expectations of hosts and queries: Python's urllib.parse (urlsplit().hostname, parse_qs()), but
 * for letter case and bare queries; all others worked out by hand from derive.h. */
#include "unit.h"

#include <stdlib.h>

#include "ingest/derive.h"

static void same_or_absent(struct str got, const char *want)
{
    ck_assert_int_eq(got.p != NULL, want != NULL);
    if (want)
        ck_assert_str_is(got, want);
}

static const struct {
    const char *url, *host;
} hosts[] = {
    { "https://www.example.com/x", "www.example.com" },
    { "http://example.com", "example.com" },
    { "http://example.com?q=1", "example.com" },
    { "http://example.com#top", "example.com" },
    { "https://user:pw@www.example.com:8443/x@y", "www.example.com" },
    { "http://a@b@example.com/", "example.com" },
    { "http://[2001:db8::1]:80/", "2001:db8::1" },
    { "http://[2001:db8::1]", "2001:db8::1" },
    { "//cdn.example.com/x.js", "cdn.example.com" },
    { "android-app://com.example.app/path", "com.example.app" },
    { "svn+ssh://example.com/", "example.com" },
    { "/path?u=http://example.com/", NULL },
    { "www.example.com/x", NULL },
    { "mailto:ann@example.com", NULL },
    { "http:///x", NULL },
    { "http://:80/", NULL },
    { "http://", NULL },
    { "1http://example.com/", NULL },
    { "://example.com/", NULL },
    { "-", NULL },
    { "", NULL },
};

START_TEST(test_host)
{
    same_or_absent(url_host(str_c(hosts[_i].url)), hosts[_i].host);
}
END_TEST

static const struct {
    const char *url, *key, *value;
} queries[] = {
    { "/x?utm_source=news&utm_medium=mail", "utm_source", "news" },
    { "/x?utm_source=news&utm_medium=mail", "utm_medium", "mail" },
    { "/x?utm_source=news&utm_medium=mail", "utm", NULL },
    { "/x?utm_source=news&utm_medium=mail", "medium", NULL },
    { "https://example.com/?q=a+b%20c%2Bd#q=e", "q", "a b c+d" },
    { "/x?q=%C3%A9", "q", "\xc3\xa9" },
    { "/x?q=%zz%4", "q", "%zz%4" },
    { "/x?q=100%", "q", "100%" },
    { "/x?q=%4a%4A", "q", "JJ" },
    { "/x?a%5Bb%5D=1", "a[b]", "1" },
    { "/x?my+key=1", "my key", "1" },
    { "/x?q=1&q=2", "q", "1" },
    { "/x?q", "q", "" },
    { "/x?q=", "q", "" },
    { "/x?q=a=b", "q", "a=b" },
    { "/x?&&q=1", "q", "1" },
    { "/x?u=http://y?q=2", "q", NULL },
    { "/x?u=http://y?q=2", "u", "http://y?q=2" },
    { "/x#?q=1", "q", NULL },
    { "/x?", "q", NULL },
    { "/x", "x", NULL },
    { "", "q", NULL },
    { "q=1&r=2", "r", "2" },
    { "q=http://example.com/", "q", "http://example.com/" },
    { "/path;q=1", "/path;q", NULL },
    { "http://example.com/=1", "http://example.com/", NULL },
    { "-", "-", NULL },
};

START_TEST(test_query)
{
    struct arena a = { 0 };
    same_or_absent(url_query(str_c(queries[_i].url), str_c(queries[_i].key), &a),
                   queries[_i].value);
    arena_free(&a);
}
END_TEST

#define SMTP                                                                                       \
    "to=<ann@example.com>, orig_to=<x, y=z@example.com>, relay=mx.example.com[192.0.2.1]:25, "     \
    "delay=1.1, dsn=2.0.0, status=sent (250 2.0.0 Ok: to=<no>, late=1)"

static const struct {
    const char *text, *key, *value;
} pairs[] = {
    { SMTP, "to", "ann@example.com" },
    { SMTP, "orig_to", "x, y=z@example.com" },
    { SMTP, "y", NULL },
    { SMTP, "relay", "mx.example.com[192.0.2.1]:25" },
    { SMTP, "dsn", "2.0.0" },
    { SMTP, "status", "sent" },
    { SMTP, "late", NULL },
    { SMTP, "o", NULL },
    { "from=<>, size=5360, nrcpt=2 (queue active)", "from", "" },
    { "from=<>, size=5360, nrcpt=2 (queue active)", "nrcpt", "2" },
    { "a=1, a=2", "a", "1" },
    { "a=, b=", "a", "" },
    { "a=, b=", "b", "" },
    { "noise, a=1", "a", "1" },
    { "noise (a=1", "a", NULL },
    { "a=x=y", "a", "x=y" },
    { "a=b,c, d=e", "a", "b,c" },
    { "a=b c, d=e", "d", "e" },
    { "a=<b, c=d", "a", "<b" },
    { "a=<b, c=d", "c", "d" },
    { "a=<b>c, d=<e>", "a", "<b>c" },
    { "a=<\"x>y\"@example.com>, b=1", "a", "\"x>y\"@example.com" },
    { "a=<b> (c", "a", "b" },
    { "=1, a=2", "", "1" },
    { "a=1,", "a", "1," },
    { "a=1, ", "a", "1" },
    { "a=<", "a", "<" },
    { "", "a", NULL },
};

START_TEST(test_pairs)
{
    same_or_absent(pairs_value(str_c(pairs[_i].text), str_c(pairs[_i].key)), pairs[_i].value);
}
END_TEST

/* ---- columns ---- */

/* A source with fields 0 (from the reader) to 5 (derived), each in the column of its number, but
 * for field 5, which nobody wants. */
enum { F_REQUEST, F_METHOD, F_PATH, F_Q, F_HOST, F_UNWANTED, FIELDS };

static const struct {
    const char *request, *method, *path, *q, *host;
} rows[] = {
    { "GET /x?q=a+b HTTP/1.1", "GET", "/x?q=a+b", "a b", NULL },
    { "GET http://example.com/?q=- HTTP/1.1", "GET", "http://example.com/?q=-", "", "example.com" },
    { "none / HTTP/1.1", "", "/", NULL, NULL },
    { "broken", NULL, NULL, NULL, NULL },
    { "-", NULL, NULL, NULL, NULL },
    { "", NULL, NULL, NULL, NULL },
    { NULL, NULL, NULL, NULL, NULL },
};

START_TEST(test_columns)
{
    struct arena a = { 0 };
    struct regex_fault fault;
    struct layout layout;
    ck_assert(layout_compile(STR("%{method} %{path} %{}"), &a, &layout, &fault));
    struct regex *regex = regex_new(STR("//(?<host>[a-z.]+)"), NULL, &fault);
    ck_assert_ptr_nonnull(regex);
    struct derive derives[] = {
        { .kind = DERIVE_PARTS,
          .from = F_REQUEST,
          .to = F_PATH,
          .key = STR("path"),
          .layout = &layout },
        { .kind = DERIVE_PARTS,
          .from = F_REQUEST,
          .to = F_METHOD,
          .key = STR("method"),
          .layout = &layout },
        { .kind = DERIVE_PARTS,
          .from = F_REQUEST,
          .to = F_UNWANTED,
          .key = STR("method"),
          .layout = &layout },
        { .kind = DERIVE_QUERY, .from = F_PATH, .to = F_Q, .key = STR("q") },
        { .kind = DERIVE_REGEX, .from = F_PATH, .to = F_HOST, .regex = regex },
    };
    struct str nothing[] = { STR("-"), STR("none") };
    struct format f = { .empty = nothing, .nempty = 2 };
    int32_t slot[FIELDS] = { 0, 1, 2, 3, 4, -1 };
    struct source s = { .format = &f,
                        .slot = slot,
                        .nslots = 5,
                        .ncolumns = 1,
                        .derives = derives,
                        .nderives = ROWS(derives) };
    struct batch b = { 0 };
    struct regex_scratch *scratch = regex_scratch_new();
    batch_reset(&b, s.nslots);
    derive_columns(&s, &b, scratch);
    for (int i = 0; i < ROWS(rows); i++) {
        size_t at = batch_add(&b, str_c(rows[i].request), (uint64_t)i + 1);
        batch_column(&b, F_REQUEST)[at] = str_c(rows[i].request);
    }
    derive_columns(&s, &b, scratch);
    for (int i = 0; i < ROWS(rows); i++) {
        same_or_absent(batch_column(&b, F_METHOD)[i], rows[i].method);
        same_or_absent(batch_column(&b, F_PATH)[i], rows[i].path);
        same_or_absent(batch_column(&b, F_Q)[i], rows[i].q);
        same_or_absent(batch_column(&b, F_HOST)[i], rows[i].host);
    }
    ck_assert_uint_eq(batch_column(&b, F_REQUEST)[4].n, 0);
    batch_free(&b);
    regex_scratch_free(scratch);
    regex_free(regex);
    layout_free(&layout);
    arena_free(&a);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("derive");
    tcase_add_loop_test(new_case(s, "host"), test_host, 0, ROWS(hosts));
    tcase_add_loop_test(new_case(s, "query"), test_query, 0, ROWS(queries));
    tcase_add_loop_test(new_case(s, "pairs"), test_pairs, 0, ROWS(pairs));
    tcase_add_test(new_case(s, "columns"), test_columns);
    return s;
}
