/* plan.h - a project with its packs and formats, checked and compiled: all that a run needs to
 * know.
 *
 * Owns:    the plan owns all that it points to; plan_free() gives everything back.
 * Threads: const after plan_load(); shared by all.
 *
 * Fields: every field that anything in the project names has one number, its index in plan.fields.
 * A source says for each of them in which column of its batches it stands (source.slot), or that it
 * has none (-1).
 */
#ifndef CONFIG_PLAN_H
#define CONFIG_PLAN_H

#include "base/ago.h"
#include "base/clock.h"
#include "base/limits.h"
#include "base/net.h"
#include "base/regex.h"
#include "config/annotations.h"
#include "config/channel_rules.h"
#include "config/flow_rules.h"
#include "config/layout.h"
#include "config/objectives.h"
#include "config/reader.h"
#include "config/scope_rules.h"
#include "event.h"

/* ---- formats: how a record is taken apart (rules/formats/NAME.yaml) ---- */

/* A field made from another one. Several may make the same field: the last that finds something
 * fills it. */
enum derive_kind {
    DERIVE_HOST,  /* of a URL: "https://www.example.com/x" -> "www.example.com" */
    DERIVE_QUERY, /* the value of one key of a URL's query string, percent-decoded, + as blank */
    DERIVE_PARTS, /* a field of a second layout over the field: `parts:`; those of one layout stand
                     together */
    DERIVE_PAIRS, /* "key=value, key=value" inside the field: `pairs:` */
    DERIVE_REGEX, /* the group of a regex over the field: `extract:` */
    DERIVE_COMBINE, /* several fields with a blank between: `combine:` */
    DERIVE_PERCENT, /* percent-decoded: `decode:` */
    DERIVE_PLUS,    /* the same, and + is a blank */
    DERIVE_JSON,    /* a path in JSON that stands in the field: `json_in:` */
    DERIVE_LOOKUP,  /* a column of the row of a side table that the field names: `lookups:` */
    DERIVE_LANDING, /* how the customer came: `channels:` */
    DERIVE_DEVICE,  /* the class of device of an agent, and its family: `devices:`, `browsers:` */
    DERIVE_BROWSER,
    DERIVE_PAGE, /* a path without its ids: `pages:` */
};

enum { COMBINE_MAX = 4, DERIVE_MORE_MAX = LANDING_IN_AGENT };
struct derive {
    enum derive_kind kind;
    uint32_t from;  /* field */
    uint32_t to;    /* field */
    struct str key; /* of DERIVE_QUERY and DERIVE_PAIRS; of DERIVE_PARTS the name in the layout; of
                       DERIVE_JSON the path; of DERIVE_LOOKUP the column; of the last four
                       a print of their lists and rules */
    uint32_t more[DERIVE_MORE_MAX]; /* DERIVE_COMBINE: fields after the first; DERIVE_LANDING: by
                                       enum landing_input, FIELD_NONE where there is none */
    size_t nmore;
    size_t lookup; /* DERIVE_LOOKUP: index in source.lookups; DERIVE_LANDING: enum landing_value */
    const struct channel_rules *channels; /* DERIVE_LANDING */
    const struct pattern_list *patterns;  /* DERIVE_DEVICE, DERIVE_BROWSER, DERIVE_PAGE */
    const struct layout *layout;
    const struct regex *regex; /* its first named group is taken */
};

/* Lines of one message that share an id become one record: `group:`. */
struct group_rules {
    uint32_t by;    /* field that holds the id; a line without it stands alone */
    uint32_t *keep; /* fields that a later line of the same id inherits, and an earlier one is
                       waiting for */
    size_t nkeep;
    uint32_t record; /* a line is a record when this field is not empty */
    uint32_t close;  /* a line where this field is not empty ends the message; FIELD_NONE */
};

#define FIELD_NONE UINT32_MAX
#define FIELD_RAW (UINT32_MAX - 1) /* the whole record, for `match:` */

