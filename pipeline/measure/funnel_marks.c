/* funnel_marks.c - a unit's events that fit a step, and where exclusions stand. See funnel_parts.h.
 */
#include <stdlib.h>

#include "measure/funnel_parts.h"

/* ---- what touchpoints mean ---- */

static void bind_steps(struct funnel_reader *r)
{
    const struct funnel *f = r->f;
    size_t touchpoints = r->w->ntouchpoints, n = 0, room = 0;
    r->step_first = arena_take(&r->arena, (touchpoints + 1) * sizeof *r->step_first);
    uint16_t *list = NULL;
    for (size_t t = 0; t < touchpoints; t++) {
        r->step_first[t] = (uint32_t)n;
        for (size_t s = 0; s < f->nsteps; s++) {
            if (!names_have(&f->steps[s].any_of, r->w->touchpoints[t].name))
                continue;
            list = mem_grow(list, &room, n + 1, sizeof *list);
            list[n++] = (uint16_t)s;
        }
    }
    r->step_first[touchpoints] = (uint32_t)n;
    r->step_list = list;
}

static void bind_order(struct funnel_reader *r)
{
    const struct funnel *f = r->f;
    size_t n = f->nsteps;
    r->succ_last = arena_take(&r->arena, n * sizeof *r->succ_last);
    r->required = arena_take(&r->arena, n * sizeof *r->required);
    r->rank = arena_take(&r->arena, n * sizeof *r->rank);
    for (size_t s = n; s-- > 0;) {
        bool through = s + 1 < n && f->steps[s + 1].optional;
        r->succ_last[s] = s + 1 == n ? (uint32_t)s
                          : through  ? r->succ_last[s + 1]
                                     : (uint32_t)s + 1;
    }
    for (size_t s = 0; s < n; s++) {
        r->rank[s] = (s ? r->rank[s - 1] : 0) + !f->steps[s].optional;
        r->required[s] = f->steps[s].optional ? r->required[s - 1] : (uint32_t)s;
        if (!f->steps[s].optional)
            r->last = (uint32_t)s;
    }
}

static void bind_exclusions(struct funnel_reader *r)
{
    const struct funnel *f = r->f;
    r->excluded = arena_take(&r->arena, r->w->ntouchpoints * sizeof *r->excluded);
    r->covered = arena_take(&r->arena, f->nsteps * sizeof *r->covered);
    for (size_t x = 0; x < f->nexclusions; x++) {
        const struct funnel_exclusion *e = &f->exclusions[x];
        for (size_t t = 0; t < r->w->ntouchpoints; t++)
            if (names_have(&e->any_of, r->w->touchpoints[t].name))
                r->excluded[t] |= UINT64_C(1) << x;
        for (uint32_t s = e->after; s < e->before && s < f->nsteps; s++)
            r->covered[s] |= UINT64_C(1) << x;
    }
}

void marks_bind(struct funnel_reader *r)
{
    bind_steps(r);
    bind_order(r);
    bind_exclusions(r);
}

/* ---- a unit ---- */

static void add_barriers(struct funnel_reader *r, uint64_t exclusions, uint32_t place)
{
    for (size_t s = 0; s < r->f->nsteps; s++) {
        struct places *b = &r->barriers[s];
        if (!(r->covered[s] & exclusions))
            continue;
        b->v = mem_grow(b->v, &b->room, b->n + 1, sizeof *b->v);
        b->v[b->n++] = place;
    }
}

/* A number for the values of `same`; 0 when one of them is blank (A48). */
static uint32_t same_of(struct funnel_reader *r, const struct event *e, struct arena *scratch)
{
    struct str all = { 0 };
    for (size_t i = 0; i < r->f->nsame; i++) {
        struct str text = attrs_text(r->w->set, e->attrs, r->f->same[i]);
        if (text.n == 0)
            return 0;
        all = arena_printf(scratch, "%.*s%zu:%.*s", STR_ARG(all), text.n, STR_ARG(text));
    }
    return intern_add(&r->values, all) + 1;
}

static int by_value(const void *a, const void *b)
{
    const struct mark *x = a, *y = b;
    return x->same != y->same ? (x->same > y->same) - (x->same < y->same)
                              : (x->place > y->place) - (x->place < y->place);
}

static void find_values(struct funnel_reader *r)
{
    struct arena scratch = { 0 };
    for (size_t i = 0; i < r->nmarks; i++) {
        r->marks[i].same = same_of(r, r->marks[i].event, &scratch);
        arena_reset(&scratch);
    }
    arena_free(&scratch);
    if (r->nmarks > 1)
        qsort(r->marks, r->nmarks, sizeof *r->marks, by_value);
}

/* The instants before and after each mark at which the customer did something. */
static void find_neighbours(struct funnel_reader *r)
{
    int64_t before = INT64_MIN, now = INT64_MIN;
    size_t m = 0;
    for (size_t i = 0; i < r->nevents; i++) {
        const struct event *e = r->events[i];
        if (now != INT64_MIN && e->time > now) {
            before = now;
            now = INT64_MIN;
        }
        if (m < r->nmarks && r->marks[m].event == e)
            r->marks[m++].before = before;
        if (is_own(r, e))
            now = e->time;
    }
    int64_t after = INT64_MAX;
    now = INT64_MAX;
    for (size_t i = r->nevents; i-- > 0;) {
        const struct event *e = r->events[i];
        if (now != INT64_MAX && e->time < now) {
            after = now;
            now = INT64_MAX;
        }
        if (m > 0 && r->marks[m - 1].event == e)
            r->marks[--m].after = after;
        if (is_own(r, e))
            now = e->time;
    }
}

void marks_make(struct funnel_reader *r)
{
    r->nmarks = 0;
    for (size_t s = 0; s < r->f->nsteps; s++)
        r->barriers[s].n = 0;
    for (size_t i = 0; i < r->nevents; i++) {
        const struct event *e = r->events[i];
        uint32_t first = r->step_first[e->touch], end = r->step_first[e->touch + 1];
        if (r->excluded[e->touch])
            add_barriers(r, r->excluded[e->touch], (uint32_t)i);
        if (first == end)
            continue;
        r->marks = mem_grow(r->marks, &r->marks_room, r->nmarks + 1, sizeof *r->marks);
        r->marks[r->nmarks++] = (struct mark){
            .time = e->time,
            .event = e,
            .steps = r->step_list + first,
            .nsteps = end - first,
            .place = (uint32_t)i,
        };
    }
    if (r->f->order == FUNNEL_STRICT)
        find_neighbours(r);
    if (r->f->nsame)
        find_values(r);
}

struct mark_range marks_next(const struct funnel_reader *r, size_t *i)
{
    size_t from = *i, to = from;
    while (to < r->nmarks && r->marks[to].same == r->marks[from].same)
        to++;
    *i = to;
    return (struct mark_range){
        .marks = r->marks + from,
        .n = to - from,
        .lone = r->f->nsame && r->marks[from].same == 0,
    };
}
