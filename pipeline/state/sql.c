/* sql.c - see sql.h. The only file that knows SQLite. */
#include "state/sql.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STATEMENTS = 64 };

struct sql {
    sqlite3 *db;
    struct arena arena;
    struct str path;
    struct err err;
    /* Statements are compiled once; each is known by the address of its text. */
    const char *texts[STATEMENTS];
    sqlite3_stmt *ready[STATEMENTS];
    bool busy[STATEMENTS];
};

struct rows {
    struct sql *db;
    sqlite3_stmt *st;
    int slot; /* -1: compiled for this once */
};

static void failed(struct sql *db)
{
    if (!db->err.text[0])
        err_set(&db->err, "cannot keep the ledger '%s': %s", db->path.p, sqlite3_errmsg(db->db));
}

static void close_db(struct sql *db)
{
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(db->ready[i]);
    sqlite3_close(db->db);
    arena_free(&db->arena);
    free(db);
}

struct sql *sql_open(const char *path, struct err *e)
{
    struct sql *db = mem_zero(1, sizeof *db);
    db->path = arena_keep(&db->arena, str_c(path));
    mode_t mask = umask(0077);
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
    if (sqlite3_open_v2(path, &db->db, flags, NULL) != SQLITE_OK)
        failed(db);
    umask(mask);
    sql_do(db,
           "PRAGMA journal_mode = DELETE; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
           "PRAGMA temp_store = MEMORY; PRAGMA secure_delete = ON",
           "");
    if (sql_good(db, e))
        return db;
    close_db(db);
    return NULL;
}

void sql_close(struct sql *db)
{
    if (db)
        close_db(db);
}

bool sql_good(const struct sql *db, struct err *e)
{
    return !db->err.text[0] || err_set(e, "%s", db->err.text);
}

/* ---- statements ---- */

static sqlite3_stmt *compile(struct sql *db, const char *statement, int *slot)
{
    sqlite3_stmt *st = NULL;
    int i = 0;
    while (i < STATEMENTS && db->texts[i] && (db->texts[i] != statement || db->busy[i]))
        i++;
    *slot = i < STATEMENTS ? i : -1;
    if (i < STATEMENTS && db->texts[i])
        st = db->ready[i];
    else if (sqlite3_prepare_v2(db->db, statement, -1, &st, NULL) != SQLITE_OK)
        failed(db);
    if (i < STATEMENTS) {
        db->texts[i] = statement;
        db->ready[i] = st;
        db->busy[i] = true;
    }
    return st;
}

static void bind(struct sql *db, sqlite3_stmt *st, const char *kinds, va_list args)
{
    for (int i = 1; kinds[i - 1]; i++) {
        int done;
        if (kinds[i - 1] == 'i') {
            done = sqlite3_bind_int64(st, i, va_arg(args, int64_t));
        } else {
            struct str s = va_arg(args, struct str);
            const char *p = s.n ? s.p : "";
            done = kinds[i - 1] == 't'
                       ? sqlite3_bind_text64(st, i, p, s.n, SQLITE_TRANSIENT, SQLITE_UTF8)
                       : sqlite3_bind_blob64(st, i, p, s.n, SQLITE_TRANSIENT);
        }
        if (done != SQLITE_OK)
            failed(db);
    }
}

static struct rows *ask(struct sql *db, const char *statement, const char *kinds, va_list args)
{
    struct rows *r = mem_zero(1, sizeof *r);
    r->db = db;
    r->slot = -1;
    if (db->err.text[0])
        return r;
    r->st = compile(db, statement, &r->slot);
    if (r->st)
        bind(db, r->st, kinds, args);
    return r;
}

static void rows_end(struct rows *r)
{
    if (r->slot >= 0) {
        if (r->st) {
            sqlite3_reset(r->st);
            sqlite3_clear_bindings(r->st);
        }
        r->db->busy[r->slot] = false;
    } else {
        sqlite3_finalize(r->st);
    }
    free(r);
}

struct rows *sql_ask(struct sql *db, const char *statement, const char *kinds, ...)
{
    va_list args;
    va_start(args, kinds);
    struct rows *r = ask(db, statement, kinds, args);
    va_end(args);
    return r;
}

bool rows_next(struct rows *r)
{
    int got = r->st && !r->db->err.text[0] ? sqlite3_step(r->st) : SQLITE_DONE;
    if (got == SQLITE_ROW)
        return true;
    if (got != SQLITE_DONE)
        failed(r->db);
    rows_end(r);
    return false;
}

void sql_do(struct sql *db, const char *statement, const char *kinds, ...)
{
    if (db->err.text[0])
        return;
    if (!kinds[0]) {
        if (sqlite3_exec(db->db, statement, NULL, NULL, NULL) != SQLITE_OK)
            failed(db);
        return;
    }
    va_list args;
    va_start(args, kinds);
    struct rows *r = ask(db, statement, kinds, args);
    va_end(args);
    while (rows_next(r))
        continue;
}

int64_t sql_last(const struct sql *db)
{
    return sqlite3_last_insert_rowid(db->db);
}

int64_t rows_int(const struct rows *r, int column)
{
    return sqlite3_column_int64(r->st, column);
}

struct str rows_text(const struct rows *r, int column)
{
    const char *p = sqlite3_column_blob(r->st, column);
    return (struct str){ p, (size_t)sqlite3_column_bytes(r->st, column) };
}

int64_t sql_number(struct sql *db, int64_t otherwise, const char *statement, const char *kinds, ...)
{
    va_list args;
    va_start(args, kinds);
    struct rows *r = ask(db, statement, kinds, args);
    va_end(args);
    bool first = true;
    while (rows_next(r)) {
        if (first)
            otherwise = rows_int(r, 0);
        first = false;
    }
    return otherwise;
}
