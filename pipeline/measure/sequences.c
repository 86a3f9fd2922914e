/* sequences.c - which touchpoints often come in which order, other things between them allowed, and
 * whether such journeys convert more often.
 *
 * PrefixSpan over the distinct paths: a sequence of n is made longer by what follows it somewhere,
 * its first match in each path being enough. Bounds, so that it ends soon: SEQUENCE_LENGTH, the
 * SEQUENCES that most journeys have, and at least one journey in SUPPORT_PART (and two). Of those
 * the table holds exactly the first ones of its order: what cannot reach the last row's number of
 * journeys any more is not followed.
 */
#include <stdlib.h>

#include "measure/all.h"
#include "measure/sequence_best.h"

enum { SUPPORT_PART = 100 };

/* Up to so many touchpoints, all pairs are counted in one pass: 32 MB of them. */
enum { PAIRS_TOUCHPOINTS = 1000 };

static const struct column columns[] = {
    { "sequence", UNIT_TEXT,
      "touchpoints in this order, joined by ' > ', with anything or nothing between them" },
    { "length", UNIT_COUNT, "touchpoints in it, 2 to 4" },
    { "journeys", UNIT_COUNT, "journeys that have it, before their first goal" },
    { "support", UNIT_SHARE, "journeys over all journeys" },
    { "support_n", UNIT_COUNT, "all journeys" },
    { "support_low", UNIT_SHARE, "lower end of the 95 % interval of support" },
    { "support_high", UNIT_SHARE, "upper end of the 95 % interval of support" },
    { "conversion", UNIT_SHARE,
      "share that converted of the ended journeys of phase before with it" },
    { "conversion_n", UNIT_COUNT, "ended journeys of phase before with it" },
    { "conversion_low", UNIT_SHARE, "lower end of the 95 % interval of conversion" },
    { "conversion_high", UNIT_SHARE, "upper end of the 95 % interval of conversion" },
    { "lift", UNIT_NUMBER,
      "conversion over that of all ended journeys of phase before; longer journeys hold more "
      "sequences and more goals: it is no proof of a cause" },
};

struct tally {
    struct cut_paths paths;
    const struct tally *as;      /* whose sequences are counted; NULL: its own */
    struct sequence_best *shown; /* in the table that was written last; NULL: none was */
};

static void *begin_as(const struct world *w, const void *whole)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->paths.paths = intern_in(w->spill);
    t->as = whole;
    return t;
}

static void *begin(const struct world *w)
{
    return begin_as(w, NULL);
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    cut_paths_add(&((struct tally *)tally)->paths, w, j);
}

static void merge(void *into, void *from)
{
    cut_paths_merge(&((struct tally *)into)->paths, &((struct tally *)from)->paths);
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    cut_paths_free(&t->paths);
    free(t->shown);
    free(t);
}

/* ---- the search ---- */

struct rest { /* of a path: where it begins, behind the first match of a sequence */
    uint32_t path, at;
};

/* A path without the goal that it ends with; all lie behind each other, in the order in which they
 * are read. */
struct route {
    const uint32_t *touch;
    uint32_t n;
    enum fate fate;
    uint64_t journeys;
};

/* How many have one touchpoint and later the other. */
struct pair {
    struct support support;
    size_t places; /* paths */
};

struct search {
    const struct world *w;
    struct route *routes;
    size_t nroutes;
    struct pair *pairs; /* [first * ntouchpoints + later]; NULL: too many */
    bool found;         /* is any of that length frequent enough? */
    size_t length;      /* that is looked for now */
    uint64_t least;     /* journeys that a sequence must have */
    struct sequence_best best;
};

/* What follows a sequence: for every touchpoint, in how many journeys, and behind which places. */
struct followers {
    uint32_t *touch; /* those that follow anywhere, [n] */
    size_t n;
    struct support *support; /* [ntouchpoints] */
    size_t *places_n;        /* [ntouchpoints] */
};

