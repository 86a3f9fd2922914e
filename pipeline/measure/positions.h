/* positions.h - at which places of their journeys events stand, for the exact median.
 *
 * Most journeys are short: places near the start are counted, and only further ones kept one by
 * one. As samples (sample.h), all of them took as much memory as a quarter of the events.
 */
#ifndef MEASURE_POSITIONS_H
#define MEASURE_POSITIONS_H

#include "measure/measure.h"

/* Starts as zeros. */
struct positions {
    uint64_t *counts; /* of place i + 1 */
    size_t room;
    uint64_t counted;
    struct sample further; /* from POSITIONS_COUNTED + 1 on */
};

enum { POSITIONS_COUNTED = 256 };

void positions_add(struct positions *p, uint32_t place); /* from 1 */
void positions_merge(struct positions *into, const struct positions *from);
/* In millionths, for it may lie between two places; blank when there are none. Sorts. */
struct cell positions_median(struct positions *p);
void positions_free(struct positions *p);

#endif
