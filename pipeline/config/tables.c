/* tables.c - the keys of a project and a pack. See keys.h; formats: tables_format.c.
 *
 * To add a key: a row here, its meaning in docs/rules.md or docs/formats.md, and the loader that
 * reads it. test_plan.c compares this table with the pages.
 */
#include <math.h>

#include "base/limits.h"
#include "config/tables_shared.h"
#include "event.h"

/* ---- sources ---- */

static const struct key source_list[] = {
    { .name = "name", .kind = VALUE_TEXT, .must = true, .means = "name of the source" },
    { .name = "channel",
      .kind = VALUE_TEXT,
      .means = "the channel that customers see: website, email, support; the source's name" },
    { .name = "files",
      .kind = VALUE_TEXTS,
      .means = "paths with * ? [] and **, below the project's folder; after ! members of an "
               "archive" },
    { .name = "format",
      .kind = VALUE_FORMAT,
      .of = &format_keys,
      .must = true,
      .means = "name of a format, path of a format file, or a format itself" },
    IDENTIFY_KEY,
    ATTRIBUTES_KEY,
    LOOKUPS_KEY,
    METRICS_KEY,
    LANDING_KEY,
    DUPLICATES_KEY,
    TIME_KEY,
    { .name = "zone",
      .kind = VALUE_TEXT,
      .means = "IANA name of the zone of times that are written without one" },
    { .name = "year",
      .kind = VALUE_WHOLE,
      .min = 1970,
      .max = 2199,
      .means = "year of the first record, for times that are written without one" },
    { .name = "encoding",
      .kind = VALUE_TEXT,
      .means = "character set of its files, where it is not what the format says, such as cp1252" },
    { .name = "delimiter",
      .kind = VALUE_TEXT,
      .means = "what stands between its cells, where it is not what the format says: one "
               "character, tab or space" },
    { .name = "decimal",
      .kind = VALUE_CHOICE,
      .choices = decimals,
      .means =
          "the sign before the decimals of its metrics, where it is not what the format says" },
    { .name = "mask",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .means =
          "fields with an address, and how many bits of it are known: IPv4/IPv6, such as 24/48" },
    { .name = "drop",
      .kind = VALUE_TEXTS,
      .means = "fields that are taken out of a record before anything looks at it" },
    { .name = "sparse",
      .kind = VALUE_FLAG,
      .means = "silent most of the time: does not say when the observed period ends" },
};
static KEYS(source_keys, "a source", source_list);

/* ---- rules ---- */

static const struct key condition_list[] = {
    { .name = "is", .kind = VALUE_TEXT, .means = "the value is this text" },
    { .name = "in", .kind = VALUE_TEXTS, .means = "the value is one of these texts" },
    { .name = "prefix", .kind = VALUE_TEXT, .means = "the value begins with this text" },
    { .name = "regex", .kind = VALUE_REGEX, .means = "the value fits this PCRE2 regex" },
    { .name = "net",
      .kind = VALUE_TEXTS,
      .means = "the value is an address in one of these ranges, such as 192.0.2.0/24" },
    { .name = "min",
      .kind = VALUE_NUMBER,
      .min = -HUGE_VAL,
      .max = HUGE_VAL,
      .means = "the value is a number, this or more" },
    { .name = "max",
      .kind = VALUE_NUMBER,
      .min = -HUGE_VAL,
      .max = HUGE_VAL,
      .means = "the value is a number, this or less" },
};
static KEYS(condition_keys, "a condition", condition_list);

static const char *const sides[] = { "customer", "company", NULL };

#define RULE_ATTRIBUTE(attribute, says)                                                            \
    {                                                                                              \
        .name = attribute, .kind = VALUE_TEXT, .means = says                                       \
    }

