/* funnel_drivers.c - what those who convert in a funnel have met more often, or less often, than
 * those who do not (definitions.md 2.13, A35). An association, not a cause.
 */
#include <math.h>
#include <stdlib.h>

#include "base/buffer.h"
#include "measure/change.h"
#include "measure/funnel_rows.h"

static const struct column columns[] = {
    { "funnel", UNIT_TEXT, "name of the funnel" },
    { "kind", UNIT_TEXT,
      "what the factor is: a touchpoint met after the entry, before the conversion and within the "
      "window; or the channel, source or campaign of the entry" },
    { "factor", UNIT_TEXT,
      "the touchpoint or value; of (not compared): how many factors are too rare, or had by all" },
    { "with", UNIT_COUNT, "how many had it, of those that are settled" },
    { "converted_with", UNIT_COUNT, "of these, how many converted" },
    { "conversion_with", UNIT_SHARE, "converted_with over with" },
    { "with_low", UNIT_SHARE, "lower end of the 95 % interval of conversion_with" },
    { "with_high", UNIT_SHARE, "upper end of the 95 % interval of conversion_with" },
    { "without", UNIT_COUNT, "how many did not have it" },
    { "converted_without", UNIT_COUNT, "of these, how many converted" },
    { "conversion_without", UNIT_SHARE, "converted_without over without" },
    { "without_low", UNIT_SHARE, "lower end of the 95 % interval of conversion_without" },
    { "without_high", UNIT_SHARE, "upper end of the 95 % interval of conversion_without" },
    { "odds_ratio", UNIT_NUMBER,
      "((s+1)(F-f+1))/((S-s+1)(f+1)), where s of S converted and f of F others had it; above 1: "
      "with conversion" },
    { "odds_ratio_low", UNIT_NUMBER, "lower end of its 95 % interval (of its logarithm, normal)" },
    { "odds_ratio_high", UNIT_NUMBER, "upper end of its 95 % interval" },
    { "rank", UNIT_COUNT, "1 to 10 among the factors with conversion, or among those against it" },
    { "p", UNIT_NUMBER, "two-sided test that both conversions are equal (pooled, normal)" },
    { "p_adjusted", UNIT_NUMBER, "Benjamini-Hochberg over all p of this table" },
    { "skewed", UNIT_FLAG, "one of converted and others is over ten times the other: be careful" },
};

enum { RANKS = 10, RARE_MOST = 25 };
#define RARE_SHARE 0.02
#define Z95 1.959963984540054

enum factor_kind { FACTOR_TOUCHPOINT, FACTOR_CHANNEL, FACTOR_SOURCE, FACTOR_CAMPAIGN };
static const char *const kind_names[] = { "touchpoint", "channel at entry", "source at entry",
                                          "campaign at entry" };

struct count {
    uint64_t converted, other;
};

struct funnel_tally {
    struct count all;
    struct intern factors; /* a byte of enum factor_kind, then the text */
    struct count *counts;  /* by number in factors */
    size_t room;
};

struct tally {
    struct funnel_all all;
    struct funnel_tally *funnels;
    uint64_t *seen; /* [ntouchpoints] the last unit that met it */
    uint64_t units;
    struct buffer scratch;
    const struct tally *as; /* whose factors are compared; NULL: its own */
};

static void *begin_as(const struct world *w, const void *whole)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->as = whole;
    t->all = funnel_all_of(w);
    t->funnels = mem_zero(t->all.n, sizeof *t->funnels);
    t->seen = mem_zero(w->ntouchpoints, sizeof *t->seen);
    return t;
}

static void *begin(const struct world *w)
{
    return begin_as(w, NULL);
}

static struct count *count_of(struct funnel_tally *t, struct str factor)
{
    uint32_t known = t->factors.n, i = intern_add(&t->factors, factor);
    if (i == known) {
        t->counts = mem_grow(t->counts, &t->room, (size_t)i + 1, sizeof *t->counts);
        t->counts[i] = (struct count){ 0, 0 };
    }
    return &t->counts[i];
}

static void count(struct count *c, bool converted)
{
    c->converted += converted;
    c->other += !converted;
}

struct adding {
    struct tally *t;
    struct funnel_tally *of;
    const struct funnel *f;
    const struct world *w;
};

static void add_factor(struct adding *c, enum factor_kind kind, struct str text, bool converted)
{
    if (text.n == 0)
        return;
    struct buffer *factor = &c->t->scratch;
    char byte = (char)(kind + 1);
    factor->n = 0;
    buffer_add(factor, &byte, 1);
    buffer_add_str(factor, text);
    count(count_of(c->of, buffer_str(factor)), converted);
}

static bool is_step(const struct funnel *f, struct str touchpoint)
{
    for (size_t s = 0; s < f->nsteps; s++)
        if (names_have(&f->steps[s].any_of, touchpoint))
            return true;
    return false;
}

