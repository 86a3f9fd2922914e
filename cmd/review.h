/* review.h - the parts of `touchpath review`: what is written, and what is said.
 *
 * Threads: the main one only.
 */
#ifndef CMD_REVIEW_H
#define CMD_REVIEW_H

#include "measure/review.h"
#include "state.h"
#include "steps.h"

/* Which rules made the events of each period; windows are set by the caller, the rest starts as
 * zeros. */
struct made_by {
    struct window a, b;
    struct intern in_a, in_b; /* rules that made something of the period */
};
/* For state_made_by(). */
void made_by_add(void *made_by, struct str rules, int64_t first, int64_t last);
/* On stderr, when they are not the same. */
void made_by_warn(const struct made_by *m);
void made_by_free(struct made_by *m);

/* On stderr: sources that are in one period only, or on far fewer of its days. */
void warn_of_sources(const struct period *a, const struct period *b, const struct plan *plan);

/* On stderr: a period in which no journey can be lost. */
void warn_of_lengths(const struct period *a, const struct period *b, const struct plan *plan);

/* review.csv, movers.csv, flow_diff.dot. */
bool review_write(struct run *r, const struct run_wishes *w, const struct period *a,
                  const struct period *b, struct err *e);

/* A few lines on stdout. */
void review_summary(const struct run_wishes *w, const struct plan *plan, const struct period *a,
                    const struct period *b);

#endif
