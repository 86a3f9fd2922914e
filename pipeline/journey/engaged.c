/* engaged.c - see engaged.h. */
#include "journey/engaged.h"

#include "journey/pause.h"

static int64_t add(int64_t sum, uint64_t more)
{
    return more > (uint64_t)(INT64_MAX - sum) ? INT64_MAX : sum + (int64_t)more;
}

static int64_t beat_of(int64_t time, int64_t heartbeat)
{
    return time / heartbeat - (time % heartbeat < 0);
}

static int64_t from_pings(const struct world *w, size_t from, size_t to)
{
    const struct session_rules *rules = &w->plan->session;
    uint32_t session = 0;
    int64_t beat = 0, sum = 0;
    for (size_t i = from; i < to; i++) {
        if (!w->session[i] || !w->touchpoints[w->events[i].touch].ping)
            continue;
        int64_t now = beat_of(w->events[i].time, rules->heartbeat);
        if (w->session[i] != session)
            sum = add(sum, (uint64_t)rules->min_visit);
        else if (now != beat)
            sum = add(sum, (uint64_t)rules->heartbeat);
        session = w->session[i];
        beat = now;
    }
    return sum;
}

int64_t engaged_time(const struct world *w, size_t from, size_t to)
{
    if (w->plan->session.pings.n)
        return from_pings(w, from, to);
    uint32_t session = 0;
    int64_t last = 0, sum = 0;
    for (size_t i = from; i < to; i++) {
        if (!w->session[i])
            continue;
        if (w->session[i] == session)
            sum = add(sum, elapsed(last, w->events[i].time));
        session = w->session[i];
        last = w->events[i].time;
    }
    return sum;
}
