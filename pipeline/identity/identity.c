/* identity.c - see identity.h: links to sets of identifiers, sets to numbered customers. */
#include "identity/identity.h"

#include <assert.h>
#include <stdlib.h>

#include "base/par.h"

enum { CHUNK_CUSTOMERS = 4096 };

struct join {
    const struct event_set *set;
    const struct name_key *key;
    const bool *used;     /* [whos.n] has an event: dropped records join nobody */
    uint32_t *parent;     /* [ids.n] union-find; after visitors_join() a visitor's may be a root */
    uint32_t *best;       /* [ids.n] of a root: the identifier that names its set */
    uint32_t *pick;       /* [whos.n] the identifier that a who belongs to its customer by */
    struct named *out;    /* [n] */
    struct arena *arenas; /* [workers] */
};

struct named {
    struct str name;
    uint64_t head; /* its first 8 bytes: decides nearly every comparison without reading the text */
    uint32_t root;
};

/* ---- sets ---- */

static uint32_t root_of(uint32_t *parent, uint32_t id)
{
    while (parent[id] != id) {
        parent[id] = parent[parent[id]];
        id = parent[id];
    }
    return id;
}

static void join_two(uint32_t *parent, uint32_t a, uint32_t b)
{
    a = root_of(parent, a);
    b = root_of(parent, b);
    if (a < b)
        parent[b] = a;
    else
        parent[a] = b;
}

static bool is_visitor(const struct event_set *set, uint32_t id)
{
    return id_kind_of(set, id) == ID_VISITOR;
}

/* The first identifier of a who that is no visitor; INTERN_NONE. */
static uint32_t who_strong(const struct event_set *set, uint32_t who)
{
    for (size_t i = 0; i < who_size(set, who); i++)
        if (!is_visitor(set, who_id(set, who, i)))
            return who_id(set, who, i);
    return INTERN_NONE;
}

static void strong_join(struct join *j)
{
    for (uint32_t id = 0; id < j->set->ids.n; id++)
        j->parent[id] = id;
    for (uint32_t who = 0; who < j->set->whos.n; who++) {
        size_t n = j->used[who] ? who_size(j->set, who) : 0;
        uint32_t first = n > 1 ? who_strong(j->set, who) : INTERN_NONE;
        for (size_t i = 0; i < n && first != INTERN_NONE; i++)
            if (!is_visitor(j->set, who_id(j->set, who, i)))
                join_two(j->parent, first, who_id(j->set, who, i));
    }
}

/* A visitor goes to the set that it was seen with, when that is one; else it stays alone. Returns
 * how many were seen with more. */
static size_t visitors_join(struct join *j)
{
    enum { UNSEEN = 0, SEEN, SHARED };
    const struct event_set *set = j->set;
    uint8_t *state = mem_zero(set->ids.n, sizeof *state);
    uint32_t *with = mem_take(set->ids.n * sizeof *with);
    size_t shared = 0;
    for (uint32_t who = 0; who < set->whos.n; who++) {
        size_t n = j->used[who] ? who_size(set, who) : 0;
        uint32_t strong = n > 1 ? who_strong(set, who) : INTERN_NONE;
        if (strong == INTERN_NONE)
            continue;
        strong = root_of(j->parent, strong);
        for (size_t i = 0; i < n; i++) {
            uint32_t id = who_id(set, who, i);
            if (!is_visitor(set, id))
                continue;
            if (state[id] == UNSEEN) {
                state[id] = SEEN;
                with[id] = strong;
            } else if (state[id] == SEEN && with[id] != strong) {
                state[id] = SHARED;
                shared++;
            }
        }
    }
    for (uint32_t id = 0; id < set->ids.n; id++)
        if (state[id] == SEEN)
            j->parent[id] = with[id];
    free(state);
    free(with);
    return shared;
}

/* ---- who stands for a set, and a who ---- */

/* The stronger kind, then the smaller value. The text of an id begins with its kind. */
static bool is_better(const struct event_set *set, uint32_t a, uint32_t b)
{
    return str_cmp(intern_text(&set->ids, a), intern_text(&set->ids, b)) < 0;
}

static void pick_ids(struct join *j)
{
    const struct event_set *set = j->set;
    for (uint32_t who = 0; who < set->whos.n; who++) {
        uint32_t best = INTERN_NONE;
        for (size_t i = 0; j->used[who] && i < who_size(set, who); i++) {
            uint32_t id = who_id(set, who, i);
            if (best == INTERN_NONE || is_better(set, id, best))
                best = id;
        }
        j->pick[who] = best;
    }
}

/* Fills best; of roots that no who belongs to it stays INTERN_NONE. Returns how many others there
 * are. */
