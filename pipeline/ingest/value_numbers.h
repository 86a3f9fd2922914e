/* value_numbers.h - the values of some columns as small numbers.
 *
 * The second and later fields of an identifier (the browser of an address) are long and few, and
 * rules often judge them, too: then each value is looked up once a record, and who needs it takes
 * its number. Where no rule judges them, only records that give events are looked up. Forgetting is
 * allowed: numbers begin anew then, and `epoch` tells.
 *
 * Owns:    copies of the values.
 * Threads: one worker's.
 */
#ifndef INGEST_VALUE_NUMBERS_H
#define INGEST_VALUE_NUMBERS_H

#include "base/intern.h"
#include "config/plan.h"
#include "ingest/batch.h"
#include "ingest/matcher.h"

#define NUMBER_ABSENT UINT32_MAX /* of an absent or empty value */

struct numbered_column {
    size_t column; /* of the batch */
    bool judged;   /* by a rule */
    struct intern values;
    uint32_t *of; /* [record] of the batch filled last, when judged */
    size_t room;
};

struct value_numbers {
    struct numbered_column *list;
    size_t n;
    uint32_t epoch; /* how often numbers began anew */
};

/* m: the matcher of the source. */
void value_numbers_init(struct value_numbers *numbers, const struct source *source,
                        const struct matcher *m);
void value_numbers_free(struct value_numbers *numbers);

/* Numbers the values of the batch that rules judge. They and others can be asked for as long as it
 * is not filled again. */
void value_numbers_fill(struct value_numbers *numbers, struct batch *b);

/* A column that has numbers, or NULL. */
static inline struct numbered_column *value_numbers_column(const struct value_numbers *numbers,
                                                           int32_t column)
{
    for (size_t i = 0; numbers && i < numbers->n; i++)
        if (column >= 0 && numbers->list[i].column == (size_t)column)
            return &numbers->list[i];
    return NULL;
}

/* [record] the numbers of a column that rules judge; NULL of others. */
static inline const uint32_t *value_numbers_of(const struct value_numbers *numbers, int32_t column)
{
    const struct numbered_column *c = value_numbers_column(numbers, column);
    return c && c->judged ? c->of : NULL;
}

/* The number of what a record has in a column of the source's identifiers; NUMBER_ABSENT also when
 * the source has no such column. */
uint32_t value_numbers_at(const struct batch *b, int32_t column, size_t record);

#endif
