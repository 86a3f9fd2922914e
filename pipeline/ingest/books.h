/* books.h - the counts of a text while it is read by several workers: each keeps its own, and they
 * are added up at the end.
 */
#ifndef INGEST_BOOKS_H
#define INGEST_BOOKS_H

#include "ingest/match.h"
#include "ingest/worker.h"

/* The worker's books of a text, made when it has none. */
struct input_file *books_of(struct worker *w, uint32_t text);
void books_free(struct input_file *books);

/* Counts a rejected record; the first REJECTS_SHOWN of each reason are kept, their text copied into
 * a. A worker sees the records of a text in ascending order. detail is copied. */
void books_reject(struct input_file *books, struct arena *a, enum reject why, uint64_t record,
                  struct str text, struct str detail);

/* Counts a record that fits no rule; the first few are kept like rejected ones, for who writes
 * rules. */
void books_unmatched(struct input_file *books, struct arena *a, uint64_t record, struct str text);
void books_time(struct input_file *books, int64_t time);
/* The record matched: v's rules get an event each. */
void books_event(struct input_file *books, const struct plan *plan, const struct verdict *v,
                 int64_t time, uint64_t record);
/* A rule that excludes took a record. */
void books_excluding(struct input_file *books, const struct plan *plan, uint16_t rule);
void books_limits(struct input_file *books, const struct plan *plan, const struct verdict *v);

/* Adds from to into; the samples' texts are copied into a. */
void books_merge(struct input_file *into, const struct input_file *from, const struct plan *plan,
                 struct arena *a);

/* A new file's books: nothing seen. */
void books_init(struct input_file *books);

#endif
