/* event_columns.h - numbers and texts as bytes of an event file, and back.
 *
 * Everything is little-endian. A stream is a run of bytes whose number the reader knows: one byte
 * how it is stored (STREAM_...), four bytes of length, then that many bytes. A column of numbers is
 * a byte with its width (0 to 8: of the widest number) and as many streams: first the lowest bytes
 * of all numbers, then the next higher ones, and so on. Bytes of like weight are alike, so each
 * stream is compressed alone.
 *
 * In:      a cursor never reads past its end: it turns bad, and gives zeros from then on.
 * Threads: a packer belongs to one thread.
 */
#ifndef EVENT_COLUMNS_H
#define EVENT_COLUMNS_H

#include "base/arena.h"

enum { COLUMN_ROWS_MAX = 1 << 14 }; /* of a block */
#define STREAM_BYTES_MAX (UINT32_C(1) << 30)

/* ---- bytes that grow ---- */

struct bytes { /* starts as all zeros; the owner frees p */
    unsigned char *p;
    size_t n, room;
};

void put_bytes(struct bytes *to, const void *p, size_t n);
void put_u32(struct bytes *to, uint32_t value);
void put_u64(struct bytes *to, uint64_t value);
/* Seven bits a byte, the lowest first; the highest bit says that more follow. */
void put_number(struct bytes *to, uint64_t value);
/* Its length as a number, then the text. */
void put_text(struct bytes *to, struct str text);

/* Numbers of either sign that are near 0 as small ones: 0, -1, 1, -2, 2 ... */
static inline uint64_t zigzag(uint64_t value)
{
    return value << 1 ^ (0 - (value >> 63));
}

static inline uint64_t unzigzag(uint64_t value)
{
    return value >> 1 ^ (0 - (value & 1));
}

/* ---- bytes that are read ---- */

struct cursor {
    const unsigned char *p;
    size_t n; /* what is left */
    bool bad; /* something was not there, or not as it must be */
};

uint32_t get_u32(struct cursor *c);
uint64_t get_u64(struct cursor *c);
uint64_t get_number(struct cursor *c);
/* Of at most `most` bytes; a slice of what the cursor reads. */
struct str get_text(struct cursor *c, size_t most);

/* ---- compressed ---- */

struct packer;
struct packer *packer_new(void);
void packer_free(struct packer *p); /* NULL is allowed */

void put_stream(struct packer *p, struct bytes *to, const void *from, size_t n);
/* n at most STREAM_BYTES_MAX. */
void get_stream(struct packer *p, struct cursor *c, void *to, size_t n);

/* n at most COLUMN_ROWS_MAX. */
void put_column(struct packer *p, struct bytes *to, const uint64_t *values, size_t n);
/* False when all of them are 0, as they are when the cursor is bad. */
bool get_column(struct packer *p, struct cursor *c, uint64_t *values, size_t n);

#endif
