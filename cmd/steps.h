/* steps.h - the steps of a run, which `run`, `map` and `reduce` put together in run.c.
 *
 * Owns:    struct run owns what each step made, until run_free().
 * Threads: one; a step uses wishes.workers of them inside.
 * Each step is false when the program cannot go on: e then says why, or it was said on stderr.
 */
#ifndef CMD_STEPS_H
#define CMD_STEPS_H

#include "config/rulebook.h"
#include "identity/identity.h"
#include "ingest/inputs.h"
#include "people_lists.h"
#include "report/report.h"
#include "run.h"

struct run { /* starts as all zeros */
    struct plan *plan;
    struct people_lists lists;
    struct inputs inputs;
    struct event_file **event_files; /* [nevent_files] open */
    size_t nevent_files;
    struct rulebook book; /* of the plan, with the window that was read */
    struct event_set events;
    struct customers customers;
    struct world world;
    struct tallies tallies;
    bool nightly;              /* there is a state, which knows what is damaged */
    struct spill *spill;       /* NULL unless there is a limit to memory */
    size_t part_events;        /* of the world, which is made in parts */
    struct artist *artist;     /* NULL unless pictures are wanted */
    struct report_extra extra; /* a file besides the reports; none */
};
void run_free(struct run *r);

/* ---- what is asked for: faults are the user's ---- */

bool load_plan(struct run *r, const struct run_wishes *wishes);
/* Who refused consent, and who is suppressed: before anybody is joined. */
bool read_people_lists(struct run *r);
/* --since, --until, --last, --view */
bool know_window(struct run *r, struct run_wishes *wishes);
/* Those that the project and the view ask for. */
bool know_tables(struct run *r, struct run_wishes *wishes);
/* Not when small cells are hidden: that is said. */
bool may_list_persons(const struct run *r, const char *what);
/* Looks for what can be seen before anything is read; a fault is said with the text and a caret.
 * `called` is what the message calls it. */
bool expression_fits(const struct plan *plan, struct str text, const char *called);
bool find_inputs(struct run *r, const struct run_wishes *wishes, struct err *e);
/* The files of the command line. Says on stderr when other rules made them. */
bool open_event_files(struct run *r, const struct run_wishes *wishes, struct err *e);

/* ---- what is done: failures are the world's ---- */

/* Whoever draws is hired before the first thread begins. */
bool hire_artist(struct run *r, const struct run_wishes *wishes, struct err *e);
bool read_events(struct run *r, const struct run_wishes *wishes, struct err *e);
bool read_event_files(struct run *r, const struct run_wishes *wishes, struct err *e);
/* With `extra` beside it. */
bool write_event_file(struct run *r, const struct run_wishes *wishes, struct err *e);
/* Seal -> identity. */
bool know_customers(struct run *r, const struct run_wishes *wishes, struct err *e);
/* The same -> order -> journeys. */
bool make_world(struct run *r, const struct run_wishes *wishes, struct err *e);
/* The same, and as much of it as was asked for: in parts (world_open()), of which the first is
 * there; in one when wishes narrow it down. */
bool make_world_in_parts(struct run *r, const struct run_wishes *wishes, struct err *e);
/* For world_open(): SIZE_MAX when all of it has to be there at once, as when it is narrowed down. */
size_t part_events(const struct run *r, bool narrowed);
/* Fills r->tallies from all parts of the world: part() adds each. When a stop was asked for, they
 * are of some parts only. */
typedef void counting_fn(void *ctx, struct run *r);
void count_journeys(struct run *r, const struct run_wishes *wishes, const struct choice *choice,
                    counting_fn *part, void *ctx);
/* Keeps only the journeys of the view and of --where. A fault is the user's, said on stderr. */
bool narrow(struct run *r, const struct run_wishes *wishes);
/* Only those for which the text holds; of an empty one all. rows: the rows of tables that it asks
 * for must be there; else nobody is in those that are not, as in a period of little data. */
bool keep_only(struct run *r, const struct run_wishes *wishes, struct str text, const char *called,
               bool rows);
/* Measures -> tables -> files, and the summary. */
bool make_reports(struct run *r, const struct run_wishes *wishes, struct err *e);

/* ---- what the status tells ---- */

/* Names every input that was not read to its end. */
bool any_damaged(const struct event_set *events);
/* Names every input of `read` of which nothing could be read and which is in another format than
 * that of its source, and that format. */
bool any_strangers(const struct plan *plan, const struct event_set *read,
                   const struct run_wishes *wishes);
/* Records that could not be used; not those that were left out by wish or stand elsewhere. */
bool too_many_rejects(const struct event_set *events, const struct run_wishes *wishes);

/* ---- a file of its own ---- */

/* Opens the folder of path for one private file; NULL with e set. *name is the file's name in it.
 */
struct output *output_of_path(const char *path, struct str *name, struct err *e);

#endif
