/* match.h - which rules each record of a batch fits; each distinct value is judged once.
 *
 * A condition judges one field. For each field that rules judge, a worker remembers the values seen
 * so far and the class of each: the set of conditions that it fulfils. Few classes exist, so that a
 * record is a short list of class numbers, and what rules it fits is looked up by that list. Cost
 * does not grow with the number of rules, but with the number of values never seen before.
 *
 * struct matcher   the conditions of one source, const, shared.
 * struct judge     one worker's memory for one source.
 */
#ifndef INGEST_MATCH_H
#define INGEST_MATCH_H

#include "config/plan.h"
#include "ingest/batch.h"

struct matcher;
struct matcher *matcher_new(const struct plan *plan, uint32_t source);
void matcher_free(struct matcher *m);

struct judge;
/* plain: nothing is remembered and no filter asked, every pattern is tried on every record; the
 * verdicts are the same. */
struct judge *judge_new(const struct matcher *m, bool plain, struct regex_scratch *scratch);
void judge_free(struct judge *j);

/* The rules that fit one record, in order: the first that matches, and, while those found say
 * `also`, further ones. Those that exclude are asked before; the first that takes the record stands
 * alone, and when it leaves records out there are no others. */
struct verdict {
    const uint16_t *rules;
    uint32_t n;
    uint16_t excluding;      /* the rule that excludes, when `excluded` or `labelled` */
    bool excluded;           /* the record is left out */
    bool labelled;           /* it is only counted */
    const uint16_t *limited; /* rules with a condition on which the regex gave up */
    uint32_t nlimited;
};

/* One verdict for each record of b, which has one at least; all are good until the next call. Which
 * values are remembered never changes a verdict. */
const struct verdict *const *judge_batch(struct judge *j, const struct batch *b);

#endif