struct format {
    struct str name, title;
    struct str channel; /* that such a source usually has; empty */
    enum reader_kind reader;
    struct layout **layouts; /* of READER_LINES, tried in order */
    size_t nlayouts;
    struct csv_rules csv;
    struct json_rules json;
    struct multiline_rules multiline;
    bool keep_wrapped;   /* lines that a container's log wrapped stay as they are (shape.h) */
    struct str encoding; /* of its texts; empty: UTF-8, or what a byte order mark says */
    struct str member;   /* glob of the members of an archive that are of this format; empty: all */
    struct str *recognise; /* column names (csv) or paths (json) that a file of this format has,
                              fields that its lines have, all of them */
    size_t nrecognise;
    struct str *empty; /* values that mean nothing, such as "-" */
    size_t nempty;
    struct expect *expects; /* of READER_LINES */
    size_t nexpects;
    struct time_format *times; /* tried in order */
    size_t ntimes;
    struct place at;
};

/* ---- sources ---- */

struct identify { /* one identifier that a record may give */
    enum id_kind kind;
    uint32_t fields[IDENTIFY_FIELDS_MAX]; /* joined by one blank; the first must be there */
    size_t nfields;
    bool at_will; /* the format's own user or cookie beside its visitor: nobody misses it when no
                     visitor signs in */
};

struct attribute { /* one attribute that every event of the source takes from a field */
    enum attr attr;
    uint32_t field;
};

enum { TIME_FORMATS_MAX = 8 }; /* of one source */

/* A side table: rows found by one column, from which records take others. */
struct lookup {
    struct str file;     /* below plan.dir; "!member": of the archive of the record; empty: the
                            same document */
    struct str *records; /* in the same document: keys that lead to the array of rows */
    size_t nrecords;
    struct str key;      /* the column that is named */
    struct str *columns; /* that are taken */
    size_t ncolumns;
    struct str *names; /* of its columns, when it has no header */
    size_t nnames;
    char delimiter; /* 0: found from the header */
    struct place at;
};

/* What is taken out of a column when it is read: `mask:`, `drop:`. */
struct mask {
    bool given; /* false: nothing */
    bool drop;  /* all of it; else the address but for its first bits */
    int bits4, bits6;
    uint32_t field;
};

/* Rows of a source without a person: `metrics:`. */
struct metrics_rules {
    uint32_t *dimensions; /* fields */
    size_t ndimensions;
    struct str *names; /* of the values */
    uint32_t *values;  /* fields; FIELD_NONE: 1 for each row */
    size_t nvalues;
    bool comma; /* decimals stand behind a comma, and groups of three before a point */
};

/* How a record that was read twice is known: `duplicates:`. */
enum { REPEATS_FIELDS_MAX = 8 };
struct repeats_rules {
    uint8_t policy;                      /* enum repeats_policy */
    uint32_t fields[REPEATS_FIELDS_MAX]; /* REPEATS_BY: together they are a record's id; one that
                                            has none of them always counts */
    size_t nfields;
};

struct source {
    struct str name, channel;
    struct str
        *files; /* globs as written, "path" or "path!member"; relative ones are below plan.dir */
    size_t nfiles;
    const struct format *format;
    struct str *columns; /* [nslots] the first ncolumns are what the reader must deliver: names of
                            CSV columns, JSON paths, layout fields; then the derived fields */
    uint32_t *column_field; /* [nslots] the plan's number of each */
    size_t ncolumns; /* columns that come from the reader; derived fields follow after them */
    size_t nslots;   /* columns and derived fields: the width of a batch */
    int32_t *slot;   /* [plan.nfields] column of a batch, or -1 */
    struct derive *derives; /* in the order in which they can be computed */
    size_t nderives;
    const struct group_rules *group; /* NULL: none */
    struct lookup *lookups;
    size_t nlookups;
    const struct metrics_rules *metrics; /* NULL: its records are events */
    struct repeats_rules repeats;
    uint32_t time_field;       /* FIELD_NONE: all of its rules are links, or metrics */
    struct time_format *times; /* tried in order, for each record */
    size_t ntimes;
    const struct zone *zone; /* for times without one */
    uint32_t zone_field;     /* names the zone of such a time, record by record; or FIELD_NONE */
    int year; /* of the first record, for times without one; 0: from the file's time */
    struct identify *identify;
    size_t nidentify;
    struct attribute *attributes;
    size_t nattributes;
    bool sparse; /* silent most of the time: does not bound the observed period (A02) */
    bool whole;  /* a text that has grown is read from its beginning: ordered, or its header is more
                    than one row */
    bool ordered; /* records need what earlier ones said (group, no year): one worker at a time, in
                     order */
    bool needs_raw;           /* a rule matches the whole record */
    const struct mask *masks; /* [ncolumns]; NULL: nothing is masked, and records may be shown */
    bool lands; /* its records can tell how the customer came: without a landing at the
                   beginning of a session, the customer came by channels.direct */
    struct place at;
};

