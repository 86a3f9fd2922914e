/* aside.h - what stands beside a text and is needed to read it: the header of a data feed in
 * another member, side tables whose rows records take fields from (plan.h: struct lookup).
 *
 * A place is "!member", a glob of members of the archive in which the text lies, or the path or
 * glob of a file, with "!member" behind it when that is an archive. Owns:    a side table owns its
 * texts. Threads: a side table is const once made.
 */
#ifndef INGEST_ASIDE_H
#define INGEST_ASIDE_H

#include "config/plan.h"
#include "ingest/stream.h"

enum { ASIDE_BYTES_MAX = 256 << 20 }; /* of a side table; of a header 64 KiB are read */

enum aside { ASIDE_FOUND, ASIDE_ABSENT, ASIDE_BAD };

/* The header of the text that lies in the file `path`, from the first of n places that is there;
 * relative ones are beside that file. Of several files that fit, the one whose name has the longest
 * piece in common with that of `path`, then the first by name. False with e set. */
bool aside_header(const char *path, const struct str *places, size_t n, struct arena *a,
                  struct str *header, struct err *e);

struct side_table;
/* For texts in the file `path`, of which `member` is the glob and `ordinal` the text's number, from
 * 1 (both matter to tables in the same document). dir: the project's folder. NULL with e set: the
 * table is not there, lacks a column, or is too large. */
struct side_table *side_table_load(const struct lookup *l, const char *path, struct str member,
                                   uint32_t ordinal, struct str dir, struct err *e);
void side_table_free(struct side_table *t);

/* Does it depend on nothing but the lookup? */
bool side_table_shared(const struct lookup *l);

/* The cell of a column (index in lookup.columns) in the row that key names; p is NULL when there is
 * no such row. Of rows with one key the first counts. */
struct str side_table_cell(const struct side_table *t, struct str key, size_t column);

#endif
