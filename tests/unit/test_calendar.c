/* test_calendar.c - business hours, worked out by hand with a calendar: in Berlin the clocks go
 * forward on 2026-03-29 at 02:00 (that Sunday has 23 hours) and back on 2026-10-25 at 03:00 (25).
 */
#include "base/calendar.h"
#include "unit.h"

enum { MON, TUE, WED, THU, FRI, SAT, SUN };

#define HOUR (3600 * SECOND)

/* An instant by the clock in Berlin. */
static int64_t at(const struct zone *z, int year, int month, int day, int hour, int minute)
{
    return zone_to_utc(z,
                       days_from_date(year, month, day) * DAY + hour * HOUR + minute * 60 * SECOND);
}

/* Weekdays 9 to 12 and 13 to 17, Saturday 10 to 14, Sunday all day; closed on 2026-12-25. */
static struct calendar *office(const struct zone *z)
{
    static const struct hours list[] = {
        { FRI, 780, 1020 }, { MON, 540, 720 },  { MON, 780, 1020 },
        { TUE, 540, 1020 }, { WED, 540, 1020 }, { THU, 540, 1020 },
        { FRI, 540, 720 },  { SAT, 600, 840 },  { SUN, 0, 1440 },
    };
    int64_t christmas = days_from_date(2026, 12, 25);
    return calendar_new(z, list, sizeof list / sizeof *list, &christmas, 1);
}

static const struct {
    int from[5], to[5];
    double hours;
} spans[] = {
    { { 2026, 9, 7, 9, 0 }, { 2026, 9, 7, 17, 0 }, 7 },      /* a Monday: the lunch is closed */
    { { 2026, 9, 7, 12, 15 }, { 2026, 9, 7, 12, 45 }, 0 },   /* at lunch */
    { { 2026, 9, 7, 8, 0 }, { 2026, 9, 7, 9, 0 }, 0 },       /* until it opens */
    { { 2026, 9, 7, 16, 30 }, { 2026, 9, 8, 9, 30 }, 1 },    /* over night */
    { { 2026, 9, 4, 16, 0 }, { 2026, 9, 7, 9, 30 }, 29.5 },  /* 1 + 4 + 24 + 0.5 */
    { { 2026, 12, 24, 16, 0 }, { 2026, 12, 26, 10, 0 }, 1 }, /* the 25th is closed */
    { { 2026, 3, 29, 0, 0 }, { 2026, 3, 30, 0, 0 }, 23 },    /* clocks forward */
    { { 2026, 3, 29, 1, 30 }, { 2026, 3, 29, 3, 30 }, 1 },
    { { 2026, 10, 25, 0, 0 }, { 2026, 10, 26, 0, 0 }, 25 }, /* clocks back */
    { { 2026, 9, 7, 10, 0 }, { 2026, 9, 7, 10, 0 }, 0 },
    { { 2026, 9, 7, 11, 0 }, { 2026, 9, 7, 10, 0 }, -1 },
    { { 1950, 1, 1, 0, 0 }, { 1960, 1, 1, 0, 0 }, 0 }, /* before all that is known */
    { { 2101, 1, 2, 0, 0 }, { 2102, 1, 1, 0, 0 }, 0 },
};

START_TEST(test_between)
{
    struct zone *z = zone_new(STR("Europe/Berlin"));
    struct calendar *c = office(z);
    const int *f = spans[_i].from, *t = spans[_i].to;
    int64_t open = calendar_between(c, at(z, f[0], f[1], f[2], f[3], f[4]),
                                    at(z, t[0], t[1], t[2], t[3], t[4]));
    ck_assert_int_eq(open, (int64_t)(spans[_i].hours * (double)HOUR));
    calendar_free(c);
    zone_free(z);
}
END_TEST

/* Time that is cut anywhere is as long as its parts, and never longer than the clock says. */
START_TEST(test_adds_up)
{
    struct zone *z = zone_new(STR("America/Sao_Paulo")); /* its clocks used to change at midnight */
    struct calendar *c = office(z);
    int64_t start = at(z, 2017, 10, 1, 0, 0), step = 37 * 60 * SECOND, sum = 0;
    for (int i = 0; i < 20000; i++) {
        int64_t part = calendar_between(c, start + i * step, start + (i + 1) * step);
        ck_assert_int_ge(part, 0);
        ck_assert_int_le(part, step);
        sum += part;
    }
    ck_assert_int_eq(sum, calendar_between(c, start, start + 20000 * step));
    calendar_free(c);
    zone_free(z);
}
END_TEST

static const struct {
    const char *text;
    unsigned days; /* bits; 0: no weekdays */
} weekdays[] = {
    { "mon", 1 },      { "mon-fri", 31 }, { "sat,sun", 96 }, { "mon, wed-fri", 29 },
    { "sat-mon", 97 }, { "sun-sun", 64 }, { "", 0 },         { "monday", 0 },
    { "mon-", 0 },     { "-fri", 0 },     { "mon-fry", 0 },  { "mon,,tue", 0 },
};

START_TEST(test_weekdays)
{
    unsigned days;
    bool good = weekdays_parse(str_c(weekdays[_i].text), &days);
    ck_assert_msg(good == (weekdays[_i].days != 0), "%s", weekdays[_i].text);
    if (good)
        ck_assert_uint_eq(days, weekdays[_i].days);
}
END_TEST

static const struct {
    const char *text;
    int from, to; /* -1: no hours */
} times[] = {
    { "09:00-17:30", 540, 1050 }, { "9:00 - 17:00", 540, 1020 },
    { "00:00-24:00", 0, 1440 },   { "17:00-09:00", -1, 0 },
    { "09:00-09:00", -1, 0 },     { "09:60-10:00", -1, 0 },
    { "09:00-24:01", -1, 0 },     { "9-17", -1, 0 },
    { "09:00", -1, 0 },           { "", -1, 0 },
    { "a9:00-17:00", -1, 0 },     { "09:00-17:00-18:00", -1, 0 },
};

START_TEST(test_hours)
{
    int from, to;
    bool good = hours_parse(str_c(times[_i].text), &from, &to);
    ck_assert_msg(good == (times[_i].from >= 0), "%s", times[_i].text);
    if (good) {
        ck_assert_int_eq(from, times[_i].from);
        ck_assert_int_eq(to, times[_i].to);
    }
}
END_TEST

START_TEST(test_overlap)
{
    struct hours list[] = { { MON, 540, 720 }, { MON, 720, 800 }, { TUE, 600, 700 } };
    ck_assert(!hours_overlap(list, 3));
    list[2].weekday = MON;
    ck_assert(hours_overlap(list, 3));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("calendar");
    tcase_add_loop_test(new_case(s, "between"), test_between, 0, ROWS(spans));
    tcase_add_test(new_case(s, "adds up"), test_adds_up);
    tcase_add_loop_test(new_case(s, "weekdays"), test_weekdays, 0, ROWS(weekdays));
    tcase_add_loop_test(new_case(s, "hours"), test_hours, 0, ROWS(times));
    tcase_add_test(new_case(s, "overlap"), test_overlap);
    return s;
}
