/* commit_write.c - the transaction of a night; see commit.h.
 */
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "state/commit.h"

static struct str source_of(const struct commit *c, const struct read_text *t)
{
    return c->n->plan->sources[t->source].name;
}

static struct str print_text(struct print p, struct arena *a)
{
    return arena_printf(a, "%016" PRIx64 "%016" PRIx64, p.bits[1], p.bits[0]);
}

/* ---- segments and texts ---- */

static void write_segments(struct commit *c, int64_t *ids)
{
    for (size_t i = 0; i < c->nsegments; i++) {
        const struct segment *g = &c->segments[i];
        sql_do(c->s->db,
               "INSERT INTO segment(name, night, bytes, print, events) VALUES(?, ?, ?, ?, ?)",
               "tiiti", g->name, c->night, (int64_t)g->bytes, print_text(g->print, &c->arena),
               (int64_t)g->events);
        ids[i] = sql_last(c->s->db);
    }
}

static void remove_gone(struct commit *c, const int64_t *ids)
{
    struct sql *db = c->s->db;
    sql_do(db, "DELETE FROM piece WHERE text IN gone", "");
    for (size_t i = 0; i < c->nold; i++)
        sql_do(db, "UPDATE piece SET segment = ? WHERE segment = ?", "ii", ids[c->old[i].now],
               c->old[i].id);
    sql_do(db, "DELETE FROM mark WHERE text IN gone", "");
}

static void write_mark(struct commit *c, int64_t text, uint64_t bytes, uint64_t records,
                       const uint64_t *hash)
{
    sql_do(c->s->db,
           "INSERT OR REPLACE INTO mark(text, bytes, records, low, high, night) VALUES(?, ?, ?, ?, "
           "?, ?)",
           "iiiiii", text, (int64_t)bytes, (int64_t)records, (int64_t)hash[0], (int64_t)hash[1],
           c->night);
}

void commit_offset(struct commit *c, const struct piece *p)
{
    const struct read_text *t = &c->n->texts.list[p->text];
    const struct fated *f = &c->n->fates[p->text];
    struct sql *db = c->s->db;
    if (f->fate == FATE_NEW)
        sql_do(db, "INSERT OR IGNORE INTO text(id, source, night) VALUES(?, ?, ?)", "iti", f->text,
               source_of(c, t), c->night);
    /* The head of a text is logs as they are: not kept where somebody was forgotten, nor where
     * fields are masked or dropped. */
    bool hide = c->n->plan->sources[p->books.source].masks || p->books.rejected[REJECT_FORGOTTEN] ||
                sql_number(db, 0, "SELECT head = x'' FROM text WHERE id = ?", "i", f->text);
    struct str head = hide ? STR("") : t->head, lead = str_head(t->head, LEAD_BYTES);
    if (hide)
        lead = lead_hidden(lead, &c->arena);
    sql_do(db,
           "UPDATE text SET source = ?, lead = ?, head = ?, bytes = ?, records = ?, name = ?, "
           "loose = ?, damage = ? "
           "WHERE id = ?",
           "tbbiititi", source_of(c, t), lead, head, (int64_t)t->bytes, (int64_t)t->records,
           t->name, (int64_t)t->loose_end, t->damage, f->text);
    if (f->fate == FATE_AGAIN)
        for (size_t i = 0; i < t->nmarks; i++)
            if (t->marks[i].met && (int64_t)t->marks[i].text == f->text)
                write_mark(c, f->text, t->marks[i].bytes, t->marks[i].records, t->marks[i].hash);
    write_mark(c, f->text, t->bytes, t->records, t->hash);
}

static void write_piece(struct commit *c, const struct piece *p, const int64_t *ids)
{
    const struct read_text *t = &c->n->texts.list[p->text];
    const struct input_file *b = &p->books;
    uint64_t rejected = 0;
    for (int r = 0; r < REJECTS; r++)
        rejected += b->rejected[r];
    sql_do(c->s->db,
           "INSERT INTO piece(text, segment, first_byte, bytes, first_record, records, matched,"
           " unmatched, rejected, headers, events, rules, night) VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, "
           "?, ?, ?, ?)",
           "iiiiiiiiiiiti", c->n->fates[p->text].text, ids[p->segment], (int64_t)t->start,
           (int64_t)b->bytes, (int64_t)t->start_record, (int64_t)b->records, (int64_t)b->matched,
           (int64_t)b->unmatched, (int64_t)rejected, (int64_t)b->headers, (int64_t)p->events,
           print_text(c->n->book->print, &c->arena), c->night);
}

