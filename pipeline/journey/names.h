/* names.h - the names that expressions and patterns may use in a world. Only for journey/. */
#ifndef JOURNEY_NAMES_H
#define JOURNEY_NAMES_H

#include "config/expr.h"
#include "journey/journeys.h"

/* The touchpoints of the data and those that rules give by a fixed name, stages, channels, sources,
 * segments. The lists live in a. */
struct expr_names names_of_world(const struct world *w, struct arena *a);

/* Those known before anything is read: any touchpoint passes when a rule makes names of fields, or
 * paths are cleaned. */
struct expr_names names_of_plan(const struct plan *plan, struct arena *a);

#endif
