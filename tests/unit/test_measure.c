/* test_measure.c - the tables of small worlds, cell by cell.
 *
 * `acme` is four customers made up here; its cells were worked out by hand from definitions.md 2.3,
 * 2.7, 2.9 and 2.14 and the `what` of the columns, intervals by the formula (test_stats.c).
 * `running` is the running-example log of the process mining literature; its counts are those of
 * pm4py (shared/datasets/pm-small-logs/reference), its times those of Python's statistics.
 */
#include <stdlib.h>

#include "unit.h"

#include "measure_tools.h"
#include "world_builder.h"

enum { AD, HELP, MAIL, ORDER, PAGE };

static const struct world *acme(struct builder *b)
{
    builder_init(b, "awareness", "consideration", "purchase", "retention", NULL);
    uint32_t web = builder_source(b, "web", "website"), desk = builder_source(b, "desk", "support"),
             post = builder_source(b, "post", "email");
    builder_touchpoint(b, "ad", 0);
    builder_touchpoint(b, "help", 3);
    builder_touchpoint(b, "mail", STAGE_NONE);
    builder_touchpoint(b, "order", 2);
    builder_touchpoint(b, "page", 1);
    b->touchpoints[MAIL].company = true;
    b->rules[PAGE].emotion = 1000000;
    b->rules[HELP].emotion = -2000000;
    b->rules[HELP].pain = 2000000;

    builder_customer(b, "anna");
    builder_journey(b, JOURNEY_CONVERTED)->value = 50000000;
    builder_event(b, 0, AD, web);
    builder_event(b, 60, PAGE, web);
    builder_event(b, 90, MAIL, post);
    builder_event(b, 120, PAGE, desk);
    builder_event(b, 200, ORDER, web);
    builder_attr(b, ATTR_VALUE, "50");
    builder_attr(b, ATTR_ITEM, "=lamp");
    builder_journey(b, JOURNEY_LOST)->after = true;
    builder_event(b, 1000, HELP, desk);
    builder_event(b, 1100, PAGE, web);
    builder_customer(b, "bert");
    builder_journey(b, JOURNEY_OPEN)->left_truncated = true;
    builder_event(b, 10, PAGE, web);
    builder_event(b, 40, AD, web);
    builder_event(b, 50, PAGE, web)->flags = EVENT_COARSE;
    builder_customer(b, "cora");
    builder_journey(b, JOURNEY_LOST);
    builder_event(b, 500, AD, web);
    builder_event(b, 700, HELP, desk);
    builder_customer(b, "dora");
    builder_outside(b, 300, MAIL, post);
    return builder_world(b);
}

/* What a row shall show, in one table of expectations: row "a" / "b", column, text of the cell. */
struct want {
    const char *a, *b, *column, *text;
};

static void check_wants(const char *measure, const struct want *wants, size_t n)
{
    struct builder b;
    struct table t;
    table_of(&t, measure, acme(&b));
    for (size_t i = 0; i < n; i++) {
        const struct want *w = &wants[i];
        const char *got = cell_shown(&t, row_of(&t, w->a, w->b), w->column);
        ck_assert_msg(strcmp(got, w->text) == 0, "%s, %s %s, %s: got '%s', expected '%s'", measure,
                      w->a, w->b ? w->b : "", w->column, got, w->text);
    }
    table_free(&t);
    builder_free(&b);
}

