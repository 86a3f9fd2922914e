/* codec.c - see codec.h: units one after the other, their places and doubts. */
#include "ingest/codec.h"

#include <inttypes.h>
#include <stdlib.h>

enum { INPUT = 128 << 10 };

enum state { BETWEEN, INSIDE, RESCUING, ENDED, DAMAGED };

struct decoder {
    const struct codec *codec;
    void *codec_state;
    struct flow *below;
    enum state state;
    uint64_t unit;      /* number of the one that is read, from 1 */
    uint64_t unit_at;   /* where it begins in the compressed data */
    uint64_t unit_text; /* and in the text */
    uint64_t out;       /* text decoded */
    uint64_t doubt;
    uint64_t in_end;   /* compressed bytes fetched so far */
    bool drained;      /* there are no more */
    struct err err;    /* what is wrong; said once all text is given out */
    const uint8_t *in; /* not used yet; what was fetched ends at in + in_n */
    size_t in_n;
    const uint8_t *text; /* decoded and not given out yet */
    size_t text_n;
    char tail[CODEC_TAIL]; /* the last of what was fetched */
    uint8_t text_buf[CODEC_OUTPUT];
    uint8_t buf[INPUT];
};

bool codec_begins_with(struct str head, struct str magic)
{
    size_t n = head.n < magic.n ? head.n : magic.n;
    return n && memcmp(head.p, magic.p, n) == 0;
}

bool codec_begins_skippable(struct str head)
{
    static const char rest[3] = { 0x2a, 0x4d, 0x18 };
    return head.n && ((unsigned char)head.p[0] & 0xf0) == 0x50 &&
           (head.n == 1 || codec_begins_with(str_from(head, 1), (struct str){ rest, 3 }));
}

void codec_need(bool had)
{
    if (had)
        return;
    fputs("touchpath: no memory left\n", stderr);
    exit(1);
}

static uint64_t position(const struct decoder *d)
{
    return d->in_end - d->in_n;
}

static void keep_tail(struct decoder *d, size_t n)
{
    const uint8_t *end = d->buf + d->in_n;
    size_t take = n < CODEC_TAIL ? n : CODEC_TAIL;
    memmove(d->tail, d->tail + take, CODEC_TAIL - take);
    memcpy(d->tail + CODEC_TAIL - take, end - take, take);
}

/* More input behind what is left of it, as much as there is room for: how a pipe cuts its bytes is
 * not to be seen. False at the end of the data, or on failure below. */
static bool fetch(struct decoder *d)
{
    size_t before = d->in_n;
    if (before)
        memmove(d->buf, d->in, before);
    d->in = d->buf;
    while (!d->drained && d->in_n < INPUT) {
        ptrdiff_t got = flow_read(d->below, d->buf + d->in_n, INPUT - d->in_n, &d->err);
        if (got <= 0) {
            d->drained = true;
            break;
        }
        d->in_n += (size_t)got;
        d->in_end += (size_t)got;
        keep_tail(d, (size_t)got);
    }
    return d->in_n > before;
}

/* The rest of what is below, since it may have a checksum there that says more. */
static void drain_below(struct decoder *d)
{
    char sink[4096];
    struct err e = { 0 };
    while (flow_read(d->below, sink, sizeof sink, &e) > 0)
        ;
}

static void fail(struct decoder *d)
{
    d->state = DAMAGED;
    if (flow_root(d->below) != d->below)
        drain_below(d);
    if (flow_doubt(d->below) != NO_DOUBT)
        d->doubt = 0;
}

static void corrupt(struct decoder *d, enum codec_end how)
{
    const char *name = d->codec->name;
    char where[100];
    snprintf(where, sizeof where, "(%s %" PRIu64 ", which begins at byte %" PRIu64 ")",
             d->codec->unit, d->unit, d->unit_at);
    if (how == CODEC_TOO_LARGE) {
        err_set(&d->err, "%s data needs more than %d MiB of memory: not read %s", name,
                CODEC_MEMORY_MIB_MAX, where);
    } else {
        d->doubt = d->unit_text;
        if (how == CODEC_BAD_SUM)
            err_set(&d->err, "checksum of the %s data is wrong %s", name, where);
        else
            err_set(&d->err, "%s data is damaged near byte %" PRIu64 " %s", name, position(d),
                    where);
    }
    fail(d);
}

