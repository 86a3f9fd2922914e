/* test_peer_flows.c - transitions and step matrices that other tools publish an answer for in their
 * tests. Names, times and people were written anew; only the orders of events and the answers are
 * theirs: retentioneering 5 (tests/tools/transition_matrix_test.py, step_matrix_test.py), whose
 * path_start and path_end are our (start) and (end).
 */
#include "unit.h"

#include "measure_tools.h"

/* Each word is a journey of one more customer, who was lost: all its events a second apart. */
static const struct world *world_of(struct builder *b, const char *paths)
{
    enum { LETTERS = 5 };
    static const char *const letters[LETTERS] = { "a", "b", "c", "d", "e" };
    uint32_t touch[LETTERS];
    char name[16];
    builder_init(b, "awareness", NULL);
    uint32_t web = builder_source(b, "web", "website");
    for (int i = 0; i < LETTERS; i++)
        touch[i] = builder_touchpoint(b, letters[i], 0);
    struct str rest = str_c(paths);
    for (int n = 1; rest.n; n++) {
        struct str path = str_cut(&rest, ' ');
        snprintf(name, sizeof name, "c%02d", n);
        builder_customer(b, arena_keep(&b->plan.arena, str_c(name)).p);
        builder_journey(b, JOURNEY_LOST);
        for (size_t i = 0; i < path.n; i++)
            builder_event(b, (double)i, touch[path.p[i] - 'a'], web);
    }
    return builder_world(b);
}

#define USERS "abcabcbbb ababcc bbb"
#define SESSIONS "abcabc bbb ababcc bbb"

/* ---- transitions: the columns of a row of theirs, from a, b, c to a, b, c, (end) ---- */

static const struct {
    const char *paths, *column;
    double of;         /* shares are counts over this; 0: they are counts */
    double want[4][4]; /* from (start), a, b, c */
} graphs[] = {
    { USERS, "count", 0, { { 2, 1, 0, 0 }, { 0, 4, 0, 0 }, { 1, 4, 3, 2 }, { 1, 1, 1, 1 } } },
    { SESSIONS, "count", 0, { { 2, 2, 0, 0 }, { 0, 4, 0, 0 }, { 1, 4, 3, 2 }, { 1, 0, 1, 2 } } },
    { SESSIONS,
      "unique_paths",
      0,
      { { 2, 2, 0, 0 }, { 0, 2, 0, 0 }, { 1, 2, 2, 2 }, { 1, 0, 1, 2 } } },
    { USERS,
      "share_of_total",
      21,
      { { 2, 1, 0, 0 }, { 0, 4, 0, 0 }, { 1, 4, 3, 2 }, { 1, 1, 1, 1 } } },
    { SESSIONS,
      "share_of_total",
      22,
      { { 2, 2, 0, 0 }, { 0, 4, 0, 0 }, { 1, 4, 3, 2 }, { 1, 0, 1, 2 } } },
    { USERS,
      "avg_per_path",
      3,
      { { 2, 1, 0, 0 }, { 0, 4, 0, 0 }, { 1, 4, 3, 2 }, { 1, 1, 1, 1 } } },
    { USERS,
      "proba_out",
      1,
      { { 2. / 3, 1. / 3, 0, 0 }, { 0, 1, 0, 0 }, { .1, .4, .3, .2 }, { .25, .25, .25, .25 } } },
    { USERS,
      "proba_in",
      1,
      { { .5, .1, 0, 0 }, { 0, .4, 0, 0 }, { .25, .4, .75, 2. / 3 }, { .25, .1, .25, 1. / 3 } } },
};

static double number_at(const struct table *t, const char *from, const char *to, const char *column)
{
    for (size_t i = 0; i < t->nrows; i++) {
        const struct cell *c = table_cell(t, i, column);
        if (str_eq(table_cell(t, i, "from")->text, str_c(from)) &&
            str_eq(table_cell(t, i, "to")->text, str_c(to)))
            return t->columns[table_column(t, column)].unit == UNIT_COUNT ? (double)c->i : c->d;
    }
    return 0;
}

START_TEST(test_transitions)
{
    static const char *const from[] = { "(start)", "a", "b", "c" }, *const to[] = { "a", "b", "c",
                                                                                    "(end)" };
    struct builder b;
    struct table t;
    double of = graphs[_i].of > 0 ? graphs[_i].of : 1;
    table_of(&t, "transitions", world_of(&b, graphs[_i].paths));
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++)
            ck_assert_double_eq_tol(number_at(&t, from[i], to[k], graphs[_i].column),
                                    graphs[_i].want[i][k] / of, 1e-9);
    table_free(&t);
    builder_free(&b);
}
END_TEST

/* ---- step matrices: shares of (start), a, b, c, (end) at each step ---- */

