/* value_numbers.h - the values of some columns as small numbers.
 *
 * The second and later fields of an identifier (the browser of an address) are long and few, and
 * rules often judge them, too: each value is looked up once a record, and who needs it takes its
 * number. Forgetting is allowed: numbers begin anew then, and `epoch` tells.
 *
 * Owns:    copies of the values.
 * Threads: one worker's.
 */
#ifndef INGEST_VALUE_NUMBERS_H
#define INGEST_VALUE_NUMBERS_H

#include "base/intern.h"
#include "config/plan.h"
#include "ingest/batch.h"

#define NUMBER_ABSENT UINT32_MAX /* of an absent or empty value */

struct numbered_column {
    size_t column; /* of the batch */
    struct intern values;
    uint32_t *of; /* [record] of the batch filled last */
    size_t room;
};

struct value_numbers {
    struct numbered_column *list;
    size_t n;
    uint32_t epoch; /* how often numbers began anew */
};

void value_numbers_init(struct value_numbers *numbers, const struct source *source);
void value_numbers_free(struct value_numbers *numbers);

/* Numbers the batch's values, which can be asked for as long as it is not filled again. */
void value_numbers_fill(struct value_numbers *numbers, struct batch *b);

/* [record] the numbers of a column, or NULL when it has none. */
static inline const uint32_t *value_numbers_of(const struct value_numbers *numbers, int32_t column)
{
    for (size_t i = 0; numbers && i < numbers->n; i++)
        if (column >= 0 && numbers->list[i].column == (size_t)column)
            return numbers->list[i].of;
    return NULL;
}

#endif
