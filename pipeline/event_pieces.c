/* event_pieces.c - event_set_join_pieces() of event.h: an input file that was read bit by bit. */
#include <assert.h>
#include <stdlib.h>

#include "base/limits.h"
#include "event.h"

static bool is_piece(const struct input_file *f)
{
    return f->piece_of[0] || f->piece_of[1];
}

static int by_number(uint64_t a, uint64_t b)
{
    return (a > b) - (a < b);
}

/* Pieces of one file lie together, in their order; what is no piece keeps its own. */
static int by_piece(const void *x, const void *y)
{
    const struct input_file *a = x, *b = y;
    int c = is_piece(a) - is_piece(b);
    if (!c && !is_piece(a))
        return by_number(a->place, b->place);
    if (!c)
        c = by_number(a->source, b->source);
    if (!c)
        c = by_number(a->piece_of[0], b->piece_of[0]);
    if (!c)
        c = by_number(a->piece_of[1], b->piece_of[1]);
    if (!c)
        c = by_number(a->first_byte, b->first_byte);
    return c ? c : by_number(a->bytes, b->bytes);
}

static bool same_file(const struct input_file *a, const struct input_file *b)
{
    return is_piece(a) && a->source == b->source && a->piece_of[0] == b->piece_of[0] &&
           a->piece_of[1] == b->piece_of[1];
}

static void add_counts(uint64_t **into, uint64_t *from, size_t n)
{
    if (!*into)
        *into = from;
    else if (from)
        for (size_t i = 0; i < n; i++)
            (*into)[i] += from[i];
}

static int by_reason(const void *x, const void *y)
{
    const struct reject_sample *a = x, *b = y;
    return a->why != b->why ? by_number(a->why, b->why) : by_number(a->record, b->record);
}

/* The first REJECTS_SHOWN of each reason. */
static void add_samples(struct input_file *into, const struct input_file *from, struct arena *a)
{
    size_t n = into->nsamples + from->nsamples, kept = 0;
    if (!from->nsamples)
        return;
    struct reject_sample *all = arena_take(a, n * sizeof *all);
    if (into->nsamples)
        memcpy(all, into->samples, into->nsamples * sizeof *all);
    memcpy(all + into->nsamples, from->samples, from->nsamples * sizeof *all);
    qsort(all, n, sizeof *all, by_reason);
    for (size_t i = 0; i < n; i++)
        if (kept < REJECTS_SHOWN || all[kept - REJECTS_SHOWN].why != all[i].why)
            all[kept++] = all[i];
    into->samples = all;
    into->nsamples = kept;
}

static void add_piece(struct input_file *into, const struct input_file *from, size_t nrules,
                      struct arena *a)
{
    input_file_add(into, from);
    into->records += from->records;
    into->bytes += from->bytes;
    add_counts(&into->rule_events, from->rule_events, nrules);
    add_counts(&into->rule_limits, from->rule_limits, nrules);
    add_samples(into, from, a);
    into->filled = filled_join(into->filled, from->filled, a);
    into->name = from->name;
    into->head_hash = from->head_hash;
    into->damage = from->damage;
    memcpy(into->whole_hash, from->whole_hash, sizeof into->whole_hash);
}

/* files are in order. number[] says for each old index the new one. */
static bool join(struct event_set *set, size_t nrules, uint32_t *number, struct err *e)
{
    size_t n = 0;
    uint64_t end = 0; /* of the bytes of the last file that is known */
    for (size_t i = 0; i < set->nfiles; i++) {
        struct input_file *f = &set->files[i], *last = n ? &set->files[n - 1] : NULL;
        bool more = last && same_file(last, f);
        if (more && f->first_byte < end)
            return err_set(e,
                           "two event files hold the same part of '%.*s' (from byte %llu on): "
                           "give each once",
                           STR_ARG(f->name), (unsigned long long)f->first_byte);
        end = f->first_byte + f->bytes;
        number[f->place] = (uint32_t)(more ? n - 1 : n);
        if (more)
            add_piece(last, f, nrules, &set->arena);
        else
            set->files[n++] = *f;
    }
    set->nfiles = n;
    return true;
}

bool event_set_join_pieces(struct event_set *set, size_t nrules, struct err *e)
{
    assert(!set->sealed);
    size_t pieces = 0;
    for (size_t i = 0; i < set->nfiles; i++) {
        set->files[i].place = (uint32_t)i;
        pieces += is_piece(&set->files[i]);
    }
    if (!pieces)
        return true;
    uint32_t *number = mem_take(set->nfiles * sizeof *number);
    qsort(set->files, set->nfiles, sizeof *set->files, by_piece);
    bool ok = join(set, nrules, number, e);
    for (size_t i = 0; ok && i < set->n; i++) {
        struct event *event = &set->events[i];
        uint64_t file = number[event_file(event)];
        event->origin = file << ORIGIN_RECORD_BITS | event_record(event);
    }
    if (ok) {
        metrics_renumber(&set->metrics, number);
        repeats_renumber(&set->repeats, number);
    }
    free(number);
    return ok;
}
