/* test_report.c - the diagrams, read again by libcgraph and compared with what was worked out on
 * paper; the summary; all files of a run. What libcgraph and an XML parser say is independent of
 * what wrote it. */
#include <glib.h>
#include <glib/gstdio.h>
#include <graphviz/cgraph.h>
#include <unistd.h>

#include "report/draw.h"
#include "report/fold.h"
#include "report/report.h"
#include "report_tables.h"
#include "unit.h"
#include "world_builder.c"

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

/* STR() for initializers of static things. */
#define TEXT(literal) { "" literal, sizeof(literal) - 1 }
#define R "\xef\xbf\xbd" /* U+FFFD */
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

/* ---- the transition graph ---- */

static struct str flow_text(const struct tables *t, double share)
{
    char *text;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    flow_dot(&t->transitions, &t->touchpoints, &t->stages, "Acme <shop> & co", share, f);
    fclose(f);
    return (struct str){ text, n };
}

static struct str map_text(const struct tables *t)
{
    char *text;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    map_dot(&t->touchpoints, &t->stages, "Acme <shop> & co", f);
    fclose(f);
    return (struct str){ text, n };
}

static Agraph_t *flow_graph(const struct tables *t, double share)
{
    struct str text = flow_text(t, share);
    Agraph_t *g = agmemread(text.p);
    ck_assert_ptr_nonnull(g);
    free((char *)text.p);
    return g;
}

static int64_t number(void *object, const char *name)
{
    const char *value = agget(object, (char *)name);
    return value && *value ? atoll(value) : 0;
}

static bool has(Agraph_t *g, const char *node)
{
    return agnode(g, (char *)node, 0) != NULL;
}

/* The count of the edge; 0 when there is none. */
static int64_t edge_count(Agraph_t *g, const char *from, const char *to)
{
    Agnode_t *a = agnode(g, (char *)from, 0), *b = agnode(g, (char *)to, 0);
    Agedge_t *e = a && b ? agedge(g, a, b, NULL, 0) : NULL;
    return e ? number(e, "count") : 0;
}

static bool label_has(void *object, const char *text)
{
    return strstr(agget(object, (char *)"label"), text) != NULL;
}

/* Worked out on paper: as much flows into each touchpoint as out of it; 321 transitions. */
static void tables_small(struct tables *t)
{
    static const struct {
        const char *from, *to;
        int64_t count, customers, wait;
    } ways[] = {
        { "(start)", "ad", 60, 50, -1 }, { "(start)", "page", 40, 40, -1 },
        { "ad", "page", 50, 45, 20 },    { "ad", "(end)", 10, 10, -1 },
        { "page", "cart", 70, 66, 90 },  { "page", "(end)", 19, 19, -1 },
        { "page", "help", 1, 1, 7200 },  { "help", "(open)", 1, 1, -1 },
        { "cart", "(end)", 55, 52, -1 }, { "cart", "(open)", 15, 15, -1 },
    };
    tables_init(t);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        add_transition(t, str_c(ways[i].from), str_c(ways[i].to), ways[i].count, ways[i].customers,
                       ways[i].wait);
    static const struct touch_row rows[] = {
        { "ad", "awareness", "website 100 %", 50, 60, 60, 10, NO_EMOTION, 0 },
        { "page", "purchase", "website 100 %", 70, 90, 40, 19, 0.8, 0 },
        { "cart", "purchase", "website 100 %", 66, 70, 0, 55, -1.2, 30 },
        { "help", NULL, "support 100 %", 1, 1, 0, 0, NO_EMOTION, 0 },
    };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        add_touchpoint(t, &rows[i]);
    static const struct stage_row stages[] = {
        { "awareness", 1, 50, 20, 60, 0.83, 0.17, NO_EMOTION, 0 },
        { "purchase", 2, 1234, 7380, 93600, -1, 0.5, -0.4, 30 },
        { "(none)", 1, 1, -1, -1, -1, -1, NO_EMOTION, 0 },
    };
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++)
        add_stage(t, &stages[i]);
}

