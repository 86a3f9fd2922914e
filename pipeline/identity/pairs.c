/* pairs.c - see pairs.h. */
#include "identity/pairs.h"

#include <stdlib.h>

static int by_pair(const void *x, const void *y)
{
    const struct pair *a = x, *b = y;
    if (a->id != b->id)
        return a->id < b->id ? -1 : 1;
    return (a->with > b->with) - (a->with < b->with);
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

size_t pairs_distinct(struct pair *list, size_t n)
{
    size_t kept = 0;
    if (n)
        qsort(list, n, sizeof *list, by_pair);
    for (size_t i = 0; i < n; i++)
        if (!kept || by_pair(&list[kept - 1], &list[i]) != 0)
            list[kept++] = list[i];
    return kept;
}

size_t numbers_distinct(uint32_t *list, size_t n)
{
    size_t kept = 0;
    if (n)
        qsort(list, n, sizeof *list, by_number);
    for (size_t i = 0; i < n; i++)
        if (!kept || list[kept - 1] != list[i])
            list[kept++] = list[i];
    return kept;
}
