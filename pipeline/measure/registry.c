/* registry.c - all measures, and filling their tallies in parallel; see measure.h. */
#include <stdlib.h>

#include "base/par.h"
#include "measure/all.h"
#include "measure/funnel.h"

/* A line each, so that two who add one do not meet. */
/* clang-format off */
const struct measure *const measures[] = {
    &measure_touchpoints,
    &measure_stages,
    &measure_transitions,
    &measure_paths,
    &measure_journeys,
    &measure_customers,
    &measure_sessions,
    &measure_events,
    &measure_identity,
    &measure_accounts,
    &measure_follows,
    &measure_steps,
    &measure_step_flows,
    &measure_happy_path,
    &measure_rework,
    &measure_sequences,
    &measure_channels,
    &measure_channel_moves,
    &measure_planned,
    &measure_waits,
    &measure_support,
    &measure_bottlenecks,
    &measure_stage_delays,
    &measure_compare,
    &measure_cleaning,
    &measure_coverage,
    &measure_rejects,
    &measure_excluded,
    &measure_metrics,
    &measure_funnels,
    &measure_funnel_times,
    &measure_drop_off,
    &measure_drop_off_from,
    &measure_funnel_drivers,
    &measure_carts,
    &measure_objectives,
    NULL,
};
/* clang-format on */

enum { MEASURES = sizeof measures / sizeof *measures - 1 };

_Static_assert((int)MEASURES <= (int)MEASURES_MAX, "a choice has a place for each measure");

/* Customers that are counted at once: few enough that their events stay in the cache from one
 * measure to the next, many enough that handing them out costs nothing. */
enum { CHUNK_CUSTOMERS = 256 };

const struct measure *measure_find(const char *name)
{
    for (size_t i = 0; measures[i]; i++)
        if (strcmp(measures[i]->name, name) == 0)
            return measures[i];
    return NULL;
}

struct choice choice_default(void)
{
    struct choice c = { { false } };
    for (size_t i = 0; i < MEASURES; i++)
        c.of[i] = !measures[i]->on_request;
    return c;
}

void choice_add_wanted(struct choice *c, const struct plan *plan)
{
    for (size_t i = 0; i < MEASURES; i++)
        c->of[i] = c->of[i] || (measures[i]->wanted && measures[i]->wanted(plan));
}

bool choice_add(struct choice *c, struct str name)
{
    bool all = str_eq(name, STR("all")), any = all;
    for (size_t i = 0; i < MEASURES; i++) {
        bool this = str_eq(name, str_c(measures[i]->name));
        c->of[i] = c->of[i] || all || this;
        any = any || this;
    }
    return any;
}

bool choice_add_list(struct choice *c, struct str names, struct str *unknown)
{
    while (names.n) {
        const char *comma = memchr(names.p, ',', names.n);
        size_t n = comma ? (size_t)(comma - names.p) : names.n;
        *unknown = str_trim((struct str){ names.p, n });
        if (unknown->n && !choice_add(c, *unknown))
            return false;
        names = str_from(names, comma ? n + 1 : n);
    }
    return true;
}

/* ---- funnels ---- */

/* A reader for each funnel of the plan; the caller frees them. */
static struct funnel_reader **readers_new(const struct world *w)
{
    struct funnel_reader **list = mem_zero(w->plan->nfunnels + 1, sizeof(struct funnel_reader *));
    for (size_t i = 0; i < w->plan->nfunnels; i++)
        list[i] = funnel_reader_new(w, &w->plan->funnels[i]);
    return list;
}

static void readers_free(struct funnel_reader **list, const struct world *w)
{
    for (size_t i = 0; list && i < w->plan->nfunnels; i++)
        funnel_reader_free(list[i]);
    free(list);
}

/* Those who are told of each unit of a funnel. */
struct listeners {
    const struct world *w;
    size_t funnel, n;
    const struct measure *of[MEASURES];
    void *tallies[MEASURES];
};

static void tell(void *ctx, struct funnel_reader *r, const struct funnel_unit *unit)
{
    const struct listeners *l = ctx;
    for (size_t i = 0; i < l->n; i++)
        l->of[i]->unit(l->tallies[i], l->w, l->funnel, r, unit);
}

