/* fold.c - see fold.h. */
#include "report/fold.h"

#include <assert.h>
#include <stdlib.h>

#include "report/draw.h"

static enum flow_kind kind_of(struct str name)
{
    return str_eq(name, STR("(start)"))   ? FLOW_START
           : str_eq(name, STR("(end)"))   ? FLOW_END
           : str_eq(name, STR("(open)"))  ? FLOW_OPEN
           : str_eq(name, STR("(other)")) ? FLOW_REST
                                          : FLOW_TOUCH;
}

static int by_name(const void *x, const void *y)
{
    const struct flow_node *a = x, *b = y;
    return str_cmp(a->name, b->name);
}

static struct str text_of(const struct cell *c)
{
    return c->blank ? STR("") : c->text;
}

/* Rows without a transition say nothing about the flow. */
static bool counts(const struct table *t, size_t row)
{
    return cell_or_0(table_cell(t, row, "count")) > 0;
}

static void find_nodes(const struct table *t, struct flow *f)
{
    size_t n = 0;
    f->nodes = mem_zero(2 * t->nrows + 1, sizeof *f->nodes);
    for (size_t row = 0; row < t->nrows; row++) {
        if (!counts(t, row))
            continue;
        f->nodes[n++].name = text_of(table_cell(t, row, "from"));
        f->nodes[n++].name = text_of(table_cell(t, row, "to"));
    }
    qsort(f->nodes, n, sizeof *f->nodes, by_name);
    for (size_t i = 0; i < n; i++)
        if (i == 0 || !str_eq(f->nodes[i].name, f->nodes[f->nnodes - 1].name))
            f->nodes[f->nnodes++] = f->nodes[i];
    for (size_t i = 0; i < f->nnodes; i++)
        f->nodes[i].kind = kind_of(f->nodes[i].name);
}

static uint32_t node_of(const struct flow *f, const struct cell *name)
{
    struct flow_node key = { .name = text_of(name) };
    const struct flow_node *hit = bsearch(&key, f->nodes, f->nnodes, sizeof *f->nodes, by_name);
    assert(hit);
    return (uint32_t)(hit - f->nodes);
}

static int by_use(const void *x, const void *y)
{
    const struct flow_edge *a = x, *b = y;
    if (a->count != b->count)
        return a->count < b->count ? 1 : -1;
    if (a->from != b->from)
        return a->from < b->from ? -1 : 1;
    return (a->to > b->to) - (a->to < b->to);
}

static void find_edges(const struct table *t, struct flow *f)
{
    f->edges = mem_zero(t->nrows + 1, sizeof *f->edges);
    for (size_t row = 0; row < t->nrows; row++) {
        if (!counts(t, row))
            continue;
        f->edges[f->nedges++] = (struct flow_edge){
            .from = node_of(f, table_cell(t, row, "from")),
            .to = node_of(f, table_cell(t, row, "to")),
            .count = table_cell(t, row, "count")->i,
            .customers = cell_or_0(table_cell(t, row, "customers")),
            .wait = *table_cell(t, row, "time_median"),
        };
        f->total += f->edges[f->nedges - 1].count;
    }
    qsort(f->edges, f->nedges, sizeof *f->edges, by_use);
}

/* Would showing both ends of the edge make too many touchpoints? */
static size_t newly_shown(const struct flow *f, const struct flow_edge *e)
{
    const struct flow_node *from = &f->nodes[e->from], *to = &f->nodes[e->to];
    return (size_t)(from->kind == FLOW_TOUCH && !from->shown) +
           (size_t)(to->kind == FLOW_TOUCH && !to->shown && from != to);
}

static bool ends_in_rest(const struct flow *f, const struct flow_edge *e)
{
    return f->nodes[e->from].kind == FLOW_REST || f->nodes[e->to].kind == FLOW_REST;
}

/* Moves the edges to draw to the front. Edges of a touchpoint (other) are never among them: it
 * stands for the rest already. */
static void choose(struct flow *f)
{
    size_t shown = 0;
    for (size_t i = 0; i < f->nedges && !f->capped; i++) {
        struct flow_edge e = f->edges[i];
        if ((double)e.count < f->share * (double)f->total)
            break;
        if (ends_in_rest(f, &e))
            continue;
        shown += newly_shown(f, &e);
        f->capped = shown > FLOW_NODES_MAX || f->nkept == FLOW_EDGES_MAX;
        if (f->capped)
            break;
        f->nodes[e.from].shown = f->nodes[e.to].shown = true;
        memmove(&f->edges[f->nkept + 1], &f->edges[f->nkept], (i - f->nkept) * sizeof *f->edges);
        f->edges[f->nkept++] = e;
    }
}

void flow_fold(const struct table *transitions, double share, struct flow *out)
{
    *out = (struct flow){ .share = share };
    find_nodes(transitions, out);
    find_edges(transitions, out);
    choose(out);
    for (size_t i = 0; i < out->nnodes; i++) {
        struct flow_node *n = &out->nodes[i];
        if (n->kind == FLOW_START || n->kind == FLOW_END || n->kind == FLOW_OPEN)
            n->shown = true;
        out->hidden += n->kind == FLOW_TOUCH && !n->shown;
    }
    for (size_t i = out->nkept; i < out->nedges; i++) {
        const struct flow_edge *e = &out->edges[i];
        struct flow_node *from = &out->nodes[e->from], *to = &out->nodes[e->to];
        out->folded += e->count;
        from->to_other += e->count;
        to->from_other += e->count;
        if (!from->shown && !to->shown)
            out->inside += e->count;
        out->other_in += from->shown ? e->count : 0;
        out->other_out += to->shown ? e->count : 0;
    }
}

void flow_free(struct flow *f)
{
    free(f->nodes);
    free(f->edges);
    *f = (struct flow){ 0 };
}
