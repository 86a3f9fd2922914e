/* fields_line.c - see fields_line.h. */
#include "ingest/fields_line.h"

#include <stdlib.h>

static struct str without_blanks(struct str s)
{
    while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
        s = str_from(s, 1);
    return s;
}

/* The names behind "#Fields:"; p is NULL of any other line. */
static struct str names_of(const struct csv_rules *rules, struct str line)
{
    line = without_blanks(line);
    if (!str_starts(line, rules->fields_line))
        return (struct str){ NULL, 0 };
    return str_trim(str_from(line, rules->fields_line.n));
}

struct str fields_line_last(const struct csv_rules *rules, struct str text)
{
    struct str last = { NULL, 0 };
    while (text.n) {
        struct str names = names_of(rules, str_cut(&text, '\n'));
        if (names.p)
            last = names;
    }
    return last;
}

void fields_reader_free(struct fields_reader *r)
{
    arena_free(&r->arena);
    *r = (struct fields_reader){ .names = { NULL, 0 } };
}

/* Names stand with blanks between, whatever stands between the values. */
static void take_names(struct fields_reader *r, const struct source *source, struct str names)
{
    if (r->names.p && str_eq(r->names, names))
        return;
    arena_reset(&r->arena);
    r->fault = (struct err){ { 0 } };
    r->names = arena_keep(&r->arena, names);
    char delimiter = source->format->csv.delimiter ? source->format->csv.delimiter : ' ';
    char *to = arena_take(&r->arena, names.n + 1);
    size_t n = 0;
    for (struct str rest = names; rest.n; rest = without_blanks(rest)) {
        size_t size = 0;
        while (size < rest.n && rest.p[size] != ' ' && rest.p[size] != '\t')
            size++;
        if (n)
            to[n++] = delimiter;
        memcpy(to + n, rest.p, size);
        n += size;
        rest = str_from(rest, size);
    }
    csv_header_take(&r->header, source, (struct str){ to, n }, &r->arena, &r->fault);
    r->header.delimiter = delimiter;
}

void fields_split(struct fields_reader *r, const struct source *source, struct str names,
                  struct str text, uint64_t number, struct batch *out, uint64_t *blank)
{
    const struct csv_rules *rules = &source->format->csv;
    if (names.p)
        take_names(r, source, names);
    for (; text.n; number++) {
        struct str line = str_cut(&text, '\n');
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        struct str visible = without_blanks(line), new = names_of(rules, line);
        if (new.p) {
            names = new;
            take_names(r, source, names);
        }
        if (visible.n == 0 || visible.p[0] == rules->fields_line.p[0]) {
            ++*blank;
        } else if (!names.p || r->fault.text[0]) {
            struct str why = arena_keep(&out->text, str_c(r->fault.text));
            batch_bad(out, number, REJECT_LAYOUT, line,
                      names.p ? why.p : "no line of fields stands before it");
        } else {
            csv_split(&r->header, line, number, out, blank);
        }
    }
}
