/* json_rewrite.c - see json_rewrite.h. Every text is read by json_record() first, so that nothing
 * can be wrong with it in the walks here. */
#include "ingest/json_rewrite.h"

#include <stdlib.h>

#include "ingest/json.h"
#include "ingest/json_lex.h"

struct json_rewriter {
    const struct json_rules *rules;
    struct json_paths *unwrap; /* the path of the wrapped record */
    struct arena arena;
    struct json_cursor c;
    struct shaped path;   /* of the value at the cursor: keys joined by dots */
    struct shaped around; /* the record without the array of `each` */
    struct str array;     /* that array, as it is written; p is NULL when there is none */
};

struct json_rewriter *json_rewriter_new(const struct json_rules *rules)
{
    struct json_rewriter *w = mem_zero(1, sizeof *w);
    w->rules = rules;
    w->unwrap = json_paths_new(&rules->unwrap, rules->unwrap.n > 0);
    return w;
}

void json_rewriter_free(struct json_rewriter *w)
{
    if (!w)
        return;
    json_paths_free(w->unwrap);
    arena_free(&w->arena);
    free(w->path.p);
    free(w->around.p);
    free(w);
}

/* Is it a JSON object? wrapped gets the text of the field that is unwrapped, when there is one. */
static bool good(struct json_rewriter *w, struct str record, struct str *wrapped)
{
    size_t at;
    const char *why;
    struct str none;
    *wrapped = (struct str){ NULL, 0 };
    return json_record(w->unwrap, record, w->rules->unwrap.n ? wrapped : &none, &w->arena, &at,
                       &why);
}

/* Over the value at the cursor; what it is as it is written. */
static struct str skip_value(struct json_cursor *c)
{
    json_space(c);
    const char *start = c->p;
    unsigned depth = 0;
    struct str inner;
    bool escaped;
    do {
        json_space(c);
        char byte = *c->p;
        if (byte == '"')
            json_string(c, &inner, &escaped);
        else if (byte == '{' || byte == '[' || byte == '}' || byte == ']' || byte == ',' ||
                 byte == ':')
            c->p++;
        else
            json_scalar(c);
        depth += byte == '{' || byte == '[';
        depth -= byte == '}' || byte == ']';
    } while (depth);
    return (struct str){ start, (size_t)(c->p - start) };
}

/* The key at the cursor, still escaped, and over its colon. */
static struct str take_key(struct json_cursor *c)
{
    struct str key;
    bool escaped;
    json_space(c);
    json_string(c, &key, &escaped);
    json_takes(c, ':');
    return key;
}

/* The first member of the object that is neither null nor an empty string, as it is written: so
 * {"string_value": "x"} is "x". What is no object is itself. */
static struct str first_value(struct str text)
{
    struct json_cursor c = { text.p, text.p + text.n, NULL };
    struct str found = STR("null");
    if (!json_takes(&c, '{'))
        return text;
    if (json_takes(&c, '}'))
        return found;
    do {
        take_key(&c);
        struct str value = skip_value(&c);
        if (!str_eq(value, STR("null")) && !str_eq(value, STR("\"\"")))
            return value;
    } while (json_takes(&c, ','));
    return found;
}

/* The element of a list of names and values as a member; nothing when it has no name. */
static bool write_member(const struct json_list *list, struct str element, bool first,
                         struct shaped *out)
{
    struct json_cursor c = { element.p, element.p + element.n, NULL };
    struct str name = { NULL, 0 }, value = STR("null");
    if (!json_takes(&c, '{') || json_takes(&c, '}'))
        return false;
    do {
        struct str key = take_key(&c), text = skip_value(&c);
        if (str_eq(key, list->key))
            name = text;
        else if (str_eq(key, list->value))
            value = text;
    } while (json_takes(&c, ','));
    if (name.n == 0 || name.p[0] == '{' || name.p[0] == '[')
        return false;
    if (!first)
        shaped_byte(out, ',');
    bool quoted = name.p[0] == '"';
    if (!quoted)
        shaped_byte(out, '"');
    shaped_add(out, name);
    if (!quoted)
        shaped_byte(out, '"');
    shaped_byte(out, ':');
    shaped_add(out, first_value(value));
    return true;
}

static void write_list(const struct json_list *list, struct str array, struct shaped *out)
{
    struct json_cursor c = { array.p, array.p + array.n, NULL };
    bool first = true;
    shaped_byte(out, '{');
    json_takes(&c, '[');
    if (!json_takes(&c, ']')) {
        do
            first &= !write_member(list, skip_value(&c), first, out);
        while (json_takes(&c, ','));
    }
    shaped_byte(out, '}');
}

