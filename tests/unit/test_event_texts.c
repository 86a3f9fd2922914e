/* test_event_texts.c - texts of event files in a set: looked up only where they must be, and each
 * once also when a file does not keep to the order that it should have. Such a file is made by
 * hand: one that is right, whose bytes are changed and whose checksums are made again.
 */
#include "event_files.h"
#include "event_sections.h"
#include "unit.h"

enum { PEOPLE = 3, ID_BYTES = 33 /* random: zstd leaves them as they are */ };

static char path[64];
static unsigned char file[1 << 14];
static size_t nfile;

static void path_begin(void)
{
    snprintf(path, sizeof path, "/tmp/touchpath-unit-%ld.tpe", (long)getpid());
}

static void path_end(void)
{
    unlink(path);
}

/* An event of each of three people, who has one identifier. */
static void write_people(struct rulebook *book)
{
    struct event_set set;
    uint64_t state = 3;
    event_set_init(&set);
    set_files(&set, 1);
    book_begin(book, 1, 0);
    for (uint32_t i = 0; i < PEOPLE; i++) {
        char value[ID_BYTES];
        for (int k = 0; k < ID_BYTES; k++)
            value[k] = (char)random_next(&state);
        uint32_t id = set_id(&set, ID_COOKIE, (struct str){ value, sizeof value });
        struct event e = { .touch = set_touch(&set, "page"), .origin = origin(0, i + 1) };
        e.time = INT64_C(1788220800000000) + i;
        e.who = set_who(&set, &id, 1);
        event_set_add(&set, &e);
    }
    file_write(&set, book, path, 1);
    event_set_free(&set);
}

static void load_into(struct event_set *set, struct rulebook *book)
{
    struct err e = { "" };
    struct event_file *f = event_file_open(path, &e);
    ck_assert_msg(f != NULL, "%s", e.text);
    ck_assert_msg(event_files_load(&f, 1, book, 1, set, &e), "%s", e.text);
    event_file_close(f);
}

/* ---- files by hand ---- */

static uint64_t number_at(size_t at)
{
    struct cursor c = { file + at, 8, false };
    return get_u64(&c);
}

static void check_again(size_t at, size_t length)
{
    struct bytes b = { 0 };
    put_u64(&b, hash_bytes((struct str){ (char *)file + at, length - CHECK_BYTES }));
    memcpy(file + at + length - CHECK_BYTES, b.p, CHECK_BYTES);
    free(b.p);
}

/* Where the place of the only section of a kind stands in the list at the end of the file. */
static size_t placed(enum section_kind kind)
{
    enum { TOTALS = 24, PLACE = 32 };
    size_t end = (size_t)number_at(nfile - TAIL_BYTES), at = end + SECTION_HEAD_BYTES + TOTALS;
    while (file[at] != (unsigned char)kind)
        at += PLACE;
    return at;
}

static unsigned char *section_end(enum section_kind kind)
{
    size_t place = placed(kind);
    return file + number_at(place + 8) + number_at(place + 16) - CHECK_BYTES;
}

/* The section of this kind was changed. */
static void section_changed(enum section_kind kind)
{
    size_t place = placed(kind), at = (size_t)number_at(place + 8),
           length = (size_t)number_at(place + 16), end = (size_t)number_at(nfile - TAIL_BYTES);
    check_again(at, length);
    memcpy(file + place + 24, file + at + length - CHECK_BYTES, CHECK_BYTES);
    check_again(end, nfile - TAIL_BYTES - end);
}

static void file_get(void)
{
    FILE *from = fopen(path, "r");
    ck_assert_ptr_nonnull(from);
    nfile = fread(file, 1, sizeof file, from);
    ck_assert_uint_lt(nfile, sizeof file);
    fclose(from);
}

static void file_put(void)
{
    FILE *to = fopen(path, "w");
    ck_assert_ptr_nonnull(to);
    ck_assert_uint_eq(fwrite(file, 1, nfile, to), nfile);
    ck_assert_int_eq(fclose(to), 0);
}

/* ---- the first file of a set ---- */

