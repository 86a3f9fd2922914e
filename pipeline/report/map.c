/* map.c - the journey map as a sheet: stages side by side, and what is known of each below.
 *
 * In:      the tables touchpoints and stages.
 * Out:     DOT text: one node whose label is a table, made for A4 landscape.
 * Owns:    nothing.
 * Threads: one (libcgraph).
 */
#include <stdlib.h>

#include "report/draw.h"
#include "report/report.h"

enum {
    MAP_COLUMNS = 7,     /* stages side by side; more go into a second band below */
    MAP_TOUCHPOINTS = 5, /* of a stage by name */
    MAP_PAINS = 2,
};

/* One run of map_dot(). */
struct sheet {
    const struct table *touchpoints, *stages;
    size_t nstages; /* rows of stages, and one more when there are touchpoints without a stage */
    size_t columns; /* of the widest band */
    GString *to;
};

#define HEAD_FILL "#e4e4e4"
#define CELL "<td align=\"left\" balign=\"left\" valign=\"top\""

/* ---- the touchpoints of a stage ---- */

struct touch {
    struct str name;
    int64_t customers, pain;
};

static int by_customers(const void *x, const void *y)
{
    const struct touch *a = x, *b = y;
    if (a->customers != b->customers)
        return a->customers < b->customers ? 1 : -1;
    return str_cmp(a->name, b->name);
}

static int by_pain(const void *x, const void *y)
{
    const struct touch *a = x, *b = y;
    if (a->pain != b->pain)
        return a->pain < b->pain ? 1 : -1;
    return by_customers(x, y);
}

static struct str stage_name(const struct sheet *s, size_t stage)
{
    const struct cell *c = stage < s->stages->nrows ? table_cell(s->stages, stage, "stage") : NULL;
    return !c || c->blank ? STAGE_MISSING : c->text;
}

static bool known_stage(const struct sheet *s, struct str name)
{
    for (size_t i = 0; i < s->stages->nrows; i++)
        if (str_eq(stage_name(s, i), name))
            return true;
    return false;
}

static bool is_of_stage(const struct sheet *s, size_t row, size_t stage)
{
    const struct cell *c = table_cell(s->touchpoints, row, "stage");
    struct str name = c->blank ? STAGE_MISSING : c->text;
    if (stage < s->stages->nrows)
        return str_eq(name, stage_name(s, stage));
    return !known_stage(s, name);
}

/* The caller frees the list. */
static struct touch *touches_of(const struct sheet *s, size_t stage, size_t *n)
{
    const struct table *t = s->touchpoints;
    struct touch *list = mem_zero(t->nrows + 1, sizeof *list);
    *n = 0;
    for (size_t row = 0; row < t->nrows; row++) {
        const struct cell *name = table_cell(t, row, "touchpoint");
        if (!name->blank && is_of_stage(s, row, stage))
            list[(*n)++] = (struct touch){ name->text, cell_or_0(table_cell(t, row, "customers")),
                                           cell_or_0(table_cell(t, row, "pain")) };
    }
    return list;
}

/* ---- lanes: each writes the cell of one stage ----
 *
 * A blank between bold and plain text stands at the end of the first: in SVG it is lost at the
 * beginning of the second. */

typedef void lane_fn(struct sheet *s, size_t stage);

/* The stage's cell of a column; NULL when there is none or it is blank. */
static const struct cell *figure(const struct sheet *s, size_t stage, const char *column)
{
    if (stage >= s->stages->nrows)
        return NULL;
    const struct cell *c = table_cell(s->stages, stage, column);
    return c->blank ? NULL : c;
}

static void open_cell(struct sheet *s, const char *fill)
{
    g_string_append_printf(s->to, CELL " bgcolor=\"%s\">", fill);
}

static void close_cell(struct sheet *s)
{
    g_string_append(s->to, "</td>");
}

static void no_figure(struct sheet *s, const char *why)
{
    g_string_append_printf(s->to, "<font color=\"#666666\">%s</font>", why);
}

/* What to say where the tables show nothing: cells about too few customers are blank. */
static const char *or_hidden(const struct sheet *s, size_t stage, const char *column,
                             const char *otherwise)
{
    bool hidden = stage < s->stages->nrows && !figure(s, stage, column);
    return hidden ? "too few to show" : otherwise;
}

