/* test_measure_laws.c - what must hold for the tables of any world: one population, flows that
 * balance, and the same bytes however the customers are cut into parts.
 */
#include <stdlib.h>

#include "unit.h"

#include "funnel_plans.h"
#include "measure_tools.h"
#include "world_builder.h"

enum { SEEDS = 60 };

/* One about each table that figures are taken from, and about all journeys. */
static void objectives_add(struct builder *b)
{
    struct objective *list = arena_take(&b->plan.arena, ABOUTS * sizeof *list);
    for (size_t i = 0; i < ABOUTS; i++) {
        const struct objective_figure *f = objective_figures;
        while (f->about != i)
            f++;
        list[i] = (struct objective){ .name = str_c(objective_abouts[i]),
                                      .measure = str_c(f->name),
                                      .figure = f,
                                      .baseline = 0.5,
                                      .target = 0.9,
                                      .since = TIME_NONE,
                                      .due = TIME_NONE };
    }
    list[ABOUT_FUNNEL].of = b->plan.funnels[0].name;
    list[ABOUT_TOUCHPOINT].of = b->touchpoints[0].name;
    list[ABOUT_STAGE].of = b->plan.stages[0];
    b->plan.objectives = list;
    b->plan.nobjectives = ABOUTS;
}

/* Worlds of all sizes: seed 0 is empty. */
static const struct world *random_world(struct builder *b, int seed)
{
    builder_random(b, (uint64_t)seed * 7919 + 1, seed ? (unsigned)seed * 3 : 0, 12);
    funnels_add(b);
    objectives_add(b);
    b->plan.channels.on = true;
    b->plan.channels.direct = STR("direct");
    b->sources[0].lands = true;
    return builder_world(b);
}

static uint64_t events_in_journeys(const struct world *w)
{
    uint64_t n = 0;
    for (size_t i = 0; i < w->njourneys; i++)
        n += w->journeys[i].n;
    return n;
}

static uint64_t journeys_open(const struct world *w)
{
    uint64_t n = 0;
    for (size_t i = 0; i < w->njourneys; i++)
        n += w->journeys[i].state == JOURNEY_OPEN;
    return n;
}

/* ---- one population ---- */

START_TEST(test_population)
{
    struct builder b;
    const struct world *w = random_world(&b, _i);
    struct table touchpoints, stages, transitions, paths, journeys, events, coverage;
    table_of(&touchpoints, "touchpoints", w);
    table_of(&stages, "stages", w);
    table_of(&transitions, "transitions", w);
    table_of(&paths, "paths", w);
    table_of(&journeys, "journeys", w);
    table_of(&events, "events", w);
    table_of(&coverage, "coverage", w);
    uint64_t inside = events_in_journeys(w), length = 0, unattached = 0;

    ck_assert_uint_eq(column_sum(&touchpoints, "events"), inside);
    ck_assert_uint_eq(column_sum(&stages, "events"), inside);
    ck_assert_uint_eq(column_sum(&journeys, "events"), inside);
    ck_assert_uint_eq(column_sum(&transitions, "count"), inside + w->njourneys);
    for (size_t i = 0; i < paths.nrows; i++)
        length += count_in(&paths, i, "journeys") * count_in(&paths, i, "length");
    ck_assert_uint_eq(length, inside);
    ck_assert_uint_eq(column_sum(&paths, "journeys"), w->njourneys);
    ck_assert_uint_eq(column_sum(&paths, "open"), journeys_open(w));
    ck_assert_uint_eq(journeys.nrows, w->njourneys);
    ck_assert_uint_eq(column_sum(&touchpoints, "starts"), w->njourneys);
    ck_assert_uint_eq(column_sum(&touchpoints, "ends"), w->njourneys - journeys_open(w));
    ck_assert_uint_eq(column_sum(&touchpoints, "next"), inside - w->njourneys);

    ck_assert_uint_eq(events.nrows, w->n);
    for (size_t i = 0; i < events.nrows; i++)
        unattached += table_cell(&events, i, "journey")->blank;
    for (size_t i = 0; i < coverage.nrows; i++) {
        struct str what = table_cell(&coverage, i, "what")->text;
        if (str_eq(what, STR("events in journeys")))
            ck_assert_uint_eq(count_in(&coverage, i, "count"), inside);
        if (str_eq(what, STR("unattached")))
            ck_assert_uint_eq(count_in(&coverage, i, "count"), unattached);
    }
    ck_assert_uint_eq(inside + unattached, w->n);
    table_free(&touchpoints);
    table_free(&stages);
    table_free(&transitions);
    table_free(&paths);
    table_free(&journeys);
    table_free(&events);
    table_free(&coverage);
    builder_free(&b);
}
END_TEST

