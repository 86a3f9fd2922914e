/* table_read.c - see table_read.h. */
#include "report/table_read.h"

#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/csv_cell.h"
#include "base/str.h"

enum { CELLS_MAX = 200 }; /* of a row */

struct reading {
    struct str rest;
    const char *name;
    size_t row; /* from 1: the header */
    struct str cells[CELLS_MAX];
    size_t n;
    struct arena *arena;
    struct zone *utc;
};

/* Texts that a spreadsheet would run were written with a ' in front. */
static struct str undefused(struct str s)
{
    return s.n > 1 && s.p[0] == '\'' && strchr("=+-@\t\r", s.p[1]) ? str_from(s, 1) : s;
}

static struct str take_plain(struct reading *r)
{
    size_t n = 0;
    while (n < r->rest.n && !strchr(",\r\n", r->rest.p[n]))
        n++;
    struct str cell = { r->rest.p, n };
    r->rest = str_from(r->rest, n);
    return cell;
}

/* The cells of the next row; false at the end of the text. */
static bool take_row(struct reading *r)
{
    r->n = 0;
    r->row++;
    if (!r->rest.n)
        return false;
    for (;;) {
        struct str cell =
            r->rest.n && r->rest.p[0] == '"' ? csv_take_quoted(&r->rest, r->arena) : take_plain(r);
        if (r->n < CELLS_MAX)
            r->cells[r->n++] = undefused(cell);
        if (!r->rest.n)
            return true;
        char end = r->rest.p[0];
        r->rest = str_from(r->rest, 1);
        if (end == '\r' && r->rest.n && r->rest.p[0] == '\n')
            r->rest = str_from(r->rest, 1);
        if (end == '\r' || end == '\n')
            return true;
    }
}

static bool read_whole(struct str s, int64_t *i)
{
    char text[32], *end;
    if (!s.n || s.n >= sizeof text)
        return false;
    memcpy(text, s.p, s.n);
    text[s.n] = 0;
    *i = strtoll(text, &end, 10);
    return *end == 0 && *i >= 0;
}

static bool read_millionths(struct str s, int64_t *i)
{
    double d;
    if (!str_number(s, &d) || !(fabs(d) < 9e12))
        return false;
    *i = llround(d * 1e6);
    return true;
}

static bool read_cell(const struct reading *r, enum unit unit, struct str s, struct cell *c)
{
    *c = cell_blank();
    if (!s.n)
        return true;
    c->blank = false;
    switch (unit) {
    case UNIT_TEXT:
        c->text = s;
        return true;
    case UNIT_COUNT:
        return read_whole(s, &c->i);
    case UNIT_SHARE:
    case UNIT_NUMBER:
        return str_number(s, &c->d);
    case UNIT_MICROS:
    case UNIT_SECONDS:
        return read_millionths(s, &c->i);
    case UNIT_TIME:
        return time_argument(s, r->utc, &c->i);
    case UNIT_FLAG:
        c->i = str_eq(s, STR("yes"));
        return c->i || str_eq(s, STR("no"));
    }
    return false;
}

static bool read_row(struct reading *r, const size_t *at, struct table *t, struct err *e)
{
    struct cell cells[CELLS_MAX];
    for (size_t i = 0; i < t->ncolumns; i++) {
        struct str s = at[i] < r->n ? r->cells[at[i]] : STR("");
        if (!read_cell(r, t->columns[i].unit, s, &cells[i]))
            return err_set(e, "'%s', row %zu: '%.*s' is no value of the column '%s'", r->name,
                           r->row, STR_ARG(s), t->columns[i].name);
    }
    struct sink to = table_sink(t);
    return to.row(to.ctx, cells);
}

/* Where each column stands. */
static bool find_columns(const struct reading *r, const struct table *t, size_t *at, struct err *e)
{
    for (size_t i = 0; i < t->ncolumns; i++) {
        at[i] = 0;
        while (at[i] < r->n && !str_eq(r->cells[at[i]], str_c(t->columns[i].name)))
            at[i]++;
        if (at[i] == r->n)
            return err_set(e, "'%s' has no column '%s'", r->name, t->columns[i].name);
    }
    return true;
}

bool table_read(struct str text, const char *name, const struct column *columns, size_t ncolumns,
                struct table *t, struct err *e)
{
    size_t at[CELLS_MAX];
    table_init(t, columns, ncolumns);
    if (str_starts(text, STR("\xef\xbb\xbf")))
        text = str_from(text, 3);
    struct reading r = { .rest = text, .name = name, .arena = &t->arena };
    r.utc = zone_new(STR("UTC"));
    take_row(&r);
    bool ok = find_columns(&r, t, at, e);
    while (ok && take_row(&r))
        ok = read_row(&r, at, t, e);
    zone_free(r.utc);
    return ok;
}
