/* event.h - the waist: everything left of it knows bytes, everything right of it knows customers.
 *
 * An event set is what ingest hands over: events, the texts that they refer to by number, and the
 * books of every input file. Workers fill one each; event_set_merge() makes one of them, and
 * event_set_seal() gives it the order and the numbers that do not depend on who did what. Owns: an
 * event set owns all that it points to. Threads: one writer a set; a sealed set is const.
 */
#ifndef EVENT_H
#define EVENT_H

#include "base/err.h"
#include "base/intern.h"
#include "base/spill.h"
#include "event_filled.h"
#include "event_metrics.h"
#include "event_repeats.h"

/* ---- identifiers ---- */

/* Strongest first (definitions.md 3, A62). */
enum id_kind {
    ID_USER,
    ID_EMAIL,
    ID_PHONE,
    ID_ACCOUNT,
    ID_ORDER,
    ID_TICKET,
    ID_MESSAGE,
    ID_COOKIE,
    ID_VISITOR,
    ID_GROUP, /* a company or household: of many persons, tells no one of them */
    ID_KINDS
};
extern const char *const id_kind_names[ID_KINDS]; /* "user", "email", ... */
int id_kind_find(struct str name);                /* -1 when there is no such kind */

/* What makes one customer of those that were seen with it. Visitors belong to somebody at most, and
 * a group to nobody. */
static inline bool id_kind_joins(enum id_kind kind)
{
    return kind < ID_VISITOR;
}

/* ---- attributes ---- */

enum attr {
    ATTR_VALUE,
    ATTR_SCORE,
    ATTR_EMOTION,
    ATTR_CAMPAIGN,
    ATTR_CONTENT,
    ATTR_KEYWORD,
    ATTR_ITEM,
    ATTR_REFERENCE,
    ATTR_MARKETING_CHANNEL, /* by which the customer came, of events that tell (docs/channels.md) */
    ATTR_MEDIUM,
    ATTR_REFERRER, /* the site, or the source of the campaign */
    ATTR_DEVICE,
    ATTR_BROWSER,
    ATTRS
};
extern const char *const attr_names[ATTRS];
int attr_find(struct str name);

/* ---- events ---- */

enum event_flag {
    EVENT_COARSE = 1, /* its time is a date only */
};

struct event {
    int64_t time;    /* microseconds UTC; TIME_ALWAYS of a link that has none */
    uint64_t origin; /* file << ORIGIN_RECORD_BITS | record; after sealing, file is the file's place
                        in the order */
    uint32_t who;    /* number in event_set.whos: the identifiers seen in its record */
    uint32_t touch;  /* number in event_set.touchpoints; TOUCH_NONE: its record is no touchpoint, it
                        only says who is who (`link:`) */
    uint32_t attrs;  /* number in event_set.attrs; 0 is "none" */
    uint16_t rule;   /* index in plan.rules */
    uint8_t flags;   /* enum event_flag */
    uint8_t spare;
};

enum { ORIGIN_RECORD_BITS = 40 };
#define TOUCH_NONE UINT32_MAX
#define TIME_ALWAYS (-(INT64_C(1) << 59)) /* of a link without a time: before all others */

/* The number of a touchpoint where touchpoints have got other numbers. */
static inline uint32_t touch_renumber(const uint32_t *number, uint32_t touch)
{
    return touch == TOUCH_NONE ? TOUCH_NONE : number[touch];
}

static inline uint32_t event_file(const struct event *e)
{
    return (uint32_t)(e->origin >> ORIGIN_RECORD_BITS);
}

/* The record's number in its file, from 1. */
static inline uint64_t event_record(const struct event *e)
{
    return e->origin & ((UINT64_C(1) << ORIGIN_RECORD_BITS) - 1);
}

/* ---- the books of an input file ---- */

/* Whose records are no customer's: `exclude:` of a rule. Event files hold these numbers. */
enum excluded {
    EXCLUDED_NOT,
    EXCLUDED_CRAWLER, /* search engines, archives, training of models */
    EXCLUDED_MONITOR, /* is the service up */
    EXCLUDED_PREVIEW, /* a chat or social network shows what is behind a link */
    EXCLUDED_SCANNER, /* a mail filter opens and clicks before the addressee does; scans for holes
                       */
    EXCLUDED_LIBRARY, /* programs, not browsers */
    EXCLUDED_STAFF,
    EXCLUDED_TEST,
    EXCLUDED_OTHER,
    EXCLUDED_CLASSES
};
extern const char *const excluded_names[EXCLUDED_CLASSES + 1]; /* "", "crawler", ..., NULL */

