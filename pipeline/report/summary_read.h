/* summary_read.h - of the summary: what was read, source by source, and what to beware of.
 *
 * In:      a world: the books of its files, its plan, its touchpoints.
 * Out:     lines of text; the warnings begin with "! ".
 * Owns:    nothing.
 * Threads: one.
 */
#ifndef REPORT_SUMMARY_READ_H
#define REPORT_SUMMARY_READ_H

#include <glib.h>

#include "report/report.h"

/* Appends both. */
void summary_read(GString *to, const struct world *w);

#endif
