/* recognise.h - to which source does this text belong?
 */
#ifndef INGEST_RECOGNISE_H
#define INGEST_RECOGNISE_H

#include "config/plan.h"

enum { RECOGNISE_RECORDS = 100 }; /* records of the head that are tried */

/* How well the first bytes of a text (up to 64 KiB; the last record may be cut) fit the format of a
 * source: the share of records that fit and whose time can be read, 0 to 1. CSV: also the columns
 * that the source needs are there, else 0. path: the file that it stands in, beside which a header
 * may stand that the format takes from elsewhere; NULL: none. *fields is the number of fields that the format tells
 * apart: of two that fit equally, the one that tells more apart is the better one. */
double recognise_score(const struct source *source, struct str head, const char *path,
                       size_t *fields);

#endif
