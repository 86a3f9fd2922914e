/* match.c - see match.h. The conditions of a source, ordered by the field that they judge. */
#include "ingest/match.h"

#include <stdlib.h>

#include "ingest/matcher.h"

static bool same_cond(const struct cond *a, const struct cond *b)
{
    if (a->kind != b->kind || a->field != b->field || a->ntexts != b->ntexts)
        return false;
    for (size_t i = 0; i < a->ntexts; i++)
        if (!str_eq(a->texts[i], b->texts[i]))
            return false;
    if (a->kind == COND_REGEX)
        return str_eq(regex_pattern(a->regex), regex_pattern(b->regex));
    return a->kind != COND_RANGE || (a->min == b->min && a->max == b->max);
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

/* The bit of a condition among those of its field; equal conditions share one. */
static uint32_t cond_bit(struct judged *f, const struct cond *c, struct arena *a)
{
    for (uint32_t i = 0; i < f->nconds; i++)
        if (same_cond(f->conds[i], c))
            return i;
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
        wants[i] = (struct want){ (uint32_t)f, cond_bit(&m->fields[f], c, &m->arena) };
    }
    m->rules = mem_grow(m->rules, &m->rules_room, m->nrules + 1, sizeof *m->rules);
    m->rules[m->nrules++] = (struct source_rule){ number, rule->also, wants, rule->nconds };
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
    return m;
}

void matcher_free(struct matcher *m)
{
    if (!m)
        return;
    for (size_t i = 0; i < m->nfields; i++) {
        free(m->fields[i].conds);
        free(m->fields[i].needs);
    }
    free(m->fields);
    free(m->rules);
    arena_free(&m->arena);
    free(m);
}