START_TEST(test_flow_small)
{
    struct tables t;
    tables_small(&t);
    Agraph_t *g = flow_graph(&t, 0.01); /* below 3.21: page -> help -> (open) */
    ck_assert_int_eq(edge_count(g, "(start)", "touch: ad"), 60);
    ck_assert_int_eq(edge_count(g, "(start)", "touch: page"), 40);
    ck_assert_int_eq(edge_count(g, "touch: ad", "touch: page"), 50);
    ck_assert_int_eq(edge_count(g, "touch: page", "touch: cart"), 70);
    ck_assert_int_eq(edge_count(g, "touch: cart", "(open)"), 15);
    ck_assert_int_eq(agnedges(g), 8);
    ck_assert(!has(g, "touch: help"));
    ck_assert_int_eq(number(agnode(g, (char *)"touch: page", 0), "rare_out"), 1);
    ck_assert_int_eq(number(agnode(g, (char *)"(open)", 0), "rare_in"), 1);
    ck_assert_int_eq(number(agnode(g, (char *)"(other)", 0), "rare_in"), 1);
    ck_assert_int_eq(number(agnode(g, (char *)"(other)", 0), "rare_out"), 1);

    Agnode_t *page = agnode(g, (char *)"touch: page", 0);
    Agedge_t *way = agedge(g, page, agnode(g, (char *)"touch: cart", 0), NULL, 0);
    ck_assert(label_has(way, "66 · 1 min 30 s"));
    ck_assert_int_eq(number(way, "customers"), 66);
    ck_assert_int_eq(number(way, "wait_seconds"), 90);
    ck_assert_str_eq(agget(way, (char *)"penwidth"), "6.00");
    ck_assert(label_has(page, "<b>page</b><br/>70 customers<br/>☺ +0.8"));
    ck_assert(label_has(agnode(g, (char *)"touch: cart", 0), "☹ -1.2"));
    ck_assert(label_has(agnode(g, (char *)"touch: ad", 0), "50 customers<br/>60 events"));
    ck_assert(label_has(g, "Acme &lt;shop&gt; &amp; co"));
    Agnode_t *legend = agnode(g, (char *)"legend", 0);
    ck_assert(label_has(legend, "2 rare ways"));
    ck_assert(label_has(legend, "0.6 % of all 321 transitions"));
    ck_assert(label_has(legend, "below 1.0 %"));
    ck_assert(label_has(legend, "1 touchpoint is only in there"));
    ck_assert_ptr_nonnull(agsubg(g, (char *)"cluster_0", 0));
    ck_assert_int_eq(agnnodes(agsubg(g, (char *)"cluster_0", 0)), 1);
    ck_assert_int_eq(agnnodes(agsubg(g, (char *)"cluster_1", 0)), 2);
    ck_assert_ptr_null(agsubg(g, (char *)"cluster_2", 0));
    agclose(g);
    tables_free(&t);
}
END_TEST

/* From a fifth of all on (64.2) only page -> cart is left; all else goes through (other). */
START_TEST(test_flow_folded)
{
    static const struct {
        const char *from, *to;
        int64_t count;
    } want[] = {
        { "touch: page", "touch: cart", 70 }, { "(start)", "(other)", 100 },
        { "touch: page", "(other)", 20 },     { "touch: cart", "(other)", 70 },
        { "(other)", "touch: page", 90 },     { "(other)", "(end)", 84 },
        { "(other)", "(open)", 16 },
    };
    struct tables t;
    tables_small(&t);
    Agraph_t *g = flow_graph(&t, 0.2);
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        ck_assert_int_eq(edge_count(g, want[i].from, want[i].to), want[i].count);
    ck_assert_int_eq(agnedges(g), (int)(sizeof want / sizeof *want));
    ck_assert_int_eq(number(agnode(g, (char *)"(other)", 0), "rare_in"), 190);
    ck_assert_int_eq(number(agnode(g, (char *)"(other)", 0), "rare_out"), 190);
    agclose(g);
    g = flow_graph(&t, 0);
    ck_assert(!has(g, "(other)"));
    ck_assert(has(g, "touch: help"));
    ck_assert_int_eq(agnnodes(agsubg(g, (char *)"cluster_2", 0)), 1);
    ck_assert(!label_has(agnode(g, (char *)"legend", 0), "rare ways"));
    agclose(g);
    tables_free(&t);
}
END_TEST

static const struct {
    int walks;
    double share;
} shops[] = { { 0, 0.01 }, { 1, 0.01 }, { 40, 0 }, { 3000, 0.01 }, { 3000, 0 }, { 3000, 0.9 } };

