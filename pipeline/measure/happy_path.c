/* happy_path.c - the path that most converted journeys take to the goal, what the others do
 * otherwise, and what that goes with (definitions.md 2.9, A15).
 *
 * Converted journeys are compared as far as the first goal; lost ones with that beginning of the
 * happy path which fits best, for not having gone on is drop-off, not a deviation.
 */
#include <stdlib.h>

#include "measure/align.h"
#include "measure/all.h"
#include "measure/cut_paths.h"
#include "measure/key_map.h"

static const struct column columns[] = {
    { "kind", UNIT_TEXT,
      "step: of the happy path; (none): journeys without a deviation; insert, skip, repeat, swap: "
      "deviations from it; (not compared): journeys of more than 1,000 events" },
    { "position", UNIT_COUNT, "of a step: its place on the happy path, from 1" },
    { "touchpoint", UNIT_TEXT,
      "the step; the touchpoint that comes extra, is left out, comes again; of a swap the one that "
      "comes too early" },
    { "other", UNIT_TEXT, "of a swap: the touchpoint that comes too late, right after it" },
    { "times", UNIT_COUNT, "how often this happened" },
    { "journeys", UNIT_COUNT, "journeys in which it happened" },
    { "share", UNIT_SHARE, "journeys over all ended journeys of phase before" },
    { "share_n", UNIT_COUNT, "all ended journeys of phase before" },
    { "share_low", UNIT_SHARE, "lower end of the 95 % interval of share" },
    { "share_high", UNIT_SHARE, "upper end of the 95 % interval of share" },
    { "conversion", UNIT_SHARE, "share of these journeys that converted" },
    { "conversion_n", UNIT_COUNT, "these journeys" },
    { "conversion_low", UNIT_SHARE, "lower end of the 95 % interval of conversion" },
    { "conversion_high", UNIT_SHARE, "upper end of the 95 % interval of conversion" },
    { "delta_conversion", UNIT_NUMBER, "conversion less that of the row (none)" },
    { "time_median", UNIT_SECONDS,
      "median seconds from the start to the goal, of those that converted" },
    { "delta_time", UNIT_SECONDS, "time_median less that of the row (none)" },
    COLUMN_TIME_EXACT,
};

enum kind { KIND_STEP, KIND_NONE, KIND_INSERT, KIND_SKIP, KIND_REPEAT, KIND_SWAP, KIND_LONG };
static const char *const kind_names[] = { "step",   "(none)", "insert",        "skip",
                                          "repeat", "swap",   "(not compared)" };

struct tally {
    struct cut_paths paths;
    const struct cut_paths *as; /* whose happy path it is; NULL: its own */
};

static void *begin_as(const struct world *w, const void *whole)
{
    const struct tally *as = whole;
    struct tally *t = mem_zero(1, sizeof *t);
    t->paths.paths = intern_in(w->spill);
    t->paths.timed = true;
    t->as = as ? &as->paths : NULL;
    return t;
}

static void *begin(const struct world *w)
{
    return begin_as(w, NULL);
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    if (!j->after && j->state != JOURNEY_OPEN)
        cut_paths_add(&((struct tally *)tally)->paths, w, j);
}

static void merge(void *into, void *from)
{
    cut_paths_merge(&((struct tally *)into)->paths, &((struct tally *)from)->paths);
}

static void tally_free(void *tally)
{
    cut_paths_free(&((struct tally *)tally)->paths);
    free(tally);
}

/* ---- comparing ---- */

struct item {                                  /* a row */
    uint64_t times, journeys, converted, seen; /* seen: path + 1 that was counted last */
    struct sample to_goal;
};

struct comparison {
    struct cut_paths *paths;
    const struct world *w;
    const uint32_t *model;
    size_t model_n;
    size_t *first; /* times of each path */
    struct key_map keys;
    struct item *items; /* by number in keys */
    size_t room;
    uint32_t *extras; /* [ntouchpoints] of the path that is being compared: extra ones */
    bool *placed;     /* [ntouchpoints] those that also stand in their place */
    struct align_room align;
    struct align_op *ops;
};

static uint64_t key_for(enum kind kind, uint32_t position, uint32_t a, uint32_t b)
{
    enum { BITS = 15 }; /* TOUCHPOINTS_MAX and ALIGN_MAX fit */
    _Static_assert(TOUCHPOINTS_MAX < 1 << BITS && ALIGN_MAX < 1 << BITS, "a key holds them");
    return (((uint64_t)kind << BITS | position) << BITS | a) << BITS | b;
}

