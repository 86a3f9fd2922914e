/* audience.c - `touchpath audience`: the people behind a number, as a list.
 *
 * In:      an expression, a project, and its state or what it names, or the files of the command
 *          line, event files or logs.
 * Out:     CSV: one row for each customer with a journey for which the expression holds, on stdout,
 *          or in a file that only its owner may read.
 */
#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/output.h"
#include "base/stop.h"
#include "history.h"
#include "people.h"

static bool write_list(const struct run_wishes *w, const struct people_columns *columns,
                       const struct world *world, FILE *to, uint64_t *n, const char *called,
                       struct err *e)
{
    struct csv_out *csv = csv_out_new(to, columns->list, columns->n, w->csv);
    struct sink sink = csv_out_sink(csv);
    errno = 0;
    bool ok = people_write(world, columns, &sink, n);
    ok = csv_out_free(csv) && ok && fflush(to) == 0;
    return ok || err_set(e, "cannot write '%s': %s", called, strerror(errno ? errno : EIO));
}

/* Whole or not at all; nobody but the owner may read it. */
static bool write_file(const struct run_wishes *w, const struct people_columns *columns,
                       const struct world *world, uint64_t *n, struct err *e)
{
    char *dir = g_path_get_dirname(w->out), *name = g_path_get_basename(w->out);
    struct output *out = output_open(dir, e);
    FILE *f = out ? output_file(out, name, e) : NULL;
    bool ok = f && (fchmod(fileno(f), 0600) == 0 ||
                    err_set(e, "cannot protect '%s': %s", w->out, strerror(errno)));
    ok = ok && write_list(w, columns, world, f, n, w->out, e);
    if (ok)
        ok = output_commit(out, e);
    else
        output_abort(out);
    g_free(dir);
    g_free(name);
    return ok;
}

/* The sentence. */
static enum status audience(struct run *r, struct run_wishes *w, struct str expression,
                            struct err *e)
{
    struct people_columns columns;
    uint64_t n = 0;
    if (!people_columns_read(&columns, str_c(w->typed.fields), w->raw_ids))
        return WRONG;
    if (!load_plan(r, w) || !know_window(r, w) || !expression_fits(r->plan, expression, "EXPR"))
        return WRONG;

    enum status status = read_history(r, w, e);
    if (status != DONE)
        return status;
    if (!make_world(r, w, e))
        return COULD_NOT;
    if (!narrow(r, w) || !keep_only(r, w, expression, "EXPR"))
        return WRONG;

    if (stop_asked())
        return COULD_NOT;
    if (!w->out)
        return write_list(w, &columns, &r->world, stdout, &n, "standard output", e) ? DONE
                                                                                    : COULD_NOT;
    if (!write_file(w, &columns, &r->world, &n, e))
        return COULD_NOT;
    if (!w->quiet)
        printf("%llu customer%s in '%s'\n", (unsigned long long)n, n == 1 ? "" : "s", w->out);
    return DONE;
}

int cmd_audience(const struct command *self, int argc, char **argv)
{
    struct run_wishes w;
    int status;
    if (!wishes_read(self, &w, argc, argv, &status))
        return status;
    status = WRONG;
    if (!w.nfiles) {
        complain("audience needs an expression, such as 'has(touchpoint = cart) & !converted'");
    } else {
        struct run r = { 0 };
        struct err e = { 0 };
        struct str expression = str_c(w.files[0]);
        w.files++;
        w.nfiles--;
        stop_watch();
        status = audience(&r, &w, expression, &e);
        if (e.text[0] && !stop_asked())
            complain("%s", e.text);
        if (status == DONE && any_damaged(&r.events))
            status = DAMAGED;
        run_free(&r);
    }
    wishes_free(self, &w);
    if (status == COULD_NOT && stop_asked())
        stop_now();
    return status;
}
