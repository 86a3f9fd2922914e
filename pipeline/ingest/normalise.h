/* normalise.h - the one form in which an identifier is known, whatever source wrote it.
 *
 * Threads: pure.
 */
#ifndef INGEST_NORMALISE_H
#define INGEST_NORMALISE_H

#include "config/plan.h"

/* The normal form of an identifier's value (definitions.md 3, A63), in memory of a:
 *   all kinds  blanks at both ends go
 *   email      lower case of any alphabet, accents in one spelling (NFC); what is not seen, "mailto:"
 *              and <> go; it must have one @ with text on both sides
 *   phone      E.164: + and 7 to 15 digits; what is dialled for abroad (00, in some countries
 *              011 and others) is +; "(0)" behind a calling code, "tel:" and extensions go; a
 *              number without a code gets the project's in place of what is dialled within the
 *              country (0; in some countries 1, 8 or nothing); when the project has none, it
 *              stays the digits that it is; digits, blanks and dashes may be those of any script
 *   UUIDs      of any kind: lower case, without {}
 *   message    without <>
 *   cookie     of Google Analytics: the client's id, without "GA1.2."
 *   order, ticket  without a # in front
 * Empty when the value cannot be one of its kind, or names nobody: the project's rules block it as
 * it was written, or in its normal form. */
struct str id_normalise(enum id_kind kind, struct str value, const struct identity_rules *rules,
                        struct arena *a);

#endif
