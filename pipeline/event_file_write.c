/* event_file_write.c - event_file_write(): a set becomes the bytes of an event file.
 *
 * The set gets its numbers (event_number.h); then section after section is packed and written.
 * Blocks of events are packed by all workers, a few at a time, and written in their order.
 */
#include <assert.h>
#include <errno.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/par.h"
#include "event_number.h"
#include "event_sections.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

const char *const section_names[SECTION_KINDS] = {
    "",
    "rules",
    "input files",
    "touchpoints",
    "identifiers",
    "links",
    "attributes",
    "clocks",
    "events",
    "totals",
    "metrics",
    "",
    "rules that exclude",
    "keys of records",
    "columns of input files",
};

struct placed {
    uint32_t kind, rows;
    uint64_t at, length, check;
};

struct file_out {
    FILE *to;
    const char *name;
    struct event_set *set;
    const struct rulebook *book;
    struct numbers numbers;
    struct clocks clocks;
    struct packer **packers; /* [workers] */
    int workers;
    struct placed *sections;
    size_t nsections, sections_room;
    uint64_t at; /* bytes written */
    XXH3_state_t *print;
    struct bytes bytes; /* of the section that is being made */
    struct err *e;
};

/* ---- sections ---- */

static bool write_bytes(struct file_out *f, const void *p, size_t n)
{
    if (fwrite(p, 1, n, f->to) != n)
        return err_set(f->e, "cannot write '%s': %s", f->name, strerror(errno));
    XXH3_128bits_update(f->print, p, n);
    f->at += n;
    return true;
}

