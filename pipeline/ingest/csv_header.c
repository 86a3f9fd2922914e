/* csv_header.c - the header of a CSV file against what a source asks for: see csv.h. Where it
 * stands says csv_find.c. */
#include "ingest/csv.h"

#include <stdlib.h>

/* The columns that are there, for a message: as many as fit. */
static void list_columns(const struct csv_header *h, char *text, size_t size)
{
    size_t n = 0;
    text[0] = '\0';
    for (size_t i = 0; i < h->ncolumns; i++) {
        struct str name = h->names[i];
        if (n + name.n + 24 > size) {
            snprintf(text + n, size - n, "%sand %zu more", i ? ", " : "", h->ncolumns - i);
            return;
        }
        n += (size_t)snprintf(text + n, size - n, "%s", i ? ", " : "");
        for (size_t j = 0; j < name.n; j++)
            text[n++] = (unsigned char)name.p[j] < 0x20 ? '?' : name.p[j];
        text[n] = '\0';
    }
}

static bool missing(const struct csv_header *h, struct str name, const char *use, struct err *e)
{
    char there[240];
    list_columns(h, there, sizeof there);
    const struct str *near = str_nearest(name, h->names, h->ncolumns);
    char hint[100] = "";
    if (near)
        snprintf(hint, sizeof hint, " (did you mean '%.*s'?)", STR_ARG(str_head(*near, 60)));
    return err_set(e, "no column '%.*s', which the source needs for %s%s; there are: %s",
                   STR_ARG(str_head(name, 60)), use, hint, there);
}

/* Is the field there, or made from columns of which one is, or never to be had from a column? If
 * not, *lacking is the first column that it could come from. What is made stands behind what it is
 * made from: `made` derives are looked at. */
static bool made_there(const struct source *s, const bool *found, uint32_t field, size_t made,
                       size_t *lacking)
{
    bool any = false;
    size_t first = s->ncolumns;
    for (size_t i = 0; i < s->ncolumns; i++)
        if (s->column_field[i] == field) {
            *lacking = i;
            return found[i];
        }
    for (size_t d = 0; d < made; d++) {
        if (s->derives[d].to != field)
            continue;
        any = true;
        if (made_there(s, found, s->derives[d].from, d, lacking))
            return true;
        if (first == s->ncolumns)
            first = *lacking;
    }
    *lacking = first;
    return !any;
}

static bool field_there(const struct source *s, const bool *found, uint32_t field, size_t *lacking)
{
    return made_there(s, found, field, s->nderives, lacking);
}

static bool needed_there(const struct csv_header *h, const struct source *s, const bool *found,
                         struct err *e)
{
    size_t lacking = 0, first_lacking = s->ncolumns;
    if (!field_there(s, found, s->time_field, &lacking))
        return missing(h, s->columns[lacking], "the time", e);
    for (size_t i = 0; i < s->nidentify; i++) {
        bool whole = true;
        for (size_t j = 0; j < s->identify[i].nfields && whole; j++)
            whole = field_there(s, found, s->identify[i].fields[j], &lacking);
        if (whole)
            return true;
        if (first_lacking == s->ncolumns)
            first_lacking = lacking;
    }
    return s->nidentify == 0 || missing(h, s->columns[first_lacking], "an identifier", e);
}

/* The file's column of a name in its normal form; ncolumns when there is none. Two: false, unless
 * the first is good enough. */
static bool find_column(const struct csv_header *h, struct str key, bool first, size_t *column)
{
    *column = h->ncolumns;
    for (size_t i = 0; i < h->ncolumns; i++) {
        if (!str_eq(h->keys[i], key))
            continue;
        if (*column != h->ncolumns)
            return false;
        *column = i;
        if (first)
            break;
    }
    return true;
}

static bool bind_columns(struct csv_header *h, const struct source *s, bool *found, struct arena *a,
                         struct err *e)
{
    h->copies = arena_take(a, s->ncolumns * sizeof *h->copies);
    for (size_t i = 0; i < s->ncolumns; i++) {
        size_t column;
        if (!find_column(h, csv_name(s->columns[i], a), s->format->csv.join_repeated, &column))
            return err_set(e,
                           "two columns are named '%.*s'; rename one of them, or let the project "
                           "not ask for it",
                           STR_ARG(str_head(s->columns[i], 100)));
        int32_t slot = s->slot[s->column_field[i]];
        if (column == h->ncolumns || slot < 0)
            continue;
        found[i] = true;
        if (h->column[column] < 0)
            h->column[column] = slot;
        else
            h->copies[h->ncopies++] =
                (struct csv_copy){ (uint32_t)h->column[column], (uint32_t)slot };
    }
    return true;
}

