/* channel_rules.c - see channel_rules.h: asking the rules. Loading: load_channels.c. */
#include "config/channel_rules.h"

#include <stdlib.h>

const char *const landing_names[LANDING_VALUES] = { "source",  "medium",   "campaign",
                                                    "content", "keyword",  "click_id",
                                                    "site",    "referrer", "referrer_class",
                                                    "channel" };

static bool holds(const struct channel_cond *c, struct str value, struct regex_scratch *scratch)
{
    return c->regex ? regex_match(c->regex, value, scratch) == REGEX_YES
                    : names_have(&c->any_of, value);
}

struct str channel_for(const struct channel_rules *rules, const struct str values[LANDING_VALUES],
                       struct regex_scratch *scratch)
{
    for (size_t i = 0; i < rules->nrules; i++) {
        const struct channel_rule *rule = &rules->rules[i];
        size_t k = 0;
        while (k < rule->nconds && holds(&rule->conds[k], values[rule->conds[k].what], scratch))
            k++;
        if (k == rule->nconds)
            return rule->channel;
    }
    return STR("(none)");
}

static bool is_class(const struct channel_rules *rules, struct str entry, size_t *class)
{
    uint32_t number = intern_find(&rules->sites, entry);
    if (number == INTERN_NONE)
        return false;
    *class = rules->site_class[number];
    return true;
}

/* Is it a top-level domain, or a short name before one: com, co.uk? */
static bool is_top_level(struct str s)
{
    struct str rest = s, first = str_cut(&rest, '.');
    if (!first.n)
        return false;
    return rest.n ? first.n <= 3 && !memchr(rest.p, '.', rest.n) : s.n == first.n;
}

/* google.co.uk -> google.* */
static bool is_name_anywhere(const struct channel_rules *rules, struct str host, size_t *class)
{
    enum { LABEL_BYTES_MAX = 63 };
    if (str_starts(host, STR("www.")))
        host = str_from(host, 4);
    else if (str_starts(host, STR("m.")))
        host = str_from(host, 2);
    struct str rest = host, name = str_cut(&rest, '.');
    if (!name.n || name.n > LABEL_BYTES_MAX || !is_top_level(rest))
        return false;
    char entry[LABEL_BYTES_MAX + 2];
    memcpy(entry, name.p, name.n);
    memcpy(entry + name.n, ".*", 2);
    return is_class(rules, (struct str){ entry, name.n + 2 }, class);
}

size_t site_class(const struct channel_rules *rules, struct str host)
{
    size_t class = SITE_OTHER;
    if (!host.n || is_class(rules, host, &class))
        return class;
    /* Entries without a dot are names of sources, and the end of no host. */
    for (struct str rest = host; str_cut(&rest, '.').n < host.n && rest.n;)
        if (memchr(rest.p, '.', rest.n) && is_class(rules, rest, &class))
            return class;
    is_name_anywhere(rules, host, &class);
    return class;
}

void channel_rules_free(struct channel_rules *rules)
{
    intern_free(&rules->parameters);
    intern_free(&rules->sites);
    intern_free(&rules->words);
}
