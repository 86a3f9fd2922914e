/* paths.c - variants: journeys that pass the same touchpoints in the same order.
 *
 * A variant is known by its touchpoint numbers, stored whole: counts are exact, nothing is
 * collapsed unless the project asks for it (A11, path.h).
 */
#include <stdio.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "base/par.h"
#include "journey/path.h"
#include "measure/all.h"

enum { PATH_BYTES = 32000 }; /* written out: a cell of a spreadsheet holds 32,767 characters */

static const struct column columns[] = {
    { "path", UNIT_TEXT, "touchpoints in order, joined by ' > '; the first 32,000 bytes of them" },
    { "journeys", UNIT_COUNT, "journeys that took exactly this path, in any state" },
    { "share", UNIT_SHARE, "journeys over all journeys; the column sums to 1" },
    { "cum_share", UNIT_SHARE, "share of this row and all rows above it" },
    { "length", UNIT_COUNT, "steps of the path: its events, unless `paths:` took some away" },
    { "customers", UNIT_COUNT, "customers with such a journey" },
    { "converted", UNIT_COUNT, "of journeys, those that reached a goal" },
    { "lost", UNIT_COUNT, "of journeys, those that ended without a goal" },
    { "open", UNIT_COUNT, "of journeys, those that may still go on" },
    { "conversion", UNIT_SHARE, "share that converted of the ended journeys of phase before" },
    { "conversion_n", UNIT_COUNT, "ended journeys of phase before" },
    { "conversion_low", UNIT_SHARE, "lower end of the 95 % interval of conversion" },
    { "conversion_high", UNIT_SHARE, "upper end of the 95 % interval of conversion" },
    { "duration_median", UNIT_SECONDS, "median seconds from start to end of the journeys" },
    { "value", UNIT_MICROS, "sum of the value of the journeys' goals" },
    { "emotion_mean", UNIT_MICROS, "mean emotion, -2 to 2, of the events that have one" },
    { "first_seen", UNIT_TIME, "start of the earliest of the journeys" },
    { "last_seen", UNIT_TIME, "end of the latest of the journeys" },
};

struct variant {
    uint64_t journeys, states[JOURNEY_STATES], emotion_events;
    struct distinct customers;
    struct outcome outcome;
    struct sum value, emotion;
    struct span seen;
};

struct duration { /* of one journey; all in one list, for most variants have one journey */
    uint32_t variant;
    int64_t micros;
};

struct tally {
    struct intern paths; /* 4 bytes a touchpoint, in the machine's order */
    struct variant *variants;
    size_t variants_room;
    struct duration *durations;
    size_t ndurations, durations_room;
    uint32_t *scratch; /* the path of one journey */
    size_t scratch_room;
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->paths = intern_in(w->spill); /* there may be as many as journeys */
    return t;
}

static uint32_t variant_of(struct tally *t, struct str path)
{
    uint32_t known = t->paths.n, i = intern_add(&t->paths, path);
    if (i == known) {
        t->variants = spill_grow(t->paths.spill, t->variants, &t->variants_room, (size_t)i + 1,
                                 sizeof *t->variants);
        t->variants[i] = (struct variant){ .seen = span_none() };
    }
    return i;
}

