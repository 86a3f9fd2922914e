/* review.c - `touchpath review`: two periods side by side.
 *
 *     events of both -> who is who, once -> for each period: journeys -> tables -> review_rows()
 *
 * In:      event files, the state, or logs; two windows of time.
 * Out:     a folder with review.csv, movers.csv and flow_diff.dot, whole or not at all; a summary
 *          on stdout; warnings on stderr.
 *
 * Events are read once, and customers are made of both periods together, so that somebody who
 * comes back is the same person. Sessions and journeys are cut in each period as if there were no
 * other, as --since and --until do.
 */
#include <errno.h>
#include <stdlib.h>

#include "base/output.h"
#include "base/stop.h"
#include "history.h"
#include "map_review.h"
#include "review.h"

/* ---- reading ---- */

enum status review_read(struct run *r, const struct run_wishes *w, struct made_by *rules,
                        struct err *e)
{
    bool event_files;
    if (!are_event_files(w, &event_files, e))
        return WRONG;
    if (!event_files && !w->nfiles && wants_state(r, w))
        return hire_artist(r, w, e) ? read_state(r, w, made_by_add, rules, e) : COULD_NOT;
    if (event_files ? !open_event_files(r, w, e) : !find_inputs(r, w, e))
        return WRONG;
    if (!hire_artist(r, w, e))
        return COULD_NOT;
    if (!event_files)
        return read_events(r, w, e) ? DONE : COULD_NOT;
    for (size_t i = 0; i < r->nevent_files; i++) {
        const struct event_file_about *about = event_file_about(r->event_files[i]);
        made_by_add(rules, (struct str){ (const char *)&about->book->print, sizeof(struct print) },
                    about->first, about->last);
    }
    return read_event_files(r, w, e) ? DONE : COULD_NOT;
}

static bool within(const struct event *e, int64_t from, int64_t until)
{
    return e->time >= from && e->time < until;
}

/* What lies in neither period says nothing, not even who is who; links without a time stay. */
static void keep_periods(struct event_set *set, const struct period *a, const struct period *b)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->n; i++) {
        const struct event *ev = &set->events[i];
        if (ev->time == TIME_ALWAYS || within(ev, a->from, a->until) ||
            within(ev, b->from, b->until))
            set->events[kept++] = *ev;
    }
    set->n = kept;
}

bool review_customers(struct run *r, const struct run_wishes *w, const struct period *a,
                      const struct period *b, struct err *e)
{
    keep_periods(&r->events, a, b);
    return know_customers(r, w, e);
}

/* ---- one period ---- */

/* The period's events that are touchpoints of somebody, as a set that borrows all else; of the last
 * period no copy of them. */
static struct event_set events_within(struct run *r, const struct period *p, bool last)
{
    struct event_set set = r->events;
    const struct event *all = r->events.events;
    if (last) {
        r->events.events = NULL;
        r->events.n = r->events.room = 0;
    } else {
        set.events = spill_take(set.spill, set.n * sizeof *set.events);
    }
    size_t n = set.n;
    set.room = set.n;
    set.n = 0;
    for (size_t i = 0; i < n; i++) {
        const struct event *ev = &all[i];
        if (ev->touch != TOUCH_NONE && within(ev, p->from, p->until) &&
            customer_of(&r->customers, ev) != CUSTOMER_NONE)
            set.events[set.n++] = *ev;
    }
    return set;
}

static void count_part(void *ctx, struct run *r)
{
    struct period *p = ctx;
    tallies_add(&r->tallies, &r->world, NULL, 0);
    period_add(p, &r->world);
}

enum status review_take(struct run *r, const struct run_wishes *w, const struct choice *choice,
                        struct period *p, bool last)
{
    struct event_set set = events_within(r, p, last);
    struct customers customers = r->customers;
    struct input_file *files = set.files = files_within(&r->events, r->plan, p->from, p->until);
    customers.links = customers.unidentified = 0; /* left out above */
    period_see(p, r->plan, &set, set.events, set.n);
    world_open(r->plan, &set, &customers, part_events(r, w->typed.where), w->workers, &r->world);
    world_next(&r->world);
    bool fits = keep_only(r, w, str_c(w->typed.where), "--where", false);
    if (fits) {
        count_journeys(r, w, choice, count_part, p);
        if (!stop_asked())
            period_take(p, &r->world, &r->tallies);
        tallies_free(&r->tallies);
    }
    world_free(&r->world);
    free(files);
    return !fits ? WRONG : stop_asked() ? COULD_NOT : DONE;
}

/* ---- the sentence ---- */

static enum status review(struct run *r, struct run_wishes *w, struct period *a, struct period *b,
                          struct annotations *notes, struct err *e)
{
    struct made_by rules = { 0 };
    struct window first, second;
    if (!load_plan(r, w) || !read_people_lists(r) ||
        !wishes_for_review(w, r->plan, &first, &second) || !know_tables(r, w) ||
        !know_annotations(r, w, notes))
        return WRONG;
    a->from = rules.a.from = first.from;
    a->until = rules.a.until = first.until;
    b->from = rules.b.from = second.from;
    b->until = rules.b.until = second.until;
    struct choice choice = review_choice(&w->tables);
    enum status status = review_read(r, w, &rules, e);
    made_by_warn(&rules);
    made_by_free(&rules);
    if (status != DONE)
        return status;
    if (!review_customers(r, w, a, b, e))
        return COULD_NOT;
    if ((status = review_take(r, w, &choice, a, false)) != DONE ||
        (status = review_take(r, w, &choice, b, true)) != DONE)
        return status;
    if (r->plan->privacy.min_cell > 1)
        periods_hide(a, b);
    warn_of_sources(a, b, r->plan);
    warn_of_lengths(a, b, r->plan);
    if (!review_write(r, w, a, b, notes, e))
        return COULD_NOT;
    if (!w->quiet)
        review_summary(w, r->plan, a, b, notes);
    return DONE;
}

int cmd_review(const struct command *self, int argc, char **argv)
{
    struct run_wishes w;
    int status;
    if (!wishes_read(self, &w, argc, argv, &status))
        return status;
    if (!w.out)
        w.out = "review";
    stop_watch();
    struct run r = { 0 };
    struct err e = { 0 };
    struct period a = { 0 }, b = { 0 };
    struct annotations notes = { 0 };
    status = w.typed.map || w.typed.to_map ? map_review(&r, &w, &e)
             : w.typed.by                  ? trend(&r, &w, &e)
                                           : review(&r, &w, &a, &b, &notes, &e);
    period_free(&a);
    period_free(&b);
    annotations_free(&notes);
    return end_history(&r, &w, self, status, &e);
}
