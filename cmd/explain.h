/* explain.h - inside of `touchpath explain`: one record as text, in the parts of explain_*.c.
 */
#ifndef CMD_EXPLAIN_H
#define CMD_EXPLAIN_H

#include "look.h"

enum { EXPLAIN_SHOWN = 200 }; /* bytes of a value or a record that are shown */

/* The file, the number, what became of it; source, fields, time, identifiers. */
void explain_record(struct look *l, const struct walked *r, FILE *to);

/* The rules that took it, and of those that did not the nearest ones, with the conditions that do
 * not hold. r fits its format, and its source is not one of metrics. */
void explain_rules(struct look *l, const struct walked *r, FILE *to);

#endif
