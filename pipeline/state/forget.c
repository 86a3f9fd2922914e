/* forget.c - a person leaves the state: see state.h and forgotten.h.
 *
 *     list of hashes -> segments without the person, safe on disk -> BEGIN ... COMMIT -> old ones
 * go
 */
#include <inttypes.h>
#include <stdlib.h>

#include "config/rulebook.h"
#include "state/forgotten.h"

struct rewritten { /* a segment that held records of the person */
    int64_t old;
    struct segment now;
    struct input_file *files; /* its books, [n], in the arena */
    uint64_t *events;         /* of each file */
    size_t n;
};

struct forget {
    struct state *s;
    struct forgetting *wish;
    struct forgotten list;
    struct arena arena;
    int64_t night;
    struct str *hashes; /* that are new on the list; the first nids are of identifiers */
    size_t nhashes, hashes_room, nids;
    struct rewritten *segments;
    size_t nsegments, segments_room;
};

/* ---- who it is ---- */

static void list_hash(struct forget *f, struct str hash)
{
    if (!hash.n || intern_find(&f->list.hashes, hash) != INTERN_NONE)
        return;
    intern_add(&f->list.hashes, hash);
    f->hashes = mem_grow(f->hashes, &f->hashes_room, f->nhashes + 1, sizeof *f->hashes);
    f->hashes[f->nhashes++] = hash;
}

/* One that was given away again stays off the list, which knows no time: it would hide the others.
 */
static struct str id_hash(struct forget *f, uint32_t id, struct arena *a)
{
    const struct forgetting *w = f->wish;
    return is_reused(&w->customers->reused, id) ? STR("") : forgotten_id(&f->list, w->set, id, a);
}

static bool who_is_listed(struct forget *f, uint32_t who)
{
    const struct event_set *set = f->wish->set;
    struct arena a = { 0 };
    bool listed = false;
    for (size_t i = 0; i < who_size(set, who) && !listed; i++) {
        struct str hash = id_hash(f, who_id(set, who, i), &a);
        listed = hash.n && intern_find(&f->list.hashes, hash) != INTERN_NONE;
    }
    arena_free(&a);
    return listed;
}

/* The person's identifiers; then the records that were theirs though they name none of them. */
static void list_person(struct forget *f)
{
    const struct forgetting *w = f->wish;
    for (uint32_t id = 0; id < w->set->ids.n; id++)
        if (w->customer == CUSTOMER_NONE ? id == w->id : w->customers->of_id[id] == w->customer)
            list_hash(f, id_hash(f, id, &f->arena));
    f->nids = f->nhashes;
    for (size_t i = 0; i < w->set->n && w->customer != CUSTOMER_NONE; i++) {
        struct event e = w->set->events[i];
        if (customer_of(w->customers, &e) != w->customer || who_is_listed(f, e.who))
            continue;
        e.who = who_as_read(&w->customers->reused, e.who);
        list_hash(f, forgotten_moment(&f->list, w->set, &e, &f->arena));
    }
    f->list.moments |= f->nhashes > f->nids;
}

/* ---- segments ---- */

static void keep_books(struct forget *f, const struct event_set *set, struct rewritten *to)
{
    to->n = set->nfiles;
    to->files = arena_take(&f->arena, (set->nfiles + 1) * sizeof *to->files);
    to->events = arena_take(&f->arena, (set->nfiles + 1) * sizeof *to->events);
    memset(to->events, 0, (set->nfiles + 1) * sizeof *to->events);
    memcpy(to->files, set->files, set->nfiles * sizeof *to->files);
    for (size_t i = 0; i < set->n; i++)
        to->events[event_file(&set->events[i])]++;
}

static bool rewrite_touched(struct forget *f, int64_t id, struct event_set *set,
                            const struct rulebook *book, struct err *e)
{
    f->segments = mem_grow(f->segments, &f->segments_room, f->nsegments + 1, sizeof *f->segments);
    struct rewritten *to = &f->segments[f->nsegments];
    *to = (struct rewritten){ .old = id };
    keep_books(f, set, to);
    return segment_write(f->s, set, book, f->night, f->nsegments++, f->wish->workers, &f->arena,
                         &to->now, e);
}

static bool rewrite(struct forget *f, int64_t id, struct str name, struct err *e)
{
    struct rulebook book = { 0 };
    struct event_set set;
    struct arena a = { 0 };
    event_set_init(&set);
    rulebook_of(f->wish->plan, &book);
    struct event_file *file = event_file_open(segment_path(f->s, name, &a).p, e);
    bool ok = file && event_files_load(&file, 1, &book, f->wish->workers, &set, e);
    event_file_close(file);
    if (ok) {
        bool *touched = mem_zero(set.nfiles + 1, sizeof *touched), any = false;
        uint64_t before = 0, after = 0;
        for (size_t i = 0; i < set.nfiles; i++)
            before += set.files[i].rejected[REJECT_FORGOTTEN];
        f->wish->events += forgotten_take(&f->list, &set, touched);
        for (size_t i = 0; i < set.nfiles; i++) {
            any |= touched[i];
            after += set.files[i].rejected[REJECT_FORGOTTEN];
        }
        f->wish->records += after - before;
        free(touched);
        ok = !any || rewrite_touched(f, id, &set, &book, e);
    }
    event_set_free(&set);
    rulebook_free(&book);
    arena_free(&a);
    return ok;
}

