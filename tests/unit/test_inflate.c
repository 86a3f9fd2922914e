/* test_inflate.c - gzip by both libraries: the same bytes, the same words. Expectations come from
 * the text that zlib's deflate was given, and from RFC 1952's frame counted by hand. */
#include "gz.h"
#include "ingest/deflate.h"
#include "ingest/inflate.h"
#include "unit.h"

static const struct deflate *const libraries[] = {
    &deflate_zlib,
#ifdef HAVE_ISAL
    &deflate_isal,
#endif
};

/* A source that hands out at most `step` bytes at a time. */
struct memory {
    const uint8_t *p;
    size_t n, at, step, fail_at;
};

static ptrdiff_t memory_read(void *ctx, void *buf, size_t n, struct err *e)
{
    struct memory *m = ctx;
    if (m->fail_at && m->at >= m->fail_at) {
        err_set(e, "cannot be read at byte %zu", m->at);
        return -1;
    }
    size_t take = m->n - m->at;
    take = take < n ? take : n;
    take = take < m->step ? take : m->step;
    memcpy(buf, m->p + m->at, take);
    m->at += take;
    return (ptrdiff_t)take;
}

struct result {
    struct buffer text;
    struct err err;
    uint64_t doubt, unit;
};

static struct result read_all(const struct deflate *library, struct memory m, size_t out_step)
{
    struct result r = { 0 };
    struct inflate *z = inflate_open_by(library, memory_read, &m);
    char *buf = mem_take(out_step);
    ptrdiff_t got;
    while ((got = inflate_read(z, buf, out_step, &r.err)) > 0)
        buffer_add(&r.text, buf, (size_t)got);
    ck_assert_int_eq(got < 0, r.err.text[0] != 0);
    r.doubt = inflate_doubt(z);
    r.unit = inflate_member_start(z);
    inflate_close(z);
    free(buf);
    return r;
}

static struct result read_plain(const struct deflate *library, const struct buffer *gz)
{
    return read_all(library, (struct memory){ gz->p, gz->n, 0, SIZE_MAX, 0 }, 1 << 16);
}

static bool is_prefix(const struct buffer *whole, const struct buffer *part, size_t n)
{
    return n <= whole->n && n <= part->n && (!n || memcmp(whole->p, part->p, n) == 0);
}

static struct str slice(const struct buffer *b)
{
    return (struct str){ (const char *)b->p, b->n };
}

/* ---- what must come out ---- */

static const struct {
    size_t lines;
    int level;
    size_t in_step, out_step;
} shapes[] = {
    { 0, 6, SIZE_MAX, 100 },        { 1, 6, 1, 1 },           { 3, 0, 3, 7 },
    { 2000, 6, SIZE_MAX, 1 << 20 }, { 2000, 1, 1, 65536 },    { 2000, 9, 17, 13 },
    { 2000, 0, 4096, 1 << 18 },     { 50000, 6, 65536, 999 },
};

START_TEST(test_whole)
{
    for (size_t l = 0; l < sizeof libraries / sizeof *libraries; l++) {
        struct buffer text = log_text(shapes[_i].lines, 0), gz = { 0 };
        gz_add(&gz, slice(&text), shapes[_i].level, NULL);
        struct result r =
            read_all(libraries[l], (struct memory){ gz.p, gz.n, 0, shapes[_i].in_step, 0 },
                     shapes[_i].out_step);
        ck_assert_str_eq(r.err.text, "");
        ck_assert_uint_eq(r.text.n, text.n);
        ck_assert(is_prefix(&text, &r.text, text.n));
        ck_assert(r.doubt == NO_DOUBT);
        free(text.p);
        free(gz.p);
        free(r.text.p);
    }
}
END_TEST

