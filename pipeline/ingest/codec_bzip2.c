/* codec_bzip2.c - see codec.h: bzip2, by libbz2.
 *
 * A block is decoded as a whole, given out, and only then compared with its checksum; after that
 * the next block is begun. So when the data run out, all text that was given out was verified. */
#include <bzlib.h>
#include <stdlib.h>

#include "ingest/codec.h"

struct state {
    bz_stream z;
    bool begun;
};

static void *bzip2_open(void)
{
    return mem_zero(1, sizeof(struct state));
}

static void bzip2_reset(void *state)
{
    struct state *s = state;
    if (s->begun)
        BZ2_bzDecompressEnd(&s->z);
    s->z = (bz_stream){ 0 };
    codec_need(BZ2_bzDecompressInit(&s->z, 0, 0) == BZ_OK);
    s->begun = true;
}

static enum codec_end bzip2_run(void *state, struct codec_io *io)
{
    struct state *s = state;
    union {
        const uint8_t *in;
        char *next;
    } in = { io->in }; /* libbz2 only reads there, but does not say so */
    s->z.next_in = in.next;
    s->z.avail_in = (unsigned)io->in_n;
    s->z.next_out = (char *)io->out;
    s->z.avail_out = (unsigned)io->out_n;
    int ret = BZ2_bzDecompress(&s->z);
    io->in += io->in_n - s->z.avail_in;
    io->in_n = s->z.avail_in;
    io->out = (uint8_t *)s->z.next_out;
    io->out_n = s->z.avail_out;
    if (ret == BZ_STREAM_END)
        return CODEC_DONE;
    if (ret == BZ_MEM_ERROR)
        return CODEC_TOO_LARGE;
    return ret == BZ_OK ? CODEC_MORE : CODEC_BAD;
}

static void bzip2_close(void *state)
{
    struct state *s = state;
    if (s->begun)
        BZ2_bzDecompressEnd(&s->z);
    free(s);
}

static bool bzip2_begins(struct str head)
{
    return codec_begins_with(head, STR("BZh"));
}

const struct codec codec_bzip2 = {
    .name = "bzip2",
    .unit = "stream",
    .begins = bzip2_begins,
    .open = bzip2_open,
    .reset = bzip2_reset,
    .run = bzip2_run,
    .close = bzip2_close,
};
