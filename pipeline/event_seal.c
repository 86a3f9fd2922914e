/* event_seal.c - gives an event set the order of files and the numbers of touchpoints that depend
 * on its contents alone (event.h: event_set_seal).
 *
 * Files are few and done by one; events are many and renumbered by all workers, in chunks.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/limits.h"
#include "base/par.h"
#include "event.h"

enum { CHUNK_EVENTS = 1 << 16 };

/* ---- files ---- */

static int by_number(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

static int by_order(const void *x, const void *y)
{
    const struct input_file *a = x, *b = y;
    int c = by_number(a->source, b->source);
    if (!c)
        c = (a->first_event == TIME_NONE) - (b->first_event == TIME_NONE);
    if (!c)
        c = (a->first_event > b->first_event) - (a->first_event < b->first_event);
    if (!c)
        c = by_number(a->head_hash, b->head_hash);
    if (!c)
        c = by_number(a->whole_hash[0], b->whole_hash[0]);
    if (!c)
        c = by_number(a->whole_hash[1], b->whole_hash[1]);
    if (!c)
        c = str_cmp(a->name, b->name);
    if (!c)
        c = by_number(a->piece_of[0], b->piece_of[0]);
    if (!c)
        c = by_number(a->piece_of[1], b->piece_of[1]);
    return c ? c : by_number(a->first_byte, b->first_byte);
}

/* The records of a duplicate that were good are rejected now, so that its books still balance. */
static void mark_duplicate(struct input_file *f)
{
    f->duplicate = true;
    f->rejected[REJECT_DUPLICATE] += f->matched + f->unmatched + f->rejected[REJECT_EXCLUDED];
    f->matched = f->unmatched = f->metrics = f->rejected[REJECT_EXCLUDED] = 0;
    f->rule_events = f->rule_limits = NULL;
}

static bool mark_duplicates(struct input_file *files, size_t n)
{
    bool any = false;
    struct intern seen = { 0 };
    for (size_t i = 0; i < n; i++) {
        struct input_file *f = &files[i];
        uint64_t bytes[] = { f->source, f->bytes, f->head_hash, f->whole_hash[0],
                             f->whole_hash[1] };
        uint32_t before = seen.n;
        intern_add(&seen, (struct str){ (const char *)bytes, sizeof bytes });
        bool known = f->whole_hash[0] || f->whole_hash[1];
        if (seen.n == before && f->bytes && known) {
            mark_duplicate(f);
            any = true;
        }
    }
    intern_free(&seen);
    return any;
}

/* Sorts the files; place[] says for each old index where it stands now. */
static uint32_t *place_files(struct event_set *set)
{
    uint32_t *place = mem_take(set->nfiles * sizeof *place);
    for (size_t i = 0; i < set->nfiles; i++)
        set->files[i].place = (uint32_t)i;
    if (set->nfiles)
        qsort(set->files, set->nfiles, sizeof *set->files, by_order);
    for (size_t i = 0; i < set->nfiles; i++) {
        place[set->files[i].place] = (uint32_t)i;
        set->files[i].place = (uint32_t)i;
    }
    return place;
}

/* ---- touchpoints ---- */

struct named {
    struct str name;
    uint32_t number;
};

static int by_name(const void *x, const void *y)
{
    const struct named *a = x, *b = y;
    return str_cmp(a->name, b->name);
}

/* Numbers touchpoints by their names; the result says for each old number the new one. */
static uint32_t *number_touchpoints(struct event_set *set)
{
    uint32_t n = set->touchpoints.n;
    uint32_t *number = mem_take(n * sizeof *number);
    struct named *list = mem_take(n * sizeof *list);
    for (uint32_t i = 0; i < n; i++)
        list[i] = (struct named){ intern_text(&set->touchpoints, i), i };
    qsort(list, n, sizeof *list, by_name);
    struct intern sorted = { 0 };
    for (uint32_t i = 0; i < n; i++)
        number[list[i].number] = intern_add(&sorted, list[i].name);
    free(list);
    intern_free(&set->touchpoints);
    set->touchpoints = sorted;
    return number;
}

/* ---- events ---- */

struct rewrite {
    struct event_set *set;
    const uint32_t *place, *touch; /* touch may be NULL: touchpoints keep their numbers */
};

static void rewrite_chunk(void *ctx, size_t chunk, int worker)
{
    struct rewrite *r = ctx;
    (void)worker;
    size_t first = chunk * CHUNK_EVENTS, end = first + CHUNK_EVENTS;
    if (end > r->set->n)
        end = r->set->n;
    for (size_t i = first; i < end; i++) {
        struct event *e = &r->set->events[i];
        assert(event_file(e) < r->set->nfiles);
        e->origin = (uint64_t)r->place[event_file(e)] << ORIGIN_RECORD_BITS | event_record(e);
        if (r->touch)
            e->touch = touch_renumber(r->touch, e->touch);
    }
}

static void rewrite(struct event_set *set, const uint32_t *place, const uint32_t *touch,
                    int workers)
{
    struct rewrite r = { set, place, touch };
    par_each((set->n + CHUNK_EVENTS - 1) / CHUNK_EVENTS, workers, rewrite_chunk, &r);
}

void event_set_order_files(struct event_set *set, int workers)
{
    assert(!set->sealed);
    uint32_t *place = place_files(set);
    bool moved = false;
    for (uint32_t i = 0; i < set->nfiles; i++)
        moved |= place[i] != i;
    if (moved)
        rewrite(set, place, NULL, workers);
    metrics_renumber(&set->metrics, place);
    repeats_renumber(&set->repeats, place);
    free(place);
}

static void drop_duplicates(struct event_set *set)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->n; i++)
        if (!set->files[event_file(&set->events[i])].duplicate)
            set->events[kept++] = set->events[i];
    set->n = kept;
    uint32_t *files = mem_take(set->nfiles * sizeof *files);
    for (uint32_t i = 0; i < set->nfiles; i++)
        files[i] = set->files[i].duplicate ? INTERN_NONE : i;
    metrics_renumber(&set->metrics, files);
    repeats_renumber(&set->repeats, files);
    free(files);
}

