/* memory.c - see memory.h.
 *
 * A new value is first scanned for literals that the patterns need (filter.h), those that are rare
 * in the first values; what is left is tried.
 */
#include "ingest/memory.h"

#include <stdlib.h>

#include "ingest/value_numbers.h"

enum {
    VALUES_BYTES_MAX = 32 << 20, /* remembered; then it begins anew */
    GUARD_LOOKUPS = 1 << 16,     /* after so many, a field of which ... */
    GUARD_MISSES = 45875,        /* ... 70 % were new is not remembered any more */
    ONCE_BITS = 12,
    ONCE_BYTES = 116,     /* of a value among those seen once; a longer one is remembered at once */
    AHEAD = 32,           /* values looked up together */
    FILTER_VALUES = 1024, /* whose grams are counted for the filter */
};

/* A value that was seen once lately. */
struct once {
    uint32_t hash, class;
    uint32_t n1; /* length + 1; 0 is free */
    char text[ONCE_BYTES];
};

void memory_init(struct memory *m, const struct judged *judged, bool plain)
{
    *m = (struct memory){ .judged = judged };
    m->class = mem_take((1 + 2 * (size_t)judged->nconds) * sizeof *m->class);
    m->candidates = mem_zero(judged->words, sizeof *m->candidates);
    m->direct = plain || judged->column == COLUMN_RAW;
    if (!m->direct)
        m->once = mem_wiped(1 << ONCE_BITS, sizeof *m->once);
    if (!plain)
        m->counts = mem_wiped(1, sizeof *m->counts);
}

void memory_free(struct memory *m)
{
    intern_free(&m->values);
    intern_free(&m->classes);
    free(m->numbered);
    free(m->once);
    free(m->class);
    free(m->candidates);
    free(m->counts);
    filter_free(m->filter);
}

void memory_forget(struct memory *m)
{
    intern_free(&m->values);
    intern_free(&m->classes);
    memset(m->shorts, 0, sizeof m->shorts);
    m->nnumbered = 0;
    if (m->once)
        memset(m->once, 0, sizeof *m->once << ONCE_BITS);
}

/* ---- judging a value ---- */

static bool in_range(const struct cond *c, struct str text)
{
    double value;
    return str_number(text, &value) && value >= c->min && value <= c->max;
}

/* A pattern that gives up on a text which lacks what the pattern needs would not have matched: that
 * is a plain no, with or without the filter. */
static enum regex_result fits_regex(const struct judged *f, uint32_t i, struct str text,
                                    struct regex_scratch *s)
{
    enum regex_result r = regex_match(f->conds[i]->regex, text, s);
    return r == REGEX_LIMIT && !needs_met(f->needs[i], text) ? REGEX_NO : r;
}

bool cond_holds(const struct cond *c, struct str text, struct regex_scratch *s)
{
    switch (c->kind) {
    case COND_REGEX:
        return regex_match(c->regex, text, s) == REGEX_YES;
    case COND_IS:
    case COND_IN:
        return str_in(text, c->texts, c->ntexts);
    case COND_PREFIX:
        return str_starts(text, c->texts[0]);
    case COND_RANGE:
        return in_range(c, text);
    case COND_NET:
        return nets_have(c->nets, c->ntexts, text);
    }
    return false;
}

static enum regex_result fulfils(const struct judged *f, uint32_t i, struct str text,
                                 struct regex_scratch *s)
{
    if (f->conds[i]->kind == COND_REGEX)
        return fits_regex(f, i, text, s);
    return cond_holds(f->conds[i], text, s) ? REGEX_YES : REGEX_NO;
}

/* Before values are judged: which grams are rare is counted in the first of them. Small batches
 * make the filter anew a few times, each time from twice as many. */
static void learn(struct memory *m, const struct str *values, size_t n)
{
    if (!m->counts)
        return;
    for (size_t i = 0; i < n && m->counted < FILTER_VALUES; i++, m->counted++)
        grams_count(m->counts, values[i]);
    if (m->counted < 2 * m->filtered && m->counted < FILTER_VALUES)
        return;
    filter_free(m->filter);
    m->filter = filter_new(m->judged->needs, m->judged->nconds, m->counts);
    m->filtered = m->counted;
    if (m->counted < FILTER_VALUES)
        return;
    free(m->counts);
    m->counts = NULL;
}

