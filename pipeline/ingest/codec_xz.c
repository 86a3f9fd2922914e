/* codec_xz.c - see codec.h: xz and the old lzma, by liblzma. It tells damaged data from a wrong
 * checksum by nothing, and decodes up to the last byte there is. */
#include <lzma.h>
#include <stdlib.h>

#include "ingest/codec.h"

static const uint64_t memory_max = (uint64_t)CODEC_MEMORY_MIB_MAX << 20;

static void *xz_open(void)
{
    lzma_stream *z = mem_take(sizeof *z);
    *z = (lzma_stream)LZMA_STREAM_INIT;
    return z;
}

static void xz_reset(void *state)
{
    codec_need(lzma_stream_decoder(state, memory_max, 0) == LZMA_OK);
}

static void lzma_reset(void *state)
{
    codec_need(lzma_alone_decoder(state, memory_max) == LZMA_OK);
}

static enum codec_end xz_run(void *state, struct codec_io *io)
{
    lzma_stream *z = state;
    z->next_in = io->in;
    z->avail_in = io->in_n;
    z->next_out = io->out;
    z->avail_out = io->out_n;
    lzma_ret ret = lzma_code(z, LZMA_RUN);
    *io = (struct codec_io){ z->next_in, z->avail_in, z->next_out, z->avail_out };
    switch (ret) {
    case LZMA_STREAM_END:
        return CODEC_DONE;
    case LZMA_OK:
    case LZMA_BUF_ERROR: /* no input: it may come */
        return CODEC_MORE;
    case LZMA_MEM_ERROR:
    case LZMA_MEMLIMIT_ERROR:
        return CODEC_TOO_LARGE;
    default:
        return CODEC_BAD;
    }
}

static void xz_close(void *state)
{
    lzma_end(state);
    free(state);
}

static bool xz_begins(struct str head)
{
    return codec_begins_with(head, (struct str){ "\xfd"
                                                 "7zX",
                                                 4 });
}

static bool xz_looks_whole(void *state, struct str tail)
{
    (void)state;
    lzma_stream_flags flags;
    return lzma_stream_footer_decode(&flags, (const uint8_t *)tail.p) == LZMA_OK;
}

const struct codec codec_xz = {
    .name = "xz",
    .unit = "stream",
    .padded = true,
    .begins = xz_begins,
    .looks_whole = xz_looks_whole,
    .open = xz_open,
    .reset = xz_reset,
    .run = xz_run,
    .close = xz_close,
};

const struct codec codec_lzma = {
    .name = "lzma",
    .unit = "stream",
    .open = xz_open,
    .reset = lzma_reset,
    .run = xz_run,
    .close = xz_close,
};
