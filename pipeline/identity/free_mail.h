/* free_mail.h - domains of mail that anybody can have: they say nothing of a company.
 *
 * Threads: pure.
 */
#ifndef IDENTITY_FREE_MAIL_H
#define IDENTITY_FREE_MAIL_H

#include "base/str.h"

/* domain in lower case. Knows the large providers, and the mail services that hide an address; no
 * list of all: a project names others under `except`. */
bool is_free_mail(struct str domain);

#endif
