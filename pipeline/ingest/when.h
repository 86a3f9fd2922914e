/* when.h - the time of each record of a batch.
 *
 * A source's formats are tried in order for each record anew: which one fitted the record before
 * must not matter, or the result would depend on where a block begins. A time without a zone is
 * one of the source's zone.
 *
 * A time without a year gets one from the records before it in its file, so that such sources are
 * read in order (source.ordered). In this order:
 *
 * 1. The first of a file:
 *    a. the source's `year:`, when given;
 *    b. else, when one of the file's first YEAR_RECORDS records has a full year
 *       (year_guess_look()): the year that brings it nearest to that one;
 *    c. else the latest year that puts it no later than a day after the file's time of last change;
 *       of 29 February, the latest such year that has one.
 * 2. Each further one: the year of the record before (whether it had one written or not), but
 *    a. the next year, when that would be a step back of more than half a year: New Year;
 *    b. the year before, when that would be a step ahead of more than 335 days: a late record,
 *       written just after New Year.
 *    Hence gaps of less than half a year carry a file over any number of years.
 * 3. Unless `year:` is given, a year that would put the record later than a day after the file's
 *    last change is lowered by as many years as it takes. A file of more than a year, of which (1c)
 *    took the first record for too late, is right again from there on. Once a record with a full
 *    year is itself later than that, the file's time means nothing and no longer counts.
 * 4. 29 February in a year that has none is no time at all (TIME_NONE), and no evidence.
 */
#ifndef INGEST_WHEN_H
#define INGEST_WHEN_H

#include "config/plan.h"
#include "ingest/batch.h"

enum { YEAR_RECORDS = 100, ZONES_MAX = 600 };

/* Of one file, moved on from record to record; starts from year_guess_init(). */
struct year_guess {
    int year;       /* of the record before; before the first the source's, or 0 */
    int64_t last;   /* the instant of the record before; TIME_NONE before the first */
    int64_t near;   /* the first full time at the head of the file; TIME_NONE when there is none */
    int64_t latest; /* no record is later than this; INT64_MAX when nothing is known */
    bool fixed;     /* the source gave the year */
};
/* mtime: the file's time of last change, in seconds since 1970. */
void year_guess_init(struct year_guess *g, const struct source *source, int64_t mtime_seconds);

/* What one worker keeps for one source. */
struct when {
    const struct source *source;
    struct time_cache caches[8]; /* by format; those past the eighth share */
    struct zone_seen *zones;     /* of source.zone_field, by the name that stands there */
    size_t nzones, zones_room;
};
void when_init(struct when *w, const struct source *source);
void when_free(struct when *w);

/* Looks for rule 1b at the first records of a file, which are in head, before any is read. */
void year_guess_look(struct year_guess *g, struct when *w, const struct batch *head);

/* A zone that a record names (source.zone_field) counts when its time has none; a name that is no
 * zone makes the time unreadable, a blank leaves the source's zone. At most ZONES_MAX names are
 * known to a worker at a time.
 *
 * times[i] gets the instant of record i, or TIME_NONE when it cannot be read; coarse[i] whether it
 * is a date only. guess may be NULL when every format of the source has a year. */
void when_read(struct when *w, const struct batch *b, struct year_guess *guess, int64_t *times,
               bool *coarse);

#endif
