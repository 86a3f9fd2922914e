/* report.c - everything that a run writes, at once; see report.h.
 *
 * In:      a world, its tallies.
 * Out:     the files of a folder, through base/output.h.
 * Owns:    the tables that the diagrams are drawn from, for the length of a call; all other rows go
 *          from the measure straight to the CSV file.
 * Threads: a table is written by one of them.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/output.h"
#include "base/par.h"
#include "base/stop.h"
#include "measure/small_cells.h"
#include "report/draw.h"
#include "report/flow_diff.h"
#include "report/report.h"

/* One table on its way to its file. */
struct csv_job {
    size_t measure; /* in measures */
    FILE *file;
    struct err err;
    bool failed;
};

struct report {
    const struct world *w;
    const struct tallies *tallies; /* NULL while the world is counted */
    const struct report_options *options;
    struct output *out;
    struct csv_job *jobs;   /* of tables that do not stream */
    struct stream *streams; /* and of the others */
    struct csv_out **csvs;  /* [nstreams] */
    size_t njobs, nstreams;
    struct hidden hidden[MEASURES_MAX]; /* as measures[] */
    struct table touchpoints, stages, transitions, funnels, drop_off, objectives, compare;
};

/* ---- tables ---- */

struct tee {
    struct sink first, second;
};

/* For diagrams: rows that stand for others are none of theirs. */
static bool keep_named(void *ctx, const struct cell *cells)
{
    const struct tee *t = ctx;
    struct str first = cells[0].blank ? STR("") : cells[0].text;
    return t->first.row(t->first.ctx, cells) &&
           (str_eq(first, SMALL_ROW) || t->second.row(t->second.ctx, cells));
}

/* Where the table of that name is kept for a diagram; NULL when none needs it. */
static struct table *kept(struct report *r, const char *name)
{
    return strcmp(name, "touchpoints") == 0   ? &r->touchpoints
           : strcmp(name, "stages") == 0      ? &r->stages
           : strcmp(name, "transitions") == 0 ? &r->transitions
           : strcmp(name, "compare") == 0     ? &r->compare
                                              : NULL;
}

/* Does the table hold raw identifiers? Rejected records are shown as they are. */
static bool is_private(const struct report *r, const struct measure *m)
{
    bool names = strcmp(m->name, "rejects") == 0;
    for (size_t c = 0; c < m->ncolumns; c++)
        names |= r->options->raw_ids && strcmp(m->columns[c].name, "customer") == 0;
    return names;
}

/* Always false. */
static bool cannot_write(const struct report *r, const char *name, int error, struct err *e)
{
    return err_set(e, "cannot write '%s/%s.csv': %s", r->options->dir, name,
                   strerror(error ? error : EIO));
}

static void write_csv(void *ctx, size_t i, int worker)
{
    struct report *r = ctx;
    struct csv_job *job = &r->jobs[i];
    const struct measure *m = measures[job->measure];
    (void)worker;
    if (stop_asked()) {
        job->failed = !err_set(&job->err, "stopped before '%s.csv' was written", m->name);
        return;
    }
    struct csv_out *csv = csv_out_new(job->file, m->columns, m->ncolumns, r->options->csv);
    struct tee tee = { .first = csv_out_sink(csv) };
    struct sink to = tee.first;
    struct table *keep = kept(r, m->name);
    if (keep) {
        table_init(keep, m->columns, m->ncolumns);
        tee.second = table_sink(keep);
        to = (struct sink){ keep_named, &tee };
    }
    errno = 0;
    bool ok = measure_table(m, r->tallies->list[job->measure], r->w, &to, &r->hidden[job->measure]);
    ok = csv_out_free(csv) && ok;
    if (!ok)
        job->failed = !cannot_write(r, m->name, errno, &job->err);
}

/* What is left of the rows that streamed, and whether all of them were written. */
static bool end_streams(struct report *r, struct err *e)
{
    bool ok = true;
    for (size_t i = 0; i < r->nstreams; i++) {
        const struct stream *s = &r->streams[i];
        errno = 0;
        bool written = csv_out_free(r->csvs[i]);
        if (ok && !(written && !s->refused))
            ok = cannot_write(r, s->of->name, s->refused ? s->error : errno, e);
    }
    r->nstreams = 0;
    return ok;
}

