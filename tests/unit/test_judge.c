/* test_judge.c - verdicts: every kind of condition, order of rules, and all that the fast engine
 * remembers, filters and forgets. Verdicts wanted are worked out by hand, or follow from how the
 * values were made; the plain and the fast engine must both give them.
 */
#include "unit.h"

#include <math.h>

#include "hand_plan.h"
#include "ingest/value_numbers.h"

/* "0 2 !3": rules 0 and 2, and rule 3 gave up. */
static const char *verdict_text(const struct verdict *v)
{
    static char text[4000];
    char *to = text;
    *to = '\0';
    for (uint32_t i = 0; i < v->n; i++)
        to += sprintf(to, "%s%u", i ? " " : "", v->rules[i]);
    for (uint32_t i = 0; i < v->nlimited; i++)
        to += sprintf(to, "%s!%u", to == text ? "" : " ", v->limited[i]);
    return text;
}

/* Both engines give the wanted verdict for record i of the batch. */
static void both(const struct verdict *const *plain, const struct verdict *const *fast, size_t i,
                 const char *want, const char *what)
{
    const char *got = verdict_text(plain[i]);
    ck_assert_msg(strcmp(got, want) == 0, "plain, record %zu (%s): got '%s', expected '%s'", i,
                  what, got, want);
    got = verdict_text(fast[i]);
    ck_assert_msg(strcmp(got, want) == 0, "fast, record %zu (%s): got '%s', expected '%s'", i, what,
                  got, want);
}

static struct str *add(struct engines *e, const char *raw)
{
    size_t i = batch_add(&e->batch, str_c(raw), e->batch.n + 1);
    return e->batch.columns ? batch_column(&e->batch, 0) + i : NULL;
}

/* ---- conditions and the order of rules ---- */

enum { PATH, STATUS, METHOD, MISSING, FIELDS };

static void conditions(struct hand_plan *h)
{
    hand_begin(h, FIELDS);
    hand_rule(h, false); /* 0: all of three fields */
    hand_regex(h, PATH, STR("^/checkout/(?<step>[a-z]+)"));
    hand_range(h, STATUS, 500, 599);
    hand_texts(h, COND_IS, METHOD, "POST");
    hand_rule(h, true); /* 1 */
    hand_texts(h, COND_PREFIX, PATH, "/checkout");
    hand_rule(h, true); /* 2 */
    hand_texts(h, COND_IN, METHOD, "PUT,PATCH,POST");
    hand_rule(h, false); /* 3 */
    hand_range(h, STATUS, -INFINITY, 299.5);
    hand_rule(h, false); /* 4: two patterns on one field, one of them rule 0's */
    hand_regex(h, PATH, STR("^/checkout/(?<step>[a-z]+)"));
    hand_regex(h, PATH, STR("=$"));
    hand_rule(h, false); /* 5: a field that the source does not have is empty */
    hand_regex(h, MISSING, STR("^$"));
    hand_texts(h, COND_IS, MISSING, "");
    hand_texts(h, COND_PREFIX, MISSING, "");
    hand_texts(h, COND_IS, PATH, "/missing");
    hand_rule(h, false); /* 6: never */
    hand_regex(h, MISSING, STR("."));
    hand_rule(h, false); /* 7: never: empty is no number */
    hand_range(h, MISSING, -INFINITY, INFINITY);
    hand_rule(h, false); /* 8: the whole record */
    hand_regex(h, FIELD_RAW, STR("raw-[0-9]+ text"));
    hand_rule(h, false); /* 9: an empty field */
    hand_texts(h, COND_IS, PATH, "");
}

static const struct {
    const char *raw, *path, *status, *method, *want;
} records[] = {
    { "x", "/checkout/pay", "500", "POST", "0" },
    { "x", "/checkout/pay", "599", "POST", "0" },
    { "x", "/checkout/pay", "600", "POST", "1 2" },
    { "x", "/checkout/pay", "499.9", "POST", "1 2" },
    { "x", "/checkout/pay", "", "POST", "1 2" },
    { "x", "/checkout/pay", "5xx", "POST", "1 2" },
    { "x", "/checkout/pay", "200", "POST", "1 2 3" },
    { "x", "/checkout/pay", "500", "GET", "1" },
    { "x", "/checkout/pay=", "500", "GET", "1 4" },
    { "x", "/CHECKOUT/pay", "500", "POST", "2" },
    { "x", "/check", "500", "PATCH", "2" },
    { "x", "/check", "500", "PATC", "" },
    { "x", "/check", "500", "patch", "" },
    { "x", "/check", "-3", "PUT", "2 3" },
    { "x", "/check", "299.5", "GET", "3" },
    { "x", "/check", "2e2", "GET", "3" },
    { "x", "/missing", "404", "GET", "5" },
    { "a raw-17 text", "/check", "404", "GET", "8" },
    { "a raw- text", "/check", "404", "GET", "" },
    { "a raw-17 text", "", "404", "GET", "8" },
    { "x", "", "404", "", "9" },
    { "x", NULL, "404", NULL, "9" },
};

