/* worker.c - see worker.h. */
#include "ingest/worker.h"

#include <stdlib.h>

#include "ingest/books.h"
#include "ingest/filled.h"
#include "ingest/mask.h"
#include "ingest/tell.h"
#include "ingest/value_numbers.h"

/* One worker's tools for one source. */
struct bench {
    struct line_reader lines;
    struct fields_reader fields;
    struct when when;
    struct value_numbers numbers;
    struct judge *judge;
    struct emitter *emitter;
};

void shared_init(struct shared *s, const struct plan *plan)
{
    *s = (struct shared){ .plan = plan, .since = TIME_NONE, .until = INT64_MAX };
    s->matchers = mem_zero(plan->nsources, sizeof *s->matchers);
    s->paths = mem_zero(plan->nsources, sizeof *s->paths);
    for (uint32_t i = 0; i < plan->nsources; i++) {
        const struct source *source = &plan->sources[i];
        s->matchers[i] = matcher_new(plan, i);
        if (reader_gives_json(source->format->reader))
            s->paths[i] = json_paths_new(source->columns, source->ncolumns);
    }
}

void shared_free(struct shared *s)
{
    for (size_t i = 0; i < s->plan->nsources; i++) {
        matcher_free(s->matchers[i]);
        json_paths_free(s->paths[i]);
    }
    free(s->matchers);
    free(s->paths);
}

void worker_init(struct worker *w, const struct shared *s)
{
    *w = (struct worker){ .shared = s };
    event_set_init(&w->events);
    event_set_spill(&w->events, s->spill);
    w->benches = mem_zero(s->plan->nsources, sizeof *w->benches);
    w->scratch = regex_scratch_new();
}

void worker_free(struct worker *w)
{
    for (size_t i = 0; i < w->shared->plan->nsources; i++) {
        struct bench *bench = w->benches[i];
        if (!bench)
            continue;
        line_reader_free(&bench->lines);
        fields_reader_free(&bench->fields);
        when_free(&bench->when);
        value_numbers_free(&bench->numbers);
        judge_free(bench->judge);
        emitter_free(bench->emitter);
        free(bench);
    }
    free(w->benches);
    for (size_t i = 0; i < w->nbooks; i++)
        books_free(w->books[i]);
    free(w->books);
    regex_scratch_free(w->scratch);
    batch_free(&w->batch);
    free(w->times);
    free(w->coarse);
    free(w->wanted);
    free(w->key.p);
    block_free(&w->work.block);
    event_set_free(&w->events);
    arena_free(&w->arena);
}

static struct bench *bench_of(struct worker *w, uint32_t source)
{
    if (w->benches[source])
        return w->benches[source];
    const struct plan *plan = w->shared->plan;
    struct bench *bench = mem_zero(1, sizeof *bench);
    if (plan->sources[source].format->reader == READER_LINES)
        line_reader_init(&bench->lines, &plan->sources[source], w->scratch);
    when_init(&bench->when, &plan->sources[source]);
    value_numbers_init(&bench->numbers, &plan->sources[source], w->shared->matchers[source]);
    bench->judge = judge_new(w->shared->matchers[source], w->shared->plain, w->scratch);
    bench->emitter = emitter_new(plan, source, &w->events, w->scratch);
    w->benches[source] = bench;
    return bench;
}

void worker_split(struct worker *w, uint32_t number_of_source, const struct csv_header *header,
                  struct str text, uint64_t number, uint64_t *blank)
{
    const struct source *source = &w->shared->plan->sources[number_of_source];
    struct batch *b = &w->batch;
    batch_reset(b, source->nslots);
    b->wants_match_text = source->needs_raw;
    switch (source->format->reader) {
    case READER_LINES:
        lines_split(&bench_of(w, number_of_source)->lines, text, number, b, blank);
        break;
    case READER_CSV:
        if (source->format->csv.fields_line.n)
            fields_split(&bench_of(w, number_of_source)->fields, source, w->work.fields, text,
                         number, b, blank);
        else
            csv_split(header, text, number, b, blank);
        break;
    case READER_JSON_LINES:
    case READER_JSON:
    case READER_MAIL:
    case READER_XES:
        json_split(w->shared->paths[number_of_source], text, number, b, blank);
        break;
    }
    if (source->masks)
        mask_batch(source, b);
    if (b->n)
        derive_columns(source, b, w->scratch);
}

const struct verdict *const *worker_judge(struct worker *w, uint32_t source)
{
    struct bench *bench = bench_of(w, source);
    value_numbers_fill(&bench->numbers, &w->batch);
    return judge_batch(bench->judge, &w->batch);
}

/* The last record of a damaged text was cut by the damage, and what it says cannot be trusted. */
static void drop_cut_record(struct batch *b, uint64_t number)
{
    if (b->n && b->number[b->n - 1] == number) {
        struct str raw = b->raw[b->n - 1];
        batch_drop_last(b);
        batch_bad(b, number, REJECT_CUT, raw, NULL);
    }
    for (size_t i = 0; i < b->nbad; i++)
        if (b->bad[i].record == number)
            b->bad[i].why = REJECT_CUT;
}

