/* support_case.c - see support_case.h. */
#include "measure/support_case.h"

#include <stdlib.h>

void support_cases_init(struct support_cases *c, const struct world *w)
{
    const struct support_rules *rules = &w->plan->flows.support;
    const struct names *const lists[] = { &rules->opened, &rules->answered, &rules->solved,
                                          &rules->reopened };
    *c = (struct support_cases){ .roles = mem_zero(w->ntouchpoints + 1, 1) };
    for (size_t i = 0; i < w->ntouchpoints; i++)
        for (size_t k = 0; k < sizeof lists / sizeof *lists; k++)
            if (names_have(lists[k], w->touchpoints[i].name))
                c->roles[i] |= (uint8_t)(1u << k);
}

void support_cases_free(struct support_cases *c)
{
    free(c->roles);
    free(c->events);
    *c = (struct support_cases){ 0 };
}

/* What names the case of an event; n is 0 when nothing does. */
static struct str key_of_case(const struct world *w, const struct event *e)
{
    if (w->plan->flows.support.by == CASE_REFERENCE)
        return attrs_text(w->set, e->attrs, ATTR_REFERENCE);
    for (size_t i = 0; i < who_size(w->set, e->who); i++) {
        uint32_t id = who_id(w->set, e->who, i);
        if (id_kind_of(w->set, id) == ID_TICKET)
            return id_value(w->set, id);
    }
    return STR("");
}

/* Of two events of one customer, the one that stands first in the world came first. */
static int by_case(const void *x, const void *y)
{
    const struct case_event *a = x, *b = y;
    int c = str_cmp(a->key, b->key);
    return c ? c : (a->event > b->event) - (a->event < b->event);
}

void support_cases_gather(struct support_cases *c, const struct world *w, uint32_t customer)
{
    bool alone = w->plan->flows.support.by == CASE_CUSTOMER, sort = false;
    c->n = 0;
    for (size_t i = events_begin(w, customer); i < events_end(w, customer); i++) {
        const struct event *e = &w->events[i];
        bool has_role = c->roles[e->touch];
        struct str key = alone ? STR("") : key_of_case(w, e);
        if (alone ? !has_role : key.n == 0) {
            c->without_key += !alone && has_role;
            continue;
        }
        c->events = mem_grow(c->events, &c->room, c->n + 1, sizeof *c->events);
        c->events[c->n++] = (struct case_event){ key, e };
        sort = sort || !alone;
    }
    if (sort)
        qsort(c->events, c->n, sizeof *c->events, by_case);
}

/* Takes an event into the case. */
static void take(struct support_case *out, unsigned role, const struct touchpoint *t, int64_t time)
{
    if (role & ROLE_OPENED && out->opened == TIME_NONE)
        out->opened = time;
    else if (role & (ROLE_OPENED | ROLE_REOPENED) && out->ever_solved) {
        out->reopened = true;
        out->solved = TIME_NONE;
    }
    if (out->opened == TIME_NONE)
        return;
    if (role & ROLE_ANSWERED) {
        out->answers++;
        if (out->answered == TIME_NONE)
            out->answered = time;
    }
    if (role & ROLE_SOLVED) {
        out->ever_solved = true;
        out->solved = time;
    }
    out->contacts += !t->company && !(role & (ROLE_ANSWERED | ROLE_SOLVED));
}

bool support_case_next(const struct support_cases *c, const struct world *w, size_t *at,
                       struct support_case *out)
{
    bool alone = w->plan->flows.support.by == CASE_CUSTOMER;
    while (*at < c->n) {
        struct str key = c->events[*at].key;
        unsigned roles = 0;
        *out = (struct support_case){ TIME_NONE, TIME_NONE, TIME_NONE, false, false, 0, 0 };
        for (bool first = true; *at < c->n && str_eq(c->events[*at].key, key); first = false) {
            const struct event *e = c->events[*at].event;
            unsigned role = c->roles[e->touch];
            /* A customer who opens anew what is solved has another case. */
            if (alone && !first && role & ROLE_OPENED && out->solved != TIME_NONE)
                break;
            take(out, role, &w->touchpoints[e->touch], e->time);
            roles |= role;
            ++*at;
        }
        if (roles) /* else a number of something else, such as an order */
            return true;
    }
    return false;
}
