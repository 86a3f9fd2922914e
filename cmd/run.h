/* run.h - what the command lines of `touchpath run`, `map` and `reduce` ask for: as typed, and what
 * that means. What a subcommand has no option for is as if it had not been given.
 *
 * Owns:    the wishes own the texts until wishes_free(); files point into argv.
 */
#ifndef CMD_RUN_H
#define CMD_RUN_H

#include "cmd.h"
#include "config/plan.h"
#include "report/report.h"

/* As typed: run_options[] says where each goes. */
struct run_typed {
    char *project, *out, *workers, *since, *until, *source, *csv, *edges, *rules, *block, *engine,
        *max_rejects, *tables, *only, *last, *view, *where, *fields, *level;
    char *as, *unit; /* of cases */
    char *state, *wait, *keep, *log;
    char *period_a, *period_b, *by, *notes, *around, *map, *to_map;
    char *min_cell;
    char *memory;
    bool raw_ids, events, svg, quiet;
    bool network, dry_run, final, rebuild, summary, verbose;
};

struct run_wishes {
    struct run_typed typed;
    const char *project, *out, *rules, *source; /* out, rules, source: NULL when not given */
    char *const *files;
    size_t nfiles;
    int workers;
    bool plain;
    size_t block_bytes;
    int64_t since, until;          /* after wishes_in_plan(), as the next */
    const struct saved_view *view; /* NULL: none */
    enum csv_profile csv;
    double edge_share;
    double max_rejects; /* below 0: no limit */
    bool max_rejects_share;
    struct choice tables; /* the default ones, and those asked for here; or --only those */
    bool raw_ids, svg, quiet;
    int64_t min_cell;     /* -1: as the project says */
    int64_t wait, keep;   /* seconds; reports, 0: as the project says */
    const char *last_out; /* where the reports of a night are */
};

/* False when the program shall end with *status, which was said. */
bool wishes_read(const struct command *self, struct run_wishes *wishes, int argc, char **argv,
                 int *status);

/* Adds the tables of a list to the choice; false when there is no such table, which was said. */
bool tables_known(struct choice *choice, struct str list);

/* Times are read in the project's zone, and views stand in the project: so only once there is a
 * plan. What the command line says of time takes the place of all that the view says of it. False,
 * said on stderr, when one of them is wrong. */
bool wishes_in_plan(struct run_wishes *wishes, const struct plan *plan);

struct window {
    int64_t from, until; /* half-open; TIME_NONE and INT64_MAX: no bound */
};
/* What was asked of time; empty texts: nothing. Not both since and last. */
struct window_asked {
    struct str since, until, last;
};
/* Dates are of the zone. False, said on stderr, when one is wrong. */
bool window_read(const struct window_asked *asked, const struct zone *zone, struct window *window);

/* The periods of a review: --a and --b, or --last. since and until of wishes enclose both. The same
 * as wishes_in_plan() otherwise. */
bool wishes_for_review(struct run_wishes *wishes, const struct plan *plan, struct window *a,
                       struct window *b);

/* The whole months, weeks or quarters of --last, oldest first, in *list, which the caller frees.
 * The same as wishes_in_plan() otherwise. */
struct trend_window {
    struct window window;
    char label[24];
};
bool wishes_for_trend(struct run_wishes *wishes, const struct plan *plan,
                      struct trend_window **list, size_t *n);

void wishes_free(const struct command *self, struct run_wishes *wishes);

#endif