static void assert_balance(Agraph_t *g, Agnode_t *n)
{
    int64_t in = number(n, "rare_in"), out = number(n, "rare_out");
    for (Agedge_t *e = agfstin(g, n); e; e = agnxtin(g, e))
        in += strcmp(agnameof(agtail(e)), "(other)") ? number(e, "count") : 0;
    for (Agedge_t *e = agfstout(g, n); e; e = agnxtout(g, e))
        out += strcmp(agnameof(aghead(e)), "(other)") ? number(e, "count") : 0;
    ck_assert_msg(in == out, "%s: %lld in, %lld out", agnameof(n), (long long)in, (long long)out);
}

START_TEST(test_flow_balance)
{
    struct tables t;
    tables_shop(&t, shops[_i].walks);
    Agraph_t *g = flow_graph(&t, shops[_i].share);
    int touches = 0, ways = 0;
    for (Agnode_t *n = agfstnode(g); n; n = agnxtnode(g, n)) {
        bool touch = strncmp(agnameof(n), "touch: ", 7) == 0;
        touches += touch;
        if (touch)
            assert_balance(g, n);
        for (Agedge_t *e = agfstout(g, n); e; e = agnxtout(g, e))
            ways += number(e, "customers") > 0;
    }
    Agnode_t *other = agnode(g, (char *)"(other)", 0);
    if (other)
        ck_assert_int_eq(number(other, "rare_in"), number(other, "rare_out"));
    ck_assert_int_le(touches, FLOW_NODES_MAX);
    ck_assert_int_le(ways, FLOW_EDGES_MAX);
    agclose(g);
    tables_free(&t);
}
END_TEST

/* The order of the rows is not seen in the picture. */
START_TEST(test_flow_order)
{
    struct tables t, u;
    tables_shop(&t, 500);
    tables_shop(&u, 500);
    size_t n = u.transitions.nrows, width = u.transitions.ncolumns * sizeof(struct cell);
    for (size_t i = 0; i < n; i++)
        memcpy(u.transitions.cells + i * u.transitions.ncolumns,
               t.transitions.cells + (n - 1 - i) * t.transitions.ncolumns, width);
    struct str a = flow_text(&t, 0.005), b = flow_text(&u, 0.005);
    ck_assert(str_eq(a, b));
    free((char *)a.p);
    free((char *)b.p);
    tables_free(&t);
    tables_free(&u);
}
END_TEST

/* A chain of 200 touchpoints, all equally frequent: 30 are shown. */
START_TEST(test_flow_cap)
{
    struct tables t;
    char from[20] = "(start)", to[20];
    tables_init(&t);
    for (int i = 0; i < 200; i++) {
        snprintf(to, sizeof to, "t%03d", i);
        add_transition(&t, str_c(from), str_c(to), 5, 5, i ? 60 : -1);
        strcpy(from, to);
    }
    add_transition(&t, str_c(from), STR("(end)"), 5, 5, -1);
    Agraph_t *g = flow_graph(&t, 0);
    int shown = 0;
    for (Agnode_t *n = agfstnode(g); n; n = agnxtnode(g, n))
        shown += strncmp(agnameof(n), "touch: ", 7) == 0;
    ck_assert_int_eq(shown, FLOW_NODES_MAX);
    ck_assert(label_has(agnode(g, (char *)"legend", 0), "at most 60 ways and 30 touchpoints"));
    ck_assert(label_has(agnode(g, (char *)"legend", 0), "170 touchpoints are only in there"));
    agclose(g);
    tables_free(&t);
}
END_TEST

/* ---- the map ---- */

static size_t times(const char *text, const char *what)
{
    size_t n = 0;
    for (; (text = strstr(text, what)); text++)
        n++;
    return n;
}

