/* Suite of base/heap.h. Expected: what proc(5) says of the flags of a mapping. */
#define _DEFAULT_SOURCE /* sbrk */
#include "base/heap.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/arena.h"
#include "unit.h"

/* Whether the kernel was asked for large pages where p lies: "hg" among the flags of its mapping
 * (proc(5)). */
static bool in_large_pages(const void *p)
{
    FILE *f = fopen("/proc/self/smaps", "r");
    char line[1024];
    bool here = false, large = false;
    while (f && fgets(line, sizeof line, f)) {
        unsigned long long from, end;
        if (sscanf(line, "%llx-%llx ", &from, &end) == 2)
            here = from <= (uintptr_t)p && (uintptr_t)p < end;
        large |= here && strncmp(line, "VmFlags:", 8) == 0 && strstr(line, " hg");
    }
    if (f)
        fclose(f);
    return large;
}

/* Where malloc() is the C library's, and the kernel has such pages. */
START_TEST(the_heap_is_in_large_pages)
{
    heap_prepare();
    char *p = mem_take(1 << 20), *small = mem_take(100), *end = sbrk(0);
    bool its = small < end && small > end - (80 << 20); /* not that of a sanitizer */
    if (its && access("/sys/kernel/mm/transparent_hugepage/enabled", F_OK) == 0)
        ck_assert(in_large_pages(p));
    free(small);
    memset(p, 'a', 1 << 20);
    p = mem_resize(p, 100 << 20);
    ck_assert_int_eq(p[0], 'a');
    ck_assert_int_eq(p[(1 << 20) - 1], 'a');
    free(p);
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("heap");
    TCase *c = tcase_create("heap");
    tcase_add_test(c, the_heap_is_in_large_pages);
    suite_add_tcase(s, c);
    return s;
}
