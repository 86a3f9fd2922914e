/* value_numbers.c - see value_numbers.h. */
#include "ingest/value_numbers.h"

#include <stdlib.h>

enum { VALUES_BYTES_MAX = 32 << 20, AHEAD = 32 };

static void want(struct value_numbers *numbers, int32_t column, const struct matcher *m)
{
    if (column < 0 || value_numbers_column(numbers, column))
        return;
    struct numbered_column *c = &numbers->list[numbers->n++];
    c->column = (size_t)column;
    for (size_t i = 0; i < m->nfields; i++)
        c->judged |= m->fields[i].column == column;
}

void value_numbers_init(struct value_numbers *numbers, const struct source *source,
                        const struct matcher *m)
{
    *numbers = (struct value_numbers){ 0 };
    numbers->list = mem_zero(source->nidentify * IDENTIFY_FIELDS_MAX + 1, sizeof *numbers->list);
    for (size_t k = 0; k < source->nidentify; k++)
        for (size_t f = 1; f < source->identify[k].nfields; f++)
            want(numbers, source->slot[source->identify[k].fields[f]], m);
}

void value_numbers_free(struct value_numbers *numbers)
{
    for (size_t i = 0; i < numbers->n; i++) {
        intern_free(&numbers->list[i].values);
        free(numbers->list[i].of);
    }
    free(numbers->list);
    *numbers = (struct value_numbers){ 0 };
}

/* Looked up some at a time, what they will touch fetched before. */
static void number(struct intern *in, const struct str *values, size_t n, uint32_t *of)
{
    uint32_t hashes[AHEAD];
    for (size_t i = 0; i < n; i++) {
        hashes[i] = intern_hash(values[i]);
        intern_prefetch_slot(in, hashes[i]);
    }
    for (size_t i = 0; i < n; i++)
        intern_prefetch_text(in, hashes[i], values[i].n);
    for (size_t i = 0; i < n; i++)
        of[i] = values[i].n ? intern_add_hashed(in, values[i], hashes[i]) : NUMBER_ABSENT;
}

void value_numbers_fill(struct value_numbers *numbers, struct batch *b)
{
    size_t bytes = 0;
    for (size_t i = 0; i < numbers->n; i++)
        bytes += numbers->list[i].values.bytes;
    if (bytes > VALUES_BYTES_MAX)
        numbers->epoch++;
    for (size_t i = 0; i < numbers->n; i++) {
        struct numbered_column *list = &numbers->list[i];
        const struct str *values = batch_column(b, list->column);
        if (bytes > VALUES_BYTES_MAX)
            intern_free(&list->values);
        if (!list->judged)
            continue;
        list->of = mem_grow(list->of, &list->room, b->n, sizeof *list->of);
        for (size_t first = 0; first < b->n; first += AHEAD)
            number(&list->values, values + first, b->n - first < AHEAD ? b->n - first : AHEAD,
                   list->of + first);
    }
    b->numbers = numbers;
}

uint32_t value_numbers_at(const struct batch *b, int32_t column, size_t record)
{
    struct numbered_column *c = value_numbers_column(b->numbers, column);
    if (!c)
        return NUMBER_ABSENT;
    if (c->judged)
        return c->of[record];
    struct str value = batch_column(b, c->column)[record];
    return value.n ? intern_add(&c->values, value) : NUMBER_ABSENT;
}
