/* load_rule.c - the rules of a project or pack as drafts. See load.h. */
#include <math.h>
#include <stdlib.h>

#include "config/load.h"

void rule_uses(struct rule_draft *draft, uint32_t field, struct place at, bool example)
{
    if (field == FIELD_NONE) {
        draft->broken = true;
        return;
    }
    draft->uses = mem_grow(draft->uses, &draft->uses_room, draft->nuses + 1, sizeof *draft->uses);
    draft->uses[draft->nuses++] = (struct use){ field, example, at };
}

/* texts[i] is the text of condition i when it is a regex. */
static void load_conditions(struct loader *l, struct rule_draft *d, const struct yaml_node **texts)
{
    struct rule *rule = &d->rule;
    const struct yaml_node *when = yaml_get(d->node, "when"), *match = yaml_get(d->node, "match");
    size_t n = (when ? when->n : 0) + (match ? 1 : 0);
    if (n > CONDITIONS_MAX) {
        yaml_error(l->faults, when, "a rule has at most %d conditions, not %zu", CONDITIONS_MAX, n);
        d->broken = true;
        return;
    }
    rule->conds = arena_take(l->a, n * sizeof *rule->conds + 1);
    for (size_t i = 0; when && i < when->n; i++) {
        if (when->keys[i].wrong || when->items[i].wrong ||
            !load_condition(l, d, &when->keys[i], &when->items[i], &rule->conds[rule->nconds]))
            d->broken = true;
        else
            texts[rule->nconds++] = condition_regex(&when->items[i]);
    }
    if (match && load_condition(l, d, NULL, match, &rule->conds[rule->nconds]))
        texts[rule->nconds++] = match;
    else if (match)
        d->broken = true;
}

static bool group_serves(const struct template *t, uint32_t cond, uint32_t group)
{
    for (size_t i = 0; i < t->nparts; i++)
        if (t->parts[i].kind == PART_GROUP && t->parts[i].cond == cond &&
            t->parts[i].group == group)
            return true;
    return false;
}

static bool group_is_used(const struct rule *rule, uint32_t cond, uint32_t group)
{
    bool used = group_serves(&rule->touchpoint, cond, group);
    for (size_t i = 0; i < rule->nattrs && !used; i++)
        used = group_serves(&rule->attrs[i].text, cond, group);
    return used;
}

/* Where the group's name stands in its pattern: after (?< or (?' or the colon of a grok name. */
static struct place group_place(const struct yaml_node *text, struct str name, struct arena *a)
{
    static const char *const around[][2] = { { "<", ">" }, { "'", "'" }, { ":", "}" } };
    for (size_t i = 0; i < sizeof around / sizeof *around; i++) {
        struct str mark = arena_printf(a, "%s%.*s%s", around[i][0], STR_ARG(name), around[i][1]);
        size_t at = str_find(text->text, mark);
        if (at < text->text.n)
            return yaml_place_in(text, at + 1);
    }
    return yaml_place(text);
}

static void unknown_group(struct loader *l, const struct yaml_node *text, struct str name)
{
    struct str names[ID_KINDS + ATTRS];
    size_t n = 0;
    for (int a = 0; a < ATTRS; a++)
        names[n++] = str_c(attr_names[a]);
    for (int k = 0; k < ID_KINDS; k++)
        names[n++] = str_c(id_kind_names[k]);
    struct str hint = did_you_mean(name, names, n, &l->scratch);
    faults_add(l->faults, FAULT_ERROR, group_place(text, name, &l->scratch),
               "the named group '%.*s' is no attribute, no identifier and in no template of the "
               "rule%.*s",
               STR_ARG(name), STR_ARG(hint));
}

static void load_captures(struct loader *l, struct rule_draft *d, const struct yaml_node **texts)
{
    struct rule *rule = &d->rule;
    size_t n = 0;
    for (size_t c = 0; c < rule->nconds; c++)
        n += rule->conds[c].regex ? regex_names(rule->conds[c].regex) : 0;
    rule->captures = arena_take(l->a, n * sizeof *rule->captures + 1);
    for (size_t c = 0; c < rule->nconds; c++) {
        const struct regex *r = rule->conds[c].regex;
        for (size_t g = 0; r && g < regex_names(r); g++) {
            struct str name = regex_name(r, g);
            struct capture capture = { (uint32_t)c, (uint32_t)g, attr_find(name),
                                       id_kind_find(name) };
            if (capture.attr >= 0 || capture.id >= 0)
                rule->captures[rule->ncaptures++] = capture;
            else if (!group_is_used(rule, capture.cond, capture.group))
                unknown_group(l, texts[c], name);
        }
    }
}

static int64_t micros_of(const struct yaml_node *number, int64_t otherwise)
{
    int64_t micros;
    if (!number)
        return otherwise;
    if (str_micros(number->text, &micros))
        return micros;
    double x = value_number(number) * 1e6;
    return fabs(x) < 9e18 ? llround(x) : otherwise; /* "1e3" */
}

