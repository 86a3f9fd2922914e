/* worker.h - what one worker keeps, and the map of a block: split, fields, time, match, emit.
 *
 * struct shared    what all workers read: const.
 * struct worker    what one writes: its events, its books, its memories.
 */
#ifndef INGEST_WORKER_H
#define INGEST_WORKER_H

#include "base/buffer.h"
#include "ingest/emit.h"
#include "ingest/feed.h"
#include "ingest/ingest.h"
#include "ingest/json.h"
#include "ingest/lines.h"

struct shared {
    const struct plan *plan;
    int64_t since, until;
    bool plain;                /* --engine plain */
    struct spill *spill;       /* of the workers' sets */
    struct matcher **matchers; /* [plan.nsources] */
    struct json_paths **paths; /* [plan.nsources], NULL but for readers of JSON */
};
void shared_init(struct shared *s, const struct plan *plan);
void shared_free(struct shared *s);

struct bench;
struct worker;

/* Who looks on while records are taken: walk.c. */
struct watch {
    void (*batch)(struct watch *self, struct worker *w, const struct text *text,
                  const struct verdict *const *verdicts); /* NULL: of a source of metrics */
};

struct worker {
    const struct shared *shared;
    struct event_set events;   /* origin: text number and record */
    struct input_file **books; /* [nbooks] by text number; NULL: saw nothing of it */
    size_t nbooks, books_room;
    struct bench **benches; /* [plan.nsources] tools for each source, made when first needed */
    struct regex_scratch *scratch;
    struct batch batch;
    int64_t *times; /* of the batch */
    bool *coarse;
    struct wanted *wanted; /* of the batch, those that rules want */
    size_t nwanted;
    struct buffer key; /* of a record: scratch */
    size_t times_room, coarse_room, wanted_room;
    struct work work;
    struct arena arena;  /* what the books point to */
    struct watch *watch; /* NULL, or told of each record when it has been taken */
};
void worker_init(struct worker *w, const struct shared *s);
void worker_free(struct worker *w);

/* Maps w->work: its events to w->events, everything else to the books. */
void worker_map(struct worker *w);

/* The first part of it alone: the records of `text` into w->batch, with all fields of the source.
 * For texts that are no file: examples. */
void worker_split(struct worker *w, uint32_t source, const struct csv_header *header,
                  struct str text, uint64_t number, uint64_t *blank);
/* The verdicts on w->batch. */
const struct verdict *const *worker_judge(struct worker *w, uint32_t source);
/* Why the time of record i of w->batch forbids it; REJECTS when it does not. v: its verdict, NULL
 * in a source of metrics. */
enum reject worker_time_fault(const struct worker *w, const struct text *text,
                              const struct verdict *v, size_t i);

#endif
