/* rewrite.c - see rewrite.h. */
#include "state/rewrite.h"

#include <inttypes.h>
#include <stdlib.h>

#include "config/rulebook.h"

/* ---- segments ---- */

static void keep_books(struct rewriting *f, const struct event_set *set, struct rewritten *to)
{
    to->n = set->nfiles;
    to->files = arena_take(&f->arena, (set->nfiles + 1) * sizeof *to->files);
    to->events = arena_take(&f->arena, (set->nfiles + 1) * sizeof *to->events);
    memset(to->events, 0, (set->nfiles + 1) * sizeof *to->events);
    memcpy(to->files, set->files, set->nfiles * sizeof *to->files);
    for (size_t i = 0; i < set->n; i++)
        to->events[event_file(&set->events[i])]++;
}

static bool rewrite_touched(struct rewriting *f, int64_t id, struct event_set *set,
                            const struct rulebook *book, struct err *e)
{
    f->segments = mem_grow(f->segments, &f->segments_room, f->nsegments + 1, sizeof *f->segments);
    struct rewritten *to = &f->segments[f->nsegments];
    *to = (struct rewritten){ .old = id };
    keep_books(f, set, to);
    return segment_write(f->s, set, book, f->night, f->nsegments++, f->workers, &f->arena, &to->now,
                         e);
}

static bool rewrite(struct rewriting *f, int64_t id, struct str name, struct err *e)
{
    struct rulebook book = { 0 };
    struct event_set set;
    struct arena a = { 0 };
    struct str told = name;
    event_set_init(&set);
    event_set_spill(&set, f->s->spill);
    rulebook_of(f->plan, &book);
    struct event_file *file = event_file_open(segment_path(f->s, name, &a).p, e);
    bool ok = file && event_files_load_pieces(&file, 1, &book, f->workers, &set, e);
    event_file_close(file);
    if (ok) {
        bool *touched = mem_zero(set.nfiles + 1, sizeof *touched), any = false;
        uint64_t before = 0, after = 0;
        for (size_t i = 0; i < set.nfiles; i++)
            before += set.files[i].rejected[f->why];
        f->events += f->take(f->ctx, &set, touched);
        for (size_t i = 0; i < set.nfiles; i++) {
            any |= touched[i];
            after += set.files[i].rejected[f->why];
        }
        f->records += after - before;
        free(touched);
        if (any) /* told first: writing a set gives it new numbers */
            told = segment_name(f->night, f->nsegments, &a);
        if (f->seen)
            f->seen(f->ctx, told, &set);
        ok = !any || rewrite_touched(f, id, &set, &book, e);
    }
    event_set_free(&set);
    rulebook_free(&book);
    arena_free(&a);
    return ok;
}

bool rewriting_all(struct rewriting *f, struct err *e)
{
    struct old {
        int64_t id;
        struct str name;
    } *list = NULL;
    size_t n = 0, room = 0;
    struct rows *r =
        sql_ask(f->s->db, f->which ? f->which : "SELECT id, name FROM segment ORDER BY id", "");
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

static void write_books(struct rewriting *f, const struct rewritten *g, int64_t segment, size_t i)
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

static void write_segment(struct rewriting *f, const struct rewritten *g)
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
static void write_night(struct rewriting *f)
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

void rewriting_commit(struct rewriting *f)
{
    for (size_t i = 0; i < f->nsegments; i++)
        write_segment(f, &f->segments[i]);
    write_night(f);
    sql_do(f->s->db, "UPDATE about SET changes = changes + 1", "");
}

void rewriting_free(struct rewriting *f)
{
    free(f->segments);
    arena_free(&f->arena);
}
