/* cells.h - the words of expressions that are about numbers of tables:
 *
 *     cell(TABLE, COLUMN, COLUMN = VALUE, ...)    what the journey adds to it; docs/where.md
 *
 * and those about funnels (funnel_terms.h). Any table that is counted can be asked: what a journey
 * adds is what the same measure says of that journey alone. Where a measure counts customers as
 * they are, such as those with a cart, it is what it says of the customer, and holds for all their
 * journeys; of a funnel that counts journeys, sessions or attempts, for the journey that one begins
 * in. That all of this together is the number in the table is checked: a column for which it is not
 * (a rank, the whole that a share is of) is a fault, never a wrong list.
 *
 * Owns:    a number for each journey and cell, until cells_free().
 * Threads: finding is of one thread, which has it done by `workers`; once an expression is compiled
 *          any number may ask. The world must not change before.
 * Cost:    counting the table, and then again in ever smaller parts where there is something.
 */
#ifndef MEASURE_CELLS_H
#define MEASURE_CELLS_H

#include "journey/where.h"

struct cells;
/* rows: those that are asked for must be there; else nobody is in a row that is not. */
struct cells *cells_new(const struct world *w, int workers, bool rows);
void cells_free(struct cells *c);
struct where_terms cells_words(struct cells *c);

#endif
