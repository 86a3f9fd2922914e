/* archive.c - see archive.h. The only file that includes <archive.h>. */
#include "ingest/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <inttypes.h>
#include <stdlib.h>

#include "base/limits.h"

enum { INPUT = 128 << 10, TAIL = 512 };

static const struct {
    const char *name;
    int (*enable)(struct archive *);
    bool verified; /* a checksum over contents stands somewhere in it */
    bool seeks;
} kinds[] = {
    [PACK_OLD_LZ4] = { "lz4", archive_read_support_filter_lz4, false, false },
    [PACK_COMPRESS] = { "compress (.Z)", archive_read_support_filter_compress, false, false },
    [PACK_TAR] = { "tar", archive_read_support_format_tar, false, false },
    [PACK_ZIP] = { "zip", archive_read_support_format_zip, true, true },
    [PACK_7ZIP] = { "7-Zip", archive_read_support_format_7zip, true, true },
    [PACK_CPIO] = { "cpio", archive_read_support_format_cpio, false, false },
};

/* A struct archive over a flow. */
struct reader {
    struct archive *archive;
    struct flow *below;
    enum packing packing;
    bool opened;
    bool seekable;
    bool whole;     /* its end was seen */
    bool drained;   /* libarchive has seen the end of what is below */
    bool dead;      /* nothing more can be read */
    uint64_t doubt; /* of the current bytes */
    int64_t at;     /* in the current bytes */
    uint64_t hole;  /* zeros to give out first: a sparse file leaves them out */
    const char *piece;
    size_t piece_n;  /* left of what libarchive gave last */
    char tail[TAIL]; /* the last bytes that it was given */
    char buf[INPUT];
};

static la_ssize_t give(struct archive *a, void *ctx, const void **bytes)
{
    struct reader *r = ctx;
    (void)a;
    *bytes = r->buf;
    struct err e = { 0 };
    ptrdiff_t got = flow_read(r->below, r->buf, sizeof r->buf, &e);
    if (got <= 0) {
        r->drained = got == 0;
        return got < 0 ? ARCHIVE_FATAL : 0;
    }
    size_t n = (size_t)got, take = n < TAIL ? n : TAIL;
    memmove(r->tail, r->tail + take, TAIL - take);
    memcpy(r->tail + TAIL - take, r->buf + n - take, take);
    return got;
}

static la_int64_t seek(struct archive *a, void *ctx, la_int64_t offset, int whence)
{
    struct reader *r = ctx;
    (void)a;
    int64_t at = flow_seek(r->below, offset, whence);
    return at < 0 ? ARCHIVE_FATAL : at;
}

/* Has a zip its end? Then trouble in it is no cut, whatever libarchive takes it for. */
static bool has_zip_end(struct flow *below)
{
    char last[1024];
    size_t n = 0;
    ptrdiff_t got;
    struct err e = { 0 };
    if (flow_seek(below, -(int64_t)sizeof last, SEEK_END) < 0)
        flow_seek(below, 0, SEEK_SET);
    while (n < sizeof last && (got = flow_read(below, last + n, sizeof last - n, &e)) > 0)
        n += (size_t)got;
    struct str tail = { last, n };
    return str_find(tail, STR("PK\5\6")) < n;
}

static struct reader *reader_new(struct flow *below, enum packing packing)
{
    struct reader *r = mem_take(sizeof *r);
    memset(r, 0, offsetof(struct reader, buf));
    r->below = below;
    r->packing = packing;
    r->doubt = NO_DOUBT;
    r->archive = archive_read_new();
    kinds[packing].enable(r->archive);
    archive_read_set_callback_data(r->archive, r);
    archive_read_set_read_callback(r->archive, give);
    r->seekable = kinds[packing].seeks && flow_seek(below, 0, SEEK_CUR) >= 0;
    if (r->seekable && packing == PACK_ZIP)
        r->whole = has_zip_end(below);
    if (r->seekable && flow_seek(below, 0, SEEK_SET) == 0)
        archive_read_set_seek_callback(r->archive, seek);
    return r;
}

static void reader_free(struct reader *r)
{
    archive_read_free(r->archive);
    free(r);
}

