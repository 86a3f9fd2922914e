/* scope.c - which sources each rule applies to. See load.h.
 *
 * A rule that names sources, channels or formats applies to the sources that meet all of these, and
 * each must have the rule's fields. A rule that names none applies to every source that has all of
 * its fields.
 */
#include <stdlib.h>

#include "config/load.h"

enum scope_kind { SCOPE_SOURCE, SCOPE_CHANNEL, SCOPE_FORMAT, SCOPES };
static const char *const scope_keys[SCOPES] = { "source", "channel", "format" };

static bool is_called(const struct source_draft *s, enum scope_kind kind, struct str name)
{
    if (kind == SCOPE_SOURCE)
        return str_eq(s->source.name, name);
    if (kind == SCOPE_CHANNEL)
        return str_eq(s->source.channel, name);
    if (!s->format || name.n == 0)
        return false;
    return str_eq(s->format->name, name) || str_eq(s->format->format->name, name);
}

/* The names that sources have, for a message. */
static struct str *names_in_use(struct loader *l, enum scope_kind kind, size_t *n)
{
    struct str *names = arena_take(&l->scratch, l->nsources * sizeof *names + 1);
    *n = 0;
    for (size_t i = 0; i < l->nsources; i++) {
        const struct source_draft *s = &l->sources[i];
        struct str name = kind == SCOPE_SOURCE    ? s->source.name
                          : kind == SCOPE_CHANNEL ? s->source.channel
                          : s->format             ? s->format->name
                                                  : STR("");
        if (name.n && !str_in(name, names, *n))
            names[(*n)++] = name;
    }
    return names;
}

/* Takes the sources that do not meet one key away from `applies`. Names that no source has are
 * said, unless they come from a pack, which serves many projects. */
static void narrow(struct loader *l, const struct yaml_node *texts, enum scope_kind kind,
                   bool from_pack, struct rule_draft *d)
{
    size_t n;
    const struct yaml_node *items = value_texts(texts, &n);
    for (size_t s = 0; s < l->nsources; s++) {
        bool any = false;
        for (size_t i = 0; i < n && !any; i++)
            any = is_called(&l->sources[s], kind, items[i].text);
        d->rule.applies[s] &= any;
    }
    for (size_t i = 0; i < n && !from_pack; i++) {
        bool any = false;
        for (size_t s = 0; s < l->nsources && !any; s++)
            any = is_called(&l->sources[s], kind, items[i].text);
        if (any || l->incomplete)
            continue;
        size_t names_n;
        struct str *names = names_in_use(l, kind, &names_n);
        struct str hint = did_you_mean(items[i].text, names, names_n, &l->scratch);
        yaml_error(l->faults, &items[i], "no source has the %s '%.*s'%.*s",
                   kind == SCOPE_SOURCE ? "name" : scope_keys[kind], STR_ARG(items[i].text),
                   STR_ARG(hint));
        d->broken = true;
    }
}

static struct str field_name(const struct loader *l, uint32_t field)
{
    return intern_text(&l->fields, field);
}

static bool has_field(const struct loader *l, size_t source, uint32_t field)
{
    const struct format_draft *f = l->sources[source].format;
    return !f || f->broken || format_has(f, field_name(l, field));
}

/* The names that any of the sources knows, for a message. */
static struct str *fields_in_use(struct loader *l, const bool *applies, size_t *n)
{
    struct str *names = arena_take(&l->scratch, FIELDS_MAX * sizeof *names);
    *n = 0;
    for (size_t s = 0; s < l->nsources; s++) {
        const struct format_draft *f = l->sources[s].format;
        for (size_t i = 0; f && applies[s] && i < f->nknown && *n < FIELDS_MAX; i++)
            if (!str_in(f->known[i], names, *n))
                names[(*n)++] = f->known[i];
    }
    return names;
}

/* Says so when none of the sources (or, of a rule that names its sources, one of them) lacks a
 * field. */
