/* load_channels.c - `channels:`, `devices:`, `browsers:`, `pages:` of a project and its packs: the
 * project's own come before those of packs. Which fields they make: load_landing.c. See load.h.
 */
#include <stdlib.h>

#include "base/buffer.h"
#include "config/load.h"

enum { SITE_CLASSES_MAX = 200, PARAMETERS_MAX = 200 };

/* ---- prints ---- */

static void print_node(struct buffer *to, const struct yaml_node *node)
{
    if (!node)
        return;
    char kind = (char)('0' + node->kind);
    buffer_add(to, &kind, 1);
    buffer_add(to, &node->n, sizeof node->n);
    buffer_add(to, &node->text.n, sizeof node->text.n);
    buffer_add_str(to, node->text);
    for (size_t i = 0; i < node->n; i++) {
        if (node->kind == YAML_MAP)
            print_node(to, &node->keys[i]);
        print_node(to, &node->items[i]);
    }
}

static struct str print_of_nodes(struct loader *l, const struct enrich_nodes *nodes,
                                 const char *const *keys, size_t nkeys)
{
    struct buffer all = { 0 };
    for (size_t i = 0; i < nodes->n; i++)
        for (size_t k = 0; k < nkeys; k++)
            print_node(&all, yaml_get(nodes->list[i], keys[k]));
    uint64_t hash[2];
    hash_bytes_128(buffer_str(&all), hash);
    free(all.p);
    return arena_printf(l->a, "%016llx%016llx", (unsigned long long)hash[0],
                        (unsigned long long)hash[1]);
}

/* ---- parameters, click ids, words ---- */

