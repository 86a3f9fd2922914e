/* block.c - see block.h. */
#include "ingest/block.h"

#include <assert.h>
#include <stdlib.h>

#include "base/intern.h"
#include "ingest/borders.h"

/* WHOLE_RECORD: a piece of this size without a border begins with a record that is too long. */
enum { SKIP_BYTES = 256 << 10, WHOLE_RECORD = RECORD_BYTES_MAX + 1 };

struct cutter {
    struct stream *stream;
    struct intake *intake;
    char delimiter; /* of CSV; 0: lines */
    bool begun;     /* the byte order mark has been looked for */
    bool ended;     /* of the intake */
    size_t block_bytes;
    char *rest;                        /* read and not given out yet */
    size_t rest_at, rest_n, rest_room; /* rest_n bytes from rest_at on */
    uint64_t cut;    /* bytes given out or left out so far: where rest begins in the text */
    uint64_t record; /* number of the record that begins there */
    /* The record in which the part of the text begins that has a checksum of its own; see
     * stream_unit(). */
    uint64_t unit_byte, unit_record;
    bool hold, loose_end;
    uint64_t held;
};

struct cutter *cutter_open(struct stream *s, bool quoted, size_t block_bytes)
{
    return cutter_open_as(s, quoted, block_bytes, (struct str){ 0 });
}

struct cutter *cutter_open_as(struct stream *s, bool quoted, size_t block_bytes,
                              struct str encoding)
{
    assert(block_bytes);
    struct cutter *c = mem_zero(1, sizeof *c);
    c->stream = s;
    c->delimiter = quoted ? ',' : 0;
    c->block_bytes = block_bytes < WHOLE_RECORD ? block_bytes : WHOLE_RECORD;
    c->record = c->unit_record = 1;
    c->intake = intake_open(s, encoding);
    return c;
}

void cutter_delimiter(struct cutter *c, char delimiter)
{
    c->delimiter = delimiter;
}

/* Where records end in a text that begins with one. */
static struct borders find_borders(const struct cutter *c, struct str text)
{
    if (!c->delimiter)
        return borders_find(text, false, false);
    struct csv_borders found = csv_borders(text, c->delimiter, CSV_FIELD_START);
    return (struct borders){ .n = found.n, .last = found.last };
}

/* Up to n bytes; fewer only at the end. */
static size_t fill(struct cutter *c, char *to, size_t n)
{
    if (c->ended || !n)
        return 0;
    size_t got = intake_fill(c->intake, to, n);
    c->ended = got < n || intake_ended(c->intake);
    return got;
}

static void grow_rest(struct cutter *c, size_t n)
{
    if (c->rest_n >= n)
        return;
    if (c->rest_at && c->rest_n)
        memmove(c->rest, c->rest + c->rest_at, c->rest_n);
    c->rest_at = 0;
    c->rest = mem_grow(c->rest, &c->rest_room, n, 1);
    c->rest_n += fill(c, c->rest + c->rest_n, n - c->rest_n);
}

static void begin(struct cutter *c)
{
    if (c->begun)
        return;
    c->begun = true;
    grow_rest(c, 3);
    if (c->rest_n < 3 || memcmp(c->rest, "\xef\xbb\xbf", 3) != 0)
        return;
    c->rest_n = 0;
    c->cut = 3;
}

/* The byte order mark was stepped over before there were marks. */
static void pass_mark(struct cutter *c)
{
    if (!intake_passed(c->intake) && c->cut)
        intake_pass(c->intake, intake_head(c->intake).p, (size_t)c->cut);
}

struct str cutter_head(struct cutter *c)
{
    return intake_head(c->intake);
}

bool cutter_plain(const struct cutter *c)
{
    return intake_plain(c->intake);
}

void cutter_watch(struct cutter *c, struct mark *marks, size_t n)
{
    intake_watch(c->intake, marks, n);
}

/* The first n bytes of rest are left out. */
static void step_over(struct cutter *c, size_t n)
{
    intake_pass(c->intake, c->rest + c->rest_at, n);
    c->rest_at += n;
    c->rest_n -= n;
    c->cut += n;
    if (!c->rest_n)
        c->rest_at = 0;
}

