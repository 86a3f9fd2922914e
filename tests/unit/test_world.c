/* test_world.c - many customers: order against the C library's sort by texts, the observed period,
 * and the same world from any parts, any order of merging and any number of workers. */
#include "event_order.h"
#include "journey/journeys.h"
#include "unit.h"

#include "events.h"

/* ---- one run ---- */

enum shape { RANDOM, SORTED, REVERSED, PIPE, SAW, EQUAL, NEARLY, KILLER, SHAPES };

/* McIlroy's adversary made plain: values by which median-of-few partitions badly. */
static int64_t shape_time(enum shape shape, size_t i, size_t n, uint64_t *seed)
{
    switch (shape) {
    case RANDOM:
        return (int64_t)random_next(seed);
    case SORTED:
        return (int64_t)i;
    case REVERSED:
        return (int64_t)(n - i);
    case PIPE:
        return (int64_t)(i < n / 2 ? i : n - i);
    case SAW:
        return (int64_t)(i % 100);
    case NEARLY:
        return (int64_t)(i * 10 + random_below(seed, 40));
    case KILLER:
        return (int64_t)(i % 2 ? i + n : i / 2);
    default:
        return 7;
    }
}

static int event_cmp(const void *x, const void *y)
{
    const struct event *a = x, *b = y;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->origin != b->origin)
        return a->origin < b->origin ? -1 : 1;
    return (a->rule > b->rule) - (a->rule < b->rule);
}

START_TEST(runs_are_sorted)
{
    static const size_t sizes[] = { 0, 1, 2, 3, 23, 24, 25, 26, 100, 1000, 300000 };
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++) {
        size_t n = sizes[s];
        uint64_t seed = n;
        struct event *ev = mem_zero(n, sizeof *ev), *want = mem_zero(n, sizeof *want);
        size_t *origins = mem_take((n + 1) * sizeof *origins);
        random_order(&seed, origins, n);
        for (size_t i = 0; i < n; i++) {
            ev[i].time = shape_time((enum shape)_i, i, n, &seed);
            ev[i].origin = origins[i] / 3; /* a record may give several events, of several rules */
            ev[i].rule = (uint16_t)(origins[i] % 3);
            want[i] = ev[i];
        }
        if (n)
            qsort(want, n, sizeof *want, event_cmp);
        order_run(ev, n);
        for (size_t i = 0; i < n; i++)
            ck_assert_int_eq(event_cmp(&ev[i], &want[i]), 0);
        free(ev);
        free(want);
        free(origins);
    }
}
END_TEST

/* ---- all events, by customer: numbers of customers around the powers of 256 ---- */

static const struct {
    uint32_t customers;
    size_t events;
} crowds[] = {
    { 1, 0 },          { 1, 1 },          { 1, 1000 },   { 2, 1000 },        { 3, 10 },
    { 255, 5000 },     { 256, 5000 },     { 257, 5000 }, { 511, 3000 },      { 65535, 100000 },
    { 65536, 100000 }, { 65537, 100000 }, { 70000, 20 }, { 300000, 400000 },
};