/* Why a record became no event although nothing is wrong with the program. */
enum reject {
    REJECT_LAYOUT,        /* does not fit the format */
    REJECT_TOO_LONG,      /* longer than RECORD_BYTES_MAX */
    REJECT_TIME,          /* its time cannot be read, or is missing */
    REJECT_NO_IDENTIFIER, /* a rule wants it, but it names nobody */
    REJECT_ABSURD,        /* its time is before 1970 */
    REJECT_FUTURE,        /* its time is more than a day after the last change of its file */
    REJECT_WINDOW,        /* outside --since and --until */
    REJECT_DUPLICATE,     /* its file was read already under another name */
    REJECT_JOINED, /* no record of its own: a line that belongs to a message told by other lines */
    REJECT_CUT,    /* the last record of a damaged file, cut short by the damage */
    REJECT_FORGOTTEN, /* it named a person whom `touchpath forget` removed */
    REJECT_EXCLUDED,  /* a machine, or staff: a rule with `exclude` took it */
    REJECT_REPEATED,  /* the same record was read before: `duplicates` */
    REJECTS,
    SAMPLE_UNMATCHED = REJECTS, /* only of samples: fits its format, but no rule */
};
extern const char *const reject_names[REJECTS + 1]; /* "does not fit the format", ... */

struct reject_sample {
    uint64_t record;
    enum reject why;
    struct str detail; /* may be empty */
    struct str text;   /* the first REJECT_TEXT_BYTES of the record */
};

struct input_file {
    struct str name;    /* as found: path, or path!member */
    uint32_t source;    /* index in plan.sources */
    uint32_t place;     /* after sealing: its place in the order of all files */
    uint64_t bytes;     /* after decompression */
    uint64_t records;   /* = matched + unmatched + all rejected */
    uint64_t matched;   /* records that gave at least one event, or metrics */
    uint64_t metrics;   /* of those, records that gave metrics */
    uint64_t unmatched; /* records that fit the format but no rule */
    uint64_t rejected[REJECTS];
    uint64_t headers;    /* records that only name columns; not in records */
    int64_t first, last; /* time of its earliest and latest record, TIME_NONE when none was read */
    int64_t
        first_event; /* time of the first record, in file order, that gave an event; TIME_NONE */
    uint64_t first_event_record;
    uint64_t head_hash;     /* of its first 4096 decompressed bytes */
    uint64_t whole_hash[2]; /* of all of them, 128 bits; zeros when they are not known, which equals
                               no other file */
    uint64_t piece_of[2];   /* the same in all pieces of a file that is read bit by bit while it
                               grows;   zeros: not a piece. See event_set_join_pieces(). */
    uint64_t
        first_byte; /* of a piece: how many bytes and records of the file lie before it. Both */
    uint64_t first_record; /* hashes are then of the file from its beginning to the piece's end. */
    bool duplicate; /* the same bytes as another file of its source: its events were dropped */
    struct str
        damage; /* what was wrong with the file, and where; empty when it was read to its end */
    uint64_t *rule_events; /* [plan.nrules] events of each rule, of one that excludes: records;
                              NULL when none */
    uint64_t *rule_limits; /* [plan.nrules] records on which a pattern of the rule gave up; NULL
                              when none */
    struct reject_sample
        *samples; /* by reason, then record; at most REJECTS_SHOWN of each reason */
    size_t nsamples;
    uint64_t
        unmatched_shown; /* while reading: the last record among the samples that fit no rule */
    uint8_t *columns;    /* while reading: [ncolumns of its source] enum column_state; NULL */
    struct str filled;   /* which of its columns hold something: event_filled.h */
};

/* Adds from's counts and times to into; not what belongs to a rule, nor samples. */
void input_file_add(struct input_file *into, const struct input_file *from);

/* ---- the set ---- */

/* What the texts behind the numbers are:
 *   touchpoints  names
 *   ids          a byte of enum id_kind, then the normalised value
 *   whos         numbers in ids, 4 bytes each in the machine's order, ascending, no number twice
 *   attrs        for each attribute, ascending: a byte of enum attr, 4 bytes of length, the text.
 * Number 0 is the empty list. */
