/* test_gaps.c - coverage.csv: gaps of a source, fields that gave nothing, stages without data.
 *
 * What is expected was worked out by hand from gaps.h and a calendar: 2026-09-01 is a Tuesday,
 * 2026-10-25 a Sunday on which Berlin's clocks go back.
 */
#include <stdlib.h>

#include "measure/all.h"
#include "unit.h"

#include "measure_tools.h"
#include "world_builder.h"

/* A day: X has 10 events, x 9, z 1, '.' none. */
static int events_on(char day)
{
    return day == 'X' ? 10 : day == 'x' ? 9 : day == 'z' ? 1 : 0;
}

/* Gives a customer every second event of the days, so that no customer alone fills one. */
static void add_days(struct builder *b, uint32_t source, const char *days, double start, int odd)
{
    for (size_t d = 0; days[d]; d++)
        for (int i = odd; i < events_on(days[d]); i += 2)
            builder_outside(b, start + (double)d * 86400 + i, 0, source);
}

static const struct world *two_customers(struct builder *b, const char *days, double start)
{
    builder_init(b, "awareness", NULL);
    uint32_t web = builder_source(b, "web", "website");
    builder_source(b, "desk", "support");
    builder_touchpoint(b, "page", 0);
    builder_customer(b, "anna");
    add_days(b, web, days, start, 0);
    builder_customer(b, "bert");
    add_days(b, web, days, start, 1);
    return builder_world(b);
}

/* The lines of the table that say `what`; each customer in a tally of its own, the later one
 * merged first when backwards. The caller frees. */
static char *lines_of(const struct world *w, const char *what, bool backwards)
{
    const struct measure *m = &measure_coverage;
    void *tally[2] = { m->begin(w), m->begin(w) };
    for (uint32_t c = 0; c < w->customers->n; c++)
        measure_add(m, tally[c % 2], w, c);
    void *into = tally[backwards], *from = tally[!backwards];
    m->merge(into, from);
    m->free(from);
    struct str csv = csv_of(m, into, w), rest = csv;
    m->free(into);
    char *found = mem_zero(csv.n + 1, 1), *end = found;
    while (rest.n) {
        struct str line = str_cut(&rest, '\n');
        if (str_find(line, str_c(what)) < line.n) {
            memcpy(end, line.p, line.n);
            end += line.n;
            *end++ = '\n';
        }
    }
    free((char *)csv.p);
    return found;
}

