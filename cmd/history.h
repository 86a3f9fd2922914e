/* history.h - events that were read before, from event files or the state, for the subcommands that
 * ask them again: audience, cases, review.
 *
 * Owns:    what is read belongs to the run.
 * Threads: the main one; inside, wishes.workers of them.
 */
#ifndef CMD_HISTORY_H
#define CMD_HISTORY_H

#include "state.h"
#include "steps.h"

/* --state, or `state:` in the project. */
bool wants_state(const struct run *r, const struct run_wishes *w);

/* state_open() with the status that its failure is: DONE, BUSY or COULD_NOT. */
enum status open_state(const struct state_wishes *wishes, struct state **s, struct err *e);

/* The same of the state that the run is about, to look at only. */
enum status look_at_state(const struct run *r, const struct run_wishes *w, struct state **s,
                          struct err *e);

/* Are the FILEs event files? All must be, or none: else false, with e. */
bool are_event_files(const struct run_wishes *w, bool *are, struct err *e);

/* Who is told which rules made the events from first to last. */
typedef void made_by_fn(void *ctx, struct str rules, int64_t first, int64_t last);

/* Everything that the state holds; it is not changed. made_by may be NULL. */
enum status read_state(struct run *r, const struct run_wishes *w, made_by_fn *made_by, void *ctx,
                       struct err *e);

/* Takes out of the run's events what does not lie in the window of the wishes: it says nothing, not
 * even who is who; links without a time stay. r->events.outside counts them. */
void keep_window(struct run *r, const struct run_wishes *w);

/* What the command line means: its FILEs, which are event files or logs; without any the state,
 * when there is one; else the logs of the project. Only what lies in the window of the wishes. */
enum status read_history(struct run *r, const struct run_wishes *w, struct err *e);

/* The same -> who is who -> journeys, of which those of the wishes stay. */
enum status world_of_history(struct run *r, const struct run_wishes *w, struct err *e);

/* How such a subcommand ends, also when it did not come so far: says e, unless somebody stopped it;
 * names inputs that are damaged, which changes the status; frees the run and the wishes. */
int end_history(struct run *r, struct run_wishes *w, const struct command *self,
                enum status status, const struct err *e);

/* The books of the files as they would be had only the time from `from` to before `until` been
 * read: a source that goes on after it was watched to its end, and one that began before it from
 * its beginning. The caller frees them. */
struct input_file *files_within(const struct event_set *set, const struct plan *plan, int64_t from,
                                int64_t until);

#endif
