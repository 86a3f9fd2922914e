/* funnels.c - how many come how far in each funnel of the project, how fast, and what that is
 * worth; for all, for each value of the breakdown, and for each period of entry.
 */
#include <stdlib.h>

#include "base/limits.h"
#include "journey/where.h"
#include "measure/funnel_keys.h"
#include "measure/funnel_slices.h"
#include "measure/funnel_terms.h"
#include "measure/key_map.h"

static const struct column columns[] = {
    { "funnel", UNIT_TEXT, "name of the funnel" },
    { "breakdown", UNIT_TEXT,
      "what `value` is, such as channel at entry, or segment at entry, whose rows may overlap; "
      "(all) "
      "for all together" },
    { "value", UNIT_TEXT,
      "value of the breakdown, or name of the segment; (none) has none, or is in none of them; "
      "(other) are all but the 30 most frequent" },
    { "period", UNIT_TEXT, "first day of the day, week or month of entry; (all) for all together" },
    { "step_number", UNIT_COUNT, "place of the step in the funnel, from 1" },
    { "step", UNIT_TEXT, "name of the step; in order: any, how many different steps" },
    { "touchpoints", UNIT_TEXT, "touchpoints, each of which is the step" },
    { "optional", UNIT_FLAG, "may be left out" },
    { "counting", UNIT_TEXT, "what n counts: customers, journeys, sessions or totals (attempts)" },
    { "n", UNIT_COUNT, "how many reached the step, in the best attempt of each" },
    { "entered_here", UNIT_COUNT, "of these, how many began at this step" },
    { "overall", UNIT_SHARE, "n over all that entered the funnel" },
    { "overall_n", UNIT_COUNT, "all that entered the funnel" },
    { "overall_low", UNIT_SHARE, "lower end of the 95 % interval of overall" },
    { "overall_high", UNIT_SHARE, "upper end of the 95 % interval of overall" },
    { "relative", UNIT_SHARE, "share that went on to this step from the last required one before" },
    { "relative_n", UNIT_COUNT, "how many reached the last required step before" },
    { "relative_low", UNIT_SHARE, "lower end of the 95 % interval of relative" },
    { "relative_high", UNIT_SHARE, "upper end of the 95 % interval of relative" },
    { "matured", UNIT_COUNT,
      "how many reached it in an attempt that had its whole window before the end of the data; "
      "blank without window" },
    { "matured_overall", UNIT_SHARE, "matured over all that have such an attempt" },
    { "matured_n", UNIT_COUNT, "all that have such an attempt" },
    { "matured_low", UNIT_SHARE, "lower end of the 95 % interval of matured_overall" },
    { "matured_high", UNIT_SHARE, "upper end of the 95 % interval of matured_overall" },
    { "from_entry_median", UNIT_SECONDS, "median seconds from the entry to this step" },
    { "from_entry_p90", UNIT_SECONDS, "90th percentile of them" },
    { "from_entry_mean", UNIT_SECONDS, "mean of them" },
    { "from_previous_median", UNIT_SECONDS,
      "median seconds to this step from the one matched before it" },
    { "from_previous_p90", UNIT_SECONDS, "90th percentile of them" },
    { "from_previous_mean", UNIT_SECONDS, "mean of them" },
    { "value_reached", UNIT_MICROS,
      "sum, over those that reached it, of the value of this step or of the last one before it "
      "that has a value" },
    { "value_lost", UNIT_MICROS,
      "the same, over those that got no further than this step and are not open" },
    COLUMN_TIME_EXACT,
};

enum { ALL = 0 };          /* of values and of periods */
#define DAY_ZERO (1 << 30) /* days since 1970 are kept as numbers above 0 */

struct funnel_tally {
    const struct funnel *f;
    struct intern values;        /* number + 1 */
    struct key_map keys;         /* (value or ALL, day + DAY_ZERO or ALL) */
    struct funnel_slice *slices; /* by number in keys */
    size_t room;
    struct where **where;          /* [f.nsegments] of the tally, or of the one that it is as */
    struct funnel_slice *segments; /* [f.nsegments], then those that are in none */
};

