/* journeys.c - see journeys.h: journeys_cut (definitions.md 2.3; A01 to A08). */
#include "journey/journeys.h"

#include "journey/pause.h"

const char *const journey_state_names[JOURNEY_STATES] = { "converted", "lost", "open" };

/* The journey that is being cut, and what is known of the customer. */
struct cut {
    const struct world *w;
    const struct event *ev;
    const uint32_t *session;
    struct journey *j; /* NULL: none is running */
    uint32_t last_session;
    bool closed;
    bool converted_before; /* an earlier journey reached a goal */
};

static int64_t add_clamped(int64_t a, int64_t b)
{
    int64_t sum;
    if (__builtin_add_overflow(a, b, &sum))
        return b > 0 ? INT64_MAX : -INT64_MAX;
    return sum;
}

/* Whether its goal and the grace after it are over at t. */
static bool goal_over(const struct cut *c, int64_t t)
{
    return c->j->goal_time != TIME_NONE &&
           elapsed(c->j->goal_time, t) > (uint64_t)c->w->plan->journey.grace;
}

static bool paused(const struct cut *c, int64_t t)
{
    return pause_reaches(c->j->end, t, c->w->plan->journey.inactivity);
}

/* Ends the running journey. came_back: the customer's next own event stands behind a pause. */
static void finish(struct cut *c, bool came_back)
{
    struct journey *j = c->j;
    bool lost = c->closed || came_back || (c->w->end != TIME_NONE && paused(c, c->w->end));
    j->state = j->goal_time != TIME_NONE ? JOURNEY_CONVERTED : lost ? JOURNEY_LOST : JOURNEY_OPEN;
    j->returned = j->state == JOURNEY_LOST && came_back;
    c->converted_before |= j->state == JOURNEY_CONVERTED;
    c->j = NULL;
}

static bool left_truncated(const struct world *w, const struct event *first, uint32_t number)
{
    int64_t inactivity = w->plan->journey.inactivity;
    if (number > 1 || w->touchpoints[first->touch].first || w->begin == TIME_NONE)
        return false;
    return inactivity != INT64_MAX && !pause_reaches(w->begin, first->time, inactivity);
}

static void begin(struct cut *c, size_t i, struct journey *to, uint32_t number)
{
    *to = (struct journey){
        .first = i,
        .number = number,
        .after = c->converted_before,
        .left_truncated = left_truncated(c->w, &c->ev[i], number),
        .start = c->ev[i].time,
        .goal_time = TIME_NONE,
    };
    c->j = to;
    c->closed = false;
    c->last_session = 0;
}

static void add_own(struct cut *c, size_t i, const struct touchpoint *t)
{
    struct journey *j = c->j;
    const struct event *e = &c->ev[i];
    j->n = (uint32_t)(i - j->first + 1);
    j->end = e->time;
    if (c->session[i] != c->last_session) {
        c->last_session = c->session[i];
        j->sessions++;
    }
    if (t->goal) {
        if (j->goal_time == TIME_NONE)
            j->goal_time = e->time;
        j->value = add_clamped(j->value, event_value(c->w, e));
    }
    c->closed = t->close;
}

size_t journeys_cut(const struct world *w, const struct event *ev, size_t n,
                    const uint32_t *session, struct journey *out)
{
    struct cut c = { .w = w, .ev = ev, .session = session };
    struct journey counted;
    size_t count = 0;
    for (size_t i = 0; i < n; i++) {
        const struct touchpoint *t = &w->touchpoints[ev[i].touch];
        int64_t now = ev[i].time;
        bool pause = c.j && !c.closed && paused(&c, now);
        bool over = c.j && (c.closed || pause || goal_over(&c, now));
        if (t->company) {
            if (c.j && !over)
                c.j->n = (uint32_t)(i - c.j->first + 1);
            continue;
        }
        if (over)
            finish(&c, pause);
        if (!c.j) {
            begin(&c, i, out ? &out[count] : &counted, (uint32_t)count + 1);
            count++;
        }
        add_own(&c, i, t);
    }
    if (c.j)
        finish(&c, false);
    return count;
}
