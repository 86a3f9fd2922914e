/* landing.h - how the customer came to a page: from its URL and referrer to a channel
 * (docs/channels.md, definitions.md 2.22).
 *
 * In two steps, so that the second is done once for what is alike: landing_find() takes the few
 * texts that count out of the URLs, without allocating; landing_read() decodes and judges them.
 *
 *   - A parameter counts by its name in any case of letters, percent-decoded; of several for the
 *     same value the first that is not blank. `&amp;` between parameters is read as &.
 *   - What a tracker took apart already (LANDING_IN_SOURCE ...) comes before parameters; those of
 *     the page before those of the referrer, which count only when the page has none.
 *   - A click id stands for source and medium where no parameter gives them.
 *   - Without source, medium and click id the referrer is the source, unless it is the own site.
 *   - A referrer is the own site when its host is `own:`, or is the host of the page.
 *
 * Threads: any.
 */
#ifndef INGEST_LANDING_H
#define INGEST_LANDING_H

#include "base/buffer.h"
#include "config/channel_rules.h"

enum { LANDING_TEXT_BYTES = 200 /* of each value; the rest is cut off */, HOST_BYTES_MAX = 253 };

/* Slices into the record, as they stand there. */
struct landing_found {
    struct str part[LANDING_PARAMETERS];
    bool coded[LANDING_PARAMETERS]; /* stands in a URL: percent-decoded by landing_read() */
    const struct click_id *click;   /* NULL: none */
    char host[HOST_BYTES_MAX];      /* of the referrer, in lower case, without www. ... */
    size_t nhost;
    size_t class;     /* ... and its class, when there is a host */
    struct str words; /* of a search, from the referrer's URL */
};

/* Fills found; false when the record is no landing: then found says at most that the referrer is
 * the own site. in[LANDING_IN_AGENT] */
bool landing_find(const struct channel_rules *rules, const struct str *in,
                  struct landing_found *found);

/* Appends to key what two landings that are read alike have alike. */
void landing_key(const struct landing_found *found, struct buffer *key);

/* The values of a landing; those that are not there have p == NULL. Texts live in a, or as long as
 * the rules. */
void landing_read(const struct channel_rules *rules, const struct landing_found *found,
                  struct regex_scratch *scratch, struct arena *a,
                  struct str values[LANDING_VALUES]);

#endif