struct tally {
    struct funnel_all all;
    struct funnel_tally *funnels;
    struct funnel_terms *words; /* that segments ask for; NULL when it is as another */
};

static void begin_segments(struct funnel_tally *t, const struct world *w,
                           struct funnel_terms *words, const struct funnel_tally *as)
{
    size_t n = t->f->nsegments;
    if (n == 0)
        return;
    struct where_terms terms = funnel_terms_words(words);
    t->where = as ? as->where : mem_zero(n, sizeof(struct where *));
    t->segments = mem_zero(n + 1, sizeof *t->segments);
    for (size_t i = 0; i <= n; i++)
        t->segments[i] = funnel_slice_new(t->f->nsteps);
    for (size_t i = 0; !as && i < n; i++) {
        t->where[i] = where_of_segment(w, t->f->segments[i], &terms);
        assert(t->where[i]); /* the loader checked it */
    }
}

static void *begin_as(const struct world *w, const void *whole)
{
    const struct tally *as = whole;
    struct tally *t = mem_zero(1, sizeof *t);
    t->words = as ? NULL : funnel_terms_new(w, true);
    t->all = funnel_all_of(w);
    t->funnels = mem_zero(t->all.n, sizeof *t->funnels);
    for (size_t i = 0; i < t->all.n; i++) {
        t->funnels[i].f = &w->plan->funnels[i];
        begin_segments(&t->funnels[i], w, t->words, as ? &as->funnels[i] : NULL);
    }
    return t;
}

static void *begin(const struct world *w)
{
    return begin_as(w, NULL);
}

static struct funnel_slice *slice_of(struct funnel_tally *t, uint64_t key)
{
    uint32_t known = t->keys.n, i = key_map_add(&t->keys, key);
    if (i == known) {
        t->slices = mem_grow(t->slices, &t->room, (size_t)i + 1, sizeof *t->slices);
        t->slices[i] = funnel_slice_new(t->f->nsteps);
    }
    return &t->slices[i];
}

/* ---- counting ---- */

static void add_segments(struct funnel_tally *t, const struct world *w,
                         const struct funnel_unit *unit, bool open)
{
    const struct journey *j = funnel_journey(w, unit);
    bool any = false;
    for (size_t i = 0; i < t->f->nsegments; i++)
        if (j && where_holds(t->where[i], w, j)) {
            funnel_slice_add(&t->segments[i], w, t->f, unit, open);
            any = true;
        }
    if (!any)
        funnel_slice_add(&t->segments[t->f->nsegments], w, t->f, unit, open);
}

static void add_unit(void *tally, const struct world *w, size_t funnel, struct funnel_reader *r,
                     const struct funnel_unit *unit)
{
    struct funnel_tally *t = &((struct tally *)tally)->funnels[funnel];
    const struct funnel *f = t->f;
    bool open = funnel_is_open(r, unit);
    funnel_slice_add(slice_of(t, key_of(ALL, ALL)), w, f, unit, open);
    if (f->breakdown != FUNNEL_BY_NOTHING) {
        uint32_t value = intern_add(&t->values, funnel_breakdown(w, f, &unit->best)) + 1;
        funnel_slice_add(slice_of(t, key_of(value, ALL)), w, f, unit, open);
    }
    if (f->nsegments)
        add_segments(t, w, unit, open);
    if (f->trend != FUNNEL_NO_TREND) {
        uint32_t period = (uint32_t)(funnel_period(w, f, unit->best.entry) + DAY_ZERO);
        funnel_slice_add(slice_of(t, key_of(ALL, period)), w, f, unit, open);
    }
}