static void find_followers(const struct search *s, const struct rest *places, size_t nplaces,
                           struct followers *f)
{
    size_t all = s->w->ntouchpoints;
    uint32_t *seen = mem_zero(all + 1, sizeof *seen); /* place + 1 */
    f->touch = mem_take(all * sizeof *f->touch + 1);
    f->support = mem_zero(all + 1, sizeof *f->support);
    f->places_n = mem_zero(all + 1, sizeof *f->places_n);
    f->n = 0;
    for (size_t p = 0; p < nplaces; p++) {
        const struct route *r = &s->routes[places[p].path];
        for (uint32_t i = places[p].at; i < r->n; i++) {
            uint32_t touch = r->touch[i];
            if (seen[touch] == p + 1)
                continue;
            seen[touch] = (uint32_t)p + 1;
            if (f->places_n[touch]++ == 0)
                f->touch[f->n++] = touch;
            f->support[touch].fates[r->fate] += r->journeys;
        }
    }
    free(seen);
}

static void followers_free(struct followers *f)
{
    free(f->touch);
    free(f->support);
    free(f->places_n);
}

/* For all that is frequent enough: the places behind its first match after each of the places, one
 * touchpoint after the other; start[touch] says where its own begin, SIZE_MAX: it is too rare. Both
 * from malloc. */
static struct rest *places_behind(const struct search *s, const struct rest *places, size_t nplaces,
                                  const struct followers *f, size_t **start)
{
    size_t all = s->w->ntouchpoints, n = 0;
    uint32_t *seen = mem_zero(all + 1, sizeof *seen); /* place + 1 */
    size_t *next = mem_take((all + 1) * sizeof *next);
    *start = mem_take((all + 1) * sizeof **start);
    for (size_t i = 0; i < all; i++) {
        bool frequent = f->places_n[i] && support_all(&f->support[i]) >= s->least;
        (*start)[i] = next[i] = frequent ? n : SIZE_MAX;
        n += frequent ? f->places_n[i] : 0;
    }
    struct rest *behind = mem_take(n * sizeof *behind + 1);
    for (size_t p = 0; p < nplaces; p++) {
        const struct route *r = &s->routes[places[p].path];
        for (uint32_t i = places[p].at; i < r->n; i++) {
            uint32_t touch = r->touch[i];
            if (seen[touch] == p + 1)
                continue;
            seen[touch] = (uint32_t)p + 1;
            if (next[touch] != SIZE_MAX)
                behind[next[touch]++] = (struct rest){ places[p].path, i + 1 };
        }
    }
    free(seen);
    free(next);
    return behind;
}

/* The places are in the order of paths that are far from each other in memory; here every path is
 * looked at once. */
static void count_pairs(struct search *s)
{
    size_t all = s->w->ntouchpoints;
    if (all == 0 || all > PAIRS_TOUCHPOINTS)
        return;
    s->pairs = mem_zero(all * all, sizeof *s->pairs);
    size_t *begun = mem_zero(all, sizeof *begun); /* path + 1 */
    size_t *seen = mem_zero(all, sizeof *seen), stamp = 0;
    for (size_t p = 0; p < s->nroutes; p++) {
        const struct route *r = &s->routes[p];
        for (uint32_t i = 0; i < r->n; i++) {
            struct pair *row = s->pairs + r->touch[i] * all;
            if (begun[r->touch[i]] == p + 1)
                continue;
            begun[r->touch[i]] = p + 1;
            stamp++;
            for (uint32_t k = i + 1; k < r->n; k++) {
                uint32_t later = r->touch[k];
                if (seen[later] == stamp)
                    continue;
                seen[later] = stamp;
                row[later].support.fates[r->fate] += r->journeys;
                row[later].places++;
            }
        }
    }
    free(begun);
    free(seen);
}

