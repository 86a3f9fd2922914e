/* objectives.h - what a project wants to reach: the part of a plan that `objectives:` fills.
 *
 * A measure has a name of its own in the project, such as funnel.checkout.conversion: what it is
 * about, whose, and the figure. The figures that may be named stand in one list, which says where
 * the tables have them.
 *
 * Owns:    nothing; the plan owns what this points to.
 * Threads: const after plan_load().
 */
#ifndef CONFIG_OBJECTIVES_H
#define CONFIG_OBJECTIVES_H

#include "base/str.h"

enum objective_about { ABOUT_FUNNEL, ABOUT_TOUCHPOINT, ABOUT_STAGE, ABOUT_JOURNEYS, ABOUTS };
extern const char *const objective_abouts[ABOUTS]; /* "funnel", "touchpoint", "stage", "journeys" */

enum figure_kind { FIGURE_RATE, FIGURE_COUNT, FIGURE_DURATION, FIGURE_AMOUNT, FIGURE_KINDS };

struct objective_figure {
    enum objective_about about;
    const char *name;
    const char *column; /* of the table funnels, touchpoints or stages; journeys: the name again */
    const char *n;      /* the column that says over how many; NULL: the figure has none */
    enum figure_kind kind;
    bool lower; /* less is better, when no baseline says so */
};
extern const struct objective_figure objective_figures[]; /* ends with a name of NULL */

struct objective {
    struct str name, owner, measure; /* owner: empty when nobody is named */
    const struct objective_figure *figure;
    struct str of; /* funnel, touchpoint or stage */
    /* As tables show it: a rate from 0 to 1, seconds. NAN: not given. A target that is a change has
     * become a figure. */
    double baseline, target;
    bool lower;         /* to be reached from above */
    struct str due_day; /* as written; empty: none */
    int64_t since, due; /* when the baseline was true; the first instant at which it is too late;
                           TIME_NONE: not given */
};

#endif
