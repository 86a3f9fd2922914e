/* progress.c - see progress.h. */
#include "ingest/progress.h"

#include <stdarg.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"

enum { PER_SECOND = 5 };

/* The only writer needs no atomic addition, which would cost a locked instruction. */
void counted_add(struct counted *c, uint64_t bytes, uint64_t records)
{
    uint64_t b = atomic_load_explicit(&c->bytes, memory_order_relaxed);
    uint64_t r = atomic_load_explicit(&c->records, memory_order_relaxed);
    atomic_store_explicit(&c->bytes, b + bytes, memory_order_relaxed);
    atomic_store_explicit(&c->records, r + records, memory_order_relaxed);
}

static int64_t now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (int64_t)t.tv_sec * SECOND + t.tv_nsec / 1000;
}

/* The bytes of all inputs; 0 when one of them is no regular file. One that is not there any more is
 * a matter of the reading. */
static uint64_t bytes_of(const struct inputs *in)
{
    uint64_t total = 0;
    for (size_t i = 0; i < in->n; i++) {
        struct stat st;
        if (str_eq(in->list[i].path, STR("-")))
            return 0;
        if (stat(in->list[i].path.p, &st) != 0)
            continue;
        if (!S_ISREG(st.st_mode))
            return 0;
        total += (uint64_t)st.st_size;
    }
    return total;
}

void meter_start(struct meter *m, progress_fn *call, void *ctx, const struct inputs *in)
{
    *m = (struct meter){ .call = call, .ctx = ctx };
    if (!call)
        return;
    m->total = bytes_of(in);
    m->start = now();
    m->due = m->start + SECOND / PER_SECOND;
}

bool meter_due(const struct meter *m)
{
    return m->call && now() >= m->due;
}

void meter_show(struct meter *m, uint64_t bytes, uint64_t records)
{
    int64_t time = now();
    m->due = time + SECOND / PER_SECOND;
    struct progress p = {
        .bytes = bytes, .total = m->total, .records = records, .elapsed = time - m->start
    };
    m->call(m->ctx, &p);
}

/* ---- the line ---- */

struct line {
    char *text;
    size_t n;
};

static void put(struct line *l, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
static void put(struct line *l, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    int n = vsnprintf(l->text + l->n, PROGRESS_LINE - l->n, fmt, args);
    va_end(args);
    l->n += (size_t)n;
    if (l->n >= PROGRESS_LINE)
        l->n = PROGRESS_LINE - 1;
}

static void put_bytes(struct line *l, uint64_t bytes, uint64_t total)
{
    static const char *const units[] = { "kB", "MB", "GB", "TB" };
    size_t unit = 0;
    double size = 1e3;
    for (uint64_t of = total ? total : bytes; unit < 3 && (double)of >= size * 1e3; unit++)
        size *= 1e3;
    put(l, "%.1f", (double)bytes / size);
    if (total)
        put(l, " of %.1f", (double)total / size);
    put(l, " %s", units[unit]);
}

static void put_time(struct line *l, double seconds)
{
    unsigned long s = seconds < 1e9 ? (unsigned long)(seconds + 0.5) : 1000000000;
    if (s < 60)
        put(l, "%lu s", s);
    else if (s < 3600)
        put(l, "%lu min %02lu s", s / 60, s % 60);
    else
        put(l, "%lu h %02lu min", s / 3600, s / 60 % 60);
}

size_t progress_line(const struct progress *p, size_t columns, char text[PROGRESS_LINE])
{
    struct line l = { text, 0 };
    /* A file that grows, or is read a second time, is never more than whole. */
    uint64_t bytes = p->total && p->bytes > p->total ? p->total : p->bytes;
    double seconds = (double)p->elapsed / (double)SECOND;
    put_bytes(&l, bytes, p->total);
    if (p->total)
        put(&l, ", %.0f %%", 100 * (double)bytes / (double)p->total);
    if (p->elapsed > 0)
        put(&l, ", %.2f million lines/s", (double)p->records / seconds / 1e6);
    if (p->total && bytes) {
        put(&l, ", ");
        put_time(&l, seconds * (double)(p->total - bytes) / (double)bytes);
        put(&l, " left");
    }
    if (l.n > columns)
        l.n = columns;
    text[l.n] = '\0';
    return l.n;
}
