/* funnel_slices.c - see funnel_slices.h. */
#include "measure/funnel_slices.h"

#include <stdlib.h>

struct funnel_slice funnel_slice_new(size_t nsteps)
{
    return (struct funnel_slice){ .steps = mem_zero(nsteps, sizeof(struct step_tally)) };
}

void funnel_slice_add(struct funnel_slice *p, const struct world *w, const struct funnel *f,
                      const struct funnel_unit *unit, bool open)
{
    const struct attempt *a = &unit->best;
    p->n++;
    p->matured += unit->has_matured;
    for (uint32_t s = 0; s < f->nsteps; s++) {
        struct step_tally *t = &p->steps[s];
        t->matured += unit->has_matured && unit->matured.events[s];
        if (!a->events[s])
            continue;
        t->n++;
        t->entered += s == a->first;
        t->continued += s > 0 && a->events[funnel_step_before(f, s)];
        sum_add(&t->value_reached, funnel_value(w, f, a, s));
        if (s == a->deepest && !a->converted && !open)
            sum_add(&t->value_lost, funnel_value(w, f, a, s));
        if (s == a->first)
            continue;
        sample_add(&t->from_entry, funnel_span(a->entry, a->events[s]->time));
        sample_add(&t->from_previous,
                   funnel_span(funnel_matched_before(a, s)->time, a->events[s]->time));
    }
}

void funnel_slice_merge(struct funnel_slice *into, const struct funnel_slice *from, size_t nsteps)
{
    into->n += from->n;
    into->matured += from->matured;
    for (size_t s = 0; s < nsteps; s++) {
        struct step_tally *a = &into->steps[s];
        const struct step_tally *b = &from->steps[s];
        a->n += b->n;
        a->entered += b->entered;
        a->continued += b->continued;
        a->matured += b->matured;
        sample_merge(&a->from_entry, &b->from_entry);
        sample_merge(&a->from_previous, &b->from_previous);
        sum_merge(&a->value_reached, &b->value_reached);
        sum_merge(&a->value_lost, &b->value_lost);
    }
}

void funnel_slice_free(struct funnel_slice *p, size_t nsteps)
{
    for (size_t s = 0; s < nsteps; s++) {
        sample_free(&p->steps[s].from_entry);
        sample_free(&p->steps[s].from_previous);
    }
    free(p->steps);
}
