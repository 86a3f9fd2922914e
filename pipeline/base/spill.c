/* spill.c - see spill.h. */
#define _DEFAULT_SOURCE /* madvise */
#include "base/spill.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "base/arena.h"

/* Smaller arrays stay in the heap: they do not matter, and a file each would. Of a very low limit,
 * which is how suites reach small arrays, even small ones are files. */
enum { LEAST = 1 << 20, LEAST_SHARE = 256 };

/* How often memory is looked at: the less is left of the limit, the sooner again. A thread that
 * reads pages that the kernel has in memory gets them by the dozen, many gigabytes a second. */
enum { LOOK_LEAST_NS = 500 * 1000, LOOK_MOST_NS = 10 * 1000 * 1000, BYTES_A_NS = 32 };

/* Pages that are let go together. */
enum { SLICE = 8 << 20 };

struct block {
    char *p;
    size_t size;
    int file;
};

struct spill {
    char *folder;
    size_t limit, least;
    pthread_mutex_t lock; /* of all below */
    struct block *blocks;
    size_t n, room, bytes;
    size_t turn, from; /* block, and byte in it, that are let go next */
    unsigned long sweeps;
    pthread_t sweeper;
    pthread_cond_t wake;
    bool sweeping, over;
};

/* ---- files ---- */

static int make_file(const char *folder)
{
    struct arena a = { 0 };
    char *path = (char *)(uintptr_t)arena_printf(&a, "%s/touchpath-XXXXXX", folder).p;
    int file = mkstemp(path);
    if (file >= 0) {
        unlink(path);
        fcntl(file, F_SETFD, FD_CLOEXEC);
    }
    int error = errno;
    arena_free(&a);
    errno = error;
    return file;
}

static _Noreturn void no_room(const struct spill *s, size_t size, int error)
{
    fprintf(stderr,
            "touchpath: cannot keep %zu bytes in a temporary file in '%s': %s; name a folder with "
            "more room in TMPDIR, or allow more with --memory\n",
            size, s->folder, strerror(error));
    exit(1);
}

/* Reserves the file's blocks: else a full disk would be a signal at some later store. */
static char *map(const struct spill *s, int file, size_t size)
{
    int error;
    do
        error = posix_fallocate(file, 0, (off_t)size);
    while (error == EINTR);
    if (error)
        no_room(s, size, error);
    char *p = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    if (p == MAP_FAILED)
        no_room(s, size, errno);
    return p;
}

/* ---- letting go ---- */

/* Bytes that the program has in memory. When nobody says: 0, and only the kernel lets go. */
static size_t resident(int statm)
{
    char text[128];
    ssize_t n = pread(statm, text, sizeof text - 1, 0);
    unsigned long long all, here;
    if (n <= 0)
        return 0;
    text[n] = 0;
    if (sscanf(text, "%llu %llu", &all, &here) != 2)
        return 0;
    return (size_t)here * (size_t)sysconf(_SC_PAGESIZE);
}

/* Lets go of mapped pages, slice by slice in turn, until no more than `most` bytes are in memory.
 * Returns how much is left. Of shared pages of a file nothing is lost: they are written when the
 * kernel wants the memory. */
static size_t let_go(struct spill *s, int statm, size_t most)
{
    size_t here = resident(statm), left = s->bytes;
    while (left && here > most) {
        struct block *b = &s->blocks[s->turn < s->n ? s->turn : (s->turn = 0)];
        size_t n = b->size > s->from ? b->size - s->from : 0;
        if (n > SLICE)
            n = SLICE;
        if (n)
            madvise(b->p + s->from, n, MADV_DONTNEED);
        left -= n < left ? n : left;
        s->from += n;
        if (s->from >= b->size) {
            s->from = 0;
            s->turn++;
        }
        here = resident(statm);
    }
    s->sweeps++;
    return here;
}

/* The caller has the lock; room: bytes until there is too much. */
static void wait_a_little(struct spill *s, size_t room)
{
    size_t ns = room / BYTES_A_NS;
    ns = ns < LOOK_LEAST_NS ? LOOK_LEAST_NS : ns > LOOK_MOST_NS ? LOOK_MOST_NS : ns;
    struct timespec until;
    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += (long)ns;
    until.tv_sec += until.tv_nsec / 1000000000;
    until.tv_nsec %= 1000000000;
    pthread_cond_timedwait(&s->wake, &s->lock, &until);
}

/* Begins early, as a thread may have to wait for its turn. What cannot be let go may be nearly the
 * limit, or more; letting go again and again would only cost time then: so there is always room for
 * some pages beside it. */
static void *sweep(void *ctx)
{
    struct spill *s = ctx;
    int statm = open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    size_t begin = s->limit - s->limit / 8, most = begin;
    pthread_mutex_lock(&s->lock);
    while (!s->over) {
        size_t here = resident(statm);
        if (here > most) {
            here = let_go(s, statm, begin - s->limit / 4);
            size_t beside = (here > s->limit ? here : s->limit) / 8;
            most = here + beside < begin ? begin : here + beside;
        }
        wait_a_little(s, here < most ? most - here : 0);
    }
    pthread_mutex_unlock(&s->lock);
    if (statm >= 0)
        close(statm);
    return NULL;
}

/* Signals are for the thread that watches for them. Without a sweeper the kernel does its work. */
static void hire_sweeper(struct spill *s)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    s->sweeping = pthread_create(&s->sweeper, NULL, sweep, s) == 0;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
}

/* ---- the store ---- */