/* A file that was cut can only be told from a damaged one by where the trouble shows: at the end of
 * what there is, or not. */
static bool was_cut(const struct reader *r)
{
    const char *text = archive_error_string(r->archive);
    if (r->whole)
        return false;
    return (r->drained && !kinds[r->packing].seeks) || (text && strstr(text, "runcated"));
}

/* Says what is wrong: what the flow below says, if that failed. */
static void explain(struct reader *r, struct err *e)
{
    const struct err *cause = flow_err(r->below);
    const char *text = archive_error_string(r->archive), *name = kinds[r->packing].name;
    const char *what = packing_has_members(r->packing) ? "archive" : "data";
    if (cause) {
        r->doubt = flow_doubt(r->below) == NO_DOUBT ? NO_DOUBT : 0;
        err_set(e, "%s", cause->text);
    } else if (was_cut(r)) {
        err_set(e, "%s %s ends too early at byte %" PRIu64, name, what, flow_out(r->below));
    } else {
        r->doubt = kinds[r->packing].verified || !packing_has_members(r->packing) ? 0 : NO_DOUBT;
        int64_t near = archive_filter_bytes(r->archive, -1);
        err_set(e, "%s %s is damaged near byte %" PRId64 ": %s", name, what, near < 0 ? 0 : near,
                text ? text : "its contents make no sense");
    }
}

/* ---- filters ---- */

/* The end of the text; what is below is read to its end too, since it may have a checksum there. */
static ptrdiff_t filter_end(struct reader *r, struct err *e)
{
    char sink[4096];
    r->dead = true;
    while (flow_read(r->below, sink, sizeof sink, e) > 0)
        ;
    if (!flow_err(r->below))
        return 0;
    explain(r, e);
    return -1;
}

static bool filter_begin(struct reader *r, struct err *e)
{
    struct archive_entry *entry;
    r->opened = true;
    archive_read_support_format_raw(r->archive);
    archive_read_support_format_empty(r->archive);
    int status = archive_read_open1(r->archive);
    /* A header that libarchive does not know: it would hand out the data as they are. */
    bool known = status >= ARCHIVE_WARN && archive_filter_count(r->archive) > 1;
    if (known)
        status = archive_read_next_header(r->archive, &entry);
    else if (status >= ARCHIVE_WARN)
        status = ARCHIVE_FATAL;
    if (status == ARCHIVE_EOF && !flow_err(r->below)) {
        r->dead = true;
        return true;
    }
    if (status >= ARCHIVE_WARN && status != ARCHIVE_EOF)
        return true;
    r->dead = true;
    explain(r, e);
    return false;
}

/* The next piece that libarchive has: 1, 0 at the end, -1. Not by archive_read_data(), which drops
 * what it has collected when trouble comes. */
static int next_piece(struct reader *r, struct err *e)
{
    const void *bytes;
    la_int64_t offset;
    int status;
    do
        status = archive_read_data_block(r->archive, &bytes, &r->piece_n, &offset);
    while (status == ARCHIVE_RETRY);
    if (status == ARCHIVE_OK) {
        r->piece = bytes;
        r->hole = offset > r->at ? (uint64_t)(offset - r->at) : 0;
        return 1;
    }
    r->piece_n = 0;
    if (status == ARCHIVE_EOF)
        return 0;
    r->dead = status == ARCHIVE_FATAL;
    explain(r, e);
    return -1;
}

static ptrdiff_t data(struct reader *r, void *buf, size_t n, struct err *e)
{
    while (!r->hole && !r->piece_n) {
        int more = next_piece(r, e);
        if (more <= 0)
            return more;
    }
    if (r->hole) {
        n = n < r->hole ? n : (size_t)r->hole;
        memset(buf, 0, n);
        r->hole -= n;
    } else {
        n = n < r->piece_n ? n : r->piece_n;
        memcpy(buf, r->piece, n);
        r->piece += n;
        r->piece_n -= n;
    }
    r->at += (int64_t)n;
    return (ptrdiff_t)n;
}

