/* test_event.c - the event set: texts behind numbers, merging in any order, sealing. */
#include "base/clock.h"
#include "base/limits.h"
#include "unit.h"

#include "events.h"

/* ---- names and attributes ---- */

START_TEST(names_are_found)
{
    for (int i = 0; i < ID_KINDS; i++)
        ck_assert_int_eq(id_kind_find(str_c(id_kind_names[i])), i);
    for (int i = 0; i < ATTRS; i++)
        ck_assert_int_eq(attr_find(str_c(attr_names[i])), i);
    for (int i = 0; i < REJECTS; i++)
        ck_assert_ptr_nonnull(reject_names[i]);
    ck_assert_int_eq(id_kind_find(STR("e")), -1);
    ck_assert_int_eq(id_kind_find(STR("")), -1);
    ck_assert_int_eq(attr_find(STR("values")), -1);
}
END_TEST

START_TEST(attributes_are_read)
{
    struct event_set set;
    event_set_init(&set);
    struct str texts[ATTRS] = { { NULL, 0 } };
    texts[ATTR_VALUE] = STR("12.5");
    texts[ATTR_CAMPAIGN] = STR("");
    texts[ATTR_REFERENCE] = STR("a\0b");
    uint32_t some = set_attrs(&set, texts);
    int64_t micros = 7;
    ck_assert_str_is(attrs_text(&set, some, ATTR_VALUE), "12.5");
    ck_assert(attrs_micros(&set, some, ATTR_VALUE, &micros));
    ck_assert_int_eq(micros, 12500000);
    ck_assert_ptr_null(attrs_text(&set, some, ATTR_SCORE).p);
    ck_assert(!attrs_micros(&set, some, ATTR_SCORE, &micros));
    ck_assert_ptr_nonnull(attrs_text(&set, some, ATTR_CAMPAIGN).p);
    ck_assert_uint_eq(attrs_text(&set, some, ATTR_CAMPAIGN).n, 0);
    ck_assert(str_eq(attrs_text(&set, some, ATTR_REFERENCE), STR("a\0b")));
    ck_assert(!attrs_micros(&set, some, ATTR_REFERENCE, &micros));
    for (int a = 0; a < ATTRS; a++)
        ck_assert_ptr_null(attrs_text(&set, 0, (enum attr)a).p);
    event_set_free(&set);
}
END_TEST

START_TEST(whos_are_read)
{
    struct event_set set;
    event_set_init(&set);
    uint32_t ids[] = { set_id(&set, ID_VISITOR, STR("10.0.0.1 x")),
                       set_id(&set, ID_USER, STR("ann\0")) };
    uint32_t who = set_who(&set, ids, 2);
    ck_assert_uint_eq(who_size(&set, who), 2);
    ck_assert_uint_eq(who_id(&set, who, 0), ids[0]);
    ck_assert_uint_eq(who_id(&set, who, 1), ids[1]);
    ck_assert_int_eq(id_kind_of(&set, ids[0]), ID_VISITOR);
    ck_assert(str_eq(id_value(&set, ids[1]), STR("ann\0")));
    event_set_free(&set);
}
END_TEST

/* ---- merging ---- */

enum { EVENTS = 3000, PARTS = 6, FILES = 20 };

/* The k-th event of the test's world; a pure function of k, so that any set can be given it. */
static void add_event(struct event_set *set, size_t k)
{
    uint64_t seed = k * 77 + 1;
    uint32_t ids[3];
    char text[40];
    size_t nids = 1 + random_below(&seed, 3);
    for (size_t i = 0; i < nids; i++) {
        int n = snprintf(text, sizeof text, "%zu-%zu", i, random_below(&seed, 50));
        ids[i] = set_id(set, (enum id_kind)random_below(&seed, ID_KINDS),
                        (struct str){ text, (size_t)n });
    }
    struct str texts[ATTRS] = { { NULL, 0 } };
    if (random_below(&seed, 2))
        texts[random_below(&seed, ATTRS)] = random_below(&seed, 2) ? STR("x") : STR("y");
    char name[40];
    snprintf(name, sizeof name, "touch %zu", random_below(&seed, 30));
    struct event e = {
        .time = (int64_t)random_below(&seed, 1000),
        .origin = origin(k % FILES, k),
        .who = set_who(set, ids, nids),
        .touch = set_touch(set, name),
        .attrs = set_attrs(set, texts),
        .rule = (uint16_t)random_below(&seed, 9),
        .flags = (uint8_t)random_below(&seed, 2),
    };
    event_set_add(set, &e);
}

