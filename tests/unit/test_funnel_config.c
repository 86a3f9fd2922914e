/* test_funnel_config.c - funnels of a project: what is read, and what is said of faults. Every line
 * and column here was counted by hand in the text beside it; of a list or mapping in one line it is
 * that behind the bracket.
 */
#include "project_text.h"

#define HEAD                                                                                       \
    "sources:\n- {name: web, format: combined, files: [x]}\nrules:\n"                              \
    "- {touchpoint: a, when: {path: ^/a}}\n- {touchpoint: b, when: {path: ^/b}}\n"                 \
    "- {touchpoint: c, when: {path: ^/c}}\nfunnels:\n"
#define AT(place) "journey.yaml:" place ": error: "

static const struct {
    const char *text, *said;
} bad[] = {
    { HEAD "- {name: x, steps: [a, {any_of: [b, d]}]}\n",
      AT("8:37") "no rule gives the touchpoint 'd'; did you mean 'a'?\n" },
    { HEAD "- {name: x, steps: [a, {name: z}]}\n", AT("8:25") "a step needs the key 'any_of'\n" },
    { HEAD "- {name: x, steps: [a, [b]]}\n",
      AT("8:25") "'steps' must be a list of texts and of mappings\n" },
    { HEAD "- {name: x, steps: [a, b, a]}\n",
      AT("8:27") "two steps are called 'a'; give one of them a 'name'\n" },
    { HEAD "- {name: x, steps: [{any_of: a, optional: yes}, b, c]}\n",
      AT("8:33") "the first step cannot be optional\n" },
    { HEAD "- {name: x, steps: [{any_of: a, max_gap: 1h}, b]}\n",
      AT("8:22") "the first step has none before it: no 'min_gap', no 'max_gap'\n" },
    { HEAD "- {name: x, steps: [a, {any_of: b, optional: yes}]}\n",
      AT("8:21") "a funnel needs at least two steps that are not optional\n" },
    { HEAD "- {name: x, steps: [a, {any_of: b, min_gap: 2h, max_gap: 1h}]}\n",
      AT("8:45") "'min_gap' is longer than 'max_gap'\n" },
    { HEAD "- {name: x, steps: [a, b], order: strikt}\n",
      AT("8:35") "'order' cannot be 'strikt'; did you mean 'strict'?\n" },
    { HEAD "- {name: x, order: any, steps: [a, {any_of: b, max_gap: 1h}]}\n",
      AT("8:37") "in 'order: any' there is no step before: no gaps\n" },
    { HEAD "- {name: x, order: any, entry: open, steps: [a, b]}\n",
      AT("8:32") "in 'order: any' every step is an entry already: leave out 'entry'\n" },
    { HEAD "- {name: x, steps: [a, b], not_between: {touchpoint: c, after: q}}\n",
      AT("8:64") "'q' is no required step of this funnel; did you mean 'a'?\n" },
    { HEAD "- {name: x, steps: [a, b], not_between: {touchpoint: c, after: b, before: a}}\n",
      AT("8:42") "'after' must name an earlier step than 'before'\n" },
    { HEAD "- {name: x, order: any, steps: [a, b], not_between: {touchpoint: c, after: a}}\n",
      AT("8:54") "in 'order: any' no step is before another: a touchpoint here ends the attempt "
                 "wherever it comes\n" },
    { HEAD "- {name: x, steps: [a, b], same: [item, items]}\n",
      AT("8:41") "'items' is no attribute; did you mean 'item'?\n" },
    { HEAD "- {name: x, steps: [a, b], same: [item, item]}\n", AT("8:41") "'item' stands twice\n" },
    { HEAD "- {name: x, steps: [a, b], breakdown: chanel}\n",
      AT("8:39") "'breakdown' cannot be 'chanel'; did you mean 'channel'?\n" },
    { HEAD "- {name: x, steps: [a, b], breakdown_at: last}\n",
      AT("8:28") "'breakdown_at' says nothing without 'breakdown'\n" },
    { HEAD "- {name: x, steps: [a, b], segments: [by, bye]}\nsegments: {by: converted}\n",
      AT("8:43") "there is no segment 'bye'; did you mean 'by'?\n" },
    { HEAD "- {name: x, steps: [a, b], segments: [by, by]}\nsegments: {by: converted}\n",
      AT("8:43") "'by' stands twice\n" },
    { HEAD "- {name: x, steps: [a, b], segments: by}\nsegments: {by: 'cell(waits, n)'}\n",
      AT("8:38") "the segment 'by' asks for a cell of a table; only others can be rows of a "
                 "funnel\n" },
    { HEAD "- {name: x, steps: [a, b], bins: 91}\n",
      AT("8:34") "'bins' must be a whole number from 1 to 90\n" },
    { HEAD "- {name: x, steps: [a, b], window: 0s}\n",
      AT("8:36") "'window' must be longer than nothing\n" },
    { HEAD "- {name: x, steps: [a, b], abandoned: {touchpoint: b, goal: [c, b]}}\n",
      AT("8:62") "'b' cannot be both what is left and its goal\n" },
    { HEAD "- {name: x, steps: [a, b], abandoned: {touchpoint: b}}\n",
      AT("8:40") "an abandoned needs the key 'goal'\n" },
};

