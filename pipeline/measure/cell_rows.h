/* cell_rows.h - which rows of a table a cell of it means, and which figure in them:
 *
 *     cell(transitions, count, from = cart, to = 'order placed')
 *     cell(support, of-n, figure = 'answered within')           a column less another
 *
 * In:      the arguments; the rows of the table of all journeys.
 * Out:     what a table of a part of the journeys has in these rows. What the table of all counts
 *          in a row (other) is, in a part, every row that the table of all does not show.
 * Owns:    copies of the arguments, and the rows of the table of all.
 * Threads: const once it is ready.
 */
#ifndef MEASURE_CELL_ROWS_H
#define MEASURE_CELL_ROWS_H

#include "base/intern.h"
#include "config/fault.h"
#include "measure/measure.h"

enum { CELL_CONDITIONS_MAX = 12 };

struct cell_condition {
    size_t column;
    struct str text; /* of a UNIT_TEXT column; n is 0: blank */
    bool blank;
    int64_t count; /* of a UNIT_COUNT column, or a UNIT_SECONDS one: microseconds */
    size_t arg;    /* its value among the arguments */
};

struct cell_rows {
    const struct measure *of;
    size_t column, less; /* less is ncolumns when nothing is taken away */
    bool counts;         /* of something that cannot be less than nothing */
    struct cell_condition conditions[CELL_CONDITIONS_MAX];
    size_t nconditions;
    bool other;         /* a condition says (other) */
    bool folds;         /* some row of all is one (other) */
    size_t nkeys;       /* the first columns that tell rows apart */
    struct table whole; /* the rows of all journeys */
    struct intern keys; /* what tells them apart */
    struct arena arena;
};

/* args: a table, a column, then a column and what it says in turns. False with the fault, whose
 * place is the number of the argument. */
bool cell_rows_read(struct cell_rows *c, const struct str *args, size_t nargs,
                    struct text_fault *fault);
/* After whole was filled. False when no row is meant. */
bool cell_rows_know(struct cell_rows *c);
/* Says then which argument no row fits. Returns false. */
bool cell_rows_missing(const struct cell_rows *c, struct text_fault *fault);
void cell_rows_free(struct cell_rows *c);

/* What these rows say: millionths. *any: there was such a row. */
struct cell_sum {
    const struct cell_rows *of;
    int64_t sum;
    bool any;
    struct arena scratch;
};
struct sink cell_sum_sink(struct cell_sum *sum);

#endif
