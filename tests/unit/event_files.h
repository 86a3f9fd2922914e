/* event_files.h - event sets, rulebooks and event files for tests.
 *
 * Owns:    nothing; files are written to a folder of the caller's, or to temporary ones.
 * Threads: one.
 */
#ifndef UNIT_EVENT_FILES_H
#define UNIT_EVENT_FILES_H

#include <unistd.h>

#include "base/clock.h"
#include "event_columns.h"
#include "event_file.h"
#include "events.h"

/* A book of n rules and two sources; rule i has the fingerprint first + i. */
static inline void book_begin(struct rulebook *book, size_t n, uint64_t first)
{
    *book = (struct rulebook){ .made_by = STR("unit tests"), .print = { { first, n } } };
    book->since = TIME_NONE;
    book->until = INT64_MAX;
    book->nrules = book->plan_rules = n;
    book->rules = arena_take(&book->arena, n * sizeof *book->rules + 1);
    for (size_t i = 0; i < n; i++) {
        struct book_rule *r = &book->rules[i];
        *r = (struct book_rule){ .print = { { first + i, 7 } }, .emotion = INT64_MIN };
        r->label = arena_printf(&book->arena, "rule %zu", (size_t)first + i);
        r->stage = STR("purchase");
    }
    book->nsources = book->plan_sources = 2;
    book->sources = arena_take(&book->arena, 2 * sizeof *book->sources);
    book->sources[0].name = book->sources[0].channel = STR("web");
    book->sources[1].name = book->sources[1].channel = STR("mail");
}

