/* pairs.h - small lists of numbers made distinct, for the parts of joining.
 *
 * Threads: pure.
 */
#ifndef IDENTITY_PAIRS_H
#define IDENTITY_PAIRS_H

#include <stddef.h>
#include <stdint.h>

struct pair {
    uint32_t id, with;
};

/* Sorts, drops what is there twice, and returns how many are left. */
size_t pairs_distinct(struct pair *list, size_t n);
size_t numbers_distinct(uint32_t *list, size_t n);

#endif
