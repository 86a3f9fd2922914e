/* commit.c - a night becomes part of the state: segments first, then one transaction that names
 * them and moves the places up to which texts were read.
 *
 *     decide -> check the books -> segments, safe on disk -> BEGIN ... COMMIT
 */
#include <inttypes.h>
#include <stdlib.h>

#include "state/commit.h"
#include "state/forgotten.h"

/* ---- before anything is written ---- */

static bool is_taken(const struct fated *f)
{
    return f->fate == FATE_NEW || f->fate == FATE_GROWN || f->fate == FATE_AGAIN;
}

/* Every record that was cut off is in the books, by what became of it. */
static bool check_books(const struct night *n, struct err *e)
{
    for (size_t i = 0; i < n->texts.n; i++) {
        const struct read_text *t = &n->texts.list[i];
        if (!is_taken(&n->fates[i]) || t->damage.n)
            continue;
        const struct input_file *f = &n->set.files[t->set_file];
        uint64_t counted = f->records + f->headers, cut = t->records - t->start_record;
        if (counted != cut || f->bytes != t->bytes - t->start)
            return err_set(e,
                           "the books of '%.*s' do not balance: %" PRIu64
                           " records were read and %" PRIu64
                           " are accounted for; nothing was kept. Please report this",
                           STR_ARG(t->name), cut, counted);
    }
    return true;
}

/* New texts get their numbers, copies those of what they are copies of. */
static void number_texts(struct commit *c)
{
    struct night *n = c->n;
    for (size_t i = 0; i < n->texts.n; i++)
        if (n->fates[i].fate == FATE_NEW)
            n->fates[i].text = c->next_text++;
    for (size_t i = 0; i < n->texts.n; i++)
        if (n->fates[i].text < 0)
            n->fates[i].text = n->fates[-n->fates[i].text - 1].text;
}

/* May it have to be replaced as a whole? Then its events are in a segment of their own. */
static bool stands_alone(const struct night *n, const struct read_text *t)
{
    return t->damage.n ||
           (!t->packed && (t->loose_end || t->shaped || n->plan->sources[t->source].whole));
}

/* What is not taken leaves the set. c->text_of says whose the files are that remain. */
static void drop_files(struct commit *c)
{
    struct night *n = c->n;
    bool *drop = mem_zero(n->set.nfiles, sizeof *drop);
    size_t *text_of = mem_zero(n->set.nfiles, sizeof *text_of);
    for (size_t i = 0; i < n->set.nfiles; i++)
        drop[i] = true;
    for (size_t i = 0; i < n->texts.n; i++) {
        const struct read_text *t = &n->texts.list[i];
        if (t->set_file == INTERN_NONE)
            continue;
        drop[t->set_file] = !is_taken(&n->fates[i]);
        text_of[t->set_file] = i;
    }
    size_t kept = 0;
    for (size_t i = 0; i < n->set.nfiles; i++)
        if (!drop[i])
            text_of[kept++] = text_of[i];
    c->some_dropped = kept < n->set.nfiles;
    c->bare = mem_take(n->set.nfiles * sizeof *c->bare);
    if (n->set.nfiles)
        memcpy(c->bare, n->set.files, n->set.nfiles * sizeof *c->bare);
    event_set_drop_files(&n->set, drop);
    free(drop);
    c->pieces = mem_zero(kept, sizeof *c->pieces);
    c->npieces = kept;
    for (size_t i = 0; i < kept; i++) {
        struct input_file *f = &n->set.files[i];
        f->piece_of[0] = (uint64_t)n->fates[text_of[i]].text;
        f->piece_of[1] = 1;
        c->pieces[i] = (struct piece){ .text = text_of[i], .books = *f };
    }
    free(text_of);
}

static int64_t day_of(const struct night *n, int64_t time)
{
    int64_t local = time + zone_offset_at(n->plan->zone, time) * SECOND;
    return local >= 0 ? local / DAY : (local - DAY + 1) / DAY;
}