static const struct {
    const char *days;
    double first; /* days after 2026-09-01 */
    double hour;  /* of the first event of a day, UTC */
    const char *zone;
    const char *want;
} runs[] = {
    { "X.X", 0, 0, "UTC", "web,,gap,2026-09-02,1,2026-09-02T00:00:00Z,2026-09-03T00:00:00Z\n" },
    { "XXX", 0, 0, "UTC", "" },
    { "x.x", 0, 0, "UTC", "" }, /* too few events a day */
    { "X.z", 0, 0, "UTC", "" }, /* on no more than half of its days enough */
    { "X.zX", 0, 0, "UTC", "web,,gap,2026-09-02,1,2026-09-02T00:00:00Z,2026-09-03T00:00:00Z\n" },
    { "X..X", 0, 0, "UTC", "" },     /* active on half of its days only */
    { "..X.", 0, 0, "UTC", "" },     /* nothing is known of before and after */
    { "XXXXX.XX", 0, 0, "UTC", "" }, /* a Sunday */
    { "XXXX..XX", 0, 0, "UTC", "" }, /* Saturday and Sunday */
    { "XXX...XX", 0, 0, "UTC",       /* Friday; the weekend that follows is none */
      "web,,gap,2026-09-04,1,2026-09-04T00:00:00Z,2026-09-05T00:00:00Z\n" },
    { "XXX....XXXX", 0, 0, "UTC", /* the weekend is in it */
      "web,,gap,2026-09-04 to 2026-09-07,4,2026-09-04T00:00:00Z,2026-09-08T00:00:00Z\n" },
    { "XXXX..XXXXX....XXX..XXXXX", 0, 0, "UTC", /* an office; the weekend before it is usual */
      "web,,gap,2026-09-14 to 2026-09-15,2,2026-09-14T00:00:00Z,2026-09-16T00:00:00Z\n" },
    { "XXXX..XXXXX.........XXXXX", 0, 0, "UTC",
      "web,,gap,2026-09-14 to 2026-09-18,5,2026-09-14T00:00:00Z,2026-09-19T00:00:00Z\n" },
    { "X......X......X......X", 0, 0, "UTC", "" }, /* a letter on Tuesdays */
    { "X......X.............X......X", 0, 0, "UTC",
      "web,,gap,2026-09-15,1,2026-09-15T00:00:00Z,2026-09-16T00:00:00Z\n" },
    { "X.............X", 0, 0, "UTC", "" }, /* two bursts */
    { "XX.X.XX", 0, 0, "UTC",               /* Thursday; Saturday, as Sunday is active */
      "web,,gap,2026-09-03,1,2026-09-03T00:00:00Z,2026-09-04T00:00:00Z\n" },
    { "X.X", 0, 22, "Europe/Berlin", /* 22:00 is the beginning of the next day there */
      "web,,gap,2026-09-03,1,2026-09-02T22:00:00Z,2026-09-03T22:00:00Z\n" },
    { "X.X", 0, 21.99, "Europe/Berlin",
      "web,,gap,2026-09-02,1,2026-09-01T22:00:00Z,2026-09-02T22:00:00Z\n" },
    { "XXXXXXX.XXX", 47, 12, "Europe/Berlin", /* a day of 25 hours */
      "web,,gap,2026-10-25,1,2026-10-24T22:00:00Z,2026-10-25T23:00:00Z\n" },
};

START_TEST(test_runs)
{
    struct builder b;
    const struct world *w =
        two_customers(&b, runs[_i].days, runs[_i].first * 86400 + runs[_i].hour * 3600);
    struct zone *zone = zone_new(str_c(runs[_i].zone));
    b.plan.zone = zone;
    for (int backwards = 0; backwards < 2; backwards++) {
        char *got = lines_of(w, ",gap,", backwards);
        ck_assert_msg(strcmp(got, runs[_i].want) == 0, "%s: got\n%sexpected\n%s", runs[_i].days,
                      got, runs[_i].want);
        free(got);
    }
    zone_free(zone);
    builder_free(&b);
}
END_TEST

/* What the project says is silent, and what --where left out, is not missing. */
START_TEST(test_not_missing)
{
    struct builder b;
    const struct world *w = two_customers(&b, "X.X", 0);
    b.sources[0].sparse = true;
    char *got = lines_of(w, ",gap,", false);
    ck_assert_str_eq(got, "");
    free(got);
    b.sources[0].sparse = false;
    b.world.left_out.asked = true;
    got = lines_of(w, ",gap,", false);
    ck_assert_str_eq(got, "");
    free(got);
    builder_free(&b);
}
END_TEST

/* The gaps of two sources whose events take turns, by source. */
START_TEST(test_sources)
{
    struct builder b;
    builder_init(&b, "awareness", NULL);
    uint32_t web = builder_source(&b, "web", "website"),
             desk = builder_source(&b, "desk", "support");
    builder_touchpoint(&b, "page", 0);
    builder_customer(&b, "anna");
    for (int day = 0; day < 3; day++)
        for (int i = 0; i < 20; i++)
            if (day != 1 || i % 2)
                builder_outside(&b, day * 86400 + i, 0, i % 2 ? web : desk);
    builder_customer(&b, "bert");
    for (int i = 0; i < 40; i++) /* Friday; web has none on Thursday, as Wednesday is there */
        builder_outside(&b, 3 * 86400 + (i / 20) * 86400 + i, 0, i < 20 ? desk : web);
    char *got = lines_of(builder_world(&b), ",gap,", false);
    ck_assert_str_eq(got, "web,,gap,2026-09-04,1,2026-09-04T00:00:00Z,2026-09-05T00:00:00Z\n"
                          "desk,,gap,2026-09-02,1,2026-09-02T00:00:00Z,2026-09-03T00:00:00Z\n");
    free(got);
    builder_free(&b);
}
END_TEST

