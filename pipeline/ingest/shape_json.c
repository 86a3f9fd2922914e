/* shape_json.c - JSON documents to one record a line: see shape.h and reader.h. One walk over the
 * bytes; only the record at hand is kept. json_rewrite.c does what must be done within a record.
 *
 * The walk knows strings, brackets and commas, no more: what is wrong within a record is seen by
 * who reads it, and costs that record alone. What stands where it should not becomes a record of
 * its own, which is no JSON object, so that it is counted. A document that ends too early gives the
 * records before, and one more that is cut.
 */
#include <stdlib.h>

#include "ingest/json_rewrite.h"
#include "ingest/scan.h"
#include "ingest/shape.h"

enum mode {
    BEFORE,  /* the prefix is looked for */
    PREFIX,  /* on the way to the JSON behind it */
    BETWEEN, /* values of the containers on the way to the records */
    KEY,     /* within a key of one */
    VALUE,   /* within a value: a record, or one to step over */
};

enum { KEY_MAX = 1024 };

struct document {
    struct shape shape; /* first */
    const struct json_rules *rules;
    struct json_rewriter *rewriter; /* NULL: records go out as they are */
    enum mode mode;
    unsigned open;                  /* containers on the way */
    bool array[JSON_DEPTH_MAX + 2]; /* [open - 1]: what kind each is */
    bool reached;                   /* the array of the records, or a record, was there */
    bool stepped_over;              /* a value was there that leads to no record */
    struct shaped head;             /* the first bytes of the text, until then */
    bool after_colon;               /* in an object: the value is due */
    char key[KEY_MAX];
    size_t key_n;
    size_t prefix_n; /* bytes of the prefix that were there */
    bool prefixed;
    /* of a value */
    bool record, scalar, in_string, escape;
    unsigned depth;
    struct shaped text; /* of the record */
};

