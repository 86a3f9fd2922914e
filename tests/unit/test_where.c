/* test_where.c - expressions: what is wrong with texts and where, what they mean for journeys that
 * were made by hand, and what a scope leaves of a world. */
#include <stdlib.h>

#include "config/expr.h"
#include "journey/scope.h"
#include "unit.h"

#include "world_builder.h"

/* ---- a world of five journeys ----
 *
 *  0  ann, 1st   ad(web, campaign spring) page cart order(value 50); converted, 4 sessions told
 *  1  ann, 2nd   page ticket(desk, score 3); lost, phase after
 *  2  bob, 1st   page page cart; lost, returned
 *  3  bob, 2nd   ad(campaign autumn) page; open
 *  4  cat, 1st   ticket(desk, score 9); open, left-truncated
 */
enum { AD, CART, ORDER, PAGE, TICKET };

static struct saved_segment segments[] = {
    { { "buyers", 6 }, { "converted", 9 }, { { 0, 0 }, { 0, 0 }, 0, 0 } },
    { { "web buyers", 10 },
      { "segment = buyers & !(channel = support)", 39 },
      { { 0, 0 }, { 0, 0 }, 0, 0 } },
};

static void event(struct builder *b, double seconds, uint32_t touch, uint32_t source,
                  enum attr attr, const char *value)
{
    builder_event(b, seconds, touch, source);
    if (value)
        builder_attr(b, attr, value);
}

static const struct world *make_world(struct builder *b)
{
    builder_init(b, "awareness", "purchase", NULL);
    builder_source(b, "web", "website");
    builder_source(b, "desk", "support");
    builder_touchpoint(b, "ad", 0);
    builder_touchpoint(b, "cart", 1);
    builder_touchpoint(b, "order placed", 1);
    builder_touchpoint(b, "page", 0);
    builder_touchpoint(b, "ticket", STAGE_NONE);
    b->rules[TICKET].pain = 2000000;
    b->rules[CART].emotion = 500000;
    struct zone *utc = zone_new(STR("UTC"));
    b->plan.zone = utc;
    b->plan.segments = segments;
    b->plan.nsegments = 2;

    builder_customer(b, "ann");
    struct journey *j = builder_journey(b, JOURNEY_CONVERTED);
    j->sessions = 4;
    j->value = 50000000;
    event(b, 0, AD, 0, ATTR_CAMPAIGN, "spring");
    event(b, 60, PAGE, 0, ATTR_ITEM, "mug");
    event(b, 120, CART, 0, 0, NULL);
    event(b, 86400, ORDER, 0, ATTR_VALUE, "50");
    j = builder_journey(b, JOURNEY_LOST);
    j->after = true;
    event(b, 90000, PAGE, 0, 0, NULL);
    event(b, 90600, TICKET, 1, ATTR_SCORE, "3");
    builder_customer(b, "bob");
    j = builder_journey(b, JOURNEY_LOST);
    j->returned = true;
    event(b, 0, PAGE, 0, ATTR_ITEM, "mug");
    event(b, 30, PAGE, 0, ATTR_ITEM, "tea pot");
    event(b, 172800, CART, 0, 0, NULL);
    builder_journey(b, JOURNEY_OPEN);
    event(b, 864000, AD, 0, ATTR_CAMPAIGN, "autumn");
    event(b, 864010, PAGE, 0, 0, NULL);
    builder_customer(b, "cat");
    j = builder_journey(b, JOURNEY_OPEN);
    j->left_truncated = true;
    event(b, 10, TICKET, 1, ATTR_SCORE, "9");
    return builder_world(b);
}

static void free_world(struct builder *b)
{
    zone_free((struct zone *)b->plan.zone);
    builder_free(b);
}

/* ---- meaning ---- */

