/* test_small_cells.c - what is shown is about K customers, and what is hidden cannot be had by
 * subtraction: in random worlds, counted again by brute force from all journeys.
 */
#include "unit.h"

#include "measure/small_cells.h"
#include "measure_tools.h"
#include "world_builder.h"

enum { SEEDS = 60 };

static const struct world *random_world(struct builder *b, int seed, int64_t k)
{
    builder_random(b, (uint64_t)seed * 6151 + 3, seed ? (unsigned)seed : 0, 8);
    b->plan.privacy.min_cell = k;
    return builder_world(b);
}

/* As it is shown, with and without the row (hidden). */
static void shown_of(struct table *t, const char *name, const struct world *w,
                     struct hidden *hidden)
{
    const struct measure *m = measure_find(name);
    void *tally = m->begin ? m->begin(w) : NULL;
    for (size_t c = 0; m->begin && c < w->customers->n; c++)
        measure_add(m, tally, w, (uint32_t)c);
    table_init(t, m->columns, m->ncolumns);
    struct sink to = table_sink(t);
    ck_assert(measure_table(m, tally, w, &to, hidden));
    if (tally)
        m->free(tally);
}

static bool is_hidden_row(const struct table *t, size_t row)
{
    const struct cell *c = &t->cells[row * t->ncolumns];
    return !c->blank && str_eq(c->text, SMALL_ROW);
}

/* Customers who have a journey whose column says text. */
static int64_t customers_with(const struct table *journeys, const char *column, struct str text)
{
    int64_t n = 0;
    struct str last = { 0 };
    for (size_t i = 0; i < journeys->nrows; i++) {
        struct str who = table_cell(journeys, i, "customer")->text;
        const struct cell *c = table_cell(journeys, i, column);
        if (c->blank || !str_eq(c->text, text) || (last.n && str_eq(who, last)))
            continue;
        last = who;
        n++;
    }
    return n;
}

START_TEST(test_enough)
{
    for (int64_t k = 2; k < 7; k++) {
        struct builder b;
        struct table all, paths, touchpoints;
        struct hidden hidden = { 0 };
        const struct world *w = random_world(&b, _i, k);
        table_of(&all, "journeys", w);
        shown_of(&paths, "paths", w, &hidden);
        shown_of(&touchpoints, "touchpoints", w, &hidden);
        for (size_t i = 0; i < paths.nrows; i++)
            if (!is_hidden_row(&paths, i))
                ck_assert_int_ge(customers_with(&all, "path", table_cell(&paths, i, "path")->text),
                                 k);
        for (size_t i = 0; i < touchpoints.nrows; i++) {
            const struct cell *starts = table_cell(&touchpoints, i, "starts");
            if (starts->blank || starts->i == 0)
                continue;
            struct str name = table_cell(&touchpoints, i, "touchpoint")->text;
            ck_assert_int_ge(customers_with(&all, "first_touchpoint", name), k);
        }
        table_free(&all);
        table_free(&paths);
        table_free(&touchpoints);
        builder_free(&b);
    }
}
END_TEST

/* Of the rows of a line, none or two are missing, and the row (hidden) makes up for them. */
START_TEST(test_lines)
{
    struct builder b;
    struct table all, shown;
    struct hidden hidden = { 0 };
    const struct world *w = random_world(&b, _i, 4);
    table_of(&all, "transitions", w);
    shown_of(&shown, "transitions", w, &hidden);
    static const char *const ends[] = { "from", "to" };
    for (int e = 0; e < 2; e++)
        for (size_t i = 0; i < all.nrows; i++) {
            struct str name = table_cell(&all, i, ends[e])->text;
            size_t there = 0, left = 0;
            for (size_t r = 0; r < all.nrows; r++)
                there += str_eq(table_cell(&all, r, ends[e])->text, name) &&
                         table_cell(&all, r, "count")->i > 0;
            for (size_t r = 0; r < shown.nrows; r++)
                left +=
                    !is_hidden_row(&shown, r) && str_eq(table_cell(&shown, r, ends[e])->text, name);
            ck_assert(there - left != 1 || there == 1);
        }
    ck_assert_uint_eq(all.nrows - shown.nrows, hidden.rows ? hidden.rows - 1 : 0);
    size_t last = shown.nrows - 1;
    if (hidden.rows && !table_cell(&shown, last, "count")->blank)
        ck_assert_uint_eq(column_sum(&shown, "count"), column_sum(&all, "count"));
    table_free(&all);
    table_free(&shown);
    builder_free(&b);
}
END_TEST

