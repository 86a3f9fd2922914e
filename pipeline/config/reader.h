/* reader.h - how a format's texts are taken apart into records: what the keys `reader`, `encoding`,
 * `member`, `csv`, `json` and `multiline` of a format say.
 *
 * Owns:    nothing; all of it lies in the plan.
 * Threads: const.
 */
#ifndef CONFIG_READER_H
#define CONFIG_READER_H

#include "base/regex.h"

enum reader_kind {
    READER_LINES,
    READER_CSV,
    READER_JSON_LINES,
    READER_JSON, /* `json-document`: is made into JSON lines while it is read (shape.h) */
    READER_MAIL, /* mbox and single messages: the same */
    READER_XES,  /* event logs in XML: the same */
};

/* Do the blocks of this reader hold JSON lines? */
static inline bool reader_gives_json(enum reader_kind kind)
{
    return kind == READER_JSON_LINES || kind == READER_JSON || kind == READER_MAIL ||
           kind == READER_XES;
}

/* ---- csv ---- */

/* Of several header rows, which one names a column. */
enum header_join {
    HEADER_FIRST,
    HEADER_LAST, /* the last row that has a text there */
    HEADER_BOTH, /* "first - second"; a blank of the first row goes on with the name before it */
};

struct csv_rules {
    char delimiter;    /* 0: found from the header, one of , ; tab | */
    bool header;       /* a record names the columns */
    struct str *names; /* when there is no header */
    size_t nnames;

    /* where the header stands */
    struct str prefix;           /* the file begins so, or it is of another system; empty */
    struct str unnamed;          /* the name of the first column whose cell is blank; empty: none */
    size_t skip;                 /* lines before it */
    const struct regex *skip_to; /* it is the first line that fits; NULL */
    struct str comment;          /* lines before it that begin so are stepped over; empty: none */
    bool find;                   /* it is the first row that has all columns of `recognise` */
    unsigned header_rows;        /* 1 to HEADER_ROWS_MAX */
    enum header_join header_join;
    struct str *header_from; /* other files or members whose first row is the header (aside.h) */
    size_t nheader_from;
    struct str fields_line; /* "#Fields:": lines that begin so name the columns of those after them,
                               and other lines that begin with the same byte say nothing; empty:
                               none */
    struct str date_line;   /* "#Date:": those that begin so tell the date of rows without a column
                               "date"; empty: none does */

    /* what is a row */
    bool ragged;        /* it may have more or fewer cells than the header */
    bool no_quotes;     /* a quote is a byte like others */
    bool backslash;     /* a backslash takes the byte after it as it is; only with no_quotes */
    bool apostrophes;   /* one before = + - @ or a digit goes */
    bool join_repeated; /* columns of one name are one column, their values joined */
    const struct regex *drop;   /* rows that fit are no records; NULL */
    const struct regex *footer; /* the same, and all that follows; NULL */
    struct str fill_key;        /* rows with one value here ... */
    struct str *fill;           /* ... hand down the values of these columns to later blank ones */
    size_t nfill;
};

enum { HEADER_ROWS_MAX = 3 };

/* Must rows be written anew before they are cut into blocks (shape.h)? */
static inline bool csv_wants_shape(const struct csv_rules *r)
{
    return r->drop || r->footer || r->no_quotes || r->join_repeated || r->nfill;
}

/* ---- json ---- */

struct json_list { /* [{"key": k, "value": v}, ...] is read as {k: v, ...} */
    struct str field, key, value;
};

struct json_rules {
    struct str *records; /* keys that lead to the array of records, outermost first; "*": each
                            element of an array. Of none: each value is a record, and each element
                            of an array */
    size_t nrecords;
    struct str each;   /* one record for each element of this array, with the fields around it */
    struct str unwrap; /* a string that holds the true record as JSON; empty: none */
    struct json_list *lists;
    size_t nlists;
    struct str prefix; /* what stands before the JSON begins so: window.YTD */
};

/* ---- lines of one record ---- */

struct multiline_rules {
    const struct regex *start; /* a line that fits begins a record; NULL */
    const struct regex *end;   /* a line that fits ends one; NULL */
    struct str join;           /* stands where a newline stood */
};

#endif
