/* load.h - what the parts of the loader share while a project becomes a plan. Only for config/.
 *
 * Three steps: every file is read and its rules, sources and formats become drafts, in which fields
 * are names or plan numbers (load*.c); then each rule finds its sources and each source its columns
 * (scope.c, bind.c); then what can only be said of the whole is said (shadow.c, load_journey.c).
 * A fault never stops a step; what it spoiled is left out, and nothing is said about what follows
 * from it.
 */
#ifndef CONFIG_LOAD_H
#define CONFIG_LOAD_H

#include "config/keys.h"
#include "config/plan.h"

/* What an arena cannot give back. */
struct plan_owned {
    struct regex **regexes;
    size_t nregexes, regexes_room;
    struct layout **layouts;
    size_t nlayouts, layouts_room;
    struct zone **zones;
    struct str *zone_names;
    size_t nzones, zones_room, zone_names_room;
};

/* A field that a format makes: of DERIVE_PARTS all names of its layout. */
struct maker {
    enum derive_kind kind;
    struct str from, to, key;
    const struct layout *layout;
    const struct regex *regex;
    struct str more[DERIVE_MORE_MAX]; /* as in struct derive; empty: none */
    size_t nmore;
    size_t lookup; /* DERIVE_LOOKUP: index in format_draft.lookups; DERIVE_LANDING: see there */
};

struct format_draft {
    struct str name; /* as sources say it; empty for a format inside a source */
    struct format *format;
    struct maker *makers;
    size_t nmakers, makers_room;
    const struct yaml_node *group, *time, *identify, *attributes; /* may be NULL */
    struct str *known;                                            /* fields of layouts and makers */
    size_t nknown, known_room;
    struct lookup *lookups;
    size_t nlookups, lookups_room;
    const struct yaml_node *metrics, *landing, *duplicates; /* may be NULL */
    struct str *json_in;                                    /* fields that hold JSON */
    size_t njson_in;
    bool open;   /* csv and json-lines: any name may be a field of a file */
    bool lands;  /* its records say where a page was asked for: source.lands */
    bool broken; /* a fault of it was said: nothing follows from what it does not have */
};

struct source_draft {
    struct source source;
    struct format_draft *format; /* NULL when it has none: a fault was said */
    const struct yaml_node *node;
    bool timeless;            /* nothing says where its time stands: enough for links only */
    uint32_t *columns, *made; /* fields: what the reader delivers, what is made from others */
    size_t ncolumns, columns_room, nmade, made_room;
    uint32_t *aliases; /* pairs: a field, and the index of the column that it is another name of */
    size_t naliases, aliases_room;
    struct derive *derives;
    size_t nderives, derives_room;
    struct wanted_mask {
        struct mask mask;
        const struct yaml_node *name;
    } * wanted_masks;
    size_t nwanted_masks;
};

/* A field that a rule names, and where. */
struct use {
    uint32_t field;
    bool example; /* only an example names it: the rule can do without it */
    struct place at;
};

struct rule_draft {
    struct rule rule;
    const struct yaml_node *node, *touchpoint;
    const struct yaml_node *pack_format; /* of its pack: used when it has no scope of its own */
    struct use *uses;
    size_t nuses, uses_room;
    bool scoped; /* it says already for which sources it is */
    bool broken; /* a fault of it was said: no conclusions are drawn from it */
};

struct loader {
    struct plan *plan;
    struct arena *a;      /* the plan's */
    struct arena scratch; /* drafts */
    struct faults *faults;
    const char *rules_dir;
    struct str file_name;   /* of the project, without its folder: for labels */
    struct intern patterns; /* of owned->regexes, in their order: each is compiled once */
    struct intern fields;   /* all names of fields; becomes plan.fields */
    struct format_draft **formats;
    size_t nformats, formats_room;
    struct source_draft *sources;
    size_t nsources;
    struct rule_draft *rules;
    size_t nrules, rules_room;
    bool incomplete; /* a file or rule is missing: names that are not found may stand there */
};

/* ---- load.c ---- */
/* The number of a field; FIELD_NONE past FIELDS_MAX, which is said once at `at`. */
uint32_t load_field(struct loader *l, struct str name, const struct yaml_node *at);
const struct zone *load_zone(struct loader *l, const struct yaml_node *name);
/* Compiles the text of a node; a fault is said at its very byte. */
const struct regex *load_regex(struct loader *l, const struct yaml_node *text);
const struct layout *load_layout(struct loader *l, const struct yaml_node *text, bool regex,
                                 bool trailing);
