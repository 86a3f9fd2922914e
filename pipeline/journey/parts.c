/* parts.c - see journeys.h: a world's events, sorted and cut a part of the customers at a time.
 *
 * The events stand in ranges of customers from the beginning (event_order.h); a part is some
 * ranges. What is made of it lies where that of the part before lay.
 */
#include "journey/parts.h"

#include <stdlib.h>

#include "base/par.h"
#include "journey/arrivals.h"
#include "journey/path.h"

enum { CHUNK_EVENTS = 1 << 16, HEAP_BYTES = 32 << 20 };

/* What a part of the usual size needs is never let go to the disk and fetched again: it is in use
 * all the time. */
void *parts_fit(struct spill *s, void *p, size_t *room, size_t need, size_t size)
{
    if (need <= *room && p)
        return p;
    spill_give(s, p);
    *room = need + (*room ? need / 8 : 0);
    return spill_take(*room * size > HEAP_BYTES ? s : NULL, *room * size);
}

/* ---- cutting: sessions and the number of journeys first, then the journeys where they belong.
 * Cutting twice is cheaper than to keep journeys twice. ---- */

struct cutting {
    struct world *w;
    uint32_t *slices; /* [nslices + 1] customers; how they fall changes no result */
    size_t nslices, room;
};

/* Slices of customers with nearly equal numbers of events. */
static void slices_make(struct cutting *c)
{
    const struct world *w = c->w;
    uint32_t at = w->from;
    for (;;) {
        c->slices = mem_grow(c->slices, &c->room, c->nslices + 1, sizeof *c->slices);
        c->slices[c->nslices] = at;
        if (at == w->to)
            return;
        c->nslices++;
        size_t first = w->customer_first[at++];
        while (at < w->to && w->customer_first[at + 1] - first <= CHUNK_EVENTS)
            at++;
    }
}

static void cut_sessions(void *ctx, size_t slice, int worker)
{
    const struct cutting *c = ctx;
    struct world *w = c->w;
    (void)worker;
    for (uint32_t customer = c->slices[slice]; customer < c->slices[slice + 1]; customer++) {
        size_t first = events_begin(w, customer), n = events_end(w, customer) - first;
        sessions_cut(w, w->events + first, n, w->session + first);
        w->journey_first[customer] =
            journeys_cut(w, w->events + first, n, w->session + first, NULL);
    }
}

static void cut_journeys(void *ctx, size_t slice, int worker)
{
    const struct cutting *c = ctx;
    struct world *w = c->w;
    (void)worker;
    for (uint32_t customer = c->slices[slice]; customer < c->slices[slice + 1]; customer++) {
        size_t first = events_begin(w, customer), n = events_end(w, customer) - first;
        struct journey *out = w->journeys + journeys_begin(w, customer);
        size_t cut = journeys_cut(w, w->events + first, n, w->session + first, out);
        for (size_t i = 0; i < cut; i++) {
            out[i].first += first;
            out[i].customer = customer;
        }
    }
}

static void cut_all(struct world *w, struct world_parts *parts)
{
    struct cutting c = { .w = w };
    size_t all = w->before.journeys;
    w->session = parts_fit(w->spill, w->session, &parts->session_room, w->n, sizeof *w->session);
    slices_make(&c);
    par_each(c.nslices, parts->order.workers, cut_sessions, &c);
    for (uint32_t i = w->from; i < w->to; i++) {
        size_t n = w->journey_first[i];
        w->journey_first[i] = all;
        all += n;
    }
    w->journey_first[w->to] = all;
    w->njourneys = all - w->before.journeys;
    w->journeys =
        parts_fit(w->spill, w->journeys, &parts->journeys_room, w->njourneys, sizeof *w->journeys);
    par_each(c.nslices, parts->order.workers, cut_journeys, &c);
    free(c.slices);
}

/* ---- one part after another ---- */

static uint32_t by_time(const void *ctx, const struct event *e)
{
    return customer_of(ctx, e);
}

void parts_open(struct world *w, struct event_set *set, size_t least, int workers)
{
    struct world_parts *parts = w->parts = mem_zero(1, sizeof *parts);
    const struct customers *customers = w->customers;
    size_t firsts = customers->n + (size_t)1;
    parts->events = set->events;
    parts->least = least;
    w->all_events = set->n;
    w->customer_first = spill_take(w->spill, firsts * sizeof *w->customer_first);
    w->journey_first = spill_take(w->spill, firsts * sizeof *w->journey_first);
    w->journey_first[0] = 0;
    struct owners owners = { customers->of_who, by_time, customers };
    order_begin(&parts->order, set->events, set->n, owners, customers->n, workers,
                w->customer_first);
    set->events = NULL;
    set->n = set->room = 0;
}

void world_end(struct world *w)
{
    w->before.events += w->n;
    w->before.journeys += w->njourneys;
    w->n = w->njourneys = 0;
    w->from = w->to;
    w->events = NULL;
}

bool world_next(struct world *w)
{
    struct world_parts *parts = w->parts;
    struct order_part part;
    world_end(w);
    spill_forget(w->spill, parts->events, parts->done * sizeof *w->events,
                 parts->end * sizeof *w->events);
    parts->done = parts->end;
    if (!order_next(&parts->order, parts->least, &part))
        return false;
    parts->end = part.first + part.n;
    w->from = part.from;
    w->to = part.to;
    w->events = parts->events + part.first;
    w->n = part.n;
    cut_all(w, parts);
    arrivals_find(w);
    paths_clean(w, parts->order.workers);
    return true;
}

void parts_free(struct world_parts *parts, struct world *w)
{
    if (parts)
        spill_give(w->spill, parts->events);
    spill_give(w->spill, w->journeys);
    spill_give(w->spill, w->session);
    free(parts);
}
