/* test_stream.c - which texts a path has: names, times, order, one archive inside the other. What
 * must come out is what went into the archives that the tests make. */
#include <fcntl.h>
#include <sys/stat.h>

#include "ingest/archive.h"
#include "packs.h"

#define LINES "one 1\ntwo 2\n"

static struct buffer bytes(const void *p, size_t n)
{
    struct buffer b = { 0 };
    buffer_add(&b, p, n);
    return b;
}

static struct buffer text(const char *c)
{
    return bytes(c, strlen(c));
}

static struct buffer squeeze(pack_fn *filter, struct buffer b)
{
    struct member m = { .name = "x", .text = b };
    struct buffer squeezed = pack(NULL, filter, NULL, &m, 1);
    free(b.p);
    return squeezed;
}

static struct buffer gz(const char *c)
{
    struct buffer b = { 0 };
    gz_add(&b, str_c(c), 6, NULL);
    return b;
}

static void put(struct buffer b)
{
    pack_write(b.p, b.n);
    free(b.p);
}

/* "name=text|name=text", and " ! damage". */
static void expect(const char *glob, const char *want)
{
    struct reading r;
    struct buffer said = { 0 };
    read_pack(&r, glob);
    for (size_t i = 0; i < r.n; i++) {
        buffer_add(&said, "|", i > 0);
        buffer_add(&said, r.name[i], strlen(r.name[i]));
        buffer_add(&said, "=", 1);
        buffer_add(&said, r.text[i].p ? (char *)r.text[i].p : "", r.text[i].n);
    }
    if (r.err.text[0]) {
        buffer_add(&said, " ! ", 3);
        buffer_add(&said, r.err.text, strlen(r.err.text));
    }
    ck_assert_str_is(((struct str){ (char *)said.p, said.n }), want);
    free(said.p);
    reading_free(&r);
}

/* ---- plain text, whatever it looks like ---- */

static const struct {
    const char *p;
    size_t n;
} plain[] = {
#define TEXT(t)                                                                                    \
    {                                                                                              \
        t, sizeof(t) - 1                                                                           \
    }
    TEXT(""),
    TEXT("x"),
    TEXT("id,name\n1,a\n2,b\n"),
    TEXT("{\"id\":1}\n{\"id\":2}\n"),
    TEXT("#mtree\n/set type=file\n./a mode=0644\n"),
    TEXT("070707,first column\n070701,second\n"),
    TEXT("PK,name\nPK\n"),
    TEXT("BZh9 is a word\n"),
    TEXT("\x1f\x8b is nearly gzip"),
    TEXT("\x1f\x8b\x08"),
    TEXT("\0\0\0\0\n"),
    TEXT("]\0"),
    TEXT("\xff\xfe"
         "a\0\n\0"),
    TEXT("begin 644 x\n#0V%T\n`\nend\n"),
    TEXT("WARC/1.0\r\nWARC-Type: response\r\n\r\n"),
    TEXT("!<arch>\n"),
#undef TEXT
};

START_TEST(test_plain)
{
    struct reading r;
    pack_write(plain[_i].p, plain[_i].n);
    read_pack(&r, "");
    ck_assert_uint_eq(r.n, 1);
    ck_assert_str_eq(r.err.text, "");
    ck_assert_uint_eq(r.text[0].n, plain[_i].n);
    ck_assert(!r.text[0].n || memcmp(r.text[0].p, plain[_i].p, plain[_i].n) == 0);
    reading_free(&r);
}
END_TEST

/* ---- one compression upon the other ---- */

static pack_fn *const filters[] = {
    archive_write_add_filter_bzip2, archive_write_add_filter_xz,
    archive_write_add_filter_lzma,  archive_write_add_filter_lz4,
    archive_write_add_filter_zstd,  archive_write_add_filter_compress,
};

