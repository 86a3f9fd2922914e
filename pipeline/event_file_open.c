/* event_file_open.c - opening an event file: its frame, its rulebook, its books. See
 * event_file_open.h.
 *
 * The frame is trusted least: every length is held against the size of the file before anything is
 * read or taken, and sections must lie one behind the other from the head to the tail, so that no
 * byte is without a checksum.
 */
#include "event_file_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

enum { PLACED_BYTES = 32, TOTALS_BYTES = 24 };

static bool damaged(const struct event_file *f, struct err *e, uint64_t at, const char *what)
{
    return err_set(e,
                   "the event file '%s' is damaged: %s (at byte %llu); write it anew with "
                   "'touchpath map', or when a state holds it 'touchpath run --rebuild'",
                   f->about.path.p, what, (unsigned long long)at);
}

static bool read_at(const struct event_file *f, void *to, uint64_t at, size_t n, struct err *e)
{
    char *p = to;
    while (n) {
        ssize_t got = pread(f->fd, p, n, (off_t)at);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return err_set(e, "cannot read '%s': %s", f->about.path.p, strerror(errno));
        if (got == 0)
            return damaged(f, e, at, "it ends too early");
        p += got;
        at += (uint64_t)got;
        n -= (size_t)got;
    }
    return true;
}

/* ---- sections ---- */

bool section_fault(const struct event_file *f, const struct section *s, struct err *e)
{
    char what[80];
    snprintf(what, sizeof what, "its %s are not as they must be", section_names[s->kind]);
    return damaged(f, e, s->at, what);
}

static bool check_bytes(const struct bytes *b, uint64_t *check)
{
    struct cursor c = { b->p + b->n - CHECK_BYTES, CHECK_BYTES, false };
    *check = get_u64(&c);
    return *check == hash_bytes((struct str){ (const char *)b->p, b->n - CHECK_BYTES });
}

bool section_read(const struct event_file *f, const struct section *s, struct bytes *buffer,
                  struct cursor *c, struct err *e)
{
    buffer->n = 0;
    buffer->p = mem_grow(buffer->p, &buffer->room, (size_t)s->length, 1);
    buffer->n = (size_t)s->length;
    if (!read_at(f, buffer->p, s->at, buffer->n, e))
        return false;
    uint64_t check;
    char what[80];
    snprintf(what, sizeof what, "the checksum of its %s is wrong", section_names[s->kind]);
    if (!check_bytes(buffer, &check) || check != s->check)
        return damaged(f, e, s->at, what);
    *c = (struct cursor){ buffer->p, buffer->n - CHECK_BYTES, false };
    uint32_t kind = get_u32(c), rows = get_u32(c);
    uint64_t length = get_u64(c);
    if (kind != s->kind || rows != s->rows || length != c->n)
        return section_fault(f, s, e);
    return true;
}

bool section_unpack(struct event_file *f, const struct section *s, struct cursor *c, struct err *e)
{
    if (!section_read(f, s, &f->buffer, c, e))
        return false;
    uint64_t n = get_u64(c);
    if (c->bad || n > STREAM_BYTES_MAX || n > EXPANSION_FREE + s->length * EXPANSION_RATIO_MAX)
        return section_fault(f, s, e);
    f->plain.p = mem_grow(f->plain.p, &f->plain.room, (size_t)n + 1, 1);
    get_stream(f->packer, c, f->plain.p, (size_t)n);
    if (!cursor_done(c))
        return section_fault(f, s, e);
    *c = (struct cursor){ f->plain.p, (size_t)n, false };
    return true;
}

/* ---- the frame ---- */

static bool read_head(struct event_file *f, struct err *e)
{
    unsigned char head[HEAD_BYTES];
    if (f->about.bytes < HEAD_BYTES || !read_at(f, head, 0, sizeof head, e) ||
        memcmp(head, EVENT_FILE_MAGIC, 8) != 0)
        return err_set(e, "'%s' is no event file: write one with 'touchpath map'", f->about.path.p);
    struct cursor c = { head + 8, 8, false };
    f->about.version = get_u32(&c);
    if (f->about.version == 0 || f->about.version > EVENT_FILE_VERSION)
        return err_set(e, "the event file '%s' has version %u; this program reads up to %d",
                       f->about.path.p, f->about.version, EVENT_FILE_VERSION);
    if (get_u32(&c) != 0)
        return damaged(f, e, 12, "its head is wrong");
    return true;
}

