/* flow.c - the transition graph as a picture: what touchpoint follows which, for how many, how long
 * after.
 *
 * In:      the tables transitions, touchpoints and stages.
 * Out:     DOT text. Stages follow one another from left to right. Nodes and edges carry their
 * numbers as attributes (count, customers, wait_seconds), so that other tools can use them. Owns:
 * nothing. Threads: one (libcgraph).
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/clock.h"
#include "report/draw.h"
#include "report/fold.h"
#include "report/legend.h"
#include "report/report.h"

/* One run of flow_dot(). */
struct picture {
    const struct table *touchpoints, *stages;
    struct flow flow;
    struct wait_classes waits;
    int64_t most; /* customers of the edge that has most */
    Agraph_t *g;
    Agnode_t **nodes; /* [flow.nnodes]; NULL when not shown */
    size_t *stage;    /* [flow.nnodes] row of stages; stages->nrows when it has none */
    Agnode_t *other;  /* NULL when nothing is folded */
};

/* The row of that name; nrows when there is none. */
static size_t row_of(const struct table *t, const char *column, struct str name)
{
    size_t row = 0;
    for (; row < t->nrows; row++) {
        const struct cell *c = table_cell(t, row, column);
        if (!c->blank && str_eq(c->text, name))
            break;
    }
    return row;
}

/* ---- nodes ---- */

/* "1,234 · 2 d 3 h" */
static void put_way(GString *label, const struct flow_edge *e)
{
    draw_count(label, e->customers);
    if (!e->wait.blank) {
        g_string_append(label, " · ");
        draw_duration(label, e->wait.i);
    }
}

/* The edge that leads back to its own touchpoint, where one is drawn. */
static void again(const struct picture *p, uint32_t node, GString *label)
{
    for (size_t i = 0; i < p->flow.nkept; i++) {
        const struct flow_edge *e = &p->flow.edges[i];
        if (e->from == node && e->to == node) {
            g_string_append(label, "<br/><font point-size=\"9\">again: ");
            put_way(label, e);
            g_string_append(label, "</font>");
        }
    }
}

/* How often something too rare for a line of its own led here and away. */
static void rare_ways(GString *label, const struct flow_node *n)
{
    if (n->from_other + n->to_other == 0)
        return;
    g_string_append(label, "<br/><font point-size=\"9\" color=\"#555555\">rare: ");
    if (n->from_other) {
        draw_count(label, n->from_other);
        g_string_append(label, " in");
    }
    if (n->to_other) {
        g_string_append(label, n->from_other ? ", " : "");
        draw_count(label, n->to_other);
        g_string_append(label, " out");
    }
    g_string_append(label, "</font>");
}

static void set_rare(Agnode_t *node, const struct flow_node *n)
{
    draw_setf(node, "rare_in", "%" PRId64, n->from_other);
    draw_setf(node, "rare_out", "%" PRId64, n->to_other);
}

/* Name, customers, and emotion or events. */
static void label_touchpoint(struct picture *p, uint32_t number)
{
    const struct flow_node *n = &p->flow.nodes[number];
    Agnode_t *node = p->nodes[number];
    const struct table *t = p->touchpoints;
    size_t row = row_of(t, "touchpoint", n->name);
    GString *label = g_string_new("<b>");
    draw_label(label, n->name);
    g_string_append(label, "</b>");
    if (row < t->nrows) {
        int64_t customers = cell_or_0(table_cell(t, row, "customers"));
        draw_setf(node, "customers", "%" PRId64, customers);
        g_string_append(label, "<br/>");
        draw_number_of(label, customers, "customer");
        const struct cell *emotion = table_cell(t, row, "emotion_mean");
        g_string_append(label, "<br/>");
        if (emotion->blank)
            draw_number_of(label, cell_or_0(table_cell(t, row, "events")), "event");
        else {
            draw_emotion(label, emotion->i);
            draw_set(node, "fillcolor", emotion_fill(emotion->i));
        }
    }
    again(p, number, label);
    rare_ways(label, n);
    set_rare(node, n);
    draw_set_label(node, label);
}

