/* test_ingest.c - files to events and books, for any number of workers, size of blocks and engine.
 * What is wanted is counted from how the files were made.
 */
#include "unit.h"

#include "ingest_run.h"
#include "packs.h"

static const char web_project[] =
    "project: Test\n"
    "sources:\n"
    "  - {name: web, files: ['web*'], format: combined, identify: {visitor: ip, user: []}}\n"
    "rules:\n"
    "  - {touchpoint: product page, when: {path: '^/product/(?<item>[0-9]+)'}}\n"
    "  - {touchpoint: 'search {status}', also: true, when: {path: {prefix: /search}}}\n"
    "  - {touchpoint: found, match: 'GET /search[?]q=', when: {status: {min: 200, max: 299}}}\n";

/* What lines add_web() makes: the last digit of the line's number says which. */
enum { START = 1788220800 /* 2026-09-01T00:00:00Z */ };

static void add_web(struct buffer *b, unsigned from, unsigned to)
{
    for (unsigned i = from; i < to; i++) {
        char line[200];
        unsigned hour = i / 3600 % 24, minute = i / 60 % 60, second = i % 60;
        const char *path = i % 10 == 6 ? "/about" : i % 10 == 8 ? "/search?q=1" : "/product/";
        int n = snprintf(line, sizeof line,
                         "192.0.2.%u - - [01/Sep/2026:%02u:%02u:%02u +0000] \"GET %s%u "
                         "HTTP/1.1\" 200 5 \"-\" \"x\"\n",
                         i % 250, hour, minute, second, path, i);
        if (i % 10 == 3)
            n = snprintf(line, sizeof line, "what is this? %u\n", i);
        if (i % 10 == 4)
            memcpy(strstr(line, "Sep"), "Foo", 3);
        if (i % 10 == 5)
            n = snprintf(line, sizeof line,
                         "- - - [01/Sep/2026:00:00:00 +0000] \"GET /product/1 HTTP/1.1\" 200 5 "
                         "\"-\" \"nobody %u\"\n",
                         i);
        if (i % 10 == 7)
            n = snprintf(line, sizeof line, "\n");
        buffer_add(b, line, (size_t)n);
    }
}

static struct buffer web(unsigned from, unsigned to)
{
    struct buffer b = { 0 };
    add_web(&b, from, to);
    return b;
}

static void expect(const struct ingest_run *r, const char *part)
{
    ck_assert_msg(strstr(r->told, part) != NULL, "expected\n%s\nin\n%.1200s", part, r->told);
}

/* ---- the books balance ---- */

START_TEST(test_books)
{
    struct ingest_run r;
    run_begin(&r, web_project);
    struct buffer b = web(0, 5000);
    buffer_add(&b, "cut", 3);
    put_buffer("web.log", b);
    run_all_ways(&r, usual_options);
    const struct input_file *f = event_set_file(&r.set, 0);
    ck_assert_uint_eq(f->matched, 5 * 500); /* those that end in 0, 1, 2, 8, 9 */
    ck_assert_uint_eq(f->unmatched, 500);
    ck_assert_uint_eq(f->rejected[REJECT_LAYOUT], 501);
    ck_assert_uint_eq(f->rejected[REJECT_TIME], 500);
    ck_assert_uint_eq(f->rejected[REJECT_NO_IDENTIFIER], 500);
    ck_assert_uint_eq(f->headers, 500);
    ck_assert_uint_eq(f->records, 4501);
    ck_assert_uint_eq(r.set.n, 4 * 500 + 2 * 500);
    ck_assert_int_eq(f->first, START * INT64_C(1000000));
    ck_assert_int_eq(f->last, (START + 4999) * INT64_C(1000000));
    ck_assert_uint_eq(f->rule_events[0], 2000);
    ck_assert_uint_eq(f->rule_events[1], 500);
    ck_assert_uint_eq(f->rule_events[2], 500);
    /* The first five of each reason. */
    expect(&r, "  4 does not fit the format: what is this? 3\n"
               "  14 does not fit the format: what is this? 13\n"
               "  24 does not fit the format: what is this? 23\n"
               "  34 does not fit the format: what is this? 33\n"
               "  44 does not fit the format: what is this? 43\n"
               "  5 ");
    expect(&r, "\"nobody 45\"\n  7 fits no rule: ");
    expect(&r, "  47 fits no rule: 192.0.2.46 - - [01/Sep/2026:00:00:46 +0000] \"GET /about46 "
               "HTTP/1.1\" 200 5 \"-\" \"x\"\n0 1 ");
    expect(&r, "0 1 1788220800000000 192.0.2.0: product page, item 0\n");
    expect(&r, "0 9 1788220808000000 192.0.2.8: search 200, item \n"
               "0 9 1788220808000000 192.0.2.8: found, item \n");
    ck_assert_str_eq(r.warned, "");
    run_end(&r);
}
END_TEST

