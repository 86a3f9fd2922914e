/* test_funnel_tables.c - what must hold between the tables of funnels in any world: one population,
 * nobody is lost or counted twice (definitions.md 3, A01).
 */
#include "unit.h"

#include "funnel_plans.h"
#include "measure_tools.h"

enum { SEEDS = 60 };

static const struct world *random_world(struct builder *b, int seed)
{
    builder_random(b, (uint64_t)seed * 104729 + 5, seed ? (unsigned)seed * 4 : 0, 14);
    funnels_add(b);
    const struct world *w = builder_world(b);
    b->world.end = w->n ? w->events[w->n - 1].time + 1000 * SECOND : 0;
    return w;
}

static bool is_all(const struct table *t, size_t row, const char *column)
{
    return str_eq(table_cell(t, row, column)->text, STR("(all)"));
}

static bool same_step(const struct table *a, size_t i, const struct table *b, size_t k)
{
    return str_eq(table_cell(a, i, "funnel")->text, table_cell(b, k, "funnel")->text) &&
           table_cell(a, i, "step_number")->i == table_cell(b, k, "step_number")->i;
}

/* Sum of a count over the rows of t that have the step of row `row` of f. */
static uint64_t sum_of(const struct table *t, const char *column, const struct table *f, size_t row)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < t->nrows; i++)
        if (same_step(t, i, f, row) && !table_cell(t, i, column)->blank)
            sum += count_in(t, i, column);
    return sum;
}

/* The next required step of the same funnel: its row; 0 when there is none. */
static size_t row_after(const struct table *f, size_t row)
{
    for (size_t i = row + 1; i < f->nrows; i++) {
        if (!str_eq(table_cell(f, i, "funnel")->text, table_cell(f, row, "funnel")->text) ||
            table_cell(f, i, "step_number")->i == 1)
            return 0;
        if (!table_cell(f, i, "optional")->i)
            return i;
    }
    return 0;
}

START_TEST(test_drop_off)
{
    struct builder b;
    struct table funnels, drop, from;
    const struct world *w = random_world(&b, _i);
    table_of(&funnels, "funnels", w);
    table_of(&drop, "drop_off", w);
    table_of(&from, "drop_off_from", w);
    for (size_t i = 0; i < funnels.nrows; i++) {
        size_t next = row_after(&funnels, i);
        if (!is_all(&funnels, i, "value") || !is_all(&funnels, i, "period") || !next ||
            table_cell(&funnels, i, "optional")->i)
            continue;
        uint64_t n = count_in(&funnels, i, "n");
        uint64_t came = count_in(&funnels, next, "n") - count_in(&funnels, next, "entered_here");
        ck_assert_uint_eq(sum_of(&drop, "n", &funnels, i), n);
        ck_assert_uint_eq(sum_of(&from, "n", &funnels, i), n);
        ck_assert_uint_eq(sum_of(&from, "went_on", &funnels, i), came);
        uint64_t stayed = 0, open = 0;
        for (size_t k = 0; k < drop.nrows; k++) {
            bool here = same_step(&drop, k, &funnels, i);
            bool on = str_eq(table_cell(&drop, k, "outcome")->text, STR("went on"));
            stayed += here && !on ? count_in(&drop, k, "n") : 0;
            open += here && str_eq(table_cell(&drop, k, "outcome")->text, STR("open"))
                        ? count_in(&drop, k, "n")
                        : 0;
            if (here)
                ck_assert_uint_eq(count_in(&drop, k, "reached"), n);
        }
        ck_assert_uint_eq(stayed, n - came);
        ck_assert_uint_eq(sum_of(&from, "open", &funnels, i), open);
        ck_assert_uint_eq(sum_of(&from, "dropped", &funnels, i), stayed - open);
    }
    table_free(&funnels);
    table_free(&drop);
    table_free(&from);
    builder_free(&b);
}
END_TEST

static bool of_segment(const struct table *t, size_t row)
{
    return str_eq(table_cell(t, row, "breakdown")->text, STR("segment at entry"));
}

/* Rows of segments: each unit in every one that holds for the journey of its entry, or in (none).
 * Counted once more for the funnel that counts journeys, where a unit is a journey. */
