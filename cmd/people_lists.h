/* people_lists.h - the lists of people that a project names: who gave and who refused consent
 * (`privacy: consent:`), who is to be left out of audiences (`privacy: suppress:`).
 *
 * In:      consent: CSV (id_list.h): identifier, `given` or `refused`, and a time if one likes; the
 *          first line may name the columns. Of one identifier the line with the latest time
 *          counts; lines without a time come before all others, and of two of one time the later
 *          line counts. suppress: identifiers, one a line.
 * Out:     the identifiers that are refused in the end, and those that are suppressed.
 * Owns:    them, until people_lists_free().
 * Threads: one.
 */
#ifndef CMD_PEOPLE_LISTS_H
#define CMD_PEOPLE_LISTS_H

#include "base/err.h"
#include "identity/consent.h"

struct people_lists { /* starts as all zeros */
    struct refused_ids refused;
    struct str
        *suppressed; /* [nsuppressed] as in set.ids: a byte of enum id_kind, then the value */
    size_t nsuppressed, suppressed_room;
    struct arena arena;
};

/* A list that cannot be read, and each line of it that says nothing, is a fault: nobody is to be
 * joined or written to because of a slip. False when there was one. */
bool people_lists_read(const struct plan *plan, struct people_lists *out, struct faults *faults);
void people_lists_free(struct people_lists *l);

#endif
