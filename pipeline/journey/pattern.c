/* pattern.c - see pattern.h.
 *
 * State i is "the items before i have been read"; the last state accepts. An item with a star may
 * be passed without reading (skip) and read again without leaving it. A set of states is a few
 * words of bits, and one symbol moves all of them at once. Read from the right, the same masks say
 * from where a match begins.
 */
#include "journey/pattern.h"

#include <assert.h>
#include <stdlib.h>

#include "config/expr.h"
#include "config/sequence.h"
#include "journey/names.h"
#include "journey/path.h"

enum { WORD_BITS = 64, STATE_WORDS = SEQUENCE_ITEMS_MAX / WORD_BITS + 1 };

struct states {
    uint64_t bits[STATE_WORDS];
};

struct pattern {
    size_t items, nwords;
    uint32_t touchpoints;
    struct states repeat;
    uint64_t *reads; /* [touchpoints + PATH_ENDS][nwords] which items read the symbol */
};

static void set_bit(uint64_t *bits, size_t i)
{
    bits[i / WORD_BITS] |= UINT64_C(1) << (i % WORD_BITS);
}

static bool has_bit(const uint64_t *bits, size_t i)
{
    return bits[i / WORD_BITS] >> (i % WORD_BITS) & 1;
}

/* ---- sets of states ---- */

static struct states shift_up(const struct pattern *p, struct states s)
{
    struct states to = { { 0 } };
    for (size_t i = 0; i < p->nwords; i++)
        to.bits[i] = s.bits[i] << 1 | (i ? s.bits[i - 1] >> (WORD_BITS - 1) : 0);
    return to;
}

static struct states shift_down(const struct pattern *p, struct states s)
{
    struct states to = { { 0 } };
    for (size_t i = 0; i < p->nwords; i++)
        to.bits[i] = s.bits[i] >> 1 | (i + 1 < p->nwords ? s.bits[i + 1] << (WORD_BITS - 1) : 0);
    return to;
}

/* Adds to s what the starred items let pass; false when there was nothing to add. */
static bool add_masked(const struct pattern *p, struct states *s, const struct states *more,
                       const struct states *mask)
{
    bool any = false;
    for (size_t i = 0; i < p->nwords; i++) {
        uint64_t add = more->bits[i] & (mask ? mask->bits[i] : ~UINT64_C(0));
        any |= (add & ~s->bits[i]) != 0;
        s->bits[i] |= add;
    }
    return any;
}

static void skip_up(const struct pattern *p, struct states *s)
{
    struct states next;
    do {
        next = *s;
        for (size_t i = 0; i < p->nwords; i++)
            next.bits[i] &= p->repeat.bits[i];
        next = shift_up(p, next);
    } while (add_masked(p, s, &next, NULL));
}

static void skip_down(const struct pattern *p, struct states *s)
{
    struct states next;
    do
        next = shift_down(p, *s);
    while (add_masked(p, s, &next, &p->repeat));
}

static const uint64_t *reads(const struct pattern *p, uint32_t symbol)
{
    return p->reads + (size_t)symbol * p->nwords;
}

/* From the states before the symbol to those behind it. */
static struct states step_up(const struct pattern *p, struct states s, uint32_t symbol)
{
    const uint64_t *read = reads(p, symbol);
    struct states on = { { 0 } }, stay = { { 0 } };
    for (size_t i = 0; i < p->nwords; i++) {
        on.bits[i] = s.bits[i] & read[i] & ~p->repeat.bits[i];
        stay.bits[i] = s.bits[i] & read[i] & p->repeat.bits[i];
    }
    on = shift_up(p, on);
    add_masked(p, &on, &stay, NULL);
    skip_up(p, &on);
    return on;
}

/* From the states behind the symbol, from which the end is reached, to those before it. */
static struct states step_down(const struct pattern *p, struct states s, uint32_t symbol)
{
    const uint64_t *read = reads(p, symbol);
    struct states to = shift_down(p, s);
    for (size_t i = 0; i < p->nwords; i++)
        to.bits[i] =
            read[i] & ((to.bits[i] & ~p->repeat.bits[i]) | (s.bits[i] & p->repeat.bits[i]));
    skip_down(p, &to);
    return to;
}

static struct states only(const struct pattern *p, size_t state)
{
    struct states s = { { 0 } };
    set_bit(s.bits, state);
    if (state)
        skip_down(p, &s);
    else
        skip_up(p, &s);
    return s;
}

/* ---- a journey as symbols: (start), its steps, (end) or (open) ---- */

struct symbols {
    struct path path;
    uint32_t start, end;
};

static struct symbols symbols_of(const struct pattern *p, const struct world *w,
                                 const struct journey *j)
{
    enum path_end end = j->state == JOURNEY_OPEN ? PATH_OPEN : PATH_END;
    return (struct symbols){ world_path(w, j), p->touchpoints + PATH_START,
                             p->touchpoints + (uint32_t)end };
}

static uint32_t symbol_at(const struct symbols *s, size_t i)
{
    return i == 0 ? s->start : i <= s->path.n ? s->path.steps[i - 1].touch : s->end;
}

bool pattern_holds(const struct pattern *p, const struct world *w, const struct journey *j)
{
    struct symbols in = symbols_of(p, w, j);
    struct states begin = only(p, 0), s = begin;
    for (size_t i = 0; i < in.path.n + 2; i++) {
        s = step_up(p, s, symbol_at(&in, i));
        if (has_bit(s.bits, p->items))
            return true;
        add_masked(p, &s, &begin, NULL);
    }
    return false;
}

