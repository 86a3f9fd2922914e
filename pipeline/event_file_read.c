/* event_file_read.c - event_file_take(): an event file becomes part of a set.
 *
 * Texts get their numbers in the set, and blocks of events are unpacked by all workers, each to
 * where it will stand.
 */
#include <assert.h>
#include <stdlib.h>

#include "base/par.h"
#include "event_file_open.h"
#include "event_rulebook.h"

struct loading {
    struct event_file *f;
    struct event_set *set;
    const struct renumbering *renumbering;
    struct clocks clocks;
    uint32_t *touch, *ids, *whos, *attrs; /* the set's number of each of the file's */
    uint32_t *usual;
    size_t first_file, first_event;
    bool keep; /* the events; else they are checked and forgotten */
    int workers;
    struct err *e;
};

/* ---- texts ---- */

enum { AHEAD = 8 };

/* The numbers of n texts, fetched from memory some steps before they are needed. */
static void add_texts(struct intern *into, const struct str *texts, size_t n, uint32_t *numbers)
{
    uint32_t hashes[BLOCK_ROWS];
    for (size_t i = 0; i < n; i++)
        hashes[i] = intern_hash(texts[i]);
    for (size_t i = 0; i < n + 2 * AHEAD; i++) {
        size_t look = i - AHEAD,
               add = i - 2 * AHEAD; /* counted only from the steps where they are */
        if (i < n)
            intern_prefetch_slot(into, hashes[i]);
        if (i >= AHEAD && look < n)
            intern_prefetch_text(into, hashes[look], texts[look].n);
        if (i >= 2 * AHEAD)
            numbers[add] = intern_add_hashed(into, texts[add], hashes[add]);
    }
}

/* The texts of a block: slices of the file's buffer for unpacked bytes. */
static bool get_texts(struct event_file *f, struct cursor *c, struct str *texts, size_t n)
{
    uint64_t lengths[BLOCK_ROWS], sum = 0;
    get_column(f->packer, c, lengths, n);
    for (size_t i = 0; i < n; i++) {
        c->bad |= lengths[i] > TEXT_BYTES_MAX;
        sum += lengths[i];
    }
    if (c->bad || sum > BLOCK_TEXT_BYTES + TEXT_BYTES_MAX)
        return false;
    f->plain.p = mem_grow(f->plain.p, &f->plain.room, (size_t)sum + 1, 1);
    get_stream(f->packer, c, f->plain.p, (size_t)sum);
    const char *at = (const char *)f->plain.p;
    for (size_t i = 0; i < n; at += lengths[i++])
        texts[i] = (struct str){ at, (size_t)lengths[i] };
    return cursor_done(c);
}

static bool good_ids(const struct str *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!texts[i].n || (unsigned char)texts[i].p[0] >= ID_KINDS)
            return false;
    return true;
}

/* From the file's form of a list of attributes to the set's. */
static bool unpack_attrs(struct str text, struct bytes *to)
{
    struct cursor c = { (const unsigned char *)text.p, text.n, false };
    int before = -1;
    to->n = 0;
    while (c.n) {
        unsigned char kind = *c.p;
        c.p++;
        c.n--;
        struct str value = get_text(&c, TEXT_BYTES_MAX);
        uint32_t n = (uint32_t)value.n;
        if (c.bad || kind >= ATTRS || (int)kind <= before)
            return false;
        before = kind;
        put_bytes(to, &kind, 1);
        put_bytes(to, &n, sizeof n);
        put_bytes(to, value.p, n);
    }
    return to->n > 0;
}

static bool load_ids(struct loading *l, const struct section *s, struct cursor *c,
                     uint32_t *numbers)
{
    struct str texts[BLOCK_ROWS];
    if (!get_texts(l->f, c, texts, s->rows) || !good_ids(texts, s->rows))
        return false;
    add_texts(&l->set->ids, texts, s->rows, numbers);
    return true;
}

