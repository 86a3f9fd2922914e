/* flow_diff.c - see flow_diff.h. */
#include "report/flow_diff.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>

#include "base/intern.h"
#include "report/draw.h"

#define UP "#2166ac"
#define DOWN "#b35806"
#define SAME "#777777"
#define SAME_SHARE 0.05 /* below this change a line is neither up nor down */

enum { WAYS_MAX = 120 };

struct way {
    uint32_t from, to;
    int64_t a, b;
};

struct diff {
    const struct flow_diff_options *options;
    double size_a, size_b;
    struct intern names;
    struct way *ways;
    size_t n, room;
    int64_t total_a, total_b;
    int64_t *into_a, *into_b; /* [names.n] */
};

/* A way as a number: names are few enough (TOUCHPOINTS_MAX). */
static uint64_t pair(uint32_t from, uint32_t to)
{
    return (uint64_t)from << 32 | to;
}

static int by_ends(const void *x, const void *y)
{
    const struct way *p = x, *q = y;
    uint64_t k = pair(p->from, p->to), l = pair(q->from, q->to);
    return (k > l) - (k < l);
}

static void read_side(struct diff *d, const struct flow_diff_side *side, bool is_b)
{
    const struct table *t = side->table;
    size_t from = table_column(t, "from"), to = table_column(t, "to");
    size_t count = table_column(t, side->count);
    for (size_t i = 0; i < t->nrows; i++) {
        const struct cell *row = t->cells + i * t->ncolumns;
        int64_t n = row[count].i;
        if (n == 0)
            continue; /* the other side has it */
        struct way w = { intern_add(&d->names, row[from].text), 0, is_b ? 0 : n, is_b ? n : 0 };
        w.to = intern_add(&d->names, row[to].text);
        d->ways = mem_grow(d->ways, &d->room, d->n + 1, sizeof *d->ways);
        d->ways[d->n++] = w;
        *(is_b ? &d->total_b : &d->total_a) += n;
    }
}

/* The two rows of one way become one. */
static void join_ways(struct diff *d)
{
    size_t kept = 0;
    if (d->n)
        qsort(d->ways, d->n, sizeof *d->ways, by_ends);
    for (size_t i = 0; i < d->n; i++) {
        if (kept && by_ends(&d->ways[kept - 1], &d->ways[i]) == 0) {
            d->ways[kept - 1].a += d->ways[i].a;
            d->ways[kept - 1].b += d->ways[i].b;
        } else {
            d->ways[kept++] = d->ways[i];
        }
    }
    d->n = kept;
    d->into_a = mem_zero((size_t)d->names.n + 1, sizeof *d->into_a);
    d->into_b = mem_zero((size_t)d->names.n + 1, sizeof *d->into_b);
    for (size_t i = 0; i < d->n; i++) {
        d->into_a[d->ways[i].to] += d->ways[i].a;
        d->into_b[d->ways[i].to] += d->ways[i].b;
    }
}

static bool is_drawn(const struct diff *d, const struct way *w)
{
    double share = d->options->edge_share;
    return (double)w->a >= share * (double)d->total_a || (double)w->b >= share * (double)d->total_b;
}

/* What b is more than a, each over its size, as a share of a: infinite for what is new. */
static double change(const struct diff *d, int64_t a, int64_t b)
{
    double x = (double)a / d->size_a, y = (double)b / d->size_b;
    return a == 0 && b == 0 ? 0 : y / x - 1;
}

/* "120 → 150, +25 %" */
static void put_change(const struct diff *d, GString *to, int64_t a, int64_t b)
{
    double grew = change(d, a, b);
    draw_count(to, a);
    g_string_append(to, " → ");
    draw_count(to, b);
    if (a == 0)
        g_string_append_printf(to, ", %s", d->options->only_b);
    else if (b == 0)
        g_string_append_printf(to, ", %s", d->options->only_a);
    else if (llround(100 * grew) == 0)
        g_string_append(to, ", ±0 %");
    else
        g_string_append_printf(to, ", %s%lld %%", grew > 0 ? "+" : "−", llabs(llround(100 * grew)));
}

/* Blue and through, orange and dashed, or grey. */
static void set_direction(void *edge, double grew)
{
    bool up = grew > SAME_SHARE, down = grew < -SAME_SHARE;
    draw_set(edge, "color", up ? UP : down ? DOWN : SAME);
    draw_set(edge, "fontcolor", up ? UP : down ? DOWN : SAME);
    draw_set(edge, "style", down ? "dashed" : "solid");
}

