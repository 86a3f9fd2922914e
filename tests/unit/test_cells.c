/* test_cells.c - the people behind a number, for every number: of each row of each table that is
 * counted, and each of its columns of counts, cell(...) finds journeys and customers that are
 * exactly the number. Columns that are no sum of what people did are faults: they are listed here,
 * so that none slips in.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "unit.h"

#include "funnel_plans.h"
#include "measure/all.h"
#include "measure/cells.h"
#include "measure_tools.h"
#include "world_builder.h"

static const struct world *random_world(struct builder *b, uint64_t seed)
{
    builder_random(b, seed * 7919 + 1, 25, 12);
    funnels_add(b);
    b->plan.channels.on = true;
    b->plan.channels.direct = STR("direct");
    b->sources[0].lands = true;
    return builder_world(b);
}

/* ---- every cell ---- */

/* Whole numbers that are said of a row, not counted in it: the n of a share of which the row is but
 * a part (the same is asked for by leaving conditions out), lengths, places, and touchpoints of a
 * stage. */
static bool is_no_sum(const char *table, const char *column)
{
    static const char *const list[] = {
        "touchpoints.reach_n",
        "stages.touchpoints",
        "stages.reach_n",
        "transitions.proba_out_n",
        "transitions.proba_in_n",
        "paths.length",
        "eventually_follows.share_of_journeys_n",
        "eventually_follows.distance_min",
        "steps.population",
        "step_flows.population",
        "happy_path.share_n",
        "rework.distance_min",
        "sequences.length",
        "sequences.support_n",
        "channel_moves.proba_out_n",
        "planned.share_n",
        "bottlenecks.rank",
        "compare.paths_a_n",
        "compare.paths_b_n",
        "compare.proba_out_a_n",
        "compare.proba_out_b_n",
        "drop_off.rate_n",
        "funnel_drivers.rank",
    };
    char name[80];
    snprintf(name, sizeof name, "%s.%s", table, column);
    for (size_t i = 0; i < sizeof list / sizeof *list; i++)
        if (strcmp(list[i], name) == 0)
            return true;
    return false;
}

static char *put_text(char *to, const char *column, struct str text)
{
    to += sprintf(to, ", %s = '", column);
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\'')
            *to++ = '\'';
        *to++ = text.p[i];
    }
    *to++ = '\'';
    *to = '\0';
    return to;
}

/* The columns up to the last text tell the rows apart. */
static size_t keys_of(const struct measure *m)
{
    size_t n = 0;
    for (size_t i = 0; i < m->ncolumns; i++)
        if (m->columns[i].unit == UNIT_TEXT)
            n = i + 1;
    return n;
}

/* Counts among these that tell no rows apart, but belong to a row. */
static bool is_no_key(const char *column)
{
    return strcmp(column, "channels") == 0 || strcmp(column, "rank") == 0 ||
           strcmp(column, "reached") == 0 || strcmp(column, "touchpoints") == 0;
}

static void say_cell(char *to, const struct measure *m, const struct cell *row, size_t column)
{
    to += sprintf(to, "cell(%s, %s", m->name, m->columns[column].name);
    for (size_t i = 0; i < keys_of(m); i++) {
        const struct column *c = &m->columns[i];
        if (is_no_key(c->name))
            continue;
        if (c->unit == UNIT_TEXT)
            to = put_text(to, c->name, row[i].blank ? STR("") : row[i].text);
        else if (c->unit == UNIT_COUNT)
            to += row[i].blank ? sprintf(to, ", %s = ''", c->name)
                               : sprintf(to, ", %s = %" PRId64, c->name, row[i].i);
    }
    if (strcmp(m->name, "funnel_times") == 0)
        to += sprintf(to, ", from = %.6f", (double)row[4].i / 1e6);
    strcpy(to, ")");
}

struct found {
    uint64_t people, journeys;
};

static struct found people_of(const struct world *w, const struct where *where)
{
    struct found f = { 0, 0 };
    for (uint32_t c = 0; c < w->customers->n; c++) {
        uint64_t before = f.journeys;
        for (size_t i = w->journey_first[c]; i < w->journey_first[c + 1]; i++)
            f.journeys += where_holds(where, w, &w->journeys[i]);
        f.people += f.journeys > before;
    }
    return f;
}

/* A column of customers has as many of them, one of journeys as many of these; of other things, at
 * least one of which a journey had, there are no fewer than people. */
static void check_found(const struct measure *m, size_t column, const char *text, uint64_t n,
                        struct found f)
{
    const char *name = m->columns[column].name;
    if (strcmp(name, "customers") == 0 || strcmp(name, "emotion_customers") == 0)
        ck_assert_msg(f.people == n, "%s: %" PRIu64 " people, not %" PRIu64, text, f.people, n);
    else if (strcmp(name, "unique_paths") == 0 ||
             (strcmp(name, "journeys") == 0 && strcmp(m->name, "step_flows") != 0))
        ck_assert_msg(f.journeys == n, "%s: %" PRIu64 " journeys, not %" PRIu64, text, f.journeys,
                      n);
    else
        ck_assert_msg(f.people <= n && (f.people > 0) == (n > 0),
                      "%s: %" PRIu64 " people of %" PRIu64, text, f.people, n);
}

static void check_cell(const struct world *w, const struct measure *m, const struct cell *row,
                       size_t column)
{
    static char text[70000];
    struct text_fault fault = { { 0 }, 0 };
    struct cells *cells = cells_new(w, 1);
    struct where_terms words = cells_words(cells);
    bool sum = !is_no_sum(m->name, m->columns[column].name);
    say_cell(text, m, row, column);
    struct where *where = where_compile(w, str_c(text), WHERE_JOURNEY, &words, &fault);
    ck_assert_msg(where || !sum, "%s: %s", text, fault.text);
    if (where && sum)
        check_found(m, column, text, row[column].blank ? 0 : (uint64_t)row[column].i,
                    people_of(w, where));
    where_free(where);
    cells_free(cells);
}

START_TEST(test_every_cell)
{
    struct builder b;
    const struct world *w = random_world(&b, (uint64_t)_i + 3);
    for (size_t i = 0; measures[i]; i++) {
        struct table t;
        if (!measures[i]->begin || measures[i] == &measure_coverage)
            continue;
        table_of(&t, measures[i]->name, w);
        for (size_t r = 0; r < t.nrows; r++)
            for (size_t c = keys_of(measures[i]); c < t.ncolumns; c++)
                if (t.columns[c].unit == UNIT_COUNT)
                    check_cell(w, measures[i], t.cells + r * t.ncolumns, c);
        table_free(&t);
    }
    builder_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("cells");
    TCase *c = tcase_create("cells");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, test_every_cell, 0, 3);
    suite_add_tcase(s, c);
    return s;
}

#include "measure_tools.c"
#include "world_builder.c"
