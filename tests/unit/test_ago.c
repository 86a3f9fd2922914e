/* test_ago.c - lengths of time by the calendar; expectations worked out by hand and, for the change
 * of clocks, from the rules of Berlin (2026: +2 from 29 March to 25 October). */
#include "base/ago.h"
#include "unit.h"

static const struct {
    const char *text;
    int n; /* 0: refused */
    enum ago_unit unit;
} texts[] = {
    { "7d", 7, AGO_DAYS },  { "2w", 2, AGO_WEEKS }, { "6mo", 6, AGO_MONTHS },
    { "1y", 1, AGO_YEARS }, { "9999d", 9999, 0 },   { "", 0, 0 },
    { "6", 0, 0 },          { "6m", 0, 0 },         { "mo", 0, 0 },
    { "0d", 0, 0 },         { "-1d", 0, 0 },        { "1.5y", 0, 0 },
    { "10000d", 0, 0 },     { "6 mo", 0, 0 },       { "6mon", 0, 0 },
};

START_TEST(texts_are_read)
{
    struct ago ago;
    ck_assert_int_eq(ago_parse(str_c(texts[_i].text), &ago), texts[_i].n > 0);
    if (texts[_i].n) {
        ck_assert_int_eq(ago.n, texts[_i].n);
        ck_assert_int_eq(ago.unit, texts[_i].unit);
    }
}
END_TEST

static const struct {
    const char *ago, *from, *want; /* local times in Berlin; UTC */
} spans[] = {
    { "1d", "2026-07-02T12:00", "2026-06-30T22:00:00Z" },
    { "7d", "2026-07-01", "2026-06-23T22:00:00Z" },
    { "2w", "2026-07-01", "2026-06-16T22:00:00Z" },
    { "6mo", "2026-07-01", "2025-12-31T23:00:00Z" },
    { "6mo", "2026-08-31T23:59", "2026-02-27T23:00:00Z" },
    { "6mo", "2024-08-31", "2024-02-28T23:00:00Z" },
    { "1mo", "2026-03-31", "2026-02-27T23:00:00Z" },
    { "13mo", "2026-01-15", "2024-12-14T23:00:00Z" },
    { "1y", "2024-02-29", "2023-02-27T23:00:00Z" },
    { "4y", "2024-02-29", "2020-02-28T23:00:00Z" },
    { "1d", "2026-03-30T00:30", "2026-03-28T23:00:00Z" },
    { "1d", "2026-10-26T00:30", "2026-10-24T22:00:00Z" },
    { "1d", "1960-01-02", "1959-12-31T23:00:00Z" },
    { "9999y", "2026-01-01", "0001-01-01T00:00:00Z" },
};

START_TEST(midnights)
{
    struct zone *berlin = zone_new(STR("Europe/Berlin"));
    struct ago ago;
    int64_t t;
    char text[TIME_TEXT];
    ck_assert(ago_parse(str_c(spans[_i].ago), &ago));
    ck_assert(time_argument(str_c(spans[_i].from), berlin, &t));
    size_t n = time_text(ago_before(ago, t, berlin), text);
    ck_assert_str_is(((struct str){ text, n }), spans[_i].want);
    zone_free(berlin);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("ago");
    TCase *c = new_case(s, "ago");
    tcase_add_loop_test(c, texts_are_read, 0, ROWS(texts));
    tcase_add_loop_test(c, midnights, 0, ROWS(spans));
    return s;
}
