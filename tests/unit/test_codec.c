/* test_codec.c - xz, lzma, bzip2, zstd and lz4: what is had of a file that was cut, what is said of
 * one that is damaged. Files are made by the command-line tools, and so is what a cut one must give
 * at least; the rest is reckoned from the text that they were made from. */
#include <zstd.h>

#include "packs.h"

static const struct kind {
    const char *name, *unit, *pack, *unpack;
    size_t block;  /* text that a cut may cost: what the format encodes as a whole */
    bool verified; /* every flipped bit is found; never wrong text passed on */
    size_t magic;  /* bytes that say what it is: damaged, it is read as something else */
} kinds[] = {
    { "xz", "stream", "xz -1", "xz -dc", 2000, true, 6 },
    { "xz", "stream", "xz -1 --block-size=50000 --check=sha256", "xz -dc", 2000, true, 6 },
    { "lzma", "stream", "xz -1 --format=lzma", "xz -dc --format=lzma", 2000, false, 13 },
    { "bzip2", "stream", "bzip2 -1", "bzip2 -dc", 100000, true, 10 },
    { "zstd", "frame", "zstd -q -3 --check", "zstd -q -dc", 128 << 10, true, 4 },
    { "zstd", "frame", "zstd -q -19 --no-check", "zstd -q -dc", 128 << 10, false, 4 },
    { "lz4", "frame", "lz4 -q -B4 -BD", "lz4 -q -dc", 2000, true, 4 },
    { "lz4", "frame", "lz4 -q -9 -B7 -BX", "lz4 -q -dc", 2000, true, 4 },
};

/* What `command < the file` prints. */
static struct buffer run(const char *command)
{
    char line[300], buf[4096];
    struct buffer b = { 0 };
    size_t got;
    snprintf(line, sizeof line, "%s <%s 2>/dev/null", command, pack_path());
    FILE *f = popen(line, "r");
    ck_assert_ptr_nonnull(f);
    while ((got = fread(buf, 1, sizeof buf, f)) > 0)
        buffer_add(&b, buf, got);
    pclose(f);
    return b;
}

static struct buffer squeeze(const struct kind *k, const struct buffer *text)
{
    pack_write(text->p, text->n);
    struct buffer b = run(k->pack);
    ck_assert_msg(b.n > 0, "'%s' gives nothing", k->pack);
    return b;
}

static bool begins_with(const struct buffer *whole, const struct buffer *part, size_t n)
{
    return n <= whole->n && n <= part->n && (!n || memcmp(whole->p, part->p, n) == 0);
}

START_TEST(test_whole)
{
    const struct kind *k = &kinds[_i];
    for (size_t lines = 1; lines < 20000; lines = lines * 7 + 1) {
        struct buffer text = log_text(lines, 3), b = squeeze(k, &text);
        struct reading r;
        pack_write(b.p, b.n);
        read_pack(&r, "");
        ck_assert_str_eq(r.err.text, "");
        ck_assert(r.n == 1 && r.text[0].n == text.n && begins_with(&text, &r.text[0], text.n));
        reading_free(&r);
        free(b.p);
        free(text.p);
    }
}
END_TEST

/* One cut file: the words, no doubt, and how much came out. */
static size_t read_cut(const struct kind *k, const struct buffer *b, size_t cut,
                       const struct buffer *text)
{
    struct reading r;
    char want[100];
    snprintf(want, sizeof want, "%s data ends too early at byte %zu", k->name, cut);
    pack_write(b->p, cut);
    read_pack(&r, "");
    ck_assert_str_eq(r.err.text, want);
    ck_assert(r.n == 1 && r.suspect_from[0] == SUSPECT_NONE && r.suspect_text == SUSPECT_NONE);
    size_t n = r.text[0].n;
    ck_assert_msg(begins_with(text, &r.text[0], n), "%s cut at %zu: wrong text", k->pack, cut);
    reading_free(&r);
    return n;
}

/* A long text: all that the tool gives, and nearly all but the block that was cut; its beginning is
 * packed worse than the rest. */