/* ---- rules ---- */

enum cond_kind { COND_REGEX, COND_IS, COND_IN, COND_PREFIX, COND_RANGE, COND_NET };

struct cond {
    enum cond_kind kind;
    uint32_t field;            /* or FIELD_RAW */
    const struct regex *regex; /* COND_REGEX */
    struct str *texts;         /* COND_IS, COND_PREFIX: one; COND_IN: several; COND_NET: nets */
    size_t ntexts;
    struct net_range *nets; /* COND_NET: [ntexts] what the texts say */
    double min, max;        /* COND_RANGE: both ends belong to it; -INFINITY, INFINITY */
    struct place at;
};

/* Text with places to fill in: '{event}' from a field or a named group. */
enum part_kind { PART_TEXT, PART_FIELD, PART_GROUP };
struct part {
    enum part_kind kind;
    struct str text;
    uint32_t field;       /* PART_FIELD */
    uint32_t cond, group; /* PART_GROUP: index in rule.conds, index for regex_group() */
};
struct template
{
    struct part *parts;
    size_t nparts;
};

struct capture { /* a named group that becomes an attribute or an identifier */
    uint32_t cond, group;
    int attr; /* enum attr, or -1 */
    int id;   /* enum id_kind, or -1 */
};

struct rule_attr {
    enum attr attr;
    struct template text;
};

struct example {
    struct str text;  /* a raw record; empty when given as fields */
    uint32_t *fields; /* given as {field: value} */
    struct str *values;
    size_t nfields;
    bool want; /* from `examples:`, else from `not:` */
    struct place at;
};

enum { STAGE_NONE = 255 };

/* Of a rule that judges no record, but what became of all of a message (messages.h). */
enum follow_up_kind {
    FOLLOW_UP_NONE,   /* any other rule */
    FOLLOW_UP_SOON,   /* excludes: one of `others` at most `within` after `one` */
    FOLLOW_UP_IMPLIED /* the first of `others` implies `one` when there is none */
};
struct follow_up {
    enum follow_up_kind kind;
    struct str one;      /* a touchpoint */
    struct names others; /* touchpoints */
    int64_t within;      /* microseconds */
};

struct rule {
    struct str label; /* for coverage.csv: "journey.yaml:31 product page" */
    struct template touchpoint;
    struct str name; /* the touchpoint when it is fixed, else empty */
    uint8_t stage;   /* index in plan.stages, or STAGE_NONE */
    bool also;       /* the search goes on after it */
    bool company;    /* `by: company`: sent by us, opens and extends nothing (A08) */
    bool link;       /* its records are no touchpoints: they only say who is who */
    uint16_t links;  /* of such a rule: the kinds of identifiers that it joins, 1 << enum id_kind */
    uint8_t excludes; /* enum excluded: its records are left out, or only counted (labels); such
                         rules are the first of a plan. EXCLUDED_NOT: any other rule */
    bool labels;
    struct follow_up follow_up;
    bool *applies; /* [plan.nsources] */
    struct cond *conds;
    size_t nconds;
    struct capture *captures;
    size_t ncaptures;
    struct rule_attr *attrs;
    size_t nattrs;
    bool awaits;     /* the customer waits for the company from here on (A28) */
    int64_t pain;    /* millionths; 0 when not given */
    int64_t emotion; /* millionths, -2000000 .. 2000000; EMOTION_NONE */
    struct example *examples;
    size_t nexamples;
    struct place at;
};

#define EMOTION_NONE INT64_MIN

/* ---- the rest of a project ---- */

