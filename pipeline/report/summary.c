/* summary.c - what a run found, in a few lines for a person who does not know logs.
 *
 * In:      a world (journeys and the books of its files), and the tables touchpoints, stages,
 *          transitions, funnels and drop_off.
 * Out:     at most 25 or so lines of text.
 * Owns:    nothing.
 * Threads: one.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "measure/small_cells.h"
#include "report/draw.h"
#include "report/report.h"
#include "report/summary_funnels.h"
#include "report/summary_objectives.h"
#include "report/summary_read.h"

enum {
    NAMES_SHOWN = 3, /* of entry touchpoints and last ones */
    LABEL = 14,      /* columns before the text */
};

/* A transition is frequent when it is this share of all. */
#define FREQUENT 0.01

static void put_label(GString *to, const char *label)
{
    g_string_append_printf(to, "%-*s", LABEL, label);
}

static void put_name(GString *to, struct str name)
{
    draw_name(to, name.n ? name : STR("(no name)"));
}

static void end_line(GString *to)
{
    g_string_append_c(to, '\n');
}

/* ---- journeys ---- */

/* Are so few in one of the states that none of them may be told? */
static bool few(const struct world *w, const struct journey_counts *c)
{
    struct small_limits l = small_limits(w);
    uint64_t missed = c->ended - c->converted;
    bool any = is_small(&l, SMALL_JOURNEYS, (int64_t)c->converted) ||
               is_small(&l, SMALL_JOURNEYS, (int64_t)missed);
    for (int i = 0; i < JOURNEY_STATES; i++)
        any |= is_small(&l, SMALL_JOURNEYS, (int64_t)c->states[i]);
    return any;
}

static void put_journeys(GString *to, const struct world *w, const struct journey_counts *c)
{
    put_label(to, "Customers");
    draw_count(to, (int64_t)c->customers);
    if (w->customers->accounts.level)
        g_string_append(to, ", each an account with all its persons, or a person of none");
    end_line(to);
    put_label(to, "Journeys");
    draw_count(to, (int64_t)(c->states[JOURNEY_CONVERTED] + c->states[JOURNEY_LOST] +
                             c->states[JOURNEY_OPEN]));
    if (few(w, c)) {
        g_string_append(to, ", too few of one state to tell more\n");
        return;
    }
    g_string_append(to, ": ");
    if (w->plan->journey.goal.n) {
        draw_count(to, (int64_t)c->states[JOURNEY_CONVERTED]);
        g_string_append(to, " reached the goal, ");
    }
    draw_count(to, (int64_t)c->states[JOURNEY_LOST]);
    g_string_append(to, " lost, ");
    draw_count(to, (int64_t)c->states[JOURNEY_OPEN]);
    g_string_append(to, " still open\n");
}

/* What was asked for may be all but a few. */
static void put_left_out(GString *to, const struct world *w)
{
    struct small_limits l = small_limits(w);
    if (!w->left_out.asked || is_small(&l, SMALL_EVENTS, (int64_t)w->left_out.events))
        return;
    put_label(to, "Left out");
    draw_number_of(to, (int64_t)w->left_out.journeys, "journey");
    g_string_append(to, " with ");
    draw_number_of(to, (int64_t)w->left_out.events, "event");
    g_string_append(to, ", not asked for\n");
}

static void put_conversion(GString *to, const struct world *w, const struct journey_counts *c)
{
    struct cell low, high, rate = share(c->converted, c->ended);
    put_label(to, "Conversion");
    if (w->plan->journey.goal.n == 0) {
        g_string_append(to, "the project names no goal (journey: goal:)\n");
        return;
    }
    if (rate.blank) {
        g_string_append(to, "not known yet: no first journey has ended\n");
        return;
    }
    if (few(w, c)) {
        g_string_append(to, "of too few to be shown\n");
        return;
    }
    wilson(c->converted, c->ended, &low, &high);
    draw_share(to, rate.d);
    g_string_append(to, " (95 % sure: ");
    draw_share(to, low.d);
    g_string_append(to, " to ");
    draw_share(to, high.d);
    g_string_append(to, ") of ");
    draw_number_of(to, (int64_t)c->ended, "ended journey");
    g_string_append(to, ", repeat ones left out\n");
}

/* ---- where they come from and where they go ---- */

static bool is_goal(const struct world *w, struct str touchpoint)
{
    return names_have(&w->plan->journey.goal, touchpoint);
}

/* The row with the largest number below `below` (or, with the same number, after row `last`). */
static size_t next_largest(const struct table *t, const char *column, int64_t below, size_t last)
{
    size_t best = t->nrows;
    for (size_t row = 0; row < t->nrows; row++) {
        int64_t n = cell_or_0(table_cell(t, row, column));
        if (n > below || (n == below && row <= last))
            continue;
        if (best == t->nrows || n > cell_or_0(table_cell(t, best, column)))
            best = row;
    }
    return best;
}

