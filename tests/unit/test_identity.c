/* test_identity.c - who is one customer, against hand-made links and a plain transitive closure;
 * and names, against openssl's and Python's HMAC. */
#include <fcntl.h>
#include <glib.h>
#include <glib/gstdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "identity/identity.h"
#include "unit.h"

#include "events.h"

static const struct name_key raw = { .raw = true };
static const struct identity_rules unlimited; /* all zeros */

/* A who with an event: without one it joins nobody. */
static uint32_t add_who(struct event_set *set, const uint32_t *ids, size_t n)
{
    struct event e = { .origin = origin(0, set->n + 1), .who = set_who(set, ids, n) };
    e.touch = set_touch(set, "t");
    event_set_add(set, &e);
    return e.who;
}

/* ---- links by hand ---- */

/* "u:ann e:a@x" is a record with two identifiers; records are apart by commas. Letters are the
 * first of the kind, but m is email and g is message. */
static enum id_kind kind_of(char letter)
{
    static const char letters[] = "umpaotgcv";
    return (enum id_kind)(strchr(letters, letter) - letters);
}

static void add_whos(struct event_set *set, const char *text)
{
    struct str rest = str_c(text);
    while (rest.n) {
        struct str record = str_trim(str_cut(&rest, ','));
        uint32_t ids[16];
        size_t n = 0;
        while (record.n) {
            struct str id = str_cut(&record, ' ');
            ids[n++] = set_id(set, kind_of(id.p[0]), str_from(id, 2));
        }
        add_who(set, ids, n);
    }
}

/* Per who the name of its customer; then how many visitors were refused. */
static const struct {
    const char *what, *whos, *want;
} links[] = {
    { "alone", "u:a, u:b", "user:a user:b 0" },
    { "together", "u:a m:x, m:x c:1, c:1", "user:a user:a user:a 0" },
    { "the strongest kind names", "c:1 m:z, m:z o:5", "email:z email:z 0" },
    { "the smallest value names, by bytes", "u:b m:x, u:B m:x, u:aa m:x",
      "user:B user:B user:B 0" },
    { "kinds in the order of A62", "g:1 t:1, t:1 o:1, o:1 a:1, a:1 p:1",
      "phone:1 phone:1 phone:1 phone:1 0" },
    { "the same value of another kind is another", "u:a, m:a", "user:a email:a 0" },
    { "a visitor goes to the one it was seen with", "v:1, v:1 u:a", "user:a user:a 0" },
    { "a visitor never joins two", "v:1 u:a, v:1 u:b, v:1", "user:a user:b visitor:1 1" },
    { "a visitor may join those who are one anyway", "v:1 u:a, v:1 c:9, u:a c:9, v:1",
      "user:a user:a user:a user:a 0" },
    { "a visitor does not join two cookies", "v:1 c:1, v:1 c:2", "cookie:1 cookie:2 1" },
    { "two visitors are not joined", "v:1 v:2, v:1, v:2", "visitor:1 visitor:1 visitor:2 0" },
    { "two visitors with one customer", "v:1 v:2 u:a, v:1, v:2", "user:a user:a user:a 0" },
    { "a who of two visitors: the smaller", "v:2 u:b, v:1 u:a, v:2 v:1", "user:b user:a user:a 0" },
    { "a shared visitor that is never alone is no customer", "v:1 u:a, v:1 u:b",
      "user:a user:b 1" },
    { "long chain", "u:5 c:1, c:1 c:2, c:2 c:3, c:3 c:4, c:4 m:1, m:1 u:4",
      "user:4 user:4 user:4 user:4 user:4 user:4 0" },
};

START_TEST(links_join)
{
    struct event_set set;
    event_set_init(&set);
    add_whos(&set, links[_i].whos);
    set_files(&set, 1);
    event_set_seal(&set, &(struct intern){ 0 }, 1);
    struct customers c;
    identity_join(&set, &unlimited, &raw, 2, &c);
    struct str got = { "", 0 };
    for (uint32_t w = 0; w < set.whos.n; w++)
        got = arena_printf(&set.arena, "%.*s%.*s ", STR_ARG(got), STR_ARG(c.names[c.of_who[w]]));
    got = arena_printf(&set.arena, "%.*s%zu", STR_ARG(got), c.log.visitors_apart);
    ck_assert_str_is(got, links[_i].want);
    customers_free(&c);
    event_set_free(&set);
}
END_TEST

