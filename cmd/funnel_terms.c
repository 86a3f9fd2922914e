/* funnel_terms.c - see funnel_terms.h. */
#include "funnel_terms.h"

#include <stdio.h>
#include <stdlib.h>

#include "config/keys.h"
#include "measure/funnel.h"
#include "measure/funnel_keys.h"

enum verb {
    ENTERED,
    CONVERTED,
    REACHED,
    DROPPED_AT,
    ENDED,
    DIVERGED,
    LATE,
    EXCLUDED,
    OPEN,
    VALUE,
    PERIOD,
    VERBS
};

static const struct {
    const char *name;
    enum drop_kind kind;
    size_t least, most; /* arguments */
} verbs[VERBS] = {
    [ENTERED] = { "entered", DROP_NONE, 0, 0 }, [CONVERTED] = { "converted", DROP_NONE, 0, 0 },
    [REACHED] = { "reached", DROP_NONE, 1, 1 }, [DROPPED_AT] = { "dropped_at", DROP_NONE, 1, 1 },
    [ENDED] = { "ended", DROP_ENDED, 0, 0 },    [DIVERGED] = { "diverged", DROP_DIVERGED, 0, 1 },
    [LATE] = { "late", DROP_LATE, 0, 0 },       [EXCLUDED] = { "excluded", DROP_EXCLUDED, 0, 0 },
    [OPEN] = { "open", DROP_OPEN, 0, 0 },       [VALUE] = { "value", DROP_NONE, 1, 1 },
    [PERIOD] = { "period", DROP_NONE, 1, 1 },
};

/* Said of all journeys of the customer: customers are counted, or it began in no journey. */
#define EVERYWHERE SIZE_MAX

/* Where one unit of a funnel stands: a customer, or a journey, a session, an attempt of theirs. */
struct standing {
    size_t at;    /* number of its first event in the world, or EVERYWHERE */
    uint8_t kind; /* enum drop_kind */
    uint32_t deepest, next;
    uint32_t value; /* of `values` */
    int64_t day;    /* first of its period */
};

struct standings {
    struct standing *list; /* customer by customer */
    size_t n, room;
    size_t *first;        /* [customers + 1] */
    struct intern values; /* of the breakdown */
};

struct term {
    const struct standings *of;
    const struct funnel *f;
    enum verb verb;
    uint32_t step;  /* REACHED, DROPPED_AT */
    bool only_next; /* DIVERGED: to this touchpoint alone */
    uint32_t next;
    uint32_t value; /* VALUE; INTERN_NONE: nobody has it */
    int64_t day;    /* PERIOD */
};

struct funnel_terms {
    const struct world *w;
    struct standings *standings; /* [plan.nfunnels] first NULL: not asked for yet */
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
    for (size_t i = 0; i < t->w->plan->nfunnels; i++) {
        free(t->standings[i].list);
        free(t->standings[i].first);
        intern_free(&t->standings[i].values);
    }
    free(t->standings);
    free(t->terms);
    free(t);
}

struct reading {
    const struct world *w;
    const struct funnel *f;
    struct standings *to;
};

static void keep(void *ctx, struct funnel_reader *reader, const struct funnel_unit *unit)
{
    const struct reading *r = ctx;
    const struct attempt *a = &unit->best;
    struct standings *to = r->to;
    struct drop d = funnel_drop(reader, unit);
    struct standing s = { .at = EVERYWHERE, .kind = (uint8_t)d.kind, .deepest = a->deepest };
    if (r->f->counting != FUNNEL_CUSTOMERS && funnel_journey(r->w, unit))
        s.at = (size_t)(a->events[a->first] - r->w->events);
    if (d.next)
        s.next = d.next->touch;
    if (r->f->breakdown != FUNNEL_BY_NOTHING)
        s.value = intern_add(&to->values, funnel_breakdown(r->w, r->f, a));
    if (r->f->trend != FUNNEL_NO_TREND)
        s.day = funnel_period(r->w, r->f, a->entry);
    to->list = mem_grow(to->list, &to->room, to->n + 1, sizeof *to->list);
    to->list[to->n++] = s;
}

static struct standings *standings_in(struct funnel_terms *t, size_t funnel)
{
    struct standings *to = &t->standings[funnel];
    if (to->first)
        return to;
    uint32_t n = t->w->customers->n;
    struct reading reading = { t->w, &t->w->plan->funnels[funnel], to };
    struct funnel_reader *reader = funnel_reader_new(t->w, reading.f);
    to->first = mem_zero((size_t)n + 1, sizeof *to->first);
    for (uint32_t c = 0; c < n; c++) {
        funnel_read(reader, c, keep, &reading);
        to->first[c + 1] = to->n;
    }
    funnel_reader_free(reader);
    return to;
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

/* "value": a value that nobody has is no fault, it is data. */
static bool find_value(const struct funnel *f, struct str value, size_t at, struct term *term,
                       struct text_fault *fault)
{
    if (f->breakdown == FUNNEL_BY_NOTHING)
        return text_fault_set(fault, at, "the funnel '%.*s' has no 'breakdown'", STR_ARG(f->name));
    if (str_eq(value, STR("(other)")))
        return text_fault_set(fault, at, "(other) is no value: ask for one that is in it");
    term->value = intern_find(&term->of->values, value);
    return true;
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
static bool find_argument(const struct world *w, const struct str *args, size_t nargs, size_t at,
                          struct term *term, struct text_fault *fault)
{
    const struct funnel *f = term->f;
    term->only_next = term->verb == DIVERGED && nargs;
    if (term->verb == VALUE)
        return find_value(f, args[0], at, term, fault);
    if (term->verb == PERIOD)
        return find_period(f, args[0], at, &term->day, fault);
    if (term->only_next)
        return find_touchpoint(w, args[0], at, &term->next, fault);
    if (!verbs[term->verb].least)
        return true;
    if (!find_step(f, args[0], at, &term->step, fault))
        return false;
    return f->order != FUNNEL_ANY ||
           text_fault_set(fault, at,
                          "the steps of '%.*s' come in any order: none of them is reached "
                          "before another",
                          STR_ARG(f->name));
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
    term.f = f;
    term.of = standings_in(t, funnel);
    if (!find_argument(t->w, args, nargs, dot, &term, fault))
        return false;
    *number = (uint32_t)t->n;
    t->terms = mem_grow(t->terms, &t->room, t->n + 1, sizeof *t->terms);
    t->terms[t->n++] = term;
    return true;
}

static bool fits(const struct term *term, const struct standing *at)
{
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
    case VALUE:
        return at->value == term->value;
    case PERIOD:
        return at->day == term->day;
    default:
        return at->kind == verbs[term->verb].kind;
    }
}

static bool holds(const void *ctx, uint32_t number, const struct world *w, const struct journey *j)
{
    const struct funnel_terms *t = ctx;
    const struct term *term = &t->terms[number];
    (void)w;
    for (size_t i = term->of->first[j->customer]; i < term->of->first[j->customer + 1]; i++) {
        const struct standing *at = &term->of->list[i];
        bool here = at->at == EVERYWHERE || (at->at >= j->first && at->at < j->first + j->n);
        if (here && fits(term, at))
            return true;
    }
    return false;
}

struct where_terms funnel_terms_words(struct funnel_terms *t)
{
    return (struct where_terms){ find, holds, t };
}