void cutter_drop(struct cutter *c, size_t bytes, uint64_t records)
{
    assert(bytes <= c->rest_n);
    pass_mark(c);
    step_over(c, bytes);
    c->record += records;
}

void cutter_shape(struct cutter *c, struct shape *shape)
{
    pass_mark(c);
    intake_shape(c->intake, shape, (struct str){ c->rest + c->rest_at, c->rest_n });
    c->rest_n = c->rest_at = 0;
    c->ended = intake_ended(c->intake);
}

bool cutter_skip(struct cutter *c, const struct mark *to)
{
    pass_mark(c);
    while (c->cut < to->bytes) {
        uint64_t left = to->bytes - c->cut;
        if (!c->rest_n)
            grow_rest(c, left < SKIP_BYTES ? (size_t)left : SKIP_BYTES);
        if (!c->rest_n)
            return false;
        step_over(c, left < c->rest_n ? (size_t)left : c->rest_n);
    }
    if (c->cut == to->bytes) /* a header that was dropped may reach beyond it */
        c->record = to->records + 1;
    return true;
}

bool cutter_ended(struct cutter *c)
{
    grow_rest(c, c->rest_n ? 0 : 1);
    return !c->rest_n;
}

bool cutter_loose_end(const struct cutter *c)
{
    return c->loose_end;
}

void cutter_hold(struct cutter *c)
{
    c->hold = true;
}

uint64_t cutter_held(const struct cutter *c)
{
    return c->held;
}

uint64_t cutter_records(const struct cutter *c)
{
    return c->record - 1;
}

/* Do so few lines fill the look that the names of a table's columns may go on behind it? JSON and
 * XML have no such row. */
static bool is_wide(struct str head)
{
    size_t lines = 0;
    if (head.n < PEEK_BYTES || memchr("{[<", head.p[0], 3))
        return false;
    while (head.n && lines < PEEK_LINES) {
        lines++;
        str_cut(&head, '\n');
    }
    return lines < PEEK_LINES;
}

struct str cutter_peek(struct cutter *c)
{
    begin(c);
    grow_rest(c, PEEK_BYTES);
    if (is_wide((struct str){ c->rest, c->rest_n }))
        grow_rest(c, PEEK_WIDE_BYTES);
    return (struct str){ c->rest, c->rest_n };
}

/* n bytes of text from where `rest` began are cut off. If a part with its own checksum begins in
 * them, notes in which record. */
static void note_unit(struct cutter *c, const char *bytes, size_t n)
{
    uint64_t unit = intake_plain(c->intake) ? stream_unit(c->stream) : 0;
    if (unit < c->cut || unit >= c->cut + n || unit == c->unit_byte)
        return;
    struct str before = { bytes, (size_t)(unit - c->cut) };
    c->unit_byte = unit;
    c->unit_record = c->record + find_borders(c, before).n;
}

/* The block keeps its first `end` bytes; the others wait for the next one. */
static void keep_rest(struct cutter *c, const struct block *b, size_t end)
{
    if (b->n <= c->rest_n) { /* all of it came from rest, which may hold still more */
        c->rest_at += end;
        c->rest_n -= end;
    } else {
        c->rest_n = b->n - end;
        c->rest_at = 0;
        c->rest = mem_grow(c->rest, &c->rest_room, c->rest_n, 1);
        if (c->rest_n)
            memcpy(c->rest, b->bytes + end, c->rest_n);
    }
    if (!c->rest_n)
        c->rest_at = 0;
}

static void make_room(struct block *b, size_t n)
{
    if (b->room >= n)
        return;
    b->bytes = mem_resize(b->bytes, n + BLOCK_SLACK + REJECT_TEXT_BYTES);
    b->room = n;
}

/* Text into b: block_bytes, or more until one record has ended in it; less only at the end. */
static struct borders collect(struct cutter *c, struct block *b)
{
    for (size_t want = c->block_bytes;; want = want * 2 < WHOLE_RECORD ? want * 2 : WHOLE_RECORD) {
        make_room(b, want);
        size_t take = c->rest_n < want ? c->rest_n : want;
        if (b->n < take) {
            memcpy(b->bytes + b->n, c->rest + c->rest_at + b->n, take - b->n);
            b->n = take;
        }
        b->n += fill(c, b->bytes + b->n, want - b->n);
        struct borders found = find_borders(c, (struct str){ b->bytes, b->n });
        if (found.last || b->n < want || want == WHOLE_RECORD)
            return found;
    }
}

