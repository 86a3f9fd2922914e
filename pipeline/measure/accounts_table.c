/* accounts_table.c - companies and households: accounts.csv.
 *
 * A tally has one entry an account, and one more for those of none. At both levels the same rows
 * come out, but for what an account's journeys are: those of each person, or those of all its
 * persons together.
 */
#include <stdlib.h>

#include "measure/all.h"

static const struct column columns[] = {
    { "account", UNIT_TEXT,
      "the company or household: kind:value, or its keyed hash; (none): persons of no account" },
    { "persons", UNIT_COUNT, "persons of the account" },
    { "several", UNIT_COUNT, "of these, how many could be of another account, too" },
    { "events", UNIT_COUNT, "events of theirs, in journeys or not" },
    { "first_time", UNIT_TIME, "time of the first of these events" },
    { "last_time", UNIT_TIME, "time of the last of them" },
    { "journeys", UNIT_COUNT,
      "journeys of theirs; with --level account, of the account as one customer" },
    { "value", UNIT_MICROS, "sum of the value of the goals in these journeys" },
    { "converted", UNIT_COUNT, "of the ended journeys, those that reached a goal" },
    { "conversion", UNIT_SHARE, "share of the ended journeys, before a goal, that reached one" },
    { "conversion_n", UNIT_COUNT, "ended journeys that do not begin after a goal" },
    { "conversion_low", UNIT_SHARE, "low end of its 95 % interval (Wilson)" },
    { "conversion_high", UNIT_SHARE, "high end of its 95 % interval (Wilson)" },
};
enum { COLUMNS_N = sizeof columns / sizeof *columns };

struct account {
    uint64_t events, journeys;
    struct span span;
    struct sum value;
    struct outcome outcome;
};

struct tally {
    uint32_t n; /* accounts; all[n] is of those without one */
    struct account *all;
};

static struct account *account_of(struct tally *t, const struct world *w, uint32_t customer)
{
    const uint32_t *of = w->customers->accounts.of;
    return &t->all[of && of[customer] != ACCOUNT_NONE ? of[customer] : t->n];
}

static void *begin(const struct world *w)
{
    struct tally *t = mem_zero(1, sizeof *t);
    t->n = w->customers->accounts.n;
    t->all = mem_zero((size_t)t->n + 1, sizeof *t->all);
    for (uint32_t i = 0; i <= t->n; i++)
        t->all[i].span = span_none();
    return t;
}

static void add(void *tally, const struct world *w, const struct journey *j)
{
    struct account *a = account_of(tally, w, j->customer);
    a->journeys++;
    sum_add(&a->value, j->value);
    outcome_add(&a->outcome, j);
}

static void add_customer(void *tally, const struct world *w, uint32_t customer)
{
    struct account *a = account_of(tally, w, customer);
    size_t first = events_begin(w, customer), end = events_end(w, customer);
    a->events += end - first;
    if (end > first)
        span_add(&a->span, w->events[first].time, w->events[end - 1].time);
}

static void merge(void *into, void *from)
{
    struct tally *t = into, *other = from;
    for (uint32_t i = 0; i <= t->n; i++) {
        struct account *a = &t->all[i], *b = &other->all[i];
        a->events += b->events;
        a->journeys += b->journeys;
        span_add(&a->span, b->span.first, b->span.last);
        sum_merge(&a->value, &b->value);
        outcome_merge(&a->outcome, &b->outcome);
    }
}

static bool write_account(const struct tally *t, const struct world *w, uint32_t i,
                          const struct sink *out)
{
    const struct accounts *accounts = &w->customers->accounts;
    const struct account *a = &t->all[i];
    bool none = i == t->n;
    uint64_t persons = none && !accounts->of ? w->customers->n
                       : none                ? accounts->without
                                             : accounts->persons[i];
    struct row r = { .n = 0 };
    row_add(&r, none ? cell_c("(none)") : cell_text(accounts->names[i]));
    row_count(&r, persons);
    row_count(&r, none ? 0 : accounts->several[i]);
    row_count(&r, a->events);
    row_span(&r, &a->span);
    row_count(&r, a->journeys);
    row_add(&r, sum_cell(&a->value));
    row_count(&r, a->outcome.converted);
    row_rate(&r, a->outcome.converted, a->outcome.ended);
    return row_send(&r, out, COLUMNS_N);
}

static bool table(void *tally, const struct world *w, const struct sink *out)
{
    const struct tally *t = tally;
    for (uint32_t i = 0; i < t->n; i++)
        if (!write_account(t, w, i, out))
            return false;
    return write_account(t, w, t->n, out);
}

static void tally_free(void *tally)
{
    struct tally *t = tally;
    free(t->all);
    free(t);
}

static bool wanted(const struct plan *plan)
{
    return plan->accounts.nby > 0;
}

const struct measure measure_accounts = {
    .name = "accounts",
    .question = "which companies or households are the customers of, and what did each bring",
    .population = "all persons that an event is of, each in the row of their account or in (none); "
                  "journeys and value sum to those of journeys.csv",
    COLUMNS(columns),
    .on_request = true,
    .wanted = wanted,
    .begin = begin,
    .add = add,
    .customer = add_customer,
    .merge = merge,
    .table = table,
    .free = tally_free,
};
