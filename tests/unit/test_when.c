/* test_when.c - times of a batch; years for times that have none.
 *
 * Expected instants are worked out by hand from the rules of when.h; the zone is UTC unless a test
 * says otherwise.
 */
#include "unit.h"

#include "ingest/when.h"

enum { FIELD_COLUMN = 1 };

/* A source whose time stands in the second column. */
struct fixture {
    struct arena a;
    struct time_format formats[2];
    struct source source;
    int32_t slot[1];
    struct zone *zone;
    struct when when;
    struct year_guess guess;
};

static void set_up(struct fixture *x, const char *first, const char *second, const char *zone)
{
    struct err e = { 0 };
    *x = (struct fixture){ .slot = { FIELD_COLUMN } };
    ck_assert_msg(time_format_compile(str_c(first), &x->a, &x->formats[0], &e), "%s", e.text);
    if (second)
        ck_assert_msg(time_format_compile(str_c(second), &x->a, &x->formats[1], &e), "%s", e.text);
    x->zone = zone_new(str_c(zone));
    x->source = (struct source){ .zone_field = FIELD_NONE,
                                 .slot = x->slot,
                                 .times = x->formats,
                                 .ntimes = second ? 2 : 1,
                                 .zone = x->zone,
                                 .nslots = 2 };
    when_init(&x->when, &x->source);
}

static void tear_down(struct fixture *x)
{
    zone_free(x->zone);
    arena_free(&x->a);
}

/* One batch of the texts that follow one another after newlines, as the records from `number` on.
 */
static void fill_batch(struct batch *b, struct str texts, uint64_t number)
{
    batch_reset(b, 2);
    while (texts.n) {
        struct str text = str_cut(&texts, '\n');
        size_t i = batch_add(b, text, number++);
        batch_column(b, FIELD_COLUMN)[i] = text;
    }
    ck_assert_uint_le(b->n, 64);
}

/* Begins a file with such a head. */
static void begin(struct fixture *x, int64_t mtime, struct str texts, uint64_t number)
{
    struct batch head = { 0 };
    fill_batch(&head, texts, number);
    year_guess_init(&x->guess, &x->source, mtime);
    year_guess_look(&x->guess, &x->when, &head);
    batch_free(&head);
}

/* out gets what when_read() says of such a batch, line by line. */
static void read_batch(struct fixture *x, struct str texts, uint64_t number, char *out)
{
    struct batch b = { 0 };
    int64_t times[64];
    bool coarse[64];
    fill_batch(&b, texts, number);
    when_read(&x->when, &b, &x->guess, times, coarse);
    for (size_t i = 0; i < b.n; i++) {
        char buf[TIME_TEXT] = "none";
        if (times[i] != TIME_NONE)
            time_text(times[i], buf);
        out += sprintf(out, "%s%s\n", buf, coarse[i] ? " coarse" : "");
    }
    batch_free(&b);
}

START_TEST(formats_in_order)
{
    struct fixture x;
    char got[2000] = "";
    set_up(&x, "%d/%m/%Y %H:%M", "%m/%d/%Y %H:%M", "Europe/Berlin");
    /* 1/2 is the first of February also after a record that only the second format fits. */
    read_batch(&x, STR("1/2/2026 10:00\n1/13/2026 10:00\n1/2/2026 10:00\nrubbish\n\n2026"), 1, got);
    ck_assert_str_eq(got, "2026-02-01T09:00:00Z\n2026-01-13T09:00:00Z\n2026-02-01T09:00:00Z\n"
                          "none\nnone\nnone\n");
    tear_down(&x);
}
END_TEST

START_TEST(dates_are_coarse)
{
    struct fixture x;
    char got[2000] = "";
    set_up(&x, "iso8601", NULL, "Europe/Berlin");
    read_batch(&x, STR("2026-07-01\n2026-07-01T02:00\n2026-07-01T02:00Z"), 1, got);
    ck_assert_str_eq(got,
                     "2026-06-30T22:00:00Z coarse\n2026-07-01T00:00:00Z\n2026-07-01T02:00:00Z\n");
    tear_down(&x);
}
END_TEST

START_TEST(no_column_no_time)
{
    struct fixture x;
    char got[2000] = "";
    set_up(&x, "iso8601", NULL, "UTC");
    x.slot[0] = -1;
    read_batch(&x, STR("2026-07-01"), 1, got);
    ck_assert_str_eq(got, "none\n");
    tear_down(&x);
}
END_TEST

