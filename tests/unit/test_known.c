/* test_known.c - reading a text on from a mark: what comes out then is what a reading of the whole
 * gives behind the mark, for every cut and any size of block; and what is held back.
 */
#include <stdlib.h>
#include <unistd.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

#include "event.h"
#include "ingest/block.h"
#include "ingest/resume.h"
#include "unit.h"

static char path[64];

static void write_file(const void *p, size_t n)
{
    snprintf(path, sizeof path, "/tmp/touchpath-known-%ld", (long)getpid());
    unlink(path);
    FILE *f = fopen(path, "wb");
    ck_assert_ptr_nonnull(f);
    ck_assert_uint_eq(fwrite(p, 1, n, f), n);
    fclose(f);
}

static void remove_file(void)
{
    unlink(path);
}

/* A text with lines of many lengths, `loose` bytes of an unfinished one at its end, and with a byte
 * order mark when mark is set. */
static size_t make_text(char *to, size_t lines, size_t loose, bool mark)
{
    size_t n = 0;
    if (mark)
        n = (size_t)sprintf(to, "\xef\xbb\xbf");
    for (size_t i = 0; i < lines; i++) {
        for (size_t k = 0; k < i * 7 % 50; k++)
            to[n++] = (char)('a' + (i + k) % 26);
        to[n++] = '\n';
    }
    memset(to + n, 'z', loose);
    return n + loose;
}

static struct mark mark_at(const char *text, size_t bytes, bool last)
{
    XXH128_hash_t h = XXH3_128bits(text, bytes);
    uint64_t lines = 0;
    for (size_t i = 0; i < bytes; i++)
        lines += text[i] == '\n';
    return (struct mark){
        .bytes = bytes, .records = lines, .hash = { h.low64, h.high64 }, .text = 1, .last = last
    };
}

struct opened {
    struct stream *s;
    struct cutter *c;
};

static struct opened open_text(size_t block_bytes, bool hold)
{
    struct err e = { 0 };
    struct opened o = { .s = stream_open(path, (struct str){ 0 }, &e) };
    ck_assert_int_eq(stream_next(o.s, &e), 1);
    o.c = cutter_open(o.s, false, block_bytes);
    if (hold)
        cutter_hold(o.c);
    return o;
}

static void close_text(struct opened *o)
{
    cutter_close(o->c);
    stream_close(o->s);
}

/* All bytes that come out from where the cutter stands, and the number of the first record. */
static size_t take_all(struct cutter *c, char *to, uint64_t *first)
{
    struct block b = { 0 };
    size_t n = 0;
    *first = 0;
    while (cutter_next(c, &b)) {
        if (!*first)
            *first = b.first_record;
        memcpy(to + n, b.bytes, b.n);
        n += b.n;
    }
    block_free(&b);
    return n;
}

enum { LINES = 400, TEXT_MAX = 32768 };
static const size_t sizes[] = { 1, 64, 5000, BLOCK_BYTES };

/* _i: size of blocks; every mark at the end of a line, with and without a byte order mark. */
START_TEST(reads_on_behind_a_mark)
{
    static char text[TEXT_MAX], got[TEXT_MAX];
    for (int bom = 0; bom < 2; bom++) {
        size_t n = make_text(text, LINES, 0, bom);
        write_file(text, n);
        for (size_t at = 1; at <= n; at += at < 100 || at > n - 100 ? 1 : 37) {
            if (text[at - 1] != '\n')
                continue;
            struct mark mark = mark_at(text, at, true);
            struct resume r = { .marks = &mark, .nmarks = 1 };
            struct opened o = open_text(sizes[_i], true);
            cutter_head(o.c);
            if (at % 2)
                cutter_peek(o.c);
            resume_watch(&r, o.c);
            enum resume_how how = resume_at(&r, o.c);
            ck_assert_int_eq(how, at == n ? RESUME_NOTHING : RESUME_MAP);
            uint64_t first;
            size_t rest = take_all(o.c, got, &first);
            ck_assert_uint_eq(rest, n - at);
            ck_assert(memcmp(got, text + at, rest) == 0);
            ck_assert(at == n || first == mark.records + 1);
            ck_assert_uint_eq(cutter_bytes(o.c), n);
            uint64_t hash[2];
            cutter_whole_hash(o.c, hash);
            struct mark end = mark_at(text, n, true);
            ck_assert(hash[0] == end.hash[0] && hash[1] == end.hash[1]);
            ck_assert_uint_eq(cutter_records(o.c), end.records);
            close_text(&o);
        }
    }
}
END_TEST