struct event_set {
    struct event *events;
    size_t n, room;
    struct intern touchpoints, ids, whos, attrs;
    struct metrics metrics;   /* of rows without a person */
    struct repeats repeats;   /* keys of records that may have been read twice */
    struct input_file *files; /* [nfiles], from malloc; of a worker's own set: NULL, the books are
                                 kept elsewhere until the join */
    size_t nfiles;
    uint64_t outside;   /* events that a window took out after they had been read */
    struct arena arena; /* what files point to */
    struct spill *spill; /* what grows with events is taken from it; NULL: the heap */
    bool sealed;
};

/* Number 0 of attrs is made here. */
void event_set_init(struct event_set *set);
void event_set_free(struct event_set *set);
/* Right after event_set_init(): the set may be larger than memory (base/spill.h). spill, which may
 * be NULL, must live longer than the set. */
void event_set_spill(struct event_set *set, struct spill *spill);

void event_set_add(struct event_set *set, const struct event *e);

/* Moves all of part's events into set, renumbered; part, which has no files and the set's spill, is
 * as event_set_free() leaves it. In any order of parts the sealed set says the same; the numbers of ids, whos and attrs
 * and the order of events may differ, so nothing that is written may depend on them. */
void event_set_merge(struct event_set *set, struct event_set *part);

/* Takes files out of the set, with their events and metrics; the others keep their order.
 * drop[nfiles]. */
void event_set_drop_files(struct event_set *set, const bool *drop);
/* Moves one file of the set, with its events and metrics, to `out`, which event_set_init() has
 * made: its only file there. What it points to still belongs to set. */
void event_set_take_file(struct event_set *set, uint32_t file, struct event_set *out);

/* Lets go of all texts that no event names: identifiers, touchpoints, attributes, and keys of
 * records without events. The others get new numbers. */
void event_set_keep_named(struct event_set *set);

/* Sorts the files as event_set_seal() does, and gives events the new numbers of their files. */
void event_set_order_files(struct event_set *set, int workers);

/* Makes one file of all pieces of an input file (same source and piece_of), so that the set says
 * what it would if the file had been read at once, when its last piece was. Records are numbered
 * from the beginning of the file in every piece. Counts and metrics are added; rejects and samples
 * too; name, hashes and damage are those of the last piece, the one with the highest first_byte.
 * nrules is the length of rule_events and rule_limits. A gap between pieces is allowed (the nights
 * between are not asked for); two pieces that hold the same bytes are not: false with e set. */
bool event_set_join_pieces(struct event_set *set, size_t nrules, struct err *e);

/* Gives the set the form that depends on its contents alone:
 *  - files are sorted by source, time of their first event (those without one last), head hash,
 *    whole hash, name (A55): files[place].place == place;
 *  - a file with the same bytes as an earlier one of its source is a duplicate: its events go, its
 *    records that gave events or fitted no rule count as REJECT_DUPLICATE, its rule_events and
 *    rule_limits are NULL. Empty files are no duplicates;
 *  - event.origin holds the place instead of the file's index;
 *  - of records read twice (event_repeats.h), by the policies[nsources] of the sources, one counts;
 *  - touchpoints are renumbered by name; past TOUCHPOINTS_MAX the rarest become
 *    (other), but for those in keep.
 * Events themselves are not sorted: event_order.h does that, by customer, and takes them out of
 * the set (n is 0 from then on). */
void event_set_seal(struct event_set *set, const struct intern *keep, int workers);
/* policies may be NULL: all records count. */
void event_set_seal_with(struct event_set *set, const struct intern *keep, const uint8_t *policies,
                         size_t nsources, int workers);

/* The number of a touchpoint in a sealed set; a new one gets its place in the order of names, and
 * all events their new numbers. */
uint32_t event_set_know_touchpoint(struct event_set *set, struct str name);

/* The identifiers of a who: kind and value of the i-th. */
size_t who_size(const struct event_set *set, uint32_t who);
uint32_t who_id(const struct event_set *set, uint32_t who, size_t i);
enum id_kind id_kind_of(const struct event_set *set, uint32_t id);
struct str id_value(const struct event_set *set, uint32_t id);

/* The text of attribute a of the list; p is NULL when it is not there. */
struct str attrs_text(const struct event_set *set, uint32_t attrs, enum attr a);
/* The same as millionths; false when it is not there or is no number. */
bool attrs_micros(const struct event_set *set, uint32_t attrs, enum attr a, int64_t *micros);

/* The file at a place of the order (place = event_file(e) of a sealed set). */
const struct input_file *event_set_file(const struct event_set *set, uint32_t place);

#endif
