/* shadow.c - rules that can never match because an earlier one takes all of their records. See
 * load.h.
 *
 * An earlier rule without `also` shadows a later one when each of its conditions is also a
 * condition of the later one, and it applies wherever the later one does. Conditions are compared
 * as texts, so nothing is claimed that would need to understand a regex. Each distinct condition
 * has a number; earlier rules are found by the lowest number among theirs, which a later rule that
 * they shadow must have, too: so each rule is compared with few.
 */
#include <stdlib.h>

#include "config/load.h"

struct shape { /* of a rule: its conditions as numbers, ascending */
    uint32_t conds[CONDITIONS_MAX + 1];
    size_t n;
};

struct links {        /* earlier rules with the same lowest condition, newest first */
    uint32_t *newest; /* by condition: rule + 1 */
    size_t room;
    uint32_t *next; /* by rule: rule + 1 */
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

static void shape_of(const struct rule *rule, struct intern *conditions, struct shape *out)
{
    struct arena scratch = { 0 };
    out->n = rule->nconds;
    for (size_t i = 0; i < rule->nconds; i++)
        out->conds[i] = intern_add(conditions, condition_text(&rule->conds[i], &scratch));
    if (out->n)
        qsort(out->conds, out->n, sizeof *out->conds, by_number);
    arena_free(&scratch);
}

static bool shadows(const struct loader *l, size_t earlier, const struct shape *later,
                    const bool *applies, struct intern *conditions)
{
    const struct rule *rule = &l->rules[earlier].rule;
    for (size_t s = 0; s < l->nsources; s++)
        if (applies[s] && !rule->applies[s])
            return false;
    struct shape shape;
    shape_of(rule, conditions, &shape);
    size_t at = 0;
    for (size_t i = 0; i < shape.n; i++) {
        while (at < later->n && later->conds[at] < shape.conds[i])
            at++;
        if (at == later->n || later->conds[at] != shape.conds[i])
            return false;
    }
    return true;
}

/* The earliest rule that shadows rule i; i when there is none. Condition 0 stands for "none at
 * all": rules that take every record. */
static size_t shadow_of(const struct loader *l, size_t i, const struct shape *shape,
                        const struct links *links, struct intern *conditions)
{
    size_t found = i;
    for (size_t k = 0; k <= shape->n; k++) {
        uint32_t condition = k == 0 ? 0 : shape->conds[k - 1];
        for (uint32_t r = links->newest[condition]; r; r = links->next[r - 1])
            if (r - 1 < found && shadows(l, r - 1, shape, l->rules[i].rule.applies, conditions))
                found = r - 1;
    }
    return found;
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
    struct intern conditions = { 0 };
    struct links links = { .next = mem_zero(l->nrules + 1, sizeof *links.next) };
    intern_add(&conditions, STR(""));
    for (size_t i = 0; i < l->nrules; i++) {
        struct rule_draft *d = &l->rules[i];
        if (d->broken || !applies_somewhere(l, d))
            continue;
        struct shape shape;
        shape_of(&d->rule, &conditions, &shape);
        size_t had = links.room;
        links.newest = mem_grow(links.newest, &links.room, conditions.n, sizeof *links.newest);
        if (links.room > had)
            memset(links.newest + had, 0, (links.room - had) * sizeof *links.newest);
        size_t earlier = shadow_of(l, i, &shape, &links, &conditions);
        if (earlier < i) {
            struct place at = l->rules[earlier].rule.at;
            yaml_warning(l->faults, d->touchpoint,
                         "this rule never matches: the rule at %.*s:%u takes all of its records",
                         STR_ARG(at.file), at.line);
        }
        if (d->rule.also)
            continue;
        uint32_t lowest = shape.n ? shape.conds[0] : 0;
        links.next[i] = links.newest[lowest];
        links.newest[lowest] = (uint32_t)i + 1;
    }
    free(links.newest);
    free(links.next);
    intern_free(&conditions);
}