START_TEST(test_touchpoints)
{
    static const struct want wants[] = {
        { "page", NULL, "stage", "consideration" },
        { "page", NULL, "by", "customer" },
        { "page", NULL, "channels", "website 80 %; support 20 %" },
        { "page", NULL, "events", "5" },
        { "page", NULL, "share_of_events", "0.416667" },
        { "page", NULL, "customers", "2" },
        { "page", NULL, "reach", "0.666667" },
        { "page", NULL, "reach_n", "3" },
        { "page", NULL, "reach_low", "0.20766" },
        { "page", NULL, "reach_high", "0.938508" },
        { "page", NULL, "journeys", "3" },
        { "page", NULL, "share_of_journeys", "0.75" },
        { "page", NULL, "first_seen", "2026-09-01T00:00:10Z" },
        { "page", NULL, "last_seen", "2026-09-01T00:18:20Z" },
        { "page", NULL, "position_median", "2" },
        { "page", NULL, "starts", "1" },
        { "page", NULL, "ends", "1" },
        { "page", NULL, "next", "3" },
        { "page", NULL, "next_rate", "0.6" },
        { "page", NULL, "conversion", "1" },
        { "page", NULL, "conversion_n", "1" },
        { "page", NULL, "conversion_low", "0.206549" },
        { "page", NULL, "conversion_high", "1" },
        { "page", NULL, "emotion_mean", "1" },
        { "page", NULL, "emotion_events", "5" },
        { "page", NULL, "emotion_negative_share", "0" },
        { "ad", NULL, "reach", "1" },
        { "ad", NULL, "starts", "2" },
        { "ad", NULL, "ends", "0" },
        { "ad", NULL, "next", "3" },
        { "ad", NULL, "conversion", "0.5" },
        { "ad", NULL, "conversion_n", "2" },
        { "ad", NULL, "conversion_low", "0.094531" },
        { "ad", NULL, "conversion_high", "0.905469" },
        { "ad", NULL, "emotion_mean", "" },
        { "ad", NULL, "emotion_negative_share", "" },
        { "help", NULL, "position_median", "1.5" },
        { "help", NULL, "conversion", "0" },
        { "help", NULL, "emotion_mean", "-2" },
        { "help", NULL, "emotion_negative_share", "1" },
        { "help", NULL, "pain", "4" },
        { "mail", NULL, "stage", "" },
        { "mail", NULL, "by", "company" },
        { "mail", NULL, "events", "1" },
        { "order", NULL, "ends", "1" },
        { "order", NULL, "next_rate", "0" },
        { "order", NULL, "value", "50" },
    };
    check_wants("touchpoints", wants, sizeof wants / sizeof *wants);
}
END_TEST

START_TEST(test_stages)
{
    static const struct want wants[] = {
        { "awareness", NULL, "touchpoints", "1" },
        { "awareness", NULL, "events", "3" },
        { "awareness", NULL, "reach", "1" },
        { "awareness", NULL, "journeys", "3" },
        { "awareness", NULL, "entries", "3" },
        { "awareness", NULL, "forward_rate", "1" },
        { "awareness", NULL, "skip", "1" },
        { "awareness", NULL, "skip_rate", "0.333333" },
        { "awareness", NULL, "dwell_median", "60" },
        { "awareness", NULL, "dwell_p90", "172" },
        { "awareness", NULL, "conversion", "0.5" },
        { "awareness", NULL, "conversion_n", "2" },
        { "awareness", NULL, "to_next", "1" },
        { "awareness", NULL, "emotion_mean", "" },
        { "consideration", NULL, "customers", "2" },
        { "consideration", NULL, "entries", "4" },
        { "consideration", NULL, "forward", "1" },
        { "consideration", NULL, "skip", "0" },
        { "consideration", NULL, "back", "1" },
        { "consideration", NULL, "back_rate", "0.25" },
        { "consideration", NULL, "exits", "1" },
        { "consideration", NULL, "exit_rate", "0.25" },
        { "consideration", NULL, "open_end", "1" },
        { "consideration", NULL, "dwell_median", "15" },
        { "consideration", NULL, "dwell_p90", "107" },
        { "consideration", NULL, "conversion", "1" },
        { "consideration", NULL, "to_next", "0.333333" },
        { "consideration", NULL, "emotion_mean", "1" },
        { "consideration", NULL, "emotion_customers", "2" },
        { "consideration", NULL, "emotion_sd", "0" },
        { "purchase", NULL, "goals", "1" },
        { "purchase", NULL, "exits", "0" },
        { "purchase", NULL, "skip_rate", "" },
        { "purchase", NULL, "to_next", "0" },
        { "purchase", NULL, "value", "50" },
        { "retention", NULL, "entries", "2" },
        { "retention", NULL, "back", "1" },
        { "retention", NULL, "exits", "1" },
        { "retention", NULL, "dwell_median", "50" },
        { "retention", NULL, "conversion_n", "1" },
        { "retention", NULL, "to_next", "" },
        { "retention", NULL, "pain", "4" },
        { "retention", NULL, "emotion_negative_share", "1" },
        { "(none)", NULL, "touchpoints", "1" },
        { "(none)", NULL, "events", "1" },
        { "(none)", NULL, "entries", "" },
        { "(none)", NULL, "open_end", "" },
        { "(none)", NULL, "to_next", "" },
    };
    check_wants("stages", wants, sizeof wants / sizeof *wants);
}
END_TEST