/* What small cells took away, when they are hidden. */
static bool write_hidden(struct report *r, struct err *e)
{
    static const struct column columns[] = {
        { "table", UNIT_TEXT, "a table of this folder" },
        { "shown", UNIT_TEXT, "rows, or nothing: withheld" },
        { "rows_hidden", UNIT_COUNT, "rows about too few, and those that would give them away" },
        { "cells_blanked", UNIT_COUNT, "cells of the rows that are shown" },
    };
    FILE *f = output_file(r->out, "hidden.csv", e);
    if (!f)
        return false;
    struct csv_out *csv = csv_out_new(f, columns, 4, r->options->csv);
    struct sink to = csv_out_sink(csv);
    bool ok = true;
    errno = 0;
    for (size_t i = 0; measures[i] && ok; i++) {
        const struct hidden *h = &r->hidden[i];
        struct cell row[] = { cell_c(measures[i]->name), cell_c(h->withheld ? "nothing" : "rows"),
                              h->withheld ? cell_blank() : cell_i((int64_t)h->rows),
                              h->withheld ? cell_blank() : cell_i((int64_t)h->cells) };
        ok = !r->tallies->choice.of[i] || to.row(to.ctx, row);
    }
    ok = csv_out_free(csv) && ok;
    return ok || cannot_write(r, "hidden", errno, e);
}

static bool open_csv(struct report *r, size_t i, struct err *e)
{
    const struct measure *m = measures[i];
    char name[100];
    snprintf(name, sizeof name, "%s.csv", m->name);
    FILE *f =
        is_private(r, m) ? output_file_private(r->out, name, e) : output_file(r->out, name, e);
    if (!f)
        return false;
    if (!m->streams) {
        r->jobs[r->njobs++] = (struct csv_job){ .measure = i, .file = f };
        return true;
    }
    struct csv_out *csv = csv_out_new(f, m->columns, m->ncolumns, r->options->csv);
    r->streams[r->nstreams] =
        (struct stream){ .of = m, .to = csv_out_sink(csv), .hidden = &r->hidden[i] };
    r->csvs[r->nstreams++] = csv;
    return true;
}

/* Tables know nothing of each other: each is made and written by one thread. */
static bool write_tables(struct report *r, struct err *e)
{
    if (!end_streams(r, e))
        return false;
    par_each(r->njobs, r->options->workers, write_csv, r);
    for (size_t i = 0; i < r->njobs; i++) {
        if (r->jobs[i].failed) {
            *e = r->jobs[i].err;
            return false;
        }
    }
    return r->w->plan->privacy.min_cell < 2 || write_hidden(r, e);
}

/* ---- diagrams ---- */

typedef void draw_fn(const struct report *r, const char *title, FILE *f);

static void draw_flow(const struct report *r, const char *title, FILE *f)
{
    flow_dot(&r->transitions, &r->touchpoints, &r->stages, title, r->options->edge_share, f);
}

static void draw_map(const struct report *r, const char *title, FILE *f)
{
    map_dot(&r->touchpoints, &r->stages, title, f);
}

/* Of the two segments, per journey. */
static void draw_compare(const struct report *r, const char *title, FILE *f)
{
    const struct table *t = &r->compare;
    GString *names = g_string_new(title);
    double size[2] = { 1, 1 }; /* of a table without rows, too */
    for (int g = 0; g < 2; g++) {
        int64_t n = t->nrows ? table_cell(t, 0, g ? "paths_b_n" : "paths_a_n")->i : 0;
        g_string_append(names, g ? " → " : " · ");
        draw_name(names, r->w->plan->flows.compare[g]);
        g_string_append(names, " (");
        draw_number_of(names, n, "journey");
        g_string_append(names, ")");
        size[g] = n > 0 ? (double)n : 1;
    }
    const struct flow_diff_options options = {
        .name = "compare",
        .title = names->str,
        .key = "segment a → segment b, change per journey",
        .only_a = "only in a",
        .only_b = "only in b",
        .edge_share = r->options->edge_share,
    };
    flow_diff_dot(&(struct flow_diff_side){ t, "count_a", size[0] },
                  &(struct flow_diff_side){ t, "count_b", size[1] }, &options, f);
    g_string_free(names, TRUE);
}

/* The diagram as text that the caller frees. */
static struct str dot_text(const struct report *r, draw_fn *draw, const char *title)
{
    char *text = NULL;
    size_t n = 0;
    FILE *f = open_memstream(&text, &n);
    if (!f)
        return (struct str){ 0 };
    draw(r, title, f);
    if (fclose(f) != 0) {
        free(text);
        return (struct str){ 0 };
    }
    return (struct str){ text, n };
}

static bool write_diagram(struct report *r, const char *base, draw_fn *draw, const char *title,
                          struct err *e)
{
    char name[40];
    if (stop_asked())
        return err_set(e, "stopped before '%s.dot' was written", base);
    struct str dot = dot_text(r, draw, title);
    snprintf(name, sizeof name, "%s.dot", base);
    FILE *f = output_file(r->out, name, e);
    bool ok = f != NULL;
    if (ok && (dot.n == 0 || fwrite(dot.p, 1, dot.n, f) != dot.n))
        ok = err_set(e, "cannot write '%s/%s': %s", r->options->dir, name, strerror(errno));
    if (ok && r->options->artist) {
        snprintf(name, sizeof name, "%s.svg", base);
        f = output_file(r->out, name, e);
        ok = f && artist_draw(r->options->artist, dot, f, e);
    }
    free((char *)dot.p);
    return ok;
}