static const struct key rule_list[] = {
    { .name = "touchpoint",
      .kind = VALUE_TEXT,
      .means = "name of the touchpoint; {field} stands for the value of a field or named group" },
    { .name = "link",
      .kind = VALUE_TEXTS,
      .means = "instead of a touchpoint: its records only say which identifiers belong together; "
               "true, or the kinds of identifiers that it joins" },
    { .name = "exclude",
      .kind = VALUE_CHOICE,
      .choices = excluded_names + 1,
      .means = "instead of a touchpoint: its records are no customer's, and are left out before "
               "other rules see them; who made them" },
    { .name = "title",
      .kind = VALUE_TEXT,
      .means = "what reports of the reading call the rule; its touchpoint" },
    { .name = "stage", .kind = VALUE_TEXT, .means = "stage of the journey; one of 'stages'" },
    { .name = "when",
      .kind = VALUE_DICT,
      .each = VALUE_CONDITION,
      .of = &condition_keys,
      .means = "field, then a regex or a condition that its value must meet; all of them" },
    { .name = "match", .kind = VALUE_REGEX, .means = "a PCRE2 regex over the whole record" },
    { .name = "also", .kind = VALUE_FLAG, .means = "true: rules after this one are tried too" },
    { .name = "by",
      .kind = VALUE_CHOICE,
      .choices = sides,
      .means = "who acts; what the company does opens and extends no journey" },
    { .name = "awaits",
      .kind = VALUE_FLAG,
      .means = "true: the customer now waits for the company; no" },
    { .name = "source", .kind = VALUE_TEXTS, .means = "only for records of these sources" },
    { .name = "channel", .kind = VALUE_TEXTS, .means = "only for records of these channels" },
    { .name = "format", .kind = VALUE_TEXTS, .means = "only for records of these formats" },
    { .name = "pain",
      .kind = VALUE_NUMBER,
      .max = 1e6,
      .means = "how much it hurts the customer, 0 or more" },
    { .name = "emotion",
      .kind = VALUE_NUMBER,
      .min = -2,
      .max = 2,
      .means = "how the customer feels, from -2 to 2" },
    RULE_ATTRIBUTE("value", "worth of the event in the project's currency"),
    RULE_ATTRIBUTE("score", "score of a survey or review"),
    RULE_ATTRIBUTE("campaign", "the campaign that led here"),
    RULE_ATTRIBUTE("content", "the advertisement or link of the campaign"),
    RULE_ATTRIBUTE("keyword", "the words that were searched for"),
    RULE_ATTRIBUTE("item", "product or page that it is about"),
    RULE_ATTRIBUTE("reference", "number of the order, ticket or message"),
    { .name = "examples", .kind = VALUE_EXAMPLES, .means = "records that this rule must take" },
    { .name = "not", .kind = VALUE_EXAMPLES, .means = "records that this rule must not take" },
};
static KEYS(rule_keys, "a rule", rule_list);

/* ---- the project ---- */

static const struct key journey_list[] = {
    { .name = "goal", .kind = VALUE_TEXTS, .means = "touchpoints that a journey is won by" },
    { .name = "inactivity",
      .kind = VALUE_DURATION,
      .means = "a customer who is silent for this long is lost; 90d" },
    { .name = "grace",
      .kind = VALUE_DURATION,
      .means = "what follows a goal within this time belongs to its journey; 0s" },
    { .name = "close", .kind = VALUE_TEXTS, .means = "touchpoints that end a journey at once" },
    { .name = "first",
      .kind = VALUE_TEXTS,
      .means = "touchpoints that show that a customer was not here before" },
};
static KEYS(journey_keys, "a journey", journey_list);

static const struct key session_list[] = {
    { .name = "timeout",
      .kind = VALUE_DURATION,
      .means = "a pause of this length starts a new session; 30m" },
    { .name = "max", .kind = VALUE_DURATION, .means = "no session is longer; 24h" },
    { .name = "campaign",
      .kind = VALUE_FLAG,
      .means = "another campaign starts a new session; yes" },
    { .name = "midnight",
      .kind = VALUE_FLAG,
      .means = "another day in the project's timezone starts a new session; no" },
    { .name = "boundary", .kind = VALUE_TEXTS, .means = "touchpoints that start a new session" },
    { .name = "pings",
      .kind = VALUE_TEXTS,
      .means = "touchpoints that are page pings of a tracker: engaged time is counted from them" },
    { .name = "heartbeat", .kind = VALUE_DURATION, .means = "time between two pings; 10s" },
    { .name = "min_visit",
      .kind = VALUE_DURATION,
      .means = "engaged time that the first ping of a session stands for; 5s" },
};
static KEYS(session_keys, "a session", session_list);

