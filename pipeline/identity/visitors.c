/* visitors.c - gives visitors (address and browser) to those whom they were seen with; see join.h.
 *
 * A visitor that was seen with one set belongs to it (A64); with several it joins none. It is
 * shared when no customer may be all of them together, and crowded when it was seen with too many
 * users. A visitor that was seen for longer than the window is lent: it belongs to its set only
 * around the records that say so.
 */
#include <stdlib.h>

#include "identity/join.h"
#include "identity/pairs.h"

enum meeting { MET_NONE = 0, MET_ONE, MET_SEVERAL };

struct visitors {
    struct join *j;
    uint8_t *met;   /* [ids.n] enum meeting */
    uint32_t *with; /* [ids.n] the set of MET_ONE */
    bool any, several;
};

static void meet(struct visitors *v, uint32_t visitor, uint32_t root)
{
    if (v->met[visitor] == MET_NONE) {
        v->met[visitor] = MET_ONE;
        v->with[visitor] = root;
        v->any = true;
    } else if (v->met[visitor] == MET_ONE && v->with[visitor] != root) {
        v->met[visitor] = MET_SEVERAL;
        v->several = true;
    }
}

/* Unless something was refused, all identifiers of a who that are no visitors are in one set. */
static void meet_all(struct visitors *v, uint32_t who)
{
    struct join *j = v->j;
    size_t n = who_size(j->set, who);
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any |= j->sets.kind[who_id(j->set, who, i)] == ID_VISITOR;
    for (size_t i = 0; any && i < n; i++) {
        uint32_t id = who_id(j->set, who, i);
        if (!id_kind_joins(j->sets.kind[id]) || role_of(j, id) != ROLE_PLAIN)
            continue;
        uint32_t root = sets_root(&j->sets, id);
        for (size_t k = 0; k < n; k++)
            if (j->sets.kind[who_id(j->set, who, k)] == ID_VISITOR)
                meet(v, who_id(j->set, who, k), root);
        if (!j->parted)
            break;
    }
}

/* ---- with several ---- */

struct company { /* of visitors that were seen with several sets, or might be crowded */
    struct pair *sets, *users;
    size_t nsets, sets_room, nusers, users_room;
};

static void company_add(const struct visitors *v, uint32_t who, uint32_t visitor, struct company *c)
{
    const struct join *j = v->j;
    for (size_t i = 0; i < who_size(j->set, who); i++) {
        uint32_t id = who_id(j->set, who, i);
        if (!id_kind_joins(j->sets.kind[id]) || role_of(j, id) != ROLE_PLAIN)
            continue;
        c->sets = mem_grow(c->sets, &c->sets_room, c->nsets + 1, sizeof *c->sets);
        c->sets[c->nsets++] = (struct pair){ visitor, sets_root(&j->sets, id) };
        if (j->sets.kind[id] != ID_USER)
            continue;
        c->users = mem_grow(c->users, &c->users_room, c->nusers + 1, sizeof *c->users);
        c->users[c->nusers++] = (struct pair){ visitor, id };
    }
}

static void company_find(const struct visitors *v, enum meeting least, struct company *c)
{
    const struct join *j = v->j;
    for (uint32_t who = 0; who < j->set->whos.n; who++) {
        size_t n = j->use[who] ? who_size(j->set, who) : 0;
        for (size_t i = 0; n > 1 && i < n; i++) {
            uint32_t id = who_id(j->set, who, i);
            if (j->sets.kind[id] == ID_VISITOR && v->met[id] >= least)
                company_add(v, who, id, c);
        }
    }
    c->nsets = pairs_distinct(c->sets, c->nsets);
    c->nusers = pairs_distinct(c->users, c->nusers);
}

/* How many pairs from *at on are of the id; *at steps over those of smaller ids and of this one. */
static size_t pairs_of(const struct pair *list, size_t n, size_t *at, uint32_t id)
{
    while (*at < n && list[*at].id < id)
        ++*at;
    size_t first = *at;
    while (*at < n && list[*at].id == id)
        ++*at;
    return *at - first;
}

