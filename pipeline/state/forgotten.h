/* forgotten.h - the list of those who were forgotten, and what it takes out of an event set.
 *
 * The list is in the ledger (table `forgotten`) and holds keyed hashes only (identity.h), of two
 * kinds of text:
 *   "kind:value"               an identifier of the person: every record with it is left out
 *   "forgotten moment:..."     time and identifiers of a record that named nobody, and was theirs
 *                              by who was signed in around it, or by address and browser
 * So a file that is read again does not bring the person back, and nobody can read the list.
 *
 * Threads: one.
 */
#ifndef STATE_FORGOTTEN_H
#define STATE_FORGOTTEN_H

#include "identity/identity.h"
#include "state/ledger.h"

/* Starts as all zeros: nobody. */
struct forgotten {
    struct intern hashes; /* 32 hex digits each */
    struct namer *namer;
    bool moments;                       /* there are some */
    const struct identity_rules *rules; /* how a word of a sample becomes an identifier */
};

/* Reads the list from the ledger. A list that was made with another key is an error: it would hide
 * nobody. key may be NULL when the list is empty, as state_forgotten() says. */
bool forgotten_load(struct state *s, const struct name_key *key, const struct identity_rules *rules,
                    struct forgotten *f, struct err *e);
void forgotten_free(struct forgotten *f);

/* What is on the list for an identifier, in memory of a; empty for a visitor, which cannot be: an
 * address and browser may be somebody else's tomorrow; nor for a group, which is of others, too. */
struct str forgotten_id(const struct forgotten *f, const struct event_set *set, uint32_t id,
                        struct arena *a);
/* What is on it to tell that the list was made with this key. */
struct str forgotten_check(const struct forgotten *f, struct arena *a);

/* The hash of a record that names nobody, in memory of a. */
struct str forgotten_moment(const struct forgotten *f, const struct event_set *set,
                            const struct event *e, struct arena *a);

/* Takes out of a set, which is not sealed, the records of those who were forgotten: all events of a
 * record go when one of them does. The books of the files say so: such records are rejected, as
 * REJECT_FORGOTTEN, and first, last and first_event are those of what stays, as far as events tell.
 * Samples of rejected records that name the person go, too. Returns how many events went; a file's
 * index in `touched` (may be NULL, [set->nfiles]) is set when it lost any. */
uint64_t forgotten_take(const struct forgotten *f, struct event_set *set, bool *touched);

#endif
