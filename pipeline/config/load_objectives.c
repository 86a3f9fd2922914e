/* load_objectives.c - `objectives:` of a project. See load.h, objectives.h.
 *
 * Every name in a measure must exist, and what is said of it must be of one piece: a change needs a
 * baseline, and a due date comes after the beginning.
 */
#include <math.h>

#include "config/load.h"

const char *const objective_abouts[ABOUTS] = { "funnel", "touchpoint", "stage", "journeys" };

/* clang-format off */
const struct objective_figure objective_figures[] = {
    { ABOUT_FUNNEL, "conversion", "overall", "overall_n", FIGURE_RATE, false },
    { ABOUT_FUNNEL, "matured_conversion", "matured_overall", "matured_n", FIGURE_RATE, false },
    { ABOUT_FUNNEL, "entered", "overall_n", NULL, FIGURE_COUNT, false },
    { ABOUT_FUNNEL, "converted", "n", NULL, FIGURE_COUNT, false },
    { ABOUT_FUNNEL, "time_median", "from_entry_median", "n", FIGURE_DURATION, true },
    { ABOUT_FUNNEL, "time_p90", "from_entry_p90", "n", FIGURE_DURATION, true },
    { ABOUT_FUNNEL, "value", "value_reached", NULL, FIGURE_AMOUNT, false },
    { ABOUT_TOUCHPOINT, "events", "events", NULL, FIGURE_COUNT, false },
    { ABOUT_TOUCHPOINT, "customers", "customers", NULL, FIGURE_COUNT, false },
    { ABOUT_TOUCHPOINT, "reach", "reach", "reach_n", FIGURE_RATE, false },
    { ABOUT_TOUCHPOINT, "conversion", "conversion", "conversion_n", FIGURE_RATE, false },
    { ABOUT_TOUCHPOINT, "next_rate", "next_rate", "events", FIGURE_RATE, false },
    { ABOUT_TOUCHPOINT, "emotion_mean", "emotion_mean", "emotion_events", FIGURE_AMOUNT, false },
    { ABOUT_TOUCHPOINT, "emotion_negative_share", "emotion_negative_share", "emotion_events", FIGURE_RATE, true },
    { ABOUT_TOUCHPOINT, "pain", "pain", NULL, FIGURE_AMOUNT, true },
    { ABOUT_TOUCHPOINT, "value", "value", NULL, FIGURE_AMOUNT, false },
    { ABOUT_STAGE, "customers", "customers", NULL, FIGURE_COUNT, false },
    { ABOUT_STAGE, "entries", "entries", NULL, FIGURE_COUNT, false },
    { ABOUT_STAGE, "reach", "reach", "reach_n", FIGURE_RATE, false },
    { ABOUT_STAGE, "conversion", "conversion", "conversion_n", FIGURE_RATE, false },
    { ABOUT_STAGE, "to_next", "to_next", "journeys", FIGURE_RATE, false },
    { ABOUT_STAGE, "forward_rate", "forward_rate", "entries", FIGURE_RATE, false },
    { ABOUT_STAGE, "skip_rate", "skip_rate", "forward", FIGURE_RATE, true },
    { ABOUT_STAGE, "back_rate", "back_rate", "entries", FIGURE_RATE, true },
    { ABOUT_STAGE, "exit_rate", "exit_rate", "entries", FIGURE_RATE, true },
    { ABOUT_STAGE, "dwell_median", "dwell_median", "entries", FIGURE_DURATION, true },
    { ABOUT_STAGE, "emotion_mean", "emotion_mean", "emotion_customers", FIGURE_AMOUNT, false },
    { ABOUT_STAGE, "emotion_negative_share", "emotion_negative_share", "emotion_customers", FIGURE_RATE, true },
    { ABOUT_STAGE, "pain", "pain", NULL, FIGURE_AMOUNT, true },
    { ABOUT_STAGE, "value", "value", NULL, FIGURE_AMOUNT, false },
    { ABOUT_JOURNEYS, "conversion", "conversion", NULL, FIGURE_RATE, false },
    { ABOUT_JOURNEYS, "journeys", "journeys", NULL, FIGURE_COUNT, false },
    { ABOUT_JOURNEYS, "converted", "converted", NULL, FIGURE_COUNT, false },
    { ABOUT_JOURNEYS, "customers", "customers", NULL, FIGURE_COUNT, false },
    { ABOUT_JOURNEYS, "duration_median", "duration_median", NULL, FIGURE_DURATION, true },
    { ABOUT_JOURNEYS, "time_to_goal_median", "time_to_goal_median", NULL, FIGURE_DURATION, true },
    { .name = NULL },
};
/* clang-format on */