/* A journey is converted, lost or open: what two of them leave is no small number. */
START_TEST(test_splits)
{
    struct builder b;
    struct table paths;
    struct hidden hidden = { 0 };
    const struct world *w = random_world(&b, _i, 3);
    struct small_limits limits = small_limits(w);
    shown_of(&paths, "paths", w, &hidden);
    static const char *const states[] = { "converted", "lost", "open" };
    for (size_t i = 0; i < paths.nrows; i++) {
        int64_t left = table_cell(&paths, i, "journeys")->i;
        bool known = !is_hidden_row(&paths, i), rated = !table_cell(&paths, i, "conversion")->blank;
        for (int s = 0; s < 3; s++) {
            const struct cell *c = table_cell(&paths, i, states[s]);
            ck_assert(c->blank || !is_small(&limits, SMALL_JOURNEYS, c->i));
            left -= c->blank ? 0 : c->i;
        }
        bool none = left == table_cell(&paths, i, "journeys")->i;
        ck_assert(!known || none || !is_small(&limits, SMALL_JOURNEYS, left));
        if (rated)
            ck_assert(!table_cell(&paths, i, "conversion_n")->blank);
    }
    table_free(&paths);
    builder_free(&b);
}
END_TEST

/* The limit of a count of journeys, by hand: two customers have 3 and 2 journeys, the others one.
 * Six journeys are about three customers at least; five may be those two's. */
START_TEST(test_limits)
{
    struct builder b;
    builder_init(&b, "awareness", NULL);
    uint32_t web = builder_source(&b, "web", "website"), ad = builder_touchpoint(&b, "ad", 0);
    static const char *const names[] = { "a", "b", "c", "d" };
    static const int journeys[] = { 3, 1, 2, 1 };
    double at = 0;
    for (int c = 0; c < 4; c++) {
        builder_customer(&b, names[c]);
        for (int j = 0; j < journeys[c]; j++) {
            builder_journey(&b, JOURNEY_LOST);
            builder_event(&b, at++, ad, web);
        }
    }
    b.plan.privacy.min_cell = 3;
    struct small_limits l = small_limits(builder_world(&b));
    ck_assert_int_eq(l.of[SMALL_CUSTOMERS], 3);
    ck_assert_int_eq(l.of[SMALL_JOURNEYS], 6);
    ck_assert_int_eq(l.of[SMALL_EVENTS], 6);
    b.plan.privacy.min_cell = 1;
    l = small_limits(&b.world);
    ck_assert(!is_small(&l, SMALL_CUSTOMERS, 1));
    builder_free(&b);
}
END_TEST

/* ---- counts that add up over all rows ---- */

enum { ACCOUNTS = 5 };

/* Accounts of a random world: every sixth customer is of none. */
static const struct world *world_of_accounts(struct builder *b, int seed, int64_t k)
{
    static const char *const names[ACCOUNTS] = { "a", "b", "c", "d", "e" };
    const struct world *w = random_world(b, seed, k);
    struct accounts *a = &b->customers.accounts;
    uint64_t random = (uint64_t)seed + 11;
    *a = (struct accounts){ .n = ACCOUNTS,
                            .of = mem_take(b->customers.n * sizeof *a->of),
                            .names = mem_take(ACCOUNTS * sizeof *a->names),
                            .persons = mem_zero(ACCOUNTS, sizeof *a->persons),
                            .several = mem_zero(ACCOUNTS, sizeof *a->several) };
    for (int i = 0; i < ACCOUNTS; i++)
        a->names[i] = str_c(names[i]);
    for (uint32_t c = 0; c < b->customers.n; c++) {
        unsigned of = builder_below(&random, ACCOUNTS + 1);
        a->of[c] = of == ACCOUNTS ? ACCOUNT_NONE : of;
        a->without += of == ACCOUNTS;
        if (of == ACCOUNTS)
            continue;
        a->persons[of]++;
        a->several[of] += builder_below(&random, 3) == 0;
    }
    return w;
}

