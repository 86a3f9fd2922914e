/* test_audit.c - one match in a thousand is done again in PCRE2's interpreter. For lack of a known
 * fault in its JIT the interpreter is made to lie: this program has a pcre2_match_8() of its own,
 * which comes before the library's. JIT is another function, pcre2_jit_match_8().
 */
#include "unit.h"

#include "ingest_run.h"

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
} audits[] = {
    { "both match", "abc", 2, { 0, 3, 1, 2 }, false },
    { "both do not", "xyz", -1, { 0 }, false },
    { "the group is elsewhere", "abc", 2, { 0, 3, 2, 3 }, true },
    { "only JIT does", "abc", -1, { 0 }, true },
    { "only the interpreter does", "xyz", 2, { 0, 3, 0, 1 }, true },
    { "the interpreter gives up", "abc", -47, { 0 }, false },
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
        answers += lie.calls > before;
        ck_assert_int_eq(got, usual); /* JIT's answer stands */
        if (got == REGEX_YES)
            ck_assert_str_is(regex_group(r, s, 0), "b");
    }
    ck_assert_int_eq(answers, MATCHES / EVERY);
    ck_assert_uint_eq(lie.options, 0x00002000u /* PCRE2_NO_JIT */);
    ck_assert_uint_eq(regex_disagreements(s, &first), audits[_i].disagree ? (size_t)answers : 0);
    ck_assert_ptr_eq(first, audits[_i].disagree ? r : NULL);
    regex_scratch_free(s);
    regex_free(r);
}
END_TEST

/* What the user reads of it: the pattern, once, with what to do. */
START_TEST(test_said)
{
    struct ingest_run r;
    run_begin(&r, "project: Test\n"
                  "sources:\n"
                  "  - {name: web, files: ['web*'], format: combined}\n"
                  "rules:\n"
                  "  - {touchpoint: page, when: {path: '^/p[0-9]+$'}}\n");
    FILE *f = fopen("web.log", "w");
    for (int i = 0; i < 3000; i++)
        fprintf(f,
                "192.0.2.1 - - [01/Sep/2026:10:00:00 +0000] \"GET /p%d HTTP/1.1\" 200 5 \"-\" "
                "\"x\"\n",
                i);
    fclose(f);
    lie.rc = -1;
    lie.calls = 0;
    run_once(&r, usual_options);
    if (lie.calls)
        ck_assert_str_eq(r.warned,
                         "touchpath: warning: PCRE2's JIT and interpreter disagree on pattern "
                         "'^/p[0-9]+$': please report; write (*NO_JIT) in front of it (3 of the "
                         "matches that were tried twice)\n");
    else
        ck_assert_str_eq(r.warned, ""); /* no JIT here */
    ck_assert_uint_eq(r.set.n, 3000);
    run_end(&r);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("audit");
    TCase *c = new_case(s, "audit");
    tcase_add_loop_test(c, test_audit, 0, ROWS(audits));
    tcase_add_test(c, test_said);
    return s;
}
