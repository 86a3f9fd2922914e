/* test_pattern.c - path patterns: texts that are none, hand-worked matches, and the automaton
 * against a matcher that tries everything, on random patterns and paths. */
#include "config/expr.h"
#include "config/sequence.h"
#include "journey/pattern.h"
#include "unit.h"

#include "world_builder.h"

/* ---- texts ---- */

static const struct {
    const char *text, *fault;
    size_t at;
} faults[] = {
    { "", "a touchpoint was expected, but the pattern ends here", 0 },
    { "ad ->", "a touchpoint was expected, but the pattern ends here", 5 },
    { "-> ad", "a touchpoint was expected before '->'", 0 },
    { "[ad|]", "a touchpoint was expected before ']'", 4 },
    { "[ad", "'[' is not closed", 0 },
    { "[ad -> cart]", "'[' holds single touchpoints, not sequences: close it with ']'", 4 },
    { "ad cart]", "'->' was expected here", 7 },
    { "\"ad", "a quote is not closed", 0 },
    { "ad -> \"\"", "a name cannot be empty", 6 },
    { ".*",
      "the pattern fits every path, even an empty one: name at least one touchpoint without "
      "'*'",
      0 },
    { "ad -> crt", "there is no touchpoint 'crt'; did you mean 'cart'?", 6 },
    { "[ad|ordr]", "there is no touchpoint 'ordr'; did you mean 'order'?", 4 },
};

START_TEST(wrong_texts)
{
    struct builder b;
    builder_random(&b, 1, 3, 3);
    const struct world *w = builder_world(&b);
    struct text_fault fault = { { 0 }, 0 };
    ck_assert_ptr_null(pattern_compile(w, str_c(faults[_i].text), &fault));
    ck_assert_str_eq(fault.text, faults[_i].fault);
    ck_assert_uint_eq(fault.at, faults[_i].at);
    builder_free(&b);
}
END_TEST

START_TEST(one_item_too_many)
{
    char text[2 * SEQUENCE_ITEMS_MAX * 6];
    struct builder b;
    builder_random(&b, 1, 3, 3);
    const struct world *w = builder_world(&b);
    for (int n = SEQUENCE_ITEMS_MAX; n <= SEQUENCE_ITEMS_MAX + 1; n++) {
        struct text_fault fault = { { 0 }, 0 };
        strcpy(text, "ad");
        for (int i = 1; i < n; i++)
            strcat(text, "->.*");
        struct pattern *p = pattern_compile(w, str_c(text), &fault);
        ck_assert_msg((p != NULL) == (n == SEQUENCE_ITEMS_MAX), "%s", fault.text);
        pattern_free(p);
    }
    builder_free(&b);
}
END_TEST

/* ---- one journey by hand: ad, page, page, cart, ad, cart, order; converted ---- */

static const struct {
    const char *pattern;
    int first, first_end, last, last_end; /* -1: no match */
    size_t all;
} matches[] = {
    { "ad -> page", 0, 1, 0, 1, 1 },
    { "ad -> cart", 4, 5, 4, 5, 1 },
    { "ad->.*->cart", 0, 3, 4, 5, 2 },
    { "ad -> [^cart]* -> cart", 0, 3, 4, 5, 2 },
    { "ad -> [^page]* -> cart", 4, 5, 4, 5, 1 },
    { "page", 1, 1, 2, 2, 2 },
    { "page -> page", 1, 2, 1, 2, 1 },
    { "page -> .", 1, 2, 2, 3, 1 },
    { "[ad|order]", 0, 0, 6, 6, 3 },
    { "page[cart|order]", 2, 3, 2, 3, 1 },
    { "cart -> [^ad]", 5, 6, 5, 6, 1 },
    { "(start) -> ad", 0, 0, 0, 0, 1 },
    { "(start) -> cart", -1, 0, -1, 0, 0 },
    { "order -> (end)", 6, 6, 6, 6, 1 },
    { "cart -> (end)", -1, 0, -1, 0, 0 },
    { "order -> (open)", -1, 0, -1, 0, 0 },
    { "(start) -> .* -> (end)", 0, 6, 0, 6, 1 },
    { "order -> .", -1, 0, -1, 0, 0 },
    { "\"ad\" -> \"page\"", 0, 1, 0, 1, 1 },
    { "page* -> cart", 1, 3, 5, 5, 2 },
    { "ticket", -1, 0, -1, 0, 0 },
};