/* ---- flows ---- */

/* Sum of count over the rows whose column (from or to) is name. */
static uint64_t flow(const struct table *t, const char *column, struct str name)
{
    uint64_t sum = 0;
    for (size_t i = 0; i < t->nrows; i++)
        if (str_eq(table_cell(t, i, column)->text, name))
            sum += count_in(t, i, "count");
    return sum;
}

START_TEST(test_conservation)
{
    struct builder b;
    const struct world *w = random_world(&b, _i);
    struct table t;
    table_of(&t, "transitions", w);
    double total = 0;
    for (size_t k = 0; k < w->ntouchpoints; k++) {
        uint64_t events = 0;
        for (size_t i = 0; i < w->njourneys; i++)
            for (size_t e = 0; e < w->journeys[i].n; e++)
                events += w->events[w->journeys[i].first + e].touch == k;
        ck_assert_uint_eq(flow(&t, "from", w->touchpoints[k].name), events);
        ck_assert_uint_eq(flow(&t, "to", w->touchpoints[k].name), events);
    }
    ck_assert_uint_eq(flow(&t, "from", STR("(start)")), w->njourneys);
    ck_assert_uint_eq(flow(&t, "to", STR("(open)")), journeys_open(w));
    ck_assert_uint_eq(flow(&t, "to", STR("(end)")), w->njourneys - journeys_open(w));
    for (size_t i = 0; i < t.nrows; i++)
        total += table_cell(&t, i, "share_of_total")->d;
    if (t.nrows)
        ck_assert_double_eq_tol(total, 1, 1e-9);
    table_free(&t);
    builder_free(&b);
}
END_TEST

/* Every session and every journey is in one row of channels.csv. */
START_TEST(test_channels)
{
    struct builder b;
    const struct world *w = random_world(&b, _i);
    uint64_t sessions = 0, converted = 0;
    uint32_t customer = UINT32_MAX, session = 0;
    for (size_t i = 0; i < w->njourneys; i++) {
        const struct journey *j = &w->journeys[i];
        converted += j->state == JOURNEY_CONVERTED;
        for (size_t e = j->first; e < j->first + j->n; e++) {
            bool new = w->session[e] && (j->customer != customer || w->session[e] != session);
            sessions += new;
            if (new) {
                customer = j->customer;
                session = w->session[e];
            }
        }
    }
    struct table t;
    table_of(&t, "channels", w);
    ck_assert_uint_eq(column_sum(&t, "sessions"), sessions);
    ck_assert_uint_eq(column_sum(&t, "credited"), w->njourneys);
    ck_assert_uint_eq(column_sum(&t, "first"), w->njourneys);
    ck_assert_uint_eq(column_sum(&t, "conversions"), converted);
    for (size_t i = 0; i < t.nrows; i++) {
        ck_assert_uint_le(count_in(&t, i, "first"), w->njourneys);
        ck_assert_uint_le(count_in(&t, i, "customers"), count_in(&t, i, "sessions"));
    }
    table_free(&t);
    builder_free(&b);
}
END_TEST

/* The stage of the i-th event of j; -1 when it has none. */
static int stage_at(const struct world *w, const struct journey *j, size_t i)
{
    uint8_t stage = w->touchpoints[w->events[j->first + i].touch].stage;
    return stage == STAGE_NONE ? -1 : stage;
}

/* Visits of a stage, counted the long way: events in it whose last event before it that has a stage
 * has another one. */
