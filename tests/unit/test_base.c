/* test_base.c - text, memory, faults, interning, sorting.
 *
 * Expected values are worked out by hand, but for: the order of a sort (qsort), the hash of nothing
 * (the xxHash specification).
 */
#include "unit.h"

#include <stdlib.h>

#include "base/arena.h"
#include "base/err.h"
#include "base/intern.h"
#include "base/par.h"

/* ---- str ---- */

START_TEST(str_pieces)
{
    struct str rest = STR("a,,b");
    ck_assert_str_is(str_cut(&rest, ','), "a");
    ck_assert_str_is(str_cut(&rest, ','), "");
    ck_assert_str_is(rest, "b");
    ck_assert_str_is(str_cut(&rest, ','), "b");
    ck_assert_uint_eq(rest.n, 0);
    ck_assert_str_is(str_cut(&rest, ','), "");
    struct str none = { NULL, 0 };
    ck_assert_uint_eq(str_cut(&none, ',').n, 0);
    ck_assert_str_is(str_trim(STR(" \t\r\na b\n ")), "a b");
    ck_assert_uint_eq(str_trim(STR(" \n")).n, 0);
    ck_assert_str_is(str_from(STR("abc"), 1), "bc");
    ck_assert_uint_eq(str_from(STR("abc"), 9).n, 0);
    ck_assert_str_is(str_head(STR("abc"), 2), "ab");
    ck_assert_str_is(str_head(STR("abc"), 9), "abc");
    ck_assert(str_eq(none, STR("")));
    ck_assert(str_eq(STR("a\0b"), STR("a\0b")));
    ck_assert(!str_eq(STR("a\0b"), STR("a\0c")));
    ck_assert(str_starts(STR("abc"), none));
    ck_assert(!str_starts(STR("ab"), STR("abc")));
}
END_TEST

START_TEST(str_order)
{
    static const struct str rising[] = { { "", 0 },    { "\0", 1 },   { "a", 1 },
                                         { "a\0", 2 }, { "ab", 2 },   { "b", 1 },
                                         { "z", 1 },   { "\x80", 1 }, { "\xff", 1 } };
    for (int i = 0; i < ROWS(rising); i++)
        for (int j = 0; j < ROWS(rising); j++) {
            int c = str_cmp(rising[i], rising[j]);
            ck_assert_int_eq((c > 0) - (c < 0), (i > j) - (i < j));
        }
}
END_TEST

static const struct {
    const char *text, *needle;
    size_t at;
} finds[] = {
    { "abcabc", "abc", 0 }, { "xabcabc", "abc", 1 }, { "aab", "ab", 1 },   { "ab", "abc", 2 },
    { "", "a", 0 },         { "", "", 0 },           { "abc", "", 0 },     { "abc", "c", 2 },
    { "abc", "d", 3 },      { "aaaab", "aab", 2 },   { "abab", "abb", 4 },
};

START_TEST(str_finds)
{
    ck_assert_uint_eq(str_find(str_c(finds[_i].text), str_c(finds[_i].needle)), finds[_i].at);
}
END_TEST