/* All records `times` times, the fillers between them: the filter is made after some hundred. */
START_TEST(test_conditions)
{
    struct hand_plan h;
    struct engines e;
    conditions(&h);
    engines_begin(&e, &h);
    for (int round = 0; round < 4; round++) {
        batch_reset(&e.batch, h.source.nslots);
        for (int i = 0; i < ROWS(records); i++) {
            add(&e, records[i].raw);
            batch_column(&e.batch, PATH)[i] = str_c(records[i].path);
            batch_column(&e.batch, STATUS)[i] = str_c(records[i].status);
            batch_column(&e.batch, METHOD)[i] = str_c(records[i].method);
        }
        for (int i = 0; i < 300; i++) {
            size_t at = batch_add(&e.batch, STR("x"), 1000);
            struct str filler = arena_printf(&e.batch.text, "/filler/%d/%d", round, i);
            batch_column(&e.batch, PATH)[at] = filler;
            batch_column(&e.batch, STATUS)[at] = filler;
            batch_column(&e.batch, METHOD)[at] = filler;
        }
        const struct verdict *const *plain = judge_batch(e.plain, &e.batch);
        const struct verdict *const *fast = judge_batch(e.fast, &e.batch);
        for (int i = 0; i < ROWS(records); i++)
            both(plain, fast, (size_t)i, records[i].want, records[i].path ? records[i].path : "");
        for (size_t i = ROWS(records); i < e.batch.n; i++)
            both(plain, fast, i, "", "filler");
    }
    engines_end(&e);
    hand_end(&h);
}
END_TEST

/* No rule, and a rule that wants nothing: no field is judged. */
START_TEST(test_nothing_to_judge)
{
    for (int rules = 0; rules < 2; rules++) {
        struct hand_plan h;
        struct engines e;
        hand_begin(&h, 1);
        if (rules)
            hand_rule(&h, false);
        engines_begin(&e, &h);
        for (int i = 0; i < 3; i++)
            add(&e, "x");
        const struct verdict *const *plain = judge_batch(e.plain, &e.batch);
        const struct verdict *const *fast = judge_batch(e.fast, &e.batch);
        for (size_t i = 0; i < 3; i++)
            both(plain, fast, i, rules ? "0" : "", "");
        engines_end(&e);
        hand_end(&h);
    }
}
END_TEST

/* ---- many conditions on one field ---- */

/* 200 patterns "x<i>y", each a rule that goes on: a value "x3y x77y" has just those. */
START_TEST(test_many)
{
    enum { MANY = 200, RECORDS = 2000 };
    struct hand_plan h;
    struct engines e;
    hand_begin(&h, 2);
    for (int i = 0; i < MANY; i++) {
        hand_rule(&h, true);
        /* every third is short, so that the filter does not know it */
        struct str pattern = i % 3 ? arena_printf(&h.arena, "number-%d-[xy]", i)
                                   : arena_printf(&h.arena, "[-]%d-", i);
        ck_assert(hand_regex(&h, 0, pattern));
    }
    engines_begin(&e, &h);
    for (unsigned i = 0; i < RECORDS; i++) {
        unsigned a = i * 7919u % MANY, b = i * 104729u % (MANY + 50);
        *add(&e, "x") =
            arena_printf(&e.batch.text, "number-%u-x and number-%u-y, %u", a, b, i % 700);
    }
    for (int round = 0; round < 2; round++) {
        const struct verdict *const *plain = judge_batch(e.plain, &e.batch);
        const struct verdict *const *fast = judge_batch(e.fast, &e.batch);
        for (unsigned i = 0; i < RECORDS; i++) {
            unsigned a = i * 7919u % MANY, b = i * 104729u % (MANY + 50);
            unsigned low = a < b ? a : b, high = a < b ? b : a;
            char want[40];
            if (low == high || high >= MANY)
                sprintf(want, "%u", low);
            else
                sprintf(want, "%u %u", low, high);
            both(plain, fast, i, want, "");
        }
    }
    engines_end(&e);
    hand_end(&h);
}
END_TEST

/* ---- patterns that give up ---- */

