/* ledger.c - see ledger.h: the tables, and which inputs have not changed. */
#include "state/ledger.h"

#include <stdlib.h>
#include <time.h>

static const char tables[] =
    "CREATE TABLE IF NOT EXISTS about(version INTEGER, changes INTEGER, newest INTEGER);"
    "CREATE TABLE IF NOT EXISTS night(id INTEGER PRIMARY KEY, at TEXT, program TEXT, rules TEXT,"
    " bytes INTEGER, records INTEGER, matched INTEGER, unmatched INTEGER, rejected INTEGER,"
    " events INTEGER, late INTEGER, beyond INTEGER, first INTEGER, last INTEGER);"
    "CREATE TABLE IF NOT EXISTS segment(id INTEGER PRIMARY KEY, name TEXT UNIQUE, night INTEGER,"
    " bytes INTEGER, print TEXT, events INTEGER);"
    "CREATE TABLE IF NOT EXISTS text(id INTEGER PRIMARY KEY AUTOINCREMENT, source TEXT, lead BLOB,"
    " head BLOB, bytes INTEGER, records INTEGER, name TEXT, loose INTEGER, damage TEXT, night "
    "INTEGER);"
    "CREATE INDEX IF NOT EXISTS text_lead ON text(lead);"
    "CREATE INDEX IF NOT EXISTS text_short ON text(bytes) WHERE bytes < 64;"
    "CREATE TABLE IF NOT EXISTS mark(text INTEGER REFERENCES text ON DELETE CASCADE, bytes INTEGER,"
    " records INTEGER, low INTEGER, high INTEGER, night INTEGER,"
    " PRIMARY KEY(text, bytes)) WITHOUT ROWID;"
    "CREATE TABLE IF NOT EXISTS piece(text INTEGER REFERENCES text, segment INTEGER REFERENCES"
    " segment, first_byte INTEGER, bytes INTEGER, first_record INTEGER, records INTEGER,"
    " matched INTEGER, unmatched INTEGER, rejected INTEGER, headers INTEGER, events INTEGER,"
    " rules TEXT, night INTEGER, PRIMARY KEY(text, first_byte)) WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS piece_segment ON piece(segment);"
    "CREATE TABLE IF NOT EXISTS input(id INTEGER PRIMARY KEY, source TEXT, path TEXT, member TEXT,"
    " settled INTEGER, waits INTEGER, held INTEGER, device INTEGER, inode INTEGER, size INTEGER,"
    " changed INTEGER, moved INTEGER, UNIQUE(source, path, member));"
    "CREATE TABLE IF NOT EXISTS name(text INTEGER REFERENCES text ON DELETE CASCADE,"
    " input INTEGER REFERENCES input ON DELETE CASCADE, name TEXT, PRIMARY KEY(text, input, name))"
    " WITHOUT ROWID;"
    "CREATE INDEX IF NOT EXISTS name_input ON name(input);"
    "CREATE TABLE IF NOT EXISTS bare(input INTEGER REFERENCES input ON DELETE CASCADE, name TEXT,"
    " bytes INTEGER, headers INTEGER, head INTEGER, low INTEGER, high INTEGER, damage TEXT);"
    "CREATE INDEX IF NOT EXISTS bare_input ON bare(input);"
    "CREATE TABLE IF NOT EXISTS report(id INTEGER PRIMARY KEY, folder TEXT, name TEXT,"
    " wishes BLOB, changes INTEGER, night INTEGER);"
    "INSERT INTO about SELECT 1, 0, NULL WHERE NOT EXISTS (SELECT 1 FROM about)";

/* Ledgers that were made before event files of several nights became one. */
static const char add_nights[] =
    "BEGIN IMMEDIATE; ALTER TABLE piece ADD COLUMN night INTEGER;"
    "UPDATE piece SET night = (SELECT night FROM segment WHERE segment.id = piece.segment); COMMIT";

bool ledger_open(struct state *s, struct err *e)
{
    struct arena a = { 0 };
    s->db = sql_open(arena_printf(&a, "%s/ledger.db", s->dir.p).p, e);
    arena_free(&a);
    if (!s->db)
        return false;
    int64_t made =
        sql_number(s->db, 0, "SELECT count(*) FROM sqlite_master WHERE name = 'report'", "");
    if (!made) {
        sql_do(s->db, "BEGIN IMMEDIATE", "");
        sql_do(s->db, tables, "");
        sql_do(s->db, "COMMIT", "");
    }
    if (!sql_number(s->db, 0,
                    "SELECT count(*) FROM pragma_table_info('piece') WHERE name = 'night'", ""))
        sql_do(s->db, add_nights, "");
    int64_t version = sql_number(s->db, 0, "SELECT version FROM about", "");
    if (!sql_good(s->db, e))
        return false;
    return version == LEDGER_VERSION ||
           err_set(e, "the ledger '%s/ledger.db' has version %lld, and this touchpath knows %d",
                   s->dir.p, (long long)version, LEDGER_VERSION);
}

struct sql *ledger_imagine(struct err *e)
{
    struct sql *db = sql_open(":memory:", e);
    if (db)
        sql_do(db, tables, "");
    return db;
}

struct str lead_hidden(struct str lead, struct arena *a)
{
    uint64_t hash[2];
    hash_bytes_128(lead, hash);
    return arena_keep(a, (struct str){ (const char *)hash, sizeof hash });
}

int64_t ledger_input(struct state *s, struct str source, const struct input *input)
{
    return sql_number(s->db, 0, "SELECT id FROM input WHERE source = ? AND path = ? AND member = ?",
                      "ttt", source, input->path, input->member);
}

int64_t now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_REALTIME, &t);
    return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

bool file_state_settled(const struct file_state *file, int64_t now)
{
    const int64_t second = 1000000000, fine = second / 20, coarse = 3 * second;
    int64_t last = file->changed > file->moved ? file->changed : file->moved;
    bool whole = file->changed % second == 0 && file->moved % second == 0;
    return file->regular && last + (whole ? coarse : fine) < now;
}

/* ---- which inputs have not changed ---- */

static bool same_file(const struct file_state *now, const struct rows *r)
{
    return (int64_t)now->device == rows_int(r, 0) && (int64_t)now->inode == rows_int(r, 1) &&
           (int64_t)now->size == rows_int(r, 2) && now->changed == rows_int(r, 3) &&
           now->moved == rows_int(r, 4);
}

static bool unchanged(struct state *s, const struct night *n, const struct input *input)
{
    struct stat st;
    struct file_state now;
    if (n->rebuild || stat(input->path.p, &st) != 0)
        return false;
    file_state_of(&st, &now);
    bool same = false;
    struct rows *r =
        sql_ask(s->db,
                "SELECT device, inode, size, changed, moved, held FROM input WHERE "
                "source = ? AND path = ? AND member = ? AND settled",
                "ttt", n->plan->sources[input->source].name, input->path, input->member);
    while (rows_next(r))
        same = now.regular && same_file(&now, r) && !(n->final && rows_int(r, 5));
    return same;
}

bool state_select(struct state *s, struct night *n, struct err *e)
{
    size_t kept = 0;
    n->found = n->inputs.n;
    for (size_t i = 0; i < n->inputs.n; i++)
        if (!unchanged(s, n, &n->inputs.list[i]))
            n->inputs.list[kept++] = n->inputs.list[i];
    n->unchanged = n->found - kept;
    n->inputs.n = kept;
    return sql_good(s->db, e);
}