static bool blank(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/* Is the value that begins now the next step to the records? */
static bool on_the_way(const struct document *d)
{
    if (d->open == 0)
        return true;
    if (d->rules->nrecords == 0)
        return d->open == 1;
    if (d->open > d->rules->nrecords)
        return false;
    struct str want = d->rules->records[d->open - 1];
    if (d->array[d->open - 1])
        return str_eq(want, STR("*"));
    return str_eq(want, (struct str){ d->key, d->key_n });
}

static void begin_value(struct document *d, char c)
{
    bool way = on_the_way(d), opens = c == '{' || c == '[';
    bool record =
        way && (d->rules->nrecords ? d->open == d->rules->nrecords : d->open == 1 || c == '{');
    if (way && !record && opens) {
        d->array[d->open++] = c == '[';
        d->after_colon = false;
        d->reached |= d->open > d->rules->nrecords || d->rules->nrecords == 0 ||
                      (d->open == d->rules->nrecords && c == '[');
        return;
    }
    d->mode = VALUE;
    d->record = record || d->open == 0;
    d->reached |= d->record;
    d->stepped_over |= !d->record;
    d->scalar = !opens;
    d->in_string = c == '"';
    d->escape = false;
    d->depth = opens;
    d->text.n = 0;
    if (d->record)
        shaped_byte(&d->text, c);
}

static void end_value(struct document *d, struct shaped *out)
{
    d->mode = BETWEEN;
    d->after_colon = false;
    if (!d->record)
        return;
    struct str text = str_trim((struct str){ d->text.p, d->text.n });
    if (d->rewriter && text.n <= RECORD_BYTES_MAX) {
        json_rewrite(d->rewriter, text, out);
    } else {
        shaped_add(out, text);
        shaped_byte(out, '\n');
    }
    d->text.n = 0;
}

/* Keeps bytes of a record; more than any reader takes are not needed. */
static void keep(struct document *d, const char *p, size_t n)
{
    if (d->record && d->text.n <= RECORD_BYTES_MAX)
        shaped_add(&d->text, (struct str){ p, n });
}

/* Within a string: up to its end, or to the end of the piece. */
static const char *take_string(struct document *d, const char *p, const char *end)
{
    if (d->escape) {
        d->escape = false;
        keep(d, *p == '\n' ? "\r" : p, 1);
        return p + 1;
    }
    const char *stop = scan_json_string(p, end);
    keep(d, p, (size_t)(stop - p));
    if (stop == end)
        return end;
    d->in_string = *stop != '"';
    d->escape = *stop == '\\';
    keep(d, *stop == '\n' ? "\r" : stop, 1); /* a fault in any case, but still one line */
    return stop + 1;
}

/* One byte of a value outside its strings. Is it the value's, or what follows it? */
static bool take_byte(struct document *d, char c)
{
    if (d->depth == 0 && (c == ',' || c == ']' || c == '}' || blank(c)))
        return false;
    d->in_string = c == '"';
    d->depth += c == '{' || c == '[';
    d->depth -= (c == '}' || c == ']') && d->depth > 0;
    keep(d, c == '\n' ? " " : &c, 1);
    return true;
}

static const char *take_value(struct document *d, const char *p, const char *end,
                              struct shaped *out)
{
    while (p < end) {
        if (d->in_string) {
            p = take_string(d, p, end);
            if (d->in_string || d->depth)
                continue;
        } else {
            bool closes = *p == '}' || *p == ']';
            if (!take_byte(d, *p)) {
                end_value(d, out);
                return p;
            }
            p++;
            if (d->in_string || d->depth || !closes)
                continue;
        }
        end_value(d, out);
        break;
    }
    return p;
}

static const char *take_key(struct document *d, const char *p, const char *end)
{
    for (; p < end; p++) {
        if (!d->escape && *p == '"') {
            d->mode = BETWEEN;
            return p + 1;
        }
        d->escape = !d->escape && *p == '\\';
        if (!d->escape && d->key_n < KEY_MAX)
            d->key[d->key_n++] = *p;
    }
    return p;
}

/* One byte between the values of the containers on the way. */
static void take_between(struct document *d, char c)
{
    bool array = d->open && d->array[d->open - 1];
    if (blank(c) || c == ',' || (d->prefixed && !d->open && c == ';'))
        return;
    if (d->open && c == (array ? ']' : '}')) {
        d->open--;
        d->after_colon = false;
    } else if (d->open && !array && !d->after_colon && c == '"') {
        d->mode = KEY;
        d->key_n = 0;
        d->escape = false;
    } else if (d->open && !array && !d->after_colon && c == ':') {
        d->after_colon = true;
    } else {
        begin_value(d, c);
    }
}

/* The first bytes of a text: the prefix, or something else, which is read as JSON. */
static void take_before(struct document *d, char c, struct shaped *out)
{
    struct str prefix = d->rules->prefix;
    if (d->prefix_n == 0 && blank(c))
        return;
    if (c == prefix.p[d->prefix_n]) {
        d->prefixed = ++d->prefix_n == prefix.n;
        d->mode = d->prefixed ? PREFIX : BEFORE;
        return;
    }
    d->mode = BETWEEN;
    for (size_t i = 0; i < d->prefix_n; i++) {
        if (d->mode == VALUE)
            take_value(d, prefix.p + i, prefix.p + i + 1, out);
        else
            take_between(d, prefix.p[i]);
    }
    if (d->mode == VALUE)
        take_value(d, &c, &c + 1, out);
    if (d->mode == BETWEEN)
        take_between(d, c);
}

static void finish(struct document *d, struct shaped *out)
{
    if (d->mode == VALUE && d->record) {
        end_value(d, out);
    } else if (d->mode != BETWEEN || d->open) {
        shaped_add(out, STR("{\n"));             /* ends too early */
    } else if (!d->reached && d->stepped_over) { /* another document: its head is no whole object */
        shaped_add(out, (struct str){ d->head.p, d->head.n });
        shaped_byte(out, '\n');
    }
    d->mode = BETWEEN;
    d->open = 0;
}

static void run(struct shape *shape, struct str piece, bool last, struct shaped *out)
{
    struct document *d = (struct document *)shape;
    const char *p = piece.p, *end = piece.n ? p + piece.n : p;
    for (size_t i = 0; i < piece.n && !d->reached && d->head.n < REJECT_TEXT_BYTES; i++)
        if (d->head.n || !blank(p[i]))
            shaped_byte(&d->head, p[i] == '\n' ? ' ' : p[i]);
    while (p < end) {
        switch (d->mode) {
        case BEFORE:
            take_before(d, *p++, out);
            break;
        case PREFIX:
            if (*p == '{' || *p == '[')
                d->mode = BETWEEN;
            else
                p++;
            break;
        case BETWEEN:
            take_between(d, *p++);
            break;
        case KEY:
            p = take_key(d, p, end);
            break;
        case VALUE:
            p = take_value(d, p, end, out);
            break;
        }
    }
    if (last && d->mode != BEFORE)
        finish(d, out);
}

static void release(struct shape *shape)
{
    struct document *d = (struct document *)shape;
    json_rewriter_free(d->rewriter);
    free(d->text.p);
    free(d->head.p);
    free(d);
}

struct shape *shape_json(const struct json_rules *rules)
{
    struct document *d = mem_zero(1, sizeof *d);
    *d = (struct document){ .shape = { run, release },
                            .rules = rules,
                            .mode = rules->prefix.n ? BEFORE : BETWEEN };
    if (rules->each.n || rules->unwrap.n || rules->nlists)
        d->rewriter = json_rewriter_new(rules);
    return &d->shape;
}