START_TEST(texts_in_order_are_not_looked_up)
{
    struct event_set set;
    struct rulebook book;
    write_people(&book);
    event_set_init(&set);
    load_into(&set, &book);
    ck_assert_uint_eq(set.ids.n, PEOPLE);
    ck_assert_uint_eq(set.whos.n, PEOPLE);
    ck_assert(intern_can_append(&set.ids)); /* no index */
    ck_assert(intern_can_append(&set.whos));
    for (uint32_t i = 0; i < PEOPLE; i++)
        ck_assert_uint_eq(intern_find(&set.ids, intern_text(&set.ids, i)), i);
    ck_assert_uint_eq(intern_find(&set.ids, STR("nobody")), INTERN_NONE);
    load_into(&set, &book); /* now they must be */
    ck_assert_uint_eq(set.ids.n, PEOPLE);
    ck_assert_uint_eq(set.whos.n, PEOPLE);
    ck_assert_uint_eq(set.n, 2 * PEOPLE);
    for (size_t i = 0; i < PEOPLE; i++)
        ck_assert_uint_eq(set.events[i].who, set.events[PEOPLE + i].who);
    event_set_free(&set);
    rulebook_free(&book);
}
END_TEST

START_TEST(an_identifier_that_is_there_twice_is_one)
{
    struct event_set set;
    struct rulebook book;
    write_people(&book);
    file_get();
    enum { TEXT = 1 + ID_BYTES };
    unsigned char *texts = section_end(SECTION_IDS) - PEOPLE * TEXT;
    memcpy(texts + TEXT, texts, TEXT);
    section_changed(SECTION_IDS);
    file_put();
    event_set_init(&set);
    load_into(&set, &book);
    ck_assert_uint_eq(set.ids.n, PEOPLE - 1);
    ck_assert_uint_eq(set.whos.n, PEOPLE - 1);
    ck_assert_uint_eq(set.events[0].who, set.events[1].who);
    ck_assert_uint_ne(set.events[0].who, set.events[2].who);
    event_set_free(&set);
    rulebook_free(&book);
}
END_TEST

START_TEST(identifiers_out_of_order_are_themselves)
{
    struct event_set set;
    struct rulebook book;
    write_people(&book);
    file_get();
    enum { TEXT = 1 + ID_BYTES };
    unsigned char *texts = section_end(SECTION_IDS) - PEOPLE * TEXT, first[TEXT];
    memcpy(first, texts, TEXT);
    memmove(texts, texts + TEXT, 2 * TEXT);
    memcpy(texts + 2 * TEXT, first, TEXT);
    section_changed(SECTION_IDS);
    file_put();
    event_set_init(&set);
    load_into(&set, &book);
    ck_assert_uint_eq(set.ids.n, PEOPLE);
    ck_assert(!intern_can_append(&set.ids));
    for (uint32_t i = 0; i < PEOPLE; i++) {
        const unsigned char *text = texts + (size_t)i * TEXT;
        ck_assert_uint_eq(who_id(&set, set.events[i].who, 0),
                          intern_find(&set.ids, (struct str){ (const char *)text, TEXT }));
    }
    event_set_free(&set);
    rulebook_free(&book);
}
END_TEST

START_TEST(a_link_that_is_there_twice_is_one)
{
    struct event_set set;
    struct rulebook book;
    write_people(&book);
    file_get();
    /* The last column: how far each row's identifier is behind that of the row before. */
    unsigned char *steps = section_end(SECTION_WHOS) - PEOPLE;
    ck_assert_int_eq(steps[0] * 100 + steps[1] * 10 + steps[2], 11);
    steps[1] = 0;
    section_changed(SECTION_WHOS);
    file_put();
    event_set_init(&set);
    load_into(&set, &book);
    ck_assert_uint_eq(set.whos.n, PEOPLE - 1);
    ck_assert_uint_eq(set.events[0].who, set.events[1].who);
    ck_assert_uint_eq(who_id(&set, set.events[1].who, 0), 0);
    ck_assert_uint_eq(who_id(&set, set.events[2].who, 0), 1);
    event_set_free(&set);
    rulebook_free(&book);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("event texts");
    TCase *c = new_case(s, "texts of event files");
    tcase_add_checked_fixture(c, path_begin, path_end);
    tcase_add_test(c, texts_in_order_are_not_looked_up);
    tcase_add_test(c, an_identifier_that_is_there_twice_is_one);
    tcase_add_test(c, identifiers_out_of_order_are_themselves);
    tcase_add_test(c, a_link_that_is_there_twice_is_one);
    return s;
}
