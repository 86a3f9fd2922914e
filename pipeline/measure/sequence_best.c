/* sequence_best.c - see sequence_best.h. */
#include "measure/sequence_best.h"

/* The order of the table: <0 when a comes first. */
static int sequence_cmp(const struct world *w, const struct sequence *a, const struct sequence *b)
{
    uint64_t p = support_all(&a->support), q = support_all(&b->support);
    if (p != q)
        return p > q ? -1 : 1;
    if (a->n != b->n)
        return a->n < b->n ? -1 : 1;
    return cut_names_cmp(w, a->touch, a->n, b->touch, b->n);
}

static void heap_down(struct sequence_best *b, size_t at)
{
    for (;;) {
        size_t child = 2 * at + 1;
        if (child + 1 < b->n && sequence_cmp(b->w, &b->list[child + 1], &b->list[child]) > 0)
            child++;
        if (child >= b->n || sequence_cmp(b->w, &b->list[child], &b->list[at]) <= 0)
            return;
        struct sequence swap = b->list[at];
        b->list[at] = b->list[child];
        b->list[child] = swap;
        at = child;
    }
}

void sequence_best_keep(struct sequence_best *b, const struct sequence *found)
{
    if (b->n < SEQUENCES) {
        b->list[b->n++] = *found;
        for (size_t i = b->n / 2; b->n == SEQUENCES && i-- > 0;)
            heap_down(b, i);
    } else if (sequence_cmp(b->w, found, &b->list[0]) < 0) {
        b->list[0] = *found;
        heap_down(b, 0);
    }
}

/* Taken off the heap, the last one of the order comes first. */
void sequence_best_sort(struct sequence_best *b)
{
    size_t count = b->n;
    if (count < SEQUENCES)
        for (size_t i = count / 2; i-- > 0;)
            heap_down(b, i);
    while (b->n > 1) {
        struct sequence last = b->list[0];
        b->list[0] = b->list[--b->n];
        b->list[b->n] = last;
        heap_down(b, 0);
    }
    b->n = count;
}
