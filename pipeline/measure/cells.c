/* cells.c - see cells.h. */
#include "measure/cells.h"

#include <stdlib.h>

#include "base/par.h"
#include "measure/cell_rows.h"
#include "measure/funnel.h"
#include "measure/funnel_keys.h"
#include "measure/funnel_terms.h"

/* Customers that are looked at together; parts of them, sixteen each, only when there is
 * something. */
enum { CHUNK_CUSTOMERS = 256, PARTS = 16 };

/* What a measure is asked of alone. */
enum alone { ALONE_JOURNEY, ALONE_CUSTOMER, ALONE_UNIT };

struct cell_term {
    int64_t *of_journey; /* [njourneys] millionths */
};

struct cells {
    const struct world *w;
    int workers;
    bool rows; /* must be there */
    struct funnel_terms *funnels;
    struct cell_term *terms;
    size_t n, room;
};

struct cells *cells_new(const struct world *w, int workers, bool rows)
{
    struct cells *c = mem_zero(1, sizeof *c);
    c->w = w;
    c->workers = workers;
    c->rows = rows;
    c->funnels = funnel_terms_new(w, false);
    return c;
}

void cells_free(struct cells *c)
{
    for (size_t i = 0; i < c->n; i++)
        spill_give(c->w->spill, c->terms[i].of_journey);
    free(c->terms);
    funnel_terms_free(c->funnels);
    free(c);
}

/* ---- what journeys add ---- */

struct looking {
    const struct world *w;
    const struct cell_rows *rows;
    const void *whole; /* the tally of all */
    enum alone alone;
    int64_t *of_journey;
    int64_t *sums, *people; /* [chunk] of what was found, and customers with something */
};

/* Of one worker, for a chunk. */
struct chunk_look {
    const struct looking *l;
    struct funnel_reader **readers; /* [plan.nfunnels] */
    int64_t sum, people;
};

static void *begin(const struct looking *l)
{
    const struct measure *m = l->rows->of;
    return m->begin_as ? m->begin_as(l->w, l->whole) : m->begin(l->w);
}

/* What the tally says; it is freed. */
static struct cell_sum finish(const struct looking *l, void *tally)
{
    struct cell_sum sum = { .of = l->rows };
    struct sink sink = cell_sum_sink(&sum);
    l->rows->of->table(tally, l->w, &sink);
    l->rows->of->free(tally);
    arena_free(&sum.scratch);
    return sum;
}

struct unit_to {
    struct chunk_look *part;
    void *tally; /* NULL: one for each unit */
    size_t funnel;
    int64_t sum; /* of the units */
};

static void give_all(const struct looking *l, uint32_t customer, int64_t x)
{
    for (size_t i = journeys_begin(l->w, customer); i < journeys_end(l->w, customer); i++)
        l->of_journey[i] += x;
}

static void add_unit(void *ctx, struct funnel_reader *r, const struct funnel_unit *unit)
{
    struct unit_to *to = ctx;
    const struct looking *l = to->part->l;
    const struct measure *m = l->rows->of;
    if (to->tally) {
        m->unit(to->tally, l->w, to->funnel, r, unit);
        return;
    }
    void *tally = begin(l);
    m->unit(tally, l->w, to->funnel, r, unit);
    const struct journey *j = funnel_journey(l->w, unit);
    int64_t x = finish(l, tally).sum;
    to->sum += x;
    if (l->w->plan->funnels[to->funnel].counting == FUNNEL_CUSTOMERS || !j)
        give_all(l, unit->customer, x);
    else
        l->of_journey[j - l->w->journeys] += x;
}

static int64_t read_units(struct chunk_look *p, void *tally, uint32_t customer)
{
    struct unit_to to = { .part = p, .tally = tally };
    for (; to.funnel < p->l->w->plan->nfunnels; to.funnel++)
        funnel_read(p->readers[to.funnel], customer, add_unit, &to);
    return to.sum;
}

