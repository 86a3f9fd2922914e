/* gaps.c - see gaps.h. */
#include "measure/gaps.h"

#include <stdlib.h>

#include "measure/key_map.h"

enum { WEEK = 7, SATURDAY = 5 };

/* A day that an event of a source lay on. Of a day's two halves in UTC, each mostly lies in one day
 * of the project's zone; those of years have a place of their own. */
enum { HALVES = 1 << 10 };

struct today {
    int64_t from, until; /* starts as 0, 0: no instant is in it */
    uint32_t number;
};

struct gaps {
    size_t nsources;
    struct today *today; /* [nsources][HALVES] */
    struct key_map days; /* source and day */
    uint64_t *events;    /* [days.n] */
    size_t room;
};

struct day {
    uint32_t source;
    int32_t day; /* a 64-bit time in microseconds is less than 2^27 days from 1970 */
    uint64_t events;
};

struct gaps *gaps_new(const struct world *w)
{
    struct gaps *g = mem_zero(1, sizeof *g);
    g->nsources = w->plan->nsources;
    g->today = mem_zero(g->nsources * HALVES, sizeof *g->today);
    return g;
}

void gaps_free(struct gaps *g)
{
    key_map_free(&g->days);
    free(g->events);
    free(g->today);
    free(g);
}

/* ---- counting ---- */

/* The instant at which a day begins. Days are what lies between two of these, so that each instant
 * is on one day, whatever the clocks do at midnight. */
static int64_t day_begins(const struct world *w, int64_t day)
{
    return w->plan->zone ? zone_to_utc(w->plan->zone, day * DAY) : day * DAY;
}

static int64_t day_of(const struct world *w, int64_t time)
{
    int64_t local = time;
    if (w->plan->zone)
        local += zone_offset_at(w->plan->zone, time) * SECOND;
    int64_t day = local / DAY - (local % DAY < 0);
    if (time < day_begins(w, day))
        return day - 1;
    return time >= day_begins(w, day + 1) ? day + 1 : day;
}

static uint64_t key_of_day(uint32_t source, int64_t day)
{
    return key_of(source, (uint32_t)(int32_t)day);
}

static uint32_t number_of(struct gaps *g, uint64_t key)
{
    uint32_t known = g->days.n, i = key_map_add(&g->days, key);
    if (i == known) {
        g->events = mem_grow(g->events, &g->room, (size_t)i + 1, sizeof *g->events);
        g->events[i] = 0;
    }
    return i;
}

void gaps_add(struct gaps *g, const struct world *w, uint32_t customer)
{
    for (size_t i = events_begin(w, customer); i < events_end(w, customer); i++) {
        const struct event *e = &w->events[i];
        uint32_t source = event_source(w, e);
        uint64_t half = (uint64_t)(e->time / (DAY / 2)) % HALVES;
        struct today *t = &g->today[source * (size_t)HALVES + half];
        if (e->time < t->from || e->time >= t->until) {
            int64_t day = day_of(w, e->time);
            *t = (struct today){ day_begins(w, day), day_begins(w, day + 1),
                                 number_of(g, key_of_day(source, day)) };
        }
        g->events[t->number]++;
    }
}

void gaps_merge(struct gaps *into, const struct gaps *from)
{
    for (uint32_t i = 0; i < from->days.n; i++) {
        uint32_t number = number_of(into, from->days.keys[i]);
        into->events[number] += from->events[i];
    }
}

/* ---- what is missing ---- */

static int day_cmp(const void *x, const void *y)
{
    const struct day *a = x, *b = y;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    return a->day < b->day ? -1 : a->day > b->day;
}

/* All days with events, by source, then time; the caller frees. */
static struct day *days_sorted(const struct gaps *g)
{
    struct day *days = mem_take((g->days.n + (size_t)1) * sizeof *days);
    for (uint32_t i = 0; i < g->days.n; i++)
        days[i] = (struct day){ (uint32_t)(g->days.keys[i] >> 32),
                                (int32_t)(uint32_t)g->days.keys[i], g->events[i] };
    qsort(days, g->days.n, sizeof *days, day_cmp);
    return days;
}

/* 0 is Monday; 1970-01-01 was a Thursday. */
static int weekday(int64_t day)
{
    return (int)(((day + 3) % WEEK + WEEK) % WEEK);
}

/* Which weekdays are quiet ones of a source with the active days d[n]; is it steady? */
static bool steady(const struct day *d, size_t n, bool *quiet)
{
    int64_t all[WEEK], active[WEEK] = { 0 }, expected = 0, came = 0;
    int64_t length = (int64_t)d[n - 1].day - d[0].day + 1;
    size_t dense = 0;
    for (size_t i = 0; i < n; i++) {
        dense += d[i].events >= GAP_EVENTS;
        active[weekday(d[i].day)]++;
    }
    for (int i = 0; i < WEEK; i++) /* of the i-th day and each seventh after it */
        all[weekday(d[0].day + (int64_t)i)] = (length - i + WEEK - 1) / WEEK;
    for (int i = 0; i < WEEK; i++) {
        bool known = all[i] >= GAP_WEEKS;
        quiet[i] = known ? active[i] * 2 <= all[i] : i >= SATURDAY && !active[i];
        expected += quiet[i] ? 0 : all[i];
        came += quiet[i] ? 0 : active[i];
    }
    return dense * 2 > n && came * 2 > expected;
}

/* The days from first to last have no events: those of them that should have. */
static void tell_run(const struct world *w, uint32_t source, int64_t first, int64_t last,
                     const bool *quiet, gap_told *tell, void *ctx)
{
    while (first <= last && quiet[weekday(first)])
        first++;
    while (first <= last && quiet[weekday(last)])
        last--;
    if (first > last)
        return;
    struct gap gap = { source, first, last, day_begins(w, first), day_begins(w, last + 1) };
    tell(ctx, &gap);
}

void gaps_tell(const struct gaps *g, const struct world *w, gap_told *tell, void *ctx)
{
    struct day *days = days_sorted(g);
    for (size_t i = 0, n; i < g->days.n; i += n) {
        const struct day *d = &days[i];
        bool quiet[WEEK];
        for (n = 1; i + n < g->days.n && d[n].source == d->source; n++)
            ;
        if (w->plan->sources[d->source].sparse || !steady(d, n, quiet))
            continue;
        for (size_t k = 1; k < n; k++)
            tell_run(w, d->source, (int64_t)d[k - 1].day + 1, (int64_t)d[k].day - 1, quiet, tell,
                     ctx);
    }
    free(days);
}
