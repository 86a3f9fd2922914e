/* event_file_read.c - event_file_take(): an event file becomes part of a set.
 *
 * Texts get their numbers in the set (event_file_texts.c), and blocks of events are unpacked by all
 * workers, each to where it will stand.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/par.h"
#include "event_file_texts.h"
#include "event_rulebook.h"

struct loading {
    struct event_file *f;
    struct event_set *set;
    const struct renumbering *renumbering;
    struct clocks clocks;
    struct file_texts texts;
    size_t first_file, first_event;
    bool keep; /* the events; else they are checked and forgotten */
    int workers;
    struct err *e;
};

static bool load_clocks(struct loading *l)
{
    struct cursor c;
    const struct section *s = section_only(l->f, SECTION_CLOCKS);
    if (!section_read(l->f, s, &l->f->buffer, &c, l->e))
        return false;
    get_clocks(l->f->packer, &c, &l->clocks, l->f->about.nfiles, l->f->about.events);
    return cursor_done(&c) || section_fault(l->f, s, l->e);
}

/* ---- events ---- */

struct unpacking {
    struct loading *l;
    struct rows_in rows;
    const struct section *sections; /* of events */
    struct packer **packers;        /* [workers] */
    struct bytes *buffers;
    struct event *scratch; /* [workers][BLOCK_ROWS] when events are not kept */
    struct err *faults;    /* [blocks] empty where all is well */
};

static void unpack_block(void *ctx, size_t i, int worker)
{
    struct unpacking *u = ctx;
    const struct section *s = &u->sections[i];
    struct event *to = u->l->keep ? u->l->set->events + u->l->first_event + i * BLOCK_ROWS
                                  : u->scratch + (size_t)worker * BLOCK_ROWS;
    struct cursor c;
    if (!section_read(u->l->f, s, &u->buffers[worker], &c, &u->faults[i]))
        return;
    if (u->l->keep)
        spill_soon(u->l->set->spill, to, s->rows * sizeof *to);
    get_rows(u->packers[worker], &c, &u->rows, to, s->rows);
    if (!cursor_done(&c))
        section_fault(u->l->f, s, &u->faults[i]);
}

/* All blocks but the last are full, so that each knows where it begins. */
static bool blocks_are_full(const struct section *s, size_t n)
{
    for (size_t i = 0; i + 1 < n; i++)
        if (s[i].rows != BLOCK_ROWS)
            return false;
    return true;
}

static bool load_events(struct loading *l)
{
    struct event_file *f = l->f;
    struct event_set *set = l->set;
    size_t first = 0;
    while (first < f->nsections && f->sections[first].kind != SECTION_EVENTS)
        first++;
    size_t n = 0;
    while (first + n < f->nsections && f->sections[first + n].kind == SECTION_EVENTS)
        n++;
    if (n && !blocks_are_full(f->sections + first, n))
        return section_fault(f, f->sections + first, l->e);
    set->events = spill_grow(set->spill, set->events, &set->room, set->n + (size_t)f->about.events,
                             sizeof *set->events);
    struct unpacking u = { .l = l, .sections = f->sections + first };
    u.rows = (struct rows_in){
        .clocks = &l->clocks,
        .who = l->texts.whos,
        .touch = l->texts.touch,
        .attrs = l->texts.attrs,
        .usual = l->texts.usual,
        .rule = l->renumbering->rule,
        .nwhos = (uint32_t)f->rows[SECTION_WHOS],
        .ntouch = (uint32_t)f->rows[SECTION_TOUCHPOINTS],
        .nattrs = (uint32_t)f->rows[SECTION_ATTRS],
        .nrules = (uint32_t)f->book.nrules,
        .file = l->first_file,
    };
    u.packers = mem_take((size_t)l->workers * sizeof(struct packer *));
    for (int i = 0; i < l->workers; i++)
        u.packers[i] = packer_new();
    u.buffers = mem_zero((size_t)l->workers, sizeof *u.buffers);
    u.faults = mem_zero(n, sizeof *u.faults);
    if (!l->keep)
        u.scratch = mem_take((size_t)l->workers * BLOCK_ROWS * sizeof *u.scratch);
    par_each(n, l->workers, unpack_block, &u);
    bool ok = true;
    for (size_t i = 0; ok && i < n; i++)
        ok = !u.faults[i].text[0] || err_set(l->e, "%s", u.faults[i].text);
    for (int i = 0; i < l->workers; i++) {
        packer_free(u.packers[i]);
        free(u.buffers[i].p);
    }
    free(u.packers);
    free(u.buffers);
    free(u.faults);
    free(u.scratch);
    set->n += ok && l->keep ? (size_t)f->about.events : 0;
    return ok;
}

