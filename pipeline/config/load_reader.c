/* load_reader.c - what a format says of its reader: csv, json, multiline, encoding, member. See
 * load.h and reader.h. */
#include <iconv.h>

#include "config/load.h"

enum reader_kind load_reader_kind(const struct yaml_node *reader)
{
    static const struct {
        const char *name;
        enum reader_kind kind;
    } kinds[] = { { "csv", READER_CSV },
                  { "json-lines", READER_JSON_LINES },
                  { "json-document", READER_JSON },
                  { "mail", READER_MAIL },
                  { "xes", READER_XES } };
    for (size_t i = 0; reader && i < sizeof kinds / sizeof *kinds; i++)
        if (str_eq(reader->text, str_c(kinds[i].name)))
            return kinds[i].kind;
    return READER_LINES;
}

static bool said(const struct yaml_node *node, const char *key, const char *word)
{
    const struct yaml_node *value = yaml_get(node, key);
    return value && str_eq(value->text, str_c(word));
}

static bool flag(const struct yaml_node *node, const char *key, bool usual)
{
    const struct yaml_node *value = yaml_get(node, key);
    return value ? value_flag(value) : usual;
}

static struct str text(struct loader *l, const struct yaml_node *node, const char *key)
{
    const struct yaml_node *value = yaml_get(node, key);
    return value ? arena_keep(l->a, value->text) : (struct str){ 0 };
}

static const struct regex *regex(struct loader *l, struct format_draft *d,
                                 const struct yaml_node *node, const char *key)
{
    const struct yaml_node *value = yaml_get(node, key);
    const struct regex *r = value ? load_regex(l, value) : NULL;
    d->broken |= value && !r;
    return r;
}

/* ---- csv ---- */

char load_delimiter(struct loader *l, const struct yaml_node *delimiter)
{
    if (!delimiter)
        return 0;
    if (str_eq(delimiter->text, STR("tab")))
        return '\t';
    if (str_eq(delimiter->text, STR("space")))
        return ' ';
    if (delimiter->text.n == 1 && !strchr("\"\r\n", delimiter->text.p[0]))
        return delimiter->text.p[0];
    yaml_error(l->faults, delimiter, "'delimiter' must be one character, or tab or space");
    return 0;
}

static void load_columns(struct loader *l, struct format_draft *d, const struct yaml_node *csv)
{
    struct csv_rules *rules = &d->format->csv;
    const struct yaml_node *columns = yaml_get(csv, "columns"), *header = yaml_get(csv, "header");
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
        d->open = rules->header;
    } else if (!rules->header && !rules->nheader_from && !yaml_key(csv, "columns")) {
        yaml_error(l->faults, header, "a CSV without a header needs the names of its 'columns'");
    }
}

static void load_header(struct loader *l, struct format_draft *d, const struct yaml_node *csv)
{
    struct csv_rules *rules = &d->format->csv;
    const struct yaml_node *skip = yaml_get(csv, "skip"), *find = yaml_get(csv, "find");
    const struct yaml_node *rows = yaml_get(csv, "header_rows");
    struct names from = load_names(l, yaml_get(csv, "header_from"));
    rules->header_from = from.list;
    rules->nheader_from = from.n;
    rules->header = flag(csv, "header", from.n == 0);
    rules->prefix = text(l, csv, "prefix");
    rules->unnamed = text(l, csv, "unnamed");
    rules->skip = skip ? (size_t)value_number(skip) : 0;
    rules->skip_to = regex(l, d, csv, "skip_to");
    rules->comment = text(l, csv, "comment");
    rules->find = find && value_flag(find);
    rules->header_rows = rows ? (unsigned)value_number(rows) : 1;
    rules->header_join = said(csv, "header_join", "last")   ? HEADER_LAST
                         : said(csv, "header_join", "both") ? HEADER_BOTH
                                                            : HEADER_FIRST;
    rules->fields_line = text(l, csv, "fields_line");
    rules->date_line = text(l, csv, "date_line");
    if (rules->date_line.n &&
        (!rules->fields_line.n || rules->date_line.p[0] != rules->fields_line.p[0]))
        yaml_error(l->faults, yaml_get(csv, "date_line"),
                   "'date_line' goes with 'fields_line', and begins with the same character");
    if (rules->find && !d->format->nrecognise)
        yaml_error(l->faults, find,
                   "'find' looks for the row that has the columns of 'recognise': add that key");
    if (from.n && rules->header)
        yaml_error(l->faults, yaml_get(csv, "header"),
                   "'header_from' is for files without a header: leave 'header' out");
}

static void load_fill(struct loader *l, struct csv_rules *rules, const struct yaml_node *fill)
{
    if (!fill)
        return;
    struct names columns = load_names(l, yaml_get(fill, "columns"));
    rules->fill_key = text(l, fill, "key");
    rules->fill = columns.list;
    rules->nfill = columns.n;
}

