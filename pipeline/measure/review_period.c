/* review_period.c - see review.h: what is kept of the world of one period. */
#include <assert.h>
#include <stdlib.h>

#include "measure/review.h"
#include "measure/row.h"

double period_days(const struct period *p)
{
    return (double)(p->until - p->from) / (double)DAY;
}

static int64_t day_of(int64_t t, const struct zone *zone)
{
    int64_t local = t + zone_offset_at(zone, t) * SECOND;
    return local / DAY - (local % DAY < 0);
}

uint64_t period_calendar_days(const struct period *p, const struct zone *zone)
{
    return (uint64_t)(day_of(p->until - 1, zone) - day_of(p->from, zone) + 1);
}

struct choice review_choice(const struct choice *asked)
{
    struct choice c = *asked;
    for (size_t i = 0; measures[i]; i++)
        c.of[i] = c.of[i] && measures[i]->review.keys;
    /* The picture of the difference is made of them. */
    choice_add(&c, STR("transitions"));
    return c;
}

void period_see(struct period *p, const struct plan *plan, const struct event_set *set,
                const struct event *events, size_t n)
{
    size_t days = (size_t)period_calendar_days(p, plan->zone);
    int64_t first = day_of(p->from, plan->zone);
    bool *seen = mem_zero(days * plan->nsources + 1, sizeof *seen);
    p->sources = mem_zero(plan->nsources + 1, sizeof *p->sources);
    for (size_t i = 0; i < n; i++) {
        uint32_t source = event_set_file(set, event_file(&events[i]))->source;
        size_t day = (size_t)(day_of(events[i].time, plan->zone) - first);
        assert(day < days);
        bool *is = &seen[source * days + day];
        p->sources[source].events++;
        p->sources[source].days += !*is;
        *is = true;
    }
    free(seen);
}

void all_journeys_add(struct all_journeys *all, const struct journey *j)
{
    struct outcome o = { 0 };
    all->customers += all->last != j->customer + UINT64_C(1);
    all->last = j->customer + UINT64_C(1);
    all->journeys++;
    all->states[j->state]++;
    all->events += j->n;
    outcome_add(&o, j);
    all->outcome.ended += o.ended;
    all->outcome.converted += o.converted;
    if (j->state != JOURNEY_OPEN)
        sample_add(&all->duration, j->end - j->start);
    if (j->goal_time != TIME_NONE)
        sample_add(&all->to_goal, j->goal_time - j->start);
}

void all_journeys_merge(struct all_journeys *into, const struct all_journeys *from)
{
    into->customers += from->customers;
    into->journeys += from->journeys;
    into->events += from->events;
    for (int i = 0; i < JOURNEY_STATES; i++)
        into->states[i] += from->states[i];
    into->outcome.ended += from->outcome.ended;
    into->outcome.converted += from->outcome.converted;
    sample_merge(&into->duration, &from->duration);
    sample_merge(&into->to_goal, &from->to_goal);
}

void all_journeys_sort(struct all_journeys *all)
{
    sample_sort(&all->duration);
    sample_sort(&all->to_goal);
}

void all_journeys_free(struct all_journeys *all)
{
    sample_free(&all->duration);
    sample_free(&all->to_goal);
}

void period_add(struct period *p, const struct world *w)
{
    for (size_t i = 0; i < w->njourneys; i++)
        all_journeys_add(&p->all, &w->journeys[i]);
}

void period_take(struct period *p, const struct world *w, const struct tallies *tallies)
{
    all_journeys_sort(&p->all);
    p->limits = small_limits(w);
    for (size_t i = 0; measures[i]; i++) {
        if (!tallies->choice.of[i])
            continue;
        table_init(&p->tables[i], measures[i]->columns, measures[i]->ncolumns);
        table_spill(&p->tables[i], w->spill);
        struct sink to = table_sink(&p->tables[i]);
        bool ok = measure_table(measures[i], tallies->list[i], w, &to, NULL);
        assert(ok);
        (void)ok;
    }
}

void period_free(struct period *p)
{
    for (size_t i = 0; i < MEASURES_MAX; i++)
        table_free(&p->tables[i]);
    all_journeys_free(&p->all);
    free(p->sources);
    *p = (struct period){ 0 };
}