static uint32_t best_ids(struct join *j)
{
    const struct event_set *set = j->set;
    uint32_t n = 0;
    memset(j->best, 0xff, set->ids.n * sizeof *j->best);
    for (uint32_t who = 0; who < set->whos.n; who++) {
        if (j->pick[who] == INTERN_NONE)
            continue;
        uint32_t root = root_of(j->parent, j->pick[who]);
        n += j->best[root] == INTERN_NONE;
        j->best[root] = root;
    }
    for (uint32_t id = 0; id < set->ids.n; id++) {
        uint32_t root = root_of(j->parent, id);
        if (j->best[root] != INTERN_NONE && is_better(set, id, j->best[root]))
            j->best[root] = id;
    }
    return n;
}

/* ---- customers ---- */

static void name_chunk(void *ctx, size_t chunk, int worker)
{
    struct join *j = ctx;
    size_t first = chunk * CHUNK_CUSTOMERS;
    struct namer *namer = namer_new(j->key);
    for (size_t i = first; i < first + CHUNK_CUSTOMERS && j->out[i].root != INTERN_NONE; i++) {
        struct named *c = &j->out[i];
        uint32_t id = j->best[c->root];
        c->name =
            namer_name(namer, id_kind_of(j->set, id), id_value(j->set, id), &j->arenas[worker]);
        for (size_t k = 0; k < sizeof c->head; k++)
            c->head = c->head << 8 | (k < c->name.n ? (unsigned char)c->name.p[k] : 0);
    }
    namer_free(namer);
}

static int by_name(const void *x, const void *y)
{
    const struct named *a = x, *b = y;
    if (a->head != b->head)
        return a->head < b->head ? -1 : 1;
    return str_cmp(a->name, b->name);
}

/* Names all sets and numbers them by their names. */
static void number(struct join *j, struct customers *out, int workers)
{
    uint32_t nids = j->set->ids.n, n = 0;
    j->out = mem_take((out->n + (size_t)1) * sizeof *j->out);
    for (uint32_t id = 0; id < nids; id++)
        if (j->best[id] != INTERN_NONE)
            j->out[n++] = (struct named){ .root = id };
    assert(n == out->n);
    j->out[n].root = INTERN_NONE;
    par_each(((size_t)n + CHUNK_CUSTOMERS - 1) / CHUNK_CUSTOMERS, workers, name_chunk, j);
    par_sort(j->out, n, sizeof *j->out, by_name, workers);

    uint32_t *customer = mem_take(nids * sizeof *customer); /* of a root */
    memset(customer, 0xff, nids * sizeof *customer);
    for (uint32_t i = 0; i < n; i++) {
        out->names[i] = j->out[i].name;
        out->canonical[i] = j->best[j->out[i].root];
        customer[j->out[i].root] = i;
    }
    for (uint32_t id = 0; id < nids; id++)
        out->of_id[id] = customer[root_of(j->parent, id)];
    for (uint32_t who = 0; who < j->set->whos.n; who++)
        out->of_who[who] = j->pick[who] == INTERN_NONE ? CUSTOMER_NONE : out->of_id[j->pick[who]];
    free(customer);
    free(j->out);
}

static bool *used_whos(const struct event_set *set)
{
    bool *used = mem_zero(set->whos.n, sizeof *used);
    for (size_t i = 0; i < set->n; i++)
        used[set->events[i].who] = true;
    return used;
}

void identity_join(const struct event_set *set, const struct name_key *key, int workers,
                   struct customers *out)
{
    assert(set->sealed);
    uint32_t nids = set->ids.n, nwhos = set->whos.n;
    struct join j = { .set = set, .key = key };
    bool *used = used_whos(set);
    j.used = used;
    j.parent = mem_take(nids * sizeof *j.parent);
    j.best = mem_take(nids * sizeof *j.best);
    j.pick = mem_take(nwhos * sizeof *j.pick);
    j.arenas = mem_zero((size_t)workers, sizeof *j.arenas);

    *out = (struct customers){ 0 };
    strong_join(&j);
    out->refused = visitors_join(&j);
    pick_ids(&j);
    out->n = best_ids(&j);
    out->of_who = mem_take(nwhos * sizeof *out->of_who);
    out->of_id = mem_take(nids * sizeof *out->of_id);
    out->canonical = mem_take(out->n * sizeof *out->canonical);
    out->names = mem_take(out->n * sizeof *out->names);
    number(&j, out, workers);

    for (int i = 0; i < workers; i++)
        arena_adopt(&out->arena, &j.arenas[i]);
    free(used);
    free(j.parent);
    free(j.best);
    free(j.pick);
    free(j.arenas);
}

void customers_free(struct customers *c)
{
    free(c->of_who);
    free(c->of_id);
    free(c->canonical);
    free(c->names);
    arena_free(&c->arena);
    *c = (struct customers){ 0 };
}
