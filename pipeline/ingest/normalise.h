/* normalise.h - the one form in which an identifier is known, whatever source wrote it.
 *
 * Threads: pure.
 */
#ifndef INGEST_NORMALISE_H
#define INGEST_NORMALISE_H

#include "config/plan.h"

/* The normal form of an identifier's value (definitions.md 3, A63), in memory of a:
 *   all kinds  blanks at both ends go
 *   email      lower case; "mailto:" and <> go; it must have one @ with text on both sides
 *   phone      E.164: + and 7 to 15 digits; 00 in front is +; a number without either gets the
 *              project's calling code in place of its leading 0; when the project has none, it
 *              stays the digits that it is
 * Empty when the value cannot be one of its kind, or names nobody: the project's rules block it as
 * it was written, or in its normal form. */
struct str id_normalise(enum id_kind kind, struct str value, const struct identity_rules *rules,
                        struct arena *a);

#endif
