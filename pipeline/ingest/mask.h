/* mask.h - what must not be known is taken out of records before anything looks at them.
 *
 *     reader -> MASK -> derived fields -> rules, times, identifiers, explain
 *
 * In:      a batch as the reader filled it, of a source with `mask:` or `drop:`.
 * Out:     the same: dropped fields are absent, addresses are cut to their first bits, and the text
 *          of the record, which still has both, is replaced.
 * Threads: pure; the batch is the caller's.
 */
#ifndef INGEST_MASK_H
#define INGEST_MASK_H

#include "config/plan.h"
#include "ingest/batch.h"

/* Stands for the text of a record, wherever it would be shown or kept. */
#define MASK_WITHHELD STR("(withheld: fields of this source are masked or dropped)")

enum { MASKED_TEXT = 48 };

/* The network of an address: its first bits4 or bits6 bits, the others are 0, in the usual text
 * form. An IPv4 address with a port, [IPv6] and [IPv6]:port are addresses, too; ::ffff:1.2.3.4 is
 * the IPv4 address. 0 when the text is no address: then nothing of it may stay. */
size_t mask_address(struct str text, int bits4, int bits6, char to[MASKED_TEXT]);

/* Of a source with masks. */
void mask_batch(const struct source *source, struct batch *b);

#endif