static const struct {
    const char *text, *holds; /* the numbers of the journeys */
} meanings[] = {
    { "converted", "0" },
    { "lost", "12" },
    { "open", "34" },
    { "ended", "012" },
    { "state in (lost, open)", "1234" },
    { "state != lost", "034" },
    { "returned", "2" },
    { "left_truncated", "4" },
    { "new", "024" },
    { "phase = after", "1" },
    { "journey = 2", "13" },
    { "customer = ann", "01" },
    { "customer ~ '^[ab]'", "0123" },
    { "touchpoint = cart", "02" },
    { "has(touchpoint = cart)", "02" },
    { "!has(touchpoint = cart)", "134" },
    { "touchpoint != cart", "134" },
    { "has(touchpoint != cart)", "01234" },
    { "touchpoint = 'order placed'", "0" },
    { "touchpoint ~ '^(cart|order)'", "02" },
    { "touchpoint in (ticket, \"order placed\")", "014" },
    { "stage = purchase", "02" },
    { "stage !~ p", "134" },
    { "channel = support", "14" },
    { "source = web & channel = support", "1" },
    { "has(source = web & channel = support)", "" },
    { "campaign = spring | campaign = autumn", "03" },
    { "campaign ~ '^s'", "0" },
    { "campaign = ''", "01234" },
    { "item = 'tea pot'", "2" },
    { "has(item = mug & touchpoint = page)", "02" },
    { "score >= 9", "4" },
    { "score < 9", "1" },
    { "score = 3.0", "1" },
    { "emotion > 0", "02" },
    { "pain > 1", "14" },
    { "has(pain >= 2)", "14" },
    { "value >= 50", "0" },
    { "value > 50", "" },
    { "has(value = 50)", "0" },
    { "events >= 3", "02" },
    { "events = 2", "13" },
    { "events != 2", "024" },
    { "sessions > 1", "0" },
    { "touchpoints = 2", "123" },
    { "count(touchpoint = page) > 1", "2" },
    { "count(touchpoint = ticket) = 0", "023" },
    { "wait(touchpoint = page, touchpoint = cart) > 1m", "2" },
    { "wait(touchpoint = page, touchpoint = cart) >= 1m", "02" },
    { "wait(touchpoint = page, touchpoint = page) = 30s", "2" },
    { "wait(touchpoint = page, touchpoint = cart) = 172800s", "" }, /* the later page waits */
    { "wait(channel = website, channel = support) <= 10m", "1" },
    { "wait(touchpoint = cart, touchpoint = page) >= 0", "" },
    { "wait(touchpoint in (ad, page), item = mug | touchpoint = 'order placed') > 23h", "0" },
    { "!(wait(stage = awareness, stage = purchase) < 2h) & new", "24" },
    { "duration < 1d", "134" },
    { "duration <= 1d", "0134" },
    { "duration >= 2d", "2" },
    { "time_to_goal <= 24h", "0" },
    { "engaged = 120s", "" },
    { "engaged >= 86400s", "02" },
    { "start = 2026-09-01", "024" },
    { "start > 2026-09-01", "13" },
    { "start >= 2026-09-02", "13" },
    { "start < 2026-09-02T01:00", "024" },
    { "end <= 2026-09-02", "014" },
    { "goal_time > 2026-01-01", "0" },
    { "goal_time < 2030-01-01", "0" },
    { "time >= 2026-09-11", "3" },
    { "has(touchpoint = page & time < 2026-09-02)", "02" },
    { "first(campaign = autumn)", "3" },
    { "last(touchpoint = cart)", "2" },
    { "first_touchpoint = ad", "03" },
    { "last_touchpoint in (cart, ticket)", "124" },
    { "ever(touchpoint = ticket)", "014" },
    { "ever(campaign = spring) & !converted", "1" },
    { "path ~ 'page -> cart'", "02" },
    { "path ~ 'page -> page'", "2" },
    { "path ~ 'ad -> .* -> cart'", "0" },
    { "path !~ '(start) -> ad'", "124" },
    { "path ~ '[page|ad] -> (open)'", "3" },
    { "path ~ 'page[cart|ticket]'", "012" },
    { "segment = buyers", "0" },
    { "segment != buyers", "1234" },
    { "segment in (buyers, 'web buyers')", "0" },
    { "converted | lost & returned", "02" },
    { "(converted | lost) & returned", "2" },
    { "not converted and not lost or returned", "234" },
    { "!!converted", "0" },
    { "!(converted || lost) && new", "4" },
};

START_TEST(means)
{
    struct builder b;
    const struct world *w = make_world(&b);
    struct text_fault fault = { { 0 }, 0 };
    struct where *where = where_compile(w, str_c(meanings[_i].text), WHERE_JOURNEY, NULL, &fault);
    ck_assert_msg(where != NULL, "%s: %s", meanings[_i].text, fault.text);
    char holds[6];
    size_t n = 0;
    for (size_t i = 0; i < w->njourneys; i++)
        if (where_holds(where, w, &w->journeys[i]))
            holds[n++] = (char)('0' + i);
    holds[n] = '\0';
    ck_assert_msg(strcmp(holds, meanings[_i].holds) == 0, "%s: '%s', not '%s'", meanings[_i].text,
                  holds, meanings[_i].holds);
    where_free(where);
    free_world(&b);
}
END_TEST

