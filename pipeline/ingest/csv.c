/* csv.c - see csv.h. The header is read in csv_header.c. */
#include "ingest/csv.h"

#include "ingest/match_text.h"
#include "ingest/scan.h"

enum field_end { FIELD_MORE, FIELD_LAST };
enum field_fault { FAULT_NONE, FAULT_OPEN_QUOTE, FAULT_TEXT_AFTER_QUOTE };

static const char *const fault_detail[] = {
    [FAULT_OPEN_QUOTE] = "a quote is never closed",
    [FAULT_TEXT_AFTER_QUOTE] = "text after a closing quote",
};
static const char *const count_detail = "number of fields differs from the header's";

/* Where reading stands. */
struct cursor {
    const char *p, *end;
    char delimiter;
    enum field_fault fault; /* of this record, the last */
};

/* From quotes doubled to single ones. */
static struct str unescape(struct str s, struct arena *a)
{
    char *to = arena_take(a, s.n), *start = to;
    const char *p = s.p, *end = s.p + s.n;
    while (p < end) {
        const char *quote = memchr(p, '"', (size_t)(end - p));
        size_t n = quote ? (size_t)(quote - p) + 1 : (size_t)(end - p);
        memcpy(to, p, n);
        to += n;
        p += quote ? n + 1 : n;
    }
    return (struct str){ start, (size_t)(to - start) };
}

/* Steps over what ended a field: a delimiter, LF, or nothing at the end of the text. */
static inline enum field_end step_over(struct cursor *c)
{
    if (c->p == c->end)
        return FIELD_LAST;
    return *c->p++ == c->delimiter ? FIELD_MORE : FIELD_LAST;
}

/* Is the text at p the end of a record, or a delimiter? A CR counts with its LF only, or at the
 * end. */
static inline bool field_ends(const struct cursor *c, const char *p)
{
    if (p == c->end || *p == c->delimiter || *p == '\n')
        return true;
    return *p == '\r' && (p + 1 == c->end || p[1] == '\n');
}

static enum field_end take_quoted(struct cursor *c, struct str *field, struct arena *a)
{
    const char *start = c->p + 1, *p = start;
    bool doubled = false;
    for (;;) {
        const char *quote = p < c->end ? memchr(p, '"', (size_t)(c->end - p)) : NULL;
        if (!quote) {
            c->fault = FAULT_OPEN_QUOTE;
            *field = (struct str){ start, (size_t)(c->end - start) };
            c->p = c->end;
            return FIELD_LAST;
        }
        p = quote + 1;
        if (p == c->end || *p != '"')
            break;
        doubled = true;
        p++;
    }
    *field = (struct str){ start, (size_t)(p - 1 - start) };
    if (doubled)
        *field = unescape(*field, a);
    if (!field_ends(c, p)) {
        c->fault = FAULT_TEXT_AFTER_QUOTE;
        p = scan_either(p, c->end, c->delimiter, '\n');
    } else if (p < c->end && *p == '\r') {
        p++;
    }
    c->p = p;
    return step_over(c);
}

static inline enum field_end take_field(struct cursor *c, struct str *field, struct arena *a)
{
    const char *start = c->p;
    if (start < c->end && *start == '"')
        return take_quoted(c, field, a);
    const char *p = scan_either(start, c->end, c->delimiter, '\n');
    c->p = p;
    *field = (struct str){ start, (size_t)(p - start) };
    enum field_end how = step_over(c);
    if (how == FIELD_LAST && field->n && p[-1] == '\r')
        field->n--;
    return how;
}

/* The record from start to where the cursor stands, without its newline. */
static struct str record_text(const char *start, const struct cursor *c)
{
    size_t n = (size_t)(c->p - start);
    if (c->fault == FAULT_OPEN_QUOTE)
        return (struct str){ start, n };
    if (n && start[n - 1] == '\n')
        n--;
    if (n && start[n - 1] == '\r')
        n--;
    return (struct str){ start, n };
}

/* Blank lines are stepped over. False at the end of the text. */
static bool skip_blank(struct cursor *c, uint64_t *number, uint64_t *blank)
{
    for (;;) {
        if (c->p == c->end)
            return false;
        size_t n = *c->p == '\n' ? 1 : 0;
        if (*c->p == '\r' && (c->p + 1 == c->end || c->p[1] == '\n'))
            n = c->p + 1 == c->end ? 1 : 2;
        if (n == 0)
            return true;
        c->p += n;
        ++*number;
        ++*blank;
    }
}

