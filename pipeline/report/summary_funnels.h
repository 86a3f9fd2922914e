/* summary_funnels.h - of the summary: a line for each funnel.
 *
 * In:      the tables funnels and drop_off.
 * Out:     lines of text.
 * Owns:    nothing.
 * Threads: one.
 */
#ifndef REPORT_SUMMARY_FUNNELS_H
#define REPORT_SUMMARY_FUNNELS_H

#include <glib.h>

#include "measure/table.h"

/* Appends how many converted in each of the first funnels, and where most are lost. */
void summary_funnels(GString *to, const struct table *funnels, const struct table *drop_off);

#endif
