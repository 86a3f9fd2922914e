/* try.c - one record on its own, for the examples of rules. See ingest.h: ingest_try(). */
#include "ingest/ingest.h"
#include "ingest/worker.h"

/* The example as a batch of one record with the given fields. */
static void given_fields(struct worker *w, uint32_t source, const struct example *x)
{
    const struct source *s = &w->shared->plan->sources[source];
    batch_reset(&w->batch, s->nslots);
    w->batch.wants_match_text = false;
    size_t i = batch_add(&w->batch, STR(""), 1);
    for (size_t f = 0; f < x->nfields; f++) {
        int32_t column = s->slot[x->fields[f]];
        if (column >= 0)
            batch_column(&w->batch, (size_t)column)[i] = x->values[f];
    }
    derive_columns(s, &w->batch, w->scratch);
}

static void take_verdict(const struct verdict *v, struct trial *result)
{
    size_t most = sizeof result->rules / sizeof *result->rules;
    if (v->excluded || v->labelled)
        result->rules[result->nrules++] = v->excluding;
    for (uint32_t i = 0; i < v->n && i < most; i++)
        result->rules[result->nrules++] = v->rules[i];
}

void ingest_try(const struct plan *plan, uint32_t source, const struct example *example,
                struct trial *result)
{
    *result = (struct trial){ 0 };
    const struct source *s = &plan->sources[source];
    if (!example->nfields && s->format->reader == READER_CSV)
        return; /* a row without its header says nothing */
    struct shared shared;
    struct worker w;
    shared_init(&shared, plan);
    worker_init(&w, &shared);
    uint64_t blank = 0;
    if (example->nfields)
        given_fields(&w, source, example);
    else
        worker_split(&w, source, NULL, example->text, 1, &blank);
    result->fits = w.batch.n == 1;
    if (result->fits)
        take_verdict(worker_judge(&w, source)[0], result);
    worker_free(&w);
    shared_free(&shared);
}
