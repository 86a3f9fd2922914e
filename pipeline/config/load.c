/* load.c - plan_load(): the order of the steps, and the keys at the top of a project. See load.h.
 */
#include "config/load.h"

#include <glib.h>
#include <stdlib.h>

void *load_keep(struct loader *l, const void *items, size_t n, size_t size)
{
    void *copy = arena_take(l->a, n * size + 1);
    if (n)
        memcpy(copy, items, n * size);
    return copy;
}

struct names load_names(struct loader *l, const struct yaml_node *texts)
{
    struct names names = { NULL, 0 };
    const struct yaml_node *items = value_texts(texts, &names.n);
    names.list = arena_take(l->a, names.n * sizeof *names.list + 1);
    for (size_t i = 0; i < names.n; i++)
        names.list[i] = arena_keep(l->a, items[i].text);
    return names;
}

uint32_t load_field(struct loader *l, struct str name, const struct yaml_node *at)
{
    uint32_t known = intern_find(&l->fields, name);
    if (known != INTERN_NONE)
        return known < FIELDS_MAX ? known : FIELD_NONE;
    uint32_t number = intern_add(&l->fields, name);
    if (number == FIELDS_MAX)
        yaml_error(l->faults, at, "the project names more than %d fields", FIELDS_MAX);
    return number < FIELDS_MAX ? number : FIELD_NONE;
}

const struct zone *load_zone(struct loader *l, const struct yaml_node *name)
{
    struct plan_owned *o = l->plan->owned;
    for (size_t i = 0; i < o->nzones; i++)
        if (str_eq(o->zone_names[i], name->text))
            return o->zones[i];
    struct zone *z = zone_new(name->text);
    if (!z) {
        yaml_error(l->faults, name,
                   "there is no time zone '%.*s'; write one such as Europe/Berlin, UTC or +02:00",
                   STR_ARG(name->text));
        return NULL;
    }
    o->zones = mem_grow(o->zones, &o->zones_room, o->nzones + 1, sizeof *o->zones);
    o->zone_names =
        mem_grow(o->zone_names, &o->zone_names_room, o->nzones + 1, sizeof *o->zone_names);
    o->zones[o->nzones] = z;
    o->zone_names[o->nzones++] = arena_keep(l->a, name->text);
    return z;
}

static void pattern_fault(struct loader *l, const struct yaml_node *text,
                          const struct regex_fault *fault)
{
    faults_add(l->faults, FAULT_ERROR, yaml_place_in(text, fault->offset), "%s", fault->text);
}

const struct regex *load_regex(struct loader *l, const struct yaml_node *text)
{
    struct plan_owned *o = l->plan->owned;
    uint32_t known = intern_find(&l->patterns, text->text);
    if (known != INTERN_NONE)
        return o->regexes[known];
    struct regex_fault fault = { 0 };
    struct regex *r = regex_new(text->text, l->plan->grok, &fault);
    if (!r) {
        pattern_fault(l, text, &fault);
        return NULL;
    }
    intern_add(&l->patterns, text->text);
    o->regexes = mem_grow(o->regexes, &o->regexes_room, o->nregexes + 1, sizeof *o->regexes);
    o->regexes[o->nregexes++] = r;
    return r;
}

const struct layout *load_layout(struct loader *l, const struct yaml_node *text, bool regex,
                                 bool trailing)
{
    struct regex_fault fault = { 0 };
    struct layout *layout = arena_take(l->a, sizeof *layout);
    struct str pattern = arena_keep(l->a, text->text);
    bool ok = regex ? layout_compile_regex(pattern, l->plan->grok, l->a, layout, &fault)
                    : layout_compile(pattern, l->a, layout, &fault);
    if (!ok) {
        pattern_fault(l, text, &fault);
        return NULL;
    }
    layout->trailing = trailing;
    struct plan_owned *o = l->plan->owned;
    o->layouts = mem_grow(o->layouts, &o->layouts_room, o->nlayouts + 1, sizeof *o->layouts);
    o->layouts[o->nlayouts++] = layout;
    return layout;
}

/* ---- the top of the project ---- */

static struct str file_stem(struct str path, struct arena *a)
{
    char *name = g_path_get_basename(path.p);
    struct str stem = arena_keep(a, str_c(name));
    g_free(name);
    size_t dot = str_find(stem, STR(".yaml"));
    return dot && dot + 5 == stem.n ? arena_keep(a, str_head(stem, dot)) : stem;
}

