/* test_peers.c - funnels that other tools publish an answer for, in their tests or their manuals.
 *
 * Each row says who gives the answer. Where ours differs, `why` says by which definition, and both
 * answers stand there: `want` is ours, `theirs` the other. Times, names and people were written
 * anew; only the orders of events, the windows and the answers are theirs.
 */
#include <stdlib.h>

#include "unit.h"

#include "measure/funnel.h"
#include "measure_tools.h"

enum { TOUCHPOINTS = 10, PEOPLE = 12, STEPS = 8 };
static const char *const names[TOUCHPOINTS] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "x" };

/* Steps such as "a ?b cd": ? is optional, letters of one step are alternatives. People such as "a0
 * b1; a0 x2": an event is a letter and its second. Levels: how far each person came, 0 for those
 * who never enter; "2+1" are the attempts of `totals`. */
static const struct peer {
    const char *who, *steps, *people, *want;
    double window, min_gap; /* seconds; 0: none */
    char exclusion;         /* a letter that must not come between steps */
    enum funnel_order order;
    enum funnel_counting counting;
    bool open;
    const char *theirs, *why;
} peers[] = {
    /* ---- ClickHouse, windowFunnel: the deepest level; the window is inclusive ---- */
    { "ClickHouse", "a", "a0 b1 c2 d3 e4 f5 g6 h7 i8", "1", .window = 10000 },
    { "ClickHouse", "a b", "a0 b1 c2 d3 e4 f5 g6 h7 i8", "2", .window = 10000 },
    { "ClickHouse", "a b c", "a0 b1 c2 d3 e4 f5 g6 h7 i8", "3", .window = 10000 },
    { "ClickHouse", "a b c i", "a0 b1 c2 d3 e4 f5 g6 h7 i8", "4", .window = 10000 },
    { "ClickHouse", "a", "a0 b1 c2 d3 e4 f5 g6 h7 i8", "1", .window = 1 },
    { "ClickHouse", "d e f g h", "a0 b1 c2 d3 e4 f5 g6 h7 i8", "3", .window = 2 },
    { "ClickHouse", "d e f g h", "a0 b1 c2 d3 e4 f5 g6 h7 i8", "4", .window = 3 },
    { "ClickHouse", "d e f g h", "a0 b1 c2 d3 e4 f5 g6 h7 i8", "5", .window = 4 },
    { "ClickHouse", "a h", "a1 b2 c3 d4 e5 f6 g7 h8", "2", .window = 10000 },
    { "ClickHouse", "h a", "a1 b2 c3 d4 e5 f6 g7 h8", "1", .window = 10000 },
    { "ClickHouse", "abcdefg bcdefgh abcdef defgh", "a1 b2 c3 d4 e5 f6 g7 h8", "4", .window = 4 },
    { "ClickHouse", "a b c d e f g", "a0 b10 c20 d30 e40 f50 f51 g60 h70 i80", "7",
      .window = 10000 },
    { "ClickHouse", "a b c",
      "a1 b2 c3; a1 x2 b3 c4; a1 a2 b3 b4 c5 c6; a1 a2 a3 a4 b5 b6 c7 c8; a1 a2 b3 b4 x5 c6 c7; c1 "
      "c2 b3 b4 a5 a6",
      "3 3 3 3 3 1", .window = 86400 },
    { "ClickHouse, strict_order", "a b c",
      "a1 b2 c3; a1 x2 b3 c4; a1 a2 b3 b4 c5 c6; a1 a2 a3 a4 b5 b6 c7 c8; a1 a2 b3 b4 x5 c6 c7; c1 "
      "c2 b3 b4 a5 a6",
      "3 1 2 2 2 1", .window = 86400, .order = FUNNEL_STRICT, .theirs = "3 1 3 3 2 1",
      .why = "2.5: strict is none between, and the second b is between b and c" },
    { "ClickHouse, strict_order", "a b c", "a1 c2 b3", "1", .window = 10, .order = FUNNEL_STRICT },
    { "ClickHouse", "a b c d e", "a0 b1 c1 d1 e2", "5", .window = 10000 },
    { "ClickHouse, strict_increase", "a b c d e", "a0 b1 c1 d1 e2", "2", .window = 10000,
      .min_gap = 0.000001 },
    { "ClickHouse", "e e e", "a0 b1 c1 d1 e2", "1", .window = 10000, .theirs = "3",
      .why = "2.1: each event once" },
    { "ClickHouse, any order of rows", "a b c", "c0 a86400 b86400; c0 b86400 a86400", "2 2",
      .window = 6048000 },
    /* ---- Apache Doris, window_funnel: its manual's example, five minutes ---- */
    { "Doris", "a b c d", "a60 b120 c240 d600; a3660 b3720 c3780; a7200 b7260; a5400 b5460 x5520",
      "3 3 2 2", .window = 300 },
    /* ---- PostHog ---- */
    { "PostHog, strict", "a b c",
      "a1; b1 a2; a1 b2 x3 c4; c1 x2 b3 a4; b1 a2 x3 b4 c5; x1 a2 x3 b4; x1 a2 b3 c4 x5; c1 b2",
      "1 1 2 1 1 1 3 0", .order = FUNNEL_STRICT },
    { "PostHog, unordered", "a b c",
      "a1; b1 a2; a1 b2 x3 c4; c1 b2 a3; b1 a2 x3 c4; x1 c2; b1 x2; c1 b2", "1 2 3 3 3 1 1 2",
      .order = FUNNEL_ANY },
    { "PostHog, strict, two browsers", "a b", "a0 x3600 b7200; a0 b3600", "1 2", .window = 604800,
      .order = FUNNEL_STRICT },
    { "PostHog, exclusion", "a b", "a0 b1; a0 x1 b2; a0 b1 x2; x0 a1 b2", "2 1 2 2",
      .exclusion = 'x', .theirs = "2 0 2 2",
      .why = "A21: who entered is counted; the drop-off says excluded" },
    { "Mixpanel, exclusion", "a b", "a0 x1 a2 b3; a0 x1 b2", "2 1", .exclusion = 'x' },
    { "PostHog, window to the second", "a b", "a0 b1209600; a0 b1209601", "2 1",
      .window = 1209600 },
    { "PostHog, re-entry", "a b c", "a0 a10 b12 c14; a0 b2 a10 c12", "3 2", .window = 5 },
    { "PostHog, the same step again", "a a b", "a0; a0 a1; a0 a1 b2; a0 b1", "1 2 3 1",
      .window = 0 },
    { "PostHog, one instant", "a b c", "c5 b5 a5; b5 a5; a5 c5", "3 2 1", .window = 0 },
    { "PostHog, optional step", "a ?b c", "a0 b1 c2; a0 c2; a0 b1; b0 c1", "3 3 1 0", .window = 0 },
    { "PostHog, window counts from the first step", "a b c", "a0 b8 c16; a0 b8 c10", "2 3",
      .window = 10 },
    /* ---- Mixpanel ---- */
    { "Mixpanel, totals", "a b", "a0 b1 a2 b3; a0 a1 b2 b3; a0 b1 a2", "2+2 2 2+1", .window = 100,
      .counting = FUNNEL_TOTALS },
    { "Mixpanel, uniques", "a b", "a0 b1 a2 b3; a0 a1 b2 b3; a0 b1 a2", "2 2 2", .window = 100 },
    { "Mixpanel, window of the first entry", "a b", "a0 a8 b12", "2", .window = 10, .theirs = "1",
      .why = "2.5: all entries are tried; Mixpanel does so as optimized re-entry only" },
    { "Mixpanel, any of several events", "ab c", "b0 c1; a0 c1; c0 a1", "2 2 1", .window = 0 },
    /* ---- GA4 ---- */
    { "GA4, closed", "a b c", "b0 c1; a0 c1; a0 b1 c2", "0 1 3", .window = 0 },
    { "GA4, open", "a b c", "b0 c1; c0; a0 b1 c2; x0", "3 3 3 0", .open = true },
    { "GA4, directly followed by", "a b", "a0 x1 b2; a0 b1; a0 x1 a2 b3", "1 2 2",
      .order = FUNNEL_STRICT },
    /* ---- Amplitude ---- */
    { "Amplitude, this order", "a b c", "a0 b1 b2 c3; a0 x1 b2 x3 c4; c0 b1 a2", "3 3 1",
      .window = 0 },
    { "Amplitude, exact order", "a b c", "a0 b1 b2 c3; a0 x1 b2 x3 c4; x0 a1 b2 c3 x4", "2 1 3",
      .order = FUNNEL_STRICT },
    { "Amplitude, any order", "a b c", "c0 b1 a2; b0 c1; c0 b50 a51", "3 2 2", .window = 10,
      .order = FUNNEL_ANY },
};

