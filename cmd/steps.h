/* steps.h - the steps from logs to journeys, that every subcommand which begins with logs takes:
 *
 *     load_plan -> find_inputs -> read_events -> join_identities -> make_world -> narrow
 *
 * Owns:    what each step made, until steps_free().
 * Each is false when it could not be done: then e says why, or, where that is said of a step,
 * stderr has been told.
 */
#ifndef CMD_STEPS_H
#define CMD_STEPS_H

#include "identity/identity.h"
#include "ingest/ingest.h"
#include "journey/journeys.h"
#include "reading.h"

struct steps { /* starts as zeros */
    struct plan *plan;
    struct inputs inputs;
    struct event_set events;
    struct customers customers;
    struct world world;
};

/* Faults of the project, and times of the command line that are none, are said on stderr. */
bool load_plan(struct steps *s, struct reading *r);
bool find_inputs(struct steps *s, const struct reading *r, struct err *e);
bool read_events(struct steps *s, const struct reading *r, struct err *e);
bool join_identities(struct steps *s, const struct reading *r, struct err *e);
void make_world(struct steps *s, const struct reading *r);
/* Keeps only the journeys of the view and of --where. Their faults are said on stderr. */
bool narrow(struct steps *s, const struct reading *r);
/* Keeps only the journeys for which the text holds; of an empty one all. A fault is said on stderr,
 * with the text and a caret; `called` is what it calls the text. */
bool keep_only(struct steps *s, const struct reading *r, struct str text, const char *called);
/* Looks for what can be seen before anything is read; a fault is said likewise. */
bool expression_fits(const struct plan *plan, struct str text, const char *called);

/* Names every input that was not read to its end on stderr. */
bool any_damaged(const struct event_set *events);

void steps_free(struct steps *s);

#endif
