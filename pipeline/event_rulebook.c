/* event_rulebook.c - see event_rulebook.h. Rules are known by fingerprint, sources by name. */
#include "event_rulebook.h"

#include <stdlib.h>

#include "base/limits.h"
#include "event_columns.h"

/* ---- who is who: a text for each thing, equal for what is the same ---- */

/* Equal rules may stand in a plan several times: the first is the first, the second the second. */
static struct str rule_key(struct bytes *to, struct print print, uint32_t which)
{
    to->n = 0;
    put_u64(to, print.bits[0]);
    put_u64(to, print.bits[1]);
    put_u32(to, which);
    return (struct str){ (const char *)to->p, to->n };
}

static struct str retired_rule_key(struct bytes *to, const struct book_rule *r)
{
    to->n = 0;
    put_text(to, r->label);
    put_u64(to, r->print.bits[0]);
    put_u64(to, r->print.bits[1]);
    put_text(to, r->name);
    put_text(to, r->stage);
    put_u64(to, (uint64_t)r->pain);
    put_u64(to, (uint64_t)r->emotion);
    put_number(to, r->company);
    return (struct str){ (const char *)to->p, to->n };
}

static struct str retired_source_key(struct bytes *to, const struct book_source *s)
{
    to->n = 0;
    put_text(to, s->name);
    put_text(to, s->channel);
    put_number(to, s->sparse);
    return (struct str){ (const char *)to->p, to->n };
}

/* Numbers texts from 0, each with the thing that it is of. */
struct index {
    struct intern keys;
    uint32_t *number;
    size_t room;
};

static void index_add(struct index *in, struct str key, uint32_t number)
{
    uint32_t at = intern_add(&in->keys, key);
    in->number = mem_grow(in->number, &in->room, in->keys.n, sizeof *in->number);
    in->number[at] = number;
}

static uint32_t index_find(const struct index *in, struct str key)
{
    uint32_t at = intern_find(&in->keys, key);
    return at == INTERN_NONE ? INTERN_NONE : in->number[at];
}

static void index_free(struct index *in)
{
    intern_free(&in->keys);
    free(in->number);
}

/* How many rules with this print came before; counts this one. */
static uint32_t which_of_equals(struct index *counts, struct bytes *b, struct print print)
{
    struct str key = rule_key(b, print, 0);
    uint32_t before = index_find(counts, key);
    before = before == INTERN_NONE ? 0 : before;
    index_add(counts, key, before + 1);
    return before;
}

/* ---- joining ---- */

struct joining {
    struct rulebook *today;
    struct index rules, sources;                 /* of today's plan */
    struct index retired_rules, retired_sources; /* number: in the lists below, then in today's */
    struct book_rule *new_rules;
    struct book_source *new_sources;
    size_t nnew_rules, new_rules_room, nnew_sources, new_sources_room;
    struct bytes key;
};

static void know_today(struct joining *j)
{
    struct index counts = { .number = NULL };
    for (size_t i = 0; i < j->today->plan_rules; i++) {
        struct print print = j->today->rules[i].print;
        uint32_t which = which_of_equals(&counts, &j->key, print);
        index_add(&j->rules, rule_key(&j->key, print, which), (uint32_t)i);
    }
    index_free(&counts);
    for (size_t i = 0; i < j->today->plan_sources; i++)
        index_add(&j->sources, j->today->sources[i].name, (uint32_t)i);
    for (size_t i = j->today->plan_rules; i < j->today->nrules; i++)
        index_add(&j->retired_rules, retired_rule_key(&j->key, &j->today->rules[i]), (uint32_t)i);
    for (size_t i = j->today->plan_sources; i < j->today->nsources; i++)
        index_add(&j->retired_sources, retired_source_key(&j->key, &j->today->sources[i]),
                  (uint32_t)i);
}

/* Of the plan, or INTERN_NONE. */
static uint32_t rule_of_plan(struct joining *j, struct index *counts, struct print print)
{
    uint32_t which = which_of_equals(counts, &j->key, print);
    uint32_t found = index_find(&j->rules, rule_key(&j->key, print, which));
    return found == INTERN_NONE ? index_find(&j->rules, rule_key(&j->key, print, 0)) : found;
}

