/* small_cells.h - tables without cells about fewer than K customers (docs/privacy.md).
 *
 *     a table -> small rows -> rows that would give them away -> cells of the rows that stay
 *
 * K customers stand behind a count of journeys when it is larger than the journeys of the K - 1
 * customers who have most of them, together; the same of events. So whatever is counted, a figure
 * that is shown is about K different customers.
 *
 * In:      all rows of a table, and what its counts count (small_roles.h).
 * Out:     the rows that may be shown. Zeros are shown: they are about nobody.
 * Owns:    the table, for the length of a call.
 * Threads: one.
 */
#ifndef MEASURE_SMALL_CELLS_H
#define MEASURE_SMALL_CELLS_H

#include "measure/row.h"
#include "measure/small_roles.h"

/* Stands for the rows that are hidden. */
#define SMALL_ROW STR("(hidden)")

enum small_unit { SMALL_CUSTOMERS, SMALL_JOURNEYS, SMALL_EVENTS, SMALL_UNITS };

/* The least count of each unit that is about K customers for certain; 0 when nothing is hidden. */
struct small_limits {
    int64_t of[SMALL_UNITS];
};
struct small_limits small_limits(const struct world *w);

static inline bool is_small(const struct small_limits *l, enum small_unit unit, int64_t n)
{
    return n > 0 && n < l->of[unit];
}

struct small_table {
    const struct measure *m;
    const struct small_role *role;
    struct small_limits limits;
    enum small_unit attempts; /* what funnels count */
    struct table t;
    bool *hidden; /* [t.nrows] */
};

/* What the count in a column counts. */
enum small_unit small_unit_of(const struct small_table *s, const char *column);
/* The column of that name; -1: there is none. */
int small_column(const struct small_table *s, struct str name);

/* Is a pair "part/all" of role->rest small, or what is left of it? Only of pairs whose part is
 * (whole) or is not (!whole) a count of the row's own people. */
bool small_rest(const struct small_table *s, const struct cell *row, bool whole, int *column);

/* Blanks the cells of a shown row that are about too few. was: the row before anything in it was
 * blanked; row may have lost some already, and loses then what would give these away. */
void small_blank_cells(const struct small_table *s, struct cell *row, const struct cell *was);

#endif
