/* suppressed.h - people who are to be left out of audiences: those of the list that `privacy:
 * suppress:` names, and those who refused consent (consents.h).
 *
 * In:      a list of identifiers (id_list.h); customers, who were parted already.
 * Out:     who of the customers has one of these identifiers, or refused.
 * Owns:    `of`, until suppressed_free().
 * Threads: one.
 */
#ifndef CMD_SUPPRESSED_H
#define CMD_SUPPRESSED_H

#include "steps.h"

struct suppressed {
    bool *of; /* [customers.n]; NULL: the project has neither list */
};

/* Joined, so after make_world(). False with e set when the list cannot be read, or a line of it is
 * no identifier: nobody is to be written to because of a slip. */
bool suppressed_read(const struct run *r, struct suppressed *s, struct err *e);
void suppressed_free(struct suppressed *s);

#endif
