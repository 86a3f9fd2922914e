/* audience.c - `touchpath audience`: the people behind a number, as a list.
 *
 * In:      an expression, a project, and what it names, or the files of the command line.
 * Out:     CSV: one row for each customer with a journey for which the expression holds, on stdout,
 *          or in a file that only its owner may read.
 */
#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/output.h"
#include "base/stop.h"
#include "journey/scope.h"
#include "people.h"
#include "report/report.h"
#include "steps.h"

struct typed {
    struct reading_typed reading; /* first: READING_OPTIONS */
    char *out, *fields, *csv;
};

#define AT(field) offsetof(struct typed, field)

const struct option audience_options[] = {
    PROJECT_OPTION,
    { "output", 'o', false, OPTION_TEXT, "FILE", AT(out),
      "the file to write, which only its owner may read; standard output when not given" },
    { "fields", 0, false, OPTION_TEXT, "NAME,...", AT(fields),
      "more columns: those of customers.csv ('touchpath help reports'), and with --raw-ids kinds "
      "of identifiers such as email" },
    READING_OPTIONS,
    { "raw-ids", 0, false, OPTION_FLAG, NULL, READING_AT(raw_ids),
      "name customers by their identifiers, not by a keyed hash" },
    { "csv", 0, false, OPTION_TEXT, "plain|excel", AT(csv),
      "how the list is written: plain (UTF-8, LF), or so that Excel opens it by a double click" },
    { "quiet", 'q', false, OPTION_FLAG, NULL, READING_AT(quiet),
      "do not say how many there are, and print no progress on a terminal" },
    { 0 },
};

struct wishes {
    struct typed typed;
    struct reading reading;
    struct str expression;
    struct people_columns columns;
    enum csv_profile csv;
};

static bool wishes_understood(struct wishes *w, int argc, char **argv)
{
    const char *csv = w->typed.csv;
    if (argc < 2) {
        complain("audience needs an expression, such as 'has(touchpoint = cart) & !converted'");
        return false;
    }
    w->expression = str_c(argv[1]);
    w->csv = csv && strcmp(csv, "excel") == 0 ? CSV_EXCEL : CSV_PLAIN;
    if (csv && w->csv == CSV_PLAIN && strcmp(csv, "plain") != 0) {
        complain("--csv '%s' is neither 'plain' nor 'excel'", csv);
        return false;
    }
    return reading_read(&w->reading, &w->typed.reading, argv + 2, (size_t)(argc - 2)) &&
           people_columns_read(&w->columns, str_c(w->typed.fields), w->reading.raw_ids);
}

static bool write_list(const struct wishes *w, const struct world *world, FILE *to, uint64_t *n,
                       const char *called, struct err *e)
{
    struct csv_out *csv = csv_out_new(to, w->columns.list, w->columns.n, w->csv);
    struct sink sink = csv_out_sink(csv);
    errno = 0;
    bool ok = people_write(world, &w->columns, &sink, n);
    ok = csv_out_free(csv) && ok && fflush(to) == 0;
    return ok || err_set(e, "cannot write '%s': %s", called, strerror(errno ? errno : EIO));
}

/* Whole or not at all; nobody but the owner may read it. */
static bool write_file(const struct wishes *w, const struct world *world, uint64_t *n,
                       struct err *e)
{
    char *dir = g_path_get_dirname(w->typed.out), *name = g_path_get_basename(w->typed.out);
    struct output *out = output_open(dir, e);
    FILE *f = out ? output_file(out, name, e) : NULL;
    bool ok = f && (fchmod(fileno(f), 0600) == 0 ||
                    err_set(e, "cannot protect '%s': %s", w->typed.out, strerror(errno)));
    ok = ok && write_list(w, world, f, n, w->typed.out, e);
    if (ok)
        ok = output_commit(out, e);
    else
        output_abort(out);
    g_free(dir);
    g_free(name);
    return ok;
}

/* The sentence. */
static enum status audience(struct steps *s, struct wishes *w, struct err *e)
{
    uint64_t n = 0;
    if (!load_plan(s, &w->reading))
        return WRONG;
    if (!expression_fits(s->plan, w->expression, "EXPR"))
        return WRONG;
    if (!find_inputs(s, &w->reading, e))
        return WRONG;

    if (!read_events(s, &w->reading, e))
        return COULD_NOT;
    if (!join_identities(s, &w->reading, e))
        return COULD_NOT;
    make_world(s, &w->reading);
    if (!narrow(s, &w->reading))
        return WRONG;
    if (!keep_only(s, &w->reading, w->expression, "EXPR"))
        return WRONG;

    if (stop_asked())
        return COULD_NOT;
    if (!w->typed.out)
        return write_list(w, &s->world, stdout, &n, "standard output", e) ? DONE : COULD_NOT;
    if (!write_file(w, &s->world, &n, e))
        return COULD_NOT;
    if (!w->reading.quiet)
        printf("%llu customer%s in '%s'\n", (unsigned long long)n, n == 1 ? "" : "s", w->typed.out);
    return DONE;
}

int cmd_audience(const struct command *self, int argc, char **argv)
{
    struct wishes w = { 0 };
    int status;
    if (!options_parse(self, &w.typed, &argc, argv, &status))
        return status;
    status = WRONG;
    if (wishes_understood(&w, argc, argv)) {
        stop_watch();
        struct steps s = { 0 };
        struct err e = { 0 };
        status = audience(&s, &w, &e);
        if (e.text[0] && !stop_asked())
            complain("%s", e.text);
        if (status == DONE && any_damaged(&s.events))
            status = DAMAGED;
        steps_free(&s);
    }
    options_free(self->options, &w.typed);
    if (status == COULD_NOT && stop_asked())
        stop_now();
    return status;
}