static ptrdiff_t filter_read(void *state, void *buf, size_t n, struct err *e)
{
    struct reader *r = state;
    if (!r->opened && !filter_begin(r, e))
        return -1;
    ptrdiff_t got = r->dead ? 0 : data(r, buf, n, e);
    return got ? got : filter_end(r, e);
}

static uint64_t filter_doubt(const void *state)
{
    return ((const struct reader *)state)->doubt;
}

static void filter_close(void *state)
{
    reader_free(state);
}

static const struct flow_kind filter_kind = { filter_read, filter_doubt, NULL, filter_close };

struct flow *archive_filter(struct flow *below, enum packing filter)
{
    return flow_new(&filter_kind, reader_new(below, filter), below, flow_root(below), false);
}

/* ---- members ---- */

struct members {
    struct reader *reader;
    struct archive_entry *entry;
    char number[32]; /* its name, if it has none that can be told */
    uint64_t seen;
};

static const struct flow_kind member_kind;

struct members *members_open(struct flow *below, enum packing format)
{
    struct members *m = mem_zero(1, sizeof *m);
    m->reader = reader_new(below, format);
    return m;
}

static int fail(struct reader *r, struct err *e)
{
    r->dead = true;
    explain(r, e);
    return -1;
}

/* After the last member: the rest of what is below is read, for its checksums; and an archive that
 * just stops was cut. */
static int finish(struct reader *r, struct err *e)
{
    static const char zeros[TAIL];
    r->dead = true;
    bool stopped = r->drained;
    while (!kinds[r->packing].seeks && give(NULL, r, &(const void *){ NULL }) > 0)
        ;
    if (flow_err(r->below)) {
        explain(r, e);
        return -1;
    }
    if (r->packing == PACK_TAR && stopped && memcmp(r->tail, zeros, TAIL) != 0) {
        err_set(e, "tar archive ends too early at byte %" PRIu64, flow_out(r->below));
        return -1;
    }
    return 0;
}

int members_next(struct members *m, struct err *e)
{
    struct reader *r = m->reader;
    if (r->dead)
        return 0;
    if (!r->opened) {
        r->opened = true;
        if (r->packing == PACK_7ZIP && !r->seekable) {
            r->dead = true;
            err_set(e,
                    "7-Zip archive in a pipe or inside a compression: its directory is at its end, "
                    "so it must be a file of its own");
            return -1;
        }
        if (archive_read_open1(r->archive) < ARCHIVE_WARN)
            return fail(r, e);
    }
    for (;;) {
        r->doubt = NO_DOUBT;
        r->at = 0;
        r->hole = r->piece_n = 0;
        int status = archive_read_next_header(r->archive, &m->entry);
        if (status == ARCHIVE_EOF)
            return finish(r, e);
        if (status < ARCHIVE_WARN)
            return fail(r, e);
        snprintf(m->number, sizeof m->number, "member %" PRIu64, ++m->seen);
        if (archive_entry_filetype(m->entry) == AE_IFREG && !archive_entry_hardlink(m->entry))
            break;
    }
    return 1;
}

struct str members_name(const struct members *m)
{
    const char *name = archive_entry_pathname(m->entry);
    if (!name)
        name = archive_entry_pathname_utf8(m->entry);
    return str_c(name ? name : m->number);
}

bool members_mtime(const struct members *m, int64_t *mtime)
{
    if (!archive_entry_mtime_is_set(m->entry))
        return false;
    *mtime = archive_entry_mtime(m->entry);
    return true;
}

struct flow *members_flow(struct members *m)
{
    return flow_new(&member_kind, m->reader, NULL, flow_root(m->reader->below), true);
}

uint64_t members_position(const struct members *m)
{
    int64_t at = archive_read_header_position(m->reader->archive);
    return at < 0 ? 0 : (uint64_t)at;
}

void members_close(struct members *m)
{
    if (!m)
        return;
    struct flow *below = m->reader->below;
    reader_free(m->reader);
    flow_close(below);
    free(m);
}

static ptrdiff_t member_read(void *state, void *buf, size_t n, struct err *e)
{
    return data(state, buf, n, e);
}

static void member_close(void *state)
{
    (void)state;
}

static const struct flow_kind member_kind = { member_read, filter_doubt, NULL, member_close };
