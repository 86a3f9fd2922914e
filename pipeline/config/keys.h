/* keys.h - which keys each mapping of a project, pack or format file may have, and what they mean.
 *
 * The loader checks files by these tables and the JSON schema is made from them, so they cannot
 * disagree. keys_check() looks at shapes only (is it there, known, a number, one of the choices);
 * what names mean is the loader's business. After it, yaml_get() gives only values of the right
 * shape.
 */
#ifndef CONFIG_KEYS_H
#define CONFIG_KEYS_H

#include "config/yaml.h"

enum value_kind {
    VALUE_TEXT,
    VALUE_REGEX,     /* a text, read as PCRE2 by the loader */
    VALUE_CHOICE,    /* one of `choices` */
    VALUE_FLAG,      /* true or false, yes or no */
    VALUE_NUMBER,    /* from min to max */
    VALUE_WHOLE,     /* a whole number from min to max */
    VALUE_DURATION,  /* 90d, 30m, never */
    VALUE_TEXTS,     /* a text or a list of texts */
    VALUE_MAP,       /* keys `of` */
    VALUE_MAPS,      /* a list of those */
    VALUE_DICT,      /* any names (or names `of_names`) with values of kind `each` */
    VALUE_CONDITION, /* a regex, or a mapping with keys `of` */
    VALUE_FORMAT,    /* a name, or a mapping with keys `of` */
    VALUE_ITEMS,     /* a text, a mapping with keys `of`, or a list of both */
    VALUE_EXAMPLES,  /* a text, or a list of texts and mappings of texts */
};

enum key_names { NAMES_ANY, NAMES_IDENTIFIERS, NAMES_ATTRIBUTES };

struct keys;
struct key {
    const char *name;
    enum value_kind kind;
    const char *means; /* one sentence, for the schema */
    bool must;         /* a mapping without it is wrong */
    double min, max;
    const char *const *choices; /* ends with NULL */
    const struct keys *of;
    enum value_kind each;
    enum key_names of_names;
};

struct keys {
    const char *what; /* "a source" */
    const struct key *list;
    size_t n;
};

/* For the files that hold tables of keys: [static] KEYS(name, "a what", list); */
#define KEYS(name, says, table)                                                                    \
    const struct keys name = { says, table, sizeof(table) / sizeof *(table) }

extern const struct keys project_keys, pack_keys, format_keys;
/* Parts of a project (keys_flows.c). */
extern const struct keys flows_keys, wait_keys, support_keys, calendar_keys, compare_keys;
/* Parts of a project (tables_funnel.c, keys_scope.c, load_accounts.c). */
extern const struct keys funnel_keys, view_keys, paths_keys, accounts_keys;

/* Checks a mapping and all below it; what is wrong is said and marked. False when the node is no
 * mapping at all, or lacks a key that it must have. */
bool keys_check(struct yaml_node *node, const struct keys *keys, struct faults *faults);

/* Values of nodes that keys_check() let pass. */
bool value_flag(const struct yaml_node *node);
double value_number(const struct yaml_node *node);
int64_t value_duration(const struct yaml_node *node);
/* A text or a list of texts as an array: n of them. */
const struct yaml_node *value_texts(const struct yaml_node *node, size_t *n);

/* "; did you mean 'x'?" or the list of all names, or nothing: the end of a message. In a. */
struct str did_you_mean(struct str name, const struct str *names, size_t n, struct arena *a);

#endif
