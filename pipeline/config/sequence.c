/* sequence.c - see sequence.h: a parser by descent, without recursion. */
#include "config/sequence.h"

#include <stdlib.h>

struct reader {
    struct str text;
    size_t at;
    struct arena *a;
    struct text_fault *fault;
};

static void skip_blanks(struct reader *r)
{
    while (r->at < r->text.n && (r->text.p[r->at] == ' ' || r->text.p[r->at] == '\t' ||
                                 r->text.p[r->at] == '\n' || r->text.p[r->at] == '\r'))
        r->at++;
}

static bool next_is(const struct reader *r, const char *sign)
{
    return str_starts(str_from(r->text, r->at), str_c(sign));
}

static bool take(struct reader *r, const char *sign)
{
    skip_blanks(r);
    if (!next_is(r, sign))
        return false;
    r->at += strlen(sign);
    return true;
}

/* The text between two double quotes; two of them within stand for one. */
static bool quoted_name(struct reader *r, struct sequence_name *name)
{
    size_t open = r->at++, n = 0;
    char *to = arena_take(r->a, r->text.n - open + 1);
    name->at = r->at;
    while (r->at < r->text.n) {
        char c = r->text.p[r->at++];
        if (c == '"' && !next_is(r, "\"")) {
            name->text = (struct str){ to, n };
            return n || text_fault_set(r->fault, open, "a name cannot be empty");
        }
        r->at += c == '"';
        to[n++] = c;
    }
    return text_fault_set(r->fault, open, "a quote is not closed");
}

static bool ends_name(const struct reader *r)
{
    return memchr("[]|*\"", r->text.p[r->at], 5) || next_is(r, "->");
}

static bool read_name(struct reader *r, struct sequence_name *name)
{
    skip_blanks(r);
    if (next_is(r, "\""))
        return quoted_name(r, name);
    size_t from = r->at;
    while (r->at < r->text.n && !ends_name(r))
        r->at++;
    name->at = from;
    name->text = str_trim((struct str){ r->text.p + from, r->at - from });
    if (name->text.n)
        return true;
    if (from < r->text.n)
        return text_fault_set(r->fault, from, "a touchpoint was expected before '%.*s'",
                              (int)(next_is(r, "->") ? 2 : 1), r->text.p + from);
    return text_fault_set(r->fault, from, "a touchpoint was expected, but the pattern ends here");
}

static void add_name(struct reader *r, struct sequence_item *item, struct sequence_name name,
                     size_t *room)
{
    if (item->nnames == *room) {
        *room = *room ? 2 * *room : 4;
        struct sequence_name *more = arena_take(r->a, *room * sizeof *more);
        if (item->nnames)
            memcpy(more, item->names, item->nnames * sizeof *more);
        item->names = more;
    }
    item->names[item->nnames++] = name;
}

static bool read_class(struct reader *r, struct sequence_item *item)
{
    struct sequence_name name;
    size_t room = 0;
    skip_blanks(r);
    item->at = r->at;
    if (!take(r, "[")) {
        bool plain = !next_is(r, "\"");
        if (!read_name(r, &name))
            return false;
        if (plain && str_eq(name.text, STR(".")))
            item->any = true;
        else
            add_name(r, item, name, &room);
        return true;
    }
    item->negated = take(r, "^");
    do {
        if (!read_name(r, &name))
            return false;
        add_name(r, item, name, &room);
    } while (take(r, "|"));
    if (take(r, "]"))
        return true;
    if (next_is(r, "->"))
        return text_fault_set(r->fault, r->at,
                              "'[' holds single touchpoints, not sequences: close it with ']'");
    return text_fault_set(r->fault, item->at, "'[' is not closed");
}

static bool read_item(struct reader *r, struct sequence_item *item)
{
    if (!read_class(r, item))
        return false;
    item->repeat = take(r, "*");
    return true;
}

/* Is there one more item? An arrow, or a bracket right behind a name. */
static bool goes_on(struct reader *r)
{
    return take(r, "->") || next_is(r, "[");
}

bool sequence_parse(struct str text, struct arena *a, struct sequence *out,
                    struct text_fault *fault)
{
    struct reader r = { .text = text, .a = a, .fault = fault };
    bool all_repeat = true;
    *out = (struct sequence){ arena_take(a, SEQUENCE_ITEMS_MAX * sizeof *out->items), 0 };
    do {
        if (out->n == SEQUENCE_ITEMS_MAX)
            return text_fault_set(fault, r.at, "a pattern cannot have more than %d items",
                                  SEQUENCE_ITEMS_MAX);
        struct sequence_item *item = &out->items[out->n++];
        if (!read_item(&r, item))
            return false;
        all_repeat = all_repeat && item->repeat;
    } while (goes_on(&r));
    skip_blanks(&r);
    if (r.at < text.n)
        return text_fault_set(fault, r.at, "'->' was expected here");
    if (all_repeat)
        return text_fault_set(fault, 0,
                              "the pattern fits every path, even an empty one: name at least one "
                              "touchpoint without '*'");
    return true;
}
