/* test_layout.c - delimiter patterns and regex layouts: what they refuse, how they take lines
 * apart.
 *
 * Expected fields and offsets are read off the patterns and lines by hand.
 */
#include "unit.h"

#include <stdlib.h>

#include "ingest/lines.h"

#define COMBINED                                                                                   \
    "%{ip} %{} %{user} [%{time}] \"%{request}\" %{status} %{bytes} \"%{referrer}\" \"%{agent}\""

/* The fields of a line as "name=value|name=value", or "no". */
static void split(const struct layout *l, struct str line, char *out)
{
    struct str *fields = calloc(l->nnames, sizeof *fields);
    struct regex_scratch *s = regex_scratch_new();
    strcpy(out, "no");
    if (layout_split(l, line, fields, s)) {
        *out = '\0';
        for (size_t i = 0; i < l->nnames; i++)
            sprintf(out + strlen(out), "%s%.*s=%.*s", i ? "|" : "", STR_ARG(l->names[i]),
                    STR_ARG(fields[i]));
    }
    regex_scratch_free(s);
    free(fields);
}

static const struct {
    const char *layout;
    const char *line, *want;
} splits[] = {
    { COMBINED,
      "192.0.2.1 - anna [01/Sep/2026:10:00:00 +0200] \"GET / HTTP/1.1\" 200 5 \"-\" \"x\"",
      "ip=192.0.2.1|user=anna|time=01/Sep/2026:10:00:00 +0200|request=GET / HTTP/1.1|status=200|"
      "bytes=5|referrer=-|agent=x" },
    /* a user with a blank; an escaped quote; an escaped backslash at the end */
    { COMBINED, "::1 - a b [t] \"GET /\\\"x\\\\\" 200 5 \"\" \"a \\\" b\"",
      "ip=::1|user=a b|time=t|request=GET /\\\"x\\\\|status=200|bytes=5|referrer=|agent=a \\\" b" },
    /* more than the layout says */
    { COMBINED, "::1 - - [t] \"r\" 200 5 \"-\" \"x\" 17", "no" },
    /* the first quote ends the field: what follows must be what the layout says */
    { COMBINED, "::1 - - [t] \"r\"x\" 200 5 \"-\" \"x\"", "no" },
    { COMBINED, "::1 - - [t] \"r\" 200 5 \"-\" \"x", "no" },
    { COMBINED, "::1 - - [t] \"r\" 200 5", "no" },
    { COMBINED, "", "no" },
    { "%{a}", "", "a=" },
    { "%{a}", "any thing", "a=any thing" },
    { "%{a} %{b}", "one two three", "a=one|b=two three" },
    { "%{a} %{b}", " ", "a=|b=" },
    { "%{a} %{b}", "one", "no" },
    { "%{a}  %{b}", "one two", "no" },
    { "%{a} %{b} %{}", "1 2 3 4", "a=1|b=2" },
    { "<%{n}>%{time:15} %{host} %{rest}", "<13>Sep  1 10:00:00 mx1 hello: you",
      "n=13|time=Sep  1 10:00:00|host=mx1|rest=hello: you" },
    { "<%{n}>%{time:15} %{host} %{rest}", "<13>Sep  1 10:00", "no" },
    { "%{a:2}%{b:3}%{c}", "1122233", "a=11|b=222|c=33" },
    { "%{a:2}%{b:3}", "11222", "a=11|b=222" },
    { "%{a:2}%{b:3}", "112223", "no" },
    { "%{:3}%{b}", "abcd", "b=d" },
    { "%{a} - %{b}", "x-y - z", "a=x-y|b=z" },
    { "%{a} - %{b}", "x - - z", "a=x|b=- z" },
    { "%{a}aab%{b}", "xaaabz", "a=xa|b=z" },
    { "%{a}, ", "x, ", "a=x" },
    { "%{a}, ", "x,", "no" },
    { "100% %{a}", "100% x", "a=x" },
    { "a=%{a}\tb=%{b}", "a=1\tb=2", "a=1|b=2" },
};

START_TEST(delimiters)
{
    struct arena a = { 0 };
    struct layout l;
    struct regex_fault fault;
    char got[500];
    ck_assert_msg(layout_compile(str_c(splits[_i].layout), &a, &l, &fault), "%s", fault.text);
    split(&l, str_c(splits[_i].line), got);
    ck_assert_str_eq(got, splits[_i].want);
    layout_free(&l);
    arena_free(&a);
}
END_TEST

