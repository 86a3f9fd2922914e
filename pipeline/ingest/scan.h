/* scan.h - finding the byte that ends a field, eight bytes at a time.
 *
 * In:      [p, end). Never reads outside it.
 * Out:     the first such byte, or end.
 * Threads: pure.
 *
 * How: in a word of eight bytes, (w - 0x01..01) & ~w & 0x80..80 marks the bytes of w that are zero;
 * a borrow can spoil only marks above the lowest true one, so that the lowest mark is exact.
 */
#ifndef INGEST_SCAN_H
#define INGEST_SCAN_H

#include "base/str.h"

#define SCAN_EACH(byte) (UINT64_C(0x0101010101010101) * (uint8_t)(byte))

/* Eight bytes, the first one lowest. */
static inline uint64_t scan_load(const char *p)
{
    uint64_t w;
    memcpy(&w, p, sizeof w);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    w = __builtin_bswap64(w);
#endif
    return w;
}

/* Marks bytes of w that are less than `limit` (1 to 128). */
static inline uint64_t scan_below(uint64_t w, uint8_t limit)
{
    return (w - SCAN_EACH(limit)) & ~w & SCAN_EACH(0x80);
}

static inline uint64_t scan_is(uint64_t w, char byte)
{
    return scan_below(w ^ SCAN_EACH(byte), 1);
}

static inline const char *scan_at(const char *p, uint64_t marks)
{
    return p + (__builtin_ctzll(marks) >> 3);
}

/* The first of two bytes: what ends an unquoted CSV field. */
static inline const char *scan_either(const char *p, const char *end, char x, char y)
{
    for (; end - p >= 8; p += 8) {
        uint64_t w = scan_load(p);
        uint64_t marks = scan_is(w, x) | scan_is(w, y);
        if (marks)
            return scan_at(p, marks);
    }
    while (p < end && *p != x && *p != y)
        p++;
    return p;
}

/* The first quote, backslash or control byte: what a JSON string may not simply hold. */
static inline const char *scan_json_string(const char *p, const char *end)
{
    for (; end - p >= 8; p += 8) {
        uint64_t w = scan_load(p);
        uint64_t marks = scan_is(w, '"') | scan_is(w, '\\') | scan_below(w, 0x20);
        if (marks)
            return scan_at(p, marks);
    }
    while (p < end && *p != '"' && *p != '\\' && (unsigned char)*p >= 0x20)
        p++;
    return p;
}

#endif