static struct str text_of(struct loader *l, const struct yaml_node *map, const char *key,
                          struct str otherwise)
{
    const struct yaml_node *node = yaml_get(map, key);
    return node ? arena_keep(l->a, node->text) : otherwise;
}

static void load_stages(struct loader *l, const struct yaml_node *node)
{
    static const char *const six[] = { "motivation", "awareness", "consideration",
                                       "purchase",   "retention", "advocacy" };
    struct plan *p = l->plan;
    if (!node) {
        p->nstages = sizeof six / sizeof *six;
        p->stages = arena_take(l->a, p->nstages * sizeof *p->stages);
        for (size_t i = 0; i < p->nstages; i++)
            p->stages[i] = str_c(six[i]);
        return;
    }
    struct names names = load_names(l, node);
    const struct yaml_node *items = value_texts(node, &names.n);
    if (names.n > STAGES_MAX) {
        yaml_error(l->faults, node, "a project has at most %d stages, not %zu", STAGES_MAX,
                   names.n);
        names.n = STAGES_MAX;
    }
    for (size_t i = 0; i < names.n; i++) {
        if (str_in(names.list[i], names.list, i))
            yaml_error(l->faults, &items[i], "the stage '%.*s' stands twice",
                       STR_ARG(names.list[i]));
        if (str_trim(names.list[i]).n == 0)
            yaml_error(l->faults, &items[i], "a stage needs a name");
        if (str_eq(names.list[i], STR("(none)")))
            yaml_error(l->faults, &items[i],
                       "'(none)' means something else in reports; name it otherwise");
    }
    p->stages = names.list;
    p->nstages = names.n;
}

static void load_head(struct loader *l, const struct yaml_node *project)
{
    struct plan *p = l->plan;
    p->name = text_of(l, project, "project", file_stem(p->file, l->a));
    p->currency = text_of(l, project, "currency", STR(""));
    const struct yaml_node *zone = yaml_get(project, "timezone");
    p->zone = zone ? load_zone(l, zone) : NULL;
    if (!p->zone) {
        struct yaml_node utc = { .kind = YAML_TEXT, .text = STR("UTC"), .doc = project->doc };
        p->zone = load_zone(l, &utc);
    }
    load_stages(l, yaml_get(project, "stages"));
    load_identity(l, yaml_get(project, "identity"));
    load_accounts(l, yaml_get(project, "accounts"));
}

/* NULL when it is none, which was said. */
static const struct yaml_node *read_pack(struct loader *l, const struct yaml_node *name,
                                         struct str *seen, size_t nseen)
{
    if (str_in(name->text, seen, nseen)) {
        yaml_error(l->faults, name, "the pack '%.*s' is included twice", STR_ARG(name->text));
        return NULL;
    }
    const char *path = find_rules_file(l, name, "", "pack");
    struct yaml_node *pack = path ? yaml_read(path, str_c(path), name, l->a, l->faults) : NULL;
    if (pack && keys_check(pack, &pack_keys, l->faults))
        return pack;
    l->incomplete = true;
    return NULL;
}

/* Packs before sources: what they say of channels makes fields. */
static struct enrich_nodes read_packs(struct loader *l, const struct yaml_node *project)
{
    size_t n;
    const struct yaml_node *items = value_texts(yaml_get(project, "include"), &n);
    struct str *seen = arena_take(&l->scratch, n * sizeof *seen + 1);
    struct enrich_nodes files = { arena_take(&l->scratch, (n + 1) * sizeof *files.list), n + 1 };
    files.list[0] = project;
    for (size_t i = 0; i < n; i++) {
        files.list[i + 1] = read_pack(l, &items[i], seen, i);
        seen[i] = items[i].text;
    }
    return files;
}

static void load_packs(struct loader *l, const struct yaml_node *include,
                       const struct enrich_nodes *files)
{
    size_t n;
    const struct yaml_node *items = value_texts(include, &n);
    for (size_t i = 0; i < n; i++)
        if (files->list[i + 1])
            load_rules(l, yaml_get(files->list[i + 1], "rules"), arena_keep(l->a, items[i].text),
                       yaml_get(files->list[i + 1], "format"));
}

/* The drafts become the plan's lists. Rules keep their order: a rule with a fault has its number,
 * too, though no plan with a fault is ever handed over. */
