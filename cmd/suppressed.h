/* suppressed.h - people who are to be left out of audiences: the list that `privacy: suppress:`
 * names.
 *
 * In:      a text file, one identifier a line: kind:value; of CSV the first column. Blank lines and
 *          those that begin with # say nothing. Values are taken as the sources' are: in any case
 *          of letters where that does not matter, telephone numbers in any form.
 * Out:     who of the customers has one of these identifiers.
 * Owns:    `of`, until suppressed_free().
 * Threads: one.
 */
#ifndef CMD_SUPPRESSED_H
#define CMD_SUPPRESSED_H

#include "steps.h"

struct suppressed {
    bool *of; /* [customers.n]; NULL: the project has no list */
};

/* Joined, so after make_world(). False with e set when the list cannot be read, or a line of it is
 * no identifier: nobody is to be written to because of a slip. */
bool suppressed_read(const struct run *r, struct suppressed *s, struct err *e);
void suppressed_free(struct suppressed *s);

#endif
