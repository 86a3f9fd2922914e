/* books.h - the books of a run: what became of every byte, record and event that was read. They are
 * checked before reports are there, and told in run.json.
 *
 * Owns:    nothing; counts only.
 * Threads: one.
 */
#ifndef CMD_BOOKS_H
#define CMD_BOOKS_H

#include "steps.h"

/* Of a run without a state; nightly.h has those of a night. */
struct books {
    uint64_t texts, copies, damaged; /* files, those in archives each; the same as another; not read
                                        to their end */
    uint64_t bytes, copied_bytes; /* after decompression: of all; of copies, which do not count */
    uint64_t records, matched, unmatched, rejected, headers; /* of all but copies */
    uint64_t events, in_copies; /* that records gave; of these, what copies and records that were
                                   read twice, or too soon after a delivery, took out again */
    uint64_t implied;           /* that other events tell of */
    bool takes_out;             /* there is such a copy or record */
    uint64_t in_tables,
        of_nobody;     /* before any are left out by wish; `link:` rules, and nobody's */
    uint64_t outside;  /* of event files, not in the window that was asked for; not in `events` */
    uint64_t by_rules; /* of map: events that rules gave, by their own count */
};

/* How many events (or records) all rules of this kind gave (or left out). */
uint64_t events_of(const struct run *r, enum follow_up_kind kind);

/* Once events are read, and before customers are made of them: that takes copies out. */
void books_of_events(struct books *b, const struct event_set *set);
/* Of map, which tells no copies apart and makes no world: all that was read, as it goes to the
 * event file. */
void books_of_map(struct books *b, const struct run *r);
bool books_of_map_balance(const struct books *b, struct err *e);
/* Once there is a world. */
void books_of_world(struct books *b, const struct run *r);
/* False with e set: something was lost or counted twice, which is a bug of ours. */
bool books_balance(const struct books *b, struct err *e);

/* run.json: a report_extra (report.h). ctx is a struct told_run. */
struct told_run {
    const struct run *run;
    const char *what; /* the subcommand */
    const struct books *books;
    int64_t began; /* nanoseconds since 1970 */
};
void write_run(const void *told_run, FILE *to);
/* The same of map, beside its event file. */
void write_map_run(const void *told_run, FILE *to);

/* ---- what nightly_say.c writes, too ---- */

int64_t clock_ns(void);
void json_text(struct str s, FILE *to);
/* A member in a line of its own; nanoseconds since 1970. */
void json_time(const char *name, int64_t ns, FILE *to);
/* A member of an object in one line. */
void json_count(const char *name, uint64_t count, bool last, FILE *to);
/* Program, project and rules. */
void json_head(const struct run *r, FILE *to);

#endif
