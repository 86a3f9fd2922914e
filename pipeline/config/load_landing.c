/* load_landing.c - the fields that `channels:`, `devices:`, `browsers:` and `pages:` make of those
 * of a format, and the attributes that events take from them. See load.h.
 */
#include "config/load.h"

static const char *const input_names[LANDING_INPUTS] = { "page",    "referrer", "host",
                                                         "source",  "medium",   "campaign",
                                                         "content", "keyword",  "agent" };

/* A field of the format by one of its usual names. */
static struct str usual_field(const struct format_draft *d, enum landing_input input)
{
    static const char *const usual[LANDING_INPUTS][3] = {
        [LANDING_IN_PAGE] = { "url", "path" },
        [LANDING_IN_REFERRER] = { "referrer", "referer" },
        [LANDING_IN_HOST] = { "host", "vhost" },
        [LANDING_IN_AGENT] = { "agent", "useragent", "user_agent" },
    };
    for (size_t i = 0; i < 3 && usual[input][i]; i++)
        if (str_in(str_c(usual[input][i]), d->known, d->nknown))
            return str_c(usual[input][i]);
    return (struct str){ NULL, 0 };
}

static const struct yaml_node *input_node(const struct yaml_node *own,
                                          const struct yaml_node *theirs, size_t input)
{
    const struct yaml_node *node = yaml_get(own, input_names[input]);
    return node ? node : yaml_get(theirs, input_names[input]);
}

/* Which field gives what. A format that knows of no referrer has pages by chance only, such as the
 * links in a mail: it says so itself, or there are none. */
static void find_inputs(struct loader *l, const struct format_draft *d, const struct yaml_node *own,
                        struct str in[LANDING_INPUTS])
{
    bool referrer = usual_field(d, LANDING_IN_REFERRER).n > 0;
    for (size_t i = 0; i < LANDING_INPUTS; i++) {
        const struct yaml_node *node = input_node(own, d->landing, i);
        in[i] = (struct str){ NULL, 0 };
        if (node)
            in[i] = arena_keep(l->a, node->text);
        else if (referrer || i == LANDING_IN_AGENT)
            in[i] = usual_field(d, (enum landing_input)i);
        if (!node || d->broken || format_has(d, node->text))
            continue;
        struct str hint = did_you_mean(node->text, d->known, d->nknown, &l->scratch);
        yaml_error(l->faults, node, "this format has no field '%.*s'%.*s", STR_ARG(node->text),
                   STR_ARG(hint));
    }
}

static void make(struct format_draft *d, struct maker m)
{
    add_maker(d, m);
    format_knows(d, m.to);
}

static void make_of(struct format_draft *d, enum derive_kind kind, struct str from, const char *to,
                    struct str print)
{
    make(d, (struct maker){ .kind = kind, .from = from, .to = str_c(to), .key = print });
}

static void make_landing(struct loader *l, struct format_draft *d,
                         const struct str in[LANDING_INPUTS])
{
    struct maker m = { .kind = DERIVE_LANDING, .nmore = LANDING_IN_AGENT };
    m.key = l->plan->channels.print;
    for (size_t i = 0; i < LANDING_IN_AGENT; i++) {
        m.more[i] = in[i];
        if (!m.from.n)
            m.from = in[i];
    }
    for (size_t i = 0; m.from.n && i < LANDING_VALUES; i++) {
        m.to = arena_printf(l->a, "landing.%s", landing_names[i]);
        m.lookup = i;
        make(d, m);
    }
}

void load_landing(struct loader *l, struct format_draft *d, const struct yaml_node *own)
{
    const struct enrich_rules *e = &l->plan->enrich;
    struct str in[LANDING_INPUTS];
    size_t kept = 0;
    for (size_t i = 0; i < d->nmakers; i++)
        if (d->makers[i].kind < DERIVE_LANDING)
            d->makers[kept++] = d->makers[i];
    d->nmakers = kept;
    find_inputs(l, d, own, in);
    d->lands = l->plan->channels.on && in[LANDING_IN_REFERRER].n;
    if (l->plan->channels.on)
        make_landing(l, d, in);
    struct str agent = in[LANDING_IN_AGENT], page = STR("path");
    if (e->devices.n && agent.n)
        make_of(d, DERIVE_DEVICE, agent, "device", e->print);
    if (e->browsers.n && agent.n)
        make_of(d, DERIVE_BROWSER, agent, "browser", e->print);
    if (!str_in(page, d->known, d->nknown))
        page = in[LANDING_IN_PAGE].n ? in[LANDING_IN_PAGE] : usual_field(d, LANDING_IN_PAGE);
    if (e->pages.n && page.n)
        make_of(d, DERIVE_PAGE, page, "page.path", e->print);
}

/* Is the field made by enrichment? A format may have one of the same name. */
static bool is_made(const struct format_draft *d, struct str field)
{
    for (size_t i = 0; i < d->nmakers; i++)
        if (d->makers[i].kind >= DERIVE_LANDING && str_eq(d->makers[i].to, field))
            return true;
    return false;
}

void landing_attributes(struct loader *l, struct source_draft *s)
{
    static const struct {
        enum attr attr;
        const char *field;
    } made[] = { { ATTR_MARKETING_CHANNEL, "landing.channel" },
                 { ATTR_CAMPAIGN, "landing.campaign" },
                 { ATTR_CONTENT, "landing.content" },
                 { ATTR_KEYWORD, "landing.keyword" },
                 { ATTR_MEDIUM, "landing.medium" },
                 { ATTR_REFERRER, "landing.source" },
                 { ATTR_DEVICE, "device" },
                 { ATTR_BROWSER, "browser" } };
    struct source *source = &s->source;
    for (size_t i = 0; i < sizeof made / sizeof *made && !source->metrics; i++) {
        size_t k = 0;
        while (k < source->nattributes && source->attributes[k].attr != made[i].attr)
            k++;
        struct yaml_node name = { .kind = YAML_TEXT, .text = str_c(made[i].field) };
        if (k < source->nattributes || !is_made(s->format, name.text))
            continue;
        name.doc = s->node->doc;
        source->attributes[source->nattributes++] =
            (struct attribute){ made[i].attr, load_field(l, name.text, &name) };
    }
    source->lands = s->format->lands && !source->metrics;
}
