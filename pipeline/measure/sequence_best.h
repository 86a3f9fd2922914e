/* sequence_best.h - the sequences of touchpoints that most journeys have: as many as the table
 * sequences shows, in its order.
 *
 * Owns:    what it keeps; starts with n = 0.
 * Threads: one.
 */
#ifndef MEASURE_SEQUENCE_BEST_H
#define MEASURE_SEQUENCE_BEST_H

#include "measure/cut_paths.h"

enum { SEQUENCE_LENGTH = 4, SEQUENCES = 200 };

struct support { /* journeys */
    uint64_t fates[FATES];
};

static inline uint64_t support_all(const struct support *s)
{
    return s->fates[FATE_ASIDE] + s->fates[FATE_LOST] + s->fates[FATE_CONVERTED];
}

struct sequence {
    uint32_t touch[SEQUENCE_LENGTH];
    size_t n;
    struct support support;
};

struct sequence_best {
    const struct world *w;
    struct sequence list[SEQUENCES]; /* once full a heap: the last one of the order on top */
    size_t n;
};

/* Keeps it when it is one of the best so far. */
void sequence_best_keep(struct sequence_best *b, const struct sequence *found);
/* Puts them in the order of the table: most journeys first. Nothing is kept after that. */
void sequence_best_sort(struct sequence_best *b);

#endif
