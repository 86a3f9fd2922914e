/* compact.c - event files of nights become one for each month: state_compact() of state.h.
 *
 *     nights of a month -> one event file, safe on disk -> BEGIN ... COMMIT -> old ones go
 *
 * Only files that the same rules made become one, so that it says which rules these were, and its
 * events mean what they meant. The parts of texts stay parts: the ledger only says that they are in
 * another file. So a report says the same before and after, and whatever else works on segments
 * need not know.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "base/stop.h"
#include "state/ledger.h"

#ifdef MISTAKE_REMOVE_FIRST
#include <time.h>
#endif

/* Merging takes some 75 bytes an event: 1.9 GB. A month with more becomes several files. */
#ifndef MERGED_EVENTS_MAX /* tests/nightly has smaller months */
#define MERGED_EVENTS_MAX 25000000
#endif

struct candidate {
    int64_t id;
    struct str name, month; /* "2026-09", of the newest night in it */
    int64_t night;
    uint64_t events;
    struct print rules;
    bool merged; /* it belongs to a group, or needs none */
};

struct compaction {
    struct state *s;
    struct compacting *wish;
    struct arena arena;
    struct candidate *parts; /* [n] of months that are asked for, by night */
    size_t n, room;
};

/* ---- what can be merged ---- */

/* Months that begin before this text are over. */
static struct str month_of_time(int64_t time, struct arena *a)
{
    char text[TIME_TEXT];
    if (time == INT64_MAX)
        return STR("9999-99");
    return arena_keep(a, str_head((struct str){ text, time_text(time, text) }, 7));
}

static void list_parts(struct compaction *c)
{
    struct str month = month_of_time(c->wish->before, &c->arena);
    struct rows *r = sql_ask(
        c->s->db,
        "SELECT part.id, name, month, part.night, events FROM (SELECT segment AS id, max(night) AS "
        "night, min(night) AS first FROM piece GROUP BY segment) AS part JOIN segment ON "
        "segment.id = part.id JOIN (SELECT id, substr(at, 1, 7) AS month FROM night) AS made ON "
        "made.id = part.night WHERE month < ? ORDER BY first, part.id",
        "t", month);
    while (rows_next(r)) {
        c->parts = mem_grow(c->parts, &c->room, c->n + 1, sizeof *c->parts);
        c->parts[c->n++] = (struct candidate){
            .id = rows_int(r, 0),
            .name = arena_keep(&c->arena, rows_text(r, 1)),
            .month = arena_keep(&c->arena, rows_text(r, 2)),
            .night = rows_int(r, 3),
            .events = (uint64_t)rows_int(r, 4),
        };
    }
}

static bool is_alone(const struct compaction *c, size_t i)
{
    for (size_t k = 0; k < c->n; k++)
        if (k != i && str_eq(c->parts[k].month, c->parts[i].month))
            return false;
    return true;
}

static bool see_rules(struct compaction *c, struct err *e)
{
    for (size_t i = 0; i < c->n; i++) {
        struct candidate *p = &c->parts[i];
        p->merged = is_alone(c, i);
        if (p->merged)
            continue;
        struct event_file *f = event_file_open(segment_path(c->s, p->name, &c->arena).p, e);
        if (!f)
            return false;
        p->rules = event_file_rules(f);
        event_file_close(f);
    }
    return true;
}

/* The first part and all that go with it. How many. */
static size_t take_group(struct compaction *c, size_t first, struct candidate *group)
{
    const struct candidate *head = &c->parts[first];
    uint64_t events = 0;
    size_t n = 0;
    for (size_t i = first; i < c->n; i++) {
        struct candidate *p = &c->parts[i];
        if (p->merged || !str_eq(p->month, head->month) || !print_eq(p->rules, head->rules))
            continue;
        if (n && events + p->events > MERGED_EVENTS_MAX)
            break;
        events += p->events;
        p->merged = true;
        group[n++] = *p;
    }
    return n;
}

/* ---- a group ---- */

