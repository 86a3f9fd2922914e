/* registry.c - all measures, and filling their tallies in parallel; see measure.h. */
#include <errno.h>
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

static void readers_free(struct funnel_reader **list, size_t n)
{
    for (size_t i = 0; list && i < n; i++)
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

static void read_funnels(struct listeners *l, struct funnel_reader **readers, uint32_t from,
                         uint32_t to)
{
    for (l->funnel = 0; l->n && l->funnel < l->w->plan->nfunnels; l->funnel++)
        for (uint32_t customer = from; customer < to; customer++)
            funnel_read(readers[l->funnel], customer, tell, l);
}

/* ---- counting ---- */

static void add_customer(const struct measure *m, void *tally, const struct world *w,
                         uint32_t customer)
{
    if (m->customer)
        m->customer(tally, w, customer);
    for (size_t i = journeys_begin(w, customer); m->add && i < journeys_end(w, customer); i++)
        m->add(tally, w, &w->journeys[i]);
}

void measure_add(const struct measure *m, void *tally, const struct world *w, uint32_t customer)
{
    add_customer(m, tally, w, customer);
    if (!m->unit)
        return;
    struct listeners l = { .w = w, .n = 1, .of = { m }, .tallies = { tally } };
    struct funnel_reader **readers = readers_new(w);
    read_funnels(&l, readers, customer, customer + 1);
    readers_free(readers, w->plan->nfunnels);
}

struct counting {
    int workers;
    size_t nfunnels;
    void **lists;                    /* [worker * MEASURES + measure] */
    struct funnel_reader ***readers; /* [worker] NULL: not needed yet */
};

/* One part of a world. */
struct counting_part {
    const struct tallies *t;
    const struct world *w;
    struct stream *streams;
    size_t nstreams;
};

static void count_customers(const struct counting_part *p, uint32_t from, uint32_t to, int worker)
{
    const struct counting *c = p->t->counting;
    struct listeners l = { .w = p->w };
    void **mine = c->lists + (size_t)worker * MEASURES;
    for (size_t m = 0; m < MEASURES; m++) {
        const struct measure *of = measures[m];
        if (!of->begin || !p->t->choice.of[m])
            continue;
        if (!mine[m])
            mine[m] = of->begin(p->w);
        for (uint32_t customer = from; customer < to && (of->customer || of->add); customer++)
            add_customer(of, mine[m], p->w, customer);
        if (of->unit) {
            l.of[l.n] = of;
            l.tallies[l.n++] = mine[m];
        }
    }
    if (l.n && !c->readers[worker])
        c->readers[worker] = readers_new(p->w);
    read_funnels(&l, c->readers[worker], from, to);
}

static void write_stream(const struct world *w, struct stream *s)
{
    if (s->refused)
        return;
    errno = 0;
    s->refused = !measure_table(s->of, NULL, w, &s->to, s->hidden);
    s->error = errno;
}

/* Streams come first, as each is of one thread. */
static void do_job(void *ctx, size_t i, int worker)
{
    const struct counting_part *p = ctx;
    if (i < p->nstreams) {
        write_stream(p->w, &p->streams[i]);
        return;
    }
    uint32_t from = p->w->from + (uint32_t)(i - p->nstreams) * CHUNK_CUSTOMERS;
    uint32_t left = p->w->to - from;
    count_customers(p, from, from + (left < CHUNK_CUSTOMERS ? left : CHUNK_CUSTOMERS), worker);
}

static void count_journeys(struct journey_counts *c, const struct world *w)
{
    for (size_t i = 0; i < w->njourneys; i++) {
        const struct journey *j = &w->journeys[i];
        c->states[j->state]++;
        c->customers += i == 0 || j->customer != j[-1].customer;
        if (j->after || j->state == JOURNEY_OPEN)
            continue;
        c->ended++;
        c->converted += j->state == JOURNEY_CONVERTED;
    }
}

void tallies_begin(struct tallies *t, const struct world *w, const struct choice *choice,
                   int workers)
{
    struct counting *c = mem_zero(1, sizeof *c);
    *t = (struct tallies){ .n = MEASURES, .choice = *choice, .counting = c };
    c->workers = workers;
    c->nfunnels = w->plan->nfunnels;
    t->list = c->lists = mem_zero((size_t)workers * MEASURES, sizeof(void *));
    c->readers = mem_zero((size_t)workers, sizeof(struct funnel_reader **));
}

void tallies_add(struct tallies *t, const struct world *w, struct stream *streams, size_t nstreams)
{
    struct counting_part p = { t, w, streams, nstreams };
    size_t chunks = (w->to - w->from + (size_t)CHUNK_CUSTOMERS - 1) / CHUNK_CUSTOMERS;
    count_journeys(&t->journeys, w);
    par_each(nstreams + chunks, t->counting->workers, do_job, &p);
}

/* The workers' tallies of one measure, joined in those of worker 0. */
struct joining {
    const struct tallies *t;
    const struct world *w;
};

static void join(void *ctx, size_t m, int worker)
{
    const struct joining *j = ctx;
    const struct counting *c = j->t->counting;
    (void)worker;
    const struct measure *of = measures[m];
    if (!of->begin || !j->t->choice.of[m])
        return;
    for (int i = 1; i < c->workers; i++) {
        void **from = &c->lists[(size_t)i * MEASURES + m];
        if (!*from)
            continue;
        if (c->lists[m]) {
            of->merge(c->lists[m], *from);
            of->free(*from);
        } else {
            c->lists[m] = *from;
        }
        *from = NULL;
    }
    if (!c->lists[m]) /* there are no customers: else begin() would come too late, after all parts */
        c->lists[m] = of->begin(j->w);
}

static void counting_free(struct counting *c)
{
    for (int i = 0; i < c->workers; i++)
        readers_free(c->readers[i], c->nfunnels);
    free(c->readers);
    free(c);
}

void tallies_end(struct tallies *t, const struct world *w)
{
    struct joining j = { t, w };
    par_each(MEASURES, t->counting->workers, join, &j);
    counting_free(t->counting);
    t->counting = NULL;
}

void tallies_make(const struct world *w, const struct choice *choice, int workers,
                  struct tallies *out)
{
    tallies_begin(out, w, choice, workers);
    tallies_add(out, w, NULL, 0);
    tallies_end(out, w);
}

void tallies_free(struct tallies *t)
{
    size_t workers = t->counting ? (size_t)t->counting->workers : 1;
    for (size_t i = 0; i < t->n * workers; i++)
        if (t->list[i])
            measures[i % t->n]->free(t->list[i]);
    if (t->counting)
        counting_free(t->counting);
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
