/* kept_map.c - see kept_map.h. */
#include "report/kept_map.h"

#include <assert.h>
#include <glib.h>
#include <math.h>
#include <stdlib.h>

#include "base/clock.h"
#include "measure/small_cells.h"
#include "report/report.h"
#include "report/table_read.h"

static const struct column columns[] = {
    { "kind", UNIT_TEXT, "map, stage, touchpoint or transition" },
    { "name", UNIT_TEXT, "of the stage or touchpoint; from where; of the map its first event" },
    { "to", UNIT_TEXT, "of a transition: to where; of the map its last event" },
    { "stage", UNIT_TEXT, "of a touchpoint; of the map: which journeys it is about" },
    { "count", UNIT_COUNT, "journeys of a stage or the map, events, times of a transition" },
    { "customers", UNIT_COUNT, "customers; of the map: it has nothing about fewer" },
    { "pain", UNIT_MICROS, "sum of pain" },
    { "emotion_mean", UNIT_MICROS, "mean emotion" },
};
enum { COLUMNS_N = sizeof columns / sizeof *columns };

/* What is taken of a table, and from which of its columns. */
struct taken {
    const char *kind, *table, *from[COLUMNS_N]; /* NULL: blank */
};
static const struct taken parts[] = {
    { "stage",
      "stages",
      { NULL, "stage", NULL, NULL, "journeys", "customers", "pain", "emotion_mean" } },
    { "touchpoint",
      "touchpoints",
      { NULL, "touchpoint", NULL, "stage", "events", "customers", "pain", "emotion_mean" } },
    { "transition", "transitions", { NULL, "from", "to", NULL, "count", "customers", NULL, NULL } },
};
enum { PARTS = sizeof parts / sizeof *parts };

/* ---- making ---- */

static void add_part(struct kept_map *m, const struct taken *part, const struct table *t)
{
    struct sink to = table_sink(&m->rows);
    for (size_t row = 0; row < t->nrows; row++) {
        struct cell cells[COLUMNS_N] = { cell_c(part->kind) };
        for (size_t i = 1; i < COLUMNS_N; i++)
            cells[i] = part->from[i] ? *table_cell(t, row, part->from[i]) : cell_blank();
        if (cells[1].blank || str_eq(cells[1].text, SMALL_ROW))
            continue; /* stands for others */
        to.row(to.ctx, cells);
    }
}

static void see_times(struct kept_map *m, const struct table *touchpoints)
{
    for (size_t row = 0; row < touchpoints->nrows; row++) {
        const struct cell *first = table_cell(touchpoints, row, "first_seen");
        const struct cell *last = table_cell(touchpoints, row, "last_seen");
        if (!first->blank && (m->begin == TIME_NONE || first->i < m->begin))
            m->begin = first->i;
        if (!last->blank && (m->end == TIME_NONE || last->i > m->end))
            m->end = last->i;
    }
}

/* All journeys, from the touchpoint that most of them hold: its journeys over its share of them. */
static int64_t journeys_of(const struct table *touchpoints)
{
    int64_t most = 0, all = 0;
    for (size_t row = 0; row < touchpoints->nrows; row++) {
        const struct cell *n = table_cell(touchpoints, row, "journeys");
        const struct cell *share = table_cell(touchpoints, row, "share_of_journeys");
        if (n->blank || share->blank || !(share->d > 0 && share->d <= 1) || n->i <= most)
            continue;
        most = n->i;
        all = llround((double)n->i / share->d);
    }
    return all;
}

static void begin(struct kept_map *m)
{
    *m = (struct kept_map){ .begin = TIME_NONE, .end = TIME_NONE };
    table_init(&m->rows, columns, COLUMNS_N);
}

static size_t number_of(const char *table)
{
    size_t i = 0;
    while (strcmp(measures[i]->name, table) != 0)
        i++;
    return i;
}

static void take_table(const struct world *w, const struct tallies *tallies,
                       const struct taken *part, struct kept_map *m)
{
    struct table t;
    size_t i = number_of(part->table);
    table_init(&t, measures[i]->columns, measures[i]->ncolumns);
    struct sink to = table_sink(&t);
    bool ok = measure_table(measures[i], tallies->list[i], w, &to, NULL);
    assert(ok);
    (void)ok;
    add_part(m, part, &t);
    if (strcmp(part->table, "touchpoints") == 0)
        see_times(m, &t);
    table_free(&t);
}

/* Which second somebody came is not kept longer than their record is. */
static int64_t day_begins(int64_t t, const struct zone *zone)
{
    if (t == TIME_NONE)
        return t;
    int64_t local = t + zone_offset_at(zone, t) * SECOND, of_day = local % DAY;
    return zone_to_utc(zone, local - of_day - (of_day < 0 ? DAY : 0));
}

