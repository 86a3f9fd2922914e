/* accounts.c - see accounts.h: persons to accounts, and accounts to units. */
#include "identity/accounts.h"

#include <stdlib.h>

#include "identity/free_mail.h"
#include "identity/identity.h"

/* What a person is said to be of; all zeros: nothing was said. */
struct said {
    int64_t time;  /* of the latest record that says so */
    uint32_t text; /* number in saying.texts */
    uint8_t rank;  /* 1 + index in rules.by; 0: nothing */
    bool several;  /* the same rule also says something else */
};

struct saying {
    const struct event_set *set;
    const struct account_rules *rules;
    struct customers *c;
    int64_t *last;       /* [whos.n] time of the latest event of each; INT64_MIN: it has none */
    struct intern texts; /* a byte of enum account_by, then a group or domain */
    uint8_t *usable;     /* [texts.n] 0: not judged yet, 1: no account, 2: one */
    size_t usable_room;
    struct said *of; /* [customers.n] */
};

/* ---- what the records say ---- */

static int64_t *last_seen(const struct event_set *set)
{
    int64_t *last = mem_take(set->whos.n * sizeof *last);
    for (uint32_t who = 0; who < set->whos.n; who++)
        last[who] = INT64_MIN;
    for (size_t i = 0; i < set->n; i++)
        if (set->events[i].time > last[set->events[i].who])
            last[set->events[i].who] = set->events[i].time;
    return last;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

static bool is_excepted(const struct names *except, struct str value)
{
    for (size_t i = 0; i < except->n; i++) {
        struct str one = except->list[i];
        size_t k = one.n == value.n ? 0 : SIZE_MAX;
        while (k < value.n && lower(one.p[k]) == lower(value.p[k]))
            k++;
        if (k == value.n)
            return true;
    }
    return false;
}

/* The number of an account's text; INTERN_NONE when it is none. */
static uint32_t account_text(struct saying *s, enum account_by by, struct str value)
{
    char text[1024];
    if (!value.n || value.n >= sizeof text)
        return INTERN_NONE;
    text[0] = (char)by;
    memcpy(text + 1, value.p, value.n);
    uint32_t number = intern_add(&s->texts, (struct str){ text, value.n + 1 });
    size_t had = s->usable_room;
    s->usable = mem_grow(s->usable, &s->usable_room, (size_t)number + 1, sizeof *s->usable);
    if (s->usable_room > had)
        memset(s->usable + had, 0, s->usable_room - had);
    if (!s->usable[number])
        s->usable[number] = is_excepted(&s->rules->except, value) ||
                                    (by == ACCOUNT_BY_DOMAIN && is_free_mail(value))
                                ? 1
                                : 2;
    return s->usable[number] == 2 ? number : INTERN_NONE;
}

static void say(struct saying *s, uint32_t customer, size_t rank, int64_t time, uint32_t text)
{
    struct said *of = &s->of[customer];
    if (of->rank && of->rank < rank)
        return;
    struct said new = { time, text, (uint8_t)rank, false };
    if (of->rank == rank) {
        bool other = of->text != text;
        new.several = of->several || other;
        bool wins = time != of->time ? time > of->time
                                     : other && str_cmp(intern_text(&s->texts, text),
                                                        intern_text(&s->texts, of->text)) < 0;
        if (!wins) {
            of->several = new.several;
            return;
        }
    }
    *of = new;
}

/* What stands behind the last @, without the dot of a full name. */
static struct str domain_of(struct str address)
{
    size_t at = address.n;
    while (at && address.p[at - 1] != '@')
        at--;
    struct str domain = at ? str_from(address, at) : (struct str){ 0 };
    if (domain.n && domain.p[domain.n - 1] == '.')
        domain.n--;
    return domain;
}

static void hear(struct saying *s, uint32_t who, uint32_t id)
{
    static const enum id_kind kinds[ACCOUNT_BYS] = { ID_GROUP, ID_EMAIL };
    enum id_kind kind = id_kind_of(s->set, id);
    for (size_t i = 0; i < s->rules->nby; i++) {
        enum account_by by = s->rules->by[i];
        if (kinds[by] != kind)
            continue;
        uint32_t customer = by == ACCOUNT_BY_GROUP ? s->c->of_who[who] : s->c->of_id[id];
        struct str value = id_value(s->set, id);
        if (customer >= CUSTOMER_BY_TIME)
            continue;
        uint32_t text = account_text(s, by, by == ACCOUNT_BY_GROUP ? value : domain_of(value));
        if (text != INTERN_NONE)
            say(s, customer, i + 1, s->last[who], text);
    }
}

/* Who refused to be joined is of no account. */
static bool is_silent(const struct saying *s, uint32_t who)
{
    bool silent = s->last[who] == INT64_MIN;
    for (size_t i = 0; !silent && s->c->parted.nids && i < who_size(s->set, who); i++)
        silent = is_parted(&s->c->parted, who_id(s->set, who, i));
    return silent;
}

static void hear_all(struct saying *s)
{
    for (uint32_t who = 0; who < s->set->whos.n; who++) {
        size_t n = is_silent(s, who) ? 0 : who_size(s->set, who);
        for (size_t i = 0; i < n; i++)
            hear(s, who, who_id(s->set, who, i));
    }
}

/* ---- names ---- */

struct named {
    struct str name;
    uint32_t from; /* number of a text, or of a unit before sorting */
};

static int by_name(const void *x, const void *y)
{
    return str_cmp(((const struct named *)x)->name, ((const struct named *)y)->name);
}

static void sort_named(struct named *list, size_t n)
{
    if (n)
        qsort(list, n, sizeof *list, by_name);
}

static struct str name_of(struct saying *s, struct namer *namer, uint32_t text)
{
    struct str t = intern_text(&s->texts, text);
    return namer_name_as(namer, str_c(account_by_names[(unsigned char)t.p[0]]), str_from(t, 1),
                         &s->c->arena);
}

/* Numbers the accounts that somebody is of: number[text]. */
static void number_accounts(struct saying *s, uint32_t *number)
{
    struct accounts *a = &s->c->accounts;
    struct name_key key = s->c->key;
    key.raw = key.raw || s->rules->plain;
    struct namer *namer = namer_new(&key);
    struct named *list = mem_take(((size_t)s->texts.n + 1) * sizeof *list);
    memset(number, 0xff, ((size_t)s->texts.n + 1) * sizeof *number);
    for (uint32_t c = 0; c < s->c->n; c++) {
        if (!s->of[c].rank || number[s->of[c].text] != ACCOUNT_NONE)
            continue;
        number[s->of[c].text] = a->n;
        list[a->n++] = (struct named){ name_of(s, namer, s->of[c].text), s->of[c].text };
    }
    sort_named(list, a->n);
    a->names = mem_take(((size_t)a->n + 1) * sizeof *a->names);
    for (uint32_t i = 0; i < a->n; i++) {
        a->names[i] = list[i].name;
        number[list[i].from] = i;
    }
    namer_free(namer);
    free(list);
}

static void count_persons(struct saying *s, const uint32_t *number)
{
    struct accounts *a = &s->c->accounts;
    a->of = mem_take(((size_t)s->c->n + 1) * sizeof *a->of);
    a->persons = mem_zero((size_t)a->n + 1, sizeof *a->persons);
    a->several = mem_zero((size_t)a->n + 1, sizeof *a->several);
    for (uint32_t c = 0; c < s->c->n; c++) {
        a->of[c] = s->of[c].rank ? number[s->of[c].text] : ACCOUNT_NONE;
        if (a->of[c] == ACCOUNT_NONE) {
            a->without++;
            continue;
        }
        a->persons[a->of[c]]++;
        a->several[a->of[c]] += s->of[c].several;
    }
}

/* ---- the level of accounts ---- */

/* The number of each customer's unit, [n]; the units are in out. */
static uint32_t *units_number(const struct customers *c, struct named *out, uint32_t *n)
{
    const struct accounts *a = &c->accounts;
    uint32_t *unit = mem_take(((size_t)c->n + 1) * sizeof *unit);
    uint32_t *place = mem_take(((size_t)a->n + c->n + 1) * sizeof *place);
    *n = 0;
    for (uint32_t i = 0; i < a->n; i++)
        out[(*n)++] = (struct named){ a->names[i], i };
    for (uint32_t i = 0; i < c->n; i++)
        if (a->of[i] == ACCOUNT_NONE)
            out[(*n)++] = (struct named){ c->names[i], a->n + i };
    sort_named(out, *n);
    for (uint32_t i = 0; i < *n; i++)
        place[out[i].from] = i;
    for (uint32_t i = 0; i < c->n; i++)
        unit[i] = place[a->of[i] == ACCOUNT_NONE ? a->n + i : a->of[i]];
    free(place);
    return unit;
}

/* Gives the whos, identifiers and sign-ins of customers to their units. */
static void give_to_units(const struct event_set *set, struct customers *c, const uint32_t *unit)
{
    for (uint32_t who = 0; who < set->whos.n; who++)
        if (c->of_who[who] < CUSTOMER_BY_TIME)
            c->of_who[who] = unit[c->of_who[who]];
    for (uint32_t id = 0; id < set->ids.n; id++)
        if (c->of_id[id] != CUSTOMER_NONE)
            c->of_id[id] = unit[c->of_id[id]];
    for (size_t i = 0; i < c->splits.n; i++) {
        struct split *split = &c->splits.list[i];
        if (split->own != CUSTOMER_NONE)
            split->own = unit[split->own];
        for (uint32_t k = 0; k < split->n; k++) {
            uint32_t *of = &c->splits.sign_ins[split->first + k].customer;
            if (*of != CUSTOMER_NONE)
                *of = unit[*of];
        }
    }
}

static void make_units(const struct event_set *set, struct customers *c)
{
    struct accounts *a = &c->accounts;
    struct named *list = mem_take(((size_t)a->n + c->n + 1) * sizeof *list);
    uint32_t n, *unit = units_number(c, list, &n);
    uint32_t *canonical = mem_take(((size_t)n + 1) * sizeof *canonical);
    uint32_t *of = mem_take(((size_t)n + 1) * sizeof *of);
    memset(canonical, 0xff, n * sizeof *canonical);
    for (uint32_t i = 0; i < c->n; i++) {
        uint32_t id = c->canonical[i], *best = &canonical[unit[i]];
        if (*best == INTERN_NONE ||
            str_cmp(intern_text(&set->ids, id), intern_text(&set->ids, *best)) < 0)
            *best = id;
        of[unit[i]] = a->of[i];
    }
    give_to_units(set, c, unit);
    for (uint32_t i = 0; i < n; i++)
        c->names[i] = list[i].name;
    c->n = n;
    free(c->canonical);
    c->canonical = canonical;
    free(a->of);
    a->of = of;
    a->level = true;
    free(unit);
    free(list);
}

void accounts_make(const struct event_set *set, const struct account_rules *rules,
                   struct customers *customers)
{
    if (!rules->nby)
        return;
    struct saying s = { .set = set, .rules = rules, .c = customers, .last = last_seen(set) };
    s.of = mem_zero((size_t)customers->n + 1, sizeof *s.of);
    hear_all(&s);
    uint32_t *number = mem_take(((size_t)s.texts.n + 1) * sizeof *number);
    number_accounts(&s, number);
    count_persons(&s, number);
    if (rules->level)
        make_units(set, customers);
    free(number);
    free(s.last);
    free(s.usable);
    free(s.of);
    intern_free(&s.texts);
}

void accounts_free(struct accounts *a)
{
    free(a->of);
    free(a->names);
    free(a->persons);
    free(a->several);
    *a = (struct accounts){ 0 };
}
