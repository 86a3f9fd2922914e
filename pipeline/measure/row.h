/* row.h - what the measures share when they count and when they write a row.
 *
 * Threads: each struct belongs to one worker.
 */
#ifndef MEASURE_ROW_H
#define MEASURE_ROW_H

#include <assert.h>

#include "measure/measure.h"
#include "measure/sum.h"

/* ---- distinct owners that come one after another, such as the customers of journeys ---- */

struct distinct { /* starts as zeros */
    uint64_t n;
    uint64_t last; /* owner + 1 */
};

/* True when the owner was not the last one seen. */
static inline bool distinct_see(struct distinct *d, uint64_t owner)
{
    if (d->last == owner + 1)
        return false;
    d->last = owner + 1;
    d->n++;
    return true;
}

/* Of two tallies that share no owner. */
static inline void distinct_merge(struct distinct *into, const struct distinct *from)
{
    into->n += from->n;
}

/* ---- the time between the earliest and the latest ---- */

struct span { /* starts as span_none() */
    int64_t first, last;
};

static inline struct span span_none(void)
{
    return (struct span){ INT64_MAX, INT64_MIN };
}

static inline void span_add(struct span *s, int64_t first, int64_t last)
{
    if (first < s->first)
        s->first = first;
    if (last > s->last)
        s->last = last;
}

/* ---- journeys that count in a conversion: ended, and not after a goal (A06) ---- */

struct outcome { /* starts as zeros */
    uint64_t ended, converted;
};

static inline void outcome_add(struct outcome *o, const struct journey *j)
{
    if (j->after || j->state == JOURNEY_OPEN)
        return;
    o->ended++;
    o->converted += j->state == JOURNEY_CONVERTED;
}

static inline void outcome_merge(struct outcome *into, const struct outcome *from)
{
    into->ended += from->ended;
    into->converted += from->converted;
}

/* ---- a row being written, cell by cell in the order of the columns ---- */

enum { ROW_CELLS = 64 };

struct row {
    struct cell cells[ROW_CELLS];
    size_t n;
};

/* Where a table has many rows: the cells are not written twice. */
static inline void row_begin(struct row *r)
{
    r->n = 0;
}

static inline void row_add(struct row *r, struct cell c)
{
    assert(r->n < ROW_CELLS);
    r->cells[r->n++] = c;
}

static inline void row_count(struct row *r, uint64_t n)
{
    row_add(r, cell_i((int64_t)n));
}

static inline void row_blanks(struct row *r, size_t n)
{
    for (size_t i = 0; i < n; i++)
        row_add(r, cell_blank());
}

/* Two cells: the ends of the Wilson interval of k out of n. */
static inline void row_interval(struct row *r, uint64_t k, uint64_t n)
{
    struct cell low, high;
    wilson(k, n, &low, &high);
    row_add(r, low);
    row_add(r, high);
}

/* Four cells: k / n, n, and the interval. */
static inline void row_rate(struct row *r, uint64_t k, uint64_t n)
{
    row_add(r, share(k, n));
    row_count(r, n);
    row_interval(r, k, n);
}

/* The last column of tables of times: what their percentiles are. */
#define COLUMN_TIME_EXACT                                                                          \
    {                                                                                              \
        "time_exact", UNIT_FLAG,                                                                   \
            "yes: all seconds are exact; no: there are more than 100,000, percentiles are within " \
            "0.4 %"                                                                                \
    }

static inline void row_exact(struct row *r, const struct sample *s)
{
    row_add(r, cell_i(sample_exact(s)));
}

/* Two cells: the ends of a span, blank when nothing was added to it. */
static inline void row_span(struct row *r, const struct span *s)
{
    bool none = s->first > s->last;
    row_add(r, none ? cell_blank() : cell_i(s->first));
    row_add(r, none ? cell_blank() : cell_i(s->last));
}

/* A time, or a blank for TIME_NONE. */
static inline void row_time(struct row *r, int64_t time)
{
    row_add(r, time == TIME_NONE ? cell_blank() : cell_i(time));
}

static inline bool row_send(struct row *r, const struct sink *out, size_t ncolumns)
{
    assert(r->n == ncolumns);
    (void)ncolumns;
    return out->row(out->ctx, r->cells);
}

/* ---- rows in the order of a count, largest first, then of two texts by bytes ---- */

struct ranked {
    uint64_t n;
    struct str a, b;
    uint64_t tie; /* differs between rows, and does not depend on the partition */
    size_t i;     /* where the row's numbers stand */
};

/* For qsort. */
int ranked_cmp(const void *x, const void *y);

#define COLUMNS(list) .columns = (list), .ncolumns = sizeof(list) / sizeof *(list)

#endif
