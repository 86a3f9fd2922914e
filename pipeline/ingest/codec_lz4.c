/* codec_lz4.c - see codec.h: lz4's frames, by liblz4.
 *
 * On an error the library forgets what it made in the same call. So a call gets one block, or one
 * header, never both: what stands before the damage is out by then.
 *
 * Blocks are up to 4 MiB of text, and the library decodes whole ones only. Of the block that was
 * cut we decode the part that is there ourselves. */
#include <lz4frame.h>
#include <stdlib.h>

#include "ingest/codec.h"

enum { SIZE = 4, LOOK_BACK = 64 << 10, BLOCK_TEXT_MAX = 4 << 20, LEAST_MATCH = 4, STORED = 0x80 };

struct state {
    LZ4F_dctx *z;
    size_t hint;  /* input that the library wants next, the size of the block after it included */
    bool pending; /* it may have more text without input */
    bool begun, skippable, rescuing;
    uint8_t *block; /* [block_n] of the current one, its size first */
    size_t block_n, block_room;
    uint8_t *text; /* the last LOOK_BACK bytes of text; behind them what is rescued */
    size_t text_n; /* of those how many there are */
    size_t rescued_at, rescued_end;
};

static void *lz4_open(void)
{
    struct state *s = mem_zero(1, sizeof *s);
    codec_need(!LZ4F_isError(LZ4F_createDecompressionContext(&s->z, LZ4F_VERSION)));
    s->text = mem_take(LOOK_BACK);
    return s;
}

static void lz4_reset(void *state)
{
    struct state *s = state;
    LZ4F_resetDecompressionContext(s->z);
    s->hint = LZ4F_HEADER_SIZE_MIN;
    s->pending = s->begun = s->skippable = false;
    s->block_n = s->text_n = 0;
}

static void keep_block(struct state *s, const uint8_t *p, size_t n)
{
    s->block = mem_grow(s->block, &s->block_room, s->block_n + n + 1, 1);
    memcpy(s->block + s->block_n, p, n);
    s->block_n += n;
}

static void keep_text(struct state *s, const uint8_t *p, size_t n)
{
    size_t take = n < LOOK_BACK ? n : LOOK_BACK;
    size_t stay = s->text_n < LOOK_BACK - take ? s->text_n : LOOK_BACK - take;
    memmove(s->text, s->text + s->text_n - stay, stay);
    memcpy(s->text + stay, p + n - take, take);
    s->text_n = stay + take;
}

static enum codec_end lz4_run(void *state, struct codec_io *io)
{
    struct state *s = state;
    size_t made = 0;
    if (!s->begun && io->in_n) {
        s->begun = true;
        s->skippable = codec_begins_skippable((struct str){ (const char *)io->in, 1 });
    }
    while (!made && (io->in_n || s->pending)) {
        size_t step = s->hint > SIZE ? s->hint - SIZE : s->hint;
        size_t used = s->pending ? 0 : step < io->in_n ? step : io->in_n;
        made = io->out_n;
        size_t left = LZ4F_decompress(s->z, io->out, &made, io->in, &used, NULL);
        if (LZ4F_isError(left))
            return strstr(LZ4F_getErrorName(left), "hecksum") ? CODEC_BAD_SUM : CODEC_BAD;
        if (used && !s->skippable)
            keep_block(s, io->in, used);
        if (made)
            keep_text(s, io->out, made);
        if (left == SIZE)
            s->block_n = 0; /* the one before is whole, the next not begun */
        s->hint = left;
        s->pending = made == io->out_n;
        io->in += used;
        io->in_n -= used;
        io->out += made;
        io->out_n -= made;
        if (!left)
            return CODEC_DONE;
    }
    return CODEC_MORE;
}

/* ---- the block that was cut ---- */

struct part {
    const uint8_t *p, *end;
    uint8_t *text;
    size_t at, room;
};

/* A length of which the token's four bits are given; false when it is not there as a whole. */
static bool length(struct part *part, size_t *n)
{
    uint8_t more = 255;
    if (*n < 15)
        return true;
    while (more == 255) {
        if (part->p == part->end)
            return false;
        more = *part->p++;
        *n += more;
    }
    return true;
}

/* One sequence: bytes as they are, then a piece of the text before. False when that was the last.
 */
static bool sequence(struct part *part)
{
    size_t token = *part->p++, n = token >> 4;
    if (!length(part, &n))
        return false;
    size_t there = (size_t)(part->end - part->p), room = part->room - part->at;
    size_t take = n < there ? n : there;
    take = take < room ? take : room;
    memcpy(part->text + part->at, part->p, take);
    part->at += take;
    part->p += take;
    if (take < n || part->end - part->p < 2)
        return false;
    size_t back = part->p[0] | (size_t)part->p[1] << 8;
    part->p += 2;
    n = token & 15;
    if (!length(part, &n) || !back || back > part->at)
        return false;
    for (n += LEAST_MATCH; n && part->at < part->room; n--, part->at++)
        part->text[part->at] = part->text[part->at - back];
    return part->at < part->room && part->p < part->end;
}

static void decode_part(struct state *s)
{
    size_t room = s->text_n + BLOCK_TEXT_MAX;
    s->text = mem_resize(s->text, room);
    struct part part = { s->block + SIZE, s->block + s->block_n, s->text, s->text_n, room };
    while (sequence(&part))
        ;
    s->rescued_end = part.at;
}

static void lz4_rescue(void *state, struct codec_io *io)
{
    struct state *s = state;
    if (!s->rescuing) {
        s->rescuing = true;
        s->rescued_at = s->rescued_end = s->text_n;
        /* four bytes after a size may be the frame's checksum, and the size its damaged end */
        if (!s->skippable && s->block_n > 2 * SIZE && !(s->block[SIZE - 1] & STORED))
            decode_part(s);
    }
    size_t left = s->rescued_end - s->rescued_at, n = left < io->out_n ? left : io->out_n;
    memcpy(io->out, s->text + s->rescued_at, n);
    s->rescued_at += n;
    io->out += n;
    io->out_n -= n;
}

static void lz4_close(void *state)
{
    struct state *s = state;
    LZ4F_freeDecompressionContext(s->z);
    free(s->block);
    free(s->text);
    free(s);
}

static bool lz4_begins(struct str head)
{
    return codec_begins_with(head, STR("\x04\x22\x4d\x18")) || codec_begins_skippable(head);
}

/* A frame ends with a block of size 0, and a checksum perhaps. A tar ends with zeros too, so where
 * hardly anything of a block is missing they mean nothing. */
static bool lz4_looks_whole(void *state, struct str tail)
{
    static const char none[SIZE];
    struct state *s = state;
    LZ4F_frameInfo_t info = { 0 };
    size_t used = 0;
    if (s->skippable || s->hint < 6 * SIZE ||
        LZ4F_isError(LZ4F_getFrameInfo(s->z, &info, none, &used)))
        return false;
    size_t from_end = info.contentChecksumFlag ? 2 * SIZE : SIZE;
    return memcmp(tail.p + tail.n - from_end, none, SIZE) == 0;
}

const struct codec codec_lz4 = {
    .name = "lz4",
    .unit = "frame",
    .begins = lz4_begins,
    .looks_whole = lz4_looks_whole,
    .open = lz4_open,
    .reset = lz4_reset,
    .run = lz4_run,
    .rescue = lz4_rescue,
    .close = lz4_close,
};