static void lane_touchpoints(struct sheet *s, size_t stage)
{
    size_t n;
    struct touch *list = touches_of(s, stage, &n);
    qsort(list, n, sizeof *list, by_customers);
    open_cell(s, "#ffffff");
    for (size_t i = 0; i < n && i < MAP_TOUCHPOINTS; i++) {
        g_string_append(s->to, i ? "<br/>" : "");
        draw_label(s->to, list[i].name);
        g_string_append(s->to, " <b>");
        draw_count(s->to, list[i].customers);
        g_string_append(s->to, "</b>");
    }
    if (n > MAP_TOUCHPOINTS)
        g_string_append_printf(s->to, "<br/>+%zu more", n - MAP_TOUCHPOINTS);
    if (n == 0)
        no_figure(s, or_hidden(s, stage, "customers", "none seen"));
    close_cell(s);
    free(list);
}

static void lane_customers(struct sheet *s, size_t stage)
{
    const struct cell *customers = figure(s, stage, "customers");
    const struct cell *reach = figure(s, stage, "reach");
    open_cell(s, "#ffffff");
    if (customers) {
        g_string_append(s->to, "<b>");
        draw_count(s->to, customers->i);
        g_string_append(s->to, " </b>");
    } else
        no_figure(s, or_hidden(s, stage, "customers", "not known"));
    if (customers && reach) {
        g_string_append(s->to, "(");
        draw_share(s->to, reach->d);
        g_string_append(s->to, " of all)");
    }
    close_cell(s);
}

static void lane_onward(struct sheet *s, size_t stage)
{
    const struct cell *next = figure(s, stage, "to_next");
    const struct cell *exit = figure(s, stage, "exit_rate");
    open_cell(s, "#ffffff");
    if (next) {
        g_string_append(s->to, "→ <b>");
        draw_share(s->to, next->d);
        g_string_append(s->to, " </b>go on");
    }
    if (exit) {
        g_string_append(s->to, next ? "<br/>✕ <b>" : "✕ <b>");
        draw_share(s->to, exit->d);
        g_string_append(s->to, " </b>leave here");
    }
    if (!next && !exit)
        no_figure(s, or_hidden(s, stage, "entries", "nobody to follow"));
    close_cell(s);
}

static void lane_time(struct sheet *s, size_t stage)
{
    const struct cell *median = figure(s, stage, "dwell_median");
    const struct cell *slow = figure(s, stage, "dwell_p90");
    open_cell(s, "#ffffff");
    if (median) {
        g_string_append(s->to, "half within <b>");
        draw_duration(s->to, median->i);
        g_string_append(s->to, "</b>");
    } else
        no_figure(s, or_hidden(s, stage, "entries", "no time measured"));
    if (median && slow) {
        g_string_append(s->to, "<br/>1 in 10 over ");
        draw_duration(s->to, slow->i);
    }
    close_cell(s);
}

static void lane_emotion(struct sheet *s, size_t stage)
{
    const struct cell *mean = figure(s, stage, "emotion_mean");
    const struct cell *negative = figure(s, stage, "emotion_negative_share");
    open_cell(s, mean ? emotion_fill(mean->i) : "#ffffff");
    if (mean) {
        g_string_append(s->to, "<b>");
        draw_emotion(s->to, mean->i);
        g_string_append_printf(s->to, " %s</b><br/>", emotion_word(mean->i));
        draw_scale(s->to, mean->i);
        const struct cell *of = figure(s, stage, "emotion_customers");
        if (of) {
            g_string_append(s->to, "<br/>of ");
            draw_count(s->to, of->i);
            g_string_append(s->to, of->i == 1 ? " customer" : " customers");
        }
        if (negative) {
            g_string_append(s->to, "<br/>");
            draw_share(s->to, negative->d);
            g_string_append(s->to, " negative");
        }
    } else
        no_figure(s, or_hidden(s, stage, "emotion_customers", "nobody said"));
    close_cell(s);
}

