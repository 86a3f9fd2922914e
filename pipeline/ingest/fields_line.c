/* fields_line.c - see fields_line.h. */
#include "ingest/fields_line.h"

#include <stdlib.h>

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static struct str without_blanks(struct str s)
{
    while (s.n && is_blank(s.p[0]))
        s = str_from(s, 1);
    return s;
}

/* What stands behind `mark`, where the line begins so; p is NULL of any other line. */
static struct str behind(struct str mark, struct str line)
{
    line = without_blanks(line);
    if (!mark.n || !str_starts(line, mark))
        return (struct str){ NULL, 0 };
    return str_trim(str_from(line, mark.n));
}

static struct str word(struct str *rest)
{
    size_t n = 0;
    while (n < rest->n && !is_blank(rest->p[n]))
        n++;
    struct str first = str_head(*rest, n);
    *rest = without_blanks(str_from(*rest, n));
    return first;
}

/* What the line says of those after it, if it does. */
static void hear(const struct csv_rules *rules, struct str line, struct fields_said *said)
{
    struct str names = behind(rules->fields_line, line), date = behind(rules->date_line, line);
    if (names.p)
        said->names = names;
    else if (date.n)
        said->date = word(&date);
}

struct fields_said fields_said_after(const struct csv_rules *rules, struct fields_said before,
                                     struct str text)
{
    while (text.n)
        hear(rules, str_cut(&text, '\n'), &before);
    return before;
}

void fields_reader_free(struct fields_reader *r)
{
    arena_free(&r->arena);
    *r = (struct fields_reader){ .names = { NULL, 0 } };
}

static char delimiter_of(const struct source *source)
{
    return source->format->csv.delimiter ? source->format->csv.delimiter : ' ';
}

static bool has_date(struct str names)
{
    while (names.n)
        if (str_eq(word(&names), STR("date")))
            return true;
    return false;
}

/* Are two names set apart by more than a blank? */
static bool is_loose(struct str names)
{
    for (size_t i = 1; i < names.n; i++)
        if (is_blank(names.p[i]) && is_blank(names.p[i - 1]))
            return true;
    return false;
}

/* Names stand with blanks between, whatever stands between the values. */
static void take_names(struct fields_reader *r, const struct source *source,
                       const struct fields_said *said)
{
    static const char date[] = "date";
    struct str names = said->names;
    bool dated = said->date.p && !has_date(names);
    if (r->names.p && r->dated == dated && str_eq(r->names, names))
        return;
    arena_reset(&r->arena);
    r->fault = (struct err){ { 0 } };
    r->names = arena_keep(&r->arena, names);
    r->dated = dated;
    char delimiter = delimiter_of(source);
    r->loose = delimiter == ' ' && is_loose(names);
    char *to = arena_take(&r->arena, names.n + sizeof date + 1);
    size_t n = 0;
    for (struct str rest = names; rest.n;) {
        struct str name = word(&rest);
        if (n)
            to[n++] = delimiter;
        memcpy(to + n, name.p, name.n);
        n += name.n;
    }
    if (dated) {
        to[n++] = delimiter;
        memcpy(to + n, date, sizeof date - 1);
        n += sizeof date - 1;
    }
    csv_header_take(&r->header, source, (struct str){ to, n }, &r->arena, &r->fault);
    r->header.delimiter = delimiter;
}

/* Copies a cell in quotes, up to and with its last quote; how many bytes. */
static size_t copy_quoted(char *to, struct str from)
{
    size_t n = 1;
    to[0] = from.p[0];
    while (n < from.n) {
        to[n] = from.p[n];
        if (from.p[n++] != '"')
            continue;
        if (n == from.n || from.p[n] != '"')
            break;
        to[n] = from.p[n];
        n++;
    }
    return n;
}

/* The row with one blank where several stand. */
static size_t copy_tight(char *to, struct str line)
{
    size_t n = 0;
    for (line = str_trim(line); line.n;) {
        size_t part = 1;
        if (line.p[0] == '"')
            part = copy_quoted(to + n, line);
        else
            for (part = 0; part < line.n && !is_blank(line.p[part]); part++)
                to[n + part] = line.p[part];
        n += part;
        line = str_from(line, part);
        if (line.n && is_blank(line.p[0]))
            to[n++] = ' ';
        line = without_blanks(line);
    }
    return n;
}

/* The row as the header has it: with the date behind it, and one blank between cells. */
static struct str as_row(const struct fields_reader *r, struct str line, struct str date,
                         struct arena *a)
{
    if (!r->dated && !r->loose)
        return line;
    char *to = arena_take(a, line.n + date.n + 2);
    size_t n = line.n;
    if (r->loose)
        n = copy_tight(to, line);
    else
        memcpy(to, line.p, line.n);
    if (r->dated) {
        to[n++] = r->header.delimiter;
        memcpy(to + n, date.p, date.n);
        n += date.n;
    }
    return (struct str){ to, n };
}

void fields_split(struct fields_reader *r, const struct source *source, struct fields_said said,
                  struct str text, uint64_t number, struct batch *out, uint64_t *blank)
{
    const struct csv_rules *rules = &source->format->csv;
    if (said.names.p)
        take_names(r, source, &said);
    for (; text.n; number++) {
        struct str line = str_cut(&text, '\n');
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        struct str visible = without_blanks(line);
        if (visible.n == 0 || visible.p[0] == rules->fields_line.p[0]) {
            hear(rules, line, &said);
            if (said.names.p)
                take_names(r, source, &said);
            ++*blank;
        } else if (!said.names.p || r->fault.text[0]) {
            struct str why = arena_keep(&out->text, str_c(r->fault.text));
            batch_bad(out, number, REJECT_LAYOUT, line,
                      said.names.p ? why.p : "no line of fields stands before it");
        } else {
            csv_split(&r->header, as_row(r, line, said.date, &out->text), number, out, blank);
        }
    }
}
