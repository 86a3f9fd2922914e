/* codec_zstd.c - see codec.h: zstd, by libzstd.
 *
 * On an error the library forgets what it made in the same call. So a call gets one block, or one
 * header, never both: what stands before the damage is out by then. */
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "ingest/codec.h"

enum { BLOCK_HEADER = 3, FIRST_STEP = 5 };

struct state {
    ZSTD_DStream *z;
    size_t hint;  /* input that the library wants next, the header of the block after it included */
    bool pending; /* it may have more text without input */
};

static void *zstd_open(void)
{
    struct state *s = mem_zero(1, sizeof *s);
    s->z = ZSTD_createDStream();
    codec_need(s->z);
    ZSTD_DCtx_setParameter(s->z, ZSTD_d_windowLogMax,
                           ZSTD_dParam_getBounds(ZSTD_d_windowLogMax).upperBound);
    return s;
}

static void zstd_reset(void *state)
{
    struct state *s = state;
    ZSTD_DCtx_reset(s->z, ZSTD_reset_session_only);
    s->hint = FIRST_STEP;
    s->pending = false;
}

static enum codec_end trouble(size_t code)
{
    switch (ZSTD_getErrorCode(code)) {
    case ZSTD_error_checksum_wrong:
        return CODEC_BAD_SUM;
    case ZSTD_error_frameParameter_windowTooLarge:
    case ZSTD_error_memory_allocation:
        return CODEC_TOO_LARGE;
    default:
        return CODEC_BAD;
    }
}

static enum codec_end zstd_run(void *state, struct codec_io *io)
{
    struct state *s = state;
    size_t made = 0;
    while (!made && (io->in_n || s->pending)) {
        size_t step = s->hint > BLOCK_HEADER ? s->hint - BLOCK_HEADER : s->hint;
        if (step > io->in_n)
            step = io->in_n;
        ZSTD_inBuffer in = { io->in, s->pending ? 0 : step, 0 };
        ZSTD_outBuffer out = { io->out, io->out_n, 0 };
        size_t left = ZSTD_decompressStream(s->z, &out, &in);
        if (ZSTD_isError(left))
            return trouble(left);
        made = out.pos;
        s->hint = left;
        s->pending = out.pos == out.size;
        io->in += in.pos;
        io->in_n -= in.pos;
        io->out += made;
        io->out_n -= made;
        if (!left)
            return CODEC_DONE;
    }
    return CODEC_MORE;
}

static void zstd_close(void *state)
{
    struct state *s = state;
    ZSTD_freeDStream(s->z);
    free(s);
}

static bool zstd_begins(struct str head)
{
    return codec_begins_with(head, STR("\x28\xb5\x2f\xfd")) || codec_begins_skippable(head);
}

const struct codec codec_zstd = {
    .name = "zstd",
    .unit = "frame",
    .begins = zstd_begins,
    .open = zstd_open,
    .reset = zstd_reset,
    .run = zstd_run,
    .close = zstd_close,
};
