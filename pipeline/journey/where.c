/* where.c - see where.h: compiling. What a text says of a touchpoint, a file, a list of attributes
 * or a customer is found out once, for every number; so an event costs a few look-ups.
 */
#include <stdlib.h>

#include "base/regex.h"
#include "config/funnel_words.h"
#include "config/sequence.h"
#include "journey/arrivals.h"
#include "journey/names.h"
#include "journey/where_tree.h"

struct compiler {
    const struct world *w;
    struct where *where;
    const struct where_terms *terms;
    const struct expr_names *names; /* of the text that is being compiled */
    struct expr_names of_plan;      /* of segments */
    struct text_fault *fault;
    struct node **segments; /* [plan.nsegments] those that are compiled already */
    unsigned deep;
};

/* ---- sets ---- */

typedef struct str text_fn(const struct world *w, const struct expr *x, size_t number);

static struct str touchpoint_text(const struct world *w, const struct expr *x, size_t i)
{
    (void)x;
    return w->touchpoints[i].name;
}

static struct str stage_text(const struct world *w, const struct expr *x, size_t i)
{
    (void)x;
    uint8_t stage = w->touchpoints[i].stage;
    return stage == STAGE_NONE ? STR("") : w->plan->stages[stage];
}

static struct str source_text(const struct world *w, const struct expr *x, size_t i)
{
    const struct source *s = &w->plan->sources[event_set_file(w->set, (uint32_t)i)->source];
    return x->word == WORD_CHANNEL ? s->channel : s->name;
}

static struct str arrival_text(const struct world *w, const struct expr *x, size_t i)
{
    (void)x;
    return intern_text(&w->arrivals->names, (uint32_t)i);
}

static struct str attribute_text(const struct world *w, const struct expr *x, size_t i)
{
    static const enum attr attrs[] = { [WORD_CAMPAIGN - WORD_CAMPAIGN] = ATTR_CAMPAIGN,
                                       [WORD_CONTENT - WORD_CAMPAIGN] = ATTR_CONTENT,
                                       [WORD_KEYWORD - WORD_CAMPAIGN] = ATTR_KEYWORD,
                                       [WORD_ITEM - WORD_CAMPAIGN] = ATTR_ITEM,
                                       [WORD_REFERENCE - WORD_CAMPAIGN] = ATTR_REFERENCE,
                                       [WORD_MEDIUM - WORD_CAMPAIGN] = ATTR_MEDIUM,
                                       [WORD_REFERRER - WORD_CAMPAIGN] = ATTR_REFERRER,
                                       [WORD_DEVICE - WORD_CAMPAIGN] = ATTR_DEVICE,
                                       [WORD_BROWSER - WORD_CAMPAIGN] = ATTR_BROWSER };
    return attrs_text(w->set, (uint32_t)i, attrs[x->word - WORD_CAMPAIGN]);
}

static struct str customer_text(const struct world *w, const struct expr *x, size_t i)
{
    (void)x;
    return w->customers->names[i];
}

static struct str state_text(const struct world *w, const struct expr *x, size_t i)
{
    (void)w;
    (void)x;
    return str_c(journey_state_names[i]);
}

static struct str phase_text(const struct world *w, const struct expr *x, size_t i)
{
    (void)w;
    (void)x;
    return i ? STR("after") : STR("before");
}

static const bool *set_of_texts(struct compiler *c, const struct expr *x, size_t n, text_fn *text)
{
    bool *set = arena_take(&c->where->arena, n);
    struct regex_fault why;
    struct regex *regex = NULL;
    struct regex_scratch *scratch = NULL;
    if (x->compare == COMPARE_FITS) {
        regex = regex_new(x->values->text, NULL, &why);
        scratch = regex_scratch_new();
    }
    for (size_t i = 0; i < n; i++) {
        struct str s = text(c->w, x, i);
        for (size_t k = 0; !regex && k < x->nvalues && !set[i]; k++)
            set[i] = str_eq(s, x->values[k].text);
        if (regex)
            set[i] = regex_match(regex, s, scratch) == REGEX_YES;
    }
    if (regex) {
        regex_scratch_free(scratch);
        regex_free(regex);
    }
    return set;
}

static const bool *set_of_scores(struct compiler *c, const struct expr *x)
{
    const struct event_set *set = c->w->set;
    bool *in = arena_take(&c->where->arena, set->attrs.n);
    for (uint32_t i = 0; i < set->attrs.n; i++) {
        int64_t score;
        in[i] = attrs_micros(set, i, ATTR_SCORE, &score) && score >= x->from && score <= x->upto;
    }
    return in;
}

