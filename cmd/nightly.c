/* nightly.c - `touchpath run` with a state: only what is new is read, all that was ever read is
 * measured.
 *
 *     lock -> what is new -> ingest -> commit -> all segments -> reports -> `latest`
 *
 * In:      a project with `state:`, and the files that it names.
 * Out:     the state; a fresh folder of reports, with run.json and digest.txt; nothing on stdout
 *          and stderr when all is well and nobody watches.
 */
#include "nightly.h"

#include <errno.h>
#include <glib.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/stop.h"
#include "books.h"
#include "history.h"
#include "ingest/ingest.h"
#include "map_review.h"
#include "show.h"

bool refuse_without_state(const struct run_wishes *w)
{
    const struct run_typed *t = &w->typed;
    const char *given = t->wait      ? "--wait"
                        : t->network ? "--allow-network-state"
                        : t->dry_run ? "--dry-run"
                        : t->keep    ? "--keep"
                        : t->final   ? "--final"
                        : t->rebuild ? "--rebuild"
                        : t->summary ? "--summary"
                        : t->log     ? "--log"
                        : t->verbose ? "--verbose"
                                     : NULL;
    if (!given)
        return true;
    complain("%s wants a state: write 'state:' in the project, or --state DIR", given);
    return false;
}

/* ---- what is new ---- */

static bool map_new(struct run *r, const struct run_wishes *w, struct state *s, struct night *n,
                    struct err *e)
{
    struct ingest_options options = {
        .workers = w->workers,
        .block_bytes = w->block_bytes,
        .since = TIME_NONE,
        .until = INT64_MAX,
        .plain = w->plain,
        .spill = r->spill,
        .known = state_known(s, n),
        .readings = &n->texts,
        .warn = stderr,
    };
    struct progress_shown shown = { 0 };
    if (!w->quiet && isatty(STDERR_FILENO)) {
        options.progress = progress_show;
        options.progress_ctx = &shown;
    }
    bool done = ingest(r->plan, &n->inputs, &options, &n->set, e) && !stop_asked();
    progress_erase(&shown);
    return done;
}

static void say_of_texts(const struct run_wishes *w, const struct night *n)
{
    for (size_t i = 0; i < n->texts.n; i++) {
        const struct read_text *t = &n->texts.list[i];
        const struct fated *f = &n->fates[i];
        if (t->damage.n)
            say(w, "could not read all of '%.*s': %.*s", STR_ARG(t->name), STR_ARG(t->damage));
        note(w, "%s: '%.*s'%s%s", fate_names[f->fate], STR_ARG(t->name), f->why ? ": " : "",
             f->why ? f->why : "");
    }
}

static void say_old(void *ctx, const char *text)
{
    say(ctx, "%s", text);
}

struct difference {
    const struct run_wishes *w;
    bool any;
};

static void say_difference(void *ctx, const char *text)
{
    struct difference *d = ctx;
    say(d->w, "rules: %s", text);
    d->any = true;
}

/* Said once, by the first night with other rules. */
static bool announce_rules(struct run_wishes *w, struct state *s, const struct rulebook *book,
                           struct err *e)
{
    struct difference d = { .w = w };
    if (w->typed.rebuild)
        return true;
    bool ok = state_rules_changed(s, book, say_difference, &d, e);
    if (d.any)
        say(w, "rules: what was read stays as it is; 'touchpath run --rebuild' reads again, by "
               "today's rules, what is still there");
    return ok;
}

/* ---- reports ---- */

static void put(GString *to, const void *bytes, size_t n)
{
    g_string_append_len(to, bytes, (gssize)n);
}

static void put_text(GString *to, struct str s)
{
    put(to, &s.n, sizeof s.n);
    put(to, s.p, s.n);
}

/* A file that cannot be read is as an empty one: who needs it will say so. */
static void put_file(GString *to, const char *path)
{
    char *text = NULL;
    gsize n = 0;
    if (path && g_file_get_contents(path, &text, &n, NULL))
        put_text(to, (struct str){ text, n });
    g_free(text);
}

/* All that decides what a report says besides the contents of the state, as one number. */
static uint64_t wishes_number(const struct run *r, const struct run_wishes *w)
{
    GString *all = g_string_new(VERSION);
    put_file(all, w->project);
    if (r->plan->privacy.consent.n)
        put_file(all, r->plan->privacy.consent.p);
    for (size_t i = 0; i < r->plan->nrules; i++) {
        const struct rule *rule = &r->plan->rules[i];
        put_text(all, rule->name);
        put(all, &rule->stage, sizeof rule->stage);
        put(all, &rule->company, sizeof rule->company);
        put(all, &rule->pain, sizeof rule->pain);
        put(all, &rule->emotion, sizeof rule->emotion);
    }
    put(all, &r->book.print, sizeof r->book.print);
    put(all, w->tables.of, sizeof w->tables.of);
    put(all, &w->csv, sizeof w->csv);
    put(all, &w->edge_share, sizeof w->edge_share);
    put(all, &w->svg, sizeof w->svg);
    put(all, &r->plan->privacy.min_cell, sizeof r->plan->privacy.min_cell);
    put(all, &w->raw_ids, sizeof w->raw_ids);
    put(all, &r->plan->accounts.level, sizeof r->plan->accounts.level);
    put(all, &w->since, sizeof w->since);
    put(all, &w->until, sizeof w->until);
    put_text(all, str_c(w->typed.where));
    put_text(all, w->view ? w->view->where : STR(""));
    uint64_t number = hash_bytes((struct str){ all->str, all->len });
    g_string_free(all, TRUE);
    return number;
}