static void add_customer(struct chunk_look *p, void *tally, uint32_t customer)
{
    const struct measure *m = p->l->rows->of;
    const struct world *w = p->l->w;
    if (m->customer)
        m->customer(tally, w, customer);
    for (size_t i = journeys_begin(w, customer); m->add && i < journeys_end(w, customer); i++)
        m->add(tally, w, &w->journeys[i]);
    if (m->unit)
        read_units(p, tally, customer);
}

static int64_t ask_journeys(struct chunk_look *p, uint32_t customer)
{
    const struct looking *l = p->l;
    int64_t sum = 0;
    for (size_t i = journeys_begin(l->w, customer); i < journeys_end(l->w, customer); i++) {
        void *tally = begin(l);
        l->rows->of->add(tally, l->w, &l->w->journeys[i]);
        sum += l->of_journey[i] = finish(l, tally).sum;
    }
    return sum;
}

static int64_t ask_customer(struct chunk_look *p, uint32_t customer)
{
    void *tally = begin(p->l);
    add_customer(p, tally, customer);
    int64_t sum = finish(p->l, tally).sum;
    give_all(p->l, customer, sum);
    return sum;
}

static void ask(struct chunk_look *p, uint32_t customer)
{
    enum alone alone = p->l->alone;
    int64_t sum = alone == ALONE_JOURNEY    ? ask_journeys(p, customer)
                  : alone == ALONE_CUSTOMER ? ask_customer(p, customer)
                                            : read_units(p, NULL, customer);
    p->sum += sum;
    p->people += sum != 0;
}

/* Customers [from, to): together first. Not where a part may put other things in (other) than all
 * did: then nothing can be seen of them together. */
static void look_at(struct chunk_look *p, size_t from, size_t to)
{
    if (to - from == 1) {
        ask(p, (uint32_t)from);
        return;
    }
    if (!p->l->rows->folds) {
        void *tally = begin(p->l);
        for (size_t i = from; i < to; i++)
            add_customer(p, tally, (uint32_t)i);
        struct cell_sum all = finish(p->l, tally);
        if (!all.any || (all.sum == 0 && p->l->rows->counts))
            return;
    }
    size_t step = (to - from + PARTS - 1) / PARTS;
    for (size_t i = from; i < to; i += step)
        look_at(p, i, i + step < to ? i + step : to);
}

static void look_at_chunk(void *ctx, size_t chunk, int worker)
{
    const struct looking *l = ctx;
    const struct plan *plan = l->w->plan;
    size_t from = chunk * CHUNK_CUSTOMERS, to = from + CHUNK_CUSTOMERS, n = l->w->customers->n;
    struct chunk_look p = { .l = l, .readers = mem_zero(plan->nfunnels + 1, sizeof(void *)) };
    (void)worker;
    for (size_t i = 0; l->rows->of->unit && i < plan->nfunnels; i++)
        p.readers[i] = funnel_reader_new(l->w, &plan->funnels[i]);
    look_at(&p, from, to < n ? to : n);
    for (size_t i = 0; l->rows->of->unit && i < plan->nfunnels; i++)
        funnel_reader_free(p.readers[i]);
    free(p.readers);
    l->sums[chunk] = p.sum;
    l->people[chunk] = p.people;
}

/* Fills of_journey; true when all of it is what the table says: a sum, or a number of customers. */
static bool look(struct looking *l, int workers, int64_t wanted)
{
    size_t chunks = (l->w->customers->n + (size_t)CHUNK_CUSTOMERS - 1) / CHUNK_CUSTOMERS;
    int64_t sum = 0, people = 0;
    l->sums = mem_zero(chunks + 1, sizeof *l->sums);
    l->people = mem_zero(chunks + 1, sizeof *l->people);
    memset(l->of_journey, 0, l->w->njourneys * sizeof *l->of_journey);
    par_each(chunks, workers, look_at_chunk, l);
    for (size_t i = 0; i < chunks; i++) {
        sum += l->sums[i];
        people += l->people[i];
    }
    free(l->sums);
    free(l->people);
    return sum == wanted || (l->rows->counts && people * 1000000 == wanted);
}

/* ---- the table ---- */

