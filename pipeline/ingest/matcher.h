/* matcher.h - inside of a struct matcher: for match.c, which makes it; judge.c and memory.c use it.
 */
#ifndef INGEST_MATCHER_H
#define INGEST_MATCHER_H

#include "ingest/literals.h"
#include "ingest/match.h"

enum {
    COLUMN_NONE = -1 /* the source has no such field: it is empty */,
    COLUMN_RAW = -2 /* the whole record */
};

/* A field that rules judge, and the different conditions on it. A class of its values is a set of
 * these, by number. */
struct judged {
    uint32_t field;
    int32_t column; /* of the batch; -1: the source has no such field, its value is empty */
    const struct cond **conds;
    const struct needs **needs; /* [nconds] of patterns; those of other conditions are empty */
    uint32_t nconds;
    uint32_t words;      /* 64-bit words of a set of them as bits */
    struct intern known; /* what tells conditions apart; its numbers are theirs */
    size_t room, needs_room;
    /* The rules of which condition i is the first: indexes [first_of[i], first_of[i + 1]) of
     * rules_of hold their indexes in matcher.rules. */
    uint32_t *first_of, *rules_of;
};

struct want {
    uint32_t judged, cond;
};

struct source_rule {
    uint16_t rule;
    bool also; /* the search goes on; of a rule that excludes: it only labels */
    bool excludes;
    const struct want *wants; /* all of them must hold */
    size_t nwants;
};

struct matcher {
    uint32_t source;
    struct judged *fields;
    size_t nfields, fields_room;
    struct source_rule *rules; /* in the order of the plan */
    size_t nrules, rules_room;
    uint32_t *free_rules; /* indexes of those without a condition */
    size_t nfree_rules;
    struct arena arena;
};

#endif