/* ---- the measure ---- */

/* funnel.NAME.FIGURE, journeys.FIGURE: names may hold dots, the first and the last part do not. */
struct measure_name {
    struct str about, of, figure;
    size_t of_at, figure_at; /* bytes of the text */
};

static struct measure_name split_measure(struct str text)
{
    struct measure_name m = { .about = text };
    size_t first = 0, last = text.n;
    while (first < text.n && text.p[first] != '.')
        first++;
    while (last > first && (last == text.n || text.p[last] != '.'))
        last--;
    if (first == text.n)
        return m;
    m.about.n = first;
    m.of_at = first + 1;
    m.figure_at = last + 1;
    m.figure = str_from(text, m.figure_at);
    if (last > first)
        m.of = (struct str){ text.p + m.of_at, last - m.of_at };
    return m;
}

static void measure_fault(struct loader *l, const struct yaml_node *measure, size_t at,
                          const char *what, struct str name, const struct str *names, size_t n)
{
    struct str hint = did_you_mean(name, names, n, &l->scratch);
    faults_add(l->faults, FAULT_ERROR, yaml_place_in(measure, at), "%s '%.*s'%.*s", what,
               STR_ARG(name), STR_ARG(hint));
}

static bool find_about(struct loader *l, const struct yaml_node *measure, struct str name,
                       enum objective_about *about)
{
    struct str names[ABOUTS];
    for (size_t i = 0; i < ABOUTS; i++) {
        names[i] = str_c(objective_abouts[i]);
        if (!str_eq(name, names[i]))
            continue;
        *about = (enum objective_about)i;
        return true;
    }
    measure_fault(l, measure, 0, "a measure begins with what it is about; there is no", name, names,
                  ABOUTS);
    return false;
}

static bool find_of(struct loader *l, const struct yaml_node *measure, enum objective_about about,
                    const struct measure_name *m)
{
    const struct plan *plan = l->plan;
    size_t n = 0;
    struct str *names;
    if (about == ABOUT_JOURNEYS || (about == ABOUT_TOUCHPOINT && some_rule_gives(l, m->of)))
        return true;
    if (about == ABOUT_TOUCHPOINT) {
        names = fixed_names(l, &n);
    } else {
        size_t room = about == ABOUT_FUNNEL ? plan->nfunnels : plan->nstages;
        names = arena_take(&l->scratch, room * sizeof *names + 1);
        for (; n < room; n++)
            names[n] = about == ABOUT_FUNNEL ? plan->funnels[n].name : plan->stages[n];
    }
    if (str_in(m->of, names, n) || l->incomplete)
        return true;
    measure_fault(l, measure, m->of_at,
                  about == ABOUT_FUNNEL       ? "there is no funnel"
                  : about == ABOUT_TOUCHPOINT ? "no rule gives the touchpoint"
                                              : "there is no stage",
                  m->of, names, n);
    return false;
}

static const struct objective_figure *find_figure(struct loader *l, const struct yaml_node *measure,
                                                  enum objective_about about,
                                                  const struct measure_name *m)
{
    struct str names[sizeof objective_figures / sizeof *objective_figures];
    size_t n = 0;
    for (const struct objective_figure *f = objective_figures; f->name; f++) {
        if (f->about != about)
            continue;
        if (str_eq(m->figure, str_c(f->name)))
            return f;
        names[n++] = str_c(f->name);
    }
    char what[80];
    snprintf(what, sizeof what, "an objective about %s cannot be measured by",
             about == ABOUT_JOURNEYS     ? "journeys"
             : about == ABOUT_FUNNEL     ? "a funnel"
             : about == ABOUT_TOUCHPOINT ? "a touchpoint"
                                         : "a stage");
    measure_fault(l, measure, m->figure_at, what, m->figure, names, n);
    return NULL;
}

static void load_measure(struct loader *l, const struct yaml_node *measure, struct objective *o)
{
    struct measure_name m = split_measure(measure->text);
    enum objective_about about;
    if (!find_about(l, measure, m.about, &about))
        return;
    if (!m.figure.n || !m.of.n != (about == ABOUT_JOURNEYS)) {
        yaml_error(l->faults, measure, "'%.*s' is no measure such as %s", STR_ARG(measure->text),
                   about == ABOUT_JOURNEYS     ? "journeys.conversion"
                   : about == ABOUT_FUNNEL     ? "funnel.checkout.conversion"
                   : about == ABOUT_TOUCHPOINT ? "touchpoint.cart.reach"
                                               : "stage.purchase.exit_rate");
        return;
    }
    bool known = find_of(l, measure, about, &m);
    const struct objective_figure *figure = find_figure(l, measure, about, &m);
    o->figure = known ? figure : NULL;
    o->of = arena_keep(l->a, m.of);
    if (o->figure && about == ABOUT_FUNNEL && str_eq(m.figure, STR("matured_conversion")))
        for (size_t i = 0; i < l->plan->nfunnels; i++)
            if (str_eq(l->plan->funnels[i].name, m.of) && l->plan->funnels[i].window == INT64_MAX)
                yaml_error(l->faults, measure,
                           "the funnel '%.*s' has no window: nothing in it matures", STR_ARG(m.of));
}

