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

#include "base/err.h"
#include "config/plan.h"

enum { ID_LIST_COLUMNS = 3 };

struct id_line {
    struct str file;
    unsigned number;
    struct str text;                    /* the whole line, without its end */
    struct str column[ID_LIST_COLUMNS]; /* without quotes; empty when it is not there */
};

typedef void id_line_fn(void *ctx, const struct id_line *line, struct faults *faults);

/* called: "the list of suppressed people". That it cannot be read is a fault; those of all lines
 * are added. */
void id_list_read(struct str path, const char *called, id_line_fn each, void *ctx,
                  struct faults *faults);

/* Where a column of the line stands, or should. */
struct place id_line_place(const struct id_line *line, int column);

/* The first column as it stands in an event set (kind, then value), in memory of a. False with a
 * fault when it is no identifier, is a visitor, or names nobody. */
bool id_line_coded(const struct id_line *line, const struct plan *plan, struct arena *a,
                   struct str *coded, struct faults *faults);

#endif
