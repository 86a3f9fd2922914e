/* json.c - see json.h. One walk over the record, guided by the tree of paths: where the tree has no
 * branch, a value is only checked and stepped over. */
#include "ingest/json.h"

#include <stdlib.h>

#include "base/limits.h"
#include "ingest/json_lex.h"

enum { PATH_NONE = -1 };

struct json_node {
    struct str key;
    size_t index; /* the key as an array's element, SIZE_MAX when it is no number */
    int path;     /* the path that ends here, or PATH_NONE */
    struct json_node *child, *next;
};

struct json_paths {
    struct arena arena;
    struct json_node root;
    size_t n;
    int *same; /* [n] the next path with the same text, or PATH_NONE */
};

/* ---- the tree ---- */

static size_t element_number(struct str key)
{
    enum { DIGITS_MAX = 9 };
    size_t number = 0;
    if (key.n == 0 || key.n > DIGITS_MAX || (key.n > 1 && key.p[0] == '0'))
        return SIZE_MAX;
    for (size_t i = 0; i < key.n; i++) {
        if (key.p[i] < '0' || key.p[i] > '9')
            return SIZE_MAX;
        number = number * 10 + (size_t)(key.p[i] - '0');
    }
    return number;
}

static struct json_node *grow_child(struct json_paths *p, struct json_node *node, struct str key)
{
    struct json_node **last = &node->child;
    for (; *last; last = &(*last)->next)
        if (str_eq((*last)->key, key))
            return *last;
    *last = arena_take(&p->arena, sizeof **last);
    **last = (struct json_node){ .key = key, .index = element_number(key), .path = PATH_NONE };
    return *last;
}

struct json_paths *json_paths_new(const struct str *paths, size_t n)
{
    struct json_paths *p = mem_zero(1, sizeof *p);
    p->root.path = PATH_NONE;
    p->n = n;
    p->same = mem_take(n * sizeof *p->same);
    for (size_t i = 0; i < n; i++) {
        struct str rest = arena_keep(&p->arena, paths[i]);
        struct json_node *node = &p->root;
        bool more = true;
        while (more) {
            const char *dot = rest.n ? memchr(rest.p, '.', rest.n) : NULL;
            more = dot != NULL;
            node = grow_child(p, node, str_cut(&rest, '.'));
        }
        p->same[i] = node->path;
        node->path = (int)i;
    }
    return p;
}

void json_paths_free(struct json_paths *p)
{
    if (!p)
        return;
    free(p->same);
    arena_free(&p->arena);
    free(p);
}

/* The node of a key below node: the child of that name, or, of a key with dots, what its parts lead
 * to. */
static const struct json_node *find(const struct json_node *node, struct str key)
{
    for (const struct json_node *c = node->child; c; c = c->next) {
        size_t n = c->key.n;
        if (key.n == n && memcmp(key.p, c->key.p, n) == 0)
            return c;
        if (!c->child || key.n <= n || key.p[n] != '.' || memcmp(key.p, c->key.p, n) != 0)
            continue;
        const struct json_node *deeper = find(c, str_from(key, n + 1));
        if (deeper)
            return deeper;
    }
    return NULL;
}

static const struct json_node *find_element(const struct json_node *node, size_t index)
{
    const struct json_node *c = node->child;
    while (c && c->index != index)
        c = c->next;
    return c;
}

/* ---- the walk ---- */

struct walk {
    struct json_cursor c;
    const struct json_paths *paths;
    struct str *values;
    struct arena *arena;
    unsigned depth;
};

static bool take_value(struct walk *w, const struct json_node *node);

static inline void set(struct walk *w, const struct json_node *node, struct str value)
{
    for (int i = node->path; i != PATH_NONE; i = w->paths->same[i])
        w->values[i] = value;
}

/* Forgets what an earlier key of the same name gave. */
static void clear(struct walk *w, const struct json_node *node)
{
    set(w, node, (struct str){ NULL, 0 });
    for (const struct json_node *c = node->child; c; c = c->next)
        clear(w, c);
}

static bool enter(struct walk *w)
{
    if (w->depth == JSON_DEPTH_MAX)
        return json_fault(&w->c, "nested too deeply");
    w->depth++;
    w->c.p++;
    return true;
}

