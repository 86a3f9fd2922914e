/* steps.c - see steps.h.
 */
#include "steps.h"

#include <stdlib.h>
#include <unistd.h>

#include "base/stop.h"
#include "ingest/ingest.h"
#include "memory.h"
#include "show.h"

/* --level wins over the project's `accounts: {level: ...}`. */
static bool choose_level(struct plan *plan, const char *level)
{
    if (!level)
        return true;
    bool account = strcmp(level, "account") == 0;
    if (!account && strcmp(level, "person") != 0) {
        complain("--level '%s' is neither person nor account", level);
        return false;
    }
    if (account && !plan->accounts.nby) {
        complain("--level account wants accounts: write `accounts: {by: email_domain}` in '%.*s'",
                 STR_ARG(plan->file));
        return false;
    }
    plan->accounts.level = account;
    return true;
}

bool load_plan(struct run *r, const struct run_wishes *wishes)
{
    struct faults faults = { 0 };
    struct arena a = { 0 };
    const char *rules = wishes->rules ? wishes->rules : rules_folder(program_path(&a), &a);
    r->plan = plan_load(wishes->project, rules, &faults);
    /* Nobody wants the same warnings from cron every night: `touchpath check` has them. */
    bool nightly = r->plan && (wishes->typed.state || r->plan->state.folder.n);
    if (!nightly || wishes->typed.verbose || isatty(STDERR_FILENO))
        faults_print(&faults, stderr);
    faults_free(&faults);
    arena_free(&a);
    r->part_events = memory_part();
    if (r->plan && wishes->min_cell >= 0)
        r->plan->privacy.min_cell = wishes->min_cell;
    return r->plan && memory_limit(wishes->typed.memory, r->plan->memory, &r->spill) &&
           expression_fits(r->plan, str_c(wishes->typed.where), "--where") &&
           choose_level(r->plan, wishes->typed.level);
}

bool read_people_lists(struct run *r)
{
    struct faults faults = { 0 };
    bool ok = people_lists_read(r->plan, &r->lists, &faults);
    faults_print(&faults, stderr);
    faults_free(&faults);
    return ok;
}

bool may_list_persons(const struct run *r, const char *what)
{
    long long k = r->plan->privacy.min_cell;
    if (k < 2)
        return true;
    complain("'%s' is about single persons, and nothing about fewer than %lld customers is to be "
             "shown; say --min-cell 0 to have it all the same (docs/privacy.md)",
             what, k);
    return false;
}

bool know_tables(struct run *r, struct run_wishes *wishes)
{
    const struct saved_view *view = wishes->view;
    if (wishes->typed.only)
        return true;
    choice_add_wanted(&wishes->tables, r->plan);
    for (size_t i = 0; view && i < view->tables.n; i++)
        if (!tables_known(&wishes->tables, view->tables.list[i]))
            return false;
    for (size_t i = 0; i < r->plan->tables.n; i++)
        if (!tables_known(&wishes->tables, r->plan->tables.list[i]))
            return false;
    return true;
}

bool hire_artist(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    return !wishes->svg || (r->artist = artist_new(e));
}

bool find_inputs(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    if (wishes->nfiles)
        return inputs_from_files(&r->inputs, r->plan, wishes->files, wishes->nfiles, wishes->source,
                                 e);
    return inputs_from_plan(&r->inputs, r->plan, stderr, e);
}

bool read_events(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    struct ingest_options options = {
        .workers = wishes->workers,
        .block_bytes = wishes->block_bytes,
        .since = wishes->since,
        .until = wishes->until,
        .plain = wishes->plain,
        .spill = r->spill,
        .warn = stderr,
    };
    struct progress_shown shown = { 0 };
    if (!wishes->quiet && isatty(STDERR_FILENO)) {
        options.progress = progress_show;
        options.progress_ctx = &shown;
    }
    rulebook_of(r->plan, &r->book);
    r->book.since = wishes->since;
    r->book.until = wishes->until;
    bool done = ingest(r->plan, &r->inputs, &options, &r->events, e) && !stop_asked();
    progress_erase(&shown);
    return done;
}