/* ---- inputs and names ---- */

/* What the reports say of an input: its names and its texts without records. */
static struct str input_says(struct commit *c, int64_t input)
{
    struct str all = STR("");
    struct rows *r = sql_ask(c->s->db,
                             "SELECT group_concat(what, char(10)) FROM (SELECT text || ':' || name "
                             "AS what FROM name WHERE input = ?1 UNION ALL SELECT bytes || ',' || "
                             "headers || ',' || low || ',' || high || ',' || damage || ':' || name "
                             "FROM bare WHERE input = ?1 ORDER BY 1)",
                             "i", input);
    while (rows_next(r))
        all = arena_keep(&c->arena, rows_text(r, 0));
    return all;
}

static void touch_names(struct commit *c, int64_t input)
{
    sql_do(c->s->db, "INSERT OR IGNORE INTO touched SELECT text FROM name WHERE input = ?", "i",
           input);
}

static int64_t write_input(struct commit *c, size_t number, size_t first)
{
    struct sql *db = c->s->db;
    const struct input *in = &c->n->inputs.list[number];
    struct str source = c->n->plan->sources[in->source].name;
    struct file_state file = { 0 };
    bool settled = true, waits = false, held = false;
    size_t texts = 0;
    for (size_t i = first; i < c->n->texts.n && c->order[i]->input == number; i++) {
        const struct read_text *t = c->order[i];
        const struct fated *f = &c->n->fates[t - c->n->texts.list];
        if (texts++ == 0)
            file = t->file;
        settled &= f->fate != FATE_PUT_OFF && memcmp(&file, &t->file, sizeof file) == 0 &&
                   (t->packed || t->bytes + t->held == file.size);
        waits |= f->waits;
        held |= t->held > 0;
    }
    settled &= texts && file_state_settled(&file, c->now);
    sql_do(db, "INSERT OR IGNORE INTO input(source, path, member) VALUES(?, ?, ?)", "ttt", source,
           in->path, in->member);
    int64_t id = ledger_input(c->s, source, in);
    sql_do(db,
           "UPDATE input SET settled = ?, waits = ?, held = ?, device = ?, inode = ?, size = ?, "
           "changed = ?, moved = ? WHERE id = ?",
           "iiiiiiiii", (int64_t)settled, (int64_t)waits, (int64_t)held, (int64_t)file.device,
           (int64_t)file.inode, (int64_t)file.size, file.changed, file.moved, id);
    return id;
}

static void write_bare(struct commit *c, const struct read_text *t, int64_t input)
{
    const struct input_file *books = t->set_file == INTERN_NONE ? NULL : &c->bare[t->set_file];
    sql_do(c->s->db,
           "INSERT INTO bare(input, name, bytes, headers, head, low, high, damage) VALUES(?, ?, ?, "
           "?, ?, ?, ?, ?)",
           "itiiiiit", input, t->name, (int64_t)t->bytes,
           books ? (int64_t)books->headers : (int64_t)0,
           books ? (int64_t)books->head_hash : (int64_t)0, (int64_t)t->hash[0], (int64_t)t->hash[1],
           t->damage);
}

static void write_names(struct commit *c)
{
    struct sql *db = c->s->db;
    size_t at = 0;
    sql_do(db,
           "CREATE TEMP TABLE IF NOT EXISTS touched(text INTEGER PRIMARY KEY);"
           "DELETE FROM touched",
           "");
    for (size_t i = 0; i < c->n->inputs.n; i++) {
        int64_t id = write_input(c, i, at);
        struct str before = input_says(c, id);
        touch_names(c, id);
        sql_do(db, "DELETE FROM name WHERE input = ?", "i", id);
        sql_do(db, "DELETE FROM bare WHERE input = ?", "i", id);
        for (; at < c->n->texts.n && c->order[at]->input == i; at++) {
            const struct read_text *t = c->order[at];
            const struct fated *f = &c->n->fates[t - c->n->texts.list];
            if (f->fate == FATE_BARE)
                write_bare(c, t, id);
            else if (f->text > 0)
                sql_do(db, "INSERT OR IGNORE INTO name VALUES(?, ?, ?)", "iit", f->text, id,
                       t->name);
        }
        touch_names(c, id);
        c->changed |= !str_eq(before, input_says(c, id));
    }
}