static const struct {
    const char *text;
    bool good;
    int64_t micros;
} amounts[] = {
    { "12.5", true, 12500000 },
    { "0", true, 0 },
    { "-0.000001", true, -1 },
    { "0.0000019", true, 1 },
    { ".5", true, 500000 },
    { "5.", true, 5000000 },
    { "$19.99", true, 19990000 },
    { "-$19.99", true, -19990000 },
    { "$-19.99", true, -19990000 },
    { "EUR 3", true, 3000000 },
    { "\xe2\x82\xac 3", true, 3000000 },
    { "'12", true, 12000000 },
    { "+7", true, 7000000 },
    { " 7 ", true, 7000000 },
    { "9223372036853.999999", true, INT64_C(9223372036853999999) },
    { "-9223372036853.999999", true, INT64_C(-9223372036853999999) },
    { "9223372036855", false, 0 },
    { "99999999999999999999999", false, 0 },
    { "", false, 0 },
    { "-", false, 0 },
    { ".", false, 0 },
    { "EUR", false, 0 },
    { "--5", false, 0 },
    { "1.2.3", false, 0 },
    { "1,000", false, 0 },
    { "12 EUR", true, 12000000 },
    { "12,50", true, 12500000 },
    { "-12,5", true, -12500000 },
    { ",5", true, 500000 },
    { "0,125", true, 125000 },
    { "1234,567", true, INT64_C(1234567000) },
    { "1.234,56", true, 1234560000 },
    { "1,234.56", true, 1234560000 },
    { "\xe2\x82\xac 1,234.56", true, 1234560000 },
    { "1.234,56 \xe2\x82\xac", true, 1234560000 },
    { "1,234,567", true, INT64_C(1234567000000) },
    { "1.234.567", true, INT64_C(1234567000000) },
    { "1.234.567,8", true, INT64_C(1234567800000) },
    { "1,234", false, 0 }, /* 1.234 in German, 1234 in English */
    { "1,23,456", false, 0 },
    { "1234,567.8", false, 0 },
    { "1.234,567,8", false, 0 },
    { "1.234,56.7", false, 0 },
    { ",234,567", false, 0 },
    { ",", false, 0 },
    { "12EUR", false, 0 },
    { "12 EUR 3", false, 0 },
    { "12-13", false, 0 },
    { "1e3", false, 0 },
};

START_TEST(str_amounts)
{
    int64_t micros = 0;
    bool good = str_micros(str_c(amounts[_i].text), &micros);
    ck_assert_msg(good == amounts[_i].good, "'%s'", amounts[_i].text);
    if (good)
        ck_assert_int_eq(micros, amounts[_i].micros);
}
END_TEST

START_TEST(str_numbers)
{
    double v;
    ck_assert(str_number(STR("12"), &v) && v == 12);
    ck_assert(str_number(STR("-0.5"), &v) && v == -0.5);
    ck_assert(str_number(STR("1e3"), &v) && v == 1000);
    static const char *const bad[] = { "",    " 1",    "1 ",  "1x",    "0x10", "nan",
                                       "inf", "1e999", "--1", "1.2.3", "e",    "." };
    for (int i = 0; i < ROWS(bad); i++)
        ck_assert_msg(!str_number(str_c(bad[i]), &v), "'%s'", bad[i]);
    ck_assert(!str_number(STR("1\0"), &v));
}
END_TEST

START_TEST(str_did_you_mean)
{
    static const struct str names[] = {
        { "channel", 7 }, { "files", 5 }, { "format", 6 }, { "form", 4 }
    };
    enum { N = ROWS(names) };
    ck_assert_str_is(*str_nearest(STR("chanel"), names, N), "channel");
    ck_assert_str_is(*str_nearest(STR("FILES"), names, N), "files");
    ck_assert_str_is(*str_nearest(STR("file"), names, N), "files");
    ck_assert_str_is(*str_nearest(STR("fromat"), names, N), "format");
    ck_assert_str_is(*str_nearest(STR("forn"), names, N), "form");
    ck_assert_ptr_null(str_nearest(STR("xyz"), names, N));
    ck_assert_ptr_null(str_nearest(STR("stages"), names, N));
    ck_assert_ptr_null(str_nearest(STR("file"), names, 0));
    char longer[200];
    memset(longer, 'a', sizeof longer);
    ck_assert_ptr_null(str_nearest((struct str){ longer, sizeof longer }, names, N));
    ck_assert(str_in(STR("form"), names, N));
    ck_assert(!str_in(STR("for"), names, N));
}
END_TEST

/* ---- arena ---- */