static uint64_t visits(const struct world *w, int stage)
{
    uint64_t n = 0;
    for (size_t i = 0; i < w->njourneys; i++) {
        const struct journey *j = &w->journeys[i];
        for (size_t e = 0; e < j->n; e++) {
            size_t before = e;
            while (before > 0 && stage_at(w, j, before - 1) < 0)
                before--;
            n += stage_at(w, j, e) == stage && (before == 0 || stage_at(w, j, before - 1) != stage);
        }
    }
    return n;
}

/* Journeys in which an event of a later stage follows one of the stage. */
static uint64_t onward(const struct world *w, int stage)
{
    uint64_t n = 0;
    for (size_t i = 0; i < w->njourneys; i++) {
        const struct journey *j = &w->journeys[i];
        bool found = false, reached = false;
        for (size_t e = 0; e < j->n; e++) {
            found |= reached && stage_at(w, j, e) > stage;
            reached |= stage_at(w, j, e) == stage;
        }
        n += found;
    }
    return n;
}

START_TEST(test_stage_balance)
{
    struct builder b;
    const struct world *w = random_world(&b, _i);
    struct table t;
    table_of(&t, "stages", w);
    for (size_t s = 0; s < w->plan->nstages; s++) {
        uint64_t entries = count_in(&t, s, "entries"), journeys = count_in(&t, s, "journeys");
        ck_assert_uint_eq(entries, visits(w, (int)s));
        ck_assert_uint_eq(count_in(&t, s, "forward") + count_in(&t, s, "back") +
                              count_in(&t, s, "goals") + count_in(&t, s, "exits") +
                              count_in(&t, s, "open_end"),
                          entries);
        ck_assert_uint_le(count_in(&t, s, "skip"), count_in(&t, s, "forward"));
        const struct cell *to_next = table_cell(&t, s, "to_next");
        ck_assert(to_next->blank == (journeys == 0 || s + 1 == w->plan->nstages));
        if (!to_next->blank)
            ck_assert_double_eq_tol(to_next->d * (double)journeys, (double)onward(w, (int)s), 1e-6);
    }
    table_free(&t);
    builder_free(&b);
}
END_TEST

/* Distinct customers and journeys of a touchpoint, counted with a set of marks. */
START_TEST(test_distinct)
{
    struct builder b;
    const struct world *w = random_world(&b, _i);
    struct table t;
    table_of(&t, "touchpoints", w);
    for (size_t row = 0; row < t.nrows; row++) {
        bool *met = calloc(w->customers->n + 1, sizeof *met);
        uint64_t customers = 0, journeys = 0, converted = 0, ended = 0;
        for (size_t i = 0; i < w->njourneys; i++) {
            const struct journey *j = &w->journeys[i];
            bool held = false;
            for (size_t e = 0; e < j->n; e++)
                held |= str_eq(w->touchpoints[w->events[j->first + e].touch].name,
                               table_cell(&t, row, "touchpoint")->text);
            journeys += held;
            customers += held && !met[j->customer];
            met[j->customer] |= held;
            ended += held && !j->after && j->state != JOURNEY_OPEN;
            converted += held && !j->after && j->state == JOURNEY_CONVERTED;
        }
        free(met);
        ck_assert_uint_eq(count_in(&t, row, "customers"), customers);
        ck_assert_uint_eq(count_in(&t, row, "journeys"), journeys);
        ck_assert_uint_eq(count_in(&t, row, "conversion_n"), ended);
        if (ended)
            ck_assert_double_eq_tol(table_cell(&t, row, "conversion")->d,
                                    (double)converted / (double)ended, 1e-12);
    }
    table_free(&t);
    builder_free(&b);
}
END_TEST