START_TEST(test_transitions)
{
    static const struct want wants[] = {
        { "(start)", "ad", "count", "2" },           { "(start)", "ad", "share_of_total", "0.125" },
        { "(start)", "ad", "proba_out_n", "4" },     { "(start)", "ad", "time_median", "" },
        { "(start)", "ad", "time_sum", "" },         { "ad", "page", "count", "2" },
        { "ad", "page", "unique_paths", "2" },       { "ad", "page", "customers", "2" },
        { "ad", "page", "avg_per_path", "0.5" },     { "ad", "page", "proba_out", "0.666667" },
        { "ad", "page", "proba_out_n", "3" },        { "ad", "page", "proba_out_low", "0.20766" },
        { "ad", "page", "proba_in", "0.4" },         { "ad", "page", "proba_in_n", "5" },
        { "ad", "page", "time_median", "35" },       { "ad", "page", "time_q95", "57.5" },
        { "ad", "page", "time_mean", "35" },         { "ad", "page", "time_min", "10" },
        { "ad", "page", "time_max", "60" },          { "ad", "page", "time_sum", "70" },
        { "ad", "page", "time_stdev", "35.355339" }, { "page", "(end)", "count", "1" },
        { "page", "(open)", "count", "1" },          { "order", "(end)", "proba_out", "1" },
        { "page", "mail", "time_stdev", "0" },
    };
    check_wants("transitions", wants, sizeof wants / sizeof *wants);
}
END_TEST

