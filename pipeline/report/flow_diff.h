/* flow_diff.h - two transition graphs as one picture: what is more in the second, what less.
 *
 * In:      the rows from, to and a count of two periods or two groups of journeys.
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

struct flow_diff_side {
    const struct table *table; /* has columns `from` and `to` */
    const char *count;         /* its column with the counts */
    double size; /* days of the period, or journeys of the group, above 0: up and down are of the
                    counts over this */
};

/* Texts but the title stand in labels as they are: nothing in them is escaped. */
struct flow_diff_options {
    const char *name, *title;    /* of the graph; of the picture, which people read */
    const char *key;             /* what stands before the legend: what a -> b is, and per what */
    const char *only_a, *only_b; /* what is said of a way that one of the two does not have */
    double edge_share; /* a line below this share of all in both is not drawn; the legend says how
                          many they are */
};
void flow_diff_dot(const struct flow_diff_side *a, const struct flow_diff_side *b,
                   const struct flow_diff_options *options, FILE *f);

#endif
