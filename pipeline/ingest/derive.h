/* derive.h - columns of a batch made from other columns (plan.h: enum derive_kind), values that
 * mean nothing emptied, and lines joined by id.
 */
#ifndef INGEST_DERIVE_H
#define INGEST_DERIVE_H

#include "config/plan.h"
#include "ingest/batch.h"

/* Makes empty every cell that is one of the format's `empty` values, then fills the source's
 * derived columns, in which such values are empty too. scratch serves DERIVE_REGEX and layouts
 * that are a regex. DERIVE_PARTS: one struct derive for each part that is wanted: key is its name
 * in the layout, to its field. Those that share from and layout must follow each other: the field
 * is split once. Nothing is there when the layout does not fit. DERIVE_PAIRS: see pairs_value(). */
void derive_columns(const struct source *source, struct batch *b, struct regex_scratch *scratch);

/* The value of key in "key=value, key=value": that of the first pair of this name; absent when
 * there is none. A value ends at ", ", or at a blank before "(", where the pairs end too (what
 * follows is text about them), or at the end. Of a value in <...> the brackets are taken off;
 * inside them nothing ends it. */
struct str pairs_value(struct str text, struct str key);

/* The value of key in a URL's query, percent-decoded (+ is a blank) into a when it must be; absent
 * when it is not there; the first when it is there twice. A text without ? whose start could be a
 * key (no / : before = or &) is taken for a bare query, as IIS logs it. A % that no two hexadecimal
 * digits follow stands for itself. */
struct str url_query(struct str url, struct str key, struct arena *a);

/* Percent-decoded, into a when it must be; plus: and + is a blank. */
struct str url_decode(struct str s, bool plus, struct arena *a);

/* The character at *i, decoded; steps over it. plus: + is a blank, as in a query. */
char url_decode_at(struct str s, size_t *i, bool plus);

/* Is it nothing but a query, without ?: key=value, with no / or : in the key? */
bool url_is_bare_query(struct str s);

/* The host of a URL ("https://..." or "//..."), as written, without user, port and brackets; absent
 * when there is none. */
struct str url_host(struct str url);

/* Lines of one message, joined by id (plan.h: struct group_rules); what is remembered of one file.
 *
 * A line with an id and a `record` field is a record. It waits until its message ends: at a line
 * with a `close` field, at the end of the file, or when more than GROUP_OPEN_MAX messages are open,
 * where the oldest ends. Then every record of it gets those `keep` fields that it lacks from the
 * first line of the message that had them. After its end an id can be used again.
 * Records keep their number; those of one delivery are in the order of their numbers.
 * Owns:    copies of the records that wait. Delivered ones own their text by the batch.
 * Threads: one at a time, batches in the order of the file. */
struct group;
struct group *group_new(const struct source *source);

/* Takes a batch of lines and leaves in it the records that are complete: those whose message ended,
 * plus lines without an id that are records. Other lines become bad records: with an id,
 * REJECT_JOINED; without one, REJECT_LAYOUT "no message id and no result". */
void group_batch(struct group *g, struct batch *b);

/* At the end of the file: every record that still waits, added to a batch of no records. */
void group_finish(struct group *g, struct batch *b);
void group_free(struct group *g);

#endif
