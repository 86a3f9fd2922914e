/* yaml_place.c - see yaml.h: looking up keys, and from a byte of a text back to its place in the
 * file.
 *
 * libfyaml gives a text without its quotes, escapes and folded lines. To point at byte n of a
 * regex, yaml_place_in() reads the source once more and counts what each piece of it became.
 */
#include "config/yaml.h"

#include <stdarg.h>
#include <stdio.h>

struct yaml_node *yaml_get(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (str_eq(map->keys[i].text, str_c(key)))
            return map->items[i].wrong || map->keys[i].wrong ? NULL : &map->items[i];
    return NULL;
}

const struct yaml_node *yaml_key(const struct yaml_node *map, const char *key)
{
    if (!map || map->kind != YAML_MAP)
        return NULL;
    for (size_t i = 0; i < map->n; i++)
        if (str_eq(map->keys[i].text, str_c(key)))
            return &map->keys[i];
    return NULL;
}

struct place yaml_place_at(const struct yaml_doc *doc, size_t offset)
{
    if (offset > doc->source.n)
        offset = doc->source.n;
    size_t low = 0, high = doc->nlines;
    while (high - low > 1) {
        size_t middle = low + (high - low) / 2;
        if (doc->lines[middle] <= offset)
            low = middle;
        else
            high = middle;
    }
    struct str rest = str_from(doc->source, doc->lines[low]);
    struct str line = str_cut(&rest, '\n');
    if (line.n && line.p[line.n - 1] == '\r')
        line.n--;
    return (struct place){ doc->file, line, (unsigned)low + 1,
                           (unsigned)(offset - doc->lines[low]) + 1 };
}

struct place yaml_place(const struct yaml_node *node)
{
    bool quoted =
        node->kind == YAML_TEXT && (node->style == YAML_SINGLE || node->style == YAML_DOUBLE);
    return yaml_place_at(node->doc, node->start - (quoted && node->start ? 1 : 0));
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

struct walk { /* through the source of a text */
    struct str source;
    size_t at;     /* in the source */
    size_t made;   /* bytes of the text so far */
    size_t indent; /* of a block text */
};

static char peek(const struct walk *w, size_t ahead)
{
    return w->at + ahead < w->source.n ? w->source.p[w->at + ahead] : '\0';
}

/* Blanks and newlines at w->at that fold into one blank, or into a newline for each line that was
 * left blank. False when there is no newline among them: then they stand for themselves. */
static bool fold(struct walk *w)
{
    size_t i = w->at, newlines = 0;
    while (i < w->source.n &&
           (is_blank(w->source.p[i]) || w->source.p[i] == '\r' || w->source.p[i] == '\n')) {
        newlines += w->source.p[i] == '\n';
        i++;
    }
    if (newlines == 0)
        return false;
    w->at = i;
    w->made += newlines == 1 ? 1 : newlines - 1;
    return true;
}

/* One escape of a double-quoted text. */
static void escape(struct walk *w)
{
    unsigned long code = 0;
    size_t digits = 0;
    switch (peek(w, 1)) {
    case 'x':
        digits = 2;
        break;
    case 'u':
        digits = 4;
        break;
    case 'U':
        digits = 8;
        break;
    case 'N':
    case '_':
        code = 0x80;
        break;
    case 'L':
    case 'P':
        code = 0x2028;
        break;
    case '\r':
    case '\n': /* the line goes on: nothing is made of its end and of the next one's indent */
        w->at += 2;
        while (is_blank(peek(w, 0)) || peek(w, 0) == '\n')
            w->at++;
        return;
    default:
        break;
    }
    for (size_t i = 0; i < digits; i++) {
        char c = peek(w, 2 + i);
        unsigned digit = c <= '9' ? (unsigned)(c - '0') : (unsigned)((c | 0x20) - 'a') + 10;
        code = code * 16 + (digit & 15);
    }
    w->at += 2 + digits;
    w->made += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
}

/* Steps over the source of one byte (or one escape, or one fold) of the text. */
static void step(struct walk *w, enum yaml_style style)
{
    char c = peek(w, 0);
    if (style == YAML_LITERAL || style == YAML_FOLDED) {
        w->at++;
        w->made += c != '\r';
        if (c != '\n')
            return;
        if (style == YAML_FOLDED) /* "a\n\nb" is one newline, "a\nb" one blank */
            while (peek(w, 0) == '\n' && peek(w, 1) == '\n') {
                w->at++;
                w->made++;
            }
        if (style == YAML_FOLDED && peek(w, 0) == '\n')
            w->at++;
        for (size_t i = 0; i < w->indent && peek(w, 0) == ' '; i++)
            w->at++;
        return;
    }
    if ((is_blank(c) || c == '\r' || c == '\n') && fold(w))
        return;
    if (style == YAML_DOUBLE && c == '\\') {
        escape(w);
        return;
    }
    w->at += style == YAML_SINGLE && c == '\'' && peek(w, 1) == '\'' ? 2 : 1;
    w->made++;
}

struct place yaml_place_in(const struct yaml_node *node, size_t offset)
{
    struct walk w = { node->doc->source, node->start, 0, 0 };
    if (node->kind != YAML_TEXT)
        return yaml_place(node);
    if (offset > node->text.n)
        offset = node->text.n;
    if (node->style == YAML_LITERAL || node->style == YAML_FOLDED) {
        while (peek(&w, 0) == ' ') {
            w.at++;
            w.indent++;
        }
    }
    size_t before = w.at;
    while (w.made < offset && w.at < w.source.n) {
        before = w.at;
        step(&w, node->style);
    }
    return yaml_place_at(node->doc, w.made > offset ? before : w.at);
}

static void say(struct faults *faults, enum severity severity, const struct yaml_node *at,
                const char *fmt, va_list args)
{
    char text[800];
    vsnprintf(text, sizeof text, fmt, args);
    faults_add(faults, severity, yaml_place(at), "%s", text);
}

void yaml_error(struct faults *faults, const struct yaml_node *at, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say(faults, FAULT_ERROR, at, fmt, args);
    va_end(args);
}

void yaml_warning(struct faults *faults, const struct yaml_node *at, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    say(faults, FAULT_WARNING, at, fmt, args);
    va_end(args);
}
