/* emit.h - a record that rules want becomes events: identifiers normalised, attributes and
 * touchpoint taken from fields and groups.
 */
#ifndef INGEST_EMIT_H
#define INGEST_EMIT_H

#include "config/plan.h"
#include "ingest/batch.h"

/* The normal form of an identifier's value (definitions.md 3, A63), into a: trimmed, lower case for
 * mail addresses, phones to E.164. Empty when the value is blocked (placeholders such as "-",
 * "null", "n/a", only zeros and dashes) or cannot be one of its kind. */
struct str id_normalise(enum id_kind kind, struct str value, struct str country, struct arena *a);

/* One worker's: remembers identifiers by their raw text. */
struct emitter;
struct emitter *emitter_new(const struct plan *plan, uint32_t source, struct event_set *out,
                            struct regex_scratch *scratch);
void emitter_free(struct emitter *em);

/* Adds the events of record i. False when it names nobody: no event then. */
struct verdict;
bool emit_record(struct emitter *em, const struct batch *b, size_t i, const struct verdict *v,
                 int64_t time, bool coarse, uint64_t origin);

#endif
