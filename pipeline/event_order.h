/* event_order.h - events by customer, and each customer's by time: the order of definitions.md 2.1.
 *
 * In:      events of a sealed set in any order; the customer of each who.
 * Out:     the same array, sorted by (customer, time, origin, rule). One record may give several
 *          events, of several rules: hence the rule.
 * Owns:    nothing.
 * Threads: the work is shared by `workers`; the result is the same for any number of them.
 */
#ifndef EVENT_ORDER_H
#define EVENT_ORDER_H

#include "event.h"

/* Whose events are: of_who[event.who], and where that is BY_TIME or more, what by_time says of the
 * event. With by_time NULL there is no such number. */
#define OWNER_BY_TIME (UINT32_C(1) << 31)
struct owners {
    const uint32_t *of_who;
    uint32_t (*by_time)(const void *ctx, const struct event *e);
    const void *ctx;
};

/* customer_first is [ncustomers + 1]: where each customer's events begin; the last one is n. */
void order_events(struct event *events, size_t n, struct owners owners, uint32_t ncustomers,
                  int workers, size_t *customer_first);

/* ---- the same, some customers at a time ----
 *
 * order_begin() brings events into ranges of customers, order_next() sorts the ranges that come
 * next: those that together have `least` events or more, or all that are left. Where one ends
 * depends on the events alone. False when none is left. */
enum { ORDER_BITS = 8, ORDER_RANGES = 1 << ORDER_BITS };

struct event_order {
    struct event *events;
    size_t n;
    struct owners owners;
    uint32_t ncustomers;
    int workers;
    unsigned bits;                  /* of customer numbers */
    size_t first[ORDER_RANGES + 1]; /* where each range begins */
    size_t range;                   /* that is sorted next */
    size_t *customer_first;         /* up to the end of what was sorted */
};

struct order_part {
    uint32_t from, to; /* customers [from, to) */
    size_t first, n;   /* their events */
};

void order_begin(struct event_order *o, struct event *events, size_t n, struct owners owners,
                 uint32_t ncustomers, int workers, size_t *customer_first);
bool order_next(struct event_order *o, size_t least, struct order_part *part);

/* One customer's events by (time, origin, rule), in place. */
void order_run(struct event *ev, size_t n);

#endif
