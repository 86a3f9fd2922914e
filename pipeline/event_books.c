/* event_books.c - the small sections of an event file, by themselves: the rulebook, and the books
 * of input files. See event_sections.h.
 *
 * Numbers are checked where they would lead out of an array or break an invariant; texts are any
 * bytes.
 */
#include "base/clock.h"
#include "base/limits.h"
#include "event_sections.h"

enum { MADE_BY_MAX = 200, NAME_MAX_BYTES = 1 << 20 };
#define EMOTION_MOST INT64_C(2000000)

static struct str keep_text(struct cursor *c, size_t most, struct arena *a)
{
    return arena_keep(a, get_text(c, most));
}

static void check(struct cursor *c, bool good)
{
    c->bad |= !good;
}

static bool get_flag(struct cursor *c)
{
    uint64_t flag = get_number(c);
    check(c, flag <= 1);
    return flag == 1;
}

/* A count of things of which each takes `least` bytes. */
static size_t get_count(struct cursor *c, size_t most, size_t least)
{
    uint64_t n = get_number(c);
    check(c, n <= most && n <= c->n / least);
    return c->bad ? 0 : (size_t)n;
}

static void put_print(struct bytes *to, struct print print)
{
    put_u64(to, print.bits[0]);
    put_u64(to, print.bits[1]);
}

static struct print get_print(struct cursor *c)
{
    uint64_t first = get_u64(c);
    return (struct print){ { first, get_u64(c) } };
}

/* ---- rules and sources ---- */

static void put_rule(struct bytes *to, const struct book_rule *r)
{
    put_print(to, r->print);
    put_text(to, r->label);
    put_text(to, r->name);
    put_text(to, r->stage);
    put_u64(to, (uint64_t)r->pain);
    put_u64(to, (uint64_t)r->emotion);
    put_number(to, r->company);
    put_number(to, r->used);
}

static struct book_rule get_rule(struct cursor *c, struct arena *a)
{
    struct book_rule r = { .print = get_print(c) };
    r.label = keep_text(c, NAME_MAX_BYTES, a);
    r.name = keep_text(c, NAME_MAX_BYTES, a);
    r.stage = keep_text(c, NAME_MAX_BYTES, a);
    r.pain = (int64_t)get_u64(c);
    r.emotion = (int64_t)get_u64(c);
    r.company = get_flag(c);
    r.used = get_flag(c);
    check(c, r.emotion == INT64_MIN || (r.emotion >= -EMOTION_MOST && r.emotion <= EMOTION_MOST));
    return r;
}

void put_book(struct bytes *to, const struct rulebook *book)
{
    put_text(to, book->made_by);
    put_print(to, book->print);
    put_u64(to, (uint64_t)book->since);
    put_u64(to, (uint64_t)book->until);
    put_number(to, book->nrules);
    for (size_t i = 0; i < book->nrules; i++)
        put_rule(to, &book->rules[i]);
    put_number(to, book->nsources);
    for (size_t i = 0; i < book->nsources; i++) {
        const struct book_source *s = &book->sources[i];
        put_print(to, s->print);
        put_text(to, s->name);
        put_text(to, s->channel);
        put_number(to, s->sparse);
        put_number(to, s->used);
    }
}

void get_book(struct cursor *c, struct rulebook *book)
{
    enum { RULE_LEAST = 37, SOURCE_LEAST = 20 };
    *book = (struct rulebook){ .made_by = { "", 0 } };
    struct arena *a = &book->arena;
    book->made_by = keep_text(c, MADE_BY_MAX, a);
    book->print = get_print(c);
    book->since = (int64_t)get_u64(c);
    book->until = (int64_t)get_u64(c);
    book->nrules = get_count(c, RULES_MAX, RULE_LEAST);
    book->rules = arena_take(a, book->nrules * sizeof *book->rules);
    for (size_t i = 0; i < book->nrules; i++)
        book->rules[i] = get_rule(c, a);
    book->nsources = get_count(c, SOURCES_MAX, SOURCE_LEAST);
    book->sources = arena_take(a, book->nsources * sizeof *book->sources);
    for (size_t i = 0; i < book->nsources; i++) {
        struct book_source *s = &book->sources[i];
        s->print = get_print(c);
        s->name = keep_text(c, NAME_MAX_BYTES, a);
        s->channel = keep_text(c, NAME_MAX_BYTES, a);
        s->sparse = get_flag(c);
        s->used = get_flag(c);
    }
    book->plan_rules = book->nrules;
    book->plan_sources = book->nsources;
}