/* Of metrics, all values that are asked for may be missing but one: says which they are. */
static bool metrics_there(const struct csv_header *h, const struct source *s, const bool *found,
                          struct err *e)
{
    enum { NAMED = 4, NAME_BYTES = 40 };
    const struct metrics_rules *m = s->metrics;
    char names[NAMED * (NAME_BYTES + 8) + 1] = "", there[240];
    size_t n = 0, lacking = s->ncolumns;
    for (size_t i = 0; m && i < m->nvalues; i++) {
        if (field_there(s, found, m->values[i], &lacking))
            return true;
        if (i < NAMED && lacking < s->ncolumns)
            n += (size_t)snprintf(names + n, sizeof names - n, "%s'%.*s'", n ? ", " : "",
                                  STR_ARG(str_head(s->columns[lacking], NAME_BYTES)));
    }
    if (!n)
        return true;
    if (m->nvalues == 1)
        return missing(h, s->columns[lacking], "its metrics", e);
    list_columns(h, there, sizeof there);
    return err_set(e,
                   "none of the columns %s%s, of which the source needs one for its metrics; "
                   "there are: %s",
                   names, m->nvalues > NAMED ? " and so on" : "", there);
}

/* Of a header that was looked for: is it the one, or only the first row behind the comments? */
static bool is_sought(const struct csv_header *h, const struct format *f, struct arena *a,
                      struct err *e)
{
    for (size_t i = 0; f->csv.find && i < f->nrecognise; i++)
        if (!str_in(csv_name(f->recognise[i], a), h->keys, h->ncolumns))
            return missing(h, f->recognise[i], "its table", e);
    return true;
}

/* Gives the first column that the header leaves blank the name that the format has for it. */
static void name_blank(const struct csv_header *h, struct str name, struct str *fields)
{
    size_t i = 0;
    while (i < h->ncolumns && str_trim(fields[i]).n)
        i++;
    if (name.n && i < h->ncolumns)
        fields[i] = name;
}

static void take_names(struct csv_header *h, const struct csv_rules *rules, struct str *fields,
                       struct arena *a)
{
    if (rules->header)
        name_blank(h, rules->unnamed, fields);
    h->ragged = rules->ragged;
    h->apostrophes = rules->apostrophes;
    h->names = arena_take(a, h->ncolumns * sizeof *h->names);
    h->keys = arena_take(a, h->ncolumns * sizeof *h->keys);
    h->column = arena_take(a, h->ncolumns * sizeof *h->column);
    for (size_t i = 0; i < h->ncolumns; i++) {
        h->names[i] = arena_keep(a, fields[i]);
        h->keys[i] = csv_name(fields[i], a);
        h->column[i] = -1;
    }
}

/* With its names taken: are those there that the source needs? */
static bool bind(struct csv_header *h, const struct source *source, struct arena *a, struct err *e)
{
    bool *found = mem_zero(source->ncolumns, sizeof *found);
    bool ok = bind_columns(h, source, found, a, e) && needed_there(h, source, found, e) &&
              is_sought(h, source->format, a, e) && metrics_there(h, source, found, e);
    free(found);
    return ok;
}

bool csv_header_read(struct csv_header *h, const struct source *source, struct str head,
                     struct arena *a, size_t *used, struct err *e)
{
    const struct csv_rules *rules = &source->format->csv;
    struct str *fields = rules->names;
    *h = (struct csv_header){ .delimiter = rules->delimiter, .ncolumns = rules->nnames };
    *used = 0;
    if (!csv_find_header(h, source->format, head, a, used, rules->header ? &fields : NULL, e))
        return false;
    if (!h->delimiter)
        h->delimiter = csv_delimiter(str_from(head, *used));
    if (h->ncolumns > CSV_COLUMNS_MAX)
        return err_set(e, "the header has %zu columns; at most %d can be read", h->ncolumns,
                       CSV_COLUMNS_MAX);
    take_names(h, rules, fields, a);
    return bind(h, source, a, e);
}

bool csv_header_take(struct csv_header *h, const struct source *source, struct str header,
                     struct arena *a, struct err *e)
{
    const struct csv_rules *rules = &source->format->csv;
    struct str *fields = arena_take(a, CSV_COLUMNS_MAX * sizeof *fields), raw, rest = header;
    *h = (struct csv_header){ .delimiter = rules->delimiter };
    if (!h->delimiter)
        h->delimiter = csv_delimiter(header);
    if (!csv_record(&rest, h->delimiter, fields, CSV_COLUMNS_MAX, &h->ncolumns, &raw, a))
        return err_set(e, "no header: its quotes do not pair up");
    if (h->ncolumns > CSV_COLUMNS_MAX)
        return err_set(e, "the header has %zu columns; at most %d can be read", h->ncolumns,
                       CSV_COLUMNS_MAX);
    take_names(h, rules, fields, a);
    return bind(h, source, a, e);
}
