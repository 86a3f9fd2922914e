/* json_rewrite.h - what a JSON document's format does within one record (reader.h): the record that
 * a string wraps, lists of names and values, one record for each element of an array.
 *
 * Threads: a rewriter belongs to one thread at a time.
 */
#ifndef INGEST_JSON_REWRITE_H
#define INGEST_JSON_REWRITE_H

#include "ingest/shape.h"

struct json_rewriter;
struct json_rewriter *json_rewriter_new(const struct json_rules *rules);
void json_rewriter_free(struct json_rewriter *w);

/* Adds the records that the text stands for, one a line; of `each`, those of an empty array are an
 * empty line. A text that is no JSON object goes out as it is.
 *
 * Of `each`: fields of an element win over those of the same name around it. Where one record would
 * grow beyond EACH_BYTES_MAX, further elements come without the fields around them. */
enum { EACH_BYTES_MAX = 64 << 20 };
void json_rewrite(struct json_rewriter *w, struct str record, struct shaped *out);

#endif