/* The row of the account among those that are shown, or none. */
static size_t shown_row(const struct table *t, struct str account)
{
    for (size_t row = 0; row < t->nrows; row++)
        if (!is_hidden_row(t, row) && str_eq(table_cell(t, row, "account")->text, account))
            return row;
    return SIZE_MAX;
}

/* Of a column whose sum is known, what is missing is nothing, or several counts that are not small
 * together, or all there is. */
static void column_tells_nothing(const struct table *all, const struct table *shown,
                                 const char *column, int64_t least)
{
    size_t missing = 0, left = 0;
    int64_t sum = 0;
    for (size_t i = 0; i < all->nrows; i++) {
        int64_t n = table_cell(all, i, column)->i;
        size_t row = shown_row(shown, table_cell(all, i, "account")->text);
        bool gone = row == SIZE_MAX || table_cell(shown, row, column)->blank;
        ck_assert(gone || n == 0 || n >= least);
        missing += gone && n > 0;
        sum += gone ? n : 0;
        left += !gone && n > 0;
    }
    ck_assert(missing == 0 || left == 0 || (missing > 1 && sum >= least));
}

START_TEST(test_accounts)
{
    for (int64_t k = 2; k < 6; k++) {
        struct builder b;
        struct table all, shown;
        struct hidden hidden = { 0 };
        const struct world *w = world_of_accounts(&b, _i, k);
        struct small_limits limits = small_limits(w);
        b.plan.privacy.min_cell = 0;
        shown_of(&all, "accounts", w, NULL);
        b.plan.privacy.min_cell = k;
        shown_of(&shown, "accounts", w, &hidden);
        ck_assert(!hidden.withheld);
        column_tells_nothing(&all, &shown, "persons", limits.of[SMALL_CUSTOMERS]);
        column_tells_nothing(&all, &shown, "several", limits.of[SMALL_CUSTOMERS]);
        column_tells_nothing(&all, &shown, "converted", limits.of[SMALL_JOURNEYS]);
        column_tells_nothing(&all, &shown, "conversion_n", limits.of[SMALL_JOURNEYS]);
        for (size_t row = 0; row < shown.nrows; row++) {
            const struct cell *rate = table_cell(&shown, row, "conversion");
            ck_assert(rate->blank || !table_cell(&shown, row, "converted")->blank);
            ck_assert(rate->blank || !table_cell(&shown, row, "conversion_n")->blank);
        }
        table_free(&all);
        table_free(&shown);
        accounts_free(&b.customers.accounts);
        builder_free(&b);
    }
}
END_TEST

/* Every table runs through it: names of columns in small_roles.c are those of the tables. */
START_TEST(test_all_tables)
{
    struct builder b;
    const struct world *w = random_world(&b, 40, 4);
    for (size_t i = 0; measures[i]; i++) {
        struct table t;
        struct hidden hidden = { 0 };
        shown_of(&t, measures[i]->name, w, &hidden);
        ck_assert(!measures[i]->streams || (hidden.withheld && t.nrows == 0));
        const struct small_role *role = small_role_find(measures[i]->name);
        ck_assert(hidden.withheld == !role);
        if (role && !role->nobody)
            table_column(&t, role->people);
        table_free(&t);
    }
    builder_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("small_cells");
    TCase *c = new_case(s, "small cells");
    tcase_add_loop_test(c, test_enough, 0, SEEDS);
    tcase_add_loop_test(c, test_lines, 1, SEEDS);
    tcase_add_loop_test(c, test_splits, 0, SEEDS);
    tcase_add_loop_test(c, test_accounts, 1, SEEDS);
    tcase_add_test(c, test_limits);
    tcase_add_test(c, test_all_tables);
    return s;
}
