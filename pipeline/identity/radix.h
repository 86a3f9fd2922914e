/* radix.h - sorting items in place by a number in their first 8 bytes, a byte of it at a time from
 * the highest in which any two differ (an American flag sort): for millions of items, of which
 * nearly all have a number of their own, without a second copy of them.
 *
 * Threads: radix_sort() works with several; what is left of equal numbers is ordered by them, too.
 */
#ifndef IDENTITY_RADIX_H
#define IDENTITY_RADIX_H

#include <stddef.h>
#include <stdint.h>

enum { RADIX_ITEM = 24 }; /* bytes of an item; a constant, so that moving one is three registers */

/* Negative numbers come first when their sign is flipped. */
#define RADIX_SIGNED (UINT64_C(1) << 63)

/* Orders the n > 1 items of the list, which have the same number. */
typedef void radix_ties(void *ctx, void *list, size_t n);

/* Sorts n items of RADIX_ITEM bytes by the unsigned number with which each begins, exclusive-or
 * flip: 0 or RADIX_SIGNED. ties is called for each run of equal numbers, with ctx, from any
 * thread. */
void radix_sort(void *list, size_t n, uint64_t flip, radix_ties *ties, void *ctx, int workers);

#endif
