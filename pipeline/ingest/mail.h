/* mail.h - one mail message taken apart: mail.c is the only file that knows GMime.
 */
#ifndef INGEST_MAIL_H
#define INGEST_MAIL_H

#include "ingest/shape.h"

/* Adds the message as a JSON object on a line of its own. Its members: the headers by their names
 * in lower case, decoded (RFC 2047) and unfolded; of one that stands several times the first;
 * `from`, `to`, `cc` also as `from_name`, `from_address` ... of their first address; `body`: the
 * first part that is text/plain, else the first text/html without its tags, in UTF-8, up to
 * MAIL_BODY_BYTES. A text without any header is added as it stands, on one line, for the reader to
 * refuse. */
enum { MAIL_BODY_BYTES = 64 << 10 };
void mail_write(struct str message, struct shaped *out);

#endif
