/* test_consent.c - people who refused are joined within a source only: by hand, and as a law of
 * random links with small limits, in several orders. */
#include "identity/identity.h"
#include "unit.h"

#include "events.h"

enum { SOURCES = 3, RECORDS = 40, IDS = 14, OF_RECORD = 3, NETS = 400 };

static const struct name_key raw = { .raw = true };
static const int64_t day = INT64_C(86400000000);

static const char letters[] = "umpaotgcvG"; /* by enum id_kind, but m is email and g is message */

static struct str coded(struct arena *a, const char *id)
{
    struct str text = arena_printf(a, "%s", id + 1);
    char *bytes = arena_take(a, text.n);
    memcpy(bytes, text.p, text.n);
    bytes[0] = (char)(strchr(letters, id[0]) - letters);
    return (struct str){ bytes, text.n };
}

/* "1 u:ann m:x, 2 m:x": records of sources 0 to 2; a second apart. */
static void add_records(struct event_set *set, const char *text)
{
    struct str rest = str_c(text);
    while (rest.n) {
        struct str record = str_trim(str_cut(&rest, ','));
        uint32_t ids[8];
        size_t n = 0, file = (size_t)(str_cut(&record, ' ').p[0] - '0');
        while (record.n) {
            struct str id = str_cut(&record, ' ');
            ids[n++] =
                set_id(set, (enum id_kind)(strchr(letters, id.p[0]) - letters), str_from(id, 2));
        }
        struct event e = { .time = (int64_t)set->n * 1000000,
                           .origin = origin(file, set->n + 1),
                           .rule = (uint16_t)set->n,
                           .who = set_who(set, ids, n) };
        e.touch = set_touch(set, "t");
        event_set_add(set, &e);
    }
}

static void seal(struct event_set *set)
{
    set_files(set, SOURCES);
    for (uint32_t i = 0; i < SOURCES; i++)
        set->files[i].source = i;
    event_set_seal(set, &(struct intern){ 0 }, 1);
}

static void know(struct event_set *set, const struct identity_rules *rules, struct str *refused,
                 size_t n, struct customers *c)
{
    static struct source sources[SOURCES];
    static const char *const names[] = { "web", "shop", "desk" };
    for (size_t i = 0; i < SOURCES; i++)
        sources[i].name = str_c(names[i]);
    struct refused_ids ids = { refused, n, sources };
    identity_know(set, rules, &ids, &raw, 1, c);
}

/* Whose each record is; then how many refused, of how many, and how many they are now. */
static const struct {
    const char *what, *records, *refused, *want;
} cases[] = {
    { "nobody", "0 u:a m:x, 1 m:x, 2 m:x", "u:z", "user:a user:a user:a 0/1 0" },
    { "a customer of each source", "0 u:a m:x, 1 m:x, 2 m:x u:a, 2 m:x", "u:a",
      "user:a email:x in shop user:a in desk user:a in desk 1/1 3" },
    { "by any of their identifiers", "0 u:a c:1, 0 c:1 m:x, 1 m:x, 1 u:a", "c:1",
      "user:a user:a email:x in shop user:a in shop 1/1 3" },
    { "within a source as ever", "0 c:1, 0 c:1 u:a, 0 v:1, 0 v:1 c:1", "u:a",
      "user:a user:a user:a user:a 1/1 1" },
    { "others as ever", "0 u:a, 1 u:a, 0 u:b m:y, 1 m:y", "u:a",
      "user:a user:a in shop user:b user:b 1/2 2" },
    { "a link over a limit joins them not now either", "0 u:a m:x, 1 m:x u:b, 2 u:b", "u:a",
      "user:a user:b user:b 1/2 1" },
    { "a shared cookie is its own in each source",
      "0 u:a c:1, 0 u:b c:1, 0 c:1, 1 u:b c:1, 1 c:1, 2 u:b", "u:a",
      "user:a user:b cookie:1 user:b cookie:1 in shop user:b 1/2 3" },
    { "not joined to the other one where only one signs in", "0 u:a c:1, 1 u:b c:1, 1 c:1", "u:a",
      "user:a user:b cookie:1 1/2 2" },
    { "a visitor of several, too", "0 u:a v:1, 1 u:b v:1, 1 v:1, 2 v:1", "u:a",
      "user:a user:b visitor:1 visitor:1 in desk 1/2 3" },
    { "a group joins nobody", "0 u:a G:7, 1 u:a G:7, 1 G:7", "u:a",
      "user:a user:a in shop group:7 1/2 2" },

};