struct setting {
    struct builder b;
    struct funnel_step steps[STEPS];
    struct funnel_exclusion x;
};

static struct names letters(struct builder *b, const char *text, size_t n)
{
    struct names list = { arena_take(&b->plan.arena, n * sizeof(struct str)), n };
    for (size_t i = 0; i < n; i++)
        list.list[i] = str_c(names[text[i] == 'x' ? TOUCHPOINTS - 1 : text[i] - 'a']);
    return list;
}

static void add_steps(struct setting *s, struct funnel *f, const struct peer *p)
{
    for (struct str rest = str_c(p->steps); rest.n;) {
        struct str step = str_cut(&rest, ' ');
        bool optional = step.p[0] == '?';
        f->steps[f->nsteps++] = (struct funnel_step){
            .name = step,
            .any_of = letters(&s->b, step.p + optional, step.n - optional),
            .optional = optional,
            .min_gap = (int64_t)(p->min_gap * 1e6 + 0.5),
            .max_gap = INT64_MAX,
        };
    }
    if (!p->exclusion)
        return;
    s->x = (struct funnel_exclusion){ letters(&s->b, &p->exclusion, 1), 0, (uint32_t)f->nsteps };
    f->exclusions = &s->x;
    f->nexclusions = 1;
}

static const struct world *make(struct setting *s, struct funnel *f, const struct peer *p)
{
    builder_init(&s->b, "all", NULL);
    uint32_t web = builder_source(&s->b, "web", "website");
    for (size_t i = 0; i < TOUCHPOINTS; i++)
        builder_touchpoint(&s->b, names[i], 0);
    *f = (struct funnel){ .name = STR("f"), .steps = s->steps, .order = p->order };
    f->window = p->window > 0 ? (int64_t)(p->window * 1e6) : INT64_MAX;
    f->counting = p->counting;
    f->open = p->open;
    add_steps(s, f, p);
    int number = 0;
    for (struct str rest = str_c(p->people); rest.n; number++) {
        char name[24];
        struct str events = str_trim(str_cut(&rest, ';'));
        snprintf(name, sizeof name, "person %02d", number);
        builder_customer(&s->b, arena_keep(&s->b.plan.arena, str_c(name)).p);
        builder_journey(&s->b, JOURNEY_LOST);
        while (events.n) {
            struct str e = str_trim(str_cut(&events, ' '));
            uint32_t touch = e.p[0] == 'x' ? TOUCHPOINTS - 1 : (uint32_t)(e.p[0] - 'a');
            builder_event(&s->b, strtod(e.p + 1, NULL), touch, web);
        }
    }
    s->b.plan.journey.inactivity = 90 * DAY;
    return builder_world(&s->b);
}

