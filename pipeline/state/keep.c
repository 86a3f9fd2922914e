/* keep.c - what is older than the project keeps leaves the state: see state.h.
 *
 * Old is a record whose time is before the limit. What has no time (links of sources without one)
 * has no age, and stays. In the ledger
 *   oldest   of each segment by name, the time of its oldest event, so that a night opens only
 *            segments that have something old; TIME_NONE: it has no events
 *   dropped  what each night dropped
 */
#include <stdlib.h>

#include "state/rewrite.h"

struct aged { /* a segment and its oldest event */
    struct str name;
    int64_t oldest;
};

struct keeping {
    struct rewriting r;
    int64_t limit;
    struct aged *aged;
    size_t naged, aged_room;
};

/* ---- one set ---- */

static int by_number(const void *x, const void *y)
{
    const uint64_t *a = x, *b = y;
    return (*a > *b) - (*a < *b);
}

static bool is_old(const struct event *e, int64_t limit)
{
    return e->time != TIME_ALWAYS && e->time < limit;
}

/* The records that go are counted once, however many events they gave. */
static void count_records(struct event_set *set, uint64_t *origins, size_t n, bool *touched)
{
    if (n)
        qsort(origins, n, sizeof *origins, by_number);
    for (size_t i = 0; i < n; i++) {
        size_t file = (size_t)(origins[i] >> ORIGIN_RECORD_BITS);
        if (i && origins[i] == origins[i - 1])
            continue;
        set->files[file].matched--;
        set->files[file].rejected[REJECT_WINDOW]++;
        touched[file] = true;
    }
}

/* The times of a touched file are those of its events that stay; a last time that is not old stays
 * as it is. Samples have no time: where anything was old, they may be, too. */
static void forget_times(struct input_file *f, int64_t limit, bool *touched)
{
    *touched |= f->first != TIME_NONE && f->first < limit;
    if (!*touched)
        return;
    f->nsamples = 0;
    f->first = f->first_event = TIME_NONE;
    f->first_event_record = 0;
    if (f->last != TIME_NONE && f->last < limit)
        f->last = TIME_NONE;
}

static void see_staying(struct input_file *f, const struct event *e)
{
    if (e->time == TIME_ALWAYS)
        return;
    if (f->first == TIME_NONE || e->time < f->first)
        f->first = e->time;
    if (f->first_event == TIME_NONE || event_record(e) < f->first_event_record) {
        f->first_event = e->time;
        f->first_event_record = event_record(e);
    }
}

static void correct_times(struct event_set *set, int64_t limit, bool *touched)
{
    for (size_t i = 0; i < set->nfiles; i++)
        forget_times(&set->files[i], limit, &touched[i]);
    for (size_t i = 0; i < set->n; i++)
        if (touched[event_file(&set->events[i])])
            see_staying(&set->files[event_file(&set->events[i])], &set->events[i]);
    for (size_t i = 0; i < set->nfiles; i++)
        if (touched[i] && set->files[i].first == TIME_NONE)
            set->files[i].first = set->files[i].last; /* only what fits no rule stays */
}

/* For rewriting.take. */
static uint64_t take_old(void *ctx, struct event_set *set, bool *touched)
{
    const struct keeping *k = ctx;
    uint64_t *origins = mem_take((set->n + 1) * sizeof *origins);
    size_t gone = 0, kept = 0;
    for (size_t i = 0; i < set->n; i++) {
        const struct event e = set->events[i];
        struct input_file *f = &set->files[event_file(&e)];
        if (!is_old(&e, k->limit)) {
            set->events[kept++] = e;
            continue;
        }
        origins[gone++] = e.origin;
        if (f->rule_events && f->rule_events[e.rule])
            f->rule_events[e.rule]--;
    }
    set->n = kept;
    count_records(set, origins, gone, touched);
    correct_times(set, k->limit, touched);
    free(origins);
    if (gone)
        event_set_keep_named(set);
    return gone;
}