START_TEST(test_header_fields)
{
    Bytef extra[300] = "BC";
    gz_header all = { .text = 1,
                      .time = 7,
                      .os = 3,
                      .extra = extra,
                      .extra_len = sizeof extra,
                      .name = (Bytef *)"access.log",
                      .comment = (Bytef *)"kept",
                      .hcrc = 1 };
    for (size_t l = 0; l < sizeof libraries / sizeof *libraries; l++) {
        struct buffer gz = { 0 };
        gz_add(&gz, STR("one\n"), 6, &all);
        for (size_t step = 1; step < 400; step += 57) {
            struct result r =
                read_all(libraries[l], (struct memory){ gz.p, gz.n, 0, step, 0 }, 100);
            ck_assert_str_eq(r.err.text, "");
            ck_assert_str_is(slice(&r.text), "one\n");
            free(r.text.p);
        }
        gz.p[4] ^= 1; /* the header has a checksum of its own here */
        struct result r = read_plain(libraries[l], &gz);
        ck_assert_str_eq(r.err.text, "gzip data is damaged (member 1, which begins at byte 0)");
        free(r.text.p);
        free(gz.p);
    }
}
END_TEST

/* Members, and what stands between and after them. M is "one\n" as a member of 24 bytes: 10 of
 * header, 6 of deflate (fixed codes), 8 of trailer. */
static const struct {
    const char *build; /* M: member, 0: zero byte, others: themselves */
    const char *text, *err;
} tails[] = {
    { "MM", "one\none\n", "" },
    { "M0000", "one\n", "" },
    { "M00M0", "one\none\n", "" },
    { "Mx", "one\n", "trailing garbage after the gzip data at byte 24" },
    { "M00xM", "one\n", "trailing garbage after the gzip data at byte 26" },
    { "MMhello", "one\none\n", "trailing garbage after the gzip data at byte 48" },
    { "M\x1f", "one\n", "gzip data ends too early at byte 25" },
    { "M\x1f\x8b\x08", "one\n", "gzip data ends too early at byte 27" },
    { "M\x1f\x8b\x07", "one\n", "trailing garbage after the gzip data at byte 24" },
};

START_TEST(test_tails)
{
    for (size_t l = 0; l < sizeof libraries / sizeof *libraries; l++)
        for (size_t step = 1; step < 60; step += 9) {
            struct buffer gz = { 0 };
            for (const char *p = tails[_i].build; *p; p++) {
                if (*p == 'M')
                    gz_add(&gz, STR("one\n"), 6, NULL);
                else
                    buffer_add(&gz, *p == '0' ? "" : p, 1);
            }
            struct result r = read_all(libraries[l], (struct memory){ gz.p, gz.n, 0, step, 0 }, 3);
            ck_assert_str_eq(r.err.text, tails[_i].err);
            ck_assert_str_is(slice(&r.text), tails[_i].text);
            ck_assert(r.doubt == NO_DOUBT);
            free(gz.p);
            free(r.text.p);
        }
}
END_TEST

/* ---- damage ---- */

static void twice(struct buffer *b)
{
    struct buffer copy = { 0 };
    buffer_add(&copy, b->p, b->n);
    buffer_add(b, copy.p, copy.n);
    free(copy.p);
}

START_TEST(test_cut_anywhere)
{
    struct buffer text = log_text(300, 1), gz = { 0 };
    gz_add(&gz, slice(&text), 6, NULL);
    gz_add(&gz, slice(&text), 9, NULL);
    twice(&text);
    size_t first = 0, mistaken = 0;
    for (size_t cut = 1; cut < gz.n; cut += 1 + cut % 3) {
        struct buffer part = { gz.p, cut, 0 };
        struct result r[2];
        for (size_t l = 0; l < sizeof libraries / sizeof *libraries; l++) {
            r[l] = read_plain(libraries[l], &part);
            char want[100];
            snprintf(want, sizeof want, "gzip data ends too early at byte %zu", cut);
            if (r[l].text.n == text.n / 2 && !r[l].err.text[0])
                first = cut; /* right between the members */
            else if (r[l].doubt != NO_DOUBT)
                mistaken++;
            else
                ck_assert_msg(strcmp(r[l].err.text, want) == 0, "%s, cut at %zu: %s",
                              libraries[l]->name, cut, r[l].err.text);
            ck_assert(is_prefix(&text, &r[l].text, r[l].text.n));
            /* ISA-L may leave out the last symbol, which is 258 bytes at most */
            ck_assert_uint_le(r[0].text.n - r[l].text.n, 258);
        }
        for (size_t l = 0; l < sizeof libraries / sizeof *libraries; l++)
            free(r[l].text.p);
    }
    ck_assert_uint_lt(first, gz.n);
    ck_assert_uint_le(mistaken, 2); /* a cut may look like a length by chance */
    free(text.p);
    free(gz.p);
}
END_TEST

