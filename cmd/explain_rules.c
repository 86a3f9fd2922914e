/* explain_rules.c - which rule took a record, and how near others came. See explain.h. */
#include <math.h>

#include "explain.h"
#include "ingest/memory.h"

enum { NEAREST = 3 }; /* of a record that no rule took */

/* ---- a condition as text ---- */

static void put_texts(const struct cond *c, FILE *to)
{
    for (size_t i = 0; i < c->ntexts; i++) {
        fputs(i ? ", '" : "'", to);
        print_safely(c->texts[i], EXPLAIN_SHOWN, to);
        putc('\'', to);
    }
}

static void put_range(const struct cond *c, FILE *to)
{
    if (isinf(c->min))
        fprintf(to, "is a number up to %.15g", c->max);
    else if (isinf(c->max))
        fprintf(to, "is a number from %.15g", c->min);
    else
        fprintf(to, "is a number from %.15g to %.15g", c->min, c->max);
}

static void put_cond(const struct look *l, const struct cond *c, FILE *to)
{
    print_safely(look_field_name(l, c->field), EXPLAIN_SHOWN, to);
    switch (c->kind) {
    case COND_REGEX:
        fputs(" matches '", to);
        print_safely(regex_pattern(c->regex), EXPLAIN_SHOWN, to);
        putc('\'', to);
        break;
    case COND_IS:
        fputs(" is ", to);
        put_texts(c, to);
        break;
    case COND_IN:
        fputs(" is one of ", to);
        put_texts(c, to);
        break;
    case COND_PREFIX:
        fputs(" begins with ", to);
        put_texts(c, to);
        break;
    case COND_RANGE:
        putc(' ', to);
        put_range(c, to);
        break;
    case COND_NET:
        fputs(" is an address in ", to);
        put_texts(c, to);
        break;
    }
}

/* "path is '/cart', but path is '/'"; the text of a whole record is not repeated. */
static void put_failed(const struct look *l, const struct walked *r, const struct cond *c, FILE *to)
{
    struct str value = look_field(l, r, c->field);
    fputs("      no   ", to);
    put_cond(l, c, to);
    if (c->field != FIELD_RAW && !value.n) {
        fputs("; it is empty", to);
    } else if (c->field != FIELD_RAW) {
        fputs("; it is '", to);
        print_safely(value, EXPLAIN_SHOWN, to);
        putc('\'', to);
    }
    putc('\n', to);
}

static void put_rule(struct look *l, const struct walked *r, const struct rule *rule,
                     struct regex_scratch *scratch, FILE *to)
{
    for (size_t i = 0; i < rule->nconds; i++) {
        const struct cond *c = &rule->conds[i];
        if (cond_holds(c, look_field(l, r, c->field), scratch)) {
            fputs("      yes  ", to);
            put_cond(l, c, to);
            putc('\n', to);
        } else {
            put_failed(l, r, c, to);
        }
    }
    if (!rule->nconds)
        fputs("      it has no condition\n", to);
}

/* ---- which rules ---- */

static bool took(const struct walked *r, size_t rule)
{
    for (uint32_t i = 0; i < r->verdict.n; i++)
        if (r->verdict.rules[i] == rule)
            return true;
    return (r->verdict.excluded || r->verdict.labelled) && r->verdict.excluding == rule;
}

static size_t count_failed(const struct look *l, const struct walked *r, const struct rule *rule,
                           struct regex_scratch *scratch)
{
    size_t failed = 0;
    for (size_t i = 0; i < rule->nconds; i++)
        failed += !cond_holds(&rule->conds[i], look_field(l, r, rule->conds[i].field), scratch);
    return failed;
}

struct near {
    size_t rule, failed;
};

/* Is a nearer than b? The fewest conditions that fail; of as many, the most that hold; then the
 * first in the project. */
static bool nearer(const struct plan *plan, const struct near *a, const struct near *b)
{
    if (a->failed != b->failed)
        return a->failed < b->failed;
    size_t held_a = plan->rules[a->rule].nconds - a->failed;
    size_t held_b = plan->rules[b->rule].nconds - b->failed;
    return held_a != held_b ? held_a > held_b : a->rule < b->rule;
}

/* The nearest of the source's rules that did not take it, at most `most`. */
static size_t nearest(const struct look *l, const struct walked *r, size_t most,
                      struct regex_scratch *scratch, struct near *list)
{
    size_t n = 0;
    for (size_t k = 0; k < l->plan->nrules; k++) {
        const struct rule *rule = &l->plan->rules[k];
        if (!rule->applies[r->source] || took(r, k) || rule->excludes != EXCLUDED_NOT)
            continue;
        struct near x = { k, count_failed(l, r, rule, scratch) };
        size_t at = n;
        while (at > 0 && nearer(l->plan, &x, &list[at - 1]))
            at--;
        if (at == most)
            continue;
        n += n < most;
        for (size_t i = n - 1; i > at; i--)
            list[i] = list[i - 1];
        list[at] = x;
    }
    return n;
}

static void put_head(const char *what, const struct rule *rule, FILE *to)
{
    fprintf(to, "    %s ", what);
    print_safely(rule->label, EXPLAIN_SHOWN, to);
}

static void put_near(struct look *l, const struct walked *r, const struct near *x,
                     struct regex_scratch *scratch, FILE *to)
{
    const struct rule *rule = &l->plan->rules[x->rule];
    put_head("not ", rule, to);
    if (!x->failed && rule->nconds)
        fputs(": it would, but a rule before it did", to);
    putc('\n', to);
    put_rule(l, r, rule, scratch, to);
}

static void put_excluding(struct look *l, const struct walked *r, struct regex_scratch *scratch,
                          FILE *to)
{
    const struct rule *rule = &l->plan->rules[r->verdict.excluding];
    put_head(rule->labels ? "labelled by" : "excluded by", rule, to);
    fprintf(to, ", class %s\n", excluded_names[rule->excludes]);
    put_rule(l, r, rule, scratch, to);
}

void explain_rules(struct look *l, const struct walked *r, FILE *to)
{
    struct regex_scratch *scratch = regex_scratch_new();
    struct near list[NEAREST];
    fputs("  rules\n", to);
    if (r->verdict.excluded || r->verdict.labelled)
        put_excluding(l, r, scratch, to);
    for (uint32_t i = 0; i < r->verdict.n; i++) {
        const struct rule *rule = &l->plan->rules[r->verdict.rules[i]];
        put_head("took", rule, to);
        putc('\n', to);
        put_rule(l, r, rule, scratch, to);
    }
    for (uint32_t i = 0; i < r->verdict.nlimited; i++) {
        put_head("gave up:", &l->plan->rules[r->verdict.limited[i]], to);
        fputs(": its pattern takes too long on this text\n", to);
    }
    size_t most = r->verdict.excluded ? 0 : r->verdict.n ? 1 : NEAREST;
    size_t n = most ? nearest(l, r, most, scratch, list) : 0;
    for (size_t i = 0; i < n; i++)
        put_near(l, r, &list[i], scratch, to);
    if (!n && most == NEAREST)
        fputs("    no rule of the project is for this source\n", to);
    regex_scratch_free(scratch);
}
