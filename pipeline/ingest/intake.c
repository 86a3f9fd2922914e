/* intake.c - see intake.h. */
#include "ingest/intake.h"

#include <assert.h>
#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <strings.h>
#ifdef __x86_64__
#include <xxh_x86dispatch.h> /* the widest vectors that the processor has; the same hash */
#else
#include <xxhash.h>
#endif

enum { PIECE = 64 << 10, WHOLE_CHARACTER = 16 };

struct intake {
    struct stream *stream;
    struct str encoding;
    bool begun, plain;
    size_t mark;   /* bytes of a byte order mark at the beginning of raw that are to go */
    bool read_all; /* the stream has ended */
    bool ended;    /* and all that was made of it has been given out */
    struct err damage;
    uint64_t bytes;
    char head[HEAD_BYTES];
    XXH3_state_t *whole;
    uint64_t hashed; /* bytes in it */
    struct mark *marks;
    size_t nmarks, next_mark;
    /* decoding: what was read and not decoded yet */
    iconv_t decoder; /* NULL: none */
    size_t unit;     /* bytes that are left out where they cannot be decoded */
    char raw[PIECE + WHOLE_CHARACTER];
    size_t raw_at, raw_n; /* raw_n bytes from raw_at on */
    size_t raw_passed;    /* of these, hashed; of a plain text none */
    struct shape *shape;  /* NULL: none */
    struct shaped made;   /* bytes from made_at on are to be given out */
    size_t made_at;
};

struct intake *intake_open(struct stream *s, struct str encoding)
{
    struct intake *in = mem_zero(1, sizeof *in);
    in->stream = s;
    in->encoding = encoding;
    in->plain = true;
    in->whole = XXH3_createState();
    if (!in->whole) {
        fputs("touchpath: no memory left\n", stderr);
        exit(1);
    }
    XXH3_128bits_reset(in->whole);
    return in;
}

/* ---- as the bytes lie ---- */

static void hash_more(struct intake *in, const char *bytes, size_t n)
{
    while (in->next_mark < in->nmarks && in->marks[in->next_mark].bytes <= in->hashed + n) {
        struct mark *mark = &in->marks[in->next_mark++];
        size_t part = (size_t)(mark->bytes - in->hashed);
        uint64_t hash[2];
        XXH3_128bits_update(in->whole, bytes, part);
        in->hashed += part;
        bytes += part;
        n -= part;
        intake_whole_hash(in, hash);
        mark->met = hash[0] == mark->hash[0] && hash[1] == mark->hash[1];
    }
    XXH3_128bits_update(in->whole, bytes, n);
    in->hashed += n;
}

void intake_pass(struct intake *in, const char *bytes, size_t n)
{
    if (in->plain)
        hash_more(in, bytes, n);
}

uint64_t intake_passed(const struct intake *in)
{
    return in->hashed;
}

/* The text turns out not to be plain: what was given out and not passed yet is hashed now, what is
 * in raw when it is made into something else. */
static void no_longer_plain(struct intake *in, struct str unpassed)
{
    if (in->plain && unpassed.n)
        hash_more(in, unpassed.p, unpassed.n);
    in->plain = false;
    memmove(in->raw, in->raw + in->raw_at, in->raw_n);
    in->raw_at = 0;
}

static size_t read_raw(struct intake *in, char *to, size_t n)
{
    size_t got = 0;
    while (got < n && !in->read_all) {
        ptrdiff_t more = stream_read(in->stream, to + got, n - got, &in->damage);
        if (more <= 0) {
            in->read_all = true;
            break;
        }
        if (in->bytes < HEAD_BYTES) {
            size_t room = HEAD_BYTES - (size_t)in->bytes;
            memcpy(in->head + in->bytes, to + got, (size_t)more < room ? (size_t)more : room);
        }
        in->bytes += (uint64_t)more;
        got += (size_t)more;
    }
    return got;
}

/* ---- decoding ---- */

static void make(struct intake *in, struct str s)
{
    if (in->shape)
        in->shape->run(in->shape, s, false, &in->made);
    else
        shaped_add(&in->made, s);
}

/* Decodes what is in raw; what is left of a character waits for the next piece. */
static void decode(struct intake *in)
{
    char out[4096], *from = in->raw;
    size_t left = in->raw_n;
    while (left) {
        char *to = out;
        size_t room = sizeof out;
        size_t done = iconv(in->decoder, &from, &left, &to, &room);
        int why = errno;
        make(in, (struct str){ out, sizeof out - room });
        if (done != (size_t)-1 || why == E2BIG)
            continue;
        if (why == EINVAL && !in->read_all)
            break;
        make(in, STR("\xef\xbf\xbd"));
        size_t skip = why == EINVAL || left < in->unit ? left : in->unit;
        from += skip;
        left -= skip;
    }
    memmove(in->raw, from, left);
    in->raw_n = left;
}

