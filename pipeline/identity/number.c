/* number.c - names what came out of joining and numbers it by these names; see join.h.
 *
 * Memory is short when there are many links, and texts lie far apart in it: so customers are taken
 * in the order of the identifiers that name them, arrays that are done with are given back or
 * overwritten, and names are ordered by their first bytes, without a look at the texts.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/par.h"
#include "identity/join.h"
#include "identity/radix.h"

enum { CHUNK_CUSTOMERS = 4096, AHEAD = 16 };

struct named {
    uint64_t head; /* by which they are sorted: head_of() */
    const char *text;
    uint32_t length;
    uint32_t id; /* that names the customer */
};
static_assert(sizeof(struct named) == RADIX_ITEM, "sorted by radix.h");

/* ---- names ---- */

struct naming {
    const struct event_set *set;
    const struct name_key *key;
    struct named *list;
    size_t n;
    struct arena *arenas; /* [workers] */
};

static struct str name_of(const struct named *c)
{
    return (struct str){ c->text, c->length };
}

/* A number in the order of names: their first 8 bytes, or of raw ones the place of the kind among
 * the names of kinds, and the first 7 bytes of the value. */
static uint64_t head_of(struct str name, enum id_kind kind, bool raw)
{
    uint64_t head = 0;
    size_t bytes = sizeof head;
    if (raw) {
        for (int k = 0; k < ID_KINDS; k++)
            head += strcmp(id_kind_names[k], id_kind_names[kind]) < 0;
        name = str_from(name, strlen(id_kind_names[kind]) + 1);
        bytes--;
    }
    for (size_t i = 0; i < bytes; i++)
        head = head << 8 | (i < name.n ? (unsigned char)name.p[i] : 0);
    return head;
}

static void name_chunk(void *ctx, size_t chunk, int worker)
{
    struct naming *m = ctx;
    size_t first = chunk * CHUNK_CUSTOMERS, end = first + CHUNK_CUSTOMERS;
    struct namer *namer = namer_new(m->key);
    for (size_t i = first; i < end && i < m->n; i++) {
        struct named *c = &m->list[i];
        if (i + AHEAD < m->n)
            __builtin_prefetch(intern_head_of(m->set->ids.texts[m->list[i + AHEAD].id]));
        enum id_kind kind = id_kind_of(m->set, c->id);
        struct str name = namer_name(namer, kind, id_value(m->set, c->id), &m->arenas[worker]);
        c->text = name.p;
        c->length = (uint32_t)name.n;
        c->head = head_of(name, kind, m->key->raw);
    }
    namer_free(namer);
}

/* ---- their order ---- */

static int by_name(const void *x, const void *y)
{
    return str_cmp(name_of(x), name_of(y));
}

/* One thread each: there are many such runs, or they are short. */
static void sort_alike(void *spill, void *list, size_t n)
{
    par_sort_spilled(spill, list, n, sizeof(struct named), by_name, 1);
}

/* ---- numbers ---- */

/* Lists the sets that are customers. From here on parent[id] is the place of an identifier's
 * customer in the list, or CUSTOMER_NONE, and best[] the same of a root. */
static void list_customers(struct join *j, struct named *list)
{
    uint32_t nids = j->set->ids.n, n = 0, *parent = j->sets.parent, *best = j->best;
    for (uint32_t id = 0; id < nids; id++) {
        if (id + AHEAD < nids)
            __builtin_prefetch(&best[parent[id + AHEAD]]);
        if (best[parent[id]] == id)
            list[n++].id = id;
    }
    assert(n == j->out->n && n < CUSTOMER_BY_TIME);
    for (uint32_t i = 0; i < n; i++) {
        if (i + AHEAD < n)
            __builtin_prefetch(&best[parent[list[i + AHEAD].id]], 1);
        best[parent[list[i].id]] = i;
    }
    for (uint32_t id = 0; id < nids; id++) {
        if (id + AHEAD < nids)
            __builtin_prefetch(&best[parent[id + AHEAD]]);
        parent[id] = best[parent[id]];
    }
}

/* Whom sign-ins are of gets another number. */
static void number_sign_ins(const struct splits *splits, const uint32_t *number)
{
    for (size_t i = 0; i < splits->n; i++) {
        for (uint32_t k = 0; k < splits->list[i].n; k++) {
            uint32_t *of = &splits->sign_ins[splits->list[i].first + k].customer;
            if (*of != CUSTOMER_NONE)
                *of = number[*of];
        }
    }
}

/* Gives the place in the list the number that it has in the order of names. */
static void number_again(struct join *j, const uint32_t *number)
{
    struct customers *out = j->out;
    uint32_t nids = j->set->ids.n;
    for (uint32_t id = 0; id < nids; id++)
        if (out->of_id[id] != CUSTOMER_NONE)
            out->of_id[id] = number[out->of_id[id]];
    number_sign_ins(&out->splits, number);
    for (size_t i = 0; i < out->splits.n; i++)
        out->splits.list[i].own = out->of_id[out->splits.list[i].device];
}

static void give_whos(struct join *j)
{
    struct customers *out = j->out;
    uint32_t nwhos = j->set->whos.n;
    for (uint32_t who = 0; who < nwhos; who++) {
        uint32_t ahead = who + AHEAD < nwhos ? j->pick[who + AHEAD] : INTERN_NONE;
        if (ahead != INTERN_NONE)
            __builtin_prefetch(&out->of_id[ahead]);
        bool by_time = j->pick != out->of_who && out->of_who[who] != CUSTOMER_NONE;
        if (j->pick[who] != INTERN_NONE && !by_time)
            out->of_who[who] = out->of_id[j->pick[who]];
    }
}

/* The names take the place of the list, which is larger; in a store (spill.h) it stays so. */
static struct str *names_only(struct spill *spill, struct named *list, size_t n)
{
    char *place = (char *)list;
    for (size_t i = 0; i < n; i++) {
        struct str name = name_of(&list[i]);
        memcpy(place + i * sizeof name, &name, sizeof name);
    }
    return spill ? (void *)list : mem_resize(list, n * sizeof(struct str));
}

void customers_number(struct join *j, int workers)
{
    struct customers *out = j->out;
    size_t n = out->n;
    struct naming m = { j->set, &out->key, spill_take(out->spill, n * sizeof *m.list), n,
                        mem_zero((size_t)workers, sizeof *m.arenas) };
    for (int i = 0; i < workers; i++)
        m.arenas[i].spill = out->spill;
    list_customers(j, m.list);
    number_sign_ins(&out->splits, j->best);
    spill_give(out->spill, j->best);
    j->best = NULL;
    out->of_id = j->sets.parent;
    j->sets.parent = NULL;
    par_each((n + CHUNK_CUSTOMERS - 1) / CHUNK_CUSTOMERS, workers, name_chunk, &m);
    radix_sort(m.list, n, 0, sort_alike, out->spill, workers);

    uint32_t *number = spill_take(out->spill, n * sizeof *number);
    out->canonical = mem_take(n * sizeof *out->canonical);
    for (uint32_t i = 0; i < n; i++) {
        out->canonical[i] = m.list[i].id;
        if (i + AHEAD < n)
            __builtin_prefetch(&out->of_id[m.list[i + AHEAD].id]);
        number[out->of_id[m.list[i].id]] = i;
    }
    out->names = names_only(out->spill, m.list, n);
    number_again(j, number);
    spill_give(out->spill, number);
    give_whos(j);
    for (int i = 0; i < workers; i++)
        arena_adopt(&out->arena, &m.arenas[i]);
    free(m.arenas);
}
