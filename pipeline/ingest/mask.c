/* mask.c - see mask.h. */
#include "ingest/mask.h"

#include <arpa/inet.h>
#include <string.h>

static void keep_bits(unsigned char *bytes, size_t n, int bits)
{
    for (size_t i = 0; i < n; i++) {
        int left = bits - (int)(8 * i);
        if (left < 8)
            bytes[i] &= (unsigned char)(left <= 0 ? 0 : 0xff << (8 - left));
    }
}

/* Digits only: what stands behind the colon of a port. */
static bool is_port(struct str text)
{
    for (size_t i = 0; i < text.n; i++)
        if (text.p[i] < '0' || text.p[i] > '9')
            return false;
    return text.n > 0 && text.n <= 5;
}

/* Without brackets and port. */
static struct str bare_address(struct str text)
{
    const char *colon;
    if (text.n && text.p[0] == '[') {
        const char *close = memchr(text.p, ']', text.n);
        size_t n = close ? (size_t)(close - text.p) : 0;
        struct str rest = close ? str_from(text, n + 1) : text;
        bool port = rest.n > 1 && rest.p[0] == ':' && is_port(str_from(rest, 1));
        return close && (rest.n == 0 || port) ? str_from(str_head(text, n), 1) : STR("");
    }
    colon = text.n ? memchr(text.p, ':', text.n) : NULL;
    size_t n = colon ? (size_t)(colon - text.p) : text.n;
    bool dotted = n && memchr(text.p, '.', n);
    if (colon && dotted)
        return is_port(str_from(text, n + 1)) ? str_head(text, n) : STR("");
    return text;
}

static size_t put(int family, const void *bytes, char to[MASKED_TEXT])
{
    return inet_ntop(family, bytes, to, MASKED_TEXT) ? strlen(to) : 0;
}

size_t mask_address(struct str text, int bits4, int bits6, char to[MASKED_TEXT])
{
    static const unsigned char mapped[12] = { [10] = 0xff, [11] = 0xff };
    unsigned char bytes[16];
    char copy[MASKED_TEXT];
    struct str bare = bare_address(str_trim(text));
    if (!bare.n || bare.n >= sizeof copy || memchr(bare.p, 0, bare.n))
        return 0;
    memcpy(copy, bare.p, bare.n);
    copy[bare.n] = 0;
    if (inet_pton(AF_INET, copy, bytes) == 1) {
        keep_bits(bytes, 4, bits4);
        return put(AF_INET, bytes, to);
    }
    if (inet_pton(AF_INET6, copy, bytes) != 1)
        return 0;
    if (memcmp(bytes, mapped, sizeof mapped) == 0) {
        keep_bits(bytes + sizeof mapped, 4, bits4);
        return put(AF_INET, bytes + sizeof mapped, to);
    }
    keep_bits(bytes, sizeof bytes, bits6);
    return put(AF_INET6, bytes, to);
}

static void mask_column(const struct mask *m, struct batch *b, struct str *cells)
{
    char text[MASKED_TEXT];
    for (size_t i = 0; i < b->n; i++) {
        size_t n = m->drop || !cells[i].n ? 0 : mask_address(cells[i], m->bits4, m->bits6, text);
        cells[i] = n ? arena_keep(&b->text, (struct str){ text, n }) : (struct str){ NULL, 0 };
    }
}

void mask_batch(const struct source *source, struct batch *b)
{
    for (size_t c = 0; c < source->ncolumns && b->n; c++)
        if (source->masks[c].given)
            mask_column(&source->masks[c], b, batch_column(b, c));
    for (size_t i = 0; i < b->n; i++)
        b->raw[i] = b->match_text[i] = MASK_WITHHELD;
    for (size_t i = 0; i < b->nbad; i++)
        b->bad[i].text = MASK_WITHHELD;
}
