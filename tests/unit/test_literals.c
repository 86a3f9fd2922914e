/* test_literals.c - what must stand in whatever a pattern matches, and the filter made from that.
 *
 * The table is worked out by hand: needs between " & ", texts of a need between " | ". The laws are
 * tried against PCRE2: where it matches, needs_met() and filter_candidates() say yes.
 */
#include "unit.h"

#include <stdlib.h>

#include "base/regex.h"
#include "ingest/filter.h"

/* As in the table; texts in memory of a. */
static const char *needs_text(const struct needs *needs, struct arena *a)
{
    struct str all = { 0 };
    for (size_t i = 0; i < needs->n; i++)
        for (size_t k = 0; k < needs->list[i].n; k++)
            all = arena_printf(a, "%.*s%s%.*s", STR_ARG(all),
                               k   ? " | "
                               : i ? " & "
                                   : "",
                               STR_ARG(needs->list[i].texts[k]));
    return all.n ? all.p : "";
}

static const struct {
    const char *pattern, *want;
} table[] = {
    /* runs */
    { "", "" },
    { "abc", "" },
    { "abcd", "abcd" },
    { "^/product/(?<item>[^/?]+)", "/product/" },
    { "^/blog/(?:tea|coffee)-[0-9]+", "/blog/" },
    { "^/blog/(?:green|coffee)-[0-9]+", "/blog/ & green | coffee" },
    { "abcd.efgh", "abcd & efgh" },
    { "abcd$efgh", "abcd & efgh" },
    { "ab.cd", "" },
    { "GET /Path", "get /path" },
    { "(?i)GET /path", "get /path" },
    { "(?i:GET /path)", "get /path" },
    { "(?-i)abcd(?s)efgh(?m-s)ijkl(?U)mnop(?J)", "abcd & efgh & ijkl & mnop" },
    /* what is not letters: [ and {, @ and `, are the same when folded */
    { "\\[abcd\\]@x", "{abcd}`x" },
    { "a]b}cd", "a}b}cd" },
    { "\xc3\xa4pfel", "\xe3\xa4pfel" },
    /* quantifiers */
    { "abcde?", "abcd" },
    { "abcde*fghi", "abcd & fghi" },
    { "abcd+efgh", "abcd & efgh" },
    { "abcde{0}fghi", "abcd & fghi" },
    { "abcde{0,}fghi", "abcd & fghi" },
    { "abcde{00,3}fghi", "abcd & fghi" },
    { "abcd{1}efgh", "abcd & efgh" },
    { "abcd{2,}efgh", "abcd & efgh" },
    { "abcd{2,3}?efgh", "abcd & efgh" },
    { "abcd{2,3}+efgh", "abcd & efgh" },
    { "abcde??fghi", "abcd & fghi" },
    { "abcde*+fghi", "abcd & fghi" },
    { "abcd++efgh", "abcd & efgh" },
    { "(abcd)?efgh", "efgh" },
    { "(abcd)*efgh", "efgh" },
    { "(abcd){0,5}efgh", "efgh" },
    { "(abcd)+efgh", "abcd & efgh" },
    { "(abcd){2}efgh", "abcd & efgh" },
    { "(abcd){1,}?efgh", "abcd & efgh" },
    { ".*abcd.+", "abcd" },
    /* braces that are no quantifier, or one only in newer versions */
    { "abcd{x}efgh", "" },
    { "abcd{,3}efgh", "" },
    { "abcd{3|efgh}wxyz", "" },
    { "abcd{3x}efgh", "" },
    { "abcd{3,4,5}efgh", "" },
    { "abcd{ 3 }efgh", "" },
    { "abcd{3", "" },
    { "abcd{", "" },
    { "abcd\\{3\\}efgh", "abcd{3}efgh" },
    { "%{GROK} abcd", "" },
    { "abcd %{GROK:user}", "" },
    /* alternatives: a text of each, or nothing */
    { "abcd|efgh", "abcd | efgh" },
    { "abcd|efgh|x", "" },
    { "abcd|", "" },
    { "|abcd", "" },
    { "abcd||efgh", "" },
    { "x(abcd|efgh)y", "abcd | efgh" },
    { "x(?:abcd|)y", "" },
    { "(?:abcd.efghi|jklmno.pqrs)", "efghi | jklmno" },
    { "wxyz(?:abcd|ef)", "wxyz" },
    { "(?:(?:abcd|efgh)|ijkl)mnop", "abcd | efgh | ijkl & mnop" },
    { "(?:abcd(?:x|y)|efgh(?:ijklm|nopqr))", "abcd | ijklm | nopqr" },
    { "(?:abcd|efgh)(?:ijkl|mnop)", "abcd | efgh & ijkl | mnop" },
    { "aaaa|bbbb|cccc|dddd|eeee|ffff|gggg|hhhh|iiii|jjjj|kkkk|llll|mmmm|nnnn|oooo|pppp",
      "aaaa | bbbb | cccc | dddd | eeee | ffff | gggg | hhhh | iiii | jjjj | kkkk | llll | mmmm | "
      "nnnn | oooo | pppp" },
    { "aaaa|bbbb|cccc|dddd|eeee|ffff|gggg|hhhh|iiii|jjjj|kkkk|llll|mmmm|nnnn|oooo|pppp|qqqq", "" },
    /* groups */
    { "(abcd)", "abcd" },
    { "((((abcd))))", "abcd" },
    { "ab(cd)ef", "" },
    { "(?>abcd)", "abcd" },
    { "(?<n>abcd)(?'m'efgh)(?P<o>ijkl)", "abcd & efgh & ijkl" },
    { "()abcd(?)", "abcd" },
    /* looking around: of what stands in there nothing is believed */
    { "(?=abcd)efgh", "efgh" },
    { "(?!abcd)efgh", "efgh" },
    { "(?<=abcd)efgh", "efgh" },
    { "(?<!abcd)efgh", "efgh" },
    { "(?!abcd|ijkl)efgh", "efgh" },
    { "(?!(?:abcd))efgh", "efgh" },
    { "(?=abcd){0}efgh", "efgh" },
    { "(?*abcd)efgh", "" },
    { "(?<*abcd)efgh", "" },
    { "(?<*x|y>abcdefgh)z", "" },
    { "(*pla:abcd)efgh", "" },
    { "(*negative_lookahead:abcd)efgh", "" },
    /* given up */
    { "(?(?=ab)abcd|efgh)", "" },
    { "(a)?(?(1)abcd|efgh)", "" },
    { "(?(DEFINE)(?<n>abcd))efgh", "" },
    { "(?x)ab cd", "" },
    { "(?x:ab cd)", "" },
    { "(?ix)ab cd", "" },
    { "(?xx)ab cd", "" },
    { "(?n)(abcd)", "" },
    { "(?^)abcd", "" },
    { "(?|(abcd)|(efgh))", "" },
    { "(?#abcd)efgh", "" },
    { "(?C1)abcd", "" },
    { "(*ACCEPT)abcd", "" },
    { "abcd(*ACCEPT)efgh", "" },
    { "(*NO_JIT)abcd", "" },
    { "(*SKIP)abcd", "" },
    { "(abcd)\\1", "" },
    { "(?<n>abcd)\\k<n>", "" },
    { "(abcd)\\g1", "" },
    { "(?<n>abcd)(?P=n)", "" },
    { "(?<n>abcd)(?&n)", "" },
    { "(?<n>abcd)(?P>n)", "" },
    { "abcd(?R)?", "" },
    { "(abcd)(?1)", "" },
    { "(abcd)(?-1)", "" },
    { "(?+1)(abcd)", "" },
    { "abcd\\Qe.f\\Eghij", "" },
    { "abcd\\E", "" },
    { "abcd\\Kefgh", "" },
    { "abcd\\Refgh", "" },
    { "abcd\\x65", "" },
    { "abcd\\o{145}", "" },
    { "abcd\\145", "" },
    { "abcd\\cA", "" },
    { "abcd\\p{L}", "" },
    { "abcd\\X", "" },
    /* escapes that are known */
    { "abcd\\d+\\w\\s\\befgh\\B\\Aijkl\\zmnop\\D\\W\\S\\h\\V\\N", "abcd & efgh & ijkl & mnop" },
    { "abcd\\N{3}efgh", "abcd & efgh" },
    { "ab\\.cd\\/\\-\\_\"", "ab.cd/-\x7f\"" },
    { "ab\\tcd", "ab\tcd" },
    /* classes */
    { "abcd[xyzw]efgh", "abcd & efgh" },
    { "abcd[]xyzw]efgh", "abcd & efgh" },
    { "abcd[^]xyzw]efgh", "abcd & efgh" },
    { "abcd[x\\]yzw]efgh", "abcd & efgh" },
    { "abcd[x[y]efgh", "abcd & efgh" },
    { "abcd[[:alpha:]]efgh", "abcd & efgh" },
    { "abcd[^[:^digit:]x]*efgh", "abcd & efgh" },
    { "abcd[(|)]efgh", "abcd & efgh" },
    { "abcd[\\d\\-z]{2}efgh", "abcd & efgh" },
    { "[[:x]abcd|wxyz:]foo]efgh", "" },
    { "[[.x.]]abcd", "" },
    { "[[=x=]]abcd", "" },
    { "[\\c]abcd|defg]wxyz", "" },
    { "[\\x5d]abcd", "" },
    { "[\\Q]\\E]abcd", "" },
    { "[abcd", "" },
    /* faults that PCRE2 refuses */
    { "abcd)", "" },
    { "(abcd", "" },
    { "abcd\\", "" },
    { "*abcd", "" },
};