/* A text that differs in one byte before the mark is another text. */
START_TEST(another_text_is_read_again)
{
    static char text[TEXT_MAX];
    size_t n = make_text(text, LINES, 0, false);
    struct mark marks[] = { mark_at(text, n / 4, false), mark_at(text, n, true) };
    text[_i == 0 ? n / 2 : n / 8] ^= 1;
    write_file(text, n);
    struct resume r = { .marks = marks, .nmarks = 2 };
    struct opened o = open_text(64, true);
    cutter_head(o.c);
    resume_watch(&r, o.c);
    ck_assert_int_eq(resume_at(&r, o.c), RESUME_AGAIN);
    ck_assert(r.whole && !r.rewritten);
    ck_assert_int_eq(marks[0].met, _i == 0);
    close_text(&o);
    o = open_text(64, true);
    cutter_head(o.c);
    resume_watch(&r, o.c);
    ck_assert_int_eq(resume_at(&r, o.c), RESUME_MAP);
    ck_assert_uint_eq(r.start, 0);
    close_text(&o);
}
END_TEST

/* What is known of two texts: the one that this is goes on, though it is the shorter one. */
START_TEST(goes_on_in_the_shorter_one)
{
    static char text[TEXT_MAX];
    size_t n = make_text(text, LINES, 0, false), at = n / 2;
    while (text[at - 1] != '\n')
        at++;
    struct mark marks[] = { mark_at(text, at, true), mark_at(text, n - 1, true) };
    marks[1].hash[0] ^= 1;
    write_file(text, n);
    struct resume r = { .marks = marks, .nmarks = 2 };
    struct opened o = open_text(64, true);
    resume_watch(&r, o.c);
    ck_assert_int_eq(resume_at(&r, o.c), RESUME_AGAIN);
    close_text(&o);
    o = open_text(64, true);
    resume_watch(&r, o.c);
    ck_assert_int_eq(resume_at(&r, o.c), RESUME_MAP);
    ck_assert_uint_eq(r.start, at);
    close_text(&o);
}
END_TEST

/* _i: size of blocks */
START_TEST(an_unfinished_record_is_held)
{
    static char text[TEXT_MAX], got[TEXT_MAX];
    for (size_t lines = 0; lines < 90; lines += 3) {
        size_t loose = lines % 2 ? 17 : 1, n = make_text(text, lines, loose, false);
        uint64_t first;
        write_file(text, n);
        struct opened o = open_text(sizes[_i], true);
        ck_assert_uint_eq(take_all(o.c, got, &first), n - loose);
        ck_assert_uint_eq(cutter_bytes(o.c), n - loose);
        ck_assert_uint_eq(cutter_held(o.c), loose);
        ck_assert_uint_eq(cutter_records(o.c), lines);
        struct mark end = mark_at(text, n - loose, true);
        uint64_t hash[2];
        cutter_whole_hash(o.c, hash);
        ck_assert(hash[0] == end.hash[0] && hash[1] == end.hash[1]);
        ck_assert(!cutter_loose_end(o.c));
        close_text(&o);
        o = open_text(sizes[_i], false); /* not held: it is a record */
        ck_assert_uint_eq(take_all(o.c, got, &first), n);
        ck_assert_uint_eq(cutter_records(o.c), lines + 1);
        ck_assert(cutter_loose_end(o.c));
        close_text(&o);
    }
}
END_TEST

