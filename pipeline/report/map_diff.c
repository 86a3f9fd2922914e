/* map_diff.c - see kept_map.h: two maps side by side.
 *
 * Maps are of different lengths of time and numbers of journeys: so what is more and what is less
 * is said per journey.
 */
#include <math.h>
#include <stdlib.h>

#include "base/intern.h"
#include "measure/row.h"
#include "report/flow_diff.h"
#include "report/kept_map.h"

const struct column map_diff_columns[MAP_DIFF_COLUMNS] = {
    { "kind", UNIT_TEXT, "stage, touchpoint or transition" },
    { "name", UNIT_TEXT, "of the stage or touchpoint; of a transition: from where" },
    { "to", UNIT_TEXT, "of a transition: to where" },
    { "change", UNIT_TEXT,
      "new, gone; moved: a touchpoint that is in another stage; more, less, same: per journey; "
      "blank: a figure is "
      "hidden" },
    { "stage_a", UNIT_TEXT, "stage of a touchpoint in the earlier map" },
    { "stage_b", UNIT_TEXT, "stage in the later map" },
    { "count_a", UNIT_COUNT,
      "journeys of the stage, events of the touchpoint, times of the transition, in the earlier "
      "map; blank: it is not there" },
    { "count_b", UNIT_COUNT, "the same in the later map" },
    { "per_journey_a", UNIT_NUMBER, "count_a over all journeys of the earlier map" },
    { "per_journey_b", UNIT_NUMBER, "count_b over all journeys of the later map" },
    { "percent", UNIT_NUMBER,
      "by how much per_journey_b is above per_journey_a, in percent of it" },
    { "customers_a", UNIT_COUNT, "customers in the earlier map" },
    { "customers_b", UNIT_COUNT, "customers in the later map" },
    { "pain_a", UNIT_MICROS, "sum of pain in the earlier map" },
    { "pain_b", UNIT_MICROS, "the same in the later map" },
    { "emotion_a", UNIT_MICROS, "mean emotion in the earlier map" },
    { "emotion_b", UNIT_MICROS, "the same in the later map" },
};
enum { KIND, NAME, TO, STAGE, COUNT, CUSTOMERS, PAIN, EMOTION, CELLS };

/* ---- pairs ---- */

static struct str text_of(const struct cell *c)
{
    return c->blank ? STR("") : c->text;
}

/* The number of a row's kind, name and to. */
static uint32_t number_of(struct intern *known, const struct cell *row, bool add)
{
    char *key = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&key, &n);
    for (int i = KIND; f && i <= TO; i++) {
        struct str s = text_of(&row[i]);
        fprintf(f, "%zu:%.*s", s.n, STR_ARG(s));
    }
    if (f)
        fclose(f);
    struct str text = { key, n };
    uint32_t number = add ? intern_add(known, text) : intern_find(known, text);
    free(key);
    return number;
}

static const struct cell *row_of(const struct kept_map *m, size_t row)
{
    return &m->rows.cells[row * CELLS];
}

static double per_journey(const struct cell *row, const struct kept_map *m)
{
    return row && !row[COUNT].blank && m->journeys > 0 ? (double)row[COUNT].i / (double)m->journeys
                                                       : NAN;
}

/* NULL: a figure is hidden, or a map has no journeys. */
static const char *change(const struct cell *a, const struct cell *b, double x, double y)
{
    if (!a || !b)
        return a ? "gone" : "new";
    if (!str_eq(text_of(&a[STAGE]), text_of(&b[STAGE])))
        return "moved";
    return isnan(x) || isnan(y) ? NULL : y > x ? "more" : y < x ? "less" : "same";
}

static struct cell number(double d)
{
    return isfinite(d) ? cell_d(d) : cell_blank();
}

static struct cell cell_in(const struct cell *row, int column)
{
    return row ? row[column] : cell_blank();
}

/* a or b is NULL when the map has no such row. */
static bool write_row(const struct kept_map *ma, const struct cell *a, const struct kept_map *mb,
                      const struct cell *b, const struct sink *out)
{
    static const int pairs[] = { CUSTOMERS, PAIN, EMOTION };
    double x = per_journey(a, ma), y = per_journey(b, mb);
    const char *what = change(a, b, x, y);
    struct row r = { .n = 0 };
    for (int i = KIND; i <= TO; i++)
        row_add(&r, cell_in(b ? b : a, i));
    row_add(&r, what ? cell_c(what) : cell_blank());
    row_add(&r, cell_in(a, STAGE));
    row_add(&r, cell_in(b, STAGE));
    row_add(&r, cell_in(a, COUNT));
    row_add(&r, cell_in(b, COUNT));
    row_add(&r, number(x));
    row_add(&r, number(y));
    row_add(&r, number(x > 0 ? 100 * (y / x - 1) : NAN));
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        row_add(&r, cell_in(a, pairs[i]));
        row_add(&r, cell_in(b, pairs[i]));
    }
    return row_send(&r, out, MAP_DIFF_COLUMNS);
}

