/* sqlite_out.c - a table as a SQLite database; see table_file.h. The door to SQLite for tables.
 *
 * The database is built in a file without a name in the folder where it will stand, and copied from
 * there, so that it appears like every other output: whole or not at all, and with no journal or
 * half-made file left behind. Times are text in ISO 8601, as in CSV, which SQLite's functions of
 * time read.
 */
#include <errno.h>
#include <fcntl.h>
#include <glib.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/clock.h"
#include "report/table_file.h"

struct sqlite_out {
    sqlite3 *db;
    sqlite3_stmt *insert;
    int fd;
    const char *path;
    const struct column *columns;
    size_t ncolumns;
    bool failed;
};

static bool run(struct sqlite_out *s, const char *sql, struct err *e)
{
    if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) == SQLITE_OK)
        return true;
    return err_set(e, "cannot write '%s': %s", s->path, sqlite3_errmsg(s->db));
}

static const char *type_of(enum unit unit)
{
    switch (unit) {
    case UNIT_TEXT:
    case UNIT_TIME:
        return "TEXT";
    case UNIT_COUNT:
    case UNIT_FLAG:
        return "INTEGER";
    default:
        return "REAL";
    }
}

static bool create_table(struct sqlite_out *s, const char *name, struct err *e)
{
    struct arena a = { 0 };
    struct str list = STR(""), marks = STR("");
    for (size_t i = 0; i < s->ncolumns; i++) {
        const char *comma = i ? ", " : "";
        list = arena_printf(&a, "%.*s%s\"%s\" %s", STR_ARG(list), comma, s->columns[i].name,
                            type_of(s->columns[i].unit));
        marks = arena_printf(&a, "%.*s%s?", STR_ARG(marks), comma);
    }
    bool ok = run(s, arena_printf(&a, "CREATE TABLE \"%s\" (%.*s)", name, STR_ARG(list)).p, e) &&
              run(s, "BEGIN", e);
    struct str insert = arena_printf(&a, "INSERT INTO \"%s\" VALUES (%.*s)", name, STR_ARG(marks));
    if (ok && sqlite3_prepare_v2(s->db, insert.p, -1, &s->insert, NULL) != SQLITE_OK)
        ok = err_set(e, "cannot write '%s': %s", s->path, sqlite3_errmsg(s->db));
    arena_free(&a);
    return ok;
}

static bool open_database(struct sqlite_out *s, struct err *e)
{
    struct arena a = { 0 };
    struct str temporary = arena_printf(&a, "%s.XXXXXX", s->path);
    s->fd = mkstemp((char *)temporary.p);
    bool ok = s->fd >= 0 || err_set(e, "cannot write '%s': %s", s->path, strerror(errno));
    if (ok && sqlite3_open(temporary.p, &s->db) != SQLITE_OK)
        ok = err_set(e, "cannot write '%s': %s", s->path, sqlite3_errmsg(s->db));
    ok = ok && run(s,
                   "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; "
                   "PRAGMA locking_mode = EXCLUSIVE; PRAGMA user_version = 1",
                   e);
    if (s->fd >= 0)
        unlink(temporary.p);
    arena_free(&a);
    return ok;
}

struct sqlite_out *sqlite_out_new(const char *path, const char *name, const struct column *columns,
                                  size_t ncolumns, struct err *e)
{
    struct sqlite_out *s = mem_zero(1, sizeof *s);
    *s = (struct sqlite_out){ .fd = -1, .path = path, .columns = columns, .ncolumns = ncolumns };
    if (open_database(s, e) && create_table(s, name, e))
        return s;
    sqlite3_close(s->db);
    if (s->fd >= 0)
        close(s->fd);
    free(s);
    return NULL;
}

/* ---- rows ---- */

/* Bytes that are no UTF-8, and NULs, become U+FFFD, as in CSV. */
static int bind_text(struct sqlite_out *s, int at, struct str text)
{
    const char *p = text.n ? text.p : "";
    if (g_utf8_validate(p, (gssize)text.n, NULL))
        return sqlite3_bind_text(s->insert, at, p, (int)text.n, SQLITE_TRANSIENT);
    return sqlite3_bind_text(s->insert, at, g_utf8_make_valid(p, (gssize)text.n), -1, g_free);
}

static int bind(struct sqlite_out *s, int at, enum unit unit, const struct cell *c)
{
    char time[TIME_TEXT];
    if (c->blank)
        return sqlite3_bind_null(s->insert, at);
    switch (unit) {
    case UNIT_TEXT:
        return bind_text(s, at, c->text);
    case UNIT_TIME:
        return bind_text(s, at, (struct str){ time, time_text(c->i, time) });
    case UNIT_COUNT:
    case UNIT_FLAG:
        return sqlite3_bind_int64(s->insert, at, c->i);
    case UNIT_MICROS:
    case UNIT_SECONDS:
        return sqlite3_bind_double(s->insert, at, (double)c->i / 1e6);
    default:
        return sqlite3_bind_double(s->insert, at, c->d);
    }
}

static bool row(void *ctx, const struct cell *cells)
{
    struct sqlite_out *s = ctx;
    for (size_t i = 0; i < s->ncolumns; i++)
        s->failed |= bind(s, (int)i + 1, s->columns[i].unit, &cells[i]) != SQLITE_OK;
    s->failed |= sqlite3_step(s->insert) != SQLITE_DONE || sqlite3_reset(s->insert) != SQLITE_OK;
    return !s->failed;
}

struct sink sqlite_out_sink(struct sqlite_out *s)
{
    return (struct sink){ row, s };
}

/* ---- the end ---- */

static bool copy(struct sqlite_out *s, FILE *to)
{
    static const size_t room = 1 << 20;
    char *buffer = mem_take(room);
    off_t at = 0;
    ssize_t n;
    bool ok = true;
    while (ok && (n = pread(s->fd, buffer, room, at)) != 0) {
        ok = n > 0 && fwrite(buffer, 1, (size_t)n, to) == (size_t)n;
        at += n;
    }
    free(buffer);
    return ok;
}

bool sqlite_out_free(struct sqlite_out *s, FILE *to, struct err *e)
{
    bool ok = !s->failed && run(s, "COMMIT", e);
    if (!ok)
        err_set(e, "cannot write '%s': %s", s->path, sqlite3_errmsg(s->db));
    sqlite3_finalize(s->insert);
    sqlite3_close(s->db);
    ok = ok && copy(s, to);
    close(s->fd);
    free(s);
    return ok;
}
