/* literals.c - see literals.h. A small reader of patterns: sequences, alternatives, groups,
 * quantifiers. It gives up on anything else. */
#include "ingest/literals.h"

enum { NESTING_MAX = 50 };

struct reader {
    struct str rest; /* of the pattern */
    bool lost;       /* something was not understood: no needs */
    unsigned depth;
    struct arena *arena;
};

/* A run of bytes that must stand side by side. */
struct run {
    char bytes[256];
    size_t n;
};

static void alternatives(struct reader *r, struct needs *out);

static char take(struct reader *r)
{
    char c = r->rest.p[0];
    r->rest = str_from(r->rest, 1);
    return c;
}

static bool at(const struct reader *r, char c)
{
    return r->rest.n && r->rest.p[0] == c;
}

static void add_need(struct needs *out, const struct need *need)
{
    if (need->n && out->n < NEEDS_MAX)
        out->list[out->n++] = *need;
}

static void end_run(struct reader *r, struct run *run, struct needs *out)
{
    if (run->n >= LITERAL_LEAST) {
        struct need need = { .n = 1 };
        need.texts[0] = arena_keep(r->arena, (struct str){ run->bytes, run->n });
        add_need(out, &need);
    }
    run->n = 0;
}

static void add_byte(struct reader *r, struct run *run, struct needs *out, char c)
{
    if (run->n == sizeof run->bytes)
        end_run(r, run, out);
    run->bytes[run->n++] = folded(c);
}

/* ---- quantifiers ---- */

enum times { ONCE, AT_LEAST_ONCE, MAYBE };

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

/* Steps over digits; false when there are none. *zero: they say 0. */
static bool number(struct reader *r, bool *zero)
{
    size_t before = r->rest.n;
    *zero = true;
    while (r->rest.n && digit(r->rest.p[0]))
        *zero &= take(r) == '0';
    return r->rest.n < before;
}

/* {n}, {n,}, {n,m}. Other text in braces is literal, or a quantifier that only newer versions of
 * PCRE2 know, such as {,m}: lost. */
static enum times braces(struct reader *r)
{
    bool zero, upper_zero;
    take(r);
    r->lost |= !number(r, &zero);
    if (at(r, ',')) {
        take(r);
        number(r, &upper_zero);
    }
    r->lost |= !at(r, '}');
    if (!r->lost)
        take(r);
    return zero ? MAYBE : AT_LEAST_ONCE;
}

static enum times quantifier(struct reader *r)
{
    enum times times = ONCE;
    if (at(r, '?') || at(r, '*')) {
        take(r);
        times = MAYBE;
    } else if (at(r, '+')) {
        take(r);
        times = AT_LEAST_ONCE;
    } else if (at(r, '{')) {
        times = braces(r);
    }
    if (times != ONCE && (at(r, '?') || at(r, '+'))) /* lazy, possessive */
        take(r);
    return times;
}

/* ---- single things ---- */

/* Steps over [:alpha:], after its first bracket. A [: that does not begin one is a member like
 * others, and where its class ends PCRE2 alone knows: lost. */
static void class_of_letters(struct reader *r)
{
    take(r);
    if (at(r, '^'))
        take(r);
    while (r->rest.n && letter(r->rest.p[0]))
        take(r);
    r->lost |= !str_starts(r->rest, STR(":]"));
    r->rest = str_from(r->rest, 2);
}

/* Steps over [...]. A ] right after [ or [^ is a member; so is what \c takes, a ] too: lost. */
static void class(struct reader *r)
{
    take(r);
    if (at(r, '^'))
        take(r);
    if (at(r, ']'))
        take(r);
    while (r->rest.n && !at(r, ']')) {
        char c = take(r);
        if (c == '\\' && r->rest.n) {
            char e = take(r);
            r->lost |= (letter(e) || digit(e)) && !strchr("dDwWsShHvVtnrfeab", e);
        } else if (c == '[' && at(r, ':')) {
            class_of_letters(r);
        } else if (c == '[' && (at(r, '.') || at(r, '='))) {
            r->lost = true;
        }
    }
    if (r->rest.n)
        take(r);
    else
        r->lost = true;
}

/* After a backslash. True when it stands for one byte, which *byte gets. */
static bool escape(struct reader *r, char *byte)
{
    if (!r->rest.n) {
        r->lost = true;
        return false;
    }
    char c = take(r);
    if (!letter(c) && !digit(c) && (unsigned char)c < 0x80) {
        *byte = c;
        return true;
    }
    if (c == 't' || c == 'n' || c == 'r') {
        *byte = c == 't' ? '\t' : c == 'n' ? '\n' : '\r';
        return true;
    }
    r->lost |= !strchr("dDwWsSbBAzZhHvVN", c) || c == '\0';
    return false;
}

/* ---- groups ---- */

/* <name>, 'name', P<name>. What is no name begins something else, such as (?<*: lost. */
static void group_name(struct reader *r)
{
    if (at(r, 'P'))
        take(r);
    char close = take(r) == '<' ? '>' : '\'';
    while (r->rest.n && (letter(r->rest.p[0]) || digit(r->rest.p[0]) || at(r, '_')))
        take(r);
    r->lost |= !at(r, close);
    if (at(r, close))
        take(r);
}

