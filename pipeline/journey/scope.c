/* scope.c - see scope.h: asked in parallel, taken out in one pass. */
#include "journey/scope.h"

#include <assert.h>
#include <stdlib.h>

#include "base/par.h"
#include "journey/arrivals.h"
#include "journey/path.h"

enum { CHUNK_JOURNEYS = 4096 };

struct asking {
    const struct world *w;
    const struct where *where;
    bool *keep; /* [njourneys] */
};

static void ask(void *ctx, size_t chunk, int worker)
{
    const struct asking *a = ctx;
    (void)worker;
    size_t from = chunk * CHUNK_JOURNEYS, to = from + CHUNK_JOURNEYS;
    if (to > a->w->njourneys)
        to = a->w->njourneys;
    for (size_t i = from; i < to; i++)
        a->keep[i] = where_holds(a->where, a->w, &a->w->journeys[i]);
}

/* Where the next event and journey that stay are put. */
struct removal {
    struct world *w;
    const bool *keep;
    size_t events, journeys;
};

static void move_events(struct removal *r, size_t from, size_t to)
{
    struct world *w = r->w;
    struct arrival *arrivals = w->arrivals ? w->arrivals->of_event : NULL;
    if (r->events != from) {
        if (arrivals)
            memmove(arrivals + r->events, arrivals + from, (to - from) * sizeof *arrivals);
        memmove(w->events + r->events, w->events + from, (to - from) * sizeof *w->events);
        memmove(w->session + r->events, w->session + from, (to - from) * sizeof *w->session);
    }
    r->events += to - from;
}

/* The events [from, to) of one customer. */
static void leave_out(struct world *w, size_t from, size_t to)
{
    struct left_out *out = &w->left_out;
    if (from == to)
        return;
    if (!out->events || w->events[from].time < out->first)
        out->first = w->events[from].time;
    if (!out->events || w->events[to - 1].time > out->last)
        out->last = w->events[to - 1].time;
    out->events += to - from;
}

static void move_journey(struct removal *r, size_t i)
{
    struct world *w = r->w;
    struct journey j = w->journeys[i];
    size_t from = j.first;
    j.first = r->events;
    move_events(r, from, from + j.n);
    w->journeys[r->journeys++] = j;
}

static void move_customer(struct removal *r, uint32_t customer, size_t end_event,
                          size_t end_journey)
{
    struct world *w = r->w;
    size_t at = w->customer_first[customer], i = w->journey_first[customer];
    w->customer_first[customer] = r->events;
    w->journey_first[customer] = r->journeys;
    bool any = false;
    for (size_t k = i; k < end_journey; k++)
        any = any || r->keep[k];
    if (!any) { /* nor what was sent to nobody that is asked for */
        leave_out(w, at, end_event);
        return;
    }
    for (; i < end_journey; i++) {
        const struct journey *j = &w->journeys[i];
        size_t end = j->first + j->n;
        move_events(r, at, j->first);
        if (r->keep[i])
            move_journey(r, i);
        else
            leave_out(w, j->first, end);
        at = end;
    }
    move_events(r, at, end_event);
}

void world_scope(struct world *w, const struct where *where, int workers)
{
    assert(w->from == 0 && w->to == w->customers->n);
    struct asking a = { w, where, spill_zero(w->spill, w->njourneys, sizeof *a.keep) };
    par_each((w->njourneys + CHUNK_JOURNEYS - 1) / CHUNK_JOURNEYS, workers, ask, &a);
    struct removal r = { .w = w, .keep = a.keep };
    uint32_t n = w->customers->n;
    for (uint32_t c = 0; c < n; c++)
        move_customer(&r, c, w->customer_first[c + 1], w->journey_first[c + 1]);
    w->customer_first[n] = r.events;
    w->journey_first[n] = r.journeys;
    w->left_out.asked = true;
    w->left_out.journeys += w->njourneys - r.journeys;
    w->n = w->all_events = r.events;
    w->njourneys = r.journeys;
    spill_give(w->spill, a.keep);
    /* So that what cleaning took away is counted for the journeys that are left. */
    paths_clean_again(w, workers);
}
