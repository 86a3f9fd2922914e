/* grok.c - see grok.h and regex.h: the library of names, and patterns with names written out. */
#include "base/grok.h"

#include <stdlib.h>

#include "base/limits.h"

enum { DEPTH_MAX = 32, NAME_BYTES_MAX = 32 /* PCRE2's own limit */ };

struct grok {
    struct arena arena;
    struct str *names, *patterns;
    size_t n, names_room, patterns_room;
};

struct grok *grok_new(void)
{
    return mem_zero(1, sizeof(struct grok));
}

void grok_free(struct grok *g)
{
    if (!g)
        return;
    arena_free(&g->arena);
    free(g->names);
    free(g->patterns);
    free(g);
}

/* Not <ctype.h>: what a name may be must not depend on a locale. */
static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

bool regex_name_good(struct str name)
{
    if (name.n == 0 || name.n > NAME_BYTES_MAX || digit(name.p[0]))
        return false;
    for (size_t i = 0; i < name.n; i++)
        if (!letter(name.p[i]) && !digit(name.p[i]))
            return false;
    return true;
}

/* ---- reading a pattern just well enough to know what is no reference ---- */

/* After "[:": the bytes up to the last of [:alpha:], or 0 when none begins here. */
static size_t posix_class(struct str rest)
{
    size_t n = rest.n && rest.p[0] == '^' ? 1 : 0;
    while (n < rest.n && rest.p[n] >= 'a' && rest.p[n] <= 'z')
        n++;
    return str_starts(str_from(rest, n), STR(":]")) ? n + 3 : 0;
}

/* The bytes of the character class that begins at p[at], brackets included; all the rest when it
 * never ends. *nested: it holds a [ that Logstash reads as a class of its own, PCRE2 as a [. */
static size_t class_length(struct str p, size_t at, bool *nested)
{
    size_t i = at + 1;
    *nested = false;
    if (i < p.n && p.p[i] == '^')
        i++;
    if (i < p.n && p.p[i] == ']')
        i++;
    for (; i < p.n && p.p[i] != ']'; i++) {
        if (p.p[i] == '\\')
            i++;
        else if (p.p[i] == '[' && i + 1 < p.n && p.p[i + 1] == ':') {
            i += posix_class(str_from(p, i + 2));
        } else if (p.p[i] == '[')
            *nested = true;
    }
    return (i < p.n ? i + 1 : p.n) - at;
}

/* The bytes from p[at] on that can hold no reference: an escaped byte, \Q...\E, a class; else 0. */
static size_t opaque(struct str p, size_t at)
{
    bool nested;
    if (p.p[at] == '[')
        return class_length(p, at, &nested);
    if (p.p[at] != '\\')
        return 0;
    if (at + 1 < p.n && p.p[at + 1] == 'Q') {
        size_t end = str_find(str_from(p, at), STR("\\E"));
        return end < p.n - at ? end + 2 : p.n - at;
    }
    return p.n - at < 2 ? 1 : 2;
}

/* ---- the library ---- */

static void define(struct grok *g, struct str name, struct str pattern)
{
    size_t i = 0;
    while (i < g->n && !str_eq(g->names[i], name))
        i++;
    if (i == g->n) {
        g->names = mem_grow(g->names, &g->names_room, i + 1, sizeof *g->names);
        g->patterns = mem_grow(g->patterns, &g->patterns_room, i + 1, sizeof *g->patterns);
        g->names[g->n++] = arena_keep(&g->arena, name);
    }
    g->patterns[i] = arena_keep(&g->arena, pattern);
}

/* Faults of a definition that would show only far away, in the pattern that uses it; and what
 * libraries written for Logstash mean otherwise (engines.md 2.7). */
static bool check(struct str pattern, struct place at, struct faults *faults)
{
    size_t open = 0, before = at.col;
    for (size_t i = 0; i < pattern.n;) {
        at.col = (unsigned)(before + i);
        size_t step = opaque(pattern, i);
        bool nested = false;
        if (pattern.p[i] == '[')
            class_length(pattern, i, &nested);
        if (nested)
            faults_add(faults, FAULT_WARNING, at,
                       "a class inside a class: here its '[' is just one more character");
        if (step == 2 && pattern.p[i] == '\\' && pattern.p[i + 1] == 'h')
            faults_add(faults, FAULT_WARNING, at,
                       "'\\h' is a blank here, not a hexadecimal digit: write [0-9A-Fa-f] for one");
        if (!step && pattern.p[i] == '(')
            open++;
        if (!step && pattern.p[i] == ')' && open-- == 0) {
            faults_add(faults, FAULT_ERROR, at, "unmatched closing parenthesis");
            return false;
        }
        i += step ? step : 1;
    }
    if (open) {
        at.col = (unsigned)(before + pattern.n);
        faults_add(faults, FAULT_ERROR, at, "missing closing parenthesis");
    }
    return open == 0;
}

bool grok_load(struct grok *g, struct str text, const char *file, struct faults *faults)
{
    bool ok = true;
    struct place at = { .file = str_c(file) };
    while (text.n) {
        struct str line = str_cut(&text, '\n');
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        at.line++;
        at.line_text = line;
        at.col = 1;
        if (str_trim(line).n == 0 || line.p[0] == '#')
            continue;
        struct str name = line;
        name.n = 0;
        while (name.n < line.n && (letter(line.p[name.n]) || digit(line.p[name.n])))
            name.n++;
        struct str pattern = str_from(line, name.n);
        while (pattern.n && (pattern.p[0] == ' ' || pattern.p[0] == '\t'))
            pattern = str_from(pattern, 1);
        if (name.n == 0 || pattern.n == 0 || pattern.p == line.p + name.n) {
            faults_add(faults, FAULT_ERROR, at,
                       "expected a name of letters, digits and '_', a blank, and a pattern");
            ok = false;
            continue;
        }
        at.col = (unsigned)(pattern.p - line.p) + 1;
        if (check(pattern, at, faults))
            define(g, name, pattern);
        else
            ok = false;
    }
    return ok;
}

