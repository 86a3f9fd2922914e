/* nightly.h - `touchpath run` with a state: the parts of cmd/nightly*.c.
 *
 * Threads: one.
 */
#ifndef CMD_NIGHTLY_H
#define CMD_NIGHTLY_H

#include "state.h"
#include "steps.h"

/* Without a state the options that want one are refused. */
bool refuse_without_state(const struct run_wishes *wishes);

/* The whole night. The status says what was done; e why something could not be. */
enum status nightly(struct run *r, struct run_wishes *wishes, struct err *e);

/* ---- what is said of it (nightly_say.c) ---- */

struct told { /* of one night, for run.json and digest.txt */
    const struct run *r;
    const struct run_wishes *wishes;
    const struct night *n;
    struct since_report since;
    int64_t began, ended; /* nanoseconds since 1970 */
    /* events; nobodys: those of `link:` rules, and of nobody, which identity.csv counts */
    uint64_t in_segments, implied, in_tables, nobodys, duplicates;
    uint64_t outside; /* of the window */
    bool nothing;     /* new, and the report is there already */
    bool strange;     /* a file of tonight is of another system than its source says */
};

/* Do bytes, records and events add up? */
bool night_balances(const struct told *t, struct err *e);
void write_run_json(const struct told *t, FILE *to);
void write_digest(const struct told *t, struct tallies *tallies, FILE *to);
/* What would be done with each text: --dry-run. */
void write_fates(const struct told *t, FILE *to);

/* A line on stderr, and in the log when there is one. */
void say(const struct run_wishes *wishes, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* A line in the log, and with -v on stderr. */
void note(const struct run_wishes *wishes, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
