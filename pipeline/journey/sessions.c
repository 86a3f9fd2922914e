/* sessions.c - see journeys.h: sessions_cut (definitions.md 2.2; A09, A10, A56; midnight: C2). */
#include "journey/journeys.h"
#include "journey/pause.h"

static uint32_t campaign_of(const struct world *w, const struct event *e)
{
    return w->campaigns ? w->campaigns[e->attrs] : 0;
}

/* The day of the project that an instant lies in, as a number; all are one when days do not matter.
 */
static int64_t day_of(const struct world *w, int64_t time)
{
    if (!w->plan->session.midnight)
        return 0;
    int64_t seconds = time / SECOND - (time % SECOND < 0);
    seconds += w->plan->zone ? zone_offset_at(w->plan->zone, time) : 0;
    return seconds / 86400 - (seconds % 86400 < 0);
}

void sessions_cut(const struct world *w, const struct event *ev, size_t n, uint32_t *session)
{
    const struct session_rules *rules = &w->plan->session;
    uint32_t number = 0, campaign = 0;
    int64_t first = 0, last = 0;
    for (size_t i = 0; i < n; i++) {
        const struct touchpoint *t = &w->touchpoints[ev[i].touch];
        if (t->company) {
            session[i] = 0;
            continue;
        }
        uint32_t seen = campaign_of(w, &ev[i]);
        int64_t now = ev[i].time;
        if (!number || t->boundary || pause_reaches(last, now, rules->timeout) ||
            pause_reaches(first, now, rules->max) || day_of(w, first) != day_of(w, now) ||
            (seen && campaign && seen != campaign)) {
            number++;
            first = now;
            campaign = 0;
        }
        if (seen)
            campaign = seen;
        last = now;
        session[i] = number;
    }
}