/* ---- too many touchpoints ---- */

struct counted {
    struct str name;
    uint32_t number;
    uint64_t events;
};

static int by_events(const void *x, const void *y)
{
    const struct counted *a = x, *b = y;
    if (a->events != b->events)
        return a->events < b->events ? 1 : -1;
    return str_cmp(a->name, b->name);
}

/* A template such as '{path}' can make as many names as there are records. The commonest
 * TOUCHPOINTS_MAX - 1 keep theirs, the rest becomes (other). */
static void fold_touchpoints(struct event_set *set, const struct intern *keep)
{
    uint32_t n = set->touchpoints.n;
    if (n <= TOUCHPOINTS_MAX)
        return;
    struct counted *list = mem_zero(n, sizeof *list);
    for (uint32_t i = 0; i < n; i++)
        list[i] = (struct counted){ intern_text(&set->touchpoints, i), i, 0 };
    for (size_t i = 0; i < set->n; i++)
        if (set->events[i].touch != TOUCH_NONE)
            list[set->events[i].touch].events++;
    for (uint32_t i = 0; i < n; i++)
        if (intern_find(keep, list[i].name) != INTERN_NONE)
            list[i].events = UINT64_MAX;
    qsort(list, n, sizeof *list, by_events);
    uint32_t *kept = mem_take(n * sizeof *kept);
    struct intern fewer = { 0 };
    for (uint32_t i = 0; i < n; i++)
        kept[list[i].number] =
            intern_add(&fewer, i < TOUCHPOINTS_MAX - 1 ? list[i].name : STR("(other)"));
    for (size_t i = 0; i < set->n; i++)
        set->events[i].touch = touch_renumber(kept, set->events[i].touch);
    intern_free(&set->touchpoints);
    set->touchpoints = fewer;
    free(list);
    free(kept);
    uint32_t *number = number_touchpoints(set);
    for (size_t i = 0; i < set->n; i++)
        set->events[i].touch = touch_renumber(number, set->events[i].touch);
    free(number);
}

void event_set_seal(struct event_set *set, const struct intern *keep, int workers)
{
    event_set_seal_with(set, keep, NULL, 0, workers);
}

void event_set_seal_with(struct event_set *set, const struct intern *keep, const uint8_t *policies,
                         size_t nsources, int workers)
{
    assert(!set->sealed && set->nfiles < (size_t)1 << (64 - ORIGIN_RECORD_BITS));
    uint32_t *place = place_files(set);
    uint32_t *touch = number_touchpoints(set);
    rewrite(set, place, touch, workers);
    metrics_renumber(&set->metrics, place);
    repeats_renumber(&set->repeats, place);
    if (mark_duplicates(set->files, set->nfiles))
        drop_duplicates(set);
    if (policies && set->repeats.n)
        event_set_drop_repeated(set, policies, nsources);
    repeats_free(&set->repeats);
    fold_touchpoints(set, keep);
    free(place);
    free(touch);
    set->sealed = true;
}

uint32_t event_set_know_touchpoint(struct event_set *set, struct str name)
{
    assert(set->sealed);
    uint32_t before = set->touchpoints.n, known = intern_add(&set->touchpoints, name);
    if (known < before)
        return known;
    uint32_t *number = number_touchpoints(set);
    for (size_t i = 0; i < set->n; i++)
        set->events[i].touch = touch_renumber(number, set->events[i].touch);
    known = number[known];
    free(number);
    return known;
}
