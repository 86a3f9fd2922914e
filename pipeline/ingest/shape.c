/* shape.c - what shapes share; see shape.h. */
#include "ingest/shape.h"

#include <stdlib.h>

void shaped_add(struct shaped *to, struct str s)
{
    to->p = mem_grow(to->p, &to->room, to->n + s.n + 1, 1);
    if (s.n)
        memcpy(to->p + to->n, s.p, s.n);
    to->n += s.n;
}

bool shaped_line(struct shaped *line, struct str *piece)
{
    struct str before = *piece, part = str_cut(piece, '\n');
    shaped_add(line, part);
    return before.n > part.n;
}

/* Bytes of the UTF-8 character at p; 0 when it is none. */
static size_t character(const unsigned char *p, size_t n)
{
    size_t size = p[0] < 0x80 ? 1 : p[0] < 0xc2 ? 0 : p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
    if (p[0] > 0xf4 || size > n)
        return 0;
    for (size_t i = 1; i < size; i++)
        if ((p[i] & 0xc0) != 0x80)
            return 0;
    bool overlong = (p[0] == 0xe0 && p[1] < 0xa0) || (p[0] == 0xf0 && p[1] < 0x90);
    bool outside = (p[0] == 0xed && p[1] > 0x9f) || (p[0] == 0xf4 && p[1] > 0x8f);
    return overlong || outside ? 0 : size;
}

void shaped_json_text(struct shaped *to, struct str s)
{
    for (size_t i = 0; i < s.n;) {
        unsigned char c = (unsigned char)s.p[i];
        char code[8];
        size_t size = character((const unsigned char *)s.p + i, s.n - i);
        if (!size) {
            shaped_add(to, STR("\xef\xbf\xbd"));
            i++;
            continue;
        }
        if (c == '"' || c == '\\') {
            shaped_byte(to, '\\');
            shaped_byte(to, (char)c);
        } else if (c < 0x20) {
            int n = snprintf(code, sizeof code, "\\u%04x", c);
            shaped_add(to, (struct str){ code, (size_t)n });
        } else {
            shaped_add(to, (struct str){ s.p + i, size });
        }
        i += size;
    }
}

/* JSON within JSON: not when a field is asked for that only the wrapping has. */
static bool wants_wrapping(const struct source *s)
{
    static const char *const names[] = { "log", "stream", "MESSAGE", "__REALTIME_TIMESTAMP" };
    bool wants = false;
    for (size_t i = 0; i < s->ncolumns && s->format->reader == READER_JSON_LINES; i++)
        for (size_t k = 0; k < sizeof names / sizeof *names; k++)
            wants |= str_starts(s->columns[i], str_c(names[k]));
    return wants;
}

static enum wrapping wrapping(const struct source *s, struct str head)
{
    enum wrapping kind = s->format->keep_wrapped ? WRAPPED_NOT : wrapping_of(head);
    bool lines = s->format->reader == READER_LINES;
    return (kind == WRAPPED_MESSAGE && !lines) || wants_wrapping(s) ? WRAPPED_NOT : kind;
}

struct shape *shape_of(const struct source *s, struct str head)
{
    const struct format *f = s->format;
    enum wrapping kind;
    struct shape *joined = NULL;
    switch (f->reader) {
    case READER_LINES:
        kind = wrapping(s, head);
        if (f->multiline.start || f->multiline.end)
            joined = shape_lines(&f->multiline);
        return kind ? shape_wrapped(kind, joined) : joined;
    case READER_JSON_LINES:
        kind = wrapping(s, head);
        return kind ? shape_wrapped(kind, NULL) : NULL;
    case READER_JSON:
        return shape_json(&f->json);
    case READER_MAIL:
        return shape_mail();
    case READER_XES:
        return shape_xes();
    case READER_CSV:
        break;
    }
    return NULL;
}
