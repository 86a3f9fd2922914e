/* test_event_file.c - event files: what is read is what was written, or an error. */
#include <fcntl.h>
#include <sys/stat.h>

#include "event_files.h"
#include "unit.h"

enum { RULES = 12 };

static char path[64], other[64];

static void paths_begin(void)
{
    snprintf(path, sizeof path, "/tmp/touchpath-unit-%ld.tpe", (long)getpid());
    snprintf(other, sizeof other, "/tmp/touchpath-unit-%ld-2.tpe", (long)getpid());
}

static void paths_end(void)
{
    unlink(path);
    unlink(other);
}

/* Loads files into a set; the book is `today`'s. */
static void load(const char *const *names, size_t n, struct rulebook *today, int workers,
                 struct event_set *set)
{
    struct event_file *files[4];
    struct err e = { "" };
    for (size_t i = 0; i < n; i++) {
        files[i] = event_file_open(names[i], &e);
        ck_assert_msg(files[i] != NULL, "%s", e.text);
    }
    event_set_init(set);
    ck_assert_msg(event_files_load(files, n, today, workers, set, &e), "%s", e.text);
    for (size_t i = 0; i < n; i++)
        event_file_close(files[i]);
}

static size_t read_all(const char *name, char *to, size_t room)
{
    FILE *f = fopen(name, "r");
    ck_assert_ptr_nonnull(f);
    size_t n = fread(to, 1, room, f);
    ck_assert_uint_lt(n, room);
    fclose(f);
    return n;
}

static void write_all(const char *name, const char *p, size_t n)
{
    FILE *f = fopen(name, "w");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(p, 1, n, f), n);
    ck_assert_int_eq(fclose(f), 0);
}

/* ---- round trips ---- */

static const size_t sizes[] = { 0, 1, 2, 100, 16383, 16384, 16385, 40000 };
static const size_t metrics[] = { 0, 0, 1, 100, 5, 16384, 16385, 40000 };

START_TEST(what_is_read_is_what_was_written)
{
    struct event_set set, again;
    struct rulebook book, today;
    size_t n = sizes[_i];
    random_set((uint64_t)_i + 1, n, n < 3 ? 1 : 5, RULES, &set);
    random_metrics((uint64_t)_i + 1, metrics[_i], &set);
    book_begin(&book, RULES, 0);
    book_begin(&today, RULES, 0);
    file_write(&set, &book, path, 2);
    load((const char *[]){ path }, 1, &today, 3, &again);
    ck_assert_uint_eq(today.nrules, RULES);
    ck_assert_uint_eq(again.ids.n, set.ids.n);
    ck_assert_uint_eq(again.whos.n, set.whos.n);
    ck_assert_uint_eq(again.touchpoints.n, set.touchpoints.n);
    ck_assert_uint_eq(again.metrics.keys.n, metrics[_i]);
    assert_same_sets(&set, &again, RULES);
    event_set_free(&set);
    event_set_free(&again);
    rulebook_free(&book);
    rulebook_free(&today);
}
END_TEST

/* The same events in another order and with other numbers, by another number of workers. */
START_TEST(the_bytes_depend_on_what_a_set_says_alone)
{
    static char one[1 << 20], two[1 << 20];
    struct event_set set, part, turned;
    struct rulebook book;
    uint64_t state = 5;
    random_set(9, 3000, 3, RULES, &set);
    random_set(9, 3000, 3, RULES, &part);
    random_metrics(9, 500, &set);
    random_metrics(9, 500, &part);
    book_begin(&book, RULES, 0);
    event_set_init(&turned);
    set_touch(&turned, "touch 29");
    set_touch(&turned, "touch 3");
    set_id(&turned, id_kind_of(&part, 7), id_value(&part, 7));
    for (uint32_t i = 0; i < 500; i += 100) { /* so these keys get the lowest numbers */
        struct metric_key key;
        struct str what;
        metrics_key(&part.metrics, 499 - i, &key, &what);
        metrics_add(&turned.metrics, &key, what, &(struct metric_sum){ 0 });
    }
    turned.files = part.files;
    turned.nfiles = part.nfiles;
    part.files = NULL;
    part.nfiles = 0;
    for (size_t i = part.n; i > 1; i--) {
        size_t k = random_below(&state, i);
        struct event e = part.events[i - 1];
        part.events[i - 1] = part.events[k];
        part.events[k] = e;
    }
    event_set_merge(&turned, &part);
    file_write(&set, &book, path, 1);
    file_write(&turned, &book, other, 7);
    size_t n = read_all(path, one, sizeof one);
    ck_assert_uint_eq(n, read_all(other, two, sizeof two));
    ck_assert_int_eq(memcmp(one, two, n), 0);
    event_set_free(&set);
    event_set_free(&turned);
    rulebook_free(&book);
}
END_TEST

