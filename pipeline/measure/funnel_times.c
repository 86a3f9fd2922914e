/* funnel_times.c - how long each step of a funnel takes, as a histogram (definitions.md 2.5). */
#include <math.h>
#include <stdlib.h>

#include "measure/funnel_rows.h"

static const struct column columns[] = {
    FUNNEL_STEP_COLUMNS,
    { "measured", UNIT_TEXT, "from entry, or from previous step" },
    { "from", UNIT_SECONDS, "least seconds of this bin" },
    { "to", UNIT_SECONDS,
      "end of the bin in seconds; it belongs to the next bin, in the last bin to "
      "itself" },
    { "n", UNIT_COUNT,
      "how many took so long; the bins of a step add up to those that came to it "
      "from another step" },
    { "share", UNIT_SHARE, "n over all that came to the step from another one" },
    { "cum_share", UNIT_SHARE, "share of this bin and those before it" },
    { "time_exact", UNIT_FLAG,
      "yes: n are exact; no: there are more than 100,000 times, and ends of bins are within 0.4 "
      "%" },
};

struct times {
    struct sample from_entry, from_previous;
};

struct tally {
    struct funnel_all all;
    struct times **steps;   /* [funnel][step] */
    const struct tally *as; /* whose bins are filled; NULL: its own */
};

static void *begin_as(const struct world *w, const void *whole)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->as = whole;
    t->all = funnel_all_of(w);
    t->steps = mem_zero(t->all.n, sizeof *t->steps);
    for (size_t i = 0; i < t->all.n; i++)
        t->steps[i] = mem_zero(w->plan->funnels[i].nsteps, sizeof **t->steps);
    return t;
}

static void *begin(const struct world *w)
{
    return begin_as(w, NULL);
}

static void add_unit(void *tally, const struct world *w, size_t funnel, struct funnel_reader *r,
                     const struct funnel_unit *unit)
{
    struct times *steps = ((struct tally *)tally)->steps[funnel];
    const struct attempt *a = &unit->best;
    (void)r;
    for (uint32_t s = a->first + 1; s < w->plan->funnels[funnel].nsteps; s++) {
        if (!a->events[s])
            continue;
        sample_add(&steps[s].from_entry, funnel_span(a->entry, a->events[s]->time));
        sample_add(&steps[s].from_previous,
                   funnel_span(funnel_matched_before(a, s)->time, a->events[s]->time));
    }
}

/* ---- the table ---- */

struct bins {
    int64_t from, width; /* seconds */
    uint64_t n;
};

/* Of a sorted sample that is not empty. */
static struct bins bins_of(const struct sample *s, uint32_t asked)
{
    int64_t longest = sample_max(s).i;
    int64_t low = sample_min(s).i / SECOND, high = longest / SECOND + (longest % SECOND > 0);
    double cube = ceil(cbrt((double)s->n) - 1e-9);
    struct bins b = { .from = low, .n = asked ? asked : cube > 60 ? 60 : (uint64_t)cube };
    int64_t n = (int64_t)b.n;
    b.width = (high - low) / n + ((high - low) % n > 0);
    if (b.width == 0)
        b.width = 60;
    return b;
}

static struct cell seconds(int64_t n)
{
    return cell_i(n > INT64_MAX / SECOND ? INT64_MAX : n * SECOND);
}

/* The times s, in the bins of `of`. */
static bool write_bins(const struct funnel *f, uint32_t step, const char *measured,
                       struct sample *s, const struct sample *of, const struct sink *out)
{
    sample_sort(s);
    if (of->n == 0)
        return true;
    struct arena a = { 0 };
    struct bins b = bins_of(of, f->bins);
    bool ok = true;
    size_t at = 0;
    for (uint64_t i = 0; ok && i < b.n; i++) {
        int64_t from = b.from + (int64_t)i * b.width, to = from + b.width;
        size_t first = at;
        at = i + 1 == b.n ? s->n : sample_up_to(s, seconds(to).i - 1);
        struct row r = { .n = 0 };
        row_step(&r, f, step, &a);
        row_add(&r, cell_c(measured));
        row_add(&r, seconds(from));
        row_add(&r, seconds(to));
        row_count(&r, at - first);
        row_add(&r, share(at - first, s->n));
        row_add(&r, share(at, s->n));
        row_exact(&r, of);
        ok = row_send(&r, out, sizeof columns / sizeof *columns);
    }
    arena_free(&a);
    return ok;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    bool ok = true;
    for (size_t i = 0; ok && i < t->all.n; i++) {
        const struct funnel *f = &w->plan->funnels[i];
        for (uint32_t s = 1; ok && s < f->nsteps; s++) {
            struct times *own = &t->steps[i][s];
            const struct times *as = t->as ? &t->as->steps[i][s] : own;
            ok = write_bins(f, s, "from entry", &own->from_entry, &as->from_entry, out) &&
                 write_bins(f, s, "from previous step", &own->from_previous, &as->from_previous,
                            out);
        }
    }
    return ok;
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->all.n; i++)
        for (size_t s = 0; s < a->all.funnels[i].nsteps; s++) {
            sample_merge(&a->steps[i][s].from_entry, &b->steps[i][s].from_entry);
            sample_merge(&a->steps[i][s].from_previous, &b->steps[i][s].from_previous);
        }
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->all.n; i++) {
        for (size_t s = 0; s < t->all.funnels[i].nsteps; s++) {
            sample_free(&t->steps[i][s].from_entry);
            sample_free(&t->steps[i][s].from_previous);
        }
        free(t->steps[i]);
    }
    free(t->steps);
    free(t);
}

const struct measure measure_funnel_times = {
    .name = "funnel_times",
    .question = "how long do they take to each step of a funnel: a histogram",
    .population = "those of funnels.csv that came to the step from another one, each once with "
                  "`from entry` and once with `from previous step`",
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