START_TEST(test_paths_in_order)
{
    struct builder b;
    struct table t;
    table_of(&t, "paths", random_world(&b, _i));
    double last = 0;
    for (size_t i = 1; i < t.nrows; i++) {
        uint64_t above = count_in(&t, i - 1, "journeys"), here = count_in(&t, i, "journeys");
        struct str a = table_cell(&t, i - 1, "path")->text, c = table_cell(&t, i, "path")->text;
        /* "ad > banner" is one touchpoint and also two: such paths may have the same text. */
        ck_assert(above > here || (above == here && str_cmp(a, c) <= 0));
    }
    for (size_t i = 0; i < t.nrows; i++) {
        ck_assert_double_ge(table_cell(&t, i, "cum_share")->d, last);
        last = table_cell(&t, i, "cum_share")->d;
    }
    if (t.nrows)
        ck_assert_double_eq_tol(last, 1, 1e-12);
    table_free(&t);
    builder_free(&b);
}
END_TEST

/* ---- parts ---- */

/* Customers thrown into parts, parts merged in an order of the seed: the same file, each time. */
static struct str in_parts(const struct measure *m, const struct world *w, uint64_t seed)
{
    enum { PARTS = 6 };
    void *parts[PARTS];
    for (size_t i = 0; i < PARTS; i++)
        parts[i] = m->begin(w);
    for (uint32_t c = 0; c < w->customers->n; c++) {
        unsigned part = builder_below(&seed, PARTS);
        measure_add(m, parts[part], w, c);
    }
    for (unsigned left = PARTS; left > 1; left--) {
        unsigned into = builder_below(&seed, left), from = builder_below(&seed, left - 1);
        from += from >= into;
        m->merge(parts[into], parts[from]);
        m->free(parts[from]);
        parts[from] = parts[left - 1]; /* the last one takes the free place */
    }
    struct str csv = csv_of(m, parts[0], w);
    m->free(parts[0]);
    return csv;
}

START_TEST(test_merge)
{
    struct builder b;
    const struct world *w = random_world(&b, _i);
    for (size_t i = 0; measures[i]; i++) {
        const struct measure *m = measures[i];
        if (!m->begin)
            continue;
        struct str first = in_parts(m, w, 1), other;
        for (uint64_t seed = 2; seed < 6; seed++) {
            other = in_parts(m, w, seed);
            ck_assert_msg(str_eq(first, other), "%s depends on the partition", m->name);
            free((char *)other.p);
        }
        void *whole = m->begin(w);
        for (uint32_t c = 0; c < w->customers->n; c++)
            measure_add(m, whole, w, c);
        for (int twice = 0; twice < 2; twice++) {
            other = csv_of(m, whole, w);
            ck_assert_msg(str_eq(first, other), "%s: parts are not the whole", m->name);
            free((char *)other.p);
        }
        free((char *)first.p);
        m->free(whole);
    }
    builder_free(&b);
}
END_TEST

/* A merge without a row says nothing: every measure has some in these worlds. */
START_TEST(test_merge_has_rows)
{
    struct builder b;
    const struct world *w = random_world(&b, SEEDS - 1);
    for (size_t i = 0; measures[i]; i++) {
        struct table t;
        if (!measures[i]->begin)
            continue;
        table_of(&t, measures[i]->name, w);
        ck_assert_msg(t.nrows > 0, "%s has no row", measures[i]->name);
        table_free(&t);
    }
    builder_free(&b);
}
END_TEST

/* More customers than one chunk holds, any number of threads. */
START_TEST(test_workers)
{
    static const int workers[] = { 1, 2, 3, 7 };
    struct builder b;
    struct str want[MEASURES_MAX] = { { 0 } };
    struct choice choice = choice_default();
    ck_assert(choice_add(&choice, STR("all")));
    builder_random(&b, 11, 5000, 6);
    funnels_add(&b);
    objectives_add(&b);
    const struct world *w = builder_world(&b);
    ck_assert_uint_gt(w->customers->n, 1000);
    for (size_t k = 0; k < sizeof workers / sizeof *workers; k++) {
        struct tallies t;
        tallies_make(w, &choice, workers[k], &t);
        for (size_t i = 0; i < t.n; i++) {
            ck_assert((t.list[i] != NULL) == (measures[i]->begin != NULL));
            struct str csv = csv_of(measures[i], t.list[i], w);
            if (k == 0) {
                want[i] = csv;
                continue;
            }
            ck_assert_msg(str_eq(want[i], csv), "%s differs with %d workers", measures[i]->name,
                          workers[k]);
            free((char *)csv.p);
        }
        tallies_free(&t);
    }
    for (size_t i = 0; i < MEASURES_MAX; i++)
        free((char *)want[i].p);
    builder_free(&b);
}
END_TEST

