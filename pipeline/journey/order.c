/* order.c - see order.h.
 *
 * Two levels, both in place: all events are parted into at most BUCKETS ranges of customers, each
 * small enough for a cache (one pass, by one worker, since moving events in place has one cursor a
 * range); then every bucket is parted by customer and sorted, by all workers.
 */
#include "journey/order.h"

#include <assert.h>
#include <stdlib.h>

#include "base/par.h"

enum { BUCKETS = 1024, CHUNK_EVENTS = 1 << 16 };

struct order {
    struct event *events;
    size_t n;
    const uint32_t *of_who;
    uint32_t ncustomers;
    unsigned shift; /* a bucket holds 1 << shift customers */
    size_t nbuckets;
    size_t *counts;  /* [workers][BUCKETS] */
    size_t *first;   /* [nbuckets + 1] */
    size_t *customer_first;
};

static uint32_t customer_of(const struct order *o, const struct event *e)
{
    uint32_t c = o->of_who[e->who];
    assert(c < o->ncustomers);
    return c;
}

/* ---- parting: cycles of exchanges, each event moved once ---- */

/* Parts ev[0..n) by (customer - base) >> shift into parts ranges: ends[p] is where p ends; at[p]
 * where it begins, and is used up. */
static void part_events(const struct order *o, struct event *ev, uint32_t base, unsigned shift,
                        size_t parts, size_t *at, const size_t *ends)
{
    for (size_t p = 0; p < parts; p++) {
        while (at[p] < ends[p]) {
            struct event e = ev[at[p]];
            size_t to = (customer_of(o, &e) - base) >> shift;
            while (to != p) {
                struct event other = ev[at[to]];
                ev[at[to]++] = e;
                e = other;
                to = (customer_of(o, &e) - base) >> shift;
            }
            ev[at[p]++] = e;
        }
    }
}

static void count_chunk(void *ctx, size_t chunk, int worker)
{
    struct order *o = ctx;
    size_t *counts = o->counts + (size_t)worker * BUCKETS;
    size_t first = chunk * CHUNK_EVENTS;
    size_t end = o->n - first < CHUNK_EVENTS ? o->n : first + CHUNK_EVENTS;
    for (size_t i = first; i < end; i++)
        counts[customer_of(o, &o->events[i]) >> o->shift]++;
}

static void to_buckets(struct order *o, int workers)
{
    o->counts = mem_zero((size_t)workers * BUCKETS, sizeof *o->counts);
    o->first = mem_zero(o->nbuckets + 1, sizeof *o->first);
    par_each((o->n + CHUNK_EVENTS - 1) / CHUNK_EVENTS, workers, count_chunk, o);
    for (size_t b = 0; b < o->nbuckets; b++) {
        size_t sum = 0;
        for (int w = 0; w < workers; w++)
            sum += o->counts[(size_t)w * BUCKETS + b];
        o->first[b + 1] = o->first[b] + sum;
    }
    size_t *at = mem_take(o->nbuckets * sizeof *at);
    memcpy(at, o->first, o->nbuckets * sizeof *at);
    part_events(o, o->events, 0, o->shift, o->nbuckets, at, o->first + 1);
    free(at);
    free(o->counts);
}

/* One bucket: its customers' places, then each customer's events in order. */
static void sort_bucket(void *ctx, size_t b, int worker)
{
    struct order *o = ctx;
    (void)worker;
    uint32_t base = (uint32_t)(b << o->shift);
    size_t customers = o->ncustomers - base;
    if (customers > (size_t)1 << o->shift)
        customers = (size_t)1 << o->shift;
    struct event *ev = o->events + o->first[b];
    size_t n = o->first[b + 1] - o->first[b];

    size_t *ends = mem_zero(2 * customers, sizeof *ends), *at = ends + customers;
    for (size_t i = 0; i < n; i++)
        ends[customer_of(o, &ev[i]) - base]++;
    size_t sum = 0;
    for (size_t c = 0; c < customers; c++) {
        at[c] = sum;
        sum += ends[c];
        ends[c] = sum;
        o->customer_first[base + c] = o->first[b] + at[c];
    }
    part_events(o, ev, base, 0, customers, at, ends);
    for (size_t c = 0; c < customers; c++) {
        size_t from = c ? ends[c - 1] : 0;
        order_run(ev + from, ends[c] - from);
    }
    free(ends);
}

void order_events(struct event *events, size_t n, const uint32_t *of_who, uint32_t ncustomers,
                  int workers, size_t *customer_first)
{
    struct order o = { .events = events, .n = n, .of_who = of_who, .ncustomers = ncustomers };
    o.customer_first = customer_first;
    customer_first[ncustomers] = n;
    if (!ncustomers)
        return;
    while ((ncustomers - 1) >> o.shift >= BUCKETS)
        o.shift++;
    o.nbuckets = ((ncustomers - 1) >> o.shift) + 1;
    to_buckets(&o, workers);
    par_each(o.nbuckets, workers, sort_bucket, &o);
    free(o.first);
}