/* A copy in the plan of what a growing list holds. */
void *load_keep(struct loader *l, const void *items, size_t n, size_t size);
struct names load_names(struct loader *l, const struct yaml_node *texts);

/* ---- files.c ---- */
/* The path of folder/NAME.yaml of the rules when it is there, else of a file below the project's
 * folder; NULL with a fault that lists what there is. kind is "format" or "pack". */
const char *find_rules_file(struct loader *l, const struct yaml_node *name, const char *folder,
                            const char *kind);
void load_grok(struct loader *l);

/* ---- load_reader.c ---- */
enum reader_kind load_reader_kind(const struct yaml_node *reader);
/* The keys of a format that only its reader reads; `recognise` must be loaded. */
void load_reader(struct loader *l, struct format_draft *draft, const struct yaml_node *node);
/* Checks the name of a character set, and gives it to the format. */
void load_encoding(struct loader *l, struct format_draft *draft, const struct yaml_node *node);
char load_delimiter(struct loader *l, const struct yaml_node *delimiter); /* 0: not given */
/* The path of an array of records; false with a fault. */
bool load_record_path(struct loader *l, const struct yaml_node *node, struct str **keys, size_t *n);

/* ---- load_mask.c ---- */
void load_masks(struct loader *l, struct source_draft *s);
/* After number_columns(). */
void bind_masks(struct loader *l, struct source_draft *s);

/* ---- load_format.c, makers.c ---- */
struct format_draft *load_format(struct loader *l, const struct yaml_node *node);
void load_makers(struct loader *l, struct format_draft *draft, const struct yaml_node *node);
void format_knows(struct format_draft *draft, struct str field);
/* Do both name the same column of a CSV? Capitals do not count, nor which signs stand between
 * words. */
bool same_column_name(struct str a, struct str b);
/* Of "referrer.host": "referrer", when the format can have it so; else nothing. */
struct str format_host_of(const struct format_draft *draft, struct str field);
/* Of "contexts.data.0": "contexts", when the format says that it holds JSON; else nothing. */
struct str format_json_in(const struct format_draft *draft, struct str field);
/* Can records of this format have the field? */
bool format_has(const struct format_draft *draft, struct str field);

void add_maker(struct format_draft *draft, struct maker m);
/* A copy that a source can add to; of no name. */
struct format_draft *format_copy(struct loader *l, const struct format_draft *draft);

/* ---- load_side.c ---- */
/* lookups: of a format or a source; the fields that they make are the draft's. */
void load_lookups(struct loader *l, struct format_draft *draft, const struct yaml_node *list);
/* With the fields of the source known. */
void load_metrics(struct loader *l, struct source_draft *source, const struct yaml_node *node);

/* ---- load_channels.c ---- */
/* The project and its packs, in their order; NULL where one could not be read. */
struct enrich_nodes {
    const struct yaml_node **list;
    size_t n;
};
void load_enrichment(struct loader *l, const struct enrich_nodes *nodes);

/* ---- load_landing.c ---- */
/* With all other fields of the draft known; own: the `landing:` of a source, or NULL. */
void load_landing(struct loader *l, struct format_draft *draft, const struct yaml_node *own);
/* Adds what events of the source take from them, unless it has these attributes already. */
void landing_attributes(struct loader *l, struct source_draft *source);

/* ---- load_source.c ---- */
/* The number of a field that records of the source must be able to have. */
uint32_t source_field(struct loader *l, const struct source_draft *s, const struct yaml_node *name);
void load_sources(struct loader *l, const struct yaml_node *list);

/* ---- load_rule.c, condition.c, template.c, example.c ---- */
void load_rules(struct loader *l, const struct yaml_node *list, struct str label,
                const struct yaml_node *pack_format);
bool load_condition(struct loader *l, struct rule_draft *draft, const struct yaml_node *field,
                    const struct yaml_node *value, struct cond *out);
/* The text of a condition that is a regex; NULL for other conditions. */
const struct yaml_node *condition_regex(const struct yaml_node *value);
/* Reads '{event}' in a text; the rule's conditions must be loaded: their named groups come first.
 */
