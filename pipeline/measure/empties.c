/* empties.c - see empties.h. */
#include "measure/empties.h"

#include <stdlib.h>

/* Bits by enum attr and enum id_kind. Who is through with a source looks at it no more. */
struct seen {
    uint32_t attrs, ids;           /* not seen so far, of those that its columns should give */
    uint32_t last_attrs, last_who; /* numbers that were looked at last */
    bool any;                      /* it has events */
};

struct empties {
    size_t nsources;
    struct seen *seen; /* [nsources] */
};

/* Does the field come from the reader, and is it let through? */
static bool is_column(const struct source *s, uint32_t field)
{
    int32_t slot = field < FIELD_RAW ? s->slot[field] : -1;
    return slot >= 0 && (size_t)slot < s->ncolumns && !(s->masks && s->masks[slot].drop);
}

static bool has_links(const struct plan *plan, size_t source)
{
    for (size_t r = 0; r < plan->nrules; r++)
        if (plan->rules[r].link && plan->rules[r].applies[source])
            return true;
    return false;
}

static struct seen wanted_of(const struct plan *plan, size_t source)
{
    const struct source *s = &plan->sources[source];
    struct seen seen = { .last_attrs = UINT32_MAX, .last_who = UINT32_MAX };
    for (size_t i = 0; i < s->nattributes; i++)
        if (is_column(s, s->attributes[i].field))
            seen.attrs |= 1U << s->attributes[i].attr;
    if (!has_links(plan, source))
        for (size_t i = 0; i < s->nidentify; i++)
            if (is_column(s, s->identify[i].fields[0]) && !s->identify[i].at_will)
                seen.ids |= 1U << s->identify[i].kind;
    return seen;
}

struct empties *empties_new(const struct world *w)
{
    struct empties *e = mem_take(sizeof *e);
    e->nsources = w->plan->nsources;
    e->seen = mem_zero(e->nsources, sizeof *e->seen);
    for (size_t i = 0; i < e->nsources; i++)
        e->seen[i] = wanted_of(w->plan, i);
    return e;
}

void empties_free(struct empties *e)
{
    free(e->seen);
    free(e);
}

void empties_add(struct empties *e, const struct world *w, uint32_t customer)
{
    for (size_t i = events_begin(w, customer); i < events_end(w, customer); i++) {
        const struct event *ev = &w->events[i];
        struct seen *s = &e->seen[event_source(w, ev)];
        s->any = true;
        if (s->attrs && ev->attrs && ev->attrs != s->last_attrs) {
            s->last_attrs = ev->attrs;
            for (int a = 0; a < ATTRS; a++)
                if (s->attrs >> a & 1 && attrs_text(w->set, ev->attrs, (enum attr)a).n)
                    s->attrs &= ~(1U << a);
        }
        if (s->ids && ev->who != s->last_who) {
            s->last_who = ev->who;
            for (size_t k = 0; k < who_size(w->set, ev->who); k++)
                s->ids &= ~(1U << id_kind_of(w->set, who_id(w->set, ev->who, k)));
        }
    }
}

void empties_merge(struct empties *into, const struct empties *from)
{
    for (size_t i = 0; i < into->nsources; i++) {
        into->seen[i].attrs &= from->seen[i].attrs;
        into->seen[i].ids &= from->seen[i].ids;
        into->seen[i].any |= from->seen[i].any;
    }
}

void empties_tell(const struct empties *e, const struct world *w, empty_told *tell, void *ctx)
{
    for (size_t i = 0; i < e->nsources; i++) {
        const struct source *s = &w->plan->sources[i];
        const struct seen *seen = &e->seen[i];
        for (size_t k = 0; seen->any && k < s->nattributes; k++) {
            const struct attribute *a = &s->attributes[k];
            if (seen->attrs >> a->attr & 1 && is_column(s, a->field))
                tell(ctx, (uint32_t)i, w->plan->fields[a->field], attr_names[a->attr]);
        }
        for (size_t k = 0; seen->any && k < s->nidentify; k++) {
            const struct identify *id = &s->identify[k];
            if (seen->ids >> id->kind & 1 && is_column(s, id->fields[0]))
                tell(ctx, (uint32_t)i, w->plan->fields[id->fields[0]], id_kind_names[id->kind]);
        }
    }
}