static void check_use(struct loader *l, struct rule_draft *d, const struct use *u, bool explicit)
{
    size_t having = 0, lacking = l->nsources;
    for (size_t s = 0; s < l->nsources; s++) {
        if (!d->rule.applies[s])
            continue;
        if (has_field(l, s, u->field))
            having++;
        else if (lacking == l->nsources)
            lacking = s;
    }
    if (lacking == l->nsources || (having && (!explicit || u->example)))
        return;
    size_t n;
    struct str name = field_name(l, u->field), *names = fields_in_use(l, d->rule.applies, &n);
    struct str hint = did_you_mean(name, names, n, &l->scratch);
    if (having || explicit)
        faults_add(l->faults, FAULT_ERROR, u->at, "source '%.*s' has no field '%.*s'%.*s",
                   STR_ARG(l->sources[lacking].source.name), STR_ARG(name), STR_ARG(hint));
    else
        faults_add(l->faults, FAULT_ERROR, u->at, "no source has a field '%.*s'%.*s", STR_ARG(name),
                   STR_ARG(hint));
    d->broken = true;
}

/* The format that a pack names: of a source, else of the rules folder. */
static const struct format_draft *pack_format(struct loader *l, const struct yaml_node *name)
{
    for (size_t s = 0; s < l->nsources; s++)
        if (is_called(&l->sources[s], SCOPE_FORMAT, name->text))
            return l->sources[s].format;
    return load_format(l, name);
}

/* A pack serves projects that have only some of its formats: a field of its rules must be one of
 * any of these, whatever sources there are. */
static void check_pack_use(struct loader *l, struct rule_draft *d, const struct use *u,
                           const struct yaml_node *formats)
{
    struct str name = field_name(l, u->field), *names = NULL;
    size_t n, names_n = 0;
    const struct yaml_node *items = value_texts(formats, &n);
    for (size_t i = 0; i < n; i++) {
        const struct format_draft *f = pack_format(l, &items[i]);
        if (f->broken || format_has(f, name))
            return;
        names = f->known;
        names_n = f->nknown;
    }
    struct str hint = did_you_mean(name, names, names_n, &l->scratch);
    faults_add(l->faults, FAULT_ERROR, u->at, "no format of this pack has a field '%.*s'%.*s",
               STR_ARG(name), STR_ARG(hint));
    d->broken = true;
}

bool source_knows(const struct loader *l, size_t source, struct str field)
{
    const struct source_draft *s = &l->sources[source];
    bool known = s->format && str_in(field, s->format->known, s->format->nknown);
    for (size_t i = 0; i < s->source.nidentify; i++)
        for (size_t k = 0; k < s->source.identify[i].nfields; k++)
            known = known || str_eq(field_name(l, s->source.identify[i].fields[k]), field);
    return known;
}

/* A rule of a pack that excludes is for all sources which have its fields for certain. */
static bool is_for_all(const struct loader *l, const struct rule_draft *d)
{
    bool narrowed = d->pack_format != NULL;
    for (int k = 0; k < SCOPES; k++)
        narrowed = narrowed || yaml_key(d->node, scope_keys[k]);
    return d->rule.excludes != EXCLUDED_NOT && !narrowed && !str_eq(d->rule.at.file, l->plan->file);
}

static void scope_for_all(struct loader *l, struct rule_draft *d)
{
    for (size_t s = 0; s < l->nsources; s++) {
        bool has = !l->sources[s].source.metrics;
        for (size_t i = 0; i < d->nuses; i++)
            has =
                has && (d->uses[i].example || source_knows(l, s, field_name(l, d->uses[i].field)));
        d->rule.applies[s] = has;
    }
}

static size_t count_applies(const struct loader *l, const struct rule_draft *d)
{
    size_t n = 0;
    for (size_t s = 0; s < l->nsources; s++)
        n += d->rule.applies[s];
    return n;
}

static void leave_sources_without_fields(struct loader *l, struct rule_draft *d)
{
    for (size_t s = 0; s < l->nsources; s++)
        for (size_t i = 0; i < d->nuses && d->rule.applies[s]; i++)
            if (!d->uses[i].example && !has_field(l, s, d->uses[i].field))
                d->rule.applies[s] = false;
}