/* The whole file: names and order of columns are a contract. */
static const struct {
    const char *measure, *csv;
} files[] = {
    { "paths",
      "path,journeys,share,cum_share,length,customers,converted,lost,open,conversion,conversion_n,"
      "conversion_low,conversion_high,duration_median,value,emotion_mean,first_seen,last_seen,time_"
      "exact\n"
      "ad > help,1,0.25,0.25,2,1,0,1,0,0,1,0,0.793451,200,0,-2,2026-09-01T00:08:20Z,"
      "2026-09-01T00:11:40Z,yes\n"
      "ad > page > mail > page > order,1,0.25,0.5,5,1,1,0,0,1,1,0.206549,1,200,50,1,"
      "2026-09-01T00:00:00Z,2026-09-01T00:03:20Z,yes\n"
      "help > page,1,0.25,0.75,2,1,0,1,0,,0,,,100,0,-0.5,2026-09-01T00:16:40Z,"
      "2026-09-01T00:18:20Z,yes\n"
      "page > ad > page,1,0.25,1,3,1,0,0,1,,0,,,40,0,1,2026-09-01T00:00:10Z,"
      "2026-09-01T00:00:50Z,yes\n" },
    { "journeys",
      "customer,journey,state,phase,left_truncated,returned,start,end,duration,events,touchpoints,"
      "sessions,channels,first_touchpoint,last_touchpoint,goal_time,time_to_goal,value,"
      "emotion_mean,pain,path,engaged\n"
      "anna,1,converted,before,no,no,2026-09-01T00:00:00Z,2026-09-01T00:03:20Z,200,5,4,1,"
      "website; email; support,ad,order,2026-09-01T00:03:20Z,200,50,1,0,"
      "ad > page > mail > page > order,200\n"
      "anna,2,lost,after,no,no,2026-09-01T00:16:40Z,2026-09-01T00:18:20Z,100,2,2,1,"
      "support; website,help,page,,,0,-0.5,2,help > page,100\n"
      "bert,1,open,before,yes,no,2026-09-01T00:00:10Z,2026-09-01T00:00:50Z,40,3,2,1,"
      "website,page,page,,,0,1,0,page > ad > page,40\n"
      "cora,1,lost,before,no,no,2026-09-01T00:08:20Z,2026-09-01T00:11:40Z,200,2,2,1,"
      "website; support,ad,help,,,0,-2,2,ad > help,200\n" },
    { "events",
      "customer,journey,session,time,touchpoint,stage,channel,source,by,file,record,rule,value,"
      "score,emotion,campaign,content,keyword,item,reference,coarse,"
      "marketing_channel,medium,referrer,device,browser\n"
      "anna,1,1,2026-09-01T00:00:00Z,ad,awareness,website,web,customer,web.log,1,"
      "journey.yaml:1 ad,,,,,,,,,no,,,,,\n"
      "anna,1,1,2026-09-01T00:01:00Z,page,consideration,website,web,customer,web.log,2,"
      "journey.yaml:5 page,,,1,,,,,,no,,,,,\n"
      "anna,1,,2026-09-01T00:01:30Z,mail,,email,post,company,post.log,1,"
      "journey.yaml:3 mail,,,,,,,,,no,,,,,\n"
      "anna,1,1,2026-09-01T00:02:00Z,page,consideration,support,desk,customer,desk.log,1,"
      "journey.yaml:5 page,,,1,,,,,,no,,,,,\n"
      "anna,1,1,2026-09-01T00:03:20Z,order,purchase,website,web,customer,web.log,3,"
      "journey.yaml:4 order,50,,,,,,'=lamp,,no,,,,,\n"
      "anna,2,2,2026-09-01T00:16:40Z,help,retention,support,desk,customer,desk.log,2,"
      "journey.yaml:2 help,,,-2,,,,,,no,,,,,\n"
      "anna,2,2,2026-09-01T00:18:20Z,page,consideration,website,web,customer,web.log,4,"
      "journey.yaml:5 page,,,1,,,,,,no,,,,,\n"
      "bert,1,1,2026-09-01T00:00:10Z,page,consideration,website,web,customer,web.log,5,"
      "journey.yaml:5 page,,,1,,,,,,no,,,,,\n"
      "bert,1,1,2026-09-01T00:00:40Z,ad,awareness,website,web,customer,web.log,6,"
      "journey.yaml:1 ad,,,,,,,,,no,,,,,\n"
      "bert,1,1,2026-09-01T00:00:50Z,page,consideration,website,web,customer,web.log,7,"
      "journey.yaml:5 page,,,1,,,,,,yes,,,,,\n"
      "cora,1,1,2026-09-01T00:08:20Z,ad,awareness,website,web,customer,web.log,8,"
      "journey.yaml:1 ad,,,,,,,,,no,,,,,\n"
      "cora,1,1,2026-09-01T00:11:40Z,help,retention,support,desk,customer,desk.log,3,"
      "journey.yaml:2 help,,,-2,,,,,,no,,,,,\n"
      "dora,,,2026-09-01T00:05:00Z,mail,,email,post,company,post.log,2,"
      "journey.yaml:3 mail,,,,,,,,,no,,,,,\n" },
    { "coverage", "source,file,what,name,count,first,last\n"
                  "web,web.log,bytes,,1000,,\n"
                  "web,web.log,records,,12,2026-09-01T00:00:00Z,2026-09-01T00:18:20Z\n"
                  "web,web.log,matched,,8,,\n"
                  "web,web.log,unmatched,,3,,\n"
                  "web,web.log,rejected,does not fit the format,1,,\n"
                  "web,web.log,headers,,1,,\n"
                  "web,web.log,events,journey.yaml:1 ad,3,,\n"
                  "web,web.log,events,journey.yaml:4 order,1,,\n"
                  "web,web.log,events,journey.yaml:5 page,4,,\n"
                  "web,web.log,limit,journey.yaml:5 page,2,,\n"
                  "web,web.log,damage,checksum of member 2 is wrong,1,,\n"
                  "desk,desk.log,bytes,,0,,\n"
                  "desk,desk.log,records,,3,2026-09-01T00:02:00Z,2026-09-01T00:16:40Z\n"
                  "desk,desk.log,matched,,3,,\n"
                  "desk,desk.log,unmatched,,0,,\n"
                  "desk,desk.log,events,journey.yaml:2 help,2,,\n"
                  "desk,desk.log,events,journey.yaml:5 page,1,,\n"
                  "post,post.log,bytes,,0,,\n"
                  "post,post.log,records,,2,2026-09-01T00:01:30Z,2026-09-01T00:05:00Z\n"
                  "post,post.log,matched,,2,,\n"
                  "post,post.log,unmatched,,0,,\n"
                  "post,post.log,events,journey.yaml:3 mail,2,,\n"
                  "desk,,dead rule,journey.yaml:1 ad,0,,\n"
                  "post,,dead rule,journey.yaml:1 ad,0,,\n"
                  "(all),,events,,13,2026-09-01T00:00:00Z,2026-09-01T00:18:20Z\n"
                  "(all),,events in journeys,,12,,\n"
                  "(all),,unattached,,1,,\n"
                  "(all),,unattached touchpoint,mail,1,,\n" },
    { "rejects", "source,file,record,reason,detail,text\n"
                 "web,web.log,4,does not fit the format,\"no \"\" at the end\","
                 "a\\x00b\\xffgr\xc3\xbc\xc3\x9f\\x0a\xe2\x82\xac\\xe2\n" },
};

