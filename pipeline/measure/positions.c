/* positions.c - see positions.h. */
#include "measure/positions.h"

#include <stdlib.h>

static void add_times(struct positions *p, uint32_t place, uint64_t times)
{
    size_t had = p->room;
    p->counts = mem_grow(p->counts, &p->room, place, sizeof *p->counts);
    memset(p->counts + had, 0, (p->room - had) * sizeof *p->counts);
    p->counts[place - 1] += times;
    p->counted += times;
}

/* They are looked up one by one: buckets would not do. */
static struct sample *further(struct positions *p)
{
    p->further.exact_max = SIZE_MAX;
    return &p->further;
}

void positions_add(struct positions *p, uint32_t place)
{
    if (place > POSITIONS_COUNTED) {
        sample_add(further(p), place);
    } else if (place > p->room) {
        add_times(p, place, 1);
    } else {
        p->counts[place - 1]++;
        p->counted++;
    }
}

void positions_merge(struct positions *into, const struct positions *from)
{
    for (size_t i = 0; i < from->room; i++)
        if (from->counts[i])
            add_times(into, (uint32_t)i + 1, from->counts[i]);
    sample_merge(further(into), &from->further);
}

/* The place of the k-th event, from 0, when they are sorted by place. */
static int64_t place_at(const struct positions *p, uint64_t k)
{
    if (k >= p->counted)
        return p->further.values[k - p->counted];
    size_t i = 0;
    for (uint64_t seen = p->counts[0]; seen <= k; seen += p->counts[i])
        i++;
    return (int64_t)i + 1;
}

struct cell positions_median(struct positions *p)
{
    uint64_t n = p->counted + p->further.n;
    if (n == 0)
        return cell_blank();
    sample_sort(&p->further);
    /* Both are the same place when n is odd. Their sum is even millionths: no rounding. */
    int64_t low = place_at(p, (n - 1) / 2), high = place_at(p, n / 2);
    return cell_i((low + high) * 500000);
}

void positions_free(struct positions *p)
{
    free(p->counts);
    sample_free(&p->further);
    *p = (struct positions){ 0 };
}