/* The earlier map by what its rows are about; a text that somebody made may say one twice: the
 * first counts. */
struct index {
    struct intern about;
    size_t *first; /* [about.n] row */
    bool *met;     /* [rows] the later map has it, or it stands there twice */
};

static void index_make(const struct kept_map *m, struct index *x)
{
    *x = (struct index){ .first = mem_zero(m->rows.nrows + 1, sizeof *x->first),
                         .met = mem_zero(m->rows.nrows + 1, sizeof *x->met) };
    for (size_t i = 0; i < m->rows.nrows; i++) {
        uint32_t known = x->about.n, number = number_of(&x->about, row_of(m, i), true);
        if (number == known)
            x->first[number] = i;
        else
            x->met[i] = true;
    }
}

static bool write_kind(const char *kind, const struct kept_map *a, const struct kept_map *b,
                       struct index *x, const struct sink *out)
{
    bool ok = true;
    for (size_t i = 0; ok && i < b->rows.nrows; i++) {
        const struct cell *row = row_of(b, i);
        if (!str_eq(text_of(&row[KIND]), str_c(kind)))
            continue;
        uint32_t number = number_of(&x->about, row, false);
        if (number != INTERN_NONE)
            x->met[x->first[number]] = true;
        ok = write_row(a, number == INTERN_NONE ? NULL : row_of(a, x->first[number]), b, row, out);
    }
    for (size_t i = 0; ok && i < a->rows.nrows; i++)
        if (!x->met[i] && str_eq(text_of(&row_of(a, i)[KIND]), str_c(kind)))
            ok = write_row(a, row_of(a, i), b, NULL, out);
    return ok;
}

static void index_free(struct index *x)
{
    free(x->first);
    free(x->met);
    intern_free(&x->about);
}

static void keep_shared(struct kept_map *m, const struct kept_map *other)
{
    struct index x;
    size_t kept = 0;
    index_make(other, &x);
    for (size_t i = 0; i < m->rows.nrows; i++)
        if (number_of(&x.about, row_of(m, i), false) != INTERN_NONE)
            memmove(&m->rows.cells[kept++ * CELLS], row_of(m, i), CELLS * sizeof(struct cell));
    m->rows.nrows = kept;
    index_free(&x);
}

void kept_maps_share(struct kept_map *a, struct kept_map *b)
{
    keep_shared(a, b);
    keep_shared(b, a);
}

bool map_diff_rows(const struct kept_map *a, const struct kept_map *b, const struct sink *out)
{
    static const char *const kinds[] = { "stage", "touchpoint", "transition" };
    struct index x;
    bool ok = true;
    index_make(a, &x);
    for (size_t i = 0; ok && i < sizeof kinds / sizeof *kinds; i++)
        ok = write_kind(kinds[i], a, b, &x, out);
    index_free(&x);
    return ok;
}

/* ---- the picture ---- */

static const struct column edge_columns[] = {
    { "from", UNIT_TEXT, "" },
    { "to", UNIT_TEXT, "" },
    { "count", UNIT_COUNT, "" },
};

static void edges_of(const struct kept_map *m, struct table *t)
{
    table_init(t, edge_columns, 3);
    struct sink to = table_sink(t);
    for (size_t i = 0; i < m->rows.nrows; i++) {
        const struct cell *row = row_of(m, i);
        const struct cell edge[] = { row[NAME], row[TO],
                                     row[COUNT].blank ? cell_i(0) : row[COUNT] };
        if (str_eq(text_of(&row[KIND]), STR("transition")) && !row[NAME].blank && !row[TO].blank)
            to.row(to.ctx, edge);
    }
}

void map_diff_dot(const struct kept_map *a, const struct kept_map *b, const char *title,
                  double edge_share, FILE *f)
{
    struct table x, y;
    const struct flow_diff_options options = {
        .name = "map_diff",
        .title = title,
        .key = "earlier map → later map, change per journey",
        .only_a = "gone",
        .only_b = "new",
        .edge_share = edge_share,
    };
    edges_of(a, &x);
    edges_of(b, &y);
    flow_diff_dot(
        &(struct flow_diff_side){ &x, "count", a->journeys > 0 ? (double)a->journeys : 1 },
        &(struct flow_diff_side){ &y, "count", b->journeys > 0 ? (double)b->journeys : 1 },
        &options, f);
    table_free(&x);
    table_free(&y);
}
