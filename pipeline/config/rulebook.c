/* rulebook.c - see rulebook.h: fingerprints of what a plan makes of records, and retired rules.
 *
 * A fingerprint is a hash of the thing written out: numbers of fields become their names, so that
 * it says the same in every project. A grok name counts as written.
 */
#include "config/rulebook.h"

#include <stdlib.h>

#include "config/load.h"
#include "config/messages.h"
#include "event_columns.h"

/* ---- writing things out ---- */

static void put_field(struct bytes *to, const struct plan *plan, uint32_t field)
{
    bool named = field < plan->nfields;
    put_number(to, named ? 0 : field == FIELD_RAW ? 1 : 2);
    put_text(to, named ? plan->fields[field] : STR(""));
}

static void put_real(struct bytes *to, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put_u64(to, bits);
}

static void put_texts(struct bytes *to, const struct str *texts, size_t n)
{
    put_number(to, n);
    for (size_t i = 0; i < n; i++)
        put_text(to, texts[i]);
}

static void put_regex(struct bytes *to, const struct regex *r)
{
    put_text(to, r ? regex_pattern(r) : STR(""));
}

static void put_template(struct bytes *to, const struct plan *plan, const struct template *t)
{
    put_number(to, t->nparts);
    for (size_t i = 0; i < t->nparts; i++) {
        const struct part *p = &t->parts[i];
        put_number(to, p->kind);
        put_text(to, p->kind == PART_TEXT ? p->text : STR(""));
        if (p->kind == PART_FIELD)
            put_field(to, plan, p->field);
        if (p->kind == PART_GROUP) {
            put_number(to, p->cond);
            put_number(to, p->group);
        }
    }
}

static void put_rule(struct bytes *to, const struct plan *plan, const struct rule *r)
{
    put_template(to, plan, &r->touchpoint);
    put_number(to, r->also);
    if (r->link)
        put_number(to, UINT64_C(2) + r->links);
    if (r->excludes != EXCLUDED_NOT) { /* no number of kinds of identifiers is as high */
        put_number(to, (UINT64_C(1) << 20) + r->excludes);
        put_number(to, r->labels);
    }
    if (r->follow_up.kind != FOLLOW_UP_NONE) {
        put_number(to, (UINT64_C(1) << 21) + r->follow_up.kind);
        put_text(to, r->follow_up.one);
        put_texts(to, r->follow_up.others.list, r->follow_up.others.n);
        put_number(to, (uint64_t)r->follow_up.within);
    }
    put_number(to, r->nconds);
    for (size_t i = 0; i < r->nconds; i++) {
        const struct cond *c = &r->conds[i];
        put_number(to, c->kind);
        put_field(to, plan, c->field);
        put_regex(to, c->regex);
        put_texts(to, c->texts, c->ntexts);
        put_real(to, c->kind == COND_RANGE ? c->min : 0);
        put_real(to, c->kind == COND_RANGE ? c->max : 0);
    }
    put_number(to, r->ncaptures);
    for (size_t i = 0; i < r->ncaptures; i++) {
        const struct capture *c = &r->captures[i];
        put_number(to, c->cond);
        put_number(to, c->group);
        put_u32(to, (uint32_t)c->attr);
        put_u32(to, (uint32_t)c->id);
    }
    put_number(to, r->nattrs);
    for (size_t i = 0; i < r->nattrs; i++) {
        put_number(to, r->attrs[i].attr);
        put_template(to, plan, &r->attrs[i].text);
    }
}

static void put_layout(struct bytes *to, const struct layout *l)
{
    put_text(to, l ? l->text : STR(""));
    put_number(to, l && l->trailing);
}

static void put_csv(struct bytes *to, const struct csv_rules *r)
{
    put_number(to, (unsigned char)r->delimiter);
    put_number(to, r->header);
    put_texts(to, r->names, r->nnames);
    put_text(to, r->prefix);
    put_text(to, r->unnamed);
    put_number(to, r->skip);
    put_regex(to, r->skip_to);
    put_text(to, r->comment);
    put_number(to, r->find);
    put_number(to, r->header_rows);
    put_number(to, r->header_join);
    put_texts(to, r->header_from, r->nheader_from);
    put_text(to, r->fields_line);
    if (r->date_line.n) /* others have the fingerprints that they had before it was known */
        put_text(to, r->date_line);
    put_number(to, r->ragged);
    put_number(to, r->no_quotes);
    put_number(to, r->backslash);
    put_number(to, r->apostrophes);
    put_number(to, r->join_repeated);
    put_regex(to, r->drop);
    put_regex(to, r->footer);
    put_text(to, r->fill_key);
    put_texts(to, r->fill, r->nfill);
}

