/* test_block.c - the cutter against a plain byte-by-byte account of the same rules, written here.
 */
#include <stdlib.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "gz.h"
#include "ingest/block.h"
#include "ingest/borders.h"
#include "ingest/csv.h"
#include "unit.h"

static char path[64];

static void write_file(const void *p, size_t n)
{
    snprintf(path, sizeof path, "/tmp/touchpath-block-%ld", (long)getpid());
    unlink(path); /* ext4 writes a file to the disk at once that is truncated and refilled */
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(p, 1, n, f), n);
    fclose(f);
}

static void remove_file(void)
{
    unlink(path);
}

/* Every record as "number:text|", over-long ones as "number:LENGTH!head|", an unfinished last one
 * with ~ at its end. */
struct account {
    struct buffer text;
    uint64_t records;
};

static void say(struct account *a, uint64_t number, const char *p, size_t n, bool unfinished)
{
    char head[64];
    bool too_long = n > RECORD_BYTES_MAX;
    int k = too_long ? snprintf(head, sizeof head, "%ju:%zu!", (uintmax_t)number, n)
                     : snprintf(head, sizeof head, "%ju:", (uintmax_t)number);
    buffer_add(&a->text, head, (size_t)k);
    buffer_add(&a->text, p, too_long ? REJECT_TEXT_BYTES : n);
    buffer_add(&a->text, unfinished ? "~|" : "|", unfinished ? 2 : 1);
    a->records = number;
}

/* Of CSV, byte by byte: where a newline ends a record. A quote opens a field only as its first
 * byte.
 */
static bool inside_after(bool quoted, bool inside, bool *opens, char byte)
{
    bool quote = quoted && byte == '"';
    bool was = *opens;
    *opens = byte == ',' || byte == '\n';
    if (inside) {
        *opens = quote; /* of two, the second opens again */
        return !quote;
    }
    return quote && was;
}

static struct account expected(const char *p, size_t n, bool quoted)
{
    struct account a = { 0 };
    bool inside = false, opens = true;
    size_t from = 0;
    uint64_t number = 1;
    if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
        from = 3;
    for (size_t i = from; i < n; i++) {
        inside = inside_after(quoted, inside, &opens, p[i]);
        if (p[i] == '\n' && !inside) {
            say(&a, number++, p + from, i - from, false);
            from = i + 1;
        }
    }
    if (from < n)
        say(&a, number, p + from, n - from, true);
    return a;
}

static void account_block(struct account *a, const struct block *b, bool quoted)
{
    if (b->long_record) {
        ck_assert(b->n == 0 && b->records == 0 && b->long_bytes > RECORD_BYTES_MAX);
        char *whole = mem_zero(1, b->long_bytes);
        ck_assert_uint_eq(b->long_head.n, REJECT_TEXT_BYTES);
        memcpy(whole, b->long_head.p, b->long_head.n);
        say(a, b->long_record, whole, b->long_bytes, b->unfinished);
        free(whole);
        return;
    }
    uint64_t number = b->first_record;
    struct str rest = { b->bytes, b->n };
    while (rest.n) {
        bool inside = false;
        enum csv_place place = CSV_FIELD_START;
        size_t end =
            quoted ? csv_first_border(rest, ',', &place) : borders_first(rest, false, &inside);
        ck_assert(end || b->unfinished);
        say(a, number++, rest.p, end ? end - 1 : rest.n, !end);
        rest = str_from(rest, end ? end : rest.n);
    }
    ck_assert_uint_eq(number, b->first_record + b->records);
    for (size_t i = 0; i < BLOCK_SLACK; i++)
        ck_assert_int_eq(b->bytes[b->n + i], 0);
}

static void check(const void *p, size_t n, const void *text, size_t text_n, bool quoted,
                  size_t block_bytes, bool peek)
{
    write_file(p, n);
    struct err e = { 0 };
    struct stream *s = stream_open(path, (struct str){ 0 }, &e);
    ck_assert_int_eq(stream_next(s, &e), 1);
    struct cutter *c = cutter_open(s, quoted, block_bytes);
    if (peek)
        ck_assert_uint_le(cutter_peek(c).n, PEEK_WIDE_BYTES);
    struct account got = { 0 }, want = expected(text, text_n, quoted);
    struct block b = { 0 };
    bool last = text_n == 0;
    while (cutter_next(c, &b)) {
        ck_assert(b.n || b.long_record);
        account_block(&got, &b, quoted);
        last = b.last;
        ck_assert(!b.damaged);
    }
    ck_assert(last || want.records == 0);
    ck_assert_uint_eq(got.text.n, want.text.n);
    ck_assert(!got.text.n || memcmp(got.text.p, want.text.p, got.text.n) == 0);
    ck_assert_uint_eq(cutter_bytes(c), text_n);
    uint64_t hash[2];
    cutter_whole_hash(c, hash);
    XXH128_hash_t whole = XXH3_128bits(text, text_n);
    ck_assert(hash[0] == whole.low64 && hash[1] == whole.high64);
    ck_assert(cutter_head_hash(c) == XXH3_64bits(text, text_n < 4096 ? text_n : 4096));
    ck_assert_ptr_null(cutter_damage(c));
    ck_assert(cutter_suspect_record(c) == UINT64_MAX);
    block_free(&b);
    cutter_close(c);
    stream_close(s);
    free(got.text.p);
    free(want.text.p);
}

static const size_t sizes[] = { 1, 2, 3, 16, 64, 1000, BLOCK_BYTES, 5 << 20 };

static void check_all(const void *text, size_t n)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++)
        for (int variant = 0; variant < 4; variant++)
            if (n < 1 << 18 || sizes[i] > 100)
                check(text, n, text, n, variant & 1, sizes[i], variant & 2);
}

