/* bind.c - the columns of a source: only what something needs, and how each is had. See load.h.
 *
 * A needed field is a column that the reader delivers, or is made from other fields, which then are
 * needed, too. Makers are listed behind what they need, so that they can be run in that order.
 */
#include <stdlib.h>

#include "config/load.h"

enum state { UNSEEN, BUSY, DONE };

struct binding {
    struct loader *l;
    struct source_draft *draft;
    unsigned char state[FIELDS_MAX];
    bool looped; /* said already */
};

static void need(struct binding *b, uint32_t field);

static void push(uint32_t **list, size_t *n, size_t *room, uint32_t field)
{
    *list = mem_grow(*list, room, *n + 1, sizeof **list);
    (*list)[(*n)++] = field;
}

/* "Status" and "status" are one column of a CSV: its index, or the number of columns when the field
 * is a new one. */
static size_t same_column(struct binding *b, uint32_t field)
{
    const struct source_draft *s = b->draft;
    if (s->format->format->reader != READER_CSV)
        return s->ncolumns;
    struct str name = intern_text(&b->l->fields, field);
    for (size_t i = 0; i < s->ncolumns; i++)
        if (same_column_name(name, intern_text(&b->l->fields, s->columns[i])))
            return i;
    return s->ncolumns;
}

static void need_column(struct binding *b, uint32_t field)
{
    struct source_draft *s = b->draft;
    size_t same = same_column(b, field);
    if (same == s->ncolumns) {
        push(&s->columns, &s->ncolumns, &s->columns_room, field);
        return;
    }
    push(&s->aliases, &s->naliases, &s->aliases_room, field);
    push(&s->aliases, &s->naliases, &s->aliases_room, (uint32_t)same);
}

static bool layouts_have(const struct format *f, struct str name)
{
    for (size_t i = 0; i < f->nlayouts; i++)
        if (layout_name(f->layouts[i], name) >= 0)
            return true;
    return false;
}

static bool maker_makes(const struct maker *m, struct str name)
{
    return m->kind == DERIVE_PARTS ? layout_name(m->layout, name) >= 0 : str_eq(m->to, name);
}

/* `agent: '%{agent}'`: what the record itself has by that name counts, too, before what is made. */
static bool is_itself(const struct maker *m, struct str name)
{
    return m->kind == DERIVE_PARTS && str_eq(m->from, name) && m->layout->nnames == 1;
}

static void add_derive(struct binding *b, struct str from, struct derive d)
{
    struct source_draft *s = b->draft;
    d.from = load_field(b->l, from, s->node);
    need(b, d.from);
    s->derives = mem_grow(s->derives, &s->derives_room, s->nderives + 1, sizeof *s->derives);
    s->derives[s->nderives++] = d;
}

static void make_by(struct binding *b, const struct maker *m, struct str name, uint32_t field)
{
    struct derive d = { .kind = m->kind,
                        .to = field,
                        .key = m->kind == DERIVE_PARTS ? name : m->key,
                        .nmore = m->nmore,
                        .lookup = m->lookup,
                        .layout = m->layout,
                        .regex = m->regex };
    const struct plan *plan = b->l->plan;
    d.channels = d.kind == DERIVE_LANDING ? &plan->channels : NULL;
    d.patterns = d.kind == DERIVE_DEVICE    ? &plan->enrich.devices
                 : d.kind == DERIVE_BROWSER ? &plan->enrich.browsers
                 : d.kind == DERIVE_PAGE    ? &plan->enrich.pages
                                            : NULL;
    for (size_t i = 0; i < m->nmore; i++) {
        bool any = m->more[i].n > 0;
        d.more[i] = any ? load_field(b->l, m->more[i], b->draft->node) : FIELD_NONE;
        need(b, d.more[i]);
    }
    add_derive(b, m->from, d);
}

/* query.KEY, FIELD.host and paths in a field that holds JSON. False when the name is none of these
 * here. */
