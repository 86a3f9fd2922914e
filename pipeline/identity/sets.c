/* sets.c - see sets.h. */
#include "identity/sets.h"

#include <assert.h>
#include <stdlib.h>

enum { AHEAD = 16 };

/* Kinds of which many may make a value crowded: merge.c looks closer. */
static bool may_crowd(int kind)
{
    return kind <= ID_ACCOUNT || kind == ID_COOKIE;
}

static bool is_counted(const struct identity_rules *rules, int kind)
{
    return rules->limits[kind].most || (kind == ID_USER && rules->max_persons) ||
           (may_crowd(kind) && rules->max_identifiers);
}

void sets_init(struct sets *s, const struct event_set *set, const struct identity_rules *rules)
{
    uint32_t n = set->ids.n;
    *s = (struct sets){ .set = set, .rules = rules };
    s->kind = mem_take(n);
    s->parent = spill_take(set->spill, n * sizeof *s->parent);
    for (uint32_t id = 0; id < n; id++) {
        s->kind[id] = (uint8_t)id_kind_of(set, id);
        s->parent[id] = id;
        s->visitors += s->kind[id] == ID_VISITOR;
    }
}

void sets_forget_counts(struct sets *s)
{
    free(s->next);
    s->next = NULL;
    for (int k = 0; k < ID_KINDS; k++) {
        free(s->count[k]);
        free(s->any[k]);
        s->count[k] = NULL;
        s->any[k] = NULL;
    }
}

void sets_free(struct sets *s)
{
    sets_forget_counts(s);
    free(s->kind);
    spill_give(s->set->spill, s->parent);
    *s = (struct sets){ 0 };
}

void sets_join_freely(struct sets *s, uint32_t a, uint32_t b)
{
    a = sets_root(s, a);
    b = sets_root(s, b);
    if (a < b)
        s->parent[b] = a;
    else
        s->parent[a] = b;
}

/* The smaller number is the root, so every parent comes before what hangs on it: it is flat when it
 * is its child's turn. */
void sets_flatten(struct sets *s)
{
    uint32_t *parent = s->parent, n = s->set->ids.n;
    for (uint32_t id = 0; id < n; id++) {
        if (id + AHEAD < n)
            __builtin_prefetch(&parent[parent[id + AHEAD]]);
        parent[id] = parent[parent[id]];
    }
}

/* ---- counting ---- */

static bool is_over(const struct sets *s, uint32_t root)
{
    const struct identity_rules *rules = s->rules;
    uint32_t all = 0, company = 0;
    for (int k = 0; k < ID_KINDS; k++) {
        uint32_t n = s->count[k] ? s->count[k][root] : 0;
        if (rules->limits[k].most && n > rules->limits[k].most)
            return true;
        all += rules->limits[k].most ? n : 0;
        company += may_crowd(k) ? n : 0;
    }
    if (rules->max_persons && s->count[ID_USER][root] > rules->max_persons)
        return true;
    return rules->max_identifiers &&
           (all > rules->max_identifiers || company > rules->max_identifiers);
}

bool sets_count(struct sets *s, bool *over)
{
    bool any = false;
    for (int k = 0; k < ID_KINDS; k++)
        if (is_counted(s->rules, k))
            s->count[k] = mem_zero(s->set->ids.n, sizeof *s->count[k]);
    for (uint32_t id = 0; id < s->set->ids.n; id++) {
        uint16_t *count = s->count[s->kind[id]];
        if (count && count[s->parent[id]] < UINT16_MAX)
            count[s->parent[id]]++;
    }
    for (uint32_t id = 0; id < s->set->ids.n; id++)
        if (s->parent[id] == id && is_over(s, id))
            any = over[id] = true;
    return any;
}

void sets_take_apart(struct sets *s, bool *over)
{
    for (uint32_t id = 0; id < s->set->ids.n; id++)
        over[id] = over[sets_root(s, id)];
    for (uint32_t id = 0; id < s->set->ids.n; id++) {
        if (!over[id])
            continue;
        s->parent[id] = id;
        for (int k = 0; k < ID_KINDS; k++)
            if (s->count[k])
                s->count[k][id] = s->kind[id] == k;
    }
}