static bool rewrite_all(struct forget *f, struct err *e)
{
    struct old {
        int64_t id;
        struct str name;
    } *list = NULL;
    size_t n = 0, room = 0;
    struct rows *r = sql_ask(f->s->db, "SELECT id, name FROM segment ORDER BY id", "");
    while (rows_next(r)) {
        list = mem_grow(list, &room, n + 1, sizeof *list);
        list[n++] = (struct old){ rows_int(r, 0), arena_keep(&f->arena, rows_text(r, 1)) };
    }
    bool ok = sql_good(f->s->db, e);
    for (size_t i = 0; i < n && ok; i++)
        ok = rewrite(f, list[i].id, list[i].name, e);
    free(list);
    return ok;
}

/* ---- the transaction ---- */

static void write_list(struct forget *f)
{
    struct sql *db = f->s->db;
    sql_do(db,
           "CREATE TABLE IF NOT EXISTS forgotten(hash TEXT PRIMARY KEY, what TEXT, night INTEGER)"
           " WITHOUT ROWID",
           "");
    sql_do(db, "INSERT OR IGNORE INTO forgotten VALUES(?, 'key', ?)", "ti",
           forgotten_check(&f->list, &f->arena), f->night);
    for (size_t i = 0; i < f->nhashes; i++)
        sql_do(db, "INSERT OR IGNORE INTO forgotten VALUES(?, ?, ?)", "tti", f->hashes[i],
               i < f->nids ? STR("identifier") : STR("moment"), f->night);
}

static void write_books(struct forget *f, const struct rewritten *g, int64_t segment, size_t i)
{
    const struct input_file *b = &g->files[i];
    uint64_t rejected = 0;
    for (int r = 0; r < REJECTS; r++)
        rejected += b->rejected[r];
    sql_do(f->s->db,
           "UPDATE piece SET segment = ?, matched = ?, rejected = ?, events = ? WHERE text = ? AND "
           "first_byte = ?",
           "iiiiii", segment, (int64_t)b->matched, (int64_t)rejected, (int64_t)g->events[i],
           (int64_t)b->piece_of[0], (int64_t)b->first_byte);
    struct rows *r = sql_ask(f->s->db, "SELECT lead FROM text WHERE id = ? AND head <> x''", "i",
                             (int64_t)b->piece_of[0]);
    struct str lead = { 0 };
    while (rows_next(r))
        lead = arena_keep(&f->arena, rows_text(r, 0));
    if (lead.n)
        sql_do(f->s->db, "UPDATE text SET head = x'', lead = ? WHERE id = ?", "bi",
               lead_hidden(lead, &f->arena), (int64_t)b->piece_of[0]);
}

static void write_segment(struct forget *f, const struct rewritten *g)
{
    struct sql *db = f->s->db;
    struct str print = arena_printf(&f->arena, "%016" PRIx64 "%016" PRIx64, g->now.print.bits[1],
                                    g->now.print.bits[0]);
    sql_do(db, "INSERT INTO segment(name, night, bytes, print, events) VALUES(?, ?, ?, ?, ?)",
           "tiiti", g->now.name, f->night, (int64_t)g->now.bytes, print, (int64_t)g->now.events);
    int64_t id = sql_last(db);
    for (size_t i = 0; i < g->n; i++)
        write_books(f, g, id, i);
    sql_do(db, "DELETE FROM segment WHERE id = ?", "i", g->old);
}

/* A commit in which nothing was read; by the rules of the last one, as none have been applied. */
static void write_night(struct forget *f)
{
    char at[TIME_TEXT];
    size_t size = time_text(now_ns() / 1000000000 * SECOND, at);
    sql_do(f->s->db,
           "INSERT INTO night(id, at, program, rules, bytes, records, matched, unmatched, rejected,"
           " events, late, beyond, first, last) SELECT ?, ?, ?, (SELECT rules FROM night ORDER BY"
           " id DESC LIMIT 1), 0, 0, 0, 0, 0, 0, 0, 0, ?, ?",
           "ittii", f->night, (struct str){ at, size }, STR("touchpath " VERSION), TIME_NONE,
           TIME_NONE);
}

static bool write_all(struct forget *f, struct err *e)
{
    struct sql *db = f->s->db;
    sql_do(db, "BEGIN IMMEDIATE", "");
    write_list(f);
    for (size_t i = 0; i < f->nsegments; i++)
        write_segment(f, &f->segments[i]);
    write_night(f);
    sql_do(db, "UPDATE about SET changes = changes + 1", "");
    sql_do(db, "COMMIT", "");
    return sql_good(db, e);
}

/* ---- the whole ---- */

bool state_forget(struct state *s, struct forgetting *wish, struct err *e)
{
    struct forget f = { .s = s, .wish = wish };
    bool ok = forgotten_load(s, wish->key, &wish->plan->identity, &f.list, e);
    if (ok) {
        f.night = 1 + sql_number(s->db, 0, "SELECT max(id) FROM night", "");
        list_person(&f);
        ok = rewrite_all(&f, e) && write_all(&f, e) && segments_sweep(s, e);
    }
    wish->identifiers = f.nids;
    wish->segments = f.nsegments;
    forgotten_free(&f.list);
    free(f.hashes);
    free(f.segments);
    arena_free(&f.arena);
    return ok;
}
