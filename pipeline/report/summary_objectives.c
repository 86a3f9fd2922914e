/* summary_objectives.c - see summary_objectives.h. */
#include "report/summary_objectives.h"

#include "report/draw.h"

enum { OBJECTIVES_SHOWN = 8, LABEL = 14 };

static void put_figure(GString *to, const struct table *t, size_t row, const char *column)
{
    const struct cell *c = table_cell(t, row, column);
    struct str kind = table_cell(t, row, "kind")->text;
    if (c->blank)
        g_string_append(to, "no figure");
    else if (str_eq(kind, STR("rate")))
        draw_share(to, c->d);
    else if (str_eq(kind, STR("duration")))
        draw_duration(to, (int64_t)(c->d * 1e6));
    else
        g_string_append_printf(to, "%.6g", c->d);
}

static void put_line(GString *to, const struct table *t, size_t row)
{
    const struct cell *due = table_cell(t, row, "due"), *done = table_cell(t, row, "share_done");
    draw_name(to, table_cell(t, row, "objective")->text);
    g_string_append(to, ": ");
    put_figure(to, t, row, "value");
    if (!table_cell(t, row, "target")->blank) {
        g_string_append(to, ", target ");
        put_figure(to, t, row, "target");
    }
    g_string_append(to, ": ");
    draw_name(to, table_cell(t, row, "status")->text);
    if (!done->blank && done->d > 0 && done->d < 1)
        g_string_append_printf(to, " (%.0f %% of it done)", 100 * done->d);
    if (!due->blank) {
        g_string_append(to, ", due ");
        draw_name(to, due->text);
    }
    g_string_append_c(to, '\n');
}

void summary_objectives(GString *to, const struct table *t)
{
    for (size_t row = 0; row < t->nrows && row < OBJECTIVES_SHOWN; row++) {
        g_string_append_printf(to, "%-*s", LABEL, row ? "" : "Objectives");
        put_line(to, t, row);
    }
    if (t->nrows > OBJECTIVES_SHOWN)
        g_string_append_printf(to, "%-*s%zu more: objectives.csv\n", LABEL, "",
                               t->nrows - OBJECTIVES_SHOWN);
}
