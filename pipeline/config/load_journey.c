/* load_journey.c - journey, session, state, privacy, and whether the touchpoints that they
 * name exist. See load.h.
 */
#include <stdlib.h>

#include "base/size.h"
#include "config/load.h"

/* ---- touchpoints by name ---- */

struct str *fixed_names(struct loader *l, size_t *n)
{
    struct intern seen = { 0 };
    for (size_t i = 0; i < l->nrules; i++)
        if (l->rules[i].rule.name.n)
            intern_add(&seen, l->rules[i].rule.name);
    struct str *names = arena_take(&l->scratch, seen.n * sizeof *names + 1);
    *n = seen.n;
    for (uint32_t i = 0; i < seen.n; i++)
        names[i] = arena_keep(&l->scratch, intern_text(&seen, i));
    intern_free(&seen);
    return names;
}

bool some_rule_gives(const struct loader *l, struct str name)
{
    for (size_t i = 0; i < l->nrules; i++)
        if (template_gives(&l->rules[i].rule.touchpoint, name))
            return true;
    return false;
}

struct names load_touchpoints(struct loader *l, const struct yaml_node *texts)
{
    size_t n, names_n;
    const struct yaml_node *items = value_texts(texts, &n);
    for (size_t i = 0; i < n && !l->incomplete; i++) {
        if (some_rule_gives(l, items[i].text))
            continue;
        struct str *names = fixed_names(l, &names_n);
        struct str hint = did_you_mean(items[i].text, names, names_n, &l->scratch);
        yaml_error(l->faults, &items[i], "no rule gives the touchpoint '%.*s'%.*s",
                   STR_ARG(items[i].text), STR_ARG(hint));
    }
    return load_names(l, texts);
}

void check_stages(struct loader *l)
{
    struct intern seen = { 0 };
    size_t *first = mem_zero(l->nrules + 1, sizeof *first);
    for (size_t i = 0; i < l->nrules; i++) {
        const struct rule *rule = &l->rules[i].rule;
        if (rule->name.n == 0 || rule->stage == STAGE_NONE)
            continue;
        uint32_t known = seen.n, number = intern_add(&seen, rule->name);
        const struct rule *before = &l->rules[first[number]].rule;
        if (number == known)
            first[number] = i;
        else if (before->stage != rule->stage)
            yaml_error(l->faults, yaml_get(l->rules[i].node, "stage"),
                       "the touchpoint '%.*s' is in stage '%.*s' already (%.*s:%u)",
                       STR_ARG(rule->name), STR_ARG(l->plan->stages[before->stage]),
                       STR_ARG(before->at.file), before->at.line);
    }
    size_t n;
    fixed_names(l, &n);
    if (n > TOUCHPOINTS_MAX)
        yaml_error(l->faults, l->rules[0].node, "rules give more than %d touchpoints: %zu",
                   TOUCHPOINTS_MAX, n);
    free(first);
    intern_free(&seen);
}

/* ---- journey and session ---- */

int64_t load_duration(struct loader *l, const struct yaml_node *map, const char *key,
                      int64_t otherwise, bool zero_is_good)
{
    const struct yaml_node *node = yaml_get(map, key);
    int64_t micros = node ? value_duration(node) : otherwise;
    if (micros < 0 || (micros == 0 && !zero_is_good))
        yaml_error(l->faults, node, "'%s' must be longer than nothing", key);
    return micros;
}

static void load_state(struct loader *l, const struct yaml_node *state)
{
    const struct yaml_node *folder = yaml_get(state, "folder"), *keep;
    struct state_rules *rules = &l->plan->state;
    keep = yaml_get(state, "keep_reports");
    rules->late = load_duration(l, state, "late", 3 * DAY, true);
    rules->keep = keep ? (int64_t)value_number(keep) : 0;
    const struct yaml_node *age = yaml_get(state, "keep");
    rules->limited = age;
    if (age && !ago_parse(age->text, &rules->max_age))
        yaml_error(l->faults, age,
                   "'%.*s' is no length of time by the calendar, such as 400d, 60w, 25mo or 2y",
                   STR_ARG(age->text));
    if (!folder)
        return;
    if (!folder->text.n)
        yaml_error(l->faults, folder, "'folder' must name a folder");
    rules->folder = str_starts(folder->text, STR("/"))
                        ? arena_keep(l->a, folder->text)
                        : arena_printf(l->a, "%s/%.*s", l->plan->dir.p, STR_ARG(folder->text));
}