static void add_touchpoints(struct adding *c, struct funnel_reader *r, const struct attempt *a)
{
    size_t n;
    const struct event *const *events = funnel_events(r, &n);
    c->t->units++;
    for (size_t i = 0; i < n; i++) {
        const struct event *e = events[i];
        if (e->time < a->entry || c->t->seen[e->touch] == c->t->units)
            continue;
        if (a->converted
                ? e->time > a->reached
                : c->f->window != INT64_MAX && funnel_span(a->entry, e->time) > c->f->window)
            break;
        c->t->seen[e->touch] = c->t->units;
        if (!is_step(c->f, c->w->touchpoints[e->touch].name))
            add_factor(c, FACTOR_TOUCHPOINT, c->w->touchpoints[e->touch].name, a->converted);
    }
}

static void add_unit(void *tally, const struct world *w, size_t funnel, struct funnel_reader *r,
                     const struct funnel_unit *unit)
{
    struct tally *t = tally;
    const struct attempt *a = &unit->best;
    if (funnel_is_open(r, unit))
        return;
    struct adding c = { t, &t->funnels[funnel], &t->all.funnels[funnel], w };
    const struct event *entry = a->events[a->first];
    const struct source *source = &w->plan->sources[event_source(w, entry)];
    count(&c.of->all, a->converted);
    add_touchpoints(&c, r, a);
    add_factor(&c, FACTOR_CHANNEL, source->channel, a->converted);
    add_factor(&c, FACTOR_SOURCE, source->name, a->converted);
    add_factor(&c, FACTOR_CAMPAIGN, attrs_text(w->set, entry->attrs, ATTR_CAMPAIGN), a->converted);
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->all.n; i++) {
        const struct funnel_tally *of = &b->funnels[i];
        a->funnels[i].all.converted += of->all.converted;
        a->funnels[i].all.other += of->all.other;
        for (uint32_t k = 0; k < of->factors.n; k++) {
            struct count *c = count_of(&a->funnels[i], intern_text(&of->factors, k));
            c->converted += of->counts[k].converted;
            c->other += of->counts[k].other;
        }
    }
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->all.n; i++) {
        intern_free(&t->funnels[i].factors);
        free(t->funnels[i].counts);
    }
    free(t->funnels);
    free(t->seen);
    free(t->scratch.p);
    free(t);
}

/* ---- statistics ---- */

struct factor {
    size_t funnel;
    struct str text; /* kind and name; empty: those that are not compared */
    struct count with, all;
    uint64_t left_out;
    double odds, p, adjusted; /* p NAN: none */
    uint32_t rank;
};

static void judge(struct factor *f)
{
    double s = (double)f->with.converted, o = (double)f->with.other;
    double S = (double)f->all.converted, F = (double)f->all.other;
    f->odds = ((s + 1) * (F - o + 1)) / ((S - s + 1) * (o + 1));
    f->p = compare_rates(f->with.converted, f->with.converted + f->with.other,
                         f->all.converted - f->with.converted,
                         f->all.converted + f->all.other - f->with.converted - f->with.other)
               .p;
}

/* By funnel; those with conversion first, the strongest on top, then those against it. */
static int by_strength(const void *a, const void *b)
{
    const struct factor *x = a, *y = b;
    if (x->funnel != y->funnel)
        return x->funnel < y->funnel ? -1 : 1;
    if (!x->text.n != !y->text.n)
        return !x->text.n ? 1 : -1;
    bool up = x->odds >= 1;
    if (up != (y->odds >= 1))
        return up ? -1 : 1;
    if (x->odds != y->odds)
        return (x->odds > y->odds) == up ? -1 : 1;
    return str_cmp(x->text, y->text);
}

/* Benjamini-Hochberg over all that have a p. */
static void adjust(struct factor *list, size_t n)
{
    double *p = mem_take(n * sizeof *p + 1);
    for (size_t i = 0; i < n; i++)
        p[i] = list[i].p;
    adjust_p(p, n, p);
    for (size_t i = 0; i < n; i++)
        list[i].adjusted = p[i];
    free(p);
}

static void rank(struct factor *list, size_t n)
{
    uint32_t place = 0;
    for (size_t i = 0; i < n; i++) {
        bool new_list = i == 0 || list[i].funnel != list[i - 1].funnel ||
                        (list[i].odds >= 1) != (list[i - 1].odds >= 1);
        place = new_list ? 1 : place + 1;
        list[i].rank = list[i].text.n && place <= RANKS ? place : 0;
    }
}

/* ---- the table ---- */