START_TEST(test_files)
{
    struct builder b;
    const struct world *w = acme(&b);
    struct input_file *web = &b.files[0];
    uint64_t limits[5] = { [PAGE] = 2 };
    struct reject_sample sample = { 4, REJECT_LAYOUT, STR("no \" at the end"),
                                    STR("a\0b\xff"
                                        "gr\xc3\xbc\xc3\x9f\n\xe2\x82\xac\xe2") };
    web->bytes = 1000;
    web->unmatched = 3;
    web->rejected[REJECT_LAYOUT] = 1;
    web->records += 4;
    web->headers = 1;
    web->rule_limits = limits;
    web->damage = STR("checksum of member 2 is wrong");
    web->samples = &sample;
    web->nsamples = 1;
    for (size_t r = 0; r < b.plan.nrules; r++)
        for (size_t s = 0; s < b.plan.nsources; s++)
            b.rules[r].applies[s] = r == AD ? s > 0 : false;

    const struct measure *m = measure_find(files[_i].measure);
    void *tally = m->begin ? m->begin(w) : NULL;
    for (uint32_t c = 0; tally && c < w->customers->n; c++)
        measure_add(m, tally, w, c);
    struct str got = csv_of(m, tally, w);
    ck_assert_str_is(got, files[_i].csv);
    free((char *)got.p);
    if (tally)
        m->free(tally);
    builder_free(&b);
}
END_TEST

/* ---- the running example ---- */

static const char *const activities[] = {
    "check ticket",     "decide",           "examine casually",   "examine thoroughly",
    "pay compensation", "register request", "reinitiate request", "reject request",
};

/* Seconds from 2010-12-30 00:00 UTC and activity; cases 1 to 6, each ended by a negative time. */
static const struct {
    int seconds, activity;
} steps[] = {
    { 36120, 5 },   { 119160, 3 },  { 569520, 0 },  { 641880, 1 },  { 739440, 7 },  { -1, 0 },
    { 37920, 5 },   { 40320, 0 },   { 47760, 2 },   { 555720, 1 },  { 817500, 4 },  { -1, 0 },
    { 48720, 5 },   { 50760, 2 },   { 56040, 0 },   { 634680, 1 },  { 645480, 6 },  { 648360, 3 },
    { 816180, 0 },  { 896100, 1 },  { 1417500, 4 }, { -1, 0 },      { 655320, 5 },  { 731160, 0 },
    { 826980, 3 },  { 903720, 1 },  { 1176240, 7 }, { -1, 0 },      { 633720, 5 },  { 724560, 2 },
    { 814920, 0 },  { 995280, 1 },  { 1091880, 6 }, { 1344780, 0 }, { 1522200, 2 }, { 1765080, 1 },
    { 1856880, 6 }, { 1929960, 2 }, { 1938840, 0 }, { 2117520, 1 }, { 2210160, 7 }, { -1, 0 },
    { 655320, 5 },  { 659160, 2 },  { 746520, 0 },  { 748320, 1 },  { 1507620, 4 }, { -1, 0 },
};

static const struct world *running(struct builder *b)
{
    builder_init(b, NULL);
    builder_source(b, "log", "office");
    for (size_t i = 0; i < sizeof activities / sizeof *activities; i++)
        builder_touchpoint(b, activities[i], STAGE_NONE);
    char name[] = "0";
    for (size_t i = 0; i < sizeof steps / sizeof *steps; i++) {
        if (i == 0 || steps[i - 1].seconds < 0) {
            name[0]++;
            builder_customer(b, name);
            builder_journey(b, JOURNEY_LOST);
        }
        if (steps[i].seconds >= 0)
            builder_event(b, steps[i].seconds, (uint32_t)steps[i].activity, 0);
    }
    return builder_world(b);
}

