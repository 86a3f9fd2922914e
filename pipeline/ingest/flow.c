/* flow.c - see flow.h: what all flows share, the file at the bottom, and gzip. */
#include "ingest/flow.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "base/limits.h"
#include "base/stop.h"

struct flow {
    const struct flow_kind *kind;
    void *state;
    struct flow *below, *root;
    bool each_counts;
    bool ended;
    uint64_t out;
    uint64_t doubt;
    struct err err;
    char *ahead; /* [ahead_at, ahead_n) was looked at and not taken */
    size_t ahead_at, ahead_n, ahead_room;
    uint64_t file_bytes; /* of a root */
    uint64_t expanded;   /* of a root: bytes out of all flows that count together */
};

struct flow *flow_new(const struct flow_kind *kind, void *state, struct flow *below,
                      struct flow *root, bool each_counts)
{
    struct flow *f = mem_zero(1, sizeof *f);
    f->kind = kind;
    f->state = state;
    f->below = below;
    f->root = root ? root : f;
    f->each_counts = each_counts;
    f->doubt = NO_DOUBT;
    return f;
}

static bool expands_too_much(struct flow *f, uint64_t made, size_t got)
{
    if (f->root == f)
        return false;
    if (f->each_counts)
        made = f->root->expanded += got;
    return made > (uint64_t)EXPANSION_FREE &&
           (made - (uint64_t)EXPANSION_FREE) / EXPANSION_RATIO_MAX > f->root->file_bytes;
}

/* Past what was looked at. Remembers failure and end. */
static ptrdiff_t read_on(struct flow *f, void *buf, size_t n)
{
    if (f->ended || f->err.text[0])
        return f->err.text[0] ? -1 : 0;
    ptrdiff_t got = f->kind->read(f->state, buf, n, &f->err);
    if (got > 0) {
        uint64_t made = f->out + (f->ahead_n - f->ahead_at) + (uint64_t)got;
        if (f->root == f)
            f->file_bytes += (uint64_t)got;
        if (!expands_too_much(f, made, (size_t)got))
            return got;
        err_set(&f->err, "expands to more than %d times its size: not read further",
                EXPANSION_RATIO_MAX);
        return -1;
    }
    f->ended = true;
    if (got < 0)
        f->doubt = f->kind->doubt(f->state);
    return got;
}

ptrdiff_t flow_read(struct flow *f, void *buf, size_t n, struct err *e)
{
    ptrdiff_t got;
    if (f->ahead_at < f->ahead_n) {
        got = (ptrdiff_t)(n < f->ahead_n - f->ahead_at ? n : f->ahead_n - f->ahead_at);
        memcpy(buf, f->ahead + f->ahead_at, (size_t)got);
        f->ahead_at += (size_t)got;
    } else {
        got = read_on(f, buf, n);
    }
    if (got > 0)
        f->out += (uint64_t)got;
    if (got < 0)
        err_set(e, "%s", f->err.text);
    return got;
}

struct str flow_peek(struct flow *f, size_t n)
{
    if (f->ahead_n - f->ahead_at < n) {
        size_t have = f->ahead_n - f->ahead_at;
        f->ahead = mem_grow(f->ahead, &f->ahead_room, n, 1);
        memmove(f->ahead, f->ahead + f->ahead_at, have);
        f->ahead_at = 0;
        f->ahead_n = have;
        while (f->ahead_n < n) {
            ptrdiff_t got = read_on(f, f->ahead + f->ahead_n, n - f->ahead_n);
            if (got <= 0)
                break;
            f->ahead_n += (size_t)got;
        }
    }
    size_t have = f->ahead_n - f->ahead_at;
    return (struct str){ f->ahead + f->ahead_at, have < n ? have : n };
}

uint64_t flow_out(const struct flow *f)
{
    return f->out;
}

struct flow *flow_root(struct flow *f)
{
    return f->root;
}

uint64_t flow_file_bytes(const struct flow *f)
{
    return f->root->file_bytes;
}

const struct err *flow_err(const struct flow *f)
{
    return f->err.text[0] ? &f->err : NULL;
}

uint64_t flow_doubt(const struct flow *f)
{
    return f->doubt;
}

uint64_t flow_unit(const struct flow *f)
{
    return f->kind->unit ? f->kind->unit(f->state) : 0;
}

void flow_close(struct flow *f)
{
    if (!f)
        return;
    f->kind->close(f->state);
    flow_close(f->below);
    free(f->ahead);
    free(f);
}

/* ---- a file ---- */

struct file {
    int fd;
    uint64_t at;
    struct file_state opened;
};

void file_state_of(const struct stat *st, struct file_state *state)
{
    const int64_t second = 1000000000;
    *state = (struct file_state){
        .regular = S_ISREG(st->st_mode),
        .device = (uint64_t)st->st_dev,
        .inode = (uint64_t)st->st_ino,
        .size = (uint64_t)st->st_size,
        .changed = st->st_mtim.tv_sec * second + st->st_mtim.tv_nsec,
        .moved = st->st_ctim.tv_sec * second + st->st_ctim.tv_nsec,
    };
}

