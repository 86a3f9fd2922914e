/* consent.c - see consent.h. */
#include "identity/consent.h"

#include <stdlib.h>

#include "identity/identity.h"

enum class { OTHERS, REFUSED, DEVICE };

/* An identifier in a source. */
struct id_place {
    struct str text; /* of the identifier */
    uint32_t id, source;
};

struct parting {
    struct event_set *set;
    const struct refused_ids *refused;
    const struct customers *c;
    uint32_t nids;         /* before */
    uint8_t *class;        /* [nids] enum class */
    bool *crowded, *share; /* [nids] */
    struct id_place *places;
    size_t nplaces, room;
    struct intern
        now; /* two numbers, of an identifier and a source; the note is what it is there */
};

/* ---- who refused ---- */

static bool refuses(const struct parting *p, const bool *person, uint32_t id)
{
    return p->c->of_id[id] < p->c->n && person[p->c->of_id[id]];
}

/* What an identifier was called before it was given away. */
static uint32_t first_holder(const struct parting *p, uint32_t id)
{
    static const char since[] = " since 2026-09-01";
    struct str text = intern_text(&p->set->ids, id);
    if (!is_reused(&p->c->reused, id) || text.n < sizeof since)
        return id;
    uint32_t first = intern_find(&p->set->ids, (struct str){ text.p, text.n - sizeof since + 1 });
    return first != INTERN_NONE && is_reused(&p->c->reused, first) ? first : id;
}

/* person[customers.n]; returns how many. */
static uint32_t find_persons(const struct parting *p, bool *person)
{
    bool *listed = mem_zero((size_t)p->nids + 1, sizeof *listed);
    uint32_t n = 0;
    if (p->refused->n)
        intern_index(&p->set->ids);
    for (size_t i = 0; i < p->refused->n; i++) {
        uint32_t id = intern_find(&p->set->ids, p->refused->list[i]);
        if (id != INTERN_NONE)
            listed[id] = true;
    }
    for (uint32_t id = 0; id < p->nids; id++) {
        uint32_t customer = p->c->of_id[id];
        if (customer >= p->c->n || person[customer] || !listed[first_holder(p, id)])
            continue;
        person[customer] = true;
        n++;
    }
    free(listed);
    return n;
}

/* ---- what is theirs ---- */

static void mark(bool *of, const struct with_many *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        of[list[i].id] = true;
}

/* A visitor that belongs to them around their records only. */
static void class_lent(struct parting *p, const bool *person)
{
    const struct splits *splits = &p->c->splits;
    for (size_t i = 0; i < splits->n; i++) {
        const struct split *split = &splits->list[i];
        if (!split->n || p->share[split->device])
            continue;
        uint32_t customer = splits->sign_ins[split->first].customer;
        if (customer < p->c->n && person[customer])
            p->class[split->device] = REFUSED;
    }
}

/* The identifier that a record belongs to its customer by, as in identity.c. */
static uint32_t pick(const struct parting *p, uint32_t who)
{
    uint32_t best = INTERN_NONE;
    for (size_t i = 0; i < who_size(p->set, who); i++) {
        uint32_t id = who_id(p->set, who, i);
        if (p->crowded[id])
            continue;
        bool same = best != INTERN_NONE && id_kind_of(p->set, id) == id_kind_of(p->set, best);
        bool rather = same && p->share[id] != p->share[best]
                          ? p->share[best]
                          : best == INTERN_NONE || str_cmp(intern_text(&p->set->ids, id),
                                                           intern_text(&p->set->ids, best)) < 0;
        if (rather)
            best = id;
    }
    return best;
}

static void class_devices(struct parting *p)
{
    for (size_t i = 0; i < p->set->n; i++) {
        uint32_t who = p->set->events[i].who, by = pick(p, who);
        bool theirs = by != INTERN_NONE && p->class[by] == REFUSED;
        for (size_t k = 0; theirs && k < who_size(p->set, who); k++) {
            uint32_t id = who_id(p->set, who, k);
            bool device = id_kind_of(p->set, id) == ID_VISITOR || p->share[id];
            if (p->class[id] == OTHERS && device && !p->crowded[id])
                p->class[id] = DEVICE;
        }
    }
}

static void class_all(struct parting *p, const bool *person)
{
    const struct identity_log *log = &p->c->log;
    mark(p->crowded, log->crowded, log->ncrowded);
    mark(p->share, log->shared, log->nshared);
    for (uint32_t id = 0; id < p->nids; id++)
        p->class[id] = refuses(p, person, id) ? REFUSED : OTHERS;
    class_lent(p, person);
    class_devices(p);
}

/* ---- what stays in a record ---- */

static bool stays(const struct parting *p, uint32_t id, uint32_t by)
{
    return by == INTERN_NONE || p->class[id] == p->class[by] || p->crowded[id] ||
           id_kind_of(p->set, id) == ID_GROUP;
}

static uint32_t source_of(const struct parting *p, const struct event *e)
{
    return event_set_file(p->set, event_file(e))->source;
}

static uint32_t *now_in(struct parting *p, uint32_t id, uint32_t source)
{
    const uint32_t key[] = { id, source };
    const struct str text = { (const char *)key, sizeof key };
    return intern_add_noted(&p->now, text, intern_hash(text));
}

/* ---- identifiers get a name in each source ---- */