static bool read_tail(struct event_file *f, struct section *end, struct err *e)
{
    unsigned char tail[TAIL_BYTES];
    uint64_t size = f->about.bytes, at = size - TAIL_BYTES;
    if (size < HEAD_BYTES + TAIL_BYTES)
        return damaged(f, e, size, "it ends too early");
    if (!read_at(f, tail, at, sizeof tail, e))
        return false;
    struct cursor c = { tail, sizeof tail, false };
    *end = (struct section){ .kind = SECTION_END };
    end->at = get_u64(&c);
    end->length = get_u64(&c);
    uint64_t check = get_u64(&c);
    if (memcmp(c.p, EVENT_FILE_END, 8) != 0)
        return damaged(f, e, size, "it ends too early");
    if (check != hash_bytes((struct str){ (const char *)tail, 16 }))
        return damaged(f, e, at, "the checksum of its tail is wrong");
    uint64_t least = SECTION_HEAD_BYTES + TOTALS_BYTES + CHECK_BYTES;
    if (end->at < HEAD_BYTES || end->at > at || end->length != at - end->at ||
        end->length < least || (end->length - least) % PLACED_BYTES ||
        (end->length - least) / PLACED_BYTES > UINT32_MAX)
        return damaged(f, e, at, "its tail is wrong");
    end->rows = (uint32_t)((end->length - least) / PLACED_BYTES);
    return true;
}

/* Of kinds with a bounded number of rows, or one section only. */
static bool rows_fit(const struct section *s)
{
    switch (s->kind) {
    case SECTION_BOOK:
    case SECTION_CLOCKS:
        return s->rows == 1;
    case SECTION_IDS:
    case SECTION_WHOS:
    case SECTION_ATTRS:
    case SECTION_EVENTS:
    case SECTION_METRICS:
    case SECTION_REPEATS:
        return s->rows >= 1 && s->rows <= BLOCK_ROWS;
    default:
        return true;
    }
}

static bool one_only(enum section_kind kind)
{
    return kind == SECTION_BOOK || kind == SECTION_FILES || kind == SECTION_TOUCHPOINTS ||
           kind == SECTION_CLOCKS || kind == SECTION_EXCLUDING || kind == SECTION_FILLED;
}

static bool read_places(struct event_file *f, struct cursor *c, const struct section *end,
                        struct err *e)
{
    uint64_t next = HEAD_BYTES;
    size_t count[SECTION_KINDS] = { 0 };
    enum section_kind before = SECTION_BOOK;
    f->sections = mem_take(end->rows * sizeof *f->sections);
    for (; f->nsections < end->rows; f->nsections++) {
        uint32_t kind = get_u32(c), rows = get_u32(c);
        struct section s = { (enum section_kind)kind, rows, get_u64(c), 0, 0 };
        s.length = get_u64(c);
        s.check = get_u64(c);
        if (kind < (uint32_t)before || kind == SECTION_END || kind >= SECTION_KINDS ||
            !section_names[kind] || !section_names[kind][0] || !rows_fit(&s) || s.at != next ||
            s.length > end->at - next || s.length < SECTION_HEAD_BYTES + CHECK_BYTES)
            return section_fault(f, end, e);
        next += s.length;
        if (one_only(s.kind) && count[kind])
            return section_fault(f, end, e);
        before = s.kind;
        count[kind]++;
        f->rows[kind] += rows;
        f->sections[f->nsections] = s;
    }
    for (int k = SECTION_BOOK; k < SECTION_END; k++)
        if (one_only((enum section_kind)k) && count[k] != 1)
            return section_fault(f, end, e);
    return next == end->at || section_fault(f, end, e);
}

/* A few bytes may say a lot, but not without end: files are held to what archives are held to. */
static uint64_t most_bytes(const struct event_file *f)
{
    return EXPANSION_FREE + f->about.bytes * EXPANSION_RATIO_MAX;
}

static bool expands_too_much(const struct event_file *f)
{
    uint64_t rows = 0;
    for (int k = SECTION_IDS; k < SECTION_KINDS; k++)
        rows += k == SECTION_CLOCKS ? 0 : f->rows[k];
    return rows * sizeof(struct event) > most_bytes(f);
}

