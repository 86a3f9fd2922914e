/* arrivals.c - see arrivals.h. */
#include "journey/arrivals.h"

#include <stdlib.h>

#include "base/buffer.h"
#include "journey/parts.h"

/* What lists of attributes say of landings, once for each. */
struct landings_told {
    uint32_t *channel; /* [set.attrs.n] ARRIVAL_NONE: nothing */
    uint32_t *landing; /* [set.attrs.n] a number for channel, source and campaign together */
    bool *lands;       /* [plan.nsources] */
    uint32_t direct;
};

static void told_free(struct landings_told *t)
{
    free(t->channel);
    free(t->landing);
    free(t->lands);
    free(t);
}

static uint32_t landing_number(const struct event_set *set, uint32_t attrs, struct intern *landings,
                               struct buffer *key)
{
    static const enum attr same[] = { ATTR_MARKETING_CHANNEL, ATTR_REFERRER, ATTR_CAMPAIGN };
    key->n = 0;
    for (size_t i = 0; i < sizeof same / sizeof *same; i++) {
        struct str text = attrs_text(set, attrs, same[i]);
        buffer_add(key, &text.n, sizeof text.n);
        buffer_add_str(key, text);
    }
    return intern_add(landings, buffer_str(key));
}

/* A source that is retired (rulebook.h) could tell what its successor of the same name can. */
static bool source_lands(const struct plan *plan, size_t source)
{
    for (size_t i = 0; i < plan->nsources; i++)
        if (plan->sources[i].lands && str_eq(plan->sources[i].name, plan->sources[source].name))
            return true;
    return false;
}

static struct landings_told *read_told(const struct world *w, struct intern *names)
{
    const struct event_set *set = w->set;
    struct landings_told *t = mem_zero(1, sizeof *t);
    t->channel = mem_take(set->attrs.n * sizeof *t->channel);
    t->landing = mem_zero(set->attrs.n, sizeof *t->landing);
    t->lands = mem_zero(w->plan->nsources, sizeof *t->lands);
    struct intern landings = { 0 };
    struct buffer key = { 0 };
    for (uint32_t i = 0; i < set->attrs.n; i++) {
        struct str channel = attrs_text(set, i, ATTR_MARKETING_CHANNEL);
        t->channel[i] = channel.n ? intern_add(names, channel) : ARRIVAL_NONE;
        if (channel.n)
            t->landing[i] = landing_number(set, i, &landings, &key);
    }
    t->direct = intern_add(names, w->plan->channels.direct);
    for (size_t i = 0; i < w->plan->nsources; i++)
        t->lands[i] = source_lands(w->plan, i);
    intern_free(&landings);
    free(key.p);
    return t;
}

/* The events of one customer. */
static void find_of(struct world *w, const struct landings_told *t, size_t from, size_t to)
{
    struct arrivals *a = w->arrivals;
    uint32_t session = 0, channel = ARRIVAL_NONE, last = ARRIVAL_NONE;
    for (size_t i = from; i < to; i++) {
        const struct event *e = &w->events[i];
        uint32_t own = t->channel[e->attrs], source = event_source(w, e);
        bool begins = w->session[i] && w->session[i] != session;
        if (begins) {
            session = w->session[i];
            last = ARRIVAL_NONE;
            if (own == ARRIVAL_NONE && t->lands[source])
                own = t->direct;
            channel = own != ARRIVAL_NONE ? own : a->of_source[source];
        }
        if (t->channel[e->attrs] != ARRIVAL_NONE) {
            uint32_t landing = t->landing[e->attrs];
            if (landing == last)
                own = ARRIVAL_NONE;
            last = landing;
        }
        a->of_event[i] = (struct arrival){ w->session[i] ? own : ARRIVAL_NONE,
                                           w->session[i] ? channel : ARRIVAL_NONE, begins };
    }
}

void arrivals_open(struct world *w)
{
    if (!w->plan->channels.on)
        return;
    struct arrivals *a = w->arrivals = mem_zero(1, sizeof *a);
    a->of_source = mem_take(w->plan->nsources * sizeof *a->of_source);
    for (size_t i = 0; i < w->plan->nsources; i++)
        a->of_source[i] = intern_add(&a->names, w->plan->sources[i].channel);
    a->spill = w->spill;
    a->told = read_told(w, &a->names);
}

void arrivals_find(struct world *w)
{
    struct arrivals *a = w->arrivals;
    if (!a)
        return;
    a->of_event = parts_fit(a->spill, a->of_event, &a->room, w->n, sizeof *a->of_event);
    for (uint32_t c = w->from; c < w->to; c++)
        find_of(w, a->told, events_begin(w, c), events_end(w, c));
}

void arrivals_free(struct arrivals *a)
{
    if (!a)
        return;
    intern_free(&a->names);
    free(a->of_source);
    spill_give(a->spill, a->of_event);
    told_free(a->told);
    free(a);
}
