/* test_pictures.c - words and numbers in pictures, odd names, and pictures that an XML parser reads
 * again. */
#include <glib.h>
#include <graphviz/cgraph.h>

#include "report/draw.h"
#include "report_text.h"
#include "unit.h"

/* ---- words and numbers ---- */

typedef void number_fn(GString *to, int64_t n);

static const struct {
    number_fn *fn;
    int64_t n;
    const char *want;
} numbers[] = {
    { draw_count, 0, "0" },
    { draw_count, 999, "999" },
    { draw_count, 1000, "1,000" },
    { draw_count, 1234567, "1,234,567" },
    { draw_count, -1234, "-1,234" },
    { draw_count, INT64_MIN, "-9,223,372,036,854,775,808" },
    { draw_micros, 12000000, "12" },
    { draw_micros, 12500000, "12.5" },
    { draw_micros, -500000, "-0.5" },
    { draw_micros, 1234000000, "1,234" },
    { draw_emotion, 800000, "☺ +0.8" },
    { draw_emotion, -1200000, "☹ -1.2" },
    { draw_emotion, -40000, "0.0" },
    { draw_emotion, 100000, "+0.1" },
    { draw_emotion, 250000, "☺ +0.3" },
    { draw_scale, 0, "····●····" },
    { draw_scale, -2000000, "●···|····" },
    { draw_scale, 99000000, "····|···●" },
    { draw_scale, 1000000, "····|·●··" },
};
START_TEST(test_numbers)
{
    GString *s = g_string_new(NULL);
    numbers[_i].fn(s, numbers[_i].n);
    ck_assert_str_eq(s->str, numbers[_i].want);
    g_string_free(s, TRUE);
}
END_TEST

static const struct {
    double share;
    const char *want;
} shares[] = { { 0, "0 %" },    { 0.004, "0.4 %" }, { 0.0994, "9.9 %" },
               { 0.1, "10 %" }, { 0.126, "13 %" },  { 1, "100 %" } };
START_TEST(test_shares)
{
    GString *s = g_string_new(NULL);
    draw_share(s, shares[_i].share);
    ck_assert_str_eq(s->str, shares[_i].want);
    g_string_free(s, TRUE);
}
END_TEST

static const struct {
    struct str name;
    const char *plain, *label;
} names[] = {
    { TEXT("cart"), "cart", "cart" },
    { TEXT(""), "", "(no name)" },
    { TEXT("a<b>&\"c"), "a<b>&\"c", "a&lt;b&gt;&amp;&quot;c" },
    { TEXT("caf\xc3\xa9"), "café", "café" },
    { TEXT("a\xff\xfe z"), "a" R R " z", "a" R R " z" },
    { TEXT("\xe2\x82"), R R, R R },
    { TEXT("a\0b\x1b[2J"), "a" R "b" R "[2J", "a" R "b" R "[2J" },
    { TEXT("a\tb\nc"), "a b c", "a b c" },
    { TEXT("\xe2\x80\xae"
           "evil"),
      R "evil", R "evil" },
    { TEXT("\xef\xbf\xbe"), R, R },
    { TEXT("price comparison with other shops"), "price comparison with other shops",
      "price comparison with<br/>other shops" },
    { TEXT("/catalog/shoes/running/men/size-44"), "/catalog/shoes/running/men/size-44",
      "/catalog/shoes/running/<br/>men/size-44" },
    { TEXT("abcdefghijklmnopqrstuvwxyz"), "abcdefghijklmnopqrstuvwxyz",
      "abcdefghijklmnopqrstuvwx<br/>yz" },
    { TEXT("0123456789012345678901234567890123456789012345678901234567890123456789ABCD"),
      "0123456789012345678901234567890123456789012345678901234567890123456789A…",
      "012345678901234567890123<br/>456789012345678901234567<br/>8901234567890123456789A…" },
};
START_TEST(test_names)
{
    GString *plain = g_string_new(NULL), *label = g_string_new(NULL);
    draw_name(plain, names[_i].name);
    draw_label(label, names[_i].name);
    ck_assert_str_eq(plain->str, names[_i].plain);
    ck_assert_str_eq(label->str, names[_i].label);
    g_string_free(plain, TRUE);
    g_string_free(label, TRUE);
}
END_TEST

/* ---- pictures ---- */

static struct artist *hire(void)
{
    struct err e = { "" };
    struct artist *a = artist_new(&e);
    ck_assert_msg(a, "%s", e.text);
    return a;
}

static char *svg_of(struct artist *a, struct str dot)
{
    struct err e = { "" };
    char *svg;
    size_t n;
    FILE *f = open_memstream(&svg, &n);
    bool ok = artist_draw(a, dot, f, &e);
    fclose(f);
    ck_assert_msg(ok, "%s", e.text);
    ck_assert(g_utf8_validate(svg, (gssize)n, NULL));
    return svg;
}

