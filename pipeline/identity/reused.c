/* reused.c - see reused.h. */
#include "identity/reused.h"

#include <stdlib.h>

#include "base/clock.h"

/* Once an identifier was seen. */
struct sight {
    uint32_t id;
    int64_t time;
};

/* From `since` on the value of id is that of `now`. */
struct holder {
    uint32_t id, now;
    int64_t since;
};

struct parting {
    struct event_set *set;
    const struct identity_rules *rules;
    struct reused *out;
    struct sight *sights;
    size_t nsights, sights_room;
    struct holder *holders; /* by id, then since; of those with several */
    size_t nholders, holders_room;
    uint32_t *first; /* [ids.n before] of an id with several: into holders; else INTERN_NONE */
    uint32_t nids;   /* before */
};

/* ---- when each was seen ---- */

static bool may_be_reused(const struct parting *p, uint32_t id)
{
    return p->rules->reused[id_kind_of(p->set, id)] > 0;
}

static void see_all(struct parting *p)
{
    const struct event_set *set = p->set;
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        for (size_t k = 0; e->time != TIME_ALWAYS && k < who_size(set, e->who); k++) {
            uint32_t id = who_id(set, e->who, k);
            if (!may_be_reused(p, id))
                continue;
            p->sights = mem_grow(p->sights, &p->sights_room, p->nsights + 1, sizeof *p->sights);
            p->sights[p->nsights++] = (struct sight){ id, e->time };
        }
    }
}

static int by_id_and_time(const void *x, const void *y)
{
    const struct sight *a = x, *b = y;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return (a->time > b->time) - (a->time < b->time);
}

/* ---- the holders of each ---- */

static void add_holder(struct parting *p, uint32_t id, uint32_t now, int64_t since)
{
    p->holders = mem_grow(p->holders, &p->holders_room, p->nholders + 1, sizeof *p->holders);
    p->holders[p->nholders++] = (struct holder){ id, now, since };
}

/* The identifier that `id` is from that time on. */
static uint32_t make_id(struct parting *p, uint32_t id, int64_t since)
{
    enum { DAY_TEXT = 10 }; /* 2026-09-01 */
    char clock[TIME_TEXT];
    struct arena a = { 0 };
    time_text(since, clock);
    struct str was = intern_text(&p->set->ids, id);
    struct str text = arena_printf(&a, " since %.*s", DAY_TEXT, clock);
    char *coded = arena_take(&a, was.n + text.n);
    memcpy(coded, was.p, was.n);
    memcpy(coded + was.n, text.p, text.n);
    uint32_t made = intern_add(&p->set->ids, (struct str){ coded, was.n + text.n });
    arena_free(&a);
    return made;
}

static void find_holders(struct parting *p)
{
    if (p->nsights)
        qsort(p->sights, p->nsights, sizeof *p->sights, by_id_and_time);
    for (size_t i = 1; i < p->nsights; i++) {
        const struct sight *last = &p->sights[i - 1], *now = &p->sights[i];
        if (last->id != now->id)
            continue;
        uint64_t silence = (uint64_t)now->time - (uint64_t)last->time;
        if (silence <= (uint64_t)p->rules->reused[id_kind_of(p->set, now->id)])
            continue;
        if (p->first[now->id] == INTERN_NONE) {
            p->first[now->id] = (uint32_t)p->nholders;
            add_holder(p, now->id, now->id, INT64_MIN);
        }
        add_holder(p, now->id, make_id(p, now->id, now->time), now->time);
    }
}

/* ---- events get the holder of their time ---- */

static uint32_t holder_at(const struct parting *p, uint32_t id, int64_t time)
{
    size_t at = p->first[id];
    while (at + 1 < p->nholders && p->holders[at + 1].id == id && p->holders[at + 1].since <= time)
        at++;
    return p->holders[at].now;
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static uint32_t make_who(struct parting *p, uint32_t who, int64_t time, struct arena *a)
{
    struct event_set *set = p->set;
    size_t n = who_size(set, who);
    uint32_t *ids = arena_take(a, n * sizeof *ids + 1);
    bool other = false;
    for (size_t i = 0; i < n; i++) {
        uint32_t id = who_id(set, who, i);
        ids[i] = p->first[id] == INTERN_NONE ? id : holder_at(p, id, time);
        other |= ids[i] != id;
    }
    if (!other)
        return who;
    qsort(ids, n, sizeof *ids, by_number);
    uint32_t made = intern_add(&set->whos, (struct str){ (const char *)ids, n * sizeof *ids });
    struct reused *out = p->out;
    if (made < out->first_who) /* somebody is called "... since 2026-09-01" */
        return made;
    out->raw_whos = mem_grow(out->raw_whos, &out->raw_whos_room, (size_t)made - out->first_who + 1,
                             sizeof *out->raw_whos);
    out->raw_whos[made - out->first_who] = who;
    return made;
}

static void give_events(struct parting *p)
{
    struct arena a = { 0 };
    p->out->first_who = p->set->whos.n;
    for (size_t i = 0; i < p->set->n; i++) {
        struct event *e = &p->set->events[i];
        e->who = make_who(p, e->who, e->time, &a);
        arena_reset(&a);
    }
    arena_free(&a);
}

static void mark_all(struct parting *p)
{
    p->out->nids = p->set->ids.n;
    p->out->is = mem_zero(p->out->nids, sizeof *p->out->is);
    for (size_t i = 0; i < p->nholders; i++)
        p->out->is[p->holders[i].id] = p->out->is[p->holders[i].now] = true;
}

void reused_part(struct event_set *set, const struct identity_rules *rules, struct reused *out)
{
    bool any = false;
    *out = (struct reused){ 0 };
    for (int kind = 0; kind < ID_KINDS; kind++)
        any |= rules->reused[kind] > 0;
    if (!any)
        return;
    struct parting p = { .set = set, .rules = rules, .out = out, .nids = set->ids.n };
    p.first = mem_take(((size_t)p.nids + 1) * sizeof *p.first);
    memset(p.first, 0xff, ((size_t)p.nids + 1) * sizeof *p.first);
    see_all(&p);
    find_holders(&p);
    if (p.nholders) {
        give_events(&p);
        mark_all(&p);
    }
    free(p.sights);
    free(p.holders);
    free(p.first);
}

void reused_free(struct reused *r)
{
    free(r->is);
    free(r->raw_whos);
    *r = (struct reused){ 0 };
}
