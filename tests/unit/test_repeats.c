/* test_repeats.c - records read twice: which of them count, by hand; and that the answer does not
 * depend on how the set came to be. tests/oracle/duplicates.py asks the whole program.
 */
#include "base/clock.h"
#include "event_file.h"
#include "event_files.h"
#include "events.h"
#include "unit.h"

enum { FILES = 3, RULES = 2 };

/* The records: file, record, key, time. */
struct record {
    uint32_t file;
    uint64_t record, key;
    int64_t time;
};
static const struct record records[] = {
    { 0, 1, 7, 10 }, { 0, 2, 7, 30 }, { 0, 3, 8, 40 }, { 1, 1, 7, 20 },
    { 1, 2, 8, 40 }, { 1, 3, 8, 41 }, { 1, 4, 0, 50 }, { 2, 1, 8, 42 },
};

static struct input_file books(size_t i)
{
    uint64_t matched = i == 0 ? 3 : i == 1 ? 4 : 1;
    struct input_file f = { .name = STR("f"), .records = matched, .matched = matched };
    f.first = f.last = f.first_event = (int64_t)i;
    f.first_event_record = 1;
    f.head_hash = f.whole_hash[0] = i + 1;
    f.bytes = 1;
    return f;
}

/* order: in which the records come to the set, in two parts of which one is merged into the other.
 */
static void make(struct event_set *set, const size_t *order)
{
    struct event_set part;
    event_set_init(set);
    event_set_init(&part);
    for (size_t i = 0; i < ROWS(records); i++) {
        const struct record *r = &records[order[i]];
        struct event_set *to = i % 3 ? set : &part;
        uint32_t id = set_id(to, ID_USER, STR("u"));
        struct event e = { .time = r->time };
        e.origin = (uint64_t)r->file << ORIGIN_RECORD_BITS | r->record;
        e.who = set_who(to, &id, 1);
        e.touch = intern_add(&to->touchpoints, STR("t"));
        e.rule = 1;
        event_set_add(to, &e);
        uint64_t key[2] = { r->key, 1 };
        if (r->key)
            repeats_add(&to->repeats, e.origin, key);
    }
    uint64_t gone[2] = { 7, 1 }; /* its events were taken back: it is no rival */
    repeats_add(&set->repeats, 99, gone);
    event_set_merge(set, &part);
    set->files = mem_zero(FILES, sizeof *set->files);
    set->nfiles = FILES;
    for (size_t i = 0; i < FILES; i++) {
        set->files[i] = books(i);
        set->files[i].rule_events = arena_take(&set->arena, RULES * sizeof(uint64_t));
        set->files[i].rule_events[1] = set->files[i].matched;
    }
}

/* By policy: the records that count, as bits. Of key 7 the latest is the second of file 0; of key 8
 * the one of file 2. Across: file 0 has 7 twice and 8 once, file 1 has 8 once more. */
static const struct {
    enum repeats_policy policy;
    unsigned count;
} wanted[] = {
    { REPEATS_KEEP, 0xff },
    { REPEATS_ONCE, 1 << 0 | 1 << 2 | 1 << 6 },
    { REPEATS_ACROSS, 1 << 0 | 1 << 1 | 1 << 2 | 1 << 5 | 1 << 6 },
    { REPEATS_BY, 1 << 1 | 1 << 6 | 1 << 7 },
};

static unsigned counting(const struct event_set *set)
{
    unsigned bits = 0;
    for (size_t i = 0; i < set->n; i++)
        for (size_t k = 0; k < ROWS(records); k++)
            if (event_file(&set->events[i]) == records[k].file &&
                event_record(&set->events[i]) == records[k].record)
                bits |= 1U << k;
    return bits;
}

static void check_books(const struct event_set *set)
{
    uint64_t events[FILES] = { 0 };
    for (size_t i = 0; i < set->n; i++)
        events[event_file(&set->events[i])]++;
    for (size_t i = 0; i < FILES; i++) {
        const struct input_file *f = &set->files[i];
        ck_assert_uint_eq(f->matched + f->rejected[REJECT_REPEATED], f->records);
        ck_assert_uint_eq(f->matched, events[i]);
        ck_assert_uint_eq(f->rule_events[1], events[i]);
    }
}

START_TEST(which_records_count)
{
    size_t order[ROWS(records)];
    uint64_t state = (uint64_t)_i;
    uint8_t policy = (uint8_t)wanted[_i % (int)ROWS(wanted)].policy;
    struct event_set set;
    struct intern none = { 0 };
    random_order(&state, order, ROWS(records));
    make(&set, order);
    event_set_seal_with(&set, &none, &policy, 1, 2);
    ck_assert_uint_eq(counting(&set), wanted[_i % (int)ROWS(wanted)].count);
    check_books(&set);
    event_set_free(&set);
}
END_TEST

START_TEST(a_set_without_policies_keeps_all)
{
    size_t order[ROWS(records)] = { 0, 1, 2, 3, 4, 5, 6, 7 };
    struct event_set set;
    struct intern none = { 0 };
    make(&set, order);
    event_set_seal(&set, &none, 1);
    ck_assert_uint_eq(counting(&set), 0xff);
    event_set_free(&set);
}
END_TEST

START_TEST(keys_go_with_their_file)
{
    size_t order[ROWS(records)] = { 7, 6, 5, 4, 3, 2, 1, 0 };
    struct event_set set, one;
    make(&set, order);
    event_set_init(&one);
    event_set_take_file(&set, 1, &one);
    ck_assert_uint_eq(one.repeats.n, 3); /* the fourth has no key */
    for (size_t i = 0; i < one.repeats.n; i++)
        ck_assert_uint_eq(one.repeats.list[i].origin >> ORIGIN_RECORD_BITS, 0);
    repeats_settle(&set.repeats, &set);
    ck_assert_uint_eq(set.repeats.n, 4);
    ck_assert_uint_eq(set.repeats.list[3].origin >> ORIGIN_RECORD_BITS, 1); /* was file 2 */
    set.n = 1; /* the others are forgotten, and so are their keys */
    event_set_keep_named(&set);
    ck_assert_uint_eq(set.repeats.n, 1);
    event_set_free(&set);
    free(one.files);
    one.files = NULL;
    event_set_free(&one);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("repeats");
    tcase_add_loop_test(new_case(s, "count"), which_records_count, 0, 40);
    tcase_add_test(new_case(s, "no policies"), a_set_without_policies_keeps_all);
    tcase_add_test(new_case(s, "files"), keys_go_with_their_file);
    return s;
}