static void count(struct comparison *c, uint32_t path, uint64_t key, uint64_t times)
{
    uint32_t known = c->keys.n, i = key_map_add(&c->keys, key);
    if (i == known) {
        c->items = mem_grow(c->items, &c->room, (size_t)i + 1, sizeof *c->items);
        c->items[i] = (struct item){ 0 };
    }
    struct item *it = &c->items[i];
    uint64_t journeys = c->paths->journeys[path];
    it->times += times * journeys;
    if (it->seen == (uint64_t)path + 1)
        return;
    it->seen = (uint64_t)path + 1;
    it->journeys += journeys;
    for (size_t t = c->first[path]; t < c->first[path + 1]; t++) {
        it->converted++;
        sample_add(&it->to_goal, c->paths->times[t].micros);
    }
}

/* An extra touchpoint that also stands in its place, or is extra twice, is a repeat. */
static void count_extras(struct comparison *c, uint32_t path, const uint32_t *touch, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        uint32_t extras = c->extras[touch[i]], inserted = c->placed[touch[i]] ? 0 : 1;
        c->extras[touch[i]] = 0;
        if (extras == 0)
            continue;
        if (inserted)
            count(c, path, key_for(KIND_INSERT, 0, touch[i], 0), 1);
        if (extras > inserted)
            count(c, path, key_for(KIND_REPEAT, 0, touch[i], 0), extras - inserted);
    }
    for (size_t i = 0; i < n; i++)
        c->placed[touch[i]] = false;
}

static void compare(struct comparison *c, uint32_t path)
{
    size_t n, deviations = 0;
    enum fate fate;
    const uint32_t *touch = cut_path(c->paths, path, &n, &fate);
    if (n > ALIGN_MAX || c->model_n > ALIGN_MAX) {
        count(c, path, key_for(KIND_LONG, 0, 0, 0), 1);
        return;
    }
    size_t nops = align(&c->align, touch, n, c->model, c->model_n, fate == FATE_LOST, c->ops);
    for (size_t i = 0; i < nops; i++) {
        const struct align_op *op = &c->ops[i];
        deviations += op->kind != ALIGN_STEP;
        if (op->kind == ALIGN_EXTRA) {
            c->extras[touch[op->path]]++;
            continue;
        }
        uint32_t model = c->model[op->model];
        if (op->kind == ALIGN_SKIP) {
            count(c, path, key_for(KIND_SKIP, 0, model, 0), 1);
        } else if (op->kind == ALIGN_SWAP) {
            count(c, path, key_for(KIND_SWAP, 0, touch[op->path], model), 1);
            c->placed[touch[op->path]] = c->placed[touch[op->path + 1]] = true;
        } else {
            count(c, path, key_for(KIND_STEP, op->model + 1, model, 0), 1);
            c->placed[model] = true;
        }
    }
    count_extras(c, path, touch, n);
    if (deviations == 0)
        count(c, path, key_for(KIND_NONE, 0, 0, 0), 1);
}

/* The path of most converted journeys; the shorter, then by name. NULL when none converted. */
static const uint32_t *happy(const struct cut_paths *paths, const struct world *w, size_t *length)
{
    const uint32_t *best = NULL;
    uint64_t most = 0;
    *length = 0;
    for (uint32_t i = 0; i < paths->paths.n; i++) {
        size_t n;
        enum fate fate;
        const uint32_t *path = cut_path(paths, i, &n, &fate);
        uint64_t journeys = paths->journeys[i];
        if (fate != FATE_CONVERTED || journeys < most)
            continue;
        if (best && journeys == most &&
            (n > *length || (n == *length && cut_names_cmp(w, path, n, best, n) > 0)))
            continue;
        best = path;
        most = journeys;
        *length = n;
    }
    return best;
}

/* ---- the table ---- */

struct line {
    enum kind kind;
    uint32_t position;
    struct str a, b;
    struct item *item;
};

