/* event_sections.h - what the writer and the reader of event files share: sections, and how each
 * kind of them becomes bytes. Only for event_*.c. docs/event-files.md is the same for people.
 *
 *     head     "TPEVENTS", version, 0
 *     section  kind, rows, length of the payload; payload; XXH3-64 of all before
 *     ...
 *     section  SECTION_END: totals, and where every other section stands, with its checksum
 *     tail     where SECTION_END stands, its length; XXH3-64 of the two; "TPEVENTE"
 */
#ifndef EVENT_SECTIONS_H
#define EVENT_SECTIONS_H

#include "event_columns.h"
#include "event_file.h"

#define EVENT_FILE_MAGIC "TPEVENTS"
#define EVENT_FILE_END "TPEVENTE"
enum { HEAD_BYTES = 16, TAIL_BYTES = 32, SECTION_HEAD_BYTES = 16, CHECK_BYTES = 8 };

/* In this order in the file, but for SECTION_END, which is last; those with rows may be several,
 * the others are one each. */
enum section_kind {
    SECTION_BOOK = 1,    /* struct rulebook */
    SECTION_FILES,       /* the books of input files; rows are files */
    SECTION_TOUCHPOINTS, /* names, by bytes; and which is the usual one of each rule */
    SECTION_IDS,         /* by XXH3-64, so that equal identifiers are near in all files */
    SECTION_WHOS,        /* by their strongest identifier */
    SECTION_ATTRS,       /* in the order in which events need them; number 0 is not written */
    SECTION_CLOCKS,      /* struct clocks */
    SECTION_EVENTS,      /* by strongest identifier, time, origin, rule */
    SECTION_END,
    SECTION_METRICS, /* by input file, day, what they are sums of; none when there are no metrics */
    SECTION_EXCLUDING = 12, /* rules that exclude; none when there are no such rules */
    SECTION_REPEATS = 13,   /* keys of records, by input file and record; only those asked for */
    SECTION_FILLED = 14,    /* which columns of each input file hold something; none when nobody
                               looked */
    SECTION_KINDS,
};
extern const char *const section_names[SECTION_KINDS];

enum {
    BLOCK_ROWS = COLUMN_ROWS_MAX,
    BLOCK_TEXT_BYTES = 4 << 20, /* a block of texts ends when it has as many */
    TEXT_BYTES_MAX = 16 << 20,  /* of one identifier, one list of attributes, or what a sum is of */
};
#define EVENT_TIME_MOST (INT64_C(1) << 59) /* microseconds from 1970, either way: 18,000 years */

/* ---- small sections: event_books.c ---- */

void put_book(struct bytes *to, const struct rulebook *book);
/* Texts are copied into book->arena. */
void get_book(struct cursor *c, struct rulebook *book);

/* How many rules of the book exclude, and which, as what. */
size_t count_excluding(const struct rulebook *book);
void put_excluding(struct bytes *to, const struct rulebook *book);
void get_excluding(struct cursor *c, size_t rows, struct rulebook *book);

void put_files(struct bytes *to, const struct input_file *files, size_t n, size_t nrules);
/* n files into files, which are zeros; what they point to into a. */
void get_files(struct cursor *c, struct input_file *files, size_t n, size_t nrules, size_t nsources,
               struct arena *a);

/* event_filled.h of the same files, in their order. */
void put_filled(struct bytes *to, const struct input_file *files, size_t n);
void get_filled(struct cursor *c, struct input_file *files, size_t n, struct arena *a);

/* ---- sums of rows without a person: event_file_metrics.c ---- */

/* The numbers of all keys of m, in the order of the file; malloced. */
uint32_t *metrics_order(const struct metrics *m);
/* Rows of order[first] and those behind it, as many as go into a section; how many. files are those
 * of the set, which are in the order of the file. 0: the next one is longer than a file can hold.
 */
size_t put_metrics(struct bytes *to, const struct metrics *m, const struct input_file *files,
                   const uint32_t *order, size_t first);

/* ---- keys of records: event_file_repeats.c ---- */

/* Rows from `first` on of a settled list, as many as go into a section; how many. */
size_t put_repeats(struct bytes *to, const struct repeats *r, size_t first);

/* ---- when records were written: event_clocks.c ---- */

/* In a log, time and number of a record go up together; so the number is told as what it differs
 * by from the number that its time lets expect. A clock says for one input file which record was
 * the first at each of its ticks, 2^shift microseconds apart; in between the line is straight. */
struct clock {
    int64_t begin;
    uint32_t shift;
    uint32_t ticks;   /* spans between ticks: starts has one more. 0: no events */
    uint64_t *starts; /* ascending */
};
struct clocks {
    struct clock *list; /* [n] a clock an input file */
    size_t n;
    uint64_t *starts; /* of all */
    /* Of clocks_make(): times of the earliest and latest event, TIME_NONE when there is none. */
    int64_t first, last;
};

void clocks_make(const struct event_set *set, struct clocks *clocks);
void clocks_free(struct clocks *clocks);
void put_clocks(struct packer *p, struct bytes *to, const struct clocks *clocks);
/* events: how many there are in the file. When the cursor is bad the clocks are good for
 * clocks_free() only. */
void get_clocks(struct packer *p, struct cursor *c, struct clocks *clocks, size_t nfiles,
                uint64_t events);

/* The record that time lets expect; false when it is outside the clock. */
static inline bool clock_expects(const struct clock *k, int64_t time, uint64_t *record)
{
    uint64_t since = (uint64_t)time - (uint64_t)k->begin, tick = since >> k->shift;
    if (time < k->begin || tick >= k->ticks)
        return false;
    uint64_t step = k->starts[tick + 1] - k->starts[tick];
    uint64_t part = since - (tick << k->shift);
    /* Both factors fit 64 bits: records have 40 bits, the part is cut down to 20. */
    unsigned fine = k->shift < 20 ? k->shift : 20;
    *record = k->starts[tick] + ((step * (part >> (k->shift - fine))) >> fine);
    return true;
}

/* ---- events: event_rows.c ---- */

/* How numbers of a set become those of a file. */
struct rows_out {
    const struct clocks *clocks;
    const uint32_t *who, *touch, *attrs; /* by the set's number */
    const uint32_t *usual;               /* [nrules] the touchpoint, by the file's number */
    uint32_t ntouch;                     /* stands for TOUCH_NONE */
};
/* attrs_next is how many lists of attributes the rows before it have named. */
void put_rows(struct packer *p, struct bytes *to, const struct rows_out *out,
              const struct event *events, size_t n, uint32_t attrs_next);

/* How those of a file become those of a set. */
struct rows_in {
    const struct clocks *clocks;
    const uint32_t *who, *touch, *attrs; /* by the file's number */
    const uint32_t *usual;
    const uint16_t *rule;
    uint32_t nwhos, ntouch, nattrs, nrules;
    size_t file; /* the first of its files in the set */
};
void get_rows(struct packer *p, struct cursor *c, const struct rows_in *in, struct event *events,
              size_t n);

#endif
