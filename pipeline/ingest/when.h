/* when.h - the time of each record of a batch.
 *
 * Times without a year take it, in this order, from: the source's `year:` (of the first record; a
 * step back of more than half a year in the order of the file is a new year), a record nearby that
 * has a year (in the same 64 KiB head of the file), the file's own time of last change (no record
 * is later than it, give or take a day). See struct year_guess.
 */
#ifndef INGEST_WHEN_H
#define INGEST_WHEN_H

#include "config/plan.h"
#include "ingest/batch.h"

/* Of one file, moved on from record to record; starts from year_guess_init(). */
struct year_guess {
    int year;          /* of the record before */
    int64_t last;      /* its local time, TIME_NONE before the first */
    int64_t file_time; /* the file's time of last change, microseconds UTC */
    bool fixed;        /* the source gave the year */
};
/* head: the first bytes of the file, of which lines are tried for a time with a year. */
void year_guess_init(struct year_guess *g, const struct source *source, int64_t mtime_seconds);

/* What one worker keeps for one source. */
struct when {
    const struct source *source;
    struct time_cache caches[8]; /* by format */
    size_t locked;               /* the format that fitted last: tried first */
};
void when_init(struct when *w, const struct source *source);

/* times[i] gets the instant of record i, or TIME_NONE when it cannot be read; coarse[i] whether it
 * is a date only. guess may be NULL when every format of the source has a year. */
void when_read(struct when *w, const struct batch *b, struct year_guess *guess, int64_t *times,
               bool *coarse);

#endif
