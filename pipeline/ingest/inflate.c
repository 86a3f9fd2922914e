/* inflate.c - see inflate.h: gzip's frame (RFC 1952) around a deflate library. */
#include "ingest/inflate.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <zlib.h>

#include "ingest/deflate.h"

enum {
    INPUT = 128 << 10,
    OUTPUT = 64 << 10,
    HEADER = 10,
    TRAILER = 8,
    FLAG_CRC = 2,
    FLAG_EXTRA = 4,
    FLAG_NAME = 8,
    FLAG_COMMENT = 16,
    FLAGS_RESERVED = 0xe0,
};

enum state { BETWEEN, INSIDE, ENDED, DAMAGED };

struct inflate {
    const struct deflate *library;
    void *deflate;
    inflate_source *source;
    void *ctx;
    enum state state;
    uint64_t member;      /* number of the one that is read, from 1 */
    uint64_t member_at;   /* where it begins in the compressed data */
    uint64_t member_text; /* and in the text */
    uint64_t out;         /* text decoded */
    uint64_t doubt;
    uint64_t in_end;       /* compressed bytes fetched so far */
    uint8_t tail[TRAILER]; /* the last of them */
    bool drained;
    uint8_t *in; /* not used yet; what was fetched ends at in + in_n */
    size_t in_n;
    struct err err; /* why it is DAMAGED */
    uint8_t *text;  /* decoded and not given out yet */
    size_t text_n;
    uint8_t text_buf[OUTPUT];
    uint8_t buf[DEFLATE_GIVE_BACK + INPUT];
};

struct inflate *inflate_open_by(const struct deflate *library, inflate_source *source, void *ctx)
{
    struct inflate *z = mem_zero(1, sizeof *z);
    z->library = library;
    z->deflate = library->open();
    assert(z->deflate);
    z->source = source;
    z->ctx = ctx;
    z->doubt = NO_DOUBT;
    z->in = z->buf + DEFLATE_GIVE_BACK;
    z->text = z->text_buf;
    return z;
}

struct inflate *inflate_open(inflate_source *source, void *ctx)
{
#ifdef HAVE_ISAL
    return inflate_open_by(&deflate_isal, source, ctx);
#else
    return inflate_open_by(&deflate_zlib, source, ctx);
#endif
}

static uint64_t position(const struct inflate *z)
{
    return z->in_end - z->in_n;
}

static uint32_t le32(const uint8_t *p)
{
    return p[0] | (uint32_t)p[1] << 8 | (uint32_t)p[2] << 16 | (uint32_t)p[3] << 24;
}

static void keep_tail(struct inflate *z, const uint8_t *p, size_t n)
{
    size_t take = n < TRAILER ? n : TRAILER;
    memmove(z->tail, z->tail + take, TRAILER - take);
    memcpy(z->tail + TRAILER - take, p + n - take, take);
}

/* More input behind what is left of it. False at the end of the data, or on failure. */
static bool fetch(struct inflate *z)
{
    uint8_t *begin = z->buf + DEFLATE_GIVE_BACK;
    if (z->drained)
        return false;
    if (z->in_n)
        memmove(begin, z->in, z->in_n);
    z->in = begin;
    ptrdiff_t got = z->source(z->ctx, begin + z->in_n, INPUT - z->in_n, &z->err);
    if (got <= 0) {
        z->drained = true;
        return false;
    }
    keep_tail(z, begin + z->in_n, (size_t)got);
    z->in_n += (size_t)got;
    z->in_end += (size_t)got;
    return true;
}

static bool damaged(struct inflate *z)
{
    z->state = DAMAGED;
    return false;
}

static bool corrupt(struct inflate *z, const char *what)
{
    err_set(&z->err, "%s (member %" PRIu64 ", which begins at byte %" PRIu64 ")", what, z->member,
            z->member_at);
    z->doubt = z->member_text;
    return damaged(z);
}

static bool corrupt_data(struct inflate *z)
{
    return corrupt(z, "gzip data is damaged");
}

/* A flipped bit can make the data run past their end, which looks like a file that was cut. Of a
 * file that was not cut the last four bytes are the length of its text, so a length near to what
 * was made tells the two apart. Of files that were cut, 1 in 2,000 at most is taken for damaged. */
static bool looks_whole(const struct inflate *z)
{
    uint32_t made = (uint32_t)(z->out - z->member_text), said = le32(z->tail + 4);
    uint32_t near = made / 2 + 512, apart = made > said ? made - said : said - made;
    if (near > 1 << 20)
        near = 1 << 20;
    return z->in_end - z->member_at >= HEADER + TRAILER && apart <= near;
}

static bool too_early(struct inflate *z)
{
    if (z->err.text[0])
        return damaged(z); /* the source failed; it says why */
    if (z->state == INSIDE && looks_whole(z))
        return corrupt_data(z);
    err_set(&z->err, "gzip data ends too early at byte %" PRIu64, z->in_end);
    return damaged(z);
}

/* One byte of the header, counted into its checksum; -1 at the end of the data. */
static int header_byte(struct inflate *z, uLong *crc)
{
    if (!z->in_n && !fetch(z))
        return -1;
    uint8_t byte = *z->in++;
    z->in_n--;
    *crc = crc32(*crc, &byte, 1);
    return byte;
}

