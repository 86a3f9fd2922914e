/* test_path.c - cleaned paths: each step of definitions.md 2.4 by hand, their order, the times of
 * collapsed runs (A67), what is counted, and wildcards against a matcher that tries everything. */
#include <stdlib.h>

#include "config/wildcard.h"
#include "journey/engaged.h"
#include "journey/path.h"
#include "unit.h"

#include "measure_tools.h"

/* ---- one path: letters are touchpoints, each a second after the one before ---- */

static struct str names[] = { { "A", 1 },      { "B", 1 },  { "C", 1 },  { "/p/1", 4 },
                              { "/p/22/", 6 }, { "/p", 2 }, { "/p/", 3 } };

struct rules_text { /* texts are lists joined by , */
    const char *exclude, *start, *end, *transforms;
    bool rename, group, slash, collapse;
};

static struct names names_of(struct arena *a, const char *text)
{
    struct names to = { arena_take(a, 10 * sizeof *to.list), 0 };
    struct str rest = str_c(text);
    while (rest.n)
        to.list[to.n++] = str_cut(&rest, ',');
    return to;
}

static void rules_make(struct builder *b, const struct rules_text *text, struct regex **regex)
{
    struct arena *a = &b->plan.arena;
    struct path_rules *to = &b->plan.paths;
    struct regex_fault why;
    to->asked = true;
    to->slash = text->slash;
    to->collapse = text->collapse;
    to->exclude = names_of(a, text->exclude);
    to->start = names_of(a, text->start);
    to->end = names_of(a, text->end);
    *regex = regex_new(STR("\\d+"), NULL, &why);
    if (text->rename) {
        to->renames = arena_take(a, sizeof *to->renames);
        to->renames[to->nrenames++] = (struct path_rename){ *regex, STR("N") };
    }
    if (text->group) {
        to->groups = arena_take(a, sizeof *to->groups);
        to->groups[to->ngroups++] = (struct path_group){ STR("product"), names_of(a, "/p/*") };
    }
    struct names transforms = names_of(a, text->transforms);
    to->transforms = arena_take(a, (transforms.n + 1) * sizeof *to->transforms);
    for (size_t i = 0; i < transforms.n; i++) {
        struct path_transform *t = &to->transforms[to->ntransforms++];
        t->of = names_of(a, "A");
        while (!str_eq(transforms.list[i], str_c(transform_names[t->kind])))
            t->kind++;
    }
}