START_TEST(test_cut)
{
    const struct kind *k = &kinds[_i];
    struct buffer text = log_text(5000, 4), b = squeeze(k, &text);
    for (size_t cut = 100; cut < b.n; cut += 1 + b.n / 29) {
        size_t n = read_cut(k, &b, cut, &text);
        struct buffer tool = run(k->unpack);
        ck_assert_msg(n >= tool.n, "%s cut at %zu: %zu bytes, the tool %zu", k->pack, cut, n,
                      tool.n);
        size_t share = (size_t)((double)text.n * (double)cut / (double)b.n * 0.9);
        ck_assert_msg(n + k->block + 8000 >= share, "%s cut at %zu of %zu: only %zu bytes", k->pack,
                      cut, b.n, n);
        free(tool.p);
    }
    free(b.p);
    free(text.p);
}
END_TEST

/* About 2 KB compressed, cut anywhere past its first third, give whole lines, where a block need
 * not be there as a whole. */
START_TEST(test_cut_small)
{
    const struct kind *k = &kinds[_i];
    struct buffer text = log_text(120, 5), b = squeeze(k, &text);
    ck_assert_uint_lt(b.n, 5000);
    for (size_t cut = b.n / 3; cut < b.n; cut += 7) {
        size_t n = read_cut(k, &b, cut, &text);
        if (k->block < 5000)
            ck_assert_msg(n > text.n * cut / b.n / 2, "%s cut at %zu of %zu: only %zu of %zu",
                          k->pack, cut, b.n, n, text.n);
    }
    free(b.p);
    free(text.p);
}
END_TEST

/* zstd's blocks end where the writer flushes, as one does that writes a log as it comes. */
START_TEST(test_flushed_zstd)
{
    struct buffer text = log_text(100, 6), b = { 0 };
    size_t ends[10], done = 0, n = 0;
    static char out[1 << 16];
    ZSTD_CCtx *z = ZSTD_createCCtx();
    for (size_t line = 0, at = 0; at < text.n; at++) {
        if (text.p[at] != '\n' || ++line % 10)
            continue;
        ZSTD_inBuffer i = { text.p + done, at + 1 - done, 0 };
        ZSTD_outBuffer o = { out, sizeof out, 0 };
        ck_assert_uint_eq(ZSTD_compressStream2(z, &o, &i, line < 100 ? ZSTD_e_flush : ZSTD_e_end),
                          0);
        buffer_add(&b, out, o.pos);
        done = at + 1;
        ends[n++] = b.n;
    }
    ZSTD_freeCCtx(z);
    for (size_t i = 0; i < 9; i++)
        for (size_t cut = ends[i]; cut < ends[i + 1]; cut += 5) {
            size_t lines = 0, got = read_cut(&kinds[4], &b, cut, &text);
            for (size_t at = 0; at < got; at++)
                lines += text.p[at] == '\n';
            ck_assert_msg(lines == (i + 1) * 10, "cut at %zu: %zu lines", cut, lines);
        }
    free(b.p);
    free(text.p);
}
END_TEST

/* Two units; every flipped bit of the second: the first is never in doubt, and no wrong text is
 * passed on. */
