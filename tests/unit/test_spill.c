/* test_spill.c - arrays that may be larger than memory: what is in them is what was put there, also
 * after their pages were let go. Expectations: the same done in the heap; and for how much memory
 * there is, what the kernel says (/proc/self/statm). */
#define _DEFAULT_SOURCE
#include "base/spill.h"

#include <dirent.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/intern.h"
#include "base/par.h"
#include "unit.h"

enum { MIB = 1 << 20 };

/* A folder of its own, to see what is in it. */
struct shelf {
    char folder[64];
    struct spill *spill;
};

static struct shelf shelf_new(size_t limit)
{
    struct shelf p = { "/var/tmp/touchpath-unit-XXXXXX", NULL };
    struct err e = { 0 };
    ck_assert_ptr_nonnull(mkdtemp(p.folder));
    p.spill = spill_new(p.folder, limit, &e);
    ck_assert_ptr_nonnull(p.spill);
    return p;
}

/* The folder is empty, or it could not be removed. */
static void shelf_free(struct shelf *p)
{
    spill_free(p->spill);
    ck_assert_int_eq(rmdir(p->folder), 0);
}

static size_t files_in(const char *folder)
{
    size_t n = 0;
    DIR *dir = opendir(folder);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2; /* . and .. */
}

static size_t resident(void)
{
    unsigned long all, here;
    FILE *f = fopen("/proc/self/statm", "r");
    ck_assert_int_eq(fscanf(f, "%lu %lu", &all, &here), 2);
    fclose(f);
    return here * (size_t)sysconf(_SC_PAGESIZE);
}

START_TEST(large_arrays_are_files_without_a_name)
{
    struct shelf p = shelf_new(1024 * (size_t)MIB);
    char *small = spill_take(p.spill, MIB / 2);
    ck_assert_uint_eq(spill_bytes(p.spill), 0);
    char *large = spill_take(p.spill, 2 * MIB);
    ck_assert_uint_eq(spill_bytes(p.spill), 2 * MIB);
    ck_assert_uint_eq(files_in(p.folder), 0);
    memset(large, 1, 2 * MIB);
    spill_give(p.spill, large);
    ck_assert_uint_eq(spill_bytes(p.spill), 0);
    char *zeros = spill_zero(p.spill, 2, MIB);
    for (size_t i = 0; i < 2 * MIB; i++)
        ck_assert_int_eq(zeros[i], 0);
    spill_give(p.spill, small);
    spill_give(p.spill, NULL);
    spill_give(p.spill, zeros);
    shelf_free(&p);
}
END_TEST

START_TEST(without_a_store_it_is_the_heap)
{
    size_t room = 0;
    char *p = spill_grow(NULL, NULL, &room, 3 * MIB, 1);
    ck_assert_uint_ge(room, 3 * MIB);
    p[3 * MIB - 1] = 1;
    free(p);
    p = spill_zero(NULL, 3, MIB);
    ck_assert_int_eq(p[3 * MIB - 1], 0);
    spill_give(NULL, p);
    spill_free(NULL);
}
END_TEST

/* Grows from the heap into a file, and there further, one by one and at once. */
START_TEST(what_is_forgotten_leaves_memory)
{
    enum { ALL = 16 * MIB, FROM = 5 * MIB + 12345, TO = 13 * MIB + 777 };
    struct shelf p = shelf_new(1024 * MIB);
    for (int heap = 0; heap < 2; heap++) {
        struct spill *spill = heap ? NULL : p.spill;
        unsigned char *all = spill_take(spill, ALL);
        for (size_t i = 0; i < ALL; i++)
            all[i] = (unsigned char)(i * 7 + i / 4096);
        size_t before = resident();
        spill_forget(spill, all, FROM, TO);
        ck_assert_uint_lt(resident() + 7 * MIB, before);
        size_t changed = 0;
        for (size_t i = 0; i < ALL; i++)
            changed += (i < FROM || i >= TO) && all[i] != (unsigned char)(i * 7 + i / 4096);
        ck_assert_uint_eq(changed, 0);
        spill_forget(spill, all, 5, 5);
        spill_forget(spill, all, 5, 4000); /* not a whole page */
        ck_assert_uint_eq(all[6], 42);
        spill_give(spill, all);
    }
    spill_forget(NULL, NULL, 0, 0);
    shelf_free(&p);
}
END_TEST