START_TEST(of_events)
{
    struct builder b;
    const struct world *w = make_world(&b);
    struct text_fault fault = { { 0 }, 0 };
    struct where *where = where_compile(w, STR("touchpoint = page & item ~ mug | score > 5"),
                                        WHERE_EVENT, NULL, &fault);
    ck_assert_msg(where != NULL, "%s", fault.text);
    for (size_t i = 0; i < w->n; i++)
        ck_assert_int_eq(where_holds_event(where, w, &w->events[i]), i == 1 || i == 6 || i == 11);
    where_free(where);
    free_world(&b);
}
END_TEST

/* ---- words of others ---- */

static bool find_term(void *ctx, struct str word, const struct str *args, size_t nargs,
                      uint32_t *number, struct text_fault *fault)
{
    (void)ctx;
    if (!str_eq(word, STR("funnel.shop.dropped_at")))
        return text_fault_set(fault, strlen("funnel."), "no such funnel");
    ck_assert_uint_eq(nargs, 2);
    ck_assert_str_is(args[1], "order placed");
    *number = 7;
    return true;
}

static int64_t term_value(const void *ctx, uint32_t number, const struct world *w,
                          const struct journey *j)
{
    (void)w;
    return number == 7 && j->customer == *(const uint32_t *)ctx;
}

START_TEST(terms)
{
    struct builder b;
    const struct world *w = make_world(&b);
    uint32_t bob = 1;
    struct where_terms asked = { find_term, term_value, &bob };
    struct text_fault fault = { { 0 }, 0 };
    struct where *where =
        where_compile(w, STR("open & funnel.shop.dropped_at(cart, 'order placed')"), WHERE_JOURNEY,
                      &asked, &fault);
    ck_assert_msg(where != NULL, "%s", fault.text);
    for (size_t i = 0; i < w->njourneys; i++)
        ck_assert_int_eq(where_holds(where, w, &w->journeys[i]), i == 3);
    where_free(where);
    ck_assert_ptr_null(where_compile(w, STR("open & funnel.shp"), WHERE_JOURNEY, &asked, &fault));
    ck_assert_str_eq(fault.text, "no such funnel");
    ck_assert_uint_eq(fault.at, 14);
    free_world(&b);
}
END_TEST

/* ---- what is wrong, and at which byte ---- */