struct journey_rules {
    struct names
        goal; /* a journey that reaches one of these is converted; none: nothing converts */
    struct names close; /* one of these ends the journey at once (business key) */
    struct names first; /* evidence that a customer was not here before (A04) */
    int64_t inactivity; /* J in microseconds, INT64_MAX for never; default 90 d */
    int64_t grace;      /* after the goal; default 0 (A06) */
};

struct session_rules {
    int64_t timeout;       /* default 30 min: a pause of this or longer starts a new session */
    int64_t max;           /* default 24 h, counted from the session's first event (A10) */
    bool campaign;         /* default true: another campaign starts a new session (A09) */
    bool midnight;         /* default false: another day in the plan's zone starts a new session */
    struct names boundary; /* these start a new session (A56) */
    struct names pings; /* page pings of a tracker: with them, engaged time is Snowplow's (2.2) */
    int64_t heartbeat;  /* between two pings; default 10 s */
    int64_t min_visit;  /* engaged time that one ping stands for; default 5 s */
};

/* ---- funnels (definitions.md 2.5, 2.6) ---- */

struct funnel_step {
    struct str name;     /* unique within its funnel */
    struct names any_of; /* touchpoints, each of which is the step */
    bool optional;       /* never the first */
    int64_t min_gap;     /* since the step matched before it: this or more; 0 */
    int64_t max_gap;     /* this or less; INT64_MAX for any */
};

/* Touchpoints that must not come after step `after` and before step `before`; both required. */
struct funnel_exclusion {
    struct names any_of;
    uint32_t after, before; /* indices of steps; before may be nsteps: to the end of the attempt */
};

enum funnel_order {
    FUNNEL_SEQUENTIAL, /* others may come between */
    FUNNEL_STRICT,     /* nothing that the customer does may come between */
    FUNNEL_ANY,        /* steps in any order */
    FUNNEL_ORDERS
};
enum funnel_counting {
    FUNNEL_CUSTOMERS,
    FUNNEL_JOURNEYS,
    FUNNEL_SESSIONS,
    FUNNEL_TOTALS, /* attempts of a customer that do not overlap (A23) */
    FUNNEL_COUNTINGS
};
enum funnel_breakdown {
    FUNNEL_BY_NOTHING,
    FUNNEL_BY_CHANNEL,
    FUNNEL_BY_SOURCE,
    FUNNEL_BY_ATTRIBUTE /* funnel.breakdown_attr */
};
enum funnel_at { FUNNEL_AT_ENTRY, FUNNEL_AT_FIRST, FUNNEL_AT_LAST };
enum funnel_trend { FUNNEL_NO_TREND, FUNNEL_DAYS, FUNNEL_WEEKS, FUNNEL_MONTHS };

/* Carts (or forms) that are left: a session that holds a touchpoint of `left` but no goal. */
struct abandoned_rules {
    struct names left; /* none: the funnel has no such table */
    struct names goal;
    struct names reminder; /* touchpoints that call the customer back */
    int64_t within;        /* a goal in this time after it was left: recovered */
};

struct funnel {
    struct str name;
    struct funnel_step *steps;
    size_t nsteps;
    int64_t window; /* from the entry; INT64_MAX for none, the default */
    enum funnel_order order;
    enum funnel_counting counting;
    bool open; /* an attempt may begin at any required step */
    struct funnel_exclusion *exclusions;
    size_t nexclusions;
    enum attr same[ATTRS]; /* attributes that must be as in the entry */
    size_t nsame;
    enum funnel_breakdown breakdown;
    enum attr breakdown_attr;
    enum funnel_at breakdown_at;
    size_t *segments; /* of the plan, that have rows; none asks for a cell of a table */
    size_t nsegments;
    enum funnel_trend trend;
    uint32_t bins; /* of the histogram of times; 0: by the number of values */
    struct abandoned_rules abandoned;
    struct place at;
};

/* How many identifiers of a kind one customer may have, first seen within any `window`. */
struct id_limit {
    uint32_t most;  /* 0: any number */
    int64_t window; /* microseconds; 0: in all time */
};