START_TEST(test_map_small)
{
    struct tables t;
    tables_small(&t);
    struct str text = map_text(&t);
    Agraph_t *g = agmemread(text.p);
    ck_assert_int_eq(agnnodes(g), 1);
    Agnode_t *map = agnode(g, (char *)"map", 0);
    static const char *const want[] = {
        "Acme &lt;shop&gt; &amp; co",
        "<b>awareness</b>",
        "<b>purchase</b>",
        "<b>(none)</b>",
        "page <b>70</b><br/>cart <b>66</b>",
        "<b>1,234</b> (50 % of all)",
        "→ <b>83 %</b> go on",
        "✕ <b>17 %</b>",
        "half within <b>2 h 3 min</b>",
        "1 in 10 over 1 d 2 h",
        "<b>☹ -0.4 bad</b>",
        "nobody said",
        "no time measured",
        "▲ cart 30",
    };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        ck_assert_msg(label_has(map, want[i]), "no '%s'", want[i]);
    const char *label = agget(map, (char *)"label");
    ck_assert_uint_eq(times(label, "<tr>"), 1 + 7 + 1);
    ck_assert_uint_eq(times(label, "<td"), 1 + 7 * 4 + 1);
    agclose(g);
    free((char *)text.p);
    tables_free(&t);
}
END_TEST

/* Sixteen stages stand in three bands of six columns; the most crowded names five touchpoints. */
START_TEST(test_map_wide)
{
    struct tables t;
    char name[20];
    tables_init(&t);
    for (int i = 0; i < 16; i++) {
        snprintf(name, sizeof name, "stage %d", i);
        add_stage(&t, &(struct stage_row){ name, 1, 5, 1, 2, 0.5, 0.5, NO_EMOTION, 0 });
    }
    for (int i = 0; i < 9; i++) {
        snprintf(name, sizeof name, "touch %d", i);
        add_touchpoint(
            &t, &(struct touch_row){
                    .name = name, .stage = "stage 15", .customers = i, .emotion = NO_EMOTION });
    }
    struct str text = map_text(&t);
    ck_assert_uint_eq(times(text.p, "<tr>"), 1 + 3 * 7 + 1);
    ck_assert_uint_eq(times(text.p, "touch "), 5);
    ck_assert_uint_eq(times(text.p, "+4 more"), 1);
    ck_assert(strstr(text.p, "touch 8") && !strstr(text.p, "touch 3"));
    free((char *)text.p);
    tables_free(&t);
}
END_TEST

/* ---- pictures ---- */

static char *svg_of(struct str dot)
{
    struct err e = { "" };
    char *svg;
    size_t n;
    FILE *f = open_memstream(&svg, &n);
    bool ok = dot_to_svg(dot, f, &e);
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
    char *first = svg_of(flow), *second = svg_of(map), *again = svg_of(flow);
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
        struct cell stage[15] = { cell_text(odd[i]) };
        for (size_t k = 1; k < 15; k++)
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
    char *a = svg_of(flow), *b = svg_of(map);
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
    ck_assert(!dot_to_svg(STR("digraph { a -> "), f, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "syntax error"));
    ck_assert_int_eq(ftell(f), 0);
    e.text[0] = '\0';
    g_setenv("GVBINDIR", "/nonexistent", TRUE);
    ck_assert(!dot_to_svg(STR("digraph { a -> b }"), f, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "package 'graphviz'"));
    fclose(f);
}
END_TEST

/* ---- a run ---- */

struct run {
    struct builder b;
    const struct world *w;
    struct tallies tallies;
    struct zone *zone;
    char dir[40];
};

