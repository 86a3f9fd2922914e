/* check.c - `touchpath check`: is the project right, and do its rules do what their examples say?
 *
 * An example holds when the rule is among those that take it, for at least one of the sources that
 * the rule applies to; a `not:` holds when the rule takes it for none of them.
 */
#include "base/err.h"
#include "cmd.h"
#include "ingest/ingest.h"
#include "people_lists.h"

struct check_typed {
    char *project;
    char *rules;
};

const struct option check_options[] = {
    { "project", 'p', false, OPTION_TEXT, "PROJECT.yaml", offsetof(struct check_typed, project),
      "the same as the argument, as other subcommands have it" },
    { "rules", 0, false, OPTION_TEXT, "DIR", offsetof(struct check_typed, rules),
      "the folder of formats and packs, instead of the one that was installed" },
    { 0 },
};

struct counts {
    size_t examples, rules_without;
};

static bool trial_has(const struct trial *t, size_t rule)
{
    for (size_t i = 0; i < t->nrules; i++)
        if (t->rules[i] == rule)
            return true;
    return false;
}

/* Of an example that its own rule did not take: who did, or why nobody could. best is the trial
 * that came nearest, source the one that it was for. */
static void add_untaken(const struct plan *plan, const struct example *example,
                        const struct trial *best, uint32_t source, struct faults *faults)
{
    if (best->nrules) {
        const struct rule *other = &plan->rules[best->rules[0]];
        faults_add(faults, FAULT_ERROR, example->at, "example is taken by the rule '%.*s'",
                   STR_ARG(other->label));
    } else if (best->fits) {
        faults_add(faults, FAULT_ERROR, example->at, "no rule takes this example");
    } else if (plan->sources[source].format->reader == READER_CSV && !example->nfields) {
        faults_add(faults, FAULT_ERROR, example->at,
                   "an example for CSV is written as {column: value}");
    } else {
        const struct source *s = &plan->sources[source];
        faults_add(faults, FAULT_ERROR, example->at,
                   "example does not fit the format '%.*s' of the source '%.*s'",
                   STR_ARG(s->format->name), STR_ARG(s->name));
    }
}

/* Which of two trials tells more: one that a rule took, then one that fitted its format. */
static bool tells_more(const struct trial *a, const struct trial *b)
{
    return a->nrules && !b->nrules ? true : a->fits && !b->fits;
}

static void try_example(const struct plan *plan, size_t rule, const struct example *example,
                        struct faults *faults)
{
    struct trial best = { 0 };
    uint32_t best_source = UINT32_MAX, taken_by = UINT32_MAX;
    for (uint32_t source = 0; source < plan->nsources; source++) {
        if (!plan->rules[rule].applies[source])
            continue;
        struct trial t = { 0 };
        ingest_try(plan, source, example, &t);
        if (trial_has(&t, rule))
            taken_by = source;
        if (best_source == UINT32_MAX || tells_more(&t, &best)) {
            best = t;
            best_source = source;
        }
    }
    /* A pack serves projects that have only some of its formats. */
    if (best_source == UINT32_MAX && str_eq(plan->rules[rule].at.file, plan->file))
        faults_add(faults, FAULT_WARNING, example->at,
                   "example cannot be tried: no source of the project uses its rule");
    else if (best_source == UINT32_MAX)
        return;
    else if (example->want && taken_by == UINT32_MAX)
        add_untaken(plan, example, &best, best_source, faults);
    else if (!example->want && taken_by != UINT32_MAX)
        faults_add(faults, FAULT_ERROR, example->at,
                   "the rule takes this record of the source '%.*s', although it stands under not:",
                   STR_ARG(plan->sources[taken_by].name));
}

static void try_examples(const struct plan *plan, struct faults *faults, struct counts *counts)
{
    for (size_t r = 0; r < plan->nrules; r++) {
        const struct rule *rule = &plan->rules[r];
        /* What a project says of its staff is no rule that somebody wrote. */
        counts->rules_without += rule->nexamples == 0 && rule->excludes != EXCLUDED_STAFF &&
                                 rule->follow_up.kind == FOLLOW_UP_NONE;
        for (size_t i = 0; i < rule->nexamples; i++, counts->examples++)
            try_example(plan, r, &rule->examples[i], faults);
    }
}

static const char *plural(size_t n)
{
    return n == 1 ? "" : "s";
}

static void say_result(const struct plan *plan, const struct faults *faults,
                       const struct counts *counts)
{
    if (faults->errors) {
        complain("%zu of %zu example%s failed", faults->errors, counts->examples,
                 plural(counts->examples));
        return;
    }
    if (counts->rules_without)
        printf("%zu rule%s without an example: touchpath check cannot say whether %s right\n",
               counts->rules_without, counts->rules_without == 1 ? " is" : "s are",
               counts->rules_without == 1 ? "it is" : "they are");
    printf("%zu rule%s, %zu example%s: all as they should be\n", plan->nrules, plural(plan->nrules),
           counts->examples, plural(counts->examples));
}

/* Files of annotations, which a run does not read. */
static bool annotations_fit(const struct plan *plan)
{
    struct annotations notes = { 0 };
    struct faults faults = { 0 };
    bool ok = annotations_read(plan, NULL, &notes, &faults);
    faults_print(&faults, stderr);
    faults_free(&faults);
    annotations_free(&notes);
    return ok;
}

static int check(const char *project, const char *rules)
{
    struct faults faults = { 0 };
    struct plan *plan = plan_load(project, rules, &faults);
    struct people_lists lists = { 0 };
    bool lists_ok = !plan || people_lists_read(plan, &lists, &faults);
    people_lists_free(&lists);
    faults_print(&faults, stderr);
    faults_free(&faults);
    if (!plan)
        return WRONG;

    if (!annotations_fit(plan)) {
        plan_free(plan);
        return WRONG;
    }
    struct faults wrong = { 0 };
    struct counts counts = { 0 };
    try_examples(plan, &wrong, &counts);
    faults_print(&wrong, stderr);
    if (lists_ok || wrong.errors)
        say_result(plan, &wrong, &counts);
    int status = wrong.errors || !lists_ok ? WRONG : DONE;
    faults_free(&wrong);
    plan_free(plan);
    return status;
}

int cmd_check(const struct command *self, int argc, char **argv)
{
    struct check_typed typed = { 0 };
    int status;
    if (!options_parse(self, &typed, &argc, argv, &status))
        return status;
    int named = argc - 1 + (typed.project != NULL);
    if (named > 1) {
        complain("check takes one project, not %d", named);
        status = WRONG;
    } else {
        struct arena a = { 0 };
        const char *rules = typed.rules ? typed.rules : rules_folder(program_path(&a), &a);
        status = check(argc == 2 ? argv[1] : typed.project ? typed.project : "journey.yaml", rules);
        arena_free(&a);
    }
    options_free(self->options, &typed);
    return status;
}
