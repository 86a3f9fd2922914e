/* test_zoo.c - every filter and archive, cut at many points and with single bits flipped. What must
 * hold: the text is right, or the damage is said and every byte that is not in doubt is right.
 * Formats that have nothing to tell damage by are marked so in the table; docs/reading.md has the
 * same table. Expectations are the texts that the archives were made from. */
#include "packs.h"

enum verify {
    ALL,      /* every flipped bit is found */
    CONTENTS, /* every flipped bit in contents; names, types and times have no checksum */
    NOTHING   /* contents have no checksum */
};

/* The first `magic` bytes say what it is: damaged, it is read as something else. */
static const struct kind {
    const char *name;
    pack_fn *format, *filter;
    const char *option;
    enum verify verify;
    size_t magic;
    size_t hold; /* text that may be missing at a cut: what the library keeps back */
} kinds[] = {
    { "gzip", NULL, archive_write_add_filter_gzip, NULL, ALL, 4, 300 },
    { "tar.gz", archive_write_set_format_pax_restricted, archive_write_add_filter_gzip, NULL, ALL,
      4, 300 },
    { "bzip2", NULL, archive_write_add_filter_bzip2, NULL, ALL, 10, SIZE_MAX },
    { "tar.bz2", archive_write_set_format_ustar, archive_write_add_filter_bzip2, NULL, ALL, 10,
      SIZE_MAX },
    { "xz", NULL, archive_write_add_filter_xz, NULL, ALL, 6, 300 },
    { "tar.xz", archive_write_set_format_gnutar, archive_write_add_filter_xz, NULL, ALL, 6, 300 },
    { "lzma", NULL, archive_write_add_filter_lzma, NULL, NOTHING, 13, 300 },
    { "tar.lzma", archive_write_set_format_ustar, archive_write_add_filter_lzma, NULL, NOTHING, 13,
      300 },
    { "lz4", NULL, archive_write_add_filter_lz4, "lz4:stream-checksum", ALL, 4, 300 },
    { "lz4 blocks", NULL, archive_write_add_filter_lz4, "lz4:block-checksum", ALL, 4, 300 },
    { "tar.lz4", archive_write_set_format_ustar, archive_write_add_filter_lz4, NULL, ALL, 4, 300 },
    { "zstd", NULL, archive_write_add_filter_zstd, NULL, NOTHING, 4, SIZE_MAX },
    { "tar.zst", archive_write_set_format_ustar, archive_write_add_filter_zstd, NULL, NOTHING, 4,
      SIZE_MAX },
    { "compress", NULL, archive_write_add_filter_compress, NULL, NOTHING, 3, SIZE_MAX },
    { "tar.Z", archive_write_set_format_ustar, archive_write_add_filter_compress, NULL, NOTHING, 3,
      SIZE_MAX },
    { "tar", archive_write_set_format_ustar, NULL, NULL, NOTHING, 512, 512 },
    { "pax", archive_write_set_format_pax, NULL, NULL, NOTHING, 512, 512 },
    { "cpio", archive_write_set_format_cpio, NULL, NULL, NOTHING, 76, SIZE_MAX },
    { "newc", archive_write_set_format_cpio_newc, NULL, NULL, NOTHING, 110, SIZE_MAX },
    { "zip", archive_write_set_format_zip, NULL, "zip:compression=deflate", CONTENTS, 4, SIZE_MAX },
    { "zip stored", archive_write_set_format_zip, NULL, "zip:compression=store", CONTENTS, 4,
      SIZE_MAX },
    { "7zip lzma", archive_write_set_format_7zip, NULL, "7zip:compression=lzma1", ALL, 6,
      SIZE_MAX },
    { "7zip deflate", archive_write_set_format_7zip, NULL, "7zip:compression=deflate", ALL, 6,
      SIZE_MAX },
    { "7zip stored", archive_write_set_format_7zip, NULL, "7zip:compression=store", ALL, 6,
      SIZE_MAX },
};

static struct member members[3] = { { .name = "a.log" },
                                    { .name = "logs/b.log" },
                                    { .name = "c" } };

static size_t count(const struct kind *k)
{
    return k->format ? 3 : 1;
}

static struct buffer make(const struct kind *k)
{
    for (unsigned i = 0; i < 3; i++) {
        free(members[i].text.p);
        members[i].text = log_text(8 + 6 * i, i);
    }
    return pack(k->format, k->filter, k->option, members, count(k));
}

static bool same_name(const struct reading *r, size_t i)
{
    return r->n == 1 || strcmp(r->name[i], members[i].name) == 0;
}