static void put_json(struct bytes *to, const struct json_rules *r)
{
    put_texts(to, r->records, r->nrecords);
    put_text(to, r->each);
    put_text(to, r->unwrap);
    put_text(to, r->prefix);
    put_number(to, r->nlists);
    for (size_t i = 0; i < r->nlists; i++) {
        put_text(to, r->lists[i].field);
        put_text(to, r->lists[i].key);
        put_text(to, r->lists[i].value);
    }
}

static void put_lookup(struct bytes *to, const struct lookup *l)
{
    put_text(to, l->file);
    put_texts(to, l->records, l->nrecords);
    put_text(to, l->key);
    put_texts(to, l->columns, l->ncolumns);
    put_texts(to, l->names, l->nnames);
    put_number(to, (unsigned char)l->delimiter);
}

/* As the project writes it; empty when it does not. */
static struct str zone_name(const struct plan *plan, const struct zone *zone)
{
    struct str name = STR("");
    for (size_t i = 0; plan->owned && i < plan->owned->nzones; i++)
        if (plan->owned->zones[i] == zone)
            name = plan->owned->zone_names[i];
    return name;
}

static void put_metrics(struct bytes *to, const struct plan *plan, const struct metrics_rules *m)
{
    put_number(to, m != NULL);
    if (m) { /* days are those of the project's zone */
        put_text(to, zone_name(plan, plan->zone));
        put_number(to, m->ndimensions);
        put_number(to, m->nvalues);
    }
    for (size_t i = 0; m && i < m->ndimensions; i++)
        put_field(to, plan, m->dimensions[i]);
    for (size_t i = 0; m && i < m->nvalues; i++) {
        put_text(to, m->names[i]);
        put_field(to, plan, m->values[i]);
    }
    put_number(to, m && m->comma);
}

static void put_format(struct bytes *to, const struct format *f)
{
    put_number(to, f->reader);
    put_number(to, f->nlayouts);
    for (size_t i = 0; i < f->nlayouts; i++)
        put_layout(to, f->layouts[i]);
    put_csv(to, &f->csv);
    put_json(to, &f->json);
    put_regex(to, f->multiline.start);
    put_regex(to, f->multiline.end);
    put_text(to, f->multiline.join);
    put_text(to, f->encoding);
    if (f->keep_wrapped)
        put_text(to, STR("wrapped"));
    put_text(to, f->member);
    if (f->csv.find)
        put_texts(to, f->recognise, f->nrecognise);
    put_texts(to, f->empty, f->nempty);
}

static void put_group(struct bytes *to, const struct plan *plan, const struct group_rules *g)
{
    put_number(to, g != NULL);
    if (!g)
        return;
    put_field(to, plan, g->by);
    put_number(to, g->nkeep);
    for (size_t i = 0; i < g->nkeep; i++)
        put_field(to, plan, g->keep[i]);
    put_field(to, plan, g->record);
    put_field(to, plan, g->close);
}

static void put_time(struct bytes *to, const struct plan *plan, const struct source *s)
{
    put_field(to, plan, s->time_field);
    put_field(to, plan, s->zone_field);
    put_number(to, s->ntimes);
    for (size_t i = 0; i < s->ntimes; i++)
        put_text(to, s->times[i].text);
    put_text(to, zone_name(plan, s->zone));
    put_u32(to, (uint32_t)s->year);
}

/* What decides which values name somebody is the project's, but a source is what it changes. */
static void put_identity(struct bytes *to, const struct plan *plan, const struct source *s)
{
    put_number(to, s->nidentify);
    for (size_t i = 0; i < s->nidentify; i++) {
        put_number(to, s->identify[i].kind);
        put_number(to, s->identify[i].nfields);
        for (size_t k = 0; k < s->identify[i].nfields; k++)
            put_field(to, plan, s->identify[i].fields[k]);
    }
    put_texts(to, plan->identity.blocked.list, plan->identity.blocked.n);
    put_number(to, plan->identity.zeros_name_nobody);
    put_text(to, plan->identity.country);
}