START_TEST(arena_keeps)
{
    struct arena a = { 0 }, b = { 0 };
    struct str kept[500];
    for (int i = 0; i < 500; i++) {
        char text[32];
        int n = sprintf(text, "text %d", i);
        kept[i] = arena_keep(i % 2 ? &a : &b, (struct str){ text, (size_t)n });
        ck_assert_int_eq(kept[i].p[n], '\0');
        size_t size = (size_t)i * 700; /* now and then more than a chunk */
        char *room = arena_take(&a, size);
        bool zero = true;
        for (size_t k = 0; k < size; k++)
            zero = zero && room[k] == 0;
        ck_assert(zero);
        memset(room, 0xff, size);
        ck_assert_uint_eq((uintptr_t)room % 16, 0);
    }
    arena_adopt(&a, &b);
    ck_assert_ptr_null(b.chunks);
    for (int i = 0; i < 500; i++) {
        char text[32];
        sprintf(text, "text %d", i);
        ck_assert_str_is(kept[i], text);
    }
    ck_assert_str_is(arena_printf(&b, "%s-%d", "x", 7), "x-7");
    arena_reset(&a);
    ck_assert_str_is(arena_keep(&a, STR("again")), "again");
    arena_free(&a);
    arena_free(&b);
    arena_free(&b);
    arena_reset(&b);
}
END_TEST

START_TEST(memory_grows)
{
    size_t room = 0;
    int *list = NULL;
    for (int i = 0; i < 1000; i++) {
        list = mem_grow(list, &room, (size_t)i + 1, sizeof *list);
        ck_assert_uint_ge(room, (size_t)i + 1);
        list[i] = i;
    }
    ck_assert_uint_lt(room, 4000);
    for (int i = 0; i < 1000; i++)
        ck_assert_int_eq(list[i], i);
    free(list);
}
END_TEST

/* ---- faults ---- */

