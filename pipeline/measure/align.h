/* align.h - what a path does otherwise than a model path: the fewest deviations that explain it.
 *
 * Extra and skipped touchpoints and swapped neighbours cost one each (the restricted
 * Damerau-Levenshtein distance without substitutions). A path that is still on its way is compared
 * with that beginning of the model which fits best, the longest of those.
 * Owns:    align_room keeps working space between calls; starts as zeros.
 * Threads: one a room.
 */
#ifndef MEASURE_ALIGN_H
#define MEASURE_ALIGN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { ALIGN_MAX = 1000 }; /* touchpoints of a path and of a model */

enum align_kind { ALIGN_STEP, ALIGN_EXTRA, ALIGN_SKIP, ALIGN_SWAP };

struct align_op {
    enum align_kind kind;
    uint32_t path, model; /* places, from 0; of ALIGN_SWAP those of the first of the two */
};

struct align_room {
    uint16_t *costs;
    size_t room;
};

/* Both at most ALIGN_MAX long. Writes at most n + m operations, in order; returns how many. */
size_t align(struct align_room *room, const uint32_t *path, size_t n, const uint32_t *model,
             size_t m, bool on_its_way, struct align_op *ops);
void align_free(struct align_room *room);

#endif
