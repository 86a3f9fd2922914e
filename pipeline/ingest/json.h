/* json.h - JSON lines to a batch: one JSON object a line; fields by dotted path.
 *
 * Path: keys joined by dots, an array's element by its number: mail.destination.0, tags.campaign.0.
 * A path that ends at a string gives its text, unescaped; at a number, true or false, the text as
 * written; at null, an absent field; at an object or array, its JSON text. With the same key twice
 * in an object the last one holds.
 */
#ifndef INGEST_JSON_H
#define INGEST_JSON_H

#include "config/plan.h"
#include "ingest/batch.h"

/* The paths that a source asks for, as a tree. Const once made. */
struct json_paths;
struct json_paths *json_paths_new(const struct str *paths, size_t n);
void json_paths_free(struct json_paths *p);

/* Reads one value, which must be an object and the whole of text: values[i] gets the i-th path's
 * text. False when text is not JSON (strict: RFC 8259, any bytes >= 0x80 in strings, nesting up to
 * JSON_DEPTH_MAX); *at is then the offset of the fault and *why says what. */
bool json_record(const struct json_paths *p, struct str text, struct str *values, struct arena *a,
                 size_t *at, const char **why);

/* All lines of text; a line that is no JSON object is REJECT_LAYOUT with the reason as detail. */
void json_split(const struct json_paths *p, struct str text, uint64_t number, struct batch *out,
                uint64_t *blank);

#endif
