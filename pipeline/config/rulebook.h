/* rulebook.h - a plan as event files see it: which rules make events, by fingerprint, and the rules
 * that only old event files still know.
 *
 * Threads: one; a book is const once made.
 */
#ifndef CONFIG_RULEBOOK_H
#define CONFIG_RULEBOOK_H

#include "config/plan.h"
#include "event_file.h"

/* The book of a plan, whose window is unbounded until the caller sets since and until. Fingerprints
 * are of all that decides which events a record gives, and of nothing else: a rule that moved to
 * another line, or that now has another stage, is the same rule. */
void rulebook_of(const struct plan *plan, struct rulebook *book);

/* Gives the plan the retired rules and sources of its book (event_files_load()), so that events may
 * name them: rules that match nothing and sources that read nothing. Their texts move into the
 * plan. A stage that the plan no longer has is added behind its stages. False with e set when there
 * are more of them than a plan may have. */
bool plan_retire(struct plan *plan, const struct rulebook *book, struct err *e);

/* event_set_seal() with the touchpoints that the rules name kept. */
void plan_seal(const struct plan *plan, struct event_set *set, int workers);

#endif
