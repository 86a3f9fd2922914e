/* names.c - see names.h. */
#include "journey/names.h"

struct expr_names names_of_world(const struct world *w, struct arena *a)
{
    const struct plan *plan = w->plan;
    size_t n = 0;
    struct str *touchpoints = arena_take(a, (w->ntouchpoints + plan->nrules) * sizeof *touchpoints);
    for (size_t i = 0; i < w->ntouchpoints; i++)
        touchpoints[n++] = w->touchpoints[i].name;
    for (size_t i = 0; i < plan->nrules; i++)
        if (plan->rules[i].name.n)
            touchpoints[n++] = plan->rules[i].name;
    struct str *sources = arena_take(a, plan->nsources * sizeof *sources);
    struct str *channels = arena_take(a, plan->nsources * sizeof *channels);
    size_t nchannels = 0;
    for (size_t i = 0; i < plan->nsources; i++) {
        sources[i] = plan->sources[i].name;
        if (!str_in(plan->sources[i].channel, channels, nchannels))
            channels[nchannels++] = plan->sources[i].channel;
    }
    struct str *segments = arena_take(a, plan->nsegments * sizeof *segments);
    for (size_t i = 0; i < plan->nsegments; i++)
        segments[i] = plan->segments[i].name;
    return (struct expr_names){
        .touchpoints = { touchpoints, n },
        .stages = { plan->stages, plan->nstages },
        .channels = { channels, nchannels },
        .sources = { sources, plan->nsources },
        .segments = { segments, plan->nsegments },
        .zone = plan->zone,
    };
}
