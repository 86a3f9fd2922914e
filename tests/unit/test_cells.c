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

static const struct world *random_world(struct builder *b, uint64_t seed, unsigned customers)
{
    builder_random(b, seed * 7919 + 1, customers, 12);
    funnels_add(b);
    b->plan.channels.on = true;
    b->plan.channels.direct = STR("direct");
    b->plan.flows.steps.top = 2;
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
    struct cells *cells = cells_new(w, 1, true);
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
    const struct world *w = random_world(&b, (uint64_t)_i + 3, 16);
    for (size_t i = 0; measures[i]; i++) {
        struct table t;
        if (!measures[i]->begin || measures[i]->of_the_run || measures[i] == &measure_coverage)
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

/* ---- the same said in another way ---- */

/* What each cell says is worked out by code that shares nothing with it. */
static const struct {
    const char *cell, *same;
} twins[] = {
    { "cell(touchpoints, customers, touchpoint = cart)", "has(touchpoint = cart)" },
    { "cell(touchpoints, events, touchpoint = cart) >= 2", "count(touchpoint = cart) >= 2" },
    { "cell(touchpoints, starts, touchpoint = ad)", "first_touchpoint = ad" },
    { "cell(touchpoints, ends, touchpoint = ad)", "last_touchpoint = ad & ended" },
    { "cell(transitions, count, from = cart, to = order)", "path ~ 'cart -> order'" },
    { "cell(transitions, count, from = cart, to = '(open)')", "path ~ 'cart -> (open)'" },
    { "cell(eventually_follows, count, from = cart, to = order)", "path ~ 'cart -> .* -> order'" },
    { "cell(rework, rework, touchpoint = cart)", "count(touchpoint = cart) > 1" },
    { "cell(rework, self_loops, touchpoint = cart)", "path ~ 'cart -> cart'" },
    { "cell(compare, count_a, from = ad, to = cart)", "segment = buyers & path ~ 'ad -> cart'" },
    { "cell(funnels, n, funnel = plain, breakdown = '(all)', period = '(all)', step = cart)",
      "funnel.plain.reached(cart)" },
    { "cell(drop_off, n, funnel = 'open journeys', outcome = open)",
      "funnel.'open journeys'.open" },
    { "cell(drop_off, n, funnel = totals, outcome = open)", "funnel.totals.open" },
    { "!cell(touchpoints, customers, touchpoint = cart)", "touchpoint != cart" },
    { "cell(touchpoints, events, touchpoint = cart) = 0", "touchpoint != cart" },
};

static struct where *compiled(const struct world *w, struct cells *cells, const char *text)
{
    struct text_fault fault = { { 0 }, 0 };
    struct where_terms words = cells_words(cells);
    struct where *where = where_compile(w, str_c(text), WHERE_JOURNEY, &words, &fault);
    ck_assert_msg(where != NULL, "%s: %s", text, fault.text);
    return where;
}

START_TEST(test_twins)
{
    struct builder b;
    const struct world *w = random_world(&b, 30, 90);
    struct cells *cells = cells_new(w, 2, true);
    struct where *cell = compiled(w, cells, twins[_i].cell);
    struct where *same = compiled(w, cells, twins[_i].same);
    size_t n = 0;
    for (size_t i = 0; i < w->njourneys; i++) {
        bool holds = where_holds(cell, w, &w->journeys[i]);
        ck_assert_msg(holds == where_holds(same, w, &w->journeys[i]), "%s: journey %zu",
                      twins[_i].cell, i);
        n += holds;
    }
    ck_assert_uint_gt(n, 0);
    where_free(cell);
    where_free(same);
    cells_free(cells);
    builder_free(&b);
}
END_TEST

/* ---- what is wrong, and where ---- */

static const struct {
    const char *text, *fault;
    size_t at;
} faults[] = {
    { "cell", "'(' and the name of a table was expected, but the expression ends here", 4 },
    { "cell(carts)", "',' and a column of the table was expected, not ')'", 10 },
    { "cell(carts, open, funnel)", "'=' and what the row says in this column was expected, not ')'",
      24 },
    { "cell(cats, open)", "there is no table 'cats'; did you mean 'carts'?", 5 },
    { "cell(carts, opn)", "there is no column 'opn'; did you mean 'open'?", 12 },
    { "cell(carts, 'open-opn')", "there is no column 'opn'; did you mean 'open'?", 13 },
    { "cell(carts, recovery)",
      "'recovery' is no number of something: ask for a column that counts, such as 'n'", 12 },
    { "cell(carts, open, funel = plain)", "there is no column 'funel'; did you mean 'funnel'?",
      18 },
    { "cell(carts, open, funnel = plin)",
      "no row of 'carts' has 'plin' in 'funnel'; did you mean 'plain'?", 27 },
    { "cell(carts, open, abandonment = 1)",
      "'abandonment' does not tell rows apart: name texts, counts and seconds", 18 },
    { "cell(steps, n, step = x)", "'x' is no whole number, as 'step' has", 22 },
    { "cell(journeys, events)",
      "the table 'journeys' does not count people: it lists them, or says what was read; ask for "
      "what its row says",
      5 },
    { "cell(transitions, proba_out_n, from = cart)",
      "'proba_out_n' of these rows of 'transitions' is not made of what journeys or customers add "
      "to it: ask for a column that counts them",
      18 },
    { "cell(carts, open) ~ x", "'cell' is a number: compare it with = != < <= > >=", 0 },
    { "has(cell(carts, open))",
      "this is about a journey: it cannot stand here, where single events are meant", 4 },
};

START_TEST(test_faults)
{
    struct builder b;
    const struct world *w = random_world(&b, 9, 25);
    struct text_fault fault = { { 0 }, 0 };
    struct cells *cells = cells_new(w, 1, true);
    struct where_terms words = cells_words(cells);
    ck_assert_ptr_null(where_compile(w, str_c(faults[_i].text), WHERE_JOURNEY, &words, &fault));
    ck_assert_str_eq(fault.text, faults[_i].fault);
    ck_assert_uint_eq(fault.at, faults[_i].at);
    cells_free(cells);
    builder_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("cells");
    TCase *c = tcase_create("cells");
    tcase_set_timeout(c, 300);
    tcase_add_loop_test(c, test_every_cell, 0, 2);
    tcase_add_loop_test(c, test_twins, 0, sizeof twins / sizeof *twins);
    tcase_add_loop_test(c, test_faults, 0, sizeof faults / sizeof *faults);
    suite_add_tcase(s, c);
    return s;
}

#include "measure_tools.c"
#include "world_builder.c"
