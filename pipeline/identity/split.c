/* split.c - see split.h: looking up. Lists are made in sign_ins.c. */
#include "identity/split.h"

#include <stdlib.h>

static bool is_after(const struct sign_in *s, int64_t time, uint64_t origin)
{
    return s->since > time || (s->since == time && s->origin > origin);
}

/* later - earlier <= window, for any times. */
static bool is_within(int64_t earlier, int64_t later, int64_t window)
{
    return later <= earlier || (uint64_t)later - (uint64_t)earlier <= (uint64_t)window;
}

uint32_t split_customer(const struct splits *splits, uint32_t number, int64_t time, uint64_t origin)
{
    const struct split *split = &splits->list[number];
    const struct sign_in *list = splits->sign_ins + split->first;
    uint32_t low = 0, high = split->n; /* the first one after the event */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (is_after(&list[middle], time, origin))
            high = middle;
        else
            low = middle + 1;
    }
    if (low > 0 && is_within(list[low - 1].until, time, split->window))
        return list[low - 1].customer;
    if (low < split->n && is_within(time, list[low].since, split->window))
        return list[low].customer;
    return split->own;
}

void splits_free(struct splits *splits)
{
    free(splits->list);
    free(splits->sign_ins);
    *splits = (struct splits){ 0 };
}
