/* event_metrics.h - what rows without a person say: sums of values by file, day and dimensions.
 *
 * A part of the event set. Sums are exact and depend on no order. A key names its metric and its
 * dimensions by text, not by number in a plan: so event files can hold it as it is, and a sum keeps
 * its meaning when the project changes.
 * Owns:    its keys and sums.
 * Threads: one writer; const once the set is sealed.
 */
#ifndef EVENT_METRICS_H
#define EVENT_METRICS_H

#include "base/intern.h"

#define METRIC_NO_DAY INT32_MIN

struct metric_key {
    uint32_t file; /* as of an event's origin */
    int32_t day;   /* since 1970-01-01; METRIC_NO_DAY: its rows have no time */
};

struct metric_sum {
    __extension__ __int128 micros;
    uint64_t rows;
};

struct metrics {        /* starts as all zeros */
    struct intern keys; /* a struct metric_key, then what it is a sum of */
    struct metric_sum *sums;
    size_t room;
};

/* what: for each dimension that has a value its name and the value, then the name of the metric;
 * all as put_text() of event_columns.h writes them. */
void metrics_add(struct metrics *m, const struct metric_key *key, struct str what,
                 const struct metric_sum *sum);
/* Takes all of part over; part is empty then. */
void metrics_merge(struct metrics *m, struct metrics *part);
/* files[old] is the new number of each file; INTERN_NONE: its sums go. */
void metrics_renumber(struct metrics *m, const uint32_t *files);
void metrics_free(struct metrics *m);

/* The i-th of m->keys.n keys. */
void metrics_key(const struct metrics *m, uint32_t i, struct metric_key *key, struct str *what);

#endif