static bool close_file(FILE *f, const char *path, struct err *e)
{
    bool ok = !ferror(f) && fflush(f) == 0 && fsync(fileno(f)) == 0;
    if (fclose(f) != 0 || !ok)
        return err_set(e, "cannot write '%s': %s", path, strerror(errno ? errno : EIO));
    return true;
}

static FILE *open_file(const char *dir, const char *name, struct str *path, struct arena *a,
                       struct err *e)
{
    *path = arena_printf(a, "%s/%s", dir, name);
    FILE *f = fopen(path->p, "w");
    if (!f)
        err_set(e, "cannot write '%s': %s", path->p, strerror(errno));
    return f;
}

static bool write_words(struct told *t, struct tallies *tallies, const char *dir, struct arena *a,
                        struct err *e)
{
    struct str path;
    FILE *f = open_file(dir, "run.json", &path, a, e);
    if (!f)
        return false;
    write_run_json(t, f);
    if (!close_file(f, path.p, e) || !(f = open_file(dir, "digest.txt", &path, a, e)))
        return false;
    write_digest(t, tallies, f);
    return close_file(f, path.p, e);
}

/* For `touchpath review --map`, when these events may be gone. */
static void keep_map(const struct run *r, const struct run_wishes *w, struct state *s,
                     const char *out, const struct report_place *place)
{
    struct kept_map map;
    struct str csv = { 0 };
    struct arena a = { 0 };
    char *text = NULL;
    FILE *f = NULL;
    if (kept_map_make(&r->world, &r->tallies, map_scope(w, &a), &map))
        f = open_memstream(&text, &csv.n);
    if (f) {
        kept_map_write(&map, f);
        fclose(f);
        csv.p = text;
        state_keep_map(s, out, place, map.journeys, map.scope, csv);
    }
    free(text);
    kept_map_free(&map);
    arena_free(&a);
}

/* All that was ever read, measured, in a fresh folder. */
static bool report(struct run *r, struct run_wishes *w, struct state *s, struct told *t,
                   struct str wishes, struct arena *a, struct err *e)
{
    struct report_place place;
    const char *out = w->out;
    bool quiet = w->quiet;
    event_set_init(&r->events);
    event_set_spill(&r->events, r->spill);
    if (!state_load(s, &r->book, r->plan, w->workers, &r->events, e) ||
        !plan_retire(r->plan, &r->book, e))
        return false;
    t->in_segments = r->events.n;
    keep_window(r, w);
    t->outside = r->events.outside;
    if (!state_report_begin(s, out, t->began / 1000, r->plan->zone, a, &place, e))
        return false;
    w->out = place.temporary.p;
    w->quiet = true;
    bool ok = make_world_in_parts(r, w, e);
    t->in_tables = ok ? r->world.all_events : 0; /* before any are left out by wish */
    if (ok && !narrow(r, w))
        ok = err_set(e, "nothing was written: the expression of --where or of the view is wrong");
    ok = ok && make_reports(r, w, e);
    w->quiet = quiet;
    w->out = place.final.p;
    if (!ok)
        return false;
    t->nobodys = r->customers.links + r->customers.unidentified;
    t->implied = events_of(r, FOLLOW_UP_IMPLIED);
    t->duplicates = t->in_segments + t->implied - t->outside - t->in_tables - t->nobodys;
    t->ended = clock_ns();
    state_since_report(s, out, &t->since);
    if (ok)
        keep_map(r, w, s, out, &place);
    ok = ok && night_balances(t, e) && write_words(t, &r->tallies, place.temporary.p, a, e) &&
         state_report_end(s, out, wishes, w->keep, &place, e);
    if (ok)
        note(w, "reports are in '%s'", place.final.p);
    return ok;
}

static void show_summary(struct run *r, const struct run_wishes *w, const struct told *t)
{
    const struct night *n = t->n;
    if (w->typed.summary)
        printf("touchpath: %llu records and %llu events were new, %llu records of earlier days; "
               "%llu events in all\n",
               (unsigned long long)n->records, (unsigned long long)n->events,
               (unsigned long long)n->late, (unsigned long long)t->in_segments);
    else if (!w->quiet && isatty(STDOUT_FILENO) && !t->nothing)
        report_summary(&r->world, &r->tallies, stdout);
}

/* ---- the night ---- */

/* What each text would be; nothing is kept. */
static bool dry_run(struct run *r, struct run_wishes *w, struct state *s, struct night *n,
                    struct err *e)
{
    if (!map_new(r, w, s, n, e))
        return false;
    state_decide(s, n);
    write_fates(&(struct told){ .r = r, .wishes = w, .n = n }, stdout);
    return true;
}

