/* align.c - see align.h. */
#include "measure/align.h"

#include <assert.h>
#include <stdlib.h>

#include "base/arena.h"

static bool swapped(const uint32_t *path, size_t i, const uint32_t *model, size_t k)
{
    return i > 1 && k > 1 && path[i - 1] != path[i - 2] && path[i - 1] == model[k - 2] &&
           path[i - 2] == model[k - 1];
}

/* costs[i * (m + 1) + k]: of the first i of the path and the first k of the model. */
static void fill(uint16_t *costs, const uint32_t *path, size_t n, const uint32_t *model, size_t m)
{
    size_t wide = m + 1;
    for (size_t i = 0; i <= n; i++)
        for (size_t k = 0; k <= m; k++) {
            unsigned best = i ? k ? UINT16_MAX : (unsigned)i : (unsigned)k;
            if (i && k) {
                unsigned extra = costs[(i - 1) * wide + k] + 1u;
                unsigned skip = costs[i * wide + k - 1] + 1u;
                best = extra < skip ? extra : skip;
                if (path[i - 1] == model[k - 1] && costs[(i - 1) * wide + k - 1] < best)
                    best = costs[(i - 1) * wide + k - 1];
                if (swapped(path, i, model, k) && costs[(i - 2) * wide + k - 2] + 1u < best)
                    best = costs[(i - 2) * wide + k - 2] + 1u;
            }
            costs[i * wide + k] = (uint16_t)best;
        }
}

size_t align(struct align_room *room, const uint32_t *path, size_t n, const uint32_t *model,
             size_t m, bool on_its_way, struct align_op *ops)
{
    assert(n <= ALIGN_MAX && m <= ALIGN_MAX);
    size_t wide = m + 1, i = n, k = m, count = 0;
    room->costs = mem_grow(room->costs, &room->room, (n + 1) * wide, sizeof *room->costs);
    const uint16_t *costs = room->costs;
    fill(room->costs, path, n, model, m);
    for (size_t end = m; on_its_way && end-- > 0;)
        if (costs[n * wide + end] < costs[n * wide + k])
            k = end;
    /* Backwards; where several ways cost the same: a step, a swap, an extra, a skip. */
    while (i || k) {
        unsigned cost = costs[i * wide + k];
        struct align_op op = { ALIGN_SKIP, (uint32_t)i, 0 };
        if (i && k && path[i - 1] == model[k - 1] && costs[(i - 1) * wide + k - 1] == cost) {
            op = (struct align_op){ ALIGN_STEP, (uint32_t)--i, (uint32_t)--k };
        } else if (swapped(path, i, model, k) && costs[(i - 2) * wide + k - 2] + 1u == cost) {
            i -= 2;
            k -= 2;
            op = (struct align_op){ ALIGN_SWAP, (uint32_t)i, (uint32_t)k };
        } else if (i && costs[(i - 1) * wide + k] + 1u == cost) {
            op = (struct align_op){ ALIGN_EXTRA, (uint32_t)--i, (uint32_t)k };
        } else {
            op.model = (uint32_t)--k;
        }
        ops[count++] = op;
    }
    for (size_t a = 0, b = count; a + 1 < b; a++) {
        struct align_op op = ops[a];
        ops[a] = ops[--b];
        ops[b] = op;
    }
    return count;
}

void align_free(struct align_room *room)
{
    free(room->costs);
    *room = (struct align_room){ 0 };
}