START_TEST(test_twice)
{
    struct buffer inner = squeeze(filters[_i], text(LINES)), outer = { 0 };
    gz_add(&outer, (struct str){ (char *)inner.p, inner.n }, 6, NULL);
    free(inner.p);
    put(outer);
    expect("", "=" LINES);
    put(squeeze(filters[_i], gz(LINES)));
    expect("", "=" LINES);
    /* libarchive's own writers of these two make no good empty file */
    if (filters[_i] != archive_write_add_filter_lz4 &&
        filters[_i] != archive_write_add_filter_compress) {
        put(squeeze(filters[_i], text("")));
        expect("", "=");
    }
    struct buffer two = squeeze(filters[_i], text(LINES));
    size_t n = two.n;
    if (filters[_i] == archive_write_add_filter_bzip2 ||
        filters[_i] == archive_write_add_filter_xz ||
        filters[_i] == archive_write_add_filter_zstd) {
        struct buffer copy = bytes(two.p, n);
        buffer_add(&two, copy.p, n);
        free(copy.p);
        put(bytes(two.p, two.n));
        expect("", "=" LINES LINES);
    }
    free(two.p);
}
END_TEST

/* Frames that hold no text before and between zstd frames, as pzstd writes them. */
START_TEST(test_skippable)
{
    static const char skip[] = "\x50\x2a\x4d\x18\x04\0\0\0abcd";
    struct buffer frame = squeeze(archive_write_add_filter_zstd, text(LINES));
    struct buffer all = bytes(skip, 12);
    buffer_add(&all, frame.p, frame.n);
    buffer_add(&all, skip, 12);
    buffer_add(&all, frame.p, frame.n);
    put(all);
    expect("", "=" LINES LINES);
    free(frame.p);
}
END_TEST

/* One frame with a checksum of its contents, by zstd 1.5.4 --check: six lines "record N alpha beta
 * gamma delta". Flipped bits of it are all found. */
START_TEST(test_zstd_checksum)
{
    static const unsigned char frame[] = {
        0x28, 0xb5, 0x2f, 0xfd, 0x24, 0xc0, 0xb5, 0x01, 0x00, 0x54, 0x02, 0x72, 0x65, 0x63,
        0x6f, 0x72, 0x64, 0x20, 0x31, 0x20, 0x61, 0x6c, 0x70, 0x68, 0x61, 0x20, 0x62, 0x65,
        0x74, 0x61, 0x20, 0x67, 0x61, 0x6d, 0x6d, 0x61, 0x20, 0x64, 0x65, 0x6c, 0x74, 0x61,
        0x0a, 0x32, 0x33, 0x34, 0x35, 0x36, 0x06, 0x00, 0x00, 0x14, 0xd0, 0x1c, 0x68, 0x18,
        0x68, 0x04, 0xb4, 0x8b, 0x91, 0xa9, 0x27, 0x7e, 0x4a, 0x3d, 0xf8
    };
    struct buffer want = { 0 };
    for (int i = 1; i <= 6; i++) {
        char line[40];
        int n = snprintf(line, sizeof line, "record %d alpha beta gamma delta\n", i);
        buffer_add(&want, line, (size_t)n);
    }
    for (size_t bit = 31; bit < sizeof frame * 8; bit++) {
        struct buffer b = bytes(frame, sizeof frame);
        if (bit > 31)
            b.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        put(b);
        struct reading r;
        read_pack(&r, "");
        bool right = r.n == 1 && r.text[0].n == want.n && memcmp(r.text[0].p, want.p, want.n) == 0;
        ck_assert_msg(bit == 31 ? right && !r.err.text[0] : right || r.err.text[0], "bit %zu: %s",
                      bit, r.err.text);
        ck_assert_msg(right || r.suspect_from[0] == 0 || r.text[0].n == 0, "bit %zu: '%s'", bit,
                      r.err.text);
        reading_free(&r);
    }
    free(want.p);
}
END_TEST

/* ---- members ---- */

static void free_texts(struct member *m, size_t n)
{
    for (size_t i = 0; i < n; i++)
        free(m[i].text.p);
}