static const struct {
    const char *p;
    size_t n;
} texts[] = {
#define TEXT(t)                                                                                    \
    {                                                                                              \
        t, sizeof(t) - 1                                                                           \
    }
    TEXT(""),
    TEXT("\n"),
    TEXT("a"),
    TEXT("a\n"),
    TEXT("\xef\xbb\xbf"),
    TEXT("\xef\xbb\xbf"
         "a,b\n"),
    TEXT("\xef\xbb"),
    TEXT("a\r\nb\r\n\r\n\n"),
    TEXT("a,\"b\nc\",d\n\"\"\"\n\"\n1\n"),
    TEXT("a\0b\n\0\n\x80\xff\n"),
    TEXT("\"never\nended\nhere"),
    TEXT("x\n\"\n\"\n\"\"\n\n\"a\"\"\n\"\"b\"\nlast"),
#undef TEXT
};

START_TEST(test_texts)
{
    check_all(texts[_i].p, texts[_i].n);
}
END_TEST

/* Random bytes from a small alphabet, rich in borders and quotes. */
START_TEST(test_random)
{
    static const char alphabet[] = "ab,\"\n\"\n\r\0x";
    unsigned x = 99u + (unsigned)_i * 7919u;
    char text[3000];
    for (size_t i = 0; i < sizeof text; i++) {
        x = x * 1103515245u + 12345u;
        text[i] = _i % 2 && x >> 30 ? 'y' : alphabet[(x >> 16) % (sizeof alphabet - 1)];
    }
    check_all(text, sizeof text - (size_t)_i * 13);
}
END_TEST

/* Records of and around the limit; quotes in them; in the middle and at the end. */
START_TEST(test_long)
{
    static const struct {
        long over;
        bool quotes, newline;
    } cases[] = { { -1, false, true },      { 0, false, true },      { 1, false, true },
                  { 0, false, false },      { 1, false, false },     { 1, true, true },
                  { 3 << 20, false, true }, { 1 << 20, true, false } };
    struct buffer text = { 0 };
    size_t n = (size_t)(RECORD_BYTES_MAX + cases[_i].over);
    char *record = mem_take(n);
    memset(record, 'r', n);
    memcpy(record, "head", 4);
    if (cases[_i].quotes) {
        record[5] = record[n - 2] = '"';
        record[n / 2] = '\n';
    }
    buffer_add(&text, "first\nsecond\n", 13);
    buffer_add(&text, record, n);
    if (cases[_i].newline)
        buffer_add(&text, "\nafter\n\nlast", 12);
    for (size_t i = 3; i < sizeof sizes / sizeof *sizes; i++)
        for (int variant = 0; variant < 4; variant++)
            check(text.p, text.n, text.p, text.n, variant & 1, sizes[i], variant & 2);
    free(record);
    free(text.p);
}
END_TEST

/* A text that comes through gzip arrives in other pieces. */
START_TEST(test_through_gzip)
{
    struct buffer text = log_text(20000, 5), gz = { 0 };
    for (size_t at = 0; at < text.n; at += 70001) {
        size_t n = text.n - at < 70001 ? text.n - at : 70001;
        gz_add(&gz, (struct str){ (const char *)text.p + at, n }, 6, NULL);
    }
    for (size_t i = 4; i < sizeof sizes / sizeof *sizes; i++)
        check(gz.p, gz.n, text.p, text.n, i % 2, sizes[i], i % 3 == 0);
    free(text.p);
    free(gz.p);
}
END_TEST

/* Three members of 50 records each, the borders between them in the middle of records; in one the
 * checksum is flipped. The first record that touches it is the first in doubt. */
static const struct {
    int member; /* that is damaged, from 0 */
    uint64_t suspect;
} members[] = { { 0, 1 }, { 1, 51 }, { 2, 101 } };

START_TEST(test_suspect)
{
    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        struct buffer gz = { 0 }, text = { 0 };
        size_t third = 50 * 20, ends[3];
        for (int r = 0; r < 150; r++) {
            char line[32];
            snprintf(line, sizeof line, "record %11d\n", r); /* 20 bytes with its newline */
            buffer_add(&text, line, 19);
            buffer_add(&text, "\n", 1);
            text.p[text.n - 2] = '.';
        }
        for (size_t m = 0; m < 3; m++) {
            size_t from = m * third + (m ? 7 : 0), end = m == 2 ? text.n : (m + 1) * third + 7;
            gz_add(&gz, (struct str){ (const char *)text.p + from, end - from }, 6, NULL);
            ends[m] = gz.n;
        }
        gz.p[ends[members[_i].member] - 6] ^= 1;
        write_file(gz.p, gz.n);
        struct err e = { 0 };
        struct stream *s = stream_open(path, (struct str){ 0 }, &e);
        ck_assert_int_eq(stream_next(s, &e), 1);
        struct cutter *c = cutter_open(s, false, sizes[i]);
        struct block b = { 0 };
        bool damaged = false;
        while (cutter_next(c, &b))
            damaged = b.damaged;
        ck_assert(damaged);
        ck_assert_ptr_nonnull(strstr(cutter_damage(c)->text, "checksum"));
        ck_assert_uint_eq(cutter_suspect_record(c), members[_i].suspect);
        block_free(&b);
        cutter_close(c);
        stream_close(s);
        free(gz.p);
        free(text.p);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("block");
    TCase *c = new_case(s, "block");
    tcase_add_checked_fixture(c, NULL, remove_file);
    tcase_add_loop_test(c, test_texts, 0, ROWS(texts));
    tcase_add_loop_test(c, test_random, 0, 12);
    tcase_add_loop_test(c, test_long, 0, 8);
    tcase_add_test(c, test_through_gzip);
    tcase_add_loop_test(c, test_suspect, 0, ROWS(members));
    return s;
}