/* What stands after "(": reads up to where the contents begin. True when they must match where the
 * group stands; false for a group of which nothing can be known but where it ends. */
static bool group_head(struct reader *r, bool *flags_only)
{
    *flags_only = false;
    if (at(r, '*'))
        r->lost = true;
    if (!at(r, '?'))
        return true;
    take(r);
    if (str_starts(r->rest, STR("<=")) || str_starts(r->rest, STR("<!")) || at(r, '=') ||
        at(r, '!'))
        return false;
    if (at(r, ':') || at(r, '>')) {
        take(r);
        return true;
    }
    if (at(r, '<') || at(r, '\'') || str_starts(r->rest, STR("P<"))) {
        group_name(r);
        return true;
    }
    while (at(r, 'i') || at(r, 's') || at(r, 'm') || at(r, 'J') || at(r, 'U') || at(r, '-'))
        take(r);
    if (at(r, ')')) {
        *flags_only = true;
        return true;
    }
    r->lost |= !at(r, ':');
    if (at(r, ':'))
        take(r);
    return true;
}

/* A group; its needs hold for the sequence that it stands in when it must match at least once. */
static void group(struct reader *r, struct needs *out)
{
    take(r);
    bool flags_only;
    bool counts = group_head(r, &flags_only);
    struct needs inner = { .n = 0 };
    if (!flags_only)
        alternatives(r, &inner);
    if (!at(r, ')')) {
        r->lost = true;
        return;
    }
    take(r);
    enum times times = flags_only ? ONCE : quantifier(r);
    if (counts && times != MAYBE)
        for (size_t i = 0; i < inner.n; i++)
            add_need(out, &inner.list[i]);
}

/* ---- sequences ---- */

/* One byte that must stand here, with its quantifier. */
static void literal(struct reader *r, struct run *run, struct needs *out, char c)
{
    enum times times = quantifier(r);
    if (times != MAYBE)
        add_byte(r, run, out, c);
    if (times != ONCE)
        end_run(r, run, out);
}

static void sequence(struct reader *r, struct needs *out)
{
    struct run run = { .n = 0 };
    while (r->rest.n && !at(r, '|') && !at(r, ')') && !r->lost) {
        char byte = r->rest.p[0];
        if (byte == '(') {
            end_run(r, &run, out);
            group(r, out);
        } else if (byte == '[') {
            end_run(r, &run, out);
            class(r);
            quantifier(r);
        } else if (byte == '.' || byte == '^' || byte == '$') {
            take(r);
            end_run(r, &run, out);
            quantifier(r);
        } else if (byte == '\\') {
            take(r);
            if (escape(r, &byte)) {
                literal(r, &run, out, byte);
            } else {
                end_run(r, &run, out);
                quantifier(r);
            }
        } else if (strchr("*+?{", byte) && byte) {
            r->lost = true; /* a brace that is no quantifier, or a fault */
        } else {
            literal(r, &run, out, take(r));
        }
    }
    end_run(r, &run, out);
}

static size_t shortest(const struct need *need)
{
    size_t least = SIZE_MAX;
    for (size_t i = 0; i < need->n; i++)
        if (need->texts[i].n < least)
            least = need->texts[i].n;
    return least;
}

/* Of the needs of one alternative, the one whose shortest text is longest: NULL when it has none.
 */
static const struct need *strongest(const struct needs *needs)
{
    const struct need *best = NULL;
    for (size_t i = 0; i < needs->n; i++)
        if (!best || shortest(&needs->list[i]) > shortest(best))
            best = &needs->list[i];
    return best;
}

/* One alternative: all its needs. Several: one need, that one text of any of them occurs, when each
 * of them has one. */
static void alternatives(struct reader *r, struct needs *out)
{
    if (++r->depth > NESTING_MAX)
        r->lost = true;
    sequence(r, out);
    bool several = at(r, '|'), all = true;
    struct need joined = { .n = 0 };
    struct needs one = *out;
    while (several && !r->lost) {
        const struct need *need = strongest(&one);
        all &= need && joined.n + need->n <= NEED_TEXTS_MAX;
        for (size_t i = 0; all && i < need->n; i++)
            joined.texts[joined.n++] = need->texts[i];
        if (!at(r, '|'))
            break;
        take(r);
        one.n = 0;
        sequence(r, &one);
    }
    if (several) {
        out->n = 0;
        if (all)
            add_need(out, &joined);
    }
    r->depth--;
}

void needs_of(struct str pattern, struct needs *out, struct arena *a)
{
    struct reader r = { .rest = pattern, .arena = a };
    out->n = 0;
    alternatives(&r, out);
    if (r.lost || r.rest.n)
        out->n = 0;
}

/* ---- looking for them ---- */

static bool occurs(struct str needle, struct str text)
{
    for (size_t i = 0; i + needle.n <= text.n; i++) {
        size_t k = 0;
        while (k < needle.n && folded(text.p[i + k]) == needle.p[k])
            k++;
        if (k == needle.n)
            return true;
    }
    return false;
}

bool needs_met(const struct needs *needs, struct str text)
{
    for (size_t i = 0; i < needs->n; i++) {
        bool met = false;
        for (size_t k = 0; k < needs->list[i].n && !met; k++)
            met = occurs(needs->list[i].texts[k], text);
        if (!met)
            return false;
    }
    return true;
}