struct spill *spill_new(const char *folder, size_t limit, struct err *e)
{
    int file = make_file(folder);
    if (file < 0) {
        err_set(e,
                "cannot make temporary files in '%s': %s; name another folder in TMPDIR, or leave "
                "out --memory",
                folder, strerror(errno));
        return NULL;
    }
    close(file);
    struct spill *s = mem_zero(1, sizeof *s);
    size_t n = strlen(folder) + 1;
    s->folder = memcpy(mem_take(n), folder, n);
    s->limit = limit;
    s->least = limit / LEAST_SHARE < LEAST ? limit / LEAST_SHARE + 1 : LEAST;
    pthread_condattr_t clock;
    pthread_condattr_init(&clock);
    pthread_condattr_setclock(&clock, CLOCK_MONOTONIC);
    pthread_cond_init(&s->wake, &clock);
    pthread_condattr_destroy(&clock);
    pthread_mutex_init(&s->lock, NULL);
    return s;
}

static void block_free(struct spill *s, struct block *b)
{
    munmap(b->p, b->size);
    close(b->file);
    s->bytes -= b->size;
    *b = s->blocks[--s->n];
}

void spill_free(struct spill *s)
{
    if (!s)
        return;
    pthread_mutex_lock(&s->lock);
    s->over = true;
    pthread_cond_signal(&s->wake);
    pthread_mutex_unlock(&s->lock);
    if (s->sweeping)
        pthread_join(s->sweeper, NULL);
    while (s->n)
        block_free(s, &s->blocks[s->n - 1]);
    pthread_cond_destroy(&s->wake);
    pthread_mutex_destroy(&s->lock);
    free(s->blocks);
    free(s->folder);
    free(s);
}

static void keep_block(struct spill *s, struct block b)
{
    pthread_mutex_lock(&s->lock);
    s->blocks = mem_grow(s->blocks, &s->room, s->n + 1, sizeof *s->blocks);
    s->blocks[s->n++] = b;
    s->bytes += b.size;
    if (!s->sweeping)
        hire_sweeper(s);
    pthread_mutex_unlock(&s->lock);
}

/* NULL: p is of the heap. Of few blocks; the caller has the lock. */
static struct block *block_of(struct spill *s, const void *p)
{
    for (size_t i = 0; i < s->n; i++)
        if (s->blocks[i].p == p)
            return &s->blocks[i];
    return NULL;
}

void *spill_take(struct spill *s, size_t size)
{
    if (!s || size < s->least)
        return mem_take(size);
    int file = make_file(s->folder);
    if (file < 0)
        no_room(s, size, errno);
    struct block b = { map(s, file, size), size, file };
    keep_block(s, b);
    return b.p;
}

void *spill_zero(struct spill *s, size_t n, size_t size)
{
    if (!s || n * size < s->least || n > SIZE_MAX / size)
        return mem_zero(n, size);
    return spill_take(s, n * size); /* a new file is all zeros */
}

static void *resize_block(struct spill *s, struct block b, size_t size)
{
    munmap(b.p, b.size);
    b.p = map(s, b.file, size);
    b.size = size;
    keep_block(s, b);
    return b.p;
}

/* `before` bytes of p are good. */
static void *resize(struct spill *s, void *p, size_t before, size_t size)
{
    pthread_mutex_lock(&s->lock);
    struct block *at = p ? block_of(s, p) : NULL, b = { 0 };
    if (at) {
        b = *at;
        s->bytes -= b.size;
        *at = s->blocks[--s->n];
    }
    pthread_mutex_unlock(&s->lock);
    if (at)
        return resize_block(s, b, size);
    if (size < s->least)
        return mem_resize(p, size);
    void *file = spill_take(s, size);
    if (before)
        memcpy(file, p, before);
    free(p);
    return file;
}

void *spill_grow(struct spill *s, void *p, size_t *room, size_t need, size_t size)
{
    size_t before = *room, more = before ? before * 2 : 16;
    if (more < need)
        more = need;
    if (!s || need <= before || more > SIZE_MAX / size)
        return mem_grow(p, room, need, size);
    *room = more;
    return resize(s, p, before * size, more * size);
}

void spill_give(struct spill *s, void *p)
{
    struct block *b = NULL;
    if (s && p) {
        pthread_mutex_lock(&s->lock);
        if ((b = block_of(s, p)))
            block_free(s, b);
        pthread_mutex_unlock(&s->lock);
    }
    if (!b)
        free(p);
}

/* Where pages cannot be taken out of a file, they can leave memory all the same. */
void spill_forget(struct spill *s, void *p, size_t from, size_t to)
{
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), base = (uintptr_t)p;
    size_t first = ((base + from + page - 1) & ~(page - 1)) - base;
    size_t end = ((base + to) & ~(page - 1)) - base;
    bool file = false;
    if (base + to < page || first >= end)
        return;
    if (s) {
        pthread_mutex_lock(&s->lock);
        file = block_of(s, p);
        pthread_mutex_unlock(&s->lock);
    }
    if (!file || madvise((char *)p + first, end - first, MADV_REMOVE) != 0)
        madvise((char *)p + first, end - first, MADV_DONTNEED);
}

void spill_soon(const struct spill *s, void *p, size_t n)
{
#ifdef MADV_POPULATE_WRITE
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE), begin = (uintptr_t)p / page * page;
    if (!s) /* what is not done now is done page by page */
        (void)madvise((void *)begin, (uintptr_t)p + n - begin, MADV_POPULATE_WRITE);
#else
    (void)s, (void)p, (void)n;
#endif
}

size_t spill_bytes(struct spill *s)
{
    pthread_mutex_lock(&s->lock);
    size_t bytes = s->bytes;
    pthread_mutex_unlock(&s->lock);
    return bytes;
}

unsigned long spill_sweeps(struct spill *s)
{
    pthread_mutex_lock(&s->lock);
    unsigned long sweeps = s->sweeps;
    pthread_mutex_unlock(&s->lock);
    return sweeps;
}