size_t count_excluding(const struct rulebook *book)
{
    size_t n = 0;
    for (size_t i = 0; i < book->nrules; i++)
        n += book->rules[i].excludes != EXCLUDED_NOT;
    return n;
}

void put_excluding(struct bytes *to, const struct rulebook *book)
{
    size_t next = 0;
    for (size_t i = 0; i < book->nrules; i++) {
        const struct book_rule *r = &book->rules[i];
        if (r->excludes == EXCLUDED_NOT)
            continue;
        put_number(to, i - next);
        put_number(to, r->excludes);
        put_number(to, r->labels);
        next = i + 1;
    }
}

void get_excluding(struct cursor *c, size_t rows, struct rulebook *book)
{
    size_t next = 0;
    for (size_t i = 0; i < rows && !c->bad; i++) {
        uint64_t further = get_number(c), class = get_number(c);
        bool labels = get_flag(c);
        check(c, next < book->nrules && further < book->nrules - next);
        check(c, class > EXCLUDED_NOT && class < EXCLUDED_CLASSES);
        if (c->bad)
            return;
        next += (size_t)further;
        book->rules[next].excludes = (uint8_t) class;
        book->rules[next++].labels = labels;
    }
}

void rulebook_free(struct rulebook *book)
{
    arena_free(&book->arena);
    *book = (struct rulebook){ .made_by = { "", 0 } };
}

/* ---- input files ---- */

/* Of the rules only those that were counted: pairs of number and count. */
static void put_counts(struct bytes *to, const uint64_t *counts, size_t n)
{
    uint64_t some = 0;
    for (size_t i = 0; counts && i < n; i++)
        some += counts[i] > 0;
    put_number(to, counts != NULL);
    put_number(to, some);
    for (size_t i = 0; counts && i < n; i++)
        if (counts[i]) {
            put_number(to, i);
            put_number(to, counts[i]);
        }
}

static uint64_t *get_counts(struct cursor *c, size_t n, struct arena *a)
{
    bool there = get_flag(c);
    size_t some = get_count(c, n, 2);
    uint64_t *counts = there ? arena_take(a, n * sizeof *counts + 1) : NULL;
    check(c, there || !some);
    for (size_t i = 0; i < some && !c->bad; i++) {
        uint64_t at = get_number(c), count = get_number(c);
        check(c, at < n);
        if (!c->bad)
            counts[at] = count;
    }
    return counts;
}

static void put_samples(struct bytes *to, const struct input_file *f)
{
    put_number(to, f->nsamples);
    for (size_t i = 0; i < f->nsamples; i++) {
        const struct reject_sample *s = &f->samples[i];
        put_number(to, s->record);
        put_number(to, s->why == SAMPLE_UNMATCHED ? 0 : s->why + UINT64_C(1));
        put_text(to, s->detail);
        put_text(to, s->text);
    }
}

static void get_samples(struct cursor *c, struct input_file *f, struct arena *a)
{
    f->nsamples = get_count(c, (REJECTS + 1) * REJECTS_SHOWN, 4);
    f->samples = f->nsamples ? arena_take(a, f->nsamples * sizeof *f->samples) : NULL;
    for (size_t i = 0; i < f->nsamples && !c->bad; i++) {
        struct reject_sample *s = &f->samples[i];
        s->record = get_number(c);
        uint64_t why = get_number(c);
        check(c, why <= REJECTS);
        s->why = c->bad || !why ? SAMPLE_UNMATCHED : (enum reject)(why - 1);
        s->detail = keep_text(c, NAME_MAX_BYTES, a);
        s->text = keep_text(c, REJECT_TEXT_BYTES, a);
    }
}