static bool load_attrs(struct loading *l, const struct section *s, struct cursor *c,
                       uint32_t *numbers)
{
    struct str texts[BLOCK_ROWS];
    struct bytes list = { 0 };
    bool ok = get_texts(l->f, c, texts, s->rows);
    for (size_t i = 0; ok && i < s->rows; i++) {
        ok = unpack_attrs(texts[i], &list);
        if (ok)
            numbers[i] = intern_add(&l->set->attrs, (struct str){ (char *)list.p, list.n });
    }
    free(list.p);
    return ok;
}

static bool load_touchpoints(struct loading *l, const struct section *s)
{
    struct cursor c;
    uint32_t nrules = (uint32_t)l->f->book.nrules;
    if (!section_unpack(l->f, s, &c, l->e))
        return false;
    if (nrules > c.n)
        return section_fault(l->f, s, l->e);
    l->usual = mem_take(nrules * sizeof *l->usual);
    for (uint32_t i = 0; i < nrules; i++) {
        uint64_t touch = get_number(&c);
        l->usual[i] = touch <= s->rows ? (uint32_t)touch : UINT32_MAX;
    }
    if (get_number(&c) != s->rows || s->rows > c.n)
        return section_fault(l->f, s, l->e);
    l->touch = mem_take(s->rows * sizeof *l->touch);
    for (uint32_t i = 0; i < s->rows && !c.bad; i++)
        l->touch[i] = intern_add(&l->set->touchpoints, get_text(&c, TEXT_BYTES_MAX));
    return cursor_done(&c) || section_fault(l->f, s, l->e);
}

/* ---- links ---- */

/* A list of the set's numbers, ascending; false when one is there twice. */
static bool sort_list(uint32_t *list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        uint32_t x = list[i];
        size_t at = i;
        for (; at && list[at - 1] > x; at--)
            list[at] = list[at - 1];
        list[at] = x;
    }
    for (size_t i = 1; i < n; i++)
        if (list[i] == list[i - 1])
            return false;
    return true;
}

enum { WHO_IDS_MAX = 1 << 12 };

/* Columns of numbers that go on over several, each of BLOCK_ROWS but the last. */
struct numbers_in {
    uint64_t *v;
    size_t at, n;
    uint64_t left;
};

static uint64_t next_number(struct loading *l, struct cursor *c, struct numbers_in *in)
{
    if (in->at == in->n) {
        in->n = in->left < BLOCK_ROWS ? (size_t)in->left : BLOCK_ROWS;
        in->left -= in->n;
        in->at = 0;
        get_column(l->f->packer, c, in->v, in->n);
    }
    return in->v[in->at++];
}

struct who_block {
    uint64_t sizes[BLOCK_ROWS], strongest[BLOCK_ROWS], others[BLOCK_ROWS];
    struct str texts[BLOCK_ROWS];
};

/* The lists, one behind the other, with the numbers of the set. */
static bool get_lists(struct loading *l, struct cursor *c, struct who_block *b, size_t rows,
                      struct bytes *lists)
{
    uint64_t nids = l->f->rows[SECTION_IDS], strongest = get_u32(c), more = 0, all = 0;
    get_column(l->f->packer, c, b->sizes, rows);
    get_column(l->f->packer, c, b->strongest, rows);
    for (size_t i = 0; i < rows && !c->bad; i++) {
        c->bad |= b->sizes[i] > WHO_IDS_MAX;
        more += b->sizes[i] ? b->sizes[i] - 1 : 0;
        all += b->sizes[i];
    }
    if (c->bad)
        return false;
    struct numbers_in others = { b->others, 0, 0, more };
    lists->n = 0;
    lists->p = mem_grow(lists->p, &lists->room, (size_t)all * sizeof(uint32_t) + 1, 1);
    for (size_t i = 0; i < rows; i++) {
        uint32_t *list = (uint32_t *)(void *)(lists->p + lists->n);
        strongest += b->strongest[i];
        for (size_t k = 0; k < b->sizes[i]; k++) {
            uint64_t id = k ? next_number(l, c, &others) : strongest;
            if (c->bad || id >= nids)
                return false;
            list[k] = l->ids[id];
        }
        size_t size = (size_t)b->sizes[i];
        if (!sort_list(list, size))
            return false;
        b->texts[i] = (struct str){ (const char *)list, size * sizeof *list };
        lists->n += b->texts[i].n;
    }
    return cursor_done(c);
}

