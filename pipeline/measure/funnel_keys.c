/* funnel_keys.c - see funnel_keys.h. */
#include "measure/funnel_keys.h"

#include "journey/arrivals.h"

/* How its session came; blank for what the company sent. */
static struct str session_channel(const struct world *w, const struct event *e)
{
    uint32_t channel = arrival_of(w, e).session;
    return channel == ARRIVAL_NONE ? STR("") : intern_text(&w->arrivals->names, channel);
}

static struct str value_of(const struct world *w, const struct funnel *f, const struct event *e)
{
    const struct source *s = &w->plan->sources[event_source(w, e)];
    if (w->arrivals && f->breakdown == FUNNEL_BY_ATTRIBUTE &&
        f->breakdown_attr == ATTR_MARKETING_CHANNEL)
        return session_channel(w, e);
    return f->breakdown == FUNNEL_BY_CHANNEL  ? s->channel
           : f->breakdown == FUNNEL_BY_SOURCE ? s->name
                                              : attrs_text(w->set, e->attrs, f->breakdown_attr);
}

struct str funnel_breakdown(const struct world *w, const struct funnel *f, const struct attempt *a)
{
    struct str value = { 0 };
    if (f->breakdown_at == FUNNEL_AT_ENTRY)
        value = value_of(w, f, a->events[a->first]);
    for (size_t i = 0; f->breakdown_at != FUNNEL_AT_ENTRY && i < f->nsteps && !value.n; i++) {
        size_t s = f->breakdown_at == FUNNEL_AT_FIRST ? i : f->nsteps - 1 - i;
        if (a->events[s])
            value = value_of(w, f, a->events[s]);
    }
    return value.n ? value : STR("(none)");
}

int64_t funnel_period(const struct world *w, const struct funnel *f, int64_t time)
{
    int64_t seconds = time / SECOND - (time % SECOND < 0);
    int64_t local = seconds + (w->plan->zone ? zone_offset_at(w->plan->zone, time) : 0);
    int64_t day = local / 86400 - (local % 86400 < 0);
    if (f->trend == FUNNEL_WEEKS)
        day -= ((day + 3) % 7 + 7) % 7; /* 1970-01-01 was a Thursday; weeks begin on Monday */
    if (f->trend == FUNNEL_MONTHS) {
        int year, month, dom;
        date_from_days(day, &year, &month, &dom);
        day -= dom - 1;
    }
    return day;
}

const struct journey *funnel_journey(const struct world *w, const struct funnel_unit *unit)
{
    uint32_t customer = unit->customer;
    size_t at = (size_t)(unit->best.events[unit->best.first] - w->events);
    for (size_t i = journeys_begin(w, customer); i < journeys_end(w, customer); i++)
        if (at >= w->journeys[i].first && at < w->journeys[i].first + w->journeys[i].n)
            return &w->journeys[i];
    return NULL;
}
