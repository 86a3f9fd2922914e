/* event_columns.c - see event_columns.h. The door to zstd for event files. */
#include "event_columns.h"

#include <assert.h>
#include <stdlib.h>
#include <zstd.h>

enum { STREAM_RAW, STREAM_ZSTD, STREAM_SAME }; /* SAME: one byte, which all are equal to */
enum { LEVEL = 1, NUMBER_BYTES_MAX = 10 };

/* Planes are bytes of numbers. What zstd takes there for a short match is chance, and slow to
 * unpack: only long ones are looked for (7 bytes is the most that it can be told). And what hardly
 * gets shorter stays as it is. Both were measured by tests/bench/events. */
enum { PLANE_MATCH_LEAST = 7, PLANE_GAIN_LEAST = 10 /* a tenth */ };

/* ---- bytes that grow ---- */

static unsigned char *more(struct bytes *to, size_t n)
{
    to->p = mem_grow(to->p, &to->room, to->n + n, 1);
    to->n += n;
    return to->p + to->n - n;
}

void put_bytes(struct bytes *to, const void *p, size_t n)
{
    unsigned char *at = more(to, n);
    if (n)
        memcpy(at, p, n);
}

static void put_low_bytes(struct bytes *to, uint64_t value, size_t n)
{
    unsigned char *at = more(to, n);
    for (size_t i = 0; i < n; i++)
        at[i] = (unsigned char)(value >> 8 * i);
}

void put_u32(struct bytes *to, uint32_t value)
{
    put_low_bytes(to, value, 4);
}

void put_u64(struct bytes *to, uint64_t value)
{
    put_low_bytes(to, value, 8);
}

void put_number(struct bytes *to, uint64_t value)
{
    for (; value >= 0x80; value >>= 7)
        put_low_bytes(to, value | 0x80, 1);
    put_low_bytes(to, value, 1);
}

void put_text(struct bytes *to, struct str text)
{
    put_number(to, text.n);
    put_bytes(to, text.p, text.n);
}

/* ---- bytes that are read ---- */

static const unsigned char *take(struct cursor *c, size_t n)
{
    if (c->bad || n > c->n) {
        c->bad = true;
        return NULL;
    }
    c->p += n;
    c->n -= n;
    return c->p - n;
}

static uint64_t low_bytes(struct cursor *c, size_t n)
{
    const unsigned char *p = take(c, n);
    uint64_t value = 0;
    for (size_t i = 0; p && i < n; i++)
        value |= (uint64_t)p[i] << 8 * i;
    return value;
}

uint32_t get_u32(struct cursor *c)
{
    return (uint32_t)low_bytes(c, 4);
}

uint64_t get_u64(struct cursor *c)
{
    return low_bytes(c, 8);
}

uint64_t get_number(struct cursor *c)
{
    uint64_t value = 0;
    for (unsigned i = 0; i < NUMBER_BYTES_MAX; i++) {
        uint64_t byte = low_bytes(c, 1);
        if (i == NUMBER_BYTES_MAX - 1 && byte > 1)
            break;
        value |= (byte & 0x7f) << 7 * i;
        if (!(byte & 0x80))
            return c->bad ? 0 : value;
    }
    c->bad = true;
    return 0;
}

struct str get_text(struct cursor *c, size_t most)
{
    uint64_t n = get_number(c);
    if (n > most)
        c->bad = true;
    const unsigned char *p = take(c, c->bad ? 0 : (size_t)n);
    return p ? (struct str){ (const char *)p, (size_t)n } : (struct str){ "", 0 };
}

/* ---- compressed ---- */

struct packer {
    ZSTD_CCtx *in;
    ZSTD_DCtx *out;
    unsigned char plane[COLUMN_ROWS_MAX];
};

struct packer *packer_new(void)
{
    struct packer *p = mem_zero(1, sizeof *p);
    p->in = ZSTD_createCCtx();
    p->out = ZSTD_createDCtx();
    if (!p->in || !p->out)
        mem_take(SIZE_MAX / 2); /* ends the program as any lack of memory does */
    ZSTD_CCtx_setParameter(p->in, ZSTD_c_compressionLevel, LEVEL);
    ZSTD_CCtx_setParameter(p->in, ZSTD_c_minMatch, PLANE_MATCH_LEAST);
    return p;
}

void packer_free(struct packer *p)
{
    if (!p)
        return;
    ZSTD_freeCCtx(p->in);
    ZSTD_freeDCtx(p->out);
    free(p);
}

static bool all_same(const unsigned char *p, size_t n)
{
    return n && memcmp(p, p + 1, n - 1) == 0;
}

/* How many bytes it took; n or more: it is not worth it. */
static size_t compress(struct packer *p, void *to, size_t room, const void *from, size_t n,
                       bool plane)
{
    size_t kept = plane ? ZSTD_compress2(p->in, to, room, from, n)
                        : ZSTD_compressCCtx(p->in, to, room, from, n, LEVEL);
    assert(!ZSTD_isError(kept));
    return plane && kept > n - n / PLANE_GAIN_LEAST ? n : kept;
}

