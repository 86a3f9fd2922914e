/* sign_ins.c - who was signed in when on devices that belong to nobody for good; see join.h.
 *
 * A sign-in is a record that holds the device and names somebody by something stronger: on a
 * shared device, a person (A65); on a visitor that is lent, whoever it was seen with.
 */
#include <stdlib.h>

#include "identity/join.h"

struct entry {
    uint32_t split, root;
    int64_t time;
    uint64_t origin;
    struct str by; /* the text of the identifier that names them */
};

struct making {
    struct join *j;
    uint32_t *number; /* [ids.n] of the split of a device */
    bool *person;     /* [ids.n] of a root: its set holds a person */
    struct entry *entries;
    size_t n, room;
};

static bool is_split(enum id_role role)
{
    return role == ROLE_SHARED || role == ROLE_LENT;
}

static void number_devices(struct making *m)
{
    struct join *j = m->j;
    struct splits *splits = &j->out->splits;
    size_t room = 0;
    for (uint32_t id = 0; id < j->set->ids.n; id++) {
        m->number[id] = INTERN_NONE;
        if (!is_split(role_of(j, id)))
            continue;
        bool windowed = j->sets.kind[id] == ID_VISITOR && j->rules->visitor_window;
        m->number[id] = (uint32_t)splits->n;
        splits->list = mem_grow(splits->list, &room, splits->n + 1, sizeof *splits->list);
        splits->list[splits->n++] = (struct split){
            .device = id,
            .own = CUSTOMER_NONE,
            .window = windowed ? j->rules->visitor_window : INT64_MAX,
        };
    }
    for (uint32_t who = 0; who < j->set->whos.n; who++)
        for (size_t i = 0; j->use[who] && i < who_size(j->set, who); i++)
            if (m->number[who_id(j->set, who, i)] != INTERN_NONE)
                j->use[who] |= WHO_TIMED;
}

/* ---- collecting ---- */

static void collect(struct making *m, const struct event *e)
{
    struct join *j = m->j;
    uint32_t pick = j->pick[e->who];
    if (pick == INTERN_NONE || is_split(role_of(j, pick)))
        return;
    uint32_t root = sets_root(&j->sets, pick);
    for (size_t i = 0; i < who_size(j->set, e->who); i++) {
        uint32_t id = who_id(j->set, e->who, i);
        if (m->number[id] == INTERN_NONE || (role_of(j, id) == ROLE_SHARED && !m->person[root]) ||
            (role_of(j, id) == ROLE_LENT && !id_kind_joins(j->sets.kind[pick])))
            continue;
        m->entries = mem_grow(m->entries, &m->room, m->n + 1, sizeof *m->entries);
        m->entries[m->n++] = (struct entry){ m->number[id], root, e->time, e->origin,
                                             intern_text(&j->set->ids, pick) };
    }
}

static int by_time(const void *x, const void *y)
{
    const struct entry *a = x, *b = y;
    if (a->split != b->split)
        return a->split < b->split ? -1 : 1;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    if (a->origin != b->origin)
        return a->origin < b->origin ? -1 : 1;
    return str_cmp(a->by, b->by); /* two events of one record */
}

/* ---- lists ---- */

/* Whatever lies between two sign-ins of the same customer goes to them as long as the second comes
 * within the window of the first: one entry says so. */
static bool goes_on(const struct split *split, const struct sign_in *last, const struct entry *e)
{
    return last->customer == e->root &&
           (uint64_t)e->time - (uint64_t)last->until <= (uint64_t)split->window;
}

static void list_sign_ins(struct making *m)
{
    struct splits *splits = &m->j->out->splits;
    size_t n = 0;
    if (m->n)
        qsort(m->entries, m->n, sizeof *m->entries, by_time);
    splits->sign_ins = mem_take(m->n * sizeof *splits->sign_ins);
    for (size_t i = 0; i < m->n; i++) {
        const struct entry *e = &m->entries[i];
        struct split *split = &splits->list[e->split];
        if (!split->n)
            split->first = n;
        if (split->n && goes_on(split, &splits->sign_ins[n - 1], e)) {
            splits->sign_ins[n - 1].until = e->time;
        } else {
            splits->sign_ins[n++] = (struct sign_in){ e->time, e->origin, e->time, e->root };
            split->n++;
        }
    }
}

/* Last-auth: the last sign-in is there from the beginning. */
static void keep_last(struct join *j)
{
    for (size_t i = 0; i < j->out->splits.n; i++) {
        struct split *split = &j->out->splits.list[i];
        if (!split->n || role_of(j, split->device) != ROLE_SHARED)
            continue;
        split->first += split->n - 1;
        split->n = 1;
        struct sign_in *only = &j->out->splits.sign_ins[split->first];
        only->since = INT64_MIN;
        only->origin = 0;
        only->until = INT64_MAX;
    }
}

/* ---- whose the events are ---- */

static void mark_owner(struct join *j, const struct event *e, uint32_t split)
{
    uint32_t root = split_customer(&j->out->splits, split, e->time, e->origin);
    if (root == CUSTOMER_NONE)
        root = sets_root(&j->sets, j->out->splits.list[split].device);
    j->best[root] = root;
}

void splits_make(struct join *j)
{
    uint32_t nids = j->set->ids.n;
    struct making m = { .j = j,
                        .number = mem_take(nids * sizeof *m.number),
                        .person = mem_zero(nids, sizeof *m.person) };
    number_devices(&m);
    for (uint32_t id = 0; id < nids; id++)
        if (is_person(j->sets.kind[id]))
            m.person[sets_root(&j->sets, id)] = true;
    for (size_t i = 0; i < j->set->n; i++)
        if (j->use[j->set->events[i].who] & WHO_TIMED)
            collect(&m, &j->set->events[i]);
    list_sign_ins(&m);
    if (j->rules->last_auth)
        keep_last(j);
    for (size_t i = 0; i < j->set->n; i++) {
        const struct event *e = &j->set->events[i];
        uint32_t pick = j->pick[e->who];
        if (e->touch != TOUCH_NONE && pick != INTERN_NONE && m.number[pick] != INTERN_NONE)
            mark_owner(j, e, m.number[pick]);
    }
    for (uint32_t who = 0; who < j->set->whos.n; who++)
        if (j->pick[who] != INTERN_NONE && m.number[j->pick[who]] != INTERN_NONE)
            j->out->of_who[who] = CUSTOMER_BY_TIME | m.number[j->pick[who]];
    free(m.number);
    free(m.person);
    free(m.entries);
}
