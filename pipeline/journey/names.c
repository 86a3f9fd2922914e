/* names.c - see names.h. */
#include "journey/names.h"

static bool any_name(const void *ctx, struct str touchpoint)
{
    (void)ctx;
    (void)touchpoint;
    return true;
}

struct expr_names names_of_plan(const struct plan *plan, struct arena *a)
{
    size_t n = 0;
    bool any = plan->paths.asked;
    for (size_t i = 0; i < plan->nrules; i++)
        any = any || (plan->rules[i].name.n == 0 && plan->rules[i].excludes == EXCLUDED_NOT);
    struct str *touchpoints = arena_take(a, plan->nrules * sizeof *touchpoints);
    for (size_t i = 0; i < plan->nrules; i++)
        if (plan->rules[i].name.n)
            touchpoints[n++] = plan->rules[i].name;
    struct str *sources = arena_take(a, plan->nsources * sizeof *sources);
    struct str *channels =
        arena_take(a, (plan->nsources + plan->channels.channels.n) * sizeof *channels);
    size_t nchannels = 0;
    for (size_t i = 0; i < plan->nsources; i++) {
        sources[i] = plan->sources[i].name;
        if (!str_in(plan->sources[i].channel, channels, nchannels))
            channels[nchannels++] = plan->sources[i].channel;
    }
    const struct names *marketing = &plan->channels.channels;
    for (size_t i = 0; i < marketing->n; i++)
        if (!str_in(marketing->list[i], channels, nchannels))
            channels[nchannels++] = marketing->list[i];
    struct str *segments = arena_take(a, plan->nsegments * sizeof *segments);
    for (size_t i = 0; i < plan->nsegments; i++)
        segments[i] = plan->segments[i].name;
    return (struct expr_names){
        .touchpoints = { touchpoints, n },
        .stages = { plan->stages, plan->nstages },
        .channels = { channels, nchannels },
        .marketing = { marketing->list, marketing->n },
        .sources = { sources, plan->nsources },
        .segments = { segments, plan->nsegments },
        .gives = any ? any_name : NULL,
        .zone = plan->zone,
    };
}

struct expr_names names_of_world(const struct world *w, struct arena *a)
{
    struct expr_names names = names_of_plan(w->plan, a);
    size_t n = w->ntouchpoints;
    struct str *all = arena_take(a, (n + names.touchpoints.n) * sizeof *all);
    struct intern seen = { 0 };
    for (size_t i = 0; i < n; i++) {
        all[i] = w->touchpoints[i].name;
        intern_add(&seen, all[i]);
    }
    for (size_t i = 0; i < names.touchpoints.n; i++) {
        uint32_t known = seen.n;
        if (intern_add(&seen, names.touchpoints.list[i]) == known)
            all[n++] = names.touchpoints.list[i];
    }
    intern_free(&seen);
    names.touchpoints = (struct names_known){ all, n };
    names.gives = NULL;
    return names;
}
