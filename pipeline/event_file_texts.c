/* event_file_texts.c - see event_file_texts.h. */
#include "event_file_texts.h"

#include <stdlib.h>

#include "base/sort_few.h"

struct loading {
    struct event_file *f;
    struct event_set *set;
    struct file_texts *texts;
    bool new_ids, new_whos;  /* those so far are in order, and the set had none */
    uint64_t id_hash;        /* of the identifier before */
    unsigned char *kinds;    /* [identifiers of the file] as long as they are new */
    struct bytes who_before; /* the list of the link before, in numbers of the file */
    bool any_who;
    struct err *e;
};

/* ---- texts ---- */

enum { AHEAD = 8 };

static void append_texts(struct intern *into, const struct str *texts, size_t n, uint32_t *numbers)
{
    for (size_t i = 0; i < n; i++)
        numbers[i] = intern_append(into, texts[i]);
}

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

/* Whether identifiers are behind all that were before: the file has them by hash, then by bytes. */
static bool ids_ascend(struct loading *l, const struct str *texts, size_t n)
{
    const struct intern *ids = &l->set->ids;
    for (size_t i = 0; i < n; i++) {
        uint64_t hash = hash_bytes(texts[i]);
        if (hash < l->id_hash)
            return false;
        if (hash == l->id_hash && (i || ids->n) &&
            str_cmp(i ? texts[i - 1] : intern_text(ids, ids->n - 1), texts[i]) >= 0)
            return false;
        l->id_hash = hash;
    }
    return true;
}

static bool load_ids(struct loading *l, const struct section *s, struct cursor *c,
                     uint32_t *numbers)
{
    struct str texts[BLOCK_ROWS];
    struct intern *ids = &l->set->ids;
    if (!get_texts(l->f, c, texts, s->rows) || !good_ids(texts, s->rows))
        return false;
    l->new_ids = l->new_ids && ids_ascend(l, texts, s->rows);
    if (!l->new_ids) {
        add_texts(ids, texts, s->rows, numbers);
        return true;
    }
    for (size_t i = 0; i < s->rows; i++)
        l->kinds[ids->n + i] = (unsigned char)texts[i].p[0];
    append_texts(ids, texts, s->rows, numbers);
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
    uint32_t *usual = l->texts->usual = mem_take(nrules * sizeof *usual);
    for (uint32_t i = 0; i < nrules; i++) {
        uint64_t touch = get_number(&c);
        usual[i] = touch <= s->rows ? (uint32_t)touch : UINT32_MAX;
    }
    if (get_number(&c) != s->rows || s->rows > c.n)
        return section_fault(l->f, s, l->e);
    uint32_t *touch = l->texts->touch = mem_take(s->rows * sizeof *touch);
    for (uint32_t i = 0; i < s->rows && !c.bad; i++)
        touch[i] = intern_add(&l->set->touchpoints, get_text(&c, TEXT_BYTES_MAX));
    return cursor_done(&c) || section_fault(l->f, s, l->e);
}

/* ---- links ---- */

