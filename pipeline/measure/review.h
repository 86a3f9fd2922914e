/* review.h - two periods, a and b, side by side: what `touchpath review` writes.
 *
 *     world of a -> period_take() ---+--> review_rows() -> review.csv
 *     world of b -> period_take() ---+--> movers_rows() -> movers.csv
 *
 * In:      the worlds of the two periods, one after the other: a period keeps tables and samples,
 *          so that only one world is in memory at a time.
 * Owns:    a period owns its tables and samples; texts are copied.
 * Threads: one.
 */
#ifndef MEASURE_REVIEW_H
#define MEASURE_REVIEW_H

#include "measure/change.h"
#include "measure/small_cells.h"

/* What the tables do not say of all journeys together. */
struct all_journeys {
    uint64_t customers, journeys, states[JOURNEY_STATES], events;
    uint64_t last; /* customer + 1 whose journey came last */
    struct outcome_count {
        uint64_t ended, converted;
    } outcome;                       /* of those that count in a conversion (A06) */
    struct sample duration, to_goal; /* of the journeys that ended; that reached their goal */
};

/* Starts as zeros; all journeys of one customer come to one, one after another. */
void all_journeys_add(struct all_journeys *all, const struct journey *j);
void all_journeys_merge(struct all_journeys *into, const struct all_journeys *from);
void all_journeys_sort(struct all_journeys *all); /* before samples are read */
void all_journeys_free(struct all_journeys *all);

/* How much a source says in the period: its events, and the days that have one. */
struct source_seen {
    uint64_t events, days;
};

struct period {
    int64_t from, until;               /* the half-open window */
    struct table tables[MEASURES_MAX]; /* as measures[]; columns NULL: not compared */
    struct all_journeys all;
    struct source_seen *sources; /* [plan->nsources] */
    struct small_limits limits;  /* all zeros: nothing is hidden */
};

/* Days of 86,400 s, with fractions. */
double period_days(const struct period *p);
/* Days of the calendar of zone that the window touches. */
uint64_t period_calendar_days(const struct period *p, const struct zone *zone);

/* Which of the choice's tables are compared. */
struct choice review_choice(const struct choice *asked);

/* Counts what each source says: events of a sealed set, all of them within the window. */
void period_see(struct period *p, const struct plan *plan, const struct event_set *set,
                const struct event *events, size_t n);
/* Adds the journeys of the part of w that there is. */
void period_add(struct period *p, const struct world *w);
/* Keeps the tables, once all parts were added. */
void period_take(struct period *p, const struct world *w, const struct tallies *tallies);
void period_free(struct period *p);

/* When small cells are hidden: takes out of the tables of both what one of them hides. */
void periods_hide(struct period *a, struct period *b);
/* Is a count of all the period's journeys or events no small one? */
bool period_shows(const struct period *p, enum small_unit unit, uint64_t n);
/* And those of journeys by state, of which the others would give one away? */
bool period_shows_states(const struct period *p);

/* The tables that a review writes; help shows them. */
struct review_table {
    const char *name, *question, *population;
    const struct column *columns;
    size_t ncolumns;
};
extern const struct review_table review_table, movers_table, trend_table;

/* Rows by table, row and column: in the order of b's table, then what only a has. False when the
 * sink refused. */
bool review_rows(const struct period *a, const struct period *b, const struct plan *plan,
                 const struct sink *out);

/* Rows by table, the largest difference first. */
bool movers_rows(const struct period *a, const struct period *b, const struct sink *out);

/* A period of many, in a row of them: `label` names it (2026-03), notes say what happened in it. */
struct trend_period {
    const struct period *period;
    struct str label, notes;
};
/* All figures of one period (trend.c), in the order of review_rows(). False when the sink refused.
 */
bool trend_rows(const struct trend_period *p, const struct plan *plan, const struct sink *out);

/* ---- what they are made of ---- */

/* Is the column a number of its own, not a key, nor a part of the number beside it? */
bool review_is_figure(const struct measure *m, const struct column *c);
/* rate, count, duration or amount */
const char *review_kind(enum unit unit);
/* In the unit that a review shows; NAN: the cell is blank. */
double review_value(enum unit unit, const struct cell *c);
/* The column that says over how many a share is; -1: none does. */
int review_size_column(const struct measure *m, const char *rate);
/* k of a rate k / n. */
uint64_t review_part(const struct cell *rate, const struct cell *n);

/* ---- review_pairs.c ---- */

#define ROW_NONE SIZE_MAX

/* The same row of both tables. */
struct row_pair {
    size_t a, b;     /* rows; ROW_NONE: there is none */
    struct str name; /* the keys, joined by " | " */
};

struct row_pairs {
    struct row_pair *list; /* rows of b in their order, then those that only a has */
    size_t n;
    struct arena arena;
};
/* The tables are of measure m, which has keys. */
void row_pairs_make(const struct measure *m, const struct table *a, const struct table *b,
                    struct row_pairs *out);
void row_pairs_free(struct row_pairs *p);

/* Is name one of a list of names, joined by commas? NULL is the empty list. */
bool role_has(const char *list, const char *name);

#endif