START_TEST(several_files_are_one_set_in_any_order)
{
    struct event_set x, y, both[2];
    struct rulebook book, today[2];
    random_set(3, 500, 2, RULES, &x);
    random_set(4, 700, 3, RULES, &y);
    random_metrics(3, 200, &x);
    random_metrics(4, 300, &y);
    for (size_t i = 0; i < y.nfiles; i++) {
        y.files[i].name = arena_printf(&y.arena, "other%zu", i);
        y.files[i].head_hash += 100;
    }
    book_begin(&book, RULES, 0);
    file_write(&x, &book, path, 1);
    file_write(&y, &book, other, 1);
    for (int i = 0; i < 2; i++) {
        book_begin(&today[i], RULES, 0);
        load((const char *[]){ i ? other : path, i ? path : other }, 2, &today[i], 2, &both[i]);
    }
    ck_assert_uint_eq(both[0].n, 1200);
    ck_assert_uint_eq(both[0].metrics.keys.n, 500);
    assert_same_sets(&both[0], &both[1], RULES);
    event_set_free(&x);
    event_set_free(&y);
    for (int i = 0; i < 2; i++) {
        event_set_free(&both[i]);
        rulebook_free(&today[i]);
    }
    rulebook_free(&book);
}
END_TEST

/* ---- rules that moved, and rules that went ---- */

START_TEST(rules_are_found_by_what_they_are)
{
    struct event_set set, again;
    struct rulebook book, today;
    random_set(11, 300, 5, RULES, &set);
    book_begin(&book, RULES, 0);
    book_begin(&today, RULES, 4); /* rules 4 to 15: 0 to 3 are gone */
    today.sources[0].name = STR("shop");
    file_write(&set, &book, path, 1);
    load((const char *[]){ path }, 1, &today, 1, &again);
    ck_assert_uint_eq(again.n, set.n);
    ck_assert_uint_eq(today.nsources, 3); /* web is gone */
    ck_assert_str_is(today.sources[2].name, "web");
    size_t gone = today.nrules - RULES;
    ck_assert_uint_gt(gone, 0);
    ck_assert_uint_le(gone, 4);
    for (size_t i = 0; i < again.n; i++) {
        const struct event *e = &again.events[i], *was = NULL;
        for (size_t k = 0; k < set.n && !was; k++)
            if (set.events[k].origin == e->origin)
                was = &set.events[k];
        ck_assert_ptr_nonnull(was);
        ck_assert_uint_lt(e->rule, today.nrules);
        ck_assert(print_eq(today.rules[e->rule].print, book.rules[was->rule].print));
    }
    for (size_t i = RULES; i < today.nrules; i++)
        ck_assert_str_is(today.rules[i].stage, "purchase");
    event_set_free(&set);
    event_set_free(&again);
    rulebook_free(&book);
    rulebook_free(&today);
}
END_TEST

static void count_line(void *ctx, const char *text)
{
    (void)text;
    ++*(int *)ctx;
}

START_TEST(differences_are_told)
{
    struct rulebook book, today;
    int lines = 0;
    book_begin(&book, 3, 0);
    book_begin(&today, 3, 0);
    rulebook_differences(&today, &book, count_line, &lines);
    ck_assert_int_eq(lines, 0);
    rulebook_free(&today);
    book_begin(&today, 3, 1); /* one gone, one new */
    rulebook_differences(&today, &book, count_line, &lines);
    ck_assert_int_eq(lines, 2);
    rulebook_free(&book);
    rulebook_free(&today);
}
END_TEST

/* ---- pieces ---- */

