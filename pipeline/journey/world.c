/* world.c - see journeys.h: the parts put together, in parallel over customers. */
#include <assert.h>
#include <stdlib.h>

#include "base/par.h"
#include "event_order.h"
#include "journey/arrivals.h"
#include "journey/journeys.h"
#include "journey/path.h"

enum { CHUNK_EVENTS = 1 << 16 };
#define EMOTION_MOST INT64_C(2000000)

/* ---- what touchpoints mean ---- */

struct rules_seen {
    const struct world *w;
    uint32_t *lowest; /* [workers][ntouchpoints] rule of lowest index + 1 that made it; 0: none */
};

static void see_rules(void *ctx, size_t chunk, int worker)
{
    struct rules_seen *r = ctx;
    uint32_t *lowest = r->lowest + (size_t)worker * r->w->ntouchpoints;
    size_t first = chunk * CHUNK_EVENTS;
    size_t end = r->w->n - first < CHUNK_EVENTS ? r->w->n : first + CHUNK_EVENTS;
    for (size_t i = first; i < end; i++) {
        const struct event *e = &r->w->events[i];
        if (!lowest[e->touch] || e->rule + 1U < lowest[e->touch])
            lowest[e->touch] = e->rule + 1U;
    }
}

static void touchpoints_make(struct world *w, int workers)
{
    const struct journey_rules *journey = &w->plan->journey;
    size_t n = w->ntouchpoints = w->set->touchpoints.n;
    w->touchpoints = mem_zero(n, sizeof *w->touchpoints);
    struct rules_seen r = { w, mem_zero((size_t)workers * n, sizeof *r.lowest) };
    par_each((w->n + CHUNK_EVENTS - 1) / CHUNK_EVENTS, workers, see_rules, &r);
    for (size_t i = 0; i < n; i++) {
        struct str name = intern_text(&w->set->touchpoints, (uint32_t)i);
        uint32_t lowest = 0;
        for (int k = 0; k < workers; k++) {
            uint32_t seen = r.lowest[(size_t)k * n + i];
            if (seen && (!lowest || seen < lowest))
                lowest = seen;
        }
        w->touchpoints[i] = (struct touchpoint){
            .name = name,
            .stage = lowest ? w->plan->rules[lowest - 1].stage : STAGE_NONE,
            .company = lowest && w->plan->rules[lowest - 1].company,
            .awaits = lowest && w->plan->rules[lowest - 1].awaits,
            .goal = names_have(&journey->goal, name),
            .close = names_have(&journey->close, name),
            .first = names_have(&journey->first, name),
            .boundary = names_have(&w->plan->session.boundary, name),
            .ping = names_have(&w->plan->session.pings, name),
        };
    }
    free(r.lowest);
}

void figures_read(struct world *w)
{
    spill_give(w->spill, w->figures);
    w->figures = spill_take(w->spill, w->set->attrs.n * sizeof *w->figures);
    for (uint32_t i = 0; i < w->set->attrs.n; i++) {
        struct figures *f = &w->figures[i];
        if (!attrs_micros(w->set, i, ATTR_VALUE, &f->value))
            f->value = 0;
        if (!attrs_micros(w->set, i, ATTR_EMOTION, &f->emotion))
            f->emotion = EMOTION_NONE;
        else if (f->emotion < -EMOTION_MOST)
            f->emotion = -EMOTION_MOST;
        else if (f->emotion > EMOTION_MOST)
            f->emotion = EMOTION_MOST;
    }
}

static void campaigns_make(struct world *w)
{
    struct intern names = { 0 };
    w->campaigns = spill_zero(w->spill, w->set->attrs.n, sizeof *w->campaigns);
    for (uint32_t i = 0; i < w->set->attrs.n; i++) {
        struct str name = attrs_text(w->set, i, ATTR_CAMPAIGN);
        if (name.n)
            w->campaigns[i] = intern_add(&names, name) + 1;
    }
    intern_free(&names);
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
    uint32_t at = 0;
    for (;;) {
        c->slices = mem_grow(c->slices, &c->room, c->nslices + 1, sizeof *c->slices);
        c->slices[c->nslices] = at;
        if (at == w->customers->n)
            return;
        c->nslices++;
        size_t first = w->customer_first[at++];
        while (at < w->customers->n && w->customer_first[at + 1] - first <= CHUNK_EVENTS)
            at++;
    }
}