/* ---- writing names out ---- */

struct expander {
    const struct grok *names;
    struct grok_text *out;
    struct regex_fault *fault;
    size_t origin; /* of the outermost reference that is being written out */
};

static bool refuse(struct expander *x, size_t offset, const char *text)
{
    x->fault->offset = offset;
    snprintf(x->fault->text, sizeof x->fault->text, "%s", text);
    return false;
}

static bool put(struct expander *x, struct str s, size_t from, bool written)
{
    struct grok_text *t = x->out;
    if (s.n > PATTERN_BYTES_MAX - t->n)
        return refuse(x, from, "the pattern is too long (32,768 bytes, names written out, is all)");
    if (s.n == 0)
        return true;
    t->p = mem_grow(t->p, &t->room, t->n + s.n, 1);
    bool same = t->npieces && !written && !t->pieces[t->npieces - 1].written &&
                t->pieces[t->npieces - 1].from == from;
    if (!same) {
        t->pieces = mem_grow(t->pieces, &t->pieces_room, t->npieces + 1, sizeof *t->pieces);
        t->pieces[t->npieces++] = (struct grok_piece){ t->n, from, written };
    }
    memcpy(t->p + t->n, s.p, s.n);
    t->n += s.n;
    return true;
}

/* What stands between "%{" and "}". */
struct reference {
    struct str name, field;
    size_t length; /* with "%{" and "}" */
};

static bool read_reference(struct expander *x, struct str p, size_t at, struct reference *r)
{
    struct str in = str_from(p, at + 2);
    size_t end = in.n ? str_find(in, STR("}")) : 0;
    if (end == in.n)
        return refuse(x, x->origin, "a '%{' without its '}': write '%\\{' for the two characters");
    r->length = end + 3;
    in.n = end;
    r->name = str_cut(&in, ':');
    r->field = str_cut(&in, ':');
    bool named = p.p[at + 2 + r->name.n] == ':';
    if (named && !regex_name_good(r->field)) {
        refuse(x, x->origin, "");
        snprintf(x->fault->text, sizeof x->fault->text,
                 "'%.*s' cannot name a field: letters, digits and '_', no digit first, 32 at most",
                 (int)(r->field.n < 64 ? r->field.n : 64), r->field.p);
        return false;
    }
    return true;
}

static bool unknown(struct expander *x, struct str name)
{
    const struct grok *g = x->names;
    const struct str *near = g ? str_nearest(name, g->names, g->n) : NULL;
    refuse(x, x->origin, "");
    if (near)
        snprintf(x->fault->text, sizeof x->fault->text,
                 "unknown grok name '%.*s': did you mean '%.*s'?", (int)(name.n < 64 ? name.n : 64),
                 name.p, STR_ARG(*near));
    else
        snprintf(x->fault->text, sizeof x->fault->text, "unknown grok name '%.*s'",
                 (int)(name.n < 64 ? name.n : 64), name.p);
    return false;
}

static bool expand(struct expander *x, struct str p, unsigned depth);

static bool expand_reference(struct expander *x, const struct reference *r, unsigned depth)
{
    const struct grok *g = x->names;
    size_t i = 0;
    while (g && i < g->n && !str_eq(g->names[i], r->name))
        i++;
    if (!g || i == g->n)
        return unknown(x, r->name);
    if (depth == DEPTH_MAX)
        return refuse(x, x->origin, "grok names that contain one another without end");
    size_t from = x->origin;
    bool ok = r->field.n ? put(x, STR("(?<"), from, false) && put(x, r->field, from, false) &&
                               put(x, STR(">"), from, false)
                         : put(x, STR("(?:"), from, false);
    return ok && expand(x, g->patterns[i], depth + 1) && put(x, STR(")"), from, false);
}

/* p is the pattern as written at depth 0, else what a name stands for. */
static bool expand(struct expander *x, struct str p, unsigned depth)
{
    bool written = depth == 0;
    size_t from = 0;
    for (size_t i = 0; i < p.n;) {
        bool reference = p.p[i] == '%' && i + 1 < p.n && p.p[i + 1] == '{';
        if (!reference) {
            size_t step = opaque(p, i);
            i += step ? step : 1;
            continue;
        }
        struct reference r;
        struct str before = { p.p + from, i - from };
        if (!put(x, before, written ? from : x->origin, written))
            return false;
        if (written)
            x->origin = i;
        if (!read_reference(x, p, i, &r) || !expand_reference(x, &r, depth))
            return false;
        i += r.length;
        from = i;
    }
    return put(x, str_from(p, from), written ? from : x->origin, written);
}

bool grok_expand(const struct grok *g, struct str pattern, struct grok_text *out,
                 struct regex_fault *fault)
{
    struct expander x = { g, out, fault, 0 };
    return expand(&x, pattern, 0);
}

void grok_text_free(struct grok_text *t)
{
    free(t->p);
    free(t->pieces);
    *t = (struct grok_text){ 0 };
}

size_t grok_origin(const struct grok_text *t, size_t offset)
{
    /* PCRE2 has read up to offset: the byte before it is what it stumbled over. */
    size_t last = offset ? offset - 1 : 0, i = t->npieces;
    while (i && t->pieces[i - 1].at > last)
        i--;
    if (i == 0)
        return 0;
    const struct grok_piece *piece = &t->pieces[i - 1];
    return piece->written ? piece->from + (offset - piece->at) : piece->from;
}