static const bool *set_for(struct compiler *c, const struct expr *x)
{
    const struct world *w = c->w;
    switch (expr_words[x->word].type) {
    case TYPE_TOUCHPOINT:
        return set_of_texts(c, x, w->ntouchpoints, touchpoint_text);
    case TYPE_STAGE:
        return set_of_texts(c, x, w->ntouchpoints, stage_text);
    case TYPE_CHANNEL:
    case TYPE_SOURCE:
        return set_of_texts(c, x, w->set->nfiles, source_text);
    case TYPE_MARKETING:
        return NULL;
    case TYPE_STATE:
        return set_of_texts(c, x, JOURNEY_STATES, state_text);
    case TYPE_PHASE:
        return set_of_texts(c, x, 2, phase_text);
    case TYPE_TEXT:
        if (x->word == WORD_CUSTOMER)
            return set_of_texts(c, x, w->customers->n, customer_text);
        return set_of_texts(c, x, w->set->attrs.n, attribute_text);
    default:
        return x->word == WORD_SCORE ? set_of_scores(c, x) : NULL;
    }
}

/* ---- the tree ---- */

static struct node *compile(struct compiler *c, const struct expr *x, bool event);

static struct node *new_node(struct compiler *c, const struct expr *x)
{
    struct node *n = arena_take(&c->where->arena, sizeof *n);
    n->kind = x->kind;
    n->word = x->word;
    n->from = x->from;
    n->upto = x->upto;
    return n;
}

static struct node *compile_text(struct compiler *c, struct str text, bool event)
{
    struct arena scratch = { 0 };
    struct node *n = NULL;
    struct expr *x = expr_parse(text, &scratch, c->fault);
    if (x && expr_check(x, event, c->names, c->fault))
        n = compile(c, x, event);
    arena_free(&scratch);
    return n;
}

static struct node *compile_segment(struct compiler *c, const struct expr_value *name)
{
    const struct plan *plan = c->w->plan;
    size_t i = 0;
    while (!str_eq(plan->segments[i].name, name->text))
        i++;
    if (c->segments[i])
        return c->segments[i];
    if (c->deep == SEGMENTS_DEEP_MAX) {
        text_fault_set(c->fault, name->at,
                       "segments that are made of segments go round, or stand "
                       "more than %d deep",
                       SEGMENTS_DEEP_MAX);
        return NULL;
    }
    struct text_fault own = { 0 }, *outer = c->fault;
    const struct expr_names *typed = c->names;
    c->fault = &own;
    c->names = &c->of_plan;
    c->deep++;
    struct node *n = compile_text(c, plan->segments[i].where, false);
    c->deep--;
    c->names = typed;
    c->fault = outer;
    if (!n)
        text_fault_set(outer, name->at, "segment '%.*s': %s", STR_ARG(name->text), own.text);
    return c->segments[i] = n;
}

static struct node *compile_segments(struct compiler *c, const struct expr *x)
{
    struct node *any = new_node(c, x), **last = &any->kids;
    any->kind = EXPR_OR;
    for (size_t i = 0; i < x->nvalues; i++) {
        struct node *segment = compile_segment(c, &x->values[i]);
        if (!segment)
            return NULL;
        /* A node of its own: the same segment may stand in several lists. */
        *last = arena_take(&c->where->arena, sizeof **last);
        **last = *segment;
        (*last)->next = NULL;
        last = &(*last)->next;
    }
    return any;
}

static bool compile_path(struct compiler *c, const struct expr *x, struct node *n)
{
    struct where *where = c->where;
    struct text_fault own = { 0 };
    struct pattern *p = pattern_with_names(c->w, c->names, x->values->text, &own);
    if (!p)
        return text_fault_set(c->fault, x->values->at + own.at, "%s", own.text);
    where->patterns = mem_grow(where->patterns, &where->patterns_room, where->npatterns + 1,
                               sizeof(struct pattern *));
    where->patterns[where->npatterns++] = p;
    n->pattern = p;
    return true;
}

static bool compile_term(struct compiler *c, const struct expr *x, struct node *n)
{
    if (!c->terms || !c->terms->find)
        return text_fault_set(c->fault, x->at, "'%.*s' cannot be asked here",
                              STR_ARG(str_head(x->name, 80)));
    struct str *args = arena_take(&c->where->arena, x->nvalues * sizeof *args);
    for (size_t i = 0; i < x->nvalues; i++)
        args[i] = x->values[i].text;
    struct text_fault own = { 0 };
    if (c->terms->find(c->terms->ctx, x->name, args, x->nvalues, &n->term, &own))
        return true;
    return text_fault_set(c->fault, expr_term_at(x, own.at), "%s", own.text);
}