static const struct json_list *list_at(const struct json_rewriter *w, struct str path)
{
    for (size_t i = 0; i < w->rules->nlists; i++)
        if (str_eq(w->rules->lists[i].field, path))
            return &w->rules->lists[i];
    return NULL;
}

static void copy_value(struct json_rewriter *w, struct shaped *out);

static void copy_object(struct json_rewriter *w, struct shaped *out)
{
    shaped_byte(out, '{');
    w->c.p++;
    if (json_takes(&w->c, '}')) {
        shaped_byte(out, '}');
        return;
    }
    size_t before = w->path.n;
    bool first = true;
    do {
        struct str key = take_key(&w->c);
        if (!first)
            shaped_byte(out, ',');
        first = false;
        shaped_byte(out, '"');
        shaped_add(out, key);
        shaped_add(out, STR("\":"));
        if (before)
            shaped_byte(&w->path, '.');
        shaped_add(&w->path, key);
        copy_value(w, out);
        w->path.n = before;
    } while (json_takes(&w->c, ','));
    json_takes(&w->c, '}');
    shaped_byte(out, '}');
}

/* The value at the cursor, its lists rewritten; the array of `each` is taken out. Objects within
 * arrays stay as they are. */
static void copy_value(struct json_rewriter *w, struct shaped *out)
{
    json_space(&w->c);
    struct str path = { w->path.p, w->path.n };
    const struct json_list *list = *w->c.p == '[' && path.n ? list_at(w, path) : NULL;
    if (*w->c.p == '{') {
        copy_object(w, out);
    } else if (*w->c.p == '[' && path.n && str_eq(path, w->rules->each)) {
        w->array = skip_value(&w->c);
        shaped_add(out, STR("null"));
    } else if (list) {
        write_list(list, skip_value(&w->c), out);
    } else {
        shaped_add(out, skip_value(&w->c));
    }
}

/* An element as a record, with what is around it. */
static void write_element(struct json_rewriter *w, struct str element, bool alone,
                          struct shaped *out)
{
    struct shaped own = { 0 };
    w->c = (struct json_cursor){ element.p, element.p + element.n, NULL };
    w->path.n = 0;
    copy_value(w, &own);
    struct str body = { own.p, own.n };
    shaped_byte(out, '{');
    if (!alone)
        shaped_add(out, (struct str){ w->around.p + 1, w->around.n - 2 });
    bool object = body.p[0] == '{', some = body.n > 2;
    if (!alone && w->around.n > 2 && (!object || some))
        shaped_byte(out, ',');
    if (object) {
        shaped_add(out, (struct str){ body.p + 1, body.n - 2 });
    } else {
        shaped_byte(out, '"');
        shaped_add(out, w->rules->each);
        shaped_add(out, STR("\":"));
        shaped_add(out, body);
    }
    shaped_add(out, STR("}\n"));
    free(own.p);
}

static void write_each(struct json_rewriter *w, struct str array, struct shaped *out)
{
    struct json_cursor c = { array.p, array.p + array.n, NULL };
    size_t start = out->n;
    json_takes(&c, '[');
    if (json_takes(&c, ']')) {
        shaped_byte(out, '\n');
        return;
    }
    do
        write_element(w, skip_value(&c), out->n - start > EACH_BYTES_MAX, out);
    while (json_takes(&c, ','));
}

void json_rewrite(struct json_rewriter *w, struct str record, struct shaped *out)
{
    struct str wrapped;
    bool ok = good(w, record, &wrapped);
    if (ok && wrapped.n) { /* newlines between its words would end the line */
        char *line = (char *)arena_keep(&w->arena, wrapped).p;
        for (size_t i = 0; i < wrapped.n; i++)
            line[i] = line[i] == '\n' ? ' ' : line[i];
        record = str_trim((struct str){ line, wrapped.n });
        ok = good(w, record, &wrapped);
    }
    if (!ok) {
        shaped_add(out, record);
        shaped_byte(out, '\n');
    } else {
        w->c = (struct json_cursor){ record.p, record.p + record.n, NULL };
        w->path.n = w->around.n = 0;
        w->array = (struct str){ NULL, 0 };
        copy_value(w, &w->around);
        if (w->array.p && w->rules->each.n) {
            write_each(w, w->array, out);
        } else {
            shaped_add(out, (struct str){ w->around.p, w->around.n });
            shaped_byte(out, '\n');
        }
    }
    arena_reset(&w->arena);
}
