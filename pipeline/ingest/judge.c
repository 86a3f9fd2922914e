/* judge.c - see match.h: one worker's memory of which conditions each value fulfils.
 *
 *     value of a field -> class (a set of conditions)      remembered by value
 *     classes of a record's fields -> verdict (rules)      remembered by the list of classes
 *
 * Forgetting is always allowed: both are recomputed when they are missing. A new value is first
 * scanned for literals that the patterns need (filter.h), those that are rare in the first values;
 * what is left is tried.
 */
#include <stdlib.h>

#include "ingest/filter.h"
#include "ingest/match.h"
#include "ingest/matcher.h"

enum {
    VALUES_BYTES_MAX = 32 << 20,  /* remembered a field; then it begins anew */
    CLASSES_BYTES_MAX = 64 << 20, /* of classes and verdicts; then everything begins anew */
    GUARD_LOOKUPS = 1 << 16,      /* after so many, a field of which ... */
    GUARD_MISSES = 45875,         /* ... 70 % were new is not remembered any more */
    SHORTS_BITS = 6,
    SHORTS = 1 << SHORTS_BITS,
    ONCE_BITS = 13,
    ONCE_BYTES = 116, /* of a value among those seen once; a longer one is remembered at once */
    RECENT_BITS = 8,
    AHEAD = 32,           /* values looked up together */
    FILTER_VALUES = 1024, /* whose grams are counted for the filter */
};

/* A value of up to eight bytes, such as a status or a method, and its class: found without hashing.
 */
struct short_value {
    uint64_t bytes; /* padded with zeros */
    uint32_t n1;    /* length + 1; 0 is free */
    uint32_t class;
};

/* A value that was seen once lately. */
struct once {
    uint32_t hash, class;
    uint32_t n1; /* length + 1; 0 is free */
    char text[ONCE_BYTES];
};

/* What a worker knows of one judged field. Many values never come again (ids, search terms): they
 * wait among those seen once until another takes their place, so that the table of those that
 * repeat stays small and near. */
struct memory {
    const struct judged *judged;
    struct intern values; /* seen again */
    uint32_t *class_of;   /* by number in values */
    struct once *once;    /* [1 << ONCE_BITS] by hash; NULL when nothing is remembered */
    struct short_value shorts[SHORTS]; /* by hash: the one seen there last */
    size_t class_room;
    struct intern classes;      /* each coded as struct class says */
    uint32_t *class;            /* scratch: such a code */
    uint64_t *candidates;       /* scratch: conditions worth trying */
    struct gram_counts *counts; /* NULL once they are complete, or when no filter is wanted */
    struct filter *filter;
    uint32_t counted, filtered; /* values: in counts, and when the filter was made */
    bool direct;                /* values seldom repeat: judge each one */
    uint32_t lookups, misses;
};

struct judge {
    const struct matcher *matcher;
    struct regex_scratch *scratch;
    struct memory *memories; /* [matcher.nfields] */
    uint32_t *key;           /* [record][field] classes of a batch */
    size_t key_room;
    struct intern combinations;
    struct verdict **verdicts; /* by number in combinations */
    size_t verdicts_room, verdicts_bytes;
    uint32_t recent[1 << RECENT_BITS]; /* numbers + 1 of combinations, by a quick hash */
    uint32_t *tried;                   /* scratch: indexes of rules in matcher.rules */
    uint16_t *rules, *limited;         /* scratch: of one verdict */
    const struct verdict **found;      /* of the last batch */
    size_t found_room;
    struct arena arena;
};

