/* load_exclude.c - whose records are no customer's: `exclude` of a rule, and of a project. See
 * load.h.
 *
 * Rules with `exclude` are judged before all others: they become the first of the plan. What a
 * project says of its staff becomes such rules, for each source those that its fields allow.
 */
#include <stdlib.h>

#include "config/load.h"

enum mode { MODE_DROP, MODE_LABEL, MODE_OFF };

static enum mode mode_of(const struct yaml_node *exclude)
{
    const struct yaml_node *mode = yaml_get(exclude, "mode");
    if (!mode)
        return MODE_DROP;
    return str_eq(mode->text, STR("off"))     ? MODE_OFF
           : str_eq(mode->text, STR("label")) ? MODE_LABEL
                                              : MODE_DROP;
}

void load_excluding(struct loader *l, struct rule_draft *d, const struct yaml_node *exclude)
{
    static const char *const senseless[] = { "touchpoint", "link",   "stage",   "by",
                                             "pain",       "awaits", "emotion", "also" };
    for (int c = EXCLUDED_CRAWLER; c < EXCLUDED_CLASSES; c++)
        if (str_eq(exclude->text, str_c(excluded_names[c])))
            d->rule.excludes = (uint8_t)c;
    for (size_t i = 0; i < sizeof senseless / sizeof *senseless; i++)
        if (yaml_key(d->node, senseless[i]))
            yaml_error(l->faults, yaml_key(d->node, senseless[i]),
                       "a rule with 'exclude' leaves records out and has no '%s'", senseless[i]);
    if (!yaml_key(d->node, "when") && !yaml_key(d->node, "match")) {
        yaml_error(l->faults, d->node,
                   "a rule with 'exclude' would leave out every record: give it 'when' or 'match'");
        d->broken = true;
    }
}

bool load_nets(struct loader *l, const struct yaml_node *texts, struct cond *out)
{
    size_t n;
    bool ok = true;
    const struct yaml_node *items = value_texts(texts, &n);
    out->nets = arena_take(l->a, n * sizeof *out->nets + 1);
    for (size_t i = 0; i < n; i++) {
        if (net_read(items[i].text, &out->nets[i]))
            continue;
        ok = false;
        yaml_error(l->faults, &items[i],
                   "'%.*s' is no range of addresses: write one such as 192.0.2.0/24 or "
                   "2001:db8::/32, with nothing set behind the prefix",
                   STR_ARG(items[i].text));
    }
    struct names names = load_names(l, texts);
    out->kind = COND_NET;
    out->texts = names.list;
    out->ntexts = names.n;
    return ok && n > 0;
}

/* ---- rules that nobody wrote as such ---- */

/* For no source yet; NULL when there are too many rules. */
static struct rule *add_rule(struct loader *l, const struct yaml_node *at, const char *title)
{
    static const struct yaml_node empty = { .kind = YAML_MAP };
    if (l->nrules == RULES_MAX) {
        yaml_error(l->faults, at, "a project has at most %d rules with its packs", RULES_MAX);
        return NULL;
    }
    l->rules = mem_grow(l->rules, &l->rules_room, l->nrules + 1, sizeof *l->rules);
    struct rule_draft *d = &l->rules[l->nrules++];
    *d = (struct rule_draft){ .node = &empty, .scoped = true };
    struct rule *rule = &d->rule;
    *rule = (struct rule){ .stage = STAGE_NONE, .emotion = EMOTION_NONE, .at = yaml_place(at) };
    rule->label = arena_printf(l->a, "%.*s:%u %s", STR_ARG(l->file_name), rule->at.line, title);
    rule->applies = arena_take(l->a, l->nsources * sizeof *rule->applies + 1);
    return rule;
}

/* ---- what comes too soon, what is implied ---- */

static void load_soon(struct loader *l, const struct yaml_node *soon)
{
    const struct yaml_node *after = yaml_get(soon, "after"), *of = yaml_get(soon, "touchpoints");
    if (!after || !of)
        return;
    struct rule *rule = add_rule(l, soon, "soon after the delivery");
    if (!rule)
        return;
    rule->excludes = EXCLUDED_SCANNER;
    rule->follow_up = (struct follow_up){ .kind = FOLLOW_UP_SOON };
    rule->follow_up.one = arena_keep(l->a, after->text);
    rule->follow_up.others = load_names(l, of);
    rule->follow_up.within = load_duration(l, soon, "within", 5 * SECOND, true);
}

