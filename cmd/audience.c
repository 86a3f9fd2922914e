/* audience.c - `touchpath audience`: the people behind a number, as a list.
 *
 * In:      an expression, a project, and its state or what it names, or the files of the command
 *          line, event files or logs.
 * Out:     CSV: one row for each customer with a journey for which the expression holds, on stdout,
 *          or in a file that only its owner may read.
 */
#include <errno.h>

#include "base/output.h"
#include "base/stop.h"
#include "history.h"
#include "people.h"
#include "suppressed.h"

struct listing {
    struct people_columns columns;
    struct suppressed suppressed;
    struct people_count count;
};

static bool write_list(const struct run_wishes *w, struct listing *l, const struct world *world,
                       FILE *to, const char *called, struct err *e)
{
    struct csv_out *csv = csv_out_new(to, l->columns.list, l->columns.n, w->csv);
    struct sink sink = csv_out_sink(csv);
    errno = 0;
    bool ok = people_write(world, &l->columns, l->suppressed.of, &sink, &l->count);
    ok = csv_out_free(csv) && ok && fflush(to) == 0;
    return ok || err_set(e, "cannot write '%s': %s", called, strerror(errno ? errno : EIO));
}

/* Whole or not at all; nobody but the owner may read it. */
static bool write_file(const struct run_wishes *w, struct listing *l, const struct world *world,
                       struct err *e)
{
    struct str name;
    struct output *out = output_of_path(w->out, &name, e);
    if (!out)
        return false;
    FILE *f = output_file_private(out, name.p, e);
    if (f && write_list(w, l, world, f, w->out, e))
        return output_commit(out, e);
    output_abort(out);
    return false;
}

static void say_counts(const struct run *r, const struct run_wishes *w,
                       const struct people_count *n)
{
    const char *why = r->plan->privacy.consent.n ? "suppressed or without consent" : "suppressed";
    if (w->out && !w->quiet)
        printf("%llu customer%s in '%s'\n", (unsigned long long)n->listed,
               n->listed == 1 ? "" : "s", w->out);
    if (n->left_out && !w->quiet)
        fprintf(w->out ? stdout : stderr, "%llu left out: %s\n", (unsigned long long)n->left_out,
                why);
}

static enum status write_all(const struct run *r, const struct run_wishes *w, struct listing *l,
                             struct err *e)
{
    suppressed_find(r, &l->suppressed);
    bool ok = w->out ? write_file(w, l, &r->world, e)
                     : write_list(w, l, &r->world, stdout, "standard output", e);
    suppressed_free(&l->suppressed);
    if (ok)
        say_counts(r, w, &l->count);
    return ok ? DONE : COULD_NOT;
}

/* The sentence. */
static enum status audience(struct run *r, struct run_wishes *w, struct str expression,
                            struct err *e)
{
    struct listing l = { .count = { 0, 0 } };
    if (!people_columns_read(&l.columns, str_c(w->typed.fields), w->raw_ids))
        return WRONG;
    if (!load_plan(r, w) || !read_people_lists(r) || !may_list_persons(r, "audience") ||
        !know_window(r, w) || !expression_fits(r->plan, expression, "EXPR"))
        return WRONG;

    enum status status = world_of_history(r, w, e);
    if (status != DONE)
        return status;
    if (!keep_only(r, w, expression, "EXPR", true))
        return WRONG;
    return stop_asked() ? COULD_NOT : write_all(r, w, &l, e);
}

int cmd_audience(const struct command *self, int argc, char **argv)
{
    struct run_wishes w;
    int status;
    if (!wishes_read(self, &w, argc, argv, &status))
        return status;
    if (!w.nfiles) {
        complain("audience needs an expression, such as 'has(touchpoint = cart) & !converted'");
        wishes_free(self, &w);
        return WRONG;
    }
    struct run r = { 0 };
    struct err e = { 0 };
    struct str expression = str_c(w.files[0]);
    w.files++;
    w.nfiles--;
    stop_watch();
    return end_history(&r, &w, self, audience(&r, &w, expression, &e), &e);
}
