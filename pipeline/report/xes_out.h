/* xes_out.h - rows of events as an event log in XES (IEEE 1849), as process mining reads it.
 *
 * In:      rows, sorted so that those of one case stand together: case, activity, time, then what
 *          is told of the case, then what is told of the event.
 * Out:     XML on a stream of the caller, written row by row.
 * Owns:    itself and the name of the case at hand.
 * Threads: one.
 *
 * Texts, times, counts, decimal numbers and flags become <string>, <date>, <int>, <float> and
 * <boolean>; blanks are left out. What XML cannot hold (control characters, bytes that are not
 * UTF-8) becomes U+FFFD.
 */
#ifndef REPORT_XES_OUT_H
#define REPORT_XES_OUT_H

#include "report/report.h"

enum { XES_OF_CASE = 3 }; /* the first column behind case, activity and time */

/* Writes the beginning. The columns from XES_OF_CASE up to ncase belong to the trace. */
struct xes_out;
struct xes_out *xes_out_new(FILE *to, struct str title, const struct column *columns,
                            size_t ncolumns, size_t ncase);
struct sink xes_out_sink(struct xes_out *x);
/* Writes the end. False when something could not be written. Frees x. */
bool xes_out_free(struct xes_out *x);

#endif
