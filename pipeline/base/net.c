/* net.c - see net.h. */
#include "base/net.h"

#include <arpa/inet.h>

static bool address_read(struct str text, unsigned char *bytes, bool *four)
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    char c[INET6_ADDRSTRLEN];
    if (!text.n || text.n >= sizeof c || memchr(text.p, 0, text.n))
        return false;
    memcpy(c, text.p, text.n);
    c[text.n] = 0;
    *four = inet_pton(AF_INET, c, bytes + sizeof mapped) == 1;
    if (*four)
        memcpy(bytes, mapped, sizeof mapped);
    return *four || inet_pton(AF_INET6, c, bytes) == 1;
}

static bool same_bits(const unsigned char *a, const unsigned char *b, unsigned bits)
{
    unsigned whole = bits / 8, rest = bits % 8;
    return memcmp(a, b, whole) == 0 && (!rest || (a[whole] ^ b[whole]) >> (8 - rest) == 0);
}

static bool bits_read(struct str text, unsigned most, unsigned *bits)
{
    *bits = 0;
    for (size_t i = 0; i < text.n; i++) {
        if (text.p[i] < '0' || text.p[i] > '9' || i == 3)
            return false;
        *bits = *bits * 10 + (unsigned)(text.p[i] - '0');
    }
    return text.n && *bits <= most;
}

bool net_read(struct str text, struct net_range *out)
{
    bool four;
    struct str rest = text, address = str_cut(&rest, '/');
    bool range = address.n < text.n;
    if (!address_read(address, out->bytes, &four))
        return false;
    out->bits = 128;
    if (range && !bits_read(rest, four ? 32 : 128, &out->bits))
        return false;
    if (range && four)
        out->bits += 96;
    unsigned char first[16] = { 0 };
    for (unsigned i = 0; i < out->bits; i++)
        first[i / 8] = (unsigned char)(first[i / 8] | (out->bytes[i / 8] & (0x80 >> i % 8)));
    return memcmp(first, out->bytes, sizeof first) == 0;
}

/* The address alone. */
static struct str without_port(struct str s)
{
    s = str_trim(str_cut(&s, ','));
    if (s.n && s.p[0] == '[') {
        s = str_from(s, 1);
        return str_cut(&s, ']');
    }
    const char *colon = s.n ? memchr(s.p, ':', s.n) : NULL;
    bool dots = colon && memchr(s.p, '.', (size_t)(colon - s.p));
    return dots ? str_head(s, (size_t)(colon - s.p)) : s;
}

bool nets_have(const struct net_range *nets, size_t n, struct str address)
{
    unsigned char bytes[16];
    bool four;
    if (!address_read(without_port(address), bytes, &four))
        return false;
    for (size_t i = 0; i < n; i++)
        if (same_bits(nets[i].bytes, bytes, nets[i].bits))
            return true;
    return false;
}
