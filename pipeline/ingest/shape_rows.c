/* shape_rows.c - rows of CSV without those that are no records, their blanks filled, their other
 * quoting made plain: see shape.h and reader.h. A row that is left out becomes an empty line.
 */
#include <stdlib.h>

#include "ingest/shape.h"

struct rows {
    struct shape shape; /* first */
    const struct csv_rules *rules;
    const struct csv_header *header;
    struct regex_scratch *scratch;
    struct shaped text;   /* read and not taken apart yet: begins with a row */
    bool too_long;        /* within a row that is handed on as it stands, unread */
    enum csv_place place; /* of it */
    bool ended;           /* the footer was seen */
    size_t *target;       /* [ncolumns] the first column of the same name */
    size_t fill_key;      /* column, or ncolumns */
    bool *fills;          /* [ncolumns] */
    struct str *fields;   /* of the row at hand */
    struct arena arena;
    struct str *last; /* [ncolumns] the cells of the row before, filled; of the key, too */
    struct arena last_text;
};

static bool rewrites(const struct csv_rules *r)
{
    return r->no_quotes || r->join_repeated || r->nfill;
}

/* ---- where rows end ---- */

/* Without quotes; a newline behind a backslash is no end when it escapes. */
static size_t line_end(const struct rows *r, struct str text)
{
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '\\' && r->rules->backslash)
            i++;
        else if (text.p[i] == '\n')
            return i + 1;
    }
    return 0;
}

/* Bytes up to and with the end of the first row; 0: it goes on. */
static size_t row_end(struct rows *r, struct str text)
{
    if (r->rules->no_quotes)
        return line_end(r, text);
    return csv_first_border(text, r->header->delimiter, &r->place);
}

/* ---- taking a row apart ---- */

static struct str without_end(struct str row)
{
    if (row.n && row.p[row.n - 1] == '\n')
        row.n--;
    if (row.n && row.p[row.n - 1] == '\r')
        row.n--;
    return row;
}

/* A row without quotes: cells end at the delimiter, unless a backslash takes it. */
static size_t split_plain(struct rows *r, struct str row)
{
    bool escapes = r->rules->backslash;
    char *to = arena_take(&r->arena, row.n + 1), *start = to;
    size_t n = 0;
    for (size_t i = 0; i <= row.n; i++) {
        if (i == row.n || row.p[i] == r->header->delimiter) {
            if (n < CSV_COLUMNS_MAX)
                r->fields[n] = (struct str){ start, (size_t)(to - start) };
            n++;
            start = to;
        } else {
            i += escapes && row.p[i] == '\\' && i + 1 < row.n;
            *to++ = row.p[i];
        }
    }
    return n;
}

/* False when its quotes do not pair up. */
static bool split(struct rows *r, struct str row, size_t *n)
{
    if (r->rules->no_quotes) {
        *n = split_plain(r, without_end(row));
        return true;
    }
    struct str raw;
    return csv_record(&row, r->header->delimiter, r->fields, CSV_COLUMNS_MAX, n, &raw, &r->arena);
}

/* ---- writing it ---- */

static void write_cell(struct shaped *out, struct str cell, char delimiter)
{
    bool quote = false;
    for (size_t i = 0; i < cell.n && !quote; i++)
        quote =
            cell.p[i] == '"' || cell.p[i] == '\n' || cell.p[i] == '\r' || cell.p[i] == delimiter;
    if (!quote) {
        shaped_add(out, cell);
        return;
    }
    shaped_byte(out, '"');
    for (size_t i = 0; i < cell.n; i++) {
        if (cell.p[i] == '"')
            shaped_byte(out, '"');
        shaped_byte(out, cell.p[i]);
    }
    shaped_byte(out, '"');
}

static void join_repeated(struct rows *r, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        size_t to = r->target[i];
        if (to == i || !r->fields[i].n)
            continue;
        r->fields[to] = r->fields[to].n
                            ? arena_printf(&r->arena, "%.*s; %.*s", STR_ARG(r->fields[to]),
                                           STR_ARG(r->fields[i]))
                            : r->fields[i];
        r->fields[i] = (struct str){ NULL, 0 };
    }
}