/* ---- books ---- */

static uint64_t *renumber_counts(const uint64_t *then, size_t nthen, const uint16_t *rule,
                                 size_t nrules, struct arena *a)
{
    if (!then)
        return NULL;
    uint64_t *now = arena_take(a, nrules * sizeof *now + 1);
    for (size_t i = 0; i < nthen; i++)
        if (then[i] && rule[i] < nrules) /* else the book did not say that it is used */
            now[rule[i]] += then[i];
    return now;
}

/* The books of the file's input files, as today's. */
static bool load_books(struct loading *l, size_t nrules)
{
    struct event_set *set = l->set;
    const struct event_file_about *about = &l->f->about;
    if (set->nfiles + about->nfiles >= (size_t)1 << (64 - ORIGIN_RECORD_BITS))
        return err_set(l->e, "the event files name more than %d input files",
                       1 << (64 - ORIGIN_RECORD_BITS));
    l->first_file = set->nfiles;
    set->files = mem_resize(set->files, (set->nfiles + about->nfiles) * sizeof *set->files + 1);
    for (size_t i = 0; i < about->nfiles; i++) {
        const struct input_file *then = &about->files[i];
        struct input_file *now = &set->files[set->nfiles + i];
        *now = *then;
        now->source = l->renumbering->source[then->source];
        if (now->source == UINT32_MAX)
            return section_fault(l->f, section_only(l->f, SECTION_BOOK), l->e);
        now->name = arena_keep(&set->arena, then->name);
        now->damage = arena_keep(&set->arena, then->damage);
        struct str before = set->nfiles + i ? now[-1].filled : (struct str){ 0 };
        now->filled = filled_keep(then->filled, before, &set->arena);
        now->rule_events = renumber_counts(then->rule_events, l->f->book.nrules,
                                           l->renumbering->rule, nrules, &set->arena);
        now->rule_limits = renumber_counts(then->rule_limits, l->f->book.nrules,
                                           l->renumbering->rule, nrules, &set->arena);
        if (then->nsamples)
            now->samples = arena_take(&set->arena, then->nsamples * sizeof *now->samples);
        for (size_t k = 0; k < then->nsamples; k++) {
            now->samples[k] = then->samples[k];
            now->samples[k].detail = arena_keep(&set->arena, then->samples[k].detail);
            now->samples[k].text = arena_keep(&set->arena, then->samples[k].text);
        }
    }
    set->nfiles += about->nfiles;
    return true;
}

/* ---- the whole ---- */

bool event_file_take(struct event_file *f, const struct renumbering *renumbering, size_t nrules,
                     bool keep, int workers, struct event_set *set, struct err *e)
{
    struct loading l = { .f = f, .set = set, .renumbering = renumbering, .keep = keep };
    l.workers = workers;
    l.e = e;
    l.first_event = set->n;
    bool ok = load_books(&l, nrules) && file_texts_load(f, set, &l.texts, e) && load_clocks(&l) &&
              load_events(&l) && metrics_load(f, set, l.first_file, e) &&
              repeats_load(f, set, l.first_file, e);
    clocks_free(&l.clocks);
    file_texts_free(&l.texts);
    return ok;
}
