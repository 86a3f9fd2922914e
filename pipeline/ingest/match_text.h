/* match_text.h - the canonical text of a CSV or JSON record, over which `match:` runs its regex.
 *
 *     created_at=2026-09-01T10:00:00Z<TAB>customer.email=ann@example.com<TAB>tags[]=new|vip
 *
 * In the order of the file; names in their normal form (csv_name), of JSON joined by dots. Values
 * have tab, CR, LF and backslash as \t \r \n \\; empty ones and null are left out. A JSON array of
 * scalars is one value, joined by |; other arrays count their elements: items.0.sku. What
 * goes past MATCH_TEXT_BYTES_MAX is left out: hostile nesting could make it grow with the square of
 * the record.
 * Owns:    nothing; the text grows in the caller's arena.
 * Threads: one.
 */
#ifndef INGEST_MATCH_TEXT_H
#define INGEST_MATCH_TEXT_H

#include "base/arena.h"
#include "base/limits.h"

enum { MATCH_TEXT_BYTES_MAX = 4 * RECORD_BYTES_MAX };

struct match_writer {
    struct arena *arena;
    char *p;
    size_t n, room;
    bool full; /* something was left out: nothing is written any more */
};

/* guess: how long the text may become; it grows when it must. */
void match_writer_init(struct match_writer *w, struct arena *a, size_t guess);

void match_write(struct match_writer *w, struct str s);
void match_write_value(struct match_writer *w, struct str value); /* escaped */
void match_write_name(struct match_writer *w, struct str name);   /* in its normal form */

/* A pair as CSV has them; none when the value is empty. key is in its normal form already. */
void match_write_pair(struct match_writer *w, struct str key, struct str value);

struct str match_writer_text(const struct match_writer *w);

#endif
