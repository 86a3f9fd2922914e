/* events.c - event files by the figures: bytes an event, and how fast they are written and read.
 *
 *     events MILLIONS WORKERS FOLDER    ten events a customer, known by 16 random bytes in
 * hexadecimal
 *
 * Times are random milliseconds of six months, three small numbers (touchpoint, rule, file), a
 * value on one event in twenty: what nightly.md 6 of the plan measured other stores with, and
 * beside that the place in the input. Packing alone (pack) is what is left of writing when the
 * events have been put in order and numbered, scan what is left of reading when texts have got
 * their numbers.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "event_file.h"

enum { CUSTOMER_EVENTS = 10, RULES = 40, FILES = 8, VALUES = 2000 };

static uint64_t state = 1;

static uint64_t random_next(void) /* splitmix64 */
{
    uint64_t z = (state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static double now(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static uint32_t *whos_make(struct event_set *set, size_t n)
{
    uint32_t *who = mem_take(n * sizeof *who);
    for (size_t i = 0; i < n; i++) {
        char text[40];
        int size = snprintf(text, sizeof text, "%c%016" PRIx64 "%016" PRIx64, ID_COOKIE,
                            random_next(), random_next());
        uint32_t id = intern_add(&set->ids, (struct str){ text, (size_t)size });
        who[i] = intern_add(&set->whos, (struct str){ (const char *)&id, sizeof id });
    }
    return who;
}

static void attrs_make(struct event_set *set)
{
    for (int i = 0; i < VALUES; i++) {
        char text[40];
        uint32_t n = (uint32_t)snprintf(text + 5, sizeof text - 5, "%d.%02d", i / 10, i % 100);
        text[0] = ATTR_VALUE;
        memcpy(text + 1, &n, sizeof n);
        intern_add(&set->attrs, (struct str){ text, n + 5 });
    }
}

static int by_time(const void *x, const void *y)
{
    const struct event *a = x, *b = y;
    return (a->time > b->time) - (a->time < b->time);
}

static void set_make(struct event_set *set, size_t n)
{
    event_set_init(set);
    uint32_t *who = whos_make(set, n / CUSTOMER_EVENTS);
    attrs_make(set);
    for (int i = 0; i < RULES; i++) {
        char name[20];
        intern_add(&set->touchpoints,
                   (struct str){ name, (size_t)snprintf(name, sizeof name, "touch %d", i) });
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t r = random_next();
        int rule = (int)(r % RULES * (r >> 8 & 255) >> 8); /* low numbers more often */
        struct event e = { .rule = (uint16_t)rule, .touch = (uint32_t)rule };
        e.who = who[random_next() % (n / CUSTOMER_EVENTS)];
        e.time = INT64_C(1788220800000000) + (int64_t)(random_next() % 15552000000) * 1000;
        e.attrs = r >> 20 & 15 ? 0 : 1 + (uint32_t)((r >> 24) % VALUES);
        event_set_add(set, &e);
    }
    free(who);
    qsort(set->events, n, sizeof *set->events, by_time); /* as it stands in logs */
    set->nfiles = FILES;
    set->files = mem_zero(FILES, sizeof *set->files);
    uint64_t records[FILES] = { 0 };
    for (size_t i = 0; i < n; i++) {
        uint64_t file = random_next() % FILES;
        records[file] += 1 + random_next() % 3;
        set->events[i].origin = file << ORIGIN_RECORD_BITS | records[file];
    }
    for (size_t i = 0; i < FILES; i++) {
        struct input_file *f = &set->files[i];
        f->name = arena_printf(&set->arena, "access.log.%zu", i);
        f->bytes = f->whole_hash[0] = i + 1;
        f->first = f->last = f->first_event = TIME_NONE;
    }
}

static void book_make(struct rulebook *book)
{
    *book = (struct rulebook){ .made_by = STR("bench") };
    book->nrules = book->plan_rules = RULES;
    book->rules = arena_take(&book->arena, RULES * sizeof *book->rules);
    for (size_t i = 0; i < RULES; i++) {
        book->rules[i].print.bits[0] = i;
        book->rules[i].label = STR("rule");
    }
    book->nsources = book->plan_sources = 1;
    book->sources = arena_take(&book->arena, sizeof *book->sources);
    book->sources[0].name = book->sources[0].channel = STR("web");
}

static void die(const struct err *e)
{
    fprintf(stderr, "%s\n", e->text);
    exit(1);
}

static void row(const char *what, double wall, double cpu, size_t n)
{
    printf("%-8s %8.3f s  %8.3f s CPU  %6.1f M events/s  %6.1f M events/s of a core\n", what, wall,
           cpu, (double)n / wall / 1e6, (double)n / cpu / 1e6);
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    size_t n = (size_t)(atof(argv[1]) * 1e6);
    int workers = atoi(argv[2]);
    struct event_set set, again;
    struct rulebook book;
    struct event_file_made made;
    struct err e = { "" };
    char path[4096];
    snprintf(path, sizeof path, "%s/bench.tpe", argv[3]);
    set_make(&set, n);
    book_make(&book);
    for (int round = 0; round < 2; round++) { /* the second finds the events in order */
        FILE *to = fopen(path, "w");
        double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
        if (!to || !event_file_write(&set, &book, to, path, workers, &made, &e) || fclose(to) != 0)
            die(&e);
        row(round ? "write" : "sort", now(CLOCK_MONOTONIC) - wall,
            now(CLOCK_PROCESS_CPUTIME_ID) - cpu, n);
    }
    for (int round = 0; round < 3; round++) { /* the third keeps nothing */
        double wall = now(CLOCK_MONOTONIC), cpu = now(CLOCK_PROCESS_CPUTIME_ID);
        struct event_file *f = event_file_open(path, &e);
        if (round == 0)
            event_set_init(&again);
        if (!f || !(round == 2 ? event_file_verify(f, workers, &e)
                               : event_files_load(&f, 1, &book, workers, &again, &e)))
            die(&e);
        event_file_close(f);
        static const char *const names[] = { "read", "reread", "verify" };
        row(names[round], now(CLOCK_MONOTONIC) - wall, now(CLOCK_PROCESS_CPUTIME_ID) - cpu, n);
    }
    printf("bytes    %8.2f an event\n", (double)made.bytes / (double)n);
    unlink(path);
    return 0;
}
