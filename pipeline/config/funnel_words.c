/* funnel_words.c - see funnel_words.h. */
#include "config/funnel_words.h"

#include <stdio.h>

#include "config/expr.h"
#include "config/keys.h"

static const struct {
    const char *name;
    size_t least, most; /* arguments */
} verbs[FUNNEL_VERBS] = {
    [FUNNEL_ENTERED] = { "entered", 0, 0 }, [FUNNEL_CONVERTED] = { "converted", 0, 0 },
    [FUNNEL_REACHED] = { "reached", 1, 1 }, [FUNNEL_DROPPED_AT] = { "dropped_at", 1, 1 },
    [FUNNEL_ENDED] = { "ended", 0, 0 },     [FUNNEL_DIVERGED] = { "diverged", 0, 1 },
    [FUNNEL_LATE] = { "late", 0, 0 },       [FUNNEL_EXCLUDED] = { "excluded", 0, 0 },
    [FUNNEL_OPEN] = { "open", 0, 0 },       [FUNNEL_VALUE] = { "value", 1, 1 },
    [FUNNEL_PERIOD] = { "period", 1, 1 },
};

static bool unknown(struct text_fault *fault, size_t at, const char *what, struct str name,
                    const struct str *names, size_t n)
{
    struct arena scratch = { 0 };
    struct str hint = did_you_mean(name, names, n, &scratch);
    text_fault_set(fault, at, "there is no %s '%.*s'%.*s", what, STR_ARG(str_head(name, 80)),
                   STR_ARG(hint));
    arena_free(&scratch);
    return false;
}

static bool find_funnel(const struct plan *plan, struct str name, size_t *funnel,
                        struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct str *names = arena_take(&scratch, plan->nfunnels * sizeof *names + 1);
    for (*funnel = 0; *funnel < plan->nfunnels; ++*funnel) {
        names[*funnel] = plan->funnels[*funnel].name;
        if (str_eq(names[*funnel], name))
            break;
    }
    bool found = *funnel < plan->nfunnels;
    if (!found)
        unknown(fault, strlen("funnel."), "funnel", name, names, plan->nfunnels);
    arena_free(&scratch);
    return found;
}

static bool find_verb(struct str name, size_t at, enum funnel_verb *verb, struct text_fault *fault)
{
    struct str names[FUNNEL_VERBS];
    for (*verb = 0; *verb < FUNNEL_VERBS; ++*verb) {
        names[*verb] = str_c(verbs[*verb].name);
        if (str_eq(name, names[*verb]))
            return true;
    }
    return unknown(fault, at, "word of a funnel", name, names, FUNNEL_VERBS);
}

/* What each verb is told in brackets; its fault stands at the verb. */
static bool find_step(const struct funnel *f, struct str name, size_t at, uint32_t *step,
                      struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct str *names = arena_take(&scratch, f->nsteps * sizeof *names + 1);
    for (*step = 0; *step < f->nsteps; ++*step) {
        names[*step] = f->steps[*step].name;
        if (str_eq(names[*step], name))
            break;
    }
    bool found = *step < f->nsteps;
    if (!found)
        unknown(fault, at, "step", name, names, f->nsteps);
    else if (f->steps[*step].optional)
        found = text_fault_set(fault, at,
                               "the step '%.*s' is optional: nobody is lost there; who met it is "
                               "asked by cell(funnels, n, funnel = '%.*s', step = '%.*s')",
                               STR_ARG(name), STR_ARG(f->name), STR_ARG(name));
    arena_free(&scratch);
    return found;
}

/* "value": one that nobody has is no fault, it is data. */
static bool check_value(const struct funnel *f, struct str value, size_t at,
                        struct text_fault *fault)
{
    if (f->breakdown == FUNNEL_BY_NOTHING)
        return text_fault_set(fault, at, "the funnel '%.*s' has no 'breakdown'", STR_ARG(f->name));
    return !str_eq(value, STR("(other)")) ||
           text_fault_set(fault, at, "(other) is no value: ask for one that is in it");
}

