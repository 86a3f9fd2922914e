/* borders.c - see borders.h. */
#include "ingest/borders.h"

/* Newlines are counted 16 bytes at a time in 16 counters of a byte each, which hold for 255 rounds.
 */
enum { WIDTH = 16, ROUNDS = 255 };

static uint64_t count_newlines(struct str s)
{
    uint64_t n = 0;
    size_t i = 0;
    while (s.n - i >= WIDTH) {
        unsigned char __attribute__((vector_size(WIDTH))) sums = { 0 }, bytes;
        size_t rounds = (s.n - i) / WIDTH < ROUNDS ? (s.n - i) / WIDTH : ROUNDS;
        for (size_t r = 0; r < rounds; r++, i += WIDTH) {
            memcpy(&bytes, s.p + i, WIDTH);
            sums -= (unsigned char __attribute__((vector_size(WIDTH))))(bytes == '\n');
        }
        for (int k = 0; k < WIDTH; k++)
            n += sums[k];
    }
    for (; i < s.n; i++)
        n += s.p[i] == '\n';
    return n;
}

/* One bit for each of eight bytes: is it c? */
static unsigned bits_of(uint64_t word, unsigned char c)
{
    const uint64_t low7 = UINT64_C(0x7f7f7f7f7f7f7f7f), ones = UINT64_C(0x0101010101010101);
    uint64_t x = word ^ (ones * c);
    uint64_t zero = ~(((x & low7) + low7) | x | low7); /* the top bit of every byte that is 0 */
    return (unsigned)(((zero >> 7) * UINT64_C(0x0102040810204080)) >> 56);
}

static uint64_t little_endian(const char *p)
{
    uint64_t word;
    memcpy(&word, p, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
    word = __builtin_bswap64(word);
#endif
    return word;
}

/* Bit i of the result: is byte i inside quotes (a quote that opens is)? */
static uint64_t inside_of(uint64_t quotes, bool inside)
{
    for (int step = 1; step < 64; step *= 2)
        quotes ^= quotes << step;
    return inside ? ~quotes : quotes;
}

struct masks {
    uint64_t quotes, newlines;
};

static struct masks masks_of(const char *p)
{
    struct masks m = { 0, 0 };
    for (unsigned i = 0; i < 8; i++) {
        uint64_t word = little_endian(p + 8 * (size_t)i);
        m.quotes |= (uint64_t)bits_of(word, '"') << (8 * i);
        m.newlines |= (uint64_t)bits_of(word, '\n') << (8 * i);
    }
    return m;
}

static struct borders find_quoted(struct str s, bool inside)
{
    struct borders b = { 0, 0, inside };
    for (size_t i = 0; i < s.n; i += 64) {
        char rest[64] = { 0 };
        const char *p = s.p + i;
        if (s.n - i < 64)
            p = memcpy(rest, p, s.n - i);
        struct masks m = masks_of(p);
        uint64_t in = inside_of(m.quotes, b.inside), ends = m.newlines & ~in;
        if (ends) {
            b.n += (uint64_t)__builtin_popcountll(ends);
            b.last = i + 64 - (size_t)__builtin_clzll(ends);
        }
        b.inside = in >> 63;
    }
    return b;
}

struct borders borders_find(struct str text, bool quoted, bool inside)
{
    if (!text.n)
        return (struct borders){ 0, 0, inside };
    if (quoted)
        return find_quoted(text, inside);
    struct borders b = { .last = text.n };
    while (b.last && text.p[b.last - 1] != '\n')
        b.last--;
    b.n = count_newlines(str_head(text, b.last));
    return b;
}

size_t borders_first(struct str text, bool quoted, bool *inside)
{
    if (!quoted) {
        const char *hit = text.n ? memchr(text.p, '\n', text.n) : NULL;
        return hit ? (size_t)(hit - text.p) + 1 : 0;
    }
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] == '"')
            *inside = !*inside;
        else if (text.p[i] == '\n' && !*inside)
            return i + 1;
    }
    return 0;
}