void put_files(struct bytes *to, const struct input_file *files, size_t n, size_t nrules)
{
    for (const struct input_file *f = files; f < files + n; f++) {
        put_text(to, f->name);
        put_number(to, f->source);
        put_number(to, f->bytes);
        put_number(to, f->records);
        put_number(to, f->matched);
        put_number(to, f->unmatched);
        put_number(to, REJECTS);
        for (size_t r = 0; r < REJECTS; r++)
            put_number(to, f->rejected[r]);
        put_number(to, f->headers);
        put_u64(to, (uint64_t)f->first);
        put_u64(to, (uint64_t)f->last);
        put_u64(to, (uint64_t)f->first_event);
        put_number(to, f->first_event_record);
        put_u64(to, f->head_hash);
        for (size_t i = 0; i < 2; i++)
            put_u64(to, f->whole_hash[i]);
        for (size_t i = 0; i < 2; i++)
            put_u64(to, f->piece_of[i]);
        put_number(to, f->first_byte);
        put_number(to, f->first_record);
        put_text(to, f->damage);
        put_counts(to, f->rule_events, nrules);
        put_counts(to, f->rule_limits, nrules);
        put_samples(to, f);
    }
}

static int64_t get_time(struct cursor *c)
{
    int64_t time = (int64_t)get_u64(c);
    check(c, time == TIME_NONE || (time >= -EVENT_TIME_MOST && time <= EVENT_TIME_MOST));
    return c->bad ? TIME_NONE : time;
}

/* What the reports rely on. */
static bool file_adds_up(const struct input_file *f)
{
    uint64_t sum = f->matched + f->unmatched;
    bool small = !((f->matched | f->unmatched) >> ORIGIN_RECORD_BITS);
    for (size_t r = 0; r < REJECTS; r++) {
        sum += f->rejected[r];
        small = small && !(f->rejected[r] >> ORIGIN_RECORD_BITS);
    }
    return small && sum == f->records && (f->first == TIME_NONE) == (f->last == TIME_NONE) &&
           f->first <= f->last && !(f->first_record >> ORIGIN_RECORD_BITS) &&
           !(f->first_byte >> 62) && !(f->bytes >> 62);
}

static void get_file(struct cursor *c, struct input_file *f, size_t nrules, struct arena *a)
{
    f->bytes = get_number(c);
    f->records = get_number(c);
    f->matched = get_number(c);
    f->unmatched = get_number(c);
    size_t reasons = get_count(c, REJECTS, 1); /* an earlier program may have known fewer */
    for (size_t r = 0; r < reasons; r++)
        f->rejected[r] = get_number(c);
    f->headers = get_number(c);
    f->first = get_time(c);
    f->last = get_time(c);
    f->first_event = get_time(c);
    f->first_event_record = get_number(c);
    f->head_hash = get_u64(c);
    for (size_t i = 0; i < 2; i++)
        f->whole_hash[i] = get_u64(c);
    for (size_t i = 0; i < 2; i++)
        f->piece_of[i] = get_u64(c);
    f->first_byte = get_number(c);
    f->first_record = get_number(c);
    f->damage = keep_text(c, NAME_MAX_BYTES, a);
    f->rule_events = get_counts(c, nrules, a);
    f->rule_limits = get_counts(c, nrules, a);
    get_samples(c, f, a);
    check(c, file_adds_up(f));
}

void get_files(struct cursor *c, struct input_file *files, size_t n, size_t nrules, size_t nsources,
               struct arena *a)
{
    for (size_t i = 0; i < n && !c->bad; i++) {
        files[i].name = keep_text(c, NAME_MAX_BYTES, a);
        uint64_t source = get_number(c);
        check(c, source < nsources);
        files[i].source = (uint32_t)source;
        get_file(c, &files[i], nrules, a);
    }
}

/* ---- which of their columns hold something ---- */

void put_filled(struct bytes *to, const struct input_file *files, size_t n)
{
    for (size_t i = 0; i < n; i++)
        put_text(to, files[i].filled);
}

void get_filled(struct cursor *c, struct input_file *files, size_t n, struct arena *a)
{
    for (size_t i = 0; i < n && !c->bad; i++) {
        struct str filled = get_text(c, NAME_MAX_BYTES);
        check(c, filled_good(filled));
        if (!c->bad)
            files[i].filled = filled_keep(filled, i ? files[i - 1].filled : (struct str){ 0 }, a);
    }
}
