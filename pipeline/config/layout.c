/* layout.c - see layout.h: delimiter patterns compiled to ops. ingest/lines.c runs them. */
#include "config/layout.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/limits.h"

/* While a pattern is compiled. */
struct build {
    struct str pattern;
    struct arena *a;
    struct layout *out;
    struct regex_fault *fault;
};

static bool refuse(struct build *b, size_t offset, const char *text)
{
    b->fault->offset = offset;
    snprintf(b->fault->text, sizeof b->fault->text, "%s", text);
    return false;
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

/* The names are kept in the arena that is given; there are at most as many as the pattern has bytes
 * over four. */
static bool add_name(struct build *b, struct str name, size_t at, int32_t *number)
{
    if (digit(name.p[0]))
        return refuse(b, at, "the name of a field begins with a letter or '_'");
    for (size_t i = 0; i < name.n; i++)
        if (!letter(name.p[i]) && !digit(name.p[i]))
            return refuse(b, at + i, "the name of a field has letters, digits and '_' only");
    if (layout_name(b->out, name) >= 0) {
        refuse(b, at, "");
        snprintf(b->fault->text, sizeof b->fault->text, "the field '%.*s' is there twice",
                 (int)(name.n < 64 ? name.n : 64), name.p);
        return false;
    }
    *number = (int32_t)b->out->nnames;
    b->out->names[b->out->nnames++] = arena_keep(b->a, name);
    return true;
}

static bool read_width(struct build *b, struct str digits, size_t at, uint32_t *width)
{
    uint64_t w = 0;
    for (size_t i = 0; i < digits.n; i++) {
        if (!digit(digits.p[i]))
            return refuse(b, at + i, "a width is a number of bytes, as in %{name:15}");
        w = w * 10 + (uint64_t)(digits.p[i] - '0');
        if (w > RECORD_BYTES_MAX)
            return refuse(b, at, "a width of more bytes than any record may have");
    }
    if (w == 0)
        return refuse(b, at, "a width of no bytes");
    *width = (uint32_t)w;
    return true;
}

/* The field at *at ("%{...}") as an op that does not know yet what follows it. */
static bool read_field(struct build *b, size_t *at, struct layout_op *op)
{
    struct str p = b->pattern;
    size_t start = *at + 2, end = start;
    while (end < p.n && p.p[end] != '}')
        end++;
    if (end == p.n)
        return refuse(b, *at, "a '%{' without its '}'");
    struct str in = { p.p + start, end - start };
    bool sized = in.n && memchr(in.p, ':', in.n);
    struct str name = in;
    name.n = sized ? (size_t)((const char *)memchr(in.p, ':', in.n) - in.p) : in.n;
    *op = (struct layout_op){ .kind = sized ? OP_WIDTH : OP_REST, .name = -1 };
    if (name.n && !add_name(b, name, start, &op->name))
        return false;
    size_t digits = start + name.n + 1;
    if (sized && !read_width(b, str_from(in, name.n + 1), digits, &op->width))
        return false;
    *at = end + 1;
    return true;
}

/* The bytes up to the next field. */
static struct str text_at(struct str p, size_t at)
{
    struct str rest = str_from(p, at);
    rest.n = rest.n ? str_find(rest, STR("%{")) : 0;
    return rest;
}

static void add_op(struct build *b, struct layout_op op)
{
    b->out->ops[b->out->nops++] = op;
}

/* Decides how the field ends by the text that follows it. */
static bool end_field(struct build *b, struct layout_op field, size_t began, struct str text,
                      bool last)
{
    if (field.kind == OP_WIDTH) {
        add_op(b, field);
        if (text.n)
            add_op(b, (struct layout_op){ .kind = OP_TEXT, .text = text, .name = -1 });
        return true;
    }
    if (!text.n && !last)
        return refuse(b, began,
                      "no text between this field and the next: where does it end? Give it a "
                      "width, as in %{name:15}, or put text between them");
    if (text.n) {
        bool quoted = began && b->pattern.p[began - 1] == '"' && text.p[0] == '"';
        field.kind = quoted ? OP_QUOTED : OP_UNTIL;
        field.text = text;
    }
    add_op(b, field);
    return true;
}

static bool build(struct build *b)
{
    size_t at = 0;
    struct str text = text_at(b->out->text, 0);
    if (text.n)
        add_op(b, (struct layout_op){ .kind = OP_TEXT, .text = text, .name = -1 });
    at = text.n;
    while (at < b->pattern.n) {
        struct layout_op field;
        size_t began = at;
        if (!read_field(b, &at, &field))
            return false;
        text = text_at(b->out->text, at);
        if (!end_field(b, field, began, text, at == b->pattern.n))
            return false;
        at += text.n;
    }
    if (b->out->nnames == 0)
        return refuse(b, 0, "a layout without a field: write %{name} where one stands");
    return true;
}

static bool start(struct str pattern, struct arena *a, struct layout *out,
                  struct regex_fault *fault)
{
    *out = (struct layout){ .text = arena_keep(a, pattern) };
    *fault = (struct regex_fault){ 0 };
    if (pattern.n == 0) {
        snprintf(fault->text, sizeof fault->text, "an empty layout");
        return false;
    }
    if (pattern.n > PATTERN_BYTES_MAX) {
        fault->offset = PATTERN_BYTES_MAX;
        snprintf(fault->text, sizeof fault->text, "a layout of %zu bytes: %d is all", pattern.n,
                 (int)PATTERN_BYTES_MAX);
        return false;
    }
    return true;
}

bool layout_compile(struct str pattern, struct arena *a, struct layout *out,
                    struct regex_fault *fault)
{
    if (!start(pattern, a, out, fault))
        return false;
    /* A field takes at least "%{}", and makes two ops at most, after a first text. */
    size_t fields = pattern.n / 3;
    out->ops = arena_take(a, (2 * fields + 1) * sizeof *out->ops);
    out->names = arena_take(a, (fields + 1) * sizeof *out->names);
    struct build b = { out->text, a, out, fault };
    return build(&b);
}

bool layout_compile_regex(struct str pattern, const struct grok *names, struct arena *a,
                          struct layout *out, struct regex_fault *fault)
{
    if (!start(pattern, a, out, fault))
        return false;
    out->regex = regex_new(pattern, names, fault);
    if (!out->regex)
        return false;
    size_t n = regex_names(out->regex);
    out->names = arena_take(a, (n + 1) * sizeof *out->names);
    for (size_t i = 0; i < n; i++)
        out->names[i] = regex_name(out->regex, i);
    out->nnames = n;
    if (n == 0) {
        fault->offset = 0;
        snprintf(fault->text, sizeof fault->text,
                 "a layout without a field: write (?<name>...) where one stands");
        layout_free(out);
        return false;
    }
    return true;
}

void layout_free(struct layout *l)
{
    regex_free(l->regex);
    l->regex = NULL;
}

int layout_name(const struct layout *l, struct str name)
{
    for (size_t i = 0; i < l->nnames; i++)
        if (str_eq(l->names[i], name))
            return (int)i;
    return -1;
}