/* "cell(TABLE, COLUMN, ...)": the fault stands at an argument. */
static bool compile_cell(struct compiler *c, const struct expr *x, struct node *n)
{
    if (!c->terms || !c->terms->find)
        return text_fault_set(c->fault, x->at, "'cell' cannot be asked here");
    struct str *args = arena_take(&c->where->arena, x->nargs * sizeof *args);
    for (size_t i = 0; i < x->nargs; i++)
        args[i] = x->args[i].text;
    struct text_fault own = { 0 };
    if (c->terms->find(c->terms->ctx, STR("cell"), args, x->nargs, &n->term, &own))
        return true;
    return text_fault_set(c->fault, x->args[own.at].at, "%s", own.text);
}

/* Of a word that an event has, said about a journey: does some event of it fit? */
static struct node *some_event(struct compiler *c, struct node *test)
{
    struct node *has = arena_take(&c->where->arena, sizeof *has);
    has->kind = EXPR_HAS;
    has->kids = test;
    return has;
}

static struct node *compile_test(struct compiler *c, const struct expr *x, bool event)
{
    if (x->word == WORD_SEGMENT)
        return compile_segments(c, x);
    struct node *n = new_node(c, x);
    if (x->word == WORD_PATH && !compile_path(c, x, n))
        return NULL;
    n->set = set_for(c, x);
    if (c->w->arrivals && (x->word == WORD_CHANNEL || x->word == WORD_MARKETING_CHANNEL))
        n->arrived = set_of_texts(c, x, c->w->arrivals->names.n, arrival_text);
    bool lifted =
        !event && expr_words[x->word].of_event && x->word != WORD_VALUE && x->word != WORD_PAIN;
    return lifted ? some_event(c, n) : n;
}

static struct node *compile(struct compiler *c, const struct expr *x, bool event)
{
    if (x->kind == EXPR_TEST)
        return compile_test(c, x, event);
    struct node *n = new_node(c, x), **last = &n->kids;
    if (x->kind == EXPR_TERM)
        return compile_term(c, x, n) ? n : NULL;
    if (x->kind == EXPR_CELL)
        return compile_cell(c, x, n) ? n : NULL;
    bool of_events = event || x->kind >= EXPR_HAS;
    for (const struct expr *kid = x->kids; kid; kid = kid->next) {
        if (!(*last = compile(c, kid, of_events)))
            return NULL;
        last = &(*last)->next;
    }
    return n;
}

static struct compiler compiler_new(const struct world *w, struct text_fault *fault,
                                    struct arena *scratch)
{
    return (struct compiler){
        .w = w,
        .where = mem_zero(1, sizeof(struct where)),
        .of_plan = names_of_plan(w->plan, scratch),
        .fault = fault,
        .segments = arena_take(scratch, w->plan->nsegments * sizeof(struct node *)),
    };
}

static struct where *finished(struct compiler *c, struct node *root)
{
    c->where->root = root;
    if (root)
        return c->where;
    where_free(c->where);
    return NULL;
}

struct where *where_compile(const struct world *w, struct str text, enum where_subject subject,
                            const struct where_terms *terms, struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct expr_names names = names_of_world(w, &scratch);
    struct compiler c = compiler_new(w, fault, &scratch);
    c.names = &names;
    c.terms = terms;
    if (terms)
        c.where->terms = *terms;
    struct where *where = finished(&c, compile_text(&c, text, subject == WHERE_EVENT));
    arena_free(&scratch);
    return where;
}

struct where *where_of_segment(const struct world *w, size_t segment,
                               const struct where_terms *terms)
{
    struct arena scratch = { 0 };
    struct text_fault none = { 0 };
    struct compiler c = compiler_new(w, &none, &scratch);
    c.names = &c.of_plan;
    c.terms = terms;
    if (terms)
        c.where->terms = *terms;
    struct str text = w->plan->segments[segment].where;
    struct where *where = finished(&c, compile_text(&c, text, false));
    arena_free(&scratch);
    return where;
}

bool where_check(const struct plan *plan, struct str text, struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct expr_names names = names_of_plan(plan, &scratch);
    struct expr *x = expr_parse(text, &scratch, fault);
    bool ok = x && expr_check(x, false, &names, fault) && funnel_words_check(plan, x, fault);
    arena_free(&scratch);
    return ok;
}

void where_free(struct where *where)
{
    if (!where)
        return;
    for (size_t i = 0; i < where->npatterns; i++)
        pattern_free(where->patterns[i]);
    free(where->patterns);
    arena_free(&where->arena);
    free(where);
}
