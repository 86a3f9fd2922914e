/* expect.h - is a text what its source says? `expect:` of a format, tried on its first lines.
 *
 * A layout made of blanks and brackets fits more than it should: of a line that syslog passed on,
 * it takes the month for the address. Where lines fit the format and each of the first of them has
 * something else in one of these fields, the text is of another format.
 * Threads: pure.
 */
#ifndef INGEST_EXPECT_H
#define INGEST_EXPECT_H

#include "config/plan.h"

enum { EXPECT_LINES = 100 }; /* so many are looked at */

/* False with e set, naming the field and what stands there. head: the beginning of a text; a last
 * line that is cut is not looked at. True where nothing is expected, or no line fits. */
bool expectations_met(const struct format *f, struct str head, struct regex_scratch *scratch,
                      struct err *e);

/* The same of one line, whose fields are those of the layout. */
bool line_expected(const struct format *f, const struct layout *l, struct str line,
                   const struct str *fields, const struct expect **unmet, struct str *value);

#endif
