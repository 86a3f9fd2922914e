/* shape_xes.c - an event log in XES (IEEE 1849) to one JSON object an event: see shape.h.
 *
 * Of <trace><string key="concept:name" value="3"/><event>...: the attributes of the event under
 * their keys, those of its trace under "case:" and theirs, as pm4py names them. An attribute inside
 * an attribute gets both keys with a dot between; the elements of <list> and <container> too.
 * <boolean>, and <int> and <float> that JSON can write, are such values; all others are texts.
 *
 * Attributes of a trace count for the events behind them: the standard has them first. Those of the
 * log, its globals and classifiers are stepped over. Elements may have a prefix (xes:event).
 *
 * GLib reads the XML: it knows no entities but the five of XML, so none can grow. A text that is
 * not well-formed gives its events up to the fault and one line that is no JSON object.
 */
#include <glib.h>
#include <stdlib.h>

#include "ingest/shape.h"

enum {
    DEPTH_MAX = 64,   /* of elements in elements */
    PIECE = 64 << 10, /* bytes of the text after which it is looked whether elements still come */
};

enum element { OTHER, TRACE, EVENT, ATTRIBUTE, VALUES };

struct xes {
    struct shape shape; /* first */
    GMarkupParseContext *xml;
    enum element path[DEPTH_MAX]; /* the elements that are open, outermost first */
    size_t key_n[DEPTH_MAX];      /* length of key before each was opened */
    size_t depth;
    struct shaped key;          /* of the attribute that is open */
    struct shaped trace, event; /* members of a JSON object: ,"key":value */
    struct shaped head;         /* the first bytes of the text */
    struct shaped *out;         /* during run() */
    uint64_t at;                /* bytes of the text read */
    size_t quiet;               /* of them, the last ones without an element, in whole PIECEs */
    bool heard;                 /* an element since the last whole PIECE */
    bool any, broken, said;
    int line;          /* of the fault */
    const char *limit; /* that was passed */
};

/* ---- values ---- */

/* Can JSON write it as a number as it is? */
static bool json_number(struct str s)
{
    size_t i = s.n && s.p[0] == '-', digits = i;
    while (i < s.n && g_ascii_isdigit(s.p[i]))
        i++;
    if (i == digits || (s.p[digits] == '0' && i > digits + 1))
        return false;
    if (i < s.n && s.p[i] == '.') {
        digits = ++i;
        while (i < s.n && g_ascii_isdigit(s.p[i]))
            i++;
        if (i == digits)
            return false;
    }
    return i == s.n;
}

static void add_member(struct shaped *to, const char *before, struct str key, const char *type,
                       struct str value)
{
    bool number = strcmp(type, "int") == 0 || strcmp(type, "float") == 0;
    bool truth =
        strcmp(type, "boolean") == 0 && (str_eq(value, STR("true")) || str_eq(value, STR("false")));
    bool bare = truth || (number && json_number(value));
    shaped_add(to, STR(",\""));
    shaped_add(to, str_c(before));
    shaped_json_text(to, key);
    shaped_add(to, bare ? STR("\":") : STR("\":\""));
    if (bare)
        shaped_add(to, value);
    else
        shaped_json_text(to, value);
    if (!bare)
        shaped_byte(to, '"');
}

/* ---- elements ---- */

static const char *local_name(const char *name)
{
    const char *colon = strchr(name, ':');
    return colon ? colon + 1 : name;
}

static const char *find(const char **names, const char **values, const char *name)
{
    for (; *names; names++, values++)
        if (strcmp(*names, name) == 0)
            return *values;
    return NULL;
}

static bool is_attribute(const char *name)
{
    static const char *const types[] = { "string",  "date", "int",  "float",
                                         "boolean", "id",   "list", "container" };
    for (size_t i = 0; i < sizeof types / sizeof *types; i++)
        if (strcmp(name, types[i]) == 0)
            return true;
    return false;
}

/* What an element is, by where it stands. */
static enum element kind_of(const struct xes *x, const char *name)
{
    enum element parent = x->depth ? x->path[x->depth - 1] : OTHER;
    if (x->depth == 1 && strcmp(name, "trace") == 0)
        return TRACE;
    if (strcmp(name, "event") == 0 && (parent == TRACE || x->depth == 1))
        return EVENT;
    if (parent == ATTRIBUTE && strcmp(name, "values") == 0)
        return VALUES;
    return parent != OTHER && is_attribute(name) ? ATTRIBUTE : OTHER;
}

static void begin_attribute(struct xes *x, const char *type, const char **names,
                            const char **values)
{
    const char *key = find(names, values, "key"), *value = find(names, values, "value");
    if (x->key.n)
        shaped_byte(&x->key, '.');
    shaped_add(&x->key, str_c(key ? key : ""));
    if (!key || !value)
        return;
    bool in_event = false;
    for (size_t i = 0; i < x->depth; i++)
        in_event |= x->path[i] == EVENT;
    add_member(in_event ? &x->event : &x->trace,
               in_event ? "" : "case:", (struct str){ x->key.p, x->key.n }, type, str_c(value));
    if (x->event.n + x->trace.n + x->key.n > RECORD_BYTES_MAX)
        x->limit = "has too many bytes in an event";
}

