/* paths.c - variants: journeys that pass the same touchpoints in the same order.
 *
 * A variant is known by its touchpoint numbers, stored whole: counts are exact, nothing is
 * collapsed unless the project asks for it (A11, path.h).
 */
#include <stdlib.h>

#include "journey/path.h"
#include "measure/all.h"
#include "measure/path_text.h"
#include "measure/route_order.h"

enum {
    PATH_BYTES = 32000, /* written out: a cell of a spreadsheet holds 32,767 characters */
    AHEAD = 8,
    MANY = 1 << 13, /* paths: fewer are in the caches */
};

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
    COLUMN_TIME_EXACT,
};

/* What is known of a path that several journeys took. */
struct variant {
    uint64_t journeys, states[JOURNEY_STATES], emotion_events;
    struct distinct customers;
    struct outcome outcome;
    int64_t duration; /* of the first journey; here no byte is lost between fields */
    struct sum value, emotion;
    struct span seen;
};

/* Most paths have one journey only, and rows go back and forth through memory: what it says, in a
 * third of the bytes. */
struct once {
    struct span seen;       /* its start and end */
    int64_t value, emotion; /* emotion: of its events, which are fewer than 2^32 */
    uint32_t emotion_events, customer;
    uint32_t several; /* 0: one journey; else 1 + where its variant stands, and that alone counts */
    uint8_t state;
    bool after;
};

struct duration { /* of a journey that is not the first of its variant */
    uint32_t variant;
    int64_t micros;
};

struct tally {
    struct intern paths; /* 4 bytes a touchpoint, in the machine's order */
    struct once *once;   /* by number in paths */
    struct variant *variants;
    uint32_t nvariants;
    size_t once_room, variants_room;
    struct duration *durations;
    size_t ndurations, durations_room;
    uint64_t journeys;
    uint32_t *scratch; /* the path of one journey */
    size_t scratch_room;
    struct looked {
        size_t journey; /* + 1; 0: of none */
        uint32_t hash;  /* of its path */
    } ahead[AHEAD];     /* by journey % AHEAD */
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->paths = intern_in(w->spill); /* there may be as many as journeys */
    return t;
}

/* The number of a path. A new one is the last, and its place is to be filled. */
static uint32_t number_of(struct tally *t, struct str path, uint32_t hash)
{
    uint32_t number = intern_add_hashed(&t->paths, path, hash);
    t->once =
        spill_grow(t->paths.spill, t->once, &t->once_room, (size_t)number + 1, sizeof *t->once);
    return number;
}

static struct variant variant_of_one(const struct once *o)
{
    struct variant v = {
        .journeys = 1,
        .emotion_events = o->emotion_events,
        .customers = { .n = 1, .last = (uint64_t)o->customer + 1 },
        .duration = o->seen.last - o->seen.first,
        .value = { o->value },
        .emotion = { o->emotion },
        .seen = o->seen,
    };
    struct journey j = { .state = o->state, .after = o->after };
    v.states[o->state] = 1;
    outcome_add(&v.outcome, &j);
    return v;
}

/* Of a path in any case: a variant of several journeys, or what it would be of the one. */
static struct variant variant_of(const struct tally *t, uint32_t number)
{
    const struct once *o = &t->once[number];
    return o->several ? t->variants[o->several - 1] : variant_of_one(o);
}

static void keep_variant(struct tally *t, uint32_t number, struct variant v)
{
    t->variants = spill_grow(t->paths.spill, t->variants, &t->variants_room,
                             (size_t)t->nvariants + 1, sizeof *t->variants);
    t->variants[t->nvariants++] = v;
    t->once[number].several = t->nvariants;
}

/* Where what comes to a path that is known already is counted. */
static struct variant *variant_to_add(struct tally *t, uint32_t number)
{
    if (!t->once[number].several)
        keep_variant(t, number, variant_of_one(&t->once[number]));
    return &t->variants[t->once[number].several - 1];
}

