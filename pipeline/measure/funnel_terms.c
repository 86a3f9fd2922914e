/* funnel_terms.c - see funnel_terms.h. */
#include "measure/funnel_terms.h"

#include <assert.h>
#include <stdlib.h>

#include "config/funnel_words.h"
#include "config/keys.h"
#include "measure/funnel.h"
#include "measure/funnel_keys.h"

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
    struct funnel_word word; /* its text is gone once it is found */
    uint32_t next;           /* FUNNEL_DIVERGED with a touchpoint: which; none has it when it is not
                                in the data */
    uint32_t value;          /* FUNNEL_VALUE; INTERN_NONE: nobody has it */
};

struct funnel_terms {
    const struct world *w;
    bool lenient;
    struct standings *standings; /* [plan.nfunnels] first NULL: not asked for yet */
    struct term *terms;
    size_t n, room;
};

struct funnel_terms *funnel_terms_new(const struct world *w, bool lenient)
{
    struct funnel_terms *t = mem_zero(1, sizeof *t);
    t->w = w;
    t->lenient = lenient;
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
    assert(t->w->from == 0 && t->w->to == n);
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

/* ---- words ---- */

static bool find_touchpoint(const struct funnel_terms *t, const struct funnel_word *word,
                            uint32_t *number, struct text_fault *fault)
{
    struct arena scratch = { 0 };
    const struct world *w = t->w;
    struct str *names = arena_take(&scratch, w->ntouchpoints * sizeof *names + 1);
    for (*number = 0; *number < w->ntouchpoints; ++*number) {
        names[*number] = w->touchpoints[*number].name;
        if (str_eq(names[*number], word->text))
            break;
    }
    bool found = *number < w->ntouchpoints || t->lenient;
    if (!found)
        text_fault_set(fault, word->at, "there is no touchpoint '%.*s'%.*s",
                       STR_ARG(str_head(word->text, 80)),
                       STR_ARG(did_you_mean(word->text, names, w->ntouchpoints, &scratch)));
    arena_free(&scratch);
    return found;
}

static bool find(void *ctx, struct str text, const struct str *args, size_t nargs, uint32_t *number,
                 struct text_fault *fault)
{
    struct funnel_terms *t = ctx;
    struct term term = { 0 };
    if (!funnel_word_read(t->w->plan, text, args, nargs, &term.word, fault))
        return false;
    term.of = standings_in(t, term.word.funnel);
    if (term.word.verb == FUNNEL_VALUE)
        term.value = intern_find(&term.of->values, term.word.text);
    if (term.word.verb == FUNNEL_DIVERGED && term.word.text.n &&
        !find_touchpoint(t, &term.word, &term.next, fault))
        return false;
    *number = (uint32_t)t->n;
    t->terms = mem_grow(t->terms, &t->room, t->n + 1, sizeof *t->terms);
    t->terms[t->n++] = term;
    return true;
}

static bool fits(const struct term *term, const struct standing *at)
{
    static const enum drop_kind kinds[FUNNEL_VERBS] = { [FUNNEL_CONVERTED] = DROP_NONE,
                                                        [FUNNEL_ENDED] = DROP_ENDED,
                                                        [FUNNEL_LATE] = DROP_LATE,
                                                        [FUNNEL_EXCLUDED] = DROP_EXCLUDED,
                                                        [FUNNEL_OPEN] = DROP_OPEN };
    switch (term->word.verb) {
    case FUNNEL_ENTERED:
        return true;
    case FUNNEL_REACHED:
        return at->deepest >= term->word.step;
    case FUNNEL_DROPPED_AT:
        return at->deepest == term->word.step && at->kind != DROP_NONE && at->kind != DROP_OPEN;
    case FUNNEL_DIVERGED:
        return at->kind == DROP_DIVERGED && (!term->word.text.n || at->next == term->next);
    case FUNNEL_VALUE:
        return at->value == term->value;
    case FUNNEL_PERIOD:
        return at->day == term->word.day;
    default:
        return at->kind == kinds[term->word.verb];
    }
}

static int64_t value(const void *ctx, uint32_t number, const struct world *w,
                     const struct journey *j)
{
    const struct funnel_terms *t = ctx;
    const struct term *term = &t->terms[number];
    (void)w;
    for (size_t i = term->of->first[j->customer]; i < term->of->first[j->customer + 1]; i++) {
        const struct standing *at = &term->of->list[i];
        bool here = at->at == EVERYWHERE || (at->at >= j->first && at->at < j->first + j->n);
        if (here && fits(term, at))
            return 1;
    }
    return 0;
}

struct where_terms funnel_terms_words(struct funnel_terms *t)
{
    return (struct where_terms){ find, value, t };
}
