/* hand_plan.h - a plan of one source that is made by hand, with just what a matcher reads: its
 * rules and their conditions. For the tests of match.h, which need no project file.
 *
 * Fields are numbered from 0 to nfields - 1; each is the column of its number, but for the last
 * one, which the source does not have. Conditions are added to the rule that was begun last.
 */
#ifndef HAND_PLAN_H
#define HAND_PLAN_H

#include <stdlib.h>

#include "ingest/match.h"

enum { HAND_RULES = 400, HAND_CONDS = 8 };

struct hand_plan {
    struct arena arena;
    struct plan plan;
    struct source source;
    struct regex *regexes[HAND_RULES * HAND_CONDS];
    size_t nregexes;
};

static inline void hand_begin(struct hand_plan *h, size_t nfields)
{
    *h = (struct hand_plan){ .nregexes = 0 };
    h->plan.rules = arena_take(&h->arena, HAND_RULES * sizeof *h->plan.rules);
    h->plan.sources = &h->source;
    h->plan.nsources = 1;
    h->source.nslots = nfields - 1;
    h->source.slot = arena_take(&h->arena, nfields * sizeof *h->source.slot);
    for (size_t i = 0; i < nfields; i++)
        h->source.slot[i] = i + 1 < nfields ? (int32_t)i : -1;
}

static inline void hand_rule(struct hand_plan *h, bool also)
{
    struct rule *r = &h->plan.rules[h->plan.nrules++];
    r->also = also;
    r->applies = arena_take(&h->arena, sizeof *r->applies);
    r->applies[0] = true;
    r->conds = arena_take(&h->arena, HAND_CONDS * sizeof *r->conds);
}

static inline struct cond *hand_cond(struct hand_plan *h, enum cond_kind kind, uint32_t field)
{
    struct rule *r = &h->plan.rules[h->plan.nrules - 1];
    struct cond *c = &r->conds[r->nconds++];
    c->kind = kind;
    c->field = field;
    return c;
}

/* False, and no condition, when PCRE2 refuses the pattern. */
static inline bool hand_regex(struct hand_plan *h, uint32_t field, struct str pattern)
{
    struct regex_fault fault;
    struct regex *regex = regex_new(pattern, NULL, &fault);
    if (!regex)
        return false;
    hand_cond(h, COND_REGEX, field)->regex = h->regexes[h->nregexes++] = regex;
    return true;
}

/* COND_IS and COND_PREFIX with one text, COND_IN with several, between commas. */
static inline void hand_texts(struct hand_plan *h, enum cond_kind kind, uint32_t field,
                              const char *texts)
{
    struct cond *c = hand_cond(h, kind, field);
    struct str rest = str_c(texts);
    c->texts = arena_take(&h->arena, 10 * sizeof *c->texts);
    do
        c->texts[c->ntexts++] = str_cut(&rest, ',');
    while (rest.n);
}

static inline void hand_range(struct hand_plan *h, uint32_t field, double min, double max)
{
    struct cond *c = hand_cond(h, COND_RANGE, field);
    c->min = min;
    c->max = max;
}

static inline void hand_end(struct hand_plan *h)
{
    for (size_t i = 0; i < h->nregexes; i++)
        regex_free(h->regexes[i]);
    arena_free(&h->arena);
}

/* ---- both engines on it ---- */

struct engines {
    struct matcher *matcher;
    struct judge *plain, *fast;
    struct regex_scratch *scratch;
    struct batch batch;
};

static inline void engines_begin(struct engines *e, const struct hand_plan *h)
{
    *e = (struct engines){ .matcher = matcher_new(&h->plan, 0), .scratch = regex_scratch_new() };
    e->plain = judge_new(e->matcher, true, e->scratch);
    e->fast = judge_new(e->matcher, false, e->scratch);
    batch_reset(&e->batch, h->source.nslots);
}

static inline void engines_end(struct engines *e)
{
    judge_free(e->plain);
    judge_free(e->fast);
    matcher_free(e->matcher);
    regex_scratch_free(e->scratch);
    batch_free(&e->batch);
}

static inline bool same_numbers(const uint16_t *a, uint32_t an, const uint16_t *b, uint32_t bn)
{
    return an == bn && (!an || memcmp(a, b, an * sizeof *a) == 0);
}

static inline bool same_verdict(const struct verdict *a, const struct verdict *b)
{
    return same_numbers(a->rules, a->n, b->rules, b->n) &&
           same_numbers(a->limited, a->nlimited, b->limited, b->nlimited);
}

#endif
