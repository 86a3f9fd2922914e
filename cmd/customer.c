/* customer.c - `touchpath customer ID`: who is that, why, and what did they do?
 *
 * In:      a project and its files, read as `run` reads them.
 * Out:     on stdout the customer's identifiers, for each the record that joined it, and the events
 *          in order, each with its record.
 */
#include <stdlib.h>
#include <unistd.h>

#include "base/par.h"
#include "base/stop.h"
#include "cmd.h"
#include "config/rulebook.h"
#include "find_customer.h"
#include "identity/why.h"
#include "ingest/ingest.h"
#include "journey/journeys.h"
#include "memory.h"
#include "people_lists.h"
#include "run.h"

struct customer_typed {
    char *project, *workers, *source, *rules, *since, *until, *last, *memory;
    bool raw_ids;
};

#define AT(field) offsetof(struct customer_typed, field)

const struct option customer_options[] = {
    { "project", 'p', false, OPTION_TEXT, "PROJECT.yaml", AT(project),
      "the project file; journey.yaml of this folder when not given" },
    { "workers", 'j', false, OPTION_TEXT, "N", AT(workers),
      "threads; all processors when not given" },
    { "source", 0, false, OPTION_TEXT, "NAME", AT(source),
      "the source that the FILEs belong to, instead of recognising their format" },
    { "raw-ids", 0, false, OPTION_FLAG, NULL, AT(raw_ids),
      "show identifiers as they are, not as keyed hashes" },
    { "rules", 0, false, OPTION_TEXT, "DIR", AT(rules),
      "the folder of formats and packs, instead of the one that was installed" },
    { "since", 0, false, OPTION_TEXT, "TIME", AT(since),
      "leave out what was before (ISO 8601, a date or a time, in the project's time zone)" },
    { "until", 0, false, OPTION_TEXT, "TIME", AT(until),
      "leave out what was at that time or later" },
    { "last", 0, false, OPTION_TEXT, "N(d|w|mo|y)", AT(last),
      "the last days, weeks, months or years before today, or before --until: 7d, 2w, 6mo, 1y" },
    MEMORY_OPTION(AT(memory)),
    { 0 },
};

struct showing {
    struct plan *plan;
    struct spill *spill; /* NULL unless there is a limit to memory */
    struct people_lists lists;
    struct inputs inputs;
    struct event_set events;
    struct customers customers;
    struct world world;
    struct name_key key; /* that the project names with; customers.key may be raw */
    struct namer *namer;
    struct arena arena;
};

/* ---- showing ---- */

static struct str shown_id(struct showing *s, uint32_t id)
{
    enum id_kind kind = id_kind_of(&s->events, id);
    struct str name = namer_name(s->namer, kind, id_value(&s->events, id), &s->arena);
    return s->customers.key.raw
               ? name
               : arena_printf(&s->arena, "%s:%.*s", id_kind_names[kind], STR_ARG(name));
}

static void put_time(int64_t time, FILE *to)
{
    char text[TIME_TEXT];
    if (time == TIME_ALWAYS)
        fputs("at all times", to);
    else
        print_safely((struct str){ text, time_text(time, text) }, SIZE_MAX, to);
}

static void put_record(const struct showing *s, uint64_t origin, FILE *to)
{
    const struct event e = { .origin = origin };
    print_safely(event_set_file(&s->events, event_file(&e))->name, SIZE_MAX, to);
    fprintf(to, " record %llu", (unsigned long long)event_record(&e));
}

static void show_identifiers(struct showing *s, uint32_t customer, FILE *to)
{
    size_t n;
    struct joined *list = customer_why(&s->events, &s->customers, customer, &n);
    fprintf(to, "customer ");
    print_safely(s->customers.names[customer], SIZE_MAX, to);
    fprintf(to, "\n\n%zu identifier%s\n", n, n == 1 ? "" : "s");
    for (size_t i = 0; i < n; i++) {
        fputs("  ", to);
        print_safely(shown_id(s, list[i].id), SIZE_MAX, to);
        if (list[i].with != INTERN_NONE) {
            fputs("\n      with ", to);
            print_safely(shown_id(s, list[i].with), SIZE_MAX, to);
            fputs(": ", to);
            put_record(s, list[i].origin, to);
            fputs(", ", to);
            put_time(list[i].time, to);
        }
        putc('\n', to);
    }
    free(list);
}