static const struct {
    const char *name;
    int year;          /* of the source */
    const char *mtime; /* of the file */
    const char *texts, *want;
} files[] = {
    { "the latest year that is not after the file", 0, "2026-09-01T00:00:00Z",
      "Aug 31 10:00:00\nAug 31 11:00:00", "2026-08-31T10:00:00Z\n2026-08-31T11:00:00Z\n" },
    { "a day after is allowed", 0, "2026-09-01T00:00:00Z", "Sep  1 23:00:00",
      "2026-09-01T23:00:00Z\n" },
    { "more than a day after is the year before", 0, "2026-09-01T00:00:00Z", "Sep  2 00:00:01",
      "2025-09-02T00:00:01Z\n" },
    { "New Year", 0, "2026-01-02T00:00:00Z", "Dec 31 23:59:59\nJan  1 00:00:00",
      "2025-12-31T23:59:59Z\n2026-01-01T00:00:00Z\n" },
    { "a day of grace over New Year", 0, "2025-12-31T12:00:00Z", "Jan  1 00:00:00",
      "2026-01-01T00:00:00Z\n" },
    { "a step to a day after the file and no further", 0, "2025-12-31T12:00:00Z",
      "Dec 31 10:00:00\nJan  1 12:00:00\nJan  1 12:00:01",
      "2025-12-31T10:00:00Z\n2026-01-01T12:00:00Z\n2025-01-01T12:00:01Z\n" },
    { "late records after New Year", 0, "2026-01-02T00:00:00Z",
      "Dec 31 23:59:59\nJan  1 00:00:01\nDec 31 23:59:58\nJan  1 00:00:02\nDec 31 23:59:57",
      "2025-12-31T23:59:59Z\n2026-01-01T00:00:01Z\n2025-12-31T23:59:58Z\n2026-01-01T00:00:02Z\n"
      "2025-12-31T23:59:57Z\n" },
    { "two New Years", 2023, "2026-09-01T00:00:00Z",
      "Nov  1 00:00:00\nMar  1 00:00:00\nAug 20 00:00:00\nFeb  1 00:00:00",
      "2023-11-01T00:00:00Z\n2024-03-01T00:00:00Z\n2024-08-20T00:00:00Z\n2025-02-01T00:00:00Z\n" },
    { "a small step back stays", 2024, "2026-09-01T00:00:00Z",
      "Jun  1 00:00:00\nMay  1 00:00:00\nJan 15 00:00:00",
      "2024-06-01T00:00:00Z\n"
      "2024-05-01T00:00:00Z\n2024-01-15T00:00:00Z\n" },
    { "a long step ahead stays", 2024, "2026-09-01T00:00:00Z", "Jan 15 00:00:00\nSep  1 00:00:00",
      "2024-01-15T00:00:00Z\n2024-09-01T00:00:00Z\n" },
    { "the source's year wins over the file's time", 2030, "2026-09-01T00:00:00Z",
      "Dec 31 00:00:00\nJan  1 00:00:00", "2030-12-31T00:00:00Z\n2031-01-01T00:00:00Z\n" },
    { "more than a year: right again once the file's time is passed", 0, "2026-01-20T00:00:00Z",
      "Nov  5 00:00:00\nJan  5 00:00:00\nFeb  5 00:00:00\nJul  5 00:00:00\nDec  5 00:00:00\n"
      "Jan 15 00:00:00",
      "2025-11-05T00:00:00Z\n2026-01-05T00:00:00Z\n2025-02-05T00:00:00Z\n2025-07-05T00:00:00Z\n"
      "2025-12-05T00:00:00Z\n2026-01-15T00:00:00Z\n" },
    { "29 February comes first: the latest leap year", 0, "2026-09-01T00:00:00Z",
      "Feb 29 12:00:00\nMar  1 12:00:00", "2024-02-29T12:00:00Z\n2024-03-01T12:00:00Z\n" },
    { "29 February of a year without one", 2025, "2026-09-01T00:00:00Z",
      "Feb 28 12:00:00\nFeb 29 12:00:00\nMar  1 12:00:00",
      "2025-02-28T12:00:00Z\nnone\n2025-03-01T12:00:00Z\n" },
    { "29 February after New Year", 2023, "2026-09-01T00:00:00Z",
      "Dec 31 12:00:00\nFeb 29 12:00:00", "2023-12-31T12:00:00Z\n2024-02-29T12:00:00Z\n" },
    { "a full year nearby says what those before it are", 0, "2026-09-01T00:00:00Z",
      "Dec 31 23:00:00\nJan  1 01:00:00\n2019-01-01 02:00:00\nJan  1 03:00:00",
      "2018-12-31T23:00:00Z\n2019-01-01T01:00:00Z\n2019-01-01T02:00:00Z\n2019-01-01T03:00:00Z\n" },
    { "a full year that the file's time denies", 0, "1980-01-01T00:00:00Z",
      "2019-12-31 02:00:00\nDec 31 03:00:00\nJan  1 03:00:00\nSep  1 00:00:00",
      "2019-12-31T02:00:00Z\n2019-12-31T03:00:00Z\n2020-01-01T03:00:00Z\n2020-09-01T00:00:00Z\n" },
    { "no file time that can be one", 0, "", "Sep  1 00:00:00", "2000-09-01T00:00:00Z\n" },
    { "the ends of time", 9999, "2026-01-01T00:00:00Z",
      "Dec 31 00:00:00\nJan  1 00:00:00\n0001-01-01 00:00:00\nDec 31 00:00:00\nJan  2 00:00:00",
      "9999-12-31T00:00:00Z\nnone\n0001-01-01T00:00:00Z\nnone\n0001-01-02T00:00:00Z\n" },
};