static void load_memory(struct loader *l, const struct yaml_node *memory)
{
    if (memory && !size_parse(memory->text, &l->plan->memory))
        yaml_error(l->faults, memory, "'%.*s' is no size such as 2G or 500M, from 64K on",
                   STR_ARG(memory->text));
}

/* The path of a list of people, below the project's folder; empty when there is none. */
static struct str list_path(struct loader *l, const struct yaml_node *privacy, const char *key)
{
    const struct yaml_node *list = yaml_get(privacy, key);
    if (list && !list->text.n)
        yaml_error(l->faults, list, "'%s' must name a file", key);
    if (!list || !list->text.n)
        return (struct str){ "", 0 };
    return str_starts(list->text, STR("/"))
               ? arena_keep(l->a, list->text)
               : arena_printf(l->a, "%s/%.*s", l->plan->dir.p, STR_ARG(list->text));
}

static void load_privacy(struct loader *l, const struct yaml_node *privacy)
{
    const struct yaml_node *cell = yaml_get(privacy, "min_cell");
    l->plan->privacy.suppress = list_path(l, privacy, "suppress");
    l->plan->privacy.consent = list_path(l, privacy, "consent");
    l->plan->privacy.min_cell = cell ? (int64_t)value_number(cell) : 0;
}

/* A project with metrics wants their table. */
static void ask_for_metrics(struct loader *l)
{
    bool any = false;
    for (size_t i = 0; i < l->nsources; i++)
        any |= l->sources[i].source.metrics != NULL;
    if (!any)
        return;
    struct names *tables = &l->plan->tables;
    struct str *list = arena_take(l->a, (tables->n + 1) * sizeof *list);
    for (size_t i = 0; i < tables->n; i++)
        list[i] = tables->list[i];
    list[tables->n++] = STR("metrics");
    tables->list = list;
}

void load_journey(struct loader *l, const struct yaml_node *project)
{
    const int64_t minute = 60 * SECOND;
    const struct yaml_node *journey = yaml_get(project, "journey");
    struct journey_rules *j = &l->plan->journey;
    j->goal = load_touchpoints(l, yaml_get(journey, "goal"));
    j->close = load_touchpoints(l, yaml_get(journey, "close"));
    j->first = load_touchpoints(l, yaml_get(journey, "first"));
    j->inactivity = load_duration(l, journey, "inactivity", 90 * DAY, false);
    j->grace = load_duration(l, journey, "grace", 0, true);
    const struct yaml_node *session = yaml_get(project, "session");
    struct session_rules *s = &l->plan->session;
    const struct yaml_node *campaign = yaml_get(session, "campaign");
    s->timeout = load_duration(l, session, "timeout", 30 * minute, false);
    s->max = load_duration(l, session, "max", DAY, false);
    s->campaign = !campaign || value_flag(campaign);
    const struct yaml_node *midnight = yaml_get(session, "midnight");
    s->midnight = midnight && value_flag(midnight);
    s->boundary = load_touchpoints(l, yaml_get(session, "boundary"));
    load_state(l, yaml_get(project, "state"));
    load_memory(l, yaml_get(project, "memory"));
    load_privacy(l, yaml_get(project, "privacy"));
    s->pings = load_touchpoints(l, yaml_get(session, "pings"));
    s->heartbeat = load_duration(l, session, "heartbeat", 10 * SECOND, false);
    s->min_visit = load_duration(l, session, "min_visit", 5 * SECOND, true);
    const struct yaml_node *funnels = yaml_get(project, "funnels");
    l->plan->tables = load_names(l, yaml_get(project, "tables"));
    ask_for_metrics(l);
    load_funnels(l, funnels);
    load_objectives(l, yaml_get(project, "objectives"));
    load_annotations(l, yaml_get(project, "annotations"));
}
