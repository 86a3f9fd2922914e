/* review_say.c - see review.h: warnings, files and summary of a review. */
#include <errno.h>
#include <stdlib.h>

#include "base/output.h"
#include "report/draw.h"
#include "report/flow_diff.h"
#include "review.h"

/* ---- warnings ---- */

void made_by_add(void *made_by, struct str rules, int64_t first, int64_t last)
{
    struct made_by *m = made_by;
    if (first == TIME_NONE || last == TIME_NONE)
        return;
    if (first < m->a.until && last >= m->a.from)
        intern_add(&m->in_a, rules);
    if (first < m->b.until && last >= m->b.from)
        intern_add(&m->in_b, rules);
}

void made_by_warn(const struct made_by *m)
{
    bool same = m->in_a.n == m->in_b.n;
    for (uint32_t i = 0; same && i < m->in_a.n; i++)
        same = intern_find(&m->in_b, intern_text(&m->in_a, i)) != INTERN_NONE;
    if (!same && m->in_a.n && m->in_b.n)
        complain("warning: other rules made the events of period b than those of period a: what "
                 "differs may be the rules alone");
}

void made_by_free(struct made_by *m)
{
    intern_free(&m->in_a);
    intern_free(&m->in_b);
}

static void warn_of_source(struct str name, const struct source_seen *a, uint64_t days_a,
                           const struct source_seen *b, uint64_t days_b)
{
    if (!a->events != !b->events) {
        complain("warning: the source '%.*s' has no events in period %s, and %llu in period %s: "
                 "what differs may be the logs alone",
                 STR_ARG(name), a->events ? "b" : "a",
                 (unsigned long long)(a->events ? a->events : b->events), a->events ? "a" : "b");
        return;
    }
    double x = (double)a->days / (double)days_a, y = (double)b->days / (double)days_b;
    double p = compare_rates(a->days, days_a, b->days, days_b).p;
    if ((x < y / 2 || y < x / 2) && p < 0.05) /* a few days of a rare source are chance */
        complain("warning: the source '%.*s' has events on %llu of %llu days of period a, and on "
                 "%llu of %llu days of period b: what differs may be the logs alone",
                 STR_ARG(name), (unsigned long long)a->days, (unsigned long long)days_a,
                 (unsigned long long)b->days, (unsigned long long)days_b);
}

void warn_of_sources(const struct period *a, const struct period *b, const struct plan *plan)
{
    uint64_t any_a = 0, any_b = 0;
    for (size_t i = 0; i < plan->nsources; i++) {
        any_a += a->sources[i].events;
        any_b += b->sources[i].events;
    }
    if (!any_a || !any_b) {
        complain("warning: period %s has no events: name periods that the logs cover by --a and "
                 "--b",
                 any_a   ? "b"
                 : any_b ? "a"
                         : "a, like period b,");
        return;
    }
    for (size_t i = 0; i < plan->nsources; i++)
        warn_of_source(plan->sources[i].name, &a->sources[i], period_calendar_days(a, plan->zone),
                       &b->sources[i], period_calendar_days(b, plan->zone));
}

void warn_of_lengths(const struct period *a, const struct period *b, const struct plan *plan)
{
    int64_t pause = plan->journey.inactivity;
    char text[60];
    if (pause == INT64_MAX || (a->until - a->from > pause && b->until - b->from > pause))
        return;
    duration_text(pause, text, sizeof text);
    complain("warning: a period is not longer than the pause that ends a journey (%s): in it no "
             "journey is lost, so its conversion says little",
             text);
}

/* ---- files ---- */

struct both {
    const struct period *a, *b;
    const struct plan *plan;
    const struct annotations *notes;
};

static bool write_table(struct output *out, const struct run_wishes *w,
                        const struct review_table *table, const struct both *both, struct err *e)
{
    char name[40];
    snprintf(name, sizeof name, "%s.csv", table->name);
    FILE *f = output_file(out, name, e);
    if (!f)
        return false;
    struct csv_out *csv = csv_out_new(f, table->columns, table->ncolumns, w->csv);
    struct sink to = csv_out_sink(csv);
    errno = 0;
    bool ok = table == &movers_table        ? movers_rows(both->a, both->b, &to)
              : table == &progress_table    ? progress_rows(both->a, both->b, both->plan, &to)
              : table == &annotations_table ? annotation_rows(both->notes, both->a, both->b, &to)
                                            : review_rows(both->a, both->b, both->plan, &to);
    ok = csv_out_free(csv) && ok;
    return ok ||
           err_set(e, "cannot write '%s/%s': %s", w->out, name, strerror(errno ? errno : EIO));
}

