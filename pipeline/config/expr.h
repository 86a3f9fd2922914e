/* expr.h - the text of an expression (docs/where.md) as a tree: which journeys, or which events,
 * are meant. What it means for a journey is the business of journey/where.h.
 *
 *     EXPR  = AND { ("|" | "or") AND }         AND = NOT { ("&" | "and") NOT }
 *     NOT   = ("!" | "not") NOT | "(" EXPR ")" | TEST
 *     TEST  = WORD OP VALUE | WORD "in" "(" VALUE { "," VALUE } ")" | FLAG
 *           | ("has" | "ever" | "first" | "last") "(" EXPR ")" | "count" "(" EXPR ")" OP VALUE
 *           | "wait" "(" EXPR "," EXPR ")" OP VALUE
 *           | "cell" "(" VALUE "," VALUE { "," VALUE "=" VALUE } ")" [ OP VALUE ]
 *           | "funnel." NAME "." WORD [ "(" VALUE { "," VALUE } ")" ]
 *     OP    = "=" | "!=" | "~" | "!~" | "<" | "<=" | ">" | ">="
 *     VALUE = letters, digits and _ . - + : / @ # %, or '...' or "..." (the quote doubled stands
 *             for itself)
 *
 * Owns:    everything lives in the arena that the caller gives, and points into the text.
 * Threads: one.
 */
#ifndef CONFIG_EXPR_H
#define CONFIG_EXPR_H

#include "base/clock.h"
#include "config/fault.h"

enum {
    EXPR_BYTES_MAX = 16 << 10,
    EXPR_DEPTH_MAX = 50,    /* of brackets and negations */
    SEGMENTS_DEEP_MAX = 12, /* segments that are made of segments */
};

/* What a word is compared with. */
enum word_type {
    TYPE_TOUCHPOINT,
    TYPE_STAGE,
    TYPE_CHANNEL,
    TYPE_MARKETING,
    TYPE_SOURCE,
    TYPE_SEGMENT,
    TYPE_STATE,
    TYPE_PHASE,
    TYPE_TEXT,
    TYPE_PATH,     /* ~ 'home -> cart' */
    TYPE_NUMBER,   /* millionths */
    TYPE_DURATION, /* microseconds */
    TYPE_TIME,     /* microseconds UTC */
    TYPE_FLAG,     /* stands alone */
};

enum word {
    /* of an event */
    WORD_TOUCHPOINT,
    WORD_STAGE,
    WORD_CHANNEL,
    WORD_SOURCE,
    WORD_CAMPAIGN,
    WORD_CONTENT,
    WORD_KEYWORD,
    WORD_ITEM,
    WORD_REFERENCE,
    WORD_MEDIUM,
    WORD_REFERRER,
    WORD_DEVICE,
    WORD_BROWSER,
    WORD_MARKETING_CHANNEL,
    WORD_SCORE,
    WORD_TIME,
    WORD_EMOTION,
    /* of an event within has(...), else of a journey */
    WORD_VALUE,
    WORD_PAIN,
    /* of a journey */
    WORD_STATE,
    WORD_PHASE,
    WORD_SEGMENT,
    WORD_CUSTOMER,
    WORD_PATH,
    WORD_FIRST_TOUCHPOINT,
    WORD_LAST_TOUCHPOINT,
    WORD_EVENTS,
    WORD_SESSIONS,
    WORD_TOUCHPOINTS,
    WORD_JOURNEY,
    WORD_DURATION,
    WORD_ENGAGED,
    WORD_TIME_TO_GOAL,
    WORD_START,
    WORD_END,
    WORD_GOAL_TIME,
    WORD_CONVERTED,
    WORD_LOST,
    WORD_OPEN,
    WORD_ENDED,
    WORD_RETURNED,
    WORD_LEFT_TRUNCATED,
    WORD_NEW,
    WORDS
};

struct word_info {
    const char *name;
    enum word_type type;
    bool of_event, of_journey;
};
extern const struct word_info expr_words[WORDS];

enum expr_kind {
    EXPR_OR,
    EXPR_AND,
    EXPR_NOT,
    EXPR_TEST,  /* word, compare, values */
    EXPR_HAS,   /* some event of the journey */
    EXPR_EVER,  /* some event of the customer */
    EXPR_FIRST, /* the journey's first event */
    EXPR_LAST,
    EXPR_COUNT, /* events of the journey for which the kid holds: in the range */
    EXPR_WAIT,  /* from an event of the journey for which the first kid holds to the next one for
                   which  the second does, before another of the first: some such time is in the
                   range
                 */
    EXPR_TERM,  /* funnel.NAME.WORD(values) */
    EXPR_CELL,  /* cell(args): what the journey adds to a number of a table is in the range */
};

/* != and !~ are an EXPR_NOT around = and ~: nothing that has no value is lost. */
enum compare {
    COMPARE_IS,
    COMPARE_FITS,
    COMPARE_LESS,
    COMPARE_MOST,
    COMPARE_MORE,
    COMPARE_LEAST,
    COMPARE_NONE, /* a flag */
};

struct expr_value {
    struct str text;
    size_t at;    /* byte of the expression at which text begins */
    bool doubled; /* text is shorter than what stands there, because of doubled quotes */
};

struct expr {
    enum expr_kind kind;
    size_t at;
    struct expr *kids, *next; /* kids: a list by next */
    enum word word;
    enum compare compare;
    struct str name; /* EXPR_TERM: "funnel.checkout.dropped_at" */
    size_t quotes;   /* bytes by which its text is longer: the quotes around the funnel's name */
    struct expr_value *values;
    size_t nvalues;
    struct expr_value
        *args; /* EXPR_CELL: a table, a column; then a column and what it says, each */
    size_t nargs;
    int64_t from, upto; /* numbers, durations, times, counts: from <= x <= upto; by expr_check() */
};

/* NULL with the fault when text is no expression. */
struct expr *expr_parse(struct str text, struct arena *a, struct text_fault *fault);

/* Byte `at` of the name of an EXPR_TERM as a byte of the expression. */
static inline size_t expr_term_at(const struct expr *x, size_t at)
{
    bool behind = at > sizeof "funnel." - 1; /* the name in quotes */
    return x->at + at + (behind ? x->quotes : 0);
}

/* ---- what names mean ---- */

struct names_known {
    const struct str *list;
    size_t n;
};
struct expr_names {
    struct names_known touchpoints, stages, channels, marketing, sources, segments;
    /* May a touchpoint that is not in the list exist? NULL: no. */
    bool (*gives)(const void *ctx, struct str touchpoint);
    const void *ctx;
    const struct zone *zone; /* of dates */
};

/* Checks every word and value, and reads the numbers: fills from and upto. event: only words of an
 * event may be used. Names that nobody knows are faults, with the nearest that there is. */
bool expr_check(struct expr *x, bool event, const struct expr_names *names,
                struct text_fault *fault);

/* The same for the names of a path pattern; at: where it begins in the whole text. */
struct sequence;
bool sequence_check(const struct sequence *s, const struct expr_names *names,
                    struct text_fault *fault);

/* What stands before the first touchpoint of a path and behind the last one. */
enum path_end { PATH_START, PATH_END, PATH_OPEN, PATH_ENDS };
extern const char *const path_end_names[PATH_ENDS]; /* "(start)", "(end)", "(open)" */

#endif
