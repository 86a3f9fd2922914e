/* tell.h - rows of a source without a person: their values are added to the set's metrics.
 *
 * Threads: one worker's.
 */
#ifndef INGEST_TELL_H
#define INGEST_TELL_H

#include "config/plan.h"
#include "ingest/batch.h"

/* Adds the values of one record. time: when, or TIME_NONE when the source has no time; its day is
 * that of the project's zone. False when no value of it is a number. */
bool tell_record(const struct plan *plan, const struct source *source, const struct batch *b,
                 size_t record, uint32_t text, int64_t time, struct event_set *out);

/* A number as reports write it, as millionths: "5,354", "1.234,56" (comma), "3.33%", "$8.00". */
bool tell_number(struct str s, bool comma, int64_t *micros);

#endif