/* Fills m->candidates. */
static void find_candidates(struct memory *m, struct str text)
{
    if (m->filter)
        filter_candidates(m->filter, text, m->candidates);
    else
        memset(m->candidates, 0xff, m->judged->words * sizeof *m->candidates);
}

/* A class is coded as: how many conditions it fulfils, their numbers, the numbers of
 * those that gave up; all ascending. */
static uint32_t judge_value(struct memory *m, struct str text, struct regex_scratch *s)
{
    const struct judged *f = m->judged;
    uint32_t *yes = m->class + 1, nyes = 0, *limited = yes + f->nconds, nlimited = 0;
    find_candidates(m, text);
    for (uint32_t w = 0; w < f->words; w++) {
        uint64_t left = m->candidates[w];
        for (uint32_t i = w * 64; left && i < f->nconds; i++, left >>= 1) {
            enum regex_result r = left & 1 ? fulfils(f, i, text, s) : REGEX_NO;
            if (r == REGEX_YES)
                yes[nyes++] = i;
            else if (r == REGEX_LIMIT)
                limited[nlimited++] = i;
        }
    }
    m->class[0] = nyes;
    memmove(yes + nyes, limited, nlimited * sizeof *limited);
    size_t n = (1 + (size_t)nyes + nlimited) * sizeof *m->class;
    return intern_add(&m->classes, (struct str){ (const char *)m->class, n });
}

/* ---- looking values up ---- */

static uint32_t remember(struct memory *m, struct str text, uint32_t hash, uint32_t class)
{
    return *intern_add_noted(&m->values, text, hash) = class;
}

static struct once *once_of(const struct memory *m, uint32_t hash)
{
    return &m->once[hash >> (32 - ONCE_BITS)]; /* the table of values goes by the lower bits */
}

static uint32_t class_of(struct memory *m, struct str text, uint32_t hash, struct regex_scratch *s)
{
    const uint32_t *known = intern_find_noted(&m->values, text, hash);
    m->lookups++;
    if (known)
        return *known;
    struct once *once = once_of(m, hash);
    if (once->hash == hash && once->n1 == text.n + 1 &&
        str_eq((struct str){ once->text, text.n }, text))
        return remember(m, text, hash, once->class);
    m->misses++;
    uint32_t class = judge_value(m, text, s);
    if (text.n > ONCE_BYTES)
        return remember(m, text, hash, class);
    once->hash = hash;
    once->class = class;
    once->n1 = (uint32_t)text.n + 1;
    if (text.n)
        memcpy(once->text, text.p, text.n);
    return class;
}

/* Between batches: is remembering worth its memory? */
static void review(struct memory *m)
{
    if (m->direct)
        return;
    if (m->lookups >= GUARD_LOOKUPS) {
        m->direct = m->misses >= GUARD_MISSES;
        m->lookups = m->misses = 0;
    }
    if (m->direct || m->values.bytes > VALUES_BYTES_MAX)
        intern_free(&m->values);
}

/* The bytes of a text of up to eight, as a number that no other text of that length has: parts that
 * may overlap, since copying n bytes is a call. */
static uint64_t short_bytes(struct str text)
{
    uint32_t first = 0, last = 0;
    if (text.n >= sizeof first) {
        memcpy(&first, text.p, sizeof first);
        memcpy(&last, text.p + text.n - sizeof last, sizeof last);
    } else if (text.n) {
        const unsigned char *p = (const unsigned char *)text.p;
        first = p[0] | (uint32_t)p[text.n / 2] << 8 | (uint32_t)p[text.n - 1] << 16;
    }
    return first | (uint64_t)last << 32;
}

static uint32_t short_class(struct memory *m, struct str text, struct regex_scratch *s)
{
    uint64_t bytes = short_bytes(text);
    uint64_t hash = (bytes + text.n) * UINT64_C(0x9e3779b97f4a7c15);
    struct short_value *slot = &m->shorts[hash >> (64 - SHORTS_BITS)];
    if (slot->bytes != bytes || slot->n1 != text.n + 1)
        *slot = (struct short_value){ bytes, (uint32_t)text.n + 1,
                                      class_of(m, text, intern_hash(text), s) };
    return slot->class;
}