struct levels {
    char text[100];
    size_t n;
    bool more; /* an attempt of this person stands there already */
};

static void see(void *ctx, struct funnel_reader *r, const struct funnel_unit *unit)
{
    struct levels *l = ctx;
    (void)r;
    l->n += (size_t)snprintf(l->text + l->n, sizeof l->text - l->n, "%s%u", l->more ? "+" : "",
                             unit->best.deepest + 1);
    l->more = true;
}

START_TEST(test_peer)
{
    const struct peer *p = &peers[_i];
    struct setting s;
    struct funnel f;
    memset(&s, 0, sizeof s);
    const struct world *w = make(&s, &f, p);
    struct funnel_reader *r = funnel_reader_new(w, &f);
    struct levels got = { .n = 0 };
    for (uint32_t c = 0; c < w->customers->n; c++) {
        if (c)
            got.text[got.n++] = ' ';
        got.more = false;
        funnel_read(r, c, see, &got);
        if (!got.more)
            got.text[got.n++] = '0';
    }
    got.text[got.n] = '\0';
    ck_assert_msg(strcmp(got.text, p->want) == 0, "%s: %s | %s gives %s, expected %s", p->who,
                  p->steps, p->people, got.text, p->want);
    ck_assert(!p->theirs == !p->why);
    ck_assert(!p->theirs || strcmp(p->theirs, p->want) != 0);
    funnel_reader_free(r);
    builder_free(&s.b);
}
END_TEST

/* ---- PostHog, time to convert: an hour, 37 minutes and 23 hours ---- */

static const struct histogram {
    uint32_t bins; /* asked for; 0: as many as the cube root says */
    size_t n;
    int64_t from[7]; /* seconds */
    uint64_t count[7];
    int64_t end;
} histograms[] = {
    { 0, 2, { 2220, 42510 }, { 2, 1 }, 82800 },
    { 7, 7, { 2220, 13732, 25244, 36756, 48268, 59780, 71292 }, { 2, 0, 0, 0, 0, 0, 1 }, 82804 },
};

START_TEST(test_time_to_convert)
{
    static const struct peer three = {
        "PostHog", "a b c", "a0 b3600 c10800; a0 b2220; a0 b82800", "3 2 2", .window = 604800,
    };
    const struct histogram *h = &histograms[_i];
    struct setting s;
    struct funnel f;
    struct table times, funnels;
    memset(&s, 0, sizeof s);
    const struct world *w = make(&s, &f, &three);
    f.bins = h->bins;
    s.b.plan.funnels = &f;
    s.b.plan.nfunnels = 1;
    table_of(&times, "funnel_times", w);
    table_of(&funnels, "funnels", w);
    for (size_t i = 0; i < h->n; i++) { /* the first rows: step 2, from entry */
        ck_assert_int_eq(table_cell(&times, i, "from")->i, h->from[i] * SECOND);
        ck_assert_uint_eq(count_in(&times, i, "n"), h->count[i]);
    }
    ck_assert_int_eq(table_cell(&times, h->n - 1, "to")->i, h->end * SECOND);
    ck_assert_int_eq(table_cell(&funnels, 1, "from_entry_mean")->i, 29540 * SECOND);
    ck_assert_int_eq(table_cell(&funnels, 1, "from_entry_median")->i, 3600 * SECOND);
    ck_assert_uint_eq(count_in(&funnels, 2, "n"), 1);
    table_free(&times);
    table_free(&funnels);
    builder_free(&s.b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("peers");
    tcase_add_loop_test(new_case(s, "funnels"), test_peer, 0, ROWS(peers));
    tcase_add_loop_test(new_case(s, "time to convert"), test_time_to_convert, 0, ROWS(histograms));
    return s;
}
