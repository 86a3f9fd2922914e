/* measure.h - journeys to tables: the registry of all measures.
 *
 * A measure is begin / add(journey) / merge / table. merge(a, b) equals the tally of all their
 * journeys together, in any order and grouping: tallies hold counts, sums of integers, minima,
 * maxima and collections that table() sorts - never averages. All journeys of one customer come to
 * one tally, one after another. From the registry come the CSV files, `touchpath help reports` and
 * docs/reports.md. Threads: a tally belongs to one worker.
 */
#ifndef MEASURE_MEASURE_H
#define MEASURE_MEASURE_H

#include "journey/journeys.h"
#include "measure/sample.h"

/* How `touchpath review` sets the tables of two periods side by side (review.h). Names of columns,
 * joined by commas. Shares are tested with the column NAME_n, counts as events that come one by
 * one; columns that end with _n, _low and _high are no figures of their own. */
struct review_roles {
    const char *keys;     /* tell the rows apart; NULL: the table is not compared */
    const char *rates;    /* "forward_rate/entries": what is the n of a share that has no NAME_n */
    const char *untested; /* counts that are no events, such as a length */
    const char *whole;    /* a key: only rows in which it says (all) are compared */
    const char *moves;    /* a count: rows are ranked by it in movers.csv; NULL: not there */
    bool movers_only;     /* too many rows for review.csv */
    bool elsewhere;       /* compared in a file of its own */
};

struct funnel_reader; /* funnel.h */
struct funnel_unit;

struct measure {
    const char *name;       /* of the table: "transitions" -> transitions.csv */
    const char *question;   /* what it answers, one sentence */
    const char *population; /* whom it counts, and what its rows add up to */
    const struct column *columns;
    size_t ncolumns;
    bool on_request;                         /* written only when asked for by name */
    bool (*wanted)(const struct plan *plan); /* or when the project asks for it by its own keys;
                                                NULL: it has none */
    bool of_the_run; /* its rows are not made of what journeys add to them: cell() cannot ask it */
    bool streams;    /* one row a journey or event, never kept in memory: it has no tally, and
                        table() writes the rows of the part of the world that there is */
    void *(*begin)(const struct world *w); /* NULL: it has no tally; but for one that streams,
                                              table() reads what holds of all parts (journeys.h),
                                              and no other table() reads anything else of w */
    /* An empty tally that takes from that of all journeys what only they can decide, such as which
     * path is the happy one; it borrows from it, and is freed first. NULL: begin() will do. */
    void *(*begin_as)(const struct world *w, const void *whole);
    void (*add)(void *tally, const struct world *w, const struct journey *j); /* or NULL */
    void (*customer)(void *tally, const struct world *w, uint32_t customer);  /* or NULL: once for
                                   each, also for those who have no journey */
    /* or NULL: once for each unit that enters a funnel of the plan. A funnel is read once for all
     * measures together, which is why they have no reader of their own. */
    void (*unit)(void *tally, const struct world *w, size_t funnel, struct funnel_reader *r,
                 const struct funnel_unit *unit);
    void (*merge)(void *into, void *from); /* from is freed afterwards by the caller */
    bool (*table)(void *tally, const struct world *w,
                  const struct sink *out); /* rows in their stated order; false: the sink refused */
    void (*free)(void *tally);
    struct review_roles review;
};

extern const struct measure *const measures[]; /* in the order of reports; ends with NULL */
const struct measure *measure_find(const char *name);

/* Which measures a run is to make: those that are not on request, and those asked for. */
enum { MEASURES_MAX = 64 };
struct choice {
    bool of[MEASURES_MAX]; /* as measures[] */
};
struct choice choice_default(void);
/* Adds those that the project asks for by keys of its own, such as `funnels`. */
void choice_add_wanted(struct choice *c, const struct plan *plan);
/* Adds the measure of that name, or with "all" every one. False when there is none of that name. */
bool choice_add(struct choice *c, struct str name);
/* Adds those that a list asks for, "paths,events". False when a name is none: it is in *unknown. */
bool choice_add_list(struct choice *c, struct str names, struct str *unknown);

/* Adds a customer with all its journeys to a tally of the measure. For suites: tallies_make() makes
 * the readers of funnels once for all customers. */
void measure_add(const struct measure *m, void *tally, const struct world *w, uint32_t customer);

/* All journeys together, as a summary tells them. */
struct journey_counts {
    uint64_t states[JOURNEY_STATES], customers; /* those who have a journey */
    uint64_t ended, converted;                  /* of phase before (A06) */
};

/* The tallies of the chosen measures; list[i] belongs to measures[i] (NULL when it has no tally or
 * was not chosen). */
struct counting; /* registry.c */
struct tallies {
    size_t n;
    void **list;
    struct choice choice;
    struct journey_counts journeys;
    struct counting *counting; /* until tallies_end() */
};

/* Where the rows of a measure that streams go while journeys are counted. */
struct hidden;
struct stream {
    const struct measure *of;
    struct sink to;
    struct hidden *hidden;
    bool refused; /* the sink refused a row: then no more are sent */
    int error;    /* errno then */
};

/* Adds the journeys of a world part by part, in parallel over customers; the rows of streams, which
 * go on from part to part, are written at the same time. world_next() comes between two parts, and
 * tallies can be asked once they are ended. */
void tallies_begin(struct tallies *t, const struct world *w, const struct choice *choice,
                   int workers);
void tallies_add(struct tallies *t, const struct world *w, struct stream *streams, size_t nstreams);
void tallies_end(struct tallies *t, const struct world *w);
/* All of it, for a world of one part. */
void tallies_make(const struct world *w, const struct choice *choice, int workers,
                  struct tallies *out);
void tallies_free(struct tallies *t);

/* ---- rows, without what is about too few people (small_cells.h) ---- */

struct hidden {
    bool withheld; /* the whole table: it lists single persons, or says nothing of how many */
    uint64_t rows, cells;
};

/* The rows of a measure, as everything that is shared with people shows them: the one way to get
 * rows out of a tally. hidden: what was left out is added to it; NULL: then there is no row
 * (hidden) either, which only tables have. False: the sink refused. */
bool measure_table(const struct measure *m, void *tally, const struct world *w,
                   const struct sink *out, struct hidden *hidden);

/* ---- statistics that all tables share (stats.c; samples of values: sample.h) ---- */

/* The Wilson 95 % interval of k out of n (z = 1.959963984540054, A57); blank cells when n is 0. */
void wilson(uint64_t k, uint64_t n, struct cell *low, struct cell *high);
/* k / n, blank when n is 0. */
struct cell share(uint64_t k, uint64_t n);

#endif