/* In t->scratch. */
static struct str path_of(struct tally *t, const struct world *w, const struct journey *j)
{
    const struct path path = world_path(w, j);
    t->scratch = mem_grow(t->scratch, &t->scratch_room, path.n, sizeof *t->scratch);
    for (size_t i = 0; i < path.n; i++)
        t->scratch[i] = path.steps[i].touch;
    return (struct str){ (const char *)t->scratch, path.n * sizeof *t->scratch };
}

/* The number of a journey's path. Where paths are many, each is a way to memory: that of a journey
 * some steps ahead, which mostly comes to the same tally, is begun now. */
static uint32_t number_of_journey(struct tally *t, const struct world *w, const struct journey *j)
{
    size_t number = journey_number(w, j), next = number + AHEAD;
    const struct looked *looked = &t->ahead[number % AHEAD];
    bool known = looked->journey == number + 1;
    uint32_t hash = looked->hash;
    if (next < world_journeys(w) && t->paths.n > MANY) {
        t->ahead[next % AHEAD] = (struct looked){ next + 1, intern_hash(path_of(t, w, j + AHEAD)) };
        intern_prefetch_slot(&t->paths, t->ahead[next % AHEAD].hash);
    }
    struct str path = path_of(t, w, j);
    return number_of(t, path, known ? hash : intern_hash(path));
}

static void add_duration(struct tally *t, uint32_t variant, int64_t micros)
{
    t->durations = spill_grow(t->paths.spill, t->durations, &t->durations_room, t->ndurations + 1,
                              sizeof *t->durations);
    t->durations[t->ndurations++] = (struct duration){ variant, micros };
}

/* What one journey says. */
static struct once once_of(const struct world *w, const struct journey *j)
{
    const struct event *ev = w->events + j->first;
    struct once o = { .seen = { j->start, j->end },
                      .value = j->value,
                      .customer = j->customer,
                      .state = j->state,
                      .after = j->after };
    for (uint32_t i = 0; i < j->n; i++) {
        int64_t e = event_emotion(w, &ev[i]);
        if (e == EMOTION_NONE)
            continue;
        o.emotion += e;
        o.emotion_events++;
    }
    return o;
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct tally *t = tally;
    uint32_t known = t->paths.n, number = number_of_journey(t, w, j);
    struct once o = once_of(w, j);
    t->journeys++;
    if (number == known) {
        t->once[number] = o;
        return;
    }
    struct variant *v = variant_to_add(t, number);
    add_duration(t, (uint32_t)(v - t->variants), j->end - j->start);
    v->journeys++;
    v->states[j->state]++;
    distinct_see(&v->customers, j->customer);
    outcome_add(&v->outcome, j);
    sum_add(&v->value, j->value);
    sum_add(&v->emotion, o.emotion);
    v->emotion_events += o.emotion_events;
    span_add(&v->seen, j->start, j->end);
}

static void merge_variant(struct variant *v, const struct variant *o)
{
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

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    uint32_t *place = spill_take(a->paths.spill, b->nvariants * sizeof *place); /* in a */
    for (uint32_t i = 0; i < b->paths.n; i++) {
        struct str path = intern_text(&b->paths, i);
        const struct once *o = &b->once[i];
        uint32_t known = a->paths.n, number = number_of(a, path, intern_hash(path));
        struct variant more = variant_of(b, i);
        if (number == known) {
            a->once[number] = *o;
            if (o->several)
                keep_variant(a, number, more);
        } else {
            struct variant *v = variant_to_add(a, number);
            add_duration(a, (uint32_t)(v - a->variants), more.duration);
            merge_variant(v, &more);
        }
        if (o->several)
            place[o->several - 1] = a->once[number].several - 1;
    }
    a->journeys += b->journeys;
    for (size_t i = 0; i < b->ndurations; i++)
        add_duration(a, place[b->durations[i].variant], b->durations[i].micros);
    spill_give(a->paths.spill, place);
}

/* ---- the table ---- */

