/* event_file.h - event sets on disk: what one map made, before it is sealed.
 *
 * An event file holds the events of some input files, all texts behind their numbers, the books of
 * each input file, and which rules made them. It is written once and never changed. `map` writes
 * it, `reduce` and the nightly state read any number of them into one set, which then says the same
 * as if one run had read all their inputs. docs/event-files.md tells the format byte by byte.
 *
 *     event_file_write()                                  set, rulebook -> file
 *     event_file_open() ... event_files_load() -> plan_retire() -> plan_seal()
 *                                                         files -> set
 *
 * Rules stand in events by number, and numbers change when a project changes. So a file says of
 * every rule what it is (struct rulebook), and the reader finds the same rule in today's plan by
 * its fingerprint. A rule that the plan no longer has is retired: it is added to the end of the
 * book, and plan_retire() (config/rulebook.h) gives the plan a rule that matches nothing but says
 * what the touchpoint meant.
 *
 * Trouble: a file that is cut short, damaged or made by somebody hostile is an error that names the
 *          file and the place in it. Every byte is under a checksum, which is verified before what
 *          it covers is used; and what a valid checksum covers is checked all the same.
 * Threads: an open file belongs to one; reading and writing use `workers` of them inside, with the
 *          same result for any number.
 */
#ifndef EVENT_FILE_H
#define EVENT_FILE_H

#include "base/err.h"
#include "event.h"

enum { EVENT_FILE_VERSION = 1 };

/* What ends the name of an event file that people see: "night.tpe". */
#define EVENT_FILE_SUFFIX ".tpe"

/* ---- which rules made the events ---- */

/* 128 bits of XXH3: equal for what is equal, wherever it stands in a project. */
struct print {
    uint64_t bits[2];
};

static inline bool print_eq(struct print a, struct print b)
{
    return a.bits[0] == b.bits[0] && a.bits[1] == b.bits[1];
}

struct book_rule {
    struct print print; /* of what it matches and what it takes from a record. Not of the rest here:
                           today's plan says what the events of a rule mean today. */
    struct str label;   /* as in struct rule */
    struct str name;    /* the touchpoint when it is fixed, else empty */
    struct str stage;   /* name; empty: none */
    int64_t pain;       /* millionths */
    int64_t emotion;    /* millionths; INT64_MIN: none */
    bool company;
    uint8_t excludes; /* enum excluded */
    bool labels;      /* such a rule counted only */
    bool used;        /* some event or count of the file names it */
};

struct book_source {
    struct print print; /* of how its records are taken apart and whom they name */
    struct str name, channel;
    bool sparse;
    bool used; /* an input file of the event file belongs to it */
};

/* The rules and sources of a plan, or those that a file was made with. rulebook_of()
 * (config/rulebook.h) makes the first kind. */
struct rulebook {
    struct arena arena;
    struct str made_by;      /* "touchpath 0.1.0" */
    struct print print;      /* of all in the plan that decides which events a record gives */
    int64_t since, until;    /* the window that was read; TIME_NONE and INT64_MAX: no bound */
    struct book_rule *rules; /* first the plan's, by their number; then the retired ones */
    size_t nrules, plan_rules;
    struct book_source *sources; /* the same */
    size_t nsources, plan_sources;
};
void rulebook_free(struct rulebook *book);

/* ---- writing ---- */

struct event_file_made {
    uint64_t events, bytes;
    struct print print; /* of all bytes of the file: its name in a ledger */
};

/* Writes a set that is not sealed to `to`, from its first byte to its last; the same bytes for the
 * same contents of the set, whatever its numbers are. The events of the set are put into the order
 * of the file, and its files into the order of event_set_seal(); it remains good for use. False
 * with e set (naming `name`) when it cannot be written, or holds more than the format can. made may
 * be NULL. The file holds raw identifiers: the caller gives it mode 0600 (output_file_private()).
 */
bool event_file_write(struct event_set *set, const struct rulebook *book, FILE *to,
                      const char *name, int workers, struct event_file_made *made, struct err *e);

/* ---- reading ---- */

struct event_file;

/* What can be known without reading the events. */
struct event_file_about {
    struct str path;
    uint32_t version;
    uint64_t bytes, events;
    int64_t first, last;         /* time of its earliest and latest event; TIME_NONE: it has none */
    const struct rulebook *book; /* which rules made it */
    const struct input_file
        *files; /* the books of its input files; source counts from book->sources,
                   rule_events and rule_limits have book->nrules items */
    size_t nfiles;
};

/* Reads and checks all but the events and the texts that they name. NULL with e set. */
struct event_file *event_file_open(const char *path, struct err *e);
const struct event_file_about *event_file_about(const struct event_file *f);
void event_file_close(struct event_file *f); /* NULL is allowed */

/* Reads the whole of the files into set, which event_set_init() has made and which may hold events
 * and files already. Rules and sources get the numbers of book, to which the retired ones are added
 * (rule_events and rule_limits of all files of the set then have book->nrules items, also those
 * that were there before). Pieces of one input file become one (event_set_join_pieces()). The
 * result says the same for any order of the files. False with e set; the set is then good for
 * event_set_free() only. */
bool event_files_load(struct event_file *const *files, size_t n, struct rulebook *book, int workers,
                      struct event_set *set, struct err *e);

/* The same, but the pieces of an input file stay as they are. What is read in several goes is
 * joined once, at the end, as a gap that another go fills looks like two pieces of the same bytes.
 */
bool event_files_load_pieces(struct event_file *const *files, size_t n, struct rulebook *book,
                             int workers, struct event_set *set, struct err *e);

/* What a file's book says, but for the program that made it and what the file uses of it: files in
 * which it is equal can become one file that says what they say. */
struct print event_file_rules(const struct event_file *f);

/* Adds the whole of a file to set, as it stands there: pieces stay pieces, and rules and sources
 * keep their numbers. For writing files of equal event_file_rules() as one. False with e set; the
 * set is then good for event_set_free() only. */
bool event_file_gather(struct event_file *f, int workers, struct event_set *set, struct err *e);

/* Reads all of a file and checks everything, keeping nothing: `state verify`. */
bool event_file_verify(struct event_file *f, int workers, struct err *e);

/* Says in lines of text what is different in the plan that made a file, given today's book: rules
 * that it has not, rules that the file did not know, sources that are taken apart otherwise,
 * another window. Nothing when the two prints are equal. */
void rulebook_differences(const struct rulebook *today, const struct rulebook *then,
                          void (*line)(void *ctx, const char *text), void *ctx);

#endif
