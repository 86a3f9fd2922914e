/* ingest.c - see ingest.h. Feeds the workers, and joins what they made. */
#include "ingest/ingest.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/par.h"
#include "base/stop.h"
#include "ingest/books.h"
#include "ingest/filled.h"
#include "ingest/worker.h"

struct team {
    struct feed *feed;
    struct worker *workers;
    int nworkers;
    struct meter meter; /* worker 0's */
};

static void show(struct team *team)
{
    uint64_t bytes = 0, records = 0;
    for (int i = 0; i < team->nworkers; i++) {
        const struct counted *c = &team->workers[i].work.counted;
        bytes += atomic_load_explicit(&c->bytes, memory_order_relaxed);
        records += atomic_load_explicit(&c->records, memory_order_relaxed);
    }
    meter_show(&team->meter, bytes, records);
}

static void work(void *ctx, size_t i, int number)
{
    struct team *team = ctx;
    struct worker *w = &team->workers[number];
    (void)i;
    while (feed_next(team->feed, &w->work)) {
        worker_map(w);
        feed_done(&w->work);
        if (number == 0 && meter_due(&team->meter))
            show(team);
    }
    w->work.mine = NULL;
}

/* Everything that a file's books point to moves into the set's arena. */
static void keep_books(struct input_file *file, const struct plan *plan, struct arena *a)
{
    size_t counts = plan->nrules * sizeof(uint64_t);
    uint64_t *events = file->rule_events, *limits = file->rule_limits;
    struct reject_sample *samples = file->samples;
    free(file->columns);
    file->columns = NULL;
    if (events)
        file->rule_events = memcpy(arena_take(a, counts), events, counts);
    if (limits)
        file->rule_limits = memcpy(arena_take(a, counts), limits, counts);
    if (samples) {
        size_t size = file->nsamples * sizeof *samples;
        file->samples = memcpy(arena_take(a, size), samples, size);
    }
    free(events);
    free(limits);
    free(samples);
}

static void join_books(const struct plan *plan, const struct text *text, struct worker *workers,
                       int n, struct input_file *file, struct arena *a)
{
    books_init(file);
    file->name = arena_keep(a, text->name);
    file->source = text->source;
    file->bytes = text->bytes - text->resume.start;
    file->head_hash = text->head_hash;
    memcpy(file->whole_hash, text->whole_hash, sizeof file->whole_hash);
    file->damage = arena_keep(a, text->damage);
    file->first_byte = text->resume.start;
    file->first_record = text->resume.start_record;
    for (int i = 0; i < n; i++)
        if (text->number < workers[i].nbooks && workers[i].books[text->number])
            books_merge(file, workers[i].books[text->number], plan, a);
    file->records = file->matched + file->unmatched;
    for (int r = 0; r < REJECTS; r++)
        file->records += file->rejected[r];
    file->filled = filled_text(&plan->sources[file->source], file->columns, &text->header, a);
    keep_books(file, plan, a);
}

/* The number of each text among the files that count; INTERN_NONE for those that were read again.
 */
static uint32_t *number_files(const struct feed *feed, size_t *nfiles)
{
    size_t n = feed_texts(feed);
    uint32_t *number = mem_take(n * sizeof *number);
    *nfiles = 0;
    for (size_t i = 0; i < n; i++)
        number[i] = feed_text(feed, i)->dropped || feed_text(feed, i)->resume.nothing
                        ? INTERN_NONE
                        : (uint32_t)(*nfiles)++;
    return number;
}

/* As inputs stand in their list, whichever thread opened them first. */
static int by_input(const void *x, const void *y)
{
    const struct read_text *a = x, *b = y;
    if (a->input != b->input)
        return a->input < b->input ? -1 : 1;
    return (a->ordinal > b->ordinal) - (a->ordinal < b->ordinal);
}

/* What became of every text, for who knows texts. */
static void list_readings(const struct feed *feed, const uint32_t *number, struct read_texts *out)
{
    out->list = mem_zero(feed_texts(feed), sizeof *out->list);
    for (size_t i = 0; i < feed_texts(feed); i++) {
        struct text *t = feed_text(feed, i);
        if (t->dropped)
            continue;
        struct resume *r = &t->resume;
        struct read_text *to = &out->list[out->n++];
        *to = (struct read_text){
            .name = arena_keep(&out->arena, t->name),
            .input = t->input,
            .source = t->source,
            .ordinal = t->ordinal,
            .file = r->file,
            .packed = r->packed,
            .missing = t->missing,
            .rewritten = r->rewritten,
            .loose_end = r->loose_end,
            .shaped = r->shaped,
            .start = r->start,
            .start_record = r->start_record,
            .bytes = t->bytes,
            .records = r->records,
            .held = r->held,
            .hash = { t->whole_hash[0], t->whole_hash[1] },
            .marks = r->marks,
            .nmarks = r->nmarks,
            .damage = arena_keep(&out->arena, t->damage),
            .set_file = number[i],
        };
        to->head = arena_keep(&out->arena, str_head(r->head, (size_t)t->bytes));
        r->marks = NULL;
    }
    if (out->n)
        qsort(out->list, out->n, sizeof *out->list, by_input);
}