/* By the clock of today, not by the newest record: who sends nothing more is dropped in time, too.
 */
static bool drop_old(struct run *r, const struct run_wishes *w, struct state *s, struct err *e)
{
    const struct state_rules *rules = &r->plan->state;
    struct dropped dropped;
    if (!rules->limited)
        return true;
    int64_t limit = ago_before(rules->max_age, clock_ns() / 1000, r->plan->zone);
    if (!state_drop_old(s, r->plan, limit, w->workers, &dropped, e))
        return false;
    if (dropped.records)
        note(w, "dropped as too old: %llu records with %llu events",
             (unsigned long long)dropped.records, (unsigned long long)dropped.events);
    return true;
}

static bool whole_night(struct run *r, struct run_wishes *w, struct state *s, struct told *t,
                        struct night *n, struct err *e)
{
    struct arena a = { 0 };
    struct name_key key;
    if (state_forgotten(s)) {
        if (!name_key_load(r->plan->identity.key_file.p, &key, e))
            return false;
        n->key = &key;
    }
    if (!announce_rules(w, s, &r->book, e) || !map_new(r, w, s, n, e))
        return false;
    t->strange = any_strangers(r->plan, &n->set, w); /* the commit empties the set */
    if (!state_commit(s, n, e))
        return false;
    say_of_texts(w, n);
    if (!drop_old(r, w, s, e))
        return false;
    if (n->rebuild)
        state_old_rules(s, n->book, say_old, w);
    uint64_t number = wishes_number(r, w);
    struct str wishes = { (const char *)&number, sizeof number };
    struct str there = n->rebuild ? STR("") : state_report_is_there(s, w->out, wishes, &a);
    t->nothing = there.n;
    t->in_segments = state_events(s);
    if (there.n)
        note(w, "nothing is new: see '%s'", there.p);
    bool ok = there.n || report(r, w, s, t, arena_keep(&a, wishes), &a, e);
    if (ok)
        show_summary(r, w, t);
    w->last_out = r->world.plan ? w->out : NULL;
    arena_adopt(&r->plan->arena, &a);
    return ok;
}

/* Months that are over, and in which late records are no longer likely, become one event file each.
 * After the reports, which do not depend on it: a disk without room for it stops none of them. */
static bool compact(const struct run *r, const struct run_wishes *w, struct state *s, struct err *e)
{
    struct compacting c = { .before = clock_ns() / 1000 - r->plan->state.late,
                            .workers = w->workers };
    bool ok = state_compact(s, &c, e);
    if (c.after_files)
        note(w, "%llu event files of earlier months became %llu",
             (unsigned long long)c.before_files, (unsigned long long)c.after_files);
    return ok;
}

static enum status with_state(struct run *r, struct run_wishes *w, struct state *s, struct night *n,
                              struct told *t, struct err *e)
{
    n->inputs = r->inputs;
    r->inputs = (struct inputs){ 0 };
    if (!state_select(s, n, e))
        return COULD_NOT;
    if (w->typed.dry_run)
        return dry_run(r, w, s, n, e) ? DONE : COULD_NOT;
    if (!whole_night(r, w, s, t, n, e) || !compact(r, w, s, e))
        return COULD_NOT;
    if (n->damaged || t->strange || n->inputs.barred)
        return DAMAGED;
    return too_many_rejects(&r->events, w) ? CROSSED : DONE;
}

static bool can_log(const struct run_wishes *w, struct err *e)
{
    const char *path = w->typed.log;
    if (!path || strcmp(path, "syslog") == 0)
        return true;
    FILE *f = fopen(path, "a");
    return f ? fclose(f) == 0 : err_set(e, "cannot write the log '%s': %s", path, strerror(errno));
}

enum status nightly(struct run *r, struct run_wishes *w, struct err *e)
{
    struct state *s;
    if (!can_log(w, e) || !find_inputs(r, w, e))
        return WRONG;
    if (!hire_artist(r, w, e))
        return COULD_NOT;
    rulebook_of(r->plan, &r->book);
    if (!w->keep)
        w->keep = r->plan->state.keep;
    struct state_wishes wishes = {
        .dir = w->typed.state ? w->typed.state : r->plan->state.folder.p,
        .wait = w->wait,
        .network = w->typed.network,
        .spill = r->spill,
        .imagine = w->typed.dry_run,
    };
    enum status opened = open_state(&wishes, &s, e);
    if (opened != DONE)
        return opened;
    struct night n = {
        .plan = r->plan,
        .book = &r->book,
        .final = w->typed.final,
        .rebuild = w->typed.rebuild,
        .workers = w->workers,
    };
    struct told t = { .r = r, .wishes = w, .n = &n, .began = clock_ns() };
    enum status status = with_state(r, w, s, &n, &t, e);
    note(w, "ended with status %d", (int)status);
    night_free(&n);
    state_close(s);
    return status;
}