START_TEST(by_hand)
{
    static const unsigned path[] = { 0, 5, 5, 3, 0, 3, 4 };
    struct builder b;
    builder_random(&b, 1, 0, 3); /* the names: ad, ad > banner, call, cart, order, page, ... */
    builder_customer(&b, "c");
    builder_journey(&b, JOURNEY_CONVERTED);
    for (size_t i = 0; i < 7; i++)
        builder_event(&b, (double)i, path[i], 0);
    const struct world *w = builder_world(&b);
    struct text_fault fault = { { 0 }, 0 };
    struct pattern *p = pattern_compile(w, str_c(matches[_i].pattern), &fault);
    ck_assert_msg(p != NULL, "%s", fault.text);
    struct pattern_place out[7];
    bool any = matches[_i].first >= 0;
    ck_assert_int_eq(pattern_holds(p, w, w->journeys), any);
    ck_assert_uint_eq(pattern_places(p, w, w->journeys, OCCURRENCE_FIRST, out), any);
    if (any) {
        ck_assert_int_eq((int)out->first, matches[_i].first);
        ck_assert_int_eq((int)out->last, matches[_i].first_end);
    }
    ck_assert_uint_eq(pattern_places(p, w, w->journeys, OCCURRENCE_LAST, out), any);
    if (any) {
        ck_assert_int_eq((int)out->first, matches[_i].last);
        ck_assert_int_eq((int)out->last, matches[_i].last_end);
    }
    ck_assert_uint_eq(pattern_places(p, w, w->journeys, OCCURRENCE_ALL, out), matches[_i].all);
    pattern_free(p);
    builder_free(&b);
}
END_TEST

/* ---- random patterns and paths: everything is tried ---- */

enum { ITEMS = 6, TOUCHPOINTS = 8, SYMBOLS = TOUCHPOINTS + PATH_ENDS };

struct naive {
    size_t n;
    bool reads[ITEMS][SYMBOLS];
    bool repeat[ITEMS];
    char text[1000];
};

static void random_item(struct naive *p, const struct world *w, uint64_t *seed, size_t i)
{
    char *text = p->text + strlen(p->text);
    unsigned kind = builder_below(seed, 8);
    bool negated = kind == 1, bracket = kind < 4;
    text += sprintf(text, "%s", i ? " -> " : "");
    if (kind == 4) {
        strcpy(text, ".");
        for (size_t t = 0; t < TOUCHPOINTS; t++)
            p->reads[i][t] = true;
    } else {
        text += sprintf(text, "%s%s", bracket ? "[" : "", negated ? "^" : "");
        for (unsigned k = 0, n = bracket ? 1 + builder_below(seed, 3) : 1; k < n; k++) {
            unsigned symbol = builder_below(seed, builder_below(seed, 4) ? 4 : SYMBOLS);
            text += sprintf(text, "%s%s", k ? "|" : "",
                            symbol < TOUCHPOINTS ? w->touchpoints[symbol].name.p
                                                 : path_end_names[symbol - TOUCHPOINTS]);
            p->reads[i][symbol] = true;
        }
        strcpy(text, bracket ? "]" : "");
    }
    for (size_t t = 0; negated && t < SYMBOLS; t++)
        p->reads[i][t] = t < TOUCHPOINTS && !p->reads[i][t];
    p->repeat[i] = builder_below(seed, 3) == 0;
    strcat(text, p->repeat[i] ? "*" : "");
}

static bool random_pattern(struct naive *p, const struct world *w, uint64_t *seed)
{
    bool any = false;
    *p = (struct naive){ .n = 1 + builder_below(seed, ITEMS) };
    for (size_t i = 0; i < p->n; i++) {
        random_item(p, w, seed, i);
        any = any || !p->repeat[i];
    }
    return any;
}

/* The first symbol behind the shortest match of the items from i on that begins at s; 0: none. */
static size_t naive_end(const struct naive *p, size_t i, const uint32_t *symbols, size_t n,
                        size_t s)
{
    if (i == p->n)
        return s;
    size_t skipped = p->repeat[i] ? naive_end(p, i + 1, symbols, n, s) : 0;
    if (s == n || !p->reads[i][symbols[s]])
        return skipped;
    size_t taken = naive_end(p, p->repeat[i] ? i : i + 1, symbols, n, s + 1);
    return skipped && (!taken || skipped < taken) ? skipped : taken;
}

