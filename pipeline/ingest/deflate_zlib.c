/* deflate_zlib.c - see deflate.h: zlib. Everywhere, and slower. */
#include <stdlib.h>
#include <zlib.h>

#include "base/arena.h"
#include "ingest/deflate.h"

struct state {
    z_stream z;
    uint32_t crc;
};

static void *zlib_open(void)
{
    struct state *s = mem_zero(1, sizeof *s);
    if (inflateInit2(&s->z, -MAX_WBITS) != Z_OK) {
        free(s);
        return NULL;
    }
    return s;
}

static void zlib_reset(void *state)
{
    struct state *s = state;
    inflateReset(&s->z);
    s->crc = 0;
}

static enum deflate_end zlib_run(void *state, struct deflate_io *io)
{
    struct state *s = state;
    uInt in_n = (uInt)(io->in_n < UINT32_MAX ? io->in_n : UINT32_MAX);
    uInt out_n = (uInt)(io->out_n < UINT32_MAX ? io->out_n : UINT32_MAX);
    s->z.next_in = io->in;
    s->z.avail_in = in_n;
    s->z.next_out = io->out;
    s->z.avail_out = out_n;
    int r = inflate(&s->z, Z_NO_FLUSH);
    s->crc = (uint32_t)crc32(s->crc, io->out, out_n - s->z.avail_out);
    io->in = s->z.next_in;
    io->in_n -= in_n - s->z.avail_in;
    io->out = s->z.next_out;
    io->out_n -= out_n - s->z.avail_out;
    io->crc = s->crc;
    if (r == Z_STREAM_END)
        return DEFLATE_DONE;
    return r == Z_OK || r == Z_BUF_ERROR ? DEFLATE_MORE : DEFLATE_BAD;
}

static void zlib_close(void *state)
{
    struct state *s = state;
    inflateEnd(&s->z);
    free(s);
}

const struct deflate deflate_zlib = { "zlib", zlib_open, zlib_reset, zlib_run, zlib_close };