START_TEST(test_bad)
{
    struct project_text p;
    project_begin(&p);
    project_load(&p, bad[_i].text, false);
    ck_assert_str_eq(p.said, bad[_i].said);
    ck_assert_ptr_null(p.plan);
    project_end(&p);
}
END_TEST

START_TEST(test_good)
{
    struct project_text p;
    project_begin(&p);
    project_load(&p,
                 HEAD "- name: x\n"
                      "  steps: [a, {any_of: [b, c], optional: yes, min_gap: 1m, max_gap: 1h}, "
                      "{name: again, any_of: a}]\n"
                      "  window: 7d\n  order: strict\n  entry: open\n  counting: totals\n"
                      "  not_between: [b, {touchpoint: c, after: a, before: again}]\n"
                      "  same: [item, campaign]\n  breakdown: score\n  breakdown_at: last\n"
                      "  trend: week\n  bins: 12\n"
                      "  abandoned: {touchpoint: b, goal: c, within: 2d, reminder: a}\n"
                      "- {name: y, steps: [a, b]}\n",
                 false);
    ck_assert_str_eq(p.said, "");
    ck_assert_uint_eq(p.plan->nfunnels, 2);
    const struct funnel *f = &p.plan->funnels[0];
    ck_assert_uint_eq(f->nsteps, 3);
    ck_assert_str_is(f->steps[1].name, "b or c");
    ck_assert_uint_eq(f->steps[1].any_of.n, 2);
    ck_assert(f->steps[1].optional && !f->steps[2].optional);
    ck_assert_int_eq(f->steps[1].min_gap, 60 * SECOND);
    ck_assert_int_eq(f->steps[1].max_gap, 3600 * SECOND);
    ck_assert_str_is(f->steps[2].name, "again");
    ck_assert_int_eq(f->window, 7 * DAY);
    ck_assert_int_eq(f->order, FUNNEL_STRICT);
    ck_assert(f->open);
    ck_assert_int_eq(f->counting, FUNNEL_TOTALS);
    ck_assert_uint_eq(f->nexclusions, 2);
    ck_assert_uint_eq(f->exclusions[0].after, 0);
    ck_assert_uint_eq(f->exclusions[0].before, 3);
    ck_assert_uint_eq(f->exclusions[1].before, 2);
    ck_assert_uint_eq(f->nsame, 2);
    ck_assert_int_eq(f->same[0], ATTR_ITEM);
    ck_assert_int_eq(f->breakdown, FUNNEL_BY_ATTRIBUTE);
    ck_assert_int_eq(f->breakdown_attr, ATTR_SCORE);
    ck_assert_int_eq(f->breakdown_at, FUNNEL_AT_LAST);
    ck_assert_int_eq(f->trend, FUNNEL_WEEKS);
    ck_assert_uint_eq(f->bins, 12);
    ck_assert_int_eq(f->abandoned.within, 2 * DAY);
    ck_assert_uint_eq(f->abandoned.reminder.n, 1);
    f++;
    ck_assert_int_eq(f->window, INT64_MAX);
    ck_assert_int_eq(f->counting, FUNNEL_CUSTOMERS);
    ck_assert_int_eq(f->steps[1].max_gap, INT64_MAX);
    ck_assert(!f->open && f->nexclusions == 0 && f->abandoned.left.n == 0);
    project_end(&p);
}
END_TEST

/* One step and one exclusion more than there may be. */
START_TEST(test_limits)
{
    static char text[16384], said[400];
    struct project_text p;
    size_t at = (size_t)snprintf(text, sizeof text, HEAD "- name: x\n  steps: [a");
    for (int i = 0; i < FUNNEL_STEPS_MAX; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, ", {name: s%d, any_of: b}", i);
    at += (size_t)snprintf(text + at, sizeof text - at, "]\n  not_between: [c");
    for (int i = 0; i < FUNNEL_EXCLUSIONS_MAX; i++)
        at += (size_t)snprintf(text + at, sizeof text - at, ", c");
    snprintf(text + at, sizeof text - at, "]\n");
    snprintf(said, sizeof said,
             AT("9:11") "a funnel cannot have more than %d steps: %d\n" AT(
                 "10:17") "'not_between' cannot have more than %d entries: %d\n",
             FUNNEL_STEPS_MAX, FUNNEL_STEPS_MAX + 1, FUNNEL_EXCLUSIONS_MAX,
             FUNNEL_EXCLUSIONS_MAX + 1);
    project_begin(&p);
    project_load(&p, text, false);
    ck_assert_str_eq(p.said, said);
    project_end(&p);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("funnels of a project");
    tcase_add_loop_test(new_case(s, "faults"), test_bad, 0, ROWS(bad));
    tcase_add_test(new_case(s, "good"), test_good);
    tcase_add_test(new_case(s, "limits"), test_limits);
    return s;
}
