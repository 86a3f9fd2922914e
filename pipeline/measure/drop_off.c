/* drop_off.c - where a funnel loses people, how, and where they go instead (definitions.md 2.6). */
#include <stdlib.h>

#include "measure/funnel_rows.h"
#include "measure/key_map.h"

static const struct column columns[] = {
    FUNNEL_STEP_COLUMNS,
    { "reached", UNIT_COUNT, "how many reached the step; the rows of a step add up to it" },
    { "outcome", UNIT_TEXT,
      "went on: reached the next required step; open: may still do so; excluded: would have, but "
      "for what must not come between; late: did, but after the window or a max_gap; diverged: did "
      "something else next; ended: did nothing else within the journey's inactivity" },
    { "next_touchpoint", UNIT_TEXT,
      "of diverged: the first touchpoint after the step that is another one" },
    { "n", UNIT_COUNT, "how many" },
    { "rate", UNIT_SHARE, "n over reached" },
    { "rate_n", UNIT_COUNT, "reached" },
    { "rate_low", UNIT_SHARE, "lower end of the 95 % interval of rate" },
    { "rate_high", UNIT_SHARE, "upper end of the 95 % interval of rate" },
    { "share_of_loss", UNIT_SHARE,
      "of ended, diverged and late: n over all of these of all steps of the funnel" },
    { "dwell_median", UNIT_SECONDS,
      "median seconds from the step to the last own event within the window" },
    { "dwell_p90", UNIT_SECONDS, "90th percentile of them" },
    { "value", UNIT_MICROS,
      "sum of the value at the step, or of the last step before it that has one" },
    COLUMN_TIME_EXACT,
};

struct outcome_tally {
    uint64_t n;
    struct sample dwell;
    struct sum value;
};

/* A step's outcomes: those of enum drop_kind, DROP_NONE being "went on", then for each next
 * touchpoint. */
struct step_tally {
    struct outcome_tally of[DROP_KINDS];
    struct key_map next;
    struct outcome_tally *diverged; /* by number in next */
    size_t room;
};

struct tally {
    struct funnel_all all;
    struct step_tally **steps; /* [funnel][step] */
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->all = funnel_all_of(w);
    t->steps = mem_zero(t->all.n, sizeof *t->steps);
    for (size_t i = 0; i < t->all.n; i++)
        t->steps[i] = mem_zero(t->all.funnels[i].nsteps, sizeof **t->steps);
    return t;
}

static struct outcome_tally *diverged_to(struct step_tally *t, uint64_t touch)
{
    uint32_t known = t->next.n, i = key_map_add(&t->next, touch);
    if (i == known) {
        t->diverged = mem_grow(t->diverged, &t->room, (size_t)i + 1, sizeof *t->diverged);
        t->diverged[i] = (struct outcome_tally){ 0 };
    }
    return &t->diverged[i];
}

static void count(struct outcome_tally *o, const int64_t *dwell, int64_t value)
{
    o->n++;
    sum_add(&o->value, value);
    if (dwell)
        sample_add(&o->dwell, *dwell);
}

static void add_unit(void *tally, const struct world *w, size_t funnel, struct funnel_reader *r,
                     const struct funnel_unit *unit)
{
    struct step_tally *steps = ((struct tally *)tally)->steps[funnel];
    const struct funnel *f = &w->plan->funnels[funnel];
    const struct attempt *a = &unit->best;
    struct drop d = funnel_drop(r, unit);
    for (uint32_t s = a->first; s < a->deepest; s = funnel_step_after(f, s))
        count(&steps[s].of[DROP_NONE], NULL, funnel_value(w, f, a, s));
    if (d.kind == DROP_NONE)
        return; /* the last step loses nobody */
    struct step_tally *t = &steps[a->deepest];
    int64_t value = funnel_value(w, f, a, a->deepest);
    count(&t->of[d.kind], &d.dwell, value);
    if (d.next)
        count(diverged_to(t, d.next->touch), &d.dwell, value);
}

static void outcome_tally_merge(struct outcome_tally *into, const struct outcome_tally *from)
{
    into->n += from->n;
    sample_merge(&into->dwell, &from->dwell);
    sum_merge(&into->value, &from->value);
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->all.n; i++)
        for (size_t s = 0; s < a->all.funnels[i].nsteps; s++) {
            const struct step_tally *of = &b->steps[i][s];
            for (int k = 0; k < DROP_KINDS; k++)
                outcome_tally_merge(&a->steps[i][s].of[k], &of->of[k]);
            for (uint32_t k = 0; k < of->next.n; k++)
                outcome_tally_merge(diverged_to(&a->steps[i][s], of->next.keys[k]),
                                    &of->diverged[k]);
        }
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->all.n; i++) {
        for (size_t s = 0; s < t->all.funnels[i].nsteps; s++) {
            struct step_tally *of = &t->steps[i][s];
            for (int k = 0; k < DROP_KINDS; k++)
                sample_free(&of->of[k].dwell);
            for (uint32_t k = 0; k < of->next.n; k++)
                sample_free(&of->diverged[k].dwell);
            free(of->diverged);
            key_map_free(&of->next);
        }
        free(t->steps[i]);
    }
    free(t->steps);
    free(t);
}