START_TEST(customers_are_numbered_by_name)
{
    struct event_set set;
    event_set_init(&set);
    add_whos(&set, "v:1, u:b m:x, m:a, u:a, v:7 u:a, v:7 u:b");
    uint32_t unused[] = { set_id(&set, ID_USER, STR("a")), set_id(&set, ID_USER, STR("b")) };
    uint32_t dropped = set_who(&set, unused, 2); /* its records were dropped: joins nobody */
    add_who(&set, NULL, 0);
    set_files(&set, 1);
    event_set_seal(&set, &(struct intern){ 0 }, 1);
    struct customers c;
    identity_join(&set, &unlimited, &raw, 1, &c);
    ck_assert_uint_eq(c.n, 4);
    static const char *const names[] = { "email:a", "user:a", "user:b", "visitor:1" };
    for (uint32_t i = 0; i < c.n; i++) {
        ck_assert_str_is(c.names[i], names[i]);
        ck_assert_uint_eq(c.of_id[c.canonical[i]], i);
    }
    ck_assert_uint_eq(c.of_id[intern_find(&set.ids, STR("\010"
                                                        "7"))],
                      CUSTOMER_NONE);
    ck_assert_uint_eq(c.of_who[dropped], CUSTOMER_NONE);
    ck_assert_uint_eq(c.of_who[set.whos.n - 1], CUSTOMER_NONE);
    customers_free(&c);
    event_set_free(&set);
}
END_TEST

/* ---- the same links in 60 orders, against a transitive closure ---- */

enum { IDS = 60, WHOS = 70 };

struct net {
    enum id_kind kind[IDS];
    char value[IDS][8];
    size_t who[WHOS][4], nwho[WHOS];
};

static void net_make(struct net *net, uint64_t seed)
{
    for (size_t i = 0; i < IDS; i++) {
        net->kind[i] =
            random_below(&seed, 3) ? (enum id_kind)random_below(&seed, ID_KINDS) : ID_VISITOR;
        snprintf(net->value[i], sizeof net->value[i], "%zu", i);
    }
    for (size_t w = 0; w < WHOS; w++) {
        net->nwho[w] = 0;
        size_t n = 1 + random_below(&seed, 3);
        while (net->nwho[w] < n) {
            size_t id = random_below(&seed, IDS);
            bool had = false;
            for (size_t i = 0; i < net->nwho[w]; i++)
                had |= net->who[w][i] == id;
            if (!had)
                net->who[w][net->nwho[w]++] = id;
        }
    }
}

static bool stronger(const struct net *net, size_t a, size_t b)
{
    if (net->kind[a] != net->kind[b])
        return net->kind[a] < net->kind[b];
    return strcmp(net->value[a], net->value[b]) < 0;
}

/* Who is joined with whom: Warshall over all but visitors, then each visitor to its one set. */
static void net_close(const struct net *net, bool one[IDS][IDS])
{
    memset(one, 0, IDS * sizeof *one);
    for (size_t i = 0; i < IDS; i++)
        one[i][i] = true;
    for (size_t w = 0; w < WHOS; w++)
        for (size_t a = 0; a < net->nwho[w]; a++)
            for (size_t b = 0; b < net->nwho[w]; b++)
                if (id_kind_joins(net->kind[net->who[w][a]]) &&
                    id_kind_joins(net->kind[net->who[w][b]]))
                    one[net->who[w][a]][net->who[w][b]] = true;
    for (size_t k = 0; k < IDS; k++)
        for (size_t i = 0; i < IDS; i++)
            for (size_t j = 0; j < IDS; j++)
                one[i][j] |= one[i][k] && one[k][j];
}

/* The one identifier set a visitor was seen with, by a member of it; IDS when none or several. */
static size_t visitor_home(const struct net *net, bool one[IDS][IDS], size_t v)
{
    size_t home = IDS;
    for (size_t w = 0; w < WHOS; w++) {
        bool here = false;
        for (size_t i = 0; i < net->nwho[w]; i++)
            here |= net->who[w][i] == v;
        for (size_t i = 0; here && i < net->nwho[w]; i++) {
            size_t id = net->who[w][i];
            if (!id_kind_joins(net->kind[id]))
                continue;
            if (home != IDS && !one[home][id])
                return IDS;
            home = id;
        }
    }
    return home;
}

/* The identifier that names the customer of who w. */
static size_t net_name(const struct net *net, bool one[IDS][IDS], size_t w)
{
    size_t best = net->who[w][0];
    for (size_t i = 1; i < net->nwho[w]; i++)
        if (stronger(net, net->who[w][i], best))
            best = net->who[w][i];
    if (net->kind[best] == ID_VISITOR) {
        size_t home = visitor_home(net, one, best);
        if (home == IDS)
            return best;
        best = home;
    }
    size_t name = best;
    for (size_t i = 0; i < IDS; i++)
        if (one[best][i] && stronger(net, i, name))
            name = i;
    return name;
}