static void put_packed(struct packer *p, struct bytes *to, const void *from, size_t n, bool plane)
{
    assert(n <= STREAM_BYTES_MAX);
    enum { HEAD = 5 };
    size_t head = to->n, kept = n;
    unsigned char how = STREAM_RAW, *at;
    if (all_same(from, n)) {
        how = STREAM_SAME;
        kept = 1;
        more(to, HEAD);
        put_bytes(to, from, kept);
    } else {
        size_t room = ZSTD_compressBound(n);
        more(to, HEAD + room);
        kept = n ? compress(p, to->p + head + HEAD, room, from, n, plane) : 0;
        how = STREAM_ZSTD;
        if (kept >= n) {
            how = STREAM_RAW;
            kept = n;
            if (n)
                memcpy(to->p + head + HEAD, from, n);
        }
    }
    at = to->p + head;
    at[0] = how;
    for (int i = 0; i < 4; i++)
        at[1 + i] = (unsigned char)(kept >> 8 * i);
    to->n = head + HEAD + kept;
}

void put_stream(struct packer *p, struct bytes *to, const void *from, size_t n)
{
    put_packed(p, to, from, n, false);
}

void get_stream(struct packer *p, struct cursor *c, void *to, size_t n)
{
    uint64_t how = low_bytes(c, 1);
    size_t kept = get_u32(c);
    const unsigned char *from = take(c, kept);
    if (from && how == STREAM_RAW && kept == n) {
        if (n)
            memcpy(to, from, n);
    } else if (from && how == STREAM_SAME && kept == 1 && n) {
        memset(to, *from, n);
    } else if (!from || how != STREAM_ZSTD || ZSTD_getFrameContentSize(from, kept) != n ||
               ZSTD_decompressDCtx(p->out, to, n, from, kept) != n) {
        c->bad = true;
        if (n)
            memset(to, 0, n);
    }
}

/* Sixteen at a time: a loop of a known length is one that compilers do with vectors. */
enum { AT_ONCE = 16 };

static void plane_out(unsigned char *restrict plane, const uint64_t *restrict values, size_t n,
                      unsigned shift)
{
    size_t i = 0;
    for (; i + AT_ONCE <= n; i += AT_ONCE)
        for (size_t k = 0; k < AT_ONCE; k++)
            plane[i + k] = (unsigned char)(values[i + k] >> shift);
    for (; i < n; i++)
        plane[i] = (unsigned char)(values[i] >> shift);
}

static void plane_first(uint64_t *restrict values, const unsigned char *restrict plane, size_t n)
{
    size_t i = 0;
    for (; i + AT_ONCE <= n; i += AT_ONCE)
        for (size_t k = 0; k < AT_ONCE; k++)
            values[i + k] = plane[i + k];
    for (; i < n; i++)
        values[i] = plane[i];
}

static void plane_in(uint64_t *restrict values, const unsigned char *restrict plane, size_t n,
                     unsigned shift)
{
    size_t i = 0;
    for (; i + AT_ONCE <= n; i += AT_ONCE)
        for (size_t k = 0; k < AT_ONCE; k++)
            values[i + k] |= (uint64_t)plane[i + k] << shift;
    for (; i < n; i++)
        values[i] |= (uint64_t)plane[i] << shift;
}

/* How many bytes the largest takes. */
static unsigned width_of(const uint64_t *values, size_t n)
{
    uint64_t some[AT_ONCE] = { 0 }, all = 0;
    size_t i = 0;
    for (; i + AT_ONCE <= n; i += AT_ONCE)
        for (size_t k = 0; k < AT_ONCE; k++)
            some[k] |= values[i + k];
    for (; i < n; i++)
        all |= values[i];
    for (size_t k = 0; k < AT_ONCE; k++)
        all |= some[k];
    unsigned width = 0;
    while (width < 8 && all >> 8 * width)
        width++;
    return width;
}

void put_column(struct packer *p, struct bytes *to, const uint64_t *values, size_t n)
{
    assert(n <= COLUMN_ROWS_MAX);
    unsigned width = width_of(values, n);
    put_low_bytes(to, width, 1);
    for (unsigned k = 0; k < width; k++) {
        plane_out(p->plane, values, n, 8 * k);
        put_packed(p, to, p->plane, n, true);
    }
}

bool get_column(struct packer *p, struct cursor *c, uint64_t *values, size_t n)
{
    assert(n <= COLUMN_ROWS_MAX);
    uint64_t width = low_bytes(c, 1);
    if (width > 8)
        c->bad = true;
    if (c->bad || !width) {
        memset(values, 0, n * sizeof *values);
        return false;
    }
    for (unsigned k = 0; !c->bad && k < width; k++) {
        get_stream(p, c, p->plane, n);
        if (k)
            plane_in(values, p->plane, n, 8 * k);
        else
            plane_first(values, p->plane, n);
    }
    return !c->bad;
}
