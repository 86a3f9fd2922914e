/* lines.c - see lines.h: layouts run over lines. */
#include "ingest/lines.h"

#include <stdlib.h>

/* ---- one line, one layout ---- */

/* memchr() for fields, most of which are short: the first eight bytes without a call. */
static inline const char *find_byte(const char *p, const char *end, char byte)
{
    const uint64_t ones = UINT64_C(0x0101010101010101);
    uint64_t word;
    if ((size_t)(end - p) >= sizeof word) {
        memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
        word = __builtin_bswap64(word);
#endif
        word ^= ones * (unsigned char)byte;
        uint64_t zero = (word - ones) & ~word & ones << 7; /* its lowest bit is at the first hit */
        if (zero)
            return p + __builtin_ctzll(zero) / 8;
        p += sizeof word;
    }
    return memchr(p, byte, (size_t)(end - p));
}

/* Where `text` (one byte or more) stands first in [p, end), or NULL. */
static inline const char *find_text(const char *p, const char *end, struct str text)
{
    if (text.n == 1)
        return find_byte(p, end, text.p[0]);
    while ((size_t)(end - p) >= text.n) {
        p = find_byte(p, end - text.n + 1, text.p[0]);
        if (!p)
            return NULL;
        size_t i = 1;
        while (i < text.n && p[i] == text.p[i])
            i++;
        if (i == text.n)
            return p;
        p++;
    }
    return NULL;
}

/* The first double quote in [p, end) without a backslash before it. A backslash that is escaped
 * itself escapes nothing. */
static inline const char *find_quote(const char *from, const char *end)
{
    for (const char *p = from; p < end; p++) {
        p = find_byte(p, end, '"');
        if (!p)
            return NULL;
        const char *b = p;
        while (b > from && b[-1] == '\\')
            b--;
        if ((p - b) % 2 == 0)
            return p;
    }
    return NULL;
}

static inline bool stands_at(const char *p, const char *end, struct str text)
{
    return (size_t)(end - p) >= text.n && p[0] == text.p[0] &&
           (text.n == 1 || memcmp(p, text.p, text.n) == 0);
}

static bool split_ops(const struct layout *l, struct str line, struct str *fields)
{
    const char *p = line.p ? line.p : "", *end = p + line.n;
    for (const struct layout_op *op = l->ops, *last = op + l->nops; op < last; op++) {
        const char *hit = end;
        size_t step = op->text.n;
        switch (op->kind) {
        case OP_TEXT:
            if (p == end || !stands_at(p, end, op->text))
                return false;
            p += step;
            continue;
        case OP_UNTIL:
            hit = find_text(p, end, op->text);
            break;
        case OP_QUOTED:
            hit = find_quote(p, end);
            if (hit && !stands_at(hit, end, op->text))
                return false;
            break;
        case OP_WIDTH:
            hit = (size_t)(end - p) < op->width ? NULL : p + op->width;
            break;
        case OP_REST:
            break;
        }
        if (!hit)
            return false;
        if (op->name >= 0)
            fields[op->name] = (struct str){ p, (size_t)(hit - p) };
        p = hit + step;
    }
    return p == end || l->trailing;
}

bool layout_split(const struct layout *l, struct str line, struct str *fields,
                  struct regex_scratch *scratch)
{
    if (!l->regex)
        return split_ops(l, line, fields);
    if (regex_match(l->regex, line, scratch) != REGEX_YES)
        return false;
    for (size_t i = 0; i < l->nnames; i++)
        fields[i] = regex_group(l->regex, scratch, i);
    return true;
}

/* ---- all lines of a text ---- */

static int32_t column_of(const struct source *source, struct str name)
{
    for (size_t i = 0; i < source->ncolumns; i++)
        if (str_eq(source->columns[i], name))
            return (int32_t)i;
    return -1;
}

void line_reader_init(struct line_reader *r, const struct source *source,
                      struct regex_scratch *scratch)
{
    const struct format *format = source->format;
    size_t widest = 0;
    *r = (struct line_reader){ .source = source, .scratch = scratch };
    r->column = mem_zero(format->nlayouts, sizeof *r->column);
    for (size_t k = 0; k < format->nlayouts; k++) {
        const struct layout *l = format->layouts[k];
        r->column[k] = mem_zero(l->nnames, sizeof **r->column);
        for (size_t i = 0; i < l->nnames; i++)
            r->column[k][i] = column_of(source, l->names[i]);
        widest = l->nnames > widest ? l->nnames : widest;
    }
    r->fields = mem_zero(widest, sizeof *r->fields);
}

void line_reader_free(struct line_reader *r)
{
    for (size_t k = 0; r->column && k < r->source->format->nlayouts; k++)
        free(r->column[k]);
    free(r->column);
    free(r->fields);
    *r = (struct line_reader){ 0 };
}

static bool blank_line(struct str line)
{
    for (size_t i = 0; i < line.n; i++)
        if (line.p[i] != ' ' && line.p[i] != '\t')
            return false;
    return true;
}

static bool add_line(struct line_reader *r, struct str line, uint64_t number, struct batch *out)
{
    const struct format *format = r->source->format;
    for (size_t k = 0; k < format->nlayouts; k++) {
        const struct layout *l = format->layouts[k];
        if (!layout_split(l, line, r->fields, r->scratch))
            continue;
        size_t row = batch_add(out, line, number);
        for (size_t i = 0; i < l->nnames; i++) {
            int32_t column = r->column[k][i];
            /* Of groups with one name, the one that took part is the field. */
            if (column >= 0 && r->fields[i].p)
                batch_column(out, (size_t)column)[row] = r->fields[i];
        }
        return true;
    }
    return false;
}

void lines_split(struct line_reader *r, struct str text, uint64_t number, struct batch *out,
                 uint64_t *blank)
{
    for (; text.n; number++) {
        struct str line = str_cut(&text, '\n');
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        if (blank_line(line))
            ++*blank;
        else if (!add_line(r, line, number, out))
            batch_bad(out, number, REJECT_LAYOUT, line, NULL);
    }
}