START_TEST(events_are_ordered_by_customer)
{
    uint32_t ncustomers = crowds[_i].customers;
    size_t n = crowds[_i].events;
    uint64_t seed = n + ncustomers;
    uint32_t nwhos = ncustomers + 5;
    uint32_t *of_who = mem_take(nwhos * sizeof *of_who);
    for (uint32_t i = 0; i < nwhos; i++)
        of_who[i] = (i * UINT32_C(7919)) % ncustomers;
    struct event *ev = mem_zero(n, sizeof *ev);
    struct event *again = mem_zero(n, sizeof *again);
    uint64_t sum = 0;
    for (size_t i = 0; i < n; i++) {
        /* half of the events are one customer's */
        ev[i].who = (uint32_t)(random_below(&seed, 2) ? 0 : random_below(&seed, nwhos));
        ev[i].time = (int64_t)random_below(&seed, 1000);
        ev[i].origin = i;
        sum += (uint64_t)ev[i].time * (i + 1);
        again[n - 1 - i] = ev[i];
    }
    size_t *first = mem_take((ncustomers + (size_t)1) * sizeof *first);
    size_t *first_again = mem_take((ncustomers + (size_t)1) * sizeof *first);
    struct owners owners = { .of_who = of_who };
    order_events(ev, n, owners, ncustomers, 1, first);
    order_events(again, n, owners, ncustomers, 7, first_again);
    ck_assert(n == 0 || memcmp(ev, again, n * sizeof *ev) == 0);
    ck_assert_mem_eq(first, first_again, (ncustomers + (size_t)1) * sizeof *first);
    ck_assert_uint_eq(first[0], 0);
    ck_assert_uint_eq(first[ncustomers], n);
    for (uint32_t c = 0; c < ncustomers; c++) {
        ck_assert_uint_le(first[c], first[c + 1]);
        for (size_t i = first[c]; i < first[c + 1]; i++) {
            ck_assert_uint_eq(of_who[ev[i].who], c);
            ck_assert_uint_eq(ev[i].spare, 0);
            sum -= (uint64_t)ev[i].time * (ev[i].origin + 1);
            if (i > first[c])
                ck_assert_int_lt(event_cmp(&ev[i - 1], &ev[i]), 0);
        }
    }
    ck_assert_uint_eq(sum, 0); /* none lost, none twice */
    free(of_who);
    free(ev);
    free(again);
    free(first);
    free(first_again);
}
END_TEST

/* ---- the observed period (A02): days; J = 90 ---- */

enum { NO = -9999 };
static const struct {
    const char *what;
    struct {
        bool sparse;
        int files[3][2]; /* first and last day; NO: no records; 0 0: no file */
        bool duplicate;  /* the last file */
    } sources[3];
    int begin, end;
    const char *silent;
    bool never;
} periods[] = {
    { "one source", { { false, { { 10, 100 } }, false } }, 10, 100, "", false },
    { "the overlap of two",
      { { false, { { 10, 100 } }, false }, { false, { { 20, 90 } }, false } },
      20,
      90,
      "",
      false },
    { "files of one source",
      { { false, { { 50, 100 }, { 10, 60 }, { 70, 80 } }, false } },
      10,
      100,
      "",
      false },
    { "sparse ones do not bound",
      { { false, { { 10, 100 } }, false }, { true, { { 40, 50 } }, false } },
      10,
      100,
      "",
      false },
    { "unless all are",
      { { true, { { 10, 100 } }, false }, { true, { { 40, 50 } }, false } },
      40,
      50,
      "",
      false },
    { "a sparse one with the only records",
      { { false, { { NO, NO } }, false }, { true, { { 40, 50 } }, false } },
      40,
      50,
      "",
      false },
    { "silent for longer than J",
      { { false, { { 10, 200 } }, false }, { false, { { 50, 109 } }, false } },
      10,
      200,
      "b",
      false },
    { "silent for J",
      { { false, { { 10, 200 } }, false }, { false, { { 50, 110 } }, false } },
      50,
      110,
      "",
      false },
    { "two silent",
      { { false, { { 1, 2 } }, false },
        { false, { { 3, 300 } }, false },
        { false, { { 5, 6 } }, false } },
      3,
      300,
      "ac",
      false },
    { "a sparse one makes nobody silent",
      { { false, { { 10, 100 } }, false }, { true, { { 40, 900 } }, false } },
      10,
      100,
      "",
      false },
    { "never silent",
      { { false, { { 10, 2000 } }, false }, { false, { { 50, 109 } }, false } },
      50,
      109,
      "",
      true },
    { "duplicates do not count",
      { { false, { { 10, 100 }, { 1, 200 } }, true } },
      10,
      100,
      "",
      false },
    { "no records", { { false, { { NO, NO } }, false } }, NO, NO, "", false },
};