static void fill(struct rows *r, size_t n)
{
    size_t columns = r->header->ncolumns;
    struct str key = r->fill_key < n ? r->fields[r->fill_key] : (struct str){ 0 };
    bool same = key.n && r->last && str_eq(key, r->last[r->fill_key]);
    for (size_t i = 0; same && i < n && i < columns; i++)
        if (r->fills[i] && !r->fields[i].n)
            r->fields[i] = arena_keep(&r->arena, r->last[i]);
    arena_reset(&r->last_text);
    r->last = arena_take(&r->last_text, columns * sizeof *r->last);
    for (size_t i = 0; i < n && i < columns; i++)
        if (r->fills[i] || i == r->fill_key)
            r->last[i] = arena_keep(&r->last_text, r->fields[i]);
}

static bool fits(const struct rows *r, const struct regex *regex, struct str row)
{
    return regex && regex_match(regex, row, r->scratch) == REGEX_YES;
}

static void take_row(struct rows *r, struct str row, struct shaped *out)
{
    const struct csv_rules *rules = r->rules;
    struct str line = without_end(row);
    size_t n = 0;
    r->ended = r->ended || fits(r, rules->footer, line);
    if (r->ended || line.n == 0 || fits(r, rules->drop, line)) {
        shaped_byte(out, '\n');
        return;
    }
    if (!rewrites(rules) || !split(r, row, &n) || n > CSV_COLUMNS_MAX) {
        shaped_add(out, row);
        return;
    }
    if (rules->join_repeated)
        join_repeated(r, n < r->header->ncolumns ? n : r->header->ncolumns);
    if (r->fill_key < r->header->ncolumns)
        fill(r, n);
    for (size_t i = 0; i < n; i++) {
        if (i)
            shaped_byte(out, r->header->delimiter);
        write_cell(out, r->fields[i], r->header->delimiter);
    }
    shaped_byte(out, '\n');
    arena_reset(&r->arena);
}

/* A row that no reader would take goes on as it is. */
static struct str hand_on(struct rows *r, struct str text, struct shaped *out)
{
    size_t end = row_end(r, text);
    shaped_add(out, end ? str_head(text, end) : text);
    r->too_long = !end;
    return str_from(text, end ? end : text.n);
}

static void run(struct shape *shape, struct str piece, bool last, struct shaped *out)
{
    struct rows *r = (struct rows *)shape;
    shaped_add(&r->text, piece);
    struct str rest = { r->text.p, r->text.n };
    while (rest.n) {
        if (r->too_long) {
            rest = hand_on(r, rest, out);
            continue;
        }
        r->place = CSV_FIELD_START;
        size_t end = row_end(r, rest);
        if (!end && !last && rest.n <= RECORD_BYTES_MAX)
            break;
        if (!end && !last) {
            r->place = CSV_FIELD_START;
            rest = hand_on(r, rest, out);
            continue;
        }
        take_row(r, end ? str_head(rest, end) : rest, out);
        rest = str_from(rest, end ? end : rest.n);
    }
    if (rest.n)
        memmove(r->text.p, rest.p, rest.n);
    r->text.n = rest.n;
}

static void release(struct shape *shape)
{
    struct rows *r = (struct rows *)shape;
    regex_scratch_free(r->scratch);
    free(r->text.p);
    free(r->target);
    free(r->fills);
    free(r->fields);
    arena_free(&r->arena);
    arena_free(&r->last_text);
    free(r);
}

struct shape *shape_rows(const struct csv_rules *rules, const struct csv_header *h)
{
    struct rows *r = mem_zero(1, sizeof *r);
    *r = (struct rows){ .shape = { run, release },
                        .rules = rules,
                        .header = h,
                        .scratch = regex_scratch_new(),
                        .target = mem_zero(h->ncolumns, sizeof *r->target),
                        .fills = mem_zero(h->ncolumns, sizeof *r->fills),
                        .fields = mem_zero(CSV_COLUMNS_MAX, sizeof *r->fields),
                        .fill_key = h->ncolumns };
    struct str key = csv_name(rules->fill_key, &r->arena);
    for (size_t i = 0; i < h->ncolumns; i++) {
        r->target[i] = 0;
        while (!str_eq(h->keys[r->target[i]], h->keys[i]))
            r->target[i]++;
        if (rules->nfill && r->fill_key == h->ncolumns && str_eq(h->keys[i], key))
            r->fill_key = i;
        for (size_t k = 0; k < rules->nfill; k++)
            r->fills[i] |= str_eq(csv_name(rules->fill[k], &r->arena), h->keys[i]);
    }
    return &r->shape;
}
