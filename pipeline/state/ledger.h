/* ledger.h - the state's inside: what the files of this folder share.
 *
 * Tables of ledger.db, for people who ask it themselves (docs/nightly.md):
 *   about    one row: version, changes (counts commits that change what a report says), newest
 *   night    every commit: when, by which program and rules, its sums
 *   segment  event files: name, bytes, checksum, the newest night of which it holds something
 *   text     a text that was read: source, how far, the hash of its head, what was wrong with it
 *   mark     places in a text where a reading ended, with the hash of all before
 *   piece    the part of a text that a night read, with its counts; its events are in a segment
 *   input    a file as it was when it was last opened; unchanged: it need not be opened
 *   name     what a text is called now, once for each input that holds it
 *   bare     texts without records, which have no events to be kept
 *   report   folders of reports
 *   map      their maps, as CSV: maps.c
 *   oldest, dropped   what is too old to be kept: keep.c
 */
#ifndef STATE_LEDGER_H
#define STATE_LEDGER_H

#include "state.h"
#include "state/sql.h"

enum { LEDGER_VERSION = 1, LEAD_BYTES = 64 };

struct state {
    struct arena arena;
    struct str dir, segments; /* folders */
    struct sql *db;
    int lock;
    bool only_look;
    struct spill *spill; /* of the caller; may be NULL */
    struct known_texts known;
    const struct night *night; /* whom known answers */
};

/* What a file system of this type (statfs(2)) is called when locks on it cannot be relied upon;
 * NULL: a local one. */
const char *network_kind(unsigned long type);

/* Opens ledger.db and makes its tables. */
bool ledger_open(struct state *s, struct err *e);

/* An empty ledger that is nowhere. */
struct sql *ledger_imagine(struct err *e);

/* Stands for the first bytes of a text whose head is not kept (it is empty then), because somebody
 * was forgotten who may be named there: their hash, in memory of a. */
struct str lead_hidden(struct str lead, struct arena *a);

/* Removes what no row names. */
bool segments_sweep(struct state *s, struct err *e);
/* The names of all segments. The list is the caller's, to free(). */
struct str *segment_names(struct state *s, size_t *n, struct arena *a);
struct str segment_path(const struct state *s, struct str name, struct arena *a);

/* A segment that is safe on disk under its name, but not named in the ledger yet. */
struct segment {
    struct str name;
    uint64_t bytes, events;
    struct print print;
};
/* What segment `number` of a night is called, in memory of a. */
struct str segment_name(int64_t night, size_t number, struct arena *a);
/* Writes a set, which is not sealed, as segment `number` of the night. */
bool segment_write(struct state *s, struct event_set *set, const struct rulebook *book,
                   int64_t night, size_t number, int workers, struct arena *a, struct segment *out,
                   struct err *e);

/* The name row's key of an input; 0: the ledger has none. */
int64_t ledger_input(struct state *s, struct str source, const struct input *input);

/* Is a file that has this state likely to show it when it is written to again? Not when it was
 * changed this very moment, as clocks of file systems are coarse. */
bool file_state_settled(const struct file_state *file, int64_t now_ns);
int64_t now_ns(void);

#endif
