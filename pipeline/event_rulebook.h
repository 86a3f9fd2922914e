/* event_rulebook.h - the rules of an event file among those of today. Only for event_*.c.
 */
#ifndef EVENT_RULEBOOK_H
#define EVENT_RULEBOOK_H

#include "event_file.h"

enum { RULE_UNUSED = UINT16_MAX }; /* nothing in the file may name it */

/* For each rule and source of a file's book, its number in today's. */
struct renumbering {
    uint16_t *rule;
    uint32_t *source; /* UINT32_MAX: no input file may name it */
};

/* Fills a renumbering for each of the n books; what today does not have, and some file used, is
 * added to the end of it, in an order that depends on what it is alone. False with e set when that
 * is more than a plan may have. */
bool rulebook_join(struct rulebook *today, const struct rulebook *const *then, size_t n,
                   struct renumbering *out, struct err *e);
/* That of a book in itself. */
void renumbering_same(const struct rulebook *book, struct renumbering *out);
void renumbering_free(struct renumbering *r);

#endif
