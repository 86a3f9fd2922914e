/* derive.c - see derive.h. */
#include "ingest/derive.h"

#include <limits.h>
#include <stdlib.h>

#include "ingest/aside.h"
#include "ingest/enrich.h"
#include "ingest/json.h"
#include "ingest/lines.h"

static const struct str absent = { NULL, 0 };

/* Most values are longer, or begin with another byte, than all that mean nothing. */
static void empty_column(const struct format *f, struct str *cells, size_t n)
{
    size_t longest = 0;
    bool begins[UCHAR_MAX + 1] = { false };
    for (size_t k = 0; k < f->nempty; k++) {
        longest = f->empty[k].n > longest ? f->empty[k].n : longest;
        if (f->empty[k].n)
            begins[(unsigned char)f->empty[k].p[0]] = true;
    }
    for (size_t i = 0; i < n; i++)
        if (cells[i].n <= longest && cells[i].n && begins[(unsigned char)cells[i].p[0]] &&
            str_in(cells[i], f->empty, f->nempty))
            cells[i].n = 0;
}

/* Does a value that began before p end at p? */
static bool value_ends(const char *p, const char *end)
{
    if (p == end)
        return true;
    return end - p >= 2 && ((p[0] == ',' && p[1] == ' ') || (p[0] == ' ' && p[1] == '('));
}

/* The closing bracket of a value whose inside starts at p: the first after which a value can end.
 */
static const char *closing_bracket(const char *p, const char *end)
{
    for (; p < end && *p != '<'; p++)
        if (*p == '>' && value_ends(p + 1, end))
            return p;
    return NULL;
}

struct str pairs_value(struct str text, struct str key)
{
    const char *p = text.p, *end = text.n ? p + text.n : p;
    while (p < end) {
        const char *name = p;
        while (p < end && *p != '=' && !value_ends(p, end))
            p++;
        bool wanted = p < end && *p == '=' && str_eq((struct str){ name, (size_t)(p - name) }, key);
        struct str value = absent;
        if (p < end && *p == '=') {
            const char *start = ++p;
            const char *close = p < end && *p == '<' ? closing_bracket(p + 1, end) : NULL;
            if (close)
                p = close + 1;
            while (!value_ends(p, end))
                p++;
            value = close ? (struct str){ start + 1, (size_t)(close - start - 1) }
                          : (struct str){ start, (size_t)(p - start) };
        }
        if (wanted)
            return value;
        if (p == end || *p == ' ')
            break;
        p += 2;
    }
    return absent;
}

static struct str regex_first(const struct regex *r, struct str text, struct regex_scratch *s)
{
    return regex_match(r, text, s) == REGEX_YES ? regex_group(r, s, 0) : absent;
}

static struct str derived(const struct derive *d, struct str from, struct batch *b,
                          struct regex_scratch *scratch)
{
    switch (d->kind) {
    case DERIVE_HOST:
        return url_host(from);
    case DERIVE_QUERY:
        return url_query(from, d->key, &b->text);
    case DERIVE_PAIRS:
        return pairs_value(from, d->key);
    case DERIVE_REGEX:
        return regex_first(d->regex, from, scratch);
    case DERIVE_PERCENT:
        return url_decode(from, false, &b->text);
    case DERIVE_PLUS:
        return url_decode(from, true, &b->text);
    case DERIVE_PARTS:
    case DERIVE_COMBINE:
    case DERIVE_JSON:
    case DERIVE_LOOKUP:
    case DERIVE_LANDING:
    case DERIVE_DEVICE:
    case DERIVE_BROWSER:
    case DERIVE_PAGE:
        break;
    }
    return (struct str){ 0 };
}

/* Values with a blank between; absent ones leave none. */
static void fill_combined(const struct source *source, const struct derive *d,
                          const struct str *from, struct str *to, struct batch *b)
{
    for (size_t i = 0; i < b->n; i++) {
        if (!from[i].n)
            continue;
        struct str parts[COMBINE_MAX] = { from[i] };
        size_t n = 1, bytes = from[i].n;
        for (size_t k = 0; k < d->nmore; k++) {
            int32_t slot = source->slot[d->more[k]];
            struct str more = slot < 0 ? absent : batch_column(b, (size_t)slot)[i];
            if (more.n)
                parts[n++] = more;
            bytes += more.n + 1;
        }
        char *text = arena_take(&b->text, bytes), *end = text;
        for (size_t k = 0; k < n; k++) {
            if (k)
                *end++ = ' ';
            memcpy(end, parts[k].p, parts[k].n);
            end += parts[k].n;
        }
        to[i] = (struct str){ text, (size_t)(end - text) };
    }
}

