/* test_funnel.c - how far a unit comes: the examples of definitions.md 3 by hand, what a position
 * says, and that the work is what it should be. All else is compared in tests/oracle/funnels.py.
 */
#include <stdlib.h>

#include "unit.h"

#include "measure/funnel.h"
#include "world_builder.h"

/* Touchpoints of all worlds here, by their numbers. */
enum { A, B, C, X };
static const char *const names[] = { "a", "b", "c", "x" };

static struct names just(const char *const *name)
{
    static _Thread_local struct str texts[64];
    static _Thread_local size_t at;
    struct str *text = &texts[at++ % 64];
    *text = str_c(*name);
    return (struct names){ text, 1 };
}

struct setting {
    struct builder b;
    struct funnel f;
    struct funnel_step steps[200];
    struct funnel_exclusion x;
    uint32_t source;
};

/* A funnel of steps such as "abc", and one customer. */
static void set(struct setting *s, const char *steps)
{
    *s = (struct setting){ .f = { .name = STR("f"), .steps = s->steps, .window = INT64_MAX } };
    builder_init(&s->b, "all", NULL);
    s->source = builder_source(&s->b, "web", "website");
    for (int i = 0; i < 4; i++)
        builder_touchpoint(&s->b, names[i], 0);
    for (; *steps; steps++)
        s->steps[s->f.nsteps++] =
            (struct funnel_step){ .any_of = just(&names[*steps - 'a']), .max_gap = INT64_MAX };
    builder_customer(&s->b, "anna");
    builder_journey(&s->b, JOURNEY_LOST);
}

/* Events such as "a0 b1 x2". */
static void happen(struct setting *s, const char *events)
{
    char *end;
    for (; *events; events = *end ? end + 1 : end) {
        double time = strtod(events + 1, &end);
        builder_event(&s->b, time, *events == 'x' ? X : (uint32_t)(*events - 'a'), s->source);
    }
}

struct seen {
    const struct world *w;
    const struct funnel *f;
    size_t n;
    char text[400]; /* "2: a0 b1; ..." the deepest step, then what was matched */
};

static void see(void *ctx, struct funnel_reader *r, const struct funnel_unit *unit)
{
    struct seen *s = ctx;
    size_t at = strlen(s->text);
    (void)r;
    at += (size_t)snprintf(s->text + at, sizeof s->text - at, "%s%u:", s->n++ ? "; " : "",
                           unit->best.deepest);
    for (size_t i = 0; i < s->f->nsteps; i++) {
        const struct event *e = unit->best.events[i];
        if (e)
            at += (size_t)snprintf(s->text + at, sizeof s->text - at, " %s%g", names[e->touch],
                                   (double)(e->time - s->w->events[0].time) / 1e6);
    }
}

static const char *answer(struct setting *s)
{
    static _Thread_local struct seen seen;
    const struct world *w = builder_world(&s->b);
    struct funnel_reader *r = funnel_reader_new(w, &s->f);
    seen = (struct seen){ .w = w, .f = &s->f };
    funnel_read(r, 0, see, &seen);
    funnel_reader_free(r);
    builder_free(&s->b);
    return seen.text;
}

static const struct {
    const char *steps, *events, *want;
    double window, max_gap; /* of the last step; 0: none */
    int exclusion;          /* x between step exclusion and the next; 0: none */
    enum funnel_order order;
    enum funnel_counting counting;
} hand[] = {
    /* A16: the nearest b fails, a later one does not */
    { "abc", "a0 b1 b8 c10", "2: a0 b8 c10", .max_gap = 3 },
    /* A17: the earliest entry */
    { "ab", "a0 a5 b6", "1: a0 b6", .window = 0 },
    /* ... but the deepest first: the first a is too early for the window */
    { "ab", "a0 a5 b6", "1: a5 b6", .window = 3 },
    /* A21: a chain that avoids x exists */
    { "abc", "a0 b1 x2 b3 c4", "2: a0 b3 c4", .exclusion = 1 },
    { "abc", "a0 b1 x2 c4", "1: a0 b1", .exclusion = 1 },
    /* A19: of one instant, x forbids what it stands between */
    { "ab", "a0 x1 b1", "0: a0", .exclusion = 0, .window = 0, .max_gap = -1 },
    { "ab", "a0 b1 x1", "1: a0 b1", .max_gap = -1 },
    /* A20: only what is strictly between two times breaks strictness */
    { "ab", "a0 c0 c1 b1", "1: a0 b1", .order = FUNNEL_STRICT },
    { "ab", "a0 c1 b2", "0: a0", .order = FUNNEL_STRICT },
    /* 2.1: the favourable order of one instant; each event once */
    { "abc", "c0 b0 a0", "2: a0 b0 c0", .window = 0 },
    { "aa", "a0", "0: a0", .window = 0 },
    { "aab", "b0 a0 a0", "2: a0 a0 b0", .window = 0 },
    /* A23: the next attempt after completion, or after the window */
    { "ab", "a0 a1 b2 a3 b4 a5", "1: a0 b2; 1: a3 b4; 0: a5", .window = 10,
      .counting = FUNNEL_TOTALS },
    { "ab", "a0 a5 a11 b12", "0: a0; 1: a11 b12", .window = 10, .counting = FUNNEL_TOTALS },
    /* A47: any order; a step needs an event of its own */
    { "abc", "c0 a1", "1: c0 a1", .order = FUNNEL_ANY },
    { "aab", "b0 a1", "1: b0 a1", .order = FUNNEL_ANY },
    { "aab", "b0 a1 a2", "2: b0 a1 a2", .order = FUNNEL_ANY },
    { "abc", "c0 b5 a6", "1: b5 a6", .order = FUNNEL_ANY, .window = 3 },
};

