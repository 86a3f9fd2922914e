/* test_filled.c - which columns of an input file hold something: told, joined, kept in event files.
 */
#include "base/buffer.h"
#include "event_files.h"
#include "unit.h"

/* "-name" nobody asked for, "name" is empty, "+name" is filled. */
static struct str told(struct arena *a, const char *text)
{
    struct buffer b = { 0 };
    for (struct str rest = str_c(text); rest.n;) {
        struct str name = str_cut(&rest, ' ');
        enum column_state state = name.p[0] == '-'   ? COLUMN_UNUSED
                                  : name.p[0] == '+' ? COLUMN_FILLED
                                                     : COLUMN_EMPTY;
        column_tell(&b, state, state == COLUMN_EMPTY ? name : str_from(name, 1));
    }
    struct str kept = arena_keep(a, buffer_str(&b));
    free(b.p);
    return kept;
}

static void says(struct str filled, struct arena *a, const char *want)
{
    ck_assert(filled_good(filled));
    ck_assert(str_eq(filled, told(a, want)));
}

START_TEST(one_column_after_the_other)
{
    struct arena a = { 0 };
    struct column_told t;
    struct str rest = told(&a, "amount +user -shop");
    ck_assert(column_next(&rest, &t) && t.state == COLUMN_EMPTY && str_eq(t.name, STR("amount")));
    ck_assert(column_next(&rest, &t) && t.state == COLUMN_FILLED && str_eq(t.name, STR("user")));
    ck_assert(column_next(&rest, &t) && t.state == COLUMN_UNUSED && str_eq(t.name, STR("shop")));
    ck_assert(!column_next(&rest, &t));
    arena_free(&a);
}
END_TEST

/* A header is anybody's: a name of 500 bytes is cut. */
START_TEST(long_names_are_cut)
{
    struct buffer b = { 0 };
    struct column_told t;
    char name[500];
    memset(name, 'x', sizeof name);
    column_tell(&b, COLUMN_EMPTY, (struct str){ name, sizeof name });
    column_tell(&b, COLUMN_FILLED, STR("y"));
    struct str rest = buffer_str(&b);
    ck_assert(filled_good(rest));
    ck_assert(column_next(&rest, &t) && t.name.n == COLUMN_NAME_BYTES);
    ck_assert(column_next(&rest, &t) && str_eq(t.name, STR("y")) && !rest.n);
    free(b.p);
}
END_TEST

START_TEST(parts_of_a_file_are_joined)
{
    struct arena a = { 0 };
    struct str morning = told(&a, "amount user -shop +at"),
               noon = told(&a, "+amount user shop -new");
    says(filled_join(morning, noon, &a), &a, "+amount user shop +at -new");
    says(filled_join(noon, morning, &a), &a, "+amount user shop -new +at");
    says(filled_join(morning, (struct str){ 0 }, &a), &a, "amount user -shop +at");
    says(filled_join((struct str){ 0 }, noon, &a), &a, "+amount user shop -new");
    arena_free(&a);
}
END_TEST

static void is_bad(const char *bytes, size_t n)
{
    ck_assert(!filled_good((struct str){ bytes, n }));
}

START_TEST(hostile_texts_are_refused)
{
    is_bad("\2", 1);         /* no length */
    is_bad("\2\5user", 6);   /* longer than the text */
    is_bad("\0\4user", 6);   /* absent is not told */
    is_bad("\4\4user", 6);   /* no such state */
    is_bad("\2\171user", 6); /* longer than names are */
    is_bad("\2\4user\1", 7); /* half a column behind a good one */
    struct buffer b = { 0 };
    for (int i = 0; i < 6000; i++)
        column_tell(&b, COLUMN_EMPTY, (struct str){ "", 0 });
    is_bad(b.p, b.n); /* more columns than a file can have */
    free(b.p);
}
END_TEST

/* Files that say the same, something else, and nothing. */
START_TEST(event_files_keep_them)
{
    char path[64];
    struct event_set set, again;
    struct rulebook book, today;
    struct err e = { "" };
    static const char *const want[] = { "amount -shop", "amount -shop", "", "+user" };
    snprintf(path, sizeof path, "/tmp/touchpath-unit-%ld.tpe", (long)getpid());
    random_set(7, 50, 4, 3, &set);
    for (size_t i = 0; i < 4; i++)
        set.files[i].filled = told(&set.arena, want[i]);
    book_begin(&book, 3, 0);
    book_begin(&today, 3, 0);
    file_write(&set, &book, path, 1);
    struct event_file *f = event_file_open(path, &e);
    ck_assert_msg(f != NULL, "%s", e.text);
    event_set_init(&again);
    ck_assert_msg(event_files_load(&f, 1, &today, 1, &again, &e), "%s", e.text);
    event_file_close(f);
    for (size_t i = 0; i < 4; i++)
        for (size_t k = 0; k < 4; k++)
            if (str_eq(again.files[i].name, set.files[k].name))
                ck_assert(str_eq(again.files[i].filled, set.files[k].filled));
    ck_assert_uint_eq(again.nfiles, 4);
    event_set_free(&set);
    event_set_free(&again);
    rulebook_free(&book);
    rulebook_free(&today);
    unlink(path);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("filled");
    TCase *t = tcase_create("all");
    tcase_add_test(t, one_column_after_the_other);
    tcase_add_test(t, long_names_are_cut);
    tcase_add_test(t, parts_of_a_file_are_joined);
    tcase_add_test(t, hostile_texts_are_refused);
    tcase_add_test(t, event_files_keep_them);
    suite_add_tcase(s, t);
    return s;
}
