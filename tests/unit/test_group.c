/* Expectations: worked out by hand from derive.h (struct group). */
#include "unit.h"

#include "ingest/derive.h"

enum { F_ID, F_FROM, F_TO, F_DONE, FIELDS };

static int32_t slot[FIELDS] = { 0, 1, 2, 3 };
static uint32_t keep[] = { F_FROM };
static struct group_rules rules = { F_ID, keep, 1, F_TO, F_DONE };

static struct source mail_source(void)
{
    return (struct source){ .slot = slot, .nslots = FIELDS, .ncolumns = FIELDS, .group = &rules };
}

/* A line "id from to done"; a dot is an absent field. */
static void add_line(struct batch *b, struct str line, uint64_t number)
{
    size_t i = batch_add(b, line, number);
    for (size_t c = 0; c < FIELDS; c++) {
        struct str field = str_cut(&line, ' ');
        if (!str_eq(field, STR(".")))
            batch_column(b, c)[i] = field;
    }
}

/* Writes what was delivered as "number:id,from,to ", then a |. */
static char *tell(const struct batch *b, char *told)
{
    for (size_t k = 0; k < b->n; k++)
        told += sprintf(told, "%d:%.*s,%.*s,%.*s ", (int)b->number[k],
                        STR_ARG(batch_column(b, F_ID)[k]), STR_ARG(batch_column(b, F_FROM)[k]),
                        STR_ARG(batch_column(b, F_TO)[k]));
    return told + sprintf(told, "|");
}

/* Feeds lines in batches of `step` and tells what each delivers, then what the end does. Lines are
 * overwritten after each batch, as blocks are. */
static void run(const char *const *lines, size_t n, size_t step, char *told, size_t *layout,
                size_t *joined)
{
    struct source s = mail_source();
    struct group *g = group_new(&s);
    struct batch b = { 0 };
    *layout = *joined = 0;
    for (size_t i = 0; i < n; i += step) {
        char block[1000];
        size_t used = 0;
        batch_reset(&b, FIELDS);
        for (size_t k = i; k < i + step && k < n; k++) {
            size_t length = strlen(lines[k]);
            memcpy(block + used, lines[k], length);
            add_line(&b, (struct str){ block + used, length }, k + 1);
            used += length;
        }
        group_batch(g, &b);
        told = tell(&b, told);
        for (size_t k = 0; k < b.nbad; k++)
            ++*(b.bad[k].why == REJECT_LAYOUT ? layout : joined);
        memset(block, '#', sizeof block);
    }
    batch_reset(&b, FIELDS);
    group_finish(g, &b);
    tell(&b, told);
    group_free(g);
    batch_free(&b);
}

static const struct {
    const char *lines[12];
    size_t step;
    const char *told;
    size_t layout, joined;
} cases[] = {
    /* two recipients of one message; the sender stands on another line */
    { { "A f1 . .", "A . t1 .", "A . t2 .", "A . . x" }, 10, "2:A,f1,t1 3:A,f1,t2 ||", 0, 2 },
    /* the sender comes last; a record waits for it over batches */
    { { "A . t1 .", "A f1 . .", "A . . x" }, 1, "||1:A,f1,t1 ||", 0, 2 },
    /* the first sender seen holds, but a record's own is its own */
    { { "A f1 . .", "A f2 t1 .", "A f3 . .", "A . t2 x" }, 10, "2:A,f2,t1 4:A,f1,t2 ||", 0, 2 },
    /* a record may give what another record lacks */
    { { "A f1 t1 .", "A . t2 .", "A . . x" }, 10, "1:A,f1,t1 2:A,f1,t2 ||", 0, 1 },
    /* messages mixed; the order is that of the lines */
    { { "A f1 . .", "B f2 . .", "B . t2 .", "A . t1 .", "A . . x", "B . . x" },
      10,
      "3:B,f2,t2 4:A,f1,t1 ||",
      0,
      4 },
    /* the same, the second message open over a border of batches */
    { { "B . t2 .", "A . t1 .", "A . . x", "B f2 . x" }, 3, "2:A,,t1 |1:B,f2,t2 ||", 0, 2 },
    /* never closed: delivered at the end of the file */
    { { "A f1 . .", "A . t1 .", "B f2 t2 ." }, 10, "|2:A,f1,t1 3:B,f2,t2 |", 0, 1 },
    /* an id used again is a new message */
    { { "A f1 t1 .", "A . . x", "A . t2 .", "A . . x" }, 10, "1:A,f1,t1 3:A,,t2 ||", 0, 2 },
    /* lines without an id: records stand alone, others are nothing */
    { { ". f1 t1 .", ". f1 . .", "A . t2 .", ". . t3 .", "A . . x" },
      10,
      "1:,f1,t1 3:A,,t2 4:,,t3 ||",
      1,
      1 },
    /* a message that never has a record */
    { { "A f1 . .", "A . . x", "B f1 . ." }, 10, "||", 0, 3 },
    { { NULL }, 10, "|", 0, 0 },
};

