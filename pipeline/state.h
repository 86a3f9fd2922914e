/* state.h - the nightly state: what was read on earlier nights, kept so that every record counts
 * exactly once.
 *
 *     state_open() -> state_select() -> ingest() -> state_commit() -> state_load() -> reports
 *
 * A folder with
 *     ledger.db     SQLite: which texts were read how far, in which segments their events are
 *     segments/     event files (event_file.h), written once and never changed
 *     lock          held by flock() while a run works; the kernel lets go when the run dies
 *
 * The commit is one SQLite transaction, which names the new segments and moves the places up to
 * which texts were read. Segments are safe on disk before it. What is in segments/ and not named in
 * the ledger never happened, and is removed by the next run. So at whatever instant a run ends, the
 * state is that of before or of after the commit.
 *
 * Owns:    a state is one folder, open and locked.
 * Threads: one, but for state_known(), which ingest calls in turn.
 */
#ifndef STATE_H
#define STATE_H

#include "event_file.h"
#include "identity/identity.h"
#include "ingest/ingest.h"

struct state;

enum state_opened {
    STATE_OPEN,
    STATE_LOCKED, /* by another run: e names its process */
    STATE_FAILED,
};

struct state_wishes {
    const char *dir;
    int64_t wait;        /* seconds to wait for another run to end */
    bool network;        /* a folder on a network file system is good, too */
    bool only_look;      /* opening changes nothing: the folder must be there */
    struct spill *spill; /* what event files become one in, and are rewritten in; NULL: the heap */
    bool imagine;        /* the same, but a folder that is not there is one that holds nothing */
};

/* Makes the folder (mode 0700) when it is missing, takes the lock, removes what a run that was
 * killed left behind. *s is NULL unless STATE_OPEN. */
enum state_opened state_open(const struct state_wishes *wishes, struct state **s, struct err *e);
void state_close(struct state *s);

/* ---- a night ---- */

/* What became of a text. */
enum fate {
    FATE_NEW,     /* read whole */
    FATE_GROWN,   /* read on from where it ended */
    FATE_AGAIN,   /* read again as a whole, in place of what was read before */
    FATE_KNOWN,   /* all of it was read before: renamed, compressed, copied */
    FATE_PART,    /* all of it is the beginning of a text that was read further */
    FATE_BARE,    /* has no records */
    FATE_PUT_OFF, /* nothing was taken tonight: see why */
    FATES
};
extern const char *const fate_names[FATES];

struct fated {
    enum fate fate;
    const char *why;      /* of FATE_PUT_OFF; also of what else should be said; NULL */
    int64_t text;         /* its number in the ledger; 0: a new one */
    uint64_t was_records; /* of FATE_AGAIN: records that were known before */
    bool waits;           /* put off until it has stood still for a night */
};

struct night {
    /* given */
    const struct plan *plan;
    const struct rulebook *book; /* of the plan */
    bool final;                  /* a last line without its newline is whole */
    const struct name_key *key;  /* with which people were forgotten; NULL: nobody was */
    bool rebuild;                /* all that can still be read is mapped again */
    int workers;
    FILE *warn;
    /* made by state_select() */
    struct inputs inputs; /* those that must be opened; the caller finds them, state_select() takes
                             out what has not changed */
    size_t found, unchanged; /* inputs */
    /* made by ingest() */
    struct read_texts texts;
    struct event_set set; /* of tonight alone; not sealed */
    /* made by state_commit() */
    struct fated *fates; /* [texts.n] */
    int64_t number;      /* of the night in the ledger; 0: nothing was to be written */
    uint64_t count[FATES];
    uint64_t bytes_read, bytes_taken, bytes_skipped, bytes_held; /* of texts that were opened */
    uint64_t records, matched, unmatched, rejected, headers, events;
    uint64_t late, beyond; /* records of earlier days, and those older than the late window */
    uint64_t damaged;      /* texts */
    size_t segments;
};
void night_free(struct night *n);

/* Takes out of n->inputs what is as it was when it was last read. */
bool state_select(struct state *s, struct night *n, struct err *e);

/* For ingest_options.known; good until state_commit(). */
const struct known_texts *state_known(struct state *s, const struct night *n);

/* Decides what became of each text, writes the segments, and commits. False with e set: nothing has
 * changed. */
bool state_commit(struct state *s, struct night *n, struct err *e);

/* Without a commit: what state_commit() would do with each text. */
void state_decide(struct state *s, struct night *n);

/* All that was ever read, as one set, which the caller seals: event_set_init() has made it. Rules
 * that the plan no longer has are added to book. */
bool state_load(struct state *s, struct rulebook *book, const struct plan *plan, int workers,
                struct event_set *set, struct err *e);