/* ---- merging ---- */

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->all.n; i++) {
        struct funnel_tally *to = &a->funnels[i];
        const struct funnel_tally *of = &b->funnels[i];
        for (uint32_t k = 0; k < of->keys.n; k++) {
            uint32_t value = (uint32_t)(of->keys.keys[k] >> 32);
            if (value != ALL)
                value = intern_add(&to->values, intern_text(&of->values, value - 1)) + 1;
            uint64_t key = key_of(value, (uint32_t)of->keys.keys[k]);
            funnel_slice_merge(slice_of(to, key), &of->slices[k], to->f->nsteps);
        }
        for (size_t k = 0; of->segments && k <= of->f->nsegments; k++)
            funnel_slice_merge(&to->segments[k], &of->segments[k], to->f->nsteps);
    }
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->all.n; i++) {
        struct funnel_tally *of = &t->funnels[i];
        for (uint32_t k = 0; k < of->keys.n; k++)
            funnel_slice_free(&of->slices[k], of->f->nsteps);
        for (size_t k = 0; of->segments && k <= of->f->nsegments; k++) {
            funnel_slice_free(&of->segments[k], of->f->nsteps);
            where_free(t->words && k < of->f->nsegments ? of->where[k] : NULL);
        }
        free(of->segments);
        free(t->words ? of->where : NULL);
        free(of->slices);
        key_map_free(&of->keys);
        intern_free(&of->values);
    }
    free(t->funnels);
    funnel_terms_free(t->words);
    free(t);
}

/* ---- the table ---- */

struct heading {
    struct str breakdown, value, period;
};

static void row_times(struct row *r, struct sample *s)
{
    sample_sort(s);
    row_add(r, sample_percentile(s, 0.5));
    row_add(r, sample_percentile(s, 0.9));
    row_add(r, sample_mean(s));
}

static bool write_step(const struct funnel *f, struct funnel_slice *p, const struct heading *h,
                       uint32_t s, const struct sink *out, struct arena *a)
{
    static const char *const countings[] = { "customers", "journeys", "sessions", "totals" };
    struct step_tally *t = &p->steps[s];
    struct row r = { .n = 0 };
    row_add(&r, cell_text(f->name));
    row_add(&r, cell_text(h->breakdown));
    row_add(&r, cell_text(h->value));
    row_add(&r, cell_text(h->period));
    row_count(&r, s + 1U);
    row_add(&r, cell_text(funnel_step_name(f, s, a)));
    row_add(&r, cell_text(funnel_step_touchpoints(f, s, a)));
    row_add(&r, cell_i(f->steps[s].optional));
    row_add(&r, cell_c(countings[f->counting]));
    row_count(&r, t->n);
    row_count(&r, t->entered);
    row_rate(&r, t->n, p->n);
    if (s == 0)
        row_blanks(&r, 4);
    else
        row_rate(&r, t->continued, p->steps[funnel_step_before(f, s)].n);
    if (f->window == INT64_MAX) {
        row_blanks(&r, 5);
    } else {
        row_count(&r, t->matured);
        row_rate(&r, t->matured, p->matured);
    }
    row_times(&r, &t->from_entry);
    row_times(&r, &t->from_previous);
    row_add(&r, sum_cell(&t->value_reached));
    row_add(&r, sum_cell(&t->value_lost));
    row_add(&r, cell_i(sample_exact(&t->from_entry) && sample_exact(&t->from_previous)));
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool write_slice(const struct funnel *f, struct funnel_slice *p, const struct heading *h,
                        const struct sink *out)
{
    struct arena a = { 0 };
    bool ok = true;
    for (uint32_t s = 0; ok && s < f->nsteps; s++)
        ok = write_step(f, p, h, s, out, &a);
    arena_free(&a);
    return ok;
}

static struct str breakdown_title(const struct funnel *f, struct arena *a)
{
    static const char *const places[] = { "entry", "first", "last" };
    const char *what = f->breakdown == FUNNEL_BY_CHANNEL  ? "channel"
                       : f->breakdown == FUNNEL_BY_SOURCE ? "source"
                                                          : attr_names[f->breakdown_attr];
    return arena_printf(a, "%s at %s", what, places[f->breakdown_at]);
}

/* The values of the breakdown, the most frequent first; those past the limit together. */
static bool write_values(struct funnel_tally *t, const struct sink *out)
{
    struct arena a = { 0 };
    struct ranked *rows = mem_take(t->keys.n * sizeof *rows);
    struct funnel_slice other = funnel_slice_new(t->f->nsteps);
    struct heading h = { breakdown_title(t->f, &a), { 0 }, STR("(all)") };
    size_t n = 0;
    for (uint32_t k = 0; k < t->keys.n; k++) {
        uint32_t value = (uint32_t)(t->keys.keys[k] >> 32);
        if (value == ALL)
            continue;
        rows[n++] =
            (struct ranked){ t->slices[k].n, intern_text(&t->values, value - 1), { 0 }, k, k };
    }
    qsort(rows, n, sizeof *rows, ranked_cmp);
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        if (i >= FUNNEL_BREAKDOWN_MAX) {
            funnel_slice_merge(&other, &t->slices[rows[i].i], t->f->nsteps);
            continue;
        }
        h.value = rows[i].a;
        ok = write_slice(t->f, &t->slices[rows[i].i], &h, out);
    }
    h.value = STR("(other)");
    if (ok && n > FUNNEL_BREAKDOWN_MAX)
        ok = write_slice(t->f, &other, &h, out);
    funnel_slice_free(&other, t->f->nsteps);
    free(rows);
    arena_free(&a);
    return ok;
}