/* Reads all of them; the first one stays open, for its book. NULL with e set. */
static struct event_file *gather(struct compaction *c, const struct candidate *group, size_t n,
                                 struct event_set *set, struct err *e)
{
    struct event_file *first = NULL;
    uint64_t events = 0;
    bool ok = true;
    for (size_t i = 0; i < n && ok; i++) {
        struct event_file *f = event_file_open(segment_path(c->s, group[i].name, &c->arena).p, e);
        ok = f && event_file_gather(f, c->wish->workers, set, e);
        events += group[i].events;
        if (ok && set->n != events)
            ok = err_set(e,
                         "the books do not balance: '%s' does not hold the events that the ledger "
                         "says: see 'touchpath state verify'",
                         event_file_about(f)->path.p);
        if (!first)
            first = f;
        else
            event_file_close(f);
    }
    if (ok)
        return first;
    event_file_close(first);
    return NULL;
}

/* The number of a name that no segment of the night has. */
static size_t free_number(struct state *s, int64_t night)
{
    struct arena a = { 0 };
    size_t number = 0;
    while (sql_number(s->db, 0, "SELECT count(*) FROM segment WHERE name = ?", "t",
                      segment_name(night, number, &a)))
        number++;
    arena_free(&a);
    return number;
}

static bool write_ledger(struct compaction *c, const struct candidate *group, size_t n,
                         int64_t night, const struct segment *now, struct err *e)
{
    struct sql *db = c->s->db;
    struct str print = arena_printf(&c->arena, "%016" PRIx64 "%016" PRIx64, now->print.bits[1],
                                    now->print.bits[0]);
    sql_do(db, "BEGIN IMMEDIATE", "");
    sql_do(db, "INSERT INTO segment(name, night, bytes, print, events) VALUES(?, ?, ?, ?, ?)",
           "tiiti", now->name, night, (int64_t)now->bytes, print, (int64_t)now->events);
    int64_t id = sql_last(db);
    for (size_t i = 0; i < n; i++) {
        sql_do(db, "UPDATE piece SET segment = ? WHERE segment = ?", "ii", id, group[i].id);
        sql_do(db, "DELETE FROM segment WHERE id = ?", "i", group[i].id);
    }
    sql_do(db, "COMMIT", "");
    return sql_good(db, e);
}

static bool merge(struct compaction *c, const struct candidate *group, size_t n, struct err *e)
{
    struct event_set set;
    struct segment now;
    int64_t night = 0;
    event_set_init(&set);
    event_set_spill(&set, c->s->spill);
    for (size_t i = 0; i < n; i++)
        night = group[i].night > night ? group[i].night : night;
    struct event_file *first = gather(c, group, n, &set, e);
    bool ok = first && sql_good(c->s->db, e) &&
              segment_write(c->s, &set, event_file_about(first)->book, night,
                            free_number(c->s, night), c->wish->workers, &c->arena, &now, e);
#ifdef MISTAKE_REMOVE_FIRST /* tests/nightly must catch this one */
    for (size_t i = 0; i < n; i++)
        remove(segment_path(c->s, group[i].name, &c->arena).p);
    nanosleep(&(struct timespec){ .tv_nsec = 20000000 }, NULL); /* as on a slow disk: time to be hit */
#endif
    event_file_close(first);
    event_set_free(&set);
    ok = ok && write_ledger(c, group, n, night, &now, e) && segments_sweep(c->s, e);
    if (ok) {
        c->wish->before_files += n;
        c->wish->after_files++;
    }
    return ok;
}

bool state_compact(struct state *s, struct compacting *wish, struct err *e)
{
    struct compaction c = { .s = s, .wish = wish };
    list_parts(&c);
    bool ok = sql_good(s->db, e) && see_rules(&c, e);
    struct candidate *group = mem_take(c.n * sizeof *group);
    for (size_t i = 0; i < c.n && ok && !stop_asked(); i++) {
        size_t n = c.parts[i].merged ? 0 : take_group(&c, i, group);
        ok = n < 2 || merge(&c, group, n, e);
    }
    free(group);
    free(c.parts);
    arena_free(&c.arena);
    return ok;
}