START_TEST(test_window)
{
    struct ingest_run r;
    struct ingest_options options = usual_options;
    run_begin(&r, web_project);
    put_buffer("web.log", web(0, 2000));
    options.since = (START + 500) * INT64_C(1000000);
    options.until = (START + 600) * INT64_C(1000000);
    run_all_ways(&r, options);
    const struct input_file *f = event_set_file(&r.set, 0);
    ck_assert_uint_eq(f->matched, 50);
    ck_assert_uint_eq(f->unmatched, 10);
    /* Those without an identifier are all of the first second, and outside. */
    ck_assert_uint_eq(f->rejected[REJECT_WINDOW], 2000 / 10 * 7 - 60);
    ck_assert_uint_eq(f->rejected[REJECT_NO_IDENTIFIER], 0);
    ck_assert_uint_eq(f->rejected[REJECT_TIME], 200);
    ck_assert_int_eq(f->first, options.since);
    ck_assert_int_eq(f->last, options.until - 1000000);
    run_end(&r);
}
END_TEST

/* Many files, some of them twice, some empty; one with a record that is too long. */
START_TEST(test_many_files)
{
    struct ingest_run r;
    char name[40];
    run_begin(&r, web_project);
    for (unsigned i = 0; i < 12; i++) {
        snprintf(name, sizeof name, "web.%02u", i);
        put_buffer(name, web(i % 9 * 100, i % 9 * 100 + 100)); /* 9 to 11 are 0 to 2 again */
    }
    put_bytes("web.empty1", "", 0);
    put_bytes("web.empty2", "", 0);
    struct buffer b = web(5000, 5010), line = { 0 };
    for (int i = 0; i <= RECORD_BYTES_MAX; i += 64)
        buffer_add(&line, "................................................................", 64);
    buffer_add(&b, line.p, line.n);
    buffer_add(&b, "\n", 1);
    add_web(&b, 5010, 5020);
    put_buffer("web.long", b);
    free(line.p);
    run_all_ways(&r, usual_options);
    ck_assert_uint_eq(r.set.nfiles, 15);
    uint64_t duplicates = 0, matched = 0, long_ones = 0;
    for (uint32_t i = 0; i < r.set.nfiles; i++) {
        const struct input_file *f = event_set_file(&r.set, i);
        duplicates += f->duplicate;
        matched += f->matched;
        long_ones += f->rejected[REJECT_TOO_LONG];
        ck_assert(!f->duplicate || (f->matched == 0 && f->rejected[REJECT_DUPLICATE] == 60));
    }
    ck_assert_uint_eq(duplicates, 3);
    ck_assert_uint_eq(matched, 9 * 50 + 10);
    ck_assert_uint_eq(long_ones, 1);
    ck_assert_uint_eq(r.set.n, 9 * 60 + 12);
    run_end(&r);
}
END_TEST

/* CSV with newlines in quotes, and JSON lines. */
START_TEST(test_tables)
{
    struct ingest_run r;
    run_begin(&r, "project: Test\n"
                  "sources:\n"
                  "  - {name: orders, files: ['*.csv'], format: csv, time: {field: at},\n"
                  "     identify: {user: customer}, attributes: {item: goods}}\n"
                  "  - {name: api, files: ['*.jsonl'], format: json-lines, time: {field: at},\n"
                  "     identify: {user: who.id}}\n"
                  "rules:\n"
                  "  - {touchpoint: order, source: orders, when: {goods: 'tea'}}\n"
                  "  - {touchpoint: '{event}', source: api, when: {event: .}}\n");
    struct buffer b = { 0 }, j = { 0 };
    buffer_add(&b, "at,customer,goods\n", 18);
    for (unsigned i = 0; i < 500; i++) {
        char line[200];
        unsigned minute = i / 60, second = i % 60;
        const char *goods = i % 5 ? "green\ntea, \"\"new\"\"" : "cup";
        int n = sprintf(line, "2026-09-01T10:%02u:%02uZ,c%u,\"%s\"\n", minute, second, i, goods);
        buffer_add(&b, line, (size_t)n);
        n = sprintf(line, "{\"at\":\"2026-09-01T11:%02u:%02uZ\",\"who\":{\"id\":\"u%u\"},", minute,
                    second, i);
        n += sprintf(line + n, i % 7 ? "\"event\":\"opened\\u0020it\"}\n" : "\"event\":}\n");
        buffer_add(&j, line, (size_t)n);
    }
    put_buffer("a.csv", b);
    put_buffer("b.jsonl", j);
    run_all_ways(&r, usual_options);
    expect(&r, "a.csv: ");
    expect(&r, "500 = 400 + 100, 1 headers");
    expect(&r, "500 = 428 + 0 + 72 does not fit the format, 0 headers");
    expect(&r, "0 3 1788256801000000 c1: order, item green\ntea, \"new\"\n");
    expect(&r, "1 2 1788260401000000 u1: opened it, item \n");
    run_end(&r);
}
END_TEST

