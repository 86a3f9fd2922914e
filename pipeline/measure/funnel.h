/* funnel.h - how far a unit (customer, journey, session, attempt) comes in a funnel of the project.
 *
 * In:      a world and a funnel of its plan.
 * Out:     for every unit that enters: its best attempt, the best that has matured, and how and
 *          where it was lost (definitions.md 2.5, 2.6, and of section 3 A01, A16 to A26, A47 to
 *          A50).
 * Owns:    a reader owns its working memory; what it gives is good until it reads the next unit.
 * Threads: a reader belongs to one worker; the world is const.
 *
 * What holds where the definitions leave room:
 *   - depth counts required steps; an optional step behind the deepest required one, and before the
 *     next, may still be matched;
 *   - a gap is measured from the step that was matched before, optional or not;
 *   - what the company does (`by: company`) may be a step and may be excluded, but breaks no
 *     strictness, is no next touchpoint and no end of a dwell;
 *   - the attempts of `totals` with `same` run side by side, one chain of them for each value;
 *   - FUNNEL_TIED_MAX: see base/limits.h.
 * Cost: a sliding window for each step: every event is put in and taken out once for each step that
 * it fits, whatever the gaps, exclusions and the window are; three such passes for a unit.
 */
#ifndef MEASURE_FUNNEL_H
#define MEASURE_FUNNEL_H

#include "journey/journeys.h"

/* ---- what a unit did ---- */

struct attempt {
    uint32_t first;   /* step by which it entered: 0, but in open funnels */
    uint32_t deepest; /* index of its deepest required step; in `order: any` the number of different
                         steps reached, less one */
    bool converted;   /* that is the last required one */
    int64_t entry;    /* time of its first event */
    int64_t reached;  /* time of the event at `deepest` */
    /* [nsteps] the event of each step, NULL when it has none. In `order: any` the k-th is the event
     * by which k + 1 different steps were reached. */
    const struct event *const *events;
};

struct funnel_unit {
    uint32_t customer;
    struct attempt best;
    bool has_matured; /* there is an entry that is a window before T_end; never without window */
    struct attempt matured; /* the best of those (A18) */
};

/* ---- where it was lost ---- */

enum drop_kind {
    DROP_NONE, /* converted */
    DROP_OPEN,
    DROP_EXCLUDED,
    DROP_LATE,
    DROP_DIVERGED,
    DROP_ENDED,
    DROP_KINDS
};
extern const char *const drop_kind_names[DROP_KINDS]; /* "converted", "open", ... */

/* Of the best attempt; the kinds are tried in the order of the enum (A24). */
struct drop {
    enum drop_kind kind;
    const struct event *next; /* DROP_DIVERGED: the first later event that is not the step again,
                                 else NULL (A25) */
    const struct event *from; /* the customer's own event right before that of the deepest step,
                                 NULL when that was the first */
    int64_t dwell;            /* from the deepest step to the unit's last own event in the window */
};

/* ---- reading ---- */

struct funnel_reader;
struct funnel_reader *funnel_reader_new(const struct world *w, const struct funnel *f);
void funnel_reader_free(struct funnel_reader *r);

typedef void funnel_unit_fn(void *ctx, struct funnel_reader *r, const struct funnel_unit *unit);

/* Calls fn for each unit of the customer that enters the funnel, in order of time. */
void funnel_read(struct funnel_reader *r, uint32_t customer, funnel_unit_fn *fn, void *ctx);

/* How the unit that fn was called with was lost. Only within fn. */
struct drop funnel_drop(struct funnel_reader *r, const struct funnel_unit *unit);

/* Is the best attempt not converted, but not settled either: T_end is in its window? With no
 * window: the unit's last own event is less than `inactivity` before T_end (A50). Only within fn.
 */
bool funnel_is_open(const struct funnel_reader *r, const struct funnel_unit *unit);

/* The customer's own event right before e in the unit, which holds e; NULL when there is none. Only
 * within fn. */
const struct event *funnel_before(const struct funnel_reader *r, const struct event *e);

/* The unit's events in order, those of the company too; of `totals`: all of the customer. Only
 * within fn. */
const struct event *const *funnel_events(const struct funnel_reader *r, size_t *n);

/* ---- steps ---- */

/* The required step after `step`; f->nsteps when it is the last. In `order: any` the next number.
 */
uint32_t funnel_step_after(const struct funnel *f, uint32_t step);
/* The required step before `step`, which is not the first. */
uint32_t funnel_step_before(const struct funnel *f, uint32_t step);

/* ---- for tests ---- */

/* How many places of sliding windows were filled so far: what the reader's work is made of. */
uint64_t funnel_work(const struct funnel_reader *r);

#endif