static bool make_by_name(struct binding *b, struct str name, uint32_t field)
{
    const struct format_draft *f = b->draft->format;
    if (str_starts(name, STR("query.")) && name.n > 6) {
        static const char *const bases[] = { "path", "url" };
        bool any =
            str_in(STR("path"), f->known, f->nknown) || str_in(STR("url"), f->known, f->nknown);
        for (size_t i = 0; i < 2; i++)
            if (!any || str_in(str_c(bases[i]), f->known, f->nknown))
                add_derive(
                    b, str_c(bases[i]),
                    (struct derive){ .kind = DERIVE_QUERY, .to = field, .key = str_from(name, 6) });
        return true;
    }
    struct str holder = format_json_in(f, name);
    if (holder.n) {
        add_derive(b, holder,
                   (struct derive){
                       .kind = DERIVE_JSON, .to = field, .key = str_from(name, holder.n + 1) });
        return true;
    }
    struct str url = format_host_of(f, name);
    if (url.n == 0)
        return false;
    add_derive(b, url, (struct derive){ .kind = DERIVE_HOST, .to = field });
    return true;
}

static void need(struct binding *b, uint32_t field)
{
    struct source_draft *s = b->draft;
    const struct format_draft *f = s->format;
    if (field >= FIELDS_MAX || b->state[field] == DONE)
        return;
    struct str name = arena_keep(b->l->a, intern_text(&b->l->fields, field));
    if (b->state[field] == BUSY) {
        if (!b->looped)
            faults_add(b->l->faults, FAULT_ERROR, f->format->at,
                       "the field '%.*s' of this format is made from itself", STR_ARG(name));
        b->looped = true;
        return;
    }
    b->state[field] = BUSY;
    bool column = layouts_have(f->format, name), made = false;
    for (size_t i = 0; i < f->nmakers; i++) {
        if (!maker_makes(&f->makers[i], name))
            continue;
        if (is_itself(&f->makers[i], name)) {
            column = true;
            continue;
        }
        make_by(b, &f->makers[i], name, field);
        made = true;
    }
    if (!column && !made)
        made = make_by_name(b, name, field);
    bool named = f->format->reader != READER_LINES && format_has(f, name);
    if (column || (!made && named))
        need_column(b, field);
    else if (made)
        push(&s->made, &s->nmade, &s->made_room, field);
    b->state[field] = DONE;
}

static void need_for_rules(struct binding *b, size_t source)
{
    for (size_t i = 0; i < b->l->nrules; i++) {
        const struct rule_draft *d = &b->l->rules[i];
        if (!d->rule.applies[source])
            continue;
        for (size_t k = 0; k < d->nuses; k++)
            if (!d->uses[k].example)
                need(b, d->uses[k].field);
        for (size_t k = 0; k < d->rule.nconds; k++)
            b->draft->source.needs_raw |= d->rule.conds[k].field == FIELD_RAW;
    }
}

static void need_for_source(struct binding *b)
{
    const struct source *s = &b->draft->source;
    need(b, s->time_field);
    for (size_t i = 0; i < s->nidentify; i++)
        for (size_t k = 0; k < s->identify[i].nfields; k++)
            need(b, s->identify[i].fields[k]);
    for (size_t i = 0; i < s->nattributes; i++)
        need(b, s->attributes[i].field);
    need(b, s->zone_field);
    for (size_t i = 0; i < s->repeats.nfields; i++)
        need(b, s->repeats.fields[i]);
    for (size_t i = 0; s->metrics && i < s->metrics->ndimensions; i++)
        need(b, s->metrics->dimensions[i]);
    for (size_t i = 0; s->metrics && i < s->metrics->nvalues; i++)
        need(b, s->metrics->values[i]);
    if (!s->group)
        return;
    need(b, s->group->by);
    need(b, s->group->record);
    need(b, s->group->close);
    for (size_t i = 0; i < s->group->nkeep; i++)
        need(b, s->group->keep[i]);
}

