/* shadow.c - rules that can never match because an earlier one takes all of their records. See
 * load.h.
 *
 * An earlier rule without `also` shadows a later one when each of its conditions is also a
 * condition of the later one, and it applies wherever the later one does. Conditions are compared
 * as texts, so nothing is claimed that would need to understand a regex. Each distinct condition
 * has a number; earlier rules are found by the highest number among theirs, which a later rule that
 * they shadow must have, too. It is the condition that was new when the rule came, so rules that
 * all say `method: GET` do not meet there, and each rule is compared with few.
 */
#include <stdlib.h>

#include "config/load.h"

struct shape { /* of a rule: its conditions as numbers, ascending */
    uint32_t *conds;
    size_t n;
};

struct shadows {
    struct loader *l;
    struct intern conditions;
    struct shape *shapes; /* by rule */
    uint32_t *newest;     /* by condition: rule + 1, of the rules that have it as their highest */
    size_t room;
    uint32_t *next; /* by rule: the one before, + 1 */
};

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

static struct str condition_text(const struct cond *c, struct arena *a)
{
    struct str text = arena_printf(a, "%d %u %.17g %.17g ", (int)c->kind, c->field, c->min, c->max);
    if (c->regex)
        text = arena_printf(a, "%.*s%.*s", STR_ARG(text), STR_ARG(regex_pattern(c->regex)));
    for (size_t i = 0; i < c->ntexts; i++)
        text = arena_printf(a, "%.*s%zu:%.*s", STR_ARG(text), c->texts[i].n, STR_ARG(c->texts[i]));
    return text;
}

static struct shape shape_of(struct shadows *w, const struct rule *rule)
{
    struct arena scratch = { 0 };
    struct shape shape = { arena_take(&w->l->scratch, rule->nconds * sizeof *shape.conds + 1),
                           rule->nconds };
    for (size_t i = 0; i < rule->nconds; i++)
        shape.conds[i] = intern_add(&w->conditions, condition_text(&rule->conds[i], &scratch));
    if (shape.n)
        qsort(shape.conds, shape.n, sizeof *shape.conds, by_number);
    arena_free(&scratch);
    return shape;
}

static bool takes_all_of(const struct shadows *w, size_t earlier, size_t later)
{
    const struct rule *a = &w->l->rules[earlier].rule, *b = &w->l->rules[later].rule;
    for (size_t s = 0; s < w->l->nsources; s++)
        if (b->applies[s] && !a->applies[s])
            return false;
    const struct shape *few = &w->shapes[earlier], *many = &w->shapes[later];
    size_t at = 0;
    for (size_t i = 0; i < few->n; i++) {
        while (at < many->n && many->conds[at] < few->conds[i])
            at++;
        if (at == many->n || many->conds[at] != few->conds[i])
            return false;
    }
    return true;
}

/* The earliest rule that shadows rule i; i when there is none. Condition 0 stands for "none at
 * all": rules that take every record. */
static size_t shadow_of(const struct shadows *w, size_t i)
{
    size_t found = i;
    for (size_t k = 0; k <= w->shapes[i].n; k++) {
        uint32_t condition = k == 0 ? 0 : w->shapes[i].conds[k - 1];
        for (uint32_t r = w->newest[condition]; r; r = w->next[r - 1])
            if (r - 1 < found && takes_all_of(w, r - 1, i))
                found = r - 1;
    }
    return found;
}

static void make_room(struct shadows *w)
{
    size_t had = w->room;
    w->newest = mem_grow(w->newest, &w->room, w->conditions.n, sizeof *w->newest);
    if (w->room > had)
        memset(w->newest + had, 0, (w->room - had) * sizeof *w->newest);
}

static bool applies_somewhere(const struct loader *l, const struct rule_draft *d)
{
    for (size_t s = 0; s < l->nsources; s++)
        if (d->rule.applies[s])
            return true;
    return false;
}

void warn_of_shadowed(struct loader *l)
{
    struct shadows w = { .l = l,
                         .shapes = mem_zero(l->nrules + 1, sizeof *w.shapes),
                         .next = mem_zero(l->nrules + 1, sizeof *w.next) };
    intern_add(&w.conditions, STR(""));
    for (size_t i = 0; i < l->nrules; i++) {
        const struct rule_draft *d = &l->rules[i];
        /* A rule that excludes may well take all that is under /health; a project says when it
         * shall not. */
        if (d->broken || d->rule.excludes != EXCLUDED_NOT || !applies_somewhere(l, d))
            continue;
        w.shapes[i] = shape_of(&w, &d->rule);
        make_room(&w);
        size_t earlier = shadow_of(&w, i);
        if (earlier < i) {
            struct place at = l->rules[earlier].rule.at;
            yaml_warning(l->faults, d->touchpoint ? d->touchpoint : d->node,
                         "this rule never matches: the rule at %.*s:%u takes all of its records",
                         STR_ARG(at.file), at.line);
        }
        if (d->rule.also)
            continue;
        uint32_t highest = w.shapes[i].n ? w.shapes[i].conds[w.shapes[i].n - 1] : 0;
        w.next[i] = w.newest[highest];
        w.newest[highest] = (uint32_t)i + 1;
    }
    free(w.shapes);
    free(w.newest);
    free(w.next);
    intern_free(&w.conditions);
}
