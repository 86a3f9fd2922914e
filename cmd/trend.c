/* trend.c - `touchpath review --by`: every figure of many periods, one after the other.
 *
 *     events of all -> who is who, once -> for each period: journeys -> tables -> trend_rows()
 *
 * In:      as review.c; annotations.
 * Out:     a folder with trend.csv, whole or not at all.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/output.h"
#include "base/stop.h"
#include "review.h"

struct trend_run {
    struct trend_window *windows;
    size_t n;
    struct annotations notes;
    struct arena arena;
};

/* ---- notes ---- */

static struct str notes_within(struct trend_run *t, const struct window *w)
{
    struct str all = { 0 };
    for (size_t i = 0; i < t->notes.n; i++) {
        const struct annotation *n = &t->notes.list[i];
        struct str title = annotation_title(n, &t->arena);
        if (n->from < w->until && n->until > w->from)
            all = all.n ? arena_printf(&t->arena, "%.*s | %.*s", STR_ARG(all), STR_ARG(title))
                        : title;
    }
    return all;
}

/* ---- periods ---- */

static enum status write_period(struct run *r, const struct run_wishes *w, struct trend_run *t,
                                size_t i, const struct choice *choice, const struct sink *to)
{
    const struct trend_window *window = &t->windows[i];
    struct period p = { .from = window->window.from, .until = window->window.until };
    enum status status = review_take(r, w, choice, &p, i + 1 == t->n);
    if (status == DONE && i == 0)
        warn_of_lengths(&p, &p, r->plan);
    struct trend_period of = { &p, str_c(window->label), notes_within(t, &window->window) };
    if (status == DONE && !trend_rows(&of, r->plan, to))
        status = COULD_NOT;
    period_free(&p);
    return status;
}

static enum status write_periods(struct run *r, const struct run_wishes *w, struct trend_run *t,
                                 FILE *f)
{
    struct choice choice = review_choice(&w->tables);
    struct csv_out *csv = csv_out_new(f, trend_table.columns, trend_table.ncolumns, w->csv);
    struct sink to = csv_out_sink(csv);
    enum status status = DONE;
    for (size_t i = 0; status == DONE && i < t->n; i++)
        status = write_period(r, w, t, i, &choice, &to);
    return csv_out_free(csv) ? status : COULD_NOT;
}

static enum status write_trend(struct run *r, const struct run_wishes *w, struct trend_run *t,
                               struct err *e)
{
    struct output *out = output_open(w->out, e);
    if (!out)
        return COULD_NOT;
    FILE *f = output_file(out, "trend.csv", e);
    errno = 0;
    enum status status = f ? write_periods(r, w, t, f) : COULD_NOT;
    if (status == DONE)
        return output_commit(out, e) ? DONE : COULD_NOT;
    if (status == COULD_NOT && f && !stop_asked())
        err_set(e, "cannot write '%s/trend.csv': %s", w->out, strerror(errno ? errno : EIO));
    output_abort(out);
    return status;
}

static enum status measure(struct run *r, struct run_wishes *w, struct trend_run *t, struct err *e)
{
    struct made_by rules = { 0 };
    struct period all = { .from = w->since, .until = w->until };
    rules.a = rules.b = (struct window){ w->since, w->until };
    enum status status = review_read(r, w, &rules, e);
    if (status == DONE && rules.in_a.n > 1)
        complain("warning: different rules made the events of these periods: what differs may be "
                 "the rules alone");
    made_by_free(&rules);
    if (status != DONE)
        return status;
    if (!review_customers(r, w, &all, &all, e))
        return COULD_NOT;
    status = write_trend(r, w, t, e);
    if (status == DONE && !w->quiet)
        printf("%zu periods from %s to %s written to '%s/trend.csv'\n", t->n, t->windows[0].label,
               t->windows[t->n - 1].label, w->out);
    return status;
}

enum status trend(struct run *r, struct run_wishes *w, struct err *e)
{
    struct trend_run t = { 0 };
    enum status status = WRONG;
    if (load_plan(r, w) && read_people_lists(r) && wishes_for_trend(w, r->plan, &t.windows, &t.n) &&
        know_tables(r, w) && know_annotations(r, w, &t.notes))
        status = measure(r, w, &t, e);
    free(t.windows);
    annotations_free(&t.notes);
    arena_free(&t.arena);
    return status;
}
