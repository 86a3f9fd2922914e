/* path.h - a journey's path: the touchpoints that it passes, one step each.
 *
 * In:      a world whose journeys are cut; `paths:` of the project.
 * Out:     the path of each journey. Without `paths:` that is its events (A11). Else it is what
 *          definitions.md 2.4 leaves of them, in this order: names cleaned by regex, names grouped
 *          by wildcards, / at their end taken away, runs of one touchpoint made one step, steps
 *          excluded, the path cut to begin and end at certain touchpoints, Snowplow's transforms.
 *          Transitions, paths, diagrams and path patterns take this path, so that they agree; what
 *          counts events (touchpoints, stages, coverage) takes the events.
 * Owns:    world.cleaned belongs to the world.
 * Threads: const once made.
 *
 * What holds where the definitions leave room:
 *   - a touchpoint that gets a new name is a touchpoint of its own in world.touchpoints, with the
 *     stage and side of the first one (by name) that got it;
 *   - a journey whose every step is taken away keeps an empty path: it goes from (start) to (end)
 *     at once, and stands as "(empty)" in paths.csv;
 *   - a step made of a run has two times: gaps into it end at its first event, gaps out of it begin
 *     at its last (A67).
 */
#ifndef JOURNEY_PATH_H
#define JOURNEY_PATH_H

#include "journey/journeys.h"

struct cleaner;

struct path {
    const struct event *steps; /* the first event of each; touch is the step's touchpoint */
    const int64_t *last;       /* time of the last event of each; NULL: that of the step */
    size_t n;
};

/* The steps at which cleaning can take something away, in their order. */
enum clean_step {
    CLEAN_RENAME,
    CLEAN_GROUP,
    CLEAN_SLASH,
    CLEAN_COLLAPSE,
    CLEAN_EXCLUDE,
    CLEAN_ANCHOR,
    CLEAN_TRANSFORM, /* and the further transforms behind it */
};

struct clean_count {
    uint64_t events;   /* renamed, or taken away */
    uint64_t journeys; /* to which that happened */
    uint64_t left;     /* steps of all paths after it */
};

struct cleaned {
    struct event *steps; /* of the part, as the next three */
    int64_t *last;
    size_t *first, *n; /* [njourneys] */
    size_t steps_room, last_room, first_room, n_room;
    struct clean_count counts[CLEAN_TRANSFORM + TRANSFORMS_MAX];
    struct cleaner *cleaner; /* what becomes of touchpoints: of path.c */
    struct spill *spill;     /* the world's, which the arrays are taken from */
};

/* Makes world.cleaned, when the project asks for it, and the touchpoints that paths have besides;
 * once, before the first part. */
void paths_open(struct world *w);
/* Cleans the paths of the part, and counts; once it is cut. */
void paths_clean(struct world *w, int workers);
/* The same for a world of one part that has fewer journeys now: counts those alone. */
void paths_clean_again(struct world *w, int workers);
void cleaned_free(struct cleaned *c);

static inline struct path world_path(const struct world *w, const struct journey *j)
{
    if (!w->cleaned)
        return (struct path){ w->events + j->first, NULL, j->n };
    size_t i = (size_t)(j - w->journeys), first = w->cleaned->first[i];
    return (struct path){ w->cleaned->steps + first, w->cleaned->last + first, w->cleaned->n[i] };
}

/* The pause between step i - 1 and step i, in microseconds. */
static inline int64_t path_pause(const struct path *p, size_t i)
{
    return p->steps[i].time - (p->last ? p->last[i - 1] : p->steps[i - 1].time);
}

#endif