/* Records from the limit on are left to the first reading, which said that they are damaged. Of
 * blank lines only the count is known: it is what remains of `kept` records. */
static void drop_from(struct batch *b, uint64_t limit, uint64_t kept, uint64_t *blank)
{
    while (b->n && b->number[b->n - 1] >= limit)
        batch_drop_last(b);
    while (b->nbad && b->bad[b->nbad - 1].record >= limit)
        b->nbad--;
    *blank = kept - b->n - b->nbad;
}

/* What stands where the time should be. */
static struct str time_cell(const struct worker *w, const struct text *text, size_t i)
{
    enum { SHOWN = 60 };
    const struct source *source = &w->shared->plan->sources[text->source];
    int32_t slot = source->time_field == FIELD_NONE ? -1 : source->slot[source->time_field];
    return slot < 0 ? (struct str){ 0 } : str_head(batch_column(&w->batch, (size_t)slot)[i], SHOWN);
}

/* A table of who is who need not say since when. */
static bool only_links(const struct plan *plan, const struct verdict *v)
{
    bool only = v->n > 0;
    for (uint32_t i = 0; i < v->n; i++)
        only &= plan->rules[v->rules[i]].link;
    return only;
}

static enum reject time_fault(const struct worker *w, const struct text *text, bool timeless,
                              int64_t time)
{
    if (time == TIME_NONE)
        return timeless ? REJECTS : REJECT_TIME;
    if (time < 0)
        return REJECT_ABSURD;
    if (time > text->latest)
        return REJECT_FUTURE;
    return time < w->shared->since || time >= w->shared->until ? REJECT_WINDOW : REJECTS;
}

enum reject worker_time_fault(const struct worker *w, const struct text *text,
                              const struct verdict *v, size_t i)
{
    const struct plan *plan = w->shared->plan;
    if (!v && plan->sources[text->source].time_field == FIELD_NONE)
        return REJECTS;
    return time_fault(w, text, v && only_links(plan, v), w->times[i]);
}

/* Has the record a time that is asked for, or needs none? If not, it is rejected. */
static bool in_time(struct worker *w, struct input_file *books, const struct text *text,
                    bool timeless, size_t i)
{
    const struct batch *b = &w->batch;
    enum reject fault = time_fault(w, text, timeless, w->times[i]);
    if (fault == REJECT_WINDOW)
        books->rejected[REJECT_WINDOW]++;
    else if (fault != REJECTS)
        books_reject(books, &w->arena, fault, b->number[i], b->raw[i], time_cell(w, text, i));
    return fault == REJECTS;
}

/* One record that fits its format: it is counted, or put on the list of those that rules want. */
static void sort_out(struct worker *w, struct input_file *books, const struct text *text, size_t i,
                     const struct verdict *v)
{
    const struct batch *b = &w->batch;
    int64_t time = w->times[i];
    if (!in_time(w, books, text, time == TIME_NONE && only_links(w->shared->plan, v), i))
        return;
    if (time != TIME_NONE)
        books_time(books, time);
    if (v->nlimited)
        books_limits(books, w->shared->plan, v);
    if (v->excluded || v->labelled)
        books_excluding(books, w->shared->plan, v->excluding);
    if (v->excluded) {
        books_reject(books, &w->arena, REJECT_EXCLUDED, b->number[i], b->raw[i],
                     w->shared->plan->rules[v->excluding].label);
        return;
    }
    if (!v->n) {
        books_unmatched(books, &w->arena, b->number[i], b->raw[i]);
        return;
    }
    w->wanted[w->nwanted++] = (struct wanted){
        .record = i,
        .verdict = v,
        .time = time == TIME_NONE ? TIME_ALWAYS : time,
        .origin = (uint64_t)text->number << ORIGIN_RECORD_BITS | b->number[i],
        .coarse = w->coarse[i],
    };
}

/* By what a record is known again when it is read twice (event_repeats.h). */
static void remember(struct worker *w, const struct source *source, const struct wanted *x)
{
    const struct repeats_rules *rules = &source->repeats;
    const struct batch *b = &w->batch;
    uint64_t key[2];
    bool any = rules->policy != REPEATS_BY;
    struct str id = b->raw[x->record];
    w->key.n = 0;
    for (size_t i = 0; i < rules->nfields; i++) {
        struct str name = w->shared->plan->fields[rules->fields[i]];
        int32_t slot = source->slot[rules->fields[i]];
        struct str value = slot < 0 ? (struct str){ 0 } : batch_column(b, (size_t)slot)[x->record];
        buffer_add(&w->key, &name.n, sizeof name.n);
        buffer_add(&w->key, name.p, name.n);
        buffer_add(&w->key, &value.n, sizeof value.n);
        buffer_add(&w->key, value.p, value.n);
        any = any || value.n;
    }
    if (!any || x->time == TIME_ALWAYS) /* who is who may be said any number of times */
        return;
    hash_bytes_128(rules->nfields ? buffer_str(&w->key) : id, key);
    repeats_add(&w->events.repeats, x->origin, key);
}

