/* people.h - the columns of a list of people: those of customers.csv that were asked for, and
 * identifiers.
 */
#ifndef CMD_PEOPLE_H
#define CMD_PEOPLE_H

#include "measure/measure.h"

enum { PEOPLE_COLUMNS_MAX = 40 };

struct people_columns {
    struct column list[PEOPLE_COLUMNS_MAX];
    int from[PEOPLE_COLUMNS_MAX]; /* column of customers.csv; or -1 - enum id_kind */
    size_t n;
};

/* customer, first_time, last_time, journeys and value, then the fields, "state,item". False, said
 * on stderr, when there is no such field, or it is a kind of identifier and raw_ids is not set. */
bool people_columns_read(struct people_columns *c, struct str fields, bool raw_ids);

struct people_count {
    uint64_t listed, left_out;
};

/* A row for each customer with a journey in the world, by name, but for those of left_out
 * ([customers.n]; NULL: nobody). False when the sink refused. */
bool people_write(const struct world *w, const struct people_columns *c, const bool *left_out,
                  const struct sink *out, struct people_count *count);

#endif
