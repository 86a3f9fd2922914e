/* legend.h - classes of waiting time, and the table that explains the transition graph.
 *
 * In:      the folded flow.
 * Out:     colours and line styles of edges; the legend's label.
 * Owns:    nothing.
 * Threads: pure.
 */
#ifndef REPORT_LEGEND_H
#define REPORT_LEGEND_H

#include "report/draw.h"
#include "report/fold.h"

/* The waits of the edges drawn, in four classes of equal size where they differ enough. */
enum { WAIT_CLASSES = 4 };
struct wait_classes {
    int64_t up_to[WAIT_CLASSES - 1]; /* the longest wait of each class but the last */
    size_t n;                        /* edges that have a wait */
    int64_t longest;
};
void wait_classes_make(const struct flow *f, struct wait_classes *w);
int wait_class(const struct wait_classes *w, int64_t wait);
/* Darker and more broken is slower. */
const char *wait_colour(int class);
const char *wait_style(int class);

/* The label of the legend's node. most: customers of the widest edge. */
GString *legend_label(const struct flow *f, const struct wait_classes *w, int64_t most);

#endif