/* With the head in raw: is there a byte order mark, and what is to be decoded? */
static void begin(struct intake *in)
{
    if (in->begun)
        return;
    in->begun = true;
    in->raw_n = read_raw(in, in->raw, HEAD_BYTES);
    struct str head = { in->raw, in->raw_n };
    const char *name = in->encoding.n ? in->encoding.p : NULL;
    if (str_starts(head, STR("\xff\xfe"))) {
        name = "UTF-16LE";
        in->mark = 2;
    } else if (str_starts(head, STR("\xfe\xff"))) {
        name = "UTF-16BE";
        in->mark = 2;
    } else if (str_starts(head, STR("\xef\xbb\xbf"))) {
        name = NULL;
        in->mark = in->shape ? 3 : 0; /* without a shape the cutter takes it off */
    }
    if (!name || strcasecmp(name, "UTF-8") == 0)
        return;
    iconv_t decoder = iconv_open("UTF-8", name);
    if (decoder == (iconv_t)-1) { /* the loader has tried it before */
        err_set(&in->damage, "the encoding '%s' is not known here", name);
        in->read_all = true;
        return;
    }
    in->decoder = decoder;
    in->unit = strncasecmp(name, "UTF-16", 6) == 0 ? 2 : 1;
    no_longer_plain(in, (struct str){ "", 0 });
}

/* ---- what is given out ---- */

/* Reads one more piece into made. */
static void make_more(struct intake *in)
{
    if (in->made_at == in->made.n)
        in->made.n = in->made_at = 0;
    in->raw_n += read_raw(in, in->raw + in->raw_n, PIECE - (in->raw_n < PIECE ? in->raw_n : PIECE));
    hash_more(in, in->raw + in->raw_passed, in->raw_n - in->raw_passed);
    in->raw_n -= in->mark;
    memmove(in->raw, in->raw + in->mark, in->raw_n);
    in->mark = 0;
    if (in->decoder) {
        decode(in);
    } else {
        make(in, (struct str){ in->raw, in->raw_n });
        in->raw_n = 0;
    }
    in->raw_passed = in->raw_n;
    if (!in->read_all)
        return;
    if (in->shape)
        in->shape->run(in->shape, (struct str){ "", 0 }, true, &in->made);
    in->ended = true;
}

static size_t take_made(struct intake *in, char *to, size_t n)
{
    size_t there = in->made.n - in->made_at;
    n = there < n ? there : n;
    if (n)
        memcpy(to, in->made.p + in->made_at, n);
    in->made_at += n;
    return n;
}

size_t intake_fill(struct intake *in, char *to, size_t n)
{
    begin(in);
    size_t got = 0;
    if (!in->decoder && !in->shape) {
        if (in->raw_n) { /* the head that was looked at */
            got = in->raw_n < n ? in->raw_n : n;
            memcpy(to, in->raw + in->raw_at, got);
            in->raw_at += got;
            in->raw_n -= got;
        }
        got += read_raw(in, to + got, n - got);
        in->ended = in->read_all && !in->raw_n;
        return got;
    }
    while (got < n) {
        size_t more = take_made(in, to + got, n - got);
        got += more;
        if (more)
            continue;
        if (in->ended)
            break;
        make_more(in);
    }
    return got;
}

bool intake_ended(const struct intake *in)
{
    return in->ended && in->made_at == in->made.n;
}

void intake_shape(struct intake *in, struct shape *shape, struct str before)
{
    in->shape = shape;
    no_longer_plain(in, before);
    struct shaped pending = in->made; /* decoded, not shaped yet */
    size_t at = in->made_at;
    in->made = (struct shaped){ 0 };
    in->made_at = 0;
    if (before.n)
        shape->run(shape, before, false, &in->made);
    if (pending.n > at)
        shape->run(shape, (struct str){ pending.p + at, pending.n - at }, false, &in->made);
    free(pending.p);
    if (in->ended)
        shape->run(shape, (struct str){ "", 0 }, true, &in->made);
}

bool intake_plain(const struct intake *in)
{
    return in->plain;
}

const struct err *intake_damage(const struct intake *in)
{
    return in->damage.text[0] ? &in->damage : NULL;
}

uint64_t intake_bytes(const struct intake *in)
{
    return in->bytes;
}

struct str intake_head(struct intake *in)
{
    begin(in);
    return (struct str){ in->head, in->bytes < HEAD_BYTES ? (size_t)in->bytes : HEAD_BYTES };
}

void intake_watch(struct intake *in, struct mark *marks, size_t n)
{
    assert(!in->hashed || !in->plain);
    in->marks = marks;
    in->nmarks = n;
}

void intake_whole_hash(const struct intake *in, uint64_t hash[2])
{
    XXH128_hash_t h = XXH3_128bits_digest(in->whole);
    hash[0] = h.low64;
    hash[1] = h.high64;
}

void intake_close(struct intake *in)
{
    if (!in)
        return;
    if (in->decoder)
        iconv_close(in->decoder);
    shape_free(in->shape);
    XXH3_freeState(in->whole);
    free(in->made.p);
    free(in);
}