static int texts_cmp(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Everything that a sealed set says, in an order of its own. */
static struct str *set_says(const struct event_set *set, struct arena *a)
{
    struct str *says = arena_take(a, set->n * sizeof *says);
    for (size_t i = 0; i < set->n; i++)
        says[i] = event_says(set, &set->events[i], a);
    qsort(says, set->n, sizeof *says, texts_cmp);
    return says;
}

static void same_sets(const struct event_set *x, const struct event_set *y)
{
    struct arena a = { 0 };
    ck_assert_uint_eq(x->n, y->n);
    ck_assert_uint_eq(x->ids.n, y->ids.n);
    ck_assert_uint_eq(x->whos.n, y->whos.n);
    ck_assert_uint_eq(x->attrs.n, y->attrs.n);
    ck_assert_uint_eq(x->touchpoints.n, y->touchpoints.n);
    for (uint32_t i = 0; i < x->touchpoints.n; i++)
        ck_assert(str_eq(intern_text(&x->touchpoints, i), intern_text(&y->touchpoints, i)));
    struct str *a_says = set_says(x, &a), *b_says = set_says(y, &a);
    for (size_t i = 0; i < x->n; i++)
        ck_assert_msg(str_eq(a_says[i], b_says[i]), "'%.*s' is not '%.*s'", STR_ARG(a_says[i]),
                      STR_ARG(b_says[i]));
    arena_free(&a);
}

START_TEST(merging_in_any_order_says_the_same)
{
    static const int workers[] = { 1, 2, 7 };
    uint64_t seed = (uint64_t)_i + 1;
    struct event_set whole, joined, parts[PARTS];
    event_set_init(&whole);
    event_set_init(&joined);
    size_t order[EVENTS], part_order[PARTS];
    for (size_t p = 0; p < PARTS; p++)
        event_set_init(&parts[p]);
    for (size_t k = 0; k < EVENTS; k++)
        add_event(&whole, k);
    random_order(&seed, order, EVENTS);
    random_order(&seed, part_order, PARTS);
    for (size_t k = 0; k < EVENTS; k++)
        add_event(&parts[random_below(&seed, PARTS - 1)], order[k]); /* one stays empty */
    set_files(&whole, FILES);
    set_files(&joined, FILES);
    for (size_t p = 0; p < PARTS; p++) {
        event_set_merge(&joined, &parts[part_order[p]]);
        ck_assert_uint_eq(parts[part_order[p]].n, 0);
    }
    event_set_seal(&whole, &(struct intern){ 0 }, 1);
    event_set_seal(&joined, &(struct intern){ 0 }, workers[_i % 3]);
    same_sets(&whole, &joined);
    for (uint32_t i = 1; i < joined.touchpoints.n; i++)
        ck_assert_int_lt(
            str_cmp(intern_text(&joined.touchpoints, i - 1), intern_text(&joined.touchpoints, i)),
            0);
    event_set_free(&whole);
    event_set_free(&joined);
}
END_TEST

START_TEST(lists_stay_ascending)
{
    struct event_set a, b;
    event_set_init(&a);
    event_set_init(&b);
    uint32_t one = set_id(&a, ID_USER, STR("z"));
    set_who(&a, &one, 1);
    uint32_t two[] = { set_id(&b, ID_USER, STR("y")), set_id(&b, ID_USER, STR("z")) };
    set_who(&b, two, 2);
    event_set_merge(&a, &b); /* in a, z is 0 and y is 1 */
    ck_assert_uint_eq(a.whos.n, 2);
    ck_assert_uint_eq(who_id(&a, 1, 0), 0);
    ck_assert_uint_eq(who_id(&a, 1, 1), 1);
    event_set_free(&a);
}
END_TEST

/* ---- sealing: files (A55) ---- */

/* source first_event head whole bytes name, by input; want: inputs in order, * a duplicate. */
static const struct {
    const char *what;
    struct {
        uint32_t source;
        int64_t first_event;
        uint64_t head, whole, bytes;
        const char *name;
    } files[4];
    const char *want;
} orders[] = {
    { "by source before time", { { 1, 5, 1, 1, 9, "a" }, { 0, 9, 2, 2, 9, "b" } }, "b a" },
    { "by time, not name", { { 0, 5, 1, 1, 9, "b" }, { 0, 9, 2, 2, 9, "a" } }, "b a" },
    { "without events last",
      { { 0, TIME_NONE, 1, 1, 9, "a" }, { 0, 9, 2, 2, 9, "b" }, { 0, -4, 3, 3, 9, "c" } },
      "c b a" },
    { "by head", { { 0, 5, 7, 1, 9, "a" }, { 0, 5, 6, 2, 9, "b" } }, "b a" },
    { "by the whole", { { 0, 5, 7, 2, 9, "a" }, { 0, 5, 7, 1, 9, "b" } }, "b a" },
    { "a duplicate: the first name stays",
      { { 0, 5, 7, 1, 9, "b" }, { 0, 5, 7, 1, 9, "a" }, { 0, 5, 7, 1, 9, "c" } },
      "a b* c*" },
    { "same head only", { { 0, 5, 7, 2, 9, "b" }, { 0, 5, 7, 1, 9, "a" } }, "a b" },
    { "another source is no duplicate", { { 1, 5, 7, 1, 9, "a" }, { 0, 5, 7, 1, 9, "b" } }, "b a" },
    { "the year was guessed differently",
      { { 0, 50, 7, 1, 9, "a" }, { 0, 20, 8, 2, 9, "b" }, { 0, 5, 7, 1, 9, "c" } },
      "c b a*" },
    { "empty files are no duplicates",
      { { 0, TIME_NONE, 7, 1, 0, "b" }, { 0, TIME_NONE, 7, 1, 0, "a" } },
      "a b" },
};

START_TEST(files_are_ordered)
{
    for (size_t turn = 0; turn < 2; turn++) { /* the order of input must not matter */
        struct event_set set;
        event_set_init(&set);
        size_t n = 0;
        while (n < 4 && orders[_i].files[n].name)
            n++;
        set_files(&set, n);
        for (size_t i = 0; i < n; i++) {
            struct input_file *f = &set.files[turn ? n - 1 - i : i];
            f->name = str_c(orders[_i].files[i].name);
            f->source = orders[_i].files[i].source;
            f->first_event = orders[_i].files[i].first_event;
            f->head_hash = orders[_i].files[i].head;
            f->whole_hash[1] = orders[_i].files[i].whole;
            f->whole_hash[0] = 0;
            f->bytes = orders[_i].files[i].bytes;
        }
        event_set_seal(&set, &(struct intern){ 0 }, 2);
        struct str got = { "", 0 };
        for (uint32_t i = 0; i < n; i++) {
            const struct input_file *f = event_set_file(&set, i);
            ck_assert_uint_eq(f->place, i);
            got = arena_printf(&set.arena, "%.*s%s%.*s%s", STR_ARG(got), i ? " " : "",
                               STR_ARG(f->name), f->duplicate ? "*" : "");
        }
        ck_assert_str_is(got, orders[_i].want);
        event_set_free(&set);
    }
}
END_TEST

START_TEST(duplicates_are_booked)
{
    struct event_set set;
    event_set_init(&set);
    set_files(&set, 3);
    for (size_t k = 0; k < 300; k++) { /* 100 a file */
        uint32_t id = set_id(&set, ID_USER, STR("u"));
        struct event e = { .origin = origin(k % 3, k / 3 + 1), .who = set_who(&set, &id, 1) };
        e.touch = set_touch(&set, k % 3 ? "b" : "a");
        event_set_add(&set, &e);
    }
    struct input_file *f = set.files;
    for (int i = 0; i < 3; i++) {
        f[i].records = 150;
        f[i].matched = 90;
        f[i].unmatched = 50;
        f[i].rejected[REJECT_TIME] = 10;
        f[i].rule_events = arena_take(&set.arena, 2 * sizeof *f->rule_events);
        f[i].rule_events[1] = 100;
    }
    f[0].first_event = 3; /* the last of all */
    f[2].first_event = 1; /* the bytes of file 1 under another name */
    f[2].head_hash = f[1].head_hash;
    f[2].whole_hash[0] = f[1].whole_hash[0];
    event_set_seal(&set, &(struct intern){ 0 }, 2);
    ck_assert_uint_eq(set.n, 200);
    size_t count[3] = { 0 };
    for (size_t i = 0; i < set.n; i++) {
        const struct event *e = &set.events[i];
        count[event_file(e)]++;
        ck_assert_uint_ge(event_record(e), 1);
        ck_assert_uint_le(event_record(e), 100);
        ck_assert_uint_eq(e->touch, event_file(e) == 2 ? 0 : 1);
    }
    ck_assert_uint_eq(count[0], 100);
    ck_assert_uint_eq(count[1], 0);
    ck_assert_uint_eq(count[2], 100);
    for (uint32_t i = 0; i < 3; i++) {
        const struct input_file *g = event_set_file(&set, i);
        uint64_t sum = g->matched + g->unmatched;
        for (int r = 0; r < REJECTS; r++)
            sum += g->rejected[r];
        ck_assert_uint_eq(sum, g->records);
        ck_assert_uint_eq(g->rejected[REJECT_DUPLICATE], i == 1 ? 140 : 0);
        ck_assert_uint_eq(g->rejected[REJECT_TIME], 10);
        ck_assert_int_eq(g->rule_events != NULL, i != 1);
    }
    event_set_free(&set);
}
END_TEST

/* Names 0 and 1 have one event, all others two. */
START_TEST(too_many_touchpoints_become_other)
{
    size_t names = TOUCHPOINTS_MAX + (size_t)_i;
    struct event_set set;
    event_set_init(&set);
    set_files(&set, 1);
    for (size_t k = 0; k < 2 * names - 2; k++) {
        char name[20];
        snprintf(name, sizeof name, "t%05zu", k % names + (k >= names ? 2 : 0));
        struct event e = { .origin = origin(0, k + 1), .who = set_who(&set, NULL, 0) };
        e.touch = set_touch(&set, name);
        event_set_add(&set, &e);
    }
    event_set_seal(&set, &(struct intern){ 0 }, 2);
    ck_assert_uint_eq(set.touchpoints.n, TOUCHPOINTS_MAX);
    size_t other = 0;
    for (size_t i = 0; i < set.n; i++)
        other += str_eq(intern_text(&set.touchpoints, set.events[i].touch), STR("(other)"));
    ck_assert_uint_eq(other, _i ? 2 : 0);
    ck_assert_uint_eq(set.n, 2 * names - 2);
    event_set_free(&set);
}
END_TEST

START_TEST(nothing_is_a_set_too)
{
    struct event_set set, part;
    event_set_init(&set);
    event_set_init(&part);
    event_set_merge(&set, &part);
    event_set_seal(&set, &(struct intern){ 0 }, 7);
    ck_assert_uint_eq(set.n, 0);
    ck_assert_ptr_null(attrs_text(&set, 0, ATTR_VALUE).p);
    event_set_free(&set);
    event_set_free(&part);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("event");
    TCase *texts = new_case(s, "texts");
    tcase_add_test(texts, names_are_found);
    tcase_add_test(texts, attributes_are_read);
    tcase_add_test(texts, whos_are_read);
    TCase *merge = new_case(s, "merge");
    tcase_add_loop_test(merge, merging_in_any_order_says_the_same, 0, 12);
    tcase_add_test(merge, lists_stay_ascending);
    TCase *seal = new_case(s, "seal");
    tcase_add_loop_test(seal, files_are_ordered, 0, ROWS(orders));
    tcase_add_test(seal, duplicates_are_booked);
    tcase_add_loop_test(seal, too_many_touchpoints_become_other, 0, 2);
    tcase_add_test(seal, nothing_is_a_set_too);
    return s;
}