static bool is_company(const struct table *t, size_t row)
{
    return str_eq(table_cell(t, row, "by")->text, STR("company"));
}

/* The touchpoints with most journeys that start or end; of the ends, goals and what we sent
 * ourselves are left out. */
static void put_touchpoints(GString *to, const struct world *w, const struct table *t,
                            const char *label, const char *column)
{
    size_t shown = 0, row = 0;
    int64_t n = INT64_MAX;
    bool ends = strcmp(column, "ends") == 0;
    while (shown < NAMES_SHOWN) {
        row = next_largest(t, column, n, row);
        if (row == t->nrows)
            break;
        n = cell_or_0(table_cell(t, row, column));
        struct str name = table_cell(t, row, "touchpoint")->text;
        if (n == 0)
            break;
        if (ends && (is_goal(w, name) || is_company(t, row)))
            continue;
        if (shown == 0)
            put_label(to, label);
        g_string_append(to, shown++ ? ", " : "");
        put_name(to, name);
        g_string_append_c(to, ' ');
        draw_count(to, n);
    }
    if (shown)
        end_line(to);
}

static void put_stage(GString *to, const struct table *t)
{
    size_t row = t->nrows;
    for (size_t i = 0; i < t->nrows; i++) {
        int64_t exits = cell_or_0(table_cell(t, i, "exits"));
        if (exits == 0)
            continue;
        if (row == t->nrows || exits > table_cell(t, row, "exits")->i)
            row = i;
    }
    if (row == t->nrows)
        return;
    put_label(to, "Stage left");
    draw_name(to, table_cell(t, row, "stage")->text);
    g_string_append(to, ": ");
    draw_number_of(to, table_cell(t, row, "exits")->i, "journey");
    g_string_append(to, table_cell(t, row, "exit_rate")->blank ? " lost there" : " lost there, ");
    const struct cell *rate = table_cell(t, row, "exit_rate");
    if (!rate->blank)
        draw_share(to, rate->d);
    g_string_append(to, rate->blank ? "" : " of the visits to it");
    end_line(to);
}

static void put_slowest(GString *to, const struct table *t)
{
    int64_t total = 0;
    size_t best = t->nrows;
    for (size_t row = 0; row < t->nrows; row++)
        total += cell_or_0(table_cell(t, row, "count"));
    for (size_t row = 0; row < t->nrows; row++) {
        const struct cell *wait = table_cell(t, row, "time_median");
        double n = (double)cell_or_0(table_cell(t, row, "count"));
        if (wait->blank || n < FREQUENT * (double)total)
            continue;
        if (best == t->nrows || wait->i > table_cell(t, best, "time_median")->i)
            best = row;
    }
    if (best == t->nrows)
        return;
    put_label(to, "Longest wait");
    put_name(to, table_cell(t, best, "from")->text);
    g_string_append(to, " -> ");
    put_name(to, table_cell(t, best, "to")->text);
    g_string_append(to, ": half of them longer than ");
    draw_duration(to, table_cell(t, best, "time_median")->i);
    g_string_append(to, " (");
    draw_number_of(to, cell_or_0(table_cell(t, best, "customers")), "customer");
    g_string_append(to, ")\n");
}

void summary_write(const struct world *w, const struct journey_counts *journeys,
                   const struct summary_tables *tables, FILE *to)
{
    GString *text = g_string_new(NULL);
    draw_name(text, w->plan->name);
    g_string_append(text, w->plan->name.n ? ", " : "");
    draw_period(text, w->begin, w->end, w->plan->zone);
    g_string_append(text, "\n\n");
    put_journeys(text, w, journeys);
    put_left_out(text, w);
    put_conversion(text, w, journeys);
    put_touchpoints(text, w, tables->touchpoints, "Begin with", "starts");
    put_touchpoints(text, w, tables->touchpoints,
                    w->plan->journey.goal.n ? "Last seen at" : "End with", "ends");
    put_stage(text, tables->stages);
    put_slowest(text, tables->transitions);
    summary_funnels(text, tables->funnels, tables->drop_off);
    summary_objectives(text, tables->objectives);
    if (w->plan->privacy.min_cell > 1) {
        put_label(text, "Hidden");
        g_string_append_printf(text, "what is about fewer than %lld customers: hidden.csv\n",
                               (long long)w->plan->privacy.min_cell);
    }
    summary_read(text, w);
    fwrite(text->str, 1, text->len, to);
    g_string_free(text, TRUE);
}