/* Counts events, and records that belong to days before the newest one that was known. */
static void count_events(struct commit *c)
{
    struct night *n = c->n;
    const int64_t none = TIME_NONE;
    int64_t newest =
        sql_number(c->s->db, none, "SELECT newest FROM about WHERE newest NOTNULL", "");
    int64_t today = newest == none ? none : day_of(n, newest);
    uint64_t before = UINT64_MAX;
    c->first = c->last = c->newest = none;
    for (size_t i = 0; i < n->set.n; i++) {
        const struct event *ev = &n->set.events[i];
        struct piece *p = &c->pieces[event_file(ev)];
        p->events++;
        if (ev->touch == TOUCH_NONE) /* it only says who is who */
            continue;
        if (c->first == none || ev->time < c->first)
            c->first = ev->time;
        if (c->last == none || ev->time > c->last)
            c->last = ev->time;
        bool old = event_record(ev) <= n->fates[p->text].was_records || ev->origin == before;
        before = ev->origin;
        if (old || newest == none || day_of(n, ev->time) >= today)
            continue;
        n->late++;
        n->beyond += ev->time < newest - n->plan->state.late;
    }
    c->newest = newest == none || (c->last != none && c->last > newest) ? c->last : newest;
    n->events = n->set.n;
}

static void add_books(struct commit *c)
{
    struct night *n = c->n;
    for (size_t i = 0; i < c->npieces; i++) {
        const struct input_file *f = &c->pieces[i].books;
        n->records += f->records;
        n->matched += f->matched;
        n->unmatched += f->unmatched;
        n->headers += f->headers;
        for (int r = 0; r < REJECTS; r++)
            n->rejected += f->rejected[r];
        n->bytes_taken += f->bytes;
    }
    for (size_t i = 0; i < n->texts.n; i++) {
        const struct read_text *t = &n->texts.list[i];
        n->bytes_read += t->bytes + t->held;
        n->bytes_held += t->held;
        n->bytes_skipped += is_taken(&n->fates[i]) ? t->start + t->held : t->bytes + t->held;
    }
}

/* ---- segments ---- */

static bool write_segment(struct commit *c, struct event_set *set, struct err *e)
{
    c->segments = mem_grow(c->segments, &c->segments_room, c->nsegments + 1, sizeof *c->segments);
    struct segment *to = &c->segments[c->nsegments];
    if (!segment_write(c->s, set, c->n->book, c->night, c->nsegments, c->n->workers, &c->arena, to,
                       e))
        return false;
    c->nsegments++;
    return true;
}

/* The piece that a file of the set is, whatever files have left the set meanwhile. */
static struct piece *piece_of(struct commit *c, const struct input_file *f)
{
    for (size_t i = 0; i < c->npieces; i++)
        if ((uint64_t)c->n->fates[c->pieces[i].text].text == f->piece_of[0])
            return &c->pieces[i];
    return NULL;
}

static bool write_alone(struct commit *c, uint32_t file, struct err *e)
{
    struct event_set one;
    event_set_init(&one);
    piece_of(c, &c->n->set.files[file])->segment = c->nsegments;
    event_set_take_file(&c->n->set, file, &one);
    bool ok = write_segment(c, &one, e);
    event_set_free(&one);
    return ok;
}

static bool write_segments(struct commit *c, struct err *e)
{
    struct event_set *set = &c->n->set;
    bool some_left = c->some_dropped;
    for (uint32_t i = (uint32_t)set->nfiles; i-- > 0;) {
        const struct piece *p = piece_of(c, &set->files[i]);
        if (!stands_alone(c->n, &c->n->texts.list[p->text]))
            continue;
        if (!write_alone(c, i, e))
            return false;
        some_left = true;
    }
    if (some_left) /* whom only they knew must go with them when they are replaced */
        event_set_keep_named(set);
    for (size_t i = 0; i < set->nfiles; i++)
        piece_of(c, &set->files[i])->segment = c->nsegments;
    return !set->nfiles || write_segment(c, set, e);
}

/* ---- what is replaced ---- */

static void leave(struct commit *c, int64_t text)
{
    c->gone = mem_grow(c->gone, &c->gone_room, c->ngone + 1, sizeof *c->gone);
    c->gone[c->ngone++] = text;
}

/* Texts whose pieces leave the ledger: those that were read again, and damaged ones that turned out
 * to be the beginning of another. */
static void list_gone(struct commit *c)
{
    for (size_t i = 0; i < c->n->texts.n; i++) {
        const struct read_text *t = &c->n->texts.list[i];
        const struct fated *f = &c->n->fates[i];
        if (f->fate == FATE_AGAIN)
            leave(c, f->text);
        for (size_t k = 0; k < t->nmarks && f->text > 0; k++)
            if (t->marks[k].met && t->marks[k].last && (int64_t)t->marks[k].text != f->text &&
                sql_number(c->s->db, 0, "SELECT damage <> '' FROM text WHERE id = ?", "i",
                           (int64_t)t->marks[k].text))
                leave(c, (int64_t)t->marks[k].text);
    }
}

