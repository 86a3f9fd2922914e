/* heap.c - see heap.h. */
#define _DEFAULT_SOURCE /* madvise, sbrk */
#include "base/heap.h"

#include <malloc.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

enum {
    AHEAD = 64 << 20,     /* address space that the heap takes at once */
    KEPT = 2 * AHEAD,     /* free bytes at its end, before they are given back */
    MAPPED = 4 << 20,     /* larger arrays are mapped, and grow without a copy */
    SMALL_STEP = 1 << 17, /* what malloc() takes at once when nobody tells it more */
};

/* Advice is for address space that is there: so the heap takes what most runs need before a byte of
 * it is used. The heaps of further threads take theirs by small steps, as ever. */
void heap_prepare(void)
{
#if defined(__GLIBC__) && defined(MADV_HUGEPAGE)
    mallopt(M_MMAP_THRESHOLD, MAPPED);
    mallopt(M_TRIM_THRESHOLD, KEPT);
    mallopt(M_TOP_PAD, AHEAD);
    char *first = malloc(MAPPED / 2); /* more than is left of what libraries took */
    mallopt(M_TOP_PAD, SMALL_STEP);
    if (!first)
        return;
    uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);
    uintptr_t from = (uintptr_t)first / page * page, end = (uintptr_t)sbrk(0);
    if (from < end)
        madvise((void *)from, end - from, MADV_HUGEPAGE);
    free(first);
#endif
}