/* Ends the reading when a limit was passed. */
static void check_limit(const struct xes *x, GError **error)
{
    if (x->limit)
        g_set_error_literal(error, G_MARKUP_ERROR, G_MARKUP_ERROR_INVALID_CONTENT, "limit");
}

static void on_start(GMarkupParseContext *xml, const char *name, const char **names,
                     const char **values, void *data, GError **error)
{
    struct xes *x = data;
    (void)xml;
    x->heard = true;
    if (x->depth == DEPTH_MAX) {
        x->limit = "has too many elements in elements";
        check_limit(x, error);
        return;
    }
    name = local_name(name);
    enum element kind = kind_of(x, name);
    x->key_n[x->depth] = x->key.n;
    if (kind == TRACE)
        x->trace.n = 0;
    if (kind == ATTRIBUTE)
        begin_attribute(x, name, names, values);
    x->path[x->depth++] = kind;
    check_limit(x, error);
}

static void end_event(struct xes *x)
{
    struct str trace = { x->trace.p, x->trace.n }, event = { x->event.p, x->event.n };
    shaped_byte(x->out, '{');
    if (event.n)
        shaped_add(x->out, str_from(event, 1));
    shaped_add(x->out, event.n || !trace.n ? trace : str_from(trace, 1));
    shaped_add(x->out, STR("}\n"));
    x->event.n = 0;
}

static void on_end(GMarkupParseContext *xml, const char *name, void *data, GError **error)
{
    struct xes *x = data;
    (void)xml, (void)name, (void)error;
    x->heard = true;
    enum element kind = x->path[--x->depth];
    x->key.n = x->key_n[x->depth];
    if (kind == EVENT)
        end_event(x);
    if (kind == TRACE)
        x->trace.n = 0;
}

/* ---- the text ---- */

/* One line that is no JSON object. */
static void say_fault(struct xes *x)
{
    char said[100];
    x->said = true;
    if (x->head.p[0] == '<') {
        snprintf(said, sizeof said, "XML that %s: ", x->limit ? x->limit : "is not well-formed");
        shaped_add(x->out, str_c(said));
    }
    shaped_add(x->out, (struct str){ x->head.p, x->head.n });
    shaped_byte(x->out, '\n');
}

/* A piece within a whole PIECE, so that limits do not depend on how the text was cut. */
static void take(struct xes *x, struct str piece)
{
    x->at += piece.n;
    bool ok = g_markup_parse_context_parse(x->xml, piece.p, (gssize)piece.n, NULL);
    if (ok && x->at % PIECE == 0) {
        x->quiet = x->heard ? 0 : x->quiet + PIECE;
        x->heard = false;
        if (x->quiet > RECORD_BYTES_MAX)
            x->limit = "has too many bytes without an element";
    }
    if (!ok || x->limit)
        x->broken = true;
}

static void run(struct shape *shape, struct str piece, bool last, struct shaped *out)
{
    struct xes *x = (struct xes *)shape;
    x->out = out;
    while (!x->any && piece.n && g_ascii_isspace(piece.p[0]))
        piece = str_from(piece, 1);
    x->any |= piece.n > 0;
    for (size_t i = 0; i < piece.n && x->head.n < REJECT_TEXT_BYTES; i++)
        shaped_byte(&x->head, g_ascii_isspace(piece.p[i]) ? ' ' : piece.p[i]);
    while (piece.n && !x->broken) {
        size_t whole = PIECE - (size_t)(x->at % PIECE), n = piece.n < whole ? piece.n : whole;
        take(x, str_head(piece, n));
        piece = str_from(piece, n);
    }
    if (last && x->any && !x->broken && !g_markup_parse_context_end_parse(x->xml, NULL))
        x->broken = true;
    if (x->broken && !x->said && (last || x->head.n == REJECT_TEXT_BYTES))
        say_fault(x); /* with as much of the head as there is, however the text is cut */
}

static void release(struct shape *shape)
{
    struct xes *x = (struct xes *)shape;
    g_markup_parse_context_free(x->xml);
    free(x->key.p);
    free(x->trace.p);
    free(x->event.p);
    free(x->head.p);
    free(x);
}

struct shape *shape_xes(void)
{
    static const GMarkupParser parser = { .start_element = on_start, .end_element = on_end };
    struct xes *x = mem_zero(1, sizeof *x);
    x->shape = (struct shape){ run, release };
    x->xml = g_markup_parse_context_new(&parser, G_MARKUP_TREAT_CDATA_AS_TEXT, x, NULL);
    return &x->shape;
}