/* For rewriting.seen. */
static void see_segment(void *ctx, struct str name, const struct event_set *set)
{
    struct keeping *k = ctx;
    int64_t oldest = TIME_NONE;
    for (size_t i = 0; i < set->n; i++) {
        int64_t t = set->events[i].time;
        if (t != TIME_ALWAYS && (oldest == TIME_NONE || t < oldest))
            oldest = t;
    }
    for (size_t i = 0; i < set->nfiles; i++) {
        int64_t t = set->files[i].first; /* of records that fit no rule, too */
        if (t != TIME_NONE && (oldest == TIME_NONE || t < oldest))
            oldest = t;
    }
    k->aged = mem_grow(k->aged, &k->aged_room, k->naged + 1, sizeof *k->aged);
    k->aged[k->naged++] = (struct aged){ arena_keep(&k->r.arena, name), oldest };
}

/* ---- the ledger ---- */

static void make_tables(struct sql *db)
{
    sql_do(db,
           "CREATE TABLE IF NOT EXISTS oldest(name TEXT PRIMARY KEY, time INTEGER) WITHOUT ROWID;"
           "CREATE TABLE IF NOT EXISTS dropped(night INTEGER PRIMARY KEY, before TEXT,"
           " records INTEGER, events INTEGER)",
           "");
}

static void write_dropped(struct keeping *k)
{
    char before[TIME_TEXT];
    size_t n = time_text(k->limit, before);
    rewriting_commit(&k->r);
    sql_do(k->r.s->db, "INSERT INTO dropped VALUES(?, ?, ?, ?)", "itii", k->r.night,
           (struct str){ before, n }, (int64_t)k->r.records, (int64_t)k->r.events);
}

static bool write_all(struct keeping *k, struct err *e)
{
    struct sql *db = k->r.s->db;
    sql_do(db, "BEGIN IMMEDIATE", "");
    make_tables(db);
    if (k->r.nsegments)
        write_dropped(k);
    for (size_t i = 0; i < k->naged; i++)
        sql_do(db, "INSERT OR REPLACE INTO oldest VALUES(?, ?)", "ti", k->aged[i].name,
               k->aged[i].oldest);
    sql_do(db, "DELETE FROM oldest WHERE name NOT IN (SELECT name FROM segment)", "");
    sql_do(db, "COMMIT", "");
    return sql_good(db, e);
}

/* Segments that hold something old, or of which that is not known. */
static struct str which(struct keeping *k)
{
    bool known =
        sql_number(k->r.s->db, 0, "SELECT count(*) FROM sqlite_master WHERE name = 'oldest'", "");
    if (!known)
        return STR("SELECT id, name FROM segment ORDER BY id");
    return arena_printf(&k->r.arena,
                        "SELECT id, name FROM segment WHERE NOT EXISTS (SELECT 1 FROM oldest WHERE "
                        "oldest.name = segment.name AND (time >= %lld OR time = %lld)) ORDER BY id",
                        (long long)k->limit, (long long)TIME_NONE);
}

bool state_drop_old(struct state *s, const struct plan *plan, int64_t limit, int workers,
                    struct dropped *dropped, struct err *e)
{
    struct keeping k = { .limit = limit };
    k.r = (struct rewriting){
        .s = s,
        .plan = plan,
        .workers = workers,
        .take = take_old,
        .seen = see_segment,
        .ctx = &k,
        .why = REJECT_WINDOW,
    };
    k.r.night = 1 + sql_number(s->db, 0, "SELECT max(id) FROM night", "");
    k.r.which = which(&k).p;
    bool ok = rewriting_all(&k.r, e) && (!k.naged || (write_all(&k, e) && segments_sweep(s, e)));
    *dropped = (struct dropped){ k.r.records, k.r.events };
    free(k.aged);
    rewriting_free(&k.r);
    return ok;
}
