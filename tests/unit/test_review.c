/* test_review.c - what measures say of their columns for a review holds for their columns. */
#include "measure/review.h"
#include "unit.h"

static const struct column *find(const struct measure *m, struct str name)
{
    for (size_t i = 0; i < m->ncolumns; i++)
        if (str_eq(name, str_c(m->columns[i].name)))
            return &m->columns[i];
    return NULL;
}

static void check_names(const struct measure *m, const char *list)
{
    struct str rest = str_c(list);
    while (rest.n) {
        struct str name = str_cut(&rest, ',');
        ck_assert_msg(find(m, name), "%s has no column '%.*s'", m->name, STR_ARG(name));
    }
}

START_TEST(test_roles)
{
    size_t compared = 0;
    for (size_t i = 0; measures[i]; i++) {
        const struct measure *m = measures[i];
        const struct review_roles *r = &m->review;
        compared += r->keys != NULL;
        check_names(m, r->keys);
        check_names(m, r->untested);
        check_names(m, r->whole);
        check_names(m, r->moves);
        ck_assert(!r->keys || !m->streams);
        ck_assert(!r->moves || find(m, str_c(r->moves))->unit == UNIT_COUNT);
        struct str rest = str_c(r->rates);
        while (rest.n) {
            struct str n = str_cut(&rest, ','), rate = str_cut(&n, '/');
            ck_assert_msg(find(m, rate) && find(m, rate)->unit == UNIT_SHARE, "%s: '%.*s'", m->name,
                          STR_ARG(rate));
            ck_assert_msg(find(m, n) && find(m, n)->unit == UNIT_COUNT, "%s: '%.*s'", m->name,
                          STR_ARG(n));
        }
    }
    ck_assert_uint_ge(compared, 8);
}
END_TEST

/* What a project may name as a measure is a column of the table that it is about. */
START_TEST(test_objective_figures)
{
    static const char *const tables[] = { "funnels", "touchpoints", "stages" };
    static const enum unit units[FIGURE_KINDS] = { UNIT_SHARE, UNIT_COUNT, UNIT_SECONDS,
                                                   UNIT_MICROS };
    size_t n = 0;
    for (const struct objective_figure *f = objective_figures; f->name; f++, n++) {
        if (f->about == ABOUT_JOURNEYS)
            continue;
        const struct measure *m = measure_find(tables[f->about]);
        const struct column *c = find(m, str_c(f->column));
        ck_assert_msg(c && c->unit == units[f->kind], "%s: '%s'", m->name, f->column);
        ck_assert_msg(!f->n || (find(m, str_c(f->n)) && find(m, str_c(f->n))->unit == UNIT_COUNT),
                      "%s: '%s'", m->name, f->name);
        ck_assert_msg(f->kind != FIGURE_RATE || f->n, "%s: '%s'", m->name, f->name);
    }
    ck_assert_uint_ge(n, 30);
}
END_TEST

/* Texts that hold what joins keys are still told apart; a key that says (all) is not shown. */
START_TEST(test_pairs)
{
    static const struct column columns[] = { { "from", UNIT_TEXT, "" },
                                             { "to", UNIT_TEXT, "" },
                                             { "count", UNIT_COUNT, "" } };
    const struct measure m = { .columns = columns, .ncolumns = 3, .review = { .keys = "from,to" } };
    struct table a, b;
    struct row_pairs pairs;
    table_init(&a, columns, 3);
    table_init(&b, columns, 3);
    struct sink to_a = table_sink(&a), to_b = table_sink(&b);
    struct cell x[] = { cell_c("x"), cell_c("y | z"), cell_i(1) };
    struct cell y[] = { cell_c("x | y"), cell_c("z"), cell_i(2) };
    struct cell z[] = { cell_c("(all)"), cell_c("z"), cell_i(3) };
    ck_assert(to_a.row(to_a.ctx, x) && to_a.row(to_a.ctx, z));
    ck_assert(to_b.row(to_b.ctx, y) && to_b.row(to_b.ctx, x));
    row_pairs_make(&m, &a, &b, &pairs);
    ck_assert_uint_eq(pairs.n, 3);
    ck_assert(pairs.list[0].a == ROW_NONE && pairs.list[0].b == 0);
    ck_assert(pairs.list[1].a == 0 && pairs.list[1].b == 1);
    ck_assert(pairs.list[2].a == 1 && pairs.list[2].b == ROW_NONE);
    ck_assert_str_is(pairs.list[1].name, "x | y | z");
    ck_assert_str_is(pairs.list[2].name, "z");
    row_pairs_free(&pairs);
    table_free(&a);
    table_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("review");
    tcase_add_test(new_case(s, "roles"), test_roles);
    tcase_add_test(new_case(s, "roles"), test_objective_figures);
    tcase_add_test(new_case(s, "pairs"), test_pairs);
    return s;
}
