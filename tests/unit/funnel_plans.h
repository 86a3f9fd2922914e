/* funnel_plans.h - funnels of every kind for the worlds of builder_random().
 *
 * Owns: the plan's arena.
 */
#ifndef FUNNEL_PLANS_H
#define FUNNEL_PLANS_H

#include "world_builder.h"

enum { FUNNEL_PLANS = 6 };

static inline struct names funnel_names(struct builder *b, const char *list)
{
    struct names n = { arena_take(&b->plan.arena, 8 * sizeof(struct str)), 0 };
    for (struct str rest = str_c(list); rest.n;)
        n.list[n.n++] = str_cut(&rest, ',');
    return n;
}

/* Steps between blanks, alternatives between commas; a step that begins with ? is optional. */
static inline struct funnel *funnel_add(struct builder *b, const char *name, const char *steps)
{
    struct funnel *f = &b->plan.funnels[b->plan.nfunnels++];
    *f = (struct funnel){ .name = str_c(name), .window = INT64_MAX };
    f->steps = arena_take(&b->plan.arena, 8 * sizeof *f->steps);
    for (struct str rest = str_c(steps); rest.n;) {
        struct str step = arena_keep(&b->plan.arena, str_cut(&rest, ' '));
        bool optional = step.p[0] == '?';
        f->steps[f->nsteps++] = (struct funnel_step){
            .name = str_from(step, optional),
            .any_of = funnel_names(b, step.p + optional),
            .optional = optional,
            .max_gap = INT64_MAX,
        };
    }
    return f;
}

/* Segments that overlap; for all tables that ask for segments. */
static inline void segments_add(struct builder *b)
{
    static struct saved_segment segments[] = {
        { .name = { "buyers", 6 }, .where = { "converted", 9 } },
        { .name = { "long", 4 }, .where = { "events >= 3", 11 } },
        { .name = { "came", 4 }, .where = { "funnel.plain.reached(cart)", 26 } },
    };
    b->plan.segments = segments;
    b->plan.nsegments = sizeof segments / sizeof *segments;
    for (size_t i = 0; i < 2; i++)
        b->plan.flows.compare[i] = segments[2 * i].name;
}

/* Before builder_world(). */
static inline void funnels_add(struct builder *b)
{
    struct funnel *f;
    b->plan.funnels = arena_take(&b->plan.arena, FUNNEL_PLANS * sizeof *b->plan.funnels);
    b->plan.journey.inactivity = 2000 * SECOND;
    f = funnel_add(b, "plain", "ad cart order");
    f->breakdown = FUNNEL_BY_ATTRIBUTE;
    f->breakdown_attr = ATTR_VALUE;
    f->breakdown_at = FUNNEL_AT_LAST;
    f->trend = FUNNEL_WEEKS;
    f->abandoned = (struct abandoned_rules){ funnel_names(b, "cart,call"), funnel_names(b, "order"),
                                             funnel_names(b, "ad"), 3000 * SECOND };
    f = funnel_add(b, "window", "ad,call ?page cart ?review order,ticket");
    f->window = 3000 * SECOND;
    f->steps[2].max_gap = 500 * SECOND;
    f->exclusions = arena_take(&b->plan.arena, sizeof *f->exclusions);
    f->exclusions[0] = (struct funnel_exclusion){ funnel_names(b, "ad > banner"), 0, 5 };
    f->nexclusions = 1;
    f->trend = FUNNEL_DAYS;
    f->breakdown = FUNNEL_BY_CHANNEL;
    f = funnel_add(b, "open journeys", "ad call cart ?page");
    f->open = true;
    f->counting = FUNNEL_JOURNEYS;
    f->breakdown = FUNNEL_BY_SOURCE;
    f->breakdown_at = FUNNEL_AT_FIRST;
    segments_add(b);
    f->segments = arena_take(&b->plan.arena, 2 * sizeof *f->segments);
    f->nsegments = 2;
    for (size_t i = 0; i < f->nsegments; i++)
        f->segments[i] = i;
    f = funnel_add(b, "strict sessions", "ad,cart call,cart");
    f->order = FUNNEL_STRICT;
    f->counting = FUNNEL_SESSIONS;
    f->trend = FUNNEL_MONTHS;
    f = funnel_add(b, "totals", "ad cart");
    f->counting = FUNNEL_TOTALS;
    f->window = 700 * SECOND;
    f->bins = 7;
    f = funnel_add(b, "any order", "ad,call call,cart cart");
    f->order = FUNNEL_ANY;
    f->window = 4000 * SECOND;
}

#endif