bool kept_map_make(const struct world *w, const struct tallies *tallies, struct str scope,
                   struct kept_map *out)
{
    *out = (struct kept_map){ 0 };
    for (size_t p = 0; p < PARTS; p++)
        if (!tallies->choice.of[number_of(parts[p].table)])
            return false;
    begin(out);
    for (size_t p = 0; p < PARTS; p++)
        take_table(w, tallies, &parts[p], out);
    out->scope = arena_keep(&out->rows.arena, scope);
    out->scope_known = true;
    out->min_cell = w->plan->privacy.min_cell;
    out->begin = day_begins(out->begin, w->plan->zone);
    out->end = day_begins(out->end, w->plan->zone);
    struct small_limits limits = small_limits(w);
    if (!is_small(&limits, SMALL_JOURNEYS, (int64_t)world_journeys(w)))
        out->journeys = (int64_t)world_journeys(w);
    return true;
}

static bool read_part(const char *dir, const struct taken *part, struct kept_map *m, struct err *e)
{
    const struct measure *of = measure_find(part->table);
    char *path = g_strdup_printf("%s/%s.csv", dir, part->table), *text = NULL;
    GError *why = NULL;
    gsize n;
    struct table t = { 0 };
    bool ok = g_file_get_contents(path, &text, &n, &why);
    if (!ok) {
        err_set(e, "'%s' is no folder of a report: %s", dir, why->message);
        g_error_free(why);
    }
    ok = ok && table_read((struct str){ text, n }, path, of->columns, of->ncolumns, &t, e);
    if (ok)
        add_part(m, part, &t);
    if (ok && strcmp(part->table, "touchpoints") == 0) {
        see_times(m, &t);
        m->journeys = journeys_of(&t);
    }
    table_free(&t);
    g_free(text);
    g_free(path);
    return ok;
}

bool kept_map_of_folder(const char *dir, struct kept_map *out, struct err *e)
{
    begin(out);
    for (size_t p = 0; p < PARTS; p++)
        if (!read_part(dir, &parts[p], out, e))
            return false;
    char *hidden = g_strdup_printf("%s/hidden.csv", dir);
    if (g_file_test(hidden, G_FILE_TEST_EXISTS))
        out->min_cell = INT64_MAX;
    g_free(hidden);
    return true;
}

void kept_map_free(struct kept_map *m)
{
    table_free(&m->rows);
    *m = (struct kept_map){ 0 };
}

/* ---- as text ---- */

static struct cell time_cell(int64_t t, char *buf)
{
    if (t == TIME_NONE)
        return cell_blank();
    buf[time_text(t, buf)] = 0;
    return cell_c(buf);
}

void kept_map_write(const struct kept_map *m, FILE *to)
{
    char first[TIME_TEXT], last[TIME_TEXT];
    struct cell about[COLUMNS_N] = { cell_c("map"),
                                     time_cell(m->begin, first),
                                     time_cell(m->end, last),
                                     m->scope.n ? cell_text(m->scope) : cell_blank(),
                                     cell_i(m->journeys),
                                     m->min_cell > 1 ? cell_i(m->min_cell) : cell_blank(),
                                     cell_blank(),
                                     cell_blank() };
    struct csv_out *csv = csv_out_new(to, columns, COLUMNS_N, CSV_PLAIN);
    struct sink sink = csv_out_sink(csv);
    sink.row(sink.ctx, about);
    for (size_t row = 0; row < m->rows.nrows; row++)
        sink.row(sink.ctx, &m->rows.cells[row * COLUMNS_N]);
    csv_out_free(csv);
}

static bool read_time(const struct cell *c, const struct zone *utc, int64_t *t)
{
    return c->blank || time_argument(c->text, utc, t);
}

bool kept_map_read(struct str csv, const char *name, struct kept_map *out, struct err *e)
{
    begin(out);
    table_free(&out->rows);
    if (!table_read(csv, name, columns, COLUMNS_N, &out->rows, e))
        return false;
    const struct cell *about = out->rows.cells;
    struct zone *utc = zone_new(STR("UTC"));
    bool ok = out->rows.nrows && !about[0].blank && str_eq(about[0].text, STR("map")) &&
              !about[4].blank && read_time(&about[1], utc, &out->begin) &&
              read_time(&about[2], utc, &out->end);
    zone_free(utc);
    if (!ok)
        return err_set(e, "'%s' is no map that was kept", name);
    out->journeys = about[4].i;
    out->min_cell = about[5].blank ? 0 : about[5].i;
    out->scope = about[3].blank ? STR("") : about[3].text;
    out->scope_known = true;
    memmove(out->rows.cells, out->rows.cells + COLUMNS_N,
            (out->rows.nrows - 1) * COLUMNS_N * sizeof *out->rows.cells);
    out->rows.nrows--;
    return true;
}
