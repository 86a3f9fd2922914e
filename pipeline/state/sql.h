/* sql.h - the one door to SQLite: a database file, statements with their values, rows.
 *
 * Every statement may fail (a full disk). The first failure is kept, everything after it does
 * nothing, and sql_good() says so: so a caller writes ten statements and asks once.
 *
 * Threads: a database belongs to one thread at a time.
 */
#ifndef STATE_SQL_H
#define STATE_SQL_H

#include "base/err.h"

struct sql;

/* Opens or makes the file, with mode 0600. Journal DELETE, synchronous FULL: a transaction that has
 * ended survives a power cut, and one that has not leaves no trace. NULL with e set. */
struct sql *sql_open(const char *path, struct err *e);
void sql_close(struct sql *db);

/* True when nothing has failed; else e says what. */
bool sql_good(const struct sql *db, struct err *e);

/* A statement, or several without values. Each letter of `kinds` is a value for the next `?`:
 *   i  int64_t      t  struct str, as text      b  struct str, as bytes */
void sql_do(struct sql *db, const char *statement, const char *kinds, ...);

/* The number that the last INSERT gave its row. */
int64_t sql_last(const struct sql *db);

/* One statement's rows, one after the other. Texts are good until the next call. */
struct rows;
struct rows *sql_ask(struct sql *db, const char *statement, const char *kinds, ...);
bool rows_next(struct rows *r); /* false at the end, when the rows are freed */
int64_t rows_int(const struct rows *r, int column);
struct str rows_text(const struct rows *r, int column);

/* The number in the first column of the first row; otherwise when there is none. */
int64_t sql_number(struct sql *db, int64_t otherwise, const char *statement, const char *kinds,
                   ...);

#endif