static const char *const shared_devices[] = { "split", "last", NULL };

static const struct key identity_list[] = {
    { .name = "key", .kind = VALUE_TEXT, .means = "file with the key that hides identifiers" },
    { .name = "country",
      .kind = VALUE_WHOLE,
      .min = 1,
      .max = 999,
      .means = "calling code of telephone numbers that are written without one, such as 49" },
    { .name = "blocked",
      .kind = VALUE_TEXTS,
      .means = "values that name nobody, in any case of letters, instead of the usual ones (null, "
               "unknown, only zeros ...)" },
    { .name = "limits",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .of_names = NAMES_IDENTIFIERS,
      .means = "how many identifiers of a kind one customer may have: '5', '5 in 365d', or none" },
    { .name = "max_identifiers",
      .kind = VALUE_WHOLE,
      .min = 1,
      .max = CUSTOMER_IDS_MAX,
      .means = "how many identifiers of the limited kinds one customer may have; 500" },
    { .name = "max_persons",
      .kind = VALUE_WHOLE,
      .min = 1,
      .max = 1000000,
      .means = "a value that was seen with more users than this names nobody; 5" },
    { .name = "reused",
      .kind = VALUE_DICT,
      .each = VALUE_DURATION,
      .of_names = NAMES_IDENTIFIERS,
      .means =
          "how long an identifier of a kind must be silent to be somebody else's when it comes "
          "back: {phone: 400d}" },
    { .name = "shared_devices",
      .kind = VALUE_CHOICE,
      .choices = shared_devices,
      .means = "whose the anonymous events of a shared device are: split: of whoever was signed in "
               "around them; last: of whoever signed in last" },
    { .name = "visitor_window",
      .kind = VALUE_DURATION,
      .means =
          "how long before and after it was seen with a person a visitor (address and browser) "
          "is taken for them; 30d" },
};
static KEYS(identity_keys, "an identity", identity_list);

static const struct key state_list[] = {
    { .name = "folder",
      .kind = VALUE_TEXT,
      .must = true,
      .means = "where what was read is kept from run to run; below the project's folder" },
    { .name = "late",
      .kind = VALUE_DURATION,
      .means = "what comes more than this after the newest event is counted as very late; 3d" },
    { .name = "keep",
      .kind = VALUE_TEXT,
      .means =
          "records that are older are dropped every night: 400d, 60w, 25mo, 2y; all are kept" },
    { .name = "keep_reports",
      .kind = VALUE_WHOLE,
      .min = 1,
      .max = 100000,
      .means = "so many folders of reports are kept; all" },
};
static KEYS(state_keys, "a state", state_list);

static const struct key privacy_list[] = {
    { .name = "min_cell",
      .kind = VALUE_WHOLE,
      .min = 0,
      .max = 1000000,
      .means = "reports do not show what is about fewer customers than this; 0: everything" },
    { .name = "suppress",
      .kind = VALUE_TEXT,
      .means =
          "a file with identifiers, kind:value, of people who are left out of audiences; below "
          "the project's folder" },
    { .name = "consent",
      .kind = VALUE_TEXT,
      .means = "a CSV file of who gave and who refused consent: identifier (kind:value), given or "
               "refused, and a time if you like; below the project's folder" },
};
static KEYS(privacy_keys, "a privacy", privacy_list);

