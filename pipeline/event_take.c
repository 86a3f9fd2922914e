/* event_take.c - taking files out of an event set, with all that belongs to them (event.h).
 *
 * Sets are unsealed: events name their files by index. Texts that nobody names any more stay where
 * they are, and are written, until event_set_keep_named().
 */
#include <assert.h>
#include <stdlib.h>

#include "base/sort_few.h"
#include "event.h"

void event_set_drop_files(struct event_set *set, const bool *drop)
{
    assert(!set->sealed);
    uint32_t *number = mem_take(set->nfiles * sizeof *number);
    uint32_t n = 0;
    for (size_t i = 0; i < set->nfiles; i++) {
        number[i] = drop[i] ? INTERN_NONE : n;
        if (!drop[i])
            set->files[n++] = set->files[i];
    }
    size_t kept = 0;
    for (size_t i = 0; i < set->n; i++) {
        struct event e = set->events[i];
        if (drop[event_file(&e)])
            continue;
        e.origin = (uint64_t)number[event_file(&e)] << ORIGIN_RECORD_BITS | event_record(&e);
        set->events[kept++] = e;
    }
    set->n = kept;
    set->nfiles = n;
    metrics_renumber(&set->metrics, number);
    repeats_renumber(&set->repeats, number);
    free(number);
}

/* The who of one set as that of another one. */
static uint32_t take_who(const struct event_set *from, uint32_t who, struct event_set *to)
{
    size_t n = who_size(from, who);
    uint32_t *list = mem_take((n + 1) * sizeof *list);
    for (size_t i = 0; i < n; i++)
        list[i] = intern_add(&to->ids, intern_text(&from->ids, who_id(from, who, i)));
    sort_few(list, n);
    uint32_t number = intern_add(&to->whos, (struct str){ (char *)list, n * sizeof *list });
    free(list);
    return number;
}

static void take_metrics(const struct metrics *from, uint32_t file, struct metrics *to)
{
    for (uint32_t i = 0; i < from->keys.n; i++) {
        struct metric_key key;
        struct str what;
        metrics_key(from, i, &key, &what);
        if (key.file != file)
            continue;
        key.file = 0;
        metrics_add(to, &key, what, &from->sums[i]);
    }
}

void event_set_take_file(struct event_set *set, uint32_t file, struct event_set *out)
{
    assert(!set->sealed && !out->nfiles);
    out->files = mem_take(sizeof *out->files);
    out->files[0] = set->files[file];
    out->nfiles = 1;
    for (size_t i = 0; i < set->n; i++) {
        struct event e = set->events[i];
        if (event_file(&e) != file)
            continue;
        e.origin = event_record(&e);
        if (e.touch != TOUCH_NONE)
            e.touch = intern_add(&out->touchpoints, intern_text(&set->touchpoints, e.touch));
        e.attrs = intern_add(&out->attrs, intern_text(&set->attrs, e.attrs));
        e.who = take_who(set, e.who, out);
        event_set_add(out, &e);
    }
    take_metrics(&set->metrics, file, &out->metrics);
    for (size_t i = 0; i < set->repeats.n; i++) {
        const struct repeat *r = &set->repeats.list[i];
        if (r->origin >> ORIGIN_RECORD_BITS == file)
            repeats_add(&out->repeats, r->origin & ((UINT64_C(1) << ORIGIN_RECORD_BITS) - 1),
                        r->key);
    }
    bool *drop = mem_zero(set->nfiles, sizeof *drop);
    drop[file] = true;
    event_set_drop_files(set, drop);
    free(drop);
}

void event_set_keep_named(struct event_set *set)
{
    struct event_set kept = { 0 };
    event_set_init(&kept);
    assert(!set->sealed);
    uint32_t *who = mem_take((set->whos.n + (size_t)1) * sizeof *who);
    for (uint32_t i = 0; i < set->whos.n; i++)
        who[i] = INTERN_NONE;
    for (size_t i = 0; i < set->n; i++) {
        struct event *e = &set->events[i];
        if (who[e->who] == INTERN_NONE)
            who[e->who] = take_who(set, e->who, &kept);
        e->who = who[e->who];
        e->attrs = intern_add(&kept.attrs, intern_text(&set->attrs, e->attrs));
        if (e->touch != TOUCH_NONE)
            e->touch = intern_add(&kept.touchpoints, intern_text(&set->touchpoints, e->touch));
    }
    free(who);
    repeats_settle(&set->repeats, set);
    intern_free(&set->ids);
    intern_free(&set->whos);
    intern_free(&set->attrs);
    intern_free(&set->touchpoints);
    set->ids = kept.ids;
    set->whos = kept.whos;
    set->attrs = kept.attrs;
    set->touchpoints = kept.touchpoints;
}
