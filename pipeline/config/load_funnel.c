/* load_funnel.c - `funnels:` of a project: steps, what must not come between, what is counted. See
 * load.h and struct funnel in plan.h.
 */
#include <string.h>

#include "config/load.h"

/* Which of the texts that end with NULL; 0 when there is no node. */
static size_t choice_of(const struct yaml_node *node, const char *const *texts)
{
    for (size_t i = 0; node && texts[i]; i++)
        if (str_eq(node->text, str_c(texts[i])))
            return i;
    return 0;
}

static struct str joined(struct loader *l, const struct names *names)
{
    struct str all = { 0 };
    for (size_t i = 0; i < names->n; i++)
        all = arena_printf(&l->plan->arena, "%.*s%s%.*s", STR_ARG(all), i ? " or " : "",
                           STR_ARG(names->list[i]));
    return all;
}

/* ---- steps ---- */

static void load_step(struct loader *l, const struct yaml_node *node, struct funnel_step *step)
{
    bool map = node->kind == YAML_MAP;
    const struct yaml_node *name = yaml_get(node, "name"), *optional = yaml_get(node, "optional");
    step->any_of = load_touchpoints(l, map ? yaml_get(node, "any_of") : node);
    step->name = name ? arena_keep(&l->plan->arena, name->text) : joined(l, &step->any_of);
    step->optional = optional && value_flag(optional);
    step->min_gap = load_duration(l, node, "min_gap", 0, true);
    step->max_gap = load_duration(l, node, "max_gap", INT64_MAX, true);
    if (step->min_gap > step->max_gap)
        yaml_error(l->faults, yaml_get(node, "min_gap"), "'min_gap' is longer than 'max_gap'");
}

static void check_step(struct loader *l, const struct funnel *f, size_t i,
                       const struct yaml_node *node)
{
    const struct funnel_step *step = &f->steps[i];
    bool gaps = step->min_gap > 0 || step->max_gap != INT64_MAX;
    for (size_t k = 0; k < i; k++)
        if (step->name.n && str_eq(f->steps[k].name, step->name))
            yaml_error(l->faults, node, "two steps are called '%.*s'; give one of them a 'name'",
                       STR_ARG(step->name));
    if (i == 0 && step->optional)
        yaml_error(l->faults, yaml_key(node, "optional"), "the first step cannot be optional");
    if (i == 0 && gaps)
        yaml_error(l->faults, node,
                   "the first step has none before it: no 'min_gap', no 'max_gap'");
    if (f->order != FUNNEL_ANY)
        return;
    if (gaps)
        yaml_error(l->faults, node, "in 'order: any' there is no step before: no gaps");
    if (step->optional)
        yaml_error(l->faults, yaml_key(node, "optional"), "in 'order: any' no step is optional");
}

static void load_steps(struct loader *l, const struct yaml_node *steps, struct funnel *f)
{
    size_t n;
    const struct yaml_node *items = value_texts(steps, &n);
    if (steps && n < 2)
        yaml_error(l->faults, steps, "a funnel needs at least two steps");
    if (n > FUNNEL_STEPS_MAX) {
        yaml_error(l->faults, steps, "a funnel cannot have more than %d steps: %zu",
                   FUNNEL_STEPS_MAX, n);
        n = FUNNEL_STEPS_MAX;
    }
    f->steps = arena_take(&l->plan->arena, n * sizeof *f->steps + 1);
    size_t required = 0;
    for (; f->nsteps < n; f->nsteps++) {
        load_step(l, &items[f->nsteps], &f->steps[f->nsteps]);
        check_step(l, f, f->nsteps, &items[f->nsteps]);
        required += !f->steps[f->nsteps].optional;
    }
    if (n >= 2 && required < 2)
        yaml_error(l->faults, steps, "a funnel needs at least two steps that are not optional");
}

/* ---- what must not come between ---- */

