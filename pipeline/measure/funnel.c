/* funnel.c - a reader, and a customer's units one after another. See funnel.h. */
#include "measure/funnel.h"

#include <stdlib.h>

#include "measure/funnel_parts.h"

struct funnel_reader *funnel_reader_new(const struct world *w, const struct funnel *f)
{
    struct funnel_reader *r = mem_zero(1, sizeof *r);
    size_t n = f->nsteps;
    r->w = w;
    r->f = f;
    marks_bind(r);
    r->barriers = mem_zero(n, sizeof *r->barriers);
    r->queues = mem_zero(n, sizeof *r->queues);
    r->best.marks = mem_zero(n, sizeof *r->best.marks);
    r->matured.marks = mem_zero(n, sizeof *r->matured.marks);
    r->other.marks = mem_zero(n, sizeof *r->other.marks);
    r->best_events = mem_zero(n, sizeof *r->best_events);
    r->matured_events = mem_zero(n, sizeof *r->matured_events);
    return r;
}

void funnel_reader_free(struct funnel_reader *r)
{
    for (size_t i = 0; i < r->f->nsteps; i++) {
        free(r->barriers[i].v);
        free(r->queues[i].items);
        free(r->queues[i].ring);
    }
    free(r->barriers);
    free(r->queues);
    free(r->step_list);
    free(r->events);
    free(r->marks);
    free(r->nodes);
    free(r->slots);
    free(r->tied);
    free(r->best.marks);
    free(r->matured.marks);
    free(r->other.marks);
    free(r->best_events);
    free(r->matured_events);
    intern_free(&r->values);
    arena_free(&r->arena);
    free(r);
}

/* ---- units ---- */

static void take(struct funnel_reader *r, const struct event *e)
{
    r->events = mem_grow(r->events, &r->events_room, r->nevents + 1, sizeof *r->events);
    r->events[r->nevents++] = e;
}

/* The events that were taken are a unit. */
static void end_unit(struct funnel_reader *r, funnel_unit_fn *fn, void *ctx)
{
    marks_make(r);
    if (r->nmarks)
        best_read(r, fn, ctx);
    r->nevents = 0;
}

static void read_journeys(struct funnel_reader *r, funnel_unit_fn *fn, void *ctx)
{
    const struct world *w = r->w;
    for (size_t i = journeys_begin(w, r->customer); i < journeys_end(w, r->customer); i++) {
        const struct journey *j = &w->journeys[i];
        for (uint32_t k = 0; k < j->n; k++)
            take(r, &w->events[j->first + k]);
        end_unit(r, fn, ctx);
    }
}

static void read_sessions(struct funnel_reader *r, funnel_unit_fn *fn, void *ctx)
{
    const struct world *w = r->w;
    uint32_t session = 0;
    for (size_t i = events_begin(w, r->customer); i < events_end(w, r->customer); i++) {
        if (w->session[i] == 0)
            continue;
        if (w->session[i] != session && r->nevents)
            end_unit(r, fn, ctx);
        session = w->session[i];
        take(r, &w->events[i]);
    }
    if (r->nevents)
        end_unit(r, fn, ctx);
}

void funnel_read(struct funnel_reader *r, uint32_t customer, funnel_unit_fn *fn, void *ctx)
{
    const struct world *w = r->w;
    r->customer = customer;
    r->nevents = 0;
    if (r->f->counting == FUNNEL_JOURNEYS) {
        read_journeys(r, fn, ctx);
    } else if (r->f->counting == FUNNEL_SESSIONS) {
        read_sessions(r, fn, ctx);
    } else {
        for (size_t i = events_begin(w, customer); i < events_end(w, customer); i++)
            take(r, &w->events[i]);
        end_unit(r, fn, ctx);
    }
}

const struct event *const *funnel_events(const struct funnel_reader *r, size_t *n)
{
    *n = r->nevents;
    return r->events;
}

/* ---- steps ---- */

uint32_t funnel_step_after(const struct funnel *f, uint32_t step)
{
    do
        step++;
    while (step < f->nsteps && f->steps[step].optional);
    return step;
}

uint32_t funnel_step_before(const struct funnel *f, uint32_t step)
{
    do
        step--;
    while (f->steps[step].optional);
    return step;
}

uint64_t funnel_work(const struct funnel_reader *r)
{
    return r->work;
}