/* A list of the set's numbers, ascending; false when one is there twice. */
static bool sort_list(uint32_t *list, size_t n)
{
    sort_few(list, n);
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

/* Whether the list of a link is as the writer makes it, so that equal links have equal lists: its
 * strongest identifier first, the others ascending. In numbers of the file. */
static bool is_listed(const struct loading *l, const uint32_t *list, size_t n)
{
    for (size_t i = 1; i < n; i++) {
        unsigned char kind = l->kinds[list[i]], strongest = l->kinds[list[0]];
        if (kind < strongest || (kind == strongest && list[i] <= list[0]) ||
            (i > 1 && list[i] <= list[i - 1]))
            return false;
    }
    return true;
}

/* Whether b comes behind a in the order of the file. */
static bool is_behind(const uint32_t *a, size_t na, const uint32_t *b, size_t nb)
{
    if (!na || !nb)
        return na > 0;
    for (size_t i = 0; i < na && i < nb; i++)
        if (a[i] != b[i])
            return b[i] > a[i];
    return nb > na;
}

/* Whether links are behind all that were before, and therefore different from them. */
static bool whos_ascend(struct loading *l, const struct who_block *b, size_t rows)
{
    const uint32_t *before = (const uint32_t *)(void *)l->who_before.p;
    size_t nbefore = l->who_before.n / sizeof *before;
    for (size_t i = 0; i < rows; i++) {
        const uint32_t *list = (const uint32_t *)(const void *)b->texts[i].p;
        size_t n = b->texts[i].n / sizeof *list;
        if (!is_listed(l, list, n) || (l->any_who && !is_behind(before, nbefore, list, n)))
            return false;
        l->any_who = true;
        before = list;
        nbefore = n;
    }
    l->who_before.n = 0;
    put_bytes(&l->who_before, b->texts[rows - 1].p, b->texts[rows - 1].n);
    return true;
}

/* The lists, one behind the other, with the numbers of the file. */
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
            list[k] = (uint32_t)id;
        }
        b->texts[i] = (struct str){ (const char *)list, (size_t)b->sizes[i] * sizeof *list };
        lists->n += b->texts[i].n;
    }
    return cursor_done(c);
}

/* Lists as the set has them: with its numbers, ascending. */
static bool renumber_lists(const struct loading *l, const struct who_block *b, size_t rows,
                           struct bytes *lists)
{
    uint32_t *list = (uint32_t *)(void *)lists->p;
    for (size_t i = 0; i < rows; list += b->sizes[i++]) {
        for (size_t k = 0; k < b->sizes[i]; k++)
            list[k] = l->texts->ids[list[k]];
        if (!sort_list(list, (size_t)b->sizes[i]))
            return false;
    }
    return true;
}

static bool load_whos(struct loading *l, const struct section *s, struct cursor *c,
                      uint32_t *numbers)
{
    struct who_block *b = mem_take(sizeof *b);
    struct bytes lists = { 0 };
    bool ok = get_lists(l, c, b, s->rows, &lists);
    l->new_whos = ok && l->new_whos && l->new_ids && whos_ascend(l, b, s->rows);
    ok = ok && renumber_lists(l, b, s->rows, &lists);
    if (ok && l->new_whos)
        append_texts(&l->set->whos, b->texts, s->rows, numbers);
    else if (ok)
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

/* ---- the whole ---- */

/* A file may be made up, and say more than it holds; none holds more identifiers than bytes. */
static size_t texts_expected(const struct event_file *f, enum section_kind kind)
{
    return (size_t)(f->rows[kind] < f->about.bytes ? f->rows[kind] : f->about.bytes);
}

/* Makes room; true when the texts can be appended as long as they are in order. */
static bool expect(const struct event_file *f, enum section_kind kind, struct intern *in)
{
    bool append = !in->n && intern_can_append(in);
    if (append)
        intern_will_append(in, texts_expected(f, kind));
    else
        intern_expect(in, texts_expected(f, kind));
    return append;
}

bool file_texts_load(struct event_file *f, struct event_set *set, struct file_texts *out,
                     struct err *e)
{
    struct loading l = { .f = f, .set = set, .texts = out, .e = e };
    *out = (struct file_texts){ 0 };
    l.new_ids = expect(f, SECTION_IDS, &set->ids);
    l.new_whos = expect(f, SECTION_WHOS, &set->whos);
    l.kinds = mem_take(l.new_ids ? (size_t)f->rows[SECTION_IDS] : 0);
    bool ok = load_touchpoints(&l, section_only(f, SECTION_TOUCHPOINTS)) &&
              (out->ids = load_rows(&l, SECTION_IDS, 0, load_ids)) &&
              (out->whos = load_rows(&l, SECTION_WHOS, 0, load_whos)) &&
              (out->attrs = load_rows(&l, SECTION_ATTRS, 1, load_attrs));
    free(l.kinds);
    free(l.who_before.p);
    return ok;
}

void file_texts_free(struct file_texts *t)
{
    free(t->touch);
    free(t->ids);
    free(t->whos);
    free(t->attrs);
    free(t->usual);
}
