/* load_identity.c - how people are told apart: the key `identity`, and the rules' `link`. See
 * load.h.
 */
#include <stdlib.h>

#include "config/load.h"

/* What systems write where they know nobody (definitions.md 2.21). A list in the project, also an
 * empty one, replaces these. */
static void load_blocked(struct loader *l, const struct yaml_node *given)
{
    static struct str usual[] = {
        { "-1", 2 },      { "null", 4 },   { "nil", 3 },       { "none", 4 },
        { "nan", 3 },     { "n/a", 3 },    { "undefined", 9 }, { "anonymous", 9 },
        { "unknown", 7 }, { "(none)", 6 }, { "(not set)", 9 }, { "no response", 11 },
    };
    struct identity_rules *rules = &l->plan->identity;
    rules->zeros_name_nobody = !given;
    rules->blocked =
        given ? load_names(l, given) : (struct names){ usual, sizeof usual / sizeof *usual };
}

/* "5", "5 in 365d" or "none". */
static bool limit_parse(struct str text, struct id_limit *limit)
{
    double most;
    *limit = (struct id_limit){ 0 };
    if (str_eq(text, STR("none")))
        return true;
    size_t in = str_find(text, STR(" in "));
    if (in < text.n &&
        (!duration_parse(str_trim(str_from(text, in + 4)), &limit->window) || limit->window <= 0))
        return false;
    if (!str_number(str_trim(str_head(text, in)), &most) || most < 1 || most > CUSTOMER_IDS_MAX ||
        most != (double)(uint32_t)most)
        return false;
    limit->most = (uint32_t)most;
    if (limit->window == INT64_MAX) /* never ends */
        limit->window = 0;
    return true;
}

static void load_limits(struct loader *l, const struct yaml_node *given)
{
    struct identity_rules *rules = &l->plan->identity;
    rules->limits[ID_USER].most = 1; /* A39 */
    rules->limits[ID_EMAIL] = (struct id_limit){ 5, 365 * DAY };
    rules->limits[ID_PHONE] = (struct id_limit){ 5, 365 * DAY };
    rules->limits[ID_COOKIE].most = 50;
    for (size_t i = 0; given && i < given->n; i++) {
        if (given->keys[i].wrong || given->items[i].wrong)
            continue;
        int kind = id_kind_find(given->keys[i].text);
        if (kind == ID_VISITOR)
            yaml_error(l->faults, &given->keys[i],
                       "visitors cannot be limited: each belongs to one customer at most");
        else if (kind == ID_GROUP)
            yaml_error(l->faults, &given->keys[i],
                       "groups cannot be limited: they join nobody, see 'accounts'");
        else if (!limit_parse(given->items[i].text, &rules->limits[kind]))
            yaml_error(l->faults, &given->items[i],
                       "a limit is a number from 1 to %d, such as 5, or with a time, such as "
                       "'5 in 365d', or none; not '%.*s'",
                       CUSTOMER_IDS_MAX, STR_ARG(given->items[i].text));
    }
}

static void load_reused(struct loader *l, const struct yaml_node *given)
{
    struct identity_rules *rules = &l->plan->identity;
    for (size_t i = 0; given && i < given->n; i++) {
        if (given->keys[i].wrong || given->items[i].wrong)
            continue;
        int kind = id_kind_find(given->keys[i].text);
        int64_t silence = value_duration(&given->items[i]);
        if (!id_kind_joins((enum id_kind)kind))
            yaml_error(l->faults, &given->keys[i], "%ss %s", id_kind_names[kind],
                       kind == ID_VISITOR ? "have their own time: visitor_window"
                                          : "are nobody's own, so that they cannot change hands");
        else if (silence < DAY)
            yaml_error(l->faults, &given->items[i],
                       "a silence after which an identifier is somebody else's is a day at least");
        else
            rules->reused[kind] = silence == INT64_MAX ? 0 : silence;
    }
}

static uint32_t whole(const struct yaml_node *map, const char *key, uint32_t otherwise)
{
    const struct yaml_node *node = yaml_get(map, key);
    return node ? (uint32_t)value_number(node) : otherwise;
}

void load_identity(struct loader *l, const struct yaml_node *identity)
{
    struct plan *p = l->plan;
    struct identity_rules *rules = &p->identity;
    const struct yaml_node *given = yaml_get(identity, "key");
    struct str key = given ? arena_keep(l->a, given->text) : STR("journey.key");
    rules->key_file =
        str_starts(key, STR("/")) ? key : arena_printf(l->a, "%s/%.*s", p->dir.p, STR_ARG(key));
    load_blocked(l, yaml_get(identity, "blocked"));
    const struct yaml_node *country = yaml_get(identity, "country");
    rules->country = country ? arena_printf(l->a, "%.0f", value_number(country)) : STR("");
    load_limits(l, yaml_get(identity, "limits"));
    load_reused(l, yaml_get(identity, "reused"));
    rules->max_identifiers = whole(identity, "max_identifiers", 500);
    rules->max_persons = whole(identity, "max_persons", 5);
    const struct yaml_node *shared = yaml_get(identity, "shared_devices");
    rules->last_auth = shared && str_eq(shared->text, STR("last"));
    const struct yaml_node *window = yaml_get(identity, "visitor_window");
    rules->visitor_window = window ? value_duration(window) : 30 * DAY;
    if (rules->visitor_window <= 0)
        yaml_error(l->faults, window, "'visitor_window' must be longer than nothing");
    if (rules->visitor_window == INT64_MAX) /* never ends */
        rules->visitor_window = 0;
}

static void unknown_kind(struct loader *l, const struct yaml_node *item)
{
    struct str names[ID_KINDS + 1] = { STR("true") };
    for (int k = 0; k < ID_KINDS; k++)
        names[k + 1] = str_c(id_kind_names[k]);
    struct str hint = did_you_mean(item->text, names, ID_KINDS + 1, &l->scratch);
    yaml_error(l->faults, item, "'%.*s' is no kind of identifier%.*s", STR_ARG(item->text),
               STR_ARG(hint));
}

/* `link: true`, or the kinds that it joins. */
void load_link(struct loader *l, struct rule_draft *d, const struct yaml_node *link)
{
    size_t n;
    const struct yaml_node *items = value_texts(link, &n);
    static const char *const senseless[] = { "touchpoint", "stage", "by", "pain", "emotion" };
    d->rule.link = true;
    for (size_t i = 0; i < n; i++) {
        int kind = id_kind_find(items[i].text);
        if (n == 1 && kind < 0 && value_flag(&items[i]))
            d->rule.links = UINT16_MAX;
        else if (kind >= 0)
            d->rule.links |= (uint16_t)(1u << kind);
        else
            unknown_kind(l, &items[i]);
    }
    if (n == 1 && id_kind_find(items[0].text) >= 0)
        yaml_error(l->faults, link, "a link joins two kinds of identifiers at least, or all: true");
    for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++)
        if (yaml_key(d->node, senseless[i]))
            yaml_error(l->faults, yaml_key(d->node, senseless[i]),
                       "a rule with 'link' is no touchpoint and has no '%s'", senseless[i]);
}
