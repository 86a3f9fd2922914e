/* metrics_table.c - sums of what rows without a person say; read from the set, no tally.
 *
 * Of a source with `duplicates: across`, exports overlap: of the files that tell the same value of
 * one day, one counts, the one that goes on longest: what an earlier export says of its last days
 * is not all yet. The rows of the others are told beside it.
 */
#include <stdlib.h>

#include "base/clock.h"
#include "event_columns.h"
#include "measure/all.h"
#include "measure/sum.h"

static const struct column columns[] = {
    { "source", UNIT_TEXT, "source of the project" },
    { "channel", UNIT_TEXT, "channel of the source" },
    { "day", UNIT_TEXT, "day in the project's time zone; blank: its rows have no time" },
    { "dimensions", UNIT_TEXT,
      "what the value is of: dimension=value, joined by '; '; blank ones left out" },
    { "metric", UNIT_TEXT, "name of the value" },
    { "value", UNIT_MICROS, "sum over the rows" },
    { "rows", UNIT_COUNT, "rows that have the value" },
    { "repeated", UNIT_COUNT,
      "rows of other exports that tell it, too, and do not count: of sources with 'duplicates: "
      "across'" },
};

/* A row of the table, over all files of a source. */
struct line {
    uint32_t source;
    struct metric_key key;
    struct str dimensions; /* as the table tells them */
    struct str metric;
    size_t place; /* of the metric in the source; those that it no longer has come last */
    struct metric_sum sum;
    uint64_t repeated; /* rows that do not count */
};

static int by_place(const void *x, const void *y)
{
    const struct line *a = x, *b = y;
    if (a->source != b->source)
        return a->source < b->source ? -1 : 1;
    if (a->key.day != b->key.day)
        return a->key.day < b->key.day ? -1 : 1;
    int c = str_cmp(a->dimensions, b->dimensions);
    if (!c)
        c = (a->place > b->place) - (a->place < b->place);
    return c ? c : str_cmp(a->metric, b->metric);
}

/* Dimensions and metric of a key (event_metrics.h). */
static void tell_what(struct str what, struct line *l, struct arena *a)
{
    struct cursor c = { (const unsigned char *)what.p, what.n, false };
    l->dimensions = STR("");
    l->metric = get_text(&c, what.n);
    while (c.n) {
        struct str value = get_text(&c, what.n);
        l->dimensions =
            arena_printf(a, "%.*s%s%.*s=%.*s", STR_ARG(l->dimensions), l->dimensions.n ? "; " : "",
                         STR_ARG(l->metric), STR_ARG(value));
        l->metric = get_text(&c, what.n);
    }
}

/* A source that no longer has metrics, or is no longer there, may still have sums. */
static size_t place_of(const struct metrics_rules *m, struct str metric)
{
    size_t i = 0;
    while (m && i < m->nvalues && !str_eq(m->names[i], metric))
        i++;
    return m ? i : 0;
}

/* Goes what file a tells before what b tells? By what they hold, whatever they are called. */
static bool is_newer(const struct input_file *a, const struct input_file *b)
{
    if (a->last != b->last)
        return a->last > b->last;
    if (a->records != b->records)
        return a->records > b->records;
    if (a->whole_hash[0] != b->whole_hash[0])
        return a->whole_hash[0] > b->whole_hash[0];
    return a->whole_hash[1] > b->whole_hash[1];
}

/* Takes `other`, which tells the same as `l`, into it. */
static void join(const struct world *w, struct line *l, const struct line *other)
{
    const struct source *s = &w->plan->sources[l->source];
    if (s->repeats.policy != REPEATS_ACROSS) {
        l->sum.micros += other->sum.micros;
        l->sum.rows += other->sum.rows;
        return;
    }
    uint64_t repeated = l->repeated + other->repeated;
    if (is_newer(event_set_file(w->set, other->key.file), event_set_file(w->set, l->key.file))) {
        repeated += l->sum.rows;
        *l = *other;
    } else {
        repeated += other->sum.rows;
    }
    l->repeated = repeated;
}

/* All sums in order, those of one place joined. */
static struct line *collect(const struct world *w, struct arena *a, size_t *n)
{
    const struct metrics *m = &w->set->metrics;
    struct line *list = mem_zero(m->keys.n, sizeof *list);
    *n = 0;
    for (uint32_t i = 0; i < m->keys.n; i++) {
        struct line *l = &list[i];
        struct str what;
        metrics_key(m, i, &l->key, &what);
        l->source = event_set_file(w->set, l->key.file)->source;
        tell_what(what, l, a);
        l->place = place_of(w->plan->sources[l->source].metrics, l->metric);
        l->sum = m->sums[i];
    }
    if (m->keys.n)
        qsort(list, m->keys.n, sizeof *list, by_place);
    for (uint32_t i = 0; i < m->keys.n; i++) {
        if (*n && by_place(&list[*n - 1], &list[i]) == 0)
            join(w, &list[*n - 1], &list[i]);
        else
            list[(*n)++] = list[i];
    }
    return list;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    (void)tally;
    size_t n;
    struct arena a = { 0 };
    struct line *list = collect(w, &a, &n);
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) {
        const struct source *s = &w->plan->sources[list[i].source];
        struct row r = { .n = 0 };
        struct sum sum = { list[i].sum.micros };
        char day[32] = "";
        if (list[i].key.day != METRIC_NO_DAY) {
            int year, month, of;
            date_from_days(list[i].key.day, &year, &month, &of);
            snprintf(day, sizeof day, "%04d-%02d-%02d", year, month, of);
        }
        struct str dimensions = list[i].dimensions;
        row_add(&r, cell_text(s->name));
        row_add(&r, cell_text(s->channel));
        row_add(&r, day[0] ? cell_c(day) : cell_blank());
        row_add(&r, dimensions.n ? cell_text(dimensions) : cell_blank());
        row_add(&r, cell_text(list[i].metric));
        row_add(&r, sum_cell(&sum));
        row_count(&r, list[i].sum.rows);
        row_count(&r, list[i].repeated);
        ok = row_send(&r, out, sizeof columns / sizeof *columns);
    }
    arena_free(&a);
    free(list);
    return ok;
}

const struct measure measure_metrics = {
    .name = "metrics",
    .question =
        "what do rows without a person say: cost, reach, clicks of advertisements and pages",
    .population = "the rows of sources with 'metrics:'; written when the project has one",
    .on_request = true,
    COLUMNS(columns),
    .table = table,
};