/* Files cut down, or written anew, while they are open. */
START_TEST(rewriting_is_seen)
{
    static char text[TEXT_MAX], got[TEXT_MAX];
    size_t n = make_text(text, LINES, 0, false);
    uint64_t first;
    write_file(text, n);
    struct opened o = open_text(5000, true);
    struct resume r = { .head = { text, HEAD_BYTES } };
    take_all(o.c, got, &first);
    ck_assert(!stream_rewritten(o.s, r.head));
    ck_assert_int_eq(truncate(path, _i == 0 ? 100 : 0), 0);
    if (_i == 1) { /* as long as before, with other lines: as after copytruncate */
        FILE *f = fopen(path, "wb");
        for (size_t i = 0; i < n; i++)
            fputc('q', f);
        fclose(f);
    }
    resume_finish(&r, o.s, o.c);
    ck_assert(r.rewritten && !r.packed);
    close_text(&o);
}
END_TEST

/* ---- taking files out of a set ---- */

START_TEST(files_are_taken_out)
{
    struct event_set set, one;
    event_set_init(&set);
    event_set_init(&one);
    uint32_t ids[3];
    for (uint32_t i = 0; i < 3; i++) {
        char id[3] = { ID_USER, 'u', (char)('0' + i) };
        ids[i] = intern_add(&set.ids, (struct str){ id, 3 });
    }
    uint32_t both[] = { ids[1], ids[2] };
    uint32_t who = intern_add(&set.whos, (struct str){ (char *)both, sizeof both });
    uint32_t touch = intern_add(&set.touchpoints, STR("page"));
    set.files = mem_zero(3, sizeof *set.files);
    set.nfiles = 3;
    for (uint64_t i = 0; i < 9; i++)
        event_set_add(&set, &(struct event){ .time = (int64_t)i,
                                             .origin = i % 3 << ORIGIN_RECORD_BITS | (i + 1),
                                             .who = who,
                                             .touch = touch });
    set.files[2].records = 7;
    event_set_take_file(&set, 1, &one);
    ck_assert(set.nfiles == 2 && set.n == 6 && one.nfiles == 1 && one.n == 3);
    for (size_t i = 0; i < one.n; i++) {
        ck_assert_uint_eq(event_file(&one.events[i]), 0);
        ck_assert_uint_eq(event_record(&one.events[i]), 2 + 3 * i);
        ck_assert_uint_eq(who_size(&one, one.events[i].who), 2);
        ck_assert(str_eq(id_value(&one, who_id(&one, one.events[i].who, 0)), STR("u1")));
        ck_assert(str_eq(id_value(&one, who_id(&one, one.events[i].who, 1)), STR("u2")));
    }
    ck_assert_uint_eq(set.files[1].records, 7);
    bool drop[] = { true, false };
    event_set_drop_files(&set, drop);
    ck_assert(set.nfiles == 1 && set.n == 3 && set.files[0].records == 7);
    for (size_t i = 0; i < set.n; i++)
        ck_assert_uint_eq(event_file(&set.events[i]), 0);
    event_set_free(&one);
    event_set_free(&set);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("known");
    TCase *c = new_case(s, "known");
    tcase_add_checked_fixture(c, NULL, remove_file);
    tcase_add_loop_test(c, reads_on_behind_a_mark, 0, ROWS(sizes));
    tcase_add_loop_test(c, another_text_is_read_again, 0, 2);
    tcase_add_test(c, goes_on_in_the_shorter_one);
    tcase_add_loop_test(c, an_unfinished_record_is_held, 0, ROWS(sizes));
    tcase_add_loop_test(c, rewriting_is_seen, 0, 2);
    tcase_add_test(c, files_are_taken_out);
    return s;
}
