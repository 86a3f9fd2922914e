/* test_journey.c - sessions and journeys of one customer, by hand from definitions.md 2.2 and 2.3.
 *
 * A case is one line: "a0 b10m G1d=5 m2d/x | goal=G J=30d". Each word is an event: its touchpoint
 * (one letter; m is the company's), its time, after = a value, after / a campaign. Behind the bar
 * stand settings: goal, close, first, boundary (a touchpoint); grace, J, timeout, max (spans,
 * J=never too); begin, end (T_begin and T_end, by default 1000 days before the first and at the
 * last event); campaign=off.
 */
#include "journey/journeys.h"
#include "unit.h"

#include "events.h"

enum { LETTERS = 128 };

struct line {
    struct plan plan;
    struct source source;
    struct rule rules[LETTERS];
    struct str settings[4]; /* goal, close, first, boundary */
    struct event_set set;
    struct customers customers;
    struct world world;
    int64_t begin, end;
};

/* "1d2h", "-5d", "0", "30m": days, hours, minutes, seconds, u for microseconds. Steps over it. */
static int64_t span_read(const char **p)
{
    int64_t sum = 0;
    bool minus = **p == '-';
    *p += minus;
    while (**p >= '0' && **p <= '9') {
        int64_t n = 0;
        for (; **p >= '0' && **p <= '9'; ++*p)
            n = n * 10 + (**p - '0');
        switch (**p) {
        case 'd':
            n *= DAY;
            break;
        case 'h':
            n *= 3600 * SECOND;
            break;
        case 'm':
            n *= 60 * SECOND;
            break;
        case 's':
            n *= SECOND;
            break;
        case 'u':
            break;
        default:
            sum += n;
            ck_assert_int_eq(n, 0); /* only 0 needs no unit */
            continue;
        }
        ++*p;
        sum += n;
    }
    return minus ? -sum : sum;
}

static void line_event(struct line *l, const char *word, uint64_t record, uint32_t who)
{
    char name[2] = { *word++, '\0' };
    struct event e = { .origin = origin(0, record), .who = who };
    e.time = span_read(&word);
    e.touch = set_touch(&l->set, name);
    e.rule = (uint16_t)name[0];
    struct str texts[ATTRS] = { { NULL, 0 } };
    if (*word == '=')
        texts[ATTR_VALUE] = str_c(word + 1);
    if (*word == '/')
        texts[ATTR_CAMPAIGN] = str_c(word + 1);
    e.attrs = set_attrs(&l->set, texts);
    event_set_add(&l->set, &e);
    l->end = e.time;
}

static void line_setting(struct line *l, const char *word)
{
    static const char *const names[] = { "goal", "close", "first", "boundary" };
    struct names *lists[] = { &l->plan.journey.goal, &l->plan.journey.close, &l->plan.journey.first,
                              &l->plan.session.boundary };
    const char *value = strchr(word, '=') + 1;
    struct str key = { word, (size_t)(value - word - 1) };
    for (size_t i = 0; i < 4; i++) {
        if (!str_eq(key, str_c(names[i])))
            continue;
        l->settings[i] = str_c(value);
        *lists[i] = (struct names){ &l->settings[i], 1 };
        return;
    }
    if (str_eq(key, STR("campaign"))) {
        l->plan.session.campaign = false;
        return;
    }
    bool never = strcmp(value, "never") == 0;
    int64_t span = never ? INT64_MAX : span_read(&value);
    if (str_eq(key, STR("J")))
        l->plan.journey.inactivity = span;
    else if (str_eq(key, STR("grace")))
        l->plan.journey.grace = span;
    else if (str_eq(key, STR("timeout")))
        l->plan.session.timeout = span;
    else if (str_eq(key, STR("max")))
        l->plan.session.max = span;
    else if (str_eq(key, STR("begin")))
        l->begin = span;
    else if (str_eq(key, STR("end")))
        l->end = span;
    else
        ck_abort_msg("no setting '%.*s'", STR_ARG(key));
}