static bool header_skip(struct inflate *z, uLong *crc, size_t n)
{
    while (n--)
        if (header_byte(z, crc) < 0)
            return false;
    return true;
}

static bool header_skip_text(struct inflate *z, uLong *crc)
{
    int c;
    do
        c = header_byte(z, crc);
    while (c > 0);
    return c == 0;
}

/* The rest of a header whose magic bytes were seen. */
static bool read_header(struct inflate *z)
{
    uLong crc = 0;
    uint8_t fixed[HEADER];
    for (size_t i = 0; i < HEADER; i++) {
        int c = header_byte(z, &crc);
        if (c < 0)
            return too_early(z);
        fixed[i] = (uint8_t)c;
    }
    int flags = fixed[3];
    if (fixed[2] != 8 || flags & FLAGS_RESERVED)
        return corrupt_data(z);
    if (flags & FLAG_EXTRA) {
        int low = header_byte(z, &crc), high = low < 0 ? -1 : header_byte(z, &crc);
        if (high < 0 || !header_skip(z, &crc, (size_t)(low | high << 8)))
            return too_early(z);
    }
    if ((flags & FLAG_NAME && !header_skip_text(z, &crc)) ||
        (flags & FLAG_COMMENT && !header_skip_text(z, &crc)))
        return too_early(z);
    if (flags & FLAG_CRC) {
        uLong want = crc & 0xffff;
        int low = header_byte(z, &crc), high = low < 0 ? -1 : header_byte(z, &crc);
        if (high < 0)
            return too_early(z);
        if ((uLong)(low | high << 8) != want)
            return corrupt_data(z);
    }
    return true;
}

/* Goes to the next member, if there is one. False when the text has ended, well or not. */
static bool begin_member(struct inflate *z)
{
    while (z->in_n || fetch(z)) {
        if (*z->in)
            break;
        z->in++;
        z->in_n--;
    }
    if (!z->in_n && !z->err.text[0] && z->member) {
        z->state = ENDED;
        return false;
    }
    while (z->in_n < 3 && fetch(z))
        ;
    static const uint8_t magic[3] = { 0x1f, 0x8b, 8 };
    size_t known = z->in_n < 3 ? z->in_n : 3;
    if (z->member && known && memcmp(z->in, magic, known) != 0) {
        err_set(&z->err, "trailing garbage after the gzip data at byte %" PRIu64, position(z));
        return damaged(z);
    }
    z->member++;
    z->member_at = position(z);
    z->member_text = z->out;
    if (!read_header(z))
        return false;
    z->library->reset(z->deflate);
    z->state = INSIDE;
    return true;
}

static bool end_member(struct inflate *z, uint32_t crc)
{
    while (z->in_n < TRAILER)
        if (!fetch(z))
            return too_early(z);
    uint32_t want = le32(z->in), length = le32(z->in + 4);
    z->in += TRAILER;
    z->in_n -= TRAILER;
    if (want != crc || length != (uint32_t)(z->out - z->member_text))
        return corrupt(z, "checksum of the gzip data is wrong");
    z->state = BETWEEN;
    return true;
}

/* More text of the member. Also leaves the member, well or not. Always into room of the same size:
 * how much of damaged data is decoded before the damage shows would else depend on the caller's. */
static void read_member(struct inflate *z)
{
    struct deflate_io io = { .in = z->in, .in_n = z->in_n, .out = z->text_buf, .out_n = OUTPUT };
    enum deflate_end end = z->library->run(z->deflate, &io);
    bool stuck = io.out_n == OUTPUT && io.in_n == z->in_n;
    z->in = io.in;
    z->in_n = io.in_n;
    z->text = z->text_buf;
    z->text_n = OUTPUT - io.out_n;
    z->out += z->text_n;
    if (end == DEFLATE_BAD)
        corrupt_data(z);
    else if (end == DEFLATE_DONE)
        end_member(z, io.crc);
    else if (io.out_n && (!z->in_n || stuck) && !fetch(z))
        too_early(z);
}

ptrdiff_t inflate_read(struct inflate *z, void *buf, size_t n, struct err *e)
{
    size_t got = 0;
    while (got < n) {
        size_t take = z->text_n < n - got ? z->text_n : n - got;
        if (take)
            memcpy((char *)buf + got, z->text, take);
        got += take;
        z->text += take;
        z->text_n -= take;
        if (got == n)
            break;
        if (z->state == BETWEEN)
            begin_member(z);
        if (z->state != INSIDE)
            break;
        read_member(z);
    }
    if (got || z->state != DAMAGED)
        return (ptrdiff_t)got;
    err_set(e, "%s", z->err.text);
    return -1;
}

uint64_t inflate_member_start(const struct inflate *z)
{
    return z->member_text;
}

uint64_t inflate_doubt(const struct inflate *z)
{
    return z->doubt;
}

void inflate_close(struct inflate *z)
{
    if (!z)
        return;
    z->library->close(z->deflate);
    free(z);
}

bool inflate_recognise(struct str head)
{
    const unsigned char *p = (const unsigned char *)head.p;
    return head.n >= 4 && p[0] == 0x1f && p[1] == 0x8b && p[2] == 8 && !(p[3] & FLAGS_RESERVED);
}
