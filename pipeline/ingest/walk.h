/* walk.h - the records of files one by one, each with all that a run finds out about it: for
 * `explain`, which shows them, and `suggest`, which collects those that no rule takes.
 *
 * It is the run itself that is looked at, on one thread: what a record is told to be is what it
 * becomes in reports, but for what is only known when all is read: that its file or the record
 * itself was read already, that it came too soon after its message was delivered, and that the
 * damage of a file takes it back.
 * Threads: one.
 */
#ifndef INGEST_WALK_H
#define INGEST_WALK_H

#include "ingest/batch.h"
#include "ingest/inputs.h"
#include "ingest/match.h"

/* One record. All of it is good until the function returns. */
struct walked {
    struct str name; /* of its file, as reports have it */
    uint32_t source;
    uint64_t number; /* in its file */
    struct str raw;
    const struct batch *batch; /* with its fields in row; NULL: it does not fit its format */
    size_t row;
    bool taken;        /* it became events, or metrics; else: */
    enum reject why;   /* or SAMPLE_UNMATCHED, no rule */
    struct str detail; /* of why; may be empty */
    int64_t time;      /* TIME_NONE: not known */
    bool coarse;
    struct verdict verdict;         /* of no rules for metrics */
    const struct event_set *events; /* where its events stand: nevents from first_event on */
    size_t first_event, nevents;
};

/* False when that is enough. */
typedef bool walk_fn(void *ctx, const struct walked *record);

/* A file that was not read to its end. */
typedef void walk_damage_fn(void *ctx, struct str name, struct str damage);

/* False with e set when it was stopped (stop.h). */
bool walk(const struct plan *plan, const struct inputs *in, walk_fn *record, walk_damage_fn *damage,
          void *ctx, struct err *e);

#endif