static void check_journey(const struct naive *naive, const struct pattern *p, const struct world *w,
                          const struct journey *j)
{
    uint32_t symbols[64];
    size_t n = 0, wanted = 0;
    struct pattern_place want[64], got[64], first = { 0, 0 }, last = { 0, 0 };
    bool any = false, placed = false;
    symbols[n++] = TOUCHPOINTS + PATH_START;
    for (size_t i = 0; i < j->n; i++)
        symbols[n++] = w->events[j->first + i].touch;
    symbols[n++] = TOUCHPOINTS + (j->state == JOURNEY_OPEN ? PATH_OPEN : PATH_END);
    for (size_t s = 0; s < n; s++) {
        size_t end = naive_end(naive, 0, symbols, n, s);
        if (!end)
            continue;
        any = true;
        size_t from = s ? s : 1, to = end - 1 <= j->n ? end - 1 : j->n;
        if (from > to)
            continue;
        struct pattern_place place = { (uint32_t)from - 1, (uint32_t)to - 1 };
        if (!placed)
            first = place;
        last = placed && s == 0 ? last : place;
        placed = true;
        if (!wanted || place.first > want[wanted - 1].last)
            want[wanted++] = place;
    }
    ck_assert_msg(pattern_holds(p, w, j) == any, "%s", naive->text);
    ck_assert_msg(pattern_places(p, w, j, OCCURRENCE_FIRST, got) == placed, "%s", naive->text);
    if (placed)
        ck_assert_msg(memcmp(got, &first, sizeof first) == 0, "%s", naive->text);
    ck_assert_msg(pattern_places(p, w, j, OCCURRENCE_LAST, got) == placed, "%s", naive->text);
    if (placed)
        ck_assert_msg(memcmp(got, &last, sizeof last) == 0, "%s: %u-%u, not %u-%u", naive->text,
                      got->first, got->last, last.first, last.last);
    ck_assert_msg(pattern_places(p, w, j, OCCURRENCE_ALL, got) == wanted, "%s", naive->text);
    ck_assert_msg(memcmp(got, want, wanted * sizeof *want) == 0, "%s", naive->text);
}

START_TEST(as_the_naive_matcher)
{
    uint64_t seed = (uint64_t)_i;
    struct builder b;
    struct naive naive;
    builder_random(&b, (uint64_t)_i, 12, 12);
    const struct world *w = builder_world(&b);
    for (int k = 0; k < 200; k++) {
        struct text_fault fault = { { 0 }, 0 };
        bool good = random_pattern(&naive, w, &seed);
        struct pattern *p = pattern_compile(w, str_c(naive.text), &fault);
        ck_assert_msg((p != NULL) == good, "%s: %s", naive.text, fault.text);
        for (size_t i = 0; p && i < w->njourneys; i++)
            check_journey(&naive, p, w, &w->journeys[i]);
        pattern_free(p);
    }
    builder_free(&b);
}
END_TEST

/* More items than a word has bits: the same path, with one touchpoint more than it has, or less. */
START_TEST(many_items)
{
    char text[4000] = "ad";
    struct builder b;
    builder_random(&b, 1, 0, 3);
    builder_customer(&b, "c");
    builder_journey(&b, JOURNEY_LOST);
    for (size_t i = 0; i < 200; i++)
        builder_event(&b, (double)i, 0, 0);
    const struct world *w = builder_world(&b);
    for (size_t n = 1; n <= 201; n++) {
        struct text_fault fault = { { 0 }, 0 };
        struct pattern_place out[200];
        struct pattern *p = pattern_compile(w, str_c(text), &fault);
        ck_assert_int_eq(pattern_holds(p, w, w->journeys), n <= 200);
        ck_assert_uint_eq(pattern_places(p, w, w->journeys, OCCURRENCE_LAST, out), n <= 200);
        if (n <= 200) {
            ck_assert_uint_eq(out->first, 200 - n);
            ck_assert_uint_eq(pattern_places(p, w, w->journeys, OCCURRENCE_ALL, out), 200 / n);
        }
        pattern_free(p);
        strcat(text, "->ad");
    }
    builder_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("pattern");
    TCase *c = new_case(s, "texts");
    tcase_add_loop_test(c, wrong_texts, 0, ROWS(faults));
    tcase_add_test(c, one_item_too_many);
    c = new_case(s, "matches");
    tcase_add_loop_test(c, by_hand, 0, ROWS(matches));
    tcase_add_loop_test(c, as_the_naive_matcher, 0, 20);
    tcase_add_test(c, many_items);
    return s;
}
