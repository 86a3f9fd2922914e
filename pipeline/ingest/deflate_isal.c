/* deflate_isal.c - see deflate.h: ISA-L, two to three times as fast as zlib. */
#ifdef HAVE_ISAL
#include <isa-l/igzip_lib.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "ingest/deflate.h"

static void *isal_open(void)
{
    struct inflate_state *s = mem_take(sizeof *s);
    isal_inflate_init(s);
    return s;
}

static void isal_start(void *state)
{
    struct inflate_state *s = state;
    isal_inflate_reset(s);
    s->crc_flag = ISAL_GZIP_NO_HDR; /* we read header and trailer; it counts the CRC */
    s->avail_in = 0;
}

/* ISA-L takes input into a 64-bit register. Whole bytes in it belong to what follows the data: they
 * are put back before `in`, where the caller leaves room for them. */
static void give_back(struct inflate_state *s, struct deflate_io *io)
{
    if (s->read_in_length < 8)
        return;
    size_t n = (size_t)s->read_in_length / 8;
    uint64_t bits = s->read_in >> (s->read_in_length % 8);
    io->in -= n;
    io->in_n += n;
    for (size_t i = 0; i < n; i++)
        io->in[i] = (uint8_t)(bits >> (8 * i));
    s->read_in_length = 0;
    s->read_in = 0;
}

static enum deflate_end isal_run(void *state, struct deflate_io *io)
{
    struct inflate_state *s = state;
    uint32_t in_n = (uint32_t)(io->in_n < UINT32_MAX ? io->in_n : UINT32_MAX);
    uint32_t out_n = (uint32_t)(io->out_n < UINT32_MAX ? io->out_n : UINT32_MAX);
    s->next_in = io->in;
    s->avail_in = in_n;
    s->next_out = io->out;
    s->avail_out = out_n;
    int r = isal_inflate(s);
    io->in = s->next_in;
    io->in_n -= in_n - s->avail_in;
    io->out = s->next_out;
    io->out_n -= out_n - s->avail_out;
    io->crc = s->crc;
    if (r != ISAL_DECOMP_OK && r != ISAL_END_INPUT && r != ISAL_OUT_OVERFLOW)
        return DEFLATE_BAD;
    if (s->block_state != ISAL_BLOCK_FINISH)
        return DEFLATE_MORE;
    give_back(s, io);
    return DEFLATE_DONE;
}

const struct deflate deflate_isal = { "ISA-L", isal_open, isal_start, isal_run, free };
#else
/* ISO C wants a declaration in every file. */
struct deflate;
#endif
