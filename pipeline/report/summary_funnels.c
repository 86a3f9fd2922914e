/* summary_funnels.c - see summary_funnels.h. */
#include "report/summary_funnels.h"

#include "report/draw.h"

enum { FUNNELS_SHOWN = 8, LABEL = 14 };

static struct str text_in(const struct table *t, size_t row, const char *column)
{
    return table_cell(t, row, column)->text;
}

/* The last required step of the funnel whose first row for all is `row`. */
static size_t last_step(const struct table *t, size_t row)
{
    size_t last = row;
    for (size_t i = row + 1; i < t->nrows; i++) {
        if (table_cell(t, i, "step_number")->i <= table_cell(t, i - 1, "step_number")->i)
            break;
        if (!table_cell(t, i, "optional")->i)
            last = i;
    }
    return last;
}

/* How many of the rows of a step are settled and did not go on. */
static int64_t lost_at(const struct table *t, size_t row)
{
    struct str outcome = text_in(t, row, "outcome");
    bool stays = str_eq(outcome, STR("went on")) || str_eq(outcome, STR("open"));
    return stays ? 0 : table_cell(t, row, "n")->i;
}

/* "; most are lost after cart: 1,271" */
static void put_loss(GString *to, const struct table *t, struct str funnel)
{
    int64_t most = 0, n = 0;
    struct str where = { 0 };
    for (size_t i = 0; i < t->nrows; i++) {
        if (!str_eq(text_in(t, i, "funnel"), funnel))
            continue;
        bool same = i > 0 && str_eq(text_in(t, i - 1, "funnel"), funnel) &&
                    table_cell(t, i, "step_number")->i == table_cell(t, i - 1, "step_number")->i;
        n = (same ? n : 0) + lost_at(t, i);
        if (n <= most)
            continue;
        most = n;
        where = text_in(t, i, "step");
    }
    if (most == 0)
        return;
    g_string_append(to, "; most are lost after ");
    draw_name(to, where);
    g_string_append(to, ": ");
    draw_count(to, most);
}

void summary_funnels(GString *to, const struct table *funnels, const struct table *drop_off)
{
    int shown = 0;
    for (size_t i = 0; i < funnels->nrows && shown < FUNNELS_SHOWN; i++) {
        struct str name = text_in(funnels, i, "funnel");
        if (i > 0 && str_eq(text_in(funnels, i - 1, "funnel"), name))
            continue;
        const struct cell *rate = table_cell(funnels, last_step(funnels, i), "overall");
        g_string_append_printf(to, "%-*s", LABEL, shown++ ? "" : "Funnels");
        draw_name(to, name);
        g_string_append(to, ": ");
        const struct cell *reached = table_cell(funnels, last_step(funnels, i), "n");
        const struct cell *entered = table_cell(funnels, i, "overall_n");
        if (reached->blank || entered->blank) {
            g_string_append(to, "too few to show\n");
            continue;
        }
        draw_count(to, reached->i);
        g_string_append(to, " of ");
        draw_count(to, entered->i);
        g_string_append_printf(to, " %.*s", STR_ARG(text_in(funnels, i, "counting")));
        if (!rate->blank) {
            g_string_append(to, " (");
            draw_share(to, rate->d);
            g_string_append(to, ")");
        }
        put_loss(to, drop_off, name);
        g_string_append_c(to, '\n');
    }
}
