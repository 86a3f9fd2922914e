/* identity_table.c - how well people were told apart: identity.csv.
 *
 * Who was joined is decided when the world is made; what is tallied is events, and what customers
 * have.
 */
#include <assert.h>
#include <stdlib.h>

#include "measure/all.h"

static const struct column columns[] = {
    { "what", UNIT_TEXT,
      "what the row counts: rate, device, identifiers, sources, kind, refused, refused merge, "
      "consent, crowded value, shared device" },
    { "name", UNIT_TEXT,
      "which of these: a figure, a class of size, a kind, a limit, or an identifier as kind:hash" },
    { "with", UNIT_TEXT, "of a refused merge: the other identifier" },
    { "count", UNIT_COUNT,
      "how many; of a crowded value: users, or identifiers of any kind where those are too many; "
      "of a shared device: customers it was seen with" },
    { "n", UNIT_COUNT, "of how many" },
    { "share", UNIT_SHARE, "count / n" },
    { "share_low", UNIT_SHARE, "low end of its 95 % interval (Wilson)" },
    { "share_high", UNIT_SHARE, "high end of its 95 % interval (Wilson)" },
    { "customer", UNIT_TEXT, "of a refused merge: whose the first identifier is" },
    { "other_customer", UNIT_TEXT, "of a refused merge: whose the other one is" },
    { "file", UNIT_TEXT, "of a refused merge: the file that asked for it" },
    { "record", UNIT_COUNT, "of a refused merge: the record of that file" },
    { "time", UNIT_TIME, "of a refused merge: the time of that record" },
};
enum { COLUMNS_N = sizeof columns / sizeof *columns };

struct writer {
    const struct world *w;
    const struct sink *out;
    struct namer *namer;
    struct arena arena; /* texts of one row */
    bool ok;
};

/* Cells that are the same for all rows but those that list trouble one by one. */
static void put(struct writer *to, const char *what, const char *name, uint64_t count, uint64_t n)
{
    if (!to->ok)
        return;
    struct row r = { .n = 0 };
    row_add(&r, cell_c(what));
    row_add(&r, cell_c(name));
    row_blanks(&r, 1);
    row_count(&r, count);
    row_count(&r, n);
    row_add(&r, share(count, n));
    row_interval(&r, count, n);
    row_blanks(&r, 5);
    to->ok = row_send(&r, to->out, COLUMNS_N);
}

/* ---- events: what each names, and whose it is ---- */

struct counts {
    uint64_t events, before, after; /* that hold a person; of customers who have one */
    uint64_t shared, anonymous, shared_anonymous;
    uint64_t holds[ID_KINDS], strongest[ID_KINDS];
};

/* ---- classes of size ---- */

static const struct {
    const char *name;
    uint64_t most;
} sizes[] = { { "1", 1 },           { "2", 2 },
              { "3", 3 },           { "4 to 5", 5 },
              { "6 to 10", 10 },    { "11 to 50", 50 },
              { "51 to 500", 500 }, { "more than 500", UINT64_MAX } };
enum { SIZES = sizeof sizes / sizeof *sizes };

struct by_size {
    uint64_t n[SIZES];
};

static void count_size(struct by_size *by, uint64_t of)
{
    size_t s = 0;
    while (of > sizes[s].most)
        s++;
    by->n[s]++;
}

static void put_sizes(struct writer *to, const char *what, const struct by_size *by, uint64_t n)
{
    for (size_t s = 0; s < SIZES; s++)
        put(to, what, sizes[s].name, by->n[s], n);
}

/* ---- the tally ---- */

struct tally {
    struct counts counts;
    struct by_size sources; /* customers by how many sources their events come from */
    uint32_t *last;         /* [plan.nsources] customer + 1 that had an event of it last */
    bool *shared;           /* [set.ids.n] */
};

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->last = mem_zero(w->plan->nsources, sizeof *t->last);
    t->shared = mem_zero(w->set->ids.n, sizeof *t->shared);
    for (size_t i = 0; i < w->customers->log.nshared; i++)
        t->shared[w->customers->log.shared[i].id] = true;
    return t;
}

static void count_event(struct tally *t, const struct world *w, uint32_t who, bool person)
{
    struct counts *c = &t->counts;
    bool anonymous = true, shared = false, found = false;
    unsigned kinds = 0;
    for (size_t i = 0; i < who_size(w->set, who); i++) {
        uint32_t id = who_id(w->set, who, i);
        enum id_kind kind = id_kind_of(w->set, id);
        kinds |= 1u << kind;
        anonymous = anonymous && !is_person(kind);
        shared = shared || t->shared[id];
    }
    c->events++;
    c->before += !anonymous;
    c->after += person;
    c->anonymous += anonymous;
    c->shared += shared;
    c->shared_anonymous += shared && anonymous;
    for (int k = 0; k < ID_KINDS; k++) {
        bool has = kinds >> k & 1;
        c->holds[k] += has;
        c->strongest[k] += has && !found;
        found |= has;
    }
}

