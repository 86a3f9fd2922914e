/* channel_rules.h - how customers came: the lists and rules of `channels:`, `devices:`, `browsers:`
 * and `pages:` (docs/channels.md), and asking the channel rules.
 *
 * A landing is a record that says how the customer came to the site: its page has parameters of a
 * campaign, or its referrer is another site. Owns: the plan owns everything. Threads: const once
 * loaded.
 */
#ifndef CONFIG_CHANNEL_RULES_H
#define CONFIG_CHANNEL_RULES_H

#include "base/intern.h"
#include "base/regex.h"
#include "config/names.h"

/* What is known of a landing: the names of its fields behind "landing.", and, but for the last,
 * what a channel rule may ask. */
enum landing_value {
    LANDING_SOURCE, /* of the parameters, else the site that the referrer names; lower case */
    LANDING_MEDIUM, /* lower case */
    LANDING_CAMPAIGN,
    LANDING_CONTENT,
    LANDING_KEYWORD,
    LANDING_CLICK_ID,       /* name of the click id: gclid */
    LANDING_SITE,           /* class of the source: search, social, ...; "other" */
    LANDING_REFERRER,       /* host of the referrer, in lower case, without www. */
    LANDING_REFERRER_CLASS, /* its class; "internal" of own hosts */
    LANDING_CHANNEL,
    LANDING_VALUES,
    LANDING_PARAMETERS = LANDING_KEYWORD + 1, /* the first of them can be parameters of a URL */
};
extern const char *const landing_names[LANDING_VALUES];

/* What a record gives: fields of a format, `landing:`. */
enum landing_input {
    LANDING_IN_PAGE,     /* URL or path with its query */
    LANDING_IN_REFERRER, /* URL */
    LANDING_IN_HOST,     /* of the page, where it stands alone */
    LANDING_IN_SOURCE,   /* the next five: what a tracker took apart already, in the order of */
    LANDING_IN_MEDIUM,   /* enum landing_value */
    LANDING_IN_CAMPAIGN,
    LANDING_IN_CONTENT,
    LANDING_IN_KEYWORD,
    LANDING_IN_AGENT, /* for `devices:` and `browsers:` */
    LANDING_INPUTS,
};

/* A regex over the value in lower case, blank when it is not there; or a list of values. */
struct channel_cond {
    enum landing_value what;
    const struct regex *regex; /* NULL: any_of */
    struct names any_of;
};
struct channel_rule {
    struct str channel;
    struct channel_cond *conds; /* all must hold */
    size_t nconds;
};

/* What a click id says where no parameter does. */
struct click_id {
    struct str name, source, medium;
};

enum { SITE_INTERNAL, SITE_OTHER, SITES_FIXED };

/* Ordered patterns, each with a name: the first that fits. */
struct pattern_list {
    struct str *names;
    const struct regex **regexes;
    size_t n;
};

struct channel_rules {
    bool on;                  /* the project asks for channels */
    struct str print;         /* hash of all that the files say of it */
    struct intern parameters; /* names in lower case ... */
    uint16_t *parameter_of;   /* ... and the enum landing_value that each fills; or
                                 LANDING_VALUES + index in click_ids */
    struct click_id *click_ids;
    size_t nclick_ids;
    struct intern sites;  /* hosts, "google.*", names without a dot */
    uint8_t *site_class;  /* of each: index in classes */
    struct names classes; /* "internal", "other", then those of `sites:` */
    struct str *mediums;  /* [classes.n] what stands for the medium of a plain link from there */
    struct intern words;  /* parameters that hold the words of a search */
    struct channel_rule *rules;
    size_t nrules;
    struct names channels; /* of the rules, each once */
    struct str direct;     /* the channel of whom nothing is known */
};

/* `devices:`, `browsers:`, `pages:`: each off while its list is empty. */
struct enrich_rules {
    struct pattern_list devices, browsers;
    struct pattern_list pages; /* a part of a path that fits is shown by the name */
    struct str print;
};

/* The channel of the first rule that holds of the values, "(none)" when none does. values must be
 * in lower case. */
struct str channel_for(const struct channel_rules *rules, const struct str values[LANDING_VALUES],
                       struct regex_scratch *scratch);

/* The class of a host, or of the name of a source, in lower case: index in rules.classes. The
 * longest entry of `sites:` that is the host or what it ends with; else NAME.* when the host is
 * NAME and a top-level domain (www. and m. do not count); else SITE_OTHER. */
size_t site_class(const struct channel_rules *rules, struct str host);

void channel_rules_free(struct channel_rules *rules);

#endif
