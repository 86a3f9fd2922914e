/* why.c - see why.h. Costs a look at each event and who; memory for the customer's links only. */
#include "identity/why.h"

#include <stdlib.h>

#include "identity/join.h"

struct tie {
    struct str strong, weak; /* texts of identifiers: kind, then value */
    uint32_t a, b;           /* places in the list of members */
    uint32_t who;
    int64_t time;
    uint64_t origin;
};

struct member {
    struct str text;
    uint32_t id;
};

struct why {
    const struct event_set *set;
    struct member *members; /* by kind and value, so the first names the customer */
    size_t n;
    uint32_t *place;   /* [ids.n] of a member in the list */
    struct seen *seen; /* [whos.n] */
    struct tie *ties;
    size_t nties, room;
};

static int by_text(const void *x, const void *y)
{
    return str_cmp(((const struct member *)x)->text, ((const struct member *)y)->text);
}

static void find_members(struct why *y, const struct customers *c, uint32_t customer)
{
    size_t room = 0;
    for (uint32_t id = 0; id < y->set->ids.n; id++) {
        y->place[id] = INTERN_NONE;
        if (c->of_id[id] != customer)
            continue;
        y->members = mem_grow(y->members, &room, y->n + 1, sizeof *y->members);
        y->members[y->n++] = (struct member){ intern_text(&y->set->ids, id), id };
    }
    qsort(y->members, y->n, sizeof *y->members, by_text);
    for (size_t i = 0; i < y->n; i++)
        y->place[y->members[i].id] = (uint32_t)i;
}

static void see_whos(struct why *y)
{
    const struct event_set *set = y->set;
    for (uint32_t who = 0; who < set->whos.n; who++)
        y->seen[who] = (struct seen){ INT64_MAX, UINT64_MAX };
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        struct seen *s = &y->seen[e->who];
        if (e->time < s->time || (e->time == s->time && e->origin < s->origin))
            *s = (struct seen){ e->time, e->origin };
    }
}

/* Two visitors are never joined by each other. */
static void add_tie(struct why *y, uint32_t who, uint32_t a, uint32_t b)
{
    if (a > b) {
        uint32_t swap = a;
        a = b;
        b = swap;
    }
    if (!id_kind_joins(id_kind_of(y->set, y->members[a].id)))
        return;
    y->ties = mem_grow(y->ties, &y->room, y->nties + 1, sizeof *y->ties);
    y->ties[y->nties++] = (struct tie){ y->members[a].text, y->members[b].text, a, b, who,
                                        y->seen[who].time,  y->seen[who].origin };
}

static void find_ties(struct why *y)
{
    const struct event_set *set = y->set;
    for (uint32_t who = 0; who < set->whos.n; who++) {
        size_t n = y->seen[who].origin == UINT64_MAX ? 0 : who_size(set, who);
        for (size_t i = 0; n > 1 && i < n; i++) {
            uint32_t a = y->place[who_id(set, who, i)];
            for (size_t k = i + 1; a != INTERN_NONE && k < n; k++)
                if (y->place[who_id(set, who, k)] != INTERN_NONE)
                    add_tie(y, who, a, y->place[who_id(set, who, k)]);
        }
    }
}

static int by_link(const void *x, const void *y)
{
    const struct tie *a = x, *b = y;
    int c = (unsigned char)a->strong.p[0] - (unsigned char)b->strong.p[0];
    if (!c)
        c = (unsigned char)a->weak.p[0] - (unsigned char)b->weak.p[0];
    if (!c)
        c = (a->time > b->time) - (a->time < b->time);
    if (!c)
        c = str_cmp(a->strong, b->strong);
    if (!c)
        c = str_cmp(a->weak, b->weak);
    return c ? c : (a->origin > b->origin) - (a->origin < b->origin);
}

static uint32_t root_of(uint32_t *parent, uint32_t i)
{
    while (parent[i] != i) {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    return i;
}

/* Keeps the ties of a tree: the first that join what was apart. */
static void prune(struct why *y)
{
    uint32_t *parent = mem_take(y->n * sizeof *parent);
    for (uint32_t i = 0; i < y->n; i++)
        parent[i] = i;
    size_t kept = 0;
    if (y->nties)
        qsort(y->ties, y->nties, sizeof *y->ties, by_link);
    for (size_t i = 0; i < y->nties; i++) {
        uint32_t a = root_of(parent, y->ties[i].a), b = root_of(parent, y->ties[i].b);
        if (a == b)
            continue;
        parent[b] = a;
        y->ties[kept++] = y->ties[i];
    }
    y->nties = kept;
    free(parent);
}

static void hang(const struct why *y, const struct tie *tie, uint32_t from, uint32_t to,
                 struct joined *out)
{
    out[to] = (struct joined){ y->members[to].id, y->members[from].id, tie->time, tie->origin };
}

/* From the root outwards: first the ties of each member are listed, then they are walked. */
static void walk(const struct why *y, struct joined *out)
{
    size_t *first = mem_zero(y->n + 2, sizeof *first);
    const struct tie **of = mem_take(2 * y->nties * sizeof *of);
    uint32_t *queue = mem_take(y->n * sizeof *queue);
    size_t head = 0, tail = 0;
    for (size_t i = 0; i < y->nties; i++) {
        first[y->ties[i].a + 2]++;
        first[y->ties[i].b + 2]++;
    }
    for (size_t i = 2; i < y->n + 2; i++)
        first[i] += first[i - 1];
    for (size_t i = 0; i < y->nties; i++) {
        of[first[y->ties[i].a + 1]++] = &y->ties[i];
        of[first[y->ties[i].b + 1]++] = &y->ties[i];
    }
    out[0].id = y->members[0].id;
    queue[tail++] = 0;
    while (head < tail) {
        uint32_t at = queue[head++];
        for (size_t i = first[at]; i < first[at + 1]; i++) {
            uint32_t to = of[i]->a == at ? of[i]->b : of[i]->a;
            if (to == 0 || out[to].with != INTERN_NONE)
                continue;
            hang(y, of[i], at, to, out);
            queue[tail++] = to;
        }
    }
    free(first);
    free(of);
    free(queue);
}

struct joined *customer_why(const struct event_set *set, const struct customers *customers,
                            uint32_t customer, size_t *n)
{
    struct why y = { .set = set };
    y.place = mem_take(set->ids.n * sizeof *y.place);
    y.seen = mem_take(set->whos.n * sizeof *y.seen);
    find_members(&y, customers, customer);
    see_whos(&y);
    find_ties(&y);
    prune(&y);
    struct joined *out = mem_take(y.n * sizeof *out);
    for (size_t i = 0; i < y.n; i++)
        out[i] = (struct joined){ .id = y.members[i].id, .with = INTERN_NONE };
    walk(&y, out);
    *n = y.n;
    free(y.members);
    free(y.place);
    free(y.seen);
    free(y.ties);
    return out;
}