static const struct {
    const char *from, *to;
    uint64_t n;
    double median, q95, mean, min, max, sum, stdev; /* seconds */
} edges[] = {
    { "check ticket", "decide", 6, 129300, 479070, 181960, 1800, 578640, 1091760, 206034.117563 },
    { "examine casually", "check ticket", 4, 48120, 89910, 47970, 5280, 90360, 191880,
      47254.447410 },
    { "decide", "pay compensation", 3, 521400, 735510, 514160, 261780, 759300, 1542480,
      248839.005785 },
    { "decide", "reinitiate request", 3, 91800, 96120, 66400, 10800, 96600, 199200, 48210.787175 },
    { "decide", "reject request", 3, 97560, 255024, 154240, 92640, 272520, 462720, 102463.019671 },
    { "register request", "examine casually", 3, 3840, 82140, 32240, 2040, 90840, 96720,
      50757.068473 },
    { "check ticket", "examine casually", 2, 92430, 168921, 92430, 7440, 177420, 184860,
      120194.010666 },
    { "examine casually", "decide", 2, 375420, 494706, 375420, 242880, 507960, 750840,
      187439.865557 },
    { "examine thoroughly", "check ticket", 2, 309090, 436233, 309090, 167820, 450360, 618180,
      199785.949956 },
    { "register request", "check ticket", 2, 39120, 72168, 39120, 2400, 75840, 78240,
      51929.922010 },
    { "check ticket", "examine thoroughly", 1, 95820, 95820, 95820, 95820, 95820, 95820, 0 },
    { "examine thoroughly", "decide", 1, 76740, 76740, 76740, 76740, 76740, 76740, 0 },
    { "register request", "examine thoroughly", 1, 83040, 83040, 83040, 83040, 83040, 83040, 0 },
    { "reinitiate request", "check ticket", 1, 252900, 252900, 252900, 252900, 252900, 252900, 0 },
    { "reinitiate request", "examine casually", 1, 73080, 73080, 73080, 73080, 73080, 73080, 0 },
    { "reinitiate request", "examine thoroughly", 1, 2880, 2880, 2880, 2880, 2880, 2880, 0 },
};

static void check_seconds(const struct table *t, size_t row, const char *column, double want)
{
    ck_assert_double_eq_tol((double)table_cell(t, row, column)->i / 1e6, want, 2e-6);
}

START_TEST(test_running_example)
{
    struct builder b;
    struct table t;
    table_of(&t, "transitions", running(&b));
    ck_assert_uint_eq(t.nrows, 16 + 1 + 2);
    for (size_t i = 0; i < sizeof edges / sizeof *edges; i++) {
        size_t row = row_of(&t, edges[i].from, edges[i].to);
        ck_assert_uint_eq(count_in(&t, row, "count"), edges[i].n);
        check_seconds(&t, row, "time_median", edges[i].median);
        check_seconds(&t, row, "time_q95", edges[i].q95);
        check_seconds(&t, row, "time_mean", edges[i].mean);
        check_seconds(&t, row, "time_min", edges[i].min);
        check_seconds(&t, row, "time_max", edges[i].max);
        check_seconds(&t, row, "time_sum", edges[i].sum);
        check_seconds(&t, row, "time_stdev", edges[i].stdev);
    }
    ck_assert_uint_eq(count_in(&t, row_of(&t, "(start)", "register request"), "count"), 6);
    ck_assert_uint_eq(count_in(&t, row_of(&t, "reject request", "(end)"), "count"), 3);
    ck_assert_uint_eq(count_in(&t, row_of(&t, "pay compensation", "(end)"), "count"), 3);
    table_free(&t);
    table_of(&t, "paths", &b.world);
    ck_assert_uint_eq(t.nrows, 6);
    table_free(&t);
    table_of(&t, "touchpoints", &b.world);
    ck_assert_uint_eq(count_in(&t, row_of(&t, "check ticket", NULL), "events"), 9);
    ck_assert_uint_eq(count_in(&t, row_of(&t, "examine thoroughly", NULL), "events"), 3);
    ck_assert_uint_eq(column_sum(&t, "events"), 42);
    table_free(&t);
    builder_free(&b);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("measure");
    tcase_add_test(new_case(s, "touchpoints"), test_touchpoints);
    tcase_add_test(new_case(s, "stages"), test_stages);
    tcase_add_test(new_case(s, "transitions"), test_transitions);
    tcase_add_loop_test(new_case(s, "files"), test_files, 0, ROWS(files));
    tcase_add_test(new_case(s, "running example"), test_running_example);
    return s;
}