static void read_funnels(struct listeners *l, struct funnel_reader **readers, size_t from,
                         size_t to)
{
    for (l->funnel = 0; l->n && l->funnel < l->w->plan->nfunnels; l->funnel++)
        for (size_t customer = from; customer < to; customer++)
            funnel_read(readers[l->funnel], (uint32_t)customer, tell, l);
}

/* ---- counting ---- */

static void add_customer(const struct measure *m, void *tally, const struct world *w,
                         uint32_t customer)
{
    if (m->customer)
        m->customer(tally, w, customer);
    for (size_t i = w->journey_first[customer]; m->add && i < w->journey_first[customer + 1]; i++)
        m->add(tally, w, &w->journeys[i]);
}

void measure_add(const struct measure *m, void *tally, const struct world *w, uint32_t customer)
{
    add_customer(m, tally, w, customer);
    if (!m->unit)
        return;
    struct listeners l = { .w = w, .n = 1, .of = { m }, .tallies = { tally } };
    struct funnel_reader **readers = readers_new(w);
    read_funnels(&l, readers, customer, (size_t)customer + 1);
    readers_free(readers, w);
}

struct counting {
    const struct world *w;
    const struct choice *choice;
    int workers;
    void **lists;                    /* [worker * MEASURES + measure] */
    struct funnel_reader ***readers; /* [worker] NULL: not needed yet */
};

static void count_chunk(void *ctx, size_t chunk, int worker)
{
    struct counting *c = ctx;
    size_t from = chunk * CHUNK_CUSTOMERS, to = from + CHUNK_CUSTOMERS;
    struct listeners l = { .w = c->w };
    if (to > c->w->customers->n)
        to = c->w->customers->n;
    void **mine = c->lists + (size_t)worker * MEASURES;
    for (size_t m = 0; m < MEASURES; m++) {
        const struct measure *of = measures[m];
        if (!of->begin || !c->choice->of[m])
            continue;
        if (!mine[m])
            mine[m] = of->begin(c->w);
        for (size_t customer = from; customer < to && (of->customer || of->add); customer++)
            add_customer(of, mine[m], c->w, (uint32_t)customer);
        if (of->unit) {
            l.of[l.n] = of;
            l.tallies[l.n++] = mine[m];
        }
    }
    if (l.n && !c->readers[worker])
        c->readers[worker] = readers_new(c->w);
    read_funnels(&l, c->readers[worker], from, to);
}

/* Joins the workers' tallies of one measure in those of worker 0. */
static void join(void *ctx, size_t m, int worker)
{
    struct counting *c = ctx;
    (void)worker;
    const struct measure *of = measures[m];
    if (!of->begin || !c->choice->of[m])
        return;
    if (!c->lists[m])
        c->lists[m] = of->begin(c->w);
    for (int i = 1; i < c->workers; i++) {
        void *from = c->lists[(size_t)i * MEASURES + m];
        if (!from)
            continue;
        of->merge(c->lists[m], from);
        of->free(from);
    }
}

void tallies_make(const struct world *w, const struct choice *choice, int workers,
                  struct tallies *out)
{
    struct counting c = { w, choice, workers, mem_zero((size_t)workers * MEASURES, sizeof(void *)),
                          mem_zero((size_t)workers, sizeof(struct funnel_reader **)) };
    size_t chunks = (w->customers->n + (size_t)CHUNK_CUSTOMERS - 1) / CHUNK_CUSTOMERS;
    par_each(chunks, workers, count_chunk, &c);
    for (int i = 0; i < workers; i++)
        readers_free(c.readers[i], w);
    free(c.readers);
    par_each(MEASURES, workers, join, &c);
    out->n = MEASURES;
    out->list = c.lists;
    out->choice = *choice;
}

void tallies_free(struct tallies *t)
{
    for (size_t i = 0; i < t->n; i++)
        if (t->list[i])
            measures[i]->free(t->list[i]);
    free(t->list);
    *t = (struct tallies){ 0 };
}

int ranked_cmp(const void *x, const void *y)
{
    const struct ranked *p = x, *q = y;
    if (p->n != q->n)
        return p->n > q->n ? -1 : 1;
    int c = str_cmp(p->a, q->a);
    if (c == 0)
        c = str_cmp(p->b, q->b);
    return c ? c : (p->tie > q->tie) - (p->tie < q->tie);
}
