/* forget.c - `touchpath forget ID`: a person leaves the nightly state.
 *
 * In:      a project and its state; no log is read.
 * Out:     the state without the person; on stdout what went.
 */
#include <stdlib.h>

#include "base/par.h"
#include "base/stop.h"
#include "cmd.h"
#include "config/rulebook.h"
#include "find_customer.h"
#include "history.h"
#include "memory.h"

struct forget_typed {
    char *project, *state, *wait, *workers, *rules, *memory;
    bool network, quiet;
};

#define AT(field) offsetof(struct forget_typed, field)

const struct option forget_options[] = {
    { "project", 'p', false, OPTION_TEXT, "PROJECT.yaml", AT(project),
      "the project file; journey.yaml of this folder when not given" },
    { "state", 0, false, OPTION_TEXT, "DIR", AT(state), "the state, instead of the project's" },
    { "wait", 0, false, OPTION_TEXT, "SECONDS", AT(wait),
      "how long to wait for a run to end that uses the state; not at all when not given" },
    { "allow-network-state", 0, false, OPTION_FLAG, NULL, AT(network),
      "the state may be on a network file system" },
    { "workers", 'j', false, OPTION_TEXT, "N", AT(workers),
      "threads; all processors when not given" },
    { "rules", 0, false, OPTION_TEXT, "DIR", AT(rules),
      "the folder of formats and packs, instead of the one that was installed" },
    MEMORY_OPTION(AT(memory)),
    { "quiet", 'q', false, OPTION_FLAG, NULL, AT(quiet), "print nothing when all is well" },
    { 0 },
};

struct run_forget {
    struct plan *plan;
    struct spill *spill; /* NULL unless there is a limit to memory */
    struct rulebook book;
    struct event_set events;
    struct customers customers;
    struct name_key key;
    int workers;
};

static bool load_project(struct run_forget *r, const struct forget_typed *typed)
{
    struct faults faults = { 0 };
    struct arena a = { 0 };
    const char *rules = typed->rules ? typed->rules : rules_folder(program_path(&a), &a);
    r->plan = plan_load(typed->project ? typed->project : "journey.yaml", rules, &faults);
    faults_print(&faults, stderr);
    faults_free(&faults);
    arena_free(&a);
    return r->plan;
}

/* All that the state holds, and who is who in it. */
static bool join_customers(struct run_forget *r, struct state *s, struct err *e)
{
    rulebook_of(r->plan, &r->book);
    event_set_init(&r->events);
    event_set_spill(&r->events, r->spill);
    if (!name_key_load(r->plan->identity.key_file.p, &r->key, e) ||
        !state_load(s, &r->book, r->plan, r->workers, &r->events, e) ||
        !plan_retire(r->plan, &r->book, e))
        return false;
    plan_seal(r->plan, &r->events, r->workers);
    /* All of a person is forgotten, also of one who refused to be joined. */
    identity_know(&r->events, &r->plan->identity, NULL, &r->key, r->workers, &r->customers);
    return !stop_asked();
}

static enum status forget(struct run_forget *r, struct state *s, const char *who, bool quiet,
                          struct err *e)
{
    if (!join_customers(r, s, e))
        return COULD_NOT;
    const struct finding finding = { r->plan, &r->events, &r->customers, &r->key };
    struct forgetting f = {
        .plan = r->plan,
        .key = &r->key,
        .set = &r->events,
        .customers = &r->customers,
        .workers = r->workers,
    };
    f.customer = find_customer(&finding, who, &f.id);
    if (f.customer == CUSTOMER_NONE && f.id == INTERN_NONE)
        return WRONG;
    if (!state_forget(s, &f, e))
        return COULD_NOT;
    if (!quiet)
        printf("forgotten: %llu identifier%s, %llu record%s with %llu event%s; the next run writes "
               "new reports\n",
               (unsigned long long)f.identifiers, f.identifiers == 1 ? "" : "s",
               (unsigned long long)f.records, f.records == 1 ? "" : "s",
               (unsigned long long)f.events, f.events == 1 ? "" : "s");
    return DONE;
}

static enum status with_state(struct run_forget *r, const struct forget_typed *typed, long wait,
                              const char *who, struct err *e)
{
    struct state *s;
    const char *dir = typed->state ? typed->state : r->plan->state.folder.p;
    if (!typed->state && !r->plan->state.folder.n)
        dir = NULL;
    if (!dir) {
        complain("this project keeps no state, so there is nobody to forget: write 'state:' in it, "
                 "or say --state DIR");
        return WRONG;
    }
    /* First only to see that it is there: none is made. */
    const struct state_wishes look = {
        .dir = dir, .wait = wait, .network = typed->network, .only_look = true
    };
    enum status opened = open_state(&look, &s, e);
    if (opened == DONE) {
        state_close(s);
        const struct state_wishes work = {
            .dir = dir, .wait = wait, .network = typed->network, .spill = r->spill
        };
        opened = open_state(&work, &s, e);
    }
    if (opened != DONE)
        return opened;
    enum status status = forget(r, s, who, typed->quiet, e);
    state_close(s);
    return status;
}

static enum status carry_out(struct run_forget *r, const struct forget_typed *typed, int argc,
                             char **argv, struct err *e)
{
    long wait = 0, workers = 0;
    if (argc != 2) {
        complain("say whom: a name as journeys.csv has it, or an identifier such as "
                 "email:ann@example.com");
        return WRONG;
    }
    if ((typed->wait && !option_count("--wait", typed->wait, 0, 1000000, &wait)) ||
        (typed->workers && !option_count("--workers", typed->workers, 1, WORKERS_MAX, &workers)) ||
        !load_project(r, typed) || !memory_limit(typed->memory, r->plan->memory, &r->spill))
        return WRONG;
    r->workers = par_workers((int)workers);
    return with_state(r, typed, wait, argv[1], e);
}

int cmd_forget(const struct command *self, int argc, char **argv)
{
    struct forget_typed typed = { 0 };
    int status = DONE;
    if (!options_parse(self, &typed, &argc, argv, &status))
        return status;
    struct run_forget r = { 0 };
    struct err e = { 0 };
    stop_watch();
    status = carry_out(&r, &typed, argc, argv, &e);
    bool stopped = status != DONE && stop_asked();
    if (e.text[0] && !stopped)
        complain("%s", e.text);
    customers_free(&r.customers);
    event_set_free(&r.events);
    spill_free(r.spill);
    rulebook_free(&r.book);
    if (r.plan)
        plan_free(r.plan);
    options_free(self->options, &typed);
    if (stopped)
        stop_now();
    return status;
}
