/* suppressed.h - people who are to be left out of audiences: those of the list that `privacy:
 * suppress:` names, and those who refused consent (people_lists.h).
 *
 * In:      the lists; customers, who were parted already.
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

/* Joined, so after make_world(). Cannot fail. */
void suppressed_find(struct run *r, struct suppressed *s);
void suppressed_free(struct suppressed *s);

#endif
