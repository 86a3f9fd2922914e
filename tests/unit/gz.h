/* gz.h - gzip files made in memory by zlib, for the tests of reading. */
#ifndef GZ_H
#define GZ_H

#include <stdio.h>
#include <stdlib.h>
#include <zlib.h>

#include "base/arena.h"

struct buffer {
    uint8_t *p;
    size_t n, room;
};

static inline void buffer_add(struct buffer *b, const void *p, size_t n)
{
    b->p = mem_grow(b->p, &b->room, b->n + n + 1, 1);
    memcpy(b->p + b->n, p, n);
    b->n += n;
}

/* One more member at the end of b. level as zlib has it; header: may be NULL. */
static inline void gz_add(struct buffer *b, struct str text, int level, gz_headerp header)
{
    z_stream z = { 0 };
    deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
    if (header)
        deflateSetHeader(&z, header);
    size_t most = deflateBound(&z, text.n) + 200;
    uint8_t *out = mem_take(most);
    z.next_in = (Bytef *)text.p;
    z.avail_in = (uInt)text.n;
    z.next_out = out;
    z.avail_out = (uInt)most;
    deflate(&z, Z_FINISH);
    buffer_add(b, out, most - z.avail_out);
    deflateEnd(&z);
    free(out);
}

/* Text like a log's, the same every time; `vary` changes it. */
static inline struct buffer log_text(size_t lines, unsigned vary)
{
    struct buffer b = { 0 };
    unsigned x = 12345 + vary;
    for (size_t i = 0; i < lines; i++) {
        char line[160];
        x = x * 1103515245u + 12345u;
        int n =
            snprintf(line, sizeof line,
                     "192.0.2.%u - - [01/Sep/2026:10:%02zu:%02u +0200] \"GET /product/%u "
                     "HTTP/1.1\" 200 %u \"-\" \"Mozilla/5.0 (X11)\"\n",
                     x >> 24, i / 60 % 60, (unsigned)(i % 60), x >> 12 & 0xfff, x >> 8 & 0xffff);
        buffer_add(&b, line, (size_t)n);
    }
    return b;
}

#endif