START_TEST(any_bytes)
{
    struct arena a = { 0 };
    struct layout l;
    struct regex_fault fault;
    struct str f[2];
    ck_assert(layout_compile(STR("%{a}|%{b}"), &a, &l, &fault));
    ck_assert(layout_split(&l, (struct str){ "x\0y|\xff\0", 6 }, f, NULL));
    ck_assert_uint_eq(f[0].n, 3);
    ck_assert_uint_eq(f[1].n, 2);
    ck_assert(!layout_split(&l, (struct str){ NULL, 0 }, f, NULL));
    layout_free(&l);
    arena_free(&a);
}
END_TEST

START_TEST(trailing_text)
{
    struct arena a = { 0 };
    struct layout l;
    struct regex_fault fault;
    char got[500];
    ck_assert(layout_compile(STR("%{a} \"%{b}\""), &a, &l, &fault));
    split(&l, STR("1 \"2\" 3"), got);
    ck_assert_str_eq(got, "no");
    l.trailing = true;
    split(&l, STR("1 \"2\" 3"), got);
    ck_assert_str_eq(got, "a=1|b=2");
    layout_free(&l);
    arena_free(&a);
}
END_TEST

static const struct {
    const char *layout;
    size_t offset;
    const char *text;
} bad[] = {
    { "", 0, "an empty layout" },
    { "abc", 0, "a layout without a field: write %{name} where one stands" },
    { "%{} x", 0, "a layout without a field: write %{name} where one stands" },
    { "%{a} %{b", 5, "a '%{' without its '}'" },
    { "%{a}%{b}", 0,
      "no text between this field and the next: where does it end? Give it a width, as in "
      "%{name:15}, or put text between them" },
    { "x %{a}%{b:3}", 2,
      "no text between this field and the next: where does it end? Give it a width, as in "
      "%{name:15}, or put text between them" },
    { "%{a} %{b} %{a}", 12, "the field 'a' is there twice" },
    { "%{1a}", 2, "the name of a field begins with a letter or '_'" },
    { "%{a-b}", 3, "the name of a field has letters, digits and '_' only" },
    { "%{a b}", 3, "the name of a field has letters, digits and '_' only" },
    { "%{a %{b}", 3, "the name of a field has letters, digits and '_' only" },
    { "%{a:}", 4, "a width of no bytes" },
    { "%{a:0}", 4, "a width of no bytes" },
    { "%{a:x}", 4, "a width is a number of bytes, as in %{name:15}" },
    { "%{a:1:2}", 5, "a width is a number of bytes, as in %{name:15}" },
    { "%{a:1048577}", 4, "a width of more bytes than any record may have" },
    { "%{a:99999999999999999999999}", 4, "a width of more bytes than any record may have" },
};

START_TEST(refused)
{
    struct arena a = { 0 };
    struct layout l;
    struct regex_fault fault;
    ck_assert(!layout_compile(str_c(bad[_i].layout), &a, &l, &fault));
    ck_assert_str_eq(fault.text, bad[_i].text);
    ck_assert_uint_eq(fault.offset, bad[_i].offset);
    layout_free(&l);
    arena_free(&a);
}
END_TEST

START_TEST(regex_layout)
{
    struct arena a = { 0 };
    struct layout l;
    struct regex_fault fault;
    char got[500];
    ck_assert(layout_compile_regex(STR("^(?<key>\\w+)(?:=(?<value>.*))?$"), NULL, &a, &l, &fault));
    ck_assert_int_eq(layout_name(&l, STR("value")), 1);
    ck_assert_int_eq(layout_name(&l, STR("other")), -1);
    split(&l, STR("a=1"), got);
    ck_assert_str_eq(got, "key=a|value=1");
    split(&l, STR("a"), got);
    ck_assert_str_eq(got, "key=a|value=");
    split(&l, STR("="), got);
    ck_assert_str_eq(got, "no");
    layout_free(&l);
    ck_assert(!layout_compile_regex(STR("^(a)$"), NULL, &a, &l, &fault));
    ck_assert(!layout_compile_regex(STR("^(?<a>b"), NULL, &a, &l, &fault));
    ck_assert_uint_eq(fault.offset, 7);
    ck_assert(!layout_compile_regex(STR(""), NULL, &a, &l, &fault));
    arena_free(&a);
}
END_TEST

/* ---- lines ---- */

/* A source of two layouts, of which both fit some lines, and a column that neither has. */
struct fixture {
    struct arena a;
    struct layout three, two;
    struct layout *layouts[2];
    struct str columns[4];
    struct format format;
    struct source source;
    struct regex_scratch *scratch;
    struct line_reader reader;
};

