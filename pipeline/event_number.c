/* event_number.c - see event_number.h. */
#include "event_number.h"

#include <assert.h>
#include <stdlib.h>

#include "base/par.h"
#include "base/sort_few.h"
#include "event_order.h"

static uint32_t *invert(const uint32_t *order, size_t n)
{
    uint32_t *place = mem_take(n * sizeof *place);
    for (size_t i = 0; i < n; i++)
        place[order[i]] = (uint32_t)i;
    return place;
}

/* ---- texts ---- */

struct hashed {
    uint64_t hash;
    struct str text;
    uint32_t number;
};

static int by_hash(const void *x, const void *y)
{
    const struct hashed *a = x, *b = y;
    if (a->hash != b->hash)
        return a->hash < b->hash ? -1 : 1;
    return str_cmp(a->text, b->text);
}

static uint32_t *numbers_of(const struct hashed *list, size_t n)
{
    uint32_t *order = mem_take(n * sizeof *order);
    for (size_t i = 0; i < n; i++)
        order[i] = list[i].number;
    return order;
}

/* By text. */
static uint32_t *order_texts(const struct intern *texts, int workers)
{
    struct hashed *list = mem_take(texts->n * sizeof *list);
    for (uint32_t i = 0; i < texts->n; i++)
        list[i] = (struct hashed){ 0, intern_text(texts, i), i };
    par_sort(list, texts->n, sizeof *list, by_hash, workers);
    uint32_t *order = numbers_of(list, texts->n);
    free(list);
    return order;
}

/* By hash and text. As many heaps as there are texts, by the highest bits of their hashes: a heap
 * then has one text, or a few, which are sorted. */
static uint32_t *order_hashed(const struct intern *texts)
{
    unsigned shift = 63;
    while (shift > 32 && texts->n >> (64 - shift))
        shift--;
    size_t heaps = (size_t)1 << (64 - shift), first = 0;
    uint32_t *end = mem_zero(heaps + 1, sizeof *end);
    uint64_t *hashes = mem_take(texts->n * sizeof *hashes);
    struct hashed *list = mem_take(texts->n * sizeof *list);
    for (uint32_t i = 0; i < texts->n; i++) {
        hashes[i] = hash_bytes(intern_text(texts, i));
        end[(hashes[i] >> shift) + 1]++;
    }
    for (size_t i = 1; i < heaps; i++)
        end[i] += end[i - 1];
    for (uint32_t i = 0; i < texts->n; i++)
        list[end[hashes[i] >> shift]++] = (struct hashed){ hashes[i], intern_text(texts, i), i };
    for (size_t i = 0; i < heaps; first = end[i++])
        if (end[i] - first > 1)
            qsort(list + first, end[i] - first, sizeof *list, by_hash);
    uint32_t *order = numbers_of(list, texts->n);
    free(list);
    free(hashes);
    free(end);
    return order;
}

/* ---- whos ---- */

/* The strongest identifier of those at list, which are numbers of the set, comes to its front. */
static void strongest_first(const struct event_set *set, const struct numbers *out, uint32_t *list,
                            size_t n)
{
    size_t best = 0;
    for (size_t i = 1; i < n; i++) {
        enum id_kind a = id_kind_of(set, list[i]), b = id_kind_of(set, list[best]);
        if (a < b || (a == b && out->id_place[list[i]] < out->id_place[list[best]]))
            best = i;
    }
    uint32_t x = list[0];
    list[0] = list[best];
    list[best] = x;
    for (size_t i = 0; i < n; i++)
        list[i] = out->id_place[list[i]];
    sort_few(list + 1, n - 1);
}

static void fill_whos(const struct event_set *set, struct numbers *out)
{
    const struct intern *whos = &set->whos;
    size_t n = 0;
    out->who_first = mem_take((whos->n + (size_t)1) * sizeof *out->who_first);
    out->who_ids = mem_take(whos->bytes);
    for (uint32_t w = 0; w < whos->n; w++) {
        size_t size = who_size(set, w);
        uint32_t *list = out->who_ids + n;
        out->who_first[w] = n;
        n += size;
        for (size_t i = 0; i < size; i++)
            list[i] = who_id(set, w, i);
        if (size)
            strongest_first(set, out, list, size);
    }
    out->who_first[whos->n] = n;
}

struct listed {
    const uint32_t *ids; /* places, the strongest first */
    size_t n;
    uint32_t who;
};

static struct listed listed(const struct numbers *out, uint32_t who)
{
    size_t first = out->who_first[who];
    return (struct listed){ out->who_ids + first, out->who_first[who + (size_t)1] - first, who };
}

static int by_ids(const void *x, const void *y)
{
    const struct listed *a = x, *b = y;
    for (size_t i = 0; i < a->n && i < b->n; i++)
        if (a->ids[i] != b->ids[i])
            return a->ids[i] < b->ids[i] ? -1 : 1;
    return (a->n > b->n) - (a->n < b->n);
}