static const struct {
    const char *paths;
    struct step_rules rules;
    int first; /* step of the first column */
    size_t columns;
    double want[6][5]; /* [column] */
} matrices[] = {
    { USERS,
      { .anchor = ANCHOR_START, .after = 5 },
      1,
      5,
      { { 0, 2. / 3, 1. / 3, 0, 0 },
        { 0, 0, 1, 0, 0 },
        { 0, 1. / 3, 1. / 3, 1. / 3, 0 },
        { 0, 1. / 3, 1. / 3, 0, 1. / 3 },
        { 0, 0, 1. / 3, 1. / 3, 1. / 3 } } },
    { SESSIONS,
      { .anchor = ANCHOR_END, .before = 5 },
      -5,
      5,
      { { .5, 0, .5, 0, 0 },
        { .5, .25, 0, .25, 0 },
        { 0, .25, .75, 0, 0 },
        { 0, 0, .75, .25, 0 },
        { 0, 0, .5, .5, 0 } } },
    { USERS,
      { .anchor = ANCHOR_TOUCHPOINT, .touchpoint = { "c", 1 }, .before = 2, .after = 2 },
      -2,
      5,
      { { 0, 1, 0, 0, 0 },
        { 0, 0, 1, 0, 0 },
        { 0, 0, 0, 1, 0 },
        { 0, .5, 0, .5, 0 },
        { 0, 0, .5, 0, .5 } } },
    { USERS,
      { .anchor = ANCHOR_PATTERN,
        .pattern = { "(start) -> a -> .* -> c", 23 },
        .at_end = true,
        .before = 2,
        .after = 2 },
      -2,
      5,
      { { 0, 1, 0, 0, 0 },
        { 0, 0, 1, 0, 0 },
        { 0, 0, 0, 1, 0 },
        { 0, .5, 0, .5, 0 },
        { 0, 0, .5, 0, .5 } } },
    { USERS,
      { .anchor = ANCHOR_PATTERN, .pattern = { "b -> b", 6 }, .before = 2, .after = 3 },
      -2,
      6,
      { { .5, 0, .5, 0, 0 },
        { .5, 0, 0, .5, 0 },
        { 0, 0, 1, 0, 0 },
        { 0, 0, 1, 0, 0 },
        { 0, 0, 1, 0, 0 },
        { 0, 0, 0, 0, 1 } } },
    /* By hand: the last c of c01 is followed by three b, that of c02 ends it. */
    { USERS,
      { .anchor = ANCHOR_TOUCHPOINT,
        .touchpoint = { "c", 1 },
        .last = true,
        .before = 1,
        .after = 2 },
      -1,
      4,
      { { 0, 0, .5, .5, 0 }, { 0, 0, 0, 1, 0 }, { 0, 0, .5, 0, .5 }, { 0, 0, .5, 0, .5 } } },
    /* By hand: the last b -> b of c01 is its end, of c03 too. */
    { USERS,
      { .anchor = ANCHOR_PATTERN,
        .pattern = { "b -> b", 6 },
        .last = true,
        .at_end = true,
        .before = 2,
        .after = 1 },
      -2,
      4,
      { { 0, 0, 1, 0, 0 }, { 0, 0, 1, 0, 0 }, { 0, 0, 1, 0, 0 }, { 0, 0, 0, 0, 1 } } },
};

static double share_at(const struct table *t, int64_t step, const char *touchpoint)
{
    for (size_t i = 0; i < t->nrows; i++)
        if (table_cell(t, i, "step")->i == step &&
            str_eq(table_cell(t, i, "touchpoint")->text, str_c(touchpoint)))
            return table_cell(t, i, "share")->d;
    return 0;
}

START_TEST(test_steps)
{
    static const char *const nodes[] = { "(start)", "a", "b", "c", "(end)" };
    struct builder b;
    struct table t;
    const struct world *w = world_of(&b, matrices[_i].paths);
    b.plan.flows.steps = matrices[_i].rules;
    b.plan.flows.steps.top = 9;
    table_of(&t, "steps", w);
    for (size_t c = 0; c < matrices[_i].columns; c++)
        for (size_t i = 0; i < 5; i++)
            ck_assert_msg(share_at(&t, matrices[_i].first + (int)c, nodes[i]) >
                                  matrices[_i].want[c][i] - 1e-9 &&
                              share_at(&t, matrices[_i].first + (int)c, nodes[i]) <
                                  matrices[_i].want[c][i] + 1e-9,
                          "step %d, %s: %f, not %f", matrices[_i].first + (int)c, nodes[i],
                          share_at(&t, matrices[_i].first + (int)c, nodes[i]),
                          matrices[_i].want[c][i]);
    table_free(&t);
    builder_free(&b);
}
END_TEST

/* ---- frequent sequences: PrefixSpan-py's own example, those of two events and more that two of
 * its four have ---- */

static const struct {
    const char *sequence;
    uint64_t journeys;
} sequences[] = {
    { "b > c", 3 }, { "b > b", 2 },     { "b > d", 2 },     { "b > e", 2 },     { "c > c", 2 },
    { "d > e", 2 }, { "b > b > b", 2 }, { "b > c > c", 2 }, { "b > d > e", 2 },
};

START_TEST(test_sequences)
{
    enum { N = sizeof sequences / sizeof *sequences };
    struct builder b;
    struct table t;
    table_of(&t, "sequences", world_of(&b, "abcde bbbde cbcca bbbcc"));
    ck_assert_uint_eq(t.nrows, N);
    for (size_t i = 0; i < N; i++) {
        ck_assert_str_is(table_cell(&t, i, "sequence")->text, sequences[i].sequence);
        ck_assert_uint_eq(count_in(&t, i, "journeys"), sequences[i].journeys);
    }
    table_free(&t);
    builder_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("flows of peers");
    tcase_add_loop_test(new_case(s, "transitions"), test_transitions, 0,
                        sizeof graphs / sizeof *graphs);
    tcase_add_loop_test(new_case(s, "steps"), test_steps, 0, sizeof matrices / sizeof *matrices);
    tcase_add_test(new_case(s, "sequences"), test_sequences);
    return s;
}

#include "measure_tools.c"
#include "world_builder.c"
