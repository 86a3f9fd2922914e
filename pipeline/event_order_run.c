/* event_order_run.c - one customer's events by time (order.h: order_run).
 *
 * Runs are short, or come nearly in order, or are one customer's millions: insertion for the first,
 * a look whether anything must be done for the second, quicksort with the comparison inlined for
 * the third, and heapsort where quicksort's parts get out of hand, so that no input is quadratic.
 */
#include "event_order.h"

enum { SHORT_RUN = 24 };

static inline bool before(const struct event *a, const struct event *b)
{
    if (a->time != b->time)
        return a->time < b->time;
    if (a->origin != b->origin)
        return a->origin < b->origin;
    return a->rule < b->rule;
}

static inline void exchange(struct event *a, struct event *b)
{
    struct event e = *a;
    *a = *b;
    *b = e;
}

static void sort_short(struct event *ev, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        if (!before(&ev[i], &ev[i - 1]))
            continue;
        struct event e = ev[i];
        size_t at = i;
        do
            ev[at] = ev[at - 1];
        while (--at && before(&e, &ev[at - 1]));
        ev[at] = e;
    }
}

static void sift_down(struct event *ev, size_t at, size_t n)
{
    for (size_t child; (child = 2 * at + 1) < n; at = child) {
        if (child + 1 < n && before(&ev[child], &ev[child + 1]))
            child++;
        if (!before(&ev[at], &ev[child]))
            return;
        exchange(&ev[at], &ev[child]);
    }
}

static void sort_heap(struct event *ev, size_t n)
{
    for (size_t i = n / 2; i-- > 0;)
        sift_down(ev, i, n);
    for (size_t end = n; end-- > 1;) {
        exchange(&ev[0], &ev[end]);
        sift_down(ev, 0, end);
    }
}

/* Puts the middle one of three to the front. */
static void pivot_to_front(struct event *ev, size_t n)
{
    struct event *a = &ev[n / 4], *b = &ev[n / 2], *c = &ev[n - 1 - n / 4];
    if (before(b, a)) {
        struct event *x = a;
        a = b;
        b = x;
    }
    if (before(c, b))
        b = before(c, a) ? a : c;
    exchange(&ev[0], b);
}

/* Parts around ev[0] and returns where it stands then. No two events are equal in all three. */
static size_t part_run(struct event *ev, size_t n)
{
    pivot_to_front(ev, n);
    struct event pivot = ev[0];
    size_t low = 0, high = n;
    for (;;) {
        do
            low++;
        while (low < n && before(&ev[low], &pivot));
        do
            high--;
        while (before(&pivot, &ev[high]));
        if (low >= high)
            break;
        exchange(&ev[low], &ev[high]);
    }
    exchange(&ev[0], &ev[high]);
    return high;
}

static void sort_long(struct event *ev, size_t n, unsigned depth)
{
    while (n > SHORT_RUN) {
        if (depth-- == 0) {
            sort_heap(ev, n);
            return;
        }
        size_t at = part_run(ev, n);
        if (at < n - at) {
            sort_long(ev, at, depth);
            ev += at + 1;
            n -= at + 1;
        } else {
            sort_long(ev + at + 1, n - at - 1, depth);
            n = at;
        }
    }
    sort_short(ev, n);
}

void order_run(struct event *ev, size_t n)
{
    if (n <= SHORT_RUN) {
        sort_short(ev, n);
        return;
    }
    size_t i = 1;
    while (i < n && !before(&ev[i], &ev[i - 1]))
        i++;
    if (i == n)
        return;
    unsigned depth = 0;
    for (size_t left = n; left; left /= 2)
        depth += 2;
    sort_long(ev, n, depth);
}