static const struct {
    struct rules_text rules;
    const char *path, *want; /* steps joined by blanks */
} paths[] = {
    { { .collapse = false }, "A A B A", "A A B A" },
    { { .collapse = true }, "A A B A", "A B A" },
    { { .collapse = true }, "A A A", "A" },
    { { .exclude = "A" }, "A A B A", "B" },
    { { .exclude = "A,B" }, "A B", "" },
    { { .exclude = "/p*" }, "A /p /p/1 B", "A B" },
    { { .rename = true }, "A /p/1 /p/22/", "A /p/N /p/N/" },
    { { .group = true }, "/p /p/1 /p/22/ B", "/p product product B" },
    { { .slash = true }, "/p/ /p /p/22/", "/p /p /p/22" },
    /* The order: renamed, grouped, stripped, then collapsed. */
    { { .rename = true, .slash = true, .collapse = true }, "/p/1 /p/22/ /p/ /p", "/p/N /p" },
    { { .rename = true, .group = true, .slash = true, .collapse = true },
      "/p/1 /p/22/ /p/ /p",
      "product /p" },
    /* Collapsed before steps are excluded: what is left may repeat. */
    { { .collapse = true, .exclude = "B" }, "A B A A", "A A" },
    { { .collapse = true, .exclude = "B", .transforms = "exposure_path" }, "A B A A", "A" },
    { { .start = "B" }, "A B C B", "B C B" },
    { { .end = "B" }, "A B C B", "A B" },
    { { .start = "B", .end = "C" }, "C A B A C B", "B A C" },
    { { .start = "B", .end = "B" }, "A B C B", "B" },
    { { .start = "C" }, "A B", "" },
    { { .end = "C" }, "A B", "" },
    { { .start = "B", .exclude = "B" }, "A B C", "" },
    /* The examples of Snowplow's documentation, in its own letters. */
    { { .transforms = "exposure_path" }, "A A B", "A B" },
    { { .transforms = "first_path" }, "A B A", "A B" },
    { { .transforms = "unique_path" }, "A A B", "A A B" },
    { { .transforms = "remove_if_last_and_not_all" }, "A B A A", "A B" },
    { { .transforms = "remove_if_last_and_not_all" }, "A A", "A A" },
    { { .transforms = "remove_if_not_all" }, "A B A A", "B" },
    { { .transforms = "remove_if_not_all" }, "A A", "A A" },
    /* The shapes that the tests of its dbt package (fractribution) try, with their answers. */
    { { .transforms = "exposure_path" }, "C B A A", "C B A" },
    { { .transforms = "first_path" }, "C B A A", "C B A" },
    { { .transforms = "unique_path" }, "C B A A", "C B A A" },
    { { .transforms = "remove_if_not_all" }, "C B A A", "C B" },
    { { .transforms = "remove_if_last_and_not_all" }, "C B A A", "C B" },
    { { .transforms = "exposure_path" }, "A A", "A" },
    { { .transforms = "first_path" }, "A A", "A" },
    { { .transforms = "unique_path" }, "A A", "A A" },
    { { .transforms = "exposure_path" }, "B B B A B A A", "B A B A" },
    { { .transforms = "first_path" }, "B B B A B A A", "B A" },
    { { .transforms = "unique_path" }, "B B B A B A A", "B B B A B A A" },
    { { .transforms = "remove_if_not_all" }, "B B B A B A A", "B B B B" },
    { { .transforms = "remove_if_last_and_not_all" }, "B B B A B A A", "B B B A B" },
    { { .transforms = "exposure_path" }, "A", "A" },
    { { .transforms = "first_path" }, "A", "A" },
    { { .transforms = "unique_path" }, "A", "A" },
    { { .transforms = "remove_if_not_all" }, "A", "A" },
    { { .transforms = "remove_if_last_and_not_all" }, "A", "A" },
    { { .transforms = "exposure_path" }, "C B A", "C B A" },
    { { .transforms = "first_path" }, "C B A", "C B A" },
    { { .transforms = "remove_if_not_all" }, "C B A", "C B" },
    { { .transforms = "remove_if_last_and_not_all" }, "C B A", "C B" },
    { { .transforms = "remove_if_not_all,exposure_path" }, "B A B A", "B" },
    { { .transforms = "exposure_path,remove_if_not_all" }, "B A B A", "B B" },
};

static uint32_t touch_of(struct str name)
{
    uint32_t i = 0;
    while (!str_eq(names[i], name))
        i++;
    return i;
}

static void begin(struct builder *b, const char *path)
{
    struct str rest = str_c(path);
    double seconds = 0;
    builder_init(b, "awareness", NULL);
    builder_source(b, "web", "website");
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        builder_touchpoint(b, names[i].p, 0);
    builder_customer(b, "c");
    builder_journey(b, JOURNEY_LOST);
    while (rest.n)
        builder_event(b, seconds++, touch_of(str_cut(&rest, ' ')), 0);
    builder_world(b);
}

static void end(struct builder *b, struct regex *regex)
{
    b->touchpoints = b->world.touchpoints;
    cleaned_free(b->world.cleaned);
    arena_free(&b->world.arena);
    regex_free(regex);
    builder_free(b);
}

START_TEST(by_hand)
{
    struct builder b;
    struct regex *regex;
    char got[200] = "";
    begin(&b, paths[_i].path);
    rules_make(&b, &paths[_i].rules, &regex);
    paths_open(&b.world);
    paths_clean(&b.world, 1);
    struct path p = world_path(&b.world, b.world.journeys);
    for (size_t i = 0; i < p.n; i++) {
        strcat(got, i ? " " : "");
        strncat(got, b.world.touchpoints[p.steps[i].touch].name.p,
                b.world.touchpoints[p.steps[i].touch].name.n);
    }
    ck_assert_str_eq(got, paths[_i].want);
    end(&b, regex);
}
END_TEST

