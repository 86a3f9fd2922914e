/* links.c - how long joining takes: makes N links in memory and times identity_join().
 *
 *     make build/bench/links && build/bench/links plain|broken|random N [WORKERS]
 *
 * plain   persons with a user name, addresses, orders and cookies, 4 to 7 links each: no limit is
 *         broken, as in nearly all data
 * broken  a chain: each user has the address of the one before as well, so that every link stands
 *         in one set that breaks every limit, and all are taken one by one
 * random  links between cookies drawn at random: no order that a cache could use
 *
 * Names are raw: hashing them takes 2 microseconds a customer, whatever their links.
 * Prints seconds of all workers together for each million links, and bytes a link that joining took
 * beside the event set. Owns: one event set.
 */
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "identity/identity.h"

static uint64_t random_next(uint64_t *state)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));
    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

static uint32_t add_id(struct event_set *set, enum id_kind kind, uint64_t number)
{
    char text[32];
    int n = snprintf(text, sizeof text, "%c%llu", (char)kind, (unsigned long long)number);
    text[0] = (char)kind;
    return intern_add(&set->ids, (struct str){ text, (size_t)n });
}

static void add_link(struct event_set *set, uint32_t a, uint32_t b, uint64_t *seed)
{
    uint32_t ids[2] = { a < b ? a : b, a < b ? b : a };
    struct event e = { .time = (int64_t)(random_next(seed) % (UINT64_C(365) * 86400)) * 1000000 };
    e.origin = set->n + 1;
    e.who = intern_add(&set->whos, (struct str){ (const char *)ids, sizeof ids });
    event_set_add(set, &e);
}

static void make_plain(struct event_set *set, size_t n, uint64_t *seed)
{
    static const enum id_kind kinds[] = { ID_EMAIL, ID_COOKIE, ID_ORDER,  ID_COOKIE,
                                          ID_ORDER, ID_COOKIE, ID_MESSAGE };
    for (uint64_t person = 0; set->n < n; person++) {
        uint32_t user = add_id(set, ID_USER, person);
        uint64_t links = 4 + random_next(seed) % 4;
        for (uint64_t i = 0; i < links && set->n < n; i++)
            add_link(set, user, add_id(set, kinds[i], person * 8 + i), seed);
    }
}

static void make_broken(struct event_set *set, size_t n, uint64_t *seed)
{
    uint32_t email = add_id(set, ID_EMAIL, 0);
    for (uint64_t person = 0; set->n < n; person++) {
        uint32_t user = add_id(set, ID_USER, person);
        add_link(set, user, email, seed);
        email = add_id(set, ID_EMAIL, person + 1);
        if (set->n < n)
            add_link(set, user, email, seed);
    }
}

static void make_random(struct event_set *set, size_t n, uint64_t *seed)
{
    while (set->n < n) {
        uint32_t a = add_id(set, ID_ORDER, random_next(seed) % n);
        uint32_t b = add_id(set, ID_MESSAGE, random_next(seed) % n);
        add_link(set, a, b, seed);
    }
}

static double seconds(void)
{
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

/* The most memory since peak_reset(), in bytes: what was freed before does not count. */
static double peak_bytes(void)
{
    double kib = 0;
    char line[256];
    FILE *f = fopen("/proc/self/status", "r");
    while (f && fgets(line, sizeof line, f))
        sscanf(line, "VmHWM: %lf", &kib);
    if (f)
        fclose(f);
    return kib * 1024;
}

static void peak_reset(void)
{
    malloc_trim(0);
    FILE *f = fopen("/proc/self/clear_refs", "w");
    if (!f || fputs("5", f) < 0 || fclose(f) != 0)
        fprintf(stderr, "links: the peak cannot be reset, so bytes are too few\n");
}

int main(int argc, char **argv)
{
    if (argc < 3) {
        fprintf(stderr, "usage: links plain|broken|random N [WORKERS]\n");
        return 2;
    }
    size_t n = (size_t)strtoull(argv[2], NULL, 10);
    int workers = argc > 3 ? atoi(argv[3]) : 1;
    struct event_set set;
    uint64_t seed = 1;
    event_set_init(&set);
    intern_add(&set.touchpoints, STR("t"));
    if (argv[1][0] == 'p')
        make_plain(&set, n, &seed);
    else if (argv[1][0] == 'b')
        make_broken(&set, n, &seed);
    else
        make_random(&set, n, &seed);
    set.files = mem_zero(1, sizeof *set.files);
    set.nfiles = 1;
    event_set_seal(&set, &(struct intern){ 0 }, workers);
    struct identity_rules rules = { .max_identifiers = 500, .max_persons = 5 };
    rules.limits[ID_USER].most = 1;
    rules.limits[ID_EMAIL] = (struct id_limit){ 5, INT64_C(365) * 86400000000 };
    rules.limits[ID_PHONE] = rules.limits[ID_EMAIL];
    rules.limits[ID_COOKIE].most = 50;
    struct customers c;
    peak_reset();
    double memory = peak_bytes(), start = seconds();
    identity_join(&set, &rules, &(struct name_key){ .raw = true }, workers, &c);
    double took = seconds() - start;
    printf("%s: %zu links, %u identifiers, %u customers, %zu refused: %.2f s (%.3f s a million), "
           "%.1f bytes a link over the event set\n",
           argv[1], set.n, set.ids.n, c.n, c.log.nrefusals, took, took * 1e6 / (double)set.n,
           (peak_bytes() - memory) / (double)set.n);
    customers_free(&c);
    event_set_free(&set);
    return 0;
}
