/* test_strongest.c - which of a set's identifiers names it, among so many that only a sample tells
 * how their texts begin: against a comparison of all texts of each set. */
#include "identity/identity.h"
#include "unit.h"

#include "events.h"

enum { SETS = 4000, OF_SET = 4, VALUE = 24 };

/* Most begin alike and differ late, or only in bytes that are no ASCII; one in `rare` ends early,
 * or begins with something smaller or larger. */
static struct str value_make(uint64_t *seed, uint64_t rare, size_t number, char *text)
{
    static const char *const begins[] = { "shared-", "share", "shared!", "sharee-", "\xff", "" };
    static const char letters[] = "00ab\x7f\x80\xfe\xff";
    bool usual = random_below(seed, rare) != 0;
    int n = snprintf(text, VALUE, "%s", begins[usual ? 0 : random_below(seed, ROWS(begins))]);
    for (size_t more = random_below(seed, 6); more; more--)
        text[n++] = letters[random_below(seed, sizeof letters - 1)];
    n += snprintf(text + n, VALUE - (size_t)n, "%zu", number % 7000); /* mostly its own */
    return (struct str){ text, (size_t)n };
}

START_TEST(the_smallest_of_many_values_names)
{
    static const enum id_kind kinds[] = { ID_EMAIL, ID_ORDER, ID_ORDER, ID_MESSAGE };
    struct event_set set;
    uint64_t seed = (uint64_t)_i + 1;
    event_set_init(&set);
    for (size_t s = 0; s < SETS; s++) {
        uint32_t ids[OF_SET];
        char text[VALUE];
        for (size_t i = 0; i < OF_SET; i++)
            ids[i] = set_id(&set, kinds[random_below(&seed, ROWS(kinds))],
                            value_make(&seed, _i % 2 ? 20 : 4000, s * OF_SET + i, text));
        struct event e = { .origin = origin(0, s + 1), .who = set_who(&set, ids, OF_SET) };
        e.touch = set_touch(&set, "t");
        event_set_add(&set, &e);
    }
    set_files(&set, 1);
    event_set_seal(&set, &(struct intern){ 0 }, 1);
    struct customers c;
    const struct identity_rules unlimited = { 0 };
    identity_join(&set, &unlimited, &(struct name_key){ .raw = true }, 2, &c);
    ck_assert_uint_gt(c.n, SETS / 20);
    for (uint32_t id = 0; id < set.ids.n; id++) {
        struct str best = intern_text(&set.ids, c.canonical[c.of_id[id]]);
        ck_assert_int_le(str_cmp(best, intern_text(&set.ids, id)), 0);
        ck_assert_uint_eq(c.of_id[c.canonical[c.of_id[id]]], c.of_id[id]);
    }
    customers_free(&c);
    event_set_free(&set);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("strongest");
    TCase *many = new_case(s, "many");
    tcase_add_loop_test(many, the_smallest_of_many_values_names, 0, 12);
    return s;
}
