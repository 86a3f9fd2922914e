/* drop_off_from.c - where those who reached a step of a funnel had come from, and how many of them
 * went on.
 */
#include <stdlib.h>

#include "measure/funnel_rows.h"
#include "measure/key_map.h"

static const struct column columns[] = {
    FUNNEL_STEP_COLUMNS,
    { "came_from", UNIT_TEXT,
      "what the customer did right before the step; (start): it was the first thing" },
    { "n", UNIT_COUNT, "how many came to the step from there" },
    { "share_of_step", UNIT_SHARE, "n over all that reached the step" },
    { "went_on", UNIT_COUNT, "of these, how many reached the next required step" },
    { "dropped", UNIT_COUNT, "of these, how many did not (ended, diverged, late, excluded)" },
    { "open", UNIT_COUNT, "of these, how many still may; went_on, dropped and open add up to n" },
    { "drop_rate", UNIT_SHARE, "dropped over dropped and went_on" },
    { "drop_rate_n", UNIT_COUNT, "dropped and went_on" },
    { "drop_rate_low", UNIT_SHARE, "lower end of the 95 % interval of drop_rate" },
    { "drop_rate_high", UNIT_SHARE, "upper end of the 95 % interval of drop_rate" },
};

struct origin {
    uint64_t n, went_on, open;
};

struct step_tally {
    struct key_map from; /* touchpoint, or that number of them for (start) */
    struct origin *origins;
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

static struct origin *origin_of(struct step_tally *t, uint64_t touch)
{
    uint32_t known = t->from.n, i = key_map_add(&t->from, touch);
    if (i == known) {
        t->origins = mem_grow(t->origins, &t->room, (size_t)i + 1, sizeof *t->origins);
        t->origins[i] = (struct origin){ 0 };
    }
    return &t->origins[i];
}

static void add_unit(void *tally, const struct world *w, size_t funnel, struct funnel_reader *r,
                     const struct funnel_unit *unit)
{
    struct step_tally *steps = ((struct tally *)tally)->steps[funnel];
    const struct funnel *f = &w->plan->funnels[funnel];
    const struct attempt *a = &unit->best;
    bool open = funnel_is_open(r, unit);
    for (uint32_t s = a->first; s <= a->deepest; s = funnel_step_after(f, s)) {
        if (funnel_step_after(f, s) >= f->nsteps)
            break; /* nobody drops from the last step */
        const struct event *before = funnel_before(r, a->events[s]);
        struct origin *o = origin_of(&steps[s], before ? before->touch : w->ntouchpoints);
        o->n++;
        o->went_on += s < a->deepest;
        o->open += s == a->deepest && open;
    }
}

static void merge(void *into, void *from)
{
    struct tally *a = into;
    const struct tally *b = from;
    for (size_t i = 0; i < a->all.n; i++)
        for (size_t s = 0; s < a->all.funnels[i].nsteps; s++) {
            const struct step_tally *of = &b->steps[i][s];
            for (uint32_t k = 0; k < of->from.n; k++) {
                struct origin *o = origin_of(&a->steps[i][s], of->from.keys[k]);
                o->n += of->origins[k].n;
                o->went_on += of->origins[k].went_on;
                o->open += of->origins[k].open;
            }
        }
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    for (size_t i = 0; i < t->all.n; i++) {
        for (size_t s = 0; s < t->all.funnels[i].nsteps; s++) {
            free(t->steps[i][s].origins);
            key_map_free(&t->steps[i][s].from);
        }
        free(t->steps[i]);
    }
    free(t->steps);
    free(t);
}

/* ---- the table ---- */

static bool write_step(const struct funnel *f, uint32_t step, const struct step_tally *t,
                       const struct world *w, const struct sink *out)
{
    struct arena a = { 0 };
    struct ranked *rows = mem_take(t->from.n * sizeof *rows);
    uint64_t all = 0;
    for (uint32_t i = 0; i < t->from.n; i++) {
        uint64_t touch = t->from.keys[i];
        struct str name = touch < w->ntouchpoints ? w->touchpoints[touch].name : STR("(start)");
        rows[i] = (struct ranked){ t->origins[i].n, name, { 0 }, touch, i };
        all += t->origins[i].n;
    }
    qsort(rows, t->from.n, sizeof *rows, ranked_cmp);
    bool ok = true;
    for (uint32_t i = 0; ok && i < t->from.n; i++) {
        const struct origin *o = &t->origins[rows[i].i];
        uint64_t dropped = o->n - o->went_on - o->open;
        struct row r = { .n = 0 };
        row_step(&r, f, step, &a);
        row_add(&r, cell_text(rows[i].a));
        row_count(&r, o->n);
        row_add(&r, share(o->n, all));
        row_count(&r, o->went_on);
        row_count(&r, dropped);
        row_count(&r, o->open);
        row_rate(&r, dropped, dropped + o->went_on);
        ok = row_send(&r, out, sizeof columns / sizeof *columns);
    }
    free(rows);
    arena_free(&a);
    return ok;
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    struct tally *t = tally;
    bool ok = true;
    for (size_t i = 0; ok && i < t->all.n; i++)
        for (uint32_t s = 0; ok && s < t->all.funnels[i].nsteps; s++)
            ok = write_step(&t->all.funnels[i], s, &t->steps[i][s], w, out);
    return ok;
}

const struct measure measure_drop_off_from = {
    .name = "drop_off_from",
    .question = "where did those who reached a step of a funnel come from, and who of them drops",
    .population = "all that reached a required step of the funnel but the last, by their best "
                  "attempt; the rows of a step add up to its n in funnels.csv",
    COLUMNS(columns),
    .on_request = true,
    .wanted = funnels_wanted,
    .begin = begin,
    .unit = add_unit,
    .merge = merge,
    .table = table,
    .free = tally_free,
    .review = { .keys = "funnel,step_number,step,came_from" },
};
