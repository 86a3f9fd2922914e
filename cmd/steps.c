/* steps.c - see steps.h. */
#include "steps.h"

#include <unistd.h>

#include "base/stop.h"
#include "funnel_terms.h"
#include "journey/scope.h"
#include "show.h"

bool load_plan(struct steps *s, struct reading *r)
{
    struct faults faults = { 0 };
    struct arena a = { 0 };
    const char *rules = r->rules ? r->rules : rules_folder(program_path(&a), &a);
    s->plan = plan_load(r->project, rules, &faults);
    faults_print(&faults, stderr);
    faults_free(&faults);
    arena_free(&a);
    return s->plan && reading_in_plan(r, s->plan) &&
           expression_fits(s->plan, str_c(r->typed->where), "--where");
}

bool find_inputs(struct steps *s, const struct reading *r, struct err *e)
{
    if (r->nfiles)
        return inputs_from_files(&s->inputs, s->plan, r->files, r->nfiles, r->source, e);
    return inputs_from_plan(&s->inputs, s->plan, stderr, e);
}

bool read_events(struct steps *s, const struct reading *r, struct err *e)
{
    struct ingest_options options = {
        .workers = r->workers,
        .block_bytes = r->block_bytes,
        .since = r->since,
        .until = r->until,
        .plain = r->plain,
        .warn = stderr,
    };
    struct progress_shown shown = { 0 };
    if (!r->quiet && isatty(STDERR_FILENO)) {
        options.progress = progress_show;
        options.progress_ctx = &shown;
    }
    bool done = ingest(s->plan, &s->inputs, &options, &s->events, e) && !stop_asked();
    progress_erase(&shown);
    return done;
}

bool join_identities(struct steps *s, const struct reading *r, struct err *e)
{
    struct name_key key = { .raw = r->raw_ids };
    if (!key.raw && !name_key_load(s->plan->identity.key_file.p, &key, e))
        return false;
    identity_join(&s->events, &key, r->workers, &s->customers);
    return !stop_asked();
}

void make_world(struct steps *s, const struct reading *r)
{
    world_make(s->plan, &s->events, &s->customers, r->workers, &s->world);
}

/* ---- whose journeys ---- */

/* The fault with the line of the text in which it stands, and a caret. */
static bool say_fault(struct str text, const char *called, const struct text_fault *fault)
{
    struct faults faults = { 0 };
    struct str rest = text, line = str_cut(&rest, '\n');
    size_t col = fault->at;
    unsigned number = 1;
    for (; col > line.n && rest.n; number++) {
        col -= line.n + 1;
        line = str_cut(&rest, '\n');
    }
    struct place at = { str_c(called), line, number, (unsigned)col + 1 };
    faults_add(&faults, FAULT_ERROR, at, "%s", fault->text);
    faults_print(&faults, stderr);
    faults_free(&faults);
    return false;
}

bool expression_fits(const struct plan *plan, struct str text, const char *called)
{
    struct text_fault fault = { 0 };
    return !text.n || where_check(plan, text, &fault) || say_fault(text, called, &fault);
}

bool keep_only(struct steps *s, const struct reading *r, struct str text, const char *called)
{
    struct text_fault fault = { 0 };
    if (!text.n)
        return true;
    struct funnel_terms *funnels = funnel_terms_new(&s->world);
    struct where_terms words = funnel_terms_words(funnels);
    struct where *where = where_compile(&s->world, text, WHERE_JOURNEY, &words, &fault);
    if (where)
        world_scope(&s->world, where, r->workers);
    where_free(where);
    funnel_terms_free(funnels);
    return where || say_fault(text, called, &fault);
}

bool narrow(struct steps *s, const struct reading *r)
{
    return keep_only(s, r, r->view ? r->view->where : STR(""), "the view's 'where'") &&
           keep_only(s, r, str_c(r->typed->where), "--where");
}

/* ---- the end ---- */

bool any_damaged(const struct event_set *events)
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

void steps_free(struct steps *s)
{
    world_free(&s->world);
    customers_free(&s->customers);
    event_set_free(&s->events);
    inputs_free(&s->inputs);
    if (s->plan)
        plan_free(s->plan);
}
