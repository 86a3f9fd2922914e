/* event_order.c - see event_order.h.
 *
 * Events are parted in place by 8 bits of their customer's number at a time, the highest first. Of
 * the first pass only the counting is shared, since moving events in place has one cursor a range;
 * the ranges that it leaves are then done by all workers. What an event's range is stands in the
 * event itself (spare) while it is moved: looking its customer up again at each step of a chain of
 * moves that wait for one another took ten times as long.
 */
#include "event_order.h"

#include <assert.h>
#include <stdlib.h>

#include "base/par.h"

enum { AHEAD = 8, CHUNK_EVENTS = 1 << 16 };

/* Of a number of `bits` bits, all but the highest ORDER_BITS. */
static unsigned shift_of(unsigned bits)
{
    return bits > ORDER_BITS ? bits - ORDER_BITS : 0;
}

/* Writes each event's range into it and counts. */
static void mark_ranges(const struct event_order *o, struct event *ev, size_t n, unsigned bits,
                        size_t *counts)
{
    unsigned shift = shift_of(bits);
    uint32_t mask = (UINT32_C(1) << (bits - shift)) - 1;
    for (size_t i = 0; i < n; i++) {
        uint32_t customer = o->owners.of_who[ev[i].who];
        if (customer >= OWNER_BY_TIME && o->owners.by_time)
            customer = o->owners.by_time(o->owners.ctx, &ev[i]);
        assert(customer < o->ncustomers);
        ev[i].spare = (uint8_t)(customer >> shift & mask);
        counts[ev[i].spare]++;
    }
}

/* Moves marked events to their ranges, in cycles of exchanges: each is moved once. at[] says where
 * each range begins, and is used up; ends[] where it ends. */
static void move_events(struct event *ev, size_t *at, const size_t *ends, size_t ranges)
{
    for (size_t r = 0; r < ranges; r++) {
        while (at[r] < ends[r]) {
            struct event e = ev[at[r]];
            while (e.spare != r) {
                size_t to = at[e.spare]++;
                e.spare = 0;
                __builtin_prefetch((void *)((uintptr_t)&ev[to] + AHEAD * sizeof *ev), 1);
                struct event other = ev[to];
                ev[to] = e;
                e = other;
            }
            e.spare = 0;
            ev[at[r]++] = e;
        }
    }
}

static void sort_range(const struct event_order *o, size_t first, size_t n, uint32_t base,
                       unsigned bits);

/* A range of which `bits` bits of the customer's number are still to be looked at. */
static void finish_range(const struct event_order *o, size_t first, size_t n, uint32_t customer,
                         unsigned bits)
{
    if (bits) {
        sort_range(o, first, n, customer, bits);
        return;
    }
    o->customer_first[customer] = first;
    order_run(o->events + first, n);
}

/* Sorts the events of the customers from base on whose numbers differ in the lowest `bits` bits
 * only. */
static void sort_range(const struct event_order *o, size_t first, size_t n, uint32_t base,
                       unsigned bits)
{
    struct event *ev = o->events + first;
    unsigned shift = shift_of(bits);
    size_t ranges = (size_t)1 << (bits - shift);
    size_t ends[ORDER_RANGES] = { 0 }, at[ORDER_RANGES], sum = 0;
    mark_ranges(o, ev, n, bits, ends);
    for (size_t r = 0; r < ranges; r++) {
        at[r] = sum;
        sum += ends[r];
        ends[r] = sum;
    }
    assert(sum == n);
    move_events(ev, at, ends, ranges);
    for (size_t r = 0; r < ranges && base + (r << shift) < o->ncustomers; r++) {
        size_t from = r ? ends[r - 1] : 0;
        finish_range(o, first + from, ends[r] - from, base + (uint32_t)(r << shift), shift);
    }
}

/* The first pass. */
struct counting {
    const struct event_order *o;
    size_t (*counts)[ORDER_RANGES]; /* [workers] */
};

static void count_chunk(void *ctx, size_t chunk, int worker)
{
    const struct counting *c = ctx;
    const struct event_order *o = c->o;
    size_t first = chunk * CHUNK_EVENTS;
    size_t n = o->n - first < CHUNK_EVENTS ? o->n - first : CHUNK_EVENTS;
    mark_ranges(o, o->events + first, n, o->bits, c->counts[worker]);
}

static void first_pass(struct event_order *o)
{
    size_t at[ORDER_RANGES];
    struct counting c = { o, mem_zero((size_t)o->workers, sizeof *c.counts) };
    par_each((o->n + CHUNK_EVENTS - 1) / CHUNK_EVENTS, o->workers, count_chunk, &c);
    for (size_t r = 0; r < ORDER_RANGES; r++) {
        at[r] = o->first[r];
        o->first[r + 1] = o->first[r];
        for (int w = 0; w < o->workers; w++)
            o->first[r + 1] += c.counts[w][r];
    }
    free(c.counts);
    move_events(o->events, at, o->first + 1, ORDER_RANGES);
}

void order_begin(struct event_order *o, struct event *events, size_t n, struct owners owners,
                 uint32_t ncustomers, int workers, size_t *customer_first)
{
    *o = (struct event_order){
        .events = events, .n = n, .owners = owners, .ncustomers = ncustomers
    };
    o->workers = workers;
    o->customer_first = customer_first;
    customer_first[0] = 0;
    while (ncustomers && o->bits < 32 && (ncustomers - 1) >> o->bits)
        o->bits++;
    if (ncustomers)
        first_pass(o);
}

static void sort_one(void *ctx, size_t i, int worker)
{
    const struct event_order *o = ctx;
    size_t r = o->range + i;
    (void)worker;
    unsigned shift = shift_of(o->bits);
    finish_range(o, o->first[r], o->first[r + 1] - o->first[r], (uint32_t)(r << shift), shift);
}

bool order_next(struct event_order *o, size_t least, struct order_part *part)
{
    unsigned shift = shift_of(o->bits);
    size_t ranges = o->ncustomers ? ((o->ncustomers - 1) >> shift) + (size_t)1 : 0;
    size_t end = o->range;
    if (o->range == ranges)
        return false;
    do
        end++;
    while (end < ranges && o->first[end] - o->first[o->range] < least);
    part->from = (uint32_t)(o->range << shift);
    part->to = end == ranges ? o->ncustomers : (uint32_t)(end << shift);
    part->first = o->first[o->range];
    part->n = o->first[end] - part->first;
    par_each(end - o->range, o->workers, sort_one, o);
    o->customer_first[part->to] = o->first[end];
    o->range = end;
    return true;
}

void order_events(struct event *events, size_t n, struct owners owners, uint32_t ncustomers,
                  int workers, size_t *customer_first)
{
    struct event_order o;
    struct order_part all;
    order_begin(&o, events, n, owners, ncustomers, workers, customer_first);
    customer_first[ncustomers] = n;
    order_next(&o, SIZE_MAX, &all);
}