static void finish(struct loader *l)
{
    struct plan *p = l->plan;
    for (size_t i = 0; i < l->nsources; i++)
        bind_source(l, i);
    p->nfields = l->fields.n < FIELDS_MAX ? l->fields.n : FIELDS_MAX;
    p->fields = arena_take(l->a, p->nfields * sizeof *p->fields + 1);
    for (size_t i = 0; i < p->nfields; i++)
        p->fields[i] = arena_keep(l->a, intern_text(&l->fields, (uint32_t)i));
    for (size_t i = 0; i < l->nsources; i++) {
        number_columns(l, &l->sources[i]);
        bind_masks(l, &l->sources[i]);
    }
    p->sources = arena_take(l->a, l->nsources * sizeof *p->sources + 1);
    p->nsources = l->nsources;
    for (size_t i = 0; i < l->nsources; i++)
        p->sources[i] = l->sources[i].source;
    p->rules = arena_take(l->a, l->nrules * sizeof *p->rules + 1);
    p->nrules = l->nrules;
    for (size_t i = 0; i < l->nrules; i++)
        p->rules[i] = l->rules[i].rule;
}

static void load_project(struct loader *l, struct yaml_node *project)
{
    if (!keys_check(project, &project_keys, l->faults))
        l->incomplete = true;
    if (project->kind != YAML_MAP)
        return;
    load_head(l, project);
    load_grok(l);
    struct enrich_nodes files = read_packs(l, project);
    load_enrichment(l, &files);
    load_sources(l, yaml_get(project, "sources"));
    l->incomplete |= yaml_key(project, "rules") && !yaml_get(project, "rules");
    l->incomplete |= yaml_key(project, "include") && !yaml_get(project, "include");
    char *base = g_path_get_basename(l->plan->file.p);
    l->file_name = arena_keep(l->a, str_c(base));
    g_free(base);
    load_rules(l, yaml_get(project, "rules"), l->file_name, NULL);
    load_staff(l, yaml_get(project, "exclude"));
    load_packs(l, yaml_get(project, "include"), &files);
    load_follow_ups(l, yaml_get(project, "exclude"), yaml_get(project, "implies"));
    load_exclude_mode(l, yaml_get(project, "exclude"));
    bool people = false;
    for (size_t i = 0; i < l->nsources; i++)
        people |= !l->sources[i].source.metrics;
    if (l->nrules == 0 && people && !l->incomplete && l->faults->errors == 0)
        yaml_error(l->faults, project, "a project needs 'rules', or packs of rules in 'include'");
    scope_rules(l);
    exclude_first(l);
    check_stages(l);
    load_segments(l, project);
    load_journey(l, project);
    load_paths(l, yaml_get(project, "paths"));
    load_flows(l, project);
    check_funnel_words(l, project);
    warn_of_shadowed(l);
    finish(l);
}

struct plan *plan_load(const char *file, const char *rules_dir, struct faults *faults)
{
    size_t errors_before = faults->errors;
    struct plan *p = mem_zero(1, sizeof *p);
    p->owned = mem_zero(1, sizeof *p->owned);
    p->file = arena_keep(&p->arena, str_c(file));
    char *dir = g_path_get_dirname(file);
    p->dir = arena_keep(&p->arena, str_c(dir));
    g_free(dir);
    p->grok = grok_new();
    struct loader l = { .plan = p, .a = &p->arena, .faults = faults, .rules_dir = rules_dir };
    struct yaml_node *project = yaml_read(file, p->file, NULL, l.a, faults);
    if (project)
        load_project(&l, project);
    intern_free(&l.fields);
    intern_free(&l.patterns);
    for (size_t i = 0; i < l.nformats; i++) {
        free(l.formats[i]->makers);
        free(l.formats[i]->known);
        free(l.formats[i]->lookups);
    }
    free(l.formats);
    for (size_t i = 0; i < l.nrules; i++)
        free(l.rules[i].uses);
    free(l.rules);
    arena_free(&l.scratch);
    if (faults->errors == errors_before)
        return p;
    plan_free(p);
    return NULL;
}

void plan_free(struct plan *plan)
{
    if (!plan)
        return;
    struct plan_owned *o = plan->owned;
    for (size_t i = 0; i < o->nregexes; i++)
        regex_free(o->regexes[i]);
    for (size_t i = 0; i < o->nlayouts; i++)
        layout_free(o->layouts[i]);
    for (size_t i = 0; i < o->nzones; i++)
        zone_free(o->zones[i]);
    calendar_free(plan->flows.calendar);
    channel_rules_free(&plan->channels);
    free(o->regexes);
    free(o->layouts);
    free(o->zones);
    free(o->zone_names);
    free(o);
    grok_free(plan->grok);
    arena_free(&plan->arena);
    free(plan);
}
