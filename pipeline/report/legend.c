/* legend.c - see legend.h. */
#include "report/legend.h"

#include <stdlib.h>

/* ---- classes of waiting time ---- */

static int by_size(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

void wait_classes_make(const struct flow *f, struct wait_classes *w)
{
    int64_t waits[FLOW_EDGES_MAX];
    *w = (struct wait_classes){ 0 };
    for (size_t i = 0; i < f->nkept; i++)
        if (!f->edges[i].wait.blank)
            waits[w->n++] = f->edges[i].wait.i;
    if (w->n == 0)
        return;
    qsort(waits, w->n, sizeof *waits, by_size);
    for (size_t i = 0; i < WAIT_CLASSES - 1; i++)
        w->up_to[i] = waits[(w->n - 1) * (i + 1) / WAIT_CLASSES];
    w->longest = waits[w->n - 1];
}

int wait_class(const struct wait_classes *w, int64_t wait)
{
    int class = 0;
    while (class < WAIT_CLASSES - 1 && wait > w->up_to[class])
        class ++;
    return class;
}

const char *wait_colour(int class)
{
    static const char *const colours[WAIT_CLASSES] = { "#3aa655", "#1f8a8c", "#3b528b", "#440154" };
    return colours[class];
}

const char *wait_style(int class)
{
    static const char *const styles[WAIT_CLASSES] = { "solid", "solid", "dashed", "dotted" };
    return styles[class];
}

/* ---- the legend ---- */

#define CELL "<td align=\"left\" balign=\"left\" colspan=\"2\">"
#define SAMPLE "<td align=\"right\">"
#define TEXT "<td align=\"left\">"

static void put_fills(GString *to)
{
    static const int64_t samples[] = { -1500000, -600000, 0, 600000, 1500000 };
    g_string_append(to, "<tr>" CELL "fill and face: emotion from -2 to +2</td></tr>");
    for (size_t i = 0; i < G_N_ELEMENTS(samples); i++) {
        g_string_append_printf(to, "<tr><td align=\"right\" bgcolor=\"%s\">",
                               emotion_fill(samples[i]));
        draw_emotion(to, samples[i]);
        g_string_append_printf(to, "</td>" TEXT "%s</td></tr>", emotion_word(samples[i]));
    }
}

static void put_waits(GString *to, const struct wait_classes *w)
{
    static const char *const lines[WAIT_CLASSES] = { "━━━", "━━━", "╸╸╸", "▪▪▪" };
    if (w->n == 0)
        return;
    g_string_append(to, "<tr>" CELL "line colour and dashes: median wait</td></tr>");
    for (int i = 0; i < WAIT_CLASSES; i++) {
        bool last = i == WAIT_CLASSES - 1;
        if (i && !last && w->up_to[i] == w->up_to[i - 1])
            continue;
        if (last && w->longest == w->up_to[i - 1])
            continue;
        g_string_append_printf(to, "<tr>" SAMPLE "<font color=\"%s\">%s</font></td>" TEXT "%s ",
                               wait_colour(i), lines[i], last ? "over" : "up to");
        draw_duration(to, w->up_to[last ? i - 1 : i]);
        g_string_append(to, "</td></tr>");
    }
}

/* What is not drawn singly, and from what size on things are. */
static void put_folded(GString *to, const struct flow *f)
{
    if (f->nkept == f->nedges)
        return;
    g_string_append(to, "<tr>" CELL "<b>rare: in, out; (other)</b><br/>");
    draw_count(to, (int64_t)(f->nedges - f->nkept));
    g_string_append(to,
                    " rare ways are not drawn one by one but<br/>added up, in times, not customers"
                    " (a grey<br/>line to or from (other) where it is much).<br/>They are ");
    draw_share(to, f->total ? (double)f->folded / (double)f->total : 0);
    g_string_append(to, " of all ");
    draw_count(to, f->total);
    g_string_append(to, " transitions; each is<br/>");
    if (f->capped)
        g_string_append_printf(
            to, "rarer than those drawn: a picture<br/>holds at most %d ways and %d touchpoints.",
            FLOW_EDGES_MAX, FLOW_NODES_MAX);
    else {
        g_string_append(to, "below ");
        draw_share(to, f->share);
        g_string_append(to, " of them.");
    }
    if (!f->capped && f->folded > f->total - f->folded)
        g_string_append(to, "<br/><b>More is drawn with a smaller --edges.</b>");
    if (f->hidden) {
        g_string_append(to, "<br/>");
        draw_count(to, (int64_t)f->hidden);
        g_string_append(to, f->hidden == 1 ? " touchpoint is" : " touchpoints are");
        g_string_append(to, " only in there.");
    }
    g_string_append(to, "</td></tr>");
}

/* A run that found nothing says so, and where to look. */
static GString *nothing_label(void)
{
    return g_string_new("<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"9\" "
                        "color=\"#888888\"><tr>" CELL "<b>There is no journey to draw.</b><br/>"
                        "What became of every record: coverage.csv and rejects.csv"
                        "</td></tr></table>");
}

GString *legend_label(const struct flow *f, const struct wait_classes *w, int64_t most)
{
    if (f->nedges == 0)
        return nothing_label();
    GString *to = g_string_new("<table border=\"1\" cellborder=\"0\" cellspacing=\"0\" "
                               "cellpadding=\"3\" color=\"#888888\" bgcolor=\"#ffffff\">"
                               "<tr>" CELL "<b>How to read this</b></td></tr>"
                               "<tr>" CELL "on a line: customers who went this way,<br/>"
                               "and half of them within that time; in a box,<br/>"
                               "again: back to the same touchpoint.<br/>"
                               "line width: customers");
    if (f->nkept) {
        g_string_append(to, "; the widest has ");
        draw_count(to, most);
    } else
        g_string_append(to, "<br/>No way is drawn one by one.");
    g_string_append(to, "</td></tr>");
    put_waits(to, w);
    put_fills(to);
    g_string_append(to, "<tr>" CELL "(end): nothing followed; (open): may still<br/>"
                        "go on, too early to say</td></tr>");
    put_folded(to, f);
    g_string_append(to, "</table>");
    return to;
}