static Agnode_t *node_of(const struct diff *d, Agraph_t *g, uint32_t number)
{
    struct str name = intern_text(&d->names, number);
    char id[40];
    snprintf(id, sizeof id, "node %" PRIu32, number);
    Agnode_t *node = agnode(g, id, 0);
    if (node)
        return node;
    node = draw_node(g, id);
    GString *label = g_string_new("<b>");
    draw_label(label, name);
    g_string_append(label, "</b>");
    if (!str_eq(name, STR("(start)"))) {
        g_string_append(label, "<br/>");
        put_change(d, label, d->into_a[number], d->into_b[number]);
    }
    draw_set_label(node, label);
    draw_setf(node, "a", "%" PRId64, d->into_a[number]);
    draw_setf(node, "b", "%" PRId64, d->into_b[number]);
    return node;
}

static void draw_way(const struct diff *d, Agraph_t *g, const struct way *w)
{
    Agnode_t *from = node_of(d, g, w->from), *to = node_of(d, g, w->to);
    Agedge_t *edge = draw_edge(g, from, to);
    GString *label = g_string_new(NULL);
    double all = (double)(d->total_a + d->total_b);
    put_change(d, label, w->a, w->b);
    draw_set_label(edge, label);
    set_direction(edge, change(d, w->a, w->b));
    draw_setf(edge, "penwidth", "%.2f", 1 + 12 * sqrt((double)(w->a + w->b) / all) / 2);
    draw_setf(edge, "a", "%" PRId64, w->a);
    draw_setf(edge, "b", "%" PRId64, w->b);
}

static void draw_frame(Agraph_t *g, const char *title)
{
    static const struct {
        int kind;
        const char *name, *value;
    } defaults[] = {
        { AGRAPH, "rankdir", "LR" },        { AGRAPH, "labelloc", "t" },
        { AGRAPH, "fontsize", "18" },       { AGRAPH, "ranksep", "0.9" },
        { AGRAPH, "bgcolor", "#ffffff" },   { AGRAPH, "pad", "0.2" },
        { AGNODE, "shape", "box" },         { AGNODE, "style", "filled" },
        { AGNODE, "fillcolor", "#ffffff" }, { AGNODE, "color", "#444444" },
        { AGNODE, "fontsize", "11" },       { AGEDGE, "fontsize", "9" },
        { AGEDGE, "arrowsize", "0.7" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++)
        draw_default(g, defaults[i].kind, defaults[i].name, defaults[i].value);
    draw_title(g, title);
}

static void draw_legend(const struct diff *d, Agraph_t *g, size_t hidden, int64_t a, int64_t b)
{
    Agnode_t *legend = draw_node(g, "legend");
    draw_set(legend, "shape", "plain");
    GString *label = g_string_new(d->options->key);
    g_string_append(label, "<br/><font color=\"" UP "\">+ more: blue, drawn through</font><br/>"
                           "<font color=\"" DOWN "\">− less: orange, dashed</font><br/>"
                           "<font color=\"" SAME "\">within 5 %: grey</font>");
    if (hidden) {
        g_string_append(label, "<br/>not drawn: ");
        draw_number_of(label, (int64_t)hidden, "rarer way");
        g_string_append(label, ", ");
        draw_count(label, a);
        g_string_append(label, " → ");
        draw_count(label, b);
    }
    draw_set_label(legend, label);
}

/* The most used first, so that a bound on their number cuts the rarest. */
static int by_use(const void *x, const void *y)
{
    const struct way *p = x, *q = y;
    int64_t n = p->a + p->b, m = q->a + q->b;
    return n != m ? (n < m) - (n > m) : by_ends(x, y);
}

void flow_diff_dot(const struct flow_diff_side *a, const struct flow_diff_side *b,
                   const struct flow_diff_options *options, FILE *f)
{
    struct diff d = { .options = options, .size_a = a->size, .size_b = b->size };
    size_t hidden = 0, drawn = 0;
    int64_t hidden_a = 0, hidden_b = 0;
    read_side(&d, b, true);
    read_side(&d, a, false);
    join_ways(&d);
    if (d.n)
        qsort(d.ways, d.n, sizeof *d.ways, by_use);
    Agraph_t *g = draw_open(options->name);
    draw_frame(g, options->title);
    for (size_t i = 0; i < d.n; i++) {
        if (drawn < WAYS_MAX && is_drawn(&d, &d.ways[i])) {
            draw_way(&d, g, &d.ways[i]);
            drawn++;
            continue;
        }
        hidden++;
        hidden_a += d.ways[i].a;
        hidden_b += d.ways[i].b;
    }
    draw_legend(&d, g, hidden, hidden_a, hidden_b);
    draw_write(g, f);
    free(d.ways);
    free(d.into_a);
    free(d.into_b);
    intern_free(&d.names);
}
