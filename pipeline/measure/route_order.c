/* route_order.c - see route_order.h.
 *
 * A step that others follow reads "name > ", the last one "name". Where two paths part, two such
 * texts part, and the order of these texts is that of the paths - unless one of them is the
 * beginning of another one although its path goes on ("a > " of "a > b"), which only a name that
 * holds " > " can do. Then the texts are read.
 */
#include "measure/route_order.h"

#include <assert.h>
#include <limits.h>
#include <stdlib.h>

#include "base/par.h"
#include "identity/radix.h"

#define BETWEEN STR(" > ")

struct order {
    const struct world *w;
    uint32_t *places; /* [2 * ntouchpoints] from 1: of touchpoint t as a last step 2 t, else 2 t +
                         1; NULL: the texts have to be read */
    size_t digits;    /* places in a head */
};

/* ---- places ---- */

struct token {
    struct str text;
    size_t number; /* in places */
};

static int by_text(const void *x, const void *y)
{
    const struct token *a = x, *b = y;
    return str_cmp(a->text, b->text);
}

static bool begins(struct str text, struct str with)
{
    return text.n >= with.n && memcmp(text.p, with.p, with.n) == 0;
}

/* Is a token the beginning of one behind it, where its path goes on? Then it is of the next. */
static bool ambiguous(const struct token *list, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++)
        if (begins(list[i + 1].text, list[i].text) &&
            (list[i].number % 2 || list[i].text.n == list[i + 1].text.n))
            return true;
    return false;
}

static void places_make(struct order *o)
{
    struct arena a = { 0 };
    size_t n = 2 * o->w->ntouchpoints;
    struct token *list = mem_take(n * sizeof *list);
    for (size_t i = 0; i < n; i++) {
        struct str name = o->w->touchpoints[i / 2].name;
        char *text = arena_take(&a, name.n + BETWEEN.n);
        if (name.n)
            memcpy(text, name.p, name.n);
        memcpy(text + name.n, BETWEEN.p, BETWEEN.n);
        list[i] = (struct token){ { text, i % 2 ? name.n + BETWEEN.n : name.n }, i };
    }
    qsort(list, n, sizeof *list, by_text);
    if (!ambiguous(list, n)) {
        o->places = mem_take(n * sizeof *o->places);
        for (size_t i = 0; i < n; i++)
            o->places[list[i].number] = (uint32_t)i + 1;
    }
    free(list);
    arena_free(&a);
}

/* 0 behind the end. */
static uint32_t place_of(const struct order *o, const struct route *r, size_t step)
{
    if (step >= r->length)
        return 0;
    return o->places[2 * (size_t)r->path[step] + (step + 1 < r->length)];
}

/* How many places fit a head; there is a touchpoint, for there are two paths. */
static size_t digits_of(size_t ntouchpoints)
{
    uint64_t base = 2 * (uint64_t)ntouchpoints + 1, most = UINT64_MAX;
    size_t digits = 0;
    assert(ntouchpoints);
    for (; most >= base; most /= base)
        digits++;
    return digits;
}

static uint64_t head_of(const struct order *o, const struct route *r)
{
    uint64_t base = 2 * (uint64_t)o->w->ntouchpoints + 1, head = 0;
    for (size_t i = 0; i < o->digits; i++)
        head = head * base + place_of(o, r, i);
    return head;
}

/* ---- where the heads are the same ---- */

static int rest_cmp(const struct order *o, const struct route *p, const struct route *q)
{
    for (size_t i = o->digits; i < p->length || i < q->length; i++) {
        uint32_t a = place_of(o, p, i), b = place_of(o, q, i);
        if (a != b)
            return a < b ? -1 : 1;
    }
    return 0;
}

/* Reads the text of a path, piece by piece, without making it. */
struct reader {
    const struct world *w;
    const struct route *of;
    size_t next; /* touchpoint */
    struct str piece;
    bool separator; /* comes before the next touchpoint */
};

static bool refill(struct reader *r)
{
    while (r->piece.n == 0) {
        if (r->next >= r->of->length)
            return false;
        r->piece = r->separator ? BETWEEN : r->w->touchpoints[r->of->path[r->next]].name;
        r->next += !r->separator;
        r->separator = !r->separator;
    }
    return true;
}

static int text_cmp(const struct world *w, const struct route *p, const struct route *q)
{
    size_t same = 0, most = p->length < q->length ? p->length : q->length;
    while (same < most && p->path[same] == q->path[same])
        same++;
    if (same == most)
        return (p->length > q->length) - (p->length < q->length);
    struct reader a = { .w = w, .of = p, .next = same }, b = { .w = w, .of = q, .next = same };
    for (;;) {
        bool more_a = refill(&a), more_b = refill(&b);
        if (!more_a || !more_b)
            return more_a - more_b;
        size_t n = a.piece.n < b.piece.n ? a.piece.n : b.piece.n;
        int c = memcmp(a.piece.p, b.piece.p, n);
        if (c)
            return c;
        a.piece = str_from(a.piece, n);
        b.piece = str_from(b.piece, n);
    }
}

/* By texts; two paths with one text: the shorter first, then by numbers. */
static int slowly_cmp(const struct world *w, const struct route *p, const struct route *q)
{
    int c = text_cmp(w, p, q);
    if (c)
        return c;
    if (p->length != q->length)
        return p->length < q->length ? -1 : 1;
    for (size_t i = 0; i < p->length; i++)
        if (p->path[i] != q->path[i])
            return p->path[i] < q->path[i] ? -1 : 1;
    return 0;
}

static int by_rest(const void *x, const void *y, void *ctx)
{
    const struct order *o = ctx;
    return o->places ? rest_cmp(o, x, y) : slowly_cmp(o->w, x, y);
}

/* ---- the sort: by journeys, then by head, then by what is left ---- */

static void sort_rest(void *ctx, void *list, size_t n)
{
    struct order *o = ctx;
    par_sort_with(o->w->spill, list, n, sizeof(struct route), by_rest, o, 1);
}

static void sort_alike(void *ctx, void *list, size_t n)
{
    struct order *o = ctx;
    struct route *routes = list;
    for (size_t i = 0; i < n; i++)
        routes[i].key = o->places ? head_of(o, &routes[i]) : 0;
    radix_sort(list, n, 0, sort_rest, o, 1);
}

void routes_sort(struct route *list, size_t n, const struct world *w)
{
    struct order o = { .w = w };
    _Static_assert(sizeof *list == RADIX_ITEM, "an item of radix.h");
    assert(n <= INT_MAX);
    if (n < 2)
        return;
    places_make(&o);
    o.digits = digits_of(w->ntouchpoints);
    radix_sort(list, n, UINT64_MAX, sort_alike, &o, 1);
    free(o.places);
}