START_TEST(test_flip)
{
    const struct kind *k = &kinds[_i];
    struct buffer text = log_text(30, 7), b = squeeze(k, &text);
    size_t half = text.n, first = b.n, looked_cut = 0;
    if (strcmp(k->name, "lzma") != 0) {
        struct buffer copy = { 0 };
        buffer_add(&copy, b.p, b.n);
        buffer_add(&b, copy.p, copy.n);
        copy.n = 0;
        buffer_add(&copy, text.p, text.n);
        buffer_add(&text, copy.p, half);
        free(copy.p);
    } else {
        first = half = 0;
    }
    for (size_t bit = (first + k->magic) * 8; bit < b.n * 8; bit += 1 + bit % 3) {
        struct reading r;
        b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        pack_write(b.p, b.n);
        read_pack(&r, "");
        b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        uint64_t from = r.suspect_from[0];
        size_t trusted = from < r.text[0].n ? (size_t)from : r.text[0].n;
        bool right = r.text[0].n == text.n && begins_with(&text, &r.text[0], text.n);
        bool said = r.err.text[0] != 0;
        looked_cut += said && from == SUSPECT_NONE && !right;
        ck_assert_msg(r.n == 1 && r.text[0].n >= half, "%s bit %zu: '%s'", k->pack, bit,
                      r.err.text);
        ck_assert_msg(from == SUSPECT_NONE || from == half, "%s bit %zu: doubt from %zu", k->pack,
                      bit, (size_t)from);
        if (k->verified) {
            ck_assert_msg(right || said, "%s bit %zu: nothing said", k->pack, bit);
            ck_assert_msg(begins_with(&text, &r.text[0], trusted), "%s bit %zu: wrong text (%s)",
                          k->pack, bit, r.err.text);
        }
        reading_free(&r);
    }
    if (getenv("ZOO"))
        printf("%-45s %zu flipped bits look like a cut\n", k->pack, looked_cut);
    free(b.p);
    free(text.p);
}
END_TEST

/* ---- the words ---- */

/* F: "one\n" in a unit by the tool; others: themselves, 0: a zero byte. %zu is the length of F. */
static const struct {
    int kind;
    const char *build, *text, *err;
    size_t units, more; /* where the err is: so many units and bytes on */
} tails[] = {
    { 0, "FF", "one\none\n", NULL, 0, 0 },
    { 0, "F0000F0000", "one\none\n", NULL, 0, 0 },
    { 0, "Fx", "one\n", "trailing garbage after the xz data at byte %zu", 1, 0 },
    { 0, "FF\xfd", "one\none\n", "xz data ends too early at byte %zu", 2, 1 },
    { 2, "F", "one\n", NULL, 0, 0 },
    { 2, "FF", "one\n", "trailing garbage after the lzma data at byte %zu", 1, 0 },
    { 3, "FFF", "one\none\none\n", NULL, 0, 0 },
    { 3, "FBZ", "one\n", "bzip2 data ends too early at byte %zu", 1, 2 },
    { 3, "FFgarbage", "one\none\n", "trailing garbage after the bzip2 data at byte %zu", 2, 0 },
    { 3, "F0", "one\n", "trailing garbage after the bzip2 data at byte %zu", 1, 0 },
    { 4, "FF", "one\none\n", NULL, 0, 0 },
    { 4, "Fx", "one\n", "trailing garbage after the zstd data at byte %zu", 1, 0 },
    { 4, "F\x28\xb5", "one\n", "zstd data ends too early at byte %zu", 1, 2 },
    { 4, "F\x50\x2a\x4d\x18\x04", "one\n", "zstd data ends too early at byte %zu", 1, 5 },
    { 6, "FF", "one\none\n", NULL, 0, 0 },
    { 6, "Fx", "one\n", "trailing garbage after the lz4 data at byte %zu", 1, 0 },
    { 6,
      "F\x5a\x2a\x4d\x18\x03"
      "000abcF",
      "one\none\n", NULL, 0, 0 },
    { 6, "F\x04\x22\x4d", "one\n", "lz4 data ends too early at byte %zu", 1, 3 },
};

START_TEST(test_tails)
{
    struct buffer one = { 0 }, b = { 0 };
    buffer_add(&one, "one\n", 4);
    struct buffer unit = squeeze(&kinds[tails[_i].kind], &one);
    for (const char *p = tails[_i].build; *p; p++) {
        if (*p == 'F')
            buffer_add(&b, unit.p, unit.n);
        else
            buffer_add(&b, *p == '0' ? "" : p, 1);
    }
    char want[100] = "";
    if (tails[_i].err)
        snprintf(want, sizeof want, "%.*s %zu", (int)strlen(tails[_i].err) - 4, tails[_i].err,
                 tails[_i].units * unit.n + tails[_i].more);
    struct reading r;
    pack_write(b.p, b.n);
    read_pack(&r, "");
    ck_assert_str_eq(r.err.text, want);
    ck_assert_str_is(((struct str){ (char *)r.text[0].p, r.text[0].n }), tails[_i].text);
    ck_assert(r.suspect_from[0] == SUSPECT_NONE);
    reading_free(&r);
    free(b.p);
    free(unit.p);
    free(one.p);
}
END_TEST

