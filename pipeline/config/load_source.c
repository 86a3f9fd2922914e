/* load_source.c - the sources of a project, each with what it takes from its format. See load.h. */
#include <stdlib.h>

#include "config/load.h"

uint32_t source_field(struct loader *l, const struct source_draft *s, const struct yaml_node *name)
{
    if (!format_has(s->format, name->text) && !s->format->broken) {
        struct str hint =
            did_you_mean(name->text, s->format->known, s->format->nknown, &l->scratch);
        yaml_error(l->faults, name, "the format of source '%.*s' has no field '%.*s'%.*s",
                   STR_ARG(s->source.name), STR_ARG(name->text), STR_ARG(hint));
    }
    return load_field(l, name->text, name);
}

/* ---- time ---- */

static struct time_format *load_times(struct loader *l, const struct yaml_node *texts, size_t *n)
{
    const struct yaml_node *items = value_texts(texts, n);
    if (*n > TIME_FORMATS_MAX) {
        yaml_error(l->faults, texts, "a source has at most %d formats of time, not %zu",
                   TIME_FORMATS_MAX, *n);
        *n = TIME_FORMATS_MAX;
    }
    struct time_format *times = arena_take(l->a, *n * sizeof *times + 1);
    for (size_t i = 0; i < *n; i++) {
        struct err e = { "" };
        if (!time_format_compile(arena_keep(l->a, items[i].text), l->a, &times[i], &e))
            yaml_error(l->faults, &items[i], "%s", e.text);
    }
    return times;
}

static void load_time_formats(struct loader *l, struct source_draft *s, const struct yaml_node *own)
{
    struct source *source = &s->source;
    struct format *f = s->format->format;
    const struct yaml_node *theirs = yaml_get(s->format->time, "formats");
    if (theirs && !f->times)
        f->times = load_times(l, theirs, &f->ntimes);
    if (own) {
        source->times = load_times(l, own, &source->ntimes);
    } else if (f->times) {
        source->times = f->times;
        source->ntimes = f->ntimes;
    } else {
        struct yaml_node iso = { .kind = YAML_TEXT, .text = STR("iso8601"), .doc = s->node->doc };
        source->times = load_times(l, &iso, &source->ntimes);
    }
    for (size_t i = 0; i < source->ntimes; i++)
        source->ordered |= !source->times[i].has_year;
}

static void load_time(struct loader *l, struct source_draft *s)
{
    const struct yaml_node *own = yaml_get(s->node, "time"), *theirs = s->format->time;
    const struct yaml_node *field = yaml_get(own, "field"), *zone = yaml_get(s->node, "zone");
    if (!field)
        field = yaml_get(theirs, "field");
    if (!zone)
        zone = yaml_get(own, "zone");
    if (!zone)
        zone = yaml_get(theirs, "zone");
    s->source.zone = zone ? load_zone(l, zone) : l->plan->zone;
    s->source.time_field = s->source.zone_field = FIELD_NONE;
    const struct yaml_node *zone_field = yaml_get(own, "zone_field");
    if (!zone_field)
        zone_field = yaml_get(theirs, "zone_field");
    if (zone_field)
        s->source.zone_field = source_field(l, s, zone_field);
    if (field)
        s->source.time_field = source_field(l, s, field);
    else if (!s->source.metrics && !s->format->broken && !yaml_key(own, "field") &&
             !yaml_key(theirs, "field"))
        s->timeless = true;
    load_time_formats(l, s, yaml_get(own, "formats"));
    const struct yaml_node *year = yaml_get(s->node, "year");
    s->source.year = year ? (int)value_number(year) : 0;
}

/* ---- who it was, and what else is known of every event ---- */