/* Puts the net into a set: whos and the identifiers in them in the order of the seed. */
static void net_fill(const struct net *net, uint64_t seed, struct event_set *set, uint32_t *whos)
{
    size_t order[WHOS];
    random_order(&seed, order, WHOS);
    for (size_t k = 0; k < WHOS; k++) {
        size_t w = order[k], at[4];
        uint32_t ids[4];
        random_order(&seed, at, net->nwho[w]);
        for (size_t i = 0; i < net->nwho[w]; i++) {
            size_t id = net->who[w][at[i]];
            ids[i] = set_id(set, net->kind[id], str_c(net->value[id]));
        }
        whos[w] = add_who(set, ids, net->nwho[w]);
    }
}

START_TEST(any_order_of_links_gives_the_closure)
{
    static const int workers[] = { 1, 2, 7 };
    static struct net net;
    static bool one[IDS][IDS];
    net_make(&net, (uint64_t)_i * 1000 + 5);
    net_close(&net, one);
    for (size_t turn = 0; turn < 60; turn++) {
        struct event_set set;
        uint32_t whos[WHOS];
        event_set_init(&set);
        net_fill(&net, (uint64_t)_i * 7919 + turn, &set, whos);
        set_files(&set, 1);
        event_set_seal(&set, &(struct intern){ 0 }, 1);
        struct customers c;
        identity_join(&set, &unlimited, &raw, workers[turn % 3], &c);
        for (size_t w = 0; w < WHOS; w++) {
            size_t name = net_name(&net, one, w);
            struct str want =
                arena_printf(&set.arena, "%s:%s", id_kind_names[net.kind[name]], net.value[name]);
            ck_assert_str_is(c.names[c.of_who[whos[w]]], want.p);
        }
        for (uint32_t i = 1; i < c.n; i++)
            ck_assert_int_lt(str_cmp(c.names[i - 1], c.names[i]), 0);
        customers_free(&c);
        event_set_free(&set);
    }
}
END_TEST

START_TEST(workers_change_nothing)
{
    static const int workers[] = { 1, 2, 7 };
    struct event_set set;
    event_set_init(&set);
    char text[32];
    uint64_t seed = 3;
    for (size_t i = 0; i < 40000; i++) {
        uint32_t ids[2];
        for (int k = 0; k < 2; k++) {
            int n = snprintf(text, sizeof text, "%zu", random_below(&seed, 60000));
            ids[k] = set_id(&set, k ? ID_COOKIE : ID_USER, (struct str){ text, (size_t)n });
        }
        add_who(&set, ids, 2);
    }
    set_files(&set, 1);
    event_set_seal(&set, &(struct intern){ 0 }, 2);
    struct name_key key = { .bytes = "0123456789abcdef0123456789abcde" };
    struct customers c[3];
    for (int i = 0; i < 3; i++)
        identity_join(&set, &unlimited, &key, workers[i], &c[i]);
    ck_assert_uint_gt(c[0].n, 10000); /* more than one chunk of names */
    for (int i = 1; i < 3; i++) {
        ck_assert_uint_eq(c[i].n, c[0].n);
        ck_assert_mem_eq(c[i].of_who, c[0].of_who, set.whos.n * sizeof *c[0].of_who);
        ck_assert_mem_eq(c[i].of_id, c[0].of_id, set.ids.n * sizeof *c[0].of_id);
        ck_assert_mem_eq(c[i].canonical, c[0].canonical, c[0].n * sizeof *c[0].canonical);
        for (uint32_t k = 0; k < c[0].n; k++)
            ck_assert(str_eq(c[i].names[k], c[0].names[k]));
    }
    for (int i = 0; i < 3; i++)
        customers_free(&c[i]);
    event_set_free(&set);
}
END_TEST

/* ---- names ---- */

/* key 00 01 02 ... 1f; from Python's hmac, the first also from `openssl dgst -mac HMAC`. */
static const struct {
    enum id_kind kind;
    struct str value;
    const char *hash;
} names[] = {
    { ID_EMAIL, { "ann@example.com", 15 }, "e7daf7bee89bb0edc215c52e66f322f4" },
    { ID_USER, { "", 0 }, "15c1321cb5ba8b505aedddd03f0670fb" },
    { ID_VISITOR, { "10.0.0.1\0x", 10 }, "ea114fbc747dd6165aaba51790e62d9d" },
};

START_TEST(names_are_hmacs)
{
    struct name_key key = { .raw = false };
    for (size_t i = 0; i < sizeof key.bytes; i++)
        key.bytes[i] = (unsigned char)i;
    struct arena a = { 0 };
    struct namer *namer = namer_new(&key);
    /* Twice: one name leaves no trace in the next. */
    for (int i = 0; i < 2; i++)
        ck_assert_str_is(namer_name(namer, names[_i].kind, names[_i].value, &a), names[_i].hash);
    namer_free(namer);
    arena_free(&a);
}
END_TEST