/* All zeros: nothing is limited. The defaults are load_identity.c's. */
struct identity_rules {
    struct str key_file;    /* path of the key that hides identifiers */
    struct names blocked;   /* values that name nobody, in any case of letters */
    bool zeros_name_nobody; /* nor do values of nothing but zeros and dashes */
    struct str country;     /* calling code for phones written without one, "49"; empty: none */
    struct id_limit limits[ID_KINDS]; /* of visitors: none (A64 is stronger) */
    uint32_t max_identifiers;         /* of one customer, limited kinds only; 0: any number */
    uint32_t max_persons;     /* a value seen with more users than this names nobody; 0: never */
    bool last_auth;           /* a shared device's anonymous events go to whoever signed in last;
                                 false: to whoever was signed in around them */
    int64_t reused[ID_KINDS]; /* an identifier that was silent for longer is somebody else's when
                                 it comes back; 0: it stays who it is */
    int64_t visitor_window;   /* an address and browser speaks for a person this long before and
                                 after it was seen with them; 0: always */
};

/* What says to which account (company, household) a person belongs. */
enum account_by {
    ACCOUNT_BY_GROUP,  /* an identifier of the kind group in one of their records */
    ACCOUNT_BY_DOMAIN, /* the domain of their mail address, free mail providers left out */
    ACCOUNT_BYS
};
extern const char *const account_by_names[ACCOUNT_BYS + 1]; /* ends with NULL */

struct account_rules {               /* `accounts:`: a level above persons */
    enum account_by by[ACCOUNT_BYS]; /* what comes first wins */
    size_t nby;                      /* 0: the project has no accounts */
    struct names except; /* groups and domains that are no account, in any case of letters */
    bool plain;          /* accounts have their names in outputs, not a keyed hash */
    bool level;          /* tables count accounts, not persons */
};

struct state_rules {   /* `state:`: what was read is kept from run to run */
    struct str folder; /* empty: it is not */
    int64_t late;      /* what comes later than this after the newest event is very late; 3d */
    int64_t keep;      /* so many folders of reports; 0: all */
    bool limited;      /* records are kept no longer than max_age */
    struct ago max_age;
};

struct privacy_rules {   /* `privacy:` */
    int64_t min_cell;    /* what is about fewer customers is not shown; below 2: everything is */
    struct str suppress; /* path of the list of people who are left out of audiences; empty: none */
    struct str consent;  /* path of the list of who gave and who refused consent; empty: none */
};

struct plan {
    struct arena arena;
    struct str file, dir; /* the project file and its folder */
    struct str name, currency;
    const struct zone *zone;
    struct str *stages;
    size_t nstages;
    struct str *fields;
    size_t nfields;
    struct source *sources;
    size_t nsources;
    struct rule *rules; /* the project's own, then the packs' in the order of include: */
    size_t nrules;
    bool excludes; /* some of them leave records out, or label them */
    struct journey_rules journey;
    struct session_rules session;
    struct identity_rules identity;
    struct account_rules accounts;
    struct flow_rules flows;
    struct funnel *funnels;
    size_t nfunnels;
    struct objective *objectives; /* each has its figure */
    size_t nobjectives;
    struct annotation *annotations;
    size_t nannotations;
    struct annotation_file *annotation_files; /* not read yet: annotations_read() */
    size_t nannotation_files;
    struct state_rules state;
    size_t memory; /* bytes that a program holds at most, about; 0: no limit */
    struct privacy_rules privacy;
    struct path_rules paths;
    struct channel_rules channels;
    struct enrich_rules enrich;
    struct saved_segment *segments;
    size_t nsegments;
    struct saved_view *views;
    size_t nviews;
    struct names tables; /* that every run shall write beside the usual ones; not checked here */
    struct grok *grok;
    struct plan_owned *owned; /* what plan_free() must give back beside the arena */
};

/* Reads the project file and all that it includes. rules_dir holds formats/, packs/, grok/. NULL
 * when there are errors; all faults, warnings too, are in faults in any case. */
struct plan *plan_load(const char *file, const char *rules_dir, struct faults *faults);

void plan_free(struct plan *plan);

/* The folder of rules to use: $TOUCHPATH_RULES, else `rules` or `share/touchpath/rules` beside the
 * program's folder, else where it was installed. Lives in a. */
const char *rules_folder(const char *argv0, struct arena *a);

/* The JSON schema of a project file, for editors. Made from the same tables that the loader checks
 * keys by. */
void plan_schema(FILE *to);

#endif