static void load_identifier(struct loader *l, struct source_draft *s, enum id_kind kind,
                            const struct yaml_node *fields)
{
    struct identify *to = &s->source.identify[s->source.nidentify];
    *to = (struct identify){ .kind = kind };
    size_t n, most = sizeof to->fields / sizeof *to->fields;
    const struct yaml_node *items = value_texts(fields, &n);
    if (n > most) {
        yaml_error(l->faults, fields, "an identifier is made of at most %zu fields, not %zu", most,
                   n);
        n = most;
    }
    for (size_t i = 0; i < n; i++)
        to->fields[to->nfields++] = source_field(l, s, &items[i]);
    s->source.nidentify += to->nfields > 0;
}

/* What the source says of a name; else what its format says. An empty list takes away what the
 * format says. */
static const struct yaml_node *own_or_theirs(const struct yaml_node *own,
                                             const struct yaml_node *theirs, const char *name)
{
    const struct yaml_node *value = yaml_get(own, name);
    return value || yaml_key(own, name) ? value : yaml_get(theirs, name);
}

static void load_meanings(struct loader *l, struct source_draft *s)
{
    struct source *source = &s->source;
    const struct yaml_node *own = yaml_get(s->node, "identify");
    source->identify = arena_take(l->a, ID_KINDS * sizeof *source->identify);
    for (int kind = 0; kind < ID_KINDS; kind++) {
        const struct yaml_node *fields =
            own_or_theirs(own, s->format->identify, id_kind_names[kind]);
        if (fields)
            load_identifier(l, s, (enum id_kind)kind, fields);
    }
    bool visitors = yaml_get(s->format->identify, id_kind_names[ID_VISITOR]);
    for (size_t i = 0; i < source->nidentify; i++) {
        enum id_kind kind = source->identify[i].kind;
        source->identify[i].at_will = visitors && (kind == ID_USER || kind == ID_COOKIE) &&
                                      !yaml_key(own, id_kind_names[kind]);
    }
    own = yaml_get(s->node, "attributes");
    source->attributes = arena_take(l->a, ATTRS * sizeof *source->attributes);
    for (int a = 0; a < ATTRS; a++) {
        const struct yaml_node *field = own_or_theirs(own, s->format->attributes, attr_names[a]);
        if (field)
            source->attributes[source->nattributes++] =
                (struct attribute){ (enum attr)a, source_field(l, s, field) };
    }
}

static void load_group(struct loader *l, struct source_draft *s)
{
    const struct yaml_node *node = s->format->group;
    const struct yaml_node *by = yaml_get(node, "by"), *record = yaml_get(node, "record");
    if (!by || !record)
        return;
    struct group_rules *g = arena_take(l->a, sizeof *g);
    const struct yaml_node *close = yaml_get(node, "close");
    const struct yaml_node *keep = value_texts(yaml_get(node, "keep"), &g->nkeep);
    g->by = source_field(l, s, by);
    g->record = source_field(l, s, record);
    g->close = close ? source_field(l, s, close) : FIELD_NONE;
    g->keep = arena_take(l->a, g->nkeep * sizeof *g->keep + 1);
    for (size_t i = 0; i < g->nkeep; i++)
        g->keep[i] = source_field(l, s, &keep[i]);
    s->source.group = g;
    s->source.ordered = true;
}

/* ---- the source ---- */

static void check_name(struct loader *l, const struct yaml_node *name, size_t upto)
{
    for (size_t i = 0; i < upto; i++)
        if (str_eq(l->sources[i].source.name, name->text)) {
            yaml_error(l->faults, name, "another source is called '%.*s', too (line %u)",
                       STR_ARG(name->text), l->sources[i].source.at.line);
            return;
        }
    if (name->text.n == 0)
        yaml_error(l->faults, name, "a source cannot have an empty name");
}

/* Does reading on in the middle of a text need to know what stood at its beginning? One row of
 * names is read in any case. Rows that are written anew (shape.h) may need the row before; and a
 * last one that is not whole yet cannot be told from others. */
static bool needs_beginning(const struct source *source)
{
    const struct csv_rules *csv = &source->format->csv;
    return source->ordered || csv->skip || csv->skip_to || csv->comment.n || csv->find ||
           csv->header_rows > 1 || csv->fields_line.n || csv_wants_shape(csv);
}

