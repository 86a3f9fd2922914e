/* small_row.c - see small_cells.h: which cells of a row that is shown are about too few.
 *
 * The row's own people are enough. Counts of a part of them may be small, or what they leave of the
 * whole; then the shares that are made of them go, too, and of counts that add up to a shown one
 * (splits) so many that what is missing is not small.
 */
#include <math.h>

#include "measure/small_cells.h"

static bool is_whole(const struct small_table *s, int column)
{
    return small_has(s->role->whole, s->m->columns[column].name, ',');
}

static enum small_unit unit_at(const struct small_table *s, int column)
{
    return small_unit_of(s, s->m->columns[column].name);
}

static bool small_at(const struct small_table *s, int column, int64_t n)
{
    return is_small(&s->limits, unit_at(s, column), n);
}

bool small_rest(const struct small_table *s, const struct cell *row, bool whole, int *column)
{
    struct str list = str_c(s->role->rest);
    while (list.n) {
        struct str all = str_cut(&list, ',');
        int part = small_column(s, str_cut(&all, '/')), sum = small_column(s, all);
        assert(part >= 0 && sum >= 0);
        if (row[part].blank || row[sum].blank || is_whole(s, part) != whole)
            continue;
        if (small_at(s, part, row[part].i) || small_at(s, part, row[sum].i - row[part].i)) {
            if (column)
                *column = part;
            return true;
        }
    }
    return false;
}

/* ---- counts ---- */

static void blank_counts(const struct small_table *s, struct cell *row)
{
    int part, people = small_column(s, str_c(s->role->people));
    bool nobody =
        row[people].blank || row[people].i == 0; /* has not said that the whole is enough */
    for (size_t c = 0; c < s->m->ncolumns; c++) {
        const struct column *column = &s->m->columns[c];
        if (column->unit == UNIT_COUNT && !row[c].blank && (nobody || !is_whole(s, (int)c)) &&
            !small_has(s->role->free, column->name, ',') && small_at(s, (int)c, row[c].i))
            row[c] = cell_blank();
    }
    while (small_rest(s, row, false, &part))
        row[part] = cell_blank();
}

/* was: the row before anything was blanked. */
static void blank_split(const struct small_table *s, struct cell *row, const struct cell *was,
                        struct str names)
{
    for (;;) {
        int next = -1, unit = 0;
        int64_t missing = 0;
        for (struct str rest = names; rest.n;) {
            int c = small_column(s, str_cut(&rest, '+'));
            assert(c >= 0);
            unit = c;
            if (row[c].blank && !was[c].blank)
                missing += was[c].i;
            else if (!row[c].blank && row[c].i > 0 && (next < 0 || row[c].i < row[next].i))
                next = c;
        }
        if (next < 0 || !small_at(s, unit, missing))
            return;
        row[next] = cell_blank();
    }
}

/* ---- shares ---- */

/* Blanks NAME_low and NAME_high, where NAME may be the share's name without its last word. */
static void blank_interval(const struct small_table *s, struct cell *row, struct str name)
{
    static const char *const ends[] = { "low", "high" };
    size_t cut = name.n;
    while (cut && name.p[cut - 1] != '_')
        cut--;
    for (int i = 0; i < 2; i++)
        for (size_t c = 0; c < s->m->ncolumns; c++) {
            struct str column = str_c(s->m->columns[c].name);
            bool its =
                str_starts(column, name) && str_eq(str_from(column, name.n + 1), str_c(ends[i]));
            its |= cut && str_starts(column, str_head(name, cut)) &&
                   str_eq(str_from(column, cut), str_c(ends[i]));
            its |= !cut && str_eq(column, str_c(ends[i]));
            if (its)
                row[c] = cell_blank();
        }
}

struct made_of {
    int part, all; /* columns, or -1 */
};

static struct made_of share_of(const struct small_table *s, struct str name)
{
    char size[80];
    struct str list = str_c(s->role->rates);
    while (list.n) {
        struct str all = str_cut(&list, ','), rate = str_cut(&all, '='), part = str_cut(&all, '/');
        if (str_eq(rate, name))
            return (struct made_of){ small_column(s, part), small_column(s, all) };
    }
    snprintf(size, sizeof size, "%.*s_n", STR_ARG(name));
    return (struct made_of){ -1, small_column(s, str_c(size)) };
}

static bool share_is_small(const struct small_table *s, const struct cell *row,
                           const struct cell *was, struct made_of of, double value)
{
    bool own = of.part >= 0 && is_whole(s, of.part) && is_whole(s, of.all);
    if (own && !row[of.all].blank)
        return false; /* row_is_small() has judged it */
    if (row[of.all].blank || (of.part >= 0 && row[of.part].blank && !was[of.part].blank))
        return true;
    int unit = of.part >= 0 ? of.part : of.all;
    int64_t all = row[of.all].i, part = llround(value * (double)all);
    return small_at(s, of.all, all) || small_at(s, unit, part) || small_at(s, unit, all - part);
}

static void blank_shares(const struct small_table *s, struct cell *row, const struct cell *was)
{
    for (size_t c = 0; c < s->m->ncolumns; c++) {
        const struct column *column = &s->m->columns[c];
        struct str name = str_c(column->name);
        if (column->unit != UNIT_SHARE || was[c].blank)
            continue;
        if (str_eq(name, STR("cum_share"))) { /* runs over the hidden rows */
            row[c] = cell_blank();
            continue;
        }
        struct made_of of = share_of(s, name);
        if (of.all < 0 || !share_is_small(s, row, was, of, was[c].d))
            continue;
        row[c] = cell_blank();
        blank_interval(s, row, name);
        if (!is_whole(s, of.all) && str_starts(str_c(s->m->columns[of.all].name), name))
            row[of.all] = cell_blank();
        if (of.part >= 0 && !is_whole(s, of.part))
            row[of.part] = cell_blank();
    }
}

/* ---- other figures ---- */

static bool ends_with(struct str name, struct str end)
{
    return name.n > end.n && str_eq(str_from(name, name.n - end.n), end);
}

static void blank_figures(const struct small_table *s, struct cell *row)
{
    for (size_t c = 0; c < s->m->ncolumns; c++) {
        enum unit unit = s->m->columns[c].unit;
        struct str name = str_c(s->m->columns[c].name);
        bool extreme = (unit == UNIT_SECONDS || unit == UNIT_MICROS || unit == UNIT_NUMBER) &&
                       (ends_with(name, STR("_min")) || ends_with(name, STR("_max")));
        if (extreme || (unit == UNIT_TIME && !s->role->times))
            row[c] = cell_blank(); /* of one event */
    }
    struct str list = str_c(s->role->of);
    while (list.n) {
        struct str count = str_cut(&list, ',');
        int figure = small_column(s, str_cut(&count, '/')), n = small_column(s, count);
        assert(figure >= 0 && n >= 0);
        if (row[n].blank)
            row[figure] = cell_blank();
    }
}

void small_blank_cells(const struct small_table *s, struct cell *row, const struct cell *was)
{
    blank_counts(s, row);
    blank_shares(s, row, was);
    struct str list = str_c(s->role->splits);
    while (list.n)
        blank_split(s, row, was, str_cut(&list, ','));
    blank_shares(s, row, was); /* what a split took away is part of shares, too */
    blank_figures(s, row);
}