START_TEST(test_messages)
{
    size_t n = 0, layout, joined;
    char told[500];
    while (cases[_i].lines[n])
        n++;
    run(cases[_i].lines, n, cases[_i].step, told, &layout, &joined);
    ck_assert_str_eq(told, cases[_i].told);
    ck_assert_uint_eq(layout, cases[_i].layout);
    ck_assert_uint_eq(joined, cases[_i].joined);
}
END_TEST

/* What the reader found bad stays, and the text of the whole record comes along. */
START_TEST(test_bad_and_raw)
{
    struct source s = mail_source();
    struct group *g = group_new(&s);
    struct batch b = { .wants_match_text = true };
    batch_reset(&b, FIELDS);
    batch_bad(&b, 1, REJECT_LAYOUT, STR("noise"), NULL);
    add_line(&b, STR("A . t1 ."), 2);
    b.match_text[0] = STR("other text");
    add_line(&b, STR(". f1 . ."), 3);
    add_line(&b, STR("A f1 . x"), 4);
    group_batch(g, &b);
    ck_assert_uint_eq(b.n, 1);
    ck_assert_str_is(b.raw[0], "A . t1 .");
    ck_assert_str_is(batch_match_text(&b, 0), "other text");
    ck_assert_ptr_null(batch_column(&b, F_DONE)[0].p);
    ck_assert_uint_eq(b.nbad, 3);
    ck_assert_uint_eq(b.bad[0].record, 1);
    ck_assert_str_eq(b.bad[1].detail, "no message id and no result");
    ck_assert_str_is(b.bad[1].text, ". f1 . .");
    ck_assert_int_eq(b.bad[2].why, REJECT_JOINED);
    group_free(g);
    batch_free(&b);
}
END_TEST

/* One message more than GROUP_OPEN_MAX: the oldest ends, without what its later lines say. */
START_TEST(test_open_max)
{
    struct source s = mail_source();
    struct group *g = group_new(&s);
    struct batch b = { 0 };
    struct arena a = { 0 };
    batch_reset(&b, FIELDS);
    for (uint64_t i = 0; i <= GROUP_OPEN_MAX; i++)
        add_line(&b, arena_printf(&a, "Q%d . t .", (int)i), i + 1);
    group_batch(g, &b);
    ck_assert_uint_eq(b.n, 1);
    ck_assert_uint_eq(b.number[0], 1);
    ck_assert_str_is(batch_column(&b, F_ID)[0], "Q0");
    batch_reset(&b, FIELDS);
    add_line(&b, STR("Q1 late . x"), GROUP_OPEN_MAX + 2);
    group_batch(g, &b);
    ck_assert_uint_eq(b.n, 1);
    ck_assert_str_is(batch_column(&b, F_FROM)[0], "late");
    batch_reset(&b, FIELDS);
    group_finish(g, &b);
    ck_assert_uint_eq(b.n, GROUP_OPEN_MAX - 1);
    for (size_t i = 0; i < b.n; i++)
        ck_assert_uint_eq(b.number[i], i + 3);
    group_free(g);
    batch_free(&b);
    arena_free(&a);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("group");
    tcase_add_loop_test(new_case(s, "messages"), test_messages, 0, ROWS(cases));
    tcase_add_test(new_case(s, "bad and raw"), test_bad_and_raw);
    tcase_add_test(new_case(s, "open max"), test_open_max);
    return s;
}
