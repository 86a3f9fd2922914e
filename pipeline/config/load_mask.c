/* load_mask.c - what is taken out of records when they are read: `mask` and `drop` of a source. See
 * load.h. */
#include "config/load.h"

/* "24/48": bits that stay of an IPv4 and of an IPv6 address. */
static bool bits_parse(struct str text, struct mask *m)
{
    double four, six;
    struct str rest = text, first = str_cut(&rest, '/');
    if (!str_number(str_trim(first), &four) || !str_number(str_trim(rest), &six) || four < 0 ||
        four > 32 || six < 0 || six > 128 || four != (double)(int)four || six != (double)(int)six)
        return false;
    m->bits4 = (int)four;
    m->bits6 = (int)six;
    return true;
}

/* Is the field made from another one, which would still have all of it? */
static bool is_made(const struct format_draft *f, struct str field)
{
    for (size_t i = 0; i < f->nmakers; i++)
        if (str_eq(f->makers[i].to, field))
            return true;
    return false;
}

static void add(struct loader *l, struct source_draft *s, const struct yaml_node *name,
                struct mask m)
{
    if (s->format->broken)
        return;
    m.given = true;
    m.field = source_field(l, s, name);
    if (is_made(s->format, name->text))
        yaml_error(l->faults, name,
                   "'%.*s' is made from another field, which would still have it: name that one",
                   STR_ARG(name->text));
    else if (m.field == s->source.time_field)
        yaml_error(l->faults, name, "'%.*s' is the time of the records, and cannot be left out",
                   STR_ARG(name->text));
    s->wanted_masks[s->nwanted_masks++] = (struct wanted_mask){ m, name };
}

void load_masks(struct loader *l, struct source_draft *s)
{
    size_t ndrop;
    const struct yaml_node *mask = yaml_get(s->node, "mask"), *drop = yaml_get(s->node, "drop");
    const struct yaml_node *dropped = value_texts(drop, &ndrop);
    s->wanted_masks =
        arena_take(l->a, ((mask ? mask->n : 0) + ndrop) * sizeof *s->wanted_masks + 1);
    for (size_t i = 0; mask && i < mask->n; i++) {
        struct mask m = { .drop = false };
        if (mask->items[i].wrong || mask->keys[i].wrong)
            continue;
        if (!bits_parse(mask->items[i].text, &m))
            yaml_error(
                l->faults, &mask->items[i],
                "'%.*s' does not say how many bits of an address stay: write IPv4/IPv6, such "
                "as 24/48",
                STR_ARG(mask->items[i].text));
        add(l, s, &mask->keys[i], m);
    }
    for (size_t i = 0; i < ndrop; i++)
        add(l, s, &dropped[i], (struct mask){ .drop = true });
}

/* Is inner a part of outer, both paths of JSON? */
static bool is_within(struct str inner, struct str outer)
{
    return inner.n > outer.n && str_starts(inner, outer) &&
           (inner.p[outer.n] == '.' || inner.p[outer.n] == '[');
}

/* Nothing but named fields is read, so there is no harm; but is it spelt right? */
static void unread(struct loader *l, const struct source_draft *s, const struct yaml_node *name)
{
    struct str hint = did_you_mean(name->text, s->source.columns, s->source.ncolumns, &l->scratch);
    yaml_warning(l->faults, name, "nothing reads the field '%.*s' of the source '%.*s'%.*s",
                 STR_ARG(name->text), STR_ARG(s->source.name), STR_ARG(hint));
}

/* The fields are columns now. What lies within a field that is masked, or has it within, goes. */
void bind_masks(struct loader *l, struct source_draft *draft)
{
    struct source *s = &draft->source;
    if (!draft->nwanted_masks)
        return;
    if (s->needs_raw)
        yaml_error(l->faults,
                   yaml_key(draft->node, "mask") ? yaml_key(draft->node, "mask")
                                                 : yaml_key(draft->node, "drop"),
                   "a rule of the source '%.*s' matches the whole record ('match'), in which these "
                   "fields stand, too: use 'when', or 'source' to keep the rule away from it",
                   STR_ARG(s->name));
    struct mask *masks = arena_take(l->a, (s->ncolumns + 1) * sizeof *masks);
    memset(masks, 0, (s->ncolumns + 1) * sizeof *masks);
    for (size_t i = 0; i < draft->nwanted_masks; i++) {
        const struct mask *m = &draft->wanted_masks[i].mask;
        bool any = false;
        struct str name = l->plan->fields[m->field];
        int32_t slot = s->slot[m->field];
        for (size_t c = 0; c < s->ncolumns; c++) {
            bool same = slot >= 0 && (size_t)slot == c;
            bool near = is_within(s->columns[c], name) || is_within(name, s->columns[c]);
            if (near || (same && (m->drop || !masks[c].given)))
                masks[c] = *m;
            if (near)
                masks[c].drop = masks[c].given = true;
            any |= same || near;
        }
        if (!any && draft->format->open)
            unread(l, draft, draft->wanted_masks[i].name);
    }
    s->masks = masks;
}
