/* test_report.c - all files of a run, or none; and the summary. */
#include <glib.h>
#include <signal.h>
#include <unistd.h>

#include "base/stop.h"
#include "report_text.h"
#include "unit.h"
#include "world_builder.h"

struct run {
    struct builder b;
    const struct world *w;
    struct tallies tallies;
    struct zone *zone;
    char dir[40];
};

static void run_begin(struct run *r)
{
    builder_random(&r->b, 7, 60, 9);
    builder_world(&r->b);
    r->zone = zone_new(STR("UTC"));
    r->b.plan.name = STR("Acme shop");
    r->b.plan.zone = r->zone;
    r->b.plan.journey.inactivity = 90 * DAY;
    r->b.world.begin = INT64_C(1788220800) * SECOND;
    r->b.world.end = r->b.world.begin + 55 * DAY;
    r->w = &r->b.world;
    struct choice choice = choice_default();
    tallies_make(r->w, &choice, 2, &r->tallies);
    strcpy(r->dir, "/tmp/test_report_XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(r->dir));
}

static void run_end(struct run *r)
{
    GDir *d = g_dir_open(r->dir, 0, NULL);
    for (const char *name; (name = g_dir_read_name(d));) {
        char *path = g_build_filename(r->dir, name, NULL);
        unlink(path);
        g_free(path);
    }
    g_dir_close(d);
    rmdir(r->dir);
    tallies_free(&r->tallies);
    builder_free(&r->b);
    zone_free(r->zone);
}

static bool write_report(struct run *r, const struct report_options *options, struct err *e)
{
    struct choice choice = choice_default();
    struct report *report = report_open(r->w, &choice, options, e);
    size_t n;
    if (!report)
        return false;
    struct stream *streams = report_streams(report, &n);
    tallies_free(&r->tallies);
    tallies_begin(&r->tallies, r->w, &choice, 2);
    tallies_add(&r->tallies, r->w, streams, n);
    tallies_end(&r->tallies, r->w);
    return report_write(report, &r->tallies, e);
}

static bool there(const struct run *r, const char *name)
{
    char *path = g_build_filename(r->dir, name, NULL);
    bool yes = g_file_test(path, G_FILE_TEST_EXISTS);
    g_free(path);
    return yes;
}

START_TEST(test_write)
{
    struct run r;
    struct err e = { "" };
    struct artist *artist = artist_new(&e);
    ck_assert_ptr_nonnull(artist);
    run_begin(&r);
    struct report_options options = {
        .dir = r.dir, .workers = 2, .artist = artist, .edge_share = 0.01
    };
    bool ok = write_report(&r, &options, &e);
    ck_assert_msg(ok, "%s", e.text);
    artist_free(artist);
    for (size_t i = 0; measures[i]; i++) {
        char name[60];
        snprintf(name, sizeof name, "%s.csv", measures[i]->name);
        ck_assert_int_eq(there(&r, name), !measures[i]->on_request);
    }
    ck_assert(there(&r, "flow.dot") && there(&r, "map.dot"));
    ck_assert(there(&r, "flow.svg") && there(&r, "map.svg"));
    char *path = g_build_filename(r.dir, "flow.dot", NULL), *dot;
    ck_assert(g_file_get_contents(path, &dot, NULL, NULL));
    ck_assert_ptr_nonnull(strstr(dot, "Acme shop · 2026-09-01 to 2026-10-26 · "));
    g_free(dot);
    g_free(path);
    run_end(&r);
}
END_TEST

/* Nothing is left behind when the pictures cannot be made: neither reports nor temporary files. */
START_TEST(test_write_fails)
{
    struct run r;
    struct err e = { "" };
    g_setenv("GVBINDIR", "/nonexistent", TRUE);
    struct artist *artist = artist_new(&e);
    ck_assert_ptr_nonnull(artist);
    run_begin(&r);
    struct report_options options = {
        .dir = r.dir, .workers = 2, .artist = artist, .edge_share = 0.01
    };
    ck_assert(!write_report(&r, &options, &e));
    ck_assert(e.text[0] != '\0');
    GDir *d = g_dir_open(r.dir, 0, NULL);
    ck_assert_ptr_null(g_dir_read_name(d));
    g_dir_close(d);
    artist_free(artist);
    run_end(&r);
}
END_TEST

/* A signal between two tables: the run stops, and nothing is left behind either. */
START_TEST(test_write_stopped)
{
    struct run r;
    struct err e = { "" };
    run_begin(&r);
    stop_watch();
    raise(SIGTERM);
    struct report_options options = { .dir = r.dir, .workers = 2, .edge_share = 0.01 };
    ck_assert(!write_report(&r, &options, &e));
    GDir *d = g_dir_open(r.dir, 0, NULL);
    ck_assert_ptr_null(g_dir_read_name(d));
    g_dir_close(d);
    run_end(&r);
}
END_TEST

static char *summary_of(struct run *r)
{
    char *text;
    size_t n;
    FILE *f = open_memstream(&text, &n);
    report_summary(r->w, &r->tallies, f);
    fclose(f);
    return text;
}

START_TEST(test_summary)
{
    struct run r;
    run_begin(&r);
    struct str silent[] = { STR("fax\x1b[2J") };
    r.b.files[0].damage = STR("cut short");
    r.b.files[0].records += 100;
    r.b.files[0].rejected[REJECT_TIME] = 60;
    r.b.files[0].rejected[REJECT_WINDOW] = 40;
    r.b.world.silent = silent;
    r.b.world.nsilent = 1;
    r.b.customers.log.visitors_apart = 2;
    char *text = summary_of(&r);
    static const char *const want[] = {
        "Acme shop, 2026-09-01 to 2026-10-26\n",
        "\nCustomers     ",
        "\nConversion    ",
        "\nBegin with    ",
        " % not understood (no time), ",
        " % left out (outside the window)",
        "! The logs cover 55 d, but a journey counts as lost only after 90 d",
        "! No record for a long time: fax" R "[2J",
        "! Damaged, read as far as possible: ",
        "! 2 visitors (address and browser)",
    };
    for (size_t i = 0; i < sizeof want / sizeof *want; i++)
        ck_assert_msg(strstr(text, want[i]) != NULL, "no '%s' in:\n%s", want[i], text);
    ck_assert_uint_le(times(text, "\n"), 25);
    free(text);
    run_end(&r);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("report");
    TCase *run = new_case(s, "run");
    tcase_add_test(run, test_write);
    tcase_add_test(run, test_write_fails);
    tcase_add_test(run, test_write_stopped);
    tcase_add_test(run, test_summary);
    return s;
}
