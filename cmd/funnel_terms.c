/* funnel_terms.c - see funnel_terms.h. */
#include "funnel_terms.h"

#include <stdlib.h>

#include "config/keys.h"
#include "measure/funnel.h"

enum verb { ENTERED, CONVERTED, REACHED, DROPPED_AT, ENDED, DIVERGED, LATE, EXCLUDED, OPEN, VERBS };

static const struct {
    const char *name;
    enum drop_kind kind;
    size_t least, most; /* arguments */
} verbs[VERBS] = {
    [ENTERED] = { "entered", DROP_NONE, 0, 0 }, [CONVERTED] = { "converted", DROP_NONE, 0, 0 },
    [REACHED] = { "reached", DROP_NONE, 1, 1 }, [DROPPED_AT] = { "dropped_at", DROP_NONE, 1, 1 },
    [ENDED] = { "ended", DROP_ENDED, 0, 0 },    [DIVERGED] = { "diverged", DROP_DIVERGED, 0, 1 },
    [LATE] = { "late", DROP_LATE, 0, 0 },       [EXCLUDED] = { "excluded", DROP_EXCLUDED, 0, 0 },
    [OPEN] = { "open", DROP_OPEN, 0, 0 },
};

/* Where each customer stands in one funnel. */
struct standing {
    bool entered;
    uint8_t kind; /* enum drop_kind */
    uint32_t deepest, next;
};

struct term {
    const struct standing *of; /* by customer */
    enum verb verb;
    uint32_t step;  /* REACHED, DROPPED_AT */
    bool only_next; /* DIVERGED: to this touchpoint alone */
    uint32_t next;
};

struct funnel_terms {
    const struct world *w;
    struct standing **standings; /* [plan.nfunnels] NULL: not asked for yet */
    struct term *terms;
    size_t n, room;
};

struct funnel_terms *funnel_terms_new(const struct world *w)
{
    struct funnel_terms *t = mem_zero(1, sizeof *t);
    t->w = w;
    t->standings = mem_zero(w->plan->nfunnels, sizeof *t->standings);
    return t;
}

void funnel_terms_free(struct funnel_terms *t)
{
    if (!t)
        return;
    for (size_t i = 0; i < t->w->plan->nfunnels; i++)
        free(t->standings[i]);
    free(t->standings);
    free(t->terms);
    free(t);
}

static const struct standing *standing_in(struct funnel_terms *t, size_t funnel)
{
    if (t->standings[funnel])
        return t->standings[funnel];
    uint32_t n = t->w->customers->n;
    struct standing *list = t->standings[funnel] = mem_zero((size_t)n + 1, sizeof *list);
    struct funnel_reader *reader = funnel_reader_new(t->w, &t->w->plan->funnels[funnel]);
    for (uint32_t c = 0; c < n; c++) {
        struct funnel_position at;
        if (funnel_position(reader, c, &at))
            list[c] = (struct standing){ true, (uint8_t)at.kind, at.deepest, at.next };
    }
    funnel_reader_free(reader);
    return list;
}

/* ---- names ---- */

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

static bool find_verb(struct str name, size_t at, enum verb *verb, struct text_fault *fault)
{
    struct str names[VERBS];
    for (*verb = 0; *verb < VERBS; ++*verb) {
        names[*verb] = str_c(verbs[*verb].name);
        if (str_eq(name, names[*verb]))
            return true;
    }
    return unknown(fault, at, "word of a funnel", name, names, VERBS);
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
                               "the step '%.*s' is optional: nobody is lost or counted there",
                               STR_ARG(name));
    arena_free(&scratch);
    return found;
}

static bool find_touchpoint(const struct world *w, struct str name, size_t at, uint32_t *number,
                            struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct str *names = arena_take(&scratch, w->ntouchpoints * sizeof *names + 1);
    for (*number = 0; *number < w->ntouchpoints; ++*number) {
        names[*number] = w->touchpoints[*number].name;
        if (str_eq(names[*number], name))
            break;
    }
    bool found = *number < w->ntouchpoints;
    if (!found)
        unknown(fault, at, "touchpoint", name, names, w->ntouchpoints);
    arena_free(&scratch);
    return found;
}

/* funnel.NAME.VERB: a name may hold dots, a verb does not. */
static bool find(void *ctx, struct str word, const struct str *args, size_t nargs, uint32_t *number,
                 struct text_fault *fault)
{
    struct funnel_terms *t = ctx;
    size_t dot = word.n, funnel;
    struct term term = { 0 };
    while (word.p[dot - 1] != '.')
        dot--;
    if (dot <= strlen("funnel."))
        return text_fault_set(fault, 0,
                              "a funnel is asked for by 'funnel.NAME.converted' or the "
                              "like");
    struct str name = str_from(str_head(word, dot - 1), strlen("funnel."));
    if (!find_funnel(t->w->plan, name, &funnel, fault) ||
        !find_verb(str_from(word, dot), dot, &term.verb, fault))
        return false;
    const struct funnel *f = &t->w->plan->funnels[funnel];
    if (nargs < verbs[term.verb].least || nargs > verbs[term.verb].most)
        return text_fault_set(fault, dot,
                              verbs[term.verb].most ? "'%s' takes one name in brackets"
                                                    : "'%s' takes nothing in brackets",
                              verbs[term.verb].name);
    if (verbs[term.verb].least && !find_step(f, args[0], dot, &term.step, fault))
        return false;
    term.only_next = term.verb == DIVERGED && nargs;
    if (term.only_next && !find_touchpoint(t->w, args[0], dot, &term.next, fault))
        return false;
    if (f->order == FUNNEL_ANY && verbs[term.verb].least)
        return text_fault_set(fault, dot,
                              "the steps of '%.*s' come in any order: none of them is reached "
                              "before another",
                              STR_ARG(name));
    term.of = standing_in(t, funnel);
    *number = (uint32_t)t->n;
    t->terms = mem_grow(t->terms, &t->room, t->n + 1, sizeof *t->terms);
    t->terms[t->n++] = term;
    return true;
}

static bool holds(const void *ctx, uint32_t number, const struct world *w, const struct journey *j)
{
    const struct funnel_terms *t = ctx;
    const struct term *term = &t->terms[number];
    const struct standing *at = &term->of[j->customer];
    (void)w;
    if (!at->entered)
        return false;
    switch (term->verb) {
    case ENTERED:
        return true;
    case CONVERTED:
        return at->kind == DROP_NONE;
    case REACHED:
        return at->deepest >= term->step;
    case DROPPED_AT:
        return at->deepest == term->step && at->kind != DROP_NONE && at->kind != DROP_OPEN;
    case DIVERGED:
        return at->kind == DROP_DIVERGED && (!term->only_next || at->next == term->next);
    default:
        return at->kind == verbs[term->verb].kind;
    }
}

struct where_terms funnel_terms_words(struct funnel_terms *t)
{
    return (struct where_terms){ find, holds, t };
}