/* A67: gaps into a run end at its first event, gaps out of it begin at its last. */
START_TEST(times_of_runs)
{
    struct builder b;
    struct regex *regex;
    struct rules_text text = { .collapse = true };
    begin(&b, "A B B B C"); /* at 0, 1, 2, 3, 4 s */
    rules_make(&b, &text, &regex);
    paths_open(&b.world);
    paths_clean(&b.world, 1);
    struct path p = world_path(&b.world, b.world.journeys);
    ck_assert_uint_eq(p.n, 3);
    ck_assert_int_eq(path_pause(&p, 1), 1 * SECOND);
    ck_assert_int_eq(path_pause(&p, 2), 1 * SECOND);
    ck_assert_int_eq(p.last[1] - p.steps[1].time, 2 * SECOND);
    end(&b, regex);
}
END_TEST

START_TEST(counts)
{
    struct builder b;
    struct regex *regex;
    struct rules_text text = { .rename = true,
                               .slash = true,
                               .collapse = true,
                               .exclude = "B",
                               .start = "A",
                               .transforms = "first_path" };
    begin(&b, "B A /p/1 /p/22/ /p/ B B A C");
    rules_make(&b, &text, &regex);
    paths_open(&b.world);
    paths_clean(&b.world, 1);
    /* B A /p/N /p/N /p B B A C; B A /p/N /p B A C; A /p/N /p A C; the same; A /p/N /p C */
    static const struct clean_count want[] = { { 2, 1, 9 }, { 0, 0, 9 }, { 2, 1, 9 }, { 2, 1, 7 },
                                               { 2, 1, 5 }, { 0, 0, 5 }, { 1, 1, 4 } };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++) {
        const struct clean_count *got = &b.world.cleaned->counts[i];
        ck_assert_msg(got->events == want[i].events, "step %zu: %d", i, (int)got->events);
        ck_assert_uint_eq(got->journeys, want[i].journeys);
        ck_assert_uint_eq(got->left, want[i].left);
    }
    end(&b, regex);
}
END_TEST

/* Conservation: whatever is taken away, each journey goes from (start) to (end) or (open), and what
 * flows into a touchpoint flows out of it. The same for any number of workers. */
START_TEST(flows_are_conserved)
{
    struct str csv[2];
    for (int run = 0; run < 2; run++) {
        struct builder b;
        struct regex *regex;
        struct table t;
        struct rules_text text = { .collapse = _i % 2,
                                   .exclude = _i % 3 ? "ad" : "page,call",
                                   .end = _i % 5 ? "" : "order",
                                   .transforms = _i % 4 ? "" : "first_path" };
        builder_random(&b, (uint64_t)_i, 600, 9);
        builder_world(&b);
        rules_make(&b, &text, &regex);
        paths_open(&b.world);
        paths_clean(&b.world, run ? 3 : 1);
        uint64_t into[16] = { 0 }, out_of[16] = { 0 }, starts = 0, ends = 0;
        table_of(&t, "transitions", &b.world);
        for (size_t row = 0; row < t.nrows; row++) {
            uint64_t n = count_in(&t, row, "count");
            struct str from = table_cell(&t, row, "from")->text;
            struct str to = table_cell(&t, row, "to")->text;
            starts += str_eq(from, STR("(start)")) ? n : 0;
            ends += to.p[0] == '(' ? n : 0;
            for (size_t k = 0; k < b.world.ntouchpoints; k++) {
                out_of[k] += str_eq(from, b.world.touchpoints[k].name) ? n : 0;
                into[k] += str_eq(to, b.world.touchpoints[k].name) ? n : 0;
            }
        }
        ck_assert_uint_eq(starts, b.world.njourneys);
        ck_assert_uint_eq(ends, b.world.njourneys);
        for (size_t k = 0; k < b.world.ntouchpoints; k++)
            ck_assert_uint_eq(into[k], out_of[k]);
        table_free(&t);
        const struct measure *m = measure_find("cleaning");
        void *tally = m->begin(&b.world);
        for (uint32_t c = 0; c < b.customers.n; c++)
            measure_add(m, tally, &b.world, c);
        csv[run] = csv_of(m, tally, &b.world);
        m->free(tally);
        end(&b, regex);
    }
    ck_assert(str_eq(csv[0], csv[1]));
    free((char *)csv[0].p);
    free((char *)csv[1].p);
}
END_TEST

