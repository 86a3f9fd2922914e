/* run.h - what the command line of `touchpath run` asks for: as typed, and what that means.
 *
 * Owns:    the wishes own the texts until wishes_free(); files point into argv.
 */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "reading.h"
#include "report/report.h"

/* As typed: run_options[] says where each goes. */
struct run_typed {
    struct reading_typed reading; /* first: READING_OPTIONS */
    char *out, *csv, *edges, *max_rejects, *tables;
    bool events, svg;
};

struct run_wishes {
    struct run_typed typed;
    struct reading reading;
    const char *out;
    enum csv_profile csv;
    double edge_share;
    double max_rejects; /* below 0: no limit */
    bool max_rejects_share;
    struct choice tables; /* the default ones, and those asked for here */
    bool svg, quiet;
};

/* False when the program shall end with *status, which was said. */
bool wishes_read(const struct command *self, struct run_wishes *wishes, int argc, char **argv,
                 int *status);

/* Adds the tables that the project and the view ask for. False, said on stderr, when there is no
 * such table. */
bool wishes_in_plan(struct run_wishes *wishes, const struct plan *plan);

void wishes_free(const struct command *self, struct run_wishes *wishes);

#endif