/* Steps in order, (none), deviations by journeys, what could not be compared. */
static int by_weight(const void *x, const void *y)
{
    const struct line *p = x, *q = y;
    int group_p = p->kind < KIND_INSERT || p->kind == KIND_LONG ? (int)p->kind : KIND_INSERT;
    int group_q = q->kind < KIND_INSERT || q->kind == KIND_LONG ? (int)q->kind : KIND_INSERT;
    if (group_p != group_q)
        return group_p - group_q;
    if (p->position != q->position)
        return p->position < q->position ? -1 : 1;
    if (p->item->journeys != q->item->journeys)
        return p->item->journeys > q->item->journeys ? -1 : 1;
    int c = (int)p->kind - (int)q->kind;
    if (c == 0)
        c = str_cmp(p->a, q->a);
    return c ? c : str_cmp(p->b, q->b);
}

static bool write_line(const struct line *l, const struct item *none, uint64_t all,
                       const struct sink *out)
{
    struct row r = { .n = 0 };
    struct item *it = l->item;
    row_add(&r, cell_c(kind_names[l->kind]));
    row_add(&r, l->kind == KIND_STEP ? cell_i(l->position) : cell_blank());
    row_add(&r, l->kind == KIND_NONE || l->kind == KIND_LONG ? cell_blank() : cell_text(l->a));
    row_add(&r, l->kind == KIND_SWAP ? cell_text(l->b) : cell_blank());
    row_count(&r, it->times);
    row_count(&r, it->journeys);
    row_rate(&r, it->journeys, all);
    row_rate(&r, it->converted, it->journeys);
    bool deviation = none && l->kind >= KIND_INSERT && l->kind <= KIND_SWAP;
    row_add(&r, deviation ? cell_d((double)it->converted / (double)it->journeys -
                                   (double)none->converted / (double)none->journeys)
                          : cell_blank());
    sample_sort(&it->to_goal);
    struct cell median = sample_percentile(&it->to_goal, 0.5);
    row_add(&r, median);
    deviation = deviation && it->to_goal.n && none->to_goal.n;
    row_add(&r,
            deviation ? cell_i(median.i - sample_percentile(&none->to_goal, 0.5).i) : cell_blank());
    row_exact(&r, &it->to_goal);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool write_all(struct comparison *c, const struct sink *out)
{
    struct line *lines = mem_take(c->keys.n * sizeof *lines + 1);
    struct item *none = NULL;
    uint64_t all = 0;
    bool ok = true;
    for (uint32_t i = 0; i < c->paths->paths.n; i++)
        all += c->paths->journeys[i];
    for (uint32_t i = 0; i < c->keys.n; i++) {
        uint64_t key = c->keys.keys[i];
        uint32_t a = key >> 15 & 0x7fff, b = key & 0x7fff;
        lines[i] =
            (struct line){ (enum kind)(key >> 45), key >> 30 & 0x7fff, c->w->touchpoints[a].name,
                           c->w->touchpoints[b].name, &c->items[i] };
        if (lines[i].kind == KIND_NONE) {
            none = &c->items[i];
            sample_sort(&none->to_goal);
        }
    }
    qsort(lines, c->keys.n, sizeof *lines, by_weight);
    for (uint32_t i = 0; ok && i < c->keys.n; i++)
        ok = write_line(&lines[i], none, all, out);
    free(lines);
    return ok;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    struct comparison c = { .paths = &t->paths, .w = w };
    c.model = happy(t->as ? t->as : c.paths, w, &c.model_n);
    if (!c.model)
        return true;
    c.first = cut_paths_sort_times(c.paths);
    c.extras = mem_zero(w->ntouchpoints + 1, sizeof *c.extras);
    c.placed = mem_zero(w->ntouchpoints + 1, sizeof *c.placed);
    c.ops = mem_take(2 * (size_t)ALIGN_MAX * sizeof *c.ops);
    for (uint32_t i = 0; i < c.paths->paths.n; i++)
        compare(&c, i);
    bool ok = write_all(&c, out);
    for (uint32_t i = 0; i < c.keys.n; i++)
        sample_free(&c.items[i].to_goal);
    free(c.items);
    free(c.first);
    free(c.extras);
    free(c.placed);
    free(c.ops);
    key_map_free(&c.keys);
    align_free(&c.align);
    return ok;
}

const struct measure measure_happy_path = {
    .name = "happy_path",
    .question = "which path leads most people to the goal, where do others leave it, and does that "
                "cost conversion or time",
    .population = "ended journeys of phase before, converted ones up to their first goal; (none), "
                  "those with a deviation and (not compared) are all of them",
    COLUMNS(columns),
    .on_request = true,
    .begin = begin,
    .begin_as = begin_as,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