/* ---- wildcards ---- */

static bool naive_fits(const char *p, const char *s)
{
    if (*p == '*')
        return naive_fits(p + 1, s) || (*s && naive_fits(p, s + 1));
    return *p == *s && (!*p || naive_fits(p + 1, s + 1));
}

START_TEST(wildcards)
{
    uint64_t seed = 5;
    for (int i = 0; i < 200000; i++) {
        char pattern[9] = "", name[9] = "";
        for (size_t k = 0, n = builder_below(&seed, 8); k < n; k++)
            pattern[k] = "ab*"[builder_below(&seed, 3)];
        for (size_t k = 0, n = builder_below(&seed, 8); k < n; k++)
            name[k] = "ab"[builder_below(&seed, 2)];
        ck_assert_msg(wildcard_fits(str_c(pattern), str_c(name)) == naive_fits(pattern, name),
                      "'%s' '%s'", pattern, name);
    }
}
END_TEST

/* ---- engaged time ---- */

/* Sessions are told by number; 0 is the company. At 0 5 9 12 31 s: heartbeat 10 s. */
static const struct {
    const char *path; /* / stands for a page ping, A for anything else */
    uint32_t sessions[5];
    bool pings;
    int64_t seconds;
} engaged[] = {
    { "A A A A A", { 1, 1, 1, 1, 1 }, false, 31 },
    { "A A A A A", { 1, 1, 2, 2, 2 }, false, 5 + 22 },
    { "A A A A A", { 1, 0, 1, 0, 2 }, false, 9 },
    { "A A A A A", { 0, 0, 0, 0, 1 }, false, 0 },
    /* beats 0, 0, 0, 1, 3: three distinct ones: 10 x 2 + 5 */
    { "/p /p /p /p /p", { 1, 1, 1, 1, 1 }, true, 25 },
    { "A /p A /p A", { 1, 1, 1, 1, 1 }, true, 15 },
    { "/p /p /p /p /p", { 1, 1, 2, 2, 3 }, true, 5 + 15 + 5 },
    { "A A A A A", { 1, 1, 1, 1, 1 }, true, 0 },
};

START_TEST(engaged_times)
{
    static const int64_t at[] = { 0, 5, 9, 12, 31 };
    static struct str ping = { "/p", 2 };
    struct builder b;
    begin(&b, engaged[_i].path);
    b.plan.session.heartbeat = 10 * SECOND;
    b.plan.session.min_visit = 5 * SECOND;
    if (engaged[_i].pings)
        b.plan.session.pings = (struct names){ &ping, 1 };
    for (size_t i = 0; i < b.world.ntouchpoints; i++)
        b.touchpoints[i].ping = str_eq(b.touchpoints[i].name, ping);
    int64_t first = b.world.events[0].time;
    for (size_t i = 0; i < 5; i++) {
        b.world.events[i].time = first + at[i] * SECOND;
        b.world.session[i] = engaged[_i].sessions[i];
    }
    ck_assert_int_eq(engaged_time(&b.world, 0, 5), engaged[_i].seconds * SECOND);
    builder_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("path");
    TCase *c = new_case(s, "cleaning");
    tcase_add_loop_test(c, by_hand, 0, ROWS(paths));
    tcase_add_test(c, times_of_runs);
    tcase_add_test(c, counts);
    tcase_add_loop_test(c, flows_are_conserved, 0, 20);
    tcase_add_test(c, wildcards);
    c = new_case(s, "engaged");
    tcase_add_loop_test(c, engaged_times, 0, ROWS(engaged));
    return s;
}
