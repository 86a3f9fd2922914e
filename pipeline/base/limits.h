/* limits.h - every growth has a named limit; each has a golden case one past it, or a unit test.
 */
#ifndef BASE_LIMITS_H
#define BASE_LIMITS_H

enum {
    RECORD_BYTES_MAX = 1 << 20, /* a longer record is counted as "too long", never cut in two */
    BLOCK_BYTES = 256 << 10,    /* what a worker maps at once; more only for one long record */
    RULES_MAX = 65535,          /* of a project with its packs */
    FIELDS_MAX = 1000,          /* that rules, identifiers and attributes of a project name */
    CONDITIONS_MAX = 32,        /* of one rule */
    IDENTIFY_FIELDS_MAX = 4,    /* of which one identifier is made */
    SOURCES_MAX = 1000,
    STAGES_MAX = 64,
    TOUCHPOINTS_MAX =
        10000,           /* names; further ones made by `touchpoint: '{field}'` become (other) */
    JSON_PREFIX_MAX = 200, /* bytes that a logger may put before a line's object */
    JSON_DEPTH_MAX = 64, /* nesting of one record */
    CSV_COLUMNS_MAX = 4096,
    PATTERN_BYTES_MAX = 32 << 10, /* of one regex, grok names expanded */
    REGEX_MATCH_LIMIT = 100000,   /* PCRE2 match limit: 0.3 ms at worst (engines.md 2.4) */
    REGEX_HEAP_KIB = 64 << 10,    /* of the interpreter */
    GROUP_OPEN_MAX = 100000,      /* messages of one file whose lines are being joined at a time */
    EXPANSION_RATIO_MAX =
        5000, /* bytes out for a byte in, past the first EXPANSION_FREE bytes: a bomb */
    CUSTOMER_IDS_MAX = 50000, /* `max_identifiers:` is this at most */
    REFUSALS_SHOWN = 200,     /* of each kind of trouble that identity.csv lists one by one */
    FUNNELS_MAX = 1000,
    FUNNEL_STEPS_MAX = 200,     /* of one funnel */
    FUNNEL_EXCLUSIONS_MAX = 64, /* entries of its not_between */
    FUNNEL_BREAKDOWN_MAX = 30, /* values of a breakdown with rows of their own; the rest: (other) */
    FUNNEL_TIED_MAX = 8,     /* events of one instant, some of which fit several steps, whose every
                                order     is tried; more are taken in their order */
    REJECTS_SHOWN = 5,       /* of each file and reason, in rejects.csv */
    REJECT_TEXT_BYTES = 200, /* of each of those */
};

#define EXPANSION_FREE (64LL << 20) /* any file may expand to this much */

#endif
