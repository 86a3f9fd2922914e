/* movers.c - see review.h: rows that came, went, or grew and shrank much (definitions.md 2.20).
 *
 * As Matomo's Insights: a row is of interest when it makes 2 % of the whole in a or in b, and
 * changed by 20 % or more. A mover changed more, in its direction, than the whole did.
 */
#include <math.h>
#include <stdlib.h>

#include "base/par.h"
#include "measure/review.h"
#include "measure/row.h"

#define IMPACT_LEAST 0.02
#define GROWTH_LEAST 0.2

static const struct column columns[] = {
    { "table", UNIT_TEXT, "table that the row is of" },
    { "row", UNIT_TEXT, "its row: the columns that tell rows apart, joined by ' | '" },
    { "counted", UNIT_TEXT, "column that a and b are of" },
    { "what", UNIT_TEXT, "new (nothing in a), vanished (nothing in b), up or down" },
    { "a", UNIT_COUNT, "the count in period a" },
    { "b", UNIT_COUNT, "the count in period b" },
    { "difference", UNIT_COUNT, "b less a; rows are in the order of its size" },
    { "percent", UNIT_NUMBER, "growth of the count per day, in percent; blank when a is 0" },
    { "share_a", UNIT_SHARE, "a over the sum of the column in period a" },
    { "share_b", UNIT_SHARE, "b over the sum of the column in period b" },
    { "mover", UNIT_FLAG, "grew, or shrank, more than the sum of the column did" },
};

struct move {
    struct str name;
    int64_t a, b;
};

static int by_size(const void *x, const void *y)
{
    const struct move *p = x, *q = y;
    int64_t d = llabs(p->b - p->a), e = llabs(q->b - q->a);
    return d != e ? (d < e) - (d > e) : str_cmp(p->name, q->name);
}

/* Of counts per day: -1 for what vanished, infinite for what is new. */
static double growth(const struct period *a, const struct period *b, int64_t x, int64_t y)
{
    return ((double)y / period_days(b)) / ((double)x / period_days(a)) - 1;
}

static bool write_move(const struct measure *m, const struct period *a, const struct period *b,
                       const struct move *move, const struct move *all, const struct sink *out)
{
    double grew = growth(a, b, move->a, move->b), overall = growth(a, b, all->a, all->b);
    struct cell share_a = share((uint64_t)move->a, (uint64_t)all->a);
    struct cell share_b = share((uint64_t)move->b, (uint64_t)all->b);
    bool much = (!share_a.blank && share_a.d >= IMPACT_LEAST) ||
                (!share_b.blank && share_b.d >= IMPACT_LEAST);
    if (!much || !(fabs(grew) >= GROWTH_LEAST))
        return true;
    struct row r = { .n = 0 };
    row_add(&r, cell_c(m->name));
    row_add(&r, cell_text(move->name));
    row_add(&r, cell_c(m->review.moves));
    row_add(&r, cell_c(!move->a ? "new" : !move->b ? "vanished" : grew > 0 ? "up" : "down"));
    row_add(&r, cell_i(move->a));
    row_add(&r, cell_i(move->b));
    row_add(&r, cell_i(move->b - move->a));
    row_add(&r, move->a ? cell_d(100 * grew) : cell_blank());
    row_add(&r, share_a);
    row_add(&r, share_b);
    row_add(&r, cell_i(grew > 0 ? !(grew <= overall) : !(grew >= overall)));
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool moves_of(size_t i, const struct period *a, const struct period *b,
                     const struct sink *out)
{
    const struct measure *m = measures[i];
    const struct table *ta = &a->tables[i], *tb = &b->tables[i];
    struct row_pairs pairs;
    struct move all = { 0 };
    row_pairs_make(m, ta, tb, &pairs);
    struct move *list = spill_take(tb->spill, pairs.n * sizeof *list);
    for (size_t k = 0; k < pairs.n; k++) {
        const struct row_pair *p = &pairs.list[k];
        list[k] = (struct move){
            p->name,
            p->a == ROW_NONE ? 0 : table_cell(ta, p->a, m->review.moves)->i,
            p->b == ROW_NONE ? 0 : table_cell(tb, p->b, m->review.moves)->i,
        };
        all.a += list[k].a;
        all.b += list[k].b;
    }
    par_sort_spilled(tb->spill, list, pairs.n, sizeof *list, by_size, 1);
    bool ok = true;
    for (size_t k = 0; ok && k < pairs.n; k++)
        ok = (!list[k].a && !list[k].b) || write_move(m, a, b, &list[k], &all, out);
    spill_give(tb->spill, list);
    row_pairs_free(&pairs);
    return ok;
}

bool movers_rows(const struct period *a, const struct period *b, const struct sink *out)
{
    bool ok = true;
    for (size_t i = 0; ok && measures[i]; i++)
        if (a->tables[i].columns && b->tables[i].columns && measures[i]->review.moves)
            ok = moves_of(i, a, b, out);
    return ok;
}

const struct review_table movers_table = {
    .name = "movers",
    .question = "what came, what vanished, what grew or shrank most",
    .population = "rows of touchpoints, stages, transitions and paths that make at least 2 % of "
                  "the whole in one of the two periods, and changed by at least 20 % a day",
    COLUMNS(columns),
};
