/* resume.h - from where on a text is read that may have been read before; see known.h.
 *
 * Threads: a text belongs to who holds its input.
 */
#ifndef INGEST_RESUME_H
#define INGEST_RESUME_H

#include "ingest/known.h"

/* Of a text while it is read. */
struct resume {
    struct mark *marks; /* from malloc; of the reading once it is made */
    size_t nmarks;
    struct str head; /* lives in the feed */
    struct file_state file;
    const struct mark *from; /* a second look: this mark is the one to skip to; NULL: the last */
    bool whole;              /* it is mapped from its beginning, and marks are only compared */
    bool packed, rewritten, loose_end, shaped;
    uint64_t start, start_record; /* bytes and records before what is mapped */
    uint64_t records, held;
    bool nothing; /* nothing was new: no books of it */
};

enum resume_how {
    RESUME_MAP,     /* blocks may be taken */
    RESUME_NOTHING, /* the text ended at a mark: all of it is known */
    RESUME_AGAIN,   /* it is another text after all: open it again, and call again */
};

/* Has the marks in r compared; before anything of the text is left out or given out. */
void resume_watch(struct resume *r, struct cutter *c);

/* With marks watched, and the cutter at the beginning of the text: goes to where reading begins. */
enum resume_how resume_at(struct resume *r, struct cutter *c);

/* At the end of the text, before the cutter is closed. */
void resume_finish(struct resume *r, struct stream *s, struct cutter *c);

#endif