START_TEST(first_failure_wins)
{
    struct err e = { 0 };
    ck_assert(!err_set(&e, "cannot read '%s'", "x"));
    ck_assert(!err_set(&e, "other"));
    ck_assert_str_eq(e.text, "cannot read 'x'");
    struct err f = { 0 };
    char longer[1000];
    memset(longer, 'a', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    err_set(&f, "%s", longer);
    ck_assert_uint_eq(strlen(f.text), sizeof f.text - 1);
}
END_TEST

static void print(const struct faults *f, char *text, size_t size)
{
    FILE *to = fmemopen(text, size, "w");
    faults_print(f, to);
    fclose(to);
}

START_TEST(faults_as_printed)
{
    struct faults f = { 0 };
    char got[2000] = "";
    struct place at = { STR("b.yaml"), STR("  path: '^/pricing[/?'"), 14, 20 };
    faults_add(&f, FAULT_ERROR, at, "missing terminating %s", "]");
    at = (struct place){ STR("b.yaml"), STR("\tk\xc3\xa4se: 1"), 2, 8 };
    faults_add(&f, FAULT_WARNING, at, "no such key");
    at = (struct place){ STR("a.yaml"), STR(""), 0, 0 };
    faults_add(&f, FAULT_ERROR, at, "empty");
    at = (struct place){ STR("b.yaml"), STR("x"), 3, 99 };
    faults_add(&f, FAULT_ERROR, at, "past the end");
    print(&f, got, sizeof got);
    ck_assert_str_eq(got, "a.yaml: error: empty\n"
                          "b.yaml:2:8: warning: no such key\n"
                          "  \tk\xc3\xa4se: 1\n"
                          "  \t     ^\n"
                          "b.yaml:3:99: error: past the end\n"
                          "  x\n"
                          "   ^\n"
                          "b.yaml:14:20: error: missing terminating ]\n"
                          "    path: '^/pricing[/?'\n"
                          "                     ^\n");
    ck_assert_uint_eq(f.errors, 3);
    ck_assert_uint_eq(f.warnings, 1);
    faults_free(&f);
}
END_TEST

START_TEST(faults_beyond_twenty)
{
    struct faults f = { 0 };
    char got[4000] = "", want[4000] = "";
    for (unsigned i = 1; i <= FAULTS_SHOWN + 3; i++) {
        struct place at = { STR("a"), STR(""), i, 1 };
        faults_add(&f, FAULT_ERROR, at, "e");
        faults_add(&f, FAULT_WARNING, at, "w");
        if (i <= FAULTS_SHOWN)
            sprintf(want + strlen(want), "a:%u:1: error: e\na:%u:1: warning: w\n", i, i);
    }
    strcat(want, "... and 3 more errors\n... and 3 more warnings\n");
    print(&f, got, sizeof got);
    ck_assert_str_eq(got, want);
    faults_free(&f);
}
END_TEST

/* ---- intern ---- */

START_TEST(interned_texts)
{
    enum { N = 100000 };
    struct intern in = { 0 };
    char text[32];
    size_t bytes = 0;
    ck_assert_uint_eq(intern_find(&in, STR("x")), INTERN_NONE);
    for (int round = 0; round < 2; round++)
        for (uint32_t i = 0; i < N; i++) {
            struct str s = { text, (size_t)sprintf(text, "text %u", i * 7919) };
            bytes += round == 0 ? s.n : 0;
            ck_assert_uint_eq(intern_add(&in, s), i);
        }
    ck_assert_uint_eq(in.n, N);
    ck_assert_uint_eq(in.bytes, bytes);
    for (uint32_t i = 0; i < N; i++) {
        sprintf(text, "text %u", i * 7919);
        ck_assert_str_is(intern_text(&in, i), text);
        ck_assert_uint_eq(intern_find(&in, str_c(text)), i);
    }
    ck_assert_uint_eq(intern_find(&in, STR("text 1")), INTERN_NONE);
    ck_assert_uint_eq(intern_add(&in, (struct str){ NULL, 0 }), N);
    ck_assert_uint_eq(intern_add(&in, STR("a\0b")), N + 1);
    ck_assert_uint_eq(intern_add(&in, STR("a\0c")), N + 2);
    ck_assert_uint_eq(intern_find(&in, STR("")), N);
    intern_free(&in);
    ck_assert_uint_eq(intern_find(&in, STR("")), INTERN_NONE);
}
END_TEST

/* 1000 texts: more than a table has slots at first. */
START_TEST(appended_texts)
{
    enum { N = 1000 };
    char text[32];
    struct intern in = { 0 };
    ck_assert(intern_can_append(&in));
    intern_will_append(&in, 10);
    for (uint32_t i = 0; i < N; i++) {
        snprintf(text, sizeof text, "text %u", i);
        ck_assert_uint_eq(intern_append(&in, str_c(text)), i);
    }
    uint32_t hash = intern_hash(STR("text 7"));
    ck_assert(intern_can_append(&in));
    ck_assert_uint_eq(intern_find(&in, STR("text 999")), 999);
    ck_assert_uint_eq(intern_find(&in, STR("text 1000")), INTERN_NONE);
    ck_assert_ptr_eq(intern_find_noted(&in, STR("text 7"), hash),
                     &intern_head_of(in.texts[7])->note);
    intern_index(&in);
    ck_assert(!intern_can_append(&in));
    for (uint32_t i = 0; i < N; i++) {
        snprintf(text, sizeof text, "text %u", i);
        ck_assert_uint_eq(intern_find(&in, str_c(text)), i);
        ck_assert_uint_eq(intern_add(&in, str_c(text)), i);
    }
    ck_assert_uint_eq(intern_add(&in, STR("text 1000")), N);
    intern_free(&in);
    intern_append(&in, STR("a"));
    intern_expect(&in, 0);
    ck_assert_uint_eq(intern_add(&in, STR("b")), 1);
    ck_assert_uint_eq(intern_add(&in, STR("a")), 0);
    intern_free(&in);
}
END_TEST

START_TEST(hash_is_xxh3)
{
    ck_assert_uint_eq(hash_bytes((struct str){ NULL, 0 }), UINT64_C(0x2d06800538d394c2));
    ck_assert_uint_ne(hash_bytes(STR("a")), hash_bytes(STR("b")));
}
END_TEST

/* ---- threads ---- */

struct item {
    uint32_t key, number;
};

static int by_key(const void *x, const void *y)
{
    const struct item *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->number > b->number) - (a->number < b->number);
}

