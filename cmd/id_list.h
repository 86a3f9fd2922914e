/* id_list.h - lists of people that a project names: one identifier a line.
 *
 * In:      a text file: kind:value, of CSV the first column. Blank lines and those that begin with
 *          # say nothing. Values are taken as the sources' are: in any case of letters where that
 *          does not matter, telephone numbers in any form.
 * Out:     a call for each line.
 * Threads: one.
 */
#ifndef CMD_ID_LIST_H
#define CMD_ID_LIST_H

#include "config/plan.h"

enum { ID_LIST_COLUMNS = 3 };

struct id_line {
    const char *file;
    unsigned long number;
    struct str column[ID_LIST_COLUMNS]; /* without quotes; empty when it is not there */
};

/* False with e set ends the reading. */
typedef bool (*id_line_fn)(void *ctx, const struct id_line *line, struct err *e);

/* called: "the list of suppressed people". False with e set when it cannot be read. */
bool id_list_read(const char *path, const char *called, id_line_fn each, void *ctx, struct err *e);

/* The first column as it stands in an event set (kind, then value), in memory of a. False with e
 * set when it is no identifier, is a visitor, or names nobody. */
bool id_line_coded(const struct id_line *line, const struct plan *plan, struct arena *a,
                   struct str *coded, struct err *e);

#endif
