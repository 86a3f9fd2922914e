/* summary_objectives.h - of the summary: a line for each objective.
 *
 * In:      the table objectives.
 * Out:     lines of text.
 * Owns:    nothing.
 * Threads: one.
 */
#ifndef REPORT_SUMMARY_OBJECTIVES_H
#define REPORT_SUMMARY_OBJECTIVES_H

#include <glib.h>

#include "measure/table.h"

/* Appends how far each of the first objectives is. */
void summary_objectives(GString *to, const struct table *objectives);

#endif
