/* derive.h - columns of a batch made from other columns (plan.h: enum derive_kind), values that
 * mean nothing emptied, and lines joined by id.
 */
#ifndef INGEST_DERIVE_H
#define INGEST_DERIVE_H

#include "config/plan.h"
#include "ingest/batch.h"

/* Makes absent every cell that is one of the format's `empty` values; then fills the source's
 * derived columns. scratch serves DERIVE_REGEX. */
void derive_columns(const struct source *source, struct batch *b, struct regex_scratch *scratch);

/* The value of key in a URL's query, percent-decoded (+ is a blank) into a when it must be; absent
 * when it is not there. */
struct str url_query(struct str url, struct str key, struct arena *a);
/* The host of a URL, without user, port and brackets; absent when there is none. */
struct str url_host(struct str url);

/* What `group:` needs to remember of one file. Records that wait for the rest of their message are
 * copied. */
struct group;
struct group *group_new(const struct source *source);

/* Takes a batch of lines; leaves in it the records that are complete: those whose message closed,
 * plus lines without an id that are records. Lines that belong to a message are REJECT_JOINED bad
 * records. With more than GROUP_OPEN_MAX open messages the oldest is completed as it is. */
void group_batch(struct group *g, struct batch *b);
/* At the end of the file: every record that still waits, into an empty batch. */
void group_finish(struct group *g, struct batch *b);
void group_free(struct group *g);

#endif