/* Bytes up to and with the first newline that ends a record; 0: none. */
static size_t first_border(const struct cutter *c, struct str text, enum csv_place *place)
{
    if (c->delimiter)
        return csv_first_border(text, c->delimiter, place);
    bool inside = false;
    return borders_first(text, false, &inside);
}

/* b holds the first WHOLE_RECORD bytes of a record that is too long. The rest of it is read and
 * left out. */
static void leave_out(struct cutter *c, struct block *b)
{
    enum csv_place place = CSV_FIELD_START;
    char *head = b->bytes + b->room + BLOCK_SLACK;
    uint64_t before = 0; /* bytes of the record in earlier pieces */
    size_t end;
    memcpy(head, b->bytes, REJECT_TEXT_BYTES);
    c->rest_n = c->rest_at = 0;
    while (!(end = first_border(c, (struct str){ b->bytes, b->n }, &place)) && b->n) {
        before += b->n;
        intake_pass(c->intake, b->bytes, b->n);
        b->n = fill(c, b->bytes, WHOLE_RECORD);
    }
    intake_pass(c->intake, b->bytes, end);
    b->long_record = c->record;
    b->long_bytes = before + end - (end ? 1 : 0);
    b->long_head = (struct str){ head, REJECT_TEXT_BYTES };
    b->unfinished = !end;
    uint64_t unit = intake_plain(c->intake) ? stream_unit(c->stream) : 0;
    if (unit >= c->cut && unit < c->cut + before + end) {
        c->unit_byte = unit;
        c->unit_record = c->record;
    }
    keep_rest(c, b, end);
    c->cut += before + end;
    c->record++;
    b->n = 0;
}

bool cutter_next(struct cutter *c, struct block *b)
{
    *b = (struct block){ .bytes = b->bytes, .room = b->room };
    begin(c);
    pass_mark(c);
    struct borders found = collect(c, b);
    if (!b->n)
        return false;
    b->first_record = c->record;
    bool all = c->ended && b->n >= c->rest_n && b->n < WHOLE_RECORD;
    if (!all && !found.last) {
        leave_out(c, b);
    } else {
        bool hold = all && c->hold && intake_plain(c->intake) && !cutter_damage(c);
        size_t end = all && !hold ? b->n : found.last;
        c->held = hold ? b->n - end : 0;
        b->unfinished = end > found.last;
        b->records = found.n + b->unfinished;
        note_unit(c, b->bytes, end);
        intake_pass(c->intake, b->bytes, end);
        keep_rest(c, b, end);
        if (hold)
            c->rest_n = c->rest_at = 0;
        c->cut += end;
        c->record += b->records;
        b->n = end;
    }
    grow_rest(c, c->rest_n ? 0 : 1);
    b->last = !c->rest_n;
    b->damaged = b->last && cutter_damage(c);
    c->loose_end = b->unfinished;
    memset(b->bytes + b->n, 0, BLOCK_SLACK);
    return b->n || b->long_record;
}

const struct err *cutter_damage(const struct cutter *c)
{
    return intake_damage(c->intake);
}

uint64_t cutter_suspect_record(const struct cutter *c)
{
    uint64_t from = stream_suspect_from(c->stream);
    if (from == SUSPECT_NONE || (intake_plain(c->intake) && from >= c->cut))
        return UINT64_MAX;
    return intake_plain(c->intake) && from == c->unit_byte ? c->unit_record : 1;
}

uint64_t cutter_bytes(const struct cutter *c)
{
    return intake_bytes(c->intake) - c->held;
}

uint64_t cutter_head_hash(const struct cutter *c)
{
    struct str head = intake_head(c->intake);
    uint64_t n = cutter_bytes(c);
    return hash_bytes((struct str){ head.p, n < head.n ? (size_t)n : head.n });
}

void cutter_whole_hash(const struct cutter *c, uint64_t hash[2])
{
    intake_whole_hash(c->intake, hash);
}

void cutter_close(struct cutter *c)
{
    if (!c)
        return;
    intake_close(c->intake);
    free(c->rest);
    free(c);
}

void block_free(struct block *b)
{
    free(b->bytes);
    *b = (struct block){ 0 };
}
