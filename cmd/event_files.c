/* event_files.c - event files as steps of a run (steps.h): written by map, with a run.json beside
 * it, read by reduce.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/output.h"
#include "base/stop.h"
#include "steps.h"

/* ---- writing ---- */

struct output *output_of_path(const char *path, struct str *name, struct err *e)
{
    struct arena a = { 0 };
    const char *slash = strrchr(path, '/');
    *name = str_c(slash ? slash + 1 : path);
    struct str folder = !slash          ? STR(".")
                        : slash == path ? STR("/")
                                        : (struct str){ path, (size_t)(slash - path) };
    struct output *out = NULL;
    if (name->n)
        out = output_open(arena_keep(&a, folder).p, e);
    else
        err_set(e, "cannot write '%s': it names a folder, not a file", path);
    arena_free(&a);
    return out;
}

/* night.tpe -> night.run.json */
static bool write_beside(const struct run *r, struct output *out, struct str name, struct err *e)
{
    struct arena a = { 0 };
    size_t suffix = strlen(EVENT_FILE_SUFFIX);
    if (name.n > suffix && strcmp(name.p + name.n - suffix, EVENT_FILE_SUFFIX) == 0)
        name.n -= suffix;
    FILE *to = output_file(out, arena_printf(&a, "%.*s.%s", STR_ARG(name), r->extra.name).p, e);
    if (to)
        r->extra.write(r->extra.ctx, to);
    arena_free(&a);
    return to != NULL;
}

bool write_event_file(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    struct str name;
    struct output *out = output_of_path(wishes->out, &name, e);
    if (!out)
        return false;
    errno = 0;
    FILE *to = output_file_private(out, name.p, e);
    if (to && event_file_write(&r->events, &r->book, to, wishes->out, wishes->workers, NULL, e) &&
        !stop_asked() && write_beside(r, out, name, e))
        return output_commit(out, e);
    output_abort(out);
    return false;
}

/* ---- reading ---- */

enum { DIFFERENCES_SHOWN = 10 };

static void show_difference(void *ctx, const char *text)
{
    size_t *shown = ctx;
    if (++*shown <= DIFFERENCES_SHOWN)
        fprintf(stderr, "  %s\n", text);
}

/* Once for all files that were made by the same rules. */
static void warn_of_rules(const struct run *r, size_t i)
{
    const struct event_file_about *about = event_file_about(r->event_files[i]);
    size_t others = 0, shown = 0;
    for (size_t k = 0; k < r->nevent_files; k++) {
        bool same = print_eq(event_file_about(r->event_files[k])->book->print, about->book->print);
        if (same && k < i)
            return;
        others += same && k > i;
    }
    if (print_eq(about->book->print, r->book.print))
        return;
    char more[60] = "";
    if (others)
        snprintf(more, sizeof more, " and %zu more", others);
    complain("warning: other rules than this project's made '%.*s'%s:", STR_ARG(about->path), more);
    rulebook_differences(&r->book, about->book, show_difference, &shown);
    if (shown > DIFFERENCES_SHOWN)
        fprintf(stderr, "  and %zu more differences\n", shown - DIFFERENCES_SHOWN);
    fputs("  to have all events by today's rules, write it anew with 'touchpath map'\n", stderr);
}

/* A window is part of what was counted; files with different ones do not make one run. */
static void warn_of_windows(const struct run *r)
{
    for (size_t i = 1; i < r->nevent_files; i++) {
        const struct event_file_about *a = event_file_about(r->event_files[0]);
        const struct event_file_about *b = event_file_about(r->event_files[i]);
        if (a->book->since == b->book->since && a->book->until == b->book->until)
            continue;
        complain("warning: '%.*s' and '%.*s' were made with different --since or --until",
                 STR_ARG(a->path), STR_ARG(b->path));
        return;
    }
}

bool open_event_files(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    if (!wishes->nfiles)
        return err_set(e, "reduce needs event files: write one with 'touchpath map'");
    r->event_files = mem_zero(wishes->nfiles, sizeof(struct event_file *));
    for (; r->nevent_files < wishes->nfiles; r->nevent_files++) {
        size_t i = r->nevent_files;
        if (!(r->event_files[i] = event_file_open(wishes->files[i], e)))
            return false;
    }
    rulebook_of(r->plan, &r->book);
    for (size_t i = 0; i < r->nevent_files; i++)
        warn_of_rules(r, i);
    warn_of_windows(r);
    return true;
}

bool read_event_files(struct run *r, const struct run_wishes *wishes, struct err *e)
{
    event_set_init(&r->events);
    event_set_spill(&r->events, r->spill);
    return event_files_load(r->event_files, r->nevent_files, &r->book, wishes->workers, &r->events,
                            e) &&
           plan_retire(r->plan, &r->book, e) && !stop_asked();
}
