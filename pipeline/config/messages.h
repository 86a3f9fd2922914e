/* messages.h - what can only be said of a record when the others of its message are known: a click
 * that came too soon after the delivery was no person's, and a click without an open implies one.
 *
 * Events are of one message when their source, their identifiers and their reference are the same.
 * Rules for that (struct follow_up of plan.h) judge no records; they work on a set that is sealed,
 * so that the answer depends on what was read alone. Threads: one.
 */
#ifndef CONFIG_MESSAGES_H
#define CONFIG_MESSAGES_H

#include "config/plan.h"

/* Takes out the events of records that came too soon: their books say REJECT_EXCLUDED, or only
 * count them. Then adds the events that are implied, at the time and with the attributes of the
 * first that implies them; the rule counts them in the books. */
void messages_finish(const struct plan *plan, struct event_set *set);

#endif