static bool read_end(struct event_file *f, const struct section *end, struct err *e)
{
    struct cursor c;
    struct section s = *end;
    f->buffer.p = mem_grow(f->buffer.p, &f->buffer.room, (size_t)s.length, 1);
    f->buffer.n = (size_t)s.length;
    if (!read_at(f, f->buffer.p, s.at, f->buffer.n, e))
        return false;
    check_bytes(&f->buffer, &s.check); /* nobody else says what it must be */
    if (!section_read(f, &s, &f->buffer, &c, e))
        return false;
    f->about.events = get_u64(&c);
    f->about.first = (int64_t)get_u64(&c);
    f->about.last = (int64_t)get_u64(&c);
    if (!read_places(f, &c, end, e))
        return false;
    if (f->rows[SECTION_EVENTS] != f->about.events || f->rows[SECTION_IDS] >= UINT32_MAX - 1 ||
        f->rows[SECTION_WHOS] >= UINT32_MAX || f->rows[SECTION_ATTRS] >= UINT32_MAX - 2 ||
        f->rows[SECTION_METRICS] >= UINT32_MAX - 2)
        return section_fault(f, end, e);
    if (expands_too_much(f))
        return damaged(f, e, end->at, "it claims more than its size can hold");
    return true;
}

/* ---- the books ---- */

const struct section *section_only(const struct event_file *f, enum section_kind kind)
{
    const struct section *s = f->sections;
    while (s->kind != kind)
        s++;
    return s;
}

/* Which columns hold something: old files do not say. */
static bool read_filled(struct event_file *f, struct err *e)
{
    struct cursor c;
    if (!f->rows[SECTION_FILLED])
        return true;
    const struct section *s = section_only(f, SECTION_FILLED);
    if (s->rows != f->about.nfiles)
        return section_fault(f, s, e);
    if (!section_unpack(f, s, &c, e))
        return false;
    get_filled(&c, f->files, s->rows, &f->arena);
    return cursor_done(&c) || section_fault(f, s, e);
}

static bool read_books(struct event_file *f, struct err *e)
{
    struct cursor c;
    const struct section *s = section_only(f, SECTION_BOOK);
    if (!section_unpack(f, s, &c, e))
        return false;
    get_book(&c, &f->book);
    if (!cursor_done(&c))
        return section_fault(f, s, e);
    if (f->rows[SECTION_EXCLUDING]) {
        s = section_only(f, SECTION_EXCLUDING);
        if (!section_unpack(f, s, &c, e))
            return false;
        get_excluding(&c, s->rows, &f->book);
        if (!cursor_done(&c))
            return section_fault(f, s, e);
    }
    s = section_only(f, SECTION_FILES);
    if (!section_unpack(f, s, &c, e))
        return false;
    enum { FILE_LEAST = 90 };
    if (s->rows > c.n / FILE_LEAST)
        return section_fault(f, s, e);
    if (s->rows * f->book.nrules * (2 * sizeof(uint64_t)) > most_bytes(f))
        return damaged(f, e, s->at, "it claims more than its size can hold");
    f->files = arena_take(&f->arena, s->rows * sizeof *f->files);
    f->about.nfiles = s->rows;
    get_files(&c, f->files, s->rows, f->book.nrules, f->book.nsources, &f->arena);
    return cursor_done(&c) ? read_filled(f, e) : section_fault(f, s, e);
}

static bool open_and_read(struct event_file *f, struct err *e)
{
    struct stat st;
    struct section end;
    const char *path = f->about.path.p;
    f->fd = open(path, O_RDONLY | O_CLOEXEC);
    if (f->fd < 0 || fstat(f->fd, &st) != 0)
        return err_set(e, "cannot read the event file '%s': %s", path, strerror(errno));
    if (!S_ISREG(st.st_mode))
        return err_set(e, "cannot read the event file '%s': it is not a file", path);
    f->about.bytes = (uint64_t)st.st_size;
    return read_head(f, e) && read_tail(f, &end, e) && read_end(f, &end, e) && read_books(f, e);
}

struct event_file *event_file_open(const char *path, struct err *e)
{
    struct event_file *f = mem_zero(1, sizeof *f);
    f->fd = -1;
    f->about.path = arena_keep(&f->arena, str_c(path));
    f->about.first = f->about.last = TIME_NONE;
    f->packer = packer_new();
    if (!open_and_read(f, e)) {
        event_file_close(f);
        return NULL;
    }
    f->about.book = &f->book;
    f->about.files = f->files;
    return f;
}

const struct event_file_about *event_file_about(const struct event_file *f)
{
    return &f->about;
}

void event_file_close(struct event_file *f)
{
    if (!f)
        return;
    if (f->fd >= 0)
        close(f->fd);
    rulebook_free(&f->book);
    packer_free(f->packer);
    free(f->sections);
    free(f->buffer.p);
    free(f->plain.p);
    arena_free(&f->arena);
    free(f);
}
