/* eventfile.c - any bytes as an event file. Checksums are made right first, so that what lies
 * behind them is reached: the frame is followed as far as it goes, every section gets the checksum
 * of what it holds now, and the totals and the tail get theirs. Properties:
 *  - it is read, or it is an error; never anything else;
 *  - what was read can be written, and what was written can be read: the same number of events, the
 *    same books.
 */
#include <stdlib.h>
#include <unistd.h>

#include "event_file.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { HEAD = 16, SECTION_HEAD = 16, TAIL = 32, CHECK = 8, TOTALS = 24, PLACED = 32 };

static void check(bool ok)
{
    if (!ok)
        __builtin_trap();
}

static uint64_t number(const uint8_t *p, int n)
{
    uint64_t value = 0;
    for (int i = 0; i < n; i++)
        value |= (uint64_t)p[i] << 8 * i;
    return value;
}

static void put(uint8_t *p, uint64_t value)
{
    for (int i = 0; i < 8; i++)
        p[i] = (uint8_t)(value >> 8 * i);
}

static uint64_t hash(const uint8_t *p, size_t n)
{
    return hash_bytes((struct str){ (const char *)p, n });
}

/* The place of the i-th section in the totals, when it has one. */
static uint8_t *placed(uint8_t *p, size_t end, size_t size, size_t i)
{
    size_t at = end + SECTION_HEAD + TOTALS + i * PLACED;
    return at + PLACED + CHECK + TAIL <= size ? p + at : NULL;
}

static void mend(uint8_t *p, size_t size)
{
    if (size < HEAD + TAIL)
        return;
    uint8_t *tail = p + size - TAIL;
    uint64_t end = number(tail, 8), at = HEAD;
    put(tail + 16, hash(tail, 16));
    if (end > size)
        return;
    for (size_t i = 0; at + SECTION_HEAD + CHECK <= size - TAIL; i++) {
        uint64_t length = number(p + at + 8, 8), room = size - TAIL - at - SECTION_HEAD - CHECK;
        if (length > room)
            return;
        uint64_t sum = hash(p + at, SECTION_HEAD + (size_t)length);
        put(p + at + SECTION_HEAD + length, sum);
        uint8_t *place = at < end ? placed(p, (size_t)end, size, i) : NULL;
        if (place)
            put(place + 24, sum);
        at += SECTION_HEAD + length + CHECK;
    }
}

static bool load(const char *path, struct event_set *set, struct rulebook *book)
{
    struct err e = { "" };
    struct event_file *f = event_file_open(path, &e);
    *book = (struct rulebook){ .made_by = STR("today") };
    event_set_init(set);
    bool ok = f && event_files_load(&f, 1, book, 1, set, &e);
    check(ok || e.text[0]);
    check(!ok || set->n == event_file_about(f)->events);
    event_file_close(f);
    return ok;
}

static void again(const char *path, struct event_set *set, struct rulebook *book)
{
    struct event_set read;
    struct rulebook today;
    struct err e = { "" };
    FILE *to = fopen(path, "w");
    check(to != NULL);
    check(event_file_write(set, book, to, path, 1, NULL, &e) && fclose(to) == 0);
    check(load(path, &read, &today));
    check(read.n == set->n && read.nfiles == set->nfiles && read.ids.n == set->ids.n &&
          read.whos.n == set->whos.n);
    event_set_free(&read);
    rulebook_free(&today);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char path[64];
    struct event_set set;
    struct rulebook book;
    uint8_t *copy = malloc(size + 1);
    check(copy != NULL);
    memcpy(copy, data, size);
    mend(copy, size);
    snprintf(path, sizeof path, "/tmp/touchpath-fuzz-%ld.tpe", (long)getpid());
    FILE *to = fopen(path, "w");
    check(to != NULL && fwrite(copy, 1, size, to) == size && fclose(to) == 0);
    if (load(path, &set, &book))
        again(path, &set, &book);
    event_set_free(&set);
    rulebook_free(&book);
    unlink(path);
    free(copy);
    return 0;
}
