/* books.c - see books.h. */
#include "ingest/books.h"

#include <stdlib.h>

void books_init(struct input_file *books)
{
    *books = (struct input_file){ .first = TIME_NONE, .last = TIME_NONE, .first_event = TIME_NONE };
}

struct input_file *books_of(struct worker *w, uint32_t text)
{
    size_t before = w->nbooks;
    if (text >= before) {
        w->books = mem_grow(w->books, &w->books_room, (size_t)text + 1, sizeof *w->books);
        w->nbooks = (size_t)text + 1;
        memset(w->books + before, 0, (w->nbooks - before) * sizeof *w->books);
    }
    if (!w->books[text]) {
        w->books[text] = mem_take(sizeof **w->books);
        books_init(w->books[text]);
    }
    return w->books[text];
}

void books_free(struct input_file *books)
{
    if (!books)
        return;
    free(books->rule_events);
    free(books->rule_limits);
    free(books->samples);
    free(books->columns);
    free(books);
}

/* ---- samples: at most REJECTS_SHOWN of each reason, by reason, then record ---- */

static int by_reason(const void *x, const void *y)
{
    const struct reject_sample *a = x, *b = y;
    if (a->why != b->why)
        return a->why < b->why ? -1 : 1;
    return (a->record > b->record) - (a->record < b->record);
}

static void sample_add(struct input_file *books, struct reject_sample s, struct arena *a)
{
    enum { ROOM = (REJECTS + 1) * REJECTS_SHOWN + 1 };
    if (!books->samples)
        books->samples = mem_take(ROOM * sizeof *books->samples);
    s.text = arena_keep(a, str_head(s.text, REJECT_TEXT_BYTES));
    s.detail = arena_keep(a, s.detail);
    books->samples[books->nsamples++] = s;
    qsort(books->samples, books->nsamples, sizeof *books->samples, by_reason);
    size_t of_reason = 0;
    for (size_t i = 0; i < books->nsamples; i++) {
        of_reason += books->samples[i].why == s.why;
        if (of_reason > REJECTS_SHOWN) {
            memmove(books->samples + i, books->samples + i + 1,
                    (books->nsamples - i - 1) * sizeof *books->samples);
            books->nsamples--;
            return;
        }
    }
}

/* Would it be one of the first? Saves the copy when a text is rejected a million times. */
static bool sample_wanted(const struct input_file *books, enum reject why, uint64_t record)
{
    size_t earlier = 0;
    for (size_t i = 0; i < books->nsamples; i++)
        earlier += books->samples[i].why == why && books->samples[i].record < record;
    return earlier < REJECTS_SHOWN;
}

/* ---- counting ---- */

void books_reject(struct input_file *books, struct arena *a, enum reject why, uint64_t record,
                  struct str text, struct str detail)
{
    books->rejected[why]++;
    if (why == REJECT_JOINED) /* nothing is wrong with it: no sample */
        return;
    if (sample_wanted(books, why, record))
        sample_add(books, (struct reject_sample){ record, why, detail, text }, a);
}

void books_unmatched(struct input_file *books, struct arena *a, uint64_t record, struct str text)
{
    books->unmatched++;
    /* A worker mostly sees records in ascending order: the first ones are soon complete. */
    if (books->unmatched <= REJECTS_SHOWN || record < books->unmatched_shown) {
        sample_add(books, (struct reject_sample){ record, SAMPLE_UNMATCHED, { 0 }, text }, a);
        books->unmatched_shown = books->samples[books->nsamples - 1].record;
    }
}

void books_time(struct input_file *books, int64_t time)
{
    if (books->first == TIME_NONE || time < books->first)
        books->first = time;
    if (books->last == TIME_NONE || time > books->last)
        books->last = time;
}

static uint64_t *events_of_rules(struct input_file *books, const struct plan *plan)
{
    if (!books->rule_events)
        books->rule_events = mem_zero(plan->nrules, sizeof *books->rule_events);
    return books->rule_events;
}

void books_excluding(struct input_file *books, const struct plan *plan, uint16_t rule)
{
    events_of_rules(books, plan)[rule]++;
}

void books_event(struct input_file *books, const struct plan *plan, const struct verdict *v,
                 int64_t time, uint64_t record)
{
    books->matched++;
    uint64_t *events = events_of_rules(books, plan);
    for (uint32_t i = 0; i < v->n; i++)
        events[v->rules[i]]++;
    if (time == TIME_ALWAYS)
        return;
    if (books->first_event == TIME_NONE || record < books->first_event_record) {
        books->first_event = time;
        books->first_event_record = record;
    }
}

void books_limits(struct input_file *books, const struct plan *plan, const struct verdict *v)
{
    if (!books->rule_limits)
        books->rule_limits = mem_zero(plan->nrules, sizeof *books->rule_limits);
    for (uint32_t i = 0; i < v->nlimited; i++)
        books->rule_limits[v->limited[i]]++;
}

/* ---- adding up ---- */

static uint64_t *add_counts(uint64_t *into, const uint64_t *from, size_t n)
{
    if (!from)
        return into;
    if (!into)
        into = mem_zero(n, sizeof *into);
    for (size_t i = 0; i < n; i++)
        into[i] += from[i];
    return into;
}

static uint8_t *higher_states(uint8_t *into, const uint8_t *from, size_t n)
{
    if (!from)
        return into;
    if (!into)
        into = mem_zero(n, sizeof *into);
    for (size_t i = 0; i < n; i++)
        into[i] = from[i] > into[i] ? from[i] : into[i];
    return into;
}

void books_merge(struct input_file *into, const struct input_file *from, const struct plan *plan,
                 struct arena *a)
{
    input_file_add(into, from);
    into->rule_events = add_counts(into->rule_events, from->rule_events, plan->nrules);
    into->rule_limits = add_counts(into->rule_limits, from->rule_limits, plan->nrules);
    into->columns =
        higher_states(into->columns, from->columns, plan->sources[into->source].ncolumns);
    for (size_t i = 0; i < from->nsamples; i++)
        if (sample_wanted(into, from->samples[i].why, from->samples[i].record))
            sample_add(into, from->samples[i], a);
}
