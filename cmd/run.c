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

#include "base/stop.h"
#include "run.h"
#include "steps.h"

struct run {
    struct steps steps;
    struct tallies tallies;
    struct artist *artist; /* NULL unless pictures are wanted */
};

/* Whoever draws is hired before the first thread begins. */
static bool hire_artist(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    return !wishes->svg || (r->artist = artist_new(e));
}

static bool write_reports(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    struct report_options options = {
        .dir = wishes->out,
        .csv = wishes->csv,
        .artist = r->artist,
        .edge_share = wishes->edge_share,
    };
    return !stop_asked() && report_write(&r->steps.world, &r->tallies, &options, e);
}

/* The sentence. The status is of what was done; e says why something could not be. */
static enum status run(struct run *r, struct run_wishes *wishes, struct err *e)
{
    struct steps *s = &r->steps;
    struct reading *reading = &wishes->reading;
    if (!load_plan(s, reading))
        return WRONG;
    if (!wishes_in_plan(wishes, s->plan))
        return WRONG;
    if (!find_inputs(s, reading, e))
        return WRONG;

    if (!hire_artist(r, wishes, e))
        return COULD_NOT;
    if (!read_events(s, reading, e))
        return COULD_NOT;
    if (!join_identities(s, reading, e))
        return COULD_NOT;
    make_world(s, reading);
    if (!narrow(s, reading))
        return WRONG;
    tallies_make(&s->world, &wishes->tables, reading->workers, &r->tallies);

    if (!write_reports(r, wishes, e))
        return COULD_NOT;
    if (!wishes->quiet)
        report_summary(&s->world, &r->tallies, stdout);
    return DONE;
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
    steps_free(&r->steps);
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
        bool crossed = too_many_rejects(&r.steps.events, &wishes);
        status = any_damaged(&r.steps.events) ? DAMAGED : crossed ? CROSSED : DONE;
    }
    run_free(&r);
    wishes_free(self, &wishes);
    if (stopped)
        stop_now();
    return status;
}
