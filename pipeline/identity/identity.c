/* identity.c - see identity.h: links to sets of identifiers, sets to numbered customers.
 *
 * In nearly all data no limit is broken. Then all of this is one pass over the whos, as fast as if
 * there were no limits; only what breaks one is looked at link by link and event by event.
 */
#include "identity/identity.h"

#include <assert.h>
#include <stdlib.h>

#include "base/par.h"
#include "identity/join.h"

enum { CHUNK_CUSTOMERS = 4096, AHEAD = 16 };

/* ---- what was seen together ---- */

static void see_events(struct join *j)
{
    const struct event_set *set = j->set;
    j->begin = INT64_MAX;
    j->end = INT64_MIN;
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        j->use[e->who] |= e->touch == TOUCH_NONE ? WHO_SEEN : WHO_SEEN | WHO_EVENT;
        j->out->links += e->touch == TOUCH_NONE;
        if (e->time == TIME_ALWAYS)
            continue;
        if (e->time < j->begin)
            j->begin = e->time;
        if (e->time > j->end)
            j->end = e->time;
    }
}

/* What joining the identifiers of a who will touch first. */
static void fetch_who(const struct join *j, uint32_t who)
{
    size_t n = who < j->set->whos.n && j->use[who] ? who_size(j->set, who) : 0;
    for (size_t i = 0; n > 1 && i < n; i++)
        __builtin_prefetch(&j->sets.parent[who_id(j->set, who, i)], 1);
}

static void join_who(struct join *j, uint32_t who)
{
    size_t n = who_size(j->set, who);
    uint32_t first = INTERN_NONE;
    for (size_t i = 0; n > 1 && i < n; i++) {
        uint32_t id = who_id(j->set, who, i);
        if (!id_kind_joins(j->sets.kind[id]))
            continue;
        if (first == INTERN_NONE)
            first = id;
        else
            sets_join_freely(&j->sets, first, id);
    }
}

static void strong_join(struct join *j, int workers)
{
    for (uint32_t who = 0; who < j->set->whos.n; who++) {
        fetch_who(j, who + AHEAD);
        if (j->use[who])
            join_who(j, who);
    }
    sets_flatten(&j->sets);
    bool *over = mem_zero(j->set->ids.n, sizeof *over);
    if (sets_count(&j->sets, over)) {
        sets_take_apart(&j->sets, over);
        join_see(j);
        j->parted = true;
        merge_again(j, over, workers);
    }
    free(over);
}

/* ---- who stands for a set, and a who ---- */

/* Is a who rather a's than b's? Of two of a kind, one that is not shared. */
static bool is_rather(const struct join *j, uint32_t a, uint32_t b)
{
    bool shared = role_of(j, a) == ROLE_SHARED, other = role_of(j, b) == ROLE_SHARED;
    if (shared != other && j->sets.kind[a] == j->sets.kind[b])
        return other;
    return is_better_here(j, a, b);
}

static void fetch_marks(const struct join *j, uint32_t who)
{
    size_t n = who < j->set->whos.n && j->use[who] ? who_size(j->set, who) : 0;
    for (size_t i = 0; i < n; i++) {
        __builtin_prefetch(&j->sets.kind[who_id(j->set, who, i)]);
        __builtin_prefetch(&j->best[who_id(j->set, who, i)], 1);
    }
}

/* Marks in best[] the identifiers that events belong by. True when a who with an event names
 * nobody. */
static bool pick_ids(struct join *j)
{
    const struct event_set *set = j->set;
    bool any = false;
    for (uint32_t who = 0; who < set->whos.n; who++) {
        uint32_t pick = INTERN_NONE;
        fetch_marks(j, who + AHEAD);
        for (size_t i = 0; j->use[who] && i < who_size(set, who); i++) {
            uint32_t id = who_id(set, who, i);
            if (role_of(j, id) != ROLE_CROWDED && (pick == INTERN_NONE || is_rather(j, id, pick)))
                pick = id;
        }
        j->pick[who] = pick;
        if (pick == INTERN_NONE)
            any |= (j->use[who] & WHO_EVENT) != 0;
        else if ((j->use[who] & WHO_EVENT) && role_of(j, pick) == ROLE_PLAIN)
            j->best[pick] = pick;
    }
    return any;
}

static void count_unidentified(struct join *j)
{
    for (size_t i = 0; i < j->set->n; i++)
        j->out->unidentified +=
            j->set->events[i].touch != TOUCH_NONE && j->pick[j->set->events[i].who] == INTERN_NONE;
}