static struct str lower_case(struct loader *l, struct str s)
{
    char *to = arena_take(l->a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        to[i] = (char)(s.p[i] >= 'A' && s.p[i] <= 'Z' ? s.p[i] | 0x20 : s.p[i]);
    return (struct str){ to, s.n };
}

static void add_parameter(struct loader *l, const struct yaml_node *name, size_t what)
{
    struct channel_rules *r = &l->plan->channels;
    uint32_t known = r->parameters.n;
    if (known == PARAMETERS_MAX) {
        yaml_error(l->faults, name, "channels have at most %d parameters", PARAMETERS_MAX);
        return;
    }
    if (intern_add(&r->parameters, lower_case(l, name->text)) == known)
        r->parameter_of[known] = (uint16_t)what;
}

static void load_parameters(struct loader *l, const struct yaml_node *parameters)
{
    for (size_t what = 0; what < LANDING_PARAMETERS; what++) {
        size_t n;
        const struct yaml_node *names = value_texts(yaml_get(parameters, landing_names[what]), &n);
        for (size_t i = 0; i < n; i++)
            add_parameter(l, &names[i], what);
    }
}

static void load_click_ids(struct loader *l, const struct yaml_node *ids)
{
    struct channel_rules *r = &l->plan->channels;
    for (size_t i = 0; ids && i < ids->n; i++) {
        const struct yaml_node *name = &ids->keys[i], *means = &ids->items[i];
        if (name->wrong || means->wrong)
            continue;
        struct str medium = means->text, source = str_cut(&medium, '/');
        if (!str_trim(source).n || !str_trim(medium).n) {
            yaml_error(l->faults, means,
                       "a click id stands for a source and a medium, such as 'google / cpc'");
            continue;
        }
        r->click_ids[r->nclick_ids] =
            (struct click_id){ arena_keep(l->a, name->text), lower_case(l, str_trim(source)),
                               lower_case(l, str_trim(medium)) };
        add_parameter(l, name, LANDING_VALUES + r->nclick_ids++);
    }
}

static void load_words(struct loader *l, const struct yaml_node *texts)
{
    size_t n;
    const struct yaml_node *words = value_texts(texts, &n);
    for (size_t i = 0; i < n; i++)
        intern_add(&l->plan->channels.words, lower_case(l, words[i].text));
}

/* ---- sites ---- */

/* The number of a class, which is made when it is new. */
static size_t class_number(struct loader *l, const struct yaml_node *name)
{
    struct channel_rules *r = &l->plan->channels;
    size_t i = 0;
    while (i < r->classes.n && !str_eq(r->classes.list[i], name->text))
        i++;
    if (i < r->classes.n)
        return i;
    if (i == SITE_CLASSES_MAX) {
        yaml_error(l->faults, name, "channels have at most %d classes of sites", SITE_CLASSES_MAX);
        return SITE_OTHER;
    }
    r->classes.list[r->classes.n++] = arena_keep(l->a, name->text);
    return i;
}

/* first: the number of entries before this file's; what an earlier file says holds. */
static void add_site(struct loader *l, const struct yaml_node *host, size_t class, uint32_t first)
{
    struct channel_rules *r = &l->plan->channels;
    struct str entry = lower_case(l, str_trim(host->text));
    if (!entry.n || memchr(entry.p, '/', entry.n) || memchr(entry.p, ':', entry.n)) {
        yaml_error(l->faults, host, "'%.*s' is no host; write one such as shop.example.com",
                   STR_ARG(host->text));
        return;
    }
    uint32_t known = r->sites.n, number = intern_add(&r->sites, entry);
    if (number == known) {
        size_t room = number; /* grown with the list; kept in the arena when loading ends */
        if ((room & (room - 1)) == 0) {
            uint8_t *more = arena_take(l->a, room ? 2 * room : 1);
            if (room)
                memcpy(more, r->site_class, room);
            r->site_class = more;
        }
        r->site_class[number] = (uint8_t) class;
    } else if (number >= first && r->site_class[number] != class) {
        yaml_error(l->faults, host, "'%.*s' is in the class '%.*s' already", STR_ARG(host->text),
                   STR_ARG(r->classes.list[r->site_class[number]]));
    }
}

static void load_sites(struct loader *l, const struct yaml_node *sites, uint32_t first)
{
    for (size_t i = 0; sites && i < sites->n; i++) {
        if (sites->keys[i].wrong || sites->items[i].wrong)
            continue;
        size_t n, class = class_number(l, &sites->keys[i]);
        const struct yaml_node *hosts = value_texts(&sites->items[i], &n);
        for (size_t k = 0; k < n; k++)
            add_site(l, &hosts[k], class, first);
    }
}

static void load_mediums(struct loader *l, const struct yaml_node *mediums)
{
    struct channel_rules *r = &l->plan->channels;
    for (size_t i = 0; mediums && i < mediums->n; i++) {
        const struct yaml_node *class = &mediums->keys[i];
        if (class->wrong || mediums->items[i].wrong)
            continue;
        size_t number = 0;
        while (number < r->classes.n && !str_eq(r->classes.list[number], class->text))
            number++;
        if (number == r->classes.n) {
            struct str hint = did_you_mean(class->text, r->classes.list, r->classes.n, &l->scratch);
            yaml_error(l->faults, class, "'sites' has no class '%.*s'%.*s", STR_ARG(class->text),
                       STR_ARG(hint));
        } else if (!r->mediums[number].n) {
            r->mediums[number] = lower_case(l, mediums->items[i].text);
        }
    }
}

/* ---- rules ---- */

static bool load_cond(struct loader *l, const struct yaml_node *name, const struct yaml_node *value,
                      struct channel_cond *out)
{
    struct str names[LANDING_CHANNEL];
    for (size_t i = 0; i < LANDING_CHANNEL; i++)
        names[i] = str_c(landing_names[i]);
    size_t what = 0;
    while (what < LANDING_CHANNEL && !str_eq(names[what], name->text))
        what++;
    if (what == LANDING_CHANNEL) {
        struct str hint = did_you_mean(name->text, names, LANDING_CHANNEL, &l->scratch);
        yaml_error(l->faults, name, "a channel rule cannot ask for '%.*s'%.*s", STR_ARG(name->text),
                   STR_ARG(hint));
        return false;
    }
    *out = (struct channel_cond){ .what = (enum landing_value)what };
    if (value->kind == YAML_LIST)
        out->any_of = load_names(l, value);
    else
        out->regex = load_regex(l, value);
    return out->regex || value->kind == YAML_LIST;
}

static void load_channel_rule(struct loader *l, const struct yaml_node *node)
{
    struct channel_rules *r = &l->plan->channels;
    const struct yaml_node *channel = yaml_get(node, "channel"), *when = yaml_get(node, "when");
    if (!channel || node->wrong)
        return;
    if (!str_trim(channel->text).n || str_eq(channel->text, STR("(none)"))) {
        yaml_error(l->faults, channel, "a channel needs a name, and '(none)' is taken");
        return;
    }
    struct channel_rule *rule = &r->rules[r->nrules++];
    rule->channel = arena_keep(l->a, channel->text);
    rule->conds = arena_take(l->a, (when ? when->n : 0) * sizeof *rule->conds + 1);
    for (size_t i = 0; when && i < when->n; i++)
        if (!when->keys[i].wrong && !when->items[i].wrong &&
            load_cond(l, &when->keys[i], &when->items[i], &rule->conds[rule->nconds]))
            rule->nconds++;
    if (!names_have(&r->channels, rule->channel))
        r->channels.list[r->channels.n++] = rule->channel;
}

/* ---- all files ---- */

static void find_room(struct loader *l, const struct enrich_nodes *nodes)
{
    struct channel_rules *r = &l->plan->channels;
    size_t rules = 0, ids = 0;
    for (size_t i = 0; i < nodes->n; i++) {
        const struct yaml_node *channels = yaml_get(nodes->list[i], "channels");
        const struct yaml_node *list = yaml_get(channels, "rules");
        const struct yaml_node *clicks = yaml_get(channels, "click_ids");
        rules += list ? list->n : 0;
        ids += clicks ? clicks->n : 0;
    }
    r->rules = arena_take(l->a, rules * sizeof *r->rules + 1);
    r->channels.list = arena_take(l->a, rules * sizeof *r->channels.list + 1);
    r->click_ids = arena_take(l->a, ids * sizeof *r->click_ids + 1);
    r->parameter_of = arena_take(l->a, PARAMETERS_MAX * sizeof *r->parameter_of);
    r->classes.list = arena_take(l->a, SITE_CLASSES_MAX * sizeof *r->classes.list);
    r->mediums = arena_take(l->a, SITE_CLASSES_MAX * sizeof *r->mediums);
    r->classes.list[SITE_INTERNAL] = STR("internal");
    r->classes.list[SITE_OTHER] = STR("other");
    r->classes.n = SITES_FIXED;
}

/* What one file says, behind what those before it said. */
static void load_file(struct loader *l, const struct yaml_node *channels)
{
    size_t n;
    uint32_t first = l->plan->channels.sites.n;
    const struct yaml_node *own = value_texts(yaml_get(channels, "own"), &n);
    const struct yaml_node *rules = yaml_get(channels, "rules");
    for (size_t i = 0; i < n; i++)
        add_site(l, &own[i], SITE_INTERNAL, first);
    load_parameters(l, yaml_get(channels, "parameters"));
    load_click_ids(l, yaml_get(channels, "click_ids"));
    load_words(l, yaml_get(channels, "words"));
    load_sites(l, yaml_get(channels, "sites"), first);
    for (size_t i = 0; rules && i < rules->n; i++)
        load_channel_rule(l, &rules->items[i]);
    l->plan->channels.on |= channels != NULL;
}

/* Is there what a project with channels needs? */
static bool is_complete(struct loader *l, const struct yaml_node *project)
{
    const struct channel_rules *r = &l->plan->channels;
    const struct yaml_node *at = yaml_key(project, "channels");
    if (!at)
        at = yaml_key(project, "include");
    if (!r->on || l->incomplete || l->faults->errors)
        return false;
    if (!r->nrules)
        yaml_error(l->faults, at,
                   "there are no channel rules; add 'packs/channels' to 'include', or write "
                   "'rules'");
    else if (!r->sites.n || !memchr(r->site_class, SITE_INTERNAL, r->sites.n))
        yaml_error(l->faults, at,
                   "say which hosts are yours, so that links between your own pages are no "
                   "landings: channels: {own: [shop.example.com]}");
    return true;
}

static void load_channels(struct loader *l, const struct enrich_nodes *nodes)
{
    static const char *const keys[] = { "channels" };
    struct channel_rules *r = &l->plan->channels;
    find_room(l, nodes);
    for (size_t i = 0; i < nodes->n; i++)
        load_file(l, yaml_get(nodes->list[i], "channels"));
    for (size_t i = 0; i < nodes->n; i++) /* of classes that any of them has */
        load_mediums(l, yaml_get(yaml_get(nodes->list[i], "channels"), "mediums"));
    if (!is_complete(l, nodes->list[0]))
        return;
    struct regex_scratch *scratch = regex_scratch_new();
    struct str nothing[LANDING_VALUES] = { { NULL, 0 } };
    r->print = print_of_nodes(l, nodes, keys, 1);
    r->direct = channel_for(r, nothing, scratch);
    regex_scratch_free(scratch);
}

static void load_patterns(struct loader *l, const struct enrich_nodes *nodes, const char *key,
                          struct pattern_list *out)
{
    size_t room = 0;
    for (size_t i = 0; i < nodes->n; i++) {
        const struct yaml_node *dict = yaml_get(nodes->list[i], key);
        room += dict ? dict->n : 0;
    }
    out->names = arena_take(l->a, room * sizeof *out->names + 1);
    out->regexes = arena_take(l->a, room * sizeof *out->regexes + 1);
    for (size_t i = 0; i < nodes->n; i++) {
        const struct yaml_node *dict = yaml_get(nodes->list[i], key);
        for (size_t k = 0; dict && k < dict->n; k++) {
            if (dict->keys[k].wrong || dict->items[k].wrong)
                continue;
            out->names[out->n] = arena_keep(l->a, dict->keys[k].text);
            out->regexes[out->n] = load_regex(l, &dict->items[k]);
            out->n += out->regexes[out->n] != NULL;
        }
    }
}

void load_enrichment(struct loader *l, const struct enrich_nodes *nodes)
{
    static const char *const keys[] = { "devices", "browsers", "pages" };
    struct enrich_rules *e = &l->plan->enrich;
    load_channels(l, nodes);
    load_patterns(l, nodes, "devices", &e->devices);
    load_patterns(l, nodes, "browsers", &e->browsers);
    load_patterns(l, nodes, "pages", &e->pages);
    e->print = print_of_nodes(l, nodes, keys, 3);
}
