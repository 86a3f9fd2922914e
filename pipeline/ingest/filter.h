/* filter.h - which conditions of a field are worth trying on a value: a scan for one rarest 4-gram
 * of each.
 *
 * Every condition that has needs (literals.h) gives one need, the one whose 4-grams are rarest in
 * the values seen so far; a value that holds none of these grams cannot match. Conditions without
 * needs are always candidates. A superset by construction: what is a candidate is confirmed by
 * PCRE2. (engines.md 2.3 has the measurements: with hundreds of patterns it is an order of
 * magnitude.) Threads: const once made.
 */
#ifndef INGEST_FILTER_H
#define INGEST_FILTER_H

#include "ingest/literals.h"

enum { GRAM_BITS = 16, GRAM_COUNTS = 1 << GRAM_BITS };

/* How often 4-grams occur in the values seen: counted by hash. Starts as zeros. */
struct gram_counts {
    uint32_t count[GRAM_COUNTS];
};
void grams_count(struct gram_counts *c, struct str text);

struct filter;
/* For n conditions; needs[i] of those that have none is NULL or empty. They must outlive it. */
struct filter *filter_new(const struct needs *const *needs, size_t n,
                          const struct gram_counts *counts);
void filter_free(struct filter *f);

/* Sets bit i of bits (words of 64) for every condition that is a candidate for text. */
void filter_candidates(const struct filter *f, struct str text, uint64_t *bits);

#endif
