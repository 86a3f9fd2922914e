/* memory.h - what one worker knows of the values of one judged field: the class of each.
 *
 * A class is the set of the field's conditions that a value fulfils, and those on which it gave up;
 * few exist, and they are numbered. Forgetting values is always allowed: they are judged again.
 * judge.c makes verdicts of classes.
 */
#ifndef INGEST_MEMORY_H
#define INGEST_MEMORY_H

#include "base/regex.h"
#include "ingest/batch.h"
#include "ingest/filter.h"
#include "ingest/matcher.h"

enum {
    SHORTS_BITS = 6,
    SHORTS = 1 << SHORTS_BITS,
};

/* A value of up to eight bytes, such as a status or a method, and its class: found without hashing.
 */
struct short_value {
    uint64_t bytes; /* short_bytes() */
    uint32_t n1;    /* length + 1; 0 is free */
    uint32_t class;
};

struct once;

/* What a worker knows of one judged field. Many values never come again (ids, search terms): they
 * wait among those seen once until another takes their place, so that the table of those that
 * repeat stays small and near. */
struct memory {
    const struct judged *judged;
    struct intern values; /* seen again; noted: the class of each */
    struct once *once;    /* [1 << ONCE_BITS] by hash; NULL when nothing is remembered */
    struct short_value shorts[SHORTS]; /* by hash: the one seen there last */
    /* Of a column whose values have numbers (value_numbers.h) the class + 1 by number; 0: not asked
     * yet.
     */
    uint32_t *numbered;
    size_t nnumbered, numbered_room;
    uint32_t epoch;             /* of the numbers */
    struct intern classes;      /* each coded as judge_value() says */
    uint32_t *class;            /* scratch: such a code */
    uint64_t *candidates;       /* scratch: conditions worth trying */
    struct gram_counts *counts; /* NULL once they are complete, or when no filter is wanted */
    struct filter *filter;
    uint32_t counted, filtered; /* values: in counts, and when the filter was made */
    bool direct;                /* values seldom repeat: judge each one */
    uint32_t lookups, misses;
};

/* plain: nothing is remembered, and every condition tried. */
void memory_init(struct memory *m, const struct judged *judged, bool plain);
void memory_free(struct memory *m);

/* The classes of a batch's values: of record i at key[i * width]. */
void memory_classes(struct memory *m, const struct batch *b, uint32_t *key, size_t width,
                    struct regex_scratch *scratch);

/* Forgets all values and classes; classes are numbered anew. */
void memory_forget(struct memory *m);

/* The conditions of a class, by number, ascending. Good until memory_forget() and memory_classes().
 */
struct held {
    const uint32_t *yes, *limited; /* those that hold, and those that gave up */
    uint32_t nyes, nlimited;
};
struct held memory_class(const struct memory *m, uint32_t number);

/* Does a condition hold for a text? One on its own, with nothing remembered. */
bool cond_holds(const struct cond *c, struct str text, struct regex_scratch *scratch);

#endif