/* find_followers() of one touchpoint. */
static void followers_of_pairs(const struct search *s, uint32_t first, struct followers *f)
{
    size_t all = s->w->ntouchpoints;
    const struct pair *row = s->pairs + first * all;
    f->touch = mem_take(all * sizeof *f->touch + 1);
    f->support = mem_zero(all + 1, sizeof *f->support);
    f->places_n = mem_zero(all + 1, sizeof *f->places_n);
    f->n = 0;
    for (uint32_t later = 0; later < all; later++) {
        f->support[later] = row[later].support;
        f->places_n[later] = row[later].places;
        if (row[later].places)
            f->touch[f->n++] = later;
    }
}

struct follower {
    uint64_t journeys;
    uint32_t touch;
};

static int most_journeys(const void *x, const void *y)
{
    const struct follower *a = x, *b = y;
    if (a->journeys != b->journeys)
        return a->journeys > b->journeys ? -1 : 1;
    return (a->touch > b->touch) - (a->touch < b->touch);
}

static void grow(struct search *s, const struct sequence *from, const struct rest *places,
                 size_t nplaces);

/* Is there anything that comes often enough after each of its touchpoints? Else no need to look. */
static bool may_grow(const struct search *s, const struct sequence *from)
{
    size_t all = s->w->ntouchpoints;
    for (uint32_t next = 0; s->pairs && next < all; next++) {
        size_t i = 0;
        while (i < from->n &&
               support_all(&s->pairs[from->touch[i] * all + next].support) >= s->least)
            i++;
        if (i == from->n)
            return true;
    }
    return !s->pairs;
}

/* Makes a sequence longer in every way that is frequent enough, the most frequent first, up to the
 * length that is looked for. behind: NULL when it is then that long. */
static void extend(struct search *s, const struct sequence *from, const struct followers *f,
                   const struct rest *behind, const size_t *start)
{
    struct follower *order = mem_take(f->n * sizeof *order + 1);
    for (size_t i = 0; i < f->n; i++)
        order[i] = (struct follower){ support_all(&f->support[f->touch[i]]), f->touch[i] };
    qsort(order, f->n, sizeof *order, most_journeys);
    for (size_t i = 0; i < f->n && order[i].journeys >= s->least; i++) {
        struct sequence longer = *from;
        uint32_t touch = order[i].touch;
        longer.touch[longer.n++] = touch;
        longer.support = f->support[touch];
        if (behind) {
            if (may_grow(s, &longer))
                grow(s, &longer, behind + start[touch], f->places_n[touch]);
            continue;
        }
        s->found = true;
        sequence_best_keep(&s->best, &longer);
        if (s->best.n == SEQUENCES)
            s->least = support_all(&s->best.list[0].support);
    }
    free(order);
}

static void grow(struct search *s, const struct sequence *from, const struct rest *places,
                 size_t nplaces)
{
    struct followers f;
    size_t *start = NULL;
    struct rest *behind = NULL;
    if (from->n == 1 && s->pairs)
        followers_of_pairs(s, from->touch[0], &f);
    else
        find_followers(s, places, nplaces, &f);
    if (from->n + 1 < s->length)
        behind = places_behind(s, places, nplaces, &f, &start);
    extend(s, from, &f, behind, start);
    free(behind);
    free(start);
    followers_free(&f);
}

/* The short ones first: they raise s->least before the many long ones are tried. A sequence is
 * never more frequent than its beginning: when none of a length is left, no longer one is. */
static void search_all(struct search *s)
{
    struct rest *places = mem_take(s->nroutes * sizeof *places + 1);
    struct sequence none = { .n = 0 };
    struct followers first;
    size_t *start;
    for (uint32_t i = 0; i < s->nroutes; i++)
        places[i] = (struct rest){ i, 0 };
    find_followers(s, places, s->nroutes, &first);
    struct rest *behind = places_behind(s, places, s->nroutes, &first, &start);
    count_pairs(s);
    s->found = true;
    for (s->length = 2; s->found && s->length <= SEQUENCE_LENGTH; s->length++) {
        s->found = false;
        extend(s, &none, &first, behind, start);
    }
    free(s->pairs);
    free(behind);
    free(start);
    followers_free(&first);
    free(places);
}

/* ---- the table ---- */

