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

/* One customer's events by (time, origin, rule), in place. */
void order_run(struct event *ev, size_t n);

#endif
