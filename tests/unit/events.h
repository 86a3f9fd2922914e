/* events.h - small event sets for tests, made by hand.
 *
 * Owns:    nothing; texts live in the set.
 * Threads: one.
 */
#ifndef UNIT_EVENTS_H
#define UNIT_EVENTS_H

#include <check.h>
#include <stdlib.h>

#include "event.h"

/* A small generator of numbers that are the same everywhere (splitmix64). */
static inline uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static inline size_t random_below(uint64_t *state, size_t n)
{
    return (size_t)(random_next(state) % n);
}

/* Fisher-Yates. */
static inline void random_order(uint64_t *state, size_t *list, size_t n)
{
    for (size_t i = 0; i < n; i++)
        list[i] = i;
    for (size_t i = n; i > 1; i--) {
        size_t k = random_below(state, i);
        size_t x = list[i - 1];
        list[i - 1] = list[k];
        list[k] = x;
    }
}

static inline uint32_t set_id(struct event_set *set, enum id_kind kind, struct str value)
{
    char text[256];
    ck_assert(value.n < sizeof text);
    text[0] = (char)kind;
    memcpy(text + 1, value.p, value.n);
    return intern_add(&set->ids, (struct str){ text, value.n + 1 });
}

/* ids may come in any order, each once. */
static inline uint32_t set_who(struct event_set *set, const uint32_t *ids, size_t n)
{
    uint32_t list[16];
    ck_assert(n <= 16);
    for (size_t i = 0; i < n; i++) {
        size_t at = i;
        for (; at && list[at - 1] > ids[i]; at--)
            list[at] = list[at - 1];
        list[at] = ids[i];
    }
    return intern_add(&set->whos, (struct str){ (const char *)list, n * sizeof *list });
}

/* The i-th text is attribute i; p NULL: not there. */
static inline uint32_t set_attrs(struct event_set *set, const struct str texts[ATTRS])
{
    char list[1024];
    size_t n = 0;
    for (int a = 0; a < ATTRS; a++) {
        if (!texts[a].p)
            continue;
        uint32_t size = (uint32_t)texts[a].n;
        ck_assert(n + 5 + size < sizeof list);
        list[n] = (char)a;
        memcpy(list + n + 1, &size, sizeof size);
        memcpy(list + n + 5, texts[a].p, size);
        n += 5 + size;
    }
    return intern_add(&set->attrs, (struct str){ list, n });
}

static inline uint32_t set_touch(struct event_set *set, const char *name)
{
    return intern_add(&set->touchpoints, str_c(name));
}

static inline uint64_t origin(uint64_t file, uint64_t record)
{
    return file << ORIGIN_RECORD_BITS | record;
}

/* n files of source 0, in the order of their numbers. */
static inline void set_files(struct event_set *set, size_t n)
{
    set->files = calloc(n, sizeof *set->files);
    set->nfiles = n;
    for (size_t i = 0; i < n; i++) {
        struct input_file *f = &set->files[i];
        f->name = arena_printf(&set->arena, "file%04zu", i);
        f->bytes = 100;
        f->first_event = (int64_t)i;
        f->head_hash = f->whole_hash[0] = i;
    }
}

/* What an event says, with texts instead of numbers: equal for equal events of any two sets. */
static inline struct str event_says(const struct event_set *set, const struct event *e,
                                    struct arena *a)
{
    struct str ids[16], who = { "", 0 };
    size_t n = who_size(set, e->who);
    for (size_t i = 0; i < n; i++) {
        uint32_t id = who_id(set, e->who, i);
        struct str value = id_value(set, id);
        struct str text =
            arena_printf(a, "%s:%.*s", id_kind_names[id_kind_of(set, id)], STR_ARG(value));
        size_t at = i;
        for (; at && str_cmp(ids[at - 1], text) > 0; at--)
            ids[at] = ids[at - 1];
        ids[at] = text;
    }
    for (size_t i = 0; i < n; i++)
        who = arena_printf(a, "%.*s %.*s", STR_ARG(who), STR_ARG(ids[i]));
    struct str touch = intern_text(&set->touchpoints, e->touch);
    struct str out = arena_printf(a, "%lld %llu %u %u%.*s | %.*s |", (long long)e->time,
                                  (unsigned long long)e->origin, e->rule, e->flags, STR_ARG(who),
                                  STR_ARG(touch));
    for (int k = 0; k < ATTRS; k++) {
        struct str text = attrs_text(set, e->attrs, (enum attr)k);
        if (text.p)
            out = arena_printf(a, "%.*s %s=%.*s", STR_ARG(out), attr_names[k], STR_ARG(text));
    }
    return out;
}

#endif