static void label_plain(Agnode_t *node, const char *text, const char *shape,
                        const struct flow_node *n)
{
    GString *label = g_string_new(text);
    rare_ways(label, n);
    set_rare(node, n);
    draw_set_label(node, label);
    draw_set(node, "shape", shape);
    draw_set(node, "fillcolor", "#eeeeee");
}

/* A name of its own in the graph for each touchpoint, also when two differ only in bytes that
 * cannot be shown. The prefix keeps it apart from the other nodes and from what libcgraph takes
 * for names that it made. */
static Agnode_t *touch_node(struct picture *p, Agraph_t *part, struct str name)
{
    GString *id = g_string_new("touch: ");
    draw_name(id, name);
    while (agnode(p->g, id->str, 0))
        g_string_append_c(id, '\'');
    Agnode_t *node = draw_node(part, id->str);
    g_string_free(id, TRUE);
    return node;
}

/* The box of a stage; nothing when none of its touchpoints is shown. */
static void draw_stage(struct picture *p, size_t stage)
{
    Agraph_t *cluster = NULL;
    char id[40];
    for (size_t i = 0; i < p->flow.nnodes; i++) {
        const struct flow_node *n = &p->flow.nodes[i];
        if (n->kind != FLOW_TOUCH || !n->shown || p->stage[i] != stage)
            continue;
        if (!cluster) {
            snprintf(id, sizeof id, "cluster_%zu", stage);
            cluster = draw_part(p->g, id);
        }
        p->nodes[i] = touch_node(p, cluster, n->name);
        label_touchpoint(p, (uint32_t)i);
    }
    if (!cluster)
        return;
    GString *label = g_string_new("<b>");
    if (stage < p->stages->nrows)
        draw_label(label, table_cell(p->stages, stage, "stage")->text);
    else
        draw_label(label, STAGE_MISSING);
    g_string_append(label, "</b>");
    draw_set_label(cluster, label);
}

static void draw_ends(struct picture *p)
{
    static const char *const ids[] = { "", "(start)", "(end)", "(open)" };
    static const char *const labels[] = { "", "start", "end", "still<br/>open" };
    static const char *const shapes[] = { "", "circle", "ellipse", "diamond" };
    for (size_t i = 0; i < p->flow.nnodes; i++) {
        enum flow_kind kind = p->flow.nodes[i].kind;
        if (kind == FLOW_TOUCH || kind == FLOW_REST)
            continue;
        Agraph_t *side = draw_part(p->g, kind == FLOW_START ? "begin" : "finish");
        draw_set(side, "rank", kind == FLOW_START ? "source" : "sink");
        p->nodes[i] = draw_node(side, ids[kind]);
        label_plain(p->nodes[i], labels[kind], shapes[kind], &p->flow.nodes[i]);
        if (kind == FLOW_END)
            draw_set(p->nodes[i], "peripheries", "2");
    }
    if (p->flow.other_in + p->flow.other_out > 0) {
        p->other = draw_node(p->g, "(other)");
        struct flow_node all = { .from_other = p->flow.other_in, .to_other = p->flow.other_out };
        label_plain(p->other, "<b>(other)</b>", "hexagon", &all);
    }
}

static void find_stages(struct picture *p)
{
    for (size_t i = 0; i < p->flow.nnodes; i++) {
        p->stage[i] = p->stages->nrows;
        if (p->flow.nodes[i].kind != FLOW_TOUCH || !p->flow.nodes[i].shown)
            continue;
        size_t row = row_of(p->touchpoints, "touchpoint", p->flow.nodes[i].name);
        if (row == p->touchpoints->nrows)
            continue;
        const struct cell *stage = table_cell(p->touchpoints, row, "stage");
        p->stage[i] = row_of(p->stages, "stage", stage->blank ? STAGE_MISSING : stage->text);
    }
}

/* ---- edges ---- */

static bool is_end(const struct picture *p, size_t node)
{
    enum flow_kind kind = p->flow.nodes[node].kind;
    return kind == FLOW_END || kind == FLOW_OPEN;
}