static bool is_gone(const struct commit *c, uint64_t text)
{
    for (size_t i = 0; i < c->ngone; i++)
        if ((uint64_t)c->gone[i] == text)
            return true;
    return false;
}

/* A segment without the pieces that leave it. */
static bool rewrite(struct commit *c, struct str name, struct err *e)
{
    struct rulebook book = { 0 };
    struct event_set set;
    event_set_init(&set);
    rulebook_of(c->n->plan, &book);
    struct event_file *f = event_file_open(segment_path(c->s, name, &c->arena).p, e);
    bool ok = f && event_files_load_pieces(&f, 1, &book, c->n->workers, &set, e);
    event_file_close(f);
    if (ok) {
        bool *drop = mem_zero(set.nfiles, sizeof *drop);
        for (size_t i = 0; i < set.nfiles; i++)
            drop[i] = is_gone(c, set.files[i].piece_of[0]);
        event_set_drop_files(&set, drop);
        event_set_keep_named(&set);
        free(drop);
        const struct rulebook *today = c->n->book;
        c->n->book = &book;
        ok = write_segment(c, &set, e);
        c->n->book = today;
    }
    event_set_free(&set);
    rulebook_free(&book);
    return ok;
}

/* Segments that hold pieces that leave and others that stay are written anew. */
static bool rewrite_segments(struct commit *c, struct err *e)
{
    struct sql *db = c->s->db;
    sql_do(db, "CREATE TEMP TABLE IF NOT EXISTS gone(text INTEGER PRIMARY KEY); DELETE FROM gone",
           "");
    for (size_t i = 0; i < c->ngone; i++)
        sql_do(db, "INSERT OR IGNORE INTO gone VALUES(?)", "i", c->gone[i]);
    struct rows *r =
        sql_ask(db,
                "SELECT id, name FROM segment WHERE EXISTS (SELECT 1 FROM piece WHERE segment = "
                "segment.id AND text IN gone) AND EXISTS (SELECT 1 FROM piece WHERE segment = "
                "segment.id AND text NOT IN gone) ORDER BY id",
                "");
    while (rows_next(r)) {
        c->old = mem_grow(c->old, &c->old_room, c->nold + 1, sizeof *c->old);
        c->old[c->nold++] =
            (struct old_segment){ rows_int(r, 0), 0, arena_keep(&c->arena, rows_text(r, 1)) };
    }
    for (size_t i = 0; i < c->nold; i++) {
        c->old[i].now = c->nsegments;
        if (!rewrite(c, c->old[i].name, e))
            return false;
    }
    return sql_good(db, e);
}

/* ---- the whole ---- */

static void commit_free(struct commit *c)
{
    free(c->pieces);
    free(c->bare);
    free(c->segments);
    free(c->gone);
    free(c->old);
    arena_free(&c->arena);
}

static bool commit(struct commit *c, struct err *e)
{
    struct sql *db = c->s->db;
    c->night = 1 + sql_number(db, 0, "SELECT max(id) FROM night", "");
    c->next_text = 1 + sql_number(db, 0, "SELECT seq FROM sqlite_sequence WHERE name = 'text'", "");
    number_texts(c);
    list_gone(c);
    drop_files(c);
    count_events(c);
    add_books(c);
#ifdef MISTAKE_OFFSETS_FIRST /* tests/nightly must catch this one */
    for (size_t i = 0; i < c->npieces; i++)
        commit_offset(c, &c->pieces[i]);
#endif
    return sql_good(db, e) && rewrite_segments(c, e) && write_segments(c, e) && commit_write(c, e);
}

/* Those who were forgotten stay so, whatever is read again. */
static bool leave_out(struct state *s, struct night *n, struct err *e)
{
    struct forgotten f;
    bool ok = forgotten_load(s, n->key, &n->plan->identity, &f, e);
    if (ok)
        forgotten_take(&f, &n->set, NULL);
    forgotten_free(&f);
    return ok;
}

bool state_commit(struct state *s, struct night *n, struct err *e)
{
    state_decide(s, n);
    if (!sql_good(s->db, e) || !check_books(n, e) || !leave_out(s, n, e))
        return false;
    struct commit c = { .s = s, .n = n };
    bool ok = commit(&c, e);
    if (ok) {
        n->number = c.night;
        n->segments = c.nsegments;
        ok = segments_sweep(s, e);
    }
    commit_free(&c);
    return ok;
}
