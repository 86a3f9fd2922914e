/* accounts.h - companies and households: a level above persons.
 *
 * In:      a sealed event set that still has its events; its customers, who are persons.
 * Out:     whose account each person is of. At the level of accounts, customers whose unit is the
 *          account: all that comes later (journeys, measures, tables) counts accounts and knows of
 *          no difference.
 * Rules (docs/identity.md tells them to users):
 *   - a person is of the account that the first rule of `by` that says anything says;
 *   - group: any `group` identifier in a record that names the person by itself (not one that is
 *     theirs only by who was signed in around it). Groups join nobody;
 *   - email_domain: what stands behind the last @ of any mail address of theirs, unless it belongs
 *     to a provider of free mail (free_mail.h);
 *   - where several are said, the one of the latest record counts, then the smaller by bytes. So it
 *     depends on the records alone, not on their order;
 *   - who refused to be joined (consent.h) is of none;
 *   - a person of no account is a unit of their own: tables of either level count everybody.
 * Owns:    accounts own all that they point to, but for texts in the customers' arena.
 * Threads: const once made.
 */
#ifndef IDENTITY_ACCOUNTS_H
#define IDENTITY_ACCOUNTS_H

#include "config/plan.h"
#include "event.h"

#define ACCOUNT_NONE UINT32_MAX

struct accounts {
    bool level;        /* customers are accounts; else they are persons */
    uint32_t n;        /* numbered in the order of their names */
    uint32_t *of;      /* [customers.n] account, or ACCOUNT_NONE; NULL: the project has none */
    struct str *names; /* [n] for outputs: "group:7", "email_domain:example.com", or its hash */
    uint32_t *persons; /* [n] how many persons are of it */
    uint32_t *several; /* [n] how many of them could be of another one, too */
    uint32_t without;  /* persons of no account */
};

struct customers;

/* Fills customers->accounts. With rules->level it makes customers of accounts: names, numbers and
 * what belongs to whom are those of accounts then. Does nothing when the project has none. */
void accounts_make(const struct event_set *set, const struct account_rules *rules,
                   struct customers *customers);
void accounts_free(struct accounts *a);

#endif