bool load_template(struct loader *l, struct rule_draft *draft, const struct yaml_node *text,
                   struct template *out);
/* The text when it has no places to fill in; p is NULL when it has. */
struct str template_fixed(const struct template *t);
/* Could the template give this name? */
bool template_gives(const struct template *t, struct str name);
void load_examples(struct loader *l, struct rule_draft *draft);
void rule_uses(struct rule_draft *draft, uint32_t field, struct place at, bool example);

/* ---- load_repeats.c ---- */
/* `duplicates` of the source, else of its format; its metrics must be loaded. */
void load_repeats(struct loader *l, struct source_draft *source);

/* ---- load_exclude.c ---- */
/* `exclude` of a rule. */
void load_excluding(struct loader *l, struct rule_draft *draft, const struct yaml_node *exclude);
/* `net` of a condition; false with a fault. */
bool load_nets(struct loader *l, const struct yaml_node *texts, struct cond *out);
/* `exclude` of a project: its staff, behind the project's own rules; and what is done to the
 * records, when all rules and packs are loaded. */
void load_staff(struct loader *l, const struct yaml_node *exclude);
void load_exclude_mode(struct loader *l, const struct yaml_node *exclude);
/* Rules for what is excluded because it comes too soon, and for what is implied, when all rules and
 * packs are loaded. */
void load_follow_ups(struct loader *l, const struct yaml_node *exclude,
                     const struct yaml_node *implies);
/* Rules that exclude go before all others, then those for what is implied: an open comes before the
 * click of the same instant. Each kind keeps its own order. */
void exclude_first(struct loader *l);

/* ---- scope.c ---- */
void scope_rules(struct loader *l);
/* Has the source this field for certain: by its format, or because it names people by it? A CSV can
 * have any column, but need not. */
bool source_knows(const struct loader *l, size_t source, struct str field);

/* ---- bind.c ---- */
/* First for every source; then, when no more fields can get a number, their columns. */
void bind_source(struct loader *l, size_t source);
void number_columns(struct loader *l, struct source_draft *draft);

/* ---- shadow.c ---- */
void warn_of_shadowed(struct loader *l);

/* ---- load_flows.c ---- */
void load_flows(struct loader *l, const struct yaml_node *project);

/* ---- load_identity.c ---- */
void load_identity(struct loader *l, const struct yaml_node *identity);
void load_link(struct loader *l, struct rule_draft *draft, const struct yaml_node *link);
/* ---- load_accounts.c ---- */
void load_accounts(struct loader *l, const struct yaml_node *accounts);

/* ---- load_scope.c, load_paths.c ---- */
void load_segments(struct loader *l, const struct yaml_node *project);
/* Is it a path pattern of names that may exist? */
void check_pattern_text(struct loader *l, const struct yaml_node *text);
/* Do the funnels and steps exist that segments and views ask for? When nothing else is wrong; after
 * funnels are loaded. */
void check_funnel_words(struct loader *l, const struct yaml_node *project);
/* The segment of that name, which must not ask for a cell of a table: `what` says what then could
 * not be done with it. False when a fault was said. After load_segments(). */
bool plain_segment(struct loader *l, const struct yaml_node *name, const char *what,
                   size_t *segment);
void load_paths(struct loader *l, const struct yaml_node *paths);

/* ---- load_journey.c ---- */
/* The names that rules give, each once, in the order of the rules; in the scratch. */
struct str *fixed_names(struct loader *l, size_t *n);
bool some_rule_gives(const struct loader *l, struct str name);
void load_journey(struct loader *l, const struct yaml_node *project);
void check_stages(struct loader *l);
/* The names in a text or list, each of which a rule must be able to give. */
struct names load_touchpoints(struct loader *l, const struct yaml_node *texts);
/* The duration of a key in microseconds; `otherwise` when it is not there. */
int64_t load_duration(struct loader *l, const struct yaml_node *map, const char *key,
                      int64_t otherwise, bool zero_is_good);

/* ---- load_funnel.c ---- */
void load_funnels(struct loader *l, const struct yaml_node *list);

/* ---- load_annotations.c ---- */
void load_annotations(struct loader *l, const struct yaml_node *list);

/* ---- load_objectives.c ---- */
/* With stages, rules and funnels loaded. */
void load_objectives(struct loader *l, const struct yaml_node *list);

#endif