static void emit_wanted(struct worker *w, struct input_file *books, const struct text *text)
{
    const struct source *source = &w->shared->plan->sources[text->source];
    const struct batch *b = &w->batch;
    emit_records(bench_of(w, text->source)->emitter, b, w->wanted, w->nwanted);
    for (size_t k = 0; k < w->nwanted; k++) {
        const struct wanted *x = &w->wanted[k];
        if (x->named && source->repeats.policy != REPEATS_KEEP)
            remember(w, source, x);
        if (x->named)
            books_event(books, w->shared->plan, x->verdict, x->time, b->number[x->record]);
        else
            books_reject(books, &w->arena, REJECT_NO_IDENTIFIER, b->number[x->record],
                         b->raw[x->record], (struct str){ 0 });
    }
}

/* Records of a source without a person. */
static void tell_records(struct worker *w, struct input_file *books, const struct text *text)
{
    const struct plan *plan = w->shared->plan;
    const struct source *source = &plan->sources[text->source];
    const struct batch *b = &w->batch;
    for (size_t i = 0; i < b->n; i++) {
        int64_t time = w->times[i];
        if (source->time_field != FIELD_NONE && !in_time(w, books, text, false, i))
            continue;
        if (tell_record(plan, source, b, i, text->number, time, &w->events)) {
            books->matched++;
            books->metrics++;
            if (time != TIME_NONE)
                books_time(books, time);
        } else {
            books_reject(books, &w->arena, REJECT_LAYOUT, b->number[i], b->raw[i],
                         STR("no value of it is a number"));
        }
    }
}

/* The records that fit their format. */
static void take_records(struct worker *w, struct input_file *books, struct text *text)
{
    struct batch *b = &w->batch;
    const struct source *source = &w->shared->plan->sources[text->source];
    struct bench *bench = bench_of(w, text->source);
    w->times = mem_grow(w->times, &w->times_room, b->n, sizeof *w->times);
    w->coarse = mem_grow(w->coarse, &w->coarse_room, b->n, sizeof *w->coarse);
    w->wanted = mem_grow(w->wanted, &w->wanted_room, b->n, sizeof *w->wanted);
    w->nwanted = 0;
    filled_look(books, source, b);
    when_read(&bench->when, b, source->ordered ? &text->guess : NULL, w->times, w->coarse);
    if (source->metrics) {
        tell_records(w, books, text);
        if (w->watch)
            w->watch->batch(w->watch, w, text, NULL);
        return;
    }
    const struct verdict *const *verdicts = worker_judge(w, text->source);
    for (size_t i = 0; i < b->n; i++)
        sort_out(w, books, text, i, verdicts[i]);
    emit_wanted(w, books, text);
    if (w->watch)
        w->watch->batch(w->watch, w, text, verdicts);
}

static void take_batch(struct worker *w, struct input_file *books, struct text *text)
{
    struct batch *b = &w->batch;
    if (b->n)
        take_records(w, books, text);
    else if (w->watch && b->nbad)
        w->watch->batch(w->watch, w, text, NULL);
    for (size_t i = 0; i < b->nbad; i++) {
        const struct bad_record *bad = &b->bad[i];
        books_reject(books, &w->arena, bad->why, bad->record, bad->text, str_c(bad->detail));
    }
}

static void map_block(struct worker *w, struct input_file *books)
{
    const struct work *work = &w->work;
    const struct block *block = &work->block;
    struct text *text = work->text;
    uint64_t blank = 0;
    w->batch.tables = text->tables;
    worker_split(w, text->source, &text->header, (struct str){ block->bytes, block->n },
                 block->first_record, &blank);
    if (block->first_record + block->records > text->limit)
        drop_from(&w->batch, text->limit, text->limit - block->first_record, &blank);
    books->headers += work->headers + blank;
    if (block->damaged && block->unfinished)
        drop_cut_record(&w->batch, block->first_record + block->records - 1);
    if (block->long_record)
        batch_bad(&w->batch, block->long_record, REJECT_TOO_LONG,
                  w->shared->plan->sources[text->source].masks ? MASK_WITHHELD : block->long_head,
                  NULL);
    if (text->group)
        group_batch(text->group, &w->batch);
    take_batch(w, books, text);
}

void worker_map(struct worker *w)
{
    struct text *text = w->work.text;
    struct input_file *books = books_of(w, text->number);
    if (!w->work.end) {
        map_block(w, books);
    } else if (text->group) {
        batch_reset(&w->batch, w->shared->plan->sources[text->source].nslots);
        group_finish(text->group, &w->batch);
        take_batch(w, books, text);
    }
}
