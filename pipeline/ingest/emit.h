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

/* What all events of one record share. */
struct moment {
    int64_t time;
    uint64_t origin;
    bool coarse;
};

/* Adds an event for each rule of v, which has one at least. False, and no event, when the record
 * names nobody. */
bool emit_record(struct emitter *em, const struct batch *b, size_t i, const struct verdict *v,
                 struct moment m);

#endif