static void cut_sessions(void *ctx, size_t slice, int worker)
{
    const struct cutting *c = ctx;
    struct world *w = c->w;
    (void)worker;
    for (uint32_t customer = c->slices[slice]; customer < c->slices[slice + 1]; customer++) {
        size_t first = w->customer_first[customer];
        size_t n = w->customer_first[customer + 1] - first;
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
        size_t first = w->customer_first[customer];
        size_t n = w->customer_first[customer + 1] - first;
        struct journey *out = w->journeys + w->journey_first[customer];
        size_t cut = journeys_cut(w, w->events + first, n, w->session + first, out);
        for (size_t i = 0; i < cut; i++) {
            out[i].first += first;
            out[i].customer = customer;
        }
    }
}

static void cut_all(struct world *w, int workers)
{
    struct cutting c = { .w = w };
    w->session = spill_take(w->spill, w->n * sizeof *w->session);
    w->journey_first =
        spill_take(w->spill, (w->customers->n + (size_t)1) * sizeof *w->journey_first);
    slices_make(&c);
    par_each(c.nslices, workers, cut_sessions, &c);
    for (uint32_t i = 0; i < w->customers->n; i++) {
        size_t n = w->journey_first[i];
        w->journey_first[i] = w->njourneys;
        w->njourneys += n;
    }
    w->journey_first[w->customers->n] = w->njourneys;
    w->journeys = spill_take(w->spill, w->njourneys * sizeof *w->journeys);
    par_each(c.nslices, workers, cut_journeys, &c);
    free(c.slices);
}

static uint32_t by_time(const void *ctx, const struct event *e)
{
    return customer_of(ctx, e);
}

/* Records that only say who is who, and events of nobody. */
static void drop_events(struct world *w)
{
    size_t kept = 0;
    for (size_t i = 0; i < w->n; i++)
        if (w->events[i].touch != TOUCH_NONE &&
            customer_of(w->customers, &w->events[i]) != CUSTOMER_NONE)
            w->events[kept++] = w->events[i];
    assert(w->n - kept == w->customers->links + w->customers->unidentified);
    w->n = kept;
}

void world_make(const struct plan *plan, struct event_set *set, const struct customers *customers,
                int workers, struct world *out)
{
    *out = (struct world){ .plan = plan, .set = set, .customers = customers };
    out->spill = set->spill;
    out->events = set->events;
    out->n = set->n;
    set->events = NULL;
    set->n = set->room = 0;
    if (customers->links || customers->unidentified)
        drop_events(out);
    touchpoints_make(out, workers);
    figures_read(out);
    if (plan->session.campaign)
        campaigns_make(out);
    period_find(out);
    out->customer_first =
        spill_take(out->spill, (customers->n + (size_t)1) * sizeof *out->customer_first);
    struct owners owners = { customers->of_who, by_time, customers };
    order_events(out->events, out->n, owners, customers->n, workers, out->customer_first);
    cut_all(out, workers);
    arrivals_find(out);
    paths_clean(out, workers);
}

void world_free(struct world *w)
{
    free(w->touchpoints);
    spill_give(w->spill, w->events);
    spill_give(w->spill, w->figures);
    spill_give(w->spill, w->campaigns);
    spill_give(w->spill, w->customer_first);
    spill_give(w->spill, w->journeys);
    spill_give(w->spill, w->journey_first);
    spill_give(w->spill, w->session);
    arrivals_free(w->arrivals);
    cleaned_free(w->cleaned);
    arena_free(&w->arena);
    *w = (struct world){ 0 };
}