static void put_source(struct bytes *to, const struct plan *plan, const struct source *s)
{
    if (s->format)
        put_format(to, s->format);
    put_texts(to, s->columns, s->ncolumns);
    put_number(to, s->nderives);
    for (size_t i = 0; i < s->nderives; i++) {
        const struct derive *d = &s->derives[i];
        put_number(to, d->kind);
        put_field(to, plan, d->from);
        put_field(to, plan, d->to);
        put_text(to, d->key);
        put_layout(to, d->layout);
        put_regex(to, d->regex);
        for (size_t k = 0; k < d->nmore; k++)
            put_field(to, plan, d->more[k]);
        put_number(to, d->lookup);
    }
    for (size_t i = 0; i < s->nlookups; i++)
        put_lookup(to, &s->lookups[i]);
    put_metrics(to, plan, s->metrics);
    put_group(to, plan, s->group);
    put_time(to, plan, s);
    put_identity(to, plan, s);
    if (s->repeats.policy == REPEATS_BY) /* the other keys are of whole records */
        for (size_t i = 0; i < s->repeats.nfields; i++)
            put_field(to, plan, s->repeats.fields[i]);
    put_number(to, s->nattributes);
    for (size_t i = 0; i < s->nattributes; i++) {
        put_number(to, s->attributes[i].attr);
        put_field(to, plan, s->attributes[i].field);
    }
    for (size_t i = 0; s->masks && i < s->ncolumns; i++)
        if (s->masks[i].given) {
            put_number(to, i);
            put_number(to, s->masks[i].drop);
            put_number(to, (uint64_t)s->masks[i].bits4);
            put_number(to, (uint64_t)s->masks[i].bits6);
        }
}

static struct print print_of(const struct bytes *b)
{
    struct print print;
    hash_bytes_128((struct str){ (const char *)b->p, b->n }, print.bits);
    return print;
}

/* ---- the book ---- */

static void book_rules(const struct plan *plan, struct rulebook *book, struct bytes *b)
{
    book->nrules = book->plan_rules = plan->nrules;
    book->rules = arena_take(&book->arena, plan->nrules * sizeof *book->rules + 1);
    for (size_t i = 0; i < plan->nrules; i++) {
        const struct rule *r = &plan->rules[i];
        b->n = 0;
        put_rule(b, plan, r);
        book->rules[i] = (struct book_rule){
            .print = print_of(b),
            .label = r->label,
            .name = r->name,
            .stage = r->stage == STAGE_NONE ? STR("") : plan->stages[r->stage],
            .pain = r->pain,
            .emotion = r->emotion,
            .company = r->company,
            .excludes = r->excludes,
            .labels = r->labels,
        };
    }
}

static void book_sources(const struct plan *plan, struct rulebook *book, struct bytes *b)
{
    book->nsources = book->plan_sources = plan->nsources;
    book->sources = arena_take(&book->arena, plan->nsources * sizeof *book->sources + 1);
    for (size_t i = 0; i < plan->nsources; i++) {
        const struct source *s = &plan->sources[i];
        b->n = 0;
        put_source(b, plan, s);
        book->sources[i] =
            (struct book_source){ print_of(b), s->name, s->channel, s->sparse, false };
    }
}

/* Of all rules and sources in their order, and which are for which. */
static struct print print_of_all(const struct plan *plan, const struct rulebook *book,
                                 struct bytes *b)
{
    b->n = 0;
    for (size_t i = 0; i < book->nsources; i++) {
        put_text(b, book->sources[i].name);
        put_bytes(b, &book->sources[i].print, sizeof book->sources[i].print);
    }
    for (size_t i = 0; i < book->nrules; i++) {
        put_bytes(b, &book->rules[i].print, sizeof book->rules[i].print);
        for (size_t s = 0; s < plan->nsources; s++)
            put_number(b, plan->rules[i].applies[s]);
    }
    return print_of(b);
}