/* ---- target and dates ---- */

static void load_target(struct loader *l, const struct yaml_node *target, struct objective *o)
{
    struct str s = target->text;
    bool percent = s.n && s.p[s.n - 1] == '%';
    double x;
    if (percent)
        s.n--;
    bool signs = s.n && (s.p[0] == '+' || (percent && s.p[0] == '-'));
    if (!s.n || !str_number(s, &x) || !isfinite(x) || signs != percent) {
        yaml_error(l->faults, target, "'target' must be a number or a change such as +15%%");
        return;
    }
    if (percent && isnan(o->baseline)) {
        yaml_error(l->faults, target, "a change needs a 'baseline' that it is a change of");
        return;
    }
    o->target = percent ? o->baseline + fabs(o->baseline) * x / 100 : x;
    if (!isnan(o->baseline) && !(o->target < o->baseline) && !(o->target > o->baseline))
        yaml_error(l->faults, target, "the target is the baseline: nothing is to be reached");
    if (!isnan(o->baseline))
        o->lower = o->target < o->baseline;
}

/* A rate is between 0 and 1: 15 for 15 % is a mistake that nobody would see in a table. */
static void check_rate(struct loader *l, const struct yaml_node *node, const struct objective *o,
                       double x)
{
    if (node && o->figure && o->figure->kind == FIGURE_RATE && (x < 0 || x > 1))
        yaml_error(l->faults, node, "%s is no rate: write 0.15 for 15 %%",
                   node->text.p[node->text.n - 1] == '%' ? "what that comes to" : "this");
}

static int64_t load_day(struct loader *l, const struct yaml_node *objective, const char *key)
{
    const struct yaml_node *day = yaml_get(objective, key);
    int64_t t;
    if (!day)
        return TIME_NONE;
    if (time_argument(day->text, l->plan->zone, &t))
        return t;
    yaml_error(l->faults, day, "'%s' must be a date such as 2027-05-01", key);
    return TIME_NONE;
}

static void load_dates(struct loader *l, const struct yaml_node *objective, struct objective *o)
{
    const struct yaml_node *due = yaml_get(objective, "due");
    o->since = load_day(l, objective, "since");
    o->due = load_day(l, objective, "due");
    if (o->due != TIME_NONE) {
        o->due = zone_next_day(l->plan->zone, o->due);
        o->due_day = arena_keep(l->a, due->text);
    }
    if (o->due != TIME_NONE && o->since >= o->due)
        yaml_error(l->faults, due, "'due' must be after 'since'");
}

static struct str kept_text(struct loader *l, const struct yaml_node *node)
{
    return node ? arena_keep(l->a, node->text) : STR("");
}

void load_objectives(struct loader *l, const struct yaml_node *list)
{
    struct objective *all = arena_take(l->a, (list ? list->n : 0) * sizeof *all + 1);
    size_t n = 0;
    for (size_t i = 0; list && i < list->n; i++) {
        const struct yaml_node *node = &list->items[i];
        const struct yaml_node *name = yaml_get(node, "name"), *target = yaml_get(node, "target");
        const struct yaml_node *measure = yaml_get(node, "measure");
        const struct yaml_node *baseline = yaml_get(node, "baseline");
        struct objective *o = &all[n++];
        *o = (struct objective){ .name = kept_text(l, name),
                                 .owner = kept_text(l, yaml_get(node, "owner")),
                                 .measure = kept_text(l, measure),
                                 .baseline = baseline ? value_number(baseline) : NAN,
                                 .target = NAN };
        for (size_t k = 0; name && k + 1 < n; k++)
            if (str_eq(all[k].name, o->name))
                yaml_error(l->faults, name, "another objective is called '%.*s', too",
                           STR_ARG(o->name));
        if (measure)
            load_measure(l, measure, o);
        o->lower = o->figure && o->figure->lower;
        if (target)
            load_target(l, target, o);
        check_rate(l, baseline, o, o->baseline);
        check_rate(l, target, o, o->target);
        load_dates(l, node, o);
    }
    l->plan->objectives = all;
    l->plan->nobjectives = n;
}