/* The classes of n values, AHEAD at most. The table of values is larger than the caches: what a
 * look-up will touch is asked for some look-ups ahead (a fifth of the CPU of a whole run otherwise
 * went into waiting for it). */
static void look_up(struct memory *m, const struct str *values, size_t n, uint32_t *key,
                    size_t width, struct regex_scratch *scratch)
{
    uint32_t hashes[AHEAD];
    size_t longer[AHEAD], nlonger = 0;
    for (size_t i = 0; i < n; i++) {
        if (values[i].n <= sizeof(uint64_t)) {
            key[i * width] = short_class(m, values[i], scratch);
            continue;
        }
        hashes[nlonger] = intern_hash(values[i]);
        intern_prefetch_slot(&m->values, hashes[nlonger]);
        longer[nlonger++] = i;
    }
    for (size_t k = 0; k < nlonger; k++)
        if (!intern_prefetch_text(&m->values, hashes[k], values[longer[k]].n))
            __builtin_prefetch(once_of(m, hashes[k]));
    for (size_t k = 0; k < nlonger; k++)
        key[longer[k] * width] = class_of(m, values[longer[k]], hashes[k], scratch);
}

/* The classes of n values that have numbers. */
static void look_up_numbers(struct memory *m, const struct str *values, const uint32_t *numbers,
                            size_t n, uint32_t *key, size_t width, struct regex_scratch *scratch)
{
    for (size_t i = 0; i < n; i++) {
        if (numbers[i] == NUMBER_ABSENT) {
            key[i * width] = short_class(m, values[i], scratch);
            continue;
        }
        if (numbers[i] >= m->nnumbered) {
            size_t more = (size_t)numbers[i] + 1;
            m->numbered = mem_grow(m->numbered, &m->numbered_room, more, sizeof *m->numbered);
            memset(m->numbered + m->nnumbered, 0, (more - m->nnumbered) * sizeof *m->numbered);
            m->nnumbered = more;
        }
        uint32_t *class = &m->numbered[numbers[i]];
        if (!*class)
            *class = judge_value(m, values[i], scratch) + 1;
        key[i * width] = *class - 1;
    }
}

void memory_classes(struct memory *m, const struct batch *b, uint32_t *key, size_t width,
                    struct regex_scratch *scratch)
{
    const struct str empty = { 0 };
    int32_t column = m->judged->column;
    review(m);
    if (column == COLUMN_NONE) {
        learn(m, &empty, 1);
        uint32_t class = judge_value(m, empty, scratch);
        for (size_t i = 0; i < b->n; i++)
            key[i * width] = class;
        return;
    }
    const struct str *values = column == COLUMN_RAW ? (b->wants_match_text ? b->match_text : b->raw)
                                                    : batch_column(b, (size_t)column);
    learn(m, values, b->n);
    const uint32_t *numbers = m->direct ? NULL : value_numbers_of(b->numbers, column);
    if (numbers) {
        if (m->epoch != b->numbers->epoch)
            m->nnumbered = 0;
        m->epoch = b->numbers->epoch;
        look_up_numbers(m, values, numbers, b->n, key, width, scratch);
        return;
    }
    for (size_t i = 0; m->direct && i < b->n; i++)
        key[i * width] = judge_value(m, values[i], scratch);
    for (size_t i = 0; !m->direct && i < b->n; i += AHEAD)
        look_up(m, values + i, b->n - i < AHEAD ? b->n - i : AHEAD, key + i * width, width,
                scratch);
}

struct held memory_class(const struct memory *m, uint32_t number)
{
    struct str text = intern_text(&m->classes, number);
    const uint32_t *code = (const uint32_t *)(const void *)text.p;
    uint32_t all = (uint32_t)(text.n / sizeof *code) - 1;
    return (struct held){ code + 1, code + 1 + code[0], code[0], all - code[0] };
}
