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
#include "report/draw.h"
#include "report/report.h"

/* One run of report_write(). */
struct writing {
    const struct world *w;
    const struct tallies *tallies;
    const struct report_options *options;
    struct output *out;
    struct table touchpoints, stages, transitions, funnels, drop_off;
};

/* ---- tables ---- */

struct tee {
    struct sink first, second;
};

static bool tee_row(void *ctx, const struct cell *cells)
{
    const struct tee *t = ctx;
    return t->first.row(t->first.ctx, cells) && t->second.row(t->second.ctx, cells);
}

/* Where the table of that name is kept for a diagram; NULL when none needs it. */
static struct table *kept(struct writing *r, const char *name)
{
    return strcmp(name, "touchpoints") == 0   ? &r->touchpoints
           : strcmp(name, "stages") == 0      ? &r->stages
           : strcmp(name, "transitions") == 0 ? &r->transitions
                                              : NULL;
}

/* One table on its way to its file. */
struct csv_job {
    size_t measure; /* in measures */
    FILE *file;
    struct err err;
    bool failed;
};

struct csv_jobs {
    struct writing *writing;
    struct csv_job *list;
    size_t n;
};

static void write_csv(void *ctx, size_t i, int worker)
{
    const struct csv_jobs *jobs = ctx;
    struct writing *r = jobs->writing;
    struct csv_job *job = &jobs->list[i];
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
        to = (struct sink){ tee_row, &tee };
    }
    errno = 0;
    bool ok = m->table(r->tallies->list[job->measure], r->w, &to);
    ok = csv_out_free(csv) && ok;
    if (!ok)
        job->failed = !err_set(&job->err, "cannot write '%s/%s.csv': %s", r->options->dir, m->name,
                               strerror(errno ? errno : EIO));
}

static bool open_csv(struct writing *r, struct csv_jobs *jobs, size_t i, struct err *e)
{
    char name[100];
    snprintf(name, sizeof name, "%s.csv", measures[i]->name);
    FILE *f = output_file(r->out, name, e);
    jobs->list[jobs->n++] = (struct csv_job){ .measure = i, .file = f };
    return f != NULL;
}

/* Tables know nothing of each other: each is made and written by one thread. */
static bool write_tables(struct writing *r, struct err *e)
{
    struct csv_jobs jobs = { .writing = r };
    bool ok = true;
    jobs.list = mem_zero(r->tallies->n, sizeof *jobs.list);
    for (size_t i = 0; ok && measures[i]; i++)
        if (r->tallies->choice.of[i])
            ok = open_csv(r, &jobs, i, e);
    if (ok)
        par_each(jobs.n, r->options->workers, write_csv, &jobs);
    for (size_t i = 0; ok && i < jobs.n; i++) {
        ok = !jobs.list[i].failed;
        if (!ok)
            *e = jobs.list[i].err;
    }
    free(jobs.list);
    return ok;
}

/* ---- diagrams ---- */

typedef void draw_fn(const struct writing *r, const char *title, FILE *f);

static void draw_flow(const struct writing *r, const char *title, FILE *f)
{
    flow_dot(&r->transitions, &r->touchpoints, &r->stages, title, r->options->edge_share, f);
}

static void draw_map(const struct writing *r, const char *title, FILE *f)
{
    map_dot(&r->touchpoints, &r->stages, title, f);
}

/* The diagram as text that the caller frees. */
static struct str dot_text(const struct writing *r, draw_fn *draw, const char *title)
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

static bool write_diagram(struct writing *r, const char *base, draw_fn *draw, const char *title,
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

static bool write_diagrams(struct writing *r, struct err *e)
{
    GString *title = g_string_new(NULL);
    draw_name(title, r->w->plan->name);
    g_string_append(title, title->len ? " · " : "");
    draw_period(title, r->w->begin, r->w->end, r->w->plan->zone);
    g_string_append(title, " · ");
    draw_number_of(title, (int64_t)r->w->njourneys, "journey");
    bool ok = write_diagram(r, "flow", draw_flow, title->str, e) &&
              write_diagram(r, "map", draw_map, title->str, e);
    g_string_free(title, TRUE);
    return ok;
}

/* ---- the whole ---- */

static void free_tables(struct writing *r)
{
    table_free(&r->touchpoints);
    table_free(&r->stages);
    table_free(&r->transitions);
    table_free(&r->funnels);
    table_free(&r->drop_off);
}

bool report_write(const struct world *w, struct tallies *tallies,
                  const struct report_options *options, struct err *e)
{
    struct writing r = { .w = w, .tallies = tallies, .options = options };
    r.out = output_open(options->dir, e);
    if (!r.out)
        return false;
    bool ok = write_tables(&r, e) && write_diagrams(&r, e);
    if (ok)
        ok = output_commit(r.out, e);
    else
        output_abort(r.out);
    free_tables(&r);
    return ok;
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
    bool ok = measures[i]->table(tallies->list[i], w, &to);
    assert(ok);
    (void)ok;
}

void report_summary(const struct world *w, struct tallies *tallies, FILE *to)
{
    struct writing r = { .w = w };
    keep_table(w, tallies, "touchpoints", &r.touchpoints);
    keep_table(w, tallies, "stages", &r.stages);
    keep_table(w, tallies, "transitions", &r.transitions);
    keep_table(w, tallies, "funnels", &r.funnels);
    keep_table(w, tallies, "drop_off", &r.drop_off);
    struct summary_tables tables = { &r.touchpoints, &r.stages, &r.transitions, &r.funnels,
                                     &r.drop_off };
    summary_write(w, &tables, to);
    free_tables(&r);
}
