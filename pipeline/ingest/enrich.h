/* enrich.h - columns that `channels:`, `devices:`, `browsers:` and `pages:` make (plan.h:
 * DERIVE_LANDING and those after it). Each distinct value is judged once: a look-up for a record,
 * and nothing allocated for it.
 *
 * Owns:    what was judged, by worker; the cells of a batch point into it until enrich_begin().
 * Threads: one worker's.
 */
#ifndef INGEST_ENRICH_H
#define INGEST_ENRICH_H

#include "config/plan.h"
#include "ingest/batch.h"

enum { ENRICH_BYTES = 32 << 20 /* remembered, by worker */ };

/* Of a new batch: forgets what was judged when it has become too much. */
void enrich_begin(struct enrich *memory);
void enrich_free(struct enrich *memory);

/* How many of the n derives at d are DERIVE_LANDING of the same fields, and can be filled
 * together. */
size_t landings_together(const struct derive *d, size_t n);
/* Fills their columns. */
void fill_landings(const struct source *source, const struct derive *d, size_t n, struct batch *b,
                   struct regex_scratch *scratch);

/* DERIVE_DEVICE, DERIVE_BROWSER: the name of the first pattern that fits the agent, "other" when
 * none does. DERIVE_PAGE: path_collapsed(). */
void fill_patterns(const struct derive *d, const struct str *from, struct str *to, struct batch *b,
                   struct regex_scratch *scratch);

/* The path of a URL or path, without host, query and fragment, each part that a pattern fits
 * replaced by the pattern's name. In a, or a slice of url. */
struct str path_collapsed(const struct pattern_list *pages, struct str url,
                          struct regex_scratch *scratch, struct arena *a);

#endif