/* A file read in two goes is the file read at once: worked out from the first set. */
START_TEST(pieces_of_a_file_become_the_file)
{
    struct event_set whole, half[2], again;
    struct rulebook book, today;
    book_begin(&book, RULES, 0);
    book_begin(&today, RULES, 0);
    random_set(21, 400, 1, RULES, &whole);
    for (int i = 0; i < 2; i++) {
        random_set(21, 400, 1, RULES, &half[i]);
        size_t kept = 0;
        for (size_t k = 0; k < half[i].n; k++)
            if ((event_record(&half[i].events[k]) > 150) == (i == 1))
                half[i].events[kept++] = half[i].events[k];
        half[i].n = kept;
        struct input_file *f = &half[i].files[0];
        f->piece_of[0] = 77;
        f->bytes = i ? 70 : 30;
        f->first_byte = i ? 30 : 0;
        f->first_record = i ? 150 : 0;
        f->headers = i ? 0 : f->headers;
        f->matched = i ? f->matched - 1 : 1;
        f->unmatched = i ? f->unmatched : 0;
        f->rejected[REJECT_TIME] = i ? f->rejected[REJECT_TIME] : 0;
        f->records = f->matched + f->unmatched + f->rejected[REJECT_TIME];
        f->first_event_record = i ? 151 : 1;
        f->first_event = i ? 99 : f->first_event;
        if (i)
            f->rule_events = NULL;
        else
            f->name = STR("an older name");
        f->samples += i;
        f->nsamples = 1;
    }
    file_write(&half[0], &book, path, 1);
    file_write(&half[1], &book, other, 1);
    load((const char *[]){ other, path }, 2, &today, 1, &again);
    ck_assert_uint_eq(again.nfiles, 1);
    ck_assert_uint_eq(again.files[0].first_byte, 0);
    again.files[0].piece_of[0] = 0;
    assert_same_sets(&whole, &again, RULES);
    /* The same piece twice would count twice. */
    struct event_file *twice[2];
    struct event_set set;
    struct err e = { "" };
    for (int i = 0; i < 2; i++)
        twice[i] = event_file_open(other, &e);
    event_set_init(&set);
    ck_assert(!event_files_load(twice, 2, &today, 1, &set, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "hold the same part"));
    for (int i = 0; i < 2; i++) {
        event_file_close(twice[i]);
        event_set_free(&half[i]);
    }
    event_set_free(&set);
    event_set_free(&whole);
    event_set_free(&again);
    rulebook_free(&book);
    rulebook_free(&today);
}
END_TEST

/* Sums of both pieces are added; by hand. */
START_TEST(metrics_of_pieces_are_added)
{
    struct event_set half[2], again;
    struct rulebook book, today;
    book_begin(&book, RULES, 0);
    book_begin(&today, RULES, 0);
    for (int i = 0; i < 2; i++) {
        event_set_init(&half[i]);
        set_files(&half[i], 2);
        half[i].files[0].name = i ? STR("later") : STR("first"); /* stands before or behind */
        half[i].files[0].head_hash = i ? 1 : 9;
        for (uint32_t k = 0; k < 2; k++) {
            struct input_file *f = &half[i].files[k];
            f->records = f->matched = f->metrics = 2;
            f->bytes = 10;
            f->first_event = TIME_NONE;
            f->whole_hash[0] = 1 + (uint64_t)i + 2 * k;
            if (k)
                f->head_hash = 5 + (uint64_t)i;
        }
        half[i].files[0].piece_of[0] = 8;
        half[i].files[0].first_byte = i ? 10 : 0;
        set_metric(&half[i], 0, 100, "page", STR("/a"), "views", (struct metric_sum){ 30, 2 });
        if (i)
            set_metric(&half[i], 0, 101, "page", STR("/a"), "views", (struct metric_sum){ -7, 1 });
        set_metric(&half[i], 1, 100, "page", STR("/a"), "views", (struct metric_sum){ 500, 2 });
        file_write(&half[i], &book, i ? other : path, 1);
        event_set_free(&half[i]);
    }
    load((const char *[]){ other, path }, 2, &today, 1, &again);
    ck_assert_uint_eq(again.nfiles, 3);
    ck_assert_uint_eq(again.metrics.keys.n, 4);
    struct metric_sum piece[2] = { { 0 } };
    int64_t others = 0;
    for (uint32_t i = 0; i < 4; i++) {
        struct metric_key key;
        struct str what;
        metrics_key(&again.metrics, i, &key, &what);
        if (again.files[key.file].piece_of[0])
            piece[key.day - 100] = again.metrics.sums[i];
        else
            others += (int64_t)again.metrics.sums[i].micros;
    }
    ck_assert_int_eq((int64_t)piece[0].micros, 60);
    ck_assert_uint_eq(piece[0].rows, 4);
    ck_assert_int_eq((int64_t)piece[1].micros, -7);
    ck_assert_int_eq(others, 1000);
    event_set_free(&again);
    rulebook_free(&book);
    rulebook_free(&today);
}
END_TEST

/* Of two files one is taken out: its sums go with it, and those of the other stay. */
START_TEST(metrics_go_with_their_file)
{
    struct event_set set, one;
    event_set_init(&set);
    event_set_init(&one);
    set_files(&set, 3);
    for (uint32_t k = 0; k < 3; k++)
        set_metric(&set, k, 1, "", STR(""), "cost", (struct metric_sum){ 10 + k, 1 });
    event_set_take_file(&set, 1, &one);
    ck_assert_uint_eq(one.metrics.keys.n, 1);
    ck_assert_int_eq((int64_t)one.metrics.sums[0].micros, 11);
    ck_assert_uint_eq(set.metrics.keys.n, 2);
    event_set_drop_files(&set, (bool[]){ true, false });
    struct metric_key key;
    struct str what;
    ck_assert_uint_eq(set.metrics.keys.n, 1);
    metrics_key(&set.metrics, 0, &key, &what);
    ck_assert_uint_eq(key.file, 0);
    ck_assert_int_eq((int64_t)set.metrics.sums[0].micros, 12);
    event_set_free(&set);
    event_set_free(&one);
}
END_TEST