static void load_csv(struct loader *l, struct format_draft *d, const struct yaml_node *csv)
{
    struct csv_rules *rules = &d->format->csv;
    rules->delimiter = load_delimiter(l, yaml_get(csv, "delimiter"));
    load_header(l, d, csv);
    load_columns(l, d, csv);
    rules->ragged = flag(csv, "ragged", false);
    rules->backslash = said(csv, "escape", "backslash");
    rules->no_quotes = !flag(csv, "quotes", !rules->backslash);
    if (rules->backslash && !rules->no_quotes)
        yaml_error(l->faults, yaml_get(csv, "quotes"),
                   "'escape' is for files without quotes: leave 'quotes' out");
    rules->apostrophes = said(csv, "apostrophes", "strip");
    rules->join_repeated = said(csv, "repeated", "join");
    rules->drop = regex(l, d, csv, "drop");
    rules->footer = regex(l, d, csv, "footer");
    load_fill(l, rules, yaml_get(csv, "fill"));
    if (rules->fields_line.n && csv_wants_shape(rules))
        yaml_error(
            l->faults, yaml_get(csv, "fields_line"),
            "'fields_line' goes with none of drop, footer, fill, quotes, escape and repeated");
}

/* ---- json ---- */

/* "tickets[*]", "$[*].tweet", "data" -> keys, "*" for [*]. False when it is no such path. */
bool load_record_path(struct loader *l, const struct yaml_node *node, struct str **keys, size_t *n)
{
    struct str rest = node->text;
    *keys = arena_take(l->a, (rest.n + 1) * sizeof **keys);
    *n = 0;
    if (str_starts(rest, STR("$")))
        rest = str_from(rest, 1);
    while (rest.n) {
        if (str_starts(rest, STR("[*]")) || str_starts(rest, STR("[]"))) {
            (*keys)[(*n)++] = STR("*");
            rest = str_from(rest, rest.p[1] == '*' ? 3 : 2);
            continue;
        }
        if (rest.p[0] == '.')
            rest = str_from(rest, 1);
        size_t end = 0;
        while (end < rest.n && rest.p[end] != '.' && rest.p[end] != '[')
            end++;
        if (end == 0) {
            yaml_error(l->faults, node,
                       "'%.*s' is no path of records; write keys and [*], such as tickets[*]",
                       STR_ARG(node->text));
            return false;
        }
        (*keys)[(*n)++] = arena_keep(l->a, str_head(rest, end));
        rest = str_from(rest, end);
    }
    if (*n <= JSON_DEPTH_MAX)
        return true;
    yaml_error(l->faults, node, "a path of records has at most %d parts", JSON_DEPTH_MAX);
    return false;
}

static void load_json(struct loader *l, struct format_draft *d, const struct yaml_node *json)
{
    struct json_rules *rules = &d->format->json;
    const struct yaml_node *records = yaml_get(json, "records"), *lists = yaml_get(json, "lists");
    if (records && !load_record_path(l, records, &rules->records, &rules->nrecords))
        d->broken = true;
    rules->each = text(l, json, "each");
    rules->unwrap = text(l, json, "unwrap");
    rules->prefix = text(l, json, "prefix");
    rules->lists = arena_take(l->a, (lists ? lists->n : 0) * sizeof *rules->lists + 1);
    for (size_t i = 0; lists && i < lists->n; i++) {
        if (lists->items[i].wrong || lists->keys[i].wrong)
            continue;
        rules->lists[rules->nlists++] = (struct json_list){ arena_keep(l->a, lists->keys[i].text),
                                                            text(l, &lists->items[i], "key"),
                                                            text(l, &lists->items[i], "value") };
    }
}

/* ---- all readers ---- */

static void load_multiline(struct loader *l, struct format_draft *d, const struct yaml_node *node)
{
    struct multiline_rules *rules = &d->format->multiline;
    rules->start = regex(l, d, node, "start");
    rules->end = regex(l, d, node, "end");
    rules->join = yaml_get(node, "join") ? text(l, node, "join") : STR(" ");
    if (!yaml_key(node, "start") && !yaml_key(node, "end"))
        yaml_error(l->faults, node, "'multiline' needs 'start' or 'end'");
    if (rules->join.n && memchr(rules->join.p, '\n', rules->join.n))
        yaml_error(l->faults, yaml_get(node, "join"), "'join' cannot hold a newline");
}

void load_encoding(struct loader *l, struct format_draft *d, const struct yaml_node *node)
{
    struct str name = arena_keep(l->a, node->text);
    iconv_t known = iconv_open("UTF-8", name.p);
    if (known == (iconv_t)-1) {
        yaml_error(l->faults, node,
                   "the encoding '%.*s' is not known; write utf-8, utf-16, utf-16le, iso-8859-1 or "
                   "cp1252, or another one that `iconv -l` lists",
                   STR_ARG(name));
        return;
    }
    iconv_close(known);
    d->format->encoding = name;
}

void load_reader(struct loader *l, struct format_draft *d, const struct yaml_node *node)
{
    struct format *f = d->format;
    f->csv.header = true;
    f->csv.header_rows = 1;
    if (f->reader == READER_CSV && yaml_get(node, "csv"))
        load_csv(l, d, yaml_get(node, "csv"));
    if (f->reader == READER_JSON && yaml_get(node, "json"))
        load_json(l, d, yaml_get(node, "json"));
    if (f->reader == READER_LINES && yaml_get(node, "multiline"))
        load_multiline(l, d, yaml_get(node, "multiline"));
    f->keep_wrapped = said(node, "wrapped", "keep");
    if (yaml_get(node, "encoding"))
        load_encoding(l, d, yaml_get(node, "encoding"));
    f->member = text(l, node, "member");
}