/* The index of the required step of that name; `otherwise` when there is no node. */
static uint32_t load_bound(struct loader *l, const struct funnel *f, const struct yaml_node *node,
                           uint32_t otherwise)
{
    if (!node)
        return otherwise;
    struct str *names = arena_take(&l->scratch, f->nsteps * sizeof *names + 1);
    size_t n = 0;
    for (size_t i = 0; i < f->nsteps; i++) {
        if (str_eq(f->steps[i].name, node->text) && !f->steps[i].optional)
            return (uint32_t)i;
        if (!f->steps[i].optional)
            names[n++] = f->steps[i].name;
    }
    struct str hint = did_you_mean(node->text, names, n, &l->scratch);
    yaml_error(l->faults, node, "'%.*s' is no required step of this funnel%.*s",
               STR_ARG(node->text), STR_ARG(hint));
    return otherwise;
}

static void load_exclusion(struct loader *l, const struct yaml_node *node, const struct funnel *f,
                           struct funnel_exclusion *x)
{
    bool map = node->kind == YAML_MAP;
    const struct yaml_node *after = yaml_get(node, "after"), *before = yaml_get(node, "before");
    x->any_of = load_touchpoints(l, map ? yaml_get(node, "touchpoint") : node);
    if (f->order == FUNNEL_ANY && (after || before))
        yaml_error(l->faults, node,
                   "in 'order: any' no step is before another: a touchpoint here "
                   "ends the attempt wherever it comes");
    x->after = load_bound(l, f, after, 0);
    x->before = load_bound(l, f, before, (uint32_t)f->nsteps);
    if (x->after >= x->before && f->nsteps)
        yaml_error(l->faults, node, "'after' must name an earlier step than 'before'");
}

static void load_exclusions(struct loader *l, const struct yaml_node *node, struct funnel *f)
{
    size_t n;
    const struct yaml_node *items = value_texts(node, &n);
    if (n > FUNNEL_EXCLUSIONS_MAX) {
        yaml_error(l->faults, node, "'not_between' cannot have more than %d entries: %zu",
                   FUNNEL_EXCLUSIONS_MAX, n);
        n = FUNNEL_EXCLUSIONS_MAX;
    }
    f->exclusions = arena_take(&l->plan->arena, n * sizeof *f->exclusions + 1);
    for (; f->nexclusions < n; f->nexclusions++)
        load_exclusion(l, &items[f->nexclusions], f, &f->exclusions[f->nexclusions]);
}

/* ---- the rest ---- */

static void load_same(struct loader *l, const struct yaml_node *node, struct funnel *f)
{
    struct str names[ATTRS];
    for (size_t i = 0; i < ATTRS; i++)
        names[i] = str_c(attr_names[i]);
    size_t n;
    const struct yaml_node *items = value_texts(node, &n);
    for (size_t i = 0; i < n; i++) {
        int attr = attr_find(items[i].text);
        struct str hint = did_you_mean(items[i].text, names, ATTRS, &l->scratch);
        bool twice = false;
        for (size_t k = 0; k < f->nsame; k++)
            twice |= (int)f->same[k] == attr;
        if (attr < 0)
            yaml_error(l->faults, &items[i], "'%.*s' is no attribute%.*s", STR_ARG(items[i].text),
                       STR_ARG(hint));
        else if (twice)
            yaml_error(l->faults, &items[i], "'%.*s' stands twice", STR_ARG(items[i].text));
        else
            f->same[f->nsame++] = (enum attr)attr;
    }
}

static void load_breakdown(struct loader *l, const struct yaml_node *funnel, struct funnel *f)
{
    static const char *const places[] = { "entry", "first", "last", NULL };
    const struct yaml_node *by = yaml_get(funnel, "breakdown");
    const struct yaml_node *at = yaml_get(funnel, "breakdown_at");
    f->breakdown_at = (enum funnel_at)choice_of(at, places);
    if (at && !by)
        yaml_error(l->faults, yaml_key(funnel, "breakdown_at"),
                   "'breakdown_at' says nothing without 'breakdown'");
    if (!by)
        return;
    int attr = attr_find(by->text);
    if (attr >= 0)
        f->breakdown_attr = (enum attr)attr;
    f->breakdown = attr >= 0                          ? FUNNEL_BY_ATTRIBUTE
                   : str_eq(by->text, STR("channel")) ? FUNNEL_BY_CHANNEL
                                                      : FUNNEL_BY_SOURCE;
}

