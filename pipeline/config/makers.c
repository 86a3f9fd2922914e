/* makers.c - fields that a format makes from others: parts, pairs, extract. See load.h. */
#include <stdlib.h>

#include "config/load.h"

void add_maker(struct format_draft *d, struct maker m)
{
    d->makers = mem_grow(d->makers, &d->makers_room, d->nmakers + 1, sizeof *d->makers);
    d->makers[d->nmakers++] = m;
}

void format_knows(struct format_draft *d, struct str field)
{
    if (str_in(field, d->known, d->nknown))
        return;
    d->known = mem_grow(d->known, &d->known_room, d->nknown + 1, sizeof *d->known);
    d->known[d->nknown++] = field;
}

bool same_column_name(struct str a, struct str b)
{
    char *normal = mem_take(a.n + b.n);
    struct str x = { normal, str_normal_name(a, normal) };
    struct str y = { normal + a.n, str_normal_name(b, normal + a.n) };
    bool same = str_eq(x, y);
    free(normal);
    return same;
}

static bool knows(const struct format_draft *d, struct str field)
{
    if (str_in(field, d->known, d->nknown))
        return true;
    for (size_t i = 0; i < d->nknown && d->format->reader == READER_CSV; i++)
        if (same_column_name(field, d->known[i]))
            return true;
    return false;
}

struct str format_host_of(const struct format_draft *d, struct str field)
{
    const struct str none = { NULL, 0 }, end = STR(".host");
    if (field.n <= end.n || !str_eq(str_from(field, field.n - end.n), end))
        return none;
    struct str url = str_head(field, field.n - end.n);
    bool usual =
        str_eq(url, STR("referrer")) || str_eq(url, STR("referer")) || str_eq(url, STR("url"));
    /* "request.host" may well be a path in JSON */
    bool known =
        str_in(url, d->known, d->nknown) || (d->open && usual) || d->format->reader == READER_CSV;
    return known ? url : none;
}

struct str format_json_in(const struct format_draft *d, struct str field)
{
    for (size_t i = 0; i < d->njson_in; i++) {
        size_t n = d->json_in[i].n;
        if (field.n > n + 1 && field.p[n] == '.' && str_starts(field, d->json_in[i]))
            return d->json_in[i];
    }
    return (struct str){ NULL, 0 };
}

bool format_has(const struct format_draft *d, struct str field)
{
    if (d->open || knows(d, field) || format_json_in(d, field).n)
        return true;
    if (str_starts(field, STR("query.")))
        return str_in(STR("path"), d->known, d->nknown) || str_in(STR("url"), d->known, d->nknown);
    return format_host_of(d, field).n > 0;
}

static void load_parts(struct loader *l, struct format_draft *d, const struct yaml_node *parts)
{
    for (size_t i = 0; parts && i < parts->n; i++) {
        if (parts->items[i].wrong || parts->keys[i].wrong)
            continue;
        size_t n;
        const struct yaml_node *texts = value_texts(&parts->items[i], &n);
        for (size_t k = 0; k < n; k++) {
            const struct layout *layout = load_layout(l, &texts[k], false, false);
            if (!layout) {
                d->broken = true;
                continue;
            }
            add_maker(d, (struct maker){ .kind = DERIVE_PARTS,
                                         .from = arena_keep(l->a, parts->keys[i].text),
                                         .layout = layout });
            for (size_t j = 0; j < layout->nnames; j++)
                format_knows(d, layout->names[j]);
        }
    }
}

static void load_pairs(struct loader *l, struct format_draft *d, const struct yaml_node *pairs)
{
    const struct yaml_node *field = yaml_get(pairs, "field"), *keys = yaml_get(pairs, "keys");
    for (size_t i = 0; field && keys && i < keys->n; i++) {
        if (keys->items[i].wrong || keys->keys[i].wrong)
            continue;
        struct maker m = { .kind = DERIVE_PAIRS,
                           .from = arena_keep(l->a, field->text),
                           .to = arena_keep(l->a, keys->keys[i].text),
                           .key = arena_keep(l->a, keys->items[i].text) };
        add_maker(d, m);
        format_knows(d, m.to);
    }
}

