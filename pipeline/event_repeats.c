/* event_repeats.c - see event_repeats.h. */
#include "event_repeats.h"

#include <assert.h>
#include <stdlib.h>

#include "event.h"

void repeats_add(struct repeats *r, uint64_t origin, const uint64_t key[2])
{
    r->list = spill_grow(r->spill, r->list, &r->room, r->n + 1, sizeof *r->list);
    r->list[r->n++] = (struct repeat){ { key[0], key[1] }, origin, 0 };
}

void repeats_merge(struct repeats *r, struct repeats *part)
{
    r->list = spill_grow(r->spill, r->list, &r->room, r->n + part->n, sizeof *r->list);
    if (part->n)
        memcpy(r->list + r->n, part->list, part->n * sizeof *r->list);
    r->n += part->n;
    repeats_free(part);
}

static uint32_t file_of(const struct repeat *x)
{
    return (uint32_t)(x->origin >> ORIGIN_RECORD_BITS);
}

void repeats_renumber(struct repeats *r, const uint32_t *files)
{
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        struct repeat x = r->list[i];
        uint32_t file = files[file_of(&x)];
        if (file == UINT32_MAX)
            continue;
        x.origin &= (UINT64_C(1) << ORIGIN_RECORD_BITS) - 1;
        x.origin |= (uint64_t)file << ORIGIN_RECORD_BITS;
        r->list[n++] = x;
    }
    r->n = n;
}

void repeats_free(struct repeats *r)
{
    spill_give(r->spill, r->list);
    *r = (struct repeats){ .spill = r->spill };
}

/* ---- which records have events ---- */

static int by_number(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_origin(const void *x, const void *y)
{
    const struct repeat *a = x, *b = y;
    return by_number(a->origin, b->origin);
}

/* The record of an event; r->n when it is not remembered. The list is sorted by origin. */
static size_t find(const struct repeats *r, uint64_t origin)
{
    size_t low = 0, high = r->n;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->list[middle].origin < origin)
            low = middle + 1;
        else
            high = middle;
    }
    return low < r->n && r->list[low].origin == origin ? low : r->n;
}

void repeats_settle(struct repeats *r, const struct event_set *set)
{
    if (!r->n)
        return;
    bool *live = spill_zero(r->spill, r->n, sizeof *live);
    qsort(r->list, r->n, sizeof *r->list, by_origin);
    for (size_t i = 0; i < set->n; i++) {
        size_t at = find(r, set->events[i].origin);
        if (at == r->n)
            continue;
        live[at] = true;
        r->list[at].time = set->events[i].time;
    }
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++)
        if (live[i])
            r->list[n++] = r->list[i];
    r->n = n;
    spill_give(r->spill, live);
}

/* ---- which of them count ---- */

/* A record as it is compared with others of its source. */
struct rival {
    const struct repeat *record;
    uint32_t source;
};

static int by_key(const struct rival *a, const struct rival *b)
{
    int c = by_number(a->source, b->source);
    if (!c)
        c = by_number(a->record->key[0], b->record->key[0]);
    return c ? c : by_number(a->record->key[1], b->record->key[1]);
}

static int by_key_then_origin(const void *x, const void *y)
{
    const struct rival *a = x, *b = y;
    int c = by_key(a, b);
    return c ? c : by_origin(a->record, b->record);
}

/* Of n records with one key, in their order: all but one go. */
static void keep_one(const struct rival *same, size_t n, bool latest, const struct repeat *all,
                     bool *drop)
{
    size_t kept = 0;
    for (size_t i = 1; i < n; i++)
        if (latest && same[i].record->time > same[kept].record->time)
            kept = i;
    for (size_t i = 0; i < n; i++)
        drop[same[i].record - all] = i != kept;
}

/* As many stay as the file with the most of them has: of each file those beyond what the files
 * before it have. */
static void keep_most(const struct rival *same, size_t n, const struct repeat *all, bool *drop)
{
    size_t most = 0, in_file = 0;
    for (size_t i = 0; i < n; i++) {
        bool new_file = !i || file_of(same[i].record) != file_of(same[i - 1].record);
        in_file = new_file ? 1 : in_file + 1;
        drop[same[i].record - all] = in_file <= most;
        if (in_file > most)
            most = in_file;
    }
}

static void decide(const struct event_set *set, const uint8_t *policies, size_t nsources,
                   bool *drop)
{
    const struct repeats *r = &set->repeats;
    struct rival *list = spill_take(r->spill, r->n * sizeof *list);
    size_t n = 0;
    for (size_t i = 0; i < r->n; i++) {
        uint32_t source = set->files[file_of(&r->list[i])].source;
        if (source < nsources && policies[source] != REPEATS_KEEP)
            list[n++] = (struct rival){ &r->list[i], source };
    }
    if (n)
        qsort(list, n, sizeof *list, by_key_then_origin);
    for (size_t first = 0, end; first < n; first = end) {
        for (end = first + 1; end < n && by_key(&list[first], &list[end]) == 0;)
            end++;
        if (end == first + 1)
            continue;
        uint8_t policy = policies[list[first].source];
        if (policy == REPEATS_ACROSS)
            keep_most(list + first, end - first, r->list, drop);
        else
            keep_one(list + first, end - first, policy == REPEATS_BY, r->list, drop);
    }
    spill_give(r->spill, list);
}

/* ---- and the events of the others go ---- */

static void drop_events(struct event_set *set, const bool *drop)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        size_t at = find(&set->repeats, e->origin);
        if (at == set->repeats.n || !drop[at]) {
            set->events[kept++] = *e;
            continue;
        }
        struct input_file *f = &set->files[event_file(e)];
        if (f->rule_events && f->rule_events[e->rule])
            f->rule_events[e->rule]--;
    }
    set->n = kept;
}

void event_set_drop_repeated(struct event_set *set, const uint8_t *policies, size_t nsources)
{
    struct repeats *r = &set->repeats;
    repeats_settle(r, set);
    if (!r->n || !policies)
        return;
    bool *drop = spill_zero(r->spill, r->n, sizeof *drop);
    decide(set, policies, nsources, drop);
    for (size_t i = 0; i < r->n; i++) {
        struct input_file *f = &set->files[file_of(&r->list[i])];
        if (!drop[i] || !f->matched)
            continue;
        f->matched--;
        f->rejected[REJECT_REPEATED]++;
    }
    drop_events(set, drop);
    spill_give(r->spill, drop);
}