/* "period": the first day of one, as in the column of the table. */
static bool find_period(const struct funnel *f, struct str text, size_t at, int64_t *day,
                        struct text_fault *fault)
{
    static const struct {
        const char *word, *day;
    } trends[] = {
        [FUNNEL_DAYS] = { "day", "a day" },
        [FUNNEL_WEEKS] = { "week", "a Monday" },
        [FUNNEL_MONTHS] = { "month", "the first of a month" },
    };
    int year, month, dom, end = 0;
    char date[16] = "";
    if (f->trend == FUNNEL_NO_TREND)
        return text_fault_set(fault, at, "the funnel '%.*s' has no 'trend'", STR_ARG(f->name));
    if (text.n < sizeof date)
        memcpy(date, text.p, text.n);
    if (text.n != 10 || sscanf(date, "%4d-%2d-%2d%n", &year, &month, &dom, &end) != 3 ||
        end != 10 || !date_exists(year, month, dom))
        return text_fault_set(fault, at, "'%.*s' is no date such as 2026-06-01",
                              STR_ARG(str_head(text, 40)));
    *day = days_from_date(year, month, dom);
    if ((f->trend == FUNNEL_WEEKS && ((*day + 3) % 7 + 7) % 7) ||
        (f->trend == FUNNEL_MONTHS && dom != 1))
        return text_fault_set(fault, at, "the trend of '%.*s' is by %s: ask for %s",
                              STR_ARG(f->name), trends[f->trend].word, trends[f->trend].day);
    return true;
}

/* What the verb is told in brackets, if anything. */
static bool find_argument(const struct funnel *f, const struct str *args, size_t nargs, size_t at,
                          struct funnel_word *out, struct text_fault *fault)
{
    if (!nargs)
        return true;
    out->text = args[0];
    if (out->verb == FUNNEL_VALUE)
        return check_value(f, args[0], at, fault);
    if (out->verb == FUNNEL_PERIOD)
        return find_period(f, args[0], at, &out->day, fault);
    if (out->verb == FUNNEL_DIVERGED)
        return true;
    if (!find_step(f, args[0], at, &out->step, fault))
        return false;
    return f->order != FUNNEL_ANY ||
           text_fault_set(fault, at,
                          "the steps of '%.*s' come in any order: none of them is reached "
                          "before another",
                          STR_ARG(f->name));
}

/* funnel.NAME.VERB: a name may hold dots, a verb does not. */
bool funnel_word_read(const struct plan *plan, struct str word, const struct str *args,
                      size_t nargs, struct funnel_word *out, struct text_fault *fault)
{
    size_t dot = word.n;
    *out = (struct funnel_word){ .at = 0 };
    while (word.p[dot - 1] != '.')
        dot--;
    if (dot <= strlen("funnel."))
        return text_fault_set(fault, 0,
                              "a funnel is asked for by 'funnel.NAME.converted' or the "
                              "like");
    struct str name = str_from(str_head(word, dot - 1), strlen("funnel."));
    if (!find_funnel(plan, name, &out->funnel, fault) ||
        !find_verb(str_from(word, dot), dot, &out->verb, fault))
        return false;
    out->at = dot;
    if (nargs < verbs[out->verb].least || nargs > verbs[out->verb].most)
        return text_fault_set(fault, dot,
                              verbs[out->verb].most ? "'%s' takes one name in brackets"
                                                    : "'%s' takes nothing in brackets",
                              verbs[out->verb].name);
    return find_argument(&plan->funnels[out->funnel], args, nargs, dot, out, fault);
}

static bool check_term(const struct plan *plan, const struct expr *x, struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct funnel_word word;
    struct text_fault own = { 0 };
    struct str *args = arena_take(&scratch, x->nvalues * sizeof *args + 1);
    for (size_t i = 0; i < x->nvalues; i++)
        args[i] = x->values[i].text;
    bool ok = funnel_word_read(plan, x->name, args, x->nvalues, &word, &own) ||
              text_fault_set(fault, expr_term_at(x, own.at), "%s", own.text);
    arena_free(&scratch);
    return ok;
}

bool funnel_words_check(const struct plan *plan, const struct expr *x, struct text_fault *fault)
{
    if (x->kind == EXPR_TERM && !check_term(plan, x, fault))
        return false;
    for (const struct expr *kid = x->kids; kid; kid = kid->next)
        if (!funnel_words_check(plan, kid, fault))
            return false;
    return true;
}
