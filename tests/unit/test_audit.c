/* test_audit.c - one match in a thousand is done again in PCRE2's interpreter. For lack of a known
 * fault in its JIT the interpreter is made to lie: this program has a pcre2_match_8() of its own,
 * which comes before the library's. JIT is another function, pcre2_jit_match_8().
 */
#include "unit.h"

#include "base/regex.h"

struct match_data; /* of PCRE2 */
int pcre2_match_8(const void *code, const char *text, size_t n, size_t start, uint32_t options,
                  struct match_data *data, void *context);
size_t *pcre2_get_ovector_pointer_8(struct match_data *data);

/* What the interpreter says: its return code, and the ends of the match and of its one group. */
static struct {
    int rc;
    size_t ends[4];
    uint32_t options;
    int calls;
} lie;

int pcre2_match_8(const void *code, const char *text, size_t n, size_t start, uint32_t options,
                  struct match_data *data, void *context)
{
    (void)code, (void)text, (void)n, (void)start, (void)context;
    memcpy(pcre2_get_ovector_pointer_8(data), lie.ends, sizeof lie.ends);
    lie.options = options;
    lie.calls++;
    return lie.rc;
}

static const struct {
    const char *what, *text;
    int rc;
    size_t ends[4];
    bool disagree;
    enum regex_result want; /* of the match that was tried twice */
    const char *group;
} audits[] = {
    { "both match", "abc", 2, { 0, 3, 1, 2 }, false, REGEX_YES, "b" },
    { "both do not", "xyz", -1, { 0 }, false, REGEX_NO, NULL },
    { "the group is elsewhere", "abc", 2, { 0, 3, 2, 3 }, true, REGEX_YES, "c" },
    { "only JIT does", "abc", -1, { 0 }, true, REGEX_NO, NULL },
    { "only the interpreter does", "xyz", 2, { 0, 3, 0, 1 }, true, REGEX_YES, "x" },
    { "the interpreter gives up", "abc", -47, { 0 }, false, REGEX_YES, "b" },
};

START_TEST(test_audit)
{
    enum { EVERY = 1000, MATCHES = 5 * EVERY + 10 };
    struct regex_fault fault;
    struct regex *r = regex_new(STR("a(?<g>.)c"), NULL, &fault);
    struct regex_scratch *s = regex_scratch_new();
    const struct regex *first;
    enum regex_result usual = audits[_i].text[0] == 'a' ? REGEX_YES : REGEX_NO;
    int answers = 0;
    lie.rc = audits[_i].rc;
    memcpy(lie.ends, audits[_i].ends, sizeof lie.ends);
    regex_match(r, STR(""), s);
    if (lie.calls) { /* this PCRE2 has no JIT: there is nothing to audit */
        regex_scratch_free(s);
        regex_free(r);
        return;
    }
    for (int i = 1; i < MATCHES; i++) {
        int before = lie.calls;
        enum regex_result got = regex_match(r, str_c(audits[_i].text), s);
        bool audited = lie.calls > before;
        answers += audited;
        ck_assert_int_eq(got, audited ? audits[_i].want : usual);
        if (got == REGEX_YES)
            ck_assert_str_is(regex_group(r, s, 0), audited ? audits[_i].group : "b");
    }
    ck_assert_int_eq(answers, MATCHES / EVERY);
    ck_assert_uint_eq(lie.options, 0x00002000u /* PCRE2_NO_JIT */);
    ck_assert_uint_eq(regex_disagreements(s, &first), audits[_i].disagree ? (size_t)answers : 0);
    ck_assert_ptr_eq(first, audits[_i].disagree ? r : NULL);
    regex_scratch_free(s);
    regex_free(r);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("audit");
    tcase_add_loop_test(new_case(s, "audit"), test_audit, 0, ROWS(audits));
    return s;
}