/* ---- limits within a window ---- */

static bool is_windowed(const struct sets *s, int kind)
{
    return s->rules->limits[kind].most && s->rules->limits[kind].window;
}

/* Makes one ring of two; one of them may be empty. */
static uint32_t rings_join(uint32_t *next, uint32_t a, uint32_t b)
{
    if (a == INTERN_NONE || b == INTERN_NONE)
        return a == INTERN_NONE ? b : a;
    uint32_t after = next[a];
    next[a] = next[b];
    next[b] = after;
    return a;
}

void sets_watch(struct sets *s, const int64_t *first)
{
    uint32_t n = s->set->ids.n;
    s->first = first;
    s->next = mem_take(n * sizeof *s->next);
    for (int k = 0; k < ID_KINDS; k++) {
        if (!is_windowed(s, k))
            continue;
        s->any[k] = mem_take(n * sizeof *s->any[k]);
        memset(s->any[k], 0xff, n * sizeof *s->any[k]);
    }
    for (uint32_t id = 0; id < n; id++) {
        uint32_t *any = s->any[s->kind[id]];
        if (!any)
            continue;
        uint32_t root = sets_root(s, id);
        s->next[id] = id;
        any[root] = rings_join(s->next, any[root], id);
    }
}

static int by_time(const void *x, const void *y)
{
    int64_t a = *(const int64_t *)x, b = *(const int64_t *)y;
    return (a > b) - (a < b);
}

/* Are more than the limit of the kind first seen within any window of its length? There are `all`
 * of the kind in these sets. */
static bool window_breaks(const struct sets *s, int kind, const uint32_t *roots, size_t n,
                          size_t all)
{
    const struct id_limit *limit = &s->rules->limits[kind];
    int64_t *times = mem_take(all * sizeof *times);
    size_t have = 0;
    for (size_t i = 0; i < n; i++) {
        uint32_t start = s->any[kind][roots[i]], id = start;
        for (; start != INTERN_NONE && have < all; id = s->next[id]) {
            times[have++] = s->first[id];
            if (s->next[id] == start)
                break;
        }
    }
    qsort(times, have, sizeof *times, by_time);
    bool breaks = false;
    for (size_t i = limit->most; i < have && !breaks; i++)
        breaks = (uint64_t)times[i] - (uint64_t)times[i - limit->most] < (uint64_t)limit->window;
    free(times);
    return breaks;
}

int sets_limit(const struct sets *s, const uint32_t *roots, size_t n)
{
    uint64_t all = 0, of[ID_KINDS] = { 0 };
    for (int k = 0; k < ID_KINDS; k++) {
        const struct id_limit *limit = &s->rules->limits[k];
        for (size_t i = 0; limit->most && i < n; i++)
            of[k] += s->count[k][roots[i]];
        if (limit->most && !limit->window && of[k] > limit->most)
            return k;
        all += of[k];
    }
    if (s->rules->max_identifiers && all > s->rules->max_identifiers)
        return ID_KINDS;
    for (int k = 0; k < ID_KINDS; k++)
        if (is_windowed(s, k) && of[k] > s->rules->limits[k].most &&
            window_breaks(s, k, roots, n, of[k]))
            return k;
    return LIMIT_KEPT;
}

void sets_join(struct sets *s, uint32_t a, uint32_t b)
{
    uint32_t root = sets_root(s, a), other = sets_root(s, b);
    if (root == other)
        return;
    if (other < root) {
        uint32_t swap = root;
        root = other;
        other = swap;
    }
    s->parent[other] = root;
    for (int k = 0; k < ID_KINDS; k++) {
        if (s->count[k]) {
            uint32_t sum = (uint32_t)s->count[k][root] + s->count[k][other];
            s->count[k][root] = (uint16_t)(sum < UINT16_MAX ? sum : UINT16_MAX);
        }
        if (s->any[k])
            s->any[k][root] = rings_join(s->next, s->any[k][root], s->any[k][other]);
    }
}
