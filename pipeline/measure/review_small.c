/* review_small.c - see review.h: two periods whose small cells are hidden, side by side.
 *
 * A row that only one of them shows may be there in the other, but hidden: it would look like none.
 * So a review shows what both periods show.
 */
#include <stdlib.h>

#include "measure/review.h"

static void blank_unshared(const struct table *t, struct cell *a, struct cell *b)
{
    for (size_t c = 0; c < t->ncolumns; c++)
        if (a[c].blank != b[c].blank && t->columns[c].unit != UNIT_TEXT)
            a[c] = b[c] = cell_blank();
}

/* Keeps the rows that are marked, in their order. */
static void keep_rows(struct table *t, const bool *kept)
{
    size_t n = 0;
    for (size_t row = 0; row < t->nrows; row++)
        if (kept[row])
            memmove(t->cells + n++ * t->ncolumns, t->cells + row * t->ncolumns,
                    t->ncolumns * sizeof *t->cells);
    t->nrows = n;
}

static void hide_unshared(const struct measure *m, struct table *a, struct table *b)
{
    struct row_pairs pairs;
    bool *in_a = mem_zero(a->nrows + 1, sizeof *in_a), *in_b = mem_zero(b->nrows + 1, sizeof *in_b);
    row_pairs_make(m, a, b, &pairs);
    for (size_t i = 0; i < pairs.n; i++) {
        const struct row_pair *p = &pairs.list[i];
        if (p->a == ROW_NONE || p->b == ROW_NONE)
            continue;
        in_a[p->a] = in_b[p->b] = true;
        blank_unshared(a, a->cells + p->a * a->ncolumns, b->cells + p->b * b->ncolumns);
    }
    keep_rows(a, in_a);
    keep_rows(b, in_b);
    row_pairs_free(&pairs);
    free(in_a);
    free(in_b);
}

void periods_hide(struct period *a, struct period *b)
{
    for (size_t i = 0; measures[i]; i++)
        if (a->tables[i].columns && b->tables[i].columns)
            hide_unshared(measures[i], &a->tables[i], &b->tables[i]);
}

bool period_shows(const struct period *p, enum small_unit unit, uint64_t n)
{
    return !is_small(&p->limits, unit, n > INT64_MAX ? INT64_MAX : (int64_t)n);
}

bool period_shows_states(const struct period *p)
{
    const struct all_journeys *all = &p->all;
    bool shows = period_shows(p, SMALL_JOURNEYS, all->outcome.converted) &&
                 period_shows(p, SMALL_JOURNEYS, all->outcome.ended - all->outcome.converted);
    for (int i = 0; i < JOURNEY_STATES; i++)
        shows = shows && period_shows(p, SMALL_JOURNEYS, all->states[i]);
    return shows;
}
