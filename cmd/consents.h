/* consents.h - who gave and who refused consent: the list that `privacy: consent:` names.
 *
 * In:      CSV (id_list.h): identifier, `given` or `refused`, and a time if one likes; the first
 *          line may name the columns. Of one identifier the line with the latest time counts; lines
 *          without a time come before all others, and of two of one time the later line counts.
 * Out:     the identifiers that are refused in the end.
 * Owns:    them, until consents_free().
 * Threads: one.
 */
#ifndef CMD_CONSENTS_H
#define CMD_CONSENTS_H

#include "identity/consent.h"

struct consents {
    struct refused_ids refused; /* n is 0 when the project has no list */
    struct arena arena;
};

/* False with e set, and nothing to free, when the list cannot be read or a line of it says nothing:
 * nobody is to be joined because of a slip. */
bool consents_read(const struct plan *plan, struct consents *out, struct err *e);
void consents_free(struct consents *c);

#endif