static bool load_whos(struct loading *l, const struct section *s, struct cursor *c,
                      uint32_t *numbers)
{
    struct who_block *b = mem_take(sizeof *b);
    struct bytes lists = { 0 };
    bool ok = get_lists(l, c, b, s->rows, &lists);
    if (ok)
        add_texts(&l->set->whos, b->texts, s->rows, numbers);
    free(lists.p);
    free(b);
    return ok;
}

/* ---- all sections of a kind ---- */

typedef bool load_fn(struct loading *l, const struct section *s, struct cursor *c,
                     uint32_t *numbers);

/* The set's numbers of all rows of a kind, from number `first` of the file on; NULL with e set. */
static uint32_t *load_rows(struct loading *l, enum section_kind kind, size_t first, load_fn *load)
{
    uint32_t *numbers = mem_zero(first + (size_t)l->f->rows[kind], sizeof *numbers);
    size_t at = first;
    for (size_t i = 0; i < l->f->nsections; i++) {
        const struct section *s = &l->f->sections[i];
        struct cursor c;
        if (s->kind != kind)
            continue;
        bool ok = section_read(l->f, s, &l->f->buffer, &c, l->e);
        if (ok && !load(l, s, &c, numbers + at))
            ok = section_fault(l->f, s, l->e);
        if (!ok) {
            free(numbers);
            return NULL;
        }
        at += s->rows;
    }
    return numbers;
}

static const struct section *only(const struct event_file *f, enum section_kind kind)
{
    const struct section *s = f->sections;
    while (s->kind != kind)
        s++;
    return s;
}

static bool load_clocks(struct loading *l)
{
    struct cursor c;
    const struct section *s = only(l->f, SECTION_CLOCKS);
    if (!section_read(l->f, s, &l->f->buffer, &c, l->e))
        return false;
    get_clocks(l->f->packer, &c, &l->clocks, l->f->about.nfiles, l->f->about.events);
    return cursor_done(&c) || section_fault(l->f, s, l->e);
}

/* A file may be made up, and say more than it holds; none holds more identifiers than bytes. */
static size_t texts_expected(const struct event_file *f, enum section_kind kind)
{
    return (size_t)(f->rows[kind] < f->about.bytes ? f->rows[kind] : f->about.bytes);
}

static bool load_texts(struct loading *l)
{
    intern_expect(&l->set->ids, texts_expected(l->f, SECTION_IDS));
    intern_expect(&l->set->whos, texts_expected(l->f, SECTION_WHOS));
    return load_touchpoints(l, only(l->f, SECTION_TOUCHPOINTS)) &&
           (l->ids = load_rows(l, SECTION_IDS, 0, load_ids)) &&
           (l->whos = load_rows(l, SECTION_WHOS, 0, load_whos)) &&
           (l->attrs = load_rows(l, SECTION_ATTRS, 1, load_attrs)) && load_clocks(l);
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
    set->events =
        spill_grow(set->spill, set->events, &set->room, set->n + (size_t)f->about.events, sizeof *set->events);
    struct unpacking u = { .l = l, .sections = f->sections + first };
    u.rows = (struct rows_in){
        .clocks = &l->clocks,
        .who = l->whos,
        .touch = l->touch,
        .attrs = l->attrs,
        .usual = l->usual,
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
            return section_fault(l->f, only(l->f, SECTION_BOOK), l->e);
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
    bool ok = load_books(&l, nrules) && load_texts(&l) && load_events(&l) &&
              metrics_load(f, set, l.first_file, e) && repeats_load(f, set, l.first_file, e);
    clocks_free(&l.clocks);
    free(l.touch);
    free(l.ids);
    free(l.whos);
    free(l.attrs);
    free(l.usual);
    return ok;
}