/* The data have run out. A flipped bit can make that look like a cut. */
static void too_early(struct decoder *d)
{
    const struct codec *codec = d->codec;
    if (!d->err.text[0] && d->state == INSIDE && codec->looks_whole &&
        codec->looks_whole(d->codec_state, (struct str){ d->tail, CODEC_TAIL })) {
        corrupt(d, CODEC_BAD);
        return;
    }
    bool rescue = d->state == INSIDE && codec->rescue;
    err_set(&d->err, "%s data ends too early at byte %" PRIu64, codec->name, d->in_end);
    fail(d);
    if (rescue && d->doubt == NO_DOUBT)
        d->state = RESCUING;
}

static void begin_unit(struct decoder *d)
{
    while (d->in_n || fetch(d)) {
        if (!d->codec->padded || !d->unit || *d->in)
            break;
        d->in++;
        d->in_n--;
    }
    if (!d->in_n && !d->err.text[0] && d->unit) {
        d->state = ENDED;
        return;
    }
    if (d->in_n < CODEC_HEAD)
        fetch(d);
    if (!d->in_n) {
        too_early(d);
        return;
    }
    struct str head = { (const char *)d->in, d->in_n < CODEC_HEAD ? d->in_n : CODEC_HEAD };
    if (d->unit && !(d->codec->begins && d->codec->begins(head))) {
        err_set(&d->err, "trailing garbage after the %s data at byte %" PRIu64, d->codec->name,
                position(d));
        fail(d);
        return;
    }
    d->unit++;
    d->unit_at = position(d);
    d->unit_text = d->out;
    d->codec->reset(d->codec_state);
    d->state = INSIDE;
}

static void made(struct decoder *d, size_t n)
{
    d->text = d->text_buf;
    d->text_n = n;
    d->out += n;
}

/* More text of the unit. Also leaves the unit, well or not. Always into room of the same size: how
 * much of damaged data is decoded before the damage shows would else depend on the caller's. */
static void read_unit(struct decoder *d)
{
    struct codec_io io = { d->in, d->in_n, d->text_buf, CODEC_OUTPUT };
    enum codec_end end = d->codec->run(d->codec_state, &io);
    bool stuck = io.out_n == CODEC_OUTPUT && io.in_n == d->in_n;
    d->in = io.in;
    d->in_n = io.in_n;
    made(d, CODEC_OUTPUT - io.out_n);
    if (end == CODEC_DONE)
        d->state = BETWEEN;
    else if (end != CODEC_MORE)
        corrupt(d, end);
    else if (stuck && d->in_n)
        corrupt(d, CODEC_BAD);
    else if (!d->text_n && !d->in_n && !fetch(d))
        too_early(d);
}

static void rescue(struct decoder *d)
{
    struct codec_io io = { .out = d->text_buf, .out_n = CODEC_OUTPUT };
    d->codec->rescue(d->codec_state, &io);
    made(d, CODEC_OUTPUT - io.out_n);
    if (!d->text_n)
        d->state = DAMAGED;
}

static ptrdiff_t decoder_read(void *state, void *buf, size_t n, struct err *e)
{
    struct decoder *d = state;
    size_t got = 0;
    while (got < n) {
        size_t take = d->text_n < n - got ? d->text_n : n - got;
        if (take)
            memcpy((char *)buf + got, d->text, take);
        got += take;
        d->text += take;
        d->text_n -= take;
        if (got == n || d->state == ENDED || d->state == DAMAGED)
            break;
        if (d->state == BETWEEN)
            begin_unit(d);
        else if (d->state == INSIDE)
            read_unit(d);
        else
            rescue(d);
    }
    if (got || d->state != DAMAGED)
        return (ptrdiff_t)got;
    err_set(e, "%s", d->err.text);
    return -1;
}

static uint64_t decoder_doubt(const void *state)
{
    return ((const struct decoder *)state)->doubt;
}

static uint64_t decoder_unit(const void *state)
{
    return ((const struct decoder *)state)->unit_text;
}

static void decoder_close(void *state)
{
    struct decoder *d = state;
    d->codec->close(d->codec_state);
    free(d);
}

static const struct flow_kind decoder_kind = { decoder_read, decoder_doubt, decoder_unit,
                                               decoder_close };

struct flow *codec_flow(struct flow *below, const struct codec *codec)
{
    struct decoder *d = mem_take(sizeof *d);
    memset(d, 0, offsetof(struct decoder, text_buf));
    d->codec = codec;
    d->codec_state = codec->open();
    d->below = below;
    d->doubt = NO_DOUBT;
    d->in = d->buf;
    d->text = d->text_buf;
    return flow_new(&decoder_kind, d, below, flow_root(below), false);
}
