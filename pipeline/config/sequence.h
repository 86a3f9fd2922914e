/* sequence.h - the text of a path pattern (definitions.md 2.10) taken apart; what its names mean is
 * the business of journey/pattern.h.
 *
 *     PATTERN = ITEM { "->" ITEM }             a bracket right behind a name needs no arrow
 *     ITEM    = CLASS [ "*" ]                  with the star: any number of these, none too
 *     CLASS   = NAME | "." | "[" [ "^" ] NAME { "|" NAME } "]"
 *     NAME    = text without [ ] | * " and ->, blanks at its ends apart, or "any text"
 *
 * Owns:    everything lives in the arena that the caller gives; names may point into the text.
 * Threads: one.
 */
#ifndef CONFIG_SEQUENCE_H
#define CONFIG_SEQUENCE_H

#include "base/arena.h"
#include "config/fault.h"

enum { SEQUENCE_ITEMS_MAX = 250 }; /* of one pattern */

struct sequence_name {
    struct str text;
    size_t at; /* byte of the pattern */
};

struct sequence_item {
    size_t at;
    bool any;     /* "." */
    bool negated; /* [^...] */
    bool repeat;  /* a star behind it */
    struct sequence_name *names;
    size_t nnames;
};

struct sequence {
    struct sequence_item *items;
    size_t n;
};

/* False with the fault when text is no pattern, or would match an empty path. */
bool sequence_parse(struct str text, struct arena *a, struct sequence *out,
                    struct text_fault *fault);

#endif