static void judge(struct visitors *v, uint32_t visitor, const struct pair *sets, size_t nsets,
                  size_t nusers)
{
    struct join *j = v->j;
    uint32_t most = j->rules->max_persons;
    if (most && nusers > most) {
        crowded_add(j, visitor, (uint32_t)nusers);
        return;
    }
    if (nsets < 2)
        return;
    uint32_t *roots = mem_take(nsets * sizeof *roots);
    for (size_t i = 0; i < nsets; i++)
        roots[i] = sets[i].with;
    if (sets_limit(&j->sets, roots, nsets) != LIMIT_KEPT)
        shared_add(j, visitor, (uint32_t)nsets);
    else
        j->out->log.visitors_apart++;
    free(roots);
}

static void judge_all(struct visitors *v)
{
    const struct identity_rules *rules = v->j->rules;
    uint32_t users = rules->limits[ID_USER].most;
    bool one_may_crowd = rules->max_persons && (!users || users > rules->max_persons);
    if (!v->several && !(v->any && one_may_crowd))
        return;
    join_see(v->j);
    struct company c = { 0 };
    company_find(v, one_may_crowd ? MET_ONE : MET_SEVERAL, &c);
    for (size_t at = 0, users_at = 0, next; at < c.nsets; at = next) {
        for (next = at; next < c.nsets && c.sets[next].id == c.sets[at].id; next++)
            ;
        uint32_t visitor = c.sets[at].id;
        judge(v, visitor, c.sets + at, next - at, pairs_of(c.users, c.nusers, &users_at, visitor));
    }
    free(c.sets);
    free(c.users);
}

/* ---- for a time ---- */

/* Those with one set that were seen for longer than the window. */
static void lend(struct visitors *v)
{
    struct join *j = v->j;
    int64_t window = j->rules->visitor_window;
    if (!v->any || !window || j->end < j->begin ||
        (uint64_t)j->end - (uint64_t)j->begin <= (uint64_t)window)
        return;
    join_see(j);
    for (uint32_t who = 0; who < j->set->whos.n; who++)
        for (size_t i = 0; j->use[who] && i < who_size(j->set, who); i++)
            if (v->met[who_id(j->set, who, i)] == MET_ONE)
                j->use[who] |= WHO_TIMED;
    for (size_t e = 0; e < j->set->n; e++) {
        const struct event *event = &j->set->events[e];
        if (!(j->use[event->who] & WHO_TIMED))
            continue;
        for (size_t i = 0; i < who_size(j->set, event->who); i++) {
            uint32_t id = who_id(j->set, event->who, i);
            if (v->met[id] == MET_ONE && role_of(j, id) == ROLE_PLAIN &&
                (uint64_t)event->time - (uint64_t)j->first[id] > (uint64_t)window)
                role_set(j, id, ROLE_LENT);
        }
    }
    for (uint32_t who = 0; who < j->set->whos.n; who++)
        j->use[who] &= (uint8_t)~WHO_TIMED;
}

void visitors_join(struct join *j)
{
    uint32_t nids = j->set->ids.n;
    if (!j->sets.visitors)
        return;
    struct visitors v = { .j = j, .met = mem_zero(nids, sizeof *v.met) };
    v.with = mem_take(nids * sizeof *v.with);
    for (uint32_t who = 0; who < j->set->whos.n; who++)
        if (j->use[who] && who_size(j->set, who) > 1)
            meet_all(&v, who);
    judge_all(&v);
    lend(&v);
    for (uint32_t id = 0; id < nids; id++)
        if (v.met[id] == MET_ONE && role_of(j, id) == ROLE_PLAIN)
            j->sets.parent[id] = v.with[id];
    free(v.met);
    free(v.with);
}