static void load_implied(struct loader *l, const struct yaml_node *first,
                         const struct yaml_node *implied)
{
    const struct rule *like = NULL;
    for (size_t i = 0; i < l->nrules && !like; i++)
        if (str_eq(l->rules[i].rule.name, implied->text))
            like = &l->rules[i].rule;
    if (str_eq(first->text, implied->text))
        yaml_error(l->faults, implied, "a touchpoint cannot imply itself");
    if (!like || str_eq(first->text, implied->text))
        return;
    struct rule meaning = *like;
    struct rule *rule =
        add_rule(l, implied, arena_printf(l->a, "implied by %.*s", STR_ARG(first->text)).p);
    if (!rule)
        return;
    rule->name = meaning.name;
    rule->stage = meaning.stage;
    rule->company = meaning.company;
    rule->emotion = meaning.emotion;
    rule->pain = meaning.pain;
    rule->awaits = meaning.awaits;
    rule->follow_up = (struct follow_up){ .kind = FOLLOW_UP_IMPLIED, .one = rule->name };
    rule->follow_up.others.list = arena_take(l->a, sizeof(struct str));
    rule->follow_up.others.list[0] = arena_keep(l->a, first->text);
    rule->follow_up.others.n = 1;
}

void load_follow_ups(struct loader *l, const struct yaml_node *exclude,
                     const struct yaml_node *implies)
{
    const struct yaml_node *soon = yaml_get(exclude, "soon");
    load_touchpoints(l, yaml_get(soon, "after"));
    load_touchpoints(l, yaml_get(soon, "touchpoints"));
    load_soon(l, soon);
    for (size_t i = 0; implies && i < implies->n; i++) {
        if (implies->keys[i].wrong || implies->items[i].wrong)
            continue;
        load_touchpoints(l, &implies->keys[i]);
        load_touchpoints(l, &implies->items[i]);
        load_implied(l, &implies->keys[i], &implies->items[i]);
    }
}

/* ---- staff ---- */

/* A rule that excludes staff from one source by one condition; the caller fills the condition in.
 * NULL when there are too many rules. */
static struct cond *staff_rule(struct loader *l, const struct yaml_node *list, const char *by,
                               size_t source, uint32_t field)
{
    struct rule *rule = field == FIELD_NONE ? NULL : add_rule(l, list, by);
    if (!rule)
        return NULL;
    rule->excludes = EXCLUDED_STAFF;
    rule->applies[source] = true;
    rule->conds = arena_take(l->a, sizeof *rule->conds);
    rule->nconds = 1;
    rule->conds[0] = (struct cond){ .field = field, .at = rule->at };
    rule_uses(&l->rules[l->nrules - 1], field, rule->at, false);
    return &rule->conds[0];
}

/* The field of this name, when the source knows it for certain. */
static uint32_t known_field(struct loader *l, size_t source, const char *name,
                            const struct yaml_node *at)
{
    struct str field = str_c(name);
    return source_knows(l, source, field) ? load_field(l, field, at) : FIELD_NONE;
}

/* The i-th field of the source's visitors: address, agent. */
static uint32_t visitor_field(const struct source *s, size_t i)
{
    for (size_t k = 0; k < s->nidentify; k++)
        if (s->identify[k].kind == ID_VISITOR && i < s->identify[k].nfields)
            return s->identify[k].fields[i];
    return FIELD_NONE;
}

static void staff_by_address(struct loader *l, const struct yaml_node *list, size_t source)
{
    uint32_t field = known_field(l, source, "ip", list);
    if (field == FIELD_NONE)
        field = visitor_field(&l->sources[source].source, 0);
    struct cond *c = staff_rule(l, list, "staff by address", source, field);
    if (c && !load_nets(l, list, c))
        l->rules[l->nrules - 1].broken = true;
}

/* A domain, and those below it. */
static struct str domain_pattern(struct loader *l, struct str domain)
{
    struct str p = STR("(?i)[@.]\\Q");
    return arena_printf(l->a, "%.*s%.*s\\E[>\\s]*$", STR_ARG(p), STR_ARG(domain));
}

static void staff_by_mail(struct loader *l, const struct yaml_node *list, size_t source)
{
    size_t n;
    const struct yaml_node *items = value_texts(list, &n);
    const struct source *s = &l->sources[source].source;
    for (size_t k = 0; k < s->nidentify; k++)
        for (size_t i = 0; s->identify[k].kind == ID_EMAIL && i < n; i++) {
            struct cond *c =
                staff_rule(l, &items[i], "staff by mail", source, s->identify[k].fields[0]);
            struct yaml_node text = items[i];
            text.text = domain_pattern(l, text.text);
            if (c && !(c->regex = load_regex(l, &text)))
                l->rules[l->nrules - 1].broken = true;
        }
}

