/* detect_document.c - JSON that is not one object a line, of no format that is known: where are its
 * records? See detect.h.
 *
 * In:      the head of a text. Out: the path of its records, as formats have it, and the table of
 * them. Threads: pure.
 *
 * Records are the elements of the outermost array, or of the array of objects that the fewest keys
 * lead to; else each value is one.
 */
#include <stdlib.h>

#include "detect.h"
#include "ingest/shape.h"

enum { KEYS_MAX = 4, DOCUMENT_RECORDS_MIN = 2 };

/* The keys that lead to a place in a document, while its head is walked. */
struct walk {
    struct str keys[KEYS_MAX], best[KEYS_MAX];
    char open[KEYS_MAX + 1];
    size_t depth, nbest; /* nbest: KEYS_MAX + 1 when there is none */
};

/* A string from its opening quote on; *inside is what stands between the quotes. The text behind.
 */
static struct str take_string(struct str s, struct str *inside)
{
    size_t i = 1;
    while (i < s.n && s.p[i] != '"')
        i += s.p[i] == '\\' ? 2 : 1;
    i = i < s.n ? i : s.n;
    *inside = (struct str){ s.p + 1, i - 1 };
    return str_from(s, i + 1);
}

/* One that stands in a path as it is. */
static bool is_plain(struct str key)
{
    for (size_t i = 0; i < key.n; i++)
        if (strchr(".[]*'\"\\$", key.p[i]) || (unsigned char)key.p[i] < 0x20)
            return false;
    return key.n > 0;
}

static bool objects_only(const struct walk *w)
{
    bool good = w->depth > 0 && w->depth <= KEYS_MAX;
    for (size_t i = 0; i < w->depth && good; i++)
        good = w->open[i] == '{' && is_plain(w->keys[i]);
    return good;
}

static void open_container(struct walk *w, char c, struct str rest)
{
    rest = str_trim(rest);
    if (c == '[' && rest.n && rest.p[0] == '{' && objects_only(w) && w->depth < w->nbest) {
        w->nbest = w->depth;
        memcpy(w->best, w->keys, w->depth * sizeof *w->keys);
    }
    if (w->depth <= KEYS_MAX)
        w->open[w->depth] = c;
    w->depth++;
}

static void walk_head(struct walk *w, struct str head)
{
    while (head.n) {
        char c = head.p[0];
        if (c == '"') {
            struct str text;
            head = take_string(head, &text);
            struct str behind = str_trim(head);
            if (behind.n && behind.p[0] == ':' && w->depth && w->depth <= KEYS_MAX)
                w->keys[w->depth - 1] = text;
            continue;
        }
        head = str_from(head, 1);
        if (c == '{' || c == '[')
            open_container(w, c, head);
        else if ((c == '}' || c == ']') && w->depth)
            w->depth--;
    }
}

/* The records of the head as JSON lines; what is cut at its end is left out. */
static struct str records_of(const struct json_rules *rules, struct str head, struct arena *a)
{
    struct shape *shape = shape_json(rules);
    struct shaped made = { 0 };
    shape->run(shape, head, false, &made);
    shape_free(shape);
    struct str lines = arena_keep(a, (struct str){ made.p, made.n });
    free(made.p);
    return lines;
}

/* A single object on a line is a record of its own when a time stands in it, and not in an array;
 * a single element of an array within, too. */
static bool tells_a_time(struct detect_table *t)
{
    for (size_t i = 0; i < t->n; i++) {
        const struct detect_column *c = &t->columns[i];
        bool listed = false;
        for (size_t k = 0; k + 1 < c->name.n; k++)
            listed |= c->name.p[k] == '.' && c->name.p[k + 1] >= '0' && c->name.p[k + 1] <= '9';
        if (!listed && detect_time(c->samples, c->n, &t->arena))
            return true;
    }
    return false;
}

bool detect_document(struct detect_table *t, struct str head, struct str *path, bool lines)
{
    struct walk w = { .nbest = KEYS_MAX + 1 };
    struct str text = str_trim(head);
    *path = (struct str){ 0 };
    if (!text.n || (text.p[0] != '{' && text.p[0] != '['))
        return false;
    bool array = text.p[0] == '[';
    if (!array)
        walk_head(&w, text);
    bool led = !array && w.nbest <= KEYS_MAX;
    if (lines && (t->records > 1 || !led || tells_a_time(t)))
        return false;
    struct str keys[KEYS_MAX + 1];
    struct json_rules rules = { .records = keys };
    for (size_t i = 0; led && i < w.nbest; i++) {
        keys[rules.nrecords++] = w.best[i];
        *path =
            arena_printf(&t->arena, "%.*s%s%.*s", STR_ARG(*path), i ? "." : "", STR_ARG(w.best[i]));
    }
    if (led) {
        keys[rules.nrecords++] = STR("*");
        *path = arena_printf(&t->arena, "%.*s[*]", STR_ARG(*path));
    }
    struct str found = records_of(&rules, text, &t->arena);
    detect_start_again(t);
    bool good = detect_json(t, found) && t->records > 0 &&
                (!lines || t->records >= DOCUMENT_RECORDS_MIN || tells_a_time(t));
    if (!good)
        *path = (struct str){ 0 };
    return good;
}