static void set_up(struct fixture *x)
{
    struct regex_fault fault;
    *x = (struct fixture){ .layouts = { &x->three, &x->two },
                           .columns = { STR("b"), STR("nowhere"), STR("a"), STR("c") } };
    ck_assert(layout_compile(STR("%{a} %{b} %{c}"), &x->a, &x->three, &fault));
    ck_assert(layout_compile_regex(STR("^(?<b>\\w+)=(?<a>.*)$|^!(?<a>.*)$"), NULL, &x->a, &x->two,
                                   &fault));
    x->format = (struct format){ .layouts = x->layouts, .nlayouts = 2 };
    x->source =
        (struct source){ .format = &x->format, .columns = x->columns, .ncolumns = 4, .nslots = 5 };
    x->scratch = regex_scratch_new();
    line_reader_init(&x->reader, &x->source, x->scratch);
}

static void tear_down(struct fixture *x)
{
    line_reader_free(&x->reader);
    regex_scratch_free(x->scratch);
    layout_free(&x->two);
    arena_free(&x->a);
}

START_TEST(lines_to_batch)
{
    struct fixture x;
    struct batch b = { 0 };
    uint64_t blank = 0;
    set_up(&x);
    batch_reset(&b, 5);
    lines_split(&x.reader, STR("1 2 3\r\n\n \t\nk=v\n!w\r\n???\nk=1 2 3\n4 5 6"), 10, &b, &blank);
    ck_assert_uint_eq(blank, 2);
    static const char *const want[][4] = {
        { "10", "2", "1", "3" },   { "13", "k", "v", "" }, { "14", "", "w", "" },
        { "16", "2", "k=1", "3" }, /* fits both: the first one of the format is taken */
        { "17", "5", "4", "6" },
    };
    ck_assert_uint_eq(b.n, 5);
    for (size_t i = 0; i < 5; i++) {
        ck_assert_uint_eq(b.number[i], strtoul(want[i][0], NULL, 10));
        ck_assert_str_is(batch_column(&b, 0)[i], want[i][1]);
        ck_assert_str_is(batch_column(&b, 2)[i], want[i][2]);
        ck_assert_str_is(batch_column(&b, 3)[i], want[i][3]);
        ck_assert_ptr_null(batch_column(&b, 1)[i].p);
        ck_assert_ptr_null(batch_column(&b, 4)[i].p);
    }
    ck_assert_str_is(b.raw[0], "1 2 3");
    ck_assert_str_is(b.raw[4], "4 5 6");
    ck_assert_uint_eq(b.nbad, 1);
    ck_assert_uint_eq(b.bad[0].record, 15);
    ck_assert_int_eq(b.bad[0].why, REJECT_LAYOUT);
    ck_assert_str_is(b.bad[0].text, "???");
    batch_free(&b);
    tear_down(&x);
}
END_TEST

/* Cut at any line, the records are the same. */
START_TEST(blocks_do_not_matter)
{
    static const char text[] = "1 2 3\nk=v\n4 5 6\nk=1 2 3\n???\n!x\n7 8 9\n";
    struct fixture x;
    struct batch whole = { 0 }, part = { 0 };
    uint64_t blank = 0;
    set_up(&x);
    batch_reset(&whole, 5);
    lines_split(&x.reader, str_c(text), 1, &whole, &blank);
    for (size_t cut = 1; cut < sizeof text; cut++) {
        if (text[cut - 1] != '\n')
            continue;
        uint64_t number = 1;
        for (size_t i = 0; i < cut; i++)
            number += text[i] == '\n';
        batch_reset(&part, 5);
        lines_split(&x.reader, str_from(str_c(text), cut), number, &part, &blank);
        size_t before = whole.n - part.n;
        for (size_t i = 0; i < part.n; i++) {
            ck_assert_uint_eq(part.number[i], whole.number[before + i]);
            for (size_t c = 0; c < 5; c++)
                ck_assert(str_eq(batch_column(&part, c)[i], batch_column(&whole, c)[before + i]));
        }
    }
    batch_free(&whole);
    batch_free(&part);
    tear_down(&x);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("layout");
    TCase *c = new_case(s, "layouts");
    tcase_add_loop_test(c, delimiters, 0, ROWS(splits));
    tcase_add_test(c, any_bytes);
    tcase_add_test(c, trailing_text);
    tcase_add_loop_test(c, refused, 0, ROWS(bad));
    tcase_add_test(c, regex_layout);
    c = new_case(s, "lines");
    tcase_add_test(c, lines_to_batch);
    tcase_add_test(c, blocks_do_not_matter);
    return s;
}