START_TEST(period_is_found)
{
    static const char *const names[] = { "a", "b", "c" };
    struct source sources[3] = { 0 };
    struct plan plan = { .sources = sources, .nsources = 3 };
    plan.journey.inactivity = periods[_i].never ? INT64_MAX : 90 * DAY;
    struct event_set set;
    event_set_init(&set);
    set_files(&set, 9);
    set.nfiles = 0;
    for (uint32_t s = 0; s < 3; s++) {
        sources[s].name = str_c(names[s]);
        sources[s].sparse = periods[_i].sources[s].sparse;
        for (int k = 0; k < 3 && periods[_i].sources[s].files[k][1]; k++) {
            struct input_file *f = &set.files[set.nfiles++];
            const int *days = periods[_i].sources[s].files[k];
            f->source = s;
            f->duplicate = k == 1 && periods[_i].sources[s].duplicate;
            f->first = days[0] == NO ? TIME_NONE : days[0] * DAY;
            f->last = days[1] == NO ? TIME_NONE : days[1] * DAY;
        }
    }
    struct world w = { .plan = &plan, .set = &set };
    period_find(&w);
    ck_assert_int_eq(w.begin, periods[_i].begin == NO ? TIME_NONE : periods[_i].begin * DAY);
    ck_assert_int_eq(w.end, periods[_i].end == NO ? TIME_NONE : periods[_i].end * DAY);
    struct str got = { "", 0 };
    for (size_t i = 0; i < w.nsilent; i++)
        got = arena_printf(&set.arena, "%.*s%.*s", STR_ARG(got), STR_ARG(w.silent[i]));
    ck_assert_str_is(got, periods[_i].silent);
    world_free(&w);
    event_set_free(&set);
}
END_TEST

/* ---- what touchpoints mean ---- */

START_TEST(lowest_rule_speaks_for_a_touchpoint)
{
    struct rule rules[4] = { { .stage = 3, .company = true },
                             { .stage = 1 },
                             { .stage = STAGE_NONE, .company = true },
                             { .stage = 2 } };
    struct source source = { .name = STR("s") };
    struct str goal = STR("b");
    struct plan plan = { .sources = &source, .nsources = 1, .rules = rules, .nrules = 4 };
    plan.journey.goal = (struct names){ &goal, 1 };
    struct event_set set;
    event_set_init(&set);
    set_files(&set, 1);
    uint32_t id = set_id(&set, ID_USER, STR("u"));
    static const struct {
        const char *touch;
        uint16_t rule;
    } events[] = { { "b", 3 }, { "a", 2 }, { "b", 1 }, { "b", 2 }, { "a", 3 } };
    for (size_t i = 0; i < 5; i++) {
        struct event e = { .rule = events[i].rule, .origin = i, .who = set_who(&set, &id, 1) };
        e.touch = set_touch(&set, events[i].touch);
        event_set_add(&set, &e);
    }
    set_touch(&set, "unused");
    event_set_seal(&set, &(struct intern){ 0 }, 1);
    struct customers c;
    struct world w;
    const struct name_key raw = { .raw = true };
    identity_join(&set, &(struct identity_rules){ 0 }, &raw, 2, &c);
    world_make(&plan, &set, &c, 2, &w);
    ck_assert_uint_eq(w.ntouchpoints, 3);
    ck_assert_str_is(w.touchpoints[0].name, "a");
    ck_assert_uint_eq(w.touchpoints[0].stage, STAGE_NONE);
    ck_assert(w.touchpoints[0].company && !w.touchpoints[0].goal);
    ck_assert_str_is(w.touchpoints[1].name, "b");
    ck_assert_uint_eq(w.touchpoints[1].stage, 1);
    ck_assert(!w.touchpoints[1].company && w.touchpoints[1].goal);
    ck_assert_uint_eq(w.touchpoints[2].stage, STAGE_NONE);
    ck_assert(!w.touchpoints[2].company);
    world_free(&w);
    customers_free(&c);
    event_set_free(&set);
}
END_TEST