static struct buffer mixed(pack_fn *format, pack_fn *filter)
{
    struct member m[] = {
        { "logs", .type = AE_IFDIR },
        { "logs/a.log", .text = text("plain\n") },
        { "logs/a.log.1.gz", .text = gz("gz\n") },
        { "logs/b.xz", .text = squeeze(archive_write_add_filter_xz, text("xz\n")) },
        { "logs/c.bz2", .text = squeeze(archive_write_add_filter_bzip2, text("bz2\n")) },
        { "logs/empty", .text = text("") },
        { "logs/link", .type = AE_IFLNK, .link = "a.log" },
        { "../../etc/passwd", .text = text("up\n") },
        { ".hidden", .text = text("hidden\n") },
    };
    struct buffer packed = pack(format, filter, NULL, m, sizeof m / sizeof *m);
    free_texts(m, sizeof m / sizeof *m);
    return packed;
}

#define ALL_OF_THEM                                                                                \
    "logs/a.log=plain\n|logs/a.log.1.gz=gz\n|logs/b.xz=xz\n|logs/c.bz2=bz2\n|logs/empty=|"         \
    "../../etc/passwd=up\n|.hidden=hidden\n"

static pack_fn *const formats[] = {
    archive_write_set_format_ustar,    archive_write_set_format_gnutar,
    archive_write_set_format_pax,      archive_write_set_format_v7tar,
    archive_write_set_format_cpio,     archive_write_set_format_cpio_newc,
    archive_write_set_format_cpio_bin, archive_write_set_format_zip,
};

START_TEST(test_members)
{
    pack_fn *const around[] = { NULL, archive_write_add_filter_gzip,
                                archive_write_add_filter_zstd };
    /* in a zip that cannot be sought in, links look like files: its types stand at its end */
    size_t n = formats[_i] == archive_write_set_format_zip ? 1 : sizeof around / sizeof *around;
    for (size_t i = 0; i < n; i++) {
        put(mixed(formats[_i], around[i]));
        expect("", ALL_OF_THEM);
        expect("logs/*.gz", "logs/a.log.1.gz=gz\n");
        expect("**/a*", "logs/a.log=plain\n|logs/a.log.1.gz=gz\n");
        expect("**/.hid*", ".hidden=hidden\n");
        expect("none", "");
    }
}
END_TEST

/* 7-Zip keeps empty files at its end. */
START_TEST(test_7zip)
{
    put(mixed(archive_write_set_format_7zip, NULL));
    expect("logs/[ab]*", "logs/a.log=plain\n|logs/a.log.1.gz=gz\n|logs/b.xz=xz\n");
    expect("../*", "../../etc/passwd=up\n");
    put(mixed(archive_write_set_format_7zip, archive_write_add_filter_gzip));
    expect("",
           " ! 7-Zip archive in a pipe or inside a compression: its directory is at its end, so it "
           "must be a file of its own");
}
END_TEST

START_TEST(test_hard_link_and_times)
{
    struct member m[] = { { "a", .text = text("a\n") }, { "b", .link = "a" } };
    put(pack(archive_write_set_format_ustar, NULL, NULL, m, 2));
    free_texts(m, 2);
    expect("", "a=a\n");
    struct reading r;
    read_pack(&r, "");
    ck_assert_int_eq(r.mtime[0], 1000000000);
    reading_free(&r);
    put(text("plain\n"));
    struct timespec times[2] = { { 5, 0 }, { 1234567890, 999 } };
    ck_assert_int_eq(utimensat(AT_FDCWD, pack_path(), times, 0), 0);
    read_pack(&r, "");
    ck_assert_int_eq(r.mtime[0], 1234567890);
    reading_free(&r);
}
END_TEST

/* ---- damage and doubt in members ---- */