static void run_begin(struct run *r)
{
    builder_random(&r->b, 7, 60, 9);
    builder_world(&r->b);
    r->zone = zone_new(STR("UTC"));
    r->b.plan.name = STR("Acme shop");
    r->b.plan.zone = r->zone;
    r->b.plan.journey.inactivity = 90 * DAY;
    r->b.world.begin = INT64_C(1788220800) * SECOND;
    r->b.world.end = r->b.world.begin + 55 * DAY;
    r->w = &r->b.world;
    tallies_make(r->w, 2, &r->tallies);
    strcpy(r->dir, "/tmp/test_report_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(r->dir));
}

static void run_end(struct run *r)
{
    GDir *d = g_dir_open(r->dir, 0, NULL);
    for (const char *name; (name = g_dir_read_name(d));) {
        char *path = g_build_filename(r->dir, name, NULL);
        unlink(path);
        g_free(path);
    }
    g_dir_close(d);
    rmdir(r->dir);
    tallies_free(&r->tallies);
    builder_free(&r->b);
    zone_free(r->zone);
}

static bool there(const struct run *r, const char *name)
{
    char *path = g_build_filename(r->dir, name, NULL);
    bool yes = g_file_test(path, G_FILE_TEST_EXISTS);
    g_free(path);
    return yes;
}

START_TEST(test_write)
{
    struct run r;
    struct err e = { "" };
    run_begin(&r);
    struct report_options options = { .dir = r.dir, .svg = true, .edge_share = 0.01 };
    bool ok = report_write(r.w, &r.tallies, &options, &e);
    ck_assert_msg(ok, "%s", e.text);
    for (size_t i = 0; measures[i]; i++) {
        char name[60];
        snprintf(name, sizeof name, "%s.csv", measures[i]->name);
        ck_assert_int_eq(there(&r, name), !measures[i]->on_request);
    }
    ck_assert(there(&r, "flow.dot") && there(&r, "map.dot"));
    ck_assert(there(&r, "flow.svg") && there(&r, "map.svg"));
    char *path = g_build_filename(r.dir, "flow.dot", NULL), *dot;
    ck_assert(g_file_get_contents(path, &dot, NULL, NULL));
    ck_assert_ptr_nonnull(strstr(dot, "Acme shop · 2026-09-01 to 2026-10-26 · "));
    g_free(dot);
    g_free(path);
    run_end(&r);
}
END_TEST

/* Nothing is left behind when the pictures cannot be made: neither reports nor temporary files. */
START_TEST(test_write_fails)
{
    struct run r;
    struct err e = { "" };
    run_begin(&r);
    g_setenv("GVBINDIR", "/nonexistent", TRUE);
    struct report_options options = { .dir = r.dir, .svg = true, .edge_share = 0.01 };
    ck_assert(!report_write(r.w, &r.tallies, &options, &e));
    ck_assert(e.text[0] != '\0');
    GDir *d = g_dir_open(r.dir, 0, NULL);
    ck_assert_ptr_null(g_dir_read_name(d));
    g_dir_close(d);
    run_end(&r);
}
END_TEST

static char *summary_of(struct run *r)
{
    char *text;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    report_summary(r->w, &r->tallies, f);
    fclose(f);
    return text;
}

START_TEST(test_summary)
{
    struct run r;
    run_begin(&r);
    struct str silent[] = { STR("fax\x1b[2J") };
    r.b.files[0].damage = STR("cut short");
    r.b.files[0].records += 100;
    r.b.files[0].rejected[REJECT_TIME] = 60;
    r.b.files[0].rejected[REJECT_WINDOW] = 40;
    r.b.world.silent = silent;
    r.b.world.nsilent = 1;
    r.b.customers.refused = 2;
    char *text = summary_of(&r);
    static const char *const want[] = {
        "Acme shop, 2026-09-01 to 2026-10-26\n",
        "\nCustomers     ",
        "\nConversion    ",
        "\nBegin with    ",
        "not understood (mostly: ",
        "! The logs cover 55 d, but a journey counts as lost only after 90 d",
        "! No record for a long time: fax" R "[2J",
        "! Damaged, read as far as possible: ",
        "! 2 visitors (address and browser)",
    };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        ck_assert_msg(strstr(text, want[i]) != NULL, "no '%s' in:\n%s", want[i], text);
    ck_assert_ptr_nonnull(strstr(text, reject_names[REJECT_TIME]));
    ck_assert_uint_le(times(text, "\n"), 25);
    free(text);
    run_end(&r);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("report");
    TCase *words = new_case(s, "words");
    tcase_add_loop_test(words, test_numbers, 0, ROWS(numbers));
    tcase_add_loop_test(words, test_shares, 0, ROWS(shares));
    tcase_add_loop_test(words, test_names, 0, ROWS(names));
    TCase *flow = new_case(s, "flow");
    tcase_add_test(flow, test_flow_small);
    tcase_add_test(flow, test_flow_folded);
    tcase_add_loop_test(flow, test_flow_balance, 0, ROWS(shops));
    tcase_add_test(flow, test_flow_order);
    tcase_add_test(flow, test_flow_cap);
    TCase *map = new_case(s, "map");
    tcase_add_test(map, test_map_small);
    tcase_add_test(map, test_map_wide);
    TCase *svg = new_case(s, "svg");
    tcase_add_test(svg, test_svg);
    tcase_add_test(svg, test_odd_names);
    tcase_add_test(svg, test_svg_fails);
    TCase *run = new_case(s, "run");
    tcase_add_test(run, test_write);
    tcase_add_test(run, test_write_fails);
    tcase_add_test(run, test_summary);
    return s;
}
