/* nodes.h - touchpoints and what stands where there is none, by number; names to marks.
 *
 * Owns:    nothing; touch_marks() gives an array to its caller.
 * Threads: pure.
 */
#ifndef MEASURE_NODES_H
#define MEASURE_NODES_H

#include <stdlib.h>

#include "journey/journeys.h"

/* Nodes beside the touchpoints, numbered after them. */
enum { NODE_START, NODE_END, NODE_OPEN, NODE_OTHER, NODES };

static inline struct str node_name(const struct world *w, uint32_t node)
{
    static const char *const names[NODES] = { "(start)", "(end)", "(open)", "(other)" };
    return node < w->ntouchpoints ? w->touchpoints[node].name
                                  : str_c(names[node - w->ntouchpoints]);
}

/* The node after the last event of a journey. */
static inline uint32_t node_after(const struct world *w, const struct journey *j)
{
    return (uint32_t)w->ntouchpoints + (j->state == JOURNEY_OPEN ? NODE_OPEN : NODE_END);
}

/* Which touchpoints have one of the names: [ntouchpoints], from malloc. */
static inline bool *touch_marks(const struct world *w, const struct names *names)
{
    bool *marks = mem_zero(w->ntouchpoints + 1, sizeof *marks);
    for (size_t i = 0; names->n && i < w->ntouchpoints; i++)
        marks[i] = names_have(names, w->touchpoints[i].name);
    return marks;
}

#endif
