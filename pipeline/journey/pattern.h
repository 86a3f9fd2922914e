/* pattern.h - path patterns (definitions.md 2.10), compiled to an automaton over touchpoint
 * numbers.
 *
 *     home -> cart                  cart right after home
 *     home -> .* -> cart            cart anywhere after home
 *     [cart|basket] -> [^order]     one of these, then one that is not order
 *     cart -> [^order]* -> (end)    no order after the cart, and the journey is over
 *
 * In:      a pattern, and the names of a world (or, to check it only, of a plan).
 * Out:     does a journey's path hold it, and where. The path is the cleaned one (path.h) when the
 *          project cleans paths.
 * Owns:    what pattern_compile() gives is the caller's until pattern_free(); it holds no text of
 *          the caller.
 * Threads: const once compiled.
 *
 * The automaton is that of Glushkov: one state for each item, all in the bits of a few words. A
 * journey costs its events times those words, whatever the pattern: it never goes back.
 */
#ifndef JOURNEY_PATTERN_H
#define JOURNEY_PATTERN_H

#include "config/fault.h"
#include "journey/journeys.h"

struct pattern;
struct expr_names; /* names.h */

/* NULL with the fault when text is no pattern or names what nobody knows. The fault's byte is
 * counted from the beginning of text. */
struct pattern *pattern_compile(const struct world *w, struct str text, struct text_fault *fault);
/* The same with these for the names that are known. */
struct pattern *pattern_with_names(const struct world *w, const struct expr_names *names,
                                   struct str text, struct text_fault *fault);
/* Of a pattern that was checked before: a name that is not in the data is nobody's. */
struct pattern *pattern_checked(const struct world *w, struct str text);
void pattern_free(struct pattern *p);

bool pattern_holds(const struct pattern *p, const struct world *w, const struct journey *j);

/* The steps of the journey's path that a match covers, from 0, both of them part of it. */
struct pattern_place {
    uint32_t first, last;
};

/* FIRST is the match that begins earliest, LAST the one that begins latest, ALL those that do not
 * overlap, from the left. Of matches that begin at one step the shortest is taken. */
enum occurrence { OCCURRENCE_FIRST, OCCURRENCE_LAST, OCCURRENCE_ALL };

/* Returns how many places it wrote to out: at most one unless ALL is asked for, for which out must
 * have room for as many as the path has steps. A match of nothing but (start) or (end) has no
 * place. */
size_t pattern_places(const struct pattern *p, const struct world *w, const struct journey *j,
                      enum occurrence which, struct pattern_place *out);

#endif
