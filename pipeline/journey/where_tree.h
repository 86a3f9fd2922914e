/* where_tree.h - a compiled expression. Only for where.c, which makes it, and where_holds.c. */
#ifndef JOURNEY_WHERE_TREE_H
#define JOURNEY_WHERE_TREE_H

#include "config/expr.h"
#include "journey/pattern.h"
#include "journey/where.h"

struct node {
    enum expr_kind kind;
    enum word word; /* EXPR_TEST */
    struct node *kids, *next;
    const bool *set; /* by number of what the word is about: touchpoint, file's place, attributes,
                        customer, state, phase */
    const bool *arrived; /* channels, too: by number in arrivals.names; or NULL */
    int64_t from, upto;  /* numbers: from <= x <= upto */
    const struct pattern *pattern;
    uint32_t term;
};

struct where {
    struct arena arena;
    struct node *root;
    struct pattern **patterns;
    size_t npatterns, patterns_room;
    struct where_terms terms;
};

#endif