static const struct key objective_list[] = {
    { .name = "name", .kind = VALUE_TEXT, .must = true, .means = "what is to be reached" },
    { .name = "measure",
      .kind = VALUE_TEXT,
      .must = true,
      .means = "what is measured: funnel.NAME.conversion, touchpoint.NAME.reach, "
               "stage.NAME.exit_rate, journeys.conversion, and others" },
    { .name = "baseline",
      .kind = VALUE_NUMBER,
      .min = -HUGE_VAL,
      .max = HUGE_VAL,
      .means = "the figure at the start" },
    { .name = "target",
      .kind = VALUE_TEXT,
      .means = "the figure to reach, or a change of the baseline such as +15%" },
    { .name = "since", .kind = VALUE_TEXT, .means = "date on which the baseline was true" },
    { .name = "due", .kind = VALUE_TEXT, .means = "last day on which it can be reached" },
    { .name = "owner", .kind = VALUE_TEXT, .means = "who answers for it" },
};
static KEYS(objective_keys, "an objective", objective_list);

static const struct key annotation_list[] = {
    { .name = "date",
      .kind = VALUE_TEXT,
      .means = "when: a date, or from one to before another, 2026-03-01..2026-03-08" },
    { .name = "text", .kind = VALUE_TEXT, .means = "what happened" },
    { .name = "source", .kind = VALUE_TEXT, .means = "the source that it is about" },
    { .name = "campaign", .kind = VALUE_TEXT, .means = "the campaign that it is about" },
    { .name = "file",
      .kind = VALUE_TEXT,
      .means = "instead: a CSV file with columns of these names, below the project's folder" },
};
static KEYS(annotation_keys, "an annotation", annotation_list);

static const char *const exclude_modes[] = { "drop", "label", "off", NULL };

static const struct key staff_list[] = {
    { .name = "addresses",
      .kind = VALUE_TEXTS,
      .means = "ranges of addresses, such as 192.0.2.0/24" },
    { .name = "mail", .kind = VALUE_TEXTS, .means = "domains of mail addresses" },
    { .name = "agents", .kind = VALUE_TEXTS, .means = "PCRE2 regexes over the agent" },
};
static KEYS(staff_keys, "staff", staff_list);

static const struct key soon_list[] = {
    { .name = "touchpoints",
      .kind = VALUE_TEXTS,
      .must = true,
      .means = "what comes too soon: opens and clicks" },
    { .name = "after",
      .kind = VALUE_TEXT,
      .must = true,
      .means = "the touchpoint of the delivery" },
    { .name = "within",
      .kind = VALUE_DURATION,
      .means = "what comes this long after it, or sooner, is excluded; 5s" },
};
static KEYS(soon_keys, "a soon", soon_list);

static const struct key exclude_list[] = {
    { .name = "mode",
      .kind = VALUE_CHOICE,
      .choices = exclude_modes,
      .means = "drop: what a rule with 'exclude' takes is left out; label: it is only counted; "
               "off: such rules are not asked; drop" },
    { .name = "staff",
      .kind = VALUE_MAP,
      .of = &staff_keys,
      .means = "how records of our own people are known" },
    { .name = "soon",
      .kind = VALUE_MAP,
      .of = &soon_keys,
      .means =
          "opens and clicks of a message that come too soon after its delivery are a scanner's" },
};
static KEYS(exclude_keys, "an exclude", exclude_list);