START_TEST(test_hand)
{
    struct setting s;
    set(&s, hand[_i].steps);
    s.f.order = hand[_i].order;
    s.f.counting = hand[_i].counting;
    if (hand[_i].window > 0)
        s.f.window = (int64_t)(hand[_i].window * 1e6);
    if (hand[_i].max_gap > 0)
        s.steps[s.f.nsteps - 1].max_gap = (int64_t)(hand[_i].max_gap * 1e6);
    if (hand[_i].exclusion || hand[_i].max_gap < 0) {
        uint32_t after = (uint32_t)hand[_i].exclusion;
        s.x = (struct funnel_exclusion){ just(&names[X]), after, after + 1 };
        s.f.exclusions = &s.x;
        s.f.nexclusions = 1;
    }
    happen(&s, hand[_i].events);
    ck_assert_str_eq(answer(&s), hand[_i].want);
}
END_TEST

/* More events of one instant that fit several steps than are tried in every order: in their order.
 */
START_TEST(test_crowded_instant)
{
    struct setting s;
    set(&s, "aab");
    happen(&s, "b0 a0 a0 a0 a0 a0 a0 a0");
    ck_assert_str_eq(answer(&s), "2: a0 a0 b0");
    set(&s, "aab");
    happen(&s, "b0 a0 a0 a0 a0 a0 a0 a0 a0");
    ck_assert_str_eq(answer(&s), "1: a0 a0");
}
END_TEST

/* ---- how it was lost ---- */

struct position {
    bool entered;
    uint32_t deepest;
    int64_t entry;
    struct drop drop;
};

static void note(void *ctx, struct funnel_reader *r, const struct funnel_unit *unit)
{
    *(struct position *)ctx =
        (struct position){ true, unit->best.deepest, unit->best.entry, funnel_drop(r, unit) };
}

static struct position position_of(struct funnel_reader *r, uint32_t customer)
{
    struct position p = { .entered = false };
    funnel_read(r, customer, note, &p);
    return p;
}

START_TEST(test_position)
{
    struct setting s;
    struct position p;
    set(&s, "abc");
    s.f.window = 100 * SECOND;
    happen(&s, "a0 b10 x20");
    builder_customer(&s.b, "berta");
    builder_journey(&s.b, JOURNEY_LOST);
    happen(&s, "x0");
    builder_customer(&s.b, "carla");
    builder_journey(&s.b, JOURNEY_OPEN);
    happen(&s, "a950");
    const struct world *w = builder_world(&s.b);
    s.b.plan.journey.inactivity = 50 * SECOND;
    s.b.world.end = w->events[0].time + 1000 * SECOND;
    struct funnel_reader *r = funnel_reader_new(w, &s.f);
    p = position_of(r, 0);
    ck_assert(p.entered);
    ck_assert_uint_eq(p.deepest, 1);
    ck_assert_int_eq(p.drop.kind, DROP_DIVERGED);
    ck_assert_uint_eq(p.drop.next->touch, X);
    ck_assert_int_eq(p.entry, w->events[0].time);
    ck_assert(!position_of(r, 1).entered);
    p = position_of(r, 2);
    ck_assert(p.entered);
    ck_assert_int_eq(p.drop.kind, DROP_OPEN);
    ck_assert_uint_eq(p.deepest, 0);
    funnel_reader_free(r);
    builder_free(&s.b);
}
END_TEST

/* ---- work ---- */

static void ignore(void *ctx, struct funnel_reader *r, const struct funnel_unit *unit)
{
    (void)ctx, (void)r, (void)unit;
}

/* Places filled for n events of a customer, each of which fits one of `steps` steps. */
static uint64_t work_of(unsigned steps, unsigned n, bool everything)
{
    static char texts[200][8];
    struct setting s;
    set(&s, "");
    for (unsigned i = 0; i < steps; i++) {
        snprintf(texts[i], sizeof texts[i], "t%03u", i);
        const char *name = texts[i];
        builder_touchpoint(&s.b, name, 0);
        s.steps[s.f.nsteps++] = (struct funnel_step){
            .any_of = just(&name),
            .optional = false,
            .min_gap = everything ? SECOND : 0,
            .max_gap = everything ? 5000 * SECOND : INT64_MAX,
        };
    }
    if (everything) {
        s.f.window = (int64_t)n * SECOND;
        s.x = (struct funnel_exclusion){ just(&names[X]), 0, steps };
        s.f.exclusions = &s.x;
        s.f.nexclusions = 1;
    }
    for (unsigned i = 0; i < n; i++)
        builder_event(&s.b, i, i % 997 == 996 ? X : 4 + i % steps, s.source);
    struct funnel_reader *r = funnel_reader_new(builder_world(&s.b), &s.f);
    funnel_read(r, 0, ignore, NULL);
    uint64_t work = funnel_work(r);
    funnel_reader_free(r);
    builder_free(&s.b);
    return work;
}

START_TEST(test_work)
{
    for (int everything = 0; everything < 2; everything++) {
        /* Three passes, one place for an event: whatever the number of steps is. */
        ck_assert_uint_le(work_of(40, 4000, everything), 3 * 4000);
        ck_assert_uint_le(work_of(5, 4000, everything), 3 * 4000);
        ck_assert_uint_le(work_of(40, 8000, everything), 3 * 8000);
        ck_assert_uint_gt(work_of(40, 4000, everything), 4000);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("funnel");
    tcase_add_loop_test(new_case(s, "by hand"), test_hand, 0, ROWS(hand));
    tcase_add_test(new_case(s, "crowded instant"), test_crowded_instant);
    tcase_add_test(new_case(s, "position"), test_position);
    tcase_add_test(new_case(s, "work"), test_work);
    return s;
}
