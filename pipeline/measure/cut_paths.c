/* cut_paths.c - see cut_paths.h. */
#include "measure/cut_paths.h"

#include <stdlib.h>

#include "journey/path.h"

static uint32_t add_path(struct cut_paths *c, struct str path, uint64_t journeys)
{
    uint32_t known = c->paths.n, i = intern_add(&c->paths, path);
    if (i == known) {
        c->journeys = spill_grow(c->paths.spill, c->journeys, &c->room, (size_t)i + 1,
                                 sizeof *c->journeys);
        c->journeys[i] = 0;
    }
    c->journeys[i] += journeys;
    return i;
}

static void add_time(struct cut_paths *c, uint32_t path, int64_t micros)
{
    c->times =
        spill_grow(c->paths.spill, c->times, &c->times_room, c->ntimes + 1, sizeof *c->times);
    c->times[c->ntimes++] = (struct cut_time){ path, micros };
}

void cut_paths_add(struct cut_paths *c, const struct world *w, const struct journey *j)
{
    const struct path steps = world_path(w, j);
    c->scratch = mem_grow(c->scratch, &c->scratch_room, steps.n + 1, sizeof *c->scratch);
    enum fate fate = j->after || j->state == JOURNEY_OPEN ? FATE_ASIDE
                     : j->state == JOURNEY_CONVERTED      ? FATE_CONVERTED
                                                          : FATE_LOST;
    size_t n = 0;
    bool done = false;
    c->scratch[0] = fate;
    for (size_t i = 0; i < steps.n && !done; i++) {
        /* `paths:` may have taken the goal itself away. */
        if (j->goal_time != TIME_NONE && steps.steps[i].time > j->goal_time)
            break;
        c->scratch[++n] = steps.steps[i].touch;
        done = j->state == JOURNEY_CONVERTED && w->touchpoints[steps.steps[i].touch].goal;
    }
    struct str key = { (const char *)c->scratch, (n + 1) * sizeof *c->scratch };
    uint32_t path = add_path(c, key, 1);
    if (c->timed && fate == FATE_CONVERTED)
        add_time(c, path, (j->goal_time == TIME_NONE ? j->end : j->goal_time) - j->start);
}

void cut_paths_merge(struct cut_paths *into, const struct cut_paths *from)
{
    uint32_t *number = spill_take(into->paths.spill, from->paths.n * sizeof *number + 1);
    for (uint32_t i = 0; i < from->paths.n; i++)
        number[i] = add_path(into, intern_text(&from->paths, i), from->journeys[i]);
    for (size_t i = 0; i < from->ntimes; i++)
        add_time(into, number[from->times[i].path], from->times[i].micros);
    spill_give(into->paths.spill, number);
}

void cut_paths_free(struct cut_paths *c)
{
    spill_give(c->paths.spill, c->journeys);
    spill_give(c->paths.spill, c->times);
    intern_free(&c->paths);
    free(c->scratch);
    *c = (struct cut_paths){ 0 };
}

size_t *cut_paths_sort_times(struct cut_paths *c)
{
    size_t *first = mem_zero((size_t)c->paths.n + 2, sizeof *first);
    struct cut_time *sorted = spill_take(c->paths.spill, c->ntimes * sizeof *sorted + 1);
    for (size_t i = 0; i < c->ntimes; i++)
        first[c->times[i].path + 2]++;
    for (uint32_t i = 0; i < c->paths.n; i++)
        first[i + 2] += first[i + 1];
    for (size_t i = 0; i < c->ntimes; i++)
        sorted[first[c->times[i].path + 1]++] = c->times[i];
    spill_give(c->paths.spill, c->times);
    c->times = sorted;
    c->times_room = c->ntimes;
    return first;
}

int cut_names_cmp(const struct world *w, const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
    for (size_t i = 0; i < na && i < nb; i++) {
        int c = a[i] == b[i] ? 0 : str_cmp(w->touchpoints[a[i]].name, w->touchpoints[b[i]].name);
        if (c)
            return c;
    }
    return (na > nb) - (na < nb);
}

struct str cut_text(const struct world *w, const uint32_t *path, size_t n, char **text,
                    size_t *room)
{
    size_t used = 0;
    for (size_t i = 0; i < n; i++) {
        struct str name = w->touchpoints[path[i]].name, between = i ? STR(" > ") : STR("");
        *text = mem_grow(*text, room, used + name.n + between.n + 1, 1);
        memcpy(*text + used, between.p, between.n);
        if (name.n)
            memcpy(*text + used + between.n, name.p, name.n);
        used += name.n + between.n;
    }
    return (struct str){ *text, used };
}
