/* walk.c - see walk.h. One worker, which is watched. */
#include "ingest/walk.h"

#include "base/stop.h"
#include "ingest/worker.h"

struct walker {
    struct watch watch; /* first: the worker knows this part of it */
    walk_fn *record;
    void *ctx;
    bool enough;
};

/* The events of record i begin at *at, those of the records before it are passed. */
static void find_events(const struct worker *w, size_t i, size_t *wanted, size_t *at,
                        struct walked *r)
{
    r->first_event = *at;
    if (*wanted >= w->nwanted || w->wanted[*wanted].record != i)
        return;
    const struct wanted *x = &w->wanted[(*wanted)++];
    r->nevents = x->named ? x->verdict->n : 0;
    r->taken = x->named;
    r->why = x->named ? REJECTS : REJECT_NO_IDENTIFIER;
    *at += r->nevents;
}

static size_t events_of_batch(const struct worker *w)
{
    size_t n = 0;
    for (size_t i = 0; i < w->nwanted; i++)
        n += w->wanted[i].named ? w->wanted[i].verdict->n : 0;
    return n;
}

static bool tell_bad(struct walker *k, const struct worker *w, const struct text *text, size_t i)
{
    const struct bad_record *bad = &w->batch.bad[i];
    struct walked r = { .name = text->name,
                        .source = text->source,
                        .number = bad->record,
                        .raw = bad->text,
                        .why = bad->why,
                        .detail = str_c(bad->detail),
                        .time = TIME_NONE };
    return k->record(k->ctx, &r);
}

static struct walked good_record(const struct worker *w, const struct text *text,
                                 const struct verdict *v, size_t i)
{
    struct walked r = { .name = text->name,
                        .source = text->source,
                        .number = w->batch.number[i],
                        .raw = w->batch.raw[i],
                        .batch = &w->batch,
                        .row = i,
                        .why = worker_time_fault(w, text, v, i),
                        .time = w->times[i],
                        .coarse = w->coarse[i],
                        .events = &w->events };
    if (v)
        r.verdict = *v;
    if (v && v->excluded && r.why == REJECTS) {
        r.why = REJECT_EXCLUDED;
        r.detail = w->shared->plan->rules[v->excluding].label;
    }
    return r;
}

/* Records and those that do not fit, in the order of the file. */
static void look(struct watch *self, struct worker *w, const struct text *text,
                 const struct verdict *const *verdicts)
{
    struct walker *k = (struct walker *)self;
    const struct batch *b = &w->batch;
    bool metrics = w->shared->plan->sources[text->source].metrics;
    size_t bad = 0, wanted = 0, at = verdicts ? w->events.n - events_of_batch(w) : w->events.n;
    for (size_t i = 0; i < b->n && !k->enough; i++) {
        for (; bad < b->nbad && b->bad[bad].record < b->number[i] && !k->enough; bad++)
            k->enough = !tell_bad(k, w, text, bad);
        struct walked r = good_record(w, text, verdicts ? verdicts[i] : NULL, i);
        r.taken = metrics && r.why == REJECTS;
        if (verdicts)
            find_events(w, i, &wanted, &at, &r);
        k->enough = k->enough || !k->record(k->ctx, &r);
    }
    for (; bad < b->nbad && !k->enough; bad++)
        k->enough = !tell_bad(k, w, text, bad);
}

static void tell_damage(const struct feed *feed, walk_damage_fn *damage, void *ctx)
{
    for (size_t i = 0; i < feed_texts(feed); i++) {
        const struct text *t = feed_text(feed, i);
        if (t->damage.n)
            damage(ctx, t->name, t->damage);
    }
}

bool walk(const struct plan *plan, const struct inputs *in, walk_fn *record, walk_damage_fn *damage,
          void *ctx, struct err *e)
{
    struct shared shared;
    struct worker w;
    struct walker k = { { look }, record, ctx, false };
    shared_init(&shared, plan);
    worker_init(&w, &shared);
    w.watch = &k.watch;
    struct feed *feed = feed_new(plan, in, BLOCK_BYTES, NULL);
    while (!k.enough && feed_next(feed, &w.work)) {
        worker_map(&w);
        feed_done(&w.work);
        w.events.n = 0; /* told of */
    }
    if (!stop_asked())
        tell_damage(feed, damage, ctx);
    worker_free(&w);
    feed_free(feed);
    shared_free(&shared);
    return !stop_asked() || err_set(e, "stopped");
}
