/* run.c - `touchpath run`: the sentence that the program is; and its two halves, `map` and
 * `reduce`.
 *
 *     read -> split -> fields -> match -> EVENT -> identity -> order -> journeys -> measures ->
 *     tables -> files
 *
 * In:      a project file, and what it names, or the files of the command line.
 * Out:     a folder of reports, whole or not at all; a summary on stdout; messages on stderr. Of
 *          map: an event file.
 */
#include "base/stop.h"
#include "books.h"
#include "history.h"
#include "nightly.h"

/* The status is of what was done; e says why something could not be. */
typedef enum status sentence(struct run *r, struct run_wishes *wishes, struct err *e);

/* With run.json beside the reports: what was read, and what became of it. */
static enum status report(struct run *r, struct run_wishes *wishes, struct told_run *told,
                          struct err *e)
{
    struct books books = { 0 };
    told->run = r;
    told->books = &books;
    r->extra = (struct report_extra){ "run.json", write_run, told };
    books_of_events(&books, &r->events);
    if (!make_world_in_parts(r, wishes, e))
        return COULD_NOT;
    books_of_world(&books, r);
    if (!books_balance(&books, e))
        return COULD_NOT;
    if (!narrow(r, wishes))
        return WRONG;
    return make_reports(r, wishes, e) ? DONE : COULD_NOT;
}

static enum status run(struct run *r, struct run_wishes *wishes, struct err *e)
{
    struct told_run told = { .what = "run", .began = clock_ns() };
    if (!load_plan(r, wishes) || !read_people_lists(r) || !know_window(r, wishes) ||
        !know_tables(r, wishes))
        return WRONG;
    if ((r->nightly = wants_state(r, wishes)))
        return nightly(r, wishes, e);
    if (!refuse_without_state(wishes) || !find_inputs(r, wishes, e))
        return WRONG;
    if (!hire_artist(r, wishes, e) || !read_events(r, wishes, e))
        return COULD_NOT;
    return report(r, wishes, &told, e);
}

/* The event file, and what was read beside it. */
static enum status map(struct run *r, struct run_wishes *wishes, struct err *e)
{
    struct books books = { 0 };
    struct told_run told = { .run = r, .what = "map", .books = &books, .began = clock_ns() };
    if (!load_plan(r, wishes) || !know_window(r, wishes) || !find_inputs(r, wishes, e))
        return WRONG;
    if (!read_events(r, wishes, e))
        return COULD_NOT;
    books_of_map(&books, r);
    r->extra = (struct report_extra){ "run.json", write_map_run, &told };
    return books_of_map_balance(&books, e) && write_event_file(r, wishes, e) ? DONE : COULD_NOT;
}

static enum status reduce(struct run *r, struct run_wishes *wishes, struct err *e)
{
    struct told_run told = { .what = "reduce", .began = clock_ns() };
    if (!load_plan(r, wishes) || !read_people_lists(r) || !know_window(r, wishes) ||
        !know_tables(r, wishes) || !open_event_files(r, wishes, e))
        return WRONG;
    if (!hire_artist(r, wishes, e) || !read_event_files(r, wishes, e))
        return COULD_NOT;
    keep_window(r, wishes);
    return report(r, wishes, &told, e);
}

static int carry_out(const struct command *self, int argc, char **argv, sentence *what,
                     const char *out)
{
    struct run_wishes wishes;
    int status;
    if (!wishes_read(self, &wishes, argc, argv, &status))
        return status;
    if (!wishes.out)
        wishes.out = out;
    stop_watch();
    struct run r = { 0 };
    struct err e = { 0 };
    status = what(&r, &wishes, &e);
    bool stopped = status == COULD_NOT && stop_asked();
    if (status == COULD_NOT || status == BUSY || (status == WRONG && e.text[0])) {
        if (!stopped)
            say(&wishes, "%s", e.text);
    } else if (status == DONE && !r.nightly) {
        bool crossed = too_many_rejects(&r.events, &wishes);
        bool damaged = any_damaged(&r.events), strange = any_strangers(r.plan, &r.events, &wishes);
        status = damaged || strange || r.inputs.barred ? DAMAGED : crossed ? CROSSED : DONE;
    }
    run_free(&r);
    wishes_free(self, &wishes);
    if (stopped)
        stop_now();
    return status;
}

int cmd_run(const struct command *self, int argc, char **argv)
{
    return carry_out(self, argc, argv, run, "out");
}

int cmd_map(const struct command *self, int argc, char **argv)
{
    return carry_out(self, argc, argv, map, "events" EVENT_FILE_SUFFIX);
}

int cmd_reduce(const struct command *self, int argc, char **argv)
{
    return carry_out(self, argc, argv, reduce, "out");
}