static void see_book(struct joining *j, const struct rulebook *then)
{
    struct index counts = { .number = NULL };
    for (size_t i = 0; i < then->nrules; i++) {
        const struct book_rule *r = &then->rules[i];
        if (rule_of_plan(j, &counts, r->print) != INTERN_NONE || !r->used ||
            index_find(&j->retired_rules, retired_rule_key(&j->key, r)) != INTERN_NONE)
            continue;
        index_add(&j->retired_rules, retired_rule_key(&j->key, r), 0);
        j->new_rules =
            mem_grow(j->new_rules, &j->new_rules_room, j->nnew_rules + 1, sizeof *j->new_rules);
        j->new_rules[j->nnew_rules++] = *r;
    }
    index_free(&counts);
    for (size_t i = 0; i < then->nsources; i++) {
        const struct book_source *s = &then->sources[i];
        if (!s->used || index_find(&j->sources, s->name) != INTERN_NONE ||
            index_find(&j->retired_sources, retired_source_key(&j->key, s)) != INTERN_NONE)
            continue;
        index_add(&j->retired_sources, retired_source_key(&j->key, s), 0);
        j->new_sources = mem_grow(j->new_sources, &j->new_sources_room, j->nnew_sources + 1,
                                  sizeof *j->new_sources);
        j->new_sources[j->nnew_sources++] = *s;
    }
}

static int by_rule_key(const void *x, const void *y)
{
    struct bytes a = { 0 }, b = { 0 };
    int c = str_cmp(retired_rule_key(&a, x), retired_rule_key(&b, y));
    free(a.p);
    free(b.p);
    return c;
}

static int by_source_key(const void *x, const void *y)
{
    struct bytes a = { 0 }, b = { 0 };
    int c = str_cmp(retired_source_key(&a, x), retired_source_key(&b, y));
    free(a.p);
    free(b.p);
    return c;
}

static void append_rules(struct joining *j)
{
    struct rulebook *t = j->today;
    if (!j->nnew_rules)
        return;
    struct book_rule *rules = arena_take(&t->arena, (t->nrules + j->nnew_rules) * sizeof *rules);
    if (t->nrules)
        memcpy(rules, t->rules, t->nrules * sizeof *rules);
    t->rules = rules;
    qsort(j->new_rules, j->nnew_rules, sizeof *rules, by_rule_key);
    for (size_t i = 0; i < j->nnew_rules; i++) {
        struct book_rule *r = &rules[t->nrules];
        *r = j->new_rules[i];
        r->label = arena_keep(&t->arena, r->label);
        r->name = arena_keep(&t->arena, r->name);
        r->stage = arena_keep(&t->arena, r->stage);
        index_add(&j->retired_rules, retired_rule_key(&j->key, r), (uint32_t)t->nrules++);
    }
}

static void append_sources(struct joining *j)
{
    struct rulebook *t = j->today;
    if (!j->nnew_sources)
        return;
    struct book_source *sources =
        arena_take(&t->arena, (t->nsources + j->nnew_sources) * sizeof *sources);
    if (t->nsources)
        memcpy(sources, t->sources, t->nsources * sizeof *sources);
    t->sources = sources;
    qsort(j->new_sources, j->nnew_sources, sizeof *sources, by_source_key);
    for (size_t i = 0; i < j->nnew_sources; i++) {
        struct book_source *s = &sources[t->nsources];
        *s = j->new_sources[i];
        s->name = arena_keep(&t->arena, s->name);
        s->channel = arena_keep(&t->arena, s->channel);
        index_add(&j->retired_sources, retired_source_key(&j->key, s), (uint32_t)t->nsources++);
    }
}

static void renumber(struct joining *j, const struct rulebook *then, struct renumbering *out)
{
    struct index counts = { .number = NULL };
    out->rule = mem_take(then->nrules * sizeof *out->rule);
    out->source = mem_take(then->nsources * sizeof *out->source);
    for (size_t i = 0; i < then->nrules; i++) {
        const struct book_rule *r = &then->rules[i];
        uint32_t now = rule_of_plan(j, &counts, r->print);
        if (now == INTERN_NONE)
            now = index_find(&j->retired_rules, retired_rule_key(&j->key, r));
        out->rule[i] = !r->used ? RULE_UNUSED : (uint16_t)now;
    }
    index_free(&counts);
    for (size_t i = 0; i < then->nsources; i++) {
        const struct book_source *s = &then->sources[i];
        uint32_t now = index_find(&j->sources, s->name);
        if (now == INTERN_NONE)
            now = index_find(&j->retired_sources, retired_source_key(&j->key, s));
        out->source[i] = !s->used ? UINT32_MAX : now;
    }
}