struct judge *judge_new(const struct matcher *m, bool plain, struct regex_scratch *scratch)
{
    struct judge *j = mem_zero(1, sizeof *j);
    j->matcher = m;
    j->scratch = scratch;
    j->memories = mem_zero(m->nfields, sizeof *j->memories);
    j->tried = mem_take(m->nrules * sizeof *j->tried);
    j->rules = mem_take(m->nrules * sizeof *j->rules);
    j->limited = mem_take(m->nrules * sizeof *j->limited);
    for (size_t f = 0; f < m->nfields; f++) {
        struct memory *memory = &j->memories[f];
        memory->judged = &m->fields[f];
        memory->class = mem_take((1 + 2 * (size_t)m->fields[f].nconds) * sizeof *memory->class);
        memory->candidates = mem_zero(m->fields[f].words, sizeof *memory->candidates);
        memory->direct = plain || m->fields[f].column == COLUMN_RAW;
        if (!memory->direct)
            memory->once = mem_zero(1 << ONCE_BITS, sizeof *memory->once);
        if (!plain)
            memory->counts = mem_zero(1, sizeof *memory->counts);
    }
    return j;
}

void judge_free(struct judge *j)
{
    if (!j)
        return;
    for (size_t f = 0; f < j->matcher->nfields; f++) {
        intern_free(&j->memories[f].values);
        intern_free(&j->memories[f].classes);
        free(j->memories[f].class_of);
        free(j->memories[f].once);
        free(j->memories[f].class);
        free(j->memories[f].candidates);
        free(j->memories[f].counts);
        filter_free(j->memories[f].filter);
    }
    free(j->memories);
    free(j->key);
    intern_free(&j->combinations);
    free(j->verdicts);
    free(j->tried);
    free(j->rules);
    free(j->limited);
    free(j->found);
    arena_free(&j->arena);
    free(j);
}

/* ---- a value to its class ---- */

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

static enum regex_result fulfils(const struct judged *f, uint32_t i, struct str text,
                                 struct regex_scratch *s)
{
    const struct cond *c = f->conds[i];
    bool yes = false;
    switch (c->kind) {
    case COND_REGEX:
        return fits_regex(f, i, text, s);
    case COND_IS:
    case COND_IN:
        yes = str_in(text, c->texts, c->ntexts);
        break;
    case COND_PREFIX:
        yes = str_starts(text, c->texts[0]);
        break;
    case COND_RANGE:
        yes = in_range(c, text);
        break;
    }
    return yes ? REGEX_YES : REGEX_NO;
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

/* The class of a value is coded as: how many conditions it fulfils, their numbers, the numbers of
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

static void forget(struct memory *m)
{
    intern_free(&m->values);
}

static uint32_t remember(struct memory *m, struct str text, uint32_t hash, uint32_t class)
{
    uint32_t number = intern_add_hashed(&m->values, text, hash);
    m->class_of = mem_grow(m->class_of, &m->class_room, (size_t)number + 1, sizeof *m->class_of);
    return m->class_of[number] = class;
}

static struct once *once_of(const struct memory *m, uint32_t hash)
{
    return &m->once[hash >> (32 - ONCE_BITS)]; /* the table of values goes by the lower bits */
}

static uint32_t class_of(struct memory *m, struct str text, uint32_t hash, struct regex_scratch *s)
{
    uint32_t number = intern_find_hashed(&m->values, text, hash);
    m->lookups++;
    if (number != INTERN_NONE)
        return m->class_of[number];
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
        forget(m);
}

/* Between batches: verdicts are known by classes, and classes by values, so all go together. */
static void review_verdicts(struct judge *j)
{
    size_t bytes = j->combinations.bytes + j->verdicts_bytes;
    for (size_t f = 0; f < j->matcher->nfields; f++)
        bytes += j->memories[f].classes.bytes;
    if (bytes <= CLASSES_BYTES_MAX)
        return;
    for (size_t f = 0; f < j->matcher->nfields; f++) {
        forget(&j->memories[f]);
        intern_free(&j->memories[f].classes);
        memset(j->memories[f].shorts, 0, sizeof j->memories[f].shorts);
        if (j->memories[f].once)
            memset(j->memories[f].once, 0, sizeof(struct once) << ONCE_BITS);
    }
    intern_free(&j->combinations);
    memset(j->recent, 0, sizeof j->recent);
    arena_free(&j->arena);
    j->verdicts_bytes = 0;
}

/* ---- classes to a verdict ---- */

struct class
{
    const uint32_t *yes, *limited; /* numbers of conditions */
    uint32_t nyes, nlimited;
};

