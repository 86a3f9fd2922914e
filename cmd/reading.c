/* reading.c - see reading.h. */
#include "reading.h"

#include <stdlib.h>
#include <time.h>

#include "base/ago.h"
#include "base/par.h"

static bool read_engine(struct reading *r)
{
    const char *text = r->typed->engine;
    r->plain = text && strcmp(text, "plain") == 0;
    if (!text || r->plain || strcmp(text, "fast") == 0)
        return true;
    complain("--engine '%s' is neither 'fast' nor 'plain'", text);
    return false;
}

static bool read_numbers(struct reading *r)
{
    long workers = 0, block = BLOCK_BYTES;
    const struct reading_typed *t = r->typed;
    if (t->workers && !option_count("workers", t->workers, 1, WORKERS_MAX, &workers))
        return false;
    if (t->block && !option_count("block", t->block, 16, 1L << 30, &block))
        return false;
    r->workers = par_workers((int)workers);
    r->block_bytes = (size_t)block;
    return true;
}

bool reading_read(struct reading *r, const struct reading_typed *typed, char *const *files,
                  size_t nfiles)
{
    *r = (struct reading){
        .typed = typed,
        .project = typed->project ? typed->project : "journey.yaml",
        .rules = typed->rules,
        .source = typed->source,
        .files = files,
        .nfiles = nfiles,
        .raw_ids = typed->raw_ids,
        .quiet = typed->quiet,
    };
    if (!read_numbers(r) || !read_engine(r))
        return false;
    if (typed->since && typed->last) {
        complain("--since says already where the time begins: leave --last out");
        return false;
    }
    if (!r->source || r->nfiles)
        return true;
    complain("--source '%s' says whose the FILEs are: name at least one", r->source);
    return false;
}

/* ---- time ---- */

/* The times asked for, as texts; the command line's or the view's. */
struct asked {
    struct str since, until, last;
};

static bool read_time(const char *name, struct str text, const struct zone *zone, int64_t *time)
{
    if (!text.n || time_argument(text, zone, time))
        return true;
    complain("--%s '%.*s' is no date or time such as 2026-09-01 or 2026-09-01T08:00", name,
             STR_ARG(text));
    return false;
}

/* Now, or what SOURCE_DATE_EPOCH says that it is (reproducible-builds.org). */
static int64_t today(void)
{
    const char *text = getenv("SOURCE_DATE_EPOCH");
    char *end;
    long long seconds = text ? strtoll(text, &end, 10) : 0;
    if (text && end != text && *end == '\0' && seconds >= 0 && seconds < INT64_MAX / SECOND)
        return seconds * SECOND;
    return (int64_t)time(NULL) * SECOND;
}

static bool read_last(struct reading *r, struct str last, const struct zone *zone)
{
    struct ago ago;
    if (!last.n)
        return true;
    if (!ago_parse(last, &ago)) {
        complain("--last '%.*s' is no number of days, weeks, months or years such as 7d, 2w, 6mo "
                 "or 1y",
                 STR_ARG(last));
        return false;
    }
    r->since = ago_before(ago, r->until == INT64_MAX ? today() : r->until, zone);
    return true;
}

static bool read_times(struct reading *r, const struct asked *asked, const struct zone *zone)
{
    r->since = TIME_NONE;
    r->until = INT64_MAX;
    if (!read_time("since", asked->since, zone, &r->since) ||
        !read_time("until", asked->until, zone, &r->until) || !read_last(r, asked->last, zone))
        return false;
    if (r->since < r->until)
        return true;
    complain("--since '%.*s' is not before --until '%.*s': nothing lies in between",
             STR_ARG(asked->since), STR_ARG(asked->until));
    return false;
}

static bool find_view(struct reading *r, const struct plan *plan)
{
    struct str name = str_c(r->typed->view);
    for (size_t i = 0; i < plan->nviews; i++)
        if (str_eq(plan->views[i].name, name))
            r->view = &plan->views[i];
    if (!r->typed->view || r->view)
        return true;
    struct str *names = mem_zero(plan->nviews + 1, sizeof *names);
    for (size_t i = 0; i < plan->nviews; i++)
        names[i] = plan->views[i].name;
    complain_unknown("view", name, names, plan->nviews);
    free(names);
    return false;
}

bool reading_in_plan(struct reading *r, const struct plan *plan)
{
    const struct reading_typed *t = r->typed;
    if (!find_view(r, plan))
        return false;
    struct asked asked = { str_c(t->since), str_c(t->until), str_c(t->last) };
    if (r->view && !t->since && !t->until && !t->last)
        asked = (struct asked){ r->view->since, r->view->until, r->view->last };
    return read_times(r, &asked, plan->zone);
}
