/* load_side.c - side tables and metrics: the keys `lookups` and `metrics` of formats and sources.
 * See load.h. */
#include "config/load.h"

static struct str text(struct loader *l, const struct yaml_node *node, const char *key)
{
    const struct yaml_node *value = yaml_get(node, key);
    return value ? arena_keep(l->a, value->text) : (struct str){ 0 };
}

static void check_field(struct loader *l, const struct format_draft *d,
                        const struct yaml_node *field)
{
    if (d->broken || format_has(d, field->text))
        return;
    struct str hint = did_you_mean(field->text, d->known, d->nknown, &l->scratch);
    yaml_error(l->faults, field, "this format has no field '%.*s'%.*s", STR_ARG(field->text),
               STR_ARG(hint));
}

static void load_lookup(struct loader *l, struct format_draft *d, const struct yaml_node *node)
{
    const struct yaml_node *field = yaml_get(node, "field"), *take = yaml_get(node, "take");
    const struct yaml_node *records = yaml_get(node, "records"), *file = yaml_get(node, "file");
    if (!field || !take || !yaml_get(node, "key"))
        return;
    check_field(l, d, field);
    struct lookup k = { .file = text(l, node, "file"), .key = text(l, node, "key") };
    k.at = yaml_place(node);
    if (!file == !records)
        yaml_error(l->faults, node, "a lookup needs one of 'file' and 'records'");
    if (records && !reader_gives_json(d->format->reader))
        yaml_error(l->faults, records, "'records' is for the reader 'json-document'");
    if (records && !load_record_path(l, records, &k.records, &k.nrecords))
        d->broken = true;
    k.delimiter = load_delimiter(l, yaml_get(node, "delimiter"));
    struct names names = load_names(l, yaml_get(node, "columns"));
    k.names = names.list;
    k.nnames = names.n;
    k.columns = arena_take(l->a, take->n * sizeof *k.columns + 1);
    for (size_t i = 0; i < take->n; i++) {
        if (take->items[i].wrong || take->keys[i].wrong)
            continue;
        struct maker m = { .kind = DERIVE_LOOKUP,
                           .from = arena_keep(l->a, field->text),
                           .to = arena_keep(l->a, take->keys[i].text),
                           .key = arena_keep(l->a, take->items[i].text),
                           .lookup = d->nlookups };
        k.columns[k.ncolumns++] = m.key;
        add_maker(d, m);
        format_knows(d, m.to);
    }
    d->lookups = mem_grow(d->lookups, &d->lookups_room, d->nlookups + 1, sizeof *d->lookups);
    d->lookups[d->nlookups++] = k;
}

void load_lookups(struct loader *l, struct format_draft *d, const struct yaml_node *list)
{
    for (size_t i = 0; list && i < list->n; i++)
        if (!list->items[i].wrong)
            load_lookup(l, d, &list->items[i]);
}

void load_metrics(struct loader *l, struct source_draft *s, const struct yaml_node *node)
{
    const struct yaml_node *values = yaml_get(node, "values");
    const struct yaml_node *own = yaml_get(s->node, "decimal");
    const struct yaml_node *decimal = own ? own : yaml_get(node, "decimal");
    const struct yaml_node *count = yaml_get(node, "count");
    size_t nvalues = values ? values->n : 0;
    if (node && !yaml_key(node, "values") && !yaml_key(node, "count"))
        yaml_error(l->faults, node, "a metrics needs 'values', 'count', or both");
    if (!values && !count)
        return;
    struct metrics_rules *m = arena_take(l->a, sizeof *m);
    const struct yaml_node *dimensions = value_texts(yaml_get(node, "dimensions"), &m->ndimensions);
    m->dimensions = arena_take(l->a, m->ndimensions * sizeof *m->dimensions + 1);
    for (size_t i = 0; i < m->ndimensions; i++)
        m->dimensions[i] = source_field(l, s, &dimensions[i]);
    m->names = arena_take(l->a, (nvalues + 1) * sizeof *m->names);
    m->values = arena_take(l->a, (nvalues + 1) * sizeof *m->values);
    if (count) {
        m->names[m->nvalues] = arena_keep(l->a, count->text);
        m->values[m->nvalues++] = FIELD_NONE;
    }
    for (size_t i = 0; i < nvalues; i++) {
        if (values->items[i].wrong || values->keys[i].wrong)
            continue;
        m->names[m->nvalues] = arena_keep(l->a, values->keys[i].text);
        m->values[m->nvalues++] = source_field(l, s, &values->items[i]);
    }
    m->comma = decimal && str_eq(decimal->text, STR(","));
    s->source.metrics = m;
    s->source.sparse = true; /* its times are days: they bound nothing */
}