bool rulebook_join(struct rulebook *today, const struct rulebook *const *then, size_t n,
                   struct renumbering *out, struct err *e)
{
    struct joining j = { .today = today };
    know_today(&j);
    for (size_t i = 0; i < n; i++)
        see_book(&j, then[i]);
    bool ok = today->nrules + j.nnew_rules <= RULES_MAX &&
              today->nsources + j.nnew_sources <= SOURCES_MAX;
    if (ok) {
        append_rules(&j);
        append_sources(&j);
        for (size_t i = 0; i < n; i++)
            renumber(&j, then[i], &out[i]);
    } else {
        err_set(e,
                "the event files name %zu rules and %zu sources that the project no longer has, "
                "more than fit beside its own",
                j.nnew_rules, j.nnew_sources);
    }
    index_free(&j.rules);
    index_free(&j.sources);
    index_free(&j.retired_rules);
    index_free(&j.retired_sources);
    free(j.new_rules);
    free(j.new_sources);
    free(j.key.p);
    return ok;
}

void renumbering_same(const struct rulebook *book, struct renumbering *out)
{
    out->rule = mem_take(book->nrules * sizeof *out->rule);
    out->source = mem_take(book->nsources * sizeof *out->source);
    for (size_t i = 0; i < book->nrules; i++)
        out->rule[i] = book->rules[i].used ? (uint16_t)i : RULE_UNUSED;
    for (size_t i = 0; i < book->nsources; i++)
        out->source[i] = book->sources[i].used ? (uint32_t)i : UINT32_MAX;
}

void renumbering_free(struct renumbering *r)
{
    free(r->rule);
    free(r->source);
    *r = (struct renumbering){ 0 };
}

/* ---- differences ---- */

typedef void line_fn(void *ctx, const char *text);

static bool has_rule(const struct rulebook *book, size_t n, const struct book_rule *r)
{
    for (size_t i = 0; i < n; i++)
        if (print_eq(book->rules[i].print, r->print))
            return true;
    return false;
}

static size_t tell_rules(const struct rulebook *today, const struct rulebook *then, line_fn *line,
                         void *ctx)
{
    char text[300];
    size_t told = 0;
    for (size_t i = 0; i < then->nrules; i++) {
        if (has_rule(today, today->plan_rules, &then->rules[i]))
            continue;
        struct str label = then->rules[i].label;
        snprintf(text, sizeof text, "the project no longer has the rule '%.*s'%s", STR_ARG(label),
                 then->rules[i].used ? "; its events keep their meaning" : "");
        line(ctx, text);
        told++;
    }
    for (size_t i = 0; i < today->plan_rules; i++) {
        if (has_rule(then, then->nrules, &today->rules[i]))
            continue;
        snprintf(text, sizeof text, "it was made without the rule '%.*s'",
                 STR_ARG(today->rules[i].label));
        line(ctx, text);
        told++;
    }
    return told;
}

static size_t tell_sources(const struct rulebook *today, const struct rulebook *then, line_fn *line,
                           void *ctx)
{
    char text[300];
    size_t told = 0;
    for (size_t i = 0; i < then->nsources; i++) {
        const struct book_source *s = &then->sources[i], *now = NULL;
        for (size_t k = 0; k < today->plan_sources && !now; k++)
            now = str_eq(today->sources[k].name, s->name) ? &today->sources[k] : NULL;
        if (!now && s->used)
            snprintf(text, sizeof text, "the project no longer has the source '%.*s'",
                     STR_ARG(s->name));
        else if (now && !print_eq(now->print, s->print))
            snprintf(text, sizeof text,
                     "the source '%.*s' was taken apart, or named people, otherwise",
                     STR_ARG(s->name));
        else
            continue;
        line(ctx, text);
        told++;
    }
    return told;
}

void rulebook_differences(const struct rulebook *today, const struct rulebook *then,
                          void (*line)(void *ctx, const char *text), void *ctx)
{
    if (print_eq(today->print, then->print))
        return;
    size_t told = tell_rules(today, then, line, ctx) + tell_sources(today, then, line, ctx);
    if (!told)
        line(ctx, "rules stood in another order, or were for other sources");
}