START_TEST(refusals_part_by_source)
{
    struct event_set set;
    struct customers c;
    struct identity_rules rules = { .limits[ID_USER].most = 1 };
    event_set_init(&set);
    add_records(&set, cases[_i].records);
    seal(&set);
    struct str refused = coded(&set.arena, cases[_i].refused), got[16] = { 0 };
    know(&set, &rules, &refused, 1, &c);
    for (size_t i = 0; i < set.n; i++)
        got[set.events[i].rule] = c.names[customer_of(&c, &set.events[i])];
    struct str text = { "", 0 };
    for (size_t i = 0; i < set.n; i++)
        text = arena_printf(&set.arena, "%.*s%.*s ", STR_ARG(text), STR_ARG(got[i]));
    uint32_t of = c.parted.of;
    text = arena_printf(&set.arena, "%.*s%u/%u %u", STR_ARG(text), c.parted.persons, of,
                        c.parted.apart);
    ck_assert_str_is(text, cases[_i].want);
    customers_free(&c);
    event_set_free(&set);
}
END_TEST

/* "a in shop" is a user of the desk already. */
START_TEST(a_name_that_is_taken_is_not_given)
{
    struct event_set set;
    struct customers c;
    event_set_init(&set);
    add_records(&set, "0 u:a, 1 u:a, 2 u:b");
    uint32_t taken = set_id(&set, ID_USER, STR("a in shop"));
    struct event e = { .origin = origin(2, 9), .rule = 3, .who = set_who(&set, &taken, 1) };
    e.touch = set_touch(&set, "t");
    event_set_add(&set, &e);
    seal(&set);
    struct str refused = coded(&set.arena, "u:a");
    know(&set, &(struct identity_rules){ 0 }, &refused, 1, &c);
    ck_assert_uint_eq(c.n, 4);
    ck_assert_str_is(c.names[1], "user:a in shop");
    ck_assert_str_is(c.names[2], "user:a in shop in shop");
    customers_free(&c);
    event_set_free(&set);
}
END_TEST

/* ---- the law ---- */

struct net {
    struct identity_rules rules;
    char id[IDS][8];
    struct record {
        size_t n, ids[OF_RECORD], source;
        int64_t time;
        bool link;
    } record[RECORDS];
    size_t nrefused, refused[2];
};

static void net_make(struct net *net, uint64_t seed)
{
    static const char kinds[] = "uuummpoccccvvG";
    *net = (struct net){ .rules.max_persons = 0 };
    net->rules.limits[ID_USER].most = random_below(&seed, 4) ? 1 : 0;
    net->rules.limits[ID_EMAIL].most = (uint32_t)random_below(&seed, 3);
    net->rules.max_identifiers = random_below(&seed, 2) ? 4 + (uint32_t)random_below(&seed, 3) : 0;
    net->rules.visitor_window = random_below(&seed, 2) ? 15 * day : 0;
    net->rules.last_auth = random_below(&seed, 3) == 0;
    for (size_t i = 0; i < IDS; i++)
        snprintf(net->id[i], sizeof net->id[i], "%c:%zu", kinds[i], i);
    for (size_t r = 0; r < RECORDS; r++) {
        struct record *record = &net->record[r];
        record->time = (int64_t)random_below(&seed, 60) * day;
        record->link = random_below(&seed, 5) == 0;
        record->source = random_below(&seed, SOURCES);
        size_t n = 1 + random_below(&seed, OF_RECORD), first = random_below(&seed, IDS);
        for (size_t i = 0; i < n; i++) /* 5 and 14 have no common factor: no number twice */
            record->ids[record->n++] = (first + i * 5) % IDS;
    }
    net->nrefused = 1 + random_below(&seed, 2);
    for (size_t i = 0; i < net->nrefused; i++)
        net->refused[i] = random_below(&seed, 11);
}