START_TEST(test_segments)
{
    struct builder b;
    struct table t;
    const struct world *w = random_world(&b, _i);
    size_t number = 2, rows = 0;
    const struct funnel *f = &w->plan->funnels[number];
    ck_assert(f->counting == FUNNEL_JOURNEYS && f->nsegments == 2);
    uint64_t entered[3] = { 0 }, all = 0;
    for (size_t i = 0; i < w->njourneys; i++) {
        const struct journey *j = &w->journeys[i];
        bool in = false, buyer = j->state == JOURNEY_CONVERTED, is_long = j->n >= 3;
        for (uint32_t e = 0; e < j->n; e++)
            for (size_t s = 0; s < f->nsteps; s++)
                in |= !f->steps[s].optional &&
                      names_have(&f->steps[s].any_of,
                                 w->touchpoints[w->events[j->first + e].touch].name);
        all += in;
        entered[0] += in && buyer;
        entered[1] += in && is_long;
        entered[2] += in && !buyer && !is_long;
    }
    table_of(&t, "funnels", w);
    for (size_t i = 0; i < t.nrows; i++) {
        if (!str_eq(table_cell(&t, i, "funnel")->text, f->name))
            continue;
        ck_assert(!is_all(&t, i, "value") || count_in(&t, i, "overall_n") == all);
        if (!of_segment(&t, i))
            continue;
        static const char *const values[] = { "buyers", "long", "(none)" };
        size_t k = rows++ / f->nsteps;
        ck_assert(str_eq(table_cell(&t, i, "value")->text, str_c(values[k])));
        ck_assert_uint_eq(count_in(&t, i, "overall_n"), entered[k]);
    }
    ck_assert_uint_eq(rows, 3 * f->nsteps);
    table_free(&t);
    builder_free(&b);
}
END_TEST

/* The rows of a breakdown, and those of the periods, add up; so do shares of loss and bins. */
START_TEST(test_sums)
{
    struct builder b;
    struct table t, times, drop;
    const struct world *w = random_world(&b, _i);
    table_of(&t, "funnels", w);
    table_of(&times, "funnel_times", w);
    table_of(&drop, "drop_off", w);
    for (size_t i = 0; i < t.nrows; i++) {
        if (!is_all(&t, i, "value") || !is_all(&t, i, "period"))
            continue;
        const struct funnel *f = w->plan->funnels;
        while (!str_eq(f->name, table_cell(&t, i, "funnel")->text))
            f++;
        uint64_t values = 0, periods = 0, lost = 0, n = count_in(&t, i, "n");
        for (size_t k = 0; k < t.nrows; k++) {
            bool here = same_step(&t, i, &t, k) && !of_segment(&t, k);
            values += here && !is_all(&t, k, "value") ? count_in(&t, k, "n") : 0;
            periods += here && !is_all(&t, k, "period") ? count_in(&t, k, "n") : 0;
            lost += here && !is_all(&t, k, "value") ? count_in(&t, k, "value_lost") : 0;
        }
        if (f->breakdown != FUNNEL_BY_NOTHING) {
            ck_assert_uint_eq(values, n);
            ck_assert_uint_eq(lost, count_in(&t, i, "value_lost"));
        }
        if (f->trend != FUNNEL_NO_TREND)
            ck_assert_uint_eq(periods, n);
        ck_assert_uint_eq(sum_of(&times, "n", &t, i),
                          table_cell(&t, i, "step_number")->i == 1
                              ? 0
                              : 2 * (n - count_in(&t, i, "entered_here")));
        if (f->window != INT64_MAX)
            ck_assert_uint_le(count_in(&t, i, "matured"), count_in(&t, i, "matured_n"));
    }
    double loss = 0;
    for (size_t k = 0; k < drop.nrows; k++)
        if (str_eq(table_cell(&drop, k, "funnel")->text, STR("plain")) &&
            !table_cell(&drop, k, "share_of_loss")->blank)
            loss += table_cell(&drop, k, "share_of_loss")->d;
    if (loss > 0)
        ck_assert_double_eq_tol(loss, 1, 1e-9);
    table_free(&t);
    table_free(&times);
    table_free(&drop);
    builder_free(&b);
}
END_TEST

