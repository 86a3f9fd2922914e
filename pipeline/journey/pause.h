/* pause.h - spans of time between events. Times are hostile (any 64 bits), so spans are unsigned:
 * the difference of two of them does not always fit a signed number.
 * Threads: pure.
 */
#ifndef JOURNEY_PAUSE_H
#define JOURNEY_PAUSE_H

#include <stdbool.h>
#include <stdint.h>

/* From one instant to a later one; 0 when it is not later. */
static inline uint64_t elapsed(int64_t from, int64_t to)
{
    return to > from ? (uint64_t)to - (uint64_t)from : 0;
}

/* Are there `limit` or more between the two? INT64_MAX is "never". */
static inline bool pause_reaches(int64_t from, int64_t to, int64_t limit)
{
    return limit != INT64_MAX && elapsed(from, to) >= (uint64_t)limit;
}

#endif