static void net_join(const struct net *net, uint64_t seed, bool agreed, struct event_set *set,
                     struct customers *c)
{
    size_t order[RECORDS];
    event_set_init(set);
    random_order(&seed, order, RECORDS);
    for (size_t k = 0; k < RECORDS; k++) {
        const struct record *record = &net->record[order[k]];
        uint32_t ids[OF_RECORD];
        for (size_t i = 0; i < record->n; i++) {
            struct str id = coded(&set->arena, net->id[record->ids[i]]);
            ids[i] = intern_add(&set->ids, id);
        }
        struct event e = { .time = record->time,
                           .origin = origin(record->source, order[k] + 1),
                           .rule = (uint16_t)order[k],
                           .who = set_who(set, ids, record->n) };
        e.touch = record->link ? TOUCH_NONE : set_touch(set, "t");
        event_set_add(set, &e);
    }
    seal(set);
    struct str refused[2];
    for (size_t i = 0; i < net->nrefused; i++)
        refused[i] = coded(&set->arena, net->id[net->refused[i]]);
    know(set, &net->rules, refused, agreed ? 0 : net->nrefused, c);
}

/* Of each record the customer, CUSTOMER_NONE of links. */
static void whose(const struct event_set *set, const struct customers *c, uint32_t *of)
{
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        of[e->rule] = e->touch == TOUCH_NONE ? CUSTOMER_NONE : customer_of(c, e);
    }
}

static bool *theirs(const struct customers *c)
{
    bool *of = mem_zero((size_t)c->n + 1, sizeof *of);
    for (uint32_t id = 0; id < c->parted.nids; id++)
        if (c->parted.is[id] && c->of_id[id] != CUSTOMER_NONE)
            of[c->of_id[id]] = true;
    return of;
}

static bool *who_refused(const struct net *net, struct event_set *set, const struct customers *c)
{
    bool *of = mem_zero((size_t)c->n + 1, sizeof *of);
    for (size_t i = 0; i < net->nrefused; i++) {
        uint32_t id = intern_find(&set->ids, coded(&set->arena, net->id[net->refused[i]]));
        if (id != INTERN_NONE && c->of_id[id] != CUSTOMER_NONE)
            of[c->of_id[id]] = true;
    }
    return of;
}

static size_t parted_in_all;

static void law(const struct net *net, uint64_t seed)
{
    struct event_set was, is, again;
    struct customers agreed, c, d;
    uint32_t before[RECORDS], after[RECORDS], turned[RECORDS];
    net_join(net, seed, true, &was, &agreed);
    net_join(net, seed, false, &is, &c);
    net_join(net, seed + 1, false, &again, &d);
    whose(&was, &agreed, before);
    whose(&is, &c, after);
    whose(&again, &d, turned);
    bool *refused = who_refused(net, &was, &agreed), *apart = theirs(&c);
    size_t *source = mem_zero((size_t)c.n + 1, sizeof *source);
    ck_assert_uint_eq(c.n, d.n);
    for (size_t r = 0; r < RECORDS; r++) {
        ck_assert_uint_eq(after[r], turned[r]); /* in any order of records */
        if (after[r] == CUSTOMER_NONE)
            continue;
        ck_assert_str_is(c.names[after[r]], d.names[after[r]].p);
        if (before[r] != CUSTOMER_NONE && refused[before[r]])
            ck_assert(apart[after[r]]); /* with nobody else */
        if (!apart[after[r]])
            continue;
        size_t *of = &source[after[r]], now = net->record[r].source + 1;
        ck_assert(!*of || *of == now); /* of one source */
        *of = now;
        parted_in_all++;
    }
    free(refused);
    free(apart);
    free(source);
    customers_free(&agreed);
    customers_free(&c);
    customers_free(&d);
    event_set_free(&was);
    event_set_free(&is);
    event_set_free(&again);
}

START_TEST(nobody_who_refused_is_of_two_sources)
{
    for (uint64_t seed = 0; seed < NETS; seed++) {
        struct net net;
        net_make(&net, seed);
        law(&net, seed);
    }
    ck_assert_uint_gt(parted_in_all, (size_t)NETS * 5);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("consent");
    TCase *t = tcase_create("consent");
    tcase_add_loop_test(t, refusals_part_by_source, 0, ROWS(cases));
    tcase_add_test(t, a_name_that_is_taken_is_not_given);
    tcase_add_test(t, nobody_who_refused_is_of_two_sources);
    suite_add_tcase(s, t);
    return s;
}