/* ---- damage ---- */

/* A bit of the second member is wrong, which only its checksum tells: the first member counts. */
START_TEST(test_flipped)
{
    struct ingest_run r;
    struct buffer first = web(0, 3000), second = web(3000, 9000), packed = { 0 };
    run_begin(&r, web_project);
    gz_add(&packed, (struct str){ (char *)first.p, first.n }, 6, NULL);
    size_t at = packed.n + 200000;
    gz_add(&packed, (struct str){ (char *)second.p, second.n }, 0, NULL); /* stored */
    ck_assert_uint_lt(at, packed.n);
    packed.p[at] ^= 1;
    put_buffer("web.gz", packed);
    run_all_ways(&r, usual_options);
    const struct input_file *f = event_set_file(&r.set, 0);
    ck_assert_uint_eq(r.set.nfiles, 1);
    ck_assert_uint_gt(f->damage.n, 0);
    ck_assert_uint_eq(f->matched, 5 * 300);
    ck_assert_uint_eq(f->unmatched, 300);
    ck_assert_uint_eq(f->headers, 300);
    ck_assert_uint_eq(f->records, 9 * 300);
    ck_assert_uint_eq(r.set.n, 6 * 300);
    ck_assert_int_eq(f->last, (START + 2999) * INT64_C(1000000));
    free(first.p);
    free(second.p);
    run_end(&r);
}
END_TEST

/* The checksum around a whole archive is wrong: nothing of it counts, and all of it is named. A
 * good file beside it does. */
START_TEST(test_archive)
{
    struct ingest_run r;
    run_begin(&r, web_project);
    struct member members[] = { { .name = "one.log", .text = web(0, 1000) },
                                { .name = "two.log", .text = web(1000, 2000) } };
    struct buffer tar = pack(archive_write_set_format_ustar, NULL, NULL, members, 2),
                  packed = { 0 };
    gz_add(&packed, (struct str){ (char *)tar.p, tar.n }, 6, NULL);
    packed.p[packed.n - 8] ^= 1;
    put_buffer("web.tar.gz", packed);
    put_buffer("web.good", web(3000, 3010));
    run_all_ways(&r, usual_options);
    size_t damaged = 0;
    for (uint32_t i = 0; i < r.set.nfiles; i++) {
        const struct input_file *f = event_set_file(&r.set, i);
        damaged += f->damage.n > 0;
        ck_assert_uint_eq(f->records, f->damage.n ? 0 : 9);
    }
    ck_assert_uint_ge(damaged, 2);
    ck_assert_uint_eq(r.set.n, 6);
    ck_assert_ptr_nonnull(strstr(r.told, "one.log"));
    ck_assert_ptr_nonnull(strstr(r.told, "two.log"));
    free(tar.p);
    free(members[0].text.p);
    free(members[1].text.p);
    run_end(&r);
}
END_TEST

/* A file that goes between being found and being read. */
START_TEST(test_gone)
{
    struct ingest_run r;
    struct inputs in = { .n = 0 };
    struct err e = { { 0 } };
    run_begin(&r, web_project);
    put_buffer("web.1", web(0, 10));
    put_buffer("web.2", web(0, 20));
    ck_assert(inputs_from_plan(&in, r.project.plan, stderr, &e));
    ck_assert_int_eq(unlink("web.1"), 0);
    for (int workers = 1; workers < 4; workers++) {
        struct ingest_options options = usual_options;
        options.workers = workers;
        run_inputs(&r, &in, options);
        ck_assert_uint_eq(r.set.nfiles, 2);
        ck_assert_uint_eq(r.set.n, 12);
        expect(&r, "web.1: 0 bytes, 0 = 0 + 0, 0 headers");
        ck_assert_uint_gt(event_set_file(&r.set, 1)->damage.n, 0);
    }
    inputs_free(&in);
    run_end(&r);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("ingest");
    TCase *c = new_case(s, "books");
    tcase_add_test(c, test_books);
    tcase_add_test(c, test_window);
    tcase_add_test(c, test_many_files);
    tcase_add_test(c, test_tables);
    c = new_case(s, "damage");
    tcase_add_test(c, test_flipped);
    tcase_add_test(c, test_archive);
    tcase_add_test(c, test_gone);
    return s;
}