static const struct {
    const char *text, *want;
} limited[] = {
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!", "2 !0" },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!needleX", "2 !0 !1" },
    { "aaa", "0" },
    { "aaaneedle", "1" },
    { "other", "2" },
};

/* A pattern that gives up on a text without the literal that it needs did not match: that is no
 * giving up, in both engines, whether the filter is made already or not. */
START_TEST(test_limited)
{
    struct hand_plan h;
    struct engines e;
    hand_begin(&h, 2);
    hand_rule(&h, false);
    hand_regex(&h, 0, STR("^(a+)+$"));
    hand_rule(&h, false);
    hand_regex(&h, 0, STR("^(a+)+[^x]?(a+)*needle$"));
    hand_rule(&h, false);
    engines_begin(&e, &h);
    for (int round = 0; round < 3; round++) {
        batch_reset(&e.batch, 1);
        for (int i = 0; i < ROWS(limited); i++)
            *add(&e, "x") = str_c(limited[i].text);
        for (int i = 0; i < 300; i++)
            *add(&e, "x") = arena_printf(&e.batch.text, "filler %d %d", round, i);
        const struct verdict *const *plain = judge_batch(e.plain, &e.batch);
        const struct verdict *const *fast = judge_batch(e.fast, &e.batch);
        for (int i = 0; i < ROWS(limited); i++)
            both(plain, fast, (size_t)i, limited[i].want, limited[i].text);
    }
    engines_end(&e);
    hand_end(&h);
}
END_TEST

/* ---- what is remembered ---- */

static void numbers(struct hand_plan *h)
{
    hand_begin(h, 2);
    hand_rule(h, false);
    hand_regex(h, 0, STR("value-[0-9]*77[0-9]*;"));
    hand_rule(h, true);
    hand_texts(h, COND_PREFIX, 0, "value-1");
    hand_rule(h, false);
}

/* Judges values number from to number to - 1, `size` bytes each. */
static void judge_numbers(struct engines *e, unsigned from, unsigned to, size_t size)
{
    char number[40];
    batch_reset(&e->batch, 1);
    for (unsigned i = from; i < to; i++) {
        size_t n = (size_t)sprintf(number, "value-%u;", i);
        char *text = arena_take(&e->batch.text, size > n ? size : n);
        memset(text, '.', size);
        memcpy(text, number, n);
        *add(e, "x") = (struct str){ text, size > n ? size : n };
    }
    const struct verdict *const *plain = judge_batch(e->plain, &e->batch);
    const struct verdict *const *fast = judge_batch(e->fast, &e->batch);
    for (unsigned i = from; i < to; i++) {
        sprintf(number, "value-%u;", i);
        const char *want = strstr(number, "77") ? "0" : number[6] == '1' ? "1 2" : "2";
        both(plain, fast, i - from, want, number);
    }
}

/* Values that never repeat: they are no longer remembered after 65,536. */
START_TEST(test_direct)
{
    struct hand_plan h;
    struct engines e;
    numbers(&h);
    engines_begin(&e, &h);
    for (unsigned from = 0; from < 90000; from += 1000)
        judge_numbers(&e, from, from + 1000, 0);
    judge_numbers(&e, 0, 1000, 0);
    engines_end(&e);
    hand_end(&h);
}
END_TEST

/* Values of a megabyte: 32 of them are all that is remembered. */
START_TEST(test_forgetting)
{
    struct hand_plan h;
    struct engines e;
    numbers(&h);
    engines_begin(&e, &h);
    for (int round = 0; round < 2; round++)
        for (unsigned i = 60; i < 100; i++)
            judge_numbers(&e, i, i + 1, 1 << 20);
    engines_end(&e);
    hand_end(&h);
}
END_TEST