static void add_duration(struct tally *t, uint32_t variant, int64_t micros)
{
    t->durations = spill_grow(t->paths.spill, t->durations, &t->durations_room, t->ndurations + 1,
                              sizeof *t->durations);
    t->durations[t->ndurations++] = (struct duration){ variant, micros };
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    const struct event *ev = w->events + j->first;
    const struct path steps = world_path(w, j);
    t->scratch = mem_grow(t->scratch, &t->scratch_room, steps.n, sizeof *t->scratch);
    struct sum emotion = { 0 };
    uint64_t emotion_events = 0;
    for (size_t i = 0; i < steps.n; i++)
        t->scratch[i] = steps.steps[i].touch;
    for (uint32_t i = 0; i < j->n; i++) {
        int64_t e = event_emotion(w, &ev[i]);
        if (e == EMOTION_NONE)
            continue;
        sum_add(&emotion, e);
        emotion_events++;
    }
    struct str path = { (const char *)t->scratch, steps.n * sizeof *t->scratch };
    uint32_t number = variant_of(t, path);
    struct variant *v = &t->variants[number];
    v->journeys++;
    v->states[j->state]++;
    distinct_see(&v->customers, j->customer);
    outcome_add(&v->outcome, j);
    sum_add(&v->value, j->value);
    sum_merge(&v->emotion, &emotion);
    v->emotion_events += emotion_events;
    span_add(&v->seen, j->start, j->end);
    add_duration(t, number, j->end - j->start);
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    uint32_t *number = spill_take(a->paths.spill, b->paths.n * sizeof *number);
    for (uint32_t i = 0; i < b->paths.n; i++) {
        number[i] = variant_of(a, intern_text(&b->paths, i));
        struct variant *v = &a->variants[number[i]];
        const struct variant *o = &b->variants[i];
        v->journeys += o->journeys;
        for (int s = 0; s < JOURNEY_STATES; s++)
            v->states[s] += o->states[s];
        v->emotion_events += o->emotion_events;
        distinct_merge(&v->customers, &o->customers);
        outcome_merge(&v->outcome, &o->outcome);
        sum_merge(&v->value, &o->value);
        sum_merge(&v->emotion, &o->emotion);
        span_add(&v->seen, o->seen.first, o->seen.last);
    }
    for (size_t i = 0; i < b->ndurations; i++)
        add_duration(a, number[b->durations[i].variant], b->durations[i].micros);
    spill_give(a->paths.spill, number);
}

/* ---- the order: most journeys first, then by the bytes of the text ---- */

struct route {
    const struct world *w;
    const uint32_t *path; /* touchpoint numbers */
    size_t length;
    uint64_t journeys;
    uint32_t variant;
};

/* Reads the text of a path, piece by piece, without making it. */
struct reader {
    const struct route *of;
    size_t next; /* touchpoint */
    struct str piece;
    bool separator; /* comes before the next touchpoint */
};

static bool refill(struct reader *r)
{
    while (r->piece.n == 0) {
        if (r->next >= r->of->length)
            return false;
        r->piece = r->separator ? STR(" > ") : r->of->w->touchpoints[r->of->path[r->next]].name;
        r->next += !r->separator;
        r->separator = !r->separator;
    }
    return true;
}

static int text_cmp(const struct route *p, const struct route *q)
{
    size_t same = 0, most = p->length < q->length ? p->length : q->length;
    while (same < most && p->path[same] == q->path[same])
        same++;
    if (same == most)
        return (p->length > q->length) - (p->length < q->length);
    struct reader a = { .of = p, .next = same }, b = { .of = q, .next = same };
    for (;;) {
        bool more_a = refill(&a), more_b = refill(&b);
        if (!more_a || !more_b)
            return more_a - more_b;
        size_t n = a.piece.n < b.piece.n ? a.piece.n : b.piece.n;
        int c = memcmp(a.piece.p, b.piece.p, n);
        if (c)
            return c;
        a.piece = str_from(a.piece, n);
        b.piece = str_from(b.piece, n);
    }
}

static int by_journeys(const void *x, const void *y)
{
    const struct route *p = x, *q = y;
    if (p->journeys != q->journeys)
        return p->journeys > q->journeys ? -1 : 1;
    int c = text_cmp(p, q);
    if (c)
        return c;
    /* Two paths with one text: a name holds " > ". The shorter first, then by numbers. */
    if (p->length != q->length)
        return p->length < q->length ? -1 : 1;
    for (size_t i = 0; i < p->length; i++)
        if (p->path[i] != q->path[i])
            return p->path[i] < q->path[i] ? -1 : 1;
    return 0;
}

static struct route *sorted_routes(const struct tally *t, const struct world *w)
{
    struct route *list = spill_take(t->paths.spill, t->paths.n * sizeof *list);
    for (uint32_t i = 0; i < t->paths.n; i++) {
        struct str path = intern_text(&t->paths, i);
        /* Such texts are aligned for 8 bytes. */
        list[i] = (struct route){ w, (const void *)path.p, path.n / sizeof(uint32_t),
                                  t->variants[i].journeys, i };
    }
    par_sort_spilled(w->spill, list, t->paths.n, sizeof *list, by_journeys, 1);
    return list;
}