/* A pipe may stay silent for ever: who asks the run to stop is not kept waiting, whichever thread
 * the signal came to. */
static bool wait_for_bytes(int fd)
{
    enum { ASK_AGAIN_MS = 200 };
    struct pollfd wait = { .fd = fd, .events = POLLIN };
    while (!stop_asked()) {
        int ready = poll(&wait, 1, ASK_AGAIN_MS);
        if (ready > 0 || (ready < 0 && errno != EINTR))
            return true;
    }
    return false;
}

static ptrdiff_t file_read(void *state, void *buf, size_t n, struct err *e)
{
    struct file *file = state;
    ssize_t got;
    do {
        if (!wait_for_bytes(file->fd)) {
            err_set(e, "reading was stopped at byte %" PRIu64, file->at);
            return -1;
        }
        got = read(file->fd, buf, n);
    } while (got < 0 && errno == EINTR);
    if (got < 0)
        err_set(e, "cannot be read at byte %" PRIu64 ": %s", file->at, strerror(errno));
    else
        file->at += (uint64_t)got;
    return got;
}

static uint64_t file_doubt(const void *state)
{
    (void)state;
    return NO_DOUBT;
}

static void file_close(void *state)
{
    struct file *file = state;
    if (file->fd != STDIN_FILENO)
        close(file->fd);
    free(file);
}

static const struct flow_kind file_kind = { file_read, file_doubt, NULL, file_close };

struct flow *flow_file(const char *path, int64_t *mtime, struct err *e)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    struct stat st;
    int why = 0;
    if (fd < 0 || fstat(fd, &st) != 0) {
        why = errno;
        err_set(e, "cannot open '%s': %s", path, strerror(why));
        goto fail;
    }
    if (S_ISDIR(st.st_mode)) {
        err_set(e, "'%s' is a folder: name its files, or write a glob such as '%s/*'", path, path);
        goto fail;
    }
    *mtime = S_ISREG(st.st_mode) ? (int64_t)st.st_mtime : (int64_t)time(NULL);
    struct file *file = mem_take(sizeof *file);
    *file = (struct file){ .fd = fd };
    file_state_of(&st, &file->opened);
    return flow_new(&file_kind, file, NULL, NULL, false);
fail:
    if (fd >= 0 && !standard)
        close(fd);
    errno = why;
    return NULL;
}

const struct file_state *flow_file_state(const struct flow *f)
{
    const struct file *file = f->root->state;
    return &file->opened;
}

bool flow_file_rewritten(const struct flow *f, struct str head)
{
    const struct file *file = f->root->state;
    struct stat st;
    char now[4096];
    if (!file->opened.regular)
        return false;
    if (fstat(file->fd, &st) != 0 || (uint64_t)st.st_size < f->root->file_bytes)
        return true;
    head = str_head(head, sizeof now);
    ssize_t got = pread(file->fd, now, head.n, 0);
    return got < 0 || !str_eq((struct str){ now, (size_t)got }, head);
}

int64_t flow_seek(struct flow *f, int64_t offset, int whence)
{
    if (f->kind != &file_kind)
        return -1;
    struct file *file = f->state;
    if (whence == SEEK_CUR)
        offset -= (int64_t)(f->ahead_n - f->ahead_at);
    off_t at = lseek(file->fd, (off_t)offset, whence);
    if (at < 0)
        return -1;
    file->at = (uint64_t)at;
    f->ahead_at = f->ahead_n = 0;
    f->ended = false;
    return at;
}

/* ---- gzip ---- */

struct gzip {
    struct flow *below;
    struct inflate *inflate;
};

static ptrdiff_t below_read(void *ctx, void *buf, size_t n, struct err *e)
{
    return flow_read(ctx, buf, n, e);
}

static ptrdiff_t gzip_read(void *state, void *buf, size_t n, struct err *e)
{
    struct gzip *gzip = state;
    return inflate_read(gzip->inflate, buf, n, e);
}

static uint64_t gzip_doubt(const void *state)
{
    const struct gzip *gzip = state;
    return flow_doubt(gzip->below) != NO_DOUBT ? 0 : inflate_doubt(gzip->inflate);
}

static uint64_t gzip_unit(const void *state)
{
    const struct gzip *gzip = state;
    return inflate_member_start(gzip->inflate);
}

static void gzip_close(void *state)
{
    struct gzip *gzip = state;
    inflate_close(gzip->inflate);
    free(gzip);
}

static const struct flow_kind gzip_kind = { gzip_read, gzip_doubt, gzip_unit, gzip_close };

struct flow *flow_gzip(struct flow *below)
{
    struct gzip *gzip = mem_take(sizeof *gzip);
    *gzip = (struct gzip){ below, inflate_open(below_read, below) };
    return flow_new(&gzip_kind, gzip, below, below->root, false);
}