/* A hundred thousand different verdicts of some hundred rules each are not all remembered. */
START_TEST(test_many_verdicts)
{
    enum { RULES = 20, MORE = 350 };
    struct hand_plan h;
    struct engines e;
    hand_begin(&h, 3);
    for (int i = 0; i < RULES; i++) {
        hand_rule(&h, true);
        ck_assert(hand_regex(&h, (uint32_t)i % 2, arena_printf(&h.arena, "<%d>", i)));
    }
    for (int i = 0; i < MORE; i++)
        hand_rule(&h, true);
    engines_begin(&e, &h);
    for (unsigned block = 0; block < 100; block++) {
        batch_reset(&e.batch, 2);
        for (unsigned i = 0; i < 1000; i++) {
            unsigned set = (block * 1000 + i) * 2654435761u >> 12;
            struct str texts[2] = { { 0 }, { 0 } };
            for (unsigned k = 0; k < RULES; k++)
                if (set >> k & 1)
                    texts[k % 2] =
                        arena_printf(&e.batch.text, "%.*s<%u>", STR_ARG(texts[k % 2]), k);
            size_t at = batch_add(&e.batch, STR("x"), 1);
            batch_column(&e.batch, 0)[at] = texts[0];
            batch_column(&e.batch, 1)[at] = texts[1];
        }
        const struct verdict *const *plain = judge_batch(e.plain, &e.batch);
        const struct verdict *const *fast = judge_batch(e.fast, &e.batch);
        for (unsigned i = 0; i < 1000; i++) {
            unsigned set = (block * 1000 + i) * 2654435761u >> 12, got = 0;
            for (uint32_t k = 0; k < fast[i]->n; k++)
                got |= fast[i]->rules[k] < RULES ? 1u << fast[i]->rules[k] : 0;
            ck_assert_uint_ge(fast[i]->n, MORE);
            ck_assert_uint_eq(got, set);
            ck_assert(same_verdict(plain[i], fast[i]));
        }
    }
    engines_end(&e);
    hand_end(&h);
}
END_TEST

/* A column that an identifier names second has numbers, one for each value, and is judged by them.
 * Long values that never come again make the numbers begin anew; nothing may be taken for what had
 * its number before. */
START_TEST(test_numbered)
{
    enum { ADDRESS, AGENT, LONG = 10000, LONGS = 64, ROUNDS = 70 };
    static const char *const kept[] = { "/cart", "/order/17", "", "/home page that is longer" };
    static const char *const want[] = { "0", "1", "2", "" };
    struct identify identify = { .kind = ID_VISITOR, .fields = { ADDRESS, AGENT }, .nfields = 2 };
    struct hand_plan h;
    struct engines e;
    struct value_numbers numbers;
    hand_begin(&h, 3);
    h.source.identify = &identify;
    h.source.nidentify = 1;
    hand_rule(&h, false);
    hand_texts(&h, COND_IS, AGENT, "/cart");
    hand_rule(&h, false);
    hand_regex(&h, AGENT, STR("^/order/[0-9]+$"));
    hand_rule(&h, false);
    hand_texts(&h, COND_IS, AGENT, "");
    engines_begin(&e, &h);
    value_numbers_init(&numbers, &h.source, e.matcher);
    for (int round = 0; round < ROUNDS; round++) {
        batch_reset(&e.batch, h.source.nslots);
        for (int i = 0; i < LONGS + ROWS(kept); i++) {
            size_t at = batch_add(&e.batch, STR("x"), 1);
            /* Those that are kept come in another order each time. */
            struct str text = i < LONGS
                                  ? arena_printf(&e.batch.text, "%0*d", LONG, round * LONGS + i)
                                  : str_c(kept[(i + round) % ROWS(kept)]);
            batch_column(&e.batch, AGENT)[at] = text;
        }
        value_numbers_fill(&numbers, &e.batch);
        ck_assert(!value_numbers_of(e.batch.numbers, ADDRESS));
        const uint32_t *of = value_numbers_of(e.batch.numbers, AGENT);
        const struct str *values = batch_column(&e.batch, AGENT);
        size_t wrong = 0;
        for (size_t i = 0; i < e.batch.n; i++)
            for (size_t k = 0; k < i; k++)
                wrong += (of[i] == of[k]) != str_eq(values[i], values[k]);
        ck_assert_uint_eq(wrong, 0);
        const struct verdict *const *plain = judge_batch(e.plain, &e.batch);
        const struct verdict *const *fast = judge_batch(e.fast, &e.batch);
        for (int i = 0; i < LONGS; i++)
            both(plain, fast, (size_t)i, "", "long");
        for (int i = LONGS; i < LONGS + ROWS(kept); i++)
            both(plain, fast, (size_t)i, want[(i + round) % ROWS(kept)], "kept");
    }
    ck_assert_uint_ge(numbers.epoch, 1);
    value_numbers_free(&numbers);
    engines_end(&e);
    hand_end(&h);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("judge");
    TCase *c = new_case(s, "verdicts");
    tcase_add_test(c, test_conditions);
    tcase_add_test(c, test_nothing_to_judge);
    tcase_add_test(c, test_many);
    tcase_add_test(c, test_limited);
    c = new_case(s, "memory");
    tcase_add_test(c, test_direct);
    tcase_add_test(c, test_forgetting);
    tcase_add_test(c, test_many_verdicts);
    tcase_add_test(c, test_numbered);
    return s;
}
