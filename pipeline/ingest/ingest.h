/* ingest.h - files to one event set, on all cores.
 *
 *     read -> split -> fields -> match -> EVENT
 *
 * Work is taken at two levels. A worker that has nothing to do takes the next block of a file that
 * is open, or opens the next file: it reads the block alone (decompressing is serial within a file)
 * and then maps it, while others read on. So at most one block a worker is in flight, and nothing
 * else needs a bound. A source whose records need what earlier ones said (source.ordered) is mapped
 * by one worker at a time, in order.
 */
#ifndef INGEST_INGEST_H
#define INGEST_INGEST_H

#include "ingest/known.h"
#include "ingest/progress.h"

struct ingest_options {
    int workers;
    size_t block_bytes;   /* BLOCK_BYTES; another one in tests, with the same result */
    int64_t since, until; /* since <= time < until; TIME_NONE and INT64_MAX for no bound */
    bool plain;           /* PCRE2 alone, every pattern on every record; the same result */
    const struct known_texts *known; /* NULL: every text is read whole, and is new */
    struct read_texts *readings;     /* with known: filled */
    struct spill *spill; /* of the set and of the workers' own (base/spill.h); NULL: none */
    FILE *warn; /* what the user must know although the run goes on; NULL: nowhere */
    /* NULL, or called about five times a second, by one of the threads alone. */
    progress_fn *progress;
    void *progress_ctx;
};

/* Reads all inputs into out, which is then ready to be written (event_file.h) or sealed
 * (config/rulebook.h: plan_seal()). A damaged file is no failure: its books say what
 * was wrong (input_file.damage). False with e set when the run cannot go on, or was asked to stop
 * (stop.h). */
bool ingest(const struct plan *plan, const struct inputs *in, const struct ingest_options *options,
            struct event_set *out, struct err *e);

/* For `touchpath check`: which rules one record fits, as if it were the first of a file of the
 * source. fits is false when it does not fit the format; the text of an example never fits CSV,
 * which needs a header: it is given by its fields. */
struct trial {
    bool fits;
    uint16_t rules[16]; /* the first of those that took it */
    size_t nrules;
};
void ingest_try(const struct plan *plan, uint32_t source, const struct example *example,
                struct trial *result);

#endif
