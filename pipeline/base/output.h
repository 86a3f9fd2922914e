/* output.h - files that appear whole or not at all, together.
 *
 * Each file is written under a temporary name in the folder where it will stand. output_commit()
 * syncs all, and only when every byte of every file is safe does it rename the first. Until then
 * what stood there before is untouched: a full disk, an error or a signal in the middle loses
 * nothing. Threads: one.
 */
#ifndef BASE_OUTPUT_H
#define BASE_OUTPUT_H

#include "base/err.h"

struct output;

/* Makes the folder (and those above it) when it is missing. NULL with e set when that cannot be. */
struct output *output_open(const char *dir, struct err *e);

/* A stream to write the file `name` of the folder to. Owned by the output: never fclose() it.
 * NULL with e set when it cannot be made. */
FILE *output_file(struct output *out, const char *name, struct err *e);

/* The same, for what holds raw identifiers: nobody but its owner may read it (mode 0600). */
FILE *output_file_private(struct output *out, const char *name, struct err *e);

/* Makes all files appear, in the order in which they were opened. False with e set when that cannot
 * be: a failure before the first rename has changed nothing. Frees out in any case. */
bool output_commit(struct output *out, struct err *e);

/* Removes what was written. Frees out. NULL is allowed. */
void output_abort(struct output *out);

#endif