START_TEST(test_table)
{
    struct arena a = { 0 };
    struct needs needs;
    needs_of(str_c(table[_i].pattern), &needs, &a);
    const char *got = needs_text(&needs, &a);
    char want[300];
    snprintf(want, sizeof want, "%s", table[_i].want);
    for (char *c = want; *c; c++)
        *c = *c == '\t' ? (char)('\t' | 0x20) : *c;
    ck_assert_msg(strcmp(got, want) == 0, "'%s' gives '%s', expected '%s'", table[_i].pattern, got,
                  want);
    arena_free(&a);
}
END_TEST

START_TEST(test_limits)
{
    struct arena a = { 0 };
    struct needs needs;
    char long_run[1000], deep[300];
    memset(long_run, 'a', sizeof long_run);
    needs_of((struct str){ long_run, sizeof long_run }, &needs, &a);
    ck_assert_uint_ge(needs.n, 1);
    ck_assert(needs_met(&needs, (struct str){ long_run, sizeof long_run }));
    ck_assert(!needs_met(&needs, (struct str){ long_run, 200 }));
    /* Many runs: the first ones are enough. */
    for (size_t i = 0; i + 5 <= sizeof long_run; i += 5)
        memcpy(long_run + i, "abcd.", 5);
    needs_of((struct str){ long_run, sizeof long_run }, &needs, &a);
    ck_assert_uint_eq(needs.n, NEEDS_MAX);
    /* Groups in groups: known up to a depth, then given up. */
    memset(deep, '(', 100);
    memcpy(deep + 100, "abcd", 4);
    memset(deep + 104, ')', 100);
    needs_of((struct str){ deep, 204 }, &needs, &a);
    ck_assert_uint_eq(needs.n, 0);
    needs_of((struct str){ deep + 60, 84 }, &needs, &a);
    ck_assert_uint_eq(needs.n, 1);
    arena_free(&a);
}
END_TEST