static inline struct str random_text(uint64_t *state, struct arena *a, size_t most)
{
    size_t n = random_below(state, most + 1);
    char *p = arena_take(a, n + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = (char)random_next(state);
    return (struct str){ p, n };
}

/* nfiles files with books that add up, and n events of rules below nrules. */
static inline void random_set(uint64_t seed, size_t n, size_t nfiles, size_t nrules,
                              struct event_set *set)
{
    uint64_t s = seed;
    event_set_init(set);
    set_files(set, nfiles);
    uint32_t ids[200], whos[300], attrs[40], touches[30];
    for (int i = 0; i < 200; i++) {
        char value[40];
        int size = snprintf(value, sizeof value, "%d of %d", i, (int)random_below(&s, 1000));
        ids[i] = set_id(set, (enum id_kind)random_below(&s, ID_KINDS),
                        (struct str){ value, (size_t)size });
    }
    for (int i = 0; i < 300; i++) {
        size_t first = random_below(&s, 190);
        whos[i] = set_who(set, ids + first, random_below(&s, 10));
    }
    for (int i = 0; i < 40; i++) {
        struct str texts[ATTRS] = { { NULL, 0 } };
        for (int k = 0; k < ATTRS; k++)
            if (random_below(&s, 3) == 0)
                texts[k] = random_text(&s, &set->arena, 20);
        attrs[i] = i ? set_attrs(set, texts) : 0;
    }
    for (int i = 0; i < 30; i++)
        touches[i] = set_touch(set, arena_printf(&set->arena, "touch %d", i).p);
    int64_t unit = (int64_t[]){ 1, 1000, 1000000 }[seed % 3];
    for (size_t i = 0; i < n; i++) {
        uint64_t file = random_below(&s, nfiles);
        struct event e = { .rule = (uint16_t)random_below(&s, nrules) };
        e.time = INT64_C(1788220800000000) + (int64_t)random_below(&s, 1000000) * unit;
        e.origin = origin(file, seed % 2 ? i + 1 : 1 + random_below(&s, 1000000000));
        e.who = whos[random_below(&s, 300)];
        e.touch = touches[random_below(&s, 4) ? e.rule % 30U : random_below(&s, 30)];
        e.attrs = attrs[random_below(&s, 40)];
        e.flags = random_below(&s, 20) == 0;
        event_set_add(set, &e);
    }
    for (size_t i = 0; i < nfiles; i++) {
        struct input_file *f = &set->files[i];
        f->source = i % 2;
        f->matched = random_below(&s, 100);
        f->unmatched = random_below(&s, 100);
        f->rejected[REJECT_TIME] = random_below(&s, 3);
        f->records = f->matched + f->unmatched + f->rejected[REJECT_TIME];
        f->headers = random_below(&s, 3);
        f->last = f->first + 100;
        f->whole_hash[1] = random_next(&s);
        f->rule_events = arena_take(&set->arena, nrules * sizeof *f->rule_events);
        f->rule_events[random_below(&s, nrules)] = 1 + random_below(&s, 1000);
        f->damage = random_text(&s, &set->arena, 5);
        f->nsamples = 2;
        f->samples = arena_take(&set->arena, 2 * sizeof *f->samples);
        f->samples[0] = (struct reject_sample){ 3, REJECT_TIME, STR("why"), STR("a\0b") };
        f->samples[1] = (struct reject_sample){ 5, SAMPLE_UNMATCHED, STR(""), STR("what") };
    }
}

/* Adds a sum over rows of one dimension, or none when its name is empty. */
static inline void set_metric(struct event_set *set, uint32_t file, int32_t day,
                              const char *dimension, struct str value, const char *metric,
                              struct metric_sum sum)
{
    struct metric_key key = { file, day };
    struct bytes what = { 0 };
    if (dimension[0]) {
        put_text(&what, str_c(dimension));
        put_text(&what, value);
    }
    put_text(&what, str_c(metric));
    metrics_add(&set->metrics, &key, (struct str){ (char *)what.p, what.n }, &sum);
    free(what.p);
}

/* n sums, the first ones in a file each, which gets the records for them; of any size, and more
 * than 64 bits. */
static inline void random_metrics(uint64_t seed, size_t n, struct event_set *set)
{
    uint64_t s = seed;
    for (size_t i = 0; i < set->nfiles && i < n; i++) {
        struct input_file *f = &set->files[i];
        f->metrics = 1000 + random_below(&s, 1000);
        f->matched += f->metrics;
        f->records += f->metrics;
    }
    for (size_t i = 0; i < n; i++) {
        uint64_t rows = 1 + random_below(&s, 1000);
        struct metric_sum sum = { (int64_t)random_next(&s), rows };
        sum.micros *= random_below(&s, 2) ? (int64_t)rows : 1;
        char value[32];
        int size = snprintf(value, sizeof value, "%zu", i);
        int32_t day = random_below(&s, 5) ? (int32_t)random_below(&s, 40000) - 5000 : METRIC_NO_DAY;
        size_t file = i < set->nfiles ? i : random_below(&s, set->nfiles);
        set_metric(set, (uint32_t)file, day, i % 3 ? "page" : "",
                   (struct str){ value, (size_t)size },
                   arena_printf(&set->arena, "metric %zu", i % 3 ? i % 5 : i).p, sum);
    }
}

static inline void file_write(struct event_set *set, const struct rulebook *book, const char *path,
                              int workers)
{
    struct err e = { "" };
    FILE *to = fopen(path, "w");
    ck_assert_ptr_nonnull(to);
    ck_assert_msg(event_file_write(set, book, to, path, workers, NULL, &e), "%s", e.text);
    ck_assert_int_eq(fclose(to), 0);
}

/* The books of a file as text. */
static inline struct str books_say(const struct input_file *f, size_t nrules, struct arena *a)
{
    struct str out = arena_printf(
        a,
        "%.*s|%u|%llu|%llu %llu %llu|%llu %llu|%lld %lld %lld|%llx %llx %llx|%.*s|%llx %llu %llu",
        STR_ARG(f->name), f->source, (unsigned long long)f->bytes, (unsigned long long)f->records,
        (unsigned long long)f->matched, (unsigned long long)f->unmatched,
        (unsigned long long)f->headers, (unsigned long long)f->metrics, (long long)f->first,
        (long long)f->last, (long long)f->first_event, (unsigned long long)f->head_hash,
        (unsigned long long)f->whole_hash[0], (unsigned long long)f->whole_hash[1],
        STR_ARG(f->damage), (unsigned long long)f->piece_of[0], (unsigned long long)f->first_byte,
        (unsigned long long)f->first_record);
    for (int r = 0; r < REJECTS; r++)
        out = arena_printf(a, "%.*s %llu", STR_ARG(out), (unsigned long long)f->rejected[r]);
    for (size_t r = 0; r < nrules; r++)
        out = arena_printf(a, "%.*s,%llu", STR_ARG(out),
                           f->rule_events ? (unsigned long long)f->rule_events[r] : 0);
    for (size_t i = 0; i < f->nsamples; i++)
        out = arena_printf(a, "%.*s|%llu %d %.*s %.*s", STR_ARG(out),
                           (unsigned long long)f->samples[i].record, (int)f->samples[i].why,
                           STR_ARG(f->samples[i].detail), STR_ARG(f->samples[i].text));
    return out;
}

static inline int str_by_bytes(const void *x, const void *y)
{
    return str_cmp(*(const struct str *)x, *(const struct str *)y);
}

/* Metrics as text, in the order of their keys. */
static inline struct str metrics_say(const struct metrics *m, struct arena *a)
{
    struct str *lines = arena_take(a, (m->keys.n + (size_t)1) * sizeof *lines);
    struct bytes all = { 0 };
    for (uint32_t i = 0; i < m->keys.n; i++) {
        struct metric_key key;
        struct str what;
        metrics_key(m, i, &key, &what);
        lines[i] = arena_printf(a, "%u %d %.*s %llx %llx %llu\n", key.file, key.day, STR_ARG(what),
                                (unsigned long long)(m->sums[i].micros >> 64),
                                (unsigned long long)m->sums[i].micros,
                                (unsigned long long)m->sums[i].rows);
    }
    if (m->keys.n)
        qsort(lines, m->keys.n, sizeof *lines, str_by_bytes);
    for (uint32_t i = 0; i < m->keys.n; i++)
        put_bytes(&all, lines[i].p, lines[i].n);
    struct str text = arena_keep(a, (struct str){ (char *)all.p, all.n });
    free(all.p);
    return text;
}

/* All that a set says, in an order of its own: sealed sets that say the same are the same. */
static inline struct str *set_says(struct event_set *set, size_t nrules, struct arena *a)
{
    struct intern keep = { 0 };
    event_set_seal(set, &keep, 1);
    intern_free(&keep);
    struct str *lines = arena_take(a, (set->n + 1) * sizeof *lines);
    for (size_t i = 0; i < set->n; i++)
        lines[i] = event_says(set, &set->events[i], a);
    if (set->n)
        qsort(lines, set->n, sizeof *lines, str_by_bytes);
    for (size_t i = 0; i < set->nfiles; i++)
        lines[set->n] = arena_printf(a, "%.*s\n%.*s", STR_ARG(lines[set->n]),
                                     STR_ARG(books_say(&set->files[i], nrules, a)));
    struct str metrics = metrics_say(&set->metrics, a);
    lines[set->n] = arena_printf(a, "%.*s\n%.*s", STR_ARG(lines[set->n]), STR_ARG(metrics));
    return lines;
}

static inline void assert_same_sets(struct event_set *x, struct event_set *y, size_t nrules)
{
    struct arena a = { 0 };
    struct str *one = set_says(x, nrules, &a), *other = set_says(y, nrules, &a);
    ck_assert_uint_eq(x->n, y->n);
    for (size_t i = 0; i <= x->n; i++)
        ck_assert_msg(str_eq(one[i], other[i]), "'%.*s'\n'%.*s'", STR_ARG(one[i]),
                      STR_ARG(other[i]));
    arena_free(&a);
}

#endif