static struct item *items_new(size_t n)
{
    struct item *items = malloc((n + 1) * sizeof *items);
    uint32_t x = 12345;
    for (size_t i = 0; i < n; i++) {
        x = x * 1664525 + 1013904223;
        items[i] = (struct item){ (x >> 16) % 1000, (uint32_t)i };
    }
    return items;
}

START_TEST(sorted_as_by_qsort)
{
    static const size_t sizes[] = { 0, 1, 2, 3, 100, 4097, 100000 };
    static const int workers[] = { 1, 2, 7 };
    for (int k = 0; k < ROWS(sizes); k++) {
        size_t n = sizes[k];
        struct item *want = items_new(n);
        qsort(want, n, sizeof *want, by_key);
        for (int w = 0; w < ROWS(workers); w++) {
            struct item *got = items_new(n);
            par_sort(got, n, sizeof *got, by_key, workers[w]);
            ck_assert(memcmp(got, want, n * sizeof *got) == 0);
            free(got);
        }
        free(want);
    }
}
END_TEST

struct tally {
    unsigned char seen[1000];
    int worst; /* number of a worker that there is not */
    int workers;
    struct par_lock *lock;
};

static void count(void *ctx, size_t i, int worker)
{
    struct tally *t = ctx;
    par_lock_take(t->lock);
    t->seen[i]++;
    if (worker < 0 || worker >= t->workers)
        t->worst = worker;
    par_lock_give(t->lock);
}

START_TEST(each_is_done_once)
{
    for (int workers = 1; workers <= 5; workers += 2) {
        struct tally t = { .workers = workers, .lock = par_lock_new() };
        par_each(1000, workers, count, &t);
        for (int i = 0; i < 1000; i++)
            ck_assert_int_eq(t.seen[i], 1);
        memset(t.seen, 0, sizeof t.seen);
        par_team(workers, count, &t);
        for (int i = 0; i < 1000; i++)
            ck_assert_int_eq(t.seen[i], i < workers);
        ck_assert_int_eq(t.worst, 0);
        par_each(0, workers, count, &t);
        par_lock_free(t.lock);
    }
    ck_assert_int_eq(par_workers(3), 3);
    ck_assert_int_ge(par_workers(0), 1);
    ck_assert_int_eq(par_workers(100000), WORKERS_MAX);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("base");
    TCase *c = new_case(s, "str");
    tcase_add_test(c, str_pieces);
    tcase_add_test(c, str_order);
    tcase_add_loop_test(c, str_finds, 0, ROWS(finds));
    tcase_add_loop_test(c, str_amounts, 0, ROWS(amounts));
    tcase_add_test(c, str_numbers);
    tcase_add_test(c, str_did_you_mean);
    c = new_case(s, "memory");
    tcase_add_test(c, arena_keeps);
    tcase_add_test(c, memory_grows);
    c = new_case(s, "faults");
    tcase_add_test(c, first_failure_wins);
    tcase_add_test(c, faults_as_printed);
    tcase_add_test(c, faults_beyond_twenty);
    c = new_case(s, "intern");
    tcase_add_test(c, interned_texts);
    tcase_add_test(c, appended_texts);
    tcase_add_test(c, hash_is_xxh3);
    c = new_case(s, "threads");
    tcase_add_test(c, sorted_as_by_qsort);
    tcase_add_test(c, each_is_done_once);
    return s;
}