/* ---- looking for them ---- */

static const struct {
    const char *pattern, *text;
    bool want;
} met[] = {
    { "abcd", "xabcdx", true },     { "abcd", "xABCDx", true },
    { "abcd", "xabcx", false },     { "abcd", "", false },
    { "abcd|efgh", "efgh", true },  { "abcd.efgh", "efghabcd", true },
    { "abcd.efgh", "abcd", false }, { "ab", "", true },
};

START_TEST(test_met)
{
    struct arena a = { 0 };
    struct needs needs;
    needs_of(str_c(met[_i].pattern), &needs, &a);
    ck_assert_int_eq(needs_met(&needs, str_c(met[_i].text)), met[_i].want);
    arena_free(&a);
}
END_TEST

/* A gram that was seen often is not the one that is looked for. */
START_TEST(test_rarest)
{
    struct arena a = { 0 };
    struct needs needs;
    struct gram_counts *counts = mem_zero(1, sizeof *counts);
    const struct needs *list[] = { &needs };
    uint64_t bits = 0;
    needs_of(STR("/product/.*wxyz"), &needs, &a);
    for (int i = 0; i < 100; i++)
        grams_count(counts, STR("/product/1"));
    struct filter *f = filter_new(list, 1, counts);
    filter_candidates(f, STR("/product/1"), &bits);
    ck_assert_uint_eq(bits, 0);
    filter_candidates(f, STR("wxyz"), &bits);
    ck_assert_uint_eq(bits, 1);
    filter_free(f);
    free(counts);
    arena_free(&a);
}
END_TEST

/* ---- the law: no match without a need that is met ---- */

static uint32_t next_random(uint32_t *x)
{
    *x ^= *x << 13;
    *x ^= *x >> 17;
    *x ^= *x << 5;
    return *x;
}

