/* window.c - see run.h: which time is looked at, and the view that says so. */
#include <stdlib.h>
#include <time.h>

#include "base/ago.h"
#include "run.h"

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

static bool read_last(struct run_wishes *w, struct str last, const struct zone *zone)
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
    w->since = ago_before(ago, w->until == INT64_MAX ? today() : w->until, zone);
    return true;
}

static bool read_times(struct run_wishes *w, const struct asked *asked, const struct zone *zone)
{
    w->since = TIME_NONE;
    w->until = INT64_MAX;
    if (!read_time("since", asked->since, zone, &w->since) ||
        !read_time("until", asked->until, zone, &w->until) || !read_last(w, asked->last, zone))
        return false;
    if (w->since < w->until)
        return true;
    complain("--since '%.*s' is not before --until '%.*s': nothing lies in between",
             STR_ARG(asked->since), STR_ARG(asked->until));
    return false;
}

static bool find_view(struct run_wishes *w, const struct plan *plan)
{
    struct str name = str_c(w->typed.view);
    for (size_t i = 0; i < plan->nviews; i++)
        if (str_eq(plan->views[i].name, name))
            w->view = &plan->views[i];
    if (!w->typed.view || w->view)
        return true;
    struct str *names = mem_zero(plan->nviews + 1, sizeof *names);
    for (size_t i = 0; i < plan->nviews; i++)
        names[i] = plan->views[i].name;
    complain_unknown("view", name, names, plan->nviews);
    free(names);
    return false;
}

bool wishes_in_plan(struct run_wishes *w, const struct plan *plan)
{
    const struct run_typed *t = &w->typed;
    if (!find_view(w, plan))
        return false;
    struct asked asked = { str_c(t->since), str_c(t->until), str_c(t->last) };
    if (w->view && !t->since && !t->until && !t->last)
        asked = (struct asked){ w->view->since, w->view->until, w->view->last };
    return read_times(w, &asked, plan->zone);
}