START_TEST(growing_keeps_what_is_there)
{
    struct shelf p = shelf_new(64 * (size_t)MIB);
    size_t room = 0, n = 0, most = 3 * MIB;
    uint32_t *list = NULL;
    for (; n < most; n++) {
        list = spill_grow(p.spill, list, &room, n + 1, sizeof *list);
        list[n] = (uint32_t)(n * 2654435761U);
    }
    list = spill_grow(p.spill, list, &room, 9 * most, sizeof *list);
    ck_assert_uint_eq(room, 9 * most);
    ck_assert_uint_eq(spill_bytes(p.spill), 9 * most * sizeof *list);
    for (size_t i = 0; i < most; i++)
        ck_assert_uint_eq(list[i], (uint32_t)(i * 2654435761U));
    spill_give(p.spill, list);
    shelf_free(&p);
}
END_TEST

/* What may be there above the limit: of a sanitizer also what it notes of each byte, in pages that
 * the kernel makes as large as it likes. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SLACK (96 * (size_t)MIB)
#else
#define SLACK (16 * (size_t)MIB)
#endif

/* Four arrays of 48 MiB under a limit of 24 above what there is: never much more than that stays,
 * however often they are written and read. */
START_TEST(memory_stays_near_the_limit)
{
    enum { ARRAYS = 4, BYTES = 48 * MIB, ROUNDS = 3 };
    size_t before = resident(), limit = before + 24 * (size_t)MIB;
    struct shelf p = shelf_new(limit);
    uint64_t *of[ARRAYS];
    size_t n = BYTES / sizeof **of;
    for (int a = 0; a < ARRAYS; a++)
        of[a] = spill_zero(p.spill, n, sizeof **of);
    for (uint64_t round = 0; round < ROUNDS; round++)
        for (size_t a = 0; a < ARRAYS; a++)
            for (size_t i = 0; i < n; i++) {
                uint64_t was = round ? i * a + round - 1 : 0;
                if (of[a][i] != was)
                    ck_abort_msg("array %zu, item %zu: %llu", a, i, (unsigned long long)of[a][i]);
                of[a][i] = i * a + round;
            }
    for (int i = 0; i < 500 && resident() > limit + SLACK; i++)
        nanosleep(&(struct timespec){ .tv_nsec = 10000000 }, NULL);
    ck_assert_uint_le(resident(), limit + SLACK);
    ck_assert_uint_ge(spill_sweeps(p.spill), 3);
    for (int a = 0; a < ARRAYS; a++)
        ck_assert_uint_eq(of[a][n - 1], (n - 1) * (size_t)a + ROUNDS - 1);
    shelf_free(&p); /* gives back what was not given back */
}
END_TEST

static struct str text_of(char *to, size_t i)
{
    return (struct str){ to, (size_t)sprintf(to, "text number %zu", i * 7919 % 100003) };
}

START_TEST(texts_are_numbered_as_in_the_heap)
{
    struct shelf p = shelf_new(64 << 10);
    struct intern heap = { 0 }, in = intern_in(p.spill);
    char text[40];
    for (size_t i = 0; i < 300000; i++)
        ck_assert_uint_eq(intern_add(&in, text_of(text, i)), intern_add(&heap, text_of(text, i)));
    ck_assert_uint_eq(in.n, 100003);
    ck_assert_uint_gt(spill_bytes(p.spill), 100003 * (sizeof(struct intern_slot) + sizeof(char *)));
    for (uint32_t i = 0; i < in.n; i++)
        ck_assert(str_eq(intern_text(&in, i), intern_text(&heap, i)));
    intern_free(&in);
    ck_assert_uint_eq(spill_bytes(p.spill), 0);
    ck_assert_uint_eq(intern_add(&in, STR("again")), 0); /* still of the store */
    ck_assert_uint_gt(spill_bytes(p.spill), 0);
    intern_free(&in);
    intern_free(&heap);
    shelf_free(&p);
}
END_TEST