/* The formats of a pack that a rule of it is for: those that it names, which must be the pack's,
 * else all. NULL when the rule is in no pack with formats, or has another scope of its own. */
static const struct yaml_node *formats_of_pack(struct loader *l, struct rule_draft *d)
{
    if (!d->pack_format || yaml_key(d->node, "source") || yaml_key(d->node, "channel"))
        return NULL;
    const struct yaml_node *own = yaml_get(d->node, "format");
    if (!own)
        return yaml_key(d->node, "format") ? NULL : d->pack_format;
    size_t n, pack_n;
    const struct yaml_node *items = value_texts(own, &n);
    const struct yaml_node *pack = value_texts(d->pack_format, &pack_n);
    struct str *names = arena_take(&l->scratch, pack_n * sizeof *names + 1);
    for (size_t i = 0; i < pack_n; i++)
        names[i] = pack[i].text;
    for (size_t i = 0; i < n; i++) {
        if (str_in(items[i].text, names, pack_n))
            continue;
        struct str hint = did_you_mean(items[i].text, names, pack_n, &l->scratch);
        yaml_error(l->faults, &items[i], "this pack has no format '%.*s'%.*s",
                   STR_ARG(items[i].text), STR_ARG(hint));
        d->broken = true;
    }
    return own;
}

static void scope_rule(struct loader *l, struct rule_draft *d)
{
    if (d->scoped)
        return;
    if (is_for_all(l, d)) {
        d->rule.applies = arena_take(l->a, l->nsources * sizeof *d->rule.applies + 1);
        scope_for_all(l, d);
        return;
    }
    const struct yaml_node *formats = formats_of_pack(l, d);
    bool explicit = false, pack = formats != NULL;
    d->rule.applies = arena_take(l->a, l->nsources * sizeof *d->rule.applies + 1);
    memset(d->rule.applies, true, l->nsources);
    for (int k = 0; k < SCOPES && !pack; k++) {
        if (!yaml_key(d->node, scope_keys[k]))
            continue;
        explicit = true;
        const struct yaml_node *texts = yaml_get(d->node, scope_keys[k]);
        if (texts)
            narrow(l, texts, (enum scope_kind)k, false, d);
        else
            d->broken = true;
    }
    if (pack)
        narrow(l, formats, SCOPE_FORMAT, true, d);
    bool any = count_applies(l, d) > 0;
    for (size_t i = 0; i < d->nuses; i++) {
        if (pack)
            check_pack_use(l, d, &d->uses[i], formats);
        else if (any)
            check_use(l, d, &d->uses[i], explicit);
    }
    leave_sources_without_fields(l, d);
    if (d->broken || l->nsources == 0)
        return;
    if (count_applies(l, d) == 0 && !pack)
        yaml_warning(l->faults, d->touchpoint ? d->touchpoint : d->node,
                     explicit ? "this rule applies to no source: none meets all of its source, "
                                "channel and format"
                              : "this rule applies to no source: none has all of its fields");
    if (d->rule.nconds == 0 && !explicit && !pack && l->nsources > 1) {
        yaml_error(l->faults, d->touchpoint,
                   "this rule takes every record of every source: give it 'when', 'match' or "
                   "'source'");
        d->broken = true;
    }
}

/* A pack whose formats no source has is said once, not for each of its rules. */
static void warn_of_idle_pack(struct loader *l, const struct yaml_node *formats)
{
    size_t n;
    const struct yaml_node *items = value_texts(formats, &n);
    for (size_t i = 0; i < n; i++)
        for (size_t s = 0; s < l->nsources; s++)
            if (is_called(&l->sources[s], SCOPE_FORMAT, items[i].text))
                return;
    if (n)
        yaml_warning(l->faults, &items[0], "no source has the format of this pack");
}

void scope_rules(struct loader *l)
{
    const struct yaml_node *pack = NULL;
    for (size_t i = 0; i < l->nrules; i++) {
        scope_rule(l, &l->rules[i]);
        if (l->rules[i].pack_format && l->rules[i].pack_format != pack)
            warn_of_idle_pack(l, l->rules[i].pack_format);
        pack = l->rules[i].pack_format;
    }
}
