/* grok.h - grok names written out in full: between regex.h's promise and PCRE2.
 *
 * In:      a pattern with %{NAME} and %{NAME:field} in it, and a library of names.
 * Out:     the pattern as PCRE2 shall see it, and for each byte of it where it came from.
 * Owns:    an expansion lives in the arena that it was made in.
 * Threads: a library is const once loaded.
 */
#ifndef BASE_GROK_H
#define BASE_GROK_H

#include "base/regex.h"

/* Which bytes of the long pattern came from where. */
struct grok_piece {
    size_t at;    /* its first byte in the long pattern */
    size_t from;  /* the byte of the pattern as written: of a name, its "%{" */
    bool written; /* copied byte for byte, not made from a name */
};

struct grok_text {
    char *p; /* the long pattern */
    size_t n, room;
    struct grok_piece *pieces;
    size_t npieces, pieces_room;
};

/* Writes out the names in pattern. False with *fault filled: an unknown name, names that contain
 * one another without end, a field name that cannot be one, or a pattern that gets too long. */
bool grok_expand(const struct grok *g, struct str pattern, struct grok_text *out,
                 struct regex_fault *fault);
void grok_text_free(struct grok_text *t);

/* The byte of the pattern as written that an error at byte `offset` of the long one is about. */
size_t grok_origin(const struct grok_text *t, size_t offset);

/* Can this name a field or a group? Letters, digits and _, no digit first, 32 bytes at most. */
bool regex_name_good(struct str name);

#endif
