/* history.c - see history.h. */
#include "history.h"

#include <stdlib.h>

#include "base/stop.h"

bool wants_state(const struct run *r, const struct run_wishes *w)
{
    return w->typed.state || r->plan->state.folder.n;
}

bool are_event_files(const struct run_wishes *w, bool *are, struct err *e)
{
    size_t n = 0, k = strlen(EVENT_FILE_SUFFIX);
    for (size_t i = 0; i < w->nfiles; i++) {
        struct str name = str_c(w->files[i]);
        n += name.n > k && str_eq(str_from(name, name.n - k), STR(EVENT_FILE_SUFFIX));
    }
    *are = n > 0;
    return n == 0 || n == w->nfiles ||
           err_set(e, "name either logs or event files ('%s'), not both", EVENT_FILE_SUFFIX);
}

enum status open_state(const struct state_wishes *wishes, struct state **s, struct err *e)
{
    switch (state_open(wishes, s, e)) {
    case STATE_OPEN:
        return DONE;
    case STATE_LOCKED:
        return BUSY;
    case STATE_FAILED:
        break;
    }
    return COULD_NOT;
}

enum status look_at_state(const struct run *r, const struct run_wishes *w, struct state **s,
                          struct err *e)
{
    const struct state_wishes wishes = {
        .dir = w->typed.state ? w->typed.state : r->plan->state.folder.p,
        .only_look = true,
    };
    return open_state(&wishes, s, e);
}

enum status read_state(struct run *r, const struct run_wishes *w, made_by_fn *made_by, void *ctx,
                       struct err *e)
{
    struct state *s;
    enum status opened = look_at_state(r, w, &s, e);
    if (opened != DONE)
        return opened;
    rulebook_of(r->plan, &r->book);
    event_set_init(&r->events);
    event_set_spill(&r->events, r->spill);
    if (made_by)
        state_made_by(s, made_by, ctx);
    bool ok = state_load(s, &r->book, r->plan, w->workers, &r->events, e) &&
              plan_retire(r->plan, &r->book, e);
    state_close(s);
    return ok ? DONE : COULD_NOT;
}

/* ---- a window of what was read ---- */

/* From the first to the last record of all files of a source. */
struct watched {
    int64_t first, last; /* TIME_NONE: no record */
};

static struct watched *watched_make(const struct event_set *set, const struct plan *plan)
{
    struct watched *list = mem_take(plan->nsources * sizeof *list);
    for (size_t i = 0; i < plan->nsources; i++)
        list[i] = (struct watched){ TIME_NONE, TIME_NONE };
    for (size_t i = 0; i < set->nfiles; i++) {
        const struct input_file *f = &set->files[i];
        struct watched *w = &list[f->source];
        if (f->duplicate || f->first == TIME_NONE)
            continue;
        w->first = w->first == TIME_NONE || f->first < w->first ? f->first : w->first;
        w->last = f->last > w->last ? f->last : w->last;
    }
    return list;
}

struct input_file *files_within(const struct event_set *set, const struct plan *plan, int64_t from,
                                int64_t until)
{
    struct input_file *files = mem_take(set->nfiles * sizeof *files);
    struct watched *watched = watched_make(set, plan);
    for (size_t i = 0; i < set->nfiles; i++) {
        struct input_file *f = &files[i];
        *f = set->files[i];
        const struct watched *w = &watched[f->source];
        if (f->first == TIME_NONE || w->last < from || w->first >= until) {
            f->first = f->last = TIME_NONE;
            continue;
        }
        f->first = w->first < from ? from : w->first;
        f->last = w->last >= until ? until - 1 : w->last;
    }
    free(watched);
    return files;
}

/* Sums are kept by day: a day lies where it begins. */
static void keep_days(struct metrics *all, const struct zone *zone, int64_t since, int64_t until)
{
    struct metrics kept = { .sums = NULL };
    for (uint32_t i = 0; i < all->keys.n; i++) {
        struct metric_key key;
        struct str what;
        metrics_key(all, i, &key, &what);
        int64_t local = (int64_t)key.day * DAY, time = zone ? zone_to_utc(zone, local) : local;
        if (key.day == METRIC_NO_DAY || (time >= since && time < until))
            metrics_add(&kept, &key, what, &all->sums[i]);
    }
    metrics_free(all);
    *all = kept;
}

void keep_window(struct run *r, const struct run_wishes *w)
{
    struct event_set *set = &r->events;
    int64_t since = w->since, until = w->until;
    size_t kept = 0;
    if (since == TIME_NONE && until == INT64_MAX)
        return;
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        if (e->time == TIME_ALWAYS || (e->time >= since && e->time < until))
            set->events[kept++] = *e;
    }
    keep_days(&set->metrics, r->plan->zone, since, until);
    set->outside += set->n - kept;
    set->n = kept;
    event_set_keep_named(set);
    struct input_file *files = files_within(set, r->plan, since, until);
    for (size_t i = 0; i < set->nfiles; i++)
        set->files[i] = files[i];
    free(files);
}

enum status read_history(struct run *r, const struct run_wishes *w, struct err *e)
{
    enum status status = DONE;
    bool event_files;
    if (!are_event_files(w, &event_files, e))
        return WRONG;
    if (event_files && !open_event_files(r, w, e))
        return WRONG;
    if (event_files)
        status = read_event_files(r, w, e) ? DONE : COULD_NOT;
    else if (!w->nfiles && wants_state(r, w))
        status = read_state(r, w, NULL, NULL, e);
    else if (!find_inputs(r, w, e))
        return WRONG;
    else
        return read_events(r, w, e) ? DONE : COULD_NOT; /* keeps to the window by itself */
    if (status == DONE)
        keep_window(r, w);
    return status;
}

enum status world_of_history(struct run *r, const struct run_wishes *w, struct err *e)
{
    enum status status = read_history(r, w, e);
    if (status != DONE)
        return status;
    if (!make_world(r, w, e))
        return COULD_NOT;
    if (!narrow(r, w))
        return WRONG;
    return stop_asked() ? COULD_NOT : DONE;
}

int end_history(struct run *r, struct run_wishes *w, const struct command *self, enum status status,
                const struct err *e)
{
    bool stopped = status == COULD_NOT && stop_asked();
    if (e->text[0] && !stopped)
        complain("%s", e->text);
    if (status == DONE && any_damaged(&r->events))
        status = DAMAGED;
    run_free(r);
    wishes_free(self, w);
    if (stopped)
        stop_now();
    return status;
}
