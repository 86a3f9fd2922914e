/* load_format.c - a format file, or a format that stands inside a source, as a draft. See load.h.
 */
#include "config/load.h"

/* Says which keys of the format its reader has no use for. */
static void check_reader_keys(struct loader *l, const struct yaml_node *node,
                              enum reader_kind reader)
{
    static const struct {
        const char *key;
        enum reader_kind reader;
    } only[] = { { "layout", READER_LINES }, { "expect", READER_LINES },
                 { "regex", READER_LINES },  { "trailing", READER_LINES },
                 { "group", READER_LINES },  { "multiline", READER_LINES },
                 { "json", READER_JSON },    { "csv", READER_CSV } };
    static const char *const names[] = {
        [READER_LINES] = "lines",        [READER_CSV] = "csv",   [READER_JSON_LINES] = "json-lines",
        [READER_JSON] = "json-document", [READER_MAIL] = "mail", [READER_XES] = "xes"
    };
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

/* Lines are known by fields that one of the layouts takes out of them. */
static void check_signs(struct loader *l, const struct format *f, const struct yaml_node *node)
{
    for (size_t i = 0; i < f->nrecognise; i++) {
        bool told = false;
        for (size_t k = 0; k < f->nlayouts && !told; k++)
            told = str_in(f->recognise[i], f->layouts[k]->names, f->layouts[k]->nnames);
        if (!told)
            yaml_error(l->faults, node, "no layout of this format has a field '%.*s'",
                       STR_ARG(f->recognise[i]));
    }
}

static void load_expects(struct loader *l, struct format *f, const struct yaml_node *node)
{
    const struct str kinds[] = { [EXPECT_ADDRESS] = STR("address"),
                                 [EXPECT_STATUS] = STR("status"),
                                 [EXPECT_NUMBER] = STR("number") };
    enum { KINDS = sizeof kinds / sizeof *kinds };
    f->expects = arena_take(l->a, (node ? node->n : 0) * sizeof *f->expects + 1);
    for (size_t i = 0; node && i < node->n; i++) {
        const struct yaml_node *field = &node->keys[i], *what = &node->items[i];
        size_t kind = 0, k = 0;
        if (field->wrong || what->wrong)
            continue;
        while (kind < KINDS && !str_eq(kinds[kind], what->text))
            kind++;
        while (k < f->nlayouts && layout_name(f->layouts[k], field->text) < 0)
            k++;
        if (kind == KINDS) {
            struct str hint = did_you_mean(what->text, kinds, KINDS, &l->scratch);
            yaml_error(l->faults, what,
                       "a field can be expected to be address, status or number, "
                       "not '%.*s'%.*s",
                       STR_ARG(what->text), STR_ARG(hint));
        } else if (k == f->nlayouts) {
            yaml_error(l->faults, field, "no layout of this format has a field '%.*s'",
                       STR_ARG(field->text));
        } else {
            f->expects[f->nexpects++] =
                (struct expect){ arena_keep(l->a, field->text), (enum expect_kind)kind };
        }
    }
}

static void load_format_keys(struct loader *l, struct format_draft *d, const struct yaml_node *node)
{
    struct format *f = d->format;
    const struct yaml_node *name = yaml_get(node, "format"), *title = yaml_get(node, "title");
    f->name = name ? arena_keep(l->a, name->text) : d->name;
    f->title = title ? arena_keep(l->a, title->text) : f->name;
    const struct yaml_node *channel = yaml_get(node, "channel");
    f->channel = channel ? arena_keep(l->a, channel->text) : STR("");
    f->at = yaml_place(node);
    f->reader = load_reader_kind(yaml_get(node, "reader"));
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
    if (f->reader == READER_LINES && !d->broken) {
        load_layouts(l, d, node);
        check_signs(l, f, yaml_get(node, "recognise"));
        load_expects(l, f, yaml_get(node, "expect"));
    }
    for (size_t i = 0; i < recognise.n; i++)
        format_knows(d, recognise.list[i]);
    load_reader(l, d, node);
    d->group = f->reader == READER_LINES ? yaml_get(node, "group") : NULL;
    d->time = yaml_get(node, "time");
    d->identify = yaml_get(node, "identify");
    d->attributes = yaml_get(node, "attributes");
    d->metrics = yaml_get(node, "metrics");
    d->duplicates = yaml_get(node, "duplicates");
    load_makers(l, d, node);
    d->landing = yaml_get(node, "landing");
    load_landing(l, d, NULL);
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

struct format_draft *format_copy(struct loader *l, const struct format_draft *from)
{
    struct format_draft *d = add_draft(l, STR(""));
    struct format *format = d->format;
    *format = *from->format;
    *d = *from;
    d->format = format;
    d->name = STR("");
    d->makers = NULL;
    d->known = NULL;
    d->lookups = NULL;
    d->nmakers = d->makers_room = d->nknown = d->known_room = d->nlookups = d->lookups_room = 0;
    for (size_t i = 0; i < from->nmakers; i++)
        add_maker(d, from->makers[i]);
    for (size_t i = 0; i < from->nknown; i++)
        format_knows(d, from->known[i]);
    d->lookups = mem_grow(NULL, &d->lookups_room, from->nlookups, sizeof *d->lookups);
    for (size_t i = 0; i < from->nlookups; i++)
        d->lookups[d->nlookups++] = from->lookups[i];
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