static void assert_xml(const char *svg)
{
    static const GMarkupParser nothing;
    GError *error = NULL;
    GMarkupParseContext *c = g_markup_parse_context_new(&nothing, 0, NULL, NULL);
    bool ok = g_markup_parse_context_parse(c, svg, -1, &error) &&
              g_markup_parse_context_end_parse(c, &error);
    ck_assert_msg(ok, "%s", error ? error->message : "");
    g_markup_parse_context_free(c);
}

START_TEST(test_svg)
{
    struct tables t;
    tables_shop(&t, 300);
    struct str flow = flow_text(&t, 0.01), map = map_text(&t);
    struct artist *artist = hire();
    char *first = svg_of(artist, flow), *second = svg_of(artist, map);
    char *again = svg_of(artist, flow);
    artist_free(artist);
    assert_xml(first);
    assert_xml(second);
    ck_assert_str_eq(first, again);
    ck_assert_ptr_nonnull(strstr(first, ">product page<"));
    ck_assert_ptr_nonnull(strstr(second, ">consideration<"));
    free(first);
    free(second);
    free(again);
    free((char *)flow.p);
    free((char *)map.p);
    tables_free(&t);
}
END_TEST

static const struct str odd[] = {
    TEXT("<table><tr><td>"),
    TEXT("&amp;\"><script>alert(1)</script>"),
    TEXT("a\xff"),
    TEXT("a\xfe"),
    TEXT("a\0b"),
    TEXT("\x1b[31m\r\n\t"),
    TEXT("%1"),
    TEXT("\\N\\G\\l"),
    TEXT("(other)"),
    TEXT("touch: x"),
    TEXT("legend"),
    TEXT(""),
    TEXT("\xe2\x80\xae\xe2\x80\xae"),
    TEXT("]]>-->{|}"),
};

/* Every odd name is a touchpoint, a stage and two transitions. */
START_TEST(test_odd_names)
{
    struct tables t;
    tables_init(&t);
    size_t n = sizeof odd / sizeof *odd;
    for (size_t i = 0; i < n; i++) {
        add_transition(&t, STR("(start)"), odd[i], 3, 3, -1);
        add_transition(&t, odd[i], odd[(i + 1) % n], 3, 3, (int64_t)i);
        struct cell touch[] = {
            cell_text(odd[i]), cell_text(odd[i / 2]), cell_blank(),   cell_i(3), cell_i(3),
            cell_blank(),      cell_blank(),          cell_i(500000), cell_i(3), cell_i(1000000)
        };
        add_row(&t.touchpoints, touch);
        struct cell stage[16] = { cell_text(odd[i]) };
        for (size_t k = 1; k < 16; k++)
            stage[k] = cell_blank();
        add_row(&t.stages, stage);
    }
    struct str flow = flow_text(&t, 0), map = map_text(&t);
    Agraph_t *g = agmemread(flow.p);
    int touches = 0;
    for (Agnode_t *node = agfstnode(g); node; node = agnxtnode(g, node))
        touches += strncmp(agnameof(node), "touch: ", 7) == 0;
    ck_assert_int_eq(touches, (int)n - 1); /* all but (other), which is the rest */
    agclose(g);
    struct artist *artist = hire();
    char *a = svg_of(artist, flow), *b = svg_of(artist, map);
    artist_free(artist);
    assert_xml(a);
    assert_xml(b);
    ck_assert_ptr_null(strstr(a, "<script"));
    free(a);
    free(b);
    free((char *)flow.p);
    free((char *)map.p);
    tables_free(&t);
}
END_TEST

START_TEST(test_svg_fails)
{
    struct err e = { "" };
    FILE *f = tmpfile();
    struct artist *artist = hire();
    ck_assert(!artist_draw(artist, STR("digraph { a -> "), f, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "syntax error"));
    ck_assert_int_eq(ftell(f), 0);
    artist_free(artist);
    e.text[0] = '\0';
    g_setenv("GVBINDIR", "/nonexistent", TRUE);
    artist = hire();
    ck_assert(!artist_draw(artist, STR("digraph { a -> b }"), f, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "package 'graphviz'"));
    artist_free(artist);
    fclose(f);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("pictures");
    TCase *words = new_case(s, "words");
    tcase_add_loop_test(words, test_numbers, 0, ROWS(numbers));
    tcase_add_loop_test(words, test_shares, 0, ROWS(shares));
    tcase_add_loop_test(words, test_names, 0, ROWS(names));
    TCase *svg = new_case(s, "svg");
    tcase_add_test(svg, test_svg);
    tcase_add_test(svg, test_odd_names);
    tcase_add_test(svg, test_svg_fails);
    return s;
}
