/* flow_diff.h - two transition graphs as one picture: what became more, what less.
 *
 * In:      the table `transitions` of periods a and b.
 * Out:     DOT text. Each line says "a -> b" counts and the change; up is blue, with a + and drawn
 *          through, down is orange, with a minus sign and dashed. Nodes and edges carry the counts
 *          as attributes (a, b), so that other tools can use them.
 * Owns:    nothing.
 * Threads: one (libcgraph).
 */
#ifndef REPORT_FLOW_DIFF_H
#define REPORT_FLOW_DIFF_H

#include <stdio.h>

#include "measure/table.h"

struct flow_diff_options {
    const char *title;
    double days_a, days_b; /* lengths of the periods: up and down are of counts per day */
    double edge_share;     /* a line below this share of all in both periods is not drawn; the
                              legend says how many they are */
};
void flow_diff_dot(const struct table *a, const struct table *b,
                   const struct flow_diff_options *options, FILE *f);

#endif