static void set_u32(unsigned char *at, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

static void section_begin(struct bytes *to, enum section_kind kind, uint32_t rows)
{
    to->n = 0;
    put_u32(to, kind);
    put_u32(to, rows);
    put_u64(to, 0); /* the length, when it is known */
}

static void section_end(struct bytes *to)
{
    uint64_t length = to->n - SECTION_HEAD_BYTES;
    set_u32(to->p + 8, (uint32_t)length);
    set_u32(to->p + 12, (uint32_t)(length >> 32));
    put_u64(to, hash_bytes((struct str){ (const char *)to->p, to->n }));
}

static uint32_t u32_at(const unsigned char *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static bool section_write(struct file_out *f, const struct bytes *b)
{
    struct placed s = { u32_at(b->p), u32_at(b->p + 4), f->at, b->n, 0 };
    s.check = u32_at(b->p + b->n - 8) | (uint64_t)u32_at(b->p + b->n - 4) << 32;
    f->sections = mem_grow(f->sections, &f->sections_room, f->nsections + 1, sizeof s);
    f->sections[f->nsections++] = s;
    return write_bytes(f, b->p, b->n);
}

/* A section of plain bytes, packed as one stream behind their number. */
static bool write_packed(struct file_out *f, enum section_kind kind, uint32_t rows,
                         const struct bytes *plain)
{
    if (plain->n > STREAM_BYTES_MAX)
        return err_set(f->e, "cannot write '%s': the books of its input files take more than 1 GiB",
                       f->name);
    section_begin(&f->bytes, kind, rows);
    put_u64(&f->bytes, plain->n);
    put_stream(f->packers[0], &f->bytes, plain->p, plain->n);
    section_end(&f->bytes);
    return section_write(f, &f->bytes);
}

static bool counted(const struct input_file *file, size_t rule)
{
    return (file->rule_events && file->rule_events[rule]) ||
           (file->rule_limits && file->rule_limits[rule]);
}

/* The book, with marks at what this file names. */
static bool write_book(struct file_out *f)
{
    struct bytes plain = { 0 };
    struct rulebook book = *f->book;
    book.rules = mem_take(book.nrules * sizeof *book.rules);
    book.sources = mem_take(book.nsources * sizeof *book.sources);
    for (size_t i = 0; i < book.nrules; i++) {
        book.rules[i] = f->book->rules[i];
        book.rules[i].used = f->numbers.rule_used[i];
        for (size_t k = 0; k < f->set->nfiles; k++)
            book.rules[i].used |= counted(&f->set->files[k], i);
    }
    for (size_t i = 0; i < book.nsources; i++) {
        book.sources[i] = f->book->sources[i];
        book.sources[i].used = false;
    }
    for (size_t k = 0; k < f->set->nfiles; k++)
        book.sources[f->set->files[k].source].used = true;
    put_book(&plain, &book);
    bool ok = write_packed(f, SECTION_BOOK, 1, &plain);
    free(book.rules);
    free(book.sources);
    free(plain.p);
    return ok;
}

static bool write_files(struct file_out *f)
{
    struct bytes plain = { 0 };
    put_files(&plain, f->set->files, f->set->nfiles, f->book->nrules);
    bool ok = write_packed(f, SECTION_FILES, (uint32_t)f->set->nfiles, &plain);
    free(plain.p);
    return ok;
}

/* ---- texts ---- */

/* A list of attributes holds lengths in the machine's order; in the file it is the same list with
 * them as numbers. */
static void put_attr_list(struct bytes *to, struct str list)
{
    for (uint32_t n; list.n; list = str_from(list, 1 + sizeof n + n)) {
        memcpy(&n, list.p + 1, sizeof n);
        put_bytes(to, list.p, 1);
        put_number(to, n);
        put_bytes(to, list.p + 1 + sizeof n, n);
    }
}

/* Texts order[first] to order[n - 1] in as many blocks as it takes: lengths, then bytes. */
static bool write_texts(struct file_out *f, enum section_kind kind, const struct intern *texts,
                        const uint32_t *order, size_t first, size_t n)
{
    struct bytes plain = { 0 };
    uint64_t *lengths = mem_take(BLOCK_ROWS * sizeof *lengths);
    bool ok = true;
    for (size_t at = first; ok && at < n;) {
        size_t rows = 0;
        plain.n = 0;
        for (; at < n && rows < BLOCK_ROWS && plain.n < BLOCK_TEXT_BYTES; at++) {
            struct str text = intern_text(texts, order[at]);
            size_t before = plain.n;
            if (kind == SECTION_ATTRS)
                put_attr_list(&plain, text);
            else
                put_bytes(&plain, text.p, text.n);
            lengths[rows++] = plain.n - before;
            assert(plain.n - before <= TEXT_BYTES_MAX);
        }
        section_begin(&f->bytes, kind, (uint32_t)rows);
        put_column(f->packers[0], &f->bytes, lengths, rows);
        put_stream(f->packers[0], &f->bytes, plain.p, plain.n);
        section_end(&f->bytes);
        ok = section_write(f, &f->bytes);
    }
    free(lengths);
    free(plain.p);
    return ok;
}

static bool write_usual(struct file_out *f)
{
    struct bytes plain = { 0 };
    for (size_t i = 0; i < f->book->nrules; i++)
        put_number(&plain, f->numbers.usual[i]);
    put_number(&plain, f->set->touchpoints.n);
    for (size_t i = 0; i < f->set->touchpoints.n; i++)
        put_text(&plain, intern_text(&f->set->touchpoints, f->numbers.touch_order[i]));
    bool ok = write_packed(f, SECTION_TOUCHPOINTS, f->set->touchpoints.n, &plain);
    free(plain.p);
    return ok;
}

/* ---- links ---- */

/* How many identifiers each has; of those with any, how far the strongest is behind the one before;
 * the others. */
static void put_whos(struct file_out *f, size_t first, size_t rows, uint32_t *before)
{
    const struct numbers *no = &f->numbers;
    struct packer *p = f->packers[0];
    uint64_t v[BLOCK_ROWS];
    size_t n = 0;
    for (size_t i = 0; i < rows; i++) {
        uint32_t w = no->who_order[first + i];
        v[i] = no->who_first[w + (size_t)1] - no->who_first[w];
    }
    put_column(p, &f->bytes, v, rows);
    for (size_t i = 0; i < rows; i++) {
        uint32_t w = no->who_order[first + i];
        bool any = no->who_first[w + (size_t)1] > no->who_first[w];
        uint32_t strongest = any ? no->who_ids[no->who_first[w]] : *before;
        v[i] = strongest - *before;
        *before = strongest;
    }
    put_column(p, &f->bytes, v, rows);
    for (size_t i = 0; i < rows; i++) {
        uint32_t w = no->who_order[first + i];
        for (size_t k = no->who_first[w] + 1; k < no->who_first[w + (size_t)1]; k++) {
            v[n++] = no->who_ids[k];
            if (n == BLOCK_ROWS) {
                put_column(p, &f->bytes, v, n);
                n = 0;
            }
        }
    }
    if (n)
        put_column(p, &f->bytes, v, n);
}

static bool write_whos(struct file_out *f)
{
    uint32_t before = 0;
    size_t n = f->set->whos.n;
    for (size_t at = 0; at < n; at += BLOCK_ROWS) {
        size_t rows = n - at < BLOCK_ROWS ? n - at : BLOCK_ROWS;
        section_begin(&f->bytes, SECTION_WHOS, (uint32_t)rows);
        put_u32(&f->bytes, before);
        put_whos(f, at, rows, &before);
        section_end(&f->bytes);
        if (!section_write(f, &f->bytes))
            return false;
    }
    return true;
}

/* ---- events ---- */

struct packing {
    struct file_out *f;
    struct rows_out rows;
    struct bytes *blocks; /* of a round */
    size_t first;         /* block of the round */
};

static void pack_block(void *ctx, size_t i, int worker)
{
    struct packing *r = ctx;
    const struct event_set *set = r->f->set;
    size_t block = r->first + i, at = block * BLOCK_ROWS;
    size_t n = set->n - at < BLOCK_ROWS ? set->n - at : BLOCK_ROWS;
    section_begin(&r->blocks[i], SECTION_EVENTS, (uint32_t)n);
    put_rows(r->f->packers[worker], &r->blocks[i], &r->rows, set->events + at, n,
             r->f->numbers.attrs_before[block]);
    section_end(&r->blocks[i]);
}

static bool write_events(struct file_out *f)
{
    const struct numbers *no = &f->numbers;
    size_t nblocks = (f->set->n + BLOCK_ROWS - 1) / BLOCK_ROWS, a_round = (size_t)f->workers * 4;
    struct packing r = { .f = f, .blocks = mem_zero(a_round, sizeof *r.blocks) };
    r.rows = (struct rows_out){ &f->clocks,     no->who_place, no->touch_place,
                                no->attr_place, no->usual,     f->set->touchpoints.n };
    bool ok = true;
    for (; ok && r.first < nblocks; r.first += a_round) {
        size_t n = nblocks - r.first < a_round ? nblocks - r.first : a_round;
        par_each(n, f->workers, pack_block, &r);
        for (size_t i = 0; ok && i < n; i++)
            ok = section_write(f, &r.blocks[i]);
    }
    for (size_t i = 0; i < a_round; i++)
        free(r.blocks[i].p);
    free(r.blocks);
    return ok;
}

static bool write_metrics(struct file_out *f)
{
    const struct metrics *m = &f->set->metrics;
    uint32_t *order = metrics_order(m);
    struct bytes plain = { 0 };
    bool ok = true;
    for (size_t at = 0, n; ok && at < m->keys.n; at += n) {
        plain.n = 0;
        n = put_metrics(&plain, m, f->set->files, order, at);
        ok =
            n ? write_packed(f, SECTION_METRICS, (uint32_t)n, &plain)
              : err_set(f->e, "cannot write '%s': the dimensions of a metric take more than %d MiB",
                        f->name, TEXT_BYTES_MAX >> 20);
    }
    free(order);
    free(plain.p);
    return ok;
}

static bool write_excluding(struct file_out *f)
{
    size_t n = count_excluding(f->book);
    struct bytes plain = { 0 };
    put_excluding(&plain, f->book);
    bool ok = !n || write_packed(f, SECTION_EXCLUDING, (uint32_t)n, &plain);
    free(plain.p);
    return ok;
}

static bool write_repeats(struct file_out *f)
{
    const struct repeats *r = &f->set->repeats;
    struct bytes plain = { 0 };
    bool ok = true;
    for (size_t at = 0, n; ok && at < r->n; at += n) {
        plain.n = 0;
        n = put_repeats(&plain, r, at);
        ok = write_packed(f, SECTION_REPEATS, (uint32_t)n, &plain);
    }
    free(plain.p);
    return ok;
}

static bool write_filled(struct file_out *f)
{
    struct bytes plain = { 0 };
    size_t n = f->set->nfiles;
    bool any = false;
    for (size_t i = 0; i < n; i++)
        any |= f->set->files[i].filled.n > 0;
    if (any)
        put_filled(&plain, f->set->files, n);
    bool ok = !any || write_packed(f, SECTION_FILLED, (uint32_t)n, &plain);
    free(plain.p);
    return ok;
}

/* ---- the whole ---- */

static bool write_head(struct file_out *f)
{
    f->bytes.n = 0;
    put_bytes(&f->bytes, EVENT_FILE_MAGIC, 8);
    put_u32(&f->bytes, EVENT_FILE_VERSION);
    put_u32(&f->bytes, 0);
    return write_bytes(f, f->bytes.p, f->bytes.n);
}

static bool write_clocks(struct file_out *f)
{
    section_begin(&f->bytes, SECTION_CLOCKS, 1);
    put_clocks(f->packers[0], &f->bytes, &f->clocks);
    section_end(&f->bytes);
    return section_write(f, &f->bytes);
}

static bool write_end(struct file_out *f)
{
    struct bytes *b = &f->bytes;
    section_begin(b, SECTION_END, (uint32_t)f->nsections);
    put_u64(b, f->set->n);
    put_u64(b, (uint64_t)f->clocks.first);
    put_u64(b, (uint64_t)f->clocks.last);
    for (size_t i = 0; i < f->nsections; i++) {
        const struct placed *s = &f->sections[i];
        put_u32(b, s->kind);
        put_u32(b, s->rows);
        put_u64(b, s->at);
        put_u64(b, s->length);
        put_u64(b, s->check);
    }
    section_end(b);
    uint64_t at = f->at, length = b->n;
    if (!write_bytes(f, b->p, b->n))
        return false;
    b->n = 0;
    put_u64(b, at);
    put_u64(b, length);
    put_u64(b, hash_bytes((struct str){ (const char *)b->p, b->n }));
    put_bytes(b, EVENT_FILE_END, 8);
    return write_bytes(f, b->p, b->n);
}

static bool write_all(struct file_out *f)
{
    const struct event_set *set = f->set;
    const struct numbers *no = &f->numbers;
    return write_head(f) && write_book(f) && write_files(f) && write_usual(f) &&
           write_texts(f, SECTION_IDS, &set->ids, no->id_order, 0, set->ids.n) && write_whos(f) &&
           write_texts(f, SECTION_ATTRS, &set->attrs, no->attr_order, 1, no->nattrs) &&
           write_clocks(f) && write_events(f) && write_metrics(f) && write_excluding(f) &&
           write_repeats(f) && write_filled(f) && write_end(f);
}

bool event_file_write(struct event_set *set, const struct rulebook *book, FILE *to,
                      const char *name, int workers, struct event_file_made *made, struct err *e)
{
    assert(!set->sealed);
    struct file_out f = { .to = to, .name = name, .set = set, .book = book, .workers = workers };
    f.e = e;
    f.print = XXH3_createState();
    f.packers = mem_take((size_t)workers * sizeof *f.packers);
    for (int i = 0; i < workers; i++)
        f.packers[i] = packer_new();
    XXH3_128bits_reset(f.print);
    event_set_order_files(set, workers);
    repeats_settle(&set->repeats, set);
    numbers_make(set, book->nrules, BLOCK_ROWS, workers, &f.numbers);
    clocks_make(set, &f.clocks);
    bool ok = write_all(&f);
    if (ok && made) {
        XXH128_hash_t print = XXH3_128bits_digest(f.print);
        *made = (struct event_file_made){ set->n, f.at, { { print.high64, print.low64 } } };
    }
    for (int i = 0; i < workers; i++)
        packer_free(f.packers[i]);
    free(f.packers);
    XXH3_freeState(f.print);
    numbers_free(&f.numbers);
    clocks_free(&f.clocks);
    free(f.sections);
    free(f.bytes.p);
    return ok;
}