static void show_events(struct showing *s, uint32_t customer, FILE *to)
{
    const struct world *w = &s->world;
    size_t first = w->customer_first[customer], end = w->customer_first[customer + 1];
    fprintf(to, "\n%zu event%s\n", end - first, end - first == 1 ? "" : "s");
    for (size_t i = first; i < end; i++) {
        const struct event *e = &w->events[i];
        fputs("  ", to);
        put_time(e->time, to);
        fputs("  ", to);
        print_safely(w->touchpoints[e->touch].name, SIZE_MAX, to);
        fputs("  (", to);
        put_record(s, e->origin, to);
        if (s->customers.of_who[e->who] >= CUSTOMER_BY_TIME)
            fputs("; by who was signed in on a shared device", to);
        fputs(")\n", to);
    }
}

/* ---- the subcommand ---- */

static bool load(struct showing *s, const struct customer_typed *typed)
{
    struct faults faults = { 0 };
    const char *rules =
        typed->rules ? typed->rules : rules_folder(program_path(&s->arena), &s->arena);
    s->plan = plan_load(typed->project ? typed->project : "journey.yaml", rules, &faults);
    bool ok = s->plan && people_lists_read(s->plan, &s->lists, &faults);
    faults_print(&faults, stderr);
    faults_free(&faults);
    return ok;
}

static bool read_window(const struct showing *s, const struct customer_typed *typed,
                        struct window *window)
{
    struct window_asked asked = { str_c(typed->since), str_c(typed->until), str_c(typed->last) };
    if (!typed->since || !typed->last)
        return window_read(&asked, s->plan->zone, window);
    complain("--since says already where the time begins: leave --last out");
    return false;
}

static bool read_events(struct showing *s, const struct customer_typed *typed, int workers,
                        const struct window *window, char *const *files, size_t nfiles,
                        struct err *e)
{
    struct ingest_options options = { .workers = workers,
                                      .block_bytes = BLOCK_BYTES,
                                      .since = window->from,
                                      .until = window->until,
                                      .spill = s->spill,
                                      .warn = stderr };
    bool found = nfiles ? inputs_from_files(&s->inputs, s->plan, files, nfiles, typed->source, e)
                        : inputs_from_plan(&s->inputs, s->plan, stderr, e);
    return found && ingest(s->plan, &s->inputs, &options, &s->events, e) && !stop_asked();
}

static enum status show(struct showing *s, const struct customer_typed *typed, int argc,
                        char **argv, struct err *e)
{
    long workers = 0;
    if (typed->workers && !option_count("workers", typed->workers, 1, WORKERS_MAX, &workers))
        return WRONG;
    struct window window;
    if (!load(s, typed) || !memory_limit(typed->memory, s->plan->memory, &s->spill) ||
        !read_window(s, typed, &window))
        return WRONG;
    if (!read_events(s, typed, par_workers((int)workers), &window, argv + 2, (size_t)argc - 2, e))
        return COULD_NOT;
    plan_seal(s->plan, &s->events, par_workers((int)workers));
    const char *key_file = s->plan->identity.key_file.p;
    s->key.raw = typed->raw_ids && access(key_file, F_OK) != 0; /* none is made for raw names */
    if (!s->key.raw && !name_key_load(key_file, &s->key, e))
        return COULD_NOT;
    struct name_key shown = s->key;
    shown.raw = typed->raw_ids;
    identity_know(&s->events, &s->plan->identity, &s->lists.refused, &shown,
                  par_workers((int)workers), &s->customers);
    s->namer = namer_new(&shown);
    const struct finding finding = { s->plan, &s->events, &s->customers, &s->key };
    uint32_t id, customer = find_customer(&finding, argv[1], &id);
    if (id != INTERN_NONE)
        complain("'%s' was seen, but no event is theirs", argv[1]);
    if (customer == CUSTOMER_NONE)
        return WRONG;
    show_identifiers(s, customer, stdout);
    world_make(s->plan, &s->events, &s->customers, par_workers((int)workers), &s->world);
    show_events(s, customer, stdout);
    return DONE;
}

int cmd_customer(const struct command *self, int argc, char **argv)
{
    struct customer_typed typed = { 0 };
    int status = DONE;
    if (!options_parse(self, &typed, &argc, argv, &status))
        return status;
    struct showing s = { 0 };
    struct err e = { 0 };
    if (argc < 2) {
        complain("say which customer: a name as journeys.csv has it, or an identifier such as "
                 "email:ann@example.com");
        status = WRONG;
    } else {
        stop_watch();
        status = show(&s, &typed, argc, argv, &e);
    }
    bool stopped = stop_asked();
    if (e.text[0] && !stopped)
        complain("%s", e.text);
    namer_free(s.namer);
    world_free(&s.world);
    customers_free(&s.customers);
    event_set_free(&s.events);
    spill_free(s.spill);
    inputs_free(&s.inputs);
    people_lists_free(&s.lists);
    if (s.plan)
        plan_free(s.plan);
    arena_free(&s.arena);
    options_free(self->options, &typed);
    if (stopped)
        stop_now();
    return status;
}
