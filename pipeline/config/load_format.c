/* load_format.c - a format file, or a format that stands inside a source, as a draft. See load.h.
 */
#include "config/load.h"

static enum reader_kind reader_of(const struct yaml_node *reader)
{
    if (reader && str_eq(reader->text, STR("csv")))
        return READER_CSV;
    if (reader && str_eq(reader->text, STR("json-lines")))
        return READER_JSON_LINES;
    return READER_LINES;
}

/* Says which keys of the format its reader has no use for. */
static void check_reader_keys(struct loader *l, const struct yaml_node *node,
                              enum reader_kind reader)
{
    static const struct {
        const char *key;
        enum reader_kind reader;
    } only[] = { { "layout", READER_LINES },
                 { "regex", READER_LINES },
                 { "trailing", READER_LINES },
                 { "group", READER_LINES },
                 { "csv", READER_CSV } };
    static const char *const names[] = { "lines", "csv", "json-lines" };
    for (size_t i = 0; i < sizeof only / sizeof *only; i++) {
        const struct yaml_node *key = yaml_key(node, only[i].key);
        if (key && only[i].reader != reader)
            yaml_error(l->faults, key, "'%s' is for the reader '%s', not for '%s'", only[i].key,
                       names[only[i].reader], names[reader]);
    }
}

static void load_layouts(struct loader *l, struct format_draft *d, const struct yaml_node *node)
{
    struct format *f = d->format;
    const struct yaml_node *texts[2] = { yaml_get(node, "layout"), yaml_get(node, "regex") };
    bool trailing = yaml_get(node, "trailing") != NULL;
    size_t n[2];
    const struct yaml_node *items[2];
    for (int k = 0; k < 2; k++)
        items[k] = value_texts(texts[k], &n[k]);
    f->layouts = arena_take(l->a, (n[0] + n[1]) * sizeof *f->layouts + 1);
    for (int k = 0; k < 2; k++) {
        for (size_t i = 0; i < n[k]; i++) {
            const struct layout *layout = load_layout(l, &items[k][i], k == 1, trailing);
            if (!layout) {
                d->broken = true;
                continue;
            }
            f->layouts[f->nlayouts++] = (struct layout *)layout;
            for (size_t j = 0; j < layout->nnames; j++)
                format_knows(d, layout->names[j]);
        }
    }
    if (yaml_key(node, "layout") || yaml_key(node, "regex"))
        return;
    yaml_error(l->faults, node, "a format that reads lines needs 'layout' or 'regex'");
    d->broken = true;
}

static void load_csv(struct loader *l, struct format_draft *d, const struct yaml_node *csv)
{
    struct csv_rules *rules = &d->format->csv;
    const struct yaml_node *delimiter = yaml_get(csv, "delimiter");
    const struct yaml_node *header = yaml_get(csv, "header"), *columns = yaml_get(csv, "columns");
    if (delimiter && str_eq(delimiter->text, STR("tab")))
        rules->delimiter = '\t';
    else if (delimiter && delimiter->text.n == 1 && !strchr("\"\r\n", delimiter->text.p[0]))
        rules->delimiter = delimiter->text.p[0];
    else if (delimiter)
        yaml_error(l->faults, delimiter, "'delimiter' must be one character, or tab");
    rules->header = !header || value_flag(header);
    if (columns) {
        struct names names = load_names(l, columns);
        rules->names = names.list;
        rules->nnames = names.n;
        if (names.n > CSV_COLUMNS_MAX)
            yaml_error(l->faults, columns, "a CSV has at most %d columns, not %zu", CSV_COLUMNS_MAX,
                       names.n);
        if (rules->header)
            yaml_error(l->faults, columns,
                       "'columns' is for files without a header: add 'header: no'");
        for (size_t i = 0; i < names.n; i++)
            format_knows(d, names.list[i]);
    } else if (!rules->header && !yaml_key(csv, "columns")) {
        yaml_error(l->faults, header, "a CSV without a header needs the names of its 'columns'");
    }
}

static void load_format_keys(struct loader *l, struct format_draft *d, const struct yaml_node *node)
{
    struct format *f = d->format;
    const struct yaml_node *name = yaml_get(node, "format"), *title = yaml_get(node, "title");
    f->name = name ? arena_keep(l->a, name->text) : d->name;
    f->title = title ? arena_keep(l->a, title->text) : f->name;
    f->at = yaml_place(node);
    f->reader = reader_of(yaml_get(node, "reader"));
    d->open = f->reader != READER_LINES;
    if (yaml_get(node, "reader"))
        check_reader_keys(l, node, f->reader);
    else
        d->broken = d->open = true;
    struct names recognise = load_names(l, yaml_get(node, "recognise"));
    f->recognise = recognise.list;
    f->nrecognise = recognise.n;
    struct names empty = load_names(l, yaml_get(node, "empty"));
    f->empty = empty.list;
    f->nempty = empty.n;
    for (size_t i = 0; i < recognise.n; i++)
        format_knows(d, recognise.list[i]);
    if (f->reader == READER_LINES && !d->broken)
        load_layouts(l, d, node);
    f->csv.header = true;
    if (f->reader == READER_CSV && yaml_get(node, "csv"))
        load_csv(l, d, yaml_get(node, "csv"));
    d->group = f->reader == READER_LINES ? yaml_get(node, "group") : NULL;
    d->time = yaml_get(node, "time");
    d->identify = yaml_get(node, "identify");
    d->attributes = yaml_get(node, "attributes");
    load_makers(l, d, node);
}

static struct format_draft *add_draft(struct loader *l, struct str name)
{
    struct format_draft *d = arena_take(&l->scratch, sizeof *d);
    d->format = arena_take(l->a, sizeof *d->format);
    d->name = arena_keep(l->a, name);
    l->formats = mem_grow(l->formats, &l->formats_room, l->nformats + 1, sizeof *l->formats);
    l->formats[l->nformats++] = d;
    return d;
}

struct format_draft *load_format(struct loader *l, const struct yaml_node *node)
{
    if (node->kind == YAML_MAP) {
        struct format_draft *d = add_draft(l, STR(""));
        load_format_keys(l, d, node);
        return d;
    }
    for (size_t i = 0; i < l->nformats; i++)
        if (str_eq(l->formats[i]->name, node->text) && node->text.n)
            return l->formats[i];
    struct format_draft *d = add_draft(l, node->text);
    d->broken = d->open = true;
    const char *path = find_rules_file(l, node, "formats", "format");
    struct yaml_node *file = path ? yaml_read(path, str_c(path), node, l->a, l->faults) : NULL;
    if (!file || !keys_check(file, &format_keys, l->faults))
        return d;
    d->broken = d->open = false;
    load_format_keys(l, d, file);
    return d;
}
