/* split.h - devices that several persons use: whose an anonymous event is depends on its time.
 *
 * A split is the list of sign-ins on one device: records that hold the device and name somebody.
 * An event goes to the last sign-in at or before it, else to the first one after it: so an event
 * between two goes to the earlier (A38). Where the device speaks for somebody within a window only
 * (visitors), a sign-in that is further away does not count, and what is left is the device's own.
 * Owns:    splits own their lists.
 * Threads: const once made.
 */
#ifndef IDENTITY_SPLIT_H
#define IDENTITY_SPLIT_H

#include "event.h"

/* One or more sign-ins of the same customer, one after another. */
struct sign_in {
    int64_t since;   /* time of the first ... */
    uint64_t origin; /* ... and its record: sign-ins at the same time are in the order of records */
    int64_t until;   /* time of the last */
    uint32_t customer;
};

struct split {
    uint32_t device; /* number in set.ids */
    uint32_t own; /* customer of what is nobody else's; CUSTOMER_NONE when there is no such event */
    size_t first; /* into sign_ins */
    uint32_t n;
    int64_t window; /* INT64_MAX: none */
};

struct splits {
    struct split *list;
    size_t n;
    struct sign_in *sign_ins; /* of each split in the order of time */
};

/* The customer of an event of a split device that names nobody else. */
uint32_t split_customer(const struct splits *splits, uint32_t number, int64_t time,
                        uint64_t origin);

void splits_free(struct splits *splits);

#endif
