/* deflate.h - raw deflate data to bytes, by one of two libraries: what inflate.c stands on.
 *
 * In:      deflate data in pieces, without gzip's header and trailer.
 * Out:     bytes and their CRC-32.
 * Owns:    the state that open() makes; close() gives it back.
 * Threads: the tables are const; a state belongs to one thread at a time.
 */
#ifndef INGEST_DEFLATE_H
#define INGEST_DEFLATE_H

#include <stddef.h>
#include <stdint.h>

enum {
    DEFLATE_GIVE_BACK = 8 /* bytes before `in` that run() may step back over */
};

enum deflate_end {
    DEFLATE_MORE, /* wants more input, or more room */
    DEFLATE_DONE, /* the last block has ended; `in` stands right after it */
    DEFLATE_BAD
};

struct deflate_io {
    uint8_t *in; /* moved on by what was used; at the end it may be moved back, and bytes that were
                    taken too early are written there again */
    size_t in_n;
    uint8_t *out; /* moved on by what was made */
    size_t out_n;
    uint32_t crc; /* of all bytes since reset(); good when DEFLATE_DONE */
};

struct deflate {
    const char *name;
    void *(*open)(void);
    void (*reset)(void *state); /* before every member */
    enum deflate_end (*run)(void *state, struct deflate_io *io);
    void (*close)(void *state);
};

extern const struct deflate deflate_zlib;
#ifdef HAVE_ISAL
extern const struct deflate deflate_isal;
#endif

#endif