static void line_make(struct line *l, const char *text)
{
    *l = (struct line){ 0 };
    l->plan.journey.inactivity = 90 * DAY;
    l->plan.session = (struct session_rules){ .timeout = 1800 * SECOND, .max = DAY, .campaign = true };
    l->plan.sources = &l->source;
    l->plan.nsources = 1;
    l->plan.rules = l->rules;
    l->plan.nrules = LETTERS;
    for (int i = 0; i < LETTERS; i++)
        l->rules[i].emotion = EMOTION_NONE;
    l->rules['m'].company = true;
    l->begin = -1000 * DAY;
    event_set_init(&l->set);
    uint32_t id = set_id(&l->set, ID_USER, STR("ann"));
    uint32_t who = set_who(&l->set, &id, 1);
    bool settings = false;
    uint64_t record = 0;
    struct str rest = arena_keep(&l->set.arena, str_c(text));
    while (rest.n) {
        struct str word = str_cut(&rest, ' ');
        const char *c = arena_keep(&l->set.arena, word).p;
        if (word.n && *c == '|')
            settings = true;
        else if (word.n && settings)
            line_setting(l, c);
        else if (word.n)
            line_event(l, c, ++record, who);
    }
    set_files(&l->set, 1);
    l->set.files[0].first = l->begin;
    l->set.files[0].last = l->end;
    event_set_seal(&l->set, &(struct intern){ 0 }, 1);
    const struct name_key raw = { .raw = true };
    identity_join(&l->set, &(struct identity_rules){ 0 }, &raw, 1, &l->customers);
    world_make(&l->plan, &l->set, &l->customers, 1, &l->world);
}

static void line_free(struct line *l)
{
    world_free(&l->world);
    customers_free(&l->customers);
    event_set_free(&l->set);
}

/* ---- sessions: the number of each event ---- */

static const struct {
    const char *what, *line, *want;
} sessions[] = {
    { "shorter pause", "a0 b29m59s", "1 1" },
    { "a pause as long as the timeout", "a0 b30m", "1 2" },
    { "from the last event, not the first", "a0 b29m c58m d1h27m", "1 1 1 1" },
    { "one microsecond", "a0 b1u | timeout=1u", "1 2" },
    { "ties", "a0 b0 c0", "1 1 1" },
    { "timeout never", "a0 b5h | timeout=never", "1 1" },
    { "the company does not extend", "a0 m20m b40m", "1 0 2" },
    { "the company does not open", "m0 a1m m2m", "0 1 0" },
    { "max, at the new event", "a0 b29m c58m d1h | max=1h", "1 1 1 2" },
    { "max not yet", "a0 b29m c58m d59m59s | max=1h", "1 1 1 1" },
    { "max counts from the session's first", "a0 b40m c1h5m d1h34m e1h50m | max=1h", "1 2 2 2 3" },
    { "max never", "a0 b29m c58m d1h | max=never", "1 1 1 1" },
    { "another campaign", "a0/x b1m c2m/x d3m/y e4m f5m/x", "1 1 1 2 2 3" },
    { "from none to a campaign", "a0 b1m/x c2m/y", "1 1 2" },
    { "A, none, A", "a0/x b1m c2m/x", "1 1 1" },
    { "a new session forgets the campaign", "a0/x b1h c1h1m/y", "1 2 2" },
    { "campaigns of the company", "a0/x m1m/y b2m/x", "1 0 1" },
    { "campaigns cut nothing when they are off", "a0/x b1m/y | campaign=off", "1 1" },
    { "a boundary begins the new one", "a0 B1m c2m B3m | boundary=B", "1 2 2 3" },
    { "a boundary first", "B0 a1m | boundary=B", "1 1" },
    { "goals cut no session", "a0 G1m b2m | goal=G", "1 1 1" },
};

START_TEST(sessions_are_cut)
{
    struct line l;
    line_make(&l, sessions[_i].line);
    struct str got = { "", 0 };
    for (size_t i = 0; i < l.world.n; i++)
        got =
            arena_printf(&l.set.arena, "%.*s%s%u", STR_ARG(got), i ? " " : "", l.world.session[i]);
    ck_assert_str_is(got, sessions[_i].want);
    line_free(&l);
}
END_TEST

/* ---- journeys: first+n state, s sessions, flags, v value in millionths ---- */

