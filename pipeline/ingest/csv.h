/* csv.h - CSV to a batch: RFC 4180, any one-byte delimiter, quotes doubled inside quotes, newlines
 * inside quotes.
 *
 * A name in the project fits a column when both are the same after csv_name(): lower case, runs of
 * anything but letters, digits and bytes >= 0x80 as one `_`, none at the ends; a name that has
 * nothing else, such as "#", stays as it is.
 *
 * A record ends at LF, CR LF or the end of the text. A quote opens a quoted field only as the first
 * byte of the field; inside any other field it is a byte like others. Text between a closing quote
 * and the next delimiter makes a bad record, which ends where it would end without the quotes'
 * meaning from there on (as Python's csv module has it). An empty line is blank, no record.
 * Owns:    nothing; fields are slices of the text, or of the arena where quotes were doubled.
 * Threads: pure, but for the batch.
 */
#ifndef INGEST_CSV_H
#define INGEST_CSV_H

#include "config/plan.h"
#include "ingest/batch.h"

/* Of one file: which column of it goes to which column of the batch. Const once made. */
struct csv_header {
    char delimiter;
    size_t ncolumns;         /* in the file */
    int32_t *column;         /* [ncolumns] -> column of the batch, or -1 */
    struct str *names;       /* [ncolumns] as written, for messages */
    struct str *keys;        /* [ncolumns] in their normal form, for the text of a whole record */
    struct csv_copy *copies; /* columns that the project names twice */
    size_t ncopies;
    bool ragged;      /* rows may have more or fewer cells */
    bool apostrophes; /* those before = + - @ and digits go */
    uint64_t records; /* that the header and what stands before it are: lines or rows */
};
struct csv_copy { /* columns of the batch */
    uint32_t from, to;
};

/* Reads the header where the format says that it stands in `head`, the look at a text (block.h)
 * (or takes the format's names, when it has no header); takes memory from a. *used gets the length
 * in bytes of all up to and with the header, and its newline. A first line `sep=;` says the
 * delimiter. False with e set: no header, a repeated name that the project asks for, or a column
 * that the project needs for time or for every identifier is missing: the message names it and the
 * columns that are there. */
bool csv_header_read(struct csv_header *h, const struct source *source, struct str head,
                     struct arena *a, size_t *used, struct err *e);

/* For csv_header_read(): steps over what stands before the header, and, unless fields is NULL, over
 * the header itself, whose names go there; fills h->delimiter, ncolumns and records. */
bool csv_find_header(struct csv_header *h, const struct format *f, struct str head, struct arena *a,
                     size_t *used, struct str **fields, struct err *e);

/* The same with the header's text given: of a format whose header stands elsewhere (header_from),
 * or of the names behind "#Fields:". */
bool csv_header_take(struct csv_header *h, const struct source *source, struct str header,
                     struct arena *a, struct err *e);

/* All records of text, numbered from `number`, blank lines too. Fewer or more fields than the
 * header has: REJECT_LAYOUT with the detail "number of fields differs from the header's"; a quote
 * that never ends and text after a closing quote likewise. Fills match_text when out wants it. */
void csv_split(const struct csv_header *h, struct str text, uint64_t number, struct batch *out,
               uint64_t *blank);

/* Takes one record off the front of *rest, which is not empty: its fields into fields (at most max;
 * *n is the number found), unescaped into a where needed. False when a quote never ends or text
 * follows a closing quote. *raw is the record without its newline. An empty line is one empty
 * field. */
bool csv_record(struct str *rest, char delimiter, struct str *fields, size_t max, size_t *n,
                struct str *raw, struct arena *a);

/* Where records end in a piece of a text, without taking it apart: the very borders that
 * csv_split() finds, which counting quotes would not give (5" is no quote). For cutting a text into
 * blocks. */
enum csv_place {                  /* of the byte after the piece */
                 CSV_FIELD_START, /* as at the start of a record */
                 CSV_FIELD,
                 CSV_QUOTED,    /* inside quotes */
                 CSV_QUOTE_SEEN /* after a quote inside quotes, which closes them or is the first of
                                   two */
};
struct csv_borders {
    uint64_t n;  /* newlines that end a record */
    size_t last; /* bytes up to and with the last of them; 0: none */
    enum csv_place place;
};
struct csv_borders csv_borders(struct str text, char delimiter, enum csv_place place);
/* Bytes up to and with the first newline that ends a record, *place is CSV_FIELD_START then; 0 when
 * there is none, and *place is brought up to date. */
size_t csv_first_border(struct str text, char delimiter, enum csv_place *place);

/* The normal form of a column name, into a. */
struct str csv_name(struct str name, struct arena *a);

/* , ; tab or |: the one that occurs most outside quotes in the first record; ',' when none does. */
char csv_delimiter(struct str head);

#endif