/* Of what patterns are put together here: whatever PCRE2 takes, it takes; half of it is nonsense.
 */
static const char *const tokens[] = {
    "abcd",        "efgh", "wxyz",   "abcd",  "efgh",  "wxyz",   "ab",        "x",
    "|",           "|",    "(",      "(",     ")",     ")",      ")",         "(?:",
    "(?=",         "(?!",  "(?<",    "(?<n>", "(?i)",  "(?x)",   "(?|",       "(?(1)",
    "(?<=",        "(?<!", "(?*",    "(?<*",  "(?>",   "(?#",    "?",         "*",
    "+",           "{0}",  "{2}",    "{0,}",  "{1,3}", "{",      "}",         "{3",
    "[",           "]",    "[^",     "[[:",   ":]",    "[]",     "[^]x]",     "[a-z]",
    "[[:alpha:]]", "\\c",  "\\",     "\\Q",   "\\E",   "\\d",    "\\w+",      "\\1",
    "\\x61",       "\\]",  ".",      ".*",    "^",     "$",      ">",         "=",
    "-",           ":",    "#",      " ",     "3",     ",",      "(*ACCEPT)", "(?1)",
    "(?R)",        "\\K",  "(abcd)", "[\\",   "(?'n'", "(?P<n>", "(?-i:",     "(?:abcd|efgh)",
};
static const char *const words[] = { "abcd", "efgh", "wxyz", "ab", "x", "{3", "}",    "]", ":",
                                     " ",    "#",    "a",    "3",  ">", "|",  "ABCD", "-", "\\" };

static struct str random_text(char *to, size_t room, const char *const *from, size_t n, size_t most,
                              uint32_t *x)
{
    struct str s = { to, 0 };
    for (size_t i = next_random(x) % (most + 1); i; i--) {
        const char *word = from[next_random(x) % n];
        size_t length = strlen(word);
        if (s.n + length > room)
            break;
        memcpy(to + s.n, word, length);
        s.n += length;
    }
    return s;
}

/* Tries the pattern on texts; *matches counts those that it matched. */
static void check_law(struct str pattern, const struct regex *r, struct regex_scratch *scratch,
                      uint32_t *x, size_t *matches)
{
    enum { TEXTS = 60 };
    struct arena a = { 0 };
    struct needs needs;
    static const struct gram_counts counts;
    const struct needs *list[] = { &needs };
    needs_of(pattern, &needs, &a);
    if (!needs.n) {
        arena_free(&a);
        return;
    }
    struct filter *f = filter_new(list, 1, &counts);
    for (int i = 0; i < TEXTS; i++) {
        char bytes[200];
        uint64_t bits = 0;
        struct str text = random_text(bytes, sizeof bytes, words, ROWS(words), 6, x);
        if (regex_match(r, text, scratch) != REGEX_YES)
            continue;
        ++*matches;
        filter_candidates(f, text, &bits);
        ck_assert_msg(needs_met(&needs, text) && bits == 1,
                      "'%.*s' matches '%.*s', but is said to need '%s'", STR_ARG(pattern),
                      STR_ARG(text), needs_text(&needs, &a));
    }
    filter_free(f);
    arena_free(&a);
}

START_TEST(test_law)
{
    enum { PATTERNS = 60000 };
    uint32_t x = 2463534242u + (uint32_t)_i;
    size_t good = 0, matches = 0;
    struct regex_scratch *scratch = regex_scratch_new();
    for (int i = 0; i < PATTERNS; i++) {
        char bytes[200];
        struct regex_fault fault;
        struct str pattern = random_text(bytes, sizeof bytes, tokens, ROWS(tokens), 9, &x);
        struct regex *r = regex_new(pattern, NULL, &fault);
        if (!r)
            continue;
        good++;
        check_law(pattern, r, scratch, &x, &matches);
        regex_free(r);
    }
    regex_scratch_free(scratch);
    ck_assert_uint_gt(good, PATTERNS / 10);
    ck_assert_uint_gt(matches, 1000);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("literals");
    TCase *c = new_case(s, "needs");
    tcase_add_loop_test(c, test_table, 0, ROWS(table));
    tcase_add_test(c, test_limits);
    tcase_add_loop_test(c, test_met, 0, ROWS(met));
    c = new_case(s, "filter");
    tcase_add_test(c, test_rarest);
    tcase_add_loop_test(c, test_law, 0, 6);
    return s;
}