static void lane_pain(struct sheet *s, size_t stage)
{
    size_t n;
    struct touch *list = touches_of(s, stage, &n);
    qsort(list, n, sizeof *list, by_pain);
    int64_t pain = cell_or_0(stage < s->stages->nrows ? table_cell(s->stages, stage, "pain")
                                                      : &(struct cell){ .blank = true });
    open_cell(s, "#ffffff");
    if (pain > 0) {
        g_string_append(s->to, "<b>");
        draw_micros(s->to, pain);
        g_string_append(s->to, " </b>points");
    } else
        no_figure(s, "none");
    for (size_t i = 0; i < n && i < MAP_PAINS && list[i].pain > 0; i++) {
        g_string_append(s->to, "<br/>▲ ");
        draw_label(s->to, list[i].name);
        g_string_append_c(s->to, ' ');
        draw_micros(s->to, list[i].pain);
    }
    close_cell(s);
    free(list);
}

static void lane_head(struct sheet *s, size_t stage)
{
    open_cell(s, HEAD_FILL);
    g_string_append(s->to, "<b>");
    draw_label(s->to, stage_name(s, stage));
    g_string_append(s->to, "</b>");
    close_cell(s);
}

static const struct lane {
    const char *title;
    lane_fn *cell;
} lanes[] = {
    { "", lane_head },
    { "Touchpoints<br/>and their customers", lane_touchpoints },
    { "Customers<br/>in this stage", lane_customers },
    { "Where they go", lane_onward },
    { "Time in<br/>this stage", lane_time },
    { "Emotion<br/>-2 to +2", lane_emotion },
    { "Pain points", lane_pain },
};

/* ---- the whole ---- */

static void put_band(struct sheet *s, size_t first)
{
    for (size_t l = 0; l < G_N_ELEMENTS(lanes); l++) {
        g_string_append_printf(s->to, "<tr>" CELL " bgcolor=\"" HEAD_FILL "\"><b>%s</b></td>",
                               *lanes[l].title ? lanes[l].title : " ");
        for (size_t i = first; i < first + s->columns; i++) {
            if (i < s->nstages)
                lanes[l].cell(s, i);
            else
                g_string_append(s->to, "<td border=\"0\"></td>");
        }
        g_string_append(s->to, "</tr>");
    }
}

static void put_legend(struct sheet *s)
{
    g_string_append_printf(
        s->to,
        "<tr>" CELL " border=\"0\" colspan=\"%zu\"><font point-size=\"9\">"
        "→ share of a stage's journeys that reach a later one; ✕ share of the visits to a "
        "stage after which a journey ended. Emotion: ☹ below -0.25, ☺ from +0.25,<br/>"
        "the dot stands between very bad (left) and very good (right), the bar is 0. ▲ touchpoints "
        "with most pain. Every figure is in stages.csv and touchpoints.csv.</font></td></tr>",
        s->columns + 1);
}

void map_dot(const struct table *touchpoints, const struct table *stages, const char *title,
             FILE *f)
{
    struct sheet s = { .touchpoints = touchpoints, .stages = stages, .nstages = stages->nrows };
    size_t homeless;
    free(touches_of(&s, stages->nrows, &homeless));
    s.nstages += homeless > 0;
    size_t bands = s.nstages ? (s.nstages + MAP_COLUMNS - 1) / MAP_COLUMNS : 1;
    s.columns = s.nstages ? (s.nstages + bands - 1) / bands : 1;
    s.to = g_string_new("<table border=\"0\" cellborder=\"1\" cellspacing=\"0\" cellpadding=\"5\" "
                        "color=\"#888888\">");
    g_string_append_printf(s.to,
                           "<tr>" CELL " border=\"0\" colspan=\"%zu\">"
                           "<font point-size=\"16\"><b>",
                           s.columns + 1);
    draw_escaped(s.to, title);
    g_string_append(s.to, "</b></font></td></tr>");
    for (size_t band = 0; band < bands; band++)
        put_band(&s, band * s.columns);
    put_legend(&s);
    g_string_append(s.to, "</table>");

    Agraph_t *g = draw_open("map");
    draw_default(g, AGRAPH, "size", "11.2,7.7");
    draw_default(g, AGRAPH, "bgcolor", "#ffffff");
    draw_default(g, AGRAPH, "pad", "0.1");
    draw_default(g, AGNODE, "shape", "plain");
    draw_default(g, AGNODE, "fontsize", "11");
    draw_set_label(draw_node(g, "map"), s.to);
    draw_write(g, f);
}