static const struct {
    const char *what, *line, *want;
} journeys[] = {
    { "one event", "a0", "0+1 open s1" },
    { "to the goal", "a0 b10m G1d m2d | goal=G", "0+3 converted s2" },
    { "no goal in the project", "a0 G1d", "0+2 open s2" },
    { "ties with the goal stay in (A03)", "a0 G1d c1d d1d1s | goal=G",
      "0+3 converted s2, 3+1 open s1 after" },
    { "one microsecond behind the goal", "G0 a1u | goal=G", "0+1 converted s1, 1+1 open s1 after" },
    { "grace, its end too", "a0 G1d b2d c2d1u | goal=G grace=1d",
      "0+3 converted s3, 3+1 open s1 after" },
    { "a second goal does not prolong the grace", "G0=10 G1d=5 a1d12h | goal=G grace=1d",
      "0+2 converted s2 v15000000, 2+1 open s1 after" },
    { "only goals have value", "a0=7 G1d=2.5 b1d=9 | goal=G", "0+3 converted s2 v2500000" },
    { "a refund", "G0=-3 | goal=G", "0+1 converted s1 v-3000000" },
    { "values that do not fit", "G0=9223372036853 G0=9223372036853 | goal=G",
      "0+2 converted s1 v9223372036854775807" },
    { "a value that is none", "G0=abc | goal=G", "0+1 converted s1" },
    { "a pause of J", "a0 b90d", "0+1 lost s1 returned, 1+1 open s1" },
    { "a pause of less", "a0 b89d23h59m59s", "0+2 open s2" },
    { "lost at the end of the data", "a0 | end=90d", "0+1 lost s1" },
    { "open at the end of the data", "a0 | end=89d23h", "0+1 open s1" },
    { "behind the end of the data", "a0 | end=-5d", "0+1 open s1" },
    { "events behind T_end count (A02)", "a0 b100d | end=95d",
      "0+1 lost s1 returned, 1+1 open s1" },
    { "converted is never lost", "G0 | goal=G end=200d", "0+1 converted s1" },
    { "converted, then back after a pause", "G0 a100d | goal=G",
      "0+1 converted s1, 1+1 open s1 after" },
    { "a pause cuts the grace", "G0 a40d b60d | goal=G grace=100d J=30d",
      "0+1 converted s1, 1+2 open s2 after" },
    { "closed", "a0 C1d b2d | close=C", "0+2 lost s2, 2+1 open s1" },
    { "closed and back long after: not returned", "a0 C1d b200d | close=C",
      "0+2 lost s2, 2+1 open s1" },
    { "closed at once: ties are out", "C0 a0 | close=C", "0+1 lost s1, 1+1 open s1" },
    { "closed within the grace", "a0 G1d C2d b3d | goal=G close=C grace=5d",
      "0+3 converted s3, 3+1 open s1 after" },
    { "goal and close in one", "a0 G1d G1d | goal=G close=G",
      "0+2 converted s2, 2+1 converted s1 after" },
    { "closed: the company is out", "a0 C1d m1d | close=C", "0+2 lost s2" },
    { "the company belongs, but opens nothing", "m0 a1d m2d b3d m4d", "1+4 open s2" },
    { "the company alone", "m0 m1d", "" },
    { "the company keeps nobody (A08)", "a0 m60d m120d | end=120d", "0+2 lost s1" },
    { "the company at J is out", "a0 m90d", "0+1 lost s1" },
    { "the company before J is in", "a0 m89d | end=90d", "0+2 lost s1" },
    { "the company between journeys", "a0 m50d m95d b120d", "0+2 lost s1 returned, 3+1 open s1" },
    { "the company within the grace", "G0 m1d m3d | goal=G grace=2d", "0+2 converted s1" },
    { "the company ties with the goal", "G0 m0 | goal=G", "0+2 converted s1" },
    { "the company at the first event, before it", "m0 a0", "1+1 open s1" },
    { "the company reaches no goal, closes nothing", "a0 m1d b2d | goal=m close=m", "0+3 open s2" },
    { "never", "a0 b500d | J=never end=5000d begin=0", "0+2 open s2" },
    { "never, but closed", "C0 b500d | J=never close=C", "0+1 lost s1, 1+1 open s1" },
    { "truncated", "a0 | begin=-89d", "0+1 open s1 truncated" },
    { "J after the beginning", "a0 | begin=-90d", "0+1 open s1" },
    { "before the beginning of others", "a0 | begin=5d end=6d", "0+1 open s1 truncated" },
    { "known first (A04)", "F0 a1d | begin=0 first=F", "0+2 open s2" },
    { "known first, but not first", "a0 F1d | begin=0 first=F", "0+2 open s2 truncated" },
    { "known first behind a mail", "m0 F1d | begin=0 first=F", "1+1 open s1" },
    { "an earlier journey is evidence", "G0 a1d | begin=0 goal=G",
      "0+1 converted s1 truncated, 1+1 open s1 after" },
    { "after a goal, again a goal", "G0 a1d G2d b3d | goal=G",
      "0+1 converted s1, 1+2 converted s2 after, 3+1 open s1 after" },
    { "lost is not converted before", "a0 b100d G200d c201d | goal=G",
      "0+1 lost s1 returned, 1+1 lost s1 returned, 2+1 converted s1, 3+1 open s1 after" },
    { "a session across two journeys counts in both", "a0 G1m b2m | goal=G",
      "0+2 converted s1, 2+1 open s1 after" },
};

static struct str journeys_say(const struct world *w, struct arena *a)
{
    struct str got = { "", 0 };
    for (size_t i = 0; i < w->njourneys; i++) {
        const struct journey *j = &w->journeys[i];
        got = arena_printf(a, "%.*s%s%zu+%u %s s%u%s%s%s", STR_ARG(got), i ? ", " : "", j->first,
                           j->n, journey_state_names[j->state], j->sessions,
                           j->left_truncated ? " truncated" : "", j->returned ? " returned" : "",
                           j->after ? " after" : "");
        if (j->value)
            got = arena_printf(a, "%.*s v%lld", STR_ARG(got), (long long)j->value);
    }
    return got;
}