/* The caller frees it. */
static struct str diff_dot(const struct run_wishes *w, const struct both *both)
{
    size_t i = 0, n = 0;
    char *text = NULL;
    while (strcmp(measures[i]->name, "transitions") != 0)
        i++;
    FILE *f = open_memstream(&text, &n);
    if (!f)
        return (struct str){ 0 };
    GString *title = g_string_new(NULL);
    draw_name(title, both->plan->name);
    g_string_append(title, title->len ? " · " : "");
    draw_period(title, both->a->from, both->a->until - 1, both->plan->zone);
    g_string_append(title, " → ");
    draw_period(title, both->b->from, both->b->until - 1, both->plan->zone);
    const struct flow_diff_options options = {
        .name = "flow_diff",
        .title = title->str,
        .key = "first period → second period, change per day",
        .only_a = "gone",
        .only_b = "new",
        .edge_share = w->edge_share,
    };
    flow_diff_dot(&(struct flow_diff_side){ &both->a->tables[i], "count", period_days(both->a) },
                  &(struct flow_diff_side){ &both->b->tables[i], "count", period_days(both->b) },
                  &options, f);
    g_string_free(title, TRUE);
    if (fclose(f) == 0)
        return (struct str){ text, n };
    free(text);
    return (struct str){ 0 };
}

static bool write_diff(struct run *r, const struct run_wishes *w, struct output *out,
                       const struct both *both, struct err *e)
{
    struct str dot = diff_dot(w, both);
    FILE *f = output_file(out, "flow_diff.dot", e);
    bool ok = f != NULL;
    if (ok && (dot.n == 0 || fwrite(dot.p, 1, dot.n, f) != dot.n))
        ok = err_set(e, "cannot write '%s/flow_diff.dot': %s", w->out, strerror(errno));
    if (ok && r->artist) {
        f = output_file(out, "flow_diff.svg", e);
        ok = f && artist_draw(r->artist, dot, f, e);
    }
    free((char *)dot.p);
    return ok;
}

bool review_write(struct run *r, const struct run_wishes *w, const struct period *a,
                  const struct period *b, const struct annotations *notes, struct err *e)
{
    const struct both both = { a, b, r->plan, notes };
    struct output *out = output_open(w->out, e);
    if (!out)
        return false;
    if (write_table(out, w, &review_table, &both, e) &&
        write_table(out, w, &movers_table, &both, e) && write_diff(r, w, out, &both, e) &&
        (!r->plan->nobjectives || write_table(out, w, &progress_table, &both, e)) &&
        (!notes->n || write_table(out, w, &annotations_table, &both, e)))
        return output_commit(out, e);
    output_abort(out);
    return false;
}

/* ---- summary ---- */

enum { SAID = 5 };

/* The first rows of movers.csv that are of touchpoints. */
static bool say_mover(void *ctx, const struct cell *cells)
{
    size_t *said = ctx;
    if (!str_eq(cells[0].text, STR("touchpoints")) || *said == SAID)
        return true;
    if (!*said)
        puts("\nMost changed touchpoints (events)");
    ++*said;
    printf("  %-9.*s %.*s: %lld -> %lld", STR_ARG(cells[3].text), STR_ARG(cells[1].text),
           (long long)cells[4].i, (long long)cells[5].i);
    if (!cells[7].blank && cells[5].i)
        printf(" (%+.0f %% a day)", cells[7].d);
    putchar('\n');
    return true;
}

static void say_rate(const struct all_journeys *a, const struct all_journeys *b)
{
    uint64_t ka = a->outcome.converted, na = a->outcome.ended;
    uint64_t kb = b->outcome.converted, nb = b->outcome.ended;
    struct comparison c = compare_rates(ka, na, kb, nb);
    if (!na || !nb)
        return;
    printf(
        "conversion  %.1f %% of %llu -> %.1f %% of %llu; difference %.1f to %.1f points (95 %%)\n",
        100 * (double)ka / (double)na, (unsigned long long)na, 100 * (double)kb / (double)nb,
        (unsigned long long)nb, 100 * c.low, 100 * c.high);
}

void review_summary(const struct run_wishes *w, const struct plan *plan, const struct period *a,
                    const struct period *b, const struct annotations *notes)
{
    const struct period *const both[] = { a, b };
    for (int i = 0; i < 2; i++) {
        GString *when = g_string_new(NULL);
        draw_period(when, both[i]->from, both[i]->until - 1, plan->zone);
        printf("period %c    %s: %llu customers, %llu journeys\n", "ab"[i], when -> str,
               (unsigned long long)both[i] -> all.customers,
               (unsigned long long)both[i]->all.journeys);
        g_string_free(when, TRUE);
    }
    say_rate(&a->all, &b->all);
    say_annotations(notes, a, b, plan->zone);
    size_t said = 0;
    struct sink to = { say_mover, &said };
    movers_rows(a, b, &to);
    printf("\nReview written to '%s'\n", w->out);
}
