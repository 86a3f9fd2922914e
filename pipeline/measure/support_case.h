/* support_case.h - a customer's events sorted into support cases, and what each case says
 * (definitions.md 2.11).
 *
 * Owns:    nothing; support_cases lives as long as a tally and is emptied by each customer.
 * Threads: one.
 */
#ifndef MEASURE_SUPPORT_CASE_H
#define MEASURE_SUPPORT_CASE_H

#include "journey/journeys.h"

enum support_role { ROLE_OPENED = 1, ROLE_ANSWERED = 2, ROLE_SOLVED = 4, ROLE_REOPENED = 8 };

struct case_event {
    struct str key; /* reference or ticket number; empty when cases are told by the customer */
    const struct event *event;
};

struct support_cases {
    uint8_t *roles; /* [ntouchpoints] enum support_role */
    struct case_event *events;
    size_t n, room;
    uint64_t without_key; /* events with a role that name no case */
};

/* What one case says. Times in microseconds; TIME_NONE when there is none. */
struct support_case {
    int64_t opened;   /* TIME_NONE: its opening is not in the data */
    int64_t answered; /* first answer at or after the opening */
    int64_t solved;   /* the last solution; TIME_NONE while it is not solved, or open again */
    bool ever_solved, reopened;
    uint64_t answers;  /* at or after the opening */
    uint64_t contacts; /* of the customer, the opening too */
};

void support_cases_init(struct support_cases *c, const struct world *w);
void support_cases_free(struct support_cases *c);

/* Gathers the events of one customer; they are then in the order of cases, and of time in a case.
 */
void support_cases_gather(struct support_cases *c, const struct world *w, uint32_t customer);

/* Reads the case that begins at *at and steps over it; false when there is none left. */
bool support_case_next(const struct support_cases *c, const struct world *w, size_t *at,
                       struct support_case *out);

#endif