static const struct {
    const char *text, *fault;
    size_t at;
} faults[] = {
    { "", "a word such as touchpoint, has or converted was expected, but the expression ends here",
      0 },
    { "converted &",
      "a word such as touchpoint, has or converted was expected, but the expression "
      "ends here",
      11 },
    { "converted lost", "'&', '|' or the end was expected, not 'lost'", 10 },
    { "(converted", "')' was expected, but the expression ends here", 10 },
    { "conerted", "there is no 'conerted'; did you mean 'converted'?", 0 },
    { "zzz = 1",
      "there is no 'zzz'; docs/where.md has all words (a segment is asked for by segment = "
      "NAME)",
      0 },
    { "touchpoint cart", "one of = != ~ !~ < <= > >= or 'in' was expected, not 'cart'", 11 },
    { "touchpoint = ", "a value was expected, but the expression ends here", 13 },
    { "touchpoint = 'cart", "a quote is not closed", 13 },
    { "touchpoint = cart$", "'$' means nothing here; a text with such signs needs quotes", 17 },
    { "touchpoint = crt", "there is no touchpoint 'crt'; did you mean 'cart'?", 13 },
    { "touchpoint in (cart, pge)", "there is no touchpoint 'pge'; did you mean 'page'?", 21 },
    { "touchpoint > cart", "'touchpoint' is a text: compare it with = != ~ !~ or 'in'", 0 },
    { "touchpoint ~ '('", "missing closing parenthesis", 15 },
    { "stage = buying", "there is no stage 'buying'; it can be 'awareness' or 'purchase'", 8 },
    { "channel = websit", "there is no channel 'websit'; did you mean 'website'?", 10 },
    { "source = shop", "there is no source 'shop'; it can be 'web' or 'desk'", 9 },
    { "segment = buyer", "there is no segment 'buyer'; did you mean 'buyers'?", 10 },
    { "state = won", "there is no state 'won'; it can be 'converted', 'lost' or 'open'", 8 },
    { "state ~ l", "'state' is compared with = != or 'in'", 0 },
    { "events > many", "'many' is not a number such as 3 or 12.5", 9 },
    { "events ~ 3", "'events' is a number: compare it with = != < <= > >=", 0 },
    { "events in (1, 2)", "'events' cannot be 'in' a list: use < and >", 0 },
    { "duration < 2", "'2' is not a duration such as 30m, 12h or 2d", 11 },
    { "start > yesterday", "'yesterday' is no date or time such as 2026-09-01 or 2026-09-01T08:00",
      8 },
    { "path = cart", "'path' is compared with ~ and a pattern such as 'home -> .* -> cart'", 0 },
    { "path ~ 'page -> [cart'", "'[' is not closed", 16 },
    { "path ~ 'page -> crt'", "there is no touchpoint 'crt'; did you mean 'cart'?", 16 },
    { "has(converted)",
      "'converted' is about a journey: it cannot stand here, where single events "
      "are meant",
      4 },
    { "has(has(score = 1))",
      "this is about a journey: it cannot stand here, where single events are meant", 4 },
    { "count(score = 1)",
      "one of = != ~ !~ < <= > >= or 'in' was expected, but the expression ends here", 16 },
    { "count(score = 1) > x", "'x' is not a number such as 3 or 12.5", 19 },
    { "wait(touchpoint = page) > 1m", "',' and what it waits for was expected, not ')'", 22 },
    { "wait(touchpoint = page, touchpoint = cart) > 2",
      "'2' is not a duration such as 30m, 12h or 2d", 45 },
    { "wait(touchpoint = page, touchpoint = crt) > 2m",
      "there is no touchpoint 'crt'; did you mean 'cart'?", 37 },
    { "wait(touchpoint = page, touchpoint = cart) ~ 2m",
      "'wait' is a duration: compare it with = != < <= > >=", 0 },
    { "wait(open, converted) > 2m",
      "'open' is about a journey: it cannot stand here, where single events are meant", 5 },
    { "funnel.shop.converted", "'funnel.shop.converted' cannot be asked here", 0 },
};

START_TEST(is_wrong)
{
    struct builder b;
    const struct world *w = make_world(&b);
    struct text_fault fault = { { 0 }, 0 };
    struct where *where = where_compile(w, str_c(faults[_i].text), WHERE_JOURNEY, NULL, &fault);
    ck_assert_msg(!where, "%s", faults[_i].text);
    ck_assert_str_eq(fault.text, faults[_i].fault);
    ck_assert_uint_eq(fault.at, faults[_i].at);
    free_world(&b);
}
END_TEST

START_TEST(too_deep_and_too_long)
{
    struct builder b;
    const struct world *w = make_world(&b);
    for (int deep = EXPR_DEPTH_MAX - 1; deep <= EXPR_DEPTH_MAX; deep++) {
        char text[2 * EXPR_DEPTH_MAX + 20] = "";
        struct text_fault fault = { { 0 }, 0 };
        for (int i = 0; i < deep; i++)
            strcat(text, i % 2 ? "(" : "!");
        strcat(text, "new");
        for (int i = 0; i < deep / 2; i++)
            strcat(text, ")");
        struct where *where = where_compile(w, str_c(text), WHERE_JOURNEY, NULL, &fault);
        ck_assert_msg((where != NULL) == (deep < EXPR_DEPTH_MAX), "%s", fault.text);
        where_free(where);
    }
    struct text_fault fault = { { 0 }, 0 };
    char *text = malloc(EXPR_BYTES_MAX + 1);
    memset(text, ' ', EXPR_BYTES_MAX + 1);
    memcpy(text, "new", 3);
    struct where *where =
        where_compile(w, (struct str){ text, EXPR_BYTES_MAX }, WHERE_JOURNEY, NULL, &fault);
    ck_assert_ptr_nonnull(where);
    where_free(where);
    ck_assert_ptr_null(
        where_compile(w, (struct str){ text, EXPR_BYTES_MAX + 1 }, WHERE_JOURNEY, NULL, &fault));
    free(text);
    free_world(&b);
}
END_TEST