static void load_extract(struct loader *l, struct format_draft *d, const struct yaml_node *extract)
{
    for (size_t i = 0; extract && i < extract->n; i++) {
        const struct yaml_node *item = &extract->items[i];
        const struct yaml_node *field = yaml_get(item, "field"), *text = yaml_get(item, "regex");
        struct str to = arena_keep(l->a, extract->keys[i].text);
        format_knows(d, to);
        if (item->wrong || extract->keys[i].wrong || !field || !text)
            continue;
        const struct regex *regex = load_regex(l, text);
        if (regex && regex_names(regex) == 0) {
            yaml_error(l->faults, text, "this regex needs a named group, such as (?<v>...)");
            regex = NULL;
        }
        if (!regex) {
            d->broken = true;
            continue;
        }
        add_maker(d, (struct maker){ .kind = DERIVE_REGEX,
                                     .from = arena_keep(l->a, field->text),
                                     .to = to,
                                     .regex = regex });
    }
}

/* new field: [fields] */
static void load_combine(struct loader *l, struct format_draft *d, const struct yaml_node *combine)
{
    for (size_t i = 0; combine && i < combine->n; i++) {
        if (combine->items[i].wrong || combine->keys[i].wrong)
            continue;
        size_t n;
        const struct yaml_node *from = value_texts(&combine->items[i], &n);
        if (n == 0 || n > COMBINE_MAX) {
            yaml_error(l->faults, &combine->items[i], "'combine' joins 1 to %d fields, not %zu",
                       COMBINE_MAX, n);
            continue;
        }
        struct maker m = { .kind = DERIVE_COMBINE,
                           .from = arena_keep(l->a, from[0].text),
                           .to = arena_keep(l->a, combine->keys[i].text),
                           .nmore = n - 1 };
        for (size_t k = 1; k < n; k++)
            m.more[k - 1] = arena_keep(l->a, from[k].text);
        add_maker(d, m);
        format_knows(d, m.to);
    }
}

static void load_decode(struct loader *l, struct format_draft *d, const struct yaml_node *decode)
{
    for (size_t i = 0; decode && i < decode->n; i++) {
        const struct yaml_node *item = &decode->items[i];
        const struct yaml_node *field = yaml_get(item, "field"), *as = yaml_get(item, "as");
        if (item->wrong || decode->keys[i].wrong || !field)
            continue;
        bool plus = as && str_eq(as->text, STR("plus"));
        struct maker m = { .kind = plus ? DERIVE_PLUS : DERIVE_PERCENT,
                           .from = arena_keep(l->a, field->text),
                           .to = arena_keep(l->a, decode->keys[i].text) };
        add_maker(d, m);
        format_knows(d, m.to);
    }
}

/* With all names known: is each input of a maker one? */
static void check_inputs(struct loader *l, const struct format_draft *d,
                         const struct yaml_node *field)
{
    if (!field || field->wrong || d->broken || format_has(d, field->text))
        return;
    struct str hint = did_you_mean(field->text, d->known, d->nknown, &l->scratch);
    yaml_error(l->faults, field, "this format has no field '%.*s'%.*s", STR_ARG(field->text),
               STR_ARG(hint));
}

void load_makers(struct loader *l, struct format_draft *d, const struct yaml_node *node)
{
    const struct yaml_node *parts = yaml_get(node, "parts"), *pairs = yaml_get(node, "pairs");
    const struct yaml_node *extract = yaml_get(node, "extract");
    const struct yaml_node *combine = yaml_get(node, "combine"), *decode = yaml_get(node, "decode");
    load_parts(l, d, parts);
    load_pairs(l, d, pairs);
    load_extract(l, d, extract);
    load_combine(l, d, combine);
    load_decode(l, d, decode);
    load_lookups(l, d, yaml_get(node, "lookups"));
    struct names json_in = load_names(l, yaml_get(node, "json_in"));
    d->json_in = json_in.list;
    d->njson_in = json_in.n;
    for (size_t i = 0; parts && i < parts->n; i++)
        check_inputs(l, d, &parts->keys[i]);
    check_inputs(l, d, yaml_get(pairs, "field"));
    for (size_t i = 0; extract && i < extract->n; i++)
        if (!extract->items[i].wrong)
            check_inputs(l, d, yaml_get(&extract->items[i], "field"));
    for (size_t i = 0; combine && i < combine->n; i++) {
        size_t n;
        const struct yaml_node *from = value_texts(&combine->items[i], &n);
        for (size_t k = 0; k < n && !combine->items[i].wrong; k++)
            check_inputs(l, d, &from[k]);
    }
    for (size_t i = 0; decode && i < decode->n; i++)
        if (!decode->items[i].wrong)
            check_inputs(l, d, yaml_get(&decode->items[i], "field"));
}