static void load_meaning(struct loader *l, struct rule_draft *d)
{
    struct rule *rule = &d->rule;
    const struct yaml_node *stage = yaml_get(d->node, "stage"), *also = yaml_get(d->node, "also");
    const struct yaml_node *by = yaml_get(d->node, "by");
    struct plan *p = l->plan;
    rule->stage = STAGE_NONE;
    for (size_t i = 0; stage && i < p->nstages; i++)
        if (str_eq(p->stages[i], stage->text))
            rule->stage = (uint8_t)i;
    if (stage && rule->stage == STAGE_NONE) {
        struct str hint = did_you_mean(stage->text, p->stages, p->nstages, &l->scratch);
        yaml_error(l->faults, stage, "there is no stage '%.*s'%.*s", STR_ARG(stage->text),
                   STR_ARG(hint));
    }
    rule->also = also && value_flag(also);
    rule->company = by && str_eq(by->text, STR("company"));
    const struct yaml_node *awaits = yaml_get(d->node, "awaits");
    rule->awaits = awaits && value_flag(awaits);
    rule->pain = micros_of(yaml_get(d->node, "pain"), 0);
    rule->emotion = micros_of(yaml_get(d->node, "emotion"), EMOTION_NONE);
    rule->attrs = arena_take(l->a, ATTRS * sizeof *rule->attrs);
    for (int a = 0; a < ATTRS; a++) {
        const struct yaml_node *text = yaml_get(d->node, attr_names[a]);
        struct rule_attr *attr = &rule->attrs[rule->nattrs];
        attr->attr = (enum attr)a;
        if (!text || a == ATTR_EMOTION)
            continue;
        if (load_template(l, d, text, &attr->text))
            rule->nattrs++;
        else
            d->broken = true;
    }
}

/* Names of a fixed touchpoint that the reports could not show, or use for something else. */
static void check_name(struct loader *l, const struct yaml_node *text, struct str name)
{
    static const char *const taken[] = { "(start)", "(end)", "(open)", "(other)" };
    if (str_trim(name).n == 0)
        yaml_error(l->faults, text, "a touchpoint needs a name");
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (str_eq(name, str_c(taken[i])))
            yaml_error(l->faults, text, "'%s' means something else in reports; name it otherwise",
                       taken[i]);
}

/* What a label calls the rule. */
static struct str rule_title(const struct rule_draft *d, const struct yaml_node *link,
                             const struct yaml_node *exclude)
{
    const struct yaml_node *title = yaml_get(d->node, "title");
    return title           ? title->text
           : exclude       ? exclude->text
           : d->touchpoint ? d->touchpoint->text
           : link          ? STR("link")
                           : STR("");
}

static void load_rule(struct loader *l, const struct yaml_node *node, struct str label,
                      const struct yaml_node *pack_format)
{
    l->rules = mem_grow(l->rules, &l->rules_room, l->nrules + 1, sizeof *l->rules);
    struct rule_draft *d = &l->rules[l->nrules++];
    *d = (struct rule_draft){ .node = node, .pack_format = pack_format };
    struct rule *rule = &d->rule;
    const struct yaml_node *texts[CONDITIONS_MAX + 1];
    rule->at = yaml_place(node);
    d->broken = node->wrong;
    d->touchpoint = yaml_get(node, "touchpoint");
    load_conditions(l, d, texts);
    const struct yaml_node *link = yaml_get(node, "link"), *exclude = yaml_get(node, "exclude");
    if (exclude) {
        load_excluding(l, d, exclude);
    } else if (yaml_key(node, "exclude")) {
        d->broken = true;
    } else if (link) {
        load_link(l, d, link);
    } else if (!d->touchpoint && !yaml_key(node, "touchpoint")) {
        yaml_error(l->faults, node, "a rule needs the key 'touchpoint', 'link' or 'exclude'");
        d->broken = l->incomplete = true;
    } else if (!d->touchpoint || !load_template(l, d, d->touchpoint, &rule->touchpoint)) {
        d->broken = l->incomplete = true;
    } else {
        struct str fixed = template_fixed(&rule->touchpoint);
        rule->name = fixed.n ? fixed : STR("");
        if (fixed.p)
            check_name(l, d->touchpoint, fixed);
    }
    load_meaning(l, d);
    load_captures(l, d, texts);
    load_examples(l, d);
    rule->label = arena_printf(l->a, "%.*s:%u %.*s", STR_ARG(label), rule->at.line,
                               STR_ARG(rule_title(d, link, exclude)));
}

void load_rules(struct loader *l, const struct yaml_node *list, struct str label,
                const struct yaml_node *pack_format)
{
    for (size_t i = 0; list && i < list->n; i++) {
        if (l->nrules == RULES_MAX) {
            yaml_error(l->faults, &list->items[i], "a project has at most %d rules with its packs",
                       RULES_MAX);
            return;
        }
        if (list->items[i].kind != YAML_MAP)
            l->incomplete = true;
        else
            load_rule(l, &list->items[i], label, pack_format);
    }
}
