/* size.h - amounts of memory as people write them.
 */
#ifndef BASE_SIZE_H
#define BASE_SIZE_H

#include "base/str.h"

/* "2G", "1.5GiB", "500MB" -> bytes: G is 2^30, with and without B or iB, in large or small letters;
 * K, M, G and T. False when it is none, below 64K, or above 1e15. */
bool size_parse(struct str text, size_t *bytes);

#endif