static void find_places(struct parting *p)
{
    for (size_t i = 0; i < p->set->n; i++) {
        const struct event *e = &p->set->events[i];
        uint32_t by = pick(p, e->who), source = source_of(p, e);
        for (size_t k = 0; k < who_size(p->set, e->who); k++) {
            uint32_t id = who_id(p->set, e->who, k);
            if (p->class[id] == OTHERS || !stays(p, id, by))
                continue;
            uint32_t *now = now_in(p, id, source);
            if (*now != INTERN_NONE)
                continue;
            *now = id;
            p->places = mem_grow(p->places, &p->room, p->nplaces + 1, sizeof *p->places);
            p->places[p->nplaces++] =
                (struct id_place){ intern_text(&p->set->ids, id), id, source };
        }
    }
}

static int by_text(const void *x, const void *y)
{
    const struct id_place *a = x, *b = y;
    int c = str_cmp(a->text, b->text);
    return c ? c : (a->source > b->source) - (a->source < b->source);
}

/* Somebody may be called "ann in shop": such a name is not given to another one. */
static uint32_t make_id(struct parting *p, const struct id_place *place)
{
    struct arena a = { 0 };
    struct str source = p->refused->sources[place->source].name, text = place->text;
    do {
        char *longer = arena_take(&a, text.n + source.n + 4);
        memcpy(longer, text.p, text.n);
        memcpy(longer + text.n, " in ", 4);
        if (source.n)
            memcpy(longer + text.n + 4, source.p, source.n);
        text = (struct str){ longer, text.n + source.n + 4 };
    } while (intern_find(&p->set->ids, text) != INTERN_NONE);
    uint32_t made = intern_add(&p->set->ids, text);
    arena_free(&a);
    return made;
}

/* In the order of texts, so that the numbers of identifiers say nothing. */
static void name_places(struct parting *p)
{
    if (p->nplaces)
        qsort(p->places, p->nplaces, sizeof *p->places, by_text);
    for (size_t i = 1; i < p->nplaces; i++)
        if (p->places[i].id == p->places[i - 1].id)
            *now_in(p, p->places[i].id, p->places[i].source) = make_id(p, &p->places[i]);
}

/* ---- events get them ---- */

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static uint32_t make_who(struct parting *p, const struct event *e, struct arena *a)
{
    size_t n = who_size(p->set, e->who), kept = 0;
    uint32_t *ids = arena_take(a, n * sizeof *ids + 1);
    uint32_t by = pick(p, e->who), source = source_of(p, e);
    bool other = false;
    for (size_t i = 0; i < n; i++) {
        uint32_t id = who_id(p->set, e->who, i);
        if (stays(p, id, by))
            ids[kept++] = p->class[id] == OTHERS ? id : *now_in(p, id, source);
        other |= !stays(p, id, by) || ids[kept - 1] != id;
    }
    if (!other)
        return e->who;
    qsort(ids, kept, sizeof *ids, by_number);
    return intern_add(&p->set->whos, (struct str){ (const char *)ids, kept * sizeof *ids });
}

static bool any_class(const struct parting *p, uint32_t who)
{
    for (size_t i = 0; i < who_size(p->set, who); i++)
        if (p->class[who_id(p->set, who, i)] != OTHERS)
            return true;
    return false;
}

/* Of each event the identifiers are still those of before. */
static void give_events(struct parting *p)
{
    struct arena a = { 0 };
    for (size_t i = 0; i < p->set->n; i++) {
        struct event *e = &p->set->events[i];
        if (any_class(p, e->who))
            e->who = make_who(p, e, &a);
        arena_reset(&a);
    }
    arena_free(&a);
}

static void mark_all(struct parting *p, struct parted *out)
{
    out->nids = p->set->ids.n;
    out->is = mem_zero(out->nids, sizeof *out->is);
    for (size_t i = 0; i < p->nplaces; i++) {
        const struct id_place *place = &p->places[i];
        out->is[place->id] = out->is[*now_in(p, place->id, place->source)] = true;
    }
}

static void part(struct parting *p, const bool *person, struct parted *out)
{
    size_t room = (size_t)p->nids + 1;
    p->class = mem_zero(room, sizeof *p->class);
    p->crowded = mem_zero(room, sizeof *p->crowded);
    p->share = mem_zero(room, sizeof *p->share);
    class_all(p, person);
    find_places(p);
    name_places(p);
    give_events(p);
    mark_all(p, out);
    free(p->class);
    free(p->crowded);
    free(p->share);
    free(p->places);
    intern_free(&p->now);
}

void consent_part(struct event_set *set, const struct refused_ids *refused,
                  const struct customers *agreed, struct parted *out)
{
    struct parting p = { .set = set, .refused = refused, .c = agreed, .nids = set->ids.n };
    bool *person = mem_zero((size_t)agreed->n + 1, sizeof *person);
    *out = (struct parted){ .persons = find_persons(&p, person), .of = agreed->n };
    if (out->persons)
        part(&p, person, out);
    free(person);
}

void consent_count(const struct customers *c, struct parted *parted)
{
    bool *seen = mem_zero((size_t)c->n + 1, sizeof *seen);
    for (uint32_t id = 0; id < parted->nids; id++) {
        uint32_t customer = parted->is[id] ? c->of_id[id] : CUSTOMER_NONE;
        if (customer >= c->n || seen[customer])
            continue;
        seen[customer] = true;
        parted->apart++;
    }
    free(seen);
}

void parted_free(struct parted *p)
{
    free(p->is);
    *p = (struct parted){ 0 };
}