START_TEST(test_carts)
{
    struct builder b;
    struct table t;
    const struct world *w = random_world(&b, _i);
    b.plan.session.timeout = 1800 * SECOND;
    table_of(&t, "carts", w);
    ck_assert_uint_eq(t.nrows, 3);
    static const char *const columns[] = { "abandoned", "recovered", "lost", "open",
                                           "value_at_risk" };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        ck_assert_uint_eq(count_in(&t, 0, columns[i]),
                          count_in(&t, 1, columns[i]) + count_in(&t, 2, columns[i]));
    for (size_t i = 0; i < 3; i++)
        ck_assert_uint_eq(count_in(&t, i, "abandoned"), count_in(&t, i, "recovered") +
                                                            count_in(&t, i, "lost") +
                                                            count_in(&t, i, "open"));
    ck_assert_uint_eq(count_in(&t, 0, "carts"),
                      count_in(&t, 0, "bought_at_once") + count_in(&t, 0, "abandoned"));
    table_free(&t);
    builder_free(&b);
}
END_TEST

/* Figures worked out in Python: (s+1)(F-f+1)/((S-s+1)(f+1)); the pooled z test; Benjamini and
 * Hochberg over both p. 60 enter by ad, 30 order; page: 20 of those that order, 10 of the others;
 * call: 15 and 15; review: one, too rare. */
START_TEST(test_drivers)
{
    struct builder b;
    struct table t;
    builder_init(&b, "all", NULL);
    uint32_t source = builder_source(&b, "web", "website");
    static const char *const names[] = { "ad", "call", "order", "page", "review" };
    for (int i = 0; i < 5; i++)
        builder_touchpoint(&b, names[i], 0);
    for (int i = 0; i < 60; i++) {
        builder_customer(&b, "somebody");
        builder_journey(&b, JOURNEY_LOST);
        builder_event(&b, 0, 0, source);
        if (i < 20 || (i >= 30 && i < 40))
            builder_event(&b, 1, 3, source);
        if (i % 2)
            builder_event(&b, 2, 1, source);
        if (i == 0)
            builder_event(&b, 3, 4, source);
        if (i < 30)
            builder_event(&b, 4, 2, source);
        if (i == 1)
            builder_event(&b, 5, 3, source); /* behind the conversion: no factor of it */
    }
    b.plan.funnels = arena_take(&b.plan.arena, sizeof *b.plan.funnels);
    b.plan.journey.inactivity = DAY;
    funnel_add(&b, "f", "ad order");
    const struct world *w = builder_world(&b);
    b.world.end = w->events[0].time + 9 * DAY;
    table_of(&t, "funnel_drivers", w);
    ck_assert_uint_eq(t.nrows, 3);
    ck_assert_str_eq(cell_shown(&t, 0, "factor"), "page");
    ck_assert_str_eq(cell_shown(&t, 0, "with"), "30");
    ck_assert_str_eq(cell_shown(&t, 0, "converted_with"), "20");
    ck_assert_str_eq(cell_shown(&t, 0, "odds_ratio"), "3.64463");
    ck_assert_str_eq(cell_shown(&t, 0, "odds_ratio_low"), "1.29901");
    ck_assert_str_eq(cell_shown(&t, 0, "odds_ratio_high"), "10.2257");
    ck_assert_str_eq(cell_shown(&t, 0, "p"), "0.00982327");
    ck_assert_str_eq(cell_shown(&t, 0, "p_adjusted"), "0.0196465");
    ck_assert_str_eq(cell_shown(&t, 0, "rank"), "1");
    ck_assert_str_eq(cell_shown(&t, 1, "factor"), "call");
    ck_assert_str_eq(cell_shown(&t, 1, "odds_ratio"), "1");
    ck_assert_str_eq(cell_shown(&t, 1, "p_adjusted"), "1");
    ck_assert_str_eq(cell_shown(&t, 2, "factor"), "3"); /* review, the channel, the source */
    table_free(&t);
    builder_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("tables of funnels");
    tcase_add_loop_test(new_case(s, "drop-off"), test_drop_off, 0, SEEDS);
    tcase_add_loop_test(new_case(s, "segments"), test_segments, 0, SEEDS);
    tcase_add_loop_test(new_case(s, "sums"), test_sums, 0, SEEDS);
    tcase_add_loop_test(new_case(s, "carts"), test_carts, 0, SEEDS);
    tcase_add_test(new_case(s, "drivers"), test_drivers);
    return s;
}
