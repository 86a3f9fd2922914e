/* test_diagrams.c - the diagrams, read again by libcgraph and compared with what was worked out on
 * paper: what libcgraph says is independent of what drew them. */
#include <graphviz/cgraph.h>

#include "report/fold.h"
#include "report_text.h"
#include "unit.h"

/* ---- the transition graph ---- */

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

/* Without those that only keep the stages in their order. */
static int edges_seen(Agraph_t *g)
{
    int seen = 0;
    for (Agnode_t *n = agfstnode(g); n; n = agnxtnode(g, n))
        for (Agedge_t *e = agfstout(g, n); e; e = agnxtout(g, e))
            seen += number(e, "count") > 0;
    return seen;
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
    ck_assert_int_eq(edges_seen(g), 8);
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
    ck_assert_int_eq(edges_seen(g), (int)(sizeof want / sizeof *want));
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

/* Memory that is laid out otherwise is not seen either. */
START_TEST(test_flow_same)
{
    struct tables t;
    tables_shop(&t, 500);
    struct str first = flow_text(&t, 0.005);
    for (size_t i = 1; i < 50; i++) {
        void *holes[8];
        for (size_t k = 0; k < 8; k++)
            holes[k] = malloc(16 * (1 + (i * 7 + k * 5) % 9));
        for (size_t k = 0; k < 8; k += 2)
            free(holes[k]);
        struct str next = flow_text(&t, 0.005);
        ck_assert(str_eq(first, next));
        free((char *)next.p);
        for (size_t k = 1; k < 8; k += 2)
            free(holes[k]);
    }
    free((char *)first.p);
    tables_free(&t);
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
        "<b>1,234 </b>(50 % of all)",
        "→ <b>83 % </b>go on",
        "✕ <b>17 % </b>leave here",
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

Suite *unit_suite(void)
{
    Suite *s = suite_create("diagrams");
    TCase *flow = new_case(s, "flow");
    tcase_add_test(flow, test_flow_small);
    tcase_add_test(flow, test_flow_folded);
    tcase_add_loop_test(flow, test_flow_balance, 0, ROWS(shops));
    tcase_add_test(flow, test_flow_order);
    tcase_add_test(flow, test_flow_same);
    tcase_add_test(flow, test_flow_cap);
    TCase *map = new_case(s, "map");
    tcase_add_test(map, test_map_small);
    tcase_add_test(map, test_map_wide);
    return s;
}