static void add_customer(void *tally, const struct world *w, uint32_t customer)
{
    struct tally *t = tally;
    bool person = is_person(id_kind_of(w->set, w->customers->canonical[customer]));
    uint64_t sources = 0;
    for (size_t i = events_begin(w, customer); i < events_end(w, customer); i++) {
        uint32_t source = event_source(w, &w->events[i]);
        sources += t->last[source] != customer + 1;
        t->last[source] = customer + 1;
        count_event(t, w, w->events[i].who, person);
    }
    count_size(&t->sources, sources);
}

static void merge(void *into, void *from)
{
    struct tally *t = into;
    const struct tally *f = from;
    struct counts *a = &t->counts;
    const struct counts *b = &f->counts;
    a->events += b->events;
    a->before += b->before;
    a->after += b->after;
    a->shared += b->shared;
    a->anonymous += b->anonymous;
    a->shared_anonymous += b->shared_anonymous;
    for (int k = 0; k < ID_KINDS; k++) {
        a->holds[k] += b->holds[k];
        a->strongest[k] += b->strongest[k];
    }
    for (size_t s = 0; s < SIZES; s++)
        t->sources.n[s] += f->sources.n[s];
}

/* ---- rows ---- */

static void put_rates(struct writer *to, const struct counts *c)
{
    uint64_t gained = c->after > c->before ? c->after - c->before : 0;
    uint64_t lost = c->before > c->after ? c->before - c->after : 0;
    put(to, "rate", "authenticated before joining", c->before, c->events);
    put(to, "rate", "authenticated after joining", c->after, c->events);
    put(to, "rate", "gained by joining", gained, c->events);
    if (lost)
        put(to, "rate", "lost to crowded values", lost, c->events);
    if (!to->ok)
        return;
    struct row r = { .n = 0 }; /* a quotient, not a share: it may pass 1 and has no interval */
    row_add(&r, cell_c("rate"));
    row_add(&r, cell_c("lift: gained / authenticated before"));
    row_blanks(&r, 1);
    row_count(&r, gained);
    row_count(&r, c->before);
    row_add(&r, share(gained, c->before));
    row_blanks(&r, 7);
    to->ok = row_send(&r, to->out, COLUMNS_N);
}

/* How many identifiers each customer has. */
static struct by_size identifiers_of(const struct world *w)
{
    struct by_size by = { { 0 } };
    uint32_t *ids = mem_zero(w->customers->n, sizeof *ids);
    for (uint32_t id = 0; id < w->set->ids.n; id++)
        if (w->customers->of_id[id] != CUSTOMER_NONE)
            ids[w->customers->of_id[id]]++;
    for (uint32_t c = 0; c < w->customers->n; c++)
        count_size(&by, ids[c]);
    free(ids);
    return by;
}

static void put_kinds(struct writer *to, const struct counts *c)
{
    const struct world *w = to->w;
    uint64_t ids[ID_KINDS] = { 0 }, of[ID_KINDS] = { 0 };
    for (uint32_t id = 0; id < w->set->ids.n; id++)
        ids[id_kind_of(w->set, id)]++;
    for (uint32_t i = 0; i < w->customers->n; i++)
        of[id_kind_of(w->set, w->customers->canonical[i])]++;
    for (int k = 0; k < ID_KINDS; k++) {
        if (!ids[k])
            continue;
        const char *name = id_kind_names[k];
        put(to, "kind: identifiers", name, ids[k], w->set->ids.n);
        put(to, "kind: events that hold one", name, c->holds[k], c->events);
        put(to, "kind: events named by no stronger kind", name, c->strongest[k], c->events);
        put(to, "kind: customers named by no stronger kind", name, of[k], w->customers->n);
    }
}

/* ---- trouble, one by one ---- */

static struct cell named(struct writer *to, uint32_t id)
{
    const struct event_set *set = to->w->set;
    enum id_kind kind = id_kind_of(set, id);
    struct str name = namer_name(to->namer, kind, id_value(set, id), &to->arena);
    if (to->w->customers->key.raw)
        return cell_text(name);
    return cell_text(arena_printf(&to->arena, "%s:%.*s", id_kind_names[kind], STR_ARG(name)));
}

static struct cell customer_name(const struct world *w, uint32_t id)
{
    uint32_t c = w->customers->of_id[id];
    return c == CUSTOMER_NONE ? cell_blank() : cell_text(w->customers->names[c]);
}

