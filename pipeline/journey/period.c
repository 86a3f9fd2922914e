/* period.c - see journeys.h: period_find, the time in which all sources were watched (A02). */
#include <stdlib.h>

#include "journey/journeys.h"
#include "journey/pause.h"

struct span {
    int64_t first, last; /* of the source's records; TIME_NONE when it has none */
};

static struct span *spans_make(const struct world *w)
{
    const struct plan *plan = w->plan;
    struct span *spans = mem_take(plan->nsources * sizeof *spans);
    for (size_t s = 0; s < plan->nsources; s++)
        spans[s] = (struct span){ TIME_NONE, TIME_NONE };
    for (size_t i = 0; i < w->set->nfiles; i++) {
        const struct input_file *f = &w->set->files[i];
        struct span *s = &spans[f->source];
        if (f->duplicate || f->first == TIME_NONE || f->last == TIME_NONE)
            continue;
        if (s->first == TIME_NONE || f->first < s->first)
            s->first = f->first;
        if (s->last == TIME_NONE || f->last > s->last)
            s->last = f->last;
    }
    return spans;
}

void period_find(struct world *w)
{
    const struct plan *plan = w->plan;
    struct span *spans = spans_make(w);
    bool all_sparse = true;
    for (size_t s = 0; s < plan->nsources; s++)
        if (spans[s].last != TIME_NONE && !plan->sources[s].sparse)
            all_sparse = false;

    int64_t latest = TIME_NONE;
    for (size_t s = 0; s < plan->nsources; s++)
        if ((all_sparse || !plan->sources[s].sparse) && spans[s].last > latest)
            latest = spans[s].last;

    w->begin = w->end = TIME_NONE;
    w->silent = arena_take(&w->arena, plan->nsources * sizeof *w->silent);
    w->nsilent = 0;
    for (size_t s = 0; s < plan->nsources; s++) {
        if (spans[s].last == TIME_NONE || (plan->sources[s].sparse && !all_sparse))
            continue;
        if (plan->journey.inactivity != INT64_MAX &&
            elapsed(spans[s].last, latest) > (uint64_t)plan->journey.inactivity) {
            w->silent[w->nsilent++] = plan->sources[s].name;
            continue;
        }
        if (w->begin == TIME_NONE || spans[s].first > w->begin)
            w->begin = spans[s].first;
        if (w->end == TIME_NONE || spans[s].last < w->end)
            w->end = spans[s].last;
    }
    free(spans);
}
