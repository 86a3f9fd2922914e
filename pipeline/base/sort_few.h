/* sort_few.h - a handful of numbers in order, such as the identifiers of a record. */
#ifndef BASE_SORT_FEW_H
#define BASE_SORT_FEW_H

#include <stddef.h>
#include <stdint.h>

/* Ascending, in place; the time it takes grows with the square of n. */
static inline void sort_few(uint32_t *list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t x = list[i];
        size_t at = i;
        for (; at && list[at - 1] > x; at--)
            list[at] = list[at - 1];
        list[at] = x;
    }
}

#endif