bool know_window(struct run *r, struct run_wishes *wishes)
{
    return wishes_in_plan(wishes, r->plan);
}

static bool join_identities(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    struct name_key key = { .raw = wishes->raw_ids };
    if (!key.raw && !name_key_load(r->plan->identity.key_file.p, &key, e))
        return false;
    identity_know(&r->events, &r->plan->identity, &r->lists.refused, &key, wishes->workers,
                  &r->customers);
    accounts_make(&r->events, &r->plan->accounts, &r->customers);
    return !stop_asked();
}

bool know_customers(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    plan_seal(r->plan, &r->events, wishes->workers);
    return join_identities(r, wishes, e);
}

bool make_world(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    if (!know_customers(r, wishes, e))
        return false;
    world_make(r->plan, &r->events, &r->customers, wishes->workers, &r->world);
    return true;
}

/* A segment may ask what became of customers in a funnel: all are read for it before any is counted
 * (funnel_terms.h). */
static bool segment_asks_for_all(const struct plan *plan)
{
    for (size_t i = 0; i < plan->nsegments; i++)
        if (str_find(plan->segments[i].where, STR("funnel")) < plan->segments[i].where.n)
            return true;
    return false;
}

size_t part_events(const struct run *r, bool narrowed)
{
    return narrowed || segment_asks_for_all(r->plan) ? SIZE_MAX : r->part_events;
}

bool make_world_in_parts(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    bool narrowed = wishes->typed.where || (wishes->view && wishes->view->where.n);
    if (!know_customers(r, wishes, e))
        return false;
    world_open(r->plan, &r->events, &r->customers, part_events(r, narrowed), wishes->workers,
               &r->world);
    world_next(&r->world);
    return true;
}

void count_journeys(struct run *r, const struct run_wishes *wishes, const struct choice *choice,
                    counting_fn *part, void *ctx)
{
    tallies_begin(&r->tallies, &r->world, choice, wishes->workers);
    do
        part(ctx, r);
    while (!stop_asked() && world_next(&r->world));
    tallies_end(&r->tallies, &r->world);
}

static void count_part(void *ctx, struct run *r)
{
    size_t n;
    struct stream *streams = report_streams(ctx, &n);
    tallies_add(&r->tallies, &r->world, streams, n);
}

bool make_reports(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    struct report_options options = {
        .dir = wishes->out,
        .workers = wishes->workers,
        .csv = wishes->csv,
        .artist = r->artist,
        .edge_share = wishes->edge_share,
        .extra = r->extra,
        .raw_ids = wishes->raw_ids,
    };
    struct report *report = report_open(&r->world, &wishes->tables, &options, e);
    if (!report)
        return false;
    count_journeys(r, wishes, &wishes->tables, count_part, report);
    if (stop_asked()) {
        report_abort(report);
        return false;
    }
    if (!report_write(report, &r->tallies, e))
        return false;
    if (!wishes->quiet)
        report_summary(&r->world, &r->tallies, stdout);
    return true;
}

bool any_damaged(const struct event_set *events)
{
    bool any = false;
    for (size_t i = 0; i < events->nfiles; i++) {
        const struct input_file *f = &events->files[i];
        if (!f->damage.n)
            continue;
        complain("could not read all of '%.*s': %.*s", STR_ARG(f->name), STR_ARG(f->damage));
        any = true;
    }
    return any;
}

bool too_many_rejects(const struct event_set *events, const struct run_wishes *wishes)
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

void run_free(struct run *r)
{
    artist_free(r->artist);
    tallies_free(&r->tallies);
    world_free(&r->world);
    customers_free(&r->customers);
    event_set_free(&r->events);
    spill_free(r->spill);
    for (size_t i = 0; i < r->nevent_files; i++)
        event_file_close(r->event_files[i]);
    free(r->event_files);
    inputs_free(&r->inputs);
    people_lists_free(&r->lists);
    rulebook_free(&r->book);
    if (r->plan)
        plan_free(r->plan);
}
