/* where.h - expressions that say which journeys are meant (docs/where.md), compiled for one world.
 *
 *     has(touchpoint = cart) & !(channel = email) & path ~ 'home -> .* -> cart' & duration < 2d
 *
 * In:      the text; the names of a world: touchpoints, stages, channels, sources, segments.
 * Out:     does it hold for a journey, or for one event.
 * Owns:    what where_compile() gives is the caller's until where_free(); it holds no text of the
 *          caller.
 * Threads: const once compiled: any number of threads may ask.
 *
 * Names that nobody knows are faults. A touchpoint is known when it is in the data or some rule
 * gives it; in a segment of the project also when a rule could give it.
 */
#ifndef JOURNEY_WHERE_H
#define JOURNEY_WHERE_H

#include "config/fault.h"
#include "journey/journeys.h"

struct where;

/* What the expression is about. Of an event only the words of an event may be used: touchpoint,
 * stage, channel, source, the attributes, time, value, emotion, pain. */
enum where_subject { WHERE_JOURNEY, WHERE_EVENT };

/* Words that begin with `funnel.`, and `cell`, for whoever can answer them. find() gives the word a
 * number, or says in *fault why it is none; fault->at counts bytes of the word; of a cell it is
 * the number of the argument that is wrong. value() of a funnel word is 1 when it holds, else 0; of
 * a cell what the journey adds to it. Both may be NULL: no such words. */
struct where_terms {
    bool (*find)(void *ctx, struct str word, const struct str *args, size_t nargs, uint32_t *number,
                 struct text_fault *fault);
    int64_t (*value)(const void *ctx, uint32_t number, const struct world *w,
                     const struct journey *j);
    void *ctx;
};

/* Looks for faults that can be seen before there is a world: of touchpoints that rules make of
 * fields any name passes, and so does any cell of a table. */
bool where_check(const struct plan *plan, struct str text, struct text_fault *fault);

/* NULL with the fault when the text is wrong. terms may be NULL. */
struct where *where_compile(const struct world *w, struct str text, enum where_subject subject,
                            const struct where_terms *terms, struct text_fault *fault);
/* A segment of the project, by its index, which where_check() has passed. A touchpoint that is not
 * in the data is no fault there: nobody met it this time. terms: as above; NULL when it has words
 * that they do not know. */
struct where *where_of_segment(const struct world *w, size_t segment,
                               const struct where_terms *terms);
void where_free(struct where *where);

/* Of one compiled with WHERE_JOURNEY. */
bool where_holds(const struct where *where, const struct world *w, const struct journey *j);
/* Of one compiled with WHERE_EVENT. */
bool where_holds_event(const struct where *where, const struct world *w, const struct event *e);

#endif
