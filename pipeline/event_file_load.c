/* event_file_load.c - event_files_load(): the books of event files are joined, so that every file
 * knows today's numbers of its rules; then file after file becomes part of a set.
 */
#include <assert.h>
#include <stdlib.h>

#include "event_file_open.h"
#include "event_rulebook.h"

/* Files that were there before know less rules. */
static void lengthen_counts(struct event_set *set, size_t before, size_t nrules)
{
    for (size_t i = 0; i < set->nfiles && before < nrules; i++) {
        uint64_t **counts[] = { &set->files[i].rule_events, &set->files[i].rule_limits };
        for (int k = 0; k < 2; k++) {
            if (!*counts[k])
                continue;
            uint64_t *longer = arena_take(&set->arena, nrules * sizeof *longer);
            memcpy(longer, *counts[k], before * sizeof *longer);
            *counts[k] = longer;
        }
    }
}

/* Room for all at once: growing file by file would reserve up to twice as much. */
static void make_room(struct event_file *const *files, size_t n, struct event_set *set)
{
    size_t events = set->n;
    for (size_t i = 0; i < n; i++)
        events += (size_t)files[i]->about.events;
    set->events = spill_grow(set->spill, set->events, &set->room, events, sizeof *set->events);
}

static bool load_files(struct event_file *const *files, size_t n, struct rulebook *book, bool keep,
                       int workers, struct event_set *set, struct err *e)
{
    assert(!set->sealed);
    const struct rulebook **then = mem_take(n * sizeof *then);
    struct renumbering *renumbering = mem_zero(n, sizeof *renumbering);
    for (size_t i = 0; i < n; i++)
        then[i] = &files[i]->book;
    size_t before = book->nrules;
    bool ok = rulebook_join(book, then, n, renumbering, e);
    if (ok)
        lengthen_counts(set, before, book->nrules);
    if (ok && keep)
        make_room(files, n, set);
    for (size_t i = 0; ok && i < n; i++)
        ok = event_file_take(files[i], &renumbering[i], book->nrules, keep, workers, set, e);
    for (size_t i = 0; i < n; i++)
        renumbering_free(&renumbering[i]);
    free(renumbering);
    free(then);
    return ok;
}

bool event_files_load_pieces(struct event_file *const *files, size_t n, struct rulebook *book,
                             int workers, struct event_set *set, struct err *e)
{
    return load_files(files, n, book, true, workers, set, e);
}

bool event_files_load(struct event_file *const *files, size_t n, struct rulebook *book, int workers,
                      struct event_set *set, struct err *e)
{
    return event_files_load_pieces(files, n, book, workers, set, e) &&
           event_set_join_pieces(set, book->nrules, e);
}

bool event_file_verify(struct event_file *f, int workers, struct err *e)
{
    struct event_set set;
    struct rulebook book = f->book; /* its own: nothing is retired, so nothing is added */
    event_set_init(&set);
    bool ok = load_files(&f, 1, &book, false, workers, &set, e);
    event_set_free(&set);
    return ok;
}

struct print event_file_rules(const struct event_file *f)
{
    struct rulebook book = f->book;
    struct bytes b = { 0 };
    struct print print;
    book.made_by = STR("");
    book.rules = mem_take(book.nrules * sizeof *book.rules);
    book.sources = mem_take(book.nsources * sizeof *book.sources);
    for (size_t i = 0; i < book.nrules; i++) {
        book.rules[i] = f->book.rules[i];
        book.rules[i].used = false;
    }
    for (size_t i = 0; i < book.nsources; i++) {
        book.sources[i] = f->book.sources[i];
        book.sources[i].used = false;
    }
    put_book(&b, &book);
    hash_bytes_128((struct str){ (const char *)b.p, b.n }, print.bits);
    free(book.rules);
    free(book.sources);
    free(b.p);
    return print;
}

bool event_file_gather(struct event_file *f, int workers, struct event_set *set, struct err *e)
{
    struct renumbering same;
    renumbering_same(&f->book, &same);
    bool ok = event_file_take(f, &same, f->book.nrules, true, workers, set, e);
    renumbering_free(&same);
    return ok;
}