/* ---- fields ---- */

/* A field is filled as soon as one customer's events have it, whichever tally they are in. */
START_TEST(test_fields)
{
    struct str fields[] = { STR("amount"), STR("article"), STR("mail"), STR("customer"),
                            STR("made") };
    static struct attribute attributes[] = { { ATTR_VALUE, 0 },
                                             { ATTR_ITEM, 1 },
                                             { ATTR_MEDIUM, 4 } };
    static struct identify identify[] = { { .kind = ID_EMAIL, .fields = { 2 }, .nfields = 1 },
                                          { .kind = ID_USER, .fields = { 3 }, .nfields = 1 } };
    static int32_t slot[] = { 0, 1, 2, 3, 4 }; /* the last is derived */
    struct builder b;
    builder_init(&b, "awareness", NULL);
    uint32_t web = builder_source(&b, "web", "website");
    builder_source(&b, "silent", "website");
    builder_touchpoint(&b, "page", 0);
    builder_customer(&b, "anna");
    builder_outside(&b, 10, 0, web);
    builder_attr(&b, ATTR_ITEM, "lamp");
    builder_customer(&b, "bert");
    builder_outside(&b, 20, 0, web);
    builder_attr(&b, ATTR_SCORE, "1");
    const struct world *w = builder_world(&b);
    b.plan.fields = fields;
    b.plan.nfields = 5;
    for (int i = 0; i < 2; i++) {
        b.sources[i].attributes = attributes;
        b.sources[i].nattributes = 3;
        b.sources[i].identify = identify;
        b.sources[i].nidentify = 2;
        b.sources[i].slot = slot;
        b.sources[i].ncolumns = 4;
    }
    for (int backwards = 0; backwards < 2; backwards++) {
        char *got = lines_of(w, ",empty field,", backwards);
        ck_assert_str_eq(got, "web,,empty field,amount (value),0,,\n"
                              "web,,empty field,mail (email),0,,\n");
        free(got);
    }
    builder_free(&b);
}
END_TEST

/* ---- stages ---- */

static void check_stages(const struct world *w, const char *want)
{
    char *got = lines_of(w, ",stage without data,", false);
    ck_assert_str_eq(got, want);
    free(got);
}

START_TEST(test_stages)
{
    struct builder b;
    builder_init(&b, "awareness", "purchase", "retention", "advocacy", NULL);
    uint32_t web = builder_source(&b, "web", "website");
    builder_touchpoint(&b, "ad", 0);
    builder_touchpoint(&b, "order", 1);
    builder_touchpoint(&b, "thanks", 2);
    builder_customer(&b, "anna");
    builder_journey(&b, JOURNEY_LOST);
    builder_event(&b, 10, 0, web);
    builder_outside(&b, 20, 2, web); /* in no journey: it lies in its stage all the same */
    const struct world *w = builder_world(&b);
    for (size_t i = 0; i < b.plan.nrules; i++)
        b.rules[i].stage = STAGE_NONE;
    check_stages(w, ""); /* a project without stages */
    b.rules[0].stage = 0;
    check_stages(w, "(all),,stage without data,purchase,0,,\n"
                    "(all),,stage without data,advocacy,0,,\n");
    b.world.left_out.asked = true;
    check_stages(w, "");
    builder_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("gaps");
    TCase *c = new_case(s, "gaps");
    tcase_add_loop_test(c, test_runs, 0, sizeof runs / sizeof *runs);
    tcase_add_test(c, test_not_missing);
    tcase_add_test(c, test_sources);
    tcase_add_test(c, test_fields);
    tcase_add_test(c, test_stages);
    return s;
}
