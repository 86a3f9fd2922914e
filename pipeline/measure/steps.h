/* steps.h - journeys laid beside each other so that an anchor of each stands at the same step: what
 * the tables steps and step_flows share (definitions.md 2.8, A14).
 *
 * The node of a journey at a step is its touchpoint there, (start) before its first event, (end) or
 * (open) after its last one: ends absorb, so that every step holds the whole population.
 */
#ifndef MEASURE_STEPS_H
#define MEASURE_STEPS_H

#include "measure/key_map.h"
#include "measure/nodes.h"
#include "measure/row.h"

struct step_tally {
    const struct step_rules *rules;
    uint32_t anchor;         /* its touchpoint; UINT32_MAX: it is none, or nobody met it */
    struct pattern *pattern; /* or this; NULL: it is none */
    bool borrowed;           /* the pattern is another tally's */
    size_t nnodes;           /* touchpoints and those beside them */
    int first;               /* the first step shown: -before, 1 when counted from the start */
    size_t nsteps;
    uint64_t population;
    struct distinct customers;
    uint64_t last;   /* customer + 1 whose journey was counted */
    uint64_t *nodes; /* [nsteps * nnodes] */
    struct links {
        struct key_map keys; /* (node at the step, node at the next one) */
        uint64_t *counts;
        size_t room;
    } * links; /* [nsteps], the last one empty */
};

void *step_tally_begin(const struct world *w);
void *step_tally_begin_as(const struct world *w, const void *whole);
void step_tally_add(void *tally, const struct world *w, const struct journey *j);
void step_tally_merge(void *into, void *from);
void step_tally_free(void *tally);

/* Which nodes each step shows by name: shown[step * nnodes + node]; the rest is (other). The
 * touchpoints with the largest counts, ties by name; nodes beside touchpoints always. From malloc.
 */
bool *step_tally_shown(const struct step_tally *t, const struct world *w);

static inline bool steps_wanted(const struct plan *plan)
{
    return plan->flows.steps.given;
}

#endif
