/* match.c - see match.h. The conditions of a source, ordered by the field that they judge. */
#include "ingest/match.h"

#include <stdlib.h>

#include "ingest/matcher.h"

/* What tells a condition of a field from others: equal ones have the same. */
static struct str cond_key(struct arena *a, const struct cond *c)
{
    struct str pattern = c->kind == COND_REGEX ? regex_pattern(c->regex) : (struct str){ 0 };
    size_t n = 1 + 2 * sizeof(double) + pattern.n;
    for (size_t i = 0; i < c->ntexts; i++)
        n += sizeof(size_t) + c->texts[i].n;
    char *key = arena_take(a, n), *to = key;
    *to++ = (char)c->kind;
    if (c->kind == COND_RANGE) {
        memcpy(to, &c->min, sizeof c->min);
        memcpy(to + sizeof c->min, &c->max, sizeof c->max);
    }
    to += 2 * sizeof(double);
    if (pattern.n)
        memcpy(to, pattern.p, pattern.n);
    to += pattern.n;
    for (size_t i = 0; i < c->ntexts; i++) {
        memcpy(to, &c->texts[i].n, sizeof c->texts[i].n);
        to += sizeof c->texts[i].n;
        if (c->texts[i].n)
            memcpy(to, c->texts[i].p, c->texts[i].n);
        to += c->texts[i].n;
    }
    return (struct str){ key, n };
}

/* The judged field of a condition, made when it is new. */
static size_t judged_field(struct matcher *m, uint32_t field, int32_t column)
{
    for (size_t i = 0; i < m->nfields; i++)
        if (m->fields[i].field == field)
            return i;
    m->fields = mem_grow(m->fields, &m->fields_room, m->nfields + 1, sizeof *m->fields);
    m->fields[m->nfields] = (struct judged){ .field = field, .column = column };
    return m->nfields++;
}

static const struct needs *needs_of_cond(struct arena *a, const struct cond *c)
{
    struct needs *needs = arena_take(a, sizeof *needs);
    if (c->kind == COND_REGEX)
        needs_of(regex_pattern(c->regex), needs, a);
    return needs;
}

/* The number of a condition among those of its field; equal conditions share one. */
static uint32_t cond_number(struct judged *f, const struct cond *c, struct arena *a)
{
    struct arena scratch = { 0 };
    uint32_t number = intern_add(&f->known, cond_key(&scratch, c));
    arena_free(&scratch);
    if (number < f->nconds)
        return number;
    f->conds = mem_grow(f->conds, &f->room, f->nconds + 1, sizeof *f->conds);
    f->needs = mem_grow(f->needs, &f->needs_room, f->nconds + 1, sizeof *f->needs);
    f->conds[f->nconds] = c;
    f->needs[f->nconds] = needs_of_cond(a, c);
    return f->nconds++;
}

static void add_rule(struct matcher *m, const struct plan *plan, uint16_t number)
{
    const struct rule *rule = &plan->rules[number];
    const struct source *source = &plan->sources[m->source];
    struct want *wants = arena_take(&m->arena, rule->nconds * sizeof *wants);
    for (size_t i = 0; i < rule->nconds; i++) {
        const struct cond *c = &rule->conds[i];
        int32_t column = c->field == FIELD_RAW ? COLUMN_RAW : source->slot[c->field];
        size_t f = judged_field(m, c->field, column);
        wants[i] = (struct want){ (uint32_t)f, cond_number(&m->fields[f], c, &m->arena) };
    }
    m->rules = mem_grow(m->rules, &m->rules_room, m->nrules + 1, sizeof *m->rules);
    bool excludes = rule->excludes != EXCLUDED_NOT;
    m->rules[m->nrules++] = (struct source_rule){
        number, excludes ? rule->labels : rule->also, excludes, wants, rule->nconds,
    };
}

/* Lists the rules by their first condition. */
static void list_rules(struct matcher *m)
{
    m->free_rules = arena_take(&m->arena, m->nrules * sizeof *m->free_rules);
    for (size_t i = 0; i < m->nfields; i++) {
        struct judged *f = &m->fields[i];
        f->first_of = arena_take(&m->arena, (f->nconds + 2) * sizeof *f->first_of);
        f->rules_of = arena_take(&m->arena, m->nrules * sizeof *f->rules_of);
    }
    for (size_t r = 0; r < m->nrules; r++) {
        const struct source_rule *rule = &m->rules[r];
        if (rule->nwants)
            m->fields[rule->wants[0].judged].first_of[rule->wants[0].cond + 2]++;
        else
            m->free_rules[m->nfree_rules++] = (uint32_t)r;
    }
    for (size_t i = 0; i < m->nfields; i++)
        for (size_t c = 2; c < m->fields[i].nconds + 2; c++)
            m->fields[i].first_of[c] += m->fields[i].first_of[c - 1];
    /* first_of[c + 1] is where the next rule of c goes; in the end, where those of c + 1 begin. */
    for (size_t r = 0; r < m->nrules; r++) {
        const struct source_rule *rule = &m->rules[r];
        if (!rule->nwants)
            continue;
        struct judged *f = &m->fields[rule->wants[0].judged];
        f->rules_of[f->first_of[rule->wants[0].cond + 1]++] = (uint32_t)r;
    }
}

struct matcher *matcher_new(const struct plan *plan, uint32_t source)
{
    struct matcher *m = mem_zero(1, sizeof *m);
    m->source = source;
    for (size_t i = 0; i < plan->nrules; i++)
        if (plan->rules[i].applies[source])
            add_rule(m, plan, (uint16_t)i);
    for (size_t i = 0; i < m->nfields; i++)
        m->fields[i].words = (m->fields[i].nconds + 63) / 64;
    list_rules(m);
    return m;
}

void matcher_free(struct matcher *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->nfields; i++) {
        free(m->fields[i].conds);
        free(m->fields[i].needs);
        intern_free(&m->fields[i].known);
    }
    free(m->fields);
    free(m->rules);
    arena_free(&m->arena);
    free(m);
}