/* A way back to an earlier stage must not pull that stage to the right. */
static bool onward(const struct picture *p, const struct flow_edge *e)
{
    return p->flow.nodes[e->from].kind == FLOW_START || is_end(p, e->to) ||
           p->stage[e->from] <= p->stage[e->to];
}

/* On white, so that it can be read where lines cross. */
static void label_edge(Agedge_t *edge, const char *what)
{
    GString *label = g_string_new("<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" "
                                  "cellpadding=\"1\"><tr><td bgcolor=\"#ffffff\">");
    g_string_append(label, what);
    g_string_append(label, "</td></tr></table>");
    draw_set_label(edge, label);
}

static void draw_way(struct picture *p, const struct flow_edge *e)
{
    Agedge_t *edge = draw_edge(p->g, p->nodes[e->from], p->nodes[e->to]);
    if (e->from != e->to) { /* what leads back to itself is told in the box: again() */
        GString *label = g_string_new(NULL);
        put_way(label, e);
        label_edge(edge, label->str);
        g_string_free(label, TRUE);
    }
    if (!e->wait.blank) {
        int class = wait_class(&p->waits, e->wait.i);
        draw_set(edge, "color", wait_colour(class));
        draw_set(edge, "style", wait_style(class));
        draw_setf(edge, "wait_seconds", "%" PRId64, e->wait.i / SECOND);
    }
    double part = (double)e->customers / (double)p->most;
    draw_setf(edge, "penwidth", "%.2f", 1 + 5 * part);
    if (is_end(p, e->to)) /* must not pull the touchpoint out of its stage */
        draw_set(edge, "weight", "0");
    else if (onward(p, e))
        draw_setf(edge, "weight", "%d", 1 + (int)(9 * part));
    else
        draw_set(edge, "constraint", "false");
    draw_setf(edge, "count", "%" PRId64, e->count);
    draw_setf(edge, "customers", "%" PRId64, e->customers);
}

/* One line for all that is folded on one side of a node; only when it is much: dozens of thin lines
 * across the picture would hide it. The rest is told by rare_ways() in the boxes. */
static void draw_folded(struct picture *p, Agnode_t *from, Agnode_t *to, int64_t count)
{
    if ((double)count < FLOW_LINE_SHARE * (double)p->flow.total)
        return;
    Agedge_t *edge = draw_edge(p->g, from, to);
    GString *label = g_string_new("<font color=\"#555555\">");
    draw_number_of(label, count, "time");
    g_string_append(label, "</font>");
    label_edge(edge, label->str);
    g_string_free(label, TRUE);
    draw_set(edge, "color", "#aaaaaa");
    draw_set(edge, "arrowhead", "open");
    draw_setf(edge, "count", "%" PRId64, count);
}

static void draw_edges(struct picture *p)
{
    struct flow *f = &p->flow;
    p->most = 1;
    for (size_t i = 0; i < f->nkept; i++)
        if (f->edges[i].customers > p->most)
            p->most = f->edges[i].customers;
    for (size_t i = 0; i < f->nkept; i++)
        draw_way(p, &f->edges[i]);
    for (size_t i = 0; i < f->nnodes; i++) {
        if (!p->nodes[i])
            continue;
        draw_folded(p, p->nodes[i], p->other, f->nodes[i].to_other);
        draw_folded(p, p->other, p->nodes[i], f->nodes[i].from_other);
    }
}

/* ---- columns ---- */

/* An edge that nobody sees, unless there is one already. */
static void hold(struct picture *p, Agnode_t *left, Agnode_t *right, const char *weight)
{
    if (agedge(p->g, left, right, NULL, 0))
        return;
    Agedge_t *edge = draw_edge(p->g, left, right);
    draw_set(edge, "style", "invis");
    draw_set(edge, "weight", weight);
}

static bool in_stage(const struct picture *p, size_t node, size_t stage)
{
    return p->nodes[node] && p->flow.nodes[node].kind == FLOW_TOUCH && p->stage[node] == stage;
}

