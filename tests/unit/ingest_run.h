/* ingest_run.h - a run of ingest() in a folder of its own, told as text: the books of every file,
 * the samples, the events. For the tests of what it gives for any number of workers and size of
 * blocks.
 */
#ifndef INGEST_RUN_H
#define INGEST_RUN_H

#include "gz.h"
#include "config/rulebook.h"
#include "ingest/ingest.h"
#include "project_text.h"

struct ingest_run {
    struct project_text project;
    char *told; /* of the last run; "" before */
    char *warned;
    struct event_set set;
};

static const struct ingest_options usual_options = {
    .workers = 1, .block_bytes = BLOCK_BYTES, .since = TIME_NONE, .until = INT64_MAX
};

static inline void put_bytes(const char *path, const void *bytes, size_t n)
{
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(n ? fwrite(bytes, 1, n, f) : 0, n);
    fclose(f);
}

/* Writes the buffer to a file, and gives it back. */
static inline void put_buffer(const char *path, struct buffer b)
{
    put_bytes(path, b.p, b.n);
    free(b.p);
}

static inline void tell_file(const struct input_file *f, FILE *to)
{
    fprintf(to, "%.*s: %llu bytes, %llu = %llu + %llu", STR_ARG(f->name),
            (unsigned long long)f->bytes, (unsigned long long)f->records,
            (unsigned long long)f->matched, (unsigned long long)f->unmatched);
    for (int r = 0; r < REJECTS; r++)
        if (f->rejected[r])
            fprintf(to, " + %llu %s", (unsigned long long)f->rejected[r], reject_names[r]);
    fprintf(to, ", %llu headers, %lld to %lld%s\n", (unsigned long long)f->headers,
            (long long)f->first, (long long)f->last, f->duplicate ? ", duplicate" : "");
    if (f->damage.n)
        fprintf(to, "  damaged: %.*s\n", STR_ARG(f->damage));
    for (size_t i = 0; i < f->nsamples; i++)
        fprintf(to, "  %llu %s: %.*s\n", (unsigned long long)f->samples[i].record,
                reject_names[f->samples[i].why], STR_ARG(f->samples[i].text));
}

static inline int by_origin(const void *x, const void *y)
{
    const struct event *a = x, *b = y;
    if (a->origin != b->origin)
        return a->origin < b->origin ? -1 : 1;
    return (a->rule > b->rule) - (a->rule < b->rule);
}

/* The events in the order of their records. Each has one identifier in these tests. */
static inline void tell_events(struct event_set *set, FILE *to)
{
    qsort(set->events, set->n, sizeof *set->events, by_origin);
    for (size_t i = 0; i < set->n; i++) {
        const struct event *e = &set->events[i];
        ck_assert_uint_eq(who_size(set, e->who), 1);
        fprintf(to, "%u %llu %lld %.*s: %.*s, item %.*s\n", event_file(e),
                (unsigned long long)event_record(e), (long long)e->time,
                STR_ARG(id_value(set, who_id(set, e->who, 0))),
                STR_ARG(intern_text(&set->touchpoints, e->touch)),
                STR_ARG(attrs_text(set, e->attrs, ATTR_ITEM)));
    }
}

static inline void run_forget(struct ingest_run *r)
{
    event_set_free(&r->set);
    free(r->told);
    free(r->warned);
    r->told = r->warned = NULL;
}

/* Loads the project, whose files need not be there yet. */
static inline void run_begin(struct ingest_run *r, const char *project)
{
    *r = (struct ingest_run){ .told = NULL };
    project_begin(&r->project);
    project_load(&r->project, project, true);
    ck_assert_msg(r->project.plan && !r->project.said[0], "%s", r->project.said);
}

static inline void run_inputs(struct ingest_run *r, const struct inputs *in,
                              struct ingest_options options)
{
    struct err e = { { 0 } };
    size_t n;
    run_forget(r);
    FILE *warn = open_memstream(&r->warned, &n);
    options.warn = warn;
    ck_assert_msg(ingest(r->project.plan, in, &options, &r->set, &e), "%s", e.text);
    plan_seal(r->project.plan, &r->set, options.workers);
    fclose(warn);
    FILE *to = open_memstream(&r->told, &n);
    for (uint32_t place = 0; place < r->set.nfiles; place++)
        tell_file(event_set_file(&r->set, place), to);
    tell_events(&r->set, to);
    fclose(to);
}

/* Runs on what the globs of the project find. */
static inline void run_once(struct ingest_run *r, struct ingest_options options)
{
    struct inputs in = { .n = 0 };
    struct err e = { { 0 } };
    ck_assert_msg(inputs_from_plan(&in, r->project.plan, stderr, &e), "%s", e.text);
    run_inputs(r, &in, options);
    inputs_free(&in);
}

/* Runs with all numbers of workers and sizes of blocks; each must tell the same. */
static inline void run_all_ways(struct ingest_run *r, struct ingest_options options)
{
    static const int workers[] = { 1, 2, 7 };
    static const size_t blocks[] = { BLOCK_BYTES, 1000, 64 };
    char *first = NULL;
    for (int way = 0; way < 18; way++) {
        options.workers = workers[way % 3];
        options.block_bytes = blocks[way / 3 % 3];
        options.plain = way >= 9;
        run_once(r, options);
        if (!first)
            first = strdup(r->told);
        ck_assert_msg(strcmp(first, r->told) == 0,
                      "%d workers, blocks of %zu, %s:\n%.1200s\n-- but first\n%.1200s",
                      options.workers, options.block_bytes, options.plain ? "plain" : "fast",
                      r->told, first);
    }
    free(first);
}

static inline void run_end(struct ingest_run *r)
{
    run_forget(r);
    project_end(&r->project);
}

#endif