static struct route *sorted_routes(const struct tally *t, const struct world *w)
{
    struct route *list = spill_take(t->paths.spill, t->paths.n * sizeof *list);
    for (uint32_t i = 0; i < t->paths.n; i++) {
        struct str path = intern_text(&t->paths, i);
        /* Such texts are aligned for 8 bytes. */
        const struct once *o = &t->once[i];
        list[i] = (struct route){ o->several ? t->variants[o->several - 1].journeys : 1,
                                  (const void *)path.p, (uint32_t)(path.n / sizeof(uint32_t)), i };
    }
    routes_sort(list, t->paths.n, w);
    return list;
}

/* The durations of one variant after another, and where those of each begin. */
struct further {
    int64_t *values;
    uint64_t *first; /* [nvariants] */
};

static struct further group_durations(const struct tally *t)
{
    struct further f = { spill_take(t->paths.spill, t->ndurations * sizeof *f.values),
                         spill_take(t->paths.spill, t->nvariants * sizeof *f.first) };
    uint64_t at = 0;
    for (uint32_t i = 0; i < t->nvariants; i++) {
        f.first[i] = at;
        at += t->variants[i].journeys - 1;
    }
    for (size_t i = 0; i < t->ndurations; i++)
        f.values[f.first[t->durations[i].variant]++] = t->durations[i].micros;
    for (uint32_t i = 0; i < t->nvariants; i++)
        f.first[i] -= t->variants[i].journeys - 1;
    return f;
}

static void write_path(struct buffer *to, const struct path_names *names, const struct route *p)
{
    to->n = 0;
    if (p->length == 0) { /* `paths:` took every step away */
        buffer_add_str(to, STR("(empty)"));
        return;
    }
    for (size_t i = 0; i < p->length; i++) {
        if (i && to->n + names->links[p->path[i]].name.n > PATH_BYTES) {
            path_text_cut(to, p->length - i);
            return;
        }
        path_text_add(to, names, p->path[i]);
    }
    path_text_end(to);
}

static bool write_variant(const struct variant *v, struct str path, size_t length,
                          struct sample *durations, uint64_t above, uint64_t all,
                          const struct sink *out)
{
    struct row r;
    row_begin(&r);
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
    row_exact(&r, durations);
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

/* The variant of a row. What the row some steps ahead needs is asked for. */
static struct variant variant_of_row(const struct tally *t, const struct route *list, size_t i)
{
    if (i + AHEAD < t->paths.n) {
        const char *o = (const char *)&t->once[list[i + AHEAD].number];
        __builtin_prefetch(o);
        __builtin_prefetch(o + sizeof(struct once) - 1);
        __builtin_prefetch(list[i + AHEAD].path);
    }
    return variant_of(t, list[i].number);
}

static bool write_rows(const struct tally *t, const struct route *list,
                       const struct path_names *names, const struct sink *out)
{
    struct further further = group_durations(t);
    struct sample own = { 0 }; /* durations of the variant */
    struct buffer text = { 0 };
    uint64_t above = 0;
    bool ok = true;
    for (uint32_t i = 0; ok && i < t->paths.n; i++) {
        const struct route *p = &list[i];
        uint32_t several = t->once[p->number].several;
        struct variant v = variant_of_row(t, list, i);
        write_path(&text, names, p);
        sample_clear(&own);
        sample_add(&own, v.duration);
        for (size_t d = 0; d + 1 < v.journeys; d++)
            sample_add(&own, further.values[further.first[several - 1] + d]);
        ok = write_variant(&v, buffer_str(&text), p->length, &own, above, t->journeys, out);
        above += v.journeys;
    }
    free(text.p);
    sample_free(&own);
    spill_give(t->paths.spill, further.values);
    spill_give(t->paths.spill, further.first);
    return ok;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    const struct tally *t = tally;
    struct route *list = sorted_routes(t, w);
    struct path_names names;
    path_names_init(&names, w);
    bool ok = write_rows(t, list, &names, out);
    path_names_free(&names);
    spill_give(t->paths.spill, list);
    return ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    spill_give(t->paths.spill, t->once);
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