/* Inputs whose files are there no more. What they held keeps its last name. */
static void remove_vanished(struct commit *c)
{
    int64_t *list = NULL;
    size_t n = 0, room = 0;
    struct stat st;
    struct rows *r = sql_ask(c->s->db, "SELECT id, path FROM input", "");
    while (rows_next(r)) {
        struct str path = arena_keep(&c->arena, rows_text(r, 1));
        if (str_eq(path, STR("-")) || lstat(path.p, &st) == 0 || errno != ENOENT)
            continue;
        list = mem_grow(list, &room, n + 1, sizeof *list);
        list[n++] = rows_int(r, 0);
    }
    for (size_t i = 0; i < n; i++) {
        c->changed |= input_says(c, list[i]).n > 0;
        touch_names(c, list[i]);
        sql_do(c->s->db, "DELETE FROM input WHERE id = ?", "i", list[i]);
    }
    free(list);
}

/* ---- the night ---- */

static void write_night(struct commit *c)
{
    const struct night *n = c->n;
    char at[TIME_TEXT];
    size_t size = time_text(c->now / 1000000000 * SECOND, at);
    sql_do(c->s->db,
           "INSERT INTO night(id, at, program, rules, bytes, records, matched, unmatched, rejected,"
           " events, late, beyond, first, last)"
           " VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
           "itttiiiiiiiiii", c->night, (struct str){ at, size }, STR("touchpath " VERSION),
           print_text(n->book->print, &c->arena), (int64_t)n->bytes_taken, (int64_t)n->records,
           (int64_t)n->matched, (int64_t)n->unmatched, (int64_t)n->rejected, (int64_t)n->events,
           (int64_t)n->late, (int64_t)n->beyond, c->first, c->last);
    if (c->newest != TIME_NONE)
        sql_do(c->s->db, "UPDATE about SET newest = ?", "i", c->newest);
    if (c->changed || c->npieces || c->ngone)
        sql_do(c->s->db, "UPDATE about SET changes = changes + 1", "");
}

static int by_input(const void *x, const void *y)
{
    const struct read_text *a = *(const struct read_text *const *)x;
    const struct read_text *b = *(const struct read_text *const *)y;
    if (a->input != b->input)
        return a->input < b->input ? -1 : 1;
    return a < b ? -1 : 1;
}

bool commit_write(struct commit *c, struct err *e)
{
    struct sql *db = c->s->db;
    int64_t *ids = mem_zero(c->nsegments + 1, sizeof *ids);
    c->now = now_ns();
    c->order = mem_zero(c->n->texts.n + 1, sizeof(struct read_text *));
    for (size_t i = 0; i < c->n->texts.n; i++)
        c->order[i] = &c->n->texts.list[i];
    qsort(c->order, c->n->texts.n, sizeof(struct read_text *), by_input);
    sql_do(db, "BEGIN IMMEDIATE", "");
    write_segments(c, ids);
    remove_gone(c, ids);
    for (size_t i = 0; i < c->npieces; i++)
        commit_offset(c, &c->pieces[i]);
    for (size_t i = 0; i < c->npieces; i++)
        write_piece(c, &c->pieces[i], ids);
    write_names(c);
    remove_vanished(c);
    sql_do(db,
           "UPDATE text SET name = (SELECT min(name) FROM name WHERE text = text.id) WHERE id IN "
           "touched AND EXISTS (SELECT 1 FROM name WHERE text = text.id)",
           "");
    sql_do(db,
           "DELETE FROM text WHERE id IN gone AND NOT EXISTS (SELECT 1 FROM piece WHERE text = "
           "text.id)",
           "");
    sql_do(db,
           "DELETE FROM segment WHERE NOT EXISTS (SELECT 1 FROM piece WHERE segment = "
           "segment.id)",
           "");
    write_night(c);
    sql_do(db, "COMMIT", "");
    free(ids);
    free(c->order);
    return sql_good(db, e);
}
