/* literals.h - which texts must stand in whatever a pattern matches.
 *
 * A need is a list of texts of which at least one must occur; a pattern can have several needs, and
 * all of them hold. `^/blog/(?:tea|coffee)-[0-9]+` needs
 * "/blog/" and needs one of "tea", "coffee". What is not fully understood gives no need: then the
 * pattern must always be tried. So a filter that is made from needs lets through too much, never
 * too little. Texts are folded: every byte | 0x20, in pattern and text alike, which covers (?i) for
 * ASCII letters and stays a superset for the rest.
 */
#ifndef INGEST_LITERALS_H
#define INGEST_LITERALS_H

#include "base/arena.h"

enum {
    LITERAL_LEAST = 4 /* bytes: shorter texts are no help */,
    NEED_TEXTS_MAX = 16,
    NEEDS_MAX = 16
};

struct need {
    struct str texts[NEED_TEXTS_MAX]; /* folded, each LITERAL_LEAST bytes at least */
    size_t n;
};

struct needs {
    struct need list[NEEDS_MAX];
    size_t n; /* 0: nothing is known */
};

static inline char folded(char c)
{
    return (char)((unsigned char)c | 0x20);
}

/* The needs of a PCRE2 pattern as the user wrote it, or with grok names expanded; texts in memory
 * of a. */
void needs_of(struct str pattern, struct needs *out, struct arena *a);

/* Can the pattern match text at all, as far as its needs tell? */
bool needs_met(const struct needs *needs, struct str text);

#endif
