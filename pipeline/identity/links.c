/* links.c - links between identifiers in the order in which they are taken (A37); see join.h.
 *
 * Within two kinds they are sorted in place by time, 8 bits at a time from the highest bit in which
 * times differ; equal times by the values, which are read only then.
 */
#include <stdlib.h>

#include "base/par.h"
#include "identity/join.h"

enum { BITS = 8, RANGES = 1 << BITS, SHORT_RUN = 24 };

/* ---- gathering ---- */

/* All identifiers of a who that are no visitors stood in one set. */
static bool is_of(const struct join *j, const bool *of, uint32_t who)
{
    size_t n = j->use[who] ? who_size(j->set, who) : 0;
    for (size_t i = 0; n > 1 && i < n; i++)
        if (id_kind_joins(j->sets.kind[who_id(j->set, who, i)]))
            return of[who_id(j->set, who, i)];
    return false;
}

/* Calls for each pair of a who's identifiers; counts when list is NULL. */
static void add_pairs(const struct join *j, uint32_t who, size_t *at, struct link *list)
{
    size_t n = who_size(j->set, who);
    for (size_t i = 0; i < n; i++) {
        for (size_t k = i + 1; k < n; k++) {
            uint32_t a = who_id(j->set, who, i), b = who_id(j->set, who, k);
            if (!id_kind_joins(j->sets.kind[a]) || !id_kind_joins(j->sets.kind[b]))
                continue;
            bool in_order = j->sets.kind[a] != j->sets.kind[b] ? j->sets.kind[a] < j->sets.kind[b]
                                                               : is_better(j->set, a, b);
            uint32_t strong = in_order ? a : b, weak = in_order ? b : a;
            size_t class = (size_t)j->sets.kind[strong] * ID_KINDS + j->sets.kind[weak];
            if (list)
                list[at[class]] = (struct link){ j->seen[who].time, strong, weak, who };
            at[class]++;
        }
    }
}

/* ---- sorting ---- */

struct tied {
    struct str strong, weak;
    struct link link;
};

static int by_values(const void *x, const void *y)
{
    const struct tied *a = x, *b = y;
    int c = str_cmp(a->strong, b->strong);
    if (!c)
        c = str_cmp(a->weak, b->weak);
    return c;
}

static void sort_tied(const struct event_set *set, struct link *list, size_t n)
{
    struct tied *tied = mem_take(n * sizeof *tied);
    for (size_t i = 0; i < n; i++)
        tied[i] = (struct tied){ intern_text(&set->ids, list[i].strong),
                                 intern_text(&set->ids, list[i].weak), list[i] };
    qsort(tied, n, sizeof *tied, by_values);
    for (size_t i = 0; i < n; i++)
        list[i] = tied[i].link;
    free(tied);
}

static void sort_short(const struct event_set *set, struct link *list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        struct link x = list[i];
        size_t at = i;
        for (; at && list[at - 1].time > x.time; at--)
            list[at] = list[at - 1];
        list[at] = x;
    }
    for (size_t i = 0, end; i < n; i = end) {
        for (end = i + 1; end < n && list[end].time == list[i].time; end++)
            ;
        if (end - i > 1)
            sort_tied(set, list + i, end - i);
    }
}

static size_t range_of(const struct link *l, unsigned shift)
{
    uint64_t key = (uint64_t)l->time ^ UINT64_C(1) << 63; /* so that negative times come first */
    return (size_t)(key >> shift & (RANGES - 1));
}

/* Parts links whose times agree above shift + BITS bits into ranges; ends[] says where each ends.
 */
static void part(struct link *list, size_t n, unsigned shift, size_t *ends)
{
    size_t at[RANGES], sum = 0;
    memset(ends, 0, RANGES * sizeof *ends);
    for (size_t i = 0; i < n; i++)
        ends[range_of(&list[i], shift)]++;
    for (size_t r = 0; r < RANGES; r++) {
        at[r] = sum;
        sum += ends[r];
        ends[r] = sum;
    }
    for (size_t r = 0; r < RANGES; r++) {
        while (at[r] < ends[r]) {
            struct link l = list[at[r]];
            for (size_t to; (to = range_of(&l, shift)) != r;) {
                struct link other = list[at[to]];
                list[at[to]++] = l;
                l = other;
            }
            list[at[r]++] = l;
        }
    }
}

/* `bits` is how many of the lowest bits of their times may differ. */
static void sort_links(const struct event_set *set, struct link *list, size_t n, unsigned bits)
{
    if (n <= SHORT_RUN || bits == 0) {
        if (n > SHORT_RUN)
            sort_tied(set, list, n);
        else
            sort_short(set, list, n);
        return;
    }
    unsigned shift = bits > BITS ? bits - BITS : 0;
    size_t ends[RANGES];
    part(list, n, shift, ends);
    for (size_t r = 0, from = 0; r < RANGES; from = ends[r++])
        if (ends[r] > from)
            sort_links(set, list + from, ends[r] - from, shift);
}

struct sorting {
    const struct event_set *set;
    struct link *list;
    size_t ends[RANGES];
    unsigned shift;
};

static void sort_one(void *ctx, size_t r, int worker)
{
    const struct sorting *s = ctx;
    (void)worker;
    size_t from = r ? s->ends[r - 1] : 0;
    sort_links(s->set, s->list + from, s->ends[r] - from, s->shift);
}

static void sort_class(const struct event_set *set, struct link *list, size_t n, int workers)
{
    if (n < 2)
        return;
    uint64_t differ = 0;
    for (size_t i = 1; i < n; i++)
        differ |= (uint64_t)list[i].time ^ (uint64_t)list[0].time;
    unsigned bits = 0;
    while (bits < 64 && differ >> bits)
        bits++;
    struct sorting s = { .set = set, .list = list, .shift = bits > BITS ? bits - BITS : 0 };
    part(list, n, s.shift, s.ends);
    par_each(RANGES, workers, sort_one, &s);
}

void links_gather(struct join *j, const bool *of, int workers, struct links *out)
{
    enum { CLASSES = ID_KINDS * ID_KINDS };
    size_t at[CLASSES] = { 0 };
    for (uint32_t who = 0; who < j->set->whos.n; who++)
        if (is_of(j, of, who))
            add_pairs(j, who, at, NULL);
    out->first[0] = 0;
    for (size_t c = 0; c < CLASSES; c++) {
        out->first[c + 1] = out->first[c] + at[c];
        at[c] = out->first[c];
    }
    out->list = mem_take(out->first[CLASSES] * sizeof *out->list);
    for (uint32_t who = 0; who < j->set->whos.n; who++)
        if (is_of(j, of, who))
            add_pairs(j, who, at, out->list);
    for (size_t c = 0; c < CLASSES; c++)
        sort_class(j->set, out->list + out->first[c], out->first[c + 1] - out->first[c], workers);
}

void links_free(struct links *l)
{
    free(l->list);
    *l = (struct links){ 0 };
}