/* A unit may be in several of them: each has a row for it. */
static void load_funnel_segments(struct loader *l, const struct yaml_node *list, struct funnel *f)
{
    size_t n, segment;
    const struct yaml_node *items = value_texts(list, &n);
    f->segments = arena_take(&l->plan->arena, n * sizeof *f->segments + 1);
    for (size_t i = 0; i < n; i++) {
        bool twice = false;
        if (!plain_segment(l, &items[i], "rows of a funnel", &segment))
            continue;
        for (size_t k = 0; k < f->nsegments; k++)
            twice |= f->segments[k] == segment;
        if (twice)
            yaml_error(l->faults, &items[i], "'%.*s' stands twice", STR_ARG(items[i].text));
        else
            f->segments[f->nsegments++] = segment;
    }
}

static void load_abandoned(struct loader *l, const struct yaml_node *map, struct funnel *f)
{
    f->abandoned = (struct abandoned_rules){
        .left = load_touchpoints(l, yaml_get(map, "touchpoint")),
        .goal = load_touchpoints(l, yaml_get(map, "goal")),
        .reminder = load_touchpoints(l, yaml_get(map, "reminder")),
        .within = load_duration(l, map, "within", 7 * DAY, false),
    };
    for (size_t i = 0; i < f->abandoned.goal.n; i++)
        if (names_have(&f->abandoned.left, f->abandoned.goal.list[i]))
            yaml_error(l->faults, yaml_get(map, "goal"),
                       "'%.*s' cannot be both what is left and its goal",
                       STR_ARG(f->abandoned.goal.list[i]));
}

static void load_funnel(struct loader *l, const struct yaml_node *node, struct funnel *f)
{
    static const char *const orders[] = { "sequential", "strict", "any", NULL };
    static const char *const countings[] = { "customers", "journeys", "sessions", "totals", NULL };
    static const char *const trends[] = { "", "day", "week", "month", NULL };
    static const char *const entries[] = { "closed", "open", NULL };
    const struct yaml_node *name = yaml_get(node, "name"), *bins = yaml_get(node, "bins");
    f->at = yaml_place(node);
    f->name = name ? arena_keep(&l->plan->arena, name->text) : f->name;
    f->order = (enum funnel_order)choice_of(yaml_get(node, "order"), orders);
    f->counting = (enum funnel_counting)choice_of(yaml_get(node, "counting"), countings);
    f->trend = (enum funnel_trend)choice_of(yaml_get(node, "trend"), trends);
    f->open = choice_of(yaml_get(node, "entry"), entries) == 1;
    f->bins = bins ? (uint32_t)value_number(bins) : 0;
    f->window = load_duration(l, node, "window", INT64_MAX, false);
    if (f->open && f->order == FUNNEL_ANY)
        yaml_error(l->faults, yaml_get(node, "entry"),
                   "in 'order: any' every step is an entry already: leave out 'entry'");
    load_steps(l, yaml_get(node, "steps"), f);
    load_exclusions(l, yaml_get(node, "not_between"), f);
    load_same(l, yaml_get(node, "same"), f);
    load_breakdown(l, node, f);
    load_funnel_segments(l, yaml_get(node, "segments"), f);
    load_abandoned(l, yaml_get(node, "abandoned"), f);
}

void load_funnels(struct loader *l, const struct yaml_node *list)
{
    size_t n = list ? list->n : 0;
    struct plan *p = l->plan;
    if (n > FUNNELS_MAX) {
        yaml_error(l->faults, list, "a project cannot have more than %d funnels: %zu", FUNNELS_MAX,
                   n);
        n = FUNNELS_MAX;
    }
    p->funnels = arena_take(&p->arena, n * sizeof *p->funnels + 1);
    for (size_t i = 0; i < n; i++) {
        if (list->items[i].wrong)
            continue;
        struct funnel *f = &p->funnels[p->nfunnels++];
        load_funnel(l, &list->items[i], f);
        for (struct funnel *other = p->funnels; other < f; other++)
            if (f->name.n && str_eq(other->name, f->name))
                yaml_error(l->faults, yaml_get(&list->items[i], "name"),
                           "another funnel is called '%.*s', too", STR_ARG(f->name));
    }
}