START_TEST(test_doubt)
{
    struct member m[] = { { "a", .text = text("a\n") },
                          { "b.gz", .text = gz("b\n") },
                          { "c", .text = text("c\n") } };
    m[1].text.p[m[1].text.n - 5] ^= 1;
    struct buffer tar = pack(archive_write_set_format_ustar, NULL, NULL, m, 3);
    pack_write(tar.p, tar.n);
    expect("",
           "a=a\n|b.gz=b\n|c=c\n ! checksum of the gzip data is wrong (member 1, which begins at "
           "byte 0)");
    struct reading r;
    read_pack(&r, "");
    ck_assert(r.suspect_from[0] == SUSPECT_NONE && r.suspect_from[1] == 0);
    ck_assert(r.suspect_from[2] == SUSPECT_NONE && r.suspect_text == SUSPECT_NONE);
    reading_free(&r);

    /* a tar in two members of gzip, the first header and text in the first of them; the checksum of
     * the second is wrong: it holds the other two */
    m[1].text.p[m[1].text.n - 5] ^= 1;
    free(tar.p);
    tar = pack(archive_write_set_format_ustar, NULL, NULL, m, 3);
    struct buffer whole = { 0 };
    gz_add(&whole, (struct str){ (char *)tar.p, 1024 }, 6, NULL);
    gz_add(&whole, (struct str){ (char *)tar.p + 1024, tar.n - 1024 }, 6, NULL);
    whole.p[whole.n - 5] ^= 1;
    put(whole);
    read_pack(&r, "");
    ck_assert_ptr_nonnull(strstr(r.err.text, "checksum of the gzip data is wrong (member 2"));
    ck_assert_uint_eq(r.n, 3);
    ck_assert_uint_eq(r.suspect_text, 1);
    reading_free(&r);
    free(tar.p);
    free_texts(m, 3);
}
END_TEST

START_TEST(test_cannot_open)
{
    struct err e = { 0 };
    ck_assert_ptr_null(stream_open("/nonexistent/x", STR(""), &e));
    ck_assert_str_eq(e.text, "cannot open '/nonexistent/x': No such file or directory");
    e.text[0] = 0;
    ck_assert_ptr_null(stream_open("/tmp", STR(""), &e));
    ck_assert_ptr_nonnull(strstr(e.text, "is a folder"));
}
END_TEST

/* 200 MB of one letter in 200 kB of gzip pass; upon that a second time they are a bomb. */
START_TEST(test_bomb)
{
    size_t n = 200 << 20;
    char *same = mem_take(n);
    memset(same, 'x', n);
    struct buffer once = { 0 }, twice = { 0 };
    gz_add(&once, (struct str){ same, n }, 9, NULL);
    gz_add(&twice, (struct str){ (char *)once.p, once.n }, 9, NULL);
    free(same);
    for (int i = 0; i < 2; i++) {
        put(i ? twice : once);
        struct err e = { 0 };
        struct stream *s = stream_open(pack_path(), STR(""), &e);
        static char buf[1 << 16];
        size_t sum = 0;
        ptrdiff_t got;
        ck_assert_int_eq(stream_next(s, &e), 1);
        while ((got = stream_read(s, buf, sizeof buf, &e)) > 0)
            sum += (size_t)got;
        ck_assert_int_eq(got, -i);
        ck_assert(i ? sum >= 64 << 20 && sum < n : sum == n);
        ck_assert_str_eq(e.text,
                         i ? "expands to more than 5000 times its size: not read further" : "");
        ck_assert(stream_suspect_from(s) == SUSPECT_NONE);
        ck_assert_uint_le(stream_bytes_in(s), i ? twice.n : once.n);
        stream_close(s);
    }
}
END_TEST

static void remove_file(void)
{
    unlink(pack_path());
}

Suite *unit_suite(void)
{
    Suite *s = suite_create("stream");
    TCase *c = new_case(s, "stream");
    tcase_add_checked_fixture(c, NULL, remove_file);
    tcase_add_loop_test(c, test_plain, 0, ROWS(plain));
    tcase_add_loop_test(c, test_twice, 0, ROWS(filters));
    tcase_add_test(c, test_skippable);
    tcase_add_test(c, test_zstd_checksum);
    tcase_add_loop_test(c, test_members, 0, ROWS(formats));
    tcase_add_test(c, test_7zip);
    tcase_add_test(c, test_hard_link_and_times);
    tcase_add_test(c, test_doubt);
    tcase_add_test(c, test_cannot_open);
    tcase_add_test(c, test_bomb);
    return s;
}