START_TEST(raw_names_show_all)
{
    struct arena a = { 0 };
    struct namer *namer = namer_new(&raw);
    struct str got = namer_name(namer, ID_ORDER,
                                STR("4\0"
                                    "2"),
                                &a);
    ck_assert(str_eq(got, STR("order:4\0"
                              "2")));
    namer_free(namer);
    arena_free(&a);
}
END_TEST

/* ---- the key's file ---- */

struct folder {
    char *dir, *key;
};

static struct folder folder_make(void)
{
    char *dir = g_dir_make_tmp("touchpath-XXXXXX", NULL);
    ck_assert_ptr_nonnull(dir);
    return (struct folder){ dir, g_build_filename(dir, "touchpath.key", NULL) };
}

static void folder_free(struct folder *f)
{
    g_unlink(f->key);
    ck_assert_int_eq(g_rmdir(f->dir), 0); /* nothing temporary is left behind */
    g_free(f->dir);
    g_free(f->key);
}

START_TEST(missing_key_is_made_once)
{
    struct folder f = folder_make();
    struct name_key first, again;
    struct err e = { "" };
    ck_assert_msg(name_key_load(f.key, &first, &e), "%s", e.text);
    ck_assert_msg(name_key_load(f.key, &again, &e), "%s", e.text);
    ck_assert(!first.raw);
    ck_assert_mem_eq(first.bytes, again.bytes, sizeof first.bytes);
    struct stat st;
    ck_assert_int_eq(stat(f.key, &st), 0);
    ck_assert_uint_eq(st.st_mode & 07777, 0600);
    ck_assert_int_eq(st.st_size, 65);
    ck_assert_uint_eq(st.st_nlink, 1);
    g_unlink(f.key);
    ck_assert(name_key_load(f.key, &again, &e));
    ck_assert_mem_ne(first.bytes, again.bytes, sizeof first.bytes);
    folder_free(&f);
}
END_TEST

#define HEX "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e"
static const struct {
    const char *text;
    bool ok;
} key_files[] = {
    { HEX "1f", true },
    { HEX "1F\n", true },
    { " " HEX "1f\r\n", true },
    { "", false },
    { HEX "1", false },
    { HEX "1g", false },
    { HEX "1f1", false },
    { HEX "1f\n" HEX "1f\n", false },
    { HEX HEX HEX HEX HEX, false },
};

START_TEST(key_files_are_checked)
{
    struct folder f = folder_make();
    ck_assert(g_file_set_contents(f.key, key_files[_i].text, -1, NULL));
    struct name_key key;
    struct err e = { "" };
    ck_assert_int_eq(name_key_load(f.key, &key, &e), key_files[_i].ok);
    if (key_files[_i].ok) {
        ck_assert_uint_eq(key.bytes[0], 0);
        ck_assert_uint_eq(key.bytes[31], 0x1f);
    } else {
        ck_assert_ptr_nonnull(strstr(e.text, "64 hex digits"));
        ck_assert_ptr_nonnull(strstr(e.text, f.key));
    }
    char *after;
    ck_assert(g_file_get_contents(f.key, &after, NULL, NULL));
    ck_assert_str_eq(after, key_files[_i].text);
    g_free(after);
    folder_free(&f);
}
END_TEST

START_TEST(key_that_cannot_be_made_says_what_to_do)
{
    struct name_key key;
    struct err e = { "" };
    ck_assert(!name_key_load("/proc/touchpath.key", &key, &e)); /* not even root writes there */
    ck_assert_ptr_nonnull(strstr(e.text, "cannot make the key file '/proc/touchpath.key'"));
    ck_assert_ptr_nonnull(strstr(e.text, "identity: {key: FILE}"));
    ck_assert_ptr_nonnull(strstr(e.text, "--raw-ids"));
    struct err other = { "" };
    ck_assert(!name_key_load("/", &key, &other));
    ck_assert_ptr_nonnull(strstr(other.text, "cannot read the key file '/'"));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("identity");
    TCase *join = new_case(s, "join");
    tcase_add_loop_test(join, links_join, 0, ROWS(links));
    tcase_add_test(join, customers_are_numbered_by_name);
    tcase_add_loop_test(join, any_order_of_links_gives_the_closure, 0, 10);
    tcase_add_test(join, workers_change_nothing);
    TCase *name = new_case(s, "name");
    tcase_add_loop_test(name, names_are_hmacs, 0, ROWS(names));
    tcase_add_test(name, raw_names_show_all);
    TCase *key = new_case(s, "key");
    tcase_add_test(key, missing_key_is_made_once);
    tcase_add_loop_test(key, key_files_are_checked, 0, ROWS(key_files));
    tcase_add_test(key, key_that_cannot_be_made_says_what_to_do);
    return s;
}