START_TEST(arenas_adopt_what_was_spilled)
{
    struct shelf p = shelf_new(64 << 10);
    struct arena all = { 0 }, part = { .spill = p.spill };
    struct str first = arena_keep(&all, STR("of the heap"));
    struct str second = arena_keep(&part, STR("of a file"));
    arena_adopt(&all, &part);
    struct str third = arena_keep(&all, STR("after it"));
    ck_assert_str_is(first, "of the heap");
    ck_assert_str_is(second, "of a file");
    ck_assert_str_is(third, "after it");
    ck_assert_ptr_eq(part.spill, p.spill);
    arena_free(&all);
    ck_assert_uint_eq(spill_bytes(p.spill), 0);
    shelf_free(&p);
}
END_TEST

struct item {
    uint64_t key, place;
};

static int by_key(const void *x, const void *y)
{
    const struct item *a = x, *b = y;
    if (a->key != b->key)
        return a->key < b->key ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

static int by_key_with(const void *x, const void *y, void *ctx)
{
    ++*(size_t *)ctx;
    return by_key(x, y);
}

/* One run, and many, more or fewer than fit runs of one length. */
static const size_t sorted[] = { 0, 1, 9999, 65536, 65537, 300001 };

START_TEST(sorting_is_that_of_the_heap)
{
    struct shelf p = shelf_new(64 << 10);
    size_t n = sorted[_i];
    struct item *items = spill_take(p.spill, (n + 1) * sizeof *items);
    struct item *plain = mem_take((n + 1) * sizeof *plain);
    struct item *with = spill_take(p.spill, (n + 1) * sizeof *with);
    size_t calls = 0;
    for (size_t i = 0; i < n; i++)
        items[i] = with[i] = plain[i] = (struct item){ i * 2654435761U % 1009, i };
    par_sort_spilled(p.spill, items, n, sizeof *items, by_key, 1 + _i % 3);
    par_sort_with(p.spill, with, n, sizeof *with, by_key_with, &calls, 1);
    if (n)
        qsort(plain, n, sizeof *plain, by_key);
    ck_assert(n == 0 || memcmp(items, plain, n * sizeof *items) == 0);
    ck_assert(n == 0 || memcmp(with, plain, n * sizeof *with) == 0);
    ck_assert(n < 2 || calls >= n - 1);
    spill_give(p.spill, with);
    spill_give(p.spill, items);
    ck_assert_uint_eq(spill_bytes(p.spill), 0);
    free(plain);
    shelf_free(&p);
}
END_TEST

START_TEST(a_folder_that_is_not_there)
{
    struct err e = { 0 };
    ck_assert_ptr_null(spill_new("/var/tmp/is/not/there", MIB, &e));
    ck_assert_ptr_nonnull(strstr(e.text, "'/var/tmp/is/not/there'"));
    ck_assert_ptr_nonnull(strstr(e.text, "TMPDIR"));
}
END_TEST

Suite *unit_suite(void)
{
    Suite *s = suite_create("spill");
    TCase *c = new_case(s, "spill");
    tcase_add_test(c, large_arrays_are_files_without_a_name);
    tcase_add_test(c, without_a_store_it_is_the_heap);
    tcase_add_test(c, what_is_forgotten_leaves_memory);
    tcase_add_test(c, growing_keeps_what_is_there);
    tcase_add_test(c, memory_stays_near_the_limit);
    tcase_add_test(c, texts_are_numbered_as_in_the_heap);
    tcase_add_test(c, arenas_adopt_what_was_spilled);
    tcase_add_loop_test(c, sorting_is_that_of_the_heap, 0, ROWS(sorted));
    tcase_add_test(c, a_folder_that_is_not_there);
    return s;
}