/* The touchpoint of the stage with the most used way; NULL when none of the stage is shown. */
static Agnode_t *busiest(const struct picture *p, size_t stage)
{
    for (size_t i = 0; i < p->flow.nkept; i++) {
        const struct flow_edge *e = &p->flow.edges[i];
        if (in_stage(p, e->from, stage))
            return p->nodes[e->from];
        if (in_stage(p, e->to, stage))
            return p->nodes[e->to];
    }
    return NULL;
}

/* Every stage stands right of the busiest touchpoint of the stage before it, also when nobody goes
 * from the one to the other. */
static void keep_order(struct picture *p)
{
    Agnode_t *before = agnode(p->g, (char *)"(start)", 0);
    for (size_t stage = 0; stage <= p->stages->nrows; stage++) {
        Agnode_t *most = busiest(p, stage);
        for (size_t i = 0; before && most && i < p->flow.nnodes; i++)
            if (in_stage(p, i, stage))
                hold(p, before, p->nodes[i], "2");
        before = most ? most : before;
    }
}

/* The ends stand right of what leads nowhere else. */
static void keep_ends_last(struct picture *p)
{
    for (size_t i = 0; i < p->flow.nnodes; i++) {
        if (!p->nodes[i] || p->flow.nodes[i].kind != FLOW_TOUCH)
            continue;
        bool leads = false;
        for (size_t k = 0; k < p->flow.nkept; k++) {
            const struct flow_edge *e = &p->flow.edges[k];
            leads |= e->from == i && e->to != i && onward(p, e);
        }
        for (size_t end = 0; end < p->flow.nnodes && !leads; end++)
            if (is_end(p, end))
                hold(p, p->nodes[i], p->nodes[end], "0");
    }
}

/* ---- the whole ---- */

static void draw_frame(Agraph_t *g, const char *title)
{
    static const struct {
        int kind;
        const char *name, *value;
    } defaults[] = {
        { AGRAPH, "rankdir", "LR" },        { AGRAPH, "newrank", "true" },
        { AGRAPH, "labelloc", "t" },        { AGRAPH, "fontsize", "18" },
        { AGRAPH, "nodesep", "0.3" },       { AGRAPH, "ranksep", "0.9" },
        { AGRAPH, "style", "rounded" },     { AGRAPH, "color", "#999999" },
        { AGRAPH, "bgcolor", "#ffffff" },   { AGRAPH, "pad", "0.2" },
        { AGNODE, "shape", "box" },         { AGNODE, "style", "filled" },
        { AGNODE, "fillcolor", "#ffffff" }, { AGNODE, "color", "#444444" },
        { AGNODE, "fontsize", "11" },       { AGNODE, "margin", "0.14,0.07" },
        { AGEDGE, "fontsize", "9" },        { AGEDGE, "color", "#444444" },
        { AGEDGE, "arrowsize", "0.7" },
    };
    for (size_t i = 0; i < G_N_ELEMENTS(defaults); i++)
        draw_default(g, defaults[i].kind, defaults[i].name, defaults[i].value);
    draw_title(g, title);
}

void flow_dot(const struct table *transitions, const struct table *touchpoints,
              const struct table *stages, const char *title, double edge_share, FILE *f)
{
    struct picture p = { .touchpoints = touchpoints, .stages = stages, .g = draw_open("flow") };
    flow_fold(transitions, edge_share, &p.flow);
    wait_classes_make(&p.flow, &p.waits);
    p.nodes = mem_zero(p.flow.nnodes + 1, sizeof(Agnode_t *));
    p.stage = mem_zero(p.flow.nnodes + 1, sizeof *p.stage);
    find_stages(&p);
    draw_frame(p.g, title);
    draw_ends(&p);
    for (size_t stage = 0; stage <= stages->nrows; stage++)
        draw_stage(&p, stage);
    draw_edges(&p);
    keep_order(&p);
    keep_ends_last(&p);
    Agnode_t *legend = draw_node(p.g, "legend");
    draw_set(legend, "shape", "plain");
    draw_set_label(legend, legend_label(&p.flow, &p.waits, p.most));
    draw_write(p.g, f);
    free(p.nodes);
    free(p.stage);
    flow_free(&p.flow);
}
