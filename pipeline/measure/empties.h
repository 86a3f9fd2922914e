/* empties.h - fields that a project reads and that gave nothing: a column that was renamed, an
 * export that was made without it.
 *
 * Told of a source that has events: a column from which its events take an attribute or an
 * identifier, when none of them has that attribute, or an identifier of that kind. It may come from
 * several columns, or from a rule: as soon as an event has it, none of them is told. Nor are
 *   - fields that are made from others: most pages have no campaign;
 *   - columns that `drop` empties;
 *   - what is at will (config/plan.h): the user of a web log;
 *   - identifiers of a source with rules of `link:`: their records are no events.
 *
 * In:      the events of customers.
 * Out:     fields by source, attributes first.
 * Threads: one writer each; empties_merge() makes one of two.
 */
#ifndef MEASURE_EMPTIES_H
#define MEASURE_EMPTIES_H

#include "journey/journeys.h"

struct empties;
struct empties *empties_new(const struct world *w);
void empties_free(struct empties *e);

/* Looks at the events of a customer, those in no journey too. */
void empties_add(struct empties *e, const struct world *w, uint32_t customer);
void empties_merge(struct empties *into, const struct empties *from);

/* A field of a source that was empty, and what should have come from it: "value". */
typedef void empty_told(void *ctx, uint32_t source, struct str field, const char *wanted);
void empties_tell(const struct empties *e, const struct world *w, empty_told *tell, void *ctx);

#endif
