/* window.c - see run.h: which time is looked at, and the view that says so. */
#include <stdlib.h>
#include <time.h>

#include "base/ago.h"
#include "run.h"

/* ---- time ---- */

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

static bool read_last(struct window *w, struct str last, const struct zone *zone)
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
    w->from = ago_before(ago, w->until == INT64_MAX ? today() : w->until, zone);
    return true;
}

bool window_read(const struct window_asked *asked, const struct zone *zone, struct window *w)
{
    *w = (struct window){ TIME_NONE, INT64_MAX };
    if (!read_time("since", asked->since, zone, &w->from) ||
        !read_time("until", asked->until, zone, &w->until) || !read_last(w, asked->last, zone))
        return false;
    if (w->from < w->until)
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

/* Clocks of zone, as if they were UTC. */
static int64_t local_time(int64_t t, const struct zone *zone)
{
    return t + zone_offset_at(zone, t) * SECOND;
}

/* ---- the two periods of a review ---- */

static bool read_period(const char *name, const char *typed, const struct zone *zone,
                        struct window *window)
{
    struct str text = str_c(typed);
    size_t dots = str_find(text, STR(".."));
    struct str first = str_head(text, dots), second = str_from(text, dots + 2);
    if (dots == text.n)
        complain("--%s '%s' is no period such as 2026-01-01..2026-07-01, which ends before its "
                 "second date",
                 name, typed);
    else if (!time_argument(first, zone, &window->from))
        complain("--%s '%s': there is no date or time '%.*s'", name, typed, STR_ARG(first));
    else if (!time_argument(second, zone, &window->until))
        complain("--%s '%s': there is no date or time '%.*s'", name, typed, STR_ARG(second));
    else if (window->from >= window->until)
        complain("--%s '%s' has no time in it: it begins with '%.*s' and ends before '%.*s'", name,
                 typed, STR_ARG(first), STR_ARG(second));
    else
        return true;
    return false;
}

/* What is compared all the same, but seldom meant. */
static void warn_of_periods(const struct window *a, const struct window *b, const struct zone *zone)
{
    char until[TIME_TEXT + 1] = "";
    if (b->from < a->from)
        complain("warning: period a is the later one: what grew is shown as less");
    const struct window *last = b->until > a->until ? b : a;
    if (last->until <= today())
        return;
    time_text(local_time(last->until, zone) - 1, until);
    complain(
        "warning: period %s is not over yet, as it ends with %.10s: it has fewer days than the "
        "other one to be compared with",
        last == b ? "b" : "a", until);
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

/* From a date on, and as many days before it. */
static bool around(const struct run_typed *t, const struct zone *zone, struct window *a,
                   struct window *b)
{
    struct ago ago;
    const char *last = t->last ? t->last : "4w";
    if (!time_argument(str_c(t->around), zone, &b->from)) {
        complain("--around '%s' is no date such as 2026-09-01", t->around);
        return false;
    }
    if (!ago_parse(str_c(last), &ago)) {
        complain("--last '%s' is no number of days, weeks, months or years such as 4w or 6mo",
                 last);
        return false;
    }
    a->until = b->from;
    a->from = ago_before(ago, b->from, zone);
    b->until = zone_to_utc(zone, 2 * local_time(b->from, zone) - local_time(a->from, zone));
    if (a->from < a->until)
        return true;
    complain("--last '%s' reaches back too far", last);
    return false;
}

bool wishes_for_review(struct run_wishes *w, const struct plan *plan, struct window *a,
                       struct window *b)
{
    const struct run_typed *t = &w->typed;
    if (!t->period_a != !t->period_b || (t->period_a && (t->last || t->around))) {
        complain("name two periods by --a and --b, or one length by --last, or --around a date");
        return false;
    }
    if (t->around     ? !around(t, plan->zone, a, b)
        : t->period_a ? !read_period("a", t->period_a, plan->zone, a) ||
                            !read_period("b", t->period_b, plan->zone, b)
                      : !last_periods(t->last ? t->last : "6mo", plan->zone, a, b))
        return false;
    w->since = a->from < b->from ? a->from : b->from;
    w->until = a->until > b->until ? a->until : b->until;
    if (a->until <= b->from || b->until <= a->from) {
        warn_of_periods(a, b, plan->zone);
        return true;
    }
    complain("--a '%s' and --b '%s' overlap: what lies in both cannot be compared", t->period_a,
             t->period_b);
    return false;
}

/* ---- the periods of a trend ---- */

enum by { BY_WEEK, BY_MONTH, BY_QUARTER };
enum { TREND_PERIODS = 600 };

/* The first day, since 1970, of the period that lies `back` periods before that of `day`. */
static int64_t first_day(enum by by, int64_t day, int back)
{
    int year, month, date;
    if (by == BY_WEEK) /* 1970-01-01 was a Thursday */
        return day - ((day + 3) % 7 + 7) % 7 - 7 * (int64_t)back;
    date_from_days(day, &year, &month, &date);
    int step = by == BY_QUARTER ? 3 : 1;
    int months = year * 12 + (month - 1) / step * step - back * step;
    return days_from_date(months / 12, months % 12 + 1, 1);
}

static void name_period(enum by by, int64_t day, char *label, size_t size)
{
    int year, month, date;
    date_from_days(by == BY_WEEK ? day + 3 : day, &year, &month, &date); /* a week's Thursday */
    if (by == BY_WEEK)
        snprintf(label, size, "%04d-W%02d", year,
                 (int)(day + 3 - days_from_date(year, 1, 1)) / 7 + 1);
    else if (by == BY_MONTH)
        snprintf(label, size, "%04d-%02d", year, month);
    else
        snprintf(label, size, "%04d-Q%d", year, (month - 1) / 3 + 1);
}

static bool read_by(const struct run_typed *t, enum by *by, struct ago *ago)
{
    static const char *const names[] = { "week", "month", "quarter" };
    const char *last = t->last ? t->last : "1y";
    *by = BY_WEEK;
    while (*by <= BY_QUARTER && strcmp(t->by, names[*by]) != 0)
        ++*by;
    if (*by > BY_QUARTER)
        complain("--by '%s' is none of 'month', 'week' and 'quarter'", t->by);
    else if (t->period_a || t->period_b || t->around)
        complain("--by goes with --last, not with --a, --b and --around");
    else if (!ago_parse(str_c(last), ago))
        complain("--last '%s' is no number of days, weeks, months or years such as 4w, 6mo or 1y",
                 last);
    else
        return true;
    return false;
}

bool wishes_for_trend(struct run_wishes *w, const struct plan *plan, struct trend_window **list,
                      size_t *n)
{
    enum by by;
    struct ago ago;
    const struct zone *zone = plan->zone;
    if (!read_by(&w->typed, &by, &ago))
        return false;
    int64_t day = local_time(today(), zone) / DAY;
    int64_t until = zone_to_utc(zone, first_day(by, day, 0) * DAY);
    int64_t oldest = ago_before(ago, until, zone);
    struct trend_window *all = mem_zero(TREND_PERIODS, sizeof *all);
    *n = 0;
    for (int back = 1; back <= TREND_PERIODS; back++) {
        int64_t first = first_day(by, day, back);
        int64_t from = first < 0 ? oldest - 1 : zone_to_utc(zone, first * DAY);
        if (from < oldest)
            break;
        struct trend_window *t = &all[TREND_PERIODS - ++*n];
        t->window = (struct window){ from, zone_to_utc(zone, first_day(by, day, back - 1) * DAY) };
        name_period(by, first, t->label, sizeof t->label);
    }
    memmove(all, all + TREND_PERIODS - *n, *n * sizeof *all);
    *list = all;
    if (*n == 0) {
        complain("--last '%s' is shorter than a %s", w->typed.last, w->typed.by);
        return false;
    }
    w->since = all[0].window.from;
    w->until = until;
    return true;
}

bool wishes_in_plan(struct run_wishes *w, const struct plan *plan)
{
    const struct run_typed *t = &w->typed;
    if (!find_view(w, plan))
        return false;
    struct window window;
    struct window_asked asked = { str_c(t->since), str_c(t->until), str_c(t->last) };
    if (w->view && !t->since && !t->until && !t->last)
        asked = (struct window_asked){ w->view->since, w->view->until, w->view->last };
    bool ok = window_read(&asked, plan->zone, &window);
    w->since = window.from;
    w->until = window.until;
    return ok;
}
