/* review.h - the parts of `touchpath review`: what is written, and what is said.
 *
 * Threads: the main one only.
 */
#ifndef CMD_REVIEW_H
#define CMD_REVIEW_H

#include "measure/objectives.h"
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

/* review.csv, movers.csv, flow_diff.dot; progress.csv and annotations.csv of a project with some.
 */
bool review_write(struct run *r, const struct run_wishes *w, const struct period *a,
                  const struct period *b, const struct annotations *notes, struct err *e);

/* ---- the events of several periods ---- */

/* The state, event files or logs, within wishes.since and .until at least. */
enum status review_read(struct run *r, const struct run_wishes *w, struct made_by *rules,
                        struct err *e);
/* Who is who, once for all periods; what lies in neither a nor b says nothing. */
bool review_customers(struct run *r, const struct run_wishes *w, const struct period *a,
                      const struct period *b, struct err *e);
/* Fills a period whose window is set. last: no other will be taken, so the events are used up. */
enum status review_take(struct run *r, const struct run_wishes *w, const struct choice *choice,
                        struct period *p, bool last);

/* ---- what happened (review_notes.c) ---- */

/* The project's annotations and those of --notes, by time; faults are said on stderr. */
bool know_annotations(const struct run *r, const struct run_wishes *w, struct annotations *out);
extern const struct review_table annotations_table;
/* A row each: when, what, and in which period. False when the sink refused. */
bool annotation_rows(const struct annotations *notes, const struct period *a,
                     const struct period *b, const struct sink *out);
/* On stdout: the first that lie in a period, or between the two. */
void say_annotations(const struct annotations *notes, const struct period *a,
                     const struct period *b, const struct zone *zone);

/* `touchpath review --by`: writes trend.csv (trend.c). */
enum status trend(struct run *r, struct run_wishes *w, struct err *e);

/* A few lines on stdout. */
void review_summary(const struct run_wishes *w, const struct plan *plan, const struct period *a,
                    const struct period *b, const struct annotations *notes);

#endif
