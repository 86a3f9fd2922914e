/* test_identity_random.c - random links with small limits, in 60 orders each, against a plain
 * second writing of the definitions (identity_plain.c) that has no fast path, no window list and no
 * union-find. */
#include "identity/identity.h"
#include "unit.h"

#include "events.h"
#include "identity_plain.h"

static const int64_t day = INT64_C(86400000000);

/* What the nets together must contain, or the test says little. */
static struct plain_answer sum;

static void rules_make(struct identity_rules *rules, uint64_t *seed)
{
    *rules = (struct identity_rules){ 0 };
    rules->limits[ID_USER].most = random_below(seed, 4) ? 1 : 0;
    rules->limits[ID_EMAIL] = (struct id_limit){ 2, random_below(seed, 2) ? 10 * day : 0 };
    rules->limits[ID_PHONE] = (struct id_limit){ 1, 20 * day };
    rules->limits[ID_COOKIE].most = 3;
    rules->limits[ID_ORDER].most = random_below(seed, 3) ? 0 : 2;
    rules->max_identifiers = random_below(seed, 2) ? 4 + (uint32_t)random_below(seed, 3) : 0;
    rules->max_persons = (uint32_t)random_below(seed, 4);
    rules->visitor_window = random_below(seed, 2) ? 15 * day : 0;
    rules->last_auth = random_below(seed, 3) == 0;
}

/* Few identifiers of few kinds meet often; visitors, cookies and users most of all. */
static void net_make(struct plain_net *net, uint64_t seed)
{
    static const enum id_kind kinds[] = { ID_USER,   ID_USER,    ID_EMAIL,  ID_EMAIL,
                                          ID_PHONE,  ID_ORDER,   ID_COOKIE, ID_COOKIE,
                                          ID_COOKIE, ID_VISITOR, ID_GROUP,  ID_ACCOUNT };
    rules_make(&net->rules, &seed);
    for (size_t i = 0; i < PLAIN_IDS; i++) {
        net->id[i].kind = kinds[random_below(&seed, ROWS(kinds))];
        snprintf(net->id[i].value, sizeof net->id[i].value, "%zu", i);
    }
    size_t used = 8 + random_below(&seed, PLAIN_IDS - 8), often = 1 + random_below(&seed, 3);
    for (size_t r = 0; r < PLAIN_RECORDS; r++) {
        struct plain_record *record = &net->record[r];
        *record = (struct plain_record){ .time = (int64_t)random_below(&seed, 60) * day };
        record->link = random_below(&seed, 5) == 0;
        size_t n = 1 + random_below(&seed, often + 1);
        while (record->n < n) {
            size_t id = random_below(&seed, used);
            bool had = false;
            for (size_t i = 0; i < record->n; i++)
                had |= record->ids[i] == id;
            if (!had)
                record->ids[record->n++] = id;
        }
    }
}

/* Records in the order of the seed, each with its own origin, and its number in the event's rule.
 */
static void net_fill(const struct plain_net *net, uint64_t seed, struct event_set *set)
{
    size_t order[PLAIN_RECORDS];
    random_order(&seed, order, PLAIN_RECORDS);
    for (size_t k = 0; k < PLAIN_RECORDS; k++) {
        const struct plain_record *record = &net->record[order[k]];
        size_t at[PLAIN_OF_RECORD];
        uint32_t ids[PLAIN_OF_RECORD];
        random_order(&seed, at, record->n);
        for (size_t i = 0; i < record->n; i++) {
            const struct plain_id *id = &net->id[record->ids[at[i]]];
            ids[i] = set_id(set, id->kind, str_c(id->value));
        }
        struct event e = { .time = record->time, .origin = origin(0, order[k] + 1) };
        e.rule = (uint16_t)order[k];
        e.who = set_who(set, ids, record->n);
        e.touch = record->link ? TOUCH_NONE : set_touch(set, "t");
        event_set_add(set, &e);
    }
    set_files(set, 1);
    event_set_seal(set, &(struct intern){ 0 }, 1);
}

static void net_check(const struct plain_net *net, const struct plain_answer *want, uint64_t seed,
                      int workers)
{
    struct event_set set;
    struct customers c;
    const struct name_key raw = { .raw = true };
    uint64_t links = 0, nobody = 0;
    event_set_init(&set);
    net_fill(net, seed, &set);
    identity_join(&set, &net->rules, &raw, workers, &c);
    for (size_t i = 0; i < set.n; i++) {
        const struct event *e = &set.events[i];
        size_t name = want->name[e->rule];
        links += e->touch == TOUCH_NONE;
        if (e->touch == TOUCH_NONE)
            continue;
        uint32_t got = customer_of(&c, e);
        nobody += got == CUSTOMER_NONE;
        struct str text = STR("(nobody)");
        if (name != PLAIN_NOBODY)
            text = arena_printf(&set.arena, "%s:%s", id_kind_names[net->id[name].kind],
                                net->id[name].value);
        struct str has = got == CUSTOMER_NONE ? STR("(nobody)") : c.names[got];
        ck_assert_msg(str_eq(text, has), "record %u: %.*s, expected %.*s", e->rule, STR_ARG(has),
                      STR_ARG(text));
    }
    ck_assert_uint_eq(c.links, links);
    ck_assert_uint_eq(c.unidentified, nobody);
    ck_assert_uint_eq(c.log.nrefusals, want->refusals);
    ck_assert_uint_eq(c.log.ncrowded, want->crowded);
    ck_assert_uint_eq(c.log.nshared, want->shared);
    ck_assert_uint_eq(c.log.visitors_apart, want->apart);
    customers_free(&c);
    event_set_free(&set);
}

enum { NETS = 25, ORDERS = 60, ROUNDS = 4 };

START_TEST(any_order_of_links_gives_the_same_customers)
{
    static const int workers[] = { 1, 2, 7 };
    static struct plain_net net;
    for (size_t i = 0; i < NETS; i++) {
        struct plain_answer want;
        uint64_t seed = (uint64_t)_i * NETS + i;
        net_make(&net, seed);
        plain_join(&net, &want);
        sum.refusals += want.refusals;
        sum.crowded += want.crowded;
        sum.shared += want.shared;
        sum.apart += want.apart;
        for (size_t turn = 0; turn < ORDERS; turn++)
            net_check(&net, &want, seed * 7919 + turn, turn % 10 ? 1 : workers[turn / 10 % 3]);
    }
    ck_assert_uint_gt(sum.refusals, NETS);
    ck_assert_uint_gt(sum.crowded, NETS / 4);
    ck_assert_uint_gt(sum.shared, NETS / 4);
    ck_assert_uint_gt(sum.apart, 0);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("identity_random");
    TCase *c = new_case(s, "random");
    tcase_set_timeout(c, 120);
    tcase_add_loop_test(c, any_order_of_links_gives_the_same_customers, 0, ROUNDS);
    return s;
}