static void put_refusal(struct writer *to, const struct refusal *refusal)
{
    const struct event asked = { .origin = refusal->origin };
    struct row r = { .n = 0 };
    row_add(&r, cell_c("refused merge"));
    row_add(&r, named(to, refusal->strong));
    row_add(&r, named(to, refusal->weak));
    row_blanks(&r, 5);
    row_add(&r, customer_name(to->w, refusal->strong));
    row_add(&r, customer_name(to->w, refusal->weak));
    row_add(&r, cell_text(event_set_file(to->w->set, event_file(&asked))->name));
    row_count(&r, event_record(&asked));
    row_time(&r, refusal->time);
    to->ok = row_send(&r, to->out, COLUMNS_N);
}

static void put_with_many(struct writer *to, const char *what, const struct with_many *it)
{
    struct row r = { .n = 0 };
    row_add(&r, cell_c(what));
    row_add(&r, named(to, it->id));
    row_blanks(&r, 1);
    row_count(&r, it->n);
    row_blanks(&r, 9);
    to->ok = row_send(&r, to->out, COLUMNS_N);
}

static void put_refused(struct writer *to)
{
    const struct identity_log *log = &to->w->customers->log;
    uint64_t broken[ID_KINDS + 1] = { 0 };
    for (size_t i = 0; i < log->nrefusals; i++)
        broken[log->refusals[i].broken]++;
    put(to, "refused", "all", log->nrefusals, log->nrefusals);
    for (int k = 0; k <= ID_KINDS; k++)
        if (broken[k])
            put(to, "refused", k < ID_KINDS ? id_kind_names[k] : "max_identifiers", broken[k],
                log->nrefusals);
}

/* Only of projects that ask who agreed. */
static void put_consent(struct writer *to)
{
    const struct parted *parted = &to->w->customers->parted;
    if (!to->w->plan->privacy.consent.n)
        return;
    put(to, "consent", "customers who refused", parted->persons, parted->of);
    put(to, "consent", "kept apart by source", parted->apart, to->w->customers->n);
}

static void put_trouble(struct writer *to)
{
    const struct identity_log *log = &to->w->customers->log;
    for (size_t i = 0; to->ok && i < log->nrefusals && i < REFUSALS_SHOWN; i++)
        put_refusal(to, &log->refusals[i]);
    for (size_t i = 0; to->ok && i < log->ncrowded && i < REFUSALS_SHOWN; i++)
        put_with_many(to, "crowded value", &log->crowded[i]);
    for (size_t i = 0; to->ok && i < log->nshared && i < REFUSALS_SHOWN; i++)
        put_with_many(to, "shared device", &log->shared[i]);
}

/* ---- the table ---- */

static void put_devices(struct writer *to, const struct counts *c)
{
    const struct world *w = to->w;
    const struct identity_log *log = &w->customers->log;
    uint64_t devices = 0, visitors = 0;
    for (uint32_t id = 0; id < w->set->ids.n; id++) {
        devices += id_kind_of(w->set, id) == ID_COOKIE || id_kind_of(w->set, id) == ID_VISITOR;
        visitors += id_kind_of(w->set, id) == ID_VISITOR;
    }
    put(to, "device", "shared", log->nshared, devices);
    put(to, "device", "visitors kept apart", log->visitors_apart, visitors);
    put(to, "device", "events on shared devices", c->shared, c->events);
    put(to, "device", "anonymous events on shared devices", c->shared_anonymous, c->anonymous);
    put(to, "value", "crowded", log->ncrowded, w->set->ids.n);
    put(to, "value", "events left unidentified", w->customers->unidentified,
        w->all_events + w->customers->unidentified);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    const struct tally *t = tally;
    struct writer to = { .w = w, .out = out, .ok = true };
    to.namer = namer_new(&w->customers->key);
    struct by_size ids = identifiers_of(w);
    put_rates(&to, &t->counts);
    put_devices(&to, &t->counts);
    put_sizes(&to, "customers by identifiers", &ids, w->customers->n);
    put_sizes(&to, "customers by sources", &t->sources, w->customers->n);
    put_kinds(&to, &t->counts);
    put_refused(&to);
    put_consent(&to);
    put_trouble(&to);
    namer_free(to.namer);
    arena_free(&to.arena);
    return to.ok;
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    free(t->last);
    free(t->shared);
    free(t);
}

const struct measure measure_identity = {
    .name = "identity",
    .question = "how well were people told apart, and what could not be joined",
    .population = "events that are somebody's, in journeys or not; customers; identifiers, and of "
                  "those that made trouble the first 200 of each kind, all of them counted above",
    COLUMNS(columns),
    .on_request = true,
    .of_the_run = true,
    .begin = begin,
    .customer = add_customer,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