static bool write_sequence(const struct sequence *q, const struct support *all, struct str text,
                           const struct sink *out)
{
    struct row r = { .n = 0 };
    uint64_t converted = q->support.fates[FATE_CONVERTED];
    uint64_t ended = converted + q->support.fates[FATE_LOST];
    double base = (double)all->fates[FATE_CONVERTED] /
                  (double)(all->fates[FATE_CONVERTED] + all->fates[FATE_LOST]);
    row_add(&r, cell_text(text));
    row_count(&r, q->n);
    row_count(&r, support_all(&q->support));
    row_rate(&r, support_all(&q->support), support_all(all));
    row_rate(&r, converted, ended);
    row_add(&r, ended && all->fates[FATE_CONVERTED]
                    ? cell_d((double)converted / (double)ended / base)
                    : cell_blank());
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

/* Fills s->routes; all gets the journeys. The touchpoints are the caller's to free. */
static uint32_t *make_routes(struct search *s, const struct cut_paths *paths, struct support *all)
{
    uint32_t *touch = mem_take(paths->paths.bytes + 1), *to = touch;
    s->routes = mem_take(paths->paths.n * sizeof *s->routes + 1);
    s->nroutes = paths->paths.n;
    for (uint32_t i = 0; i < paths->paths.n; i++) {
        size_t n;
        enum fate fate;
        const uint32_t *path = cut_path(paths, i, &n, &fate);
        if (n && s->w->touchpoints[path[n - 1]].goal)
            n--;
        memcpy(to, path, n * sizeof *path);
        s->routes[i] = (struct route){ to, (uint32_t)n, fate, paths->journeys[i] };
        all->fates[fate] += paths->journeys[i];
        to += n;
    }
    return touch;
}

/* How many journeys have the sequence, of all routes. */
static struct support support_of(const struct search *s, const struct sequence *q)
{
    struct support sum = { { 0 } };
    for (size_t i = 0; i < s->nroutes; i++) {
        const struct route *r = &s->routes[i];
        size_t found = 0;
        for (uint32_t k = 0; k < r->n && found < q->n; k++)
            found += r->touch[k] == q->touch[found];
        if (found == q->n)
            sum.fates[r->fate] += r->journeys;
    }
    return sum;
}

/* Those of another table; else what is frequent here. In s->best, in the order of the table. */
static void find_sequences(struct search *s, const struct tally *as, const struct support *all)
{
    if (as) {
        s->best = *as->shown;
        for (size_t i = 0; i < s->best.n; i++)
            s->best.list[i].support = support_of(s, &s->best.list[i]);
        return;
    }
    s->best.w = s->w;
    s->least = (support_all(all) + SUPPORT_PART - 1) / SUPPORT_PART;
    s->least = s->least < 2 ? 2 : s->least;
    search_all(s);
    sequence_best_sort(&s->best);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    struct search *s = mem_zero(1, sizeof *s);
    struct support all = { { 0 } };
    size_t room = 0;
    char *text = NULL;
    bool ok = true;
    s->w = w;
    uint32_t *touch = make_routes(s, &t->paths, &all);
    find_sequences(s, t->as, &all);
    free(t->shown);
    t->shown = mem_take(sizeof *t->shown);
    *t->shown = s->best;
    for (size_t i = 0; ok && i < s->best.n; i++) {
        const struct sequence *q = &s->best.list[i];
        ok = write_sequence(q, &all, cut_text(w, q->touch, q->n, &text, &room), out);
    }
    free(text);
    free(touch);
    free(s->routes);
    free(s);
    return ok;
}

const struct measure measure_sequences = {
    .name = "sequences",
    .question = "what often comes in which order, and do journeys with it convert more often",
    .population = "all journeys in any state, up to their first goal; sequences of 2 to 4 "
                  "touchpoints that at least 1 % of the journeys have, and two: the 200 that most "
                  "have",
    COLUMNS(columns),
    .on_request = true,
    .begin = begin,
    .begin_as = begin_as,
    .add = add,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
