/* csv_find.c - where the header of a CSV file stands, and how several rows of it become one: see
 * csv.h. What stands before it is taken line by line, since it need not be CSV. */
#include "ingest/csv.h"

/* The search, moved on over lines and rows. */
struct search {
    const struct csv_rules *rules;
    struct str head, rest;
    uint64_t records; /* lines and rows passed */
    struct arena *arena;
    bool at_first; /* nothing was stepped over so far */
};

static struct str line_of(struct str text)
{
    struct str line = str_cut(&text, '\n');
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return line;
}

static void skip_line(struct search *s)
{
    str_cut(&s->rest, '\n');
    s->records++;
    s->at_first = false;
}

/* A first line such as sep=; which Excel writes and obeys. */
static void take_separator(struct search *s, char *delimiter)
{
    struct str line = line_of(s->rest);
    if (line.n >= 2 && line.p[0] == '"' && line.p[line.n - 1] == '"')
        line = (struct str){ line.p + 1, line.n - 2 };
    if (line.n != 5 || !str_starts(line, STR("sep=")))
        return;
    *delimiter = line.p[4];
    skip_line(s);
    s->at_first = true;
}

static bool is_comment(struct str line, struct str comment)
{
    if (str_trim(line).n == 0)
        return true;
    return str_starts(line, comment) ||
           (line.p[0] == '"' && str_starts(str_from(line, 1), comment));
}

/* Steps over what the rules say stands before the header. */
static bool skip_preamble(struct search *s, struct err *e)
{
    const struct csv_rules *r = s->rules;
    if (!str_starts(s->head, r->prefix))
        return err_set(e, "no header: the file does not begin with '%.*s'", STR_ARG(r->prefix));
    for (size_t i = 0; i < r->skip && s->rest.n; i++)
        skip_line(s);
    while (r->comment.n && s->rest.n && is_comment(line_of(s->rest), r->comment))
        skip_line(s);
    if (!r->skip_to)
        return true;
    struct regex_scratch *scratch = regex_scratch_new();
    while (s->rest.n && regex_match(r->skip_to, line_of(s->rest), scratch) != REGEX_YES)
        skip_line(s);
    regex_scratch_free(scratch);
    return s->rest.n || err_set(e, "no header: no line fits 'skip_to'");
}

/* The next row; false when its quotes do not pair up. Behind the last, no fields. */
static bool take_row(struct search *s, char delimiter, struct str *fields, size_t *n,
                     struct str *raw)
{
    *n = 0;
    *raw = (struct str){ 0 };
    if (!s->rest.n)
        return true;
    s->records++;
    return csv_record(&s->rest, delimiter, fields, CSV_COLUMNS_MAX, n, raw, s->arena);
}

static bool has_all(const struct format *f, const struct str *fields, size_t n, struct arena *a)
{
    for (size_t i = 0; i < f->nrecognise; i++) {
        struct str want = csv_name(f->recognise[i], a);
        size_t k = 0;
        while (k < n && k < CSV_COLUMNS_MAX && !str_eq(csv_name(fields[k], a), want))
            k++;
        if (k == n)
            return false;
    }
    return true;
}

/* Steps over lines up to the row that has the columns by which the format is recognised. */
static bool find_row(struct search *s, const struct format *f, char delimiter, struct str *fields,
                     struct err *e)
{
    for (; s->rest.n; skip_line(s)) {
        struct search look = *s;
        struct arena own = { 0 };
        struct str raw;
        size_t n;
        look.arena = &own;
        char d = delimiter ? delimiter : csv_delimiter(s->rest);
        bool found = take_row(&look, d, fields, &n, &raw) && has_all(f, fields, n, &own);
        arena_free(&own);
        if (found)
            return true;
    }
    return err_set(
        e, "no header: no row has all columns by which '%.*s' is recognised, such as '%.*s'",
        STR_ARG(f->name), STR_ARG(f->recognise[0]));
}

/* Joins row `next` into `names`: *n columns before and after. */
static void join_row(enum header_join how, struct str *names, size_t *n, const struct str *next,
                     size_t nnext, struct arena *a)
{
    struct str before = { NULL, 0 };
    for (size_t i = 0; i < nnext && i < CSV_COLUMNS_MAX; i++) {
        if (i >= *n)
            names[(*n)++] = (struct str){ NULL, 0 };
        struct str first = names[i];
        if (str_trim(next[i]).n == 0) {
            before = first;
            continue;
        }
        if (how == HEADER_LAST)
            names[i] = next[i];
        if (how != HEADER_BOTH)
            continue;
        before = first.n ? first : before;
        names[i] =
            before.n ? arena_printf(a, "%.*s - %.*s", STR_ARG(before), STR_ARG(next[i])) : next[i];
    }
}

bool csv_find_header(struct csv_header *h, const struct format *f, struct str head, struct arena *a,
                     size_t *used, struct str **fields, struct err *e)
{
    enum { HEAD_MAX = 64 << 10 };
    const struct csv_rules *r = &f->csv;
    struct search s = { r, head, head, 0, a, true };
    struct str raw;
    if (!h->delimiter || fields)
        take_separator(&s, &h->delimiter);
    if (!skip_preamble(&s, e))
        return false;
    if (fields) {
        if (!s.rest.n)
            return err_set(e, "no header: there is no text to name the columns");
        struct str *names = arena_take(a, CSV_COLUMNS_MAX * sizeof *names);
        struct str *next = arena_take(a, CSV_COLUMNS_MAX * sizeof *next);
        struct search first = s;
        if (r->find && !find_row(&s, f, h->delimiter, names, e)) {
            /* Behind comments there is a header: what it lacks is told by name. */
            if (!r->comment.n || !first.rest.n)
                return false;
            s = first;
            *e = (struct err){ 0 };
        }
        if (!h->delimiter)
            h->delimiter = csv_delimiter(s.rest);
        if (!take_row(&s, h->delimiter, names, &h->ncolumns, &raw))
            return err_set(e, "no header: the quotes of the first record do not pair up");
        if (raw.n == 0)
            return err_set(e, "no header: the first line is empty");
        for (unsigned i = 1; i < r->header_rows; i++) {
            size_t n;
            if (!take_row(&s, h->delimiter, next, &n, &raw))
                return err_set(e, "no header: the quotes of row %u of it do not pair up", i + 1);
            join_row(r->header_join, names, &h->ncolumns, next, n, a);
        }
        *fields = names;
    }
    if (!s.rest.n && s.records && head.n >= HEAD_MAX && head.p[head.n - 1] != '\n')
        return err_set(e, "the header and what stands before it is longer than %zu bytes", head.n);
    *used = head.n - s.rest.n;
    h->records = s.records;
    return true;
}