/* ---- the same world from any parts ---- */

enum { EVENTS = 20000, PARTS = 5, FILES = 12, RULES = 16 };

static void add_event(struct event_set *set, size_t k)
{
    uint64_t seed = k * 131 + 9;
    char text[32];
    uint32_t ids[2];
    int n = snprintf(text, sizeof text, "%zu", random_below(&seed, 800));
    ids[0] = set_id(set, ID_VISITOR, (struct str){ text, (size_t)n });
    n = snprintf(text, sizeof text, "%zu", random_below(&seed, 600));
    ids[1] =
        set_id(set, random_below(&seed, 3) ? ID_COOKIE : ID_USER, (struct str){ text, (size_t)n });
    size_t which = random_below(&seed, 4);
    struct str texts[ATTRS] = { { NULL, 0 } };
    if (!random_below(&seed, 3))
        texts[ATTR_CAMPAIGN] = random_below(&seed, 2) ? STR("x") : STR("y");
    struct event e = { .time = (int64_t)(random_below(&seed, 400 * 86400)) * SECOND };
    e.rule = (uint16_t)random_below(&seed, RULES);
    n = snprintf(text, sizeof text, "t%u", e.rule);
    if (e.rule == 2)
        texts[ATTR_VALUE] = STR("3.5");
    e.origin = origin(k % FILES, k + 1);
    e.who = which < 3 ? set_who(set, ids + which % 2, 1) : set_who(set, ids, 2);
    e.touch = intern_add(&set->touchpoints, (struct str){ text, (size_t)n });
    e.attrs = set_attrs(set, texts);
    event_set_add(set, &e);
}

/* All that the part of a world says, without numbers that depend on the order of merging. */
static void world_says(const struct world *w, FILE *to)
{
    struct arena a = { 0 };
    for (uint32_t c = w->from; c < w->to; c++) {
        struct str name = w->customers->names[c];
        fprintf(to, "%.*s\n", STR_ARG(name));
        for (size_t i = events_begin(w, c); i < events_end(w, c); i++) {
            struct str says = event_says(w->set, &w->events[i], &a);
            fprintf(to, " %.*s / %u\n", STR_ARG(says), w->session[i]);
        }
        for (size_t i = journeys_begin(w, c); i < journeys_end(w, c); i++) {
            const struct journey *j = &w->journeys[i];
            ck_assert_uint_eq(j->customer, c);
            ck_assert_uint_ge(j->first, events_begin(w, c));
            ck_assert_uint_le(j->first + j->n, events_end(w, c));
            fprintf(to, " %zu: %zu %u %u %u %s %d%d%d %lld %lld %lld %lld\n", journey_number(w, j),
                    w->before.events + j->first, j->n, j->number, j->sessions,
                    journey_state_names[j->state], j->after, j->left_truncated, j->returned,
                    (long long)j->start, (long long)j->end, (long long)j->goal_time,
                    (long long)j->value);
        }
        arena_reset(&a);
    }
    if (w->to == w->customers->n)
        fprintf(to, "%lld %lld\n", (long long)w->begin, (long long)w->end);
    arena_free(&a);
}

/* The world of the events in the order given by seed, merged from some sets, and made in parts of
 * at least part_events events. */
