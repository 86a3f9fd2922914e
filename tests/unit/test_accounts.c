/* test_accounts.c - whose account a person is of: random records in random order against the rule
 * written down once more, at both levels (identity/accounts.h); free mail.
 */
#include "identity/identity.h"

#include <stdio.h>
#include <stdlib.h>

#include "events.h"
#include "identity/free_mail.h"
#include "unit.h"

/* ---- free mail ---- */

static const struct {
    const char *domain;
    bool is_free;
} mail[] = {
    { "126.com", true },         { "gmail.com", true },  { "zonnet.nl", true },
    { "yahoo.co.jp", true },     { "hotmail.fr", true }, { "gmx.info", true },
    { "acme.example", false },   { "ail.com", false },   { "gmail.com.acme.example", false },
    { "notgmail.com", false },   { "", false },          { "yahoo", false },
    { "mail.gmail.com", false }, { "web.de", true },
};

START_TEST(test_free_mail)
{
    ck_assert_msg(is_free_mail(str_c(mail[_i].domain)) == mail[_i].is_free, "%s", mail[_i].domain);
}
END_TEST

/* ---- accounts ---- */

enum { USERS = 9, RECORDS = 40, DOMAINS = 4, GROUPS = 3, NONE = -1 };

struct record {
    int user, domain, group; /* NONE: not there */
    int64_t time;
};

struct net {
    struct record list[RECORDS];
    struct account_rules rules;
};

static void net_make(struct net *net, uint64_t *seed)
{
    static const char *const except[] = { "D3.Example" };
    static struct str excepted;
    excepted = str_c(except[0]);
    net->rules = (struct account_rules){ .plain = true };
    net->rules.by[0] = random_below(seed, 2) ? ACCOUNT_BY_GROUP : ACCOUNT_BY_DOMAIN;
    net->rules.by[1] = net->rules.by[0] == ACCOUNT_BY_GROUP ? ACCOUNT_BY_DOMAIN : ACCOUNT_BY_GROUP;
    net->rules.nby = 1 + random_below(seed, 2);
    if (random_below(seed, 2))
        net->rules.except = (struct names){ &excepted, 1 };
    for (size_t i = 0; i < RECORDS; i++) {
        struct record *r = &net->list[i];
        *r = (struct record){ (int)random_below(seed, USERS), NONE, NONE, 0 };
        if (random_below(seed, 3) == 0)
            r->domain = (int)random_below(seed, DOMAINS);
        if (random_below(seed, 4) == 0)
            r->group = (int)random_below(seed, GROUPS);
        r->time = (int64_t)random_below(seed, 12);
    }
}

/* What a record says by one rule: a number in the order of names, or NONE. Domain 0 is free mail.
 */
static int says(const struct net *net, const struct record *r, enum account_by by)
{
    if (by == ACCOUNT_BY_GROUP)
        return r->group;
    return r->domain == 0 || (r->domain == 3 && net->rules.except.n) ? NONE : r->domain;
}

/* The name of the user's account: "" is none. */
static void account_of(const struct net *net, int user, char *name, size_t size)
{
    *name = '\0';
    for (size_t k = 0; k < net->rules.nby; k++) {
        int best = NONE;
        int64_t time = -1;
        for (size_t i = 0; i < RECORDS; i++) {
            int said = says(net, &net->list[i], net->rules.by[k]);
            if (net->list[i].user != user || said == NONE || net->list[i].time < time ||
                (net->list[i].time == time && said > best))
                continue;
            best = said;
            time = net->list[i].time;
        }
        if (best == NONE)
            continue;
        snprintf(name, size,
                 net->rules.by[k] == ACCOUNT_BY_GROUP ? "group:g%d" : "email_domain:d%d.example",
                 best);
        return;
    }
}

static void net_fill(const struct net *net, uint64_t *seed, struct event_set *set)
{
    size_t order[RECORDS];
    random_order(seed, order, RECORDS);
    for (size_t i = 0; i < RECORDS; i++) {
        const struct record *r = &net->list[order[i]];
        char user[16], email[32], group[16];
        uint32_t ids[3];
        size_t n = 0;
        snprintf(user, sizeof user, "u%d", r->user);
        snprintf(email, sizeof email, r->domain ? "u%d@d%d.example" : "u%d@gmail.com", r->user,
                 r->domain);
        snprintf(group, sizeof group, "g%d", r->group);
        if (r->group != NONE)
            ids[n++] = set_id(set, ID_GROUP, str_c(group));
        ids[n++] = set_id(set, ID_USER, str_c(user));
        if (r->domain != NONE)
            ids[n++] = set_id(set, ID_EMAIL, str_c(email));
        struct event e = { .time = r->time, .origin = origin(0, order[i] + 1) };
        e.rule = (uint16_t)r->user;
        e.who = set_who(set, ids, n);
        e.touch = set_touch(set, "t");
        event_set_add(set, &e);
    }
    set_files(set, 1);
    event_set_seal(set, &(struct intern){ 0 }, 1);
}

static void check_event(const struct net *net, const struct customers *c, const struct event *e)
{
    char want[64], user[16];
    const struct accounts *a = &c->accounts;
    uint32_t customer = customer_of(c, e);
    account_of(net, e->rule, want, sizeof want);
    snprintf(user, sizeof user, "user:u%u", (unsigned)e->rule);
    struct str name = a->of[customer] == ACCOUNT_NONE ? STR("") : a->names[a->of[customer]];
    ck_assert_msg(str_eq(name, str_c(want)), "user %u: %.*s, expected %s", e->rule, STR_ARG(name),
                  want);
    const char *unit = a->level && *want ? want : user;
    ck_assert_msg(str_eq(c->names[customer], str_c(unit)), "%.*s, expected %s",
                  STR_ARG(c->names[customer]), unit);
}

START_TEST(any_order_gives_the_same_accounts)
{
    uint64_t seed = (uint64_t)_i + 1;
    struct net net;
    net_make(&net, &seed);
    for (int turn = 0; turn < 6; turn++) {
        struct event_set set;
        struct customers c;
        uint32_t persons = 0;
        event_set_init(&set);
        net_fill(&net, &seed, &set);
        net.rules.level = turn % 2;
        identity_join(&set, &(struct identity_rules){ 0 }, &(struct name_key){ .raw = true }, 2,
                      &c);
        uint32_t before = c.n;
        accounts_make(&set, &net.rules, &c);
        for (size_t i = 0; i < set.n; i++)
            check_event(&net, &c, &set.events[i]);
        for (uint32_t i = 0; i < c.accounts.n; i++)
            persons += c.accounts.persons[i];
        ck_assert_uint_eq(persons + c.accounts.without, before);
        ck_assert_uint_eq(c.n, net.rules.level ? c.accounts.n + c.accounts.without : before);
        for (uint32_t i = 1; i < c.n; i++)
            ck_assert_int_lt(str_cmp(c.names[i - 1], c.names[i]), 0);
        customers_free(&c);
        event_set_free(&set);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("accounts");
    tcase_add_loop_test(new_case(s, "free mail"), test_free_mail, 0, ROWS(mail));
    tcase_add_loop_test(new_case(s, "random"), any_order_gives_the_same_accounts, 0, 60);
    return s;
}