static bool fills_between(const struct derive *list, size_t from, size_t to, uint32_t field)
{
    for (size_t i = from; i < to; i++)
        if (list[i].to == field)
            return true;
    return false;
}

/* Fields that one layout finds in the same field stand together: it is then taken apart once. What
 * is moved forward needs nothing that its first fellow does not need, and passes nobody who fills
 * the same field. */
static void gather_parts(struct derive *list, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 2; list[i].kind == DERIVE_PARTS && k < n; k++) {
            struct derive d = list[k];
            if (d.kind != DERIVE_PARTS || d.from != list[i].from || d.layout != list[i].layout ||
                fills_between(list, i + 1, k, d.to))
                continue;
            memmove(&list[i + 2], &list[i + 1], (k - i - 1) * sizeof d);
            list[i + 1] = d;
        }
    }
}

/* A source that names nobody gives no events. */
static void check_identity(struct loader *l, size_t source)
{
    const struct source_draft *s = &l->sources[source];
    if (s->source.nidentify || s->source.metrics || s->format->broken || l->incomplete)
        return;
    for (size_t i = 0; i < l->nrules; i++) {
        const struct rule_draft *d = &l->rules[i];
        bool names_somebody = d->broken;
        for (size_t k = 0; k < d->rule.ncaptures; k++)
            names_somebody |= d->rule.captures[k].id >= 0;
        if (d->rule.applies[source] && names_somebody)
            return;
    }
    yaml_error(l->faults, s->node,
               "no record of the source '%.*s' says who it was: give it 'identify'",
               STR_ARG(s->source.name));
}

/* Touchpoints need a time; links do without. */
static void check_time(struct loader *l, size_t source)
{
    const struct source_draft *s = &l->sources[source];
    bool only_links = false;
    for (size_t i = 0; i < l->nrules; i++) {
        const struct rule *rule = &l->rules[i].rule;
        if (!rule->applies[source] || rule->excludes != EXCLUDED_NOT)
            continue;
        only_links = rule->link;
        if (!only_links)
            break;
    }
    if (s->timeless && !only_links)
        yaml_error(l->faults, s->node,
                   "the source '%.*s' has no time: give it 'time: {field: ..., formats: [...]}'",
                   STR_ARG(s->source.name));
}

void bind_source(struct loader *l, size_t source)
{
    struct source_draft *s = &l->sources[source];
    if (!s->format)
        return;
    struct binding b = { .l = l, .draft = s };
    need_for_source(&b);
    need_for_rules(&b, source);
    gather_parts(s->derives, s->nderives);
    check_identity(l, source);
    check_time(l, source);
}

/* Columns first, then what is made, in the order in which they were found to be needed. */
void number_columns(struct loader *l, struct source_draft *draft)
{
    struct source *s = &draft->source;
    const struct plan *p = l->plan;
    s->ncolumns = draft->ncolumns;
    s->nslots = draft->ncolumns + draft->nmade;
    s->columns = arena_take(l->a, s->nslots * sizeof *s->columns + 1);
    s->column_field = arena_take(l->a, s->nslots * sizeof *s->column_field + 1);
    s->slot = arena_take(l->a, p->nfields * sizeof *s->slot + 1);
    for (size_t i = 0; i < p->nfields; i++)
        s->slot[i] = -1;
    for (size_t i = 0; i < s->nslots; i++) {
        uint32_t field = i < s->ncolumns ? draft->columns[i] : draft->made[i - s->ncolumns];
        s->column_field[i] = field;
        s->columns[i] = p->fields[field];
        s->slot[field] = (int32_t)i;
    }
    for (size_t i = 0; i < draft->naliases; i += 2)
        s->slot[draft->aliases[i]] = (int32_t)draft->aliases[i + 1];
    s->derives = load_keep(l, draft->derives, draft->nderives, sizeof *s->derives);
    s->nderives = draft->nderives;
    free(draft->columns);
    free(draft->made);
    free(draft->aliases);
    free(draft->derives);
}
