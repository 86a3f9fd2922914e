/* join.c - see join.h: what several steps of joining do. */
#include "identity/join.h"

#include <stdlib.h>

void role_set(struct join *j, uint32_t id, enum id_role role)
{
    if (!j->role)
        j->role = mem_zero(j->set->ids.n, sizeof *j->role);
    j->role[id] = (uint8_t)role;
}

void join_see(struct join *j)
{
    if (j->seen)
        return;
    const struct event_set *set = j->set;
    j->seen = mem_take(set->whos.n * sizeof *j->seen);
    for (uint32_t who = 0; who < set->whos.n; who++)
        j->seen[who] = (struct seen){ INT64_MAX, UINT64_MAX };
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        struct seen *s = &j->seen[e->who];
        if (e->time < s->time || (e->time == s->time && e->origin < s->origin))
            *s = (struct seen){ e->time, e->origin };
    }
    j->first = mem_take(set->ids.n * sizeof *j->first);
    for (uint32_t id = 0; id < set->ids.n; id++)
        j->first[id] = INT64_MAX;
    for (uint32_t who = 0; who < set->whos.n; who++) {
        for (size_t i = 0; j->use[who] && i < who_size(set, who); i++) {
            int64_t *first = &j->first[who_id(set, who, i)];
            if (j->seen[who].time < *first)
                *first = j->seen[who].time;
        }
    }
    sets_watch(&j->sets, j->first);
}

/* ---- the log ---- */

void crowded_add(struct join *j, uint32_t id, uint32_t users)
{
    struct identity_log *log = &j->out->log;
    role_set(j, id, ROLE_CROWDED);
    log->crowded =
        mem_grow(log->crowded, &log->crowded_room, log->ncrowded + 1, sizeof *log->crowded);
    log->crowded[log->ncrowded++] = (struct with_many){ id, users };
}

void shared_add(struct join *j, uint32_t id, uint32_t customers)
{
    struct identity_log *log = &j->out->log;
    role_set(j, id, ROLE_SHARED);
    log->shared = mem_grow(log->shared, &log->shared_room, log->nshared + 1, sizeof *log->shared);
    log->shared[log->nshared++] = (struct with_many){ id, customers };
}

void refuse(struct join *j, const struct link *link, int broken)
{
    struct identity_log *log = &j->out->log;
    log->refusals =
        mem_grow(log->refusals, &log->refusals_room, log->nrefusals + 1, sizeof *log->refusals);
    log->refusals[log->nrefusals++] =
        (struct refusal){ link->strong, link->weak, link->time, j->seen[link->who].origin,
                          (uint8_t)broken };
}

static int by_pair(const void *x, const void *y)
{
    const struct refusal *a = *(const struct refusal *const *)x;
    const struct refusal *b = *(const struct refusal *const *)y;
    if (a->strong != b->strong)
        return a->strong < b->strong ? -1 : 1;
    if (a->weak != b->weak)
        return a->weak < b->weak ? -1 : 1;
    if (a->time != b->time)
        return a->time < b->time ? -1 : 1;
    return (a->origin > b->origin) - (a->origin < b->origin);
}

/* Each pair once, where it was refused first, by its earliest record. */
static void distinct_refusals(struct identity_log *log)
{
    size_t n = log->nrefusals, kept = 0;
    if (!n)
        return;
    struct refusal **list = mem_take(n * sizeof *list);
    bool *again = mem_zero(n, sizeof *again);
    for (size_t i = 0; i < n; i++)
        list[i] = &log->refusals[i];
    qsort(list, n, sizeof *list, by_pair);
    for (size_t i = 0, next; i < n; i = next) {
        struct refusal *first = list[i], earliest = *list[i];
        for (next = i;
             next < n && list[next]->strong == earliest.strong && list[next]->weak == earliest.weak;
             next++) {
            again[list[next] - log->refusals] = true;
            first = list[next] < first ? list[next] : first;
        }
        *first = earliest;
        again[first - log->refusals] = false;
    }
    for (size_t i = 0; i < n; i++)
        if (!again[i])
            log->refusals[kept++] = log->refusals[i];
    log->nrefusals = kept;
    free(list);
    free(again);
}

struct ordered {
    struct str text;
    struct with_many item;
};

static int by_text(const void *x, const void *y)
{
    return str_cmp(((const struct ordered *)x)->text, ((const struct ordered *)y)->text);
}

static void sort_with_many(const struct event_set *set, struct with_many *list, size_t n)
{
    if (!n)
        return;
    struct ordered *ordered = mem_take(n * sizeof *ordered);
    for (size_t i = 0; i < n; i++)
        ordered[i] = (struct ordered){ intern_text(&set->ids, list[i].id), list[i] };
    qsort(ordered, n, sizeof *ordered, by_text);
    for (size_t i = 0; i < n; i++)
        list[i] = ordered[i].item;
    free(ordered);
}

void log_finish(struct join *j)
{
    struct identity_log *log = &j->out->log;
    distinct_refusals(log);
    sort_with_many(j->set, log->crowded, log->ncrowded);
    sort_with_many(j->set, log->shared, log->nshared);
}