static struct class class_coded(const struct judge *j, const uint32_t *key, size_t f)
{
    struct str text = intern_text(&j->memories[f].classes, key[f]);
    const uint32_t *code = (const uint32_t *)(const void *)text.p;
    uint32_t all = (uint32_t)(text.n / sizeof *code) - 1;
    return (struct class){ code + 1, code + 1 + code[0], code[0], all - code[0] };
}

static bool holds(const uint32_t *list, uint32_t n, uint32_t number)
{
    for (uint32_t i = 0; i < n; i++)
        if (list[i] == number)
            return true;
    return false;
}

static bool all_hold(const struct judge *j, const uint32_t *key, const struct source_rule *rule)
{
    for (size_t i = 0; i < rule->nwants; i++) {
        struct class c = class_coded(j, key, rule->wants[i].judged);
        if (!holds(c.yes, c.nyes, rule->wants[i].cond))
            return false;
    }
    return true;
}

static bool one_gave_up(const struct judge *j, const uint32_t *key, const struct source_rule *rule)
{
    for (size_t i = 0; i < rule->nwants; i++) {
        struct class c = class_coded(j, key, rule->wants[i].judged);
        if (holds(c.limited, c.nlimited, rule->wants[i].cond))
            return true;
    }
    return false;
}

static int by_number(const void *x, const void *y)
{
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return (a > b) - (a < b);
}

/* Fills j->tried with the rules of which the first condition holds, in order. */
static size_t rules_to_try(struct judge *j, const uint32_t *key)
{
    const struct matcher *m = j->matcher;
    size_t n = 0;
    for (; n < m->nfree_rules; n++)
        j->tried[n] = m->free_rules[n];
    for (size_t f = 0; f < m->nfields; f++) {
        const struct judged *field = &m->fields[f];
        struct class c = class_coded(j, key, f);
        for (uint32_t i = 0; i < c.nyes; i++)
            for (uint32_t k = field->first_of[c.yes[i]]; k < field->first_of[c.yes[i] + 1]; k++)
                j->tried[n++] = field->rules_of[k];
    }
    qsort(j->tried, n, sizeof *j->tried, by_number);
    return n;
}

/* Fills j->limited. Patterns that give up are rare. */
static uint32_t limited_rules(struct judge *j, const uint32_t *key)
{
    const struct matcher *m = j->matcher;
    uint32_t gave_up = 0, n = 0;
    for (size_t f = 0; f < m->nfields; f++)
        gave_up += class_coded(j, key, f).nlimited;
    for (size_t r = 0; gave_up && r < m->nrules; r++)
        if (one_gave_up(j, key, &m->rules[r]))
            j->limited[n++] = m->rules[r].rule;
    return n;
}

/* The verdict of what stands in the scratch. */
static struct verdict *keep_verdict(struct judge *j, uint32_t n, uint32_t nlimited)
{
    size_t size = (n + nlimited) * sizeof *j->rules;
    struct verdict *v = arena_take(&j->arena, sizeof *v);
    uint16_t *numbers = arena_take(&j->arena, size);
    memcpy(numbers, j->rules, n * sizeof *numbers);
    memcpy(numbers + n, j->limited, nlimited * sizeof *numbers);
    *v = (struct verdict){ numbers, n, numbers + n, nlimited };
    j->verdicts_bytes += sizeof *v + size;
    return v;
}

static struct verdict *decide(struct judge *j, const uint32_t *key)
{
    uint32_t n = 0;
    size_t tries = rules_to_try(j, key);
    bool go_on = true;
    for (size_t i = 0; i < tries && go_on; i++) {
        const struct source_rule *rule = &j->matcher->rules[j->tried[i]];
        if (!all_hold(j, key, rule))
            continue;
        j->rules[n++] = rule->rule;
        go_on = rule->also;
    }
    return keep_verdict(j, n, limited_rules(j, key));
}