static struct str canonical(const struct csv_header *h, struct str raw, struct arena *a)
{
    struct match_writer w;
    struct cursor c = { raw.p, raw.p + raw.n, h->delimiter, FAULT_NONE };
    match_writer_init(&w, a, 2 * raw.n + 64);
    enum field_end how = FIELD_MORE;
    for (size_t i = 0; i < h->ncolumns && how == FIELD_MORE; i++) {
        struct str field;
        how = take_field(&c, &field, a);
        match_write_pair(&w, h->keys[i], field);
    }
    return match_writer_text(&w);
}

/* Spreadsheets run what begins so; programs that write CSV put an apostrophe before it. */
static void strip_apostrophes(const struct csv_header *h, struct batch *out, size_t record)
{
    for (size_t i = 0; i < h->ncolumns; i++) {
        if (h->column[i] < 0)
            continue;
        struct str *cell = &batch_column(out, (size_t)h->column[i])[record];
        if (cell->n > 1 && cell->p[0] == '\'' && memchr("=+-@0123456789", cell->p[1], 14))
            *cell = str_from(*cell, 1);
    }
}

void csv_split(const struct csv_header *h, struct str text, uint64_t number, struct batch *out,
               uint64_t *blank)
{
    struct cursor c = { text.p, text.p + text.n, h->delimiter, FAULT_NONE };
    while (skip_blank(&c, &number, blank)) {
        const char *start = c.p;
        size_t record = batch_add(out, text, number), n = 0;
        c.fault = FAULT_NONE;
        enum field_end how = FIELD_MORE;
        while (how == FIELD_MORE) {
            struct str field;
            how = take_field(&c, &field, &out->text);
            if (n < h->ncolumns && h->column[n] >= 0)
                out->cells[(size_t)h->column[n] * out->room + record] = field;
            n++;
        }
        struct str raw = record_text(start, &c);
        out->raw[record] = raw;
        if (c.fault || (n != h->ncolumns && !h->ragged)) {
            batch_drop_last(out);
            batch_bad(out, number, REJECT_LAYOUT, raw,
                      c.fault ? fault_detail[c.fault] : count_detail);
        } else {
            if (h->apostrophes)
                strip_apostrophes(h, out, record);
            for (size_t i = 0; i < h->ncopies; i++)
                batch_column(out, h->copies[i].to)[record] =
                    batch_column(out, h->copies[i].from)[record];
            if (out->wants_match_text)
                out->match_text[record] = canonical(h, raw, &out->text);
        }
        number++;
    }
}

bool csv_record(struct str *rest, char delimiter, struct str *fields, size_t max, size_t *n,
                struct str *raw, struct arena *a)
{
    const char *start = rest->p;
    struct cursor c = { rest->p, rest->p + rest->n, delimiter, FAULT_NONE };
    enum field_end how = FIELD_MORE;
    for (*n = 0; how == FIELD_MORE; ++*n) {
        struct str field;
        how = take_field(&c, &field, a);
        if (*n < max)
            fields[*n] = field;
    }
    *raw = record_text(start, &c);
    *rest = (struct str){ c.p, (size_t)(c.end - c.p) };
    return c.fault == FAULT_NONE;
}

struct str csv_name(struct str name, struct arena *a)
{
    char *to = arena_take(a, name.n);
    return (struct str){ to, str_normal_name(name, to) };
}

char csv_delimiter(struct str head)
{
    static const char candidates[] = { ',', ';', '\t', '|' };
    size_t counts[sizeof candidates] = { 0 };
    bool quoted = false;
    for (size_t i = 0; i < head.n && (quoted || head.p[i] != '\n'); i++) {
        const char *hit = memchr(candidates, head.p[i], sizeof candidates);
        if (head.p[i] == '"')
            quoted = !quoted;
        else if (hit && !quoted)
            counts[hit - candidates]++;
    }
    size_t best = 0;
    for (size_t i = 1; i < sizeof candidates; i++)
        if (counts[i] > counts[best])
            best = i;
    return candidates[best];
}