/* Where in the order the whos of each strongest identifier begin; of those without any, last. */
static uint32_t *count_whos(const uint32_t *strongest, uint32_t n, uint32_t nids)
{
    uint32_t *begin = mem_zero(nids + (size_t)2, sizeof *begin);
    for (uint32_t w = 0; w < n; w++)
        begin[strongest[w] + (size_t)1]++;
    for (size_t i = 1; i < nids + (size_t)2; i++)
        begin[i] += begin[i - 1];
    return begin;
}

/* Whos of one strongest identifier lie together, and are few: those are sorted in full. */
static void order_whos(const uint32_t *strongest, uint32_t n, uint32_t nids, struct numbers *out)
{
    uint32_t *at = count_whos(strongest, n, nids);
    struct listed *list = mem_take(n * sizeof *list);
    for (uint32_t w = 0; w < n; w++)
        list[at[strongest[w]]++] = listed(out, w);
    for (size_t i = 0, first = 0; i <= nids; first = at[i++]) /* now at is where each ends */
        if (at[i] - first > 1)
            qsort(list + first, at[i] - first, sizeof *list, by_ids);
    out->who_order = mem_take(n * sizeof *out->who_order);
    for (uint32_t w = 0; w < n; w++)
        out->who_order[w] = list[w].who;
    out->who_place = invert(out->who_order, n);
    free(list);
    free(at);
}

/* For each who the place of its strongest identifier; nids when it has none. */
static uint32_t *find_strongest(const struct numbers *out, uint32_t n, uint32_t nids)
{
    uint32_t *strongest = mem_take(n * sizeof *strongest);
    for (uint32_t w = 0; w < n; w++) {
        struct listed l = listed(out, w);
        strongest[w] = l.n ? l.ids[0] : nids;
    }
    return strongest;
}

/* ---- what events name ---- */

static bool before(const struct event *a, const struct event *b, const uint32_t *strongest)
{
    if (strongest[a->who] != strongest[b->who])
        return strongest[a->who] < strongest[b->who];
    if (a->time != b->time)
        return a->time < b->time;
    return a->origin != b->origin ? a->origin < b->origin : a->rule < b->rule;
}

static bool in_order(const struct event_set *set, const uint32_t *strongest)
{
    for (size_t i = 1; i < set->n; i++)
        if (before(&set->events[i], &set->events[i - 1], strongest))
            return false;
    return true;
}

/* What was read from one event file is in order already. */
static void order_by_strongest(struct event_set *set, const uint32_t *strongest, int workers)
{
    if (in_order(set, strongest))
        return;
    size_t *first = mem_take((set->ids.n + (size_t)2) * sizeof *first);
    order_events(set->events, set->n, (struct owners){ .of_who = strongest },
                 set->ids.n + UINT32_C(1), workers, first);
    free(first);
}

static void see_events(const struct event_set *set, size_t nrules, size_t block_rows,
                       struct numbers *out)
{
    out->rule_used = mem_zero(nrules, sizeof *out->rule_used);
    out->attr_order = mem_take(set->attrs.n * sizeof *out->attr_order);
    out->attr_place = mem_zero(set->attrs.n, sizeof *out->attr_place);
    out->attrs_before = mem_take((set->n / block_rows + 1) * sizeof *out->attrs_before);
    out->usual = mem_zero(nrules, sizeof *out->usual);
    out->attr_order[0] = 0;
    out->nattrs = 1;
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        if (i % block_rows == 0)
            out->attrs_before[i / block_rows] = out->nattrs - 1;
        if (e->attrs && !out->attr_place[e->attrs]) {
            out->attr_place[e->attrs] = out->nattrs;
            out->attr_order[out->nattrs++] = e->attrs;
        }
        assert(e->rule < nrules);
        if (!out->rule_used[e->rule]) {
            out->rule_used[e->rule] = true;
            out->usual[e->rule] =
                e->touch == TOUCH_NONE ? set->touchpoints.n : out->touch_place[e->touch];
        }
    }
}

void numbers_make(struct event_set *set, size_t nrules, size_t block_rows, int workers,
                  struct numbers *out)
{
    *out = (struct numbers){ 0 };
    out->id_order = order_hashed(&set->ids);
    out->id_place = invert(out->id_order, set->ids.n);
    out->touch_order = order_texts(&set->touchpoints, workers);
    out->touch_place = invert(out->touch_order, set->touchpoints.n);
    fill_whos(set, out);
    uint32_t *strongest = find_strongest(out, set->whos.n, set->ids.n);
    order_whos(strongest, set->whos.n, set->ids.n, out);
    order_by_strongest(set, strongest, workers);
    free(strongest);
    see_events(set, nrules, block_rows, out);
}

void numbers_free(struct numbers *n)
{
    free(n->id_order);
    free(n->id_place);
    free(n->touch_order);
    free(n->touch_place);
    free(n->who_order);
    free(n->who_place);
    free(n->who_first);
    free(n->who_ids);
    free(n->attr_order);
    free(n->attr_place);
    free(n->attrs_before);
    free(n->usual);
    free(n->rule_used);
    *n = (struct numbers){ 0 };
}
