/* json.h - JSON lines to a batch: one JSON object a line; fields by dotted path.
 *
 * Path: keys joined by dots, an array's element by its number: mail.destination.0, tags.campaign.0.
 * A path that ends at a string gives its text, unescaped; at a number, true or false, the text as
 * written; at null, an empty field; at an object or array, its JSON text. With the same key twice
 * in an object the last one holds. A key that has dots itself is found too: {"a.b":1} has a.b.
 * Escapes of half a surrogate pair become U+FFFD.
 * Owns:    values are slices of the text, or of the arena where they had escapes.
 * Threads: pure, but for the batch and the arena.
 */
#ifndef INGEST_JSON_H
#define INGEST_JSON_H

#include "config/plan.h"
#include "ingest/batch.h"

/* The paths that a source asks for, as a tree. Const once made. Copies the paths. */
struct json_paths;
struct json_paths *json_paths_new(const struct str *paths, size_t n);
void json_paths_free(struct json_paths *p);

/* Reads one value, which must be an object and the whole of text: values[i] gets the i-th path's
 * text, p == NULL when there is none. False when text is not JSON (strict: RFC 8259, any bytes >=
 * 0x80 in strings, nesting up to JSON_DEPTH_MAX); *at is then the offset of the fault and *why,
 * constant text, says what; the values are of no use then. */
bool json_record(const struct json_paths *p, struct str text, struct str *values, struct arena *a,
                 size_t *at, const char **why);

/* What stands behind a text that containers, syslog and loggers put before the object, as in
 * "web-1  | {...}": up to the first brace, when it ends with a blank and has no quote, so that it
 * is no JSON that was cut. The line itself when there is no such text. */
struct str json_behind_prefix(struct str line);

/* All lines of text, numbered from `number`, blank ones too, which *blank counts. The i-th path
 * goes to column i. A line that is no JSON object, without what a logger put before it, is
 * REJECT_LAYOUT with the reason as detail. Fills match_text when out wants it. */
void json_split(const struct json_paths *p, struct str text, uint64_t number, struct batch *out,
                uint64_t *blank);

/* The text of a record, which is JSON, for a regex over all of it (match_text.h), into a. */
struct str json_canonical(struct str text, struct arena *a);

/* Gives each value of a record, which is JSON, with its path as a source would ask for it; those of
 * null, of empty texts, and of lists of plain values are left out. A path is only good until the
 * next one; values are slices of text or in a. */
typedef void json_pair_fn(struct str path, struct str value, void *context);
void json_pairs(struct str text, json_pair_fn *pair, void *context, struct arena *a);

#endif
