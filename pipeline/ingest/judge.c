/* judge.c - see match.h: one worker's memory of which rules each record fits.
 *
 *     value of a field -> class (a set of conditions)      remembered by value: memory.h
 *     classes of a record's fields -> verdict (rules)      remembered by the list of classes: here
 *
 * Forgetting is always allowed: both are recomputed when they are missing.
 */
#include <stdlib.h>

#include "ingest/match.h"
#include "ingest/memory.h"

enum {
    CLASSES_BYTES_MAX = 64 << 20, /* of classes and verdicts; then everything begins anew */
    RECENT_BITS = 8,
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
    for (size_t f = 0; f < m->nfields; f++)
        memory_init(&j->memories[f], &m->fields[f], plain);
    return j;
}

void judge_free(struct judge *j)
{
    if (!j)
        return;
    for (size_t f = 0; f < j->matcher->nfields; f++)
        memory_free(&j->memories[f]);
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

/* Between batches: verdicts are known by classes, and classes by values, so all go together. */
static void review_verdicts(struct judge *j)
{
    size_t bytes = j->combinations.bytes + j->verdicts_bytes;
    for (size_t f = 0; f < j->matcher->nfields; f++)
        bytes += j->memories[f].classes.bytes;
    if (bytes <= CLASSES_BYTES_MAX)
        return;
    for (size_t f = 0; f < j->matcher->nfields; f++)
        memory_forget(&j->memories[f]);
    intern_free(&j->combinations);
    memset(j->recent, 0, sizeof j->recent);
    arena_free(&j->arena);
    j->verdicts_bytes = 0;
}

static struct held class_at(const struct judge *j, const uint32_t *key, size_t f)
{
    return memory_class(&j->memories[f], key[f]);
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
        struct held c = class_at(j, key, rule->wants[i].judged);
        if (!holds(c.yes, c.nyes, rule->wants[i].cond))
            return false;
    }
    return true;
}

static bool one_gave_up(const struct judge *j, const uint32_t *key, const struct source_rule *rule)
{
    for (size_t i = 0; i < rule->nwants; i++) {
        struct held c = class_at(j, key, rule->wants[i].judged);
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
        struct held c = class_at(j, key, f);
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
        gave_up += class_at(j, key, f).nlimited;
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
    *v = (struct verdict){ .rules = numbers, .n = n, .limited = numbers + n, .nlimited = nlimited };
    j->verdicts_bytes += sizeof *v + size;
    return v;
}

static struct verdict *decide(struct judge *j, const uint32_t *key)
{
    uint32_t n = 0;
    size_t tries = rules_to_try(j, key);
    const struct source_rule *excluding = NULL; /* these come before all others */
    bool go_on = true;
    for (size_t i = 0; i < tries && go_on; i++) {
        const struct source_rule *rule = &j->matcher->rules[j->tried[i]];
        if ((rule->excludes && excluding) || !all_hold(j, key, rule))
            continue;
        if (rule->excludes)
            excluding = rule;
        else
            j->rules[n++] = rule->rule;
        go_on = rule->also;
    }
    struct verdict *v = keep_verdict(j, n, limited_rules(j, key));
    if (excluding) {
        v->excluding = excluding->rule;
        v->labelled = excluding->also;
        v->excluded = !excluding->also;
    }
    return v;
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

const struct verdict *const *judge_batch(struct judge *j, const struct batch *b)
{
    size_t width = j->matcher->nfields;
    j->key = mem_grow(j->key, &j->key_room, b->n * width + 1, sizeof *j->key);
    j->found = mem_grow(j->found, &j->found_room, b->n, sizeof *j->found);
    review_verdicts(j);
    for (size_t f = 0; f < width; f++)
        memory_classes(&j->memories[f], b, j->key + f, width, j->scratch);
    for (size_t i = 0; i < b->n; i++)
        j->found[i] = verdict_of(j, j->key + i * width);
    return j->found;
}