START_TEST(journeys_are_cut)
{
    struct line l;
    line_make(&l, journeys[_i].line);
    const struct world *w = &l.world;
    ck_assert_str_is(journeys_say(w, &l.set.arena), journeys[_i].want);
    for (size_t i = 0; i < w->njourneys; i++) {
        const struct journey *j = &w->journeys[i];
        ck_assert_uint_eq(j->number, i + 1);
        ck_assert_int_eq(j->start, w->events[j->first].time);
        ck_assert_int_le(j->end, w->events[j->first + j->n - 1].time);
        ck_assert_int_eq(j->goal_time != TIME_NONE, j->state == JOURNEY_CONVERTED);
    }
    line_free(&l);
}
END_TEST

START_TEST(times_of_a_journey)
{
    struct line l;
    line_make(&l, "a1d G2d b3d G4d m5d | goal=G grace=10d");
    const struct journey *j = l.world.journeys;
    ck_assert_uint_eq(l.world.njourneys, 1);
    ck_assert_int_eq(j->start, 1 * DAY);
    ck_assert_int_eq(j->goal_time, 2 * DAY);
    ck_assert_int_eq(j->end, 4 * DAY); /* the company's last event extends nothing */
    ck_assert_uint_eq(j->n, 5);
    line_free(&l);
}
END_TEST

START_TEST(times_at_the_ends_of_64_bits)
{
    struct line l;
    line_make(&l, "a0 G0 b0 | goal=G");
    struct event *ev = l.world.events;
    uint32_t session[3];
    struct journey out[3];
    ev[0].time = INT64_MIN + 1;
    ev[1].time = 0;
    ev[2].time = INT64_MAX;
    sessions_cut(&l.world, ev, 3, session);
    ck_assert_uint_eq(session[2], 3);
    ck_assert_uint_eq(journeys_cut(&l.world, ev, 3, session, out), 3);
    ck_assert_uint_eq(journeys_cut(&l.world, ev, 3, session, NULL), 3);
    ck_assert_int_eq(out[0].state, JOURNEY_LOST);
    ck_assert_int_eq(out[1].state, JOURNEY_CONVERTED);
    l.plan.journey.inactivity = l.plan.session.timeout = l.plan.session.max = INT64_MAX;
    l.plan.journey.grace = INT64_MAX;
    sessions_cut(&l.world, ev, 3, session);
    ck_assert_uint_eq(session[2], 1);
    ck_assert_uint_eq(journeys_cut(&l.world, ev, 3, session, out), 1);
    line_free(&l);
}
END_TEST

/* ---- what events say ---- */

static const struct {
    const char *attr; /* emotion in the record; NULL: none */
    int64_t rule, want;
} emotions[] = {
    { NULL, EMOTION_NONE, EMOTION_NONE }, { NULL, -1500000, -1500000 },
    { "1.25", -1500000, 1250000 },        { "-7", 0, -2000000 },
    { "2.000001", 0, 2000000 },           { "0", 2000000, 0 },
    { "good", 1000000, 1000000 },         { "", EMOTION_NONE, EMOTION_NONE },
};

START_TEST(emotions_are_read)
{
    struct line l;
    line_make(&l, "a0");
    struct str texts[ATTRS] = { { NULL, 0 } };
    texts[ATTR_EMOTION] = str_c(emotions[_i].attr);
    struct event e = l.world.events[0];
    e.attrs = set_attrs(&l.set, texts);
    figures_read(&l.world);
    l.rules['a'].emotion = emotions[_i].rule;
    l.rules['a'].pain = 3000000;
    ck_assert_int_eq(event_emotion(&l.world, &e), emotions[_i].want);
    ck_assert_int_eq(event_pain(&l.world, &e), 3000000);
    ck_assert_int_eq(event_value(&l.world, &e), 0);
    ck_assert_uint_eq(event_source(&l.world, &e), 0);
    line_free(&l);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("journey");
    TCase *cut = new_case(s, "cut");
    tcase_add_loop_test(cut, sessions_are_cut, 0, ROWS(sessions));
    tcase_add_loop_test(cut, journeys_are_cut, 0, ROWS(journeys));
    tcase_add_test(cut, times_of_a_journey);
    tcase_add_test(cut, times_at_the_ends_of_64_bits);
    TCase *says = new_case(s, "says");
    tcase_add_loop_test(says, emotions_are_read, 0, ROWS(emotions));
    return s;
}