/* Fills best[root] of the sets in which an identifier is marked; of others it stays INTERN_NONE.
 * Returns how many there are. */
static uint32_t best_ids(struct join *j)
{
    uint32_t nids = j->set->ids.n, n = 0, *parent = j->sets.parent;
    for (uint32_t id = 0; id < nids; id++) {
        uint32_t root = parent[id] = sets_root(&j->sets, id);
        if (j->best[id] != INTERN_NONE)
            j->best[root] = root;
    }
    for (uint32_t id = 0; id < nids; id++) {
        uint32_t *best = &j->best[parent[id]];
        n += parent[id] == id && *best != INTERN_NONE;
        if (*best != INTERN_NONE && is_better_here(j, id, *best))
            *best = id;
    }
    return n;
}

/* ---- customers ---- */

struct named {
    struct str name;
    uint64_t head; /* decides nearly every comparison without reading the text: head_of() */
    uint32_t root;
};

struct naming {
    const struct join *j;
    const struct name_key *key;
    struct named *out;    /* [n + 1] the last one has no root */
    struct arena *arenas; /* [workers] */
};

/* A number in the order of names: their first 8 bytes, or of raw ones the place of the kind among
 * the names of kinds, and the first 7 bytes of the value. */
static uint64_t head_of(const struct named *c, enum id_kind kind, bool raw)
{
    struct str text = c->name;
    uint64_t head = 0;
    size_t bytes = sizeof head;
    if (raw) {
        for (int k = 0; k < ID_KINDS; k++)
            head += strcmp(id_kind_names[k], id_kind_names[kind]) < 0;
        text = str_from(text, strlen(id_kind_names[kind]) + 1);
        bytes--;
    }
    for (size_t i = 0; i < bytes; i++)
        head = head << 8 | (i < text.n ? (unsigned char)text.p[i] : 0);
    return head;
}

