/* cases.c - `touchpath cases`: journeys as an event log for process mining, in XES or as CSV.
 *
 * In:      a project, and its state or what it names, or the files of the command line, event
 *          files or logs.
 * Out:     one file, whole or not at all, that only its owner may read; or standard output.
 */
#include "report/cases.h"

#include <errno.h>

#include "base/output.h"
#include "base/stop.h"
#include "history.h"

struct casing { /* what the options mean */
    enum case_unit unit;
    enum cases_kind kind;
    struct cases_counts counts;
};

static bool ends_with(struct str s, struct str end)
{
    return s.n > end.n && str_eq(str_from(s, s.n - end.n), end);
}

static bool read_kind(const struct run_wishes *w, struct casing *c)
{
    struct str as = str_c(w->typed.as), out = str_c(w->out);
    if (!as.n && ends_with(out, STR(".xes")))
        as = STR("xes");
    if (!as.n && (!out.n || ends_with(out, STR(".csv"))))
        as = STR("csv");
    c->kind = str_eq(as, STR("xes")) ? CASES_XES : CASES_CSV;
    if (c->kind == CASES_XES || str_eq(as, STR("csv")))
        return true;
    if (as.n)
        complain("--as '%s' is neither 'xes' nor 'csv'", w->typed.as);
    else
        complain("what is '%s' to be? Say it with --as xes or csv", w->out);
    return false;
}

static bool read_unit(const struct run_wishes *w, struct casing *c)
{
    struct str unit = str_c(w->typed.unit);
    c->unit = str_eq(unit, STR("customer")) ? CASES_CUSTOMERS : CASES_JOURNEYS;
    if (!unit.n || c->unit == CASES_CUSTOMERS || str_eq(unit, STR("journey")))
        return true;
    complain("--case '%s' is neither 'journey' nor 'customer'", w->typed.unit);
    return false;
}

static bool write_to(const struct run *r, const struct run_wishes *w, struct casing *c, FILE *to,
                     const char *called, struct err *e)
{
    errno = 0;
    return cases_write(&r->world, c->unit, c->kind, w->csv, to, &c->counts) ||
           err_set(e, "cannot write '%s': %s", called, strerror(errno ? errno : EIO));
}

static bool write_file(const struct run *r, const struct run_wishes *w, struct casing *c,
                       struct err *e)
{
    struct str name;
    struct output *out = output_of_path(w->out, &name, e);
    if (!out)
        return false;
    FILE *to = output_file_private(out, name.p, e);
    if (to && write_to(r, w, c, to, w->out, e) && !stop_asked())
        return output_commit(out, e);
    output_abort(out);
    return false;
}

/* The sentence. */
static enum status cases(struct run *r, struct run_wishes *w, struct casing *c, struct err *e)
{
    if (!read_kind(w, c) || !read_unit(w, c) || !load_plan(r, w) || !read_people_lists(r) ||
        !may_list_persons(r, "cases") || !know_window(r, w))
        return WRONG;
    enum status status = world_of_history(r, w, e);
    if (status != DONE)
        return status;
    if (!w->out)
        return write_to(r, w, c, stdout, "standard output", e) ? DONE : COULD_NOT;
    if (!write_file(r, w, c, e))
        return COULD_NOT;
    if (!w->quiet)
        printf("%llu case%s with %llu event%s in '%s'; %llu outside\n",
               (unsigned long long)c->counts.cases, c->counts.cases == 1 ? "" : "s",
               (unsigned long long)c->counts.events, c->counts.events == 1 ? "" : "s", w->out,
               (unsigned long long)c->counts.outside);
    return DONE;
}

int cmd_cases(const struct command *self, int argc, char **argv)
{
    struct run_wishes w;
    int status;
    if (!wishes_read(self, &w, argc, argv, &status))
        return status;
    struct run r = { 0 };
    struct casing c = { 0 };
    struct err e = { 0 };
    stop_watch();
    return end_history(&r, &w, self, cases(&r, &w, &c, &e), &e);
}