static int64_t mtime_of(const char *text)
{
    int64_t t = INT64_MAX;
    if (*text)
        ck_assert(time_argument(str_c(text), NULL, &t));
    return *text ? t / SECOND : t;
}

START_TEST(years)
{
    struct fixture x;
    char got[2000] = "";
    set_up(&x, "%b %e %H:%M:%S", "iso8601", "UTC");
    x.source.year = files[_i].year;
    begin(&x, mtime_of(files[_i].mtime), str_c(files[_i].texts), 1);
    read_batch(&x, str_c(files[_i].texts), 1, got);
    ck_assert_msg(strcmp(got, files[_i].want) == 0, "%s: got\n%s", files[_i].name, got);
    tear_down(&x);
}
END_TEST

/* Read one record a batch, as tiny blocks would: the same. */
START_TEST(years_record_by_record)
{
    struct fixture x;
    char got[2000] = "";
    set_up(&x, "%b %e %H:%M:%S", "iso8601", "UTC");
    x.source.year = files[_i].year;
    begin(&x, mtime_of(files[_i].mtime), str_c(files[_i].texts), 1);
    struct str texts = str_c(files[_i].texts);
    for (uint64_t number = 1; texts.n; number++)
        read_batch(&x, str_cut(&texts, '\n'), number, got + strlen(got));
    ck_assert_msg(strcmp(got, files[_i].want) == 0, "%s: got\n%s", files[_i].name, got);
    tear_down(&x);
}
END_TEST

/* In Berlin the new year begins an hour before that of UTC: the year is that of the local clock. */
START_TEST(years_are_local)
{
    struct fixture x;
    char got[2000] = "";
    set_up(&x, "%b %e %H:%M:%S", "iso8601", "Europe/Berlin");
    year_guess_init(&x.guess, &x.source, mtime_of("2026-01-01T00:00:00Z"));
    read_batch(&x, STR("2025-12-31 23:30:00Z\nJan  1 00:40:00\nJan  1 00:20:00\nDec 31 23:59:00"),
               1, got);
    ck_assert_str_eq(got, "2025-12-31T23:30:00Z\n2025-12-31T23:40:00Z\n2025-12-31T23:20:00Z\n"
                          "2025-12-31T22:59:00Z\n");
    tear_down(&x);
}
END_TEST

/* Evidence past the first YEAR_RECORDS records does not count for those before it. */
START_TEST(evidence_is_near)
{
    struct fixture x;
    char got[2000] = "";
    struct str texts = STR("Jan  1 00:00:00\n2019-01-01 02:00:00");
    set_up(&x, "%b %e %H:%M:%S", "iso8601", "UTC");
    begin(&x, mtime_of("2026-09-01T00:00:00Z"), texts, YEAR_RECORDS - 1);
    read_batch(&x, texts, 1, got);
    ck_assert_str_eq(got, "2019-01-01T00:00:00Z\n2019-01-01T02:00:00Z\n");
    begin(&x, mtime_of("2026-09-01T00:00:00Z"), texts, YEAR_RECORDS);
    read_batch(&x, texts, 1, got);
    ck_assert_str_eq(got, "2026-01-01T00:00:00Z\n2019-01-01T02:00:00Z\n");
    tear_down(&x);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("when");
    TCase *c = new_case(s, "times");
    tcase_add_test(c, formats_in_order);
    tcase_add_test(c, dates_are_coarse);
    tcase_add_test(c, no_column_no_time);
    c = new_case(s, "years");
    tcase_add_loop_test(c, years, 0, ROWS(files));
    tcase_add_loop_test(c, years_record_by_record, 0, ROWS(files));
    tcase_add_test(c, years_are_local);
    tcase_add_test(c, evidence_is_near);
    return s;
}