static uint32_t combination(struct judge *j, const uint32_t *key)
{
    struct str bytes = { (const char *)key, j->matcher->nfields * sizeof *key };
    uint32_t before = j->combinations.n;
    uint32_t number = intern_add(&j->combinations, bytes);
    if (number == before) {
        j->verdicts =
            mem_grow(j->verdicts, &j->verdicts_room, (size_t)number + 1, sizeof *j->verdicts);
        j->verdicts[number] = decide(j, key);
    }
    return number;
}

/* Nearly all records have one of a few combinations: those are found without hashing. */
static const struct verdict *verdict_of(struct judge *j, const uint32_t *key)
{
    size_t width = j->matcher->nfields, same = 0;
    uint64_t hash = 0;
    for (size_t f = 0; f < width; f++)
        hash = (hash ^ key[f]) * UINT64_C(0x9e3779b97f4a7c15);
    uint32_t *recent = &j->recent[hash >> (64 - RECENT_BITS)];
    if (*recent) {
        const void *known = intern_text(&j->combinations, *recent - 1).p;
        for (const uint32_t *k = known; same < width && k[same] == key[same];)
            same++;
    }
    if (!*recent || same < width)
        *recent = combination(j, key) + 1;
    return j->verdicts[*recent - 1];
}

static uint32_t short_class(struct memory *m, struct str text, struct regex_scratch *s)
{
    uint64_t bytes = 0;
    if (text.n)
        memcpy(&bytes, text.p, text.n);
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
static void look_up(struct judge *j, struct memory *m, const struct str *values, size_t n,
                    uint32_t *key, size_t width)
{
    uint32_t hashes[AHEAD];
    size_t longer[AHEAD], nlonger = 0;
    for (size_t i = 0; i < n; i++) {
        if (values[i].n <= sizeof(uint64_t)) {
            key[i * width] = short_class(m, values[i], j->scratch);
            continue;
        }
        hashes[nlonger] = intern_hash(values[i]);
        intern_prefetch_slot(&m->values, hashes[nlonger]);
        longer[nlonger++] = i;
    }
    for (size_t k = 0; k < nlonger; k++) {
        uint32_t number = intern_prefetch_text(&m->values, hashes[k], values[longer[k]].n);
        if (number != INTERN_NONE)
            __builtin_prefetch(&m->class_of[number]);
        else
            __builtin_prefetch(once_of(m, hashes[k]));
    }
    for (size_t k = 0; k < nlonger; k++)
        key[longer[k] * width] = class_of(m, values[longer[k]], hashes[k], j->scratch);
}

static void column_classes(struct judge *j, size_t f, const struct batch *b)
{
    struct memory *m = &j->memories[f];
    size_t width = j->matcher->nfields;
    int32_t column = m->judged->column;
    uint32_t *key = j->key + f;
    review(m);
    if (column == COLUMN_NONE) {
        const struct str empty = { 0 };
        learn(m, &empty, 1);
        uint32_t class = judge_value(m, empty, j->scratch);
        for (size_t i = 0; i < b->n; i++)
            key[i * width] = class;
        return;
    }
    const struct str *values = column == COLUMN_RAW ? (b->wants_match_text ? b->match_text : b->raw)
                                                    : batch_column(b, (size_t)column);
    learn(m, values, b->n);
    for (size_t i = 0; m->direct && i < b->n; i++)
        key[i * width] = judge_value(m, values[i], j->scratch);
    for (size_t i = 0; !m->direct && i < b->n; i += AHEAD)
        look_up(j, m, values + i, b->n - i < AHEAD ? b->n - i : AHEAD, key + i * width, width);
}

const struct verdict *const *judge_batch(struct judge *j, const struct batch *b)
{
    size_t width = j->matcher->nfields;
    j->key = mem_grow(j->key, &j->key_room, b->n * width + 1, sizeof *j->key);
    j->found = mem_grow(j->found, &j->found_room, b->n, sizeof *j->found);
    review_verdicts(j);
    for (size_t f = 0; f < width; f++)
        column_classes(j, f, b);
    for (size_t i = 0; i < b->n; i++)
        j->found[i] = verdict_of(j, j->key + i * width);
    return j->found;
}