/* Is everything there, and nothing else? */
static bool complete(const struct kind *k, const struct reading *r)
{
    bool right = r->n == count(k);
    for (size_t i = 0; right && i < r->n; i++)
        right = r->text[i].n == members[i].text.n && same_name(r, i) &&
                memcmp(r->text[i].p, members[i].text.p, r->text[i].n) == 0;
    return right;
}

/* Is everything that is not in doubt the beginning of what it should be? A member is known by its
 * name; one with a name that was never made cannot be compared, nor an archive that was cut before
 * its first header was whole. */
static bool trusted_is_right(const struct kind *k, const struct reading *r)
{
    bool archive = k->format != NULL;
    for (size_t i = 0; i < r->n && i < r->suspect_text; i++)
        for (size_t m = 0; m < 3; m++) {
            bool it = archive ? strcmp(r->name[i], members[m].name) == 0 : m == 0;
            size_t n = r->text[i].n;
            if (r->suspect_from[i] < n)
                n = (size_t)r->suspect_from[i];
            if (it &&
                (n > members[m].text.n || (n && memcmp(r->text[i].p, members[m].text.p, n) != 0)))
                return false;
        }
    return true;
}

START_TEST(test_whole)
{
    const struct kind *k = &kinds[_i];
    struct buffer b = make(k);
    struct reading r;
    pack_write(b.p, b.n);
    read_pack(&r, "");
    ck_assert_msg(!r.err.text[0], "%s: %s", k->name, r.err.text);
    ck_assert_msg(complete(k, &r), "%s: %zu texts", k->name, r.n);
    ck_assert(r.suspect_text == SUSPECT_NONE);
    reading_free(&r);
    free(b.p);
}
END_TEST

START_TEST(test_cut)
{
    const struct kind *k = &kinds[_i];
    struct buffer b = make(k);
    size_t wrong = 0, step = 1 + b.n / 700;
    for (size_t cut = k->magic > 100 ? 512 : k->magic + 8; cut < b.n; cut += step) {
        struct reading r;
        pack_write(b.p, cut);
        read_pack(&r, "");
        bool whole = complete(k, &r);
        ck_assert_msg(trusted_is_right(k, &r), "%s cut at %zu: wrong text", k->name, cut);
        bool endless = k->filter == archive_write_add_filter_compress; /* it has no end to miss */
        ck_assert_msg(whole || endless || r.err.text[0], "%s cut at %zu of %zu: nothing said",
                      k->name, cut, b.n);
        if (k->hold < SIZE_MAX && r.n && cut > b.n / 2)
            ck_assert_msg(r.text[0].n > 0, "%s cut at %zu gives nothing", k->name, cut);
        wrong += r.suspect_text != SUSPECT_NONE || (r.n && r.suspect_from[r.n - 1] != SUSPECT_NONE);
        reading_free(&r);
    }
    ck_assert_msg(wrong <= b.n / step / 20 || k->verify != ALL || !k->filter,
                  "%s: %zu cuts were taken for damage", k->name, wrong);
    free(b.p);
}
END_TEST

START_TEST(test_flip)
{
    const struct kind *k = &kinds[_i];
    struct buffer b = make(k);
    size_t step = 1 + b.n * 8 / 1500, said = 0, silent = 0, tried = 0;
    for (size_t bit = k->magic * 8; bit < b.n * 8; bit += step) {
        struct reading r;
        b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        pack_write(b.p, b.n);
        read_pack(&r, "");
        b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        bool whole = complete(k, &r), right = trusted_is_right(k, &r);
        tried++;
        said += r.err.text[0] != 0;
        silent += !whole && !r.err.text[0];
        if (k->verify != NOTHING)
            ck_assert_msg(right, "%s bit %zu (byte %zu): wrong text passed on (%s)", k->name, bit,
                          bit / 8, r.err.text);
        if (k->verify == ALL)
            ck_assert_msg(whole || r.err.text[0], "%s bit %zu (byte %zu of %zu): nothing said",
                          k->name, bit, bit / 8, b.n);
        reading_free(&r);
    }
    if (getenv("ZOO"))
        printf("%-13s %5zu bits flipped, %5zu said, %4zu changed and nothing said\n", k->name,
               tried, said, silent);
    free(b.p);
}
END_TEST

static void remove_file(void)
{
    unlink(pack_path());
}

Suite *unit_suite(void)
{
    Suite *s = suite_create("zoo");
    TCase *c = new_case(s, "zoo");
    tcase_add_checked_fixture(c, NULL, remove_file);
    tcase_add_loop_test(c, test_whole, 0, ROWS(kinds));
    tcase_add_loop_test(c, test_cut, 0, ROWS(kinds));
    tcase_add_loop_test(c, test_flip, 0, ROWS(kinds));
    return s;
}
