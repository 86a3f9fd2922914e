/* table_file.h - one table as one file: CSV, CSV compressed by zstd, or a SQLite database.
 *
 * In:      rows, through a sink.
 * Out:     the bytes of the file, on a stream that the caller opened and commits.
 * Owns:    itself; the stream is the caller's.
 * Threads: one.
 */
#ifndef REPORT_TABLE_FILE_H
#define REPORT_TABLE_FILE_H

#include "report/report.h"

enum table_file_kind { TABLE_FILE_CSV, TABLE_FILE_CSV_ZST, TABLE_FILE_SQLITE, TABLE_FILE_KINDS };
extern const char *const table_file_names[TABLE_FILE_KINDS]; /* "csv", "csv.zst", "sqlite" */

/* name is that of the table in a database, path what errors call the file. In CSV, texts that a
 * spreadsheet would run are defused; in a database they stay as they are. A database is made in an
 * unnamed file beside path first. NULL with e set. */
struct table_file;
struct table_file *table_file_new(FILE *to, const char *path, enum table_file_kind kind,
                                  const char *name, const struct column *columns, size_t ncolumns,
                                  struct err *e);
struct sink table_file_sink(struct table_file *t);

/* Writes what is left. False with e set when anything could not be written. Frees t. */
bool table_file_free(struct table_file *t, struct err *e);

/* ---- SQLite's part (sqlite_out.c) ---- */

struct sqlite_out;
struct sqlite_out *sqlite_out_new(const char *path, const char *name, const struct column *columns,
                                  size_t ncolumns, struct err *e);
struct sink sqlite_out_sink(struct sqlite_out *s);
/* Copies the database to a stream; frees s. */
bool sqlite_out_free(struct sqlite_out *s, FILE *to, struct err *e);

#endif