static bool take_member(struct walk *w, const struct json_node *node)
{
    struct str key;
    bool escaped;
    json_space(&w->c);
    if (w->c.p == w->c.end || *w->c.p != '"')
        return json_fault(&w->c, "not JSON: a key is expected");
    if (!json_string(&w->c, &key, &escaped))
        return false;
    const struct json_node *below = NULL;
    if (node && node->child) {
        if (escaped)
            key = json_unescape(key, w->arena);
        below = find(node, key);
        if (below)
            clear(w, below);
    }
    if (!json_takes(&w->c, ':'))
        return json_fault(&w->c, "not JSON: a colon is expected");
    return take_value(w, below);
}

static bool take_object(struct walk *w, const struct json_node *node)
{
    if (!enter(w))
        return false;
    if (!json_takes(&w->c, '}')) {
        do {
            if (!take_member(w, node))
                return false;
        } while (json_takes(&w->c, ','));
        if (!json_takes(&w->c, '}'))
            return json_fault(&w->c, "not JSON: a comma or } is expected");
    }
    w->depth--;
    return true;
}

static bool take_array(struct walk *w, const struct json_node *node)
{
    if (!enter(w))
        return false;
    if (!json_takes(&w->c, ']')) {
        size_t i = 0;
        do {
            if (!take_value(w, node && node->child ? find_element(node, i) : NULL))
                return false;
            i++;
        } while (json_takes(&w->c, ','));
        if (!json_takes(&w->c, ']'))
            return json_fault(&w->c, "not JSON: a comma or ] is expected");
    }
    w->depth--;
    return true;
}

static bool take_text(struct walk *w, const struct json_node *node)
{
    struct str inner;
    bool escaped;
    if (!json_string(&w->c, &inner, &escaped))
        return false;
    if (node && node->path != PATH_NONE)
        set(w, node, escaped ? json_unescape(inner, w->arena) : inner);
    return true;
}

static bool take_value(struct walk *w, const struct json_node *node)
{
    json_space(&w->c);
    const char *start = w->c.p;
    bool ok;
    if (start == w->c.end)
        return json_fault(&w->c, "");
    if (*start == '"')
        return take_text(w, node);
    if (*start == '{')
        ok = take_object(w, node);
    else if (*start == '[')
        ok = take_array(w, node);
    else
        ok = json_scalar(&w->c);
    if (ok && node) /* null is there, and empty */
        set(w, node, (struct str){ start, *start == 'n' ? 0 : (size_t)(w->c.p - start) });
    return ok;
}

bool json_record(const struct json_paths *p, struct str text, struct str *values, struct arena *a,
                 size_t *at, const char **why)
{
    struct walk w = { { text.p, text.p + text.n, NULL }, p, values, a, 0 };
    for (size_t i = 0; i < p->n; i++)
        values[i] = (struct str){ NULL, 0 };
    json_space(&w.c);
    bool ok = false;
    if (w.c.p < w.c.end && *w.c.p != '{') {
        json_fault(&w.c, "no JSON object");
    } else if (take_value(&w, &p->root)) {
        json_space(&w.c);
        ok = w.c.p == w.c.end || json_fault(&w.c, "not JSON: text after the object");
    }
    *at = ok ? 0 : (size_t)(w.c.p - text.p);
    *why = ok ? NULL : w.c.why;
    return ok;
}

struct str json_behind_prefix(struct str line)
{
    if (line.n == 0 || line.p[0] == '{')
        return line;
    size_t most = JSON_PREFIX_MAX + 1;
    const char *brace = memchr(line.p, '{', line.n < most ? line.n : most);
    size_t n = brace ? (size_t)(brace - line.p) : 0;
    if (n < 2 || brace[-1] != ' ' || memchr(line.p, '"', n) || line.p[0] == '[')
        return line;
    return str_from(line, n);
}

void json_split(const struct json_paths *p, struct str text, uint64_t number, struct batch *out,
                uint64_t *blank)
{
    struct str *values = arena_take(&out->text, p->n * sizeof *values);
    for (; text.n; number++) {
        struct str line = str_cut(&text, '\n');
        if (line.n && line.p[line.n - 1] == '\r')
            line.n--;
        if (str_trim(line).n == 0) {
            ++*blank;
            continue;
        }
        line = json_behind_prefix(line);
        size_t at;
        const char *why;
        if (!json_record(p, line, values, &out->text, &at, &why)) {
            batch_bad(out, number, REJECT_LAYOUT, line, why);
            continue;
        }
        size_t record = batch_add(out, line, number);
        for (size_t i = 0; i < p->n; i++)
            out->cells[i * out->room + record] = values[i];
        if (out->wants_match_text)
            out->match_text[record] = json_canonical(line, &out->text);
    }
}
