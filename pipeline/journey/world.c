/* world.c - see journeys.h: what holds of all parts of a world. The parts: parts.c. */
#include <assert.h>
#include <stdlib.h>

#include "base/par.h"
#include "journey/arrivals.h"
#include "journey/journeys.h"
#include "journey/parts.h"
#include "journey/path.h"

enum { CHUNK_EVENTS = 1 << 16 };
#define EMOTION_MOST INT64_C(2000000)

/* ---- what touchpoints mean ---- */

struct rules_seen {
    const struct world *w;
    const struct event *events;
    size_t n;
    uint32_t *lowest; /* [workers][ntouchpoints] rule of lowest index + 1 that made it; 0: none */
};

static void see_rules(void *ctx, size_t chunk, int worker)
{
    struct rules_seen *r = ctx;
    uint32_t *lowest = r->lowest + (size_t)worker * r->w->ntouchpoints;
    size_t first = chunk * CHUNK_EVENTS;
    size_t end = r->n - first < CHUNK_EVENTS ? r->n : first + CHUNK_EVENTS;
    for (size_t i = first; i < end; i++) {
        const struct event *e = &r->events[i];
        if (!lowest[e->touch] || e->rule + 1U < lowest[e->touch])
            lowest[e->touch] = e->rule + 1U;
    }
}

static void touchpoints_make(struct world *w, const struct event_set *set, int workers)
{
    const struct journey_rules *journey = &w->plan->journey;
    size_t n = w->ntouchpoints = w->set->touchpoints.n;
    w->touchpoints = mem_zero(n, sizeof *w->touchpoints);
    struct rules_seen r = { w, set->events, set->n,
                            mem_zero((size_t)workers * n, sizeof *r.lowest) };
    par_each((set->n + CHUNK_EVENTS - 1) / CHUNK_EVENTS, workers, see_rules, &r);
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

/* Records that only say who is who, and events of nobody. */
static void drop_events(struct event_set *set, const struct customers *customers)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->n; i++)
        if (set->events[i].touch != TOUCH_NONE &&
            customer_of(customers, &set->events[i]) != CUSTOMER_NONE)
            set->events[kept++] = set->events[i];
    assert(set->n - kept == customers->links + customers->unidentified);
    set->n = kept;
}

void world_open(const struct plan *plan, struct event_set *set, const struct customers *customers,
                size_t part_events, int workers, struct world *out)
{
    *out = (struct world){ .plan = plan, .set = set, .customers = customers };
    out->spill = set->spill;
    if (customers->links || customers->unidentified)
        drop_events(set, customers);
    touchpoints_make(out, set, workers);
    figures_read(out);
    if (plan->session.campaign)
        campaigns_make(out);
    period_find(out);
    arrivals_open(out);
    paths_open(out);
    parts_open(out, set, part_events, workers);
}

void world_make(const struct plan *plan, struct event_set *set, const struct customers *customers,
                int workers, struct world *out)
{
    world_open(plan, set, customers, SIZE_MAX, workers, out);
    world_next(out);
}

void world_free(struct world *w)
{
    free(w->touchpoints);
    spill_give(w->spill, w->figures);
    spill_give(w->spill, w->campaigns);
    spill_give(w->spill, w->customer_first);
    spill_give(w->spill, w->journey_first);
    parts_free(w->parts, w);
    arrivals_free(w->arrivals);
    cleaned_free(w->cleaned);
    arena_free(&w->arena);
    *w = (struct world){ 0 };
}