/* A column of the row that the field names. */
static void fill_looked_up(const struct source *source, const struct derive *d,
                           const struct str *from, struct str *to, const struct batch *b)
{
    const struct lookup *l = &source->lookups[d->lookup];
    const struct side_table *table = b->tables ? b->tables[d->lookup] : NULL;
    size_t column = 0;
    while (!str_eq(l->columns[column], d->key))
        column++;
    for (size_t i = 0; i < b->n && table; i++) {
        struct str found = from[i].n ? side_table_cell(table, from[i], column) : absent;
        if (found.n)
            to[i] = found;
    }
}

/* A path in the JSON of a field; nothing when it is no object. */
static void fill_json(const struct derive *d, const struct str *from, struct str *to,
                      struct batch *b)
{
    struct json_paths *path = json_paths_new(&d->key, 1);
    for (size_t i = 0; i < b->n; i++) {
        struct str value = absent;
        size_t at;
        const char *why;
        if (from[i].n && json_record(path, from[i], &value, &b->text, &at, &why) && value.n)
            to[i] = value;
    }
    json_paths_free(path);
}

/* Several makers may fill one field: what finds nothing leaves what another found. */
static void fill_column(const struct derive *d, const struct str *from, struct str *to,
                        struct batch *b, struct regex_scratch *scratch)
{
    for (size_t i = 0; i < b->n; i++) {
        struct str found = from[i].n ? derived(d, from[i], b, scratch) : (struct str){ 0 };
        if (found.n)
            to[i] = found;
    }
}

/* How many of the derives at d split the same field by the same layout. */
static size_t parts_together(const struct derive *d, size_t n)
{
    size_t together = 1;
    while (together < n && d[together].kind == DERIVE_PARTS && d[together].from == d->from &&
           d[together].layout == d->layout)
        together++;
    return together;
}

/* Fills the columns of n parts of one field. */
static void fill_parts(const struct source *source, const struct derive *d, size_t n,
                       struct batch *b, struct regex_scratch *scratch)
{
    int32_t slot = source->slot[d->from];
    if (slot < 0)
        return;
    const struct str *from = batch_column(b, (size_t)slot);
    struct str *fields = arena_take(&b->text, d->layout->nnames * sizeof *fields);
    int *name = arena_take(&b->text, n * sizeof *name);
    for (size_t k = 0; k < n; k++)
        name[k] = source->slot[d[k].to] < 0 ? -1 : layout_name(d->layout, d[k].key);
    for (size_t i = 0; i < b->n; i++) {
        if (from[i].n == 0 || !layout_split(d->layout, from[i], fields, scratch))
            continue;
        for (size_t k = 0; k < n; k++)
            if (name[k] >= 0)
                batch_column(b, (size_t)source->slot[d[k].to])[i] = fields[name[k]];
    }
}

void derive_columns(const struct source *source, struct batch *b, struct regex_scratch *scratch)
{
    const struct format *f = source->format;
    enrich_begin(b->enrich);
    for (size_t c = 0; c < b->columns && f->nempty && b->n; c++)
        empty_column(f, batch_column(b, c), b->n);
    for (size_t i = 0, together; i < source->nderives && b->n; i += together) {
        const struct derive *d = &source->derives[i];
        together = 1;
        if (d->kind == DERIVE_PARTS) {
            together = parts_together(d, source->nderives - i);
            fill_parts(source, d, together, b, scratch);
        } else if (d->kind == DERIVE_LANDING) {
            together = landings_together(d, source->nderives - i);
            fill_landings(source, d, together, b, scratch);
        } else if (source->slot[d->from] >= 0 && source->slot[d->to] >= 0) {
            const struct str *from = batch_column(b, (size_t)source->slot[d->from]);
            struct str *to = batch_column(b, (size_t)source->slot[d->to]);
            if (d->kind == DERIVE_COMBINE)
                fill_combined(source, d, from, to, b);
            else if (d->kind == DERIVE_LOOKUP)
                fill_looked_up(source, d, from, to, b);
            else if (d->kind == DERIVE_JSON)
                fill_json(d, from, to, b);
            else if (d->kind > DERIVE_LANDING)
                fill_patterns(d, from, to, b, scratch);
            else
                fill_column(d, from, to, b, scratch);
        }
        for (size_t k = 0; k < together && f->nempty; k++)
            if (source->slot[d[k].to] >= 0)
                empty_column(f, batch_column(b, (size_t)source->slot[d[k].to]), b->n);
    }
}
