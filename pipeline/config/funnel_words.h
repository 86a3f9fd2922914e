/* funnel_words.h - what `funnel.NAME.VERB(ARGUMENT)` of an expression means in a plan: which
 * funnel, which step, which day. What it means for a journey is the business of
 * measure/funnel_terms.h.
 *
 * Owns:    nothing; texts point into the word's.
 * Threads: any.
 */
#ifndef CONFIG_FUNNEL_WORDS_H
#define CONFIG_FUNNEL_WORDS_H

#include "config/fault.h"
#include "config/plan.h"

enum funnel_verb {
    FUNNEL_ENTERED,
    FUNNEL_CONVERTED,
    FUNNEL_REACHED,
    FUNNEL_DROPPED_AT,
    FUNNEL_ENDED,
    FUNNEL_DIVERGED,
    FUNNEL_LATE,
    FUNNEL_EXCLUDED,
    FUNNEL_OPEN,
    FUNNEL_VALUE,
    FUNNEL_PERIOD,
    FUNNEL_VERBS
};

struct funnel_word {
    size_t funnel; /* of the plan */
    enum funnel_verb verb;
    size_t at;       /* byte of the word at which the verb begins */
    uint32_t step;   /* FUNNEL_REACHED, FUNNEL_DROPPED_AT: a required one */
    int64_t day;     /* FUNNEL_PERIOD: the first of it, since 1970 */
    struct str text; /* the argument; n is 0 when there is none */
};

/* word: "funnel.checkout.reached". False with the fault, at a byte of the word. */
bool funnel_word_read(const struct plan *plan, struct str word, const struct str *args,
                      size_t nargs, struct funnel_word *out, struct text_fault *fault);

/* Are all such words of an expression good? The fault stands at a byte of its text. */
struct expr;
bool funnel_words_check(const struct plan *plan, const struct expr *x, struct text_fault *fault);

#endif
