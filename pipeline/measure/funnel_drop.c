/* funnel_drop.c - how and where a unit was lost (definitions.md 2.6, A24 to A26, A50). See
 * funnel.h.
 */
#include "measure/funnel_parts.h"

const char *const drop_kind_names[DROP_KINDS] = {
    "converted", "open", "excluded", "late", "diverged", "ended",
};

/* Its place among the unit's events, which stand in one array in this order. */
static size_t place_of(const struct funnel_reader *r, const struct event *e)
{
    size_t low = 0, high = r->nevents;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (r->events[middle] < e)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

const struct event *funnel_before(const struct funnel_reader *r, const struct event *e)
{
    for (size_t i = place_of(r, e); i-- > 0;)
        if (is_own(r, r->events[i]))
            return r->events[i];
    return NULL;
}

bool funnel_is_open(const struct funnel_reader *r, const struct funnel_unit *unit)
{
    const struct attempt *a = &unit->best;
    if (a->converted)
        return false;
    if (r->w->end == TIME_NONE)
        return true;
    if (r->f->window != INT64_MAX)
        return elapsed(a->entry, r->w->end) < (uint64_t)r->f->window;
    int64_t last = a->reached;
    for (size_t i = r->nevents; i-- > 0;)
        if (is_own(r, r->events[i])) {
            last = r->events[i]->time;
            break;
        }
    return !pause_reaches(last, r->w->end, r->w->plan->journey.inactivity);
}

/* Would the unit have come deeper under other limits? */
static bool deeper(struct funnel_reader *r, const struct attempt *a, struct mark_range range,
                   struct chain_limits limits)
{
    int64_t depth = -1;
    limits.only = r->only;
    if (r->f->counting == FUNNEL_TOTALS)
        return best_depth(r, range, &limits) > (int64_t)a->deepest;
    for (size_t i = 0; i < r->nmarks && depth <= (int64_t)a->deepest;)
        depth = best_depth(r, marks_next(r, &i), &limits);
    return depth > (int64_t)a->deepest;
}

static bool is_excluded(struct funnel_reader *r, const struct attempt *a)
{
    struct chain_limits limits = chain_limits(r->f);
    limits.exclusion = false;
    return r->f->nexclusions && deeper(r, a, r->had, limits);
}

static bool is_late(struct funnel_reader *r, const struct attempt *a)
{
    struct chain_limits limits = chain_limits(r->f);
    bool limited = limits.window != INT64_MAX;
    for (size_t s = 0; s < r->f->nsteps; s++)
        limited |= r->f->steps[s].max_gap != INT64_MAX;
    limits.window = INT64_MAX;
    limits.gaps = false;
    return limited && deeper(r, a, r->had_more, limits);
}

/* Does the event fit the step that was reached last? In `order: any` that is each step that the
 * event fits by which the last number was reached. */
static bool is_step_again(const struct funnel_reader *r, const struct attempt *a,
                          const struct event *e)
{
    const struct event *at = a->events[a->deepest];
    for (uint32_t k = r->step_first[e->touch]; k < r->step_first[e->touch + 1]; k++) {
        if (r->f->order != FUNNEL_ANY && r->step_list[k] == a->deepest)
            return true;
        for (uint32_t i = r->step_first[at->touch]; i < r->step_first[at->touch + 1]; i++)
            if (r->f->order == FUNNEL_ANY && r->step_list[k] == r->step_list[i])
                return true;
    }
    return false;
}

/* Of equal times, a step may stand behind the one that follows it. */
static bool is_matched(const struct funnel_reader *r, const struct attempt *a,
                       const struct event *e)
{
    for (size_t s = 0; s < r->f->nsteps; s++)
        if (a->events[s] == e)
            return true;
    return false;
}

static const struct event *next_event(const struct funnel_reader *r, const struct attempt *a,
                                      size_t place)
{
    for (size_t i = place + 1; i < r->nevents; i++) {
        const struct event *e = r->events[i];
        if (pause_reaches(a->reached, e->time, r->w->plan->journey.inactivity))
            return NULL;
        if (is_own(r, e) && !is_step_again(r, a, e) && !is_matched(r, a, e))
            return e;
    }
    return NULL;
}

static int64_t dwell(const struct funnel_reader *r, const struct attempt *a, size_t place)
{
    int64_t last = a->reached;
    for (size_t i = place; i < r->nevents; i++) {
        const struct event *e = r->events[i];
        if (r->f->window != INT64_MAX && elapsed(a->entry, e->time) > (uint64_t)r->f->window)
            break;
        if (is_own(r, e))
            last = e->time;
    }
    uint64_t time = elapsed(a->reached, last);
    return time > INT64_MAX ? INT64_MAX : (int64_t)time;
}

struct drop funnel_drop(struct funnel_reader *r, const struct funnel_unit *unit)
{
    const struct attempt *a = &unit->best;
    size_t place = place_of(r, a->events[a->deepest]);
    struct drop d = { .kind = DROP_NONE, .from = funnel_before(r, a->events[a->deepest]) };
    if (a->converted)
        return d;
    d.dwell = dwell(r, a, place);
    if (funnel_is_open(r, unit)) {
        d.kind = DROP_OPEN;
    } else if (is_excluded(r, a)) {
        d.kind = DROP_EXCLUDED;
    } else if (is_late(r, a)) {
        d.kind = DROP_LATE;
    } else {
        d.next = next_event(r, a, place);
        d.kind = d.next ? DROP_DIVERGED : DROP_ENDED;
    }
    return d;
}
