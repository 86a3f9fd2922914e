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

/* ---- the two periods of a review ---- */

static bool read_period(const char *name, const char *typed, const struct zone *zone,
                        struct window *window)
{
    struct str text = str_c(typed);
    size_t dots = str_find(text, STR(".."));
    if (dots < text.n && time_argument((struct str){ text.p, dots }, zone, &window->from) &&
        time_argument(str_from(text, dots + 2), zone, &window->until) &&
        window->from < window->until)
        return true;
    complain("--%s '%s' is no period such as 2026-01-01..2026-07-01, which ends before its second "
             "date",
             name, typed);
    return false;
}

/* Whole days, so that the day that is running is not compared with full ones. */
static bool last_periods(const char *typed, const struct zone *zone, struct window *a,
                         struct window *b)
{
    struct ago ago;
    if (!ago_parse(str_c(typed), &ago)) {
        complain("--last '%s' is no number of days, weeks, months or years such as 4w, 6mo or 1y",
                 typed);
        return false;
    }
    b->until = ago_before((struct ago){ 0, AGO_DAYS }, today(), zone);
    b->from = a->until = ago_before(ago, b->until, zone);
    ago.n *= 2;
    a->from = ago_before(ago, b->until, zone);
    if (a->from < a->until)
        return true;
    complain("--last '%s' reaches back too far", typed);
    return false;
}

bool wishes_for_review(struct run_wishes *w, const struct plan *plan, struct window *a,
                       struct window *b)
{
    const struct run_typed *t = &w->typed;
    if (!t->period_a != !t->period_b || (t->period_a && t->last)) {
        complain("name two periods by --a and --b, or one length by --last");
        return false;
    }
    if (t->period_a ? !read_period("a", t->period_a, plan->zone, a) ||
                          !read_period("b", t->period_b, plan->zone, b)
                    : !last_periods(t->last ? t->last : "6mo", plan->zone, a, b))
        return false;
    w->since = a->from < b->from ? a->from : b->from;
    w->until = a->until > b->until ? a->until : b->until;
    if (a->until <= b->from || b->until <= a->from)
        return true;
    complain("--a '%s' and --b '%s' overlap: what lies in both cannot be compared", t->period_a,
             t->period_b);
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
