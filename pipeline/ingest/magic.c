/* magic.c - archive_recognise() of archive.h: the first bytes of filters and archives.
 *
 * What is taken for an archive is never read as text, so each test is as exact as the format
 * allows: no log line passes one.
 */
#include "ingest/archive.h"

enum {
    TAR_SUM_AT = 148,
    TAR_SUM_N = 8,
    TAR_BLOCK = 512,
    CPIO_ODC = 76,    /* bytes of a header, octal digits throughout */
    CPIO_NEWC = 110,  /* hex digits */
    CPIO_BINARY = 26, /* two-byte words */
};

static bool starts(struct str s, const char *magic, size_t n)
{
    return str_starts(s, (struct str){ magic, n });
}

static bool digits(struct str s, const char *of)
{
    for (size_t i = 0; i < s.n; i++)
        if (!s.p[i] || !strchr(of, s.p[i]))
            return false;
    return true;
}

/* A tar header carries the sum of its bytes, with blanks where the sum stands. This finds also the
 * old tar that has no magic; some wrote the sum of signed bytes. */
static bool is_tar(struct str head)
{
    if (head.n < TAR_BLOCK || !head.p[0])
        return false;
    long sum = 0, sum_signed = 0, said = 0;
    for (size_t i = 0; i < TAR_BLOCK; i++) {
        bool blank = i >= TAR_SUM_AT && i < TAR_SUM_AT + TAR_SUM_N;
        sum += blank ? ' ' : (unsigned char)head.p[i];
        sum_signed += blank ? ' ' : (signed char)head.p[i];
    }
    size_t i = TAR_SUM_AT, end = TAR_SUM_AT + TAR_SUM_N;
    while (i < end && head.p[i] == ' ')
        i++;
    if (i == end || head.p[i] < '0' || head.p[i] > '7')
        return false;
    for (; i < end && head.p[i] >= '0' && head.p[i] <= '7'; i++)
        said = said * 8 + (head.p[i] - '0');
    if (i < end && head.p[i] != ' ' && head.p[i])
        return false;
    return said == sum || said == sum_signed;
}

static bool is_cpio(struct str head)
{
    if (starts(head, "070707", 6))
        return head.n >= CPIO_ODC && digits(str_head(head, CPIO_ODC), "01234567");
    if (starts(head, "070701", 6) || starts(head, "070702", 6))
        return head.n >= CPIO_NEWC && digits(str_head(head, CPIO_NEWC), "0123456789abcdefABCDEF");
    bool little = starts(head, "\xc7\x71", 2), big = starts(head, "\x71\xc7", 2);
    if ((!little && !big) || head.n < CPIO_BINARY)
        return false;
    const unsigned char *name_n = (const unsigned char *)head.p + 20;
    size_t n = little ? name_n[0] | (size_t)name_n[1] << 8 : name_n[1] | (size_t)name_n[0] << 8;
    return n > 1 && CPIO_BINARY + n <= head.n && !head.p[CPIO_BINARY + n - 1] &&
           !memchr(head.p + CPIO_BINARY, 0, n - 1);
}

/* The old .lzma has no magic: usual properties, then a size that is unknown or below 1 TiB. */
static bool is_lzma(struct str head)
{
    static const char unknown[8] = "\xff\xff\xff\xff\xff\xff\xff\xff";
    if (head.n < 13 || !starts(head, "\x5d\0\0", 3))
        return false;
    return memcmp(head.p + 5, unknown, 8) == 0 || memcmp(head.p + 10, "\0\0\0", 3) == 0;
}

static bool is_bzip2(struct str head)
{
    struct str block = str_from(head, 4);
    return starts(head, "BZh", 3) && head.n >= 10 && head.p[3] >= '1' && head.p[3] <= '9' &&
           (starts(block, "\x31\x41\x59\x26\x53\x59", 6) ||
            starts(block, "\x17\x72\x45\x38\x50\x90", 6));
}

static bool is_zip(struct str head)
{
    return starts(head, "PK\3\4", 4) || starts(head, "PK\5\6", 4) ||
           starts(head, "PK\7\x8PK\3\4", 8) || starts(head, "PK00PK\3\4", 8);
}

/* zstd and lz4 may begin with frames that hold no text; pzstd writes one before every frame. lz4's
 * own library is told apart by what stands after it, where that can be seen. */
static enum packing skippable(struct str head)
{
    const unsigned char *p = (const unsigned char *)head.p;
    if (head.n < 8 || (p[0] & 0xf0) != 0x50 || !starts(str_from(head, 1), "\x2a\x4d\x18", 3))
        return PACK_NONE;
    size_t n = p[4] | (size_t)p[5] << 8 | (size_t)p[6] << 16 | (size_t)p[7] << 24;
    struct str next = str_from(head, 8 + n);
    return starts(next, "\x04\x22\x4d\x18", 4) ? PACK_LZ4 : PACK_ZSTD;
}

enum packing archive_recognise(struct str head)
{
    if (starts(head,
               "\xfd"
               "7zXZ\0",
               6))
        return PACK_XZ;
    if (starts(head, "\x28\xb5\x2f\xfd", 4))
        return PACK_ZSTD;
    if (starts(head, "\x04\x22\x4d\x18", 4))
        return PACK_LZ4;
    if (starts(head, "\x02\x21\x4c\x18", 4))
        return PACK_OLD_LZ4;
    if (starts(head, "\x1f\x9d", 2))
        return PACK_COMPRESS;
    if (is_bzip2(head))
        return PACK_BZIP2;
    if (is_lzma(head))
        return PACK_LZMA;
    if (is_zip(head))
        return PACK_ZIP;
    if (starts(head, "7z\xbc\xaf\x27\x1c", 6))
        return PACK_7ZIP;
    if (is_cpio(head))
        return PACK_CPIO;
    return is_tar(head) ? PACK_TAR : skippable(head);
}

bool packing_has_members(enum packing p)
{
    return p >= PACK_TAR;
}
