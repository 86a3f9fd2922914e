/* event_repeats.h - records that were read twice: by which key each record is known again, and
 * which of those with one key counts.
 *
 * A part of the event set. Only records of sources that ask for it (`duplicates:`) are remembered,
 * and only those that gave an event: 32 bytes each in memory, about 17 in an event file. Which one
 * counts is decided when the set is sealed, by what the records say alone: so files in any order,
 * threads, map and reduce, and nights give the same.
 * Owns:    its list.
 * Threads: one writer; const once the set is sealed.
 */
#ifndef EVENT_REPEATS_H
#define EVENT_REPEATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum repeats_policy {
    REPEATS_KEEP,   /* every record counts */
    REPEATS_ONCE,   /* of equal records the first counts */
    REPEATS_ACROSS, /* a record that stands n times in one file counts as often as in the file that
                       has it most often: overlapping files */
    REPEATS_BY,     /* of records with the same id the one with the latest time, then the first */
};

struct repeat {
    uint64_t key[2]; /* 128 bits of hash; two records with one key are the same */
    uint64_t origin; /* as of an event */
    int64_t time;    /* of its events; set by repeats_settle() */
};

struct spill;
struct repeats { /* starts as all zeros */
    struct repeat *list;
    size_t n, room;
    struct spill *spill; /* where the list is (base/spill.h); NULL: the heap */
};

struct event_set;

void repeats_add(struct repeats *r, uint64_t origin, const uint64_t key[2]);
/* Takes all of part over; part is empty then. */
void repeats_merge(struct repeats *r, struct repeats *part);
/* files[old] is the new number of each file; UINT32_MAX: its records go. */
void repeats_renumber(struct repeats *r, const uint32_t *files);
void repeats_free(struct repeats *r);

/* Sorts by origin, fills in times, and lets go of records that have no event in the set. */
void repeats_settle(struct repeats *r, const struct event_set *set);

/* Takes the events of repeated records out of a set whose files are in their final order; their
 * books say REJECT_REPEATED instead of matched. policies[nsources], by number of the source; a
 * source past them keeps all. */
void event_set_drop_repeated(struct event_set *set, const uint8_t *policies, size_t nsources);

#endif