static bool write_diagrams(struct report *r, struct err *e)
{
    GString *title = g_string_new(NULL);
    draw_name(title, r->w->plan->name);
    g_string_append(title, title->len ? " · " : "");
    draw_period(title, r->w->begin, r->w->end, r->w->plan->zone);
    g_string_append(title, " · ");
    draw_number_of(title, (int64_t)world_journeys(r->w), "journey");
    if (r->w->plan->privacy.min_cell > 1)
        g_string_append_printf(title, " · nothing about fewer than %lld customers",
                               (long long)r->w->plan->privacy.min_cell);
    bool map = r->touchpoints.columns && r->stages.columns, flow = map && r->transitions.columns;
    bool ok = (!flow || write_diagram(r, "flow", draw_flow, title->str, e)) &&
              (!map || write_diagram(r, "map", draw_map, title->str, e));
    if (ok && r->compare.columns && r->w->plan->flows.compare[0].n) {
        g_string_truncate(title, 0);
        draw_name(title, r->w->plan->name);
        ok = write_diagram(r, "compare", draw_compare, title->str, e);
    }
    g_string_free(title, TRUE);
    return ok;
}

/* ---- the whole ---- */

static void free_tables(struct report *r)
{
    table_free(&r->touchpoints);
    table_free(&r->stages);
    table_free(&r->transitions);
    table_free(&r->funnels);
    table_free(&r->drop_off);
    table_free(&r->objectives);
    table_free(&r->compare);
}

static bool write_extra(struct report *r, struct err *e)
{
    const struct report_extra *x = &r->options->extra;
    FILE *f = x->name ? output_file(r->out, x->name, e) : NULL;
    if (f)
        x->write(x->ctx, f);
    return f || !x->name;
}

static void report_free(struct report *r)
{
    end_streams(r, &(struct err){ 0 });
    free_tables(r);
    free(r->jobs);
    free(r->streams);
    free(r->csvs);
    free(r);
}

struct report *report_open(const struct world *w, const struct choice *choice,
                           const struct report_options *options, struct err *e)
{
    struct report *r = mem_zero(1, sizeof *r);
    r->w = w;
    r->options = options;
    r->jobs = mem_zero(MEASURES_MAX, sizeof *r->jobs);
    r->streams = mem_zero(MEASURES_MAX, sizeof *r->streams);
    r->csvs = mem_zero(MEASURES_MAX, sizeof *r->csvs);
    bool ok = (r->out = output_open(options->dir, e));
    for (size_t i = 0; ok && measures[i]; i++)
        ok = !choice->of[i] || open_csv(r, i, e);
    if (ok)
        return r;
    report_abort(r);
    return NULL;
}

struct stream *report_streams(struct report *r, size_t *n)
{
    *n = r->nstreams;
    return r->streams;
}

bool report_write(struct report *r, struct tallies *tallies, struct err *e)
{
    r->tallies = tallies;
    bool ok = write_tables(r, e) && write_diagrams(r, e) && write_extra(r, e);
    struct output *out = r->out;
    report_free(r);
    if (ok)
        return output_commit(out, e);
    output_abort(out);
    return false;
}

void report_abort(struct report *r)
{
    struct output *out = r->out;
    report_free(r);
    if (out)
        output_abort(out);
}

static void keep_table(const struct world *w, const struct tallies *tallies, const char *name,
                       struct table *t)
{
    size_t i = 0;
    while (strcmp(measures[i]->name, name) != 0)
        i++;
    table_init(t, measures[i]->columns, measures[i]->ncolumns);
    if (!tallies->choice.of[i])
        return; /* an empty table */
    struct sink to = table_sink(t);
    bool ok = measure_table(measures[i], tallies->list[i], w, &to, NULL);
    assert(ok);
    (void)ok;
}

void report_summary(const struct world *w, struct tallies *tallies, FILE *to)
{
    struct report r = { .w = w };
    keep_table(w, tallies, "touchpoints", &r.touchpoints);
    keep_table(w, tallies, "stages", &r.stages);
    keep_table(w, tallies, "transitions", &r.transitions);
    keep_table(w, tallies, "funnels", &r.funnels);
    keep_table(w, tallies, "drop_off", &r.drop_off);
    keep_table(w, tallies, "objectives", &r.objectives);
    struct summary_tables tables = { &r.touchpoints, &r.stages,   &r.transitions,
                                     &r.funnels,     &r.drop_off, &r.objectives };
    summary_write(w, &tallies->journeys, &tables, to);
    free_tables(&r);
}
