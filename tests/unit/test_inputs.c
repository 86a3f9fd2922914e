/* test_inputs.c - which files are read. Expectations are worked out by hand from a small tree.
 * recognise_score() is a stand-in here: a text fits the sources whose letters begin it. */
#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ingest/globs.h"
#include "ingest/inputs.h"
#include "ingest/recognise.h"
#include "unit.h"

/* Text "ab3..." fits sources a and b, with 3 as the number of fields of b and 2 of all others. */
double recognise_score(const struct source *source, struct str head, const char *path,
                       size_t *fields)
{
    (void)path;
    *fields = 2;
    for (size_t i = 0; i < head.n && head.p[i] >= 'a'; i++)
        if (head.p[i] == source->name.p[0]) {
            if (head.p[i] == 'b' && i + 1 < head.n && head.p[i + 1] == '3')
                *fields = 3;
            return 1;
        }
    return 0;
}

static char dir[64];

static void put(const char *name, const char *text)
{
    char path[256];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    for (char *p = path + strlen(dir) + 1; *p; p++)
        if (*p == '/') {
            *p = 0;
            mkdir(path, 0700);
            *p = '/';
        }
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    fputs(text, f);
    fclose(f);
}

static void make_tree(void)
{
    snprintf(dir, sizeof dir, "/tmp/touchpath-inputs-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(dir));
    put("logs/access.log", "a\n");
    put("logs/access.log.1", "a\n");
    put("logs/access.log.10", "ab\n");
    put("logs/error.log", "g\n");
    put("logs/.hidden.log", "a\n");
    put("logs/2026/09/access.log", "ab3\n");
    put("logs/2026/10/access.log", "b\n");
    put("logs/empty", "");
    put("odd!name", "a\n");
    put("old.zip", "a\n");
}

static void remove_tree(void)
{
    char command[128];
    snprintf(command, sizeof command, "rm -rf %s", dir);
    ck_assert_int_eq(system(command), 0);
}

static struct format csv = { .reader = READER_CSV, .csv = { .header = true } };
static struct format lines = { .reader = READER_LINES };
static struct source sources[] = { { .name = { "alpha", 5 }, .format = &csv },
                                   { .name = { "beta", 4 }, .format = &lines },
                                   { .name = { "gamma", 5 }, .format = &lines } };

/* "source path member|..." without the tree's folder. */
static void tell(const struct inputs *in, char *text, size_t n)
{
    size_t at = 0;
    text[0] = 0;
    for (size_t i = 0; i < in->n; i++) {
        struct str path = in->list[i].path;
        if (str_starts(path, str_c(dir)))
            path = str_from(path, strlen(dir) + 1);
        ck_assert_int_eq(in->list[i].path.p[in->list[i].path.n], 0);
        at += (size_t)snprintf(text + at, n - at, "%s%u %.*s%s%.*s", i ? "|" : "",
                               in->list[i].source, STR_ARG(path), in->list[i].member.n ? "!" : "",
                               STR_ARG(in->list[i].member));
    }
}

static const struct {
    const char *globs[3];
    const char *found; /* or part of the error */
    bool ok;
    size_t empty;
} plans[] = {
    { { "logs/access.log" }, "0 logs/access.log", true, 0 },
    { { "./logs/acc*" }, "0 logs/access.log|0 logs/access.log.1|0 logs/access.log.10", true, 0 },
    { { "logs/*.log" }, "0 logs/access.log|0 logs/error.log", true, 0 },
    { { "logs/.*.log" }, "0 logs/.hidden.log", true, 0 },
    { { "logs/access.log.[!2-9]" }, "0 logs/access.log.1", true, 0 },
    { { "**/access.log" },
      "0 logs/2026/09/access.log|0 logs/2026/10/access.log|0 logs/access.log",
      true,
      0 },
    { { "logs/**/access.log", "logs/access.*", "logs/access.log" },
      "0 logs/2026/09/access.log|0 logs/2026/10/access.log|0 logs/access.log|0 logs/access.log.1|"
      "0 logs/access.log.10",
      true,
      0 },
    { { "logs/20*/**" }, "0 logs/2026/09/access.log|0 logs/2026/10/access.log", true, 0 },
    { { "logs/*/1?/*" }, "0 logs/2026/10/access.log", true, 0 },
    { { "*.zip!**/tickets*" }, "0 old.zip!**/tickets*", true, 0 },
    { { "old.zip!x", "old.zip!y", "*.zip!x" }, "0 old.zip!x|0 old.zip!y", true, 0 },
    { { "old.zip!x", "old.zip" }, "0 old.zip", true, 0 },
    { { "odd!name" }, "0 odd!name", true, 0 },
    { { "logs/nothing*", "old.zip" }, "0 old.zip", true, 1 },
    { { "nowhere/**/x*" }, "", true, 1 },
    { { "logs/nothing" }, "source 'alpha': cannot open '", false, 0 },
    { { "logs" }, "is a folder", false, 0 },
};

START_TEST(test_plan)
{
    struct source source = sources[0];
    struct str files[3];
    for (source.nfiles = 0; source.nfiles < 3 && plans[_i].globs[source.nfiles]; source.nfiles++)
        files[source.nfiles] = str_c(plans[_i].globs[source.nfiles]);
    source.files = files;
    struct plan plan = { .dir = str_c(dir), .sources = &source, .nsources = 1 };
    struct inputs in = { 0 };
    struct err e = { 0 };
    char *said = NULL, text[1000];
    size_t said_n = 0;
    FILE *warn = open_memstream(&said, &said_n);
    bool ok = inputs_from_plan(&in, &plan, warn, &e);
    fclose(warn);
    ck_assert_int_eq(ok, plans[_i].ok);
    tell(&in, text, sizeof text);
    if (ok)
        ck_assert_str_eq(text, plans[_i].found);
    else
        ck_assert_ptr_nonnull(strstr(e.text, plans[_i].found));
    ck_assert_uint_eq(in.empty_globs, plans[_i].empty);
    ck_assert_int_eq(said_n > 0, plans[_i].empty > 0);
    free(said);
    inputs_free(&in);
}
END_TEST

/* A folder that cannot be opened may hold files: that is not the same as none. Root may open all
 * folders, so the folder here is a link to itself. */
START_TEST(test_barred)
{
    char link[128], want[300];
    snprintf(link, sizeof link, "%s/loop", dir);
    ck_assert_int_eq(symlink(link, link), 0);
    struct str files[] = { STR("loop/*.log"), STR("logs/empty*"), STR("lo*/empty") };
    struct source source = { .name = { "alpha", 5 }, .files = files, .nfiles = 3 };
    struct plan plan = { .dir = str_c(dir), .sources = &source, .nsources = 1 };
    struct inputs in = { 0 };
    struct err e = { 0 };
    char *said = NULL;
    size_t said_n = 0;
    FILE *warn = open_memstream(&said, &said_n);
    ck_assert(inputs_from_plan(&in, &plan, warn, &e));
    fclose(warn);
    ck_assert_uint_eq(in.n, 1);
    ck_assert_uint_eq(in.barred, 2);
    ck_assert_uint_eq(in.empty_globs, 0);
    snprintf(want, sizeof want, "touchpath: warning: source 'alpha': cannot look into '%s': %s\n",
             link, strerror(ELOOP));
    ck_assert_int_eq(strncmp(said, want, strlen(want)), 0);
    snprintf(want, sizeof want, "cannot look into '%s/empty': %s\n", link, strerror(ELOOP));
    ck_assert_ptr_nonnull(strstr(said, want));
    free(said);
    inputs_free(&in);
}
END_TEST

START_TEST(test_order)
{
    struct str one[] = { STR("logs/error.log"), STR("logs/access.log") }, two[] = { STR("**/a*") };
    struct source both[] = { sources[1], sources[0] };
    both[0].files = one;
    both[0].nfiles = 2;
    both[1].files = two;
    both[1].nfiles = 1;
    struct plan plan = { .dir = str_c(dir), .sources = both, .nsources = 2 };
    struct inputs in = { 0 };
    struct err e = { 0 };
    char text[1000];
    ck_assert(inputs_from_plan(&in, &plan, stderr, &e));
    tell(&in, text, sizeof text);
    ck_assert_str_eq(text, "0 logs/access.log|0 logs/error.log|1 logs/2026/09/access.log|"
                           "1 logs/2026/10/access.log|1 logs/access.log|1 logs/access.log.1|"
                           "1 logs/access.log.10");
    inputs_free(&in);
}
END_TEST

static const struct {
    const char *files[2];
    const char *source;
    size_t nsources;
    const char *found; /* or part of the error, after a '?' */
} commands[] = {
    { { "logs/access.log", "logs/error.log" }, NULL, 3, "0 logs/access.log|2 logs/error.log" },
    { { "logs/2026/10/access.log" }, NULL, 3, "1 logs/2026/10/access.log" },
    { { "logs/2026/09/access.log" }, NULL, 3, "1 logs/2026/09/access.log" },
    { { "logs/access.log.10" },
      NULL,
      3,
      "?sources 'alpha' and 'beta' equally well: name one with "
      "--source NAME" },
    { { "logs/access.log.10" }, "beta", 3, "1 logs/access.log.10" },
    { { "logs/error.log" }, NULL, 2, "?fits the format of no source" },
    { { "logs/error.log" }, NULL, 1, "0 logs/error.log" },
    { { "logs/error.log", "logs/error.log" }, "gamma", 3, "2 logs/error.log" },
    { { "logs/empty" }, NULL, 3, "1 logs/empty" }, /* an empty CSV would lack its header */
    { { "logs" }, NULL, 3, "?is a folder" },
    { { "logs/missing" }, NULL, 3, "?No such file" },
    { { "odd!name" }, NULL, 3, "0 odd!name" },
    { { "old.zip!x*" }, NULL, 3, "0 old.zip!x*" },
    { { "-" }, NULL, 3, "?standard input could be of any source" },
    { { "-" }, NULL, 1, "0 -" },
    { { "-" }, "beta", 3, "1 -" },
    { { "-" }, "betta", 3, "?did you mean 'beta'" },
    { { "-" }, "something else", 3, "?there is no source 'something else'" },
};

START_TEST(test_files)
{
    char paths[2][256];
    char *files[2] = { paths[0], paths[1] };
    size_t n = 0;
    for (; n < 2 && commands[_i].files[n]; n++)
        snprintf(paths[n], sizeof paths[n], "%s%s%s", *commands[_i].files[n] == '-' ? "" : dir,
                 *commands[_i].files[n] == '-' ? "" : "/", commands[_i].files[n]);
    struct plan plan = { .dir = STR("/"), .sources = sources, .nsources = commands[_i].nsources };
    struct inputs in = { 0 };
    struct err e = { 0 };
    char text[1000];
    bool ok = inputs_from_files(&in, &plan, files, n, commands[_i].source, &e);
    tell(&in, text, sizeof text);
    if (ok)
        ck_assert_str_eq(text, commands[_i].found);
    else
        ck_assert_msg(strstr(e.text, commands[_i].found + (*commands[_i].found == '?')) != NULL,
                      "%s", e.text);
    inputs_free(&in);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("inputs");
    TCase *c = new_case(s, "inputs");
    tcase_add_checked_fixture(c, make_tree, remove_tree);
    tcase_add_loop_test(c, test_plan, 0, ROWS(plans));
    tcase_add_test(c, test_barred);
    tcase_add_test(c, test_order);
    tcase_add_loop_test(c, test_files, 0, ROWS(commands));
    return s;
}