/* In the order of the project, then those that are in none. */
static bool write_segments(struct funnel_tally *t, const struct world *w, const struct sink *out)
{
    struct heading h = { STR("segment at entry"), { 0 }, STR("(all)") };
    bool ok = true;
    for (size_t i = 0; ok && t->segments && i <= t->f->nsegments; i++) {
        h.value = i < t->f->nsegments ? w->plan->segments[t->f->segments[i]].name : STR("(none)");
        ok = write_slice(t->f, &t->segments[i], &h, out);
    }
    return ok;
}

static int by_number(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return (*x > *y) - (*x < *y);
}

static bool write_periods(struct funnel_tally *t, const struct sink *out)
{
    struct arena a = { 0 };
    uint64_t *rows = mem_take(t->keys.n * sizeof *rows); /* day, then number of the slice */
    size_t n = 0;
    for (uint32_t k = 0; k < t->keys.n; k++)
        if ((uint32_t)t->keys.keys[k] != ALL)
            rows[n++] = key_of((uint32_t)t->keys.keys[k], k);
    qsort(rows, n, sizeof *rows, by_number);
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++) {
        int year, month, day;
        date_from_days((int64_t)(rows[i] >> 32) - DAY_ZERO, &year, &month, &day);
        struct heading h = { STR("(all)"), STR("(all)"),
                             arena_printf(&a, "%04d-%02d-%02d", year, month, day) };
        ok = write_slice(t->f, &t->slices[(uint32_t)rows[i]], &h, out);
    }
    free(rows);
    arena_free(&a);
    return ok;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    bool ok = true;
    for (size_t i = 0; ok && i < t->all.n; i++) {
        struct heading h = { STR("(all)"), STR("(all)"), STR("(all)") };
        struct funnel_tally *of = &t->funnels[i];
        ok = write_slice(of->f, slice_of(of, key_of(ALL, ALL)), &h, out) && write_values(of, out) &&
             write_segments(of, w, out) && write_periods(of, out);
    }
    return ok;
}

const struct measure measure_funnels = {
    .name = "funnels",
    .question = "how many come how far in each funnel, how fast, and what is that worth",
    .population =
        "of each funnel, all customers (or journeys, sessions, attempts: its `counting`) "
        "that enter it, each by its best attempt; the rows of a breakdown, and the rows "
        "of all periods, add up to those of (all). Rows of segments may overlap: who is in "
        "several counts in each, and once in (all)",
    COLUMNS(columns),
    .on_request = true,
    .wanted = funnels_wanted,
    .begin = begin,
    .begin_as = begin_as,
    .unit = add_unit,
    .merge = merge,
    .table = table,
    .free = tally_free,
    .review = { .keys = "funnel,breakdown,value,period,step_number,step",
                .rates = "matured_overall/matured_n",
                .whole = "period" },
};