/* The tally of all journeys, and its rows. */
static void *count_all(const struct cells *c, struct cell_rows *rows, struct tallies *tallies)
{
    struct choice choice = { { false } };
    size_t m = 0;
    while (measures[m] != rows->of)
        m++;
    choice.of[m] = true;
    tallies_make(c->w, &choice, c->workers, tallies);
    struct sink sink = table_sink(&rows->whole);
    rows->of->table(tallies->list[m], c->w, &sink);
    return tallies->list[m];
}

/* The number in the table. */
static int64_t number_in(const struct cell_rows *rows)
{
    struct cell_sum sum = { .of = rows };
    struct sink sink = cell_sum_sink(&sum);
    for (size_t r = 0; r < rows->whole.nrows; r++)
        sink.row(sink.ctx, rows->whole.cells + r * rows->whole.ncolumns);
    arena_free(&sum.scratch);
    return sum.sum;
}

static bool count_cell(const struct cells *c, struct cell_rows *rows, struct cell_term *term,
                       struct text_fault *fault)
{
    const struct measure *m = rows->of;
    struct tallies tallies;
    table_spill(&rows->whole, c->w->spill);
    void *whole = count_all(c, rows, &tallies);
    bool any = cell_rows_know(rows), ok = any || !c->rows || cell_rows_missing(rows, fault);
    term->of_journey = spill_zero(c->w->spill, c->w->njourneys + 1, sizeof *term->of_journey);
    if (any) {
        int64_t wanted = number_in(rows);
        struct looking l = { .w = c->w, .rows = rows, .whole = whole, .alone = ALONE_JOURNEY };
        l.of_journey = term->of_journey;
        if (m->customer || m->unit)
            l.alone = m->add || m->customer ? ALONE_CUSTOMER : ALONE_UNIT;
        ok = look(&l, c->workers, wanted);
        if (!ok && l.alone == ALONE_JOURNEY) {
            l.alone = ALONE_CUSTOMER;
            ok = look(&l, c->workers, wanted);
        }
        if (!ok)
            text_fault_set(fault, 1,
                           "'%s' of these rows of '%s' is not made of what journeys or customers "
                           "add to it: ask for a column that counts them",
                           m->columns[rows->column].name, m->name);
    }
    tallies_free(&tallies);
    return ok;
}

static bool find_cell(struct cells *c, const struct str *args, size_t nargs, uint32_t *number,
                      struct text_fault *fault)
{
    struct cell_rows rows;
    struct cell_term term = { NULL };
    bool ok = cell_rows_read(&rows, args, nargs, fault) && count_cell(c, &rows, &term, fault);
    cell_rows_free(&rows);
    if (!ok) {
        spill_give(c->w->spill, term.of_journey);
        return false;
    }
    *number = (uint32_t)c->n;
    c->terms = mem_grow(c->terms, &c->room, c->n + 1, sizeof *c->terms);
    c->terms[c->n++] = term;
    return true;
}

/* ---- words ---- */

#define IS_CELL (UINT32_C(1) << 31) /* of the number of a word: the others are of funnels */

static bool find(void *ctx, struct str word, const struct str *args, size_t nargs, uint32_t *number,
                 struct text_fault *fault)
{
    struct cells *c = ctx;
    struct where_terms funnels = funnel_terms_words(c->funnels);
    if (!str_eq(word, STR("cell")))
        return funnels.find(funnels.ctx, word, args, nargs, number, fault);
    bool ok = find_cell(c, args, nargs, number, fault);
    *number |= IS_CELL;
    return ok;
}

static int64_t value(const void *ctx, uint32_t number, const struct world *w,
                     const struct journey *j)
{
    const struct cells *c = ctx;
    if (number & IS_CELL)
        return c->terms[number & ~IS_CELL].of_journey[j - w->journeys];
    struct where_terms funnels = funnel_terms_words(c->funnels);
    return funnels.value(funnels.ctx, number, w, j);
}

struct where_terms cells_words(struct cells *c)
{
    return (struct where_terms){ find, value, c };
}
