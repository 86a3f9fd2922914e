/* fold.h - which part of the transition graph is drawn, and what becomes of the rest.
 *
 * In:      the table `transitions`.
 * Out:     nodes and edges to draw; what is too rare for the picture is summed up by node, so that
 *          as much flows into every node as out of it, in the picture as in the table.
 * Owns:    its lists; names are borrowed from the table.
 * Threads: pure.
 */
#ifndef REPORT_FOLD_H
#define REPORT_FOLD_H

#include "measure/table.h"

enum {
    FLOW_NODES_MAX = 30, /* touchpoints in the picture */
    FLOW_EDGES_MAX = 60, /* single edges in it; more cannot be told apart */
};

/* What is folded on one side of a touchpoint gets a line of its own from this share on. */
#define FLOW_LINE_SHARE 0.03

enum flow_kind { FLOW_TOUCH, FLOW_START, FLOW_END, FLOW_OPEN, FLOW_REST };

struct flow_node {
    struct str name;
    enum flow_kind kind; /* FLOW_REST: a touchpoint of the data that is called (other) already */
    bool shown;          /* else it went into (other) */
    int64_t to_other, from_other; /* transitions that are not drawn singly */
};

struct flow_edge {
    uint32_t from, to; /* in nodes */
    int64_t count, customers;
    struct cell wait; /* median, or blank */
};

struct flow {
    struct flow_node *nodes; /* in the order of their names */
    size_t nnodes;
    struct flow_edge *edges; /* all, most used first; the first nkept are drawn */
    size_t nedges, nkept;
    int64_t total;               /* transitions */
    int64_t folded;              /* of those, not drawn singly */
    int64_t inside;              /* of those, between two touchpoints that are not shown */
    int64_t other_in, other_out; /* through (other), seen from the touchpoints that are shown */
    size_t hidden;               /* touchpoints that are not shown */
    bool capped;                 /* FLOW_NODES_MAX or FLOW_EDGES_MAX cut more than share did */
    double share;                /* edges below this share are folded */
};

void flow_fold(const struct table *transitions, double share, struct flow *out);
void flow_free(struct flow *f);

#endif