/* Events in all segments, by the ledger; for the books. */
uint64_t state_events(struct state *s);
/* How often the contents have changed: equal numbers, equal reports. */
int64_t state_changes(struct state *s);

/* Lines that say how the rules differ from those that made the segments; none: they do not. */
bool state_rules_changed(struct state *s, const struct rulebook *book,
                         void (*line)(void *ctx, const char *text), void *ctx, struct err *e);

/* Lines that name the texts whose events other rules made. */
void state_old_rules(struct state *s, const struct rulebook *book,
                     void (*line)(void *ctx, const char *text), void *ctx);

/* For the texts of each night: which rules made their events (equal texts, equal rules), and the
 * times of the earliest and latest record that was read that night; TIME_NONE: of none. */
void state_made_by(struct state *s,
                   void (*made)(void *ctx, struct str rules, int64_t first, int64_t last),
                   void *ctx);

/* ---- forgetting (docs/privacy.md) ---- */

/* Was anybody forgotten? Then night.key is needed. */
bool state_forgotten(struct state *s);

struct forgetting {
    /* given */
    const struct plan *plan;
    const struct name_key *key;
    const struct event_set *set; /* of state_load(), sealed, with its events */
    const struct customers *customers;
    uint32_t customer; /* who is forgotten; CUSTOMER_NONE: `id` alone, which nobody's events name */
    uint32_t id;
    int workers;
    /* made */
    uint64_t identifiers, events, records, segments;
};

/* Puts the person's identifiers on the list, as keyed hashes, and writes the segments anew that
 * hold records of theirs: segments first, then one transaction, as state_commit() does. False with
 * e set: nothing has changed. */
bool state_forget(struct state *s, struct forgetting *f, struct err *e);

/* ---- compaction ---- */

struct compacting {
    /* given */
    int64_t before; /* calendar months (UTC, of when a night ran) that were over before the month in
                       which this time lies; INT64_MAX: all, the running one too */
    int workers;
    /* made: so many event files became so many */
    uint64_t before_files, after_files;
};

/* The event files of a month's nights become one for each set of rules that made them. Reports say
 * the same before and after, byte for byte. Each new file is safe on disk before one transaction
 * names it in place of the old ones. False with e set: what was not done yet has not changed. */
bool state_compact(struct state *s, struct compacting *wish, struct err *e);
/* ---- what is too old (docs/nightly.md) ---- */

struct dropped {
    uint64_t records, events;
};

/* Takes records from before the limit out of the state, in a commit of its own: segments first,
 * then one transaction. Nothing old: nothing is written but, once, how old each segment is. False
 * with e set: nothing has changed. */
bool state_drop_old(struct state *s, const struct plan *plan, int64_t limit, int workers,
                    struct dropped *dropped, struct err *e);

/* ---- reports ---- */

/* The folder of the last report made for the same contents and wishes below `out`, if it is still
 * there: nothing is to be done then. Lives in a; empty: none. */
struct str state_report_is_there(struct state *s, const char *out, struct str wishes,
                                 struct arena *a);

/* Where the next report is written: a fresh folder below out. Leftovers of killed runs are removed.
 * The paths live in a. */
struct report_place {
    struct str temporary, name, final;
};
bool state_report_begin(struct state *s, const char *out, int64_t now, const struct zone *zone,
                        struct arena *a, struct report_place *place, struct err *e);
/* Gives it its name, switches `latest` to it, and removes all but the newest `keep` of this state
 * (0: all are kept). */
bool state_report_end(struct state *s, const char *out, struct str wishes, int64_t keep,
                      const struct report_place *place, struct err *e);

/* ---- maps that are kept (docs/review.md) ---- */

/* Keeps the map of the report that is about to get its place, for ever: --keep and `keep:` do not
 * touch it. One of the same place takes the place of the old one. Trouble is told by
 * state_report_end(). */
void state_keep_map(struct state *s, const char *out, const struct report_place *place,
                    int64_t journeys, struct str scope, struct str csv);
/* The text of the map of that name, the newest when several folders had one, in memory of a. Empty:
 * there is none; then *nearest is the newest of those before it by name, or empty. */
struct str state_map(struct state *s, struct str name, struct str *nearest, struct arena *a);

/* Sums over the nights since the last report, for its digest. */
struct since_report {
    uint64_t nights, events, records, late, beyond;
    int64_t first, last; /* their numbers */
};
void state_since_report(struct state *s, const char *out, struct since_report *sums);

/* ---- for people ---- */

bool state_list(struct state *s, const struct zone *zone, FILE *to, struct err *e);
/* Checks every checksum and the books: each fault is a line on `to`; *faults counts them. */
bool state_verify(struct state *s, int workers, FILE *to, size_t *faults, struct err *e);

#endif