/* The last symbol of the shortest match that begins at `from`; there is one. */
static size_t match_end(const struct pattern *p, const struct symbols *in, size_t from)
{
    struct states s = only(p, 0);
    for (size_t i = from;; i++) {
        s = step_up(p, s, symbol_at(in, i));
        if (has_bit(s.bits, p->items))
            return i;
    }
}

/* A match as steps; false when it is made of the ends alone. */
static bool place_of(const struct symbols *in, size_t from, size_t to, struct pattern_place *out)
{
    size_t first = from ? from - 1 : 0, last = to > in->path.n ? in->path.n : to;
    if (last == 0 || first >= in->path.n)
        return false;
    *out = (struct pattern_place){ (uint32_t)first, (uint32_t)last - 1 };
    return true;
}

/* Of the `found` steps at which matches begin, which stand at the end of out, those that do not
 * overlap, from the left. */
static size_t keep_apart(const struct pattern *p, const struct symbols *in, bool at_start,
                         struct pattern_place *out, size_t found)
{
    size_t kept = at_start && place_of(in, 0, match_end(p, in, 0), out), n = in->path.n;
    for (size_t i = n - found; i < n; i++) {
        uint32_t first = out[i].first;
        if (kept && first <= out[kept - 1].last)
            continue;
        kept += place_of(in, first + 1, match_end(p, in, first + 1), &out[kept]);
    }
    return kept;
}

size_t pattern_places(const struct pattern *p, const struct world *w, const struct journey *j,
                      enum occurrence which, struct pattern_place *out)
{
    struct symbols in = symbols_of(p, w, j);
    struct states accept = only(p, p->items), s = accept;
    size_t n = in.path.n, found = 0, first = 0;
    /* From the right: at which symbols matches begin. Symbol i is step i - 1. */
    s = step_down(p, s, symbol_at(&in, n + 1));
    add_masked(p, &s, &accept, NULL);
    for (size_t i = n; i > 0; i--) {
        s = step_down(p, s, symbol_at(&in, i));
        add_masked(p, &s, &accept, NULL);
        if (!has_bit(s.bits, 0))
            continue;
        first = i;
        if (which == OCCURRENCE_LAST)
            return place_of(&in, i, match_end(p, &in, i), out);
        if (which == OCCURRENCE_ALL)
            out[n - ++found].first = (uint32_t)i - 1;
    }
    s = step_down(p, s, in.start);
    bool at_start = has_bit(s.bits, 0);
    if (which == OCCURRENCE_ALL)
        return keep_apart(p, &in, at_start, out, found);
    if (at_start && place_of(&in, 0, match_end(p, &in, 0), out))
        return 1;
    return first && place_of(&in, first, match_end(p, &in, first), out);
}

/* ---- compiling ---- */

static void read_by(struct pattern *p, size_t item, uint32_t symbol)
{
    set_bit(p->reads + (size_t)symbol * p->nwords, item);
}

static void compile_item(struct pattern *p, const struct world *w, const struct sequence_item *item,
                         size_t at)
{
    bool *named = mem_zero((size_t)p->touchpoints + PATH_ENDS, sizeof *named);
    for (size_t k = 0; k < item->nnames; k++) {
        for (uint32_t t = 0; t < p->touchpoints; t++)
            named[t] |= str_eq(w->touchpoints[t].name, item->names[k].text);
        for (uint32_t e = 0; e < PATH_ENDS; e++)
            named[p->touchpoints + e] |= str_eq(str_c(path_end_names[e]), item->names[k].text);
    }
    /* "Not one of these" and "any" are touchpoints, never the ends. */
    for (uint32_t t = 0; t < p->touchpoints + (uint32_t)PATH_ENDS; t++)
        if (item->any || item->negated ? t < p->touchpoints && !named[t] : named[t])
            read_by(p, at, t);
    if (item->repeat)
        set_bit(p->repeat.bits, at);
    free(named);
}

struct pattern *pattern_with_names(const struct world *w, const struct expr_names *names,
                                   struct str text, struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct sequence s;
    struct pattern *p = NULL;
    if (sequence_parse(text, &scratch, &s, fault) && sequence_check(&s, names, fault)) {
        p = mem_zero(1, sizeof *p);
        p->items = s.n;
        p->nwords = s.n / WORD_BITS + 1;
        p->touchpoints = (uint32_t)w->ntouchpoints;
        p->reads = mem_zero((w->ntouchpoints + PATH_ENDS) * p->nwords, sizeof *p->reads);
        for (size_t i = 0; i < s.n; i++)
            compile_item(p, w, &s.items[i], i);
    }
    arena_free(&scratch);
    return p;
}

struct pattern *pattern_compile(const struct world *w, struct str text, struct text_fault *fault)
{
    struct arena scratch = { 0 };
    struct expr_names names = names_of_world(w, &scratch);
    struct pattern *p = pattern_with_names(w, &names, text, fault);
    arena_free(&scratch);
    return p;
}

static bool any_name(const void *ctx, struct str touchpoint)
{
    (void)ctx;
    (void)touchpoint;
    return true;
}

struct pattern *pattern_checked(const struct world *w, struct str text)
{
    struct text_fault none = { 0 };
    struct expr_names names = { .gives = any_name };
    struct pattern *p = pattern_with_names(w, &names, text, &none);
    assert(p);
    return p;
}

void pattern_free(struct pattern *p)
{
    if (p)
        free(p->reads);
    free(p);
}
