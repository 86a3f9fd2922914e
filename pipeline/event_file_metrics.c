/* event_file_metrics.c - the metrics of an event file: sums of rows without a person as bytes, and
 * back. See event_sections.h.
 *
 * Keys hold texts only (event_metrics.h), so they are in the file as they are in the set.
 */
#include <stdlib.h>

#include "event_file_open.h"

/* A sum, as it is sorted and written. */
struct row {
    struct metric_key key;
    struct str what;
    uint32_t number;
};

static int by_place(const void *x, const void *y)
{
    const struct row *a = x, *b = y;
    if (a->key.file != b->key.file)
        return a->key.file < b->key.file ? -1 : 1;
    if (a->key.day != b->key.day)
        return a->key.day < b->key.day ? -1 : 1;
    return str_cmp(a->what, b->what);
}

/* ---- writing ---- */

uint32_t *metrics_order(const struct metrics *m)
{
    size_t n = m->keys.n;
    struct row *rows = mem_take(n * sizeof *rows);
    uint32_t *order = mem_take(n * sizeof *order);
    for (uint32_t i = 0; i < n; i++) {
        metrics_key(m, i, &rows[i].key, &rows[i].what);
        rows[i].number = i;
    }
    if (n)
        qsort(rows, n, sizeof *rows, by_place);
    for (size_t i = 0; i < n; i++)
        order[i] = rows[i].number;
    free(rows);
    return order;
}

size_t put_metrics(struct bytes *to, const struct metrics *m, const struct input_file *files,
                   const uint32_t *order, size_t first)
{
    size_t n = 0;
    uint32_t file = 0;
    for (; first + n < m->keys.n && n < BLOCK_ROWS && to->n < BLOCK_TEXT_BYTES; n++) {
        struct row r;
        const struct metric_sum *sum = &m->sums[order[first + n]];
        metrics_key(m, order[first + n], &r.key, &r.what);
        if (r.what.n > TEXT_BYTES_MAX)
            break;
        put_number(to, r.key.file - file);
        put_number(to, r.key.day == METRIC_NO_DAY ? 0 : 1 + zigzag((uint64_t)(int64_t)r.key.day));
        put_text(to, r.what);
        put_u64(to, (uint64_t)sum->micros);
        put_u64(to, (uint64_t)(sum->micros >> 64));
        put_number(to, sum->rows);
        put_number(to, files[r.key.file].metrics);
        file = r.key.file;
    }
    return n;
}

/* ---- reading ---- */

/* Names and values of dimensions, then a metric: an odd number of texts. */
static bool good_what(struct str what)
{
    struct cursor c = { (const unsigned char *)what.p, what.n, false };
    size_t texts = 0;
    for (; c.n && !c.bad; texts++)
        get_text(&c, what.n);
    return !c.bad && texts % 2 == 1;
}

/* No sum of values of 64 bits is further from 0 than their number allows: so sums of sums of all
 * files fit their 128 bits. */
static bool good_sum(const struct metric_sum *sum)
{
    bool some = sum->rows && !(sum->rows >> ORIGIN_RECORD_BITS);
    __extension__ const __int128 most = (__int128)(some ? sum->rows : 0) << 63;
    return some && sum->micros >= -most && sum->micros <= most;
}

static int32_t get_day(struct cursor *c)
{
    uint64_t day = get_number(c);
    if (!day)
        return METRIC_NO_DAY;
    int64_t since = (int64_t)unzigzag(day - 1);
    c->bad |= since <= INT32_MIN || since > INT32_MAX;
    return c->bad ? METRIC_NO_DAY : (int32_t)since;
}

struct reading {
    struct event_set *set;
    size_t first; /* of the event file's input files in the set */
    struct row before;
    struct bytes before_what; /* what before.what points to */
    bool any;                 /* there was a row before: they ascend over all sections */
};

/* A row; file is that of the row before it in the section. */
static struct row get_row(struct cursor *c, uint32_t file, size_t nfiles, struct metric_sum *sum,
                          uint64_t *records)
{
    struct row r = { .number = 0 };
    uint64_t further = get_number(c);
    c->bad |= further >= nfiles || file + further >= nfiles;
    r.key.file = c->bad ? 0 : file + (uint32_t)further;
    r.key.day = get_day(c);
    r.what = get_text(c, TEXT_BYTES_MAX);
    uint64_t low = get_u64(c);
    int64_t high = (int64_t)get_u64(c);
    __extension__ const __int128 step = (__int128)1 << 64;
    sum->micros = high * step + low;
    sum->rows = get_number(c);
    *records = get_number(c);
    c->bad |= sum->rows > *records || !good_sum(sum) || !good_what(r.what);
    return r;
}

static void keep_row(struct reading *in, const struct row *r)
{
    in->before_what.n = 0;
    put_bytes(&in->before_what, r->what.p, r->what.n);
    in->before = *r;
    in->before.what = (struct str){ (char *)in->before_what.p, in->before_what.n };
    in->any = true;
}

static void get_metrics(struct cursor *c, size_t rows, struct reading *in)
{
    uint32_t file = 0;
    size_t nfiles = in->set->nfiles - in->first;
    for (size_t i = 0; i < rows && !c->bad; i++) {
        struct metric_sum sum;
        uint64_t records;
        struct row r = get_row(c, file, nfiles, &sum, &records);
        c->bad |= in->any && by_place(&in->before, &r) >= 0;
        if (c->bad)
            return;
        struct input_file *books = &in->set->files[in->first + r.key.file];
        c->bad |= records > books->matched || (books->metrics && books->metrics != records);
        books->metrics = records;
        keep_row(in, &r);
        file = r.key.file;
        r.key.file += (uint32_t)in->first;
        if (!c->bad)
            metrics_add(&in->set->metrics, &r.key, r.what, &sum);
    }
}

bool metrics_load(struct event_file *f, struct event_set *set, size_t first, struct err *e)
{
    struct reading in = { .set = set, .first = first };
    bool ok = true;
    for (size_t i = 0; ok && i < f->nsections; i++) {
        const struct section *s = &f->sections[i];
        struct cursor c;
        if (s->kind != SECTION_METRICS)
            continue;
        ok = section_unpack(f, s, &c, e);
        if (ok)
            get_metrics(&c, s->rows, &in);
        ok = ok && (cursor_done(&c) || section_fault(f, s, e));
    }
    free(in.before_what.p);
    return ok;
}
