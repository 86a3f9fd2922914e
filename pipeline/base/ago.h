/* ago.h - lengths of time by the calendar: "7d", "2w", "6mo", "1y".
 *
 * Threads: pure.
 */
#ifndef BASE_AGO_H
#define BASE_AGO_H

#include "base/clock.h"

enum ago_unit { AGO_DAYS, AGO_WEEKS, AGO_MONTHS, AGO_YEARS };

struct ago {
    int n; /* 1 to 9999 */
    enum ago_unit unit;
};

/* False when text is none. */
bool ago_parse(struct str text, struct ago *ago);

/* Midnight in z of the day that lies that long before the day of t: 6 months before any time of 31
 * August is the beginning of 28 (or 29) February. */
int64_t ago_before(struct ago ago, int64_t t, const struct zone *z);

#endif
