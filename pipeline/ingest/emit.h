/* emit.h - a record that rules want becomes events: who, which touchpoint, with what attributes.
 *
 * Threads: an emitter belongs to one worker, like the event set that it fills.
 */
#ifndef INGEST_EMIT_H
#define INGEST_EMIT_H

#include "ingest/batch.h"
#include "ingest/match.h"

/* Remembers identifiers and touchpoints by the text of the record, so that most records need no
 * normalising. */
struct emitter;
struct emitter *emitter_new(const struct plan *plan, uint32_t source, struct event_set *out,
                            struct regex_scratch *scratch);
void emitter_free(struct emitter *em);

/* A record that rules want: v names one at least. */
struct wanted {
    size_t record; /* of the batch */
    const struct verdict *verdict;
    int64_t time;
    uint64_t origin;
    bool coarse;
    bool named; /* out: it names somebody, and its events were added */
};

/* Adds an event for each rule of each of n records, or none for a record that names nobody. */
void emit_records(struct emitter *em, const struct batch *b, struct wanted *list, size_t n);

#endif
