/* shape.h - a text made into another one, piece by piece, before it is cut into blocks.
 *
 * The fast readers know three kinds of records: lines, rows of plain CSV, and JSON objects on one
 * line each. What is written in another way is brought into one of these by a shape, which is asked
 * once for each piece of the text, in its order:
 *
 *     shape_rows    CSV with totals, blanks to fill, other quoting  -> rows of plain CSV
 *     shape_json    JSON documents, arrays, lists, wrapped records  -> JSON lines
 *     shape_lines   records of several lines                        -> lines
 *     shape_wrapped lines in the log of a container or in a journal -> lines, JSON lines
 *     shape_mail    mbox, messages                                  -> JSON lines
 *     shape_xes     event logs in XES (XML)                         -> JSON lines
 *
 * What comes out does not depend on how the text was cut into pieces. What is no record becomes an
 * empty line, so that rows keep their numbers.
 *
 * Owns:    a shape owns what it remembers: less than RECORD_BYTES_MAX and a piece.
 * Threads: one at a time.
 */
#ifndef INGEST_SHAPE_H
#define INGEST_SHAPE_H

#include "ingest/csv.h"

/* What has been made and not yet taken. */
struct shaped {
    char *p;
    size_t n, room;
};
void shaped_add(struct shaped *to, struct str s);
/* Moves what belongs to the line off the front of *piece; its newline goes too. True when the line
 * is whole; else the rest of it comes with the next piece. */
bool shaped_line(struct shaped *line, struct str *piece);
static inline void shaped_byte(struct shaped *to, char c)
{
    shaped_add(to, (struct str){ &c, 1 });
}
/* s as the inside of a JSON string: quotes, backslashes and control bytes escaped; bytes that are
 * no UTF-8 become U+FFFD. */
void shaped_json_text(struct shaped *to, struct str s);

struct shape {
    /* The next piece; last: there is none after it, and piece may be empty. */
    void (*run)(struct shape *s, struct str piece, bool last, struct shaped *out);
    void (*free)(struct shape *s);
};
static inline void shape_free(struct shape *s)
{
    if (s)
        s->free(s);
}

/* Behind the header h, which must live as long. */
struct shape *shape_rows(const struct csv_rules *rules, const struct csv_header *h);
struct shape *shape_json(const struct json_rules *rules);
struct shape *shape_lines(const struct multiline_rules *rules);
struct shape *shape_mail(void);

/* Lines that another program wrapped (shape_wrapped.c); inner takes what comes out, and belongs to
 * the shape; NULL. */
enum wrapping { WRAPPED_NOT, WRAPPED_JSON, WRAPPED_MESSAGE, WRAPPED_CRI };
struct shape *shape_wrapped(enum wrapping kind, struct shape *inner);

/* By the first line of a text; its end may be cut off. */
enum wrapping wrapping_of(struct str head);
struct shape *shape_xes(void);

/* The one that a text of the source, which begins with head, needs from its first byte on; NULL:
 * none. Rows get theirs when their header is known. What is wrapped is only taken out for formats
 * that do not ask for the wrapping itself. */
struct shape *shape_of(const struct source *s, struct str head);

#endif
