/* known.h - which texts were read on earlier nights, and what became of each text in this one.
 *
 * A text is known by its bytes: by its head, and by marks, which are places in it where a reading
 * ended, with a hash of all bytes before them. Ingest asks for the marks of every text that begins
 * as this one does, reads on to them, and compares. So name, folder, inode and compression mean
 * nothing, and what was compared and what is read are bytes of the same open file.
 *
 * A text that passes the last mark of a known one is that text, grown: it is read from there on.
 * Where earlier records are needed (source.ordered) or the bytes cannot be had twice (standard
 * input) it is read from its beginning, and the caller drops what it had of the text.
 *
 * A last record without its newline is not taken, unless the text cannot grow (it comes out of a
 * compressed file or an archive) or `final` is set.
 *
 * Owns:    the asked give marks from malloc; ingest frees them, but for those in struct read_text.
 * Threads: find() is called by all workers, in turn.
 */
#ifndef INGEST_KNOWN_H
#define INGEST_KNOWN_H

#include "ingest/block.h"
#include "ingest/inputs.h"

struct known_texts {
    void *ctx;
    bool final; /* a last record without a newline is whole */
    /* The marks of all texts of the input's source that begin with head, or whose beginning head
     * is: ascending by bytes. head: the first HEAD_BYTES of the text, or all of a shorter one.
     * *whole: read it from its beginning although it is known. From malloc; NULL: none. */
    struct mark *(*find)(void *ctx, const struct input *input, struct str head, size_t *n,
                         bool *whole);
};

/* What was read of one text. */
struct read_text {
    struct str name;
    size_t input; /* in inputs.list */
    uint32_t source;
    uint32_t ordinal; /* of the texts of its input, from 1 */
    struct file_state file;
    bool packed;    /* out of a compressed file or an archive */
    bool shaped;    /* decoded or shaped (shape.h): read from its beginning each time */
    bool missing;   /* there was no such file when it was to be opened; damage says so */
    bool rewritten; /* cut down or written anew while it was read: what was read means nothing */
    bool loose_end; /* the last record that was taken has no newline at its end */
    uint64_t start, start_record; /* it was read from here on; the records before it */
    uint64_t bytes, records; /* read up to here: all records that were taken, or known, lie before;
                                lines of headers and blank ones count as records */
    uint64_t held;           /* bytes after that, of a record that has no end yet */
    uint64_t hash[2];        /* of all bytes before that place */
    struct str head;         /* the first HEAD_BYTES of them */
    struct mark *marks;      /* as found, each with what came out; from malloc */
    size_t nmarks;
    struct str damage; /* empty: none */
    uint32_t set_file; /* its number among the files of the set; UINT32_MAX: nothing was new */
};

/* All texts of all inputs. Starts as all zeros. */
struct read_texts {
    struct arena arena;
    struct read_text *list;
    size_t n;
};
void read_texts_free(struct read_texts *r);

#endif