static void staff_by_agent(struct loader *l, const struct yaml_node *list, size_t source)
{
    size_t n;
    const struct yaml_node *items = value_texts(list, &n);
    uint32_t field = known_field(l, source, "agent", list);
    if (field == FIELD_NONE)
        field = visitor_field(&l->sources[source].source, 1);
    for (size_t i = 0; i < n; i++) {
        struct cond *c = staff_rule(l, &items[i], "staff by agent", source, field);
        if (c && !(c->regex = load_regex(l, &items[i])))
            l->rules[l->nrules - 1].broken = true;
    }
}

static void check_domains(struct loader *l, const struct yaml_node *list)
{
    size_t n;
    const struct yaml_node *items = value_texts(list, &n);
    for (size_t i = 0; i < n; i++) {
        struct str s = items[i].text;
        bool good = s.n && s.p[0] != '.' && str_find(s, STR(".")) < s.n;
        for (size_t k = 0; k < s.n; k++)
            good = good && (s.p[k] == '.' || s.p[k] == '-' || (s.p[k] & 0x80) ||
                            (s.p[k] >= '0' && s.p[k] <= '9') ||
                            ((s.p[k] | 32) >= 'a' && (s.p[k] | 32) <= 'z'));
        if (!good)
            yaml_error(l->faults, &items[i],
                       "'%.*s' is no mail domain: write it without @, such as example.com",
                       STR_ARG(s));
    }
}

typedef void staff_fn(struct loader *l, const struct yaml_node *list, size_t source);

/* What no source can be judged by is said: else it would seem to work. */
static void add_staff(struct loader *l, const struct yaml_node *staff, const char *key,
                      staff_fn *add, const char *needs)
{
    const struct yaml_node *list = yaml_get(staff, key);
    size_t before = l->nrules, errors = l->faults->errors;
    if (!list || !list->doc)
        return;
    for (size_t s = 0; s < l->nsources && l->faults->errors == errors; s++) /* said once */
        if (l->sources[s].format && !l->sources[s].source.metrics)
            add(l, list, s);
    if (l->nrules == before && !l->incomplete && l->faults->errors == 0)
        yaml_warning(l->faults, list, "no source has %s: nobody is found by this", needs);
}

void load_staff(struct loader *l, const struct yaml_node *exclude)
{
    const struct yaml_node *staff = yaml_get(exclude, "staff");
    check_domains(l, yaml_get(staff, "mail"));
    add_staff(l, staff, "addresses", staff_by_address, "a field 'ip', or a 'visitor'");
    add_staff(l, staff, "mail", staff_by_mail, "an identifier 'email'");
    add_staff(l, staff, "agents", staff_by_agent, "a field 'agent'");
}

/* ---- the whole ---- */

void exclude_first(struct loader *l)
{
    struct rule_draft *sorted = mem_take((l->nrules + 1) * sizeof *sorted);
    size_t n = 0;
    for (int turn = 0; turn < 3; turn++)
        for (size_t i = 0; i < l->nrules; i++) {
            const struct rule *rule = &l->rules[i].rule;
            int mine = rule->excludes != EXCLUDED_NOT              ? 0
                       : rule->follow_up.kind == FOLLOW_UP_IMPLIED ? 1
                                                                   : 2;
            if (mine == turn)
                sorted[n++] = l->rules[i];
        }
    if (n)
        memcpy(l->rules, sorted, n * sizeof *sorted);
    free(sorted);
}

static void drop_all(struct loader *l)
{
    size_t n = 0;
    for (size_t i = 0; i < l->nrules; i++) {
        if (l->rules[i].rule.excludes == EXCLUDED_NOT || l->rules[i].broken)
            l->rules[n++] = l->rules[i];
        else
            free(l->rules[i].uses);
    }
    l->nrules = n;
}

void load_exclude_mode(struct loader *l, const struct yaml_node *exclude)
{
    enum mode mode = mode_of(exclude);
    if (mode == MODE_OFF)
        drop_all(l);
    for (size_t i = 0; i < l->nrules; i++)
        if (l->rules[i].rule.excludes != EXCLUDED_NOT) {
            l->rules[i].rule.labels = mode == MODE_LABEL;
            l->plan->excludes = true;
        }
}