/* ---- damage ---- */

/* True when it is refused, with its name in the error. */
static bool refused(const char *name)
{
    struct err e = { "" };
    struct event_file *f = event_file_open(name, &e);
    bool good = f && event_file_verify(f, 1, &e);
    event_file_close(f);
    ck_assert_msg(good || strstr(e.text, name), "%s", e.text);
    return !good;
}

static size_t small_file(char *to, size_t room)
{
    struct event_set set;
    struct rulebook book;
    random_set(2, 60, 2, RULES, &set);
    random_metrics(2, 20, &set);
    book_begin(&book, RULES, 0);
    file_write(&set, &book, path, 1);
    event_set_free(&set);
    rulebook_free(&book);
    ck_assert(!refused(path));
    return read_all(path, to, room);
}

START_TEST(every_truncation_is_found)
{
    static char text[1 << 16];
    size_t n = small_file(text, sizeof text);
    for (size_t i = 0; i < n; i++) {
        ck_assert_int_eq(truncate(path, (off_t)(n - 1 - i)), 0);
        ck_assert_msg(refused(path), "cut to %zu of %zu bytes", n - 1 - i, n);
    }
}
END_TEST

START_TEST(every_flipped_bit_is_found)
{
    static char text[1 << 16];
    size_t n = small_file(text, sizeof text);
    int fd = open(path, O_RDWR);
    ck_assert_int_ge(fd, 0);
    for (size_t bit = 0; bit < 8 * n; bit++) {
        char flipped = (char)(text[bit / 8] ^ 1 << bit % 8);
        ck_assert_int_eq(pwrite(fd, &flipped, 1, (off_t)(bit / 8)), 1);
        ck_assert_msg(refused(path), "bit %zu of byte %zu", bit % 8, bit / 8);
        ck_assert_int_eq(pwrite(fd, &text[bit / 8], 1, (off_t)(bit / 8)), 1);
    }
    close(fd);
    ck_assert(!refused(path));
}
END_TEST

/* A section of one file in the place of that of another, each with a good checksum. */
START_TEST(files_cannot_be_patched_together)
{
    static char text[1 << 16];
    size_t n = small_file(text, sizeof text);
    memcpy(text + n, "x", 1);
    write_all(path, text, n + 1);
    ck_assert(refused(path));
    memmove(text + n, text, n);
    write_all(path, text, 2 * n);
    ck_assert(refused(path));
}
END_TEST

START_TEST(other_files_are_refused)
{
    static const struct {
        const char *text, *want;
    } rows[] = { { "", "no event file" },
                 { "time,user\n2026-09-01,anna\n", "no event file" },
                 { "TPEVENTS", "no event file" },
                 { "TPEVENTS\2\0\0\0\0\0\0\0", "reads up to 1" } };
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        struct err e = { "" };
        write_all(path, rows[i].text, i == 3 ? 16 : strlen(rows[i].text));
        ck_assert_ptr_null(event_file_open(path, &e));
        ck_assert_msg(strstr(e.text, rows[i].want), "%s", e.text);
    }
    struct err e = { "" };
    ck_assert_ptr_null(event_file_open("/nowhere/x.tpe", &e));
    ck_assert_ptr_nonnull(strstr(e.text, "/nowhere/x.tpe"));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("event files");
    TCase *c = new_case(s, "files");
    tcase_add_checked_fixture(c, paths_begin, paths_end);
    tcase_add_loop_test(c, what_is_read_is_what_was_written, 0, ROWS(sizes));
    tcase_add_test(c, the_bytes_depend_on_what_a_set_says_alone);
    tcase_add_test(c, several_files_are_one_set_in_any_order);
    tcase_add_test(c, rules_are_found_by_what_they_are);
    tcase_add_test(c, differences_are_told);
    tcase_add_test(c, pieces_of_a_file_become_the_file);
    tcase_add_test(c, metrics_of_pieces_are_added);
    tcase_add_test(c, metrics_go_with_their_file);
    tcase_add_test(c, every_truncation_is_found);
    tcase_add_test(c, every_flipped_bit_is_found);
    tcase_add_test(c, files_cannot_be_patched_together);
    tcase_add_test(c, other_files_are_refused);
    return s;
}