/* ---- the table ---- */

struct writing {
    const struct funnel *f;
    const struct sink *out;
    struct arena a;
    uint32_t step;
    uint64_t reached, loss;
};

static bool write_outcome(struct writing *c, const char *name, struct str next,
                          struct outcome_tally *o, bool lost)
{
    struct row r = { .n = 0 };
    row_step(&r, c->f, c->step, &c->a);
    row_count(&r, c->reached);
    row_add(&r, cell_c(name));
    row_add(&r, next.n ? cell_text(next) : cell_blank());
    row_count(&r, o->n);
    row_rate(&r, o->n, c->reached);
    row_add(&r, lost ? share(o->n, c->loss) : cell_blank());
    sample_sort(&o->dwell);
    row_add(&r, sample_percentile(&o->dwell, 0.5));
    row_add(&r, sample_percentile(&o->dwell, 0.9));
    row_add(&r, sum_cell(&o->value));
    row_exact(&r, &o->dwell);
    return row_send(&r, c->out, sizeof columns / sizeof *columns);
}

static bool write_diverged(struct writing *c, const struct world *w, struct step_tally *t)
{
    struct ranked *rows = mem_take(t->next.n * sizeof *rows);
    for (uint32_t i = 0; i < t->next.n; i++)
        rows[i] = (struct ranked){
            t->diverged[i].n, w->touchpoints[t->next.keys[i]].name, { 0 }, t->next.keys[i], i
        };
    qsort(rows, t->next.n, sizeof *rows, ranked_cmp);
    bool ok = true;
    for (uint32_t i = 0; ok && i < t->next.n; i++)
        ok = write_outcome(c, drop_kind_names[DROP_DIVERGED], rows[i].a, &t->diverged[rows[i].i],
                           true);
    free(rows);
    return ok;
}

static bool write_funnel(struct writing *c, const struct world *w, struct step_tally *steps)
{
    static const enum drop_kind order[] = { DROP_DIVERGED, DROP_ENDED, DROP_LATE, DROP_EXCLUDED,
                                            DROP_OPEN };
    bool ok = true;
    for (size_t s = 0; s < c->f->nsteps; s++)
        c->loss +=
            steps[s].of[DROP_ENDED].n + steps[s].of[DROP_DIVERGED].n + steps[s].of[DROP_LATE].n;
    for (uint32_t s = 0; funnel_step_after(c->f, s) < c->f->nsteps;
         s = funnel_step_after(c->f, s)) {
        struct step_tally *t = &steps[s];
        c->step = s;
        c->reached = 0;
        for (int k = 0; k < DROP_KINDS; k++)
            c->reached += t->of[k].n;
        ok = ok && write_outcome(c, "went on", (struct str){ 0 }, &t->of[DROP_NONE], false);
        for (size_t k = 0; ok && k < sizeof order / sizeof *order; k++)
            ok = order[k] == DROP_DIVERGED
                     ? write_diverged(c, w, t)
                     : write_outcome(c, drop_kind_names[order[k]], (struct str){ 0 },
                                     &t->of[order[k]],
                                     order[k] == DROP_ENDED || order[k] == DROP_LATE);
    }
    return ok;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    bool ok = true;
    for (size_t i = 0; ok && i < t->all.n; i++) {
        struct writing c = { .f = &t->all.funnels[i], .out = out };
        ok = write_funnel(&c, w, t->steps[i]);
        arena_free(&c.a);
    }
    return ok;
}

const struct measure measure_drop_off = {
    .name = "drop_off",
    .question = "where does each funnel lose people, how, and what do they do instead",
    .population =
        "all that entered the funnel, by the deepest required step of their best attempt; "
        "all outcomes but `went on` add up to n of this step less those that came to the "
        "next required one from it",
    COLUMNS(columns),
    .on_request = true,
    .wanted = funnels_wanted,
    .begin = begin,
    .unit = add_unit,
    .merge = merge,
    .table = table,
    .free = tally_free,
    .review = { .keys = "funnel,step_number,step,outcome,next_touchpoint" },
};