/* What differs from export to export of one format: the source's own word for it. */
static void load_export(struct loader *l, struct source_draft *s)
{
    const struct yaml_node *encoding = yaml_get(s->node, "encoding");
    const struct yaml_node *delimiter = yaml_get(s->node, "delimiter");
    if (encoding)
        load_encoding(l, s->format, encoding);
    if (!delimiter)
        return;
    if (s->format->format->reader == READER_CSV)
        s->format->format->csv.delimiter = load_delimiter(l, delimiter);
    else if (!s->format->broken)
        yaml_error(l->faults, delimiter,
                   "'delimiter' is for formats with the reader 'csv', and '%.*s' has another",
                   STR_ARG(s->format->format->name));
}

static void check_decimal(struct loader *l, const struct source_draft *s)
{
    const struct yaml_node *decimal = yaml_get(s->node, "decimal");
    if (decimal && !s->source.metrics && !s->format->broken)
        yaml_error(l->faults, decimal,
                   "'decimal' is for sources with 'metrics'; amounts of events are read with "
                   "either sign");
}

static void load_source(struct loader *l, const struct yaml_node *node, size_t index)
{
    struct source_draft *s = &l->sources[index];
    struct source *source = &s->source;
    const struct yaml_node *name = yaml_get(node, "name"), *channel = yaml_get(node, "channel");
    const struct yaml_node *format = yaml_get(node, "format"), *sparse = yaml_get(node, "sparse");
    s->node = node;
    source->at = yaml_place(node);
    if (name) {
        check_name(l, name, index);
        source->name = arena_keep(l->a, name->text);
    }
    source->channel = channel ? arena_keep(l->a, channel->text) : source->name;
    source->sparse = sparse && value_flag(sparse);
    size_t n;
    const struct yaml_node *files = value_texts(yaml_get(node, "files"), &n);
    for (size_t i = 0; i < n; i++)
        if (files[i].text.n == 0 || files[i].text.p[0] == '!')
            yaml_error(l->faults, &files[i], "a file needs a path");
    struct names globs = load_names(l, yaml_get(node, "files"));
    source->files = globs.list;
    source->nfiles = globs.n;
    if (!format)
        return;
    s->format = load_format(l, format);
    const struct yaml_node *lookups = yaml_get(node, "lookups"), *own = yaml_get(node, "landing");
    if (lookups || own || yaml_get(node, "encoding") || yaml_get(node, "delimiter"))
        s->format = format_copy(l, s->format);
    load_export(l, s);
    load_lookups(l, s->format, lookups);
    if (own)
        load_landing(l, s->format, own);
    source->format = s->format->format;
    source->lookups = load_keep(l, s->format->lookups, s->format->nlookups, sizeof(struct lookup));
    source->nlookups = s->format->nlookups;
    const struct yaml_node *metrics = yaml_get(node, "metrics");
    load_metrics(l, s, metrics ? metrics : s->format->metrics);
    check_decimal(l, s);
    load_time(l, s);
    load_meanings(l, s);
    landing_attributes(l, s);
    load_group(l, s);
    load_masks(l, s);
    load_repeats(l, s);
    source->whole = needs_beginning(source);
}

void load_sources(struct loader *l, const struct yaml_node *list)
{
    size_t n = list ? list->n : 0;
    if (n > SOURCES_MAX) {
        yaml_error(l->faults, list, "a project has at most %d sources, not %zu", SOURCES_MAX, n);
        n = SOURCES_MAX;
    }
    if (list && n == 0)
        yaml_error(l->faults, list, "a project needs at least one source");
    l->sources = arena_take(&l->scratch, n * sizeof *l->sources + 1);
    for (size_t i = 0; i < n; i++) {
        l->incomplete |= list->items[i].wrong;
        if (list->items[i].kind == YAML_MAP)
            load_source(l, &list->items[i], l->nsources++);
    }
}
