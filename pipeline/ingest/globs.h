/* globs.h - paths with *, ?, [ ] and ** to the names of files.
 */
#ifndef INGEST_GLOBS_H
#define INGEST_GLOBS_H

#include "base/arena.h"

/* Names found, in the arena of the caller, each followed by a NUL. Starts as all zeros; the caller
 * frees list. */
struct paths {
    struct str *list;
    size_t n, room;
    size_t barred;           /* folders that are there, and could not be looked into */
    struct str first_barred; /* the first of them, and why: an errno */
    int why;
};

/* Has it a character that is special in a glob? */
bool globs_any(struct str path);

/* The glob that means only this name. In a. */
struct str globs_escape(struct str name, struct arena *a);

/* Adds every regular file that fits the glob, in no fixed order, a file more than once where **
 * finds it more than once. Names begin as the glob does. */
void globs_expand(struct str glob, struct arena *a, struct paths *out);

/* Where the glob of an archive's members begins: the index of the first `!` outside brackets, or
 * path.n. */
size_t globs_member(struct str path);

#endif