/* ---- sinks and the registry ---- */

static bool refuse_third(void *ctx, const struct cell *cells)
{
    (void)cells;
    int *rows = ctx;
    return ++*rows < 3;
}

START_TEST(test_refusing_sink)
{
    struct builder b;
    const struct world *w = random_world(&b, 20);
    struct tallies t;
    struct choice choice = choice_default();
    ck_assert(choice_add(&choice, STR("all")));
    size_t full = 0;
    tallies_make(w, &choice, 1, &t);
    for (size_t i = 0; i < t.n; i++) {
        int rows = 0;
        struct sink sink = { refuse_third, &rows };
        struct table whole;
        table_of(&whole, measures[i]->name, w);
        bool refused =
            whole.nrows >= 3; /* of rejects, metrics, cleaning and accounts this world has none */
        full += refused;
        table_free(&whole);
        ck_assert_msg(measures[i]->table(t.list[i], w, &sink) == !refused, "%s", measures[i]->name);
        ck_assert(rows == 3 || !refused);
    }
    ck_assert_uint_ge(full + 4, t.n);
    tallies_free(&t);
    builder_free(&b);
}
END_TEST

START_TEST(test_choice)
{
    struct choice c = choice_default();
    struct str unknown;
    for (size_t i = 0; measures[i]; i++)
        ck_assert_int_eq(c.of[i], !measures[i]->on_request);
    ck_assert(choice_add_list(&c, STR("paths, events"), &unknown));
    for (size_t i = 0; measures[i]; i++)
        if (strcmp(measures[i]->name, "events") == 0)
            ck_assert(c.of[i]);
    ck_assert(!choice_add_list(&c, STR("paths,event"), &unknown));
    ck_assert(str_eq(unknown, STR("event")));
    ck_assert(choice_add_list(&c, STR("all"), &unknown));
    for (size_t i = 0; measures[i]; i++)
        ck_assert(c.of[i]);
}
END_TEST

START_TEST(test_registry)
{
    for (size_t i = 0; measures[i]; i++) {
        const struct measure *m = measures[i];
        ck_assert_ptr_eq(measure_find(m->name), m);
        ck_assert(m->question[0] && m->population[0] && m->ncolumns);
        for (size_t c = 0; c < m->ncolumns; c++) {
            ck_assert_msg(m->columns[c].what[0], "%s.%s says nothing", m->name, m->columns[c].name);
            for (size_t d = 0; d < c; d++)
                ck_assert_str_ne(m->columns[c].name, m->columns[d].name);
        }
    }
    ck_assert_ptr_null(measure_find("nothing"));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("measure laws");
    tcase_add_loop_test(new_case(s, "population"), test_population, 0, SEEDS);
    tcase_add_loop_test(new_case(s, "conservation"), test_conservation, 0, SEEDS);
    tcase_add_loop_test(new_case(s, "channels"), test_channels, 0, SEEDS);
    tcase_add_loop_test(new_case(s, "stages balance"), test_stage_balance, 0, SEEDS);
    tcase_add_loop_test(new_case(s, "distinct"), test_distinct, 0, SEEDS);
    tcase_add_loop_test(new_case(s, "order of paths"), test_paths_in_order, 0, SEEDS);
    tcase_add_loop_test(new_case(s, "merge"), test_merge, 0, SEEDS);
    tcase_add_test(new_case(s, "merge has rows"), test_merge_has_rows);
    tcase_add_test(new_case(s, "workers"), test_workers);
    tcase_add_test(new_case(s, "sink"), test_refusing_sink);
    TCase *registry = new_case(s, "registry");
    tcase_add_test(registry, test_choice);
    tcase_add_test(registry, test_registry);
    return s;
}