void rulebook_of(const struct plan *plan, struct rulebook *book)
{
    struct bytes b = { 0 };
    *book = (struct rulebook){ .made_by = STR("touchpath " VERSION) };
    book->since = TIME_NONE;
    book->until = INT64_MAX;
    book_rules(plan, book, &b);
    book_sources(plan, book, &b);
    book->print = print_of_all(plan, book, &b);
    free(b.p);
}

/* ---- retired ---- */

static void *longer(struct plan *plan, const void *list, size_t n, size_t more, size_t size)
{
    char *copy = arena_take(&plan->arena, (n + more) * size + 1);
    if (n)
        memcpy(copy, list, n * size);
    return copy;
}

/* A stage by name, made when there is none; STAGE_NONE when there are too many. */
static uint8_t stage_of(struct plan *plan, struct str name)
{
    if (!name.n)
        return STAGE_NONE;
    for (size_t i = 0; i < plan->nstages; i++)
        if (str_eq(plan->stages[i], name))
            return (uint8_t)i;
    if (plan->nstages == STAGES_MAX)
        return STAGE_NONE;
    plan->stages = longer(plan, plan->stages, plan->nstages, 1, sizeof *plan->stages);
    plan->stages[plan->nstages] = arena_keep(&plan->arena, name);
    return (uint8_t)plan->nstages++;
}

static void retire_sources(struct plan *plan, const struct rulebook *book)
{
    static const struct format nothing = { .reader = READER_LINES };
    size_t more = book->nsources - book->plan_sources;
    plan->sources = longer(plan, plan->sources, plan->nsources, more, sizeof *plan->sources);
    for (size_t i = book->plan_sources; i < book->nsources; i++) {
        struct source *s = &plan->sources[plan->nsources++];
        *s = (struct source){ .format = &nothing, .zone = plan->zone, .time_field = FIELD_NONE };
        s->name = arena_keep(&plan->arena, book->sources[i].name);
        s->channel = arena_keep(&plan->arena, book->sources[i].channel);
        s->sparse = book->sources[i].sparse;
    }
}

static void retire_rules(struct plan *plan, const struct rulebook *book)
{
    size_t more = book->nrules - book->plan_rules;
    plan->rules = longer(plan, plan->rules, plan->nrules, more, sizeof *plan->rules);
    for (size_t i = book->plan_rules; i < book->nrules; i++) {
        const struct book_rule *then = &book->rules[i];
        plan->rules[plan->nrules++] = (struct rule){
            .label = arena_keep(&plan->arena, then->label),
            .name = arena_keep(&plan->arena, then->name),
            .stage = stage_of(plan, then->stage),
            .company = then->company,
            .pain = then->pain,
            .emotion = then->emotion,
            .excludes = then->excludes,
            .labels = then->labels,
        };
    }
}

bool plan_retire(struct plan *plan, const struct rulebook *book, struct err *e)
{
    if (book->nrules > RULES_MAX || book->nsources > SOURCES_MAX)
        return err_set(e, "the event files name %zu rules that the project no longer has: too many",
                       book->nrules - book->plan_rules);
    if (book->nrules == plan->nrules && book->nsources == plan->nsources)
        return true;
    size_t before = plan->nsources;
    retire_sources(plan, book);
    retire_rules(plan, book);
    for (size_t i = 0; i < plan->nrules; i++) {
        bool *applies = arena_take(&plan->arena, plan->nsources * sizeof *applies + 1);
        if (plan->rules[i].applies)
            memcpy(applies, plan->rules[i].applies, before * sizeof *applies);
        plan->rules[i].applies = applies;
    }
    return true;
}

void plan_seal(const struct plan *plan, struct event_set *set, int workers)
{
    struct intern named = { 0 };
    for (size_t i = 0; i < plan->nrules; i++)
        intern_add(&named, plan->rules[i].name);
    uint8_t *policies = mem_take(plan->nsources + 1);
    for (size_t i = 0; i < plan->nsources; i++)
        policies[i] = plan->sources[i].repeats.policy;
    event_set_seal_with(set, &named, policies, plan->nsources, workers);
    free(policies);
    intern_free(&named);
    messages_finish(plan, set);
}
