/* table.h - what a report knows of numbers: named, typed columns, and rows of cells.
 *
 * A measure writes rows to a sink; who listens writes CSV, or keeps them (struct table) for a
 * diagram. Column names and order are a contract: they change only with REPORT_VERSION.
 */
#ifndef MEASURE_TABLE_H
#define MEASURE_TABLE_H

#include "base/arena.h"

enum { REPORT_VERSION = 1 };

enum unit {
    UNIT_TEXT,    /* cell.text */
    UNIT_COUNT,   /* cell.i */
    UNIT_SHARE,   /* cell.d, 0 to 1 */
    UNIT_NUMBER,  /* cell.d */
    UNIT_MICROS,  /* cell.i: millionths, written as a decimal number (money, scores, emotion) */
    UNIT_SECONDS, /* cell.i: microseconds, written in seconds */
    UNIT_TIME,    /* cell.i: microseconds since 1970, written as ISO 8601 in UTC */
    UNIT_FLAG,    /* cell.i: 0 or 1, written no or yes */
};

struct column {
    const char *name; /* lower case, words joined by _ */
    enum unit unit;
    const char *what; /* one sentence: what it counts, over what */
};

struct cell {
    bool blank; /* nothing to say: not 0 */
    union {
        int64_t i;
        double d;
        struct str text;
    };
};

/* Constructors, so that measures read well. */
static inline struct cell cell_blank(void)
{
    return (struct cell){ .blank = true };
}
static inline struct cell cell_i(int64_t i)
{
    return (struct cell){ .i = i };
}
static inline struct cell cell_d(double d)
{
    return (struct cell){ .d = d };
}
static inline struct cell cell_text(struct str s)
{
    return (struct cell){ .text = s };
}
static inline struct cell cell_c(const char *c)
{
    return (struct cell){ .text = str_c(c) };
}

/* Receives rows, ncolumns cells each; cells and their texts are good during the call only. False:
 * it cannot take more (a full disk). */
struct sink {
    bool (*row)(void *ctx, const struct cell *cells);
    void *ctx;
};

/* A table kept in memory. */
struct table {
    const struct column *columns;
    size_t ncolumns;
    struct cell *cells; /* [row * ncolumns + column] */
    size_t nrows, room;
    struct arena arena; /* texts */
    struct spill *spill; /* NULL unless table_spill() named one */
};
void table_init(struct table *t, const struct column *columns, size_t ncolumns);
/* Right afterwards: the table may be larger than memory (base/spill.h). */
void table_spill(struct table *t, struct spill *spill);
struct sink table_sink(struct table *t);
void table_free(struct table *t);
/* The column of that name; asserts that it exists. */
size_t table_column(const struct table *t, const char *name);
const struct cell *table_cell(const struct table *t, size_t row, const char *column);

#endif