/* The last byte of zstd's and lz4's frames is of the checksum; these two libraries tell that. */
START_TEST(test_checksum_words)
{
    const struct kind *k = &kinds[_i ? 4 : 6];
    struct buffer text = log_text(9, 8), b = squeeze(k, &text);
    struct reading r;
    char want[100];
    b.p[b.n - 1] ^= 1;
    pack_write(b.p, b.n);
    read_pack(&r, "");
    snprintf(want, sizeof want,
             "checksum of the %s data is wrong (frame 1, which begins at byte 0)", k->name);
    ck_assert_str_eq(r.err.text, want);
    ck_assert_uint_eq(r.suspect_from[0], 0);
    reading_free(&r);
    free(b.p);
    free(text.p);
}
END_TEST

/* A cut member of a tar, and compressed data in damaged gzip, whose checksum then covers all. */
START_TEST(test_inside)
{
    struct buffer text = log_text(2000, 9), b = squeeze(&kinds[0], &text), gz = { 0 };
    struct member m[] = { { "a.xz", .text = { b.p, b.n / 2, 0 } }, { "b.xz", .text = b } };
    struct buffer tar = pack(archive_write_set_format_ustar, NULL, NULL, m, 2);
    struct reading r;
    pack_write(tar.p, tar.n);
    read_pack(&r, "");
    char want[100];
    snprintf(want, sizeof want, "xz data ends too early at byte %zu", b.n / 2);
    ck_assert_str_eq(r.err.text, want);
    ck_assert_uint_eq(r.n, 2);
    ck_assert(r.text[0].n > text.n / 3 && begins_with(&text, &r.text[0], r.text[0].n));
    ck_assert(r.text[1].n == text.n && begins_with(&text, &r.text[1], text.n));
    reading_free(&r);

    gz_add(&gz, (struct str){ (char *)b.p, b.n / 2 }, 6, NULL);
    gz.p[gz.n - 6] ^= 1;
    pack_write(gz.p, gz.n);
    read_pack(&r, "");
    ck_assert_ptr_nonnull(strstr(r.err.text, "checksum of the gzip data is wrong"));
    ck_assert_uint_eq(r.suspect_from[0], 0);
    reading_free(&r);
    free(gz.p);
    free(tar.p);
    free(b.p);
    free(text.p);
}
END_TEST

/* lz4's format before frames is left to libarchive. */
START_TEST(test_old_lz4)
{
    static const struct kind old = { .pack = "lz4 -q -l -c" };
    struct buffer text = log_text(3000, 2), b = squeeze(&old, &text);
    struct reading r;
    pack_write(b.p, b.n);
    read_pack(&r, "");
    ck_assert_str_eq(r.err.text, "");
    ck_assert(r.n == 1 && r.text[0].n == text.n && begins_with(&text, &r.text[0], text.n));
    reading_free(&r);
    free(b.p);
    free(text.p);
}
END_TEST

static void remove_file(void)
{
    unlink(pack_path());
}

Suite *unit_suite(void)
{
    Suite *s = suite_create("codec");
    TCase *c = new_case(s, "codec");
    tcase_add_checked_fixture(c, NULL, remove_file);
    tcase_add_loop_test(c, test_whole, 0, ROWS(kinds));
    tcase_add_loop_test(c, test_cut, 0, ROWS(kinds));
    tcase_add_loop_test(c, test_cut_small, 0, ROWS(kinds));
    tcase_add_test(c, test_flushed_zstd);
    tcase_add_loop_test(c, test_flip, 0, ROWS(kinds));
    tcase_add_loop_test(c, test_tails, 0, ROWS(tails));
    tcase_add_loop_test(c, test_checksum_words, 0, 2);
    tcase_add_test(c, test_inside);
    tcase_add_test(c, test_old_lz4);
    return s;
}
