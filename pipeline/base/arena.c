/* arena.c - see arena.h. */
#include "base/arena.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/spill.h"

enum { ALIGN = 16, CHUNK = 64 << 10 };

struct arena_chunk {
    struct arena_chunk *older;
    size_t size; /* of the bytes after this head */
};

static _Noreturn void no_memory(size_t size)
{
    fprintf(stderr, "touchpath: no memory left (%zu bytes were asked for)\n", size);
    exit(1);
}

void *mem_take(size_t size)
{
    void *p = malloc(size ? size : 1);
    if (!p)
        no_memory(size);
    return p;
}

void *mem_zero(size_t n, size_t size)
{
    void *p = calloc(n ? n : 1, size ? size : 1);
    if (!p)
        no_memory(n * size);
    return p;
}

void *mem_wiped(size_t n, size_t size)
{
    if (size && n > SIZE_MAX / size)
        no_memory(SIZE_MAX);
    return memset(mem_take(n * size), 0, n * size);
}

void *mem_resize(void *p, size_t size)
{
    p = realloc(p, size ? size : 1);
    if (!p)
        no_memory(size);
    return p;
}

void *mem_grow(void *p, size_t *room, size_t need, size_t size)
{
    if (need <= *room)
        return p;
    size_t more = *room ? *room * 2 : 16;
    if (more < need)
        more = need;
    if (more > SIZE_MAX / size)
        no_memory(SIZE_MAX);
    *room = more;
    return mem_resize(p, more * size);
}

static char *chunk_bytes(struct arena_chunk *c)
{
    return (char *)c + (sizeof *c + ALIGN - 1) / ALIGN * ALIGN;
}

static void chunk_new(struct arena *a, size_t size)
{
    size_t head = (sizeof(struct arena_chunk) + ALIGN - 1) / ALIGN * ALIGN;
    if (size > SIZE_MAX - head)
        no_memory(size);
    struct arena_chunk *c = spill_take(a->spill, head + size);
    c->older = a->chunks;
    c->size = size;
    a->chunks = c;
    a->bytes += size;
    a->next = chunk_bytes(c);
    a->end = a->next + size;
}

/* Under AddressSanitizer each take is an allocation of its own, so that an overrun is seen. */
#if defined(__SANITIZE_ADDRESS__)
#define EACH_ALONE 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EACH_ALONE 1
#endif
#endif

#ifndef EACH_ALONE
/* Of a new chunk that shall hold at least `room`. Chunks that may spill are files, of which there
 * shall be few: so they grow with the arena. */
static size_t chunk_size(const struct arena *a, size_t room)
{
    size_t size = a->spill && a->bytes / 2 > CHUNK ? a->bytes / 2 : CHUNK;
    return room > size ? room : size;
}
#endif

void *arena_take(struct arena *a, size_t size)
{
#ifdef EACH_ALONE
    chunk_new(a, size);
    a->next = a->end;
    return memset(chunk_bytes(a->chunks), 0, size);
#else
    size_t room = (size + ALIGN - 1) / ALIGN * ALIGN;
    if (room < size)
        no_memory(size);
    if ((size_t)(a->end - a->next) < room)
        chunk_new(a, chunk_size(a, room));
    void *p = a->next;
    a->next += room;
    return size ? memset(p, 0, size) : p;
#endif
}

struct str arena_keep(struct arena *a, struct str s)
{
    char *p = arena_take(a, s.n + 1);
    if (s.n)
        memcpy(p, s.p, s.n);
    return (struct str){ p, s.n };
}

struct str arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list args, again;
    va_start(args, fmt);
    va_copy(again, args);
    int n = vsnprintf(NULL, 0, fmt, args);
    va_end(args);
    char *p = arena_take(a, (size_t)n + 1);
    vsnprintf(p, (size_t)n + 1, fmt, again);
    va_end(again);
    return (struct str){ p, (size_t)n };
}

void arena_adopt(struct arena *dst, struct arena *src)
{
    struct arena_chunk **last = &dst->chunks;
    while (*last)
        last = &(*last)->older;
    *last = src->chunks;
    assert(!dst->spill || !src->spill || dst->spill == src->spill);
    if (!dst->spill)
        dst->spill = src->spill;
    dst->bytes += src->bytes;
    *src = (struct arena){ .spill = src->spill };
}

void arena_reset(struct arena *a)
{
    struct arena_chunk *keep = a->chunks;
    if (!keep)
        return;
#ifdef EACH_ALONE
    arena_free(a);
#else
    a->chunks = keep->older;
    arena_free(a);
    keep->older = NULL;
    a->bytes = keep->size;
    a->chunks = keep;
    a->next = chunk_bytes(keep);
    a->end = a->next + keep->size;
#endif
}

void arena_free(struct arena *a)
{
    while (a->chunks) {
        struct arena_chunk *older = a->chunks->older;
        spill_give(a->spill, a->chunks);
        a->chunks = older;
    }
    a->next = a->end = NULL;
    a->bytes = 0;
}