/* Every single flipped bit of two members: the text is right, or all that is wrong in it is in
 * doubt. */
START_TEST(test_flip_anywhere)
{
    struct buffer text = log_text(40, (unsigned)_i), gz = { 0 };
    size_t half = text.n;
    gz_add(&gz, slice(&text), _i % 10, NULL);
    gz_add(&gz, slice(&text), _i % 10, NULL);
    twice(&text);
    size_t silent = 0;
    for (size_t bit = 32; bit < gz.n * 8; bit++) {
        gz.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
        struct result r[2];
        for (size_t l = 0; l < sizeof libraries / sizeof *libraries; l++) {
            r[l] = read_plain(libraries[l], &gz);
            bool right = r[l].text.n == text.n && is_prefix(&text, &r[l].text, text.n);
            size_t good = r[l].doubt < r[l].text.n ? (size_t)r[l].doubt : r[l].text.n;
            ck_assert_msg(right || r[l].err.text[0], "bit %zu is passed on as text", bit);
            ck_assert_msg(is_prefix(&text, &r[l].text, good), "bit %zu: wrong text", bit);
            ck_assert(r[l].doubt == NO_DOUBT || r[l].doubt == 0 || r[l].doubt == half);
            ck_assert_msg(r[l].doubt == r[0].doubt, "bit %zu: '%s' and '%s'", bit, r[0].err.text,
                          r[l].err.text);
            silent += right && !r[l].err.text[0];
        }
        for (size_t l = 0; l < sizeof libraries / sizeof *libraries; l++)
            free(r[l].text.p);
        gz.p[bit / 8] ^= (uint8_t)(1 << bit % 8);
    }
    /* time, extra flags and system of two headers: 6 bytes each, and the text flag of each */
    ck_assert_uint_le(silent / (sizeof libraries / sizeof *libraries), 2 * 6 * 8 + 2 + 14);
    free(text.p);
    free(gz.p);
}
END_TEST

START_TEST(test_trailer_words)
{
    for (size_t l = 0; l < sizeof libraries / sizeof *libraries; l++)
        for (size_t back = 1; back <= 8; back++) {
            struct buffer gz = { 0 };
            gz_add(&gz, STR("one\n"), 6, NULL);
            gz_add(&gz, STR("one\n"), 6, NULL);
            gz.p[gz.n - back] ^= 4;
            struct result r = read_plain(libraries[l], &gz);
            ck_assert_str_eq(
                r.err.text,
                "checksum of the gzip data is wrong (member 2, which begins at byte 24)");
            ck_assert_uint_eq(r.doubt, 4);
            ck_assert_uint_eq(r.unit, 4);
            free(gz.p);
            free(r.text.p);
        }
}
END_TEST

START_TEST(test_source_fails)
{
    for (size_t l = 0; l < sizeof libraries / sizeof *libraries; l++) {
        struct buffer text = log_text(5000, 2), gz = { 0 };
        gz_add(&gz, slice(&text), 6, NULL);
        struct result r =
            read_all(libraries[l], (struct memory){ gz.p, gz.n, 0, 1000, 5000 }, 4096);
        ck_assert_str_eq(r.err.text, "cannot be read at byte 5000");
        ck_assert(r.doubt == NO_DOUBT && r.text.n > 5000);
        ck_assert(is_prefix(&text, &r.text, r.text.n));
        free(text.p);
        free(gz.p);
        free(r.text.p);
    }
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("inflate");
    TCase *c = new_case(s, "inflate");
    tcase_add_loop_test(c, test_whole, 0, ROWS(shapes));
    tcase_add_test(c, test_header_fields);
    tcase_add_loop_test(c, test_tails, 0, ROWS(tails));
    tcase_add_test(c, test_cut_anywhere);
    tcase_add_loop_test(c, test_flip_anywhere, 0, 4);
    tcase_add_test(c, test_trailer_words);
    tcase_add_test(c, test_source_fails);
    return s;
}