static void name_chunk(void *ctx, size_t chunk, int worker)
{
    struct naming *m = ctx;
    size_t first = chunk * CHUNK_CUSTOMERS;
    struct namer *namer = namer_new(m->key);
    for (size_t i = first; i < first + CHUNK_CUSTOMERS && m->out[i].root != INTERN_NONE; i++) {
        struct named *c = &m->out[i];
        uint32_t id = m->j->best[c->root];
        c->name = namer_name(namer, id_kind_of(m->j->set, id), id_value(m->j->set, id),
                             &m->arenas[worker]);
        c->head = head_of(c, id_kind_of(m->j->set, id), m->key->raw);
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

/* Gives the lists of sign-ins the numbers of customers. */
static void number_splits(const struct join *j, const uint32_t *customer)
{
    struct splits *splits = &j->out->splits;
    for (size_t i = 0; i < splits->n; i++) {
        struct split *split = &splits->list[i];
        split->own = customer[j->sets.parent[split->device]];
        for (uint32_t k = 0; k < split->n; k++) {
            uint32_t *of = &splits->sign_ins[split->first + k].customer;
            *of = customer[*of];
        }
    }
}

/* best[root] is the customer now, INTERN_NONE of a set that is none. Memory is short when there are
 * many links: what each identifier's set was is overwritten by whose it is. */
static void give(struct join *j)
{
    struct customers *out = j->out;
    uint32_t nids = j->set->ids.n, *parent = j->sets.parent;
    number_splits(j, j->best);
    for (uint32_t id = 0; id < nids; id++) {
        if (id + AHEAD < nids)
            __builtin_prefetch(&j->best[parent[id + AHEAD]]);
        parent[id] = j->best[parent[id]];
    }
    out->of_id = parent;
    j->sets.parent = NULL;
    for (uint32_t who = 0; who < j->set->whos.n; who++) {
        bool by_time = j->pick != out->of_who && out->of_who[who] != CUSTOMER_NONE;
        if (j->pick[who] != INTERN_NONE && !by_time)
            out->of_who[who] = out->of_id[j->pick[who]];
    }
}

/* Names all sets and numbers them by their names. */
static void number(struct join *j, int workers)
{
    struct customers *out = j->out;
    uint32_t nids = j->set->ids.n, n = 0;
    struct naming m = { j, &out->key,
                        spill_take(out->spill, (out->n + (size_t)1) * sizeof *m.out),
                        mem_zero((size_t)workers, sizeof *m.arenas) };
    for (int i = 0; i < workers; i++)
        m.arenas[i].spill = out->spill;
    for (uint32_t id = 0; id < nids; id++)
        if (j->sets.parent[id] == id && j->best[id] != INTERN_NONE)
            m.out[n++] = (struct named){ .root = id };
    assert(n == out->n && n < CUSTOMER_BY_TIME);
    m.out[n].root = INTERN_NONE;
    par_each(((size_t)n + CHUNK_CUSTOMERS - 1) / CHUNK_CUSTOMERS, workers, name_chunk, &m);
    par_sort_spilled(out->spill, m.out, n, sizeof *m.out, by_name, workers);

    for (uint32_t i = 0; i < n; i++) {
        out->names[i] = m.out[i].name;
        out->canonical[i] = j->best[m.out[i].root];
    }
    for (uint32_t i = 0; i < n; i++)
        j->best[m.out[i].root] = i;
    give(j);
    for (int i = 0; i < workers; i++)
        arena_adopt(&out->arena, &m.arenas[i]);
    free(m.arenas);
    spill_give(out->spill, m.out);
}

static void join_init(struct join *j, const struct event_set *set,
                      const struct identity_rules *rules, struct customers *out)
{
    *j = (struct join){ .set = set, .rules = rules, .out = out };
    sets_init(&j->sets, set, rules);
    j->use = mem_zero(set->whos.n, sizeof *j->use);
}

/* Where nobody belongs to several by time, a who's place holds its identifier first, and then its
 * customer. */
static void marks_init(struct join *j)
{
    size_t ids = j->set->ids.n * sizeof *j->best, whos = j->set->whos.n * sizeof *j->pick;
    sets_forget_counts(&j->sets);
    j->best = spill_take(j->set->spill, ids);
    j->out->of_who = spill_take(j->set->spill, whos);
    memset(j->best, 0xff, ids);
    memset(j->out->of_who, 0xff, whos);
    j->pick = j->role ? mem_take(whos) : j->out->of_who;
}

static void join_free(struct join *j)
{
    sets_free(&j->sets);
    free(j->use);
    free(j->role);
    free(j->seen);
    free(j->first);
    if (j->pick != j->out->of_who)
        free(j->pick);
    spill_give(j->set->spill, j->best);
}

void identity_join(const struct event_set *set, const struct identity_rules *rules,
                   const struct name_key *key, int workers, struct customers *out)
{
    assert(set->sealed);
    struct join j;
    *out = (struct customers){ .key = *key, .spill = set->spill };
    join_init(&j, set, rules, out);
    see_events(&j);
    strong_join(&j, workers);
    visitors_join(&j);
    marks_init(&j);
    if (pick_ids(&j))
        count_unidentified(&j);
    if (j.role)
        splits_make(&j);
    out->n = best_ids(&j);
    free(j.use);
    free(j.sets.kind);
    j.use = j.sets.kind = NULL; /* names are what takes most memory */
    out->canonical = mem_take(out->n * sizeof *out->canonical);
    out->names = spill_take(out->spill, out->n * sizeof *out->names);
    number(&j, workers);
    log_finish(&j);
    join_free(&j);
}

void identity_know(struct event_set *set, const struct identity_rules *rules,
                   const struct refused_ids *refused, const struct name_key *key, int workers,
                   struct customers *out)
{
    struct reused reused;
    struct parted parted = { 0 };
    reused_part(set, rules, &reused);
    if (refused && refused->n) {
        struct customers agreed; /* who is meant by an identifier, only joining tells */
        identity_join(set, rules, &(struct name_key){ .raw = true }, workers, &agreed);
        agreed.reused = reused;
        consent_part(set, refused, &agreed, &parted);
        agreed.reused = (struct reused){ 0 };
        customers_free(&agreed);
    }
    identity_join(set, rules, key, workers, out);
    consent_count(out, &parted);
    out->reused = reused;
    out->parted = parted;
}

void customers_free(struct customers *c)
{
    reused_free(&c->reused);
    parted_free(&c->parted);
    spill_give(c->spill, c->of_who);
    spill_give(c->spill, c->of_id);
    free(c->canonical);
    spill_give(c->spill, c->names);
    splits_free(&c->splits);
    accounts_free(&c->accounts);
    free(c->log.refusals);
    free(c->log.crowded);
    free(c->log.shared);
    arena_free(&c->arena);
    *c = (struct customers){ 0 };
}