void read_texts_free(struct read_texts *r)
{
    for (size_t i = 0; i < r->n; i++)
        free(r->list[i].marks);
    free(r->list);
    arena_free(&r->arena);
    *r = (struct read_texts){ 0 };
}

/* The origin of events names their file instead of their text; events of dropped texts go. */
static void renumber(struct event_set *set, const uint32_t *number)
{
    size_t kept = 0;
    for (size_t i = 0; i < set->n; i++) {
        struct event e = set->events[i];
        uint32_t file = number[event_file(&e)];
        if (file == INTERN_NONE)
            continue;
        e.origin = (uint64_t)file << ORIGIN_RECORD_BITS | event_record(&e);
        set->events[kept++] = e;
    }
    set->n = kept;
    metrics_renumber(&set->metrics, number);
    repeats_renumber(&set->repeats, number);
}

/* Every record that was cut off must be in the books, by what became of it. Of a damaged text what
 * follows the damage was taken back. */
static bool books_balance(const struct text *t, const struct input_file *file, struct err *e)
{
    uint64_t cut = t->cut - t->resume.start_record, counted = file->records + file->headers;
    return t->damage.n || cut == counted ||
           err_set(e,
                   "the books of '%.*s' do not balance: %" PRIu64 " records were read and %" PRIu64
                   " are accounted for. Please report this",
                   STR_ARG(file->name), cut, counted);
}

static bool join(const struct plan *plan, const struct team *team, int workers,
                 struct event_set *out, struct read_texts *readings, struct err *e)
{
    bool ok = true;
    uint32_t *number = number_files(team->feed, &out->nfiles);
    out->files = mem_zero(out->nfiles, sizeof *out->files);
    for (size_t i = 0; i < feed_texts(team->feed); i++) {
        const struct text *t = feed_text(team->feed, i);
        struct input_file *file = number[i] == INTERN_NONE ? NULL : &out->files[number[i]];
        if (file)
            join_books(plan, t, team->workers, workers, file, &out->arena);
        ok = ok && (!file || books_balance(t, file, e));
    }
    for (int i = 0; i < workers; i++) {
        renumber(&team->workers[i].events, number);
        event_set_merge(out, &team->workers[i].events);
    }
    if (readings)
        list_readings(team->feed, number, readings);
    free(number);
    return ok;
}

/* PCRE2 itself was wrong, which nothing else here would notice. */
static void warn_of_regexes(const struct worker *workers, int n, FILE *warn)
{
    size_t times = 0;
    const struct regex *first = NULL, *one;
    for (int i = 0; i < n; i++) {
        times += regex_disagreements(workers[i].scratch, &one);
        first = first ? first : one;
    }
    if (!times || !warn)
        return;
    fprintf(warn,
            "touchpath: warning: PCRE2's JIT and interpreter disagree on pattern '%.*s': please "
            "report; write (*NO_JIT) in front of it (%zu of the matches that were tried twice)\n",
            STR_ARG(regex_pattern(first)), times);
}

bool ingest(const struct plan *plan, const struct inputs *in, const struct ingest_options *options,
            struct event_set *out, struct err *e)
{
    struct shared shared;
    shared_init(&shared, plan);
    shared.since = options->since;
    shared.until = options->until;
    shared.plain = options->plain;
    shared.spill = options->spill;
    struct team team = { feed_new(plan, in, options->block_bytes, options->known),
                         mem_zero((size_t)options->workers, sizeof *team.workers),
                         options->workers,
                         { 0 } };
    meter_start(&team.meter, options->progress, options->progress_ctx, in);
    for (int i = 0; i < options->workers; i++)
        worker_init(&team.workers[i], &shared);
    do
        par_team(options->workers, work, &team);
    while (!stop_asked() && feed_again(team.feed));
    warn_of_regexes(team.workers, options->workers, options->warn);
    event_set_init(out);
    event_set_spill(out, options->spill);
    bool ok = stop_asked() ? err_set(e, "stopped")
                           : join(plan, &team, options->workers, out,
                                  options->known ? options->readings : NULL, e);
    for (int i = 0; i < options->workers; i++)
        worker_free(&team.workers[i]);
    free(team.workers);
    feed_free(team.feed);
    shared_free(&shared);
    return ok && !stop_asked();
}