/* All factors of all funnels; those that cannot be compared as one for each funnel. */
static struct factor *factors_of(const struct tally *t, size_t *n)
{
    struct factor *list = NULL;
    size_t room = 0;
    *n = 0;
    for (size_t i = 0; i < t->all.n; i++) {
        const struct funnel_tally *of = &(t->as ? t->as : t)->funnels[i], *mine = &t->funnels[i];
        struct factor rest = { .funnel = i, .all = of->all, .p = NAN };
        double least = RARE_SHARE * (double)(of->all.converted + of->all.other);
        least = least < RARE_MOST ? least : RARE_MOST;
        for (uint32_t k = 0; k < of->factors.n; k++) {
            struct factor f = { .funnel = i, .all = of->all, .with = of->counts[k] };
            f.text = intern_text(&of->factors, k);
            uint64_t with = f.with.converted + f.with.other;
            if ((double)with < least || with == of->all.converted + of->all.other) {
                rest.left_out++;
                continue;
            }
            judge(&f);
            uint32_t own = t->as ? intern_find(&mine->factors, f.text) : k;
            f.all = mine->all;
            f.with = own == INTERN_NONE ? (struct count){ 0, 0 } : mine->counts[own];
            list = mem_grow(list, &room, *n + 1, sizeof *list);
            list[(*n)++] = f;
        }
        list = mem_grow(list, &room, *n + 1, sizeof *list);
        list[*n] = rest;
        *n += rest.left_out > 0;
    }
    return list;
}

/* Two cells: the Wald interval of the logarithm of the odds ratio, with the counts as in it. */
static void row_odds_interval(struct row *r, const struct factor *f)
{
    double s = (double)f->with.converted, o = (double)f->with.other;
    double S = (double)f->all.converted, F = (double)f->all.other;
    double half = Z95 * sqrt(1 / (s + 1) + 1 / (F - o + 1) + 1 / (S - s + 1) + 1 / (o + 1));
    row_add(r, cell_d(f->odds * exp(-half)));
    row_add(r, cell_d(f->odds * exp(half)));
}

static void row_conversion(struct row *r, uint64_t k, uint64_t n)
{
    row_count(r, n);
    row_count(r, k);
    row_add(r, share(k, n));
    row_interval(r, k, n);
}

static bool write_factor(const struct factor *f, const struct funnel *funnel,
                         const struct sink *out)
{
    uint64_t S = f->all.converted, F = f->all.other, with = f->with.converted + f->with.other;
    struct row r = { .n = 0 };
    row_add(&r, cell_text(funnel->name));
    row_add(&r, cell_c(kind_names[f->text.p[0] - 1]));
    row_add(&r, cell_text(str_from(f->text, 1)));
    row_conversion(&r, f->with.converted, with);
    row_conversion(&r, S - f->with.converted, S + F - with);
    row_add(&r, cell_d(f->odds));
    row_odds_interval(&r, f);
    row_add(&r, f->rank ? cell_i(f->rank) : cell_blank());
    row_add(&r, isnan(f->p) ? cell_blank() : cell_d(f->p));
    row_add(&r, isnan(f->p) ? cell_blank() : cell_d(f->adjusted));
    row_add(&r, cell_i(S > 10 * F || F > 10 * S));
    return row_send(&r, out, sizeof columns / sizeof *columns);
}

static bool write_left_out(const struct factor *f, const struct funnel *funnel,
                           const struct sink *out)
{
    struct arena a = { 0 };
    struct row r = { .n = 0 };
    row_add(&r, cell_text(funnel->name));
    row_add(&r, cell_c("(not compared)"));
    row_add(&r, cell_text(arena_printf(&a, "%llu", (unsigned long long)f->left_out)));
    row_blanks(&r, sizeof columns / sizeof *columns - 3);
    bool ok = row_send(&r, out, sizeof columns / sizeof *columns);
    arena_free(&a);
    return ok;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    const struct tally *t = tally;
    size_t n;
    struct factor *list = factors_of(t, &n);
    (void)w;
    bool ok = true;
    if (n > 0) {
        qsort(list, n, sizeof *list, by_strength);
        adjust(list, n);
        rank(list, n);
    }
    for (size_t i = 0; ok && i < n; i++)
        ok = (list[i].text.n ? write_factor : write_left_out)(&list[i],
                                                              &t->all.funnels[list[i].funnel], out);
    free(list);
    return ok;
}

const struct measure measure_funnel_drivers = {
    .name = "funnel_drivers",
    .question = "what have those who convert in a funnel met more or less often than the others",
    .population =
        "all that entered the funnel and are not open, by their best attempt; a factor "
        "that fewer than 25 of them have (or 2 %, when that is less), or all, is not compared. It "
        "is an association: longer paths hold more touchpoints and convert more often",
    COLUMNS(columns),
    .on_request = true,
    .wanted = funnels_wanted,
    .begin = begin,
    .begin_as = begin_as,
    .unit = add_unit,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