static char *world_text(uint64_t seed, int workers, size_t part_events, size_t *journeys)
{
    struct rule rules[RULES] = { 0 };
    struct source source = { .name = STR("s") };
    struct str goal = STR("t2"), boundary = STR("t3"), closing = STR("t4");
    struct plan plan = { .sources = &source, .nsources = 1, .rules = rules, .nrules = RULES };
    plan.journey = (struct journey_rules){ .goal = { &goal, 1 }, .close = { &closing, 1 } };
    plan.journey.inactivity = 30 * DAY;
    plan.session = (struct session_rules){
        .timeout = 20 * DAY, .max = 50 * DAY, .campaign = true, .boundary = { &boundary, 1 }
    };
    rules[5].company = rules[6].company = true;

    struct event_set set, parts[PARTS];
    event_set_init(&set);
    for (size_t p = 0; p < PARTS; p++)
        event_set_init(&parts[p]);
    size_t *order = mem_take(EVENTS * sizeof *order);
    random_order(&seed, order, EVENTS);
    for (size_t k = 0; k < EVENTS; k++)
        add_event(&parts[random_below(&seed, PARTS)], order[k]);
    for (size_t p = 0; p < PARTS; p++)
        event_set_merge(&set, &parts[p]);
    set_files(&set, FILES);
    for (size_t i = 0; i < FILES; i++) {
        set.files[i].first_event = (int64_t)(i * 7 % 5);
        set.files[i].last = 400 * DAY;
    }
    event_set_seal(&set, &(struct intern){ 0 }, workers);
    struct name_key key = { .bytes = "key" };
    struct customers c;
    struct world w;
    identity_join(&set, &(struct identity_rules){ 0 }, &key, workers, &c);
    world_open(&plan, &set, &c, part_events, workers, &w);
    ck_assert_ptr_null(set.events);
    ck_assert_uint_eq(w.all_events, EVENTS);
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);
    while (world_next(&w)) {
        ck_assert(w.n >= part_events || w.to == c.n);
        world_says(&w, to);
    }
    fclose(to);
    *journeys = world_journeys(&w);
    ck_assert_uint_eq(w.before.events, EVENTS);
    ck_assert_uint_eq(w.customer_first[c.n], EVENTS);
    ck_assert_uint_eq(w.journey_first[c.n], *journeys);
    world_free(&w);
    customers_free(&c);
    event_set_free(&set);
    free(order);
    return text;
}

START_TEST(any_parts_and_workers_give_the_same_world)
{
    static const int workers[] = { 1, 2, 7 };
    static const size_t part_events[] = { 1, 700, EVENTS };
    size_t journeys;
    char *want = world_text(1, 1, SIZE_MAX, &journeys);
    ck_assert_uint_gt(journeys, 3000);
    for (uint64_t turn = 0; turn < 9; turn++) {
        char *got = world_text(turn + 2, workers[turn % 3], part_events[turn / 3], &journeys);
        ck_assert(strcmp(got, want) == 0);
        free(got);
    }
    free(want);
}
END_TEST

START_TEST(a_world_without_events)
{
    struct plan plan = { .nsources = 0 };
    struct event_set set;
    event_set_init(&set);
    event_set_seal(&set, &(struct intern){ 0 }, 2);
    const struct name_key raw = { .raw = true };
    struct customers c;
    struct world w;
    identity_join(&set, &(struct identity_rules){ 0 }, &raw, 2, &c);
    world_make(&plan, &set, &c, 2, &w);
    ck_assert_uint_eq(w.n + w.njourneys + w.ntouchpoints + c.n, 0);
    ck_assert_uint_eq(w.customer_first[0] + w.journey_first[0], 0);
    ck_assert_int_eq(w.end, TIME_NONE);
    world_free(&w);
    customers_free(&c);
    event_set_free(&set);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("world");
    TCase *order = new_case(s, "order");
    tcase_add_loop_test(order, runs_are_sorted, 0, SHAPES);
    tcase_add_loop_test(order, events_are_ordered_by_customer, 0, ROWS(crowds));
    TCase *world = new_case(s, "world");
    tcase_add_loop_test(world, period_is_found, 0, ROWS(periods));
    tcase_add_test(world, lowest_rule_speaks_for_a_touchpoint);
    tcase_add_test(world, any_parts_and_workers_give_the_same_world);
    tcase_add_test(world, a_world_without_events);
    return s;
}
