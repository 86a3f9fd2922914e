/* funnel_rows.h - what the tables of funnels share: who is counted, and how steps are named.
 *
 * Threads: any.
 */
#ifndef MEASURE_FUNNEL_ROWS_H
#define MEASURE_FUNNEL_ROWS_H

#include "measure/all.h"
#include "measure/funnel.h"

/* The funnels of the plan. */
struct funnel_all {
    const struct funnel *funnels;
    size_t n;
};
static inline struct funnel_all funnel_all_of(const struct world *w)
{
    return (struct funnel_all){ w->plan->funnels, w->plan->nfunnels };
}

/* Does the project have a funnel? For struct measure. */
bool funnels_wanted(const struct plan *plan);

/* Its name, and its touchpoints joined by " | ", as they stand in a table; in a or in the plan. */
struct str funnel_step_name(const struct funnel *f, uint32_t step, struct arena *a);
struct str funnel_step_touchpoints(const struct funnel *f, uint32_t step, struct arena *a);

/* Three cells: funnel, number of the step from 1, name of the step. */
#define FUNNEL_STEP_COLUMNS                                                                        \
    { "funnel", UNIT_TEXT, "name of the funnel" },                                                 \
        { "step_number", UNIT_COUNT, "place of the step in the funnel, from 1" },                  \
    {                                                                                              \
        "step", UNIT_TEXT, "name of the step; in order: any, how many different steps"             \
    }
void row_step(struct row *r, const struct funnel *f, uint32_t step, struct arena *a);

/* What the attempt was worth when it reached the step: the value of that event, or of the last one
 * before it in the attempt that has a value. Millionths. */
int64_t funnel_value(const struct world *w, const struct funnel *f, const struct attempt *a,
                     uint32_t step);

/* From one event of an attempt to a later one; at most INT64_MAX. */
int64_t funnel_span(int64_t from, int64_t to);

/* The event of the last step before `step` that the attempt matched; NULL: it entered by it. */
const struct event *funnel_matched_before(const struct attempt *a, uint32_t step);

#endif
