/* scope_rules.h - what a project says of whom its tables count and how their paths are cleaned: the
 * parts `segments:`, `views:` and `paths:` of a plan.
 *
 * Owns:    the plan owns all of it.
 * Threads: const after plan_load().
 */
#ifndef CONFIG_SCOPE_RULES_H
#define CONFIG_SCOPE_RULES_H

#include "base/err.h"
#include "base/regex.h"
#include "config/names.h"

/* `segments:`: a name for an expression about journeys. Checked when the plan is loaded. */
struct saved_segment {
    struct str name, where;
    struct place at; /* of the expression */
};

/* `views:`: a scope with a name; what it does not say is empty. */
struct saved_view {
    struct str name, since, until, last, where;
    struct names tables;
    struct place at, where_at;
};

/* Snowplow's path transforms, by their names. */
enum transform_kind {
    TRANSFORM_EXPOSURE,    /* exposure_path: A A B -> A B */
    TRANSFORM_FIRST,       /* first_path: A B A -> A B */
    TRANSFORM_UNIQUE,      /* unique_path: nothing changes */
    TRANSFORM_REMOVE_LAST, /* remove_if_last_and_not_all */
    TRANSFORM_REMOVE,      /* remove_if_not_all */
    TRANSFORMS
};
extern const char *const transform_names[TRANSFORMS];

struct path_transform {
    enum transform_kind kind;
    struct names of; /* of the two that remove */
};

struct path_rename {
    const struct regex *regex;
    struct str to; /* `$1` to `$9`: what its groups found */
};

struct path_group {
    struct str name;
    struct names wildcards; /* * stands for any text */
};

enum { TRANSFORMS_MAX = 16 };

/* `paths:` (definitions.md 2.4), in the order in which it is applied. Off when the project does not
 * have it (A11). */
struct path_rules {
    bool asked;
    struct path_rename *renames;
    size_t nrenames;
    struct path_group *groups;
    size_t ngroups;
    bool slash, collapse;
    struct names exclude;    /* wildcards */
    struct names start, end; /* the path is cut to begin and end at these */
    struct path_transform *transforms;
    size_t ntransforms;
};

#endif
