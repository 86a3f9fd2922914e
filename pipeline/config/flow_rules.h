/* flow_rules.h - what a project asks of flows and waits: the part of a plan that `flows`, `map`,
 * `waits`, `support` and `calendar` fill.
 *
 * Owns:    nothing; the plan owns what this points to.
 * Threads: const after plan_load().
 */
#ifndef CONFIG_FLOW_RULES_H
#define CONFIG_FLOW_RULES_H

#include "base/calendar.h"
#include "config/names.h"

/* Whom a table counts, once each. */
enum whom { COUNT_JOURNEYS, COUNT_CUSTOMERS };

/* ---- flows: the table steps (definitions.md 2.8, A14) ---- */

enum anchor { ANCHOR_START, ANCHOR_END, ANCHOR_TOUCHPOINT, ANCHOR_PATTERN };

struct step_rules {
    bool given; /* the project has `flows` */
    enum anchor anchor;
    struct str touchpoint;  /* ANCHOR_TOUCHPOINT: one of a journey stands at step 0 */
    struct str pattern;     /* ANCHOR_PATTERN: an end of a match does */
    bool last;              /* the last such touchpoint or match of a journey, not the first */
    bool at_end;            /* of a match the last step, not the first */
    unsigned before, after; /* steps on either side; 0 where the anchor leaves none */
    unsigned top;           /* touchpoints that a step shows by name */
    enum whom counting;
    double zeta; /* how many standard deviations from the mean make a time an outlier */
};

/* ---- waits (2.11, A27) ---- */

struct wait {
    struct str name;
    struct names from, to;
    bool each;     /* every `from` to the next `to` before another `from`; else the first of each */
    bool business; /* only time within the calendar's hours counts */
    enum whom counting; /* whose events are looked at together: a journey's or a customer's */
    int64_t within;     /* a good time, in microseconds; 0 when none is given */
};

/* ---- support: how well cases are answered (2.11) ---- */

enum case_key { CASE_REFERENCE, CASE_TICKET, CASE_CUSTOMER };

struct support_rules {
    struct names opened, answered, solved, reopened; /* opened: none when there is no `support` */
    enum case_key by;
    bool business;
    int64_t first_response, resolution; /* promised, in microseconds; 0 when not given */
};

struct flow_rules {
    struct step_rules steps;
    struct str compare[2]; /* names of segments; empty: not asked for */
    struct names map;      /* planned order of touchpoints; none: not given */
    struct wait *waits;
    size_t nwaits;
    struct support_rules support;
    struct calendar *calendar; /* NULL when the project has none; the plan frees it */
};

#endif