static const struct key project_list[] = {
    { .name = "project", .kind = VALUE_TEXT, .means = "name of the project" },
    { .name = "timezone",
      .kind = VALUE_TEXT,
      .means = "IANA name of the zone of times without one, and of days in reports; UTC" },
    { .name = "currency", .kind = VALUE_TEXT, .means = "currency of all values, such as EUR" },
    { .name = "include",
      .kind = VALUE_TEXTS,
      .means = "packs of rules: packs/NAME of the program, or a path below the project's folder" },
    { .name = "stages", .kind = VALUE_TEXTS, .means = "stages of the journey, in order" },
    { .name = "sources",
      .kind = VALUE_MAPS,
      .of = &source_keys,
      .must = true,
      .means = "where records come from" },
    { .name = "rules",
      .kind = VALUE_MAPS,
      .of = &rule_keys,
      .means = "which records are touchpoints; the first that fits wins" },
    { .name = "exclude",
      .kind = VALUE_MAP,
      .of = &exclude_keys,
      .means = "whose records are no customer's" },
    { .name = "implies",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .means = "a touchpoint, then the one that it implies for its message: a click an open" },
    { .name = "journey",
      .kind = VALUE_MAP,
      .of = &journey_keys,
      .means = "where journeys begin and end" },
    { .name = "session",
      .kind = VALUE_MAP,
      .of = &session_keys,
      .means = "where sessions begin and end" },
    { .name = "identity",
      .kind = VALUE_MAP,
      .of = &identity_keys,
      .means = "how identifiers are read and hidden" },
    { .name = "accounts",
      .kind = VALUE_MAP,
      .of = &accounts_keys,
      .means = "companies or households above persons, as a level that tables can count" },
    { .name = "state",
      .kind = VALUE_MAP,
      .of = &state_keys,
      .means = "a run reads only what is new since the last one, and remembers the rest" },
    { .name = "memory",
      .kind = VALUE_TEXT,
      .means = "have about as much in memory at most, such as 2G or 500M, and what is more in "
               "temporary files; no limit" },
    { .name = "privacy",
      .kind = VALUE_MAP,
      .of = &privacy_keys,
      .means = "what reports do not show of people" },
    { .name = "funnels",
      .kind = VALUE_MAPS,
      .of = &funnel_keys,
      .means = "steps whose conversion is measured" },
    { .name = "objectives",
      .kind = VALUE_MAPS,
      .of = &objective_keys,
      .means = "figures that are to be reached" },
    { .name = "annotations",
      .kind = VALUE_MAPS,
      .of = &annotation_keys,
      .means = "what happened and when, for reviews and trends" },
    { .name = "flows",
      .kind = VALUE_MAP,
      .of = &flows_keys,
      .means = "how flows are cut into steps" },
    { .name = "map",
      .kind = VALUE_TEXTS,
      .means = "touchpoints in the order in which a journey is meant to go" },
    { .name = "waits",
      .kind = VALUE_MAPS,
      .of = &wait_keys,
      .means = "pairs of touchpoints between which time is measured" },
    { .name = "support",
      .kind = VALUE_MAP,
      .of = &support_keys,
      .means = "touchpoints of support cases" },
    { .name = "compare",
      .kind = VALUE_MAP,
      .of = &compare_keys,
      .means = "two segments whose transitions are compared" },
    { .name = "calendar",
      .kind = VALUE_MAP,
      .of = &calendar_keys,
      .means = "business hours and holidays, in the project's zone" },
    { .name = "paths",
      .kind = VALUE_MAP,
      .of = &paths_keys,
      .means = "how the paths of journeys are cleaned before tables show them" },
    { .name = "segments",
      .kind = VALUE_DICT,
      .each = VALUE_TEXT,
      .means = "a name, then the expression that says which journeys are meant" },
    { .name = "views",
      .kind = VALUE_DICT,
      .each = VALUE_MAP,
      .of = &view_keys,
      .means = "a name, then the time, journeys and tables that --view NAME asks for" },
    { .name = "tables",
      .kind = VALUE_TEXTS,
      .means = "tables to write beside the usual ones; all, or names of `touchpath help reports`" },
    ENRICH_KEYS,
};
KEYS(project_keys, "a project", project_list);

static const struct key pack_list[] = {
    { .name = "pack", .kind = VALUE_TEXT, .must = true, .means = "name of the pack" },
    { .name = "title", .kind = VALUE_TEXT, .means = "what it is, for people" },
    { .name = "format",
      .kind = VALUE_TEXTS,
      .means = "its rules are for sources of these formats, unless they say otherwise" },
    { .name = "rules",
      .kind = VALUE_MAPS,
      .of = &rule_keys,
      .means = "which records are touchpoints" },
    ENRICH_KEYS,
};
KEYS(pack_keys, "a pack", pack_list);