START_TEST(segments_of_segments)
{
    static char names[SEGMENTS_DEEP_MAX + 1][8], texts[SEGMENTS_DEEP_MAX + 1][40];
    struct saved_segment list[SEGMENTS_DEEP_MAX + 1];
    struct builder b;
    const struct world *w = make_world(&b);
    for (int i = 0; i <= SEGMENTS_DEEP_MAX; i++) {
        snprintf(names[i], sizeof names[i], "s%d", i);
        snprintf(texts[i], sizeof texts[i], i ? "segment = s%d & segment = s%d" : "new", i - 1,
                 i - 1);
        list[i] = (struct saved_segment){ .name = str_c(names[i]), .where = str_c(texts[i]) };
    }
    b.plan.segments = list;
    b.plan.nsegments = SEGMENTS_DEEP_MAX + 1;
    for (int i = SEGMENTS_DEEP_MAX - 1; i <= SEGMENTS_DEEP_MAX; i++) {
        char text[30];
        struct text_fault fault = { { 0 }, 0 };
        snprintf(text, sizeof text, "segment = s%d", i);
        struct where *where = where_compile(w, str_c(text), WHERE_JOURNEY, NULL, &fault);
        ck_assert_msg((where != NULL) == (i < SEGMENTS_DEEP_MAX), "%s", fault.text);
        where_free(where);
    }
    free_world(&b);
}
END_TEST

/* ---- scope ---- */

START_TEST(scope_keeps_what_is_meant)
{
    struct builder b;
    builder_random(&b, (uint64_t)_i, 20, 8);
    builder_world(&b);
    struct world *w = &b.world;
    struct text_fault fault = { { 0 }, 0 };
    struct where *where = where_compile(w, STR("!lost & (touchpoint = ad | events < 4)"),
                                        WHERE_JOURNEY, NULL, &fault);
    struct journey *before = mem_take(w->njourneys * sizeof *before);
    struct event *events = mem_take(w->n * sizeof *events);
    if (w->njourneys) /* of none there is no array */
        memcpy(before, w->journeys, w->njourneys * sizeof *before);
    if (w->n)
        memcpy(events, w->events, w->n * sizeof *events);
    bool *keep = mem_zero(w->njourneys, sizeof *keep);
    size_t n = w->n, njourneys = w->njourneys, kept = 0, left = n;
    for (size_t i = 0; i < njourneys; i++) {
        keep[i] = where_holds(where, w, &w->journeys[i]);
        left -= keep[i] ? 0 : before[i].n;
    }
    for (uint32_t c = 0; c < w->customers->n; c++) { /* nobody asked for: what was sent goes, too */
        bool any = false;
        size_t outside = w->customer_first[c + 1] - w->customer_first[c];
        for (size_t i = w->journey_first[c]; i < w->journey_first[c + 1]; i++) {
            any = any || keep[i];
            outside -= before[i].n;
        }
        left -= any ? 0 : outside;
    }
    world_scope(w, where, 1 + _i % 3);
    for (size_t i = 0; i < njourneys; i++) {
        if (!keep[i])
            continue;
        const struct journey *j = &w->journeys[kept++];
        ck_assert(j->customer == before[i].customer && j->number == before[i].number);
        ck_assert_uint_eq(j->n, before[i].n);
        ck_assert(memcmp(w->events + j->first, events + before[i].first, j->n * sizeof *events) ==
                  0);
        ck_assert(j->first >= w->customer_first[j->customer]);
        ck_assert(j->first + j->n <= w->customer_first[j->customer + 1]);
        ck_assert(kept - 1 >= w->journey_first[j->customer]);
        ck_assert(kept <= w->journey_first[j->customer + 1]);
    }
    ck_assert_uint_eq(w->njourneys, kept);
    ck_assert_uint_eq(w->n, left);
    ck_assert_uint_eq(w->left_out.journeys, njourneys - kept);
    ck_assert_uint_eq(w->left_out.events, n - left);
    ck_assert_uint_eq(w->customer_first[w->customers->n], w->n);
    ck_assert_uint_eq(w->journey_first[w->customers->n], kept);
    free(keep);
    free(events);
    free(before);
    where_free(where);
    builder_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("where");
    TCase *c = new_case(s, "meaning");
    tcase_add_loop_test(c, means, 0, ROWS(meanings));
    tcase_add_test(c, of_events);
    tcase_add_test(c, terms);
    c = new_case(s, "faults");
    tcase_add_loop_test(c, is_wrong, 0, ROWS(faults));
    tcase_add_test(c, too_deep_and_too_long);
    tcase_add_test(c, segments_of_segments);
    c = new_case(s, "scope");
    tcase_add_loop_test(c, scope_keeps_what_is_meant, 0, 30);
    return s;
}