/* ---- the table ---- */

/* The durations of each variant one after another: those of variant i begin at first[i]. */
static int64_t *group_durations(const struct tally *t, size_t *first)
{
    int64_t *values = spill_take(t->paths.spill, t->ndurations * sizeof *values);
    size_t at = 0;
    for (uint32_t i = 0; i < t->paths.n; i++) {
        first[i] = at;
        at += t->variants[i].journeys;
    }
    for (size_t i = 0; i < t->ndurations; i++)
        values[first[t->durations[i].variant]++] = t->durations[i].micros;
    for (uint32_t i = 0; i < t->paths.n; i++)
        first[i] -= t->variants[i].journeys;
    return values;
}

static struct str path_text(struct buffer *to, const struct route *p)
{
    const struct str between = STR(" > ");
    to->n = 0;
    if (p->length == 0) /* `paths:` took every step away */
        buffer_add_str(to, STR("(empty)"));
    for (size_t i = 0; i < p->length; i++) {
        struct str name = p->w->touchpoints[p->path[i]].name;
        if (i && to->n + between.n + name.n > PATH_BYTES) {
            char more[40];
            int n = snprintf(more, sizeof more, " > ... (%zu more)", p->length - i);
            buffer_add(to, more, (size_t)n);
            break;
        }
        if (i)
            buffer_add_str(to, between);
        buffer_add_str(to, name);
    }
    return buffer_str(to);
}

static bool write_variant(const struct variant *v, struct str path, size_t length,
                          struct sample *durations, uint64_t above, uint64_t all,
                          const struct sink *out)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_text(path));
    row_count(&r, v->journeys);
    row_add(&r, share(v->journeys, all));
    row_add(&r, share(above + v->journeys, all));
    row_count(&r, length);
    row_count(&r, v->customers.n);
    row_count(&r, v->states[JOURNEY_CONVERTED]);
    row_count(&r, v->states[JOURNEY_LOST]);
    row_count(&r, v->states[JOURNEY_OPEN]);
    row_rate(&r, v->outcome.converted, v->outcome.ended);
    sample_sort(durations);
    row_add(&r, sample_percentile(durations, 0.5));
    row_add(&r, sum_cell(&v->value));
    row_add(&r, sum_mean(&v->emotion, v->emotion_events));
    row_span(&r, &v->seen);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    size_t *first = spill_take(w->spill, t->paths.n * sizeof *first);
    int64_t *durations = group_durations(t, first);
    struct route *list = sorted_routes(t, w);
    struct sample own = { 0 }; /* durations of the variant */
    struct buffer text = { 0 };
    uint64_t above = 0;
    bool ok = true;
    for (uint32_t i = 0; ok && i < t->paths.n; i++) {
        const struct variant *v = &t->variants[list[i].variant];
        sample_clear(&own);
        for (size_t d = 0; d < v->journeys; d++)
            sample_add(&own, durations[first[list[i].variant] + d]);
        ok = write_variant(v, path_text(&text, &list[i]), list[i].length, &own, above,
                           t->ndurations, out);
        above += v->journeys;
    }
    free(text.p);
    sample_free(&own);
    spill_give(w->spill, list);
    spill_give(w->spill, durations);
    spill_give(w->spill, first);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    spill_give(t->paths.spill, t->variants);
    spill_give(t->paths.spill, t->durations);
    intern_free(&t->paths);
    free(t->scratch);
    free(t);
}

const struct measure measure_paths = {
    .name = "paths",
    .question = "which whole paths do people take, and which of them end well",
    .population = "all journeys, in any state; the column journeys sums to them; no path is left "
                  "out, and repeats are not collapsed unless `paths:` of the project asks for it",
    COLUMNS(columns),
    .begin = begin,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
    .review = { .keys = "path", .moves = "journeys", .movers_only = true },
};
