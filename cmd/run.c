/* run.c - `touchpath run`: the sentence that the program is.
 *
 *     read -> split -> fields -> match -> EVENT -> identity -> order -> journeys -> measures ->
 *     tables -> files
 *
 * In:      a project file, and what it names, or the files of the command line.
 * Out:     a folder of reports, whole or not at all; a summary on stdout; messages on stderr.
 * Owns:    what each step made, in struct run, until run_free().
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/par.h"
#include "base/stop.h"
#include "cmd.h"
#include "identity/identity.h"
#include "ingest/ingest.h"
#include "report/report.h"
#include "run.h"
#include "show.h"

struct run {
    struct plan *plan;
    struct inputs inputs;
    struct event_set events;
    struct customers customers;
    struct world world;
    struct tallies tallies;
    struct artist *artist; /* NULL unless pictures are wanted */
};

static bool load_plan(struct run *r, const struct run_wishes *wishes)
{
    struct faults faults = { 0 };
    struct arena a = { 0 };
    const char *rules = wishes->rules ? wishes->rules : rules_folder(program_path(&a), &a);
    r->plan = plan_load(wishes->project, rules, &faults);
    faults_print(&faults, stderr);
    faults_free(&faults);
    arena_free(&a);
    return r->plan;
}

/* Whoever draws is hired before the first thread begins. */
static bool hire_artist(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    return !wishes->svg || (r->artist = artist_new(e));
}

static bool find_inputs(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    if (wishes->nfiles)
        return inputs_from_files(&r->inputs, r->plan, wishes->files, wishes->nfiles, wishes->source,
                                 e);
    return inputs_from_plan(&r->inputs, r->plan, stderr, e);
}

static bool read_events(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    struct ingest_options options = {
        .workers = wishes->workers,
        .block_bytes = wishes->block_bytes,
        .since = wishes->since,
        .until = wishes->until,
        .plain = wishes->plain,
        .warn = stderr,
    };
    struct progress_shown shown = { 0 };
    if (!wishes->quiet && isatty(STDERR_FILENO)) {
        options.progress = progress_show;
        options.progress_ctx = &shown;
    }
    bool done = ingest(r->plan, &r->inputs, &options, &r->events, e) && !stop_asked();
    progress_erase(&shown);
    return done;
}

static bool join_identities(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    struct name_key key = { .raw = wishes->raw_ids };
    if (!key.raw && !name_key_load(r->plan->identity.key_file.p, &key, e))
        return false;
    identity_join(&r->events, &key, wishes->workers, &r->customers);
    return !stop_asked();
}

static bool write_reports(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    struct report_options options = {
        .dir = wishes->out,
        .csv = wishes->csv,
        .artist = r->artist,
        .edge_share = wishes->edge_share,
    };
    return !stop_asked() && report_write(&r->world, &r->tallies, &options, e);
}

/* The sentence. The status is of what was done; e says why something could not be. */
static enum status run(struct run *r, struct run_wishes *wishes, struct err *e)
{
    if (!load_plan(r, wishes))
        return WRONG;
    if (!wishes_in_zone(wishes, r->plan->zone))
        return WRONG;
    for (size_t i = 0; i < r->plan->tables.n; i++)
        if (!tables_known(&wishes->tables, r->plan->tables.list[i]))
            return WRONG;
    choice_add_asked(&wishes->tables, r->plan);
    if (!find_inputs(r, wishes, e))
        return WRONG;

    if (!hire_artist(r, wishes, e))
        return COULD_NOT;
    if (!read_events(r, wishes, e))
        return COULD_NOT;
    if (!join_identities(r, wishes, e))
        return COULD_NOT;
    world_make(r->plan, &r->events, &r->customers, wishes->workers, &r->world);
    tallies_make(&r->world, &wishes->tables, wishes->workers, &r->tallies);

    if (!write_reports(r, wishes, e))
        return COULD_NOT;
    if (!wishes->quiet)
        report_summary(&r->world, &r->tallies, stdout);
    return DONE;
}

/* Names every input that was not read to its end. */
static bool any_damaged(const struct event_set *events)
{
    bool any = false;
    for (uint32_t place = 0; place < events->nfiles; place++) {
        const struct input_file *f = event_set_file(events, place);
        if (!f->damage.n)
            continue;
        complain("could not read all of '%.*s': %.*s", STR_ARG(f->name), STR_ARG(f->damage));
        any = true;
    }
    return any;
}

/* Records that could not be used; not those that were left out by wish or stand elsewhere. */
static bool too_many_rejects(const struct event_set *events, const struct run_wishes *wishes)
{
    static const enum reject counted[] = { REJECT_LAYOUT, REJECT_TOO_LONG, REJECT_TIME,
                                           REJECT_NO_IDENTIFIER, REJECT_CUT };
    uint64_t rejected = 0, records = 0;
    for (size_t i = 0; i < events->nfiles; i++) {
        records += events->files[i].records;
        for (size_t k = 0; k < sizeof counted / sizeof *counted; k++)
            rejected += events->files[i].rejected[counted[k]];
    }
    double limit =
        wishes->max_rejects_share ? wishes->max_rejects * (double)records : wishes->max_rejects;
    if (wishes->max_rejects < 0 || (double)rejected <= limit)
        return false;
    complain("%llu of %llu records could not be used, more than --max-rejects allows: see '%s/%s'",
             (unsigned long long)rejected, (unsigned long long)records, wishes->out,
             "coverage.csv");
    return true;
}

static void run_free(struct run *r)
{
    artist_free(r->artist);
    tallies_free(&r->tallies);
    world_free(&r->world);
    customers_free(&r->customers);
    event_set_free(&r->events);
    inputs_free(&r->inputs);
    if (r->plan)
        plan_free(r->plan);
}

int cmd_run(const struct command *self, int argc, char **argv)
{
    struct run_wishes wishes;
    int status;
    if (!wishes_read(self, &wishes, argc, argv, &status))
        return status;
    stop_watch();
    struct run r = { 0 };
    struct err e = { 0 };
    status = run(&r, &wishes, &e);
    bool stopped = status == COULD_NOT && stop_asked();
    if (status == COULD_NOT || (status == WRONG && e.text[0])) {
        if (!stopped)
            complain("%s", e.text);
    } else if (status == DONE) {
        bool crossed = too_many_rejects(&r.events, &wishes);
        status = any_damaged(&r.events) ? DAMAGED : crossed ? CROSSED : DONE;
    }
    run_free(&r);
    wishes_free(self, &wishes);
    if (stopped)
        stop_now();
    return status;
}
